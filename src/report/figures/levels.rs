//! The tuned metric by the value of a key that is compared, with intervals: numbers along their axis, other values side by side in the
//! order of the file.

use super::axes::{metric_scale, shows};
use crate::analysis::Task;
use crate::record::{Study, StudyLevel};
use crate::report::figure_data::{
    AxisLabel, AxisScale, Figure, Horizontal, Legends, MarginMark, Mark, NEUTRAL, Panel, Series, Style,
};
use crate::report::number::within_range;
use crate::report::page_limits::names;
use crate::report::wording::{center, cut_at_range, long_metric, repeated, task_name};

/// The most lines.
const MOST_SERIES: usize = 8;

/// A contender that has a place on the axis.
struct Level {
    contender: usize,
    x: f64,
    /// What tells its line apart: the optimizer and the values of the other keys that are compared.
    series: String,
}

/// The axis of the values.
struct LevelAxis {
    label: AxisLabel,
    style: Style,
    /// The words at its ticks.
    names: Vec<(f64, String)>,
}

/// The figure of one task. `None` where no key that is compared has two values with a place.
pub fn figure(study: &Study, task: &Task<'_>, slug: &str) -> Option<Figure> {
    // Numbers have an axis of their own; of several keys the first of them is drawn along it.
    let found = || study.compare.iter().filter_map(|key| axis_of(study, task, key));
    let (key, axis, levels) = found().find(|(_, axis, _)| axis.style == Style::ErrorBars).or_else(|| found().next())?;
    let bare = key.split_once('.').map_or(key.as_str(), |(_, bare)| bare);
    let mut labels: Vec<&str> = Vec::new();
    levels.iter().for_each(|level| labels.extend((!labels.contains(&level.series.as_str())).then_some(&*level.series)));
    let all = labels.len();
    labels.truncate(MOST_SERIES);
    let mut series = Vec::new();
    let (mut lost, mut intervals) = (Vec::new(), Vec::new());
    for (colour, label) in labels.iter().enumerate() {
        let (mut points, mut band) = (Vec::new(), Vec::new());
        let mut of_series: Vec<&Level> = levels.iter().filter(|level| level.series == *label).collect();
        of_series.sort_by(|one, other| one.x.total_cmp(&other.x));
        for Level { contender, x, .. } in of_series {
            let found = task.level(*contender).filter(|level| shows(task.metric, level.center));
            match found {
                Some(level) => {
                    points.push((*x, level.center));
                    intervals.extend(level.interval);
                    let within = level.interval.map(|interval| within_range(task.metric, interval));
                    band.extend(within.map(|(low, high)| (*x, low, high)));
                }
                None => lost.push(MarginMark { x: *x, kind: Mark::Diverged, text: String::new(), colour }),
            }
        }
        let highlights = leader(task, &points, &levels, label);
        let label = if all == 1 && label.is_empty() { bare.to_owned() } else { (*label).to_owned() };
        series.push(Series { label, colour, style: axis.style, points, band, highlights });
    }
    if series.iter().all(|series| series.points.is_empty()) {
        return None;
    }
    let has_interval = series.iter().any(|series| !series.band.is_empty());
    let mut notes = Vec::new();
    if has_interval {
        let shared = "what all values share, such as the split, cancels in the differences beside them";
        notes.push(format!("The bars of levels are about {}; {shared}.", repeated(task)));
    }
    notes.extend(cut_at_range("Bars of levels", intervals.into_iter().map(|interval| (task.metric, interval))));
    if series.iter().any(|series| !series.highlights.is_empty()) {
        notes.push("Ring: the leader, by its score.".to_owned());
    }
    if axis.style == Style::ErrorBars {
        notes.push("A line joins the values of an optimizer; nothing was tried between them.".to_owned());
    }
    if !lost.is_empty() {
        notes.push("×: at some seed no setting can be used.".to_owned());
    }
    let others: Vec<&str> = (0..task.contenders.len())
        .filter(|index| levels.iter().all(|level| level.contender != *index))
        .map(|index| task.contenders[index].combination.optimizer.as_str())
        .collect();
    let (mut horizontals, undrawn) = lines(task, &others, labels.len());
    if !undrawn.is_empty() {
        notes.push(format!("Not on the axis: {}.", names(&undrawn)));
    }
    if all > MOST_SERIES {
        notes.push(format!("{MOST_SERIES} of {all} optimizers with their other values are drawn."));
    }
    horizontals.extend(baselines(task));
    let y = long_metric(task.metric, task.compared_on, study.epoch);
    let n = task.seeds();
    let tuned = if n > 1 {
        let bars = if has_interval { ", bars: 95 % intervals" } else { "" };
        format!("each value tuned per seed, {} over {n} seeds{bars}", center(task))
    } else {
        "each value at its best setting, one trial each".to_owned()
    };
    let differences = differences(task, &levels, &series, &labels, &axis);
    let panel = Panel {
        series,
        horizontals,
        margin_marks: lost,
        x_names: axis.names,
        ..Panel::empty(axis.label, AxisLabel { label: y.clone(), scale: metric_scale(task.metric) })
    };
    Some(Figure {
        name: format!("compared-{slug}"),
        title: format!("{}: {y} by {bare}", task_name(task)),
        subtitle: tuned,
        panels: std::iter::once(panel).chain(differences).collect(),
        axes_of: [].into(),
        notes,
        legends: Legends::Shared,
    })
}

/// The axis of a key: its numbers, or its words in the order of the file. `None` if it has fewer than two values on this task.
fn axis_of<'s>(study: &Study, task: &Task<'_>, key: &'s String) -> Option<(&'s String, LevelAxis, Vec<Level>)> {
    let bare = key.split_once('.').map_or(key.as_str(), |(_, bare)| bare).to_owned();
    let of_key = |index: usize| task.contenders[index].combination.levels.iter().find(|level| level.key == *key);
    let values: Vec<(usize, &StudyLevel)> =
        (0..task.contenders.len()).filter_map(|index| Some((index, of_key(index)?))).collect();
    let level = |contender: usize, x: f64| Level { contender, x, series: series_of(study, task, contender, key) };
    let mut numbers: Vec<(f64, String)> =
        values.iter().filter_map(|(_, level)| Some((level.number?, level.value.clone()))).collect();
    numbers.sort_by(|one, other| one.0.total_cmp(&other.0));
    numbers.dedup_by(|one, other| one.0 == other.0);
    if numbers.len() > 1 {
        let xs: Vec<f64> = numbers.iter().map(|(number, _)| *number).collect();
        // No log axis has room for 0, and on a linear one the small values would lie on each other.
        let is_even = xs[0] == 0.0 && xs.len() > 3 && scale(xs[1..].to_vec()) == AxisScale::Log;
        let place = |number: f64| match xs.iter().position(|x| *x == number) {
            Some(place) if is_even => place as f64,
            _ => number,
        };
        let levels = values.iter().filter_map(|(index, found)| Some(level(*index, place(found.number?)))).collect();
        let label = match is_even {
            true => AxisLabel { label: format!("{bare} (evenly spaced)"), scale: AxisScale::Linear },
            false => AxisLabel { label: bare, scale: scale(xs.clone()) },
        };
        numbers.iter_mut().for_each(|(number, _)| *number = place(*number));
        return Some((key, LevelAxis { label, style: Style::ErrorBars, names: numbers }, levels));
    }
    let mut words: Vec<&str> = Vec::new();
    values.iter().for_each(|(_, level)| words.extend((!words.contains(&&*level.value)).then_some(&*level.value)));
    let place = |value: &str| words.iter().position(|word| *word == value).map(|place| place as f64);
    let levels: Vec<Level> =
        values.iter().filter_map(|(index, found)| Some(level(*index, place(&found.value)?))).collect();
    let names: Vec<(f64, String)> =
        words.iter().enumerate().map(|(place, word)| (place as f64, (*word).to_owned())).collect();
    let label = AxisLabel { label: bare, scale: AxisScale::Linear };
    (names.len() > 1).then_some((key, LevelAxis { label, style: Style::Categories, names }, levels))
}

/// The optimizer, if there are several, and the values of the other keys that are compared.
pub fn series_of(study: &Study, task: &Task<'_>, contender: usize, key: &str) -> String {
    let combination = task.contenders[contender].combination;
    let several = study.declared.optimizers.len() > 1;
    let others = combination.levels.iter().filter(|level| level.key != key).map(|level| level.words.as_str());
    let words: Vec<&str> = several.then_some(combination.optimizer_table.as_str()).into_iter().chain(others).collect();
    if words.is_empty() { combination.optimizer_table.clone() } else { words.join(" ") }
}

/// The panel of the paired differences from the leader. `None` if there is none.
fn differences(
    task: &Task<'_>,
    levels: &[Level],
    drawn: &[Series],
    labels: &[&str],
    axis: &LevelAxis,
) -> Option<Panel> {
    let leader = *task.order.first()?;
    let compared = |level: &Level| task.against_leader(level.contender).and_then(|found| found.difference);
    let has_intervals = levels.iter().filter_map(compared).any(|found| found.interval.is_some());
    let of = |label: &str, series: &Series| {
        let (mut points, mut band) = (Vec::new(), Vec::new());
        let mut of_series: Vec<&Level> = levels.iter().filter(|level| level.series == label).collect();
        of_series.sort_by(|one, other| one.x.total_cmp(&other.x));
        for Level { contender, x, .. } in of_series {
            if *contender == leader {
                points.push((*x, 0.0));
                band.extend(has_intervals.then_some((*x, 0.0, 0.0)));
            } else if let Some(found) = task.against_leader(*contender).and_then(|found| found.difference) {
                points.push((*x, found.mean));
                band.extend(found.interval.map(|(low, high)| (*x, low, high)));
            }
        }
        let highlights =
            points.iter().copied().filter(|(at, _)| series.highlights.iter().any(|(x, _)| x == at)).collect();
        Series { label: series.label.clone(), points, band, highlights, ..*series }
    };
    let series: Vec<Series> = labels.iter().zip(drawn).map(|(label, series)| of(label, series)).collect();
    let others = |series: &Series| series.points.iter().any(|(_, y)| *y != 0.0);
    let name = &task.contenders[leader].combination.optimizer;
    series.iter().any(others).then(|| Panel {
        title: format!("paired difference from {name}"),
        series,
        horizontals: vec![Horizontal { y: 0.0, label: name.clone(), colour: NEUTRAL }],
        x_names: axis.names.clone(),
        ..Panel::empty(
            axis.label.clone(),
            AxisLabel {
                label: format!("difference in {} {}", task.compared_on.word(), task.metric.label),
                scale: AxisScale::Linear,
            },
        )
    })
}

/// The point of the leader, if it is on this line.
fn leader(task: &Task<'_>, points: &[(f64, f64)], levels: &[Level], label: &str) -> Vec<(f64, f64)> {
    let leader = task.order.first().and_then(|leader| levels.iter().find(|level| level.contender == *leader));
    let x = leader.filter(|level| level.series == label && task.order.len() > 1).map(|level| level.x);
    points.iter().copied().filter(|(at, _)| Some(*at) == x).collect()
}

/// Lines of the optimizers that take part as themselves, and the names of other contenders that are not on the axis.
fn lines<'n>(task: &Task<'_>, others: &[&'n str], first_colour: usize) -> (Vec<Horizontal>, Vec<&'n str>) {
    let (mut lines, mut undrawn) = (Vec::new(), Vec::new());
    for name in others {
        let index = task.contenders.iter().position(|contender| contender.combination.optimizer == *name);
        let Some(index) = index else { continue };
        let level = task.level(index).filter(|level| shows(task.metric, level.center));
        match level {
            Some(level) if lines.len() < MOST_SERIES => lines.push(Horizontal {
                y: level.center,
                label: (*name).to_owned(),
                colour: first_colour + lines.len(),
            }),
            _ => undrawn.push(*name),
        }
    }
    (lines, undrawn)
}

/// The most lines of what is solved exactly.
const MOST_LINES: usize = 2;

/// The lines of what is solved exactly.
fn baselines(task: &Task<'_>) -> Vec<Horizontal> {
    let split = task.compared_on;
    let fitted = task.baselines.iter().filter(|row| row.kind.fitted.is_some());
    let line = |row: &crate::analysis::BaselineRow| {
        let y = row.level(task.metric, split)?;
        let is_drawn = shows(task.metric, y) && !row.fits_exactly(task.metric, y, split);
        is_drawn.then(|| Horizontal { y, label: row.label.clone(), colour: NEUTRAL })
    };
    let lines: Vec<Horizontal> = fitted.filter_map(line).collect();
    // Those that change with the values, such as a ridge for each penalty, are points of the same curve.
    if lines.len() <= MOST_LINES { lines } else { Vec::new() }
}

/// A log axis where the values are more even on it.
fn scale(mut xs: Vec<f64>) -> AxisScale {
    xs.sort_by(f64::total_cmp);
    xs.dedup();
    let (Some(first), Some(last)) = (xs.first().copied(), xs.last().copied()) else { return AxisScale::Linear };
    if first <= 0.0 || last < 4.0 * first {
        return AxisScale::Linear;
    }
    let unevenness = |place: &dyn Fn(f64) -> f64| {
        let gaps = || xs.windows(2).map(|pair| place(pair[1]) - place(pair[0]));
        let larger = gaps().fold(0.0, |one: f64, other| if other > one { other } else { one });
        let smaller = gaps().fold(f64::INFINITY, |one, other| if other < one { other } else { one });
        larger / smaller
    };
    let log = unevenness(&|x| libm::log(x));
    if xs.len() == 2 || log < unevenness(&|x| x) { AxisScale::Log } else { AxisScale::Linear }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_is_logarithmic_where_the_values_are() {
        for (xs, right) in [
            (vec![1.0, 8.0, 64.0], AxisScale::Log),
            (vec![64.0, 1.0, 4.0, 16.0], AxisScale::Log),
            (vec![0.0, 0.01, 0.1], AxisScale::Linear),
            (vec![0.5, 0.9, 0.99], AxisScale::Linear),
            (vec![10.0, 20.0, 30.0, 40.0], AxisScale::Linear),
            (vec![1e-3, 1.0], AxisScale::Log),
            (vec![0.9], AxisScale::Linear),
        ] {
            assert_eq!(scale(xs.clone()), right, "{xs:?}");
        }
    }
}
