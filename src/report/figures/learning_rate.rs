//! Figures of final loss by learning rate, on log axes, with theory under the measured points.

use super::axes::{lowest, lowest_of_most};
use super::learning_rate_panel::{MOST_SERIES, first_trained, panel, with_axis};
use super::parts::in_parts;
use super::selection::{ChosenPanels, FigureChoice};
use crate::analysis::{Analysis, CurveRequest, CurveSummaries, Task};
use crate::metric::MetricKind;
use crate::record::Split;
use crate::report::figure_data::{Figure, Legends, Mark, Panel, Style, VerticalKind};
use crate::report::number::significant;
use crate::report::wording::{long_metric, long_word, lost_of, task_name};

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
        figures_of_split(analysis, task, chosen, split, name, curves)
    };
    figures_of(task, choice).zip(names).flat_map(of_split).collect()
}

fn figures_of_split(
    analysis: &Analysis<'_>,
    task: &Task<'_>,
    chosen: &ChosenPanels<'_>,
    split: Split,
    name: String,
    curves: &CurveSummaries,
) -> Vec<Figure> {
    let mut panels: Vec<Panel> = Vec::new();
    let mut notes: Vec<String> = Vec::new();
    let mut colour = 0;
    for contender in &chosen.contenders {
        let panel = panel(analysis, task, contender, split, curves, &mut colour, &mut notes);
        panels.extend(panel.filter(|panel| !panel.series.is_empty() || !panel.margin_marks.is_empty()));
    }
    let measured = panels.iter().flat_map(|panel| &panel.series).filter(|series| series.style != Style::Theory).count();
    if measured == 0 {
        return Vec::new();
    }
    if measured <= ONE_PANEL && panels.len() > 1 {
        panels = merged(panels);
    }
    notes.extend(cut(task.metric, &mut panels));
    notes.extend(explain_verticals(&panels));
    let theory = || panels.iter().flat_map(|panel| &panel.series).filter(|series| series.style == Style::Theory);
    if theory().next().is_some() {
        let range = if theory().any(|series| !series.band.is_empty()) {
            ", the median over the seeds' splits; its band is their range"
        } else {
            ""
        };
        notes.push(format!("Thin line: what theory says exactly of the loss after as many steps{range}."));
    }
    notes.extend(chosen.note.clone());
    let seeds = task.contenders.iter().flat_map(|contender| &contender.settings).any(|s| !s.setting.deterministic);
    in_parts(Figure {
        name,
        title: format!(
            "{}: {} by learning rate",
            task_name(task),
            long_metric(task.metric, split, analysis.study.epoch)
        ),
        subtitle: subtitle(task, &panels, seeds),
        panels,
        notes,
        legends: Legends::Shared,
    })
}

/// Cuts the linear axis of a metric of which higher is better, so that useful rates can be told apart: rates that are too small
/// end so far below the others that they would take nearly the whole of it. All panels reach as far down as one of them has to.
fn cut(kind: &MetricKind, panels: &mut [Panel]) -> Option<String> {
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
    let floors: Vec<(Option<f64>, f64)> = panels.iter().filter_map(floor_of).collect();
    let cuts = floors.iter().any(|(floor, _)| floor.is_some());
    let floor = floors.iter().map(|(floor, worst)| floor.unwrap_or(*worst)).reduce(worse).filter(|_| cuts)?;
    if floors.iter().all(|(_, worst)| *worst >= floor) {
        return None;
    }
    panels.iter_mut().for_each(|panel| panel.floor = Some(floor));
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

/// Says what is drawn, and explains those marks that occur.
fn subtitle(task: &Task<'_>, panels: &[Panel], seeds: bool) -> String {
    let marks = || panels.iter().flat_map(|panel| &panel.margin_marks);
    let mut parts = vec![if seeds { "median over seeds, 25–75 % band" } else { "one trial a rate" }.to_owned()];
    let (ranked_on, label) = (long_word(task.ranked_on), task.metric.label);
    parts.push(if seeds {
        format!("ringed, at its median: the best rate by mean {ranked_on} {label}")
    } else {
        format!("ringed: the best rate by {ranked_on} {label}")
    });
    if marks().any(|mark| mark.kind == Mark::Diverged) {
        let all = format!("× {}{}", if seeds { "all seeds " } else { "" }, lost_of(task));
        let some = if marks().any(|mark| !mark.text.is_empty()) { ", k/n some" } else { "" };
        parts.push(format!("{all}{some}"));
    }
    for (kind, arrow, end) in [(Mark::Above, '↑', "above"), (Mark::Below, '↓', "below")] {
        if marks().any(|mark| mark.kind == kind) {
            parts.push(format!("{arrow} ended {end} the start, off the scale"));
        }
    }
    parts.join("; ")
}

/// Explains the vertical lines.
fn explain_verticals(panels: &[Panel]) -> Option<String> {
    let lines = || panels.iter().flat_map(|panel| &panel.verticals);
    let has = |kind| lines().any(|line| line.kind == kind);
    let (full, minibatch, bound) =
        (has(VerticalKind::Limit), has(VerticalKind::MeanSquareLimit), has(VerticalKind::Bound));
    let mut parts = Vec::new();
    if full {
        parts.push("the stability limit, beyond which theory says that the loss grows");
    }
    if minibatch {
        parts.push(match full || bound {
            true => "with B, the mean-square stability limit of SGD with replacement, by batch size",
            false => "the mean-square stability limit of SGD with replacement, by batch size B",
        });
    }
    if bound {
        parts.push("the bound 2/L, below which the objective is known to fall (a larger rate need not diverge)");
    }
    if parts.is_empty() {
        return None;
    }
    let mut text = format!("Dashed verticals: {}", parts.join("; "));
    if lines().any(|line| line.range.is_some()) {
        text.push_str(" (median over the seeds' splits, shaded their range)");
    }
    Some(text + ".")
}

/// Merges all panels into one pair of axes.
fn merged(panels: Vec<Panel>) -> Vec<Panel> {
    let mut panels = panels.into_iter();
    let Some(mut first) = panels.next() else { return Vec::new() };
    for line in &mut first.verticals {
        line.label = format!("{}: {}", first.title, line.label);
    }
    first.title = String::new();
    for mut panel in panels {
        for line in &mut panel.verticals {
            line.label = format!("{}: {}", panel.title, line.label);
        }
        first.series.extend(panel.series);
        first.verticals.extend(panel.verticals);
        first.margin_marks.extend(panel.margin_marks);
    }
    vec![first]
}
