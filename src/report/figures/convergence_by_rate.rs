//! The training score by epoch for rates from too small to too large, with one panel for each optimizer's best series.

use super::axes::{NO_EPOCH_0, SAMPLED, curve_style, drawn, epoch_scale, lowest, metric_scale, shows};
use super::convergence::EPOCH;
use super::exact_line::exact;
use super::learning_rate_points::best_position;
use super::parts::{NotedPanel, in_parts};
use super::selection::ChosenPanels;
use crate::analysis::{Contender, Convergence, CurveRequest, CurveSummaries, RateSeries, SettingResult, Task};
use crate::metric::{Direction, MetricKind};
use crate::record::Split;
use crate::report::figure_data::{AxisLabel, AxisScale, Figure, Legends, Panel, RAMP, RAMP_STEPS, Series, Style};
use crate::report::number::{short, significant};
use crate::report::wording::{lost_of, name_with_label, task_name};

/// The axis ends at this multiple of the start's distance from the best that there is. Diverging lines leave through the top.
const CEILING: f64 = 3.0;
/// The same for a metric of which higher is better, on its linear axis.
const FLOOR: f64 = 1.25;

/// Requests the curves that the panels show.
pub fn request_curves(chosen: &ChosenPanels<'_>, request: &mut CurveRequest<'_>) {
    for contender in &chosen.contenders {
        let Some(sweep) = swept(contender) else { continue };
        for position in spread(contender, sweep) {
            request.convergence(&contender.settings[sweep.settings[position]], Split::Train);
        }
    }
}

/// The best series of an optimizer, if it has more than one rate and a trial that completed.
fn swept<'t>(contender: &'t Contender<'_>) -> Option<&'t RateSeries> {
    contender.best_series().filter(|series| series.settings.len() > 1 && contender.counts.completed > 0)
}

/// One figure per task, in parts if it has many optimizers. No figure if no optimizer has several learning rates.
pub fn figures(task: &Task<'_>, chosen: &ChosenPanels<'_>, slug: &str, curves: &CurveSummaries) -> Vec<Figure> {
    let found: Vec<(NotedPanel, f64)> =
        chosen.contenders.iter().filter_map(|contender| panel(task, contender, curves)).collect();
    let starts: Vec<f64> = found.iter().map(|(_, start)| *start).collect();
    let mut panels: Vec<NotedPanel> = found.into_iter().map(|(noted, _)| noted).collect();
    // All panels reach as far down as one of them has to.
    let floors = panels.iter().filter_map(|noted| noted.panel.floor);
    let floor = floors.reduce(|one, other| if other < one { other } else { one });
    panels.iter_mut().for_each(|noted| noted.panel.floor = floor);
    let seeds = task.contenders.iter().flat_map(|contender| &contender.settings).any(|s| !s.setting.deterministic);
    let shown = if seeds { "mean over seeds" } else { "one trial a rate" };
    let others = task.contenders.iter().any(|contender| !contender.varying.is_empty());
    let best = if others { ", the other hyperparameters at their best" } else { "" };
    let lost = chosen.contenders.iter().filter(|contender| contender.counts.completed == 0);
    let lost: Vec<&str> = lost.map(|contender| contender.combination.optimizer.as_str()).collect();
    let lost = (!lost.is_empty()).then(|| format!("Not drawn, since no trial completed: {}.", lost.join(", ")));
    let name = format!("convergence-by-rate-{slug}");
    let title = format!("{}: convergence by learning rate", task_name(task));
    in_parts(&name, &title, Legends::OnePerPanel, panels, |panels| {
        let mut notes = Vec::new();
        let labels = || panels.iter().flat_map(|panel| &panel.series).map(|series| series.label.as_str());
        if labels().any(|label| label.contains('×')) {
            let some = if labels().any(|label| label.contains('/')) {
                " (3/10: 3 of 10 seeds); its line leaves the frame where the first seed diverges"
            } else {
                ""
            };
            notes.push(format!("× {}{some}.", lost_of(task)));
        }
        notes.push(match task.metric.direction {
            Direction::Lower => format!("y axis cut off at {} × the initial {}.", short(CEILING, 2), task.metric.label),
            Direction::Higher => {
                let start = starts.first().map_or_else(String::new, |start| significant(*start, 3));
                let label = task.metric.label;
                let cut = floor.map_or_else(String::new, |floor| significant(floor, 3));
                format!("The lines start at training {label} {start}, and the y axis is cut at {cut}.")
            }
        });
        if panels.iter().any(|panel| panel.x.scale == AxisScale::Log) {
            notes.push(NO_EPOCH_0.to_owned());
        }
        if panels.iter().flat_map(|panel| &panel.series).any(|series| series.style == Style::Sampled) {
            notes.push(SAMPLED.to_owned());
        }
        notes.extend(lost.clone());
        notes.extend(chosen.note.clone());
        (format!("{shown}{best}; blue = smallest rate, red = largest"), notes)
    })
}

fn panel(task: &Task<'_>, contender: &Contender<'_>, known: &CurveSummaries) -> Option<(NotedPanel, f64)> {
    let sweep = swept(contender)?;
    let name = name_with_label(&contender.combination.optimizer, &sweep.label);
    let results: Vec<&SettingResult<'_>> = sweep.settings.iter().map(|&index| &contender.settings[index]).collect();
    let found = |position: usize| Some((position, known.convergence(results[position], Split::Train)?));
    let curves: Vec<(usize, &Convergence)> = spread(contender, sweep).into_iter().filter_map(found).collect();
    let by_median = contender.ranking.by_median;
    // The epochs of a trial that ran to the end. A diverged trial lacks the last ones.
    let longest = curves.iter().map(|(_, curve)| *curve).max_by_key(|curve| curve.epoch.last().copied())?;
    let epochs = longest.epoch.clone();
    let kind = task.metric;
    let start = longest.ranking(by_median).first().copied().filter(|value| shows(kind, *value))?;
    // What ends far worse than the start leaves the frame.
    let (ceiling, floor) = match kind.direction {
        Direction::Lower => (Some(CEILING * start), None),
        Direction::Higher => {
            let ended = curves.iter().filter(|(position, _)| results[*position].counts.completed > 0);
            let ends = ended.filter_map(|(_, curve)| curve.ranking(by_median).last().copied());
            (None, Some(lowest(kind, start, ends).unwrap_or(1.0 - FLOOR * (1.0 - start))))
        }
    };
    // Far outside of the frame, so that the line leaves it steeply.
    let outside = ceiling.map_or_else(|| 1.0 - 1e3 * CEILING * (1.0 - start), |ceiling| 1e3 * ceiling);
    let scale = epoch_scale(epochs.last().copied()?);
    let (best, safe) = (best_position(contender, sweep), sweep.basin.as_ref().map(|basin| basin.safe));
    let count = curves.len();
    let series = curves.iter().enumerate().map(|(index, (position, curve))| {
        // The lines span the whole colour scale, however few they are.
        let colour = RAMP + if count > 1 { index * (RAMP_STEPS - 1) / (count - 1) } else { 0 };
        let label = label(results[*position], best == Some(*position), safe == Some(*position));
        let points = points(kind, curve, by_median, &epochs, scale, outside);
        let inside: Vec<(f64, f64)> = points.iter().copied().filter(|(_, y)| *y != outside).collect();
        let style = curve_style(&inside);
        Series { label, colour, style, points, band: Vec::new(), highlights: Vec::new() }
    });
    let panel = Panel {
        title: name.clone(),
        x: AxisLabel { label: EPOCH.to_owned(), scale },
        y: AxisLabel { label: format!("training {}", kind.label), scale: metric_scale(kind) },
        ceiling,
        floor,
        series: series.collect(),
        good: None,
        verticals: Vec::new(),
        horizontals: exact(task, Split::Train, by_median),
        margin_marks: Vec::new(),
        matrix: None,
        x_names: Vec::new(),
        rows: None,
    };
    let mut notes = Vec::new();
    if count < sweep.settings.len() {
        let tied = tied(contender, sweep).into_iter();
        let left_out = tied.filter(|position| !curves.iter().any(|(drawn, _)| drawn == position)).count();
        let ties = match left_out {
            0 => String::new(),
            1 => "; one of the others is tied with the best".to_owned(),
            more => format!("; {more} of the others are tied with the best"),
        };
        notes.push(format!("{name}: {count} of {} rates{ties}.", sweep.settings.len()));
    }
    if by_median {
        notes.push(format!("{name}: medians, by which it is ranked: no setting completed with every seed."));
    }
    Some((NotedPanel { panel, notes }, start))
}

/// The positions of at most [`RAMP_STEPS`] rates, ascending: both ends, the best and the safe rate, as many as possible of those
/// that are tied with the best, then others. Each is as far as possible from those before it.
fn spread(contender: &Contender<'_>, sweep: &RateSeries) -> Vec<usize> {
    let last = sweep.settings.len() - 1;
    let safe = sweep.basin.as_ref().map(|basin| basin.safe);
    let mut kept: Vec<usize> = vec![0, last];
    kept.extend(best_position(contender, sweep).into_iter().chain(safe));
    kept.sort_unstable();
    kept.dedup();
    for candidates in [tied(contender, sweep), (0..=last).collect()] {
        while kept.len() < RAMP_STEPS {
            let gap = |position: usize| kept.iter().map(|other| other.abs_diff(position)).min().unwrap_or(usize::MAX);
            // Of those equally far apart the first.
            let next = candidates.iter().copied().filter(|position| gap(*position) > 0);
            let Some(next) = next.min_by_key(|position| (usize::MAX - gap(*position), *position)) else { break };
            kept.push(next);
        }
    }
    kept.sort_unstable();
    kept
}

/// The positions of the rates whose mean is no further from the best one than rounding.
fn tied(contender: &Contender<'_>, sweep: &RateSeries) -> Vec<usize> {
    let result = |position: usize| &contender.settings[sweep.settings[position]];
    let Some(best) = sweep.basin.as_ref().map(|basin| result(basin.best)) else { return Vec::new() };
    let Some((mean, distance)) = best.score_mean.zip(best.distance()) else { return Vec::new() };
    let enough = distance + best.metrics.score.resolution(mean, best.target, best.scored);
    let is_tied = |position: &usize| result(*position).distance().is_some_and(|distance| distance <= enough);
    (0..sweep.settings.len()).filter(is_tied).collect()
}

/// `0.1`, `0.316 (best)`, `0.1 (safe)`, `0.5 ×`, `0.5 × 3/10`.
fn label(result: &SettingResult<'_>, is_best: bool, is_safe: bool) -> String {
    let rate = result.learning_rate.map_or_else(String::new, |rate| short(rate, 4));
    let word = match (is_best, is_safe) {
        (true, true) => " (best, safe)",
        (true, false) => " (best)",
        (false, true) => " (safe)",
        (false, false) => "",
    };
    let (lost, n) = (result.counts.diverged + result.counts.failed, result.counts.recorded());
    match lost {
        0 => format!("{rate}{word}"),
        lost if lost == n => format!("{rate}{word} ×"),
        lost => format!("{rate}{word} × {lost}/{n}"),
    }
}

/// The points of the statistic that ranks. Where it is infinite, since a trial diverged, the line goes to `outside`.
fn points(
    kind: &MetricKind,
    curve: &Convergence,
    by_median: bool,
    epochs: &[u64],
    scale: AxisScale,
    outside: f64,
) -> Vec<(f64, f64)> {
    let (mut xs, mut values) = (curve.epoch.clone(), curve.ranking(by_median).to_vec());
    if let Some(next) = epochs.iter().find(|epoch| xs.last().is_none_or(|last| *epoch > last)) {
        xs.push(*next);
        values.push(kind.worst());
    }
    if let Some(end) = values.iter().position(|value| !value.is_finite()) {
        xs.truncate(end + 1);
        values.truncate(end + 1);
        values[end] = outside;
    }
    let kept = drawn(&xs, scale).into_iter().filter(|&index| shows(kind, values[index]));
    kept.map(|index| (xs[index] as f64, values[index])).collect()
}
