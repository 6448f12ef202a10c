//! Updates and sharpness by epoch.

use std::sync::Arc;

use super::{fixed, notes, trials_note};
use crate::analysis::{MedianWatched, Task, TaskWatched};
use crate::record::{
    PRECONDITIONED_SHARPNESS, PRECONDITIONED_SHARPNESS_LIMIT, SHARPNESS, SHARPNESS_LIMIT, UPDATE_RATIO,
};
use crate::report::figure_data::{AxisLabel, AxisScale, Figure, Horizontal, Legends, NEUTRAL, Panel, Series, Style};
use crate::report::figures::axes::{NO_EPOCH_0, epoch_scale};
use crate::report::number::short;
use crate::report::wording::task_name;

/// A usual ratio of update to weights: "should be somewhere around 1e-3", Stanford's course CS231n, Neural Networks Part 3.
const USUAL_RATIO: f64 = 1e-3;

/// The most panels of a figure.
const MOST_PANELS: usize = 6;

/// How far the updates move the weights, relative to their norm: the median over the layers.
pub fn updates(task: &Task<'_>, watched: &TaskWatched, slug: &str) -> Option<Figure> {
    let grid = &watched.grid;
    let of_settings = |lines: Vec<(String, usize)>| -> Vec<Series> {
        let series = |(colour, (label, setting)): (usize, (String, usize))| {
            let drawn = watched.drawn.get(&setting)?;
            let points: Vec<(f64, f64)> = ratios(drawn).collect();
            let style = Style::Sampled;
            (!points.is_empty()).then(|| Series {
                label,
                colour,
                style,
                points,
                band: Vec::new(),
                highlights: Vec::new(),
            })
        };
        lines.into_iter().enumerate().filter_map(series).collect()
    };
    let mut parts: Vec<(String, Vec<Series>)> = Vec::new();
    if watched.has_depth() {
        for (title, settings) in grid.panels.iter().zip(&grid.settings) {
            let lines = grid.lines.iter().zip(settings);
            let lines = lines.filter_map(|(line, setting)| Some((line.clone(), (*setting)?))).collect();
            parts.push((title.clone(), of_settings(lines)));
        }
    } else {
        for (contender, settings) in task.contenders.iter().zip(&watched.rates).take(MOST_PANELS) {
            let lines = settings.iter().map(|setting| (rate_words(task, watched, *setting), *setting)).collect();
            parts.push((contender.name().to_owned(), of_settings(lines)));
        }
    }
    let last = last_epoch(watched);
    let panels: Vec<Panel> = parts
        .into_iter()
        .filter(|(_, series)| !series.is_empty())
        .map(|(title, series)| {
            let mut panel = panel(title, last, "‖update‖ / ‖weights‖");
            panel.series = series;
            let label = "10⁻³".to_owned();
            panel.horizontals.push(Horizontal { y: USUAL_RATIO, label, colour: NEUTRAL });
            panel
        })
        .collect();
    let mut notes = notes(watched);
    notes.push("The line at 10⁻³ is a rule of thumb (Stanford's course CS231n), no limit.".to_owned());
    let depth = if watched.has_depth() {
        "; median over the layers; all panels on the same axes"
    } else {
        "; each panel on axes of its own"
    };
    let axes_of: Arc<[Panel]> = if watched.has_depth() { panels.clone().into() } else { [].into() };
    let fixed = if watched.has_depth() { fixed(watched) } else { String::new() };
    let figure = finish(
        panels,
        format!("updates-{slug}"),
        format!("{}: size of the updates", task_name(task)),
        format!("root mean square of ‖Δw‖/‖w‖ of the weights over the steps of the epoch{depth}{fixed}"),
        notes,
        last,
        if watched.has_depth() { Legends::Shared } else { Legends::OnePerPanel },
    );
    figure.map(|figure| Figure { axes_of, ..figure })
}

/// Sharpness beside its limit, for some rates of each optimizer.
pub fn sharpness(task: &Task<'_>, watched: &TaskWatched, slug: &str) -> Option<Figure> {
    let last = last_epoch(watched);
    let (mut panels, mut notes) = (Vec::new(), trials_note(watched).into_iter().collect::<Vec<String>>());
    let (mut without_limit, mut preconditioned): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    let shown = task.contenders.iter().zip(&watched.rates).filter(|(_, settings)| !settings.is_empty());
    let all = shown.clone().count();
    for (contender, settings) in shown.take(MOST_PANELS) {
        let drawn = || settings.iter().filter_map(|setting| Some((*setting, watched.drawn.get(setting)?)));
        let is_preconditioned = drawn().any(|(_, drawn)| drawn.by_epoch(&PRECONDITIONED_SHARPNESS).next().is_some());
        let (value, limit) = match is_preconditioned {
            true => (&PRECONDITIONED_SHARPNESS, &PRECONDITIONED_SHARPNESS_LIMIT),
            false => (&SHARPNESS, &SHARPNESS_LIMIT),
        };
        let mut panel = panel(contender.name().to_owned(), last, "largest eigenvalue");
        let mut has_limit = false;
        for (colour, (setting, drawn)) in drawn().enumerate() {
            let label = rate_words(task, watched, setting);
            let mut add = |label: String, style: Style, points: Vec<(f64, f64)>| {
                if !points.is_empty() {
                    panel.series.push(Series {
                        label,
                        colour,
                        style,
                        points,
                        band: Vec::new(),
                        highlights: Vec::new(),
                    });
                }
            };
            let points = |quantity| drawn.by_epoch(quantity).map(|(epoch, value)| (epoch as f64, value)).collect();
            let limits: Vec<(f64, f64)> = points(limit);
            has_limit |= !limits.is_empty();
            add(label.clone(), Style::Sampled, points(value));
            add(format!("{label}: limit"), Style::Dashed, limits);
        }
        if panel.series.is_empty() {
            continue;
        }
        if is_preconditioned {
            preconditioned.push(contender.name());
        }
        if !has_limit {
            without_limit.push(contender.name());
        }
        panels.push(panel);
    }
    if !preconditioned.is_empty() {
        notes.push(format!(
            "{}: the largest eigenvalue of D^(−½)·H·D^(−½), where D is what Adam divides its steps by: √v + ε, with v corrected for its start.",
            preconditioned.join(", ")
        ));
    }
    if !without_limit.is_empty() {
        notes.push(format!(
            "{}: no limit is drawn, since the method draws batches, or none is known of it.",
            without_limit.join(", ")
        ));
    }
    if all > MOST_PANELS {
        notes.push(format!("{MOST_PANELS} of {all} optimizers are drawn."));
    }
    finish(
        panels,
        format!("sharpness-{slug}"),
        format!("{}: sharpness", task_name(task)),
        "largest eigenvalue of the Hessian of J on the training rows, at the evaluated epochs; dashes: the limit beyond which full-batch \
         steps are unstable on a quadratic"
            .to_owned(),
        notes,
        last,
        Legends::OnePerPanel,
    )
}

fn panel(title: String, last: u64, y: &str) -> Panel {
    let x = AxisLabel { label: "epoch".to_owned(), scale: epoch_scale(last) };
    let y = AxisLabel { label: y.to_owned(), scale: AxisScale::Log };
    Panel { title, ..Panel::empty(x, y) }
}

fn finish(
    panels: Vec<Panel>,
    name: String,
    title: String,
    subtitle: String,
    mut notes: Vec<String>,
    last: u64,
    legends: Legends,
) -> Option<Figure> {
    let begins_at_zero = |panel: &Panel| panel.series.iter().flat_map(|series| &series.points).any(|(x, _)| *x == 0.0);
    if epoch_scale(last) == AxisScale::Log && panels.iter().any(begins_at_zero) {
        notes.push(NO_EPOCH_0.to_owned());
    }
    let mut panels = panels;
    if epoch_scale(last) == AxisScale::Log {
        for series in panels.iter_mut().flat_map(|panel| &mut panel.series) {
            series.points.retain(|(x, _)| *x > 0.0);
        }
    }
    (!panels.is_empty()).then(|| Figure { name, title, subtitle, axes_of: [].into(), panels, notes, legends })
}

/// The epochs with the median ratio of the blocks of weights.
fn ratios(drawn: &MedianWatched) -> impl Iterator<Item = (f64, f64)> + '_ {
    drawn.epochs.iter().enumerate().filter_map(|(at, epoch)| {
        let mut values: Vec<f64> =
            drawn.by_place(&UPDATE_RATIO, at, |place| place.ends_with("weights")).into_iter().flatten().collect();
        values.sort_by(f64::total_cmp);
        Some((*epoch as f64, *values.get(values.len() / 2)?))
    })
}

fn last_epoch(watched: &TaskWatched) -> u64 {
    watched.drawn.values().filter_map(|drawn| drawn.epochs.last().copied()).max().unwrap_or(0)
}

/// `rate 0.1`, or what else tells the setting apart.
fn rate_words(task: &Task<'_>, watched: &TaskWatched, position: usize) -> String {
    let setting = &watched.settings[position];
    let rate = task.contenders[setting.contender].settings[setting.setting].learning_rate;
    rate.map_or_else(|| watched.words(position), |rate| format!("rate {}", short(rate, 3)))
}
