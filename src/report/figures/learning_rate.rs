//! Figures of final loss by learning rate, on log axes, with theory under the measured points.

use super::axes::{lowest, lowest_of_most};
use super::learning_rate_panel::{MOST_SERIES, first_trained, panel, with_axis};
use super::learning_rate_words::{about_theory, about_verticals, subtitle};
use super::parts::{NotedPanel, in_parts};
use super::selection::{ChosenPanels, FigureChoice};
use crate::analysis::{Analysis, CurveRequest, CurveSummaries, Task};
use crate::metric::MetricKind;
use crate::record::Split;
use crate::report::figure_data::{Figure, Legends, Panel, Style};
use crate::report::number::significant;
use crate::report::wording::{long_metric, task_name};

/// Up to this many series share one panel.
const ONE_PANEL: usize = 3;

/// Requests the starting losses that the final losses are compared with.
pub fn request_curves(task: &Task<'_>, choice: &FigureChoice<'_>, request: &mut CurveRequest<'_>) {
    for (chosen, split) in figures_of(task, choice) {
        for contender in &chosen.contenders {
            for series in with_axis(contender).take(MOST_SERIES) {
                if let Some(result) = first_trained(contender, series) {
                    request.start(result, split);
                }
            }
        }
    }
}

/// The panels and split of each figure: the split that ranks and, if that is another one, training, where theory
/// applies.
fn figures_of<'c, 'a>(
    task: &Task<'_>,
    choice: &'c FigureChoice<'a>,
) -> impl Iterator<Item = (&'c ChosenPanels<'a>, Split)> {
    let train = (task.ranked_on != Split::Train).then_some((&choice.learning_rate_train, Split::Train));
    std::iter::once((&choice.learning_rate, task.ranked_on)).chain(train)
}

pub fn figures(
    analysis: &Analysis<'_>,
    task: &Task<'_>,
    choice: &FigureChoice<'_>,
    slug: &str,
    curves: &CurveSummaries,
) -> Vec<Figure> {
    let names = ["learning-rate", "learning-rate-train"];
    let of_split = |((chosen, split), name): ((&ChosenPanels<'_>, Split), &str)| {
        let name = format!("{name}-{slug}");
        figures_of_split(analysis, task, chosen, split, &name, curves)
    };
    figures_of(task, choice).zip(names).flat_map(of_split).collect()
}

fn figures_of_split(
    analysis: &Analysis<'_>,
    task: &Task<'_>,
    chosen: &ChosenPanels<'_>,
    split: Split,
    name: &str,
    curves: &CurveSummaries,
) -> Vec<Figure> {
    let mut colour = 0;
    let mut panels: Vec<NotedPanel> = Vec::new();
    for contender in &chosen.contenders {
        let panel = panel(analysis, task, contender, split, curves, &mut colour);
        panels.extend(panel.filter(|noted| !noted.panel.series.is_empty() || !noted.panel.margin_marks.is_empty()));
    }
    let measured =
        panels.iter().flat_map(|noted| &noted.panel.series).filter(|series| series.style != Style::Theory).count();
    if measured == 0 {
        return Vec::new();
    }
    if measured <= ONE_PANEL && panels.len() > 1 {
        panels = merged(task.metric, panels);
    }
    let cut = cut(task.metric, &mut panels);
    let seeds = task.contenders.iter().flat_map(|contender| &contender.settings).any(|s| !s.setting.deterministic);
    let title =
        format!("{}: {} by learning rate", task_name(task), long_metric(task.metric, split, analysis.study.epoch));
    in_parts(name, &title, Legends::Shared, panels, |panels| {
        let mut notes: Vec<String> = Vec::new();
        notes.extend(cut.clone());
        notes.extend(about_verticals(panels));
        notes.extend(about_theory(panels));
        notes.extend(chosen.note.clone());
        (subtitle(task, split, panels, seeds), notes)
    })
}

/// Cuts the linear axis of a metric of which higher is better, so that useful rates can be told apart: rates that are too small
/// end so far below the others that they would take nearly the whole of it. All panels reach as far down as one of them has to.
fn cut(kind: &MetricKind, panels: &mut [NotedPanel]) -> Option<String> {
    let worse = |one: f64, other: f64| if other < one { other } else { one };
    let floor_of = |panel: &Panel| {
        let measured = || panel.series.iter().filter(|series| series.style != Style::Theory);
        let worst = measured().flat_map(|series| &series.points).map(|point| point.1).reduce(worse)?;
        let best = |points: &[(f64, f64)]| {
            let values = points.iter().map(|point| point.1);
            values.reduce(|one, other| if kind.is_better(other, one) { other } else { one })
        };
        let in_sight = measured().flat_map(|series| [best(&series.points), best(&series.highlights)]).flatten();
        let in_sight: Vec<f64> = in_sight.collect();
        let points = measured().flat_map(|series| &series.points).map(|point| point.1);
        let floor = lowest_of_most(kind, points, in_sight.iter().copied());
        Some((floor.or_else(|| lowest(kind, worst, in_sight.into_iter())), worst))
    };
    let floors: Vec<(Option<f64>, f64)> = panels.iter().filter_map(|noted| floor_of(&noted.panel)).collect();
    let cuts = floors.iter().any(|(floor, _)| floor.is_some());
    let floor = floors.iter().map(|(floor, worst)| floor.unwrap_or(*worst)).reduce(worse).filter(|_| cuts)?;
    if floors.iter().all(|(_, worst)| *worst >= floor) {
        return None;
    }
    panels.iter_mut().for_each(|noted| noted.panel.floor = Some(floor));
    Some(format!(
        "The y axis is cut at {}: a line that leaves the frame below goes on to lower values.",
        significant(floor, digits_below_one(floor))
    ))
}

/// Significant digits that show how far a value lies below 1, if it does: three, and one for each nine that it begins with.
fn digits_below_one(value: f64) -> usize {
    let nines = libm::floor(-libm::log10(1.0 - value));
    if nines > 0.0 && nines < 12.0 { 3 + nines as usize } else { 3 }
}

/// Merges all panels into one pair of axes, on which only the best of the good ranges is shaded.
fn merged(kind: &MetricKind, panels: Vec<NotedPanel>) -> Vec<NotedPanel> {
    let best = panels.iter().filter_map(|noted| noted.panel.good.as_ref());
    let best =
        best.reduce(|one, other| if kind.is_better(other.threshold, one.threshold) { other } else { one }).cloned();
    let mut panels = panels.into_iter();
    let Some(NotedPanel { panel: mut first, mut notes }) = panels.next() else { return Vec::new() };
    let named = |panel: &mut Panel| {
        for line in &mut panel.verticals {
            line.label = format!("{}: {}", panel.title, line.label);
        }
    };
    named(&mut first);
    for NotedPanel { mut panel, notes: more } in panels {
        named(&mut panel);
        first.series.extend(panel.series);
        first.verticals.extend(panel.verticals);
        first.margin_marks.extend(panel.margin_marks);
        notes.extend(more);
    }
    first.title = String::new();
    first.good = best;
    vec![NotedPanel { panel: first, notes }]
}
