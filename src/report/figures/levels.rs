//! The tuned metric by the value of a key that is compared, with intervals: one line for each optimizer.

use super::axes::{metric_scale, shows};
use crate::analysis::Task;
use crate::parameter::Values;
use crate::record::Study;
use crate::report::figure_data::{
    AxisLabel, AxisScale, Figure, Horizontal, Legends, MarginMark, Mark, NEUTRAL, Panel, Series, Style,
};
use crate::report::page_limits::names;
use crate::report::wording::{center, long_metric, task_name};

/// The most lines.
const MOST_SERIES: usize = 8;

/// A contender whose value is a number.
struct Level {
    contender: usize,
    x: f64,
    /// What tells its line apart: the optimizer and the values of the other keys that are compared.
    series: String,
}

/// The figure of one task. `None` where no key that is compared has two numbers with a result.
pub fn figure(study: &Study, task: &Task<'_>, slug: &str) -> Option<Figure> {
    let key = study.compare.iter().find(|key| distinct(task, key) > 1)?;
    let bare = key.split_once('.').map_or(key.as_str(), |(_, bare)| bare);
    let levels: Vec<Level> = (0..task.contenders.len()).filter_map(|index| level(study, task, key, index)).collect();
    let mut labels: Vec<&str> = Vec::new();
    levels.iter().for_each(|level| labels.extend((!labels.contains(&level.series.as_str())).then_some(&*level.series)));
    let all = labels.len();
    labels.truncate(MOST_SERIES);
    let mut series = Vec::new();
    let mut lost = Vec::new();
    for (colour, label) in labels.iter().enumerate() {
        let (mut points, mut band) = (Vec::new(), Vec::new());
        let mut of_series: Vec<&Level> = levels.iter().filter(|level| level.series == *label).collect();
        of_series.sort_by(|one, other| one.x.total_cmp(&other.x));
        for Level { contender, x, .. } in of_series {
            let found = task.level(*contender).filter(|level| shows(task.metric, level.center));
            match found {
                Some(level) => {
                    points.push((*x, level.center));
                    band.extend(level.interval.map(|(low, high)| (*x, low, high)));
                }
                None => lost.push(MarginMark { x: *x, kind: Mark::Diverged, text: String::new(), colour }),
            }
        }
        let highlights = leader(task, &points, &levels, label);
        let label = if all == 1 && label.is_empty() { bare.to_owned() } else { (*label).to_owned() };
        series.push(Series { label, colour, style: Style::Sampled, points, band, highlights });
    }
    if series.iter().all(|series| series.points.is_empty()) {
        return None;
    }
    let has_band = series.iter().any(|series| !series.band.is_empty());
    let mut notes = Vec::new();
    if has_band {
        let shared = "what all values share, such as the split, cancels in the differences beside them";
        notes.push(format!("The bands of levels are about new data; {shared}."));
    }
    if series.iter().any(|series| !series.highlights.is_empty()) {
        notes.push("Ring: the leader, by its score.".to_owned());
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
        notes.push(format!("Not on the axis, since it is no number: {}.", names(&undrawn)));
    }
    if all > MOST_SERIES {
        notes.push(format!("{MOST_SERIES} of {all} lines are drawn."));
    }
    horizontals.extend(baselines(task));
    let y = long_metric(task.metric, task.compared_on, study.epoch);
    let n = task.seeds();
    let tuned = if n > 1 {
        let band = if has_band { ", bands: 95 % intervals" } else { "" };
        format!("each value tuned per seed, {} over {n} seeds{band}", center(task))
    } else {
        "each value at its best setting, one trial each".to_owned()
    };
    let x = AxisLabel { label: bare.to_owned(), scale: scale(levels.iter().map(|level| level.x).collect()) };
    let differences = differences(task, &levels, &series, &labels, &x);
    let panel = Panel {
        series,
        horizontals,
        margin_marks: lost,
        ..Panel::empty(x, AxisLabel { label: y.clone(), scale: metric_scale(task.metric) })
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

/// The panel of the paired differences from the leader. `None` if there is none.
fn differences(task: &Task<'_>, levels: &[Level], drawn: &[Series], labels: &[&str], x: &AxisLabel) -> Option<Panel> {
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
        ..Panel::empty(
            x.clone(),
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

/// How many numbers a key has among the contenders of a task.
fn distinct(task: &Task<'_>, key: &str) -> usize {
    let numbers = task.contenders.iter().filter_map(|contender| number(&contender.combination.level, key));
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    numbers.len()
}

fn number(level: &Values, key: &str) -> Option<f64> {
    let value = level.get(key)?;
    value.as_float().or_else(|| value.as_integer().map(|number| number as f64))
}

fn level(study: &Study, task: &Task<'_>, key: &str, contender: usize) -> Option<Level> {
    let combination = task.contenders[contender].combination;
    let x = number(&combination.level, key)?;
    // The contender's name without the words of this key.
    let value = combination.level.get(key)?;
    let bare = key.rsplit('.').next().unwrap_or(key);
    // Names have numbers of four digits where these tell them apart.
    let texts = match value {
        toml::Value::Float(value) => [*value, crate::text::four_digits(*value)].map(crate::text::number),
        other => [other.to_string(), other.to_string()],
    };
    let is_named = |words: &String| format!("{} ", combination.optimizer).contains(&format!("{words} "));
    let words = texts.map(|text| format!("{bare} {text}")).into_iter().find(is_named)?;
    let rest = combination.optimizer.replacen(&words, "", 1);
    let mut series = rest.split_whitespace().collect::<Vec<_>>().join(" ");
    if series.is_empty() && study.declared.optimizers.len() <= 1 {
        series.clone_from(&combination.optimizer_table);
    }
    Some(Level { contender, x, series })
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
