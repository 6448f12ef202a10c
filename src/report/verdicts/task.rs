//! What is said of all optimizers of a task.

use super::sentence::sentence;
use super::size::{size, size_of_limit};
use crate::analysis::{Analysis, Answer, Basis, OptimizerComparison, Task};
use crate::record::{SeedRepeats, Split, Study};
use crate::report::number::plural;
use crate::report::verdict_alone::alone;
use crate::report::wording::{none_is_best, place};

/// One sentence for each optimizer that the leader of a task is compared with. If the leader is the only one, a sentence
/// about it.
#[must_use]
pub fn verdicts(analysis: &Analysis<'_>, task: &Task<'_>) -> Vec<String> {
    let place = place(task);
    let Some(&leader) = task.order.first() else {
        return vec![nothing_ranked(analysis.study, task, &place)];
    };
    let contender = &task.contenders[leader];
    if contender.best().is_none() {
        return vec![format!("On {place} nothing can be used: {}.", none_is_best(contender, task.metric))];
    }
    if task.order.len() == 1 {
        return vec![format!("On {place} {}", alone(analysis.study, task, leader))];
    }
    let others: Vec<&OptimizerComparison> =
        task.order.iter().skip(1).filter_map(|&other| task.against_leader(other)).collect();
    let said_once = said_once(task, &others);
    let of = |comparison: &&OptimizerComparison| sentence(task, comparison, analysis.study, said_once.is_none());
    let mut sentences: Vec<String> = others.iter().map(|one| format!("On {place} {}", of(one))).collect();
    sentences.extend(said_once.map(|text| format!("On {place} {text}")));
    sentences
}

/// What several undecided comparisons of a task have in common.
fn said_once(task: &Task<'_>, comparisons: &[&OptimizerComparison]) -> Option<String> {
    let undecided = || comparisons.iter().filter(|comparison| comparison.answer == Answer::Undecided);
    if undecided().count() < 2 {
        return None;
    }
    let difference = |one: &&OptimizerComparison| one.difference;
    let shows = undecided().filter_map(difference).any(|difference| difference.smallest_shown().is_some());
    let mut parts: Vec<String> = Vec::new();
    if shows {
        parts.push("a difference that \"would be shown\" is shown in eight of ten such experiments".to_owned());
    }
    let mut limits: Vec<(f64, &OptimizerComparison)> = Vec::new();
    for one in undecided().filter(|one| one.basis == Basis::Seeds) {
        limits.extend(one.difference.and_then(|difference| difference.narrowest).map(|limit| (limit, *one)));
    }
    limits.sort_by(|a, b| a.0.total_cmp(&b.0));
    let said = |(value, one): &(f64, &OptimizerComparison)| size_of_limit(task, one, *value);
    let ends = limits.first().and_then(said).zip(limits.last().and_then(said));
    if let Some((narrow, wide)) = ends {
        let between = if narrow == wide { format!("± {wide}") } else { format!("± {narrow} to ± {wide}") };
        parts.push(format!("no number of seeds brings these intervals below {between}, more rows would"));
    }
    (!parts.is_empty()).then(|| parts.join("; ") + ".")
}

fn nothing_ranked(study: &Study, task: &Task<'_>, place: &str) -> String {
    let undefined = task.contenders.iter().any(|contender| contender.undefined > 0);
    let lacking = lacking(study, task);
    if lacking > 0 {
        let (trials, lacked) = (plural(lacking, "trial"), study.trials.lacked());
        let lack = if lacking == 1 { "lacks" } else { "lack" };
        format!("On {place} nothing can be ranked yet: {trials} {lack} {lacked}; `sweep run` trains them for it.")
    } else if undefined {
        format!("On {place} nothing can be ranked: {} is not defined for the trials that completed.", task.metric.label)
    } else {
        format!("On {place} nothing has been trained yet.")
    }
}

/// The trials of a task whose record lacks a metric that is asked for.
fn lacking(study: &Study, task: &Task<'_>) -> usize {
    let settings = task.contenders.iter().flat_map(|contender| &contender.settings);
    settings.flat_map(|result| result.setting.trials()).filter(|trial| study.trials.get(*trial).is_lacking()).count()
}

/// The smallest differences that the comparisons with each leader would show, as far as records say.
#[must_use]
pub fn smallest_shown(analysis: &Analysis<'_>) -> Vec<String> {
    let of_task = |task: &Task<'_>| {
        let others = task.order.iter().skip(1).filter_map(|&other| task.against_leader(other)).collect::<Vec<_>>();
        let line = |comparison: &&OptimizerComparison| {
            let name = |index: usize| task.contenders[index].name();
            // What is decided, or cannot be, has no such size.
            let difference = comparison.difference.filter(|_| comparison.answer == Answer::Undecided)?;
            let size = size(task, comparison, difference.smallest_shown()?)?;
            let limit = difference.narrowest.and_then(|limit| size_of_limit(task, comparison, limit));
            Some(format!(
                "{}: {} − {}, a difference of about {size}{}",
                place(task),
                name(comparison.second),
                name(comparison.first),
                limit.map_or_else(String::new, |limit| format!("; ± {limit} at best, however many seeds"))
            ))
        };
        others.iter().filter_map(line).collect::<Vec<_>>()
    };
    analysis.tasks.iter().flat_map(of_task).collect()
}

/// What an interval of a task speaks of.
#[must_use]
pub fn speaks_of(task: &Task<'_>) -> &'static str {
    let Some(design) = task.design else { return "these trials" };
    match (design.repeats, task.compared_on) {
        (SeedRepeats::Splits, _) => "splits of this file: the expected value over new files of this size",
        (SeedRepeats::FreshData, _) => "fresh data for each seed: the expected value over new data of this size",
        (SeedRepeats::Training, Split::Train) => "these training rows: the seeds repeat batches and starts",
        (SeedRepeats::Training, _) => "a held split: these trained models on new rows",
    }
}
