//! One optimizer's panel of final losses by learning rate: measured points, theory, limits, and marks on the margin.

use super::axes::{metric_scale, shows};
use super::exact_line::exact;
use super::learning_rate_theory::{limit_line, theory};
use crate::analysis::{Analysis, Contender, CurveSummaries, RateSeries, Sample, SettingResult, Task};
use crate::metric::{AxisKind, Direction, MetricKind, Values};
use crate::record::{Epoch, Split};
use crate::report::figure_data::{AxisLabel, AxisScale, MarginMark, Mark, Panel, Series, Style};
use crate::report::number::short;
use crate::report::wording::{long_metric, name_with_label};

/// The most series of a panel.
pub const MOST_SERIES: usize = 6;
/// The exact curve is drawn only under this many of the best series of each optimizer. More would be illegible and
/// slow.
const SERIES_WITH_THEORY: usize = 3;
/// The most rates of a series that a reader can tell apart.
const MOST_RATES: usize = 400;
/// The most rates that a note lists.
const MOST_NAMED: usize = 8;
/// A loss above its start becomes a mark on the margin if it exceeds this multiple of the losses below the start. A
/// point there would flatten the rest.
const OFF_SCALE: f64 = 3.0;

pub fn with_axis<'t>(contender: &'t Contender<'_>) -> impl Iterator<Item = &'t RateSeries> {
    contender.series.iter().filter(|series| series.settings.len() > 1)
}

/// The smallest rate of a series that has a trial with a curve. Any rate would do, because all start at the same loss.
pub fn first_trained<'t, 'a>(contender: &'t Contender<'a>, series: &RateSeries) -> Option<&'t SettingResult<'a>> {
    let mut results = series.settings.iter().map(|&index| &contender.settings[index]);
    results.find(|result| result.counts.completed + result.counts.diverged > 0)
}

pub fn panel(
    analysis: &Analysis<'_>,
    task: &Task<'_>,
    contender: &Contender<'_>,
    split: Split,
    curves: &CurveSummaries,
    colour: &mut usize,
    notes: &mut Vec<String>,
) -> Option<Panel> {
    let name = &contender.combination.optimizer;
    let with_axis: Vec<&RateSeries> = with_axis(contender).collect();
    if with_axis.is_empty() {
        return None;
    }
    if with_axis.len() > MOST_SERIES {
        let left = with_axis.len() - MOST_SERIES;
        notes.push(format!("{name}: the best {MOST_SERIES} series are drawn, {left} are left out."));
    }
    let mut panel = Panel {
        title: name.clone(),
        x: AxisLabel { label: "learning rate".to_owned(), scale: AxisScale::Log },
        y: AxisLabel { label: long_metric(task.metric, split, analysis.study.epoch), scale: metric_scale(task.metric) },
        ceiling: None,
        floor: None,
        series: Vec::new(),
        verticals: Vec::new(),
        horizontals: exact(task, split),
        margin_marks: Vec::new(),
    };
    for (position, series) in with_axis.into_iter().take(MOST_SERIES).enumerate() {
        let drawn = drawn(contender, series);
        if drawn.len() < series.settings.len() {
            notes.push(format!(
                "{}: {} of {} rates are drawn, the best among them; trials.parquet has all.",
                name_with_label(name, &series.label),
                drawn.len(),
                series.settings.len()
            ));
        }
        let start = first_trained(contender, series).and_then(|result| curves.start(result, split));
        let start = start.filter(|start| shows(task.metric, *start));
        let (mut measured, off_scale) =
            measured(contender, series, &drawn, task.metric, (split, analysis.study.epoch), start, *colour);
        if position < SERIES_WITH_THEORY
            && split == Split::Train
            && analysis.study.epoch == Epoch::Last
            && matches!(task.metric.values, Values::Loss(_))
            && let Some(theory) = theory(analysis, contender, series, &measured, *colour)
        {
            // Theory shows the loss between the measured rates, so no straight line may join them.
            measured.style = Style::Points;
            measured.band.clear();
            panel.series.push(theory);
        }
        let vertical = limit_line(contender, series, *colour);
        panel.verticals.extend(vertical.filter(|new| !panel.verticals.iter().any(|line| line.x == new.x)));
        note_unstable(contender, series, &off_scale, notes);
        let lost = margin_marks(contender, series, &drawn, *colour);
        // One mark per rate. A count of diverged trials says more than an arrow.
        panel.margin_marks.extend(off_scale.into_iter().filter(|mark| !lost.iter().any(|other| other.x == mark.x)));
        panel.margin_marks.extend(lost);
        panel.series.push(measured);
        *colour += 1;
    }
    Some(panel)
}

/// The measured points, and marks for those that ended far above their start.
fn measured(
    contender: &Contender<'_>,
    series: &RateSeries,
    drawn: &[usize],
    metric: &MetricKind,
    (split, epoch): (Split, Epoch),
    start: Option<f64>,
    colour: usize,
) -> (Series, Vec<MarginMark>) {
    let best = series.basin.as_ref().map(|basin| basin.best);
    let mut found: Vec<(usize, f64, Sample)> = Vec::new();
    for &position in drawn {
        let result = &contender.settings[series.settings[position]];
        if let (Some(rate), Some(sample)) = (result.learning_rate, result.metric(split, epoch)) {
            found.push((position, rate, sample));
        }
    }
    // Distances, so that the same holds whether lower or higher is better.
    let top = start.map(|start| metric.distance(start)).and_then(|start| {
        let medians = found.iter().filter_map(|(_, _, sample)| sample.median());
        let below = medians.filter(|median| shows(metric, *median)).map(|median| metric.distance(median));
        let highest =
            below.filter(|distance| *distance <= start).fold(0.0, |most, far| if far > most { far } else { most });
        (highest > 0.0).then_some(if OFF_SCALE * highest > start { OFF_SCALE * highest } else { start })
    });
    let top = top.unwrap_or(f64::INFINITY);

    let (mut points, mut band, mut highlights, mut marks) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (position, rate, sample) in &found {
        let Some(median) = sample.median().filter(|value| shows(metric, *value) || *value == 0.0) else { continue };
        if metric.distance(median) > top {
            let kind = match metric.direction {
                Direction::Lower => Mark::Above,
                Direction::Higher => Mark::Below,
            };
            marks.push(MarginMark { x: *rate, kind, text: String::new(), colour });
            continue;
        }
        points.push((*rate, median));
        let in_range = |value: &f64| metric.axis == AxisKind::Linear || *value > 0.0;
        let quantile = |probability| sample.quantile(probability).filter(in_range);
        if let (true, Some(low), Some(high)) = (sample.n() > 1, quantile(0.25), quantile(0.75)) {
            // The band leaves the frame instead of stretching it.
            let is_far = |value: f64| metric.distance(value) > top;
            let (low, high) = match metric.direction {
                Direction::Lower => (low, if is_far(high) { f64::INFINITY } else { high }),
                Direction::Higher => (if is_far(low) { f64::NEG_INFINITY } else { low }, high),
            };
            band.push((*rate, low, high));
        }
        if best == Some(*position) {
            highlights.push((*rate, median));
        }
    }
    let n = found.iter().map(|(_, _, sample)| sample.n()).max().unwrap_or(0);
    let label = format!("{} (n = {n})", name_with_label(&contender.combination.optimizer, &series.label));
    (Series { label, colour, style: Style::Markers, points, band, highlights }, marks)
}

/// The positions of the rates to draw. If there are too many to tell apart, a subset that includes both ends and the
/// best.
fn drawn(contender: &Contender<'_>, series: &RateSeries) -> Vec<usize> {
    let last = series.settings.len() - 1;
    if last < MOST_RATES {
        return (0..=last).collect();
    }
    let best = series.basin.as_ref().map(|basin| basin.best);
    let place = |position: usize| {
        let rate = contender.settings[series.settings[position]].learning_rate;
        libm::log10(rate.unwrap_or(f64::NAN))
    };
    let step = (place(last) - place(0)) / MOST_RATES as f64;
    let mut kept = Vec::new();
    let mut next = place(0);
    for position in 0..=last {
        let due = place(position) >= next;
        if due {
            next = place(position) + step;
        }
        if due || position == last || best == Some(position) {
            kept.push(position);
        }
    }
    kept
}

fn margin_marks(contender: &Contender<'_>, series: &RateSeries, drawn: &[usize], colour: usize) -> Vec<MarginMark> {
    let mut marks = Vec::new();
    for &position in drawn {
        let result = &contender.settings[series.settings[position]];
        let lost = result.counts.diverged + result.counts.failed;
        if let Some(x) = result.learning_rate.filter(|_| lost > 0) {
            let n = result.counts.recorded();
            let text = if lost < n { format!("{lost}/{n}") } else { String::new() };
            marks.push(MarginMark { x, kind: Mark::Diverged, text, colour });
        }
    }
    marks
}

/// Lists the rates beyond the stable limit whose trials ended before they were seen to diverge, except those that have
/// a mark.
fn note_unstable(contender: &Contender<'_>, series: &RateSeries, above: &[MarginMark], notes: &mut Vec<String>) {
    let unstable = series.settings.iter().map(|&index| &contender.settings[index]).filter(|result| result.unstable > 0);
    let rates: Vec<String> = unstable
        .filter_map(|result| result.learning_rate)
        .filter(|rate| !above.iter().any(|mark| mark.x == *rate))
        .map(|rate| short(rate, 4))
        .collect();
    if let (Some(first), Some(last)) = (rates.first(), rates.last()) {
        let name = name_with_label(&contender.combination.optimizer, &series.label);
        let rates = if rates.len() <= MOST_NAMED {
            rates.join(", ")
        } else {
            format!("{} rates from {first} to {last}", rates.len())
        };
        notes
            .push(format!("{name} at {rates}: beyond the limit of at least one split, with too few steps to diverge."));
    }
}
