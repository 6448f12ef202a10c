//! The score by epoch and by gradient evaluations of many optimizers, each at its best setting: the leading ones in colour, the
//! others in grey, with labels at the ends of the lines.

use super::axes::{NO_EPOCH_0, SAMPLED};
use super::convergence::{EPOCH, EVALUATIONS, Labelled, come_from_below, evaluations_an_epoch, explain, panel};
use super::leading::leading;
use crate::analysis::{Contender, CurveRequest, CurveSummaries, SettingResult, Task};
use crate::metric::{Direction, MetricKind};
use crate::record::Split;
use crate::report::figure_data::{AxisScale, Figure, Legends, Panel, Style};
use crate::report::number::{count, plural, short};
use crate::report::page_limits::names;
use crate::report::wording::{noun, task_name};

/// The axis ends at this multiple of the start.
const CEILING: f64 = 2.0;

/// The most lines.
const MOST_LINES: usize = 38;

/// Requests the curves that the figure shows.
pub fn request_curves(task: &Task<'_>, request: &mut CurveRequest<'_>) {
    for (_, _, best) in drawn(task) {
        request.convergence(best, Split::Train);
        if task.ranked_on != Split::Train {
            request.convergence(best, task.ranked_on);
        }
    }
}

/// The leading optimizers and then the others, best first, each with its best setting.
fn drawn<'t, 'a>(task: &'t Task<'a>) -> impl Iterator<Item = (usize, &'t Contender<'a>, &'t SettingResult<'a>)> {
    let first = leading(task);
    let others: Vec<usize> = task.order.iter().copied().filter(|index| !first.contains(index)).collect();
    let best = |index: usize| Some((index, &task.contenders[index], task.contenders[index].best()?));
    first.into_iter().chain(others).filter_map(best).take(MOST_LINES)
}

/// One figure: the training score by epoch, and the score of the split that ranks by gradient evaluations.
pub fn figures(task: &Task<'_>, slug: &str, known: &CurveSummaries) -> Vec<Figure> {
    let stand_out = leading(task);
    let curves = |split: Split| -> Vec<Labelled<'_>> {
        let line = |(place, (index, contender, best)): (usize, (usize, &Contender<'_>, &SettingResult<'_>))| {
            Some(Labelled {
                label: contender.name().to_owned(),
                colour: place,
                curve: known.convergence(best, split)?,
                by_median: contender.ranking.by_median,
                is_faint: !stand_out.contains(&index),
                has_band: false,
            })
        };
        drawn(task).enumerate().filter_map(line).collect()
    };
    let (training, ranked) = (curves(Split::Train), curves(task.ranked_on));
    let all: Vec<&Labelled<'_>> = training.iter().chain(&ranked).collect();
    if all.is_empty() {
        return Vec::new();
    }
    // Most happens in the first epochs, and epochs differ in their cost: a logarithmic axis has room for both.
    let scale = AxisScale::Log;
    let mut panels: Vec<Panel> = Vec::new();
    panels.push(panel(task, Split::Train, EPOCH, scale, &training, |curve| &curve.epoch));
    // Epochs and evaluations differ only in their unit where every epoch costs the same.
    let cost = evaluations_an_epoch(&all);
    if task.ranked_on != Split::Train || cost.is_none() {
        panels.push(panel(task, task.ranked_on, EVALUATIONS, scale, &ranked, |curve| &curve.gradient_evaluations));
    }
    panels.retain(|panel| !panel.series.is_empty());
    let ceilings: Vec<Option<f64>> =
        [&training, &ranked].into_iter().map(|lines| ceiling(task.metric, lines)).collect();
    for (panel, ceiling) in panels.iter_mut().zip(ceilings) {
        panel.ceiling = ceiling;
    }
    let mut notes = Vec::new();
    if let Some(cost) = cost {
        notes.push(format!("One epoch = {} gradient evaluations for every {}.", count(cost), noun(task.compares_keys)));
    }
    let coloured: Vec<&str> = stand_out.iter().map(|&index| task.contenders[index].name()).collect();
    let colour = match coloured[..] {
        [leader] => format!("In colour: the leader, {leader}."),
        _ => format!(
            "In colour: the leader, {}, and the next of those of which no test shows that they are worse.",
            coloured[0]
        ),
    };
    notes.extend((!coloured.is_empty()).then_some(colour));
    let drawn_count = drawn(task).count();
    if task.order.len() > drawn_count && drawn_count == MOST_LINES {
        notes.push(format!(
            "The best {MOST_LINES} of {} are drawn.",
            plural(task.order.len(), noun(task.compares_keys))
        ));
    }
    let lost = task.order.iter().map(|&index| &task.contenders[index]).filter(|contender| contender.best().is_none());
    let lost: Vec<&str> = lost.map(Contender::name).collect();
    if !lost.is_empty() {
        notes.push(format!("Not drawn, since no setting is best: {}.", names(&lost)));
    }
    let medians: Vec<&str> = drawn(task)
        .filter(|(_, contender, _)| contender.ranking.by_median)
        .map(|(_, contender, _)| contender.name())
        .collect();
    if !medians.is_empty() {
        notes.push(format!(
            "The line of {} is the median, by which it is ranked: no setting completed with every seed.",
            names(&medians)
        ));
    }
    explain(&all, scale, &mut notes);
    notes
        .iter_mut()
        .filter(|note| *note == NO_EPOCH_0)
        .for_each(|note| "Epoch 0, before any step, is not shown (log axes).".clone_into(note));
    if panels.iter().any(|panel| panel.ceiling.is_some()) {
        notes.push(format!("y axis cut off at {} × the initial {}.", short(CEILING, 2), task.metric.label));
    }
    if stand_out.len() < drawn_count {
        notes.push("Grey lines without a label end too close to others.".to_owned());
    }
    if panels.iter().flat_map(|panel| &panel.series).any(|series| series.style == Style::Sampled) {
        notes.push(SAMPLED.to_owned());
    }
    let splits: [(Split, &[Labelled<'_>]); 2] = [(Split::Train, &training), (task.ranked_on, &ranked)];
    notes.extend(come_from_below(task, &splits[..panels.len().clamp(1, 2)]));
    let deterministic = all.iter().all(|line| line.curve.n == 1);
    let shown = if deterministic { "one trial each" } else { "mean over seeds" };
    vec![Figure {
        name: format!("convergence-{slug}"),
        title: format!("{}: convergence of {}", task_name(task), plural(task.order.len(), noun(task.compares_keys))),
        subtitle: format!("each {} at its best setting; {shown}", noun(task.compares_keys)),
        axes_of: panels.as_slice().into(),
        panels,
        notes,
        legends: Legends::AtEnds,
    }]
}

/// The top of the axis of a metric of which lower is better, if a line rises far above the start.
fn ceiling(kind: &MetricKind, lines: &[Labelled<'_>]) -> Option<f64> {
    let larger = |one: f64, other: f64| if other > one { other } else { one };
    let finite = |values: &[f64]| values.iter().copied().filter(|value| value.is_finite()).reduce(larger);
    let start = lines.iter().filter_map(|line| line.values().first().copied()).filter(|value| value.is_finite());
    let top = CEILING * start.reduce(larger)?;
    let highest = lines.iter().filter_map(|line| finite(line.values())).reduce(larger)?;
    (kind.direction == Direction::Lower && highest > top).then_some(top)
}
