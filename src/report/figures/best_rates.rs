//! The best learning rate by a number that is compared, on logarithmic axes: what each seed finds best, the mean of these, the line
//! through the means, and the rate to use.

use super::levels::series_of;
use super::naming;
use crate::analysis::{RateAtValue, RateSlope, Task};
use crate::record::Study;
use crate::report::figure_data::{AxisLabel, AxisScale, Figure, Legends, Panel, Series, Style};
use crate::report::number::{plural, short, with_interval};
use crate::report::wording::{CUT_BY_THE_GRID, repeated, task_name};

/// The most lines.
const MOST_SERIES: usize = 8;

/// A figure for each key with such lines.
pub fn figures(study: &Study, task: &Task<'_>, slug: &str) -> Vec<Figure> {
    let mut keys: Vec<&str> = Vec::new();
    task.rate_slopes.iter().for_each(|found| keys.extend((!keys.contains(&found.key)).then_some(found.key)));
    keys.into_iter().map(|key| figure(study, task, key, slug)).collect()
}

fn figure(study: &Study, task: &Task<'_>, key: &str, slug: &str) -> Figure {
    let bare = key.split_once('.').map_or(key, |(_, bare)| bare);
    // The colours of the levels beside it.
    let has_key = |index: &usize| task.contenders[*index].combination.levels.iter().any(|level| level.key == key);
    let mut labels: Vec<String> = Vec::new();
    for index in (0..task.contenders.len()).filter(has_key) {
        let label = series_of(study, task, index, key);
        labels.extend((!labels.contains(&label)).then_some(label));
    }
    let all: Vec<&RateSlope<'_>> = task.rate_slopes.iter().filter(|found| found.key == key).collect();
    let drawn = &all[..all.len().min(MOST_SERIES)];
    let mut series = Vec::new();
    for found in drawn {
        let label = found.best.first().map(|at| series_of(study, task, at.contender, key)).unwrap_or_default();
        let colour = labels.iter().position(|known| *known == label).unwrap_or(0);
        series.extend(of_slope(found, label, colour));
    }
    let mut x_names: Vec<(f64, String)> =
        drawn.iter().flat_map(|found| &found.best).map(|at| (at.value, at.words.clone())).collect();
    x_names.sort_by(|one, other| one.0.total_cmp(&other.0));
    x_names.dedup_by(|one, other| one.0 == other.0);
    let log = |label: &str| AxisLabel { label: label.to_owned(), scale: AxisScale::Log };
    let panel = Panel { series, x_names, ..Panel::empty(log(bare), log("best learning rate")) };
    let mut notes = notes(task, drawn, &panel.series);
    if all.len() > MOST_SERIES {
        notes.push(format!("{MOST_SERIES} of {} lines are drawn; tables/best_rates.csv has all.", all.len()));
    }
    Figure {
        name: format!("best-rate-{}-{slug}", naming::slug(bare)),
        title: format!("{}: best learning rate by {bare}", task_name(task)),
        subtitle: subtitle(drawn),
        panels: vec![panel],
        axes_of: [].into(),
        notes,
        legends: Legends::Shared,
    }
}

/// What is drawn of one line: the seeds' own rates, the line, the means with their intervals and the rates to use, and arrows.
fn of_slope(found: &RateSlope<'_>, label: String, colour: usize) -> Vec<Series> {
    let plain = |style: Style, points: Vec<(f64, f64)>| Series {
        label: String::new(),
        colour,
        style,
        points,
        band: Vec::new(),
        highlights: Vec::new(),
    };
    let several = found.slopes.len() > 1;
    let own = |at: &RateAtValue| at.own.iter().flatten().map(|rate| (at.value, *rate)).collect::<Vec<_>>();
    let owned = if several { found.best.iter().flat_map(own).collect() } else { Vec::new() };
    let ends = [found.best.first(), found.best.last()].into_iter().flatten();
    let line: Vec<(f64, f64)> = ends.filter_map(|at| Some((at.value, found.at(at.value)?))).collect();
    let with_slope = match &found.slope {
        Some(slope) => format!("{label}: slope {}", with_interval(slope.mean, slope.interval, 2)),
        None => format!("{label}: no slope"),
    };
    let level = |at: &RateAtValue| Some((at.value, at.own_level?.center));
    let bar = |at: &RateAtValue| at.own_level?.interval.map(|(low, high)| (at.value, low, high));
    let means = Series {
        label: with_slope,
        points: found.best.iter().filter_map(level).collect(),
        band: found.best.iter().filter_map(bar).collect(),
        highlights: found.best.iter().map(|at| (at.value, at.rate)).collect(),
        ..plain(Style::Fitted, Vec::new())
    };
    let cut = |style: Style, is_end: &dyn Fn(&RateAtValue, f64) -> bool| {
        let points = found.best.iter().flat_map(|at| {
            let rates = at.own.iter().flatten().copied().chain([at.rate]).filter(|rate| is_end(at, *rate));
            rates.take(1).map(|rate| (at.value, rate)).collect::<Vec<_>>()
        });
        plain(style, points.collect())
    };
    let below = cut(Style::CutBelow, &|at, rate| rate <= at.tried.0);
    let above = cut(Style::CutAbove, &|at, rate| rate >= at.tried.1);
    let all = [plain(Style::Tally, owned), plain(Style::FittedLine, line), means, below, above];
    all.into_iter().filter(|series| series.style == Style::Fitted || !series.points.is_empty()).collect()
}

fn subtitle(drawn: &[&RateSlope<'_>]) -> String {
    let most = drawn.iter().map(|found| found.slopes.len()).max().unwrap_or(0);
    let least = drawn.iter().map(|found| found.slopes.len()).min().unwrap_or(0);
    if most < 2 {
        return "one trial each; line: least squares on logarithmic axes".to_owned();
    }
    let n = if least == most { plural(most, "seed") } else { format!("{least} to {most} seeds") };
    format!("points: geometric mean over {n} of each one's best rate; line: least squares")
}

fn notes(task: &Task<'_>, drawn: &[&RateSlope<'_>], series: &[Series]) -> Vec<String> {
    let has = |style: Style| series.iter().any(|series| series.style == style);
    let mut notes = Vec::new();
    if has(Style::Tally) {
        notes.push("Pale discs: the rate that is best in a seed; the area counts seeds.".to_owned());
    }
    if series.iter().any(|series| !series.band.is_empty()) {
        notes.push(format!(
            "Bars, and the brackets behind the slopes: 95 % intervals over seeds, about {}.",
            repeated(task)
        ));
    }
    if drawn.iter().any(|found| found.slope.is_some_and(|slope| slope.is_rounded)) {
        notes.push(
            "Where seeds agree to less than a step of the grid, the interval is that of rounding to a step.".to_owned(),
        );
    }
    let through = |(found, series): (&&RateSlope<'_>, &Series)| {
        let name = series.label.split(": slope").next().unwrap_or(found.optimizer);
        found.slope_of_best.map(|slope| format!("{} ({name})", short(slope, 2)))
    };
    let with_labels = series.iter().filter(|series| series.style == Style::Fitted);
    let through: Vec<String> = drawn.iter().zip(with_labels).filter_map(through).collect();
    if has(Style::Tally) {
        notes.push(format!(
            "Ring: the rate to use, best by its mean score over the seeds; a line through the rings would have slope {}.",
            through.join(", ")
        ));
    } else {
        notes.push("Ring: the rate to use.".to_owned());
    }
    if has(Style::CutAbove) || has(Style::CutBelow) {
        notes.push(format!("Arrow: {CUT_BY_THE_GRID}, the rate is the first or the last that was tried, and a better one may lie beyond."));
    }
    let without: Vec<String> = drawn.iter().flat_map(|found| found.without_rate()).collect();
    if !without.is_empty() {
        notes.push(format!("No rate: {}.", without.join(", ")));
    }
    notes
}
