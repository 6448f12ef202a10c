//! An experiment with every default filled in, every axis expanded and every rule applied.

use super::Combination;
use crate::metric::{self, MetricKind};
use crate::record::{CurveScope, DeclaredTables, Epoch};

/// A resolved experiment.
#[derive(Debug, Clone)]
pub struct Plan {
    pub name: String,
    pub title: String,
    pub seeds: Vec<u64>,
    /// The metric that ranks settings, and the epoch at which it is taken.
    pub metric: &'static MetricKind,
    pub epoch: Epoch,
    /// `[report] equivalence`: the share of the leader's level that counts as no difference.
    pub equivalence: f64,
    /// `[report] compare`: the qualified keys whose values compete as optimizers do.
    pub compare: Vec<String>,
    /// `[report] curves`: the curves that the results hold.
    pub curve_scope: CurveScope,
    /// The metrics of the losses that settings descend, each once.
    pub losses: Vec<&'static MetricKind>,
    /// Dataset × model × optimizer, sorted by their table names.
    pub combinations: Vec<Combination>,
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

    /// The metrics that need predictions for each row and are to be recorded: those that `[train] metrics` lists, and the
    /// score, or what they are derived from.
    #[must_use]
    pub fn metrics_of_rows(&self) -> Vec<&'static MetricKind> {
        let asked = || metric::every().filter(|kind| self.lists(kind) || **kind == *self.metric);
        let wanted = |kind: &&MetricKind| asked().any(|asked| asked.recorded_as() == kind.name);
        metric::every().filter(|kind| kind.takes_rows(&self.losses)).filter(wanted).collect()
    }

    /// The metrics that `[train] metrics` lists, without the score.
    #[must_use]
    pub fn other_metrics(&self) -> Vec<&'static MetricKind> {
        metric::every().filter(|kind| self.lists(kind) && **kind != *self.metric).collect()
    }

    /// Whether `[train] metrics` lists a metric.
    fn lists(&self, kind: &MetricKind) -> bool {
        let names = self.combinations.first().and_then(|combination| combination.grid.base.train.get("metrics"));
        let names = names.and_then(toml::Value::as_array);
        names.is_some_and(|names| names.iter().any(|name| name.as_str() == Some(kind.name)))
    }

    /// The metric whose curve is recorded beside that of the loss: the score or what it is derived from, unless that is the
    /// loss's own.
    #[must_use]
    pub fn recorded_curve(&self) -> Option<&'static MetricKind> {
        metric::metric(self.metric.recorded_as()).filter(|kind| kind.takes_rows(&self.losses))
    }

    /// The number of settings in all combinations.
    #[must_use]
    pub fn settings(&self) -> u64 {
        self.combinations.iter().map(Combination::len).sum()
    }
}
