//! Loss by epoch and by gradient evaluations: each optimizer at its best setting, side by side.

use super::is_loggable;
use crate::analysis::{Convergence, Sample, Task, convergence};
use crate::record::Split;
use crate::report::figure::{AxisLabel, Figure, Horizontal, Panel, Scale, Series, Style};
use crate::report::number::short;
use crate::report::phrase::{n, name_with_label, task_name};

const MOST_SERIES: usize = 8;
/// Points of a line that a reader can tell apart.
const MOST_POINTS: usize = 400;
/// From this many epochs on, epochs are drawn on a log axis.
const LOG_FROM: u64 = 100;

/// A figure for training and, where there is one, for validation.
pub fn figures(task: &Task<'_>, slug: &str) -> Vec<Figure> {
    [Split::Train, Split::Validation].into_iter().filter_map(|split| figure(task, slug, split)).collect()
}

fn figure(task: &Task<'_>, slug: &str, split: Split) -> Option<Figure> {
    let mut curves: Vec<(String, usize, Convergence)> = Vec::new();
    for &index in task.order.iter().take(MOST_SERIES) {
        let contender = &task.contenders[index];
        let Some(best) = contender.best() else { continue };
        let Some(curve) = convergence(best.setting, split) else { continue };
        let rate = best.learning_rate.map_or_else(String::new, |rate| format!(", rate {}", short(rate, 4)));
        let name = name_with_label(&contender.block.optimizer, &contender.label(best));
        curves.push((format!("{name}{rate} (n = {})", n(best)), index, curve));
    }
    if curves.is_empty() {
        return None;
    }
    let mut notes = Vec::new();
    if task.order.len() > MOST_SERIES {
        notes.push(format!("The best {MOST_SERIES} of {} optimizers are drawn.", task.order.len()));
    }
    let longest = curves.iter().filter_map(|(_, _, curve)| curve.epoch.last().copied()).max().unwrap_or(0);
    let scale = if longest >= LOG_FROM { Scale::Log } else { Scale::Linear };
    let by_epoch = panel(task, split, "by epoch", "epoch", scale, &curves, |curve| &curve.epoch);
    let by_evaluations =
        panel(task, split, "by gradient evaluations", "gradient evaluations", scale, &curves, |curve| {
            &curve.gradient_evaluations
        });
    explain(&curves, scale, &mut notes);
    let deterministic = curves.iter().all(|(_, _, curve)| curve.n == 1);
    let shown = if deterministic { "one trial each" } else { "median and 25–75 % band over seeds" };
    let word = split.word();
    let name = if split == Split::Train { "convergence" } else { "convergence-validation" };
    Some(Figure {
        name: format!("{name}-{slug}"),
        title: format!("{}: {word} MSE", task_name(task)),
        subtitle: format!("each optimizer at its best setting; {shown}"),
        panels: vec![by_epoch, by_evaluations],
        notes: notes.into_iter().chain(thinned(&curves)).collect(),
    })
}

fn panel(
    task: &Task<'_>,
    split: Split,
    title: &str,
    label: &str,
    scale: Scale,
    curves: &[(String, usize, Convergence)],
    x: fn(&Convergence) -> &[u64],
) -> Panel {
    let series = curves.iter().map(|(label, colour, curve)| line(label, *colour, curve, x(curve), scale)).collect();
    Panel {
        title: title.to_owned(),
        x: AxisLabel { label: label.to_owned(), scale },
        y: AxisLabel { label: format!("{} MSE", split.word()), scale: Scale::Log },
        series,
        verticals: Vec::new(),
        horizontals: exact(task, split, task.contenders.len()),
        margin_marks: Vec::new(),
    }
}

/// The exact MSE of the best setting's problem.
pub fn exact(task: &Task<'_>, split: Split, colour: usize) -> Vec<Horizontal> {
    let Some(row) = task.exact.first() else { return Vec::new() };
    let mean = row.mse(split).and_then(Sample::mean).filter(|mean| is_loggable(*mean));
    mean.map(|y| Horizontal { y, label: row.label.clone(), colour }).into_iter().collect()
}

#[allow(clippy::cast_precision_loss)]
fn line(label: &str, colour: usize, curve: &Convergence, xs: &[u64], scale: Scale) -> Series {
    let mut points = Vec::new();
    let mut band = Vec::new();
    for index in drawn(curve.epoch.len()) {
        let x = xs[index] as f64;
        if scale == Scale::Log && x <= 0.0 {
            continue;
        }
        let (low, median, high) = (curve.low[index], curve.median[index], curve.high[index]);
        if is_loggable(median) {
            points.push((x, median));
        }
        if curve.n > 1 && is_loggable(low) && is_loggable(high) {
            band.push((x, low, high));
        }
    }
    Series { label: label.to_owned(), colour, style: Style::Line, points, band, highlights: Vec::new() }
}

/// Positions of the points that are drawn, the first and the last among them.
fn drawn(rows: usize) -> impl Iterator<Item = usize> {
    let count = rows.min(MOST_POINTS);
    (0..count).map(move |i| if rows <= MOST_POINTS { i } else { i * (rows - 1) / (count - 1) })
}

fn explain(curves: &[(String, usize, Convergence)], scale: Scale, notes: &mut Vec<String>) {
    if scale == Scale::Log {
        notes.push("Epoch 0, the start, has no place on the log axis.".to_owned());
    }
    if curves.iter().any(|(_, _, curve)| curve.high.contains(&f64::INFINITY)) {
        let what = "A diverged or failed trial counts as +∞ from there on: a band ends where a quarter of the seeds \
                    have diverged, a line where half have.";
        notes.push(what.to_owned());
    }
    let zeros = curves.iter().flat_map(|(_, _, curve)| &curve.median).filter(|value| **value <= 0.0).count();
    if zeros > 0 {
        notes.push(format!("{zeros} values of 0 have no place on the log axis."));
    }
}

fn thinned(curves: &[(String, usize, Convergence)]) -> Option<String> {
    let longest = curves.iter().map(|(_, _, curve)| curve.epoch.len()).max()?;
    (longest > MOST_POINTS).then(|| format!("{MOST_POINTS} of {longest} evaluated epochs are drawn."))
}
