//! An experiment with every default filled in, every axis expanded and every rule applied.

use super::Combination;
use crate::metric::MetricKind;
use crate::record::{CurveScope, DeclaredTables, Epoch, TaskMetrics, scores};
use crate::train::Keep;

/// A resolved experiment.
#[derive(Debug, Clone)]
pub struct Plan {
    pub name: String,
    pub title: String,
    pub seeds: Vec<u64>,
    /// The epoch at which the metric that ranks settings is taken.
    pub epoch: Epoch,
    /// `[report] equivalence`: the share of the leader's level that counts as no difference.
    pub equivalence: f64,
    /// `[report] compare`: the qualified keys whose values compete as optimizers do.
    pub compare: Vec<String>,
    /// `[report] curves`: the curves that the results hold.
    pub curve_scope: CurveScope,
    /// Dataset × model × optimizer, sorted by their table names.
    pub combinations: Vec<Combination>,
    /// What the task of each combination is measured by.
    pub metrics: Vec<TaskMetrics>,
    /// Each `[[exclude]]` rule with the number of settings that it removed.
    pub rules: Vec<RuleEffect>,
    /// The experiment with `extends` and overrides applied, defaults filled in, and axes as written: `plan.toml`.
    pub resolved: toml::Table,
    /// Data sets whose path was relative to another folder than the experiment's. In `resolved` it is relative to the
    /// experiment's.
    pub moved: Vec<String>,
}

/// What an `[[exclude]]` rule did.
#[derive(Debug, Clone)]
pub struct RuleEffect {
    /// `experiments/x.toml:31`
    pub place: String,
    pub removed: u64,
}

impl Plan {
    /// The models that `[train] keep` asks for, of every trial alike.
    #[must_use]
    pub fn keep(&self) -> Keep {
        let keep = self.combinations.first().and_then(|combination| combination.grid.base.train.get("keep"));
        keep.cloned().and_then(|keep| keep.try_into().ok()).unwrap_or_default()
    }

    /// What the experiment declares by name.
    #[must_use]
    pub fn declared_tables(&self) -> DeclaredTables {
        let names = |section: &str| {
            let tables = self.resolved.get(section).and_then(toml::Value::as_table);
            tables.map_or_else(Vec::new, |tables| tables.keys().cloned().collect())
        };
        let rules = ["exclude", "link"].into_iter().filter(|rules| self.resolved.contains_key(*rules));
        let rules = rules.chain((!self.compare.is_empty()).then_some("report.compare"));
        DeclaredTables {
            datasets: names("datasets"),
            models: names("models"),
            optimizers: names("optimizers"),
            rules: rules.map(str::to_owned).collect(),
        }
    }

    /// The metrics that rank settings, each once, in the order of the combinations.
    #[must_use]
    pub fn scores(&self) -> Vec<&'static MetricKind> {
        scores(&self.metrics)
    }

    /// What tasks are measured by, each once, in the order of the combinations.
    #[must_use]
    pub fn distinct_metrics(&self) -> Vec<TaskMetrics> {
        let mut distinct: Vec<TaskMetrics> = Vec::new();
        for metrics in &self.metrics {
            if !distinct.contains(metrics) {
                distinct.push(metrics.clone());
            }
        }
        distinct
    }

    /// The number of settings in all combinations.
    #[must_use]
    pub fn settings(&self) -> u64 {
        self.combinations.iter().map(Combination::len).sum()
    }
}
