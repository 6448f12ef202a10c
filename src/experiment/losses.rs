//! The losses that the settings of a plan descend, and the score: the loss's own metric, or one that all settings share.

use std::collections::BTreeSet;

use super::mistake::{Mistake, Mistakes};
use super::names::{plain_list, quoted_list};
use super::source_text::Span;
use super::tree::{NodeTable, NodeValue};
use crate::loss::ModelLoss;
use crate::metric::{self, MetricKind, OfOutputs};
use crate::plan::{Combination, Component};
use crate::shape::{PredictionKind, grid};

/// The key of a model that names its loss.
const LOSS: &str = "loss";

/// One loss with its keys.
pub struct PlannedLoss {
    /// `huber (delta = 1.35)`
    words: String,
    /// The same without the keys that make tasks: losses that agree in it compete nowhere, or are the same.
    within_a_task: String,
    metric: &'static MetricKind,
    predicts: PredictionKind,
}

/// The losses of all settings, each once.
pub fn of(combinations: &[Combination]) -> Vec<PlannedLoss> {
    let mut losses: Vec<PlannedLoss> = Vec::new();
    for value in combinations.iter().flat_map(values) {
        // A value with a mistake is reported where it stands.
        let Ok(loss) = ModelLoss::read(value) else { continue };
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
    losses
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

/// The metrics of the losses, each once.
pub fn metrics(losses: &[PlannedLoss]) -> Vec<&'static MetricKind> {
    let mut metrics: Vec<&'static MetricKind> = Vec::new();
    for loss in losses {
        if !metrics.contains(&loss.metric) {
            metrics.push(loss.metric);
        }
    }
    metrics
}

/// Refuses metrics of `[train] metrics` that no trial would have: means of losses that no setting descends, and metrics of what no
/// setting predicts. (The loss's own metric is recorded whether or not it is listed.)
pub fn check_listed(losses: &[PlannedLoss], root: &NodeTable, mistakes: &mut Mistakes) {
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
const fn needed(kind: &MetricKind) -> &'static str {
    match kind.by_outputs() {
        Some(OfOutputs::Classes(_) | OfOutputs::Ranks(_)) => "classes",
        Some(OfOutputs::Probabilities(_)) => "probabilities of classes",
        Some(OfOutputs::Numbers(_)) | None => "numbers",
    }
}

/// The metric that ranks settings: the one that the file names, or the loss's own. A mistake where settings with different losses
/// have no such metric in common.
pub fn score(
    losses: &[PlannedLoss],
    named: Option<&'static MetricKind>,
    root: &NodeTable,
    mistakes: &mut Mistakes,
) -> &'static MetricKind {
    let own = losses.first().map_or_else(metric::mse, |loss| loss.metric);
    // Settings of different tasks are never ranked together.
    let is_one = losses.iter().all(|loss| loss.within_a_task == losses[0].within_a_task);
    let is_predicted = |kind: &MetricKind| losses.iter().all(|loss| kind.takes(loss.predicts));
    let shared = |kind: &MetricKind| {
        let is_given = !kind.belongs_to_its_loss() || (is_one && losses.iter().any(|loss| loss.metric == kind));
        is_given && is_predicted(kind)
    };
    if let Some(kind) = named.or(is_one.then_some(own))
        && shared(kind)
    {
        return kind;
    }
    let words = plain_list(losses.iter().map(|loss| loss.words.as_str()));
    let message = match named {
        Some(kind) if !is_predicted(kind) => format!(
            "`score = \"{}\"` is a metric of {}, which not all settings predict (loss {words})",
            kind.name,
            needed(kind)
        ),
        Some(kind) => {
            format!("`score = \"{}\"` is the mean of a loss that not all settings descend: {words}", kind.name)
        }
        None => format!("settings differ in their loss, so `score` must be named: {words}"),
    };
    let score = root.get("report").and_then(|entry| entry.node.as_table()?.get("score"));
    let models = root.get("models").and_then(|entry| entry.node.as_table());
    // Without a score, the first model that names a loss shows what differs.
    let loss = models.into_iter().flat_map(NodeTable::values).find_map(|model| model.node.as_table()?.get(LOSS));
    let span = score.or(loss).map_or(Span { source: 0, start: 0, end: 0 }, |entry| entry.node.span);
    let accepted: Vec<&str> = metric::every().filter(|kind| shared(kind)).map(|kind| kind.name).collect();
    let accepted = match accepted.is_empty() {
        true => "no metric is of all of them: give each kind of target an experiment of its own".to_owned(),
        false => format!("accepted: {}", quoted_list(accepted)),
    };
    let mistake = Mistake::error(message);
    mistakes.push(match score {
        Some(_) => mistake.at(span, accepted).help("`score` is a metric that all settings have"),
        None => mistake
            .at(span, "one of these losses")
            .help(format!("write `[report] score = \"…\"`, a metric that all settings have; {accepted}")),
    });
    own
}
