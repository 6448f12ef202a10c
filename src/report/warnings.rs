//! Warnings that a reader should know before trusting the best rates.

use super::number::short;
use super::page_limits::{MOST_ITEMS, names};
use super::wording::{lost, none_is_best, place};
use crate::analysis::{Analysis, Contender, RatePosition, Regime, SettingResult, Task, axis_below, axis_line};
use crate::metric::Values;
use crate::record::{Split, Study};

/// One warning, and the axis to try next if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The sentence without its full stop.
    pub text: String,
    pub axis: Option<String>,
    /// The rank of the optimizer within its task. `None` if the warning is about the whole study.
    pub rank: Option<usize>,
}

impl Warning {
    /// The warning on one line.
    #[must_use]
    pub fn line(&self) -> String {
        match &self.axis {
            Some(axis) => format!("{}: try {axis}.", self.text),
            None => format!("{}.", self.text),
        }
    }
}

/// All warnings of a study, in the order of its tasks. If there are many, those of the best optimizers come first.
#[must_use]
pub fn warnings(analysis: &Analysis<'_>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for task in &analysis.tasks {
        let at = if analysis.tasks.len() > 1 { format!(" on {}", place(task)) } else { String::new() };
        let mut ranks = vec![usize::MAX; task.contenders.len()];
        task.order.iter().enumerate().for_each(|(rank, &index)| ranks[index] = rank);
        let first = task.order.first().map(|_| 0);
        for text in [constant_target(analysis.study, task, &at), exact_fits(task, &at)].into_iter().flatten() {
            warnings.push(Warning { text, axis: None, rank: first });
        }
        for (contender, rank) in task.contenders.iter().zip(ranks) {
            let mut say = |text, axis| warnings.push(Warning { text, axis, rank: Some(rank) });
            undefined(task, contender, &at).into_iter().for_each(|text| say(text, None));
            of_contender(task, contender, &at, &mut say);
        }
    }
    if warnings.len() > MOST_ITEMS {
        warnings.sort_by_key(|warning| warning.rank);
    }
    let mut say = |text: String| warnings.push(Warning { text, axis: None, rank: None });
    let counts = analysis.counts;
    if counts.outstanding > 0 {
        let (missing, planned) = (counts.outstanding, counts.planned());
        let which =
            positions(analysis.study.trials.iter().filter(|trial| !trial.has_record()).map(|trial| trial.index));
        let trials = &analysis.study.trials;
        let lacking = match trials.iter().filter(|trial| trial.is_lacking()).count() {
            0 => String::new(),
            lacking => format!(" ({lacking} of them only lack {})", trials.lacked()),
        };
        say(format!(
            "{missing} of {planned} trials are outstanding{lacking}, in the plan's order {which}: `sweep run` trains them, \
             `sweep merge` takes them from other folders"
        ));
    }
    if let Some(failure) = analysis.failures.first() {
        let more = match analysis.failures.len() {
            1 => String::new(),
            kinds => format!(", and {} other messages", kinds - 1),
        };
        say(format!("{} trials failed ({} with \"{}\"{more})", counts.failed, failure.count, failure.message));
    }
    warnings
}

/// A target that is the same in every training row is fitted by the bias alone.
fn constant_target(study: &Study, task: &Task<'_>, at: &str) -> Option<String> {
    let results = task.contenders.iter().flat_map(|contender| &contender.settings);
    let mut trials = results.flat_map(|result| study.records_of(result.setting));
    let target = trials.find_map(|trial| study.target_of(&trial, Split::Train))?;
    let rounding = 4.0 * f64::EPSILON * target.root_mean_square();
    let is_constant = target.variance <= rounding * rounding;
    is_constant.then(|| format!("the target{at} is {} in every training row", short(target.mean, 6)))
}

/// The optimizers whose best score is rounding: their order says nothing.
fn exact_fits(task: &Task<'_>, at: &str) -> Option<String> {
    let fits: Vec<&str> = (task.contenders.iter())
        .filter(|contender| contender.best().is_some_and(SettingResult::fits_exactly))
        .map(|contender| contender.combination.optimizer.as_str())
        .collect();
    let why = match fits.len() {
        0 => return None,
        1 => "fits exactly, up to rounding: its score is rounding, and says nothing of which setting is better",
        _ => "fit exactly, up to rounding: their scores are rounding, and say nothing of which setting is better",
    };
    Some(format!("{}{at} {why}", names(&fits)))
}

/// Positions from 0 as ranges that count from 1: `1–20, 41 and 3 more ranges`.
fn positions(ascending: impl Iterator<Item = usize>) -> String {
    const MOST_SHOWN: usize = 3;
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for number in ascending.map(|position| position + 1) {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    let text =
        |(first, last): &(usize, usize)| if first == last { first.to_string() } else { format!("{first}–{last}") };
    let shown: Vec<String> = ranges.iter().take(MOST_SHOWN).map(text).collect();
    let more = ranges.len().saturating_sub(MOST_SHOWN);
    let rest = if more > 0 { format!(" and {}", super::number::plural(more, "more range")) } else { String::new() };
    format!("{}{rest}", shown.join(", "))
}

/// The sentence on completed trials whose score is not defined, with the reason of the first one.
fn undefined(task: &Task<'_>, contender: &Contender<'_>, at: &str) -> Option<String> {
    if contender.undefined == 0 {
        return None;
    }
    let reason = undefined_because(task, contender);
    Some(format!(
        "{} of {}{at} is not defined for {} of {} completed trials{}; they do not count in its ranking",
        task.metric.label,
        contender.combination.optimizer,
        contender.undefined,
        contender.counts.completed,
        reason.map_or_else(String::new, |reason| format!(": {reason}")),
    ))
}

/// Why the score of a completed trial is not defined; that of the first such trial. `None` if the reason is not on record.
pub fn undefined_because(task: &Task<'_>, contender: &Contender<'_>) -> Option<&'static str> {
    if matches!(task.metric.values, Values::Outputs(_)) {
        return None;
    }
    let records = contender
        .settings
        .iter()
        .flat_map(|result| result.study.records_of(result.setting).map(|trial| (result.study, trial)));
    records.filter(|(_, trial)| trial.is_completed()).find_map(|(study, trial)| {
        let loss = trial.loss(task.ranked_on, study.epoch)?;
        task.metric.derive(loss, study.target_of(&trial, task.ranked_on)).err()
    })
}

fn of_contender(task: &Task<'_>, contender: &Contender<'_>, at: &str, say: &mut impl FnMut(String, Option<String>)) {
    let name = &contender.combination.optimizer;
    if contender.first().is_none() {
        let trials = || {
            contender
                .settings
                .iter()
                .flat_map(|result| result.setting.trials().map(|trial| result.study.trials.get(trial)))
        };
        if task.contenders.len() > 1 && contender.undefined == 0 && !trials().any(|trial| trial.is_lacking()) {
            say(format!("{name}{at} has no record yet"), None);
        }
        return;
    }
    if contender.settings.iter().any(|result| result.counts.outstanding > 0) {
        // Missing trials can change everything below. One warning for the whole study says that trials are missing.
        return;
    }
    if contender.ranking.by_median {
        say(
            if contender.ranking.none_is_best {
                format!("no setting of {name}{at} is best: {}", none_is_best(contender, task.metric))
            } else {
                let worst = format!("every setting of {name}{at} has a trial that {}", lost(contender.counts));
                format!("{worst}: its settings are ranked by their median, and none is safe to use")
            },
            None,
        );
        let rates = || contender.settings.iter().filter_map(|result| result.learning_rate);
        let smallest = rates().fold(f64::INFINITY, |least, rate| if rate < least { rate } else { least });
        let limit = contender.best_series().and_then(|series| series.limit);
        if let Some(limit) = limit.filter(|limit| smallest > limit.median) {
            let axis = axis_below(limit.low);
            // Scaling helps where it is not done yet.
            let scaling = match (contender.scales_features(), is_usable(axis)) {
                (true, _) => "",
                (false, true) => "; features of one scale (standardize = true) raise it",
                (false, false) => SCALING_ONLY,
            };
            let what = match contender.best_series().and_then(|series| series.regime) {
                Some(Regime::Minibatch { .. }) => "mean-square limit",
                _ => "stable limit",
            };
            let text = format!("every rate of {name}{at} lies beyond the {what} {}{scaling}", short(limit.median, 4));
            say(text, advised(contender, axis));
        } else if contender.ranking.none_is_best && smallest.is_finite() {
            let axis = axis_below(smallest);
            let scaling = if contender.scales_features() || is_usable(axis) { "" } else { SCALING_ONLY };
            let text = format!("no rate of {name}{at} completed, down to {}{scaling}", short(smallest, 4));
            say(text, advised(contender, axis));
        }
    }
    let Some(best) = contender.best() else { return };
    if best.unstable > 0 {
        say(format!("{name}'s best rate{at} is unstable, not yet diverged: it lies beyond the stable limit"), None);
    }
    let useless = (contender.not_better_than.as_ref())
        .map(|baseline| format!("no setting of {name}{at} is better than {baseline}, so none is advised"));
    let series = contender.best_series();
    let Some((series, basin)) = series.and_then(|series| Some((series, series.basin.as_ref()?))) else {
        useless.into_iter().for_each(|text| say(text, None));
        return;
    };
    let axis = basin.next.and_then(|axis| advised(contender, axis));
    let tiny = basin.next.is_some() && axis.is_none();
    let rate = |position: usize| &contender.settings[series.settings[position]];
    let text = match basin.position {
        RatePosition::Inside | RatePosition::Alone => {
            useless.into_iter().for_each(|text| say(text, None));
            return;
        }
        RatePosition::LowEdge if basin.best == 0 => {
            format!("{name}'s best rate{at}, {}, is the smallest one tried; a smaller one may be better", shown(best))
        }
        RatePosition::LowEdge => format!("{name}'s best rate{at}, {}, is the smallest that completed", shown(best)),
        RatePosition::HighEdge if basin.best + 1 == series.settings.len() => {
            format!("{name}'s best rate{at}, {}, is the largest one tried; a larger one may be better", shown(best))
        }
        RatePosition::HighEdge => format!("{name}'s best rate{at}, {}, is the largest that completed", shown(best)),
        RatePosition::NextToDivergence(next) => {
            let limit = series.limit.zip(series.regime).map_or_else(String::new, |(limit, regime)| {
                let about = if limit.n > 1 { "median " } else { "" };
                format!("; {about}{} = {}", regime.formula(), short(limit.median, 4))
            });
            format!("{name}'s best rate{at} is next to divergence ({}{limit})", fate(rate(next)))
        }
    };
    let scaling = if tiny { SCALING_ONLY } else { "" };
    // Where no setting is of use, one beyond the grid may be.
    let before = useless.map_or_else(String::new, |text| text + "; ");
    say(before + &text + scaling, axis);
}

/// Rates below this only make up for features of very different scales.
const SMALLEST_ADVISED: f64 = 1e-30;

const SCALING_ONLY: &str = "; rates that small only make up for the scale of the features: write standardize = true";

const fn is_usable((_, to): (f64, f64)) -> bool {
    to >= SMALLEST_ADVISED
}

/// The axis to try next, unless scaling the features is what helps.
fn advised(contender: &Contender<'_>, axis: (f64, f64)) -> Option<String> {
    (contender.scales_features() || is_usable(axis)).then(|| axis_line(axis))
}

fn shown(result: &SettingResult<'_>) -> String {
    result.learning_rate.map_or_else(|| "–".to_owned(), |rate| short(rate, 4))
}

/// `0.562 diverged in 10/10`
#[must_use]
pub fn fate(result: &SettingResult<'_>) -> String {
    let (rate, counts) = (shown(result), result.counts);
    let n = counts.recorded();
    if counts.diverged > 0 {
        let how = if result.setting.deterministic { String::new() } else { format!(" in {}/{n}", counts.diverged) };
        let what = match counts.did_not_descend {
            0 => "diverged",
            all if all == counts.diverged => "did not descend",
            _ => "diverged or did not descend",
        };
        format!("{rate} {what}{how}")
    } else if counts.failed > 0 {
        format!("{rate} failed in {}/{n}", counts.failed)
    } else {
        let n = result.counts.recorded();
        let splits = if result.unstable as usize == n {
            String::new()
        } else {
            format!(" on {} of {n} splits", result.unstable)
        };
        format!("{rate} is unstable{splits}, not yet diverged")
    }
}
