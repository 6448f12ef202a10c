//! The score of each task: its loss's own metric, or the one of those that the file names which the task has.

use std::collections::BTreeSet;

use super::losses::{LOSS, TaskLosses, needed};
use super::mistake::{Mistake, Mistakes};
use super::names::quoted_list;
use super::source_text::Span;
use super::tree::{NodeEntry, NodeTable};
use crate::metric::{self, MetricKind};
use crate::record::TaskMetrics;

/// The scores that a file names, each with its place.
pub type NamedScores = [(&'static MetricKind, Span)];

/// What each task is measured by. A mistake where no metric ranks the settings of a task, and a warning for a listed one that ranks none.
pub fn metrics(
    tasks: &[TaskLosses],
    named: &NamedScores,
    root: &NodeTable,
    mistakes: &mut Mistakes,
) -> Vec<TaskMetrics> {
    let scores: Vec<Option<&'static MetricKind>> = tasks.iter().map(|task| score(task, named)).collect();
    let without = tasks.iter().zip(&scores).find(|(task, score)| score.is_none() && !task.losses.is_empty());
    if let Some((task, _)) = without {
        mistakes.push(no_score(task, tasks, named, root));
    } else if tasks.iter().any(|task| !task.losses.is_empty()) {
        for (kind, span) in named.iter().filter(|(kind, _)| !scores.contains(&Some(*kind))) {
            let message = format!("`score` lists \"{}\", which ranks no task", kind.name);
            let rank = quoted_list(scores.iter().flatten().map(|kind| kind.name).collect::<BTreeSet<_>>());
            // Of a part of the experiment, as an override leaves it, some metrics rank nothing.
            mistakes.push(Mistake::warning(message).at(*span, format!("all tasks are ranked by {rank}")));
        }
    }
    let measured = tasks.iter().zip(scores);
    measured.map(|(task, score)| task.metrics(score.unwrap_or_else(|| task.own()))).collect()
}

/// The loss's own metric if the file names it or none, and else the first of those named that the task has.
fn score(task: &TaskLosses, named: &NamedScores) -> Option<&'static MetricKind> {
    let own = task.own();
    if task.is_one() && (named.is_empty() || named.iter().any(|(kind, _)| *kind == own)) {
        return Some(own);
    }
    named.iter().map(|(kind, _)| *kind).find(|kind| task.shares(kind))
}

/// The names of a metric, and of the loss's own of each task that does not have it.
fn with_own(kind: &MetricKind, tasks: &[TaskLosses]) -> Vec<&'static str> {
    let mut names = vec![kind.name];
    for own in tasks.iter().filter(|task| !task.losses.is_empty() && !task.shares(kind)).map(|task| task.own().name) {
        if !names.contains(&own) {
            names.push(own);
        }
    }
    names
}

/// The mistake of a task that has no score.
fn no_score(task: &TaskLosses, tasks: &[TaskLosses], named: &NamedScores, root: &NodeTable) -> Mistake {
    let words = task.words();
    let written = root.get("report").and_then(|entry| entry.node.as_table()?.get("score"));
    let models = root.get("models").and_then(|entry| entry.node.as_table());
    let of_model = models.and_then(|models| models.get(&task.model)?.node.as_table()?.get(LOSS));
    let (shared, by_all) = (
        |kind: &&MetricKind| task.shares(kind),
        |kind: &&MetricKind| tasks.iter().filter(|task| !task.losses.is_empty()).all(|task| task.shares(kind)),
    );
    let names = |of: &dyn Fn(&&'static MetricKind) -> bool| -> Vec<&'static str> {
        metric::every().filter(|kind| of(kind)).map(|kind| kind.name).collect()
    };
    let place = |entry: Option<&NodeEntry>| entry.map_or(Span { source: 0, start: 0, end: 0 }, |entry| entry.node.span);
    let accepted = |names: Vec<&'static str>| format!("accepted: {}", quoted_list(names));
    let none_is_shared = "no metric is of all of them: give each kind of target a model of its own";
    match named {
        [] => {
            let accepted = if names(&shared).is_empty() { none_is_shared.to_owned() } else { accepted(names(&shared)) };
            Mistake::error(format!("settings differ in their loss, so `score` must be named: {words}"))
                .at(place(of_model), "these losses compete")
                .help(format!("write `[report] score = \"…\"`, a metric that all settings have; {accepted}"))
        }
        [(kind, span)] => {
            let message = if task.predicts(kind) {
                format!("`score = \"{}\"` is the mean of a loss that not all settings descend: {words}", kind.name)
            } else {
                let needed = needed(kind);
                format!(
                    "`score = \"{}\"` is a metric of {needed}, which not all settings predict (loss {words})",
                    kind.name
                )
            };
            let other_has_it = tasks.iter().any(|task| !task.losses.is_empty() && task.shares(kind));
            match (other_has_it, task.is_one()) {
                // Tasks differ, and each can have its own.
                (true, true) => Mistake::error(message)
                    .at(*span, format!("models.{} on datasets.{} has no \"{}\"", task.model, task.dataset, kind.name))
                    .help(format!(
                        "write a list, from which each task takes the metric that it has: `score = [{}]`",
                        quoted_list(with_own(kind, tasks))
                    )),
                _ => {
                    let all = names(&by_all);
                    let all = if all.is_empty() { names(&shared) } else { all };
                    let accepted = if all.is_empty() { none_is_shared.to_owned() } else { accepted(all) };
                    Mistake::error(message).at(*span, accepted).help("`score` is a metric that all settings have")
                }
            }
        }
        _ => Mistake::error(format!(
            "`score` lists no metric that all settings of models.{} on datasets.{} have (loss {words})",
            task.model, task.dataset
        ))
        .at(
            place(written),
            if names(&shared).is_empty() { none_is_shared.to_owned() } else { accepted(names(&shared)) },
        ),
    }
}
