//! The losses that the settings of each task descend, and the metrics that they have.

use std::collections::BTreeSet;

use super::mistake::{Mistake, Mistakes};
use super::names::{plain_list, quoted_list};
use super::tree::{NodeTable, NodeValue};
use crate::loss::ModelLoss;
use crate::metric::{self, MetricKind, OfOutputs};
use crate::plan::{Combination, Component};
use crate::record::{TaskMetrics, Watch, WatchSet};
use crate::shape::{PredictionKind, grid};

/// The key of a model that names its loss.
pub const LOSS: &str = "loss";

/// One loss with its keys.
pub struct PlannedLoss {
    /// `huber (delta = 1.35)`
    words: String,
    /// The same without the keys that make tasks: losses that agree in it compete nowhere, or are the same.
    within_a_task: String,
    metric: &'static MetricKind,
    predicts: PredictionKind,
}

/// The losses of the settings of one task: a dataset × model of the file, with all of its optimizers.
pub struct TaskLosses {
    /// The names of the tables.
    pub dataset: String,
    pub model: String,
    /// Each once.
    pub losses: Vec<PlannedLoss>,
    /// The metrics that `[train] metrics` lists.
    pub listed: Vec<&'static MetricKind>,
    /// What `[train] watch` lists.
    pub watches: WatchSet,
}

impl TaskLosses {
    /// `huber (delta = 1.0), huber (delta = 1.35)`
    pub fn words(&self) -> String {
        plain_list(self.losses.iter().map(|loss| loss.words.as_str()))
    }

    /// Whether all settings that compete descend the same loss with the same keys.
    pub fn is_one(&self) -> bool {
        self.losses.iter().all(|loss| loss.within_a_task == self.losses[0].within_a_task)
    }

    /// The metric of the loss, of the first if there are several.
    pub fn own(&self) -> &'static MetricKind {
        self.losses.first().map_or_else(metric::mse, |loss| loss.metric)
    }

    /// Whether it is a metric of what every setting predicts.
    pub fn predicts(&self, kind: &MetricKind) -> bool {
        self.losses.iter().all(|loss| kind.takes(loss.predicts))
    }

    /// Whether every setting has the metric, so that it can rank them.
    pub fn shares(&self, kind: &MetricKind) -> bool {
        let is_given =
            !kind.belongs_to_its_loss() || (self.is_one() && self.losses.iter().any(|loss| loss.metric == kind));
        is_given && self.predicts(kind)
    }

    /// What it is measured by under this score.
    pub fn metrics(&self, score: &'static MetricKind) -> TaskMetrics {
        let mut losses: Vec<&'static MetricKind> = Vec::new();
        for loss in &self.losses {
            if !losses.contains(&loss.metric) {
                losses.push(loss.metric);
            }
        }
        // One that needs probabilities has no value under a loss that gives none, and a report says so.
        let is_of = |kind: &MetricKind| {
            let speaks_of_classes = kind.takes(PredictionKind::Probabilities) && !kind.takes(PredictionKind::Numbers);
            let of_classes = |loss: &PlannedLoss| speaks_of_classes && loss.predicts != PredictionKind::Numbers;
            self.losses.iter().any(|loss| kind.takes(loss.predicts) || of_classes(loss))
        };
        let listed: Vec<_> = self.listed.iter().copied().filter(|kind| is_of(kind)).collect();
        let asked = |name: &str| listed.iter().chain([&score]).any(|asked| asked.recorded_as() == name);
        let of_rows = metric::every().filter(|kind| kind.takes_rows(&losses) && asked(kind.name)).collect();
        let others = metric::every().filter(|kind| listed.contains(kind) && *kind != score).collect();
        TaskMetrics { score, losses, of_rows, others, watches: self.watches }
    }
}

/// The losses of each task, in the order of the combinations.
pub fn of_tasks(combinations: &[Combination]) -> Vec<TaskLosses> {
    let mut tasks: Vec<TaskLosses> = Vec::new();
    for combination in combinations {
        let at = position(&tasks, combination).unwrap_or(tasks.len());
        if at == tasks.len() {
            let base = &combination.grid.base;
            let (dataset, model) = (base.dataset.table.clone(), base.model.table.clone());
            let (listed, watches) = (listed(combination), watches(combination));
            tasks.push(TaskLosses { dataset, model, losses: Vec::new(), listed, watches });
        }
        values(combination).into_iter().for_each(|value| add(&mut tasks[at].losses, value));
    }
    tasks
}

/// What each combination is measured by, from what each task is.
pub fn of_combinations(
    combinations: &[Combination],
    tasks: &[TaskLosses],
    metrics: &[TaskMetrics],
) -> Vec<TaskMetrics> {
    let of = |combination: &Combination| position(tasks, combination).and_then(|at| metrics.get(at)).cloned();
    let of = |combination| of(combination).unwrap_or_else(|| TaskMetrics::of_loss(metric::mse()));
    combinations.iter().map(of).collect()
}

/// The task of a combination.
fn position(tasks: &[TaskLosses], combination: &Combination) -> Option<usize> {
    let base = &combination.grid.base;
    tasks.iter().position(|task| task.dataset == base.dataset.table && task.model == base.model.table)
}

/// The metrics that `[train] metrics` lists.
fn listed(combination: &Combination) -> Vec<&'static MetricKind> {
    let names = combination.grid.base.train.get("metrics").and_then(toml::Value::as_array);
    names.into_iter().flatten().filter_map(|name| metric::metric(name.as_str()?)).collect()
}

/// What `[train] watch` lists.
fn watches(combination: &Combination) -> WatchSet {
    let words = combination.grid.base.train.get("watch").and_then(toml::Value::as_array);
    words.into_iter().flatten().filter_map(|word| Watch::named(word.as_str()?)).collect()
}

/// Adds the loss that a value of the key names, unless it is there.
fn add(losses: &mut Vec<PlannedLoss>, value: Option<&toml::Value>) {
    // A value with a mistake is reported where it stands.
    let Ok(loss) = ModelLoss::read(value) else { return };
    let keys = value.and_then(toml::Value::as_table).into_iter().flatten().filter(|(key, _)| *key != "kind");
    let keys: Vec<(&String, &toml::Value)> = keys.collect();
    let named = |keys: &[(&String, &toml::Value)]| {
        let keys: Vec<String> = keys.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        let keys = if keys.is_empty() { String::new() } else { format!(" ({})", keys.join(", ")) };
        format!("{}{keys}", loss.row.name)
    };
    let makes_tasks = |name: &str| loss.row.parameters.iter().any(|key| key.name == name && key.decides.task());
    let competing: Vec<_> = keys.iter().copied().filter(|(key, _)| !makes_tasks(key)).collect();
    let words = named(&keys);
    if losses.iter().all(|known| known.words != words) {
        let (metric, predicts) = (metric::of_loss(loss.row), loss.predicts());
        losses.push(PlannedLoss { words, within_a_task: named(&competing), metric, predicts });
    }
}

/// The values of the key among the settings of a combination; `None` stands for the default.
fn values(combination: &Combination) -> Vec<Option<&toml::Value>> {
    let grid = &combination.grid;
    if combination.is_empty() {
        return Vec::new();
    }
    let is_loss = |(component, key): &(Component, String)| *component == Component::Model && key == LOSS;
    let Some(at) = grid.axes.iter().position(|axis| axis.keys.iter().any(is_loss)) else {
        return vec![grid.base.model.values.get(LOSS)];
    };
    let points = &grid.axes[at].points;
    let stride = grid::stride(grid.axes[at + 1..].iter().map(|axis| axis.points.len() as u64));
    let digit = |position: &u64| grid::digit(*position, stride, points.len() as u64);
    let present: Option<BTreeSet<u64>> = combination.kept.as_ref().map(|kept| kept.iter().map(digit).collect());
    let kept = (0..).zip(points).filter(|(index, _)| present.as_ref().is_none_or(|present| present.contains(index)));
    let value = |(_, key, value)| (key == LOSS).then_some(value);
    kept.map(|(_, point)| point.iter().find_map(|(component, key, at)| value((component, key, at)))).collect()
}

/// Refuses metrics of `[train] metrics` that no trial would have: means of losses that no setting descends, and metrics of what no
/// setting predicts. (The loss's own metric is recorded whether or not it is listed.)
pub fn check_listed(tasks: &[TaskLosses], root: &NodeTable, mistakes: &mut Mistakes) {
    let mut losses: Vec<&PlannedLoss> = Vec::new();
    for loss in tasks.iter().flat_map(|task| &task.losses) {
        if losses.iter().all(|known| known.words != loss.words) {
            losses.push(loss);
        }
    }
    let listed = root.get("train").and_then(|entry| entry.node.as_table()?.get("metrics"));
    let items = listed.and_then(|entry| match &entry.node.value {
        NodeValue::List(items) => Some(items),
        _ => None,
    });
    for item in items.into_iter().flatten() {
        let Some(kind) = item.as_text().and_then(metric::metric).filter(|_| !losses.is_empty()) else { continue };
        let words = plain_list(losses.iter().map(|loss| loss.words.as_str()));
        if !losses.iter().any(|loss| kind.takes(loss.predicts)) {
            let message = format!(
                "`metrics` lists \"{}\", a metric of {}, which no setting predicts (loss {words})",
                kind.name,
                needed(kind)
            );
            let taken = |kind: &&MetricKind| losses.iter().any(|loss| kind.takes(loss.predicts) && has(loss, kind));
            let accepted = quoted_list(metric::every().filter(taken).map(|kind| kind.name));
            mistakes.push(Mistake::error(message).at(item.span, format!("accepted: {accepted}")));
        } else if !losses.iter().any(|loss| has(loss, kind)) {
            mistakes.push(
                Mistake::error(format!(
                    "`metrics` lists \"{}\", the mean of a loss that no setting descends",
                    kind.name
                ))
                .at(item.span, format!("descended: {words}"))
                .help("the metric of a loss is recorded for every trial that descends it, and for no other"),
            );
        }
    }
}

/// Whether trials that descend a loss may have a metric: the loss's own, or one that depends on the keys of no loss.
fn has(loss: &PlannedLoss, kind: &MetricKind) -> bool {
    !kind.belongs_to_its_loss() || *loss.metric == *kind
}

/// What a metric is of.
pub const fn needed(kind: &MetricKind) -> &'static str {
    match kind.by_outputs() {
        Some(OfOutputs::Classes(_) | OfOutputs::Ranks(_)) => "classes",
        Some(OfOutputs::Probabilities(_)) => "probabilities of classes",
        Some(OfOutputs::Numbers(_)) | None => "numbers",
    }
}
