//! The training score by epoch for rates from too small to too large, with one panel for each optimizer's best series.

use super::axes::{NO_EPOCH_0, drawn, epoch_scale, lowest, metric_scale, shows};
use super::exact_line::exact;
use super::parts::in_parts;
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
        for position in spread(sweep) {
            request.convergence(&contender.settings[sweep.settings[position]], Split::Train);
        }
    }
}

/// The best series of an optimizer, if it has more than one rate.
fn swept<'t>(contender: &'t Contender<'_>) -> Option<&'t RateSeries> {
    contender.best_series().filter(|series| series.settings.len() > 1)
}

/// One figure per task, in parts if it has many optimizers. No figure if no optimizer has several learning rates.
pub fn figures(task: &Task<'_>, chosen: &ChosenPanels<'_>, slug: &str, curves: &CurveSummaries) -> Vec<Figure> {
    let (mut drawn, mut panels, mut starts) = (Vec::new(), Vec::new(), Vec::new());
    for &contender in &chosen.contenders {
        if let Some((panel, start)) = panel(task, contender, curves) {
            drawn.push(contender);
            panels.push(panel);
            starts.push(start);
        }
    }
    // All panels reach as far down as one of them has to.
    let floors = panels.iter().filter_map(|panel| panel.floor);
    let floor = floors.reduce(|one, other| if other < one { other } else { one });
    panels.iter_mut().for_each(|panel| panel.floor = floor);
    if panels.is_empty() {
        return Vec::new();
    }
    let seeds = task.contenders.iter().flat_map(|contender| &contender.settings).any(|s| !s.setting.deterministic);
    let shown = if seeds { "median over seeds" } else { "one trial a rate" };
    let others = task.contenders.iter().any(|contender| !contender.varying.is_empty());
    let best = if others { ", the other hyperparameters at their best" } else { "" };
    let mut notes = Vec::new();
    if panels.iter().any(|panel| panel.x.scale == AxisScale::Log) {
        notes.push(NO_EPOCH_0.to_owned());
    }
    let labels = || panels.iter().flat_map(|panel| &panel.series).map(|series| series.label.as_str());
    if labels().any(|label| label.contains('×')) {
        let some = if labels().any(|label| label.contains('/')) { " (k/n: in k of n seeds)" } else { "" };
        notes.push(format!("× {}{some}.", lost_of(task)));
    }
    notes.push(match task.metric.direction {
        Direction::Lower => format!("The y axis ends at {} times the start at the latest.", short(CEILING, 2)),
        Direction::Higher => {
            let start = starts.first().map_or_else(String::new, |start| significant(*start, 3));
            let label = task.metric.label;
            let cut = floor.map_or_else(String::new, |floor| significant(floor, 3));
            format!("The lines start at training {label} {start}, and the y axis is cut at {cut}.")
        }
    });
    notes.extend(chosen.note.clone());
    in_parts(Figure {
        name: format!("convergence-by-rate-{slug}"),
        title: format!("{}: convergence by learning rate", task_name(task)),
        subtitle: format!("{shown}{best}; {}", rates(&drawn)),
        panels,
        notes,
        legends: Legends::OnePerPanel,
    })
}

/// Which rates are drawn: all, or how many of how many.
fn rates(drawn: &[&Contender<'_>]) -> String {
    let tried = || drawn.iter().filter_map(|contender| swept(contender)).map(|sweep| sweep.settings.len());
    let (Some(fewest), Some(most)) = (tried().min(), tried().max()) else { return String::new() };
    match (fewest, most) {
        (_, most) if most <= RAMP_STEPS => "from the smallest rate (cold) to the largest (hot)".to_owned(),
        (fewest, most) if fewest == most => {
            format!("{RAMP_STEPS} of {most} rates, from the smallest (cold) to the largest (hot)")
        }
        _ => format!("at most {RAMP_STEPS} of {fewest} to {most} rates, from the smallest (cold) to the largest (hot)"),
    }
}

fn panel(task: &Task<'_>, contender: &Contender<'_>, known: &CurveSummaries) -> Option<(Panel, f64)> {
    let sweep = swept(contender)?;
    let results: Vec<&SettingResult<'_>> = sweep.settings.iter().map(|&index| &contender.settings[index]).collect();
    let found = |position: usize| Some((position, known.convergence(results[position], Split::Train)?));
    let curves: Vec<(usize, &Convergence)> = spread(sweep).into_iter().filter_map(found).collect();
    // The epochs of a trial that ran to the end. A diverged trial lacks the last ones.
    let longest = curves.iter().map(|(_, curve)| *curve).max_by_key(|curve| curve.epoch.last().copied())?;
    let epochs = longest.epoch.clone();
    let kind = task.metric;
    let start = longest.median.first().copied().filter(|value| shows(kind, *value))?;
    // What ends far worse than the start leaves the frame.
    let (ceiling, floor) = match kind.direction {
        Direction::Lower => (Some(CEILING * start), None),
        Direction::Higher => {
            let ended = curves.iter().filter(|(position, _)| results[*position].counts.completed > 0);
            let ends = ended.filter_map(|(_, curve)| curve.median.last().copied());
            (None, Some(lowest(kind, start, ends).unwrap_or(1.0 - FLOOR * (1.0 - start))))
        }
    };
    // Far outside of the frame, so that the line leaves it steeply.
    let outside = ceiling.map_or_else(|| 1.0 - 1e3 * CEILING * (1.0 - start), |ceiling| 1e3 * ceiling);
    let scale = epoch_scale(epochs.last().copied()?);
    let best = sweep.basin.as_ref().map(|basin| basin.best);
    let count = curves.len();
    let series = curves.iter().enumerate().map(|(index, (position, curve))| {
        // The lines span the whole colour scale, however few they are.
        let colour = RAMP + if count > 1 { index * (RAMP_STEPS - 1) / (count - 1) } else { 0 };
        let label = label(results[*position], best == Some(*position));
        Series {
            label,
            colour,
            style: Style::Line,
            points: points(kind, curve, &epochs, scale, outside),
            band: Vec::new(),
            highlights: Vec::new(),
        }
    });
    let panel = Panel {
        title: name_with_label(&contender.combination.optimizer, &sweep.label),
        x: AxisLabel { label: "epoch".to_owned(), scale },
        y: AxisLabel { label: format!("training {}", kind.label), scale: metric_scale(kind) },
        ceiling,
        floor,
        series: series.collect(),
        verticals: Vec::new(),
        horizontals: exact(task, Split::Train),
        margin_marks: Vec::new(),
    };
    Some((panel, start))
}

/// The positions of at most [`RAMP_STEPS`] rates, ascending: both ends, the best, and others evenly in between.
fn spread(sweep: &RateSeries) -> Vec<usize> {
    let last = sweep.settings.len() - 1;
    let count = sweep.settings.len().min(RAMP_STEPS);
    let mut positions: Vec<usize> = (0..count).map(|i| (i * last + (count - 1) / 2) / (count - 1)).collect();
    if let Some(best) = sweep.basin.as_ref().map(|basin| basin.best)
        && !positions.contains(&best)
    {
        // The best rate replaces its nearest neighbour, but never an end.
        let inner = 1..count - 1;
        if let Some(nearest) = inner.min_by_key(|&i| positions[i].abs_diff(best)) {
            positions[nearest] = best;
            positions.sort_unstable();
        }
    }
    positions
}

/// `0.1`, `0.316 (best)`, `0.5 ×`, `0.5 × 3/10`.
fn label(result: &SettingResult<'_>, is_best: bool) -> String {
    let rate = result.learning_rate.map_or_else(String::new, |rate| short(rate, 4));
    let (lost, n) = (result.counts.diverged + result.counts.failed, result.counts.recorded());
    match (is_best, lost) {
        (true, 0) => format!("{rate} (best)"),
        (_, 0) => rate,
        (_, lost) if lost == n => format!("{rate} ×"),
        (_, lost) => format!("{rate} × {lost}/{n}"),
    }
}

/// The points of the median. Once half of the trials have diverged, the median is infinite, and the line goes to
/// `outside` there.
fn points(kind: &MetricKind, curve: &Convergence, epochs: &[u64], scale: AxisScale, outside: f64) -> Vec<(f64, f64)> {
    let (mut xs, mut medians) = (curve.epoch.clone(), curve.median.clone());
    if let Some(next) = epochs.iter().find(|epoch| xs.last().is_none_or(|last| *epoch > last)) {
        xs.push(*next);
        medians.push(kind.worst());
    }
    if let Some(end) = medians.iter().position(|median| !median.is_finite()) {
        xs.truncate(end + 1);
        medians.truncate(end + 1);
        medians[end] = outside;
    }
    let kept = drawn(&xs, scale).into_iter().filter(|&index| shows(kind, medians[index]));
    kept.map(|index| (xs[index] as f64, medians[index])).collect()
}
