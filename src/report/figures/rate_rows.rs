//! Many optimizers in one figure: a row for each, with its score by learning rate as a strip of shaded cells and its tuned score.

use super::axes::metric_scale;
use super::leading::standing;
use super::learning_rate_points::best_position;
use crate::analysis::{Analysis, Contender, RateSeries, SettingResult, Task};
use crate::metric::{AxisKind, Direction, MetricKind};
use crate::report::figure_data::{AxisLabel, AxisScale, Figure, Legends, Panel};
use crate::report::figure_rows::{GoodRates, MethodRow, MethodRows, RateCell, RateShade};
use crate::report::number::{of_metric, on_targets, plural, short, significant, within_range};
use crate::report::wording::{
    cut_at_range, good_range, long_metric, name_with_label, noun, repeated, task_name, tuned_per_seed,
};

/// The most rows.
const MOST_ROWS: usize = 100;

/// The upper ends of the shades, as multiples of the best distance: the finest ladder that leaves few cells beyond its end.
const LADDERS: [[f64; 6]; 4] = [
    [1.01, 1.05, 1.1, 1.2, 1.5, 2.0],
    [1.01, 1.1, 1.5, 3.0, 10.0, 100.0],
    [1.1, 3.0, 10.0, 100.0, 1e4, 1e6],
    [1.1, 10.0, 1e3, 1e6, 1e9, 1e12],
];
/// The most cells beyond the end of a ladder, as a share of all.
const BEYOND: f64 = 0.25;
/// Rows so much further from the leader than three quarters of all are, on the axis, lie beyond its end.
const FAR: f64 = 3.0;

/// The figure of one task. `None` if no optimizer has a score, or none has several rates.
pub fn figure(analysis: &Analysis<'_>, task: &Task<'_>, slug: &str) -> Option<Figure> {
    let base = base(task)?;
    let order = sorted(task);
    let shown = &order[..order.len().min(MOST_ROWS)];
    let ratios = shown.iter().flat_map(|&index| ratios(&task.contenders[index], base));
    let ladder = ladder(&ratios.collect::<Vec<f64>>());
    let mut rows: Vec<MethodRow> = shown.iter().map(|&index| row(task, index, base, ladder)).collect();
    if rows.iter().all(|row| row.cells.len() < 2) {
        return None;
    }
    let worst_shown = worst_shown(task.metric, &rows);
    let n = task.seeds();
    let has_intervals = rows.iter().any(|row| row.level.is_some_and(|(_, interval)| interval.is_some()));
    let compared = long_metric(task.metric, task.compared_on, analysis.study.epoch);
    let ranked = long_metric(task.metric, task.ranked_on, analysis.study.epoch);
    let what = noun(task.compares_keys);
    let mut notes = Vec::new();
    if let Some(leader) = rows.first_mut().and_then(|row| row.chosen.map(|rate| (row.name.clone(), rate))) {
        notes.push(format!(
            "Best of all: {} at {}, with a {ranked} of {}.",
            leader.0,
            short(leader.1, 4),
            best_score(task)?
        ));
    }
    notes.push(format!(
        "Good range: the rates about each {what}'s own best whose {}. Below the leader, rows are in the order of what is on the right.",
        good_range(&[task.metric])
    ));
    if has_intervals {
        notes.push(format!(
            "Intervals are about {}; tests against the leader are by pairs, in which what all share cancels.",
            repeated(task)
        ));
    }
    let intervals = shown.iter().filter_map(|&index| Some((task.metric, task.level(index)?.interval?)));
    notes.extend(cut_at_range("Intervals", intervals));
    if let Some(worst) = worst_shown {
        notes.push(format!("Arrow: beyond {}, where the axis is cut.", of_metric(task.metric, worst, 3)));
    }
    if order.len() > MOST_ROWS {
        notes.push(format!("The best {MOST_ROWS} of {} are drawn.", plural(order.len(), what)));
    }
    let unit = match task.metric.direction {
        Direction::Lower => ranked.clone(),
        Direction::Higher => format!("1 − {ranked}"),
    };
    let others = shown.iter().any(|&index| !task.contenders[index].varying.is_empty());
    let others = if others { ", the other hyperparameters at their best" } else { "" };
    let over = if n > 1 { format!("mean over {n} seeds") } else { "one trial a rate".to_owned() };
    let interval = if has_intervals { ", 95 % interval" } else { "" };
    let tuned = if n > 1 { format!(", {}", tuned_per_seed(task)) } else { String::new() };
    let rows = MethodRows {
        rows,
        score: AxisLabel { label: compared.clone(), scale: metric_scale(task.metric) },
        score_title: format!("{compared}{}", if n > 1 { ", tuned per seed" } else { "" }),
        shade_title: format!("{unit} in multiples of the best"),
        shade_ends: ladder.to_vec(),
        worst_shown,
    };
    let empty = AxisLabel { label: String::new(), scale: AxisScale::Linear };
    Some(Figure {
        name: format!("learning-rate-{slug}"),
        title: format!("{}: {} by learning rate", task_name(task), plural(order.len(), what)),
        subtitle: format!("left: {ranked} of each rate, {over}{others}; right: {compared}{tuned}{interval}"),
        panels: vec![Panel {
            title: format!("{ranked} by learning rate"),
            rows: Some(rows),
            ..Panel::empty(empty.clone(), empty)
        }],
        axes_of: [].into(),
        notes,
        legends: Legends::Shared,
    })
}

/// What stands in the place of the figure.
#[must_use]
pub fn nothing(task: &Task<'_>) -> String {
    format!("{}: learning rates are not drawn, since no setting completed with every seed.", task_name(task))
}

/// The best distance of a mean score on the task, or the resolution there if that is larger. `None` without any.
fn base(task: &Task<'_>) -> Option<f64> {
    let best = task.contenders[*task.order.first()?].best()?;
    let (mean, distance) = best.score_mean.zip(best.distance()).filter(|(mean, _)| mean.is_finite())?;
    let resolution = task.metric.resolution(mean, best.target, best.scored);
    // Where all of it is 0, every other distance is beyond any multiple.
    Some([distance, resolution].into_iter().fold(f64::MIN_POSITIVE, |most, size| if size > most { size } else { most }))
}

fn best_score(task: &Task<'_>) -> Option<String> {
    let best = task.contenders[*task.order.first()?].best()?;
    Some(on_targets(task.metric, best.score_mean?, best.target, 4))
}

/// The leader, then the others by their tuned score, and last those without one.
fn sorted(task: &Task<'_>) -> Vec<usize> {
    let distance = |index: usize| task.level(index).map_or(f64::INFINITY, |level| task.metric.distance(level.center));
    let mut order = task.order.clone();
    if let Some(others) = order.get_mut(1..) {
        others.sort_by(|&one, &other| distance(one).total_cmp(&distance(other)));
    }
    order
}

/// The series that is drawn: that of the best setting.
fn series<'t>(contender: &'t Contender<'_>) -> Option<&'t RateSeries> {
    contender.best_series().or_else(|| contender.series.first()).filter(|_| contender.has_rate_to_tune())
}

fn results<'t, 'a>(
    contender: &'t Contender<'a>,
    series: &'t RateSeries,
) -> impl Iterator<Item = &'t SettingResult<'a>> {
    series.settings.iter().map(|&index| &contender.settings[index])
}

fn ratios(contender: &Contender<'_>, base: f64) -> Vec<f64> {
    let of_series = |series| results(contender, series).filter_map(|result| ratio(result, base)).collect();
    series(contender).map_or_else(Vec::new, of_series)
}

/// The distance of a mean score as a multiple of the best. `None` if it is not finite.
fn ratio(result: &SettingResult<'_>, base: f64) -> Option<f64> {
    result.distance().filter(|distance| distance.is_finite()).map(|distance| distance / base)
}

fn ladder(ratios: &[f64]) -> &'static [f64] {
    let fits = |ladder: &&[f64; 6]| {
        let beyond = ratios.iter().filter(|ratio| **ratio > ladder[5]).count();
        beyond as f64 <= BEYOND * ratios.len() as f64
    };
    LADDERS.iter().find(fits).unwrap_or(&LADDERS[3])
}

fn row(task: &Task<'_>, index: usize, base: f64, ladder: &[f64]) -> MethodRow {
    let contender = &task.contenders[index];
    let series = series(contender);
    let cells = series.map_or_else(Vec::new, |series| {
        let cell = |result: &SettingResult<'_>| {
            Some(RateCell { rate: result.learning_rate?, shade: shade(result, base, ladder) })
        };
        results(contender, series).filter_map(cell).collect()
    });
    let rate = |series: &RateSeries, position: usize| contender.settings[series.settings[position]].learning_rate;
    let advised = series.filter(|_| contender.not_better_than.is_none());
    let good = advised.and_then(|series| {
        let basin = series.basin.as_ref().filter(|_| series.settings.len() > 1)?;
        Some(GoodRates { from: rate(series, basin.low)?, to: rate(series, basin.high)?, cut: basin.cut })
    });
    let level = task.level(index);
    let level_words = match &level {
        Some(level) => on_targets(task.metric, level.center, task.target, 4),
        None => "not usable".to_owned(),
    };
    MethodRow {
        name: name_with_label(contender.name(), series.map_or("", |series| &series.label)),
        words: if cells.is_empty() { no_rate(contender) } else { String::new() },
        cells,
        good,
        chosen: advised.and_then(|series| rate(series, best_position(contender, series)?)),
        level: level.map(|level| (level.center, level.interval.map(|interval| within_range(task.metric, interval)))),
        level_words,
        standing: standing(task, index),
    }
}

/// `no rate to tune`, or `no rate to tune: 1 by default`
fn no_rate(contender: &Contender<'_>) -> String {
    match contender.settings.iter().find_map(|result| result.learning_rate) {
        Some(rate) => format!("no rate to tune: {} by default", short(rate, 4)),
        None => "no rate to tune".to_owned(),
    }
}

fn shade(result: &SettingResult<'_>, base: f64, ladder: &[f64]) -> RateShade {
    let (lost, n) = (result.counts.diverged + result.counts.failed, result.counts.recorded());
    if lost > 0 {
        return RateShade::Lost(if lost < n { format!("{lost}/{n}") } else { String::new() });
    }
    // The last digits of a ratio decide nothing.
    let number = |ratio: f64| ladder.partition_point(|end| ratio > end * (1.0 + 1e-12));
    ratio(result, base).map_or(RateShade::Unknown, |ratio| RateShade::Of(number(ratio)))
}

/// The end of the axis on its worse side, if a few rows would take nearly the whole of it.
fn worst_shown(kind: &MetricKind, rows: &[MethodRow]) -> Option<f64> {
    let place = |value: f64| match kind.axis {
        AxisKind::Logarithmic if value > 0.0 => Some(libm::log10(value)),
        AxisKind::Logarithmic => None,
        AxisKind::Linear => Some(value),
    };
    let places: Vec<f64> = rows.iter().filter_map(|row| place(row.level?.0)).filter(|at| at.is_finite()).collect();
    let best = *places.first()?;
    let worse = if kind.direction == Direction::Lower { 1.0 } else { -1.0 };
    let mut far: Vec<f64> = places.iter().map(|at| (at - best) * worse).collect();
    far.sort_by(f64::total_cmp);
    let (most, furthest) = (far[3 * (far.len() - 1) / 4], *far.last()?);
    // The axis reaches as far as the interval of the leader does in any case.
    let reach = rows.first()?.level?.1.map_or(0.0, |(low, high)| {
        let end = place(if worse > 0.0 { high } else { low }).unwrap_or(best);
        (end - best) * worse
    });
    let end = 1.5 * if most > reach { most } else { reach };
    if end <= 0.0 || furthest <= FAR * end {
        return None;
    }
    let at = best + worse * end;
    let value = if kind.axis == AxisKind::Logarithmic { libm::pow(10.0, at) } else { at };
    // Few digits, so that the words are the end itself.
    significant(value, 3).replace('−', "-").parse().ok()
}
