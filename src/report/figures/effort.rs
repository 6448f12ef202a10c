//! The figures on tuning effort: what each optimizer is expected to give by the number of settings tried, and performance profiles.

use super::axes::{metric_scale, shows};
use super::parts::PANELS_A_FIGURE;
use crate::analysis::{Analysis, Contender, ContenderEffort, R_MAX, Task, TaskEffort, share_within};
use crate::record::Split;
use crate::report::figure_data::{AxisLabel, AxisScale, Figure, Legends, NEUTRAL, Panel, Series, Style};
use crate::report::number::short;
use crate::report::wording::{center, long_metric, long_word, task_name};

/// The figures on tuning effort.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EffortFigures {
    pub expected: Vec<Figure>,
    pub profile: Vec<Figure>,
}

impl EffortFigures {
    #[must_use]
    pub fn of(analysis: &Analysis<'_>) -> Self {
        Self { expected: expected(analysis), profile: profile(analysis).into_iter().collect() }
    }

    /// In the order of the page.
    pub fn all(&self) -> impl Iterator<Item = &Figure> {
        self.expected.iter().chain(&self.profile)
    }
}

/// The most figures of expected values.
const MOST_PARTS: usize = 4;
/// The most optimizers that are told apart by colour.
const MOST_NAMED: usize = 8;
/// From so many settings on their axis is logarithmic.
const LOG_FROM: usize = 24;

/// The tasks that have a panel.
fn drawn<'a, 'r>(analysis: &'r Analysis<'a>) -> Vec<(&'r Task<'a>, &'r TaskEffort)> {
    let all = analysis.tasks.iter().zip(&analysis.effort.tasks);
    let known = all.filter_map(|(task, effort)| Some((task, effort.as_ref()?)));
    known.filter(|(_, effort)| has_points(effort)).take(MOST_PARTS * PANELS_A_FIGURE).collect()
}

fn has_interval(effort: &TaskEffort) -> bool {
    let all = effort.contenders.iter().flatten().filter_map(|contender| contender.curve.all());
    all.into_iter().any(|level| level.interval.is_some())
}

fn has_points(effort: &TaskEffort) -> bool {
    effort.contenders.iter().flatten().any(|contender| contender.curve.points.len() > 1)
}

/// The figures of expected values, three tasks each.
fn expected(analysis: &Analysis<'_>) -> Vec<Figure> {
    let drawn = drawn(analysis);
    let tasks = analysis.effort.tasks.iter().flatten().filter(|effort| has_points(effort)).count();
    let named = named(analysis);
    let parts = drawn.len().div_ceil(PANELS_A_FIGURE);
    let size = drawn.len().div_ceil(parts.max(1)).max(1);
    let figure = |(index, tasks_of_part): (usize, &[(&Task<'_>, &TaskEffort)])| {
        let panels: Vec<Panel> =
            tasks_of_part.iter().map(|(task, effort)| panel(analysis, task, effort, &named)).collect();
        let mut notes = Vec::new();
        if panels.iter().flat_map(|panel| &panel.series).any(|series| series.colour == NEUTRAL) {
            notes.push(format!(
                "In colour: the {} optimizers that rank best over all tasks. Grey lines may leave the frame.",
                named.len()
            ));
        }
        if tasks_of_part.iter().any(|(_, effort)| has_interval(effort)) {
            notes.push(
                "Intervals of single lines are in tables/tuning_effort.csv; lines share splits, so differences are surer than these."
                    .to_owned(),
            );
        }
        if index == 0 && drawn.len() < tasks {
            notes.push(format!(
                "The first {} of {tasks} tasks are drawn; tables/tuning_effort.csv has all.",
                drawn.len()
            ));
        }
        let number = index + 1;
        let title = "Expected value of the best of so many settings";
        Figure {
            name: if index == 0 { "tuning-effort".to_owned() } else { format!("tuning-effort-part{number}") },
            title: if parts > 1 { format!("{title} ({number} of {parts})") } else { title.to_owned() },
            subtitle: subtitle(tasks_of_part.iter().map(|(task, _)| *task)),
            panels,
            axes_of: [].into(),
            notes,
            legends: Legends::Shared,
        }
    };
    drawn.chunks(size).enumerate().map(figure).collect()
}

fn subtitle<'t, 'a: 't>(tasks: impl Iterator<Item = &'t Task<'a>>) -> String {
    let (mut rows, mut seeds) = (Vec::new(), 1);
    for task in tasks {
        let said = if task.ranked_on == task.compared_on {
            "chosen and reported on the same rows, hence too good".to_owned()
        } else {
            format!("chosen on {}, reported on {}", long_word(task.ranked_on), long_word(task.compared_on))
        };
        if !rows.contains(&said) {
            rows.push(said);
        }
        seeds = seeds.max(task.seeds());
    }
    format!("{}; drawn from those tried; n = {seeds}", rows.join(" or "))
}

/// The optimizers in colour, in the order of their colours: all, or the best.
fn named<'r>(analysis: &'r Analysis<'_>) -> Vec<&'r str> {
    let mut names: Vec<&str> = Vec::new();
    let mut add = |name: &'r str| {
        if !names.contains(&name) {
            names.push(name);
        }
    };
    let contenders = || analysis.tasks.iter().flat_map(|task| &task.contenders);
    contenders().for_each(|contender| add(contender.name()));
    if names.len() > MOST_NAMED {
        names.clear();
        let mut add = |name: &'r str| {
            if !names.contains(&name) {
                names.push(name);
            }
        };
        if let Some(across) = &analysis.effort.across {
            across.names.iter().for_each(|name| add(name));
        }
        // Where no task has all optimizers: the first places of the tasks in turn.
        let most = analysis.tasks.iter().map(|task| task.order.len()).max().unwrap_or(0);
        for place in 0..most {
            for task in &analysis.tasks {
                task.order.get(place).into_iter().for_each(|&index| add(task.contenders[index].name()));
            }
        }
        names.truncate(MOST_NAMED);
    }
    names
}

fn panel(analysis: &Analysis<'_>, task: &Task<'_>, effort: &TaskEffort, named: &[&str]) -> Panel {
    let most = effort.contenders.iter().flatten().map(|contender| contender.curve.settings).max().unwrap_or(1);
    let scale = if most >= LOG_FROM { AxisScale::Log } else { AxisScale::Linear };
    let known = task.contenders.iter().zip(&effort.contenders);
    let known: Vec<(&Contender<'_>, &ContenderEffort)> =
        known.filter_map(|(contender, effort)| Some((contender, effort.as_ref()?))).collect();
    let others = known.iter().filter(|(contender, _)| !named.contains(&contender.name())).count();
    let line = |(contender, effort): &(&Contender<'_>, &ContenderEffort)| {
        let place = named.iter().position(|name| *name == contender.name());
        let points = effort.curve.points.iter().filter(|(_, level)| shows(task.metric, level.center));
        Series {
            label: place.map_or_else(|| format!("{others} others"), |_| contender.name().to_owned()),
            colour: place.unwrap_or(NEUTRAL),
            style: match (place, effort.curve.points.len()) {
                (None, _) => Style::Theory,
                (_, 1) => Style::Points,
                _ => Style::Line,
            },
            points: points.map(|(tried, level)| (*tried as f64, level.center)).collect(),
            band: Vec::new(),
            highlights: Vec::new(),
        }
    };
    let metric = long_metric(task.metric, task.compared_on, analysis.study.epoch);
    let y = match (center(task), task.seeds()) {
        ("geometric mean", seeds) if seeds > 1 => format!("{metric} (geometric mean)"),
        _ => metric,
    };
    Panel {
        title: task_name(task),
        series: grey_first(known.iter().map(line).collect()),
        ..Panel::empty(
            AxisLabel { label: "settings tried".to_owned(), scale },
            AxisLabel { label: y, scale: metric_scale(task.metric) },
        )
    }
}

/// The performance profiles. `None` with too few tasks.
fn profile(analysis: &Analysis<'_>) -> Option<Figure> {
    let across = analysis.effort.across.as_ref()?;
    let profiles = across.profiles.as_ref()?;
    let finite = profiles.ratios.iter().flatten().copied().filter(|ratio| ratio.is_finite());
    let end = finite.fold(R_MAX, |most, ratio| if ratio > most { ratio } else { most }) * 1.1;
    let mut by_score: Vec<usize> = (0..across.names.len()).collect();
    by_score.sort_by(|&a, &b| profiles.scores[b].total_cmp(&profiles.scores[a]).then(a.cmp(&b)));
    let mut named = named(analysis);
    let is_cut = across.names.len() > MOST_NAMED;
    if is_cut {
        named = by_score.iter().take(MOST_NAMED).map(|&at| across.names[at].as_str()).collect();
    }
    let others = across.names.iter().filter(|name| !named.contains(&name.as_str())).count();
    let line = |(name, ratios): (&String, &Vec<f64>)| {
        let place = named.iter().position(|known| known == name);
        Series {
            label: place.map_or_else(|| format!("{others} others"), |_| name.clone()),
            colour: place.unwrap_or(NEUTRAL),
            style: if place.is_some() { Style::Line } else { Style::Theory },
            points: steps(ratios, end),
            band: Vec::new(),
            highlights: Vec::new(),
        }
    };
    let split = analysis.tasks.first().map_or(Split::Validation, |task| task.ranked_on);
    let metric = analysis.study.score().map_or_else(
        || format!("{} score", long_word(split)),
        |metric| long_metric(metric, split, crate::record::Epoch::Last),
    );
    let panel = Panel {
        series: grey_first(across.names.iter().zip(&profiles.ratios).map(line).collect()),
        ..Panel::empty(
            AxisLabel { label: "gradient evaluations, as a multiple of the fastest".to_owned(), scale: AxisScale::Log },
            AxisLabel { label: "share of tasks".to_owned(), scale: AxisScale::Linear },
        )
    };
    let mut notes = vec![format!(
        "Left end: how often an optimizer is the fastest. Right end: how often it gets there at all. AlgoPerf's score is the mean height \
         from 1 to {}.",
        short(R_MAX, 2)
    )];
    if is_cut {
        notes.push(format!("In colour: the {MOST_NAMED} optimizers with the best score."));
    }
    Some(Figure {
        name: "performance-profile".to_owned(),
        title: format!("Performance profiles: time to a target {metric}"),
        subtitle: format!(
            "share of {} tasks on which the target is reached within a multiple of the fastest median time",
            profiles.tasks.len()
        ),
        panels: vec![panel],
        axes_of: [].into(),
        notes,
        legends: Legends::Shared,
    })
}

/// Lines in colour are drawn above the grey ones.
fn grey_first(mut series: Vec<Series>) -> Vec<Series> {
    series.sort_by_key(|series| series.colour != NEUTRAL);
    series
}

/// The corners of a profile from 1 to `end`; it comes up from 0 at 1.
fn steps(ratios: &[f64], end: f64) -> Vec<(f64, f64)> {
    let mut jumps: Vec<f64> = ratios.iter().copied().filter(|ratio| ratio.is_finite() && *ratio > 1.0).collect();
    jumps.sort_by(f64::total_cmp);
    jumps.dedup();
    let mut points = vec![(1.0, 0.0), (1.0, share_within(ratios, 1.0))];
    for at in jumps {
        points.push((at, points[points.len() - 1].1));
        points.push((at, share_within(ratios, at)));
    }
    points.push((end, points[points.len() - 1].1));
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_goes_up_in_steps() {
        let found = steps(&[1.0, 3.0, f64::INFINITY, 3.0], 5.0);
        assert_eq!(found, [(1.0, 0.0), (1.0, 0.25), (3.0, 0.25), (3.0, 0.75), (5.0, 0.75)]);
        assert_eq!(steps(&[f64::INFINITY], 5.0), [(1.0, 0.0), (1.0, 0.0), (5.0, 0.0)]);
    }
}
