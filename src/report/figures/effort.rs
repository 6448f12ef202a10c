//! The figures on tuning effort: what each optimizer is expected to give by the number of settings tried, and performance profiles.

use super::axes::{metric_scale, shows};
use super::parts::PANELS_A_FIGURE;
use crate::analysis::{Analysis, Contender, ContenderEffort, R_MAX, Task, TaskEffort, share_within};
use crate::report::figure_data::{AxisLabel, AxisScale, Figure, Legends, NEUTRAL, Panel, Series, Style};
use crate::report::number::{plural, short};
use crate::report::wording::{center, long_metric, long_word, noun_of, stand_in, task_name};

/// The figures on tuning effort.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EffortFigures {
    pub expected: Vec<Figure>,
    pub profile: Vec<Figure>,
}

impl EffortFigures {
    #[must_use]
    pub fn of(analysis: &Analysis<'_>) -> Self {
        Self { expected: expected(analysis).into_iter().collect(), profile: profile(analysis).into_iter().collect() }
    }

    /// In the order of the page.
    pub fn all(&self) -> impl Iterator<Item = &Figure> {
        self.expected.iter().chain(&self.profile)
    }
}

/// The most optimizers that are told apart by colour.
const MOST_NAMED: usize = 8;
/// From so many settings on their axis is logarithmic.
const LOG_FROM: usize = 24;

/// The tasks that have a panel.
fn drawn<'a, 'r>(analysis: &'r Analysis<'a>) -> Vec<(&'r Task<'a>, &'r TaskEffort)> {
    let all = analysis.tasks.iter().zip(&analysis.effort.tasks);
    let known = all.filter_map(|(task, effort)| Some((task, effort.as_ref()?)));
    known.filter(|(_, effort)| has_points(effort)).collect()
}

fn has_interval(effort: &TaskEffort) -> bool {
    let all = effort.contenders.iter().flatten().filter_map(|contender| contender.curve.all());
    all.into_iter().any(|level| level.interval.is_some())
}

fn has_points(effort: &TaskEffort) -> bool {
    effort.contenders.iter().flatten().any(|contender| contender.curve.points.len() > 1)
}

const TITLE: &str = "Expected value of the best of so many settings";

/// The figure of expected values: a panel for each of a few tasks, or one for all together.
fn expected(analysis: &Analysis<'_>) -> Option<Figure> {
    let all = drawn(analysis);
    if all.is_empty() {
        return None;
    }
    if all.len() > PANELS_A_FIGURE
        && let Some(figure) = over_tasks(analysis)
    {
        return Some(figure);
    }
    let drawn = &all[..all.len().min(PANELS_A_FIGURE)];
    let named = named(analysis);
    let panels: Vec<Panel> = drawn.iter().map(|(task, effort)| panel(analysis, task, effort, &named)).collect();
    let noun = noun_of(analysis.study);
    let mut notes = Vec::new();
    if panels.iter().flat_map(|panel| &panel.series).any(|series| series.colour == NEUTRAL) {
        notes.push(format!(
            "In colour: the {} {noun}s whose expected value is best while few settings are tried. Grey lines may leave the frame.",
            named.len()
        ));
    }
    notes.extend(ring(analysis, &panels));
    if drawn.iter().any(|(_, effort)| has_interval(effort)) {
        notes.push(
            "Intervals of single lines are in tables/tuning_effort.csv; lines share splits, so differences are surer than these."
                .to_owned(),
        );
    }
    if drawn.len() < all.len() {
        notes.push(format!(
            "The first {} of {} tasks are drawn; tables/tuning_effort.csv has all.",
            drawn.len(),
            all.len()
        ));
    }
    Some(Figure {
        name: "tuning-effort".to_owned(),
        title: TITLE.to_owned(),
        subtitle: subtitle(drawn.iter().map(|(task, _)| *task)),
        panels,
        axes_of: [].into(),
        notes,
        legends: Legends::Shared,
    })
}

/// What a ring means, if there is one.
fn ring(analysis: &Analysis<'_>, panels: &[Panel]) -> Option<String> {
    let has_rings = panels.iter().flat_map(|panel| &panel.series).any(|series| !series.highlights.is_empty());
    has_rings.then(|| {
        format!(
            "Ring (†): up to this number of settings predicting {} may stand in for a trial that is worse, or was lost.",
            stand_in(analysis.study)
        )
    })
}

/// All tasks together: the share that remains of the distance of predicting the mean. `None` where that is not known.
fn over_tasks(analysis: &Analysis<'_>) -> Option<Figure> {
    let across = analysis.effort.across.as_ref()?;
    let remaining = across.remaining.as_ref()?;
    let noun = noun_of(analysis.study);
    let named = named(analysis);
    let others = across.names.iter().filter(|name| !named.contains(&name.as_str())).count();
    let line = |(name, points): (&String, &Vec<(usize, f64)>)| {
        let points = points.iter().map(|(tried, share)| (*tried as f64, *share)).collect();
        series(named.iter().position(|known| known == name), name, others, points, None)
    };
    let most = across.settings.iter().map(|(_, most)| *most).max().unwrap_or(1);
    let tasks: Vec<&Task<'_>> = across.tasks.iter().map(|&number| &analysis.tasks[number]).collect();
    let panel = Panel {
        series: grey_first(across.names.iter().zip(remaining).map(line).collect()),
        ..Panel::empty(
            AxisLabel { label: "settings tried".to_owned(), scale: scale(most) },
            AxisLabel { label: "share that remains, mean over tasks".to_owned(), scale: AxisScale::Log },
        )
    };
    let mut notes = vec![format!(
        "Share that remains: the distance from a perfect fit over that of predicting {}; 1 is no better than that, \
         and what a trial that was lost or is worse counts as (†).",
        stand_in(analysis.study)
    )];
    if others > 0 {
        notes.push(format!(
            "In colour: the {} {noun}s whose expected value is best while few settings are tried.",
            named.len()
        ));
    }
    notes.push("Single tasks, with intervals: tables/tuning_effort.csv.".to_owned());
    Some(Figure {
        name: "tuning-effort".to_owned(),
        title: TITLE.to_owned(),
        subtitle: format!("{} tasks; {}", tasks.len(), subtitle(tasks.into_iter())),
        panels: vec![panel],
        axes_of: [].into(),
        notes,
        legends: Legends::Shared,
    })
}

const fn scale(settings: usize) -> AxisScale {
    if settings >= LOG_FROM { AxisScale::Log } else { AxisScale::Linear }
}

/// A line in the colour of a place, or in grey. `ring` is the last point with a value of the baseline.
fn series(
    place: Option<usize>,
    name: &str,
    others: usize,
    points: Vec<(f64, f64)>,
    ring: Option<(f64, f64)>,
) -> Series {
    Series {
        label: place.map_or_else(|| plural(others, "other"), |_| name.to_owned()),
        colour: place.unwrap_or(NEUTRAL),
        style: match (place, points.len()) {
            (None, _) => Style::Theory,
            (_, 1) => Style::Points,
            _ => Style::Line,
        },
        points,
        band: Vec::new(),
        highlights: ring.filter(|_| place.is_some()).into_iter().collect(),
    }
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

/// The optimizers in colour, in the order of their colours: all, or those whose expected value is best while few settings are tried.
fn named<'r>(analysis: &'r Analysis<'_>) -> Vec<&'r str> {
    let mut names: Vec<&str> = Vec::new();
    let contenders = || analysis.tasks.iter().flat_map(|task| &task.contenders);
    for contender in contenders() {
        if !names.contains(&contender.name()) {
            names.push(contender.name());
        }
    }
    if names.len() > MOST_NAMED {
        let mut sums: Vec<(f64, usize)> = vec![(0.0, 0); names.len()];
        for (task, effort) in drawn(analysis) {
            for (contender, rank) in task.contenders.iter().zip(ranks_of_early(task, effort)) {
                let place = names.iter().position(|name| *name == contender.name());
                if let (Some(place), Some(rank)) = (place, rank) {
                    sums[place].0 += rank;
                    sums[place].1 += 1;
                }
            }
        }
        let mean = |place: usize| match sums[place] {
            (_, 0) => f64::INFINITY,
            (sum, n) => sum / n as f64,
        };
        let mut order: Vec<usize> = (0..names.len()).collect();
        order.sort_by(|&a, &b| mean(a).total_cmp(&mean(b)).then(a.cmp(&b)));
        names = order.into_iter().take(MOST_NAMED).map(|place| names[place]).collect();
    }
    names
}

/// The rank of each contender by the sum of its expected values over 1, 2, … settings, up to the smallest grid.
fn ranks_of_early(task: &Task<'_>, effort: &TaskEffort) -> Vec<Option<f64>> {
    let sum = |one: &Option<ContenderEffort>| {
        let curve = &one.as_ref()?.curve;
        (1..=effort.budget.min(LOG_FROM))
            .try_fold(0.0, |sum, tried| Some(sum + task.metric.distance(curve.value_at(tried)?)))
    };
    let sums: Vec<Option<f64>> = effort.contenders.iter().map(sum).collect();
    let rank = |own: &Option<f64>| own.map(|own| sums.iter().flatten().filter(|other| **other < own).count() as f64);
    sums.iter().map(rank).collect()
}

fn panel(analysis: &Analysis<'_>, task: &Task<'_>, effort: &TaskEffort, named: &[&str]) -> Panel {
    let most = effort.contenders.iter().flatten().map(|contender| contender.curve.settings).max().unwrap_or(1);
    let known = task.contenders.iter().zip(&effort.contenders);
    let known: Vec<(&Contender<'_>, &ContenderEffort)> =
        known.filter_map(|(contender, effort)| Some((contender, effort.as_ref()?))).collect();
    let others = known.iter().filter(|(contender, _)| !named.contains(&contender.name())).count();
    let line = |(contender, effort): &(&Contender<'_>, &ContenderEffort)| {
        let place = named.iter().position(|name| *name == contender.name());
        let curve = &effort.curve;
        let shown = curve.points.iter().zip(&curve.capped).filter(|((_, level), _)| shows(task.metric, level.center));
        let points: Vec<((f64, f64), bool)> =
            shown.map(|((tried, level), capped)| ((*tried as f64, level.center), *capped > 0)).collect();
        let ring = points.iter().rev().find(|(_, capped)| *capped).map(|(point, _)| *point);
        series(place, contender.name(), others, points.into_iter().map(|(point, _)| point).collect(), ring)
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
            AxisLabel { label: "settings tried".to_owned(), scale: scale(most) },
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
            label: place.map_or_else(|| plural(others, "other"), |_| name.clone()),
            colour: place.unwrap_or(NEUTRAL),
            style: if place.is_some() { Style::Line } else { Style::Theory },
            points: beside(steps(ratios, end), place, named.len()),
            band: Vec::new(),
            highlights: Vec::new(),
        }
    };
    // Tasks may differ in what ranks them.
    let mut metrics: Vec<String> = Vec::new();
    for &number in &profiles.tasks {
        let task = &analysis.tasks[number];
        let metric = long_metric(task.metric, task.ranked_on, crate::record::Epoch::Last);
        if !metrics.contains(&metric) {
            metrics.push(metric);
        }
    }
    let target = match &metrics[..] {
        [metric] => format!("target {metric}"),
        _ => "target".to_owned(),
    };
    let panel = Panel {
        series: grey_first(across.names.iter().zip(&profiles.ratios).map(line).collect()),
        ..Panel::empty(
            AxisLabel { label: "gradient evaluations, as a multiple of the fastest".to_owned(), scale: AxisScale::Log },
            AxisLabel { label: "share of tasks".to_owned(), scale: AxisScale::Linear },
        )
    };
    let mut notes = vec![format!(
        "Left end: how often it is the fastest, or within one evaluated epoch of it. Right end: how often it gets there at all. AlgoPerf's score is the mean height \
         from 1 to {}.",
        short(R_MAX, 2)
    )];
    if named.len() > 1 {
        notes.push("Lines that coincide are drawn side by side.".to_owned());
    }
    if is_cut {
        notes.push(format!("In colour: the {MOST_NAMED} {}s with the best score.", noun_of(analysis.study)));
    }
    let sizes = || across.settings.iter().flat_map(|(least, most)| [least, most]);
    if sizes().min() != sizes().max() {
        notes.push("Grids differ in size: who tried more settings had more chances to be fast.".to_owned());
    }
    Some(Figure {
        name: "performance-profile".to_owned(),
        title: format!("Performance profiles: time to a {target}"),
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

/// A line in colour, moved by a little more than its width for each one before it: few tasks make profiles coincide, which would hide
/// all but one.
fn beside(points: Vec<(f64, f64)>, place: Option<usize>, lines: usize) -> Vec<(f64, f64)> {
    let Some(place) = place else { return points };
    let shift = place as f64 - (lines - 1) as f64 / 2.0;
    points.into_iter().map(|(x, y)| (x * (1.0 + ASIDE.0 * place as f64), y + ASIDE.1 * shift)).collect()
}

/// As a share of the ratio, and as a share of tasks.
const ASIDE: (f64, f64) = (0.008, 0.008);

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
    fn lines_that_coincide_lie_side_by_side() {
        let points = || vec![(1.0, 0.5), (2.0, 1.0)];
        let moved: Vec<Vec<(f64, f64)>> = [0, 1, 2].into_iter().map(|at| beside(points(), Some(at), 3)).collect();
        assert_eq!((moved[1][1].1, &beside(points(), None, 3)), (1.0, &points()), "the middle one and grey ones stay");
        let near = |a: (f64, f64), b: (f64, f64)| (a.0 / b.0 - 1.0).abs() < 0.02 && (a.1 - b.1).abs() < 0.02;
        assert!(moved.iter().all(|line| near(line[0], (1.0, 0.5)) && near(line[1], (2.0, 1.0))), "{moved:?}");
        assert!(moved[0][0].1 < moved[1][0].1 && moved[1][0].1 < moved[2][0].1);
    }

    #[test]
    fn a_profile_goes_up_in_steps() {
        let found = steps(&[1.0, 3.0, f64::INFINITY, 3.0], 5.0);
        assert_eq!(found, [(1.0, 0.0), (1.0, 0.25), (3.0, 0.25), (3.0, 0.75), (5.0, 0.75)]);
        assert_eq!(steps(&[f64::INFINITY], 5.0), [(1.0, 0.0), (1.0, 0.0), (5.0, 0.0)]);
    }
}
