//! What trials came to, in words.

use crate::analysis::{Contender, Counts, SettingResult, Task};
use crate::metric::MetricKind;

/// What a setting or its trials came to if no number says it: `diverged`, `diverged or failed`. `None` if there is a number.
#[must_use]
pub fn no_number(result: &SettingResult<'_>, value: Option<f64>) -> Option<String> {
    value.filter(|value| !value.is_finite())?;
    let Counts { completed, diverged, did_not_descend, failed, .. } = result.counts;
    let all = [(diverged - did_not_descend, "diverged"), (did_not_descend, "did not descend"), (failed, "failed")];
    let words: Vec<&str> = all.into_iter().filter(|(count, _)| *count > 0).map(|(_, word)| word).collect();
    let words = if words.is_empty() { "too large for a number".to_owned() } else { words.join(" or ") };
    Some(if completed > 0 { format!("{words} ({completed}/{})", result.counts.recorded()) } else { words })
}

/// `873 completed, 37 diverged, 0 failed`, and the outstanding trials if there are any.
#[must_use]
pub fn outcomes(counts: Counts) -> String {
    let diverged = of_diverged(counts, &format!("{} diverged", counts.diverged));
    let mut text = format!("{} completed, {diverged}, {} failed", counts.completed, counts.failed);
    if counts.outstanding > 0 {
        text.push_str(&format!(", {} outstanding", counts.outstanding));
    }
    text
}

/// A count of diverged trials, with those among them that did not descend: `37 (2 did not descend)`.
#[must_use]
pub fn diverged(counts: Counts) -> String {
    of_diverged(counts, &counts.diverged.to_string())
}

fn of_diverged(counts: Counts, text: &str) -> String {
    match counts.did_not_descend {
        0 => text.to_owned(),
        count => format!("{text} ({count} did not descend)"),
    }
}

/// What happened to trials without a result: `diverged or failed`, with those that did not descend where there are some.
#[must_use]
pub const fn lost(counts: Counts) -> &'static str {
    if counts.did_not_descend > 0 { "diverged, did not descend or failed" } else { "diverged or failed" }
}

/// The same for all optimizers of a task.
#[must_use]
pub fn lost_of(task: &Task<'_>) -> &'static str {
    lost(task.contenders.iter().fold(Counts::default(), |mut all, contender| {
        all.add(contender.counts);
        all
    }))
}

/// The trials with a score: `10`, or `7 of 10` if trials are outstanding or the score of some is not defined, or
/// `1, deterministic`.
#[must_use]
pub fn n(result: &SettingResult<'_>) -> String {
    n_of(result, result.scored)
}

/// The same for another number of trials.
#[must_use]
pub fn n_of(result: &SettingResult<'_>, n: usize) -> String {
    let planned = result.counts.planned();
    if n < planned {
        format!("{n} of {planned}")
    } else if result.setting.deterministic {
        "1, deterministic".to_owned()
    } else {
        n.to_string()
    }
}

/// Why no setting of an optimizer is best.
#[must_use]
pub fn none_is_best(contender: &Contender<'_>, metric: &MetricKind) -> String {
    match contender.undefined {
        0 => format!("in every setting half of the trials or more {}", lost(contender.counts)),
        undefined => {
            format!(
                "{} is not defined for {undefined} of {} completed trials",
                metric.label, contender.counts.completed
            )
        }
    }
}

/// `unstable on 3 of 10 splits, not yet diverged`; `None` if the setting is stable.
#[must_use]
pub fn beyond_the_limit(result: &SettingResult<'_>) -> Option<String> {
    let (unstable, n) = (result.unstable as usize, result.counts.recorded());
    match unstable {
        0 => None,
        _ if n == 1 => Some("unstable, not yet diverged: its rate lies beyond the stable limit".to_owned()),
        all if all == n => {
            Some("unstable, not yet diverged: its rate lies beyond the stable limit at every seed".to_owned())
        }
        some => {
            Some(format!("unstable at {some} of {n} seeds, not yet diverged: its rate lies beyond their stable limit"))
        }
    }
}
