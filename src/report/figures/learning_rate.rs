//! Final loss against learning rate, on log axes, with theory under the measured points.

use super::convergence::exact;
use super::is_loggable;
use crate::analysis::{self, Analysis, Contender, Range, Sample, Task};
use crate::record::{Score, Split};
use crate::report::figure::{AxisLabel, Figure, MarginMark, Panel, Scale, Series, Style, Vertical};
use crate::report::number::short;
use crate::report::phrase::{metric, name_with_label, task_name};

/// Series that a panel can hold.
const MOST_SERIES: usize = 6;
/// Up to here all series share one panel.
const ONE_PANEL: usize = 3;
const PANELS_A_FIGURE: usize = 3;
const CURVE_POINTS: u32 = 100;
/// The exact curve is drawn under the best series of each optimizer: under more it is not legible, nor cheap.
const SERIES_WITH_THEORY: usize = 3;
/// An unstable trial beyond this multiple of the stable ones is a mark on the margin: it would flatten the rest.
const OFF_SCALE: f64 = 1e3;

/// The score's figure, and one for training, where theory is at home, if the score is another split's.
pub fn figures(analysis: &Analysis<'_>, task: &Task<'_>, slug: &str) -> Vec<Figure> {
    let mut figures = of_split(analysis, task, slug, task.ranked_on, "learning-rate");
    if task.ranked_on != Split::Train {
        figures.extend(of_split(analysis, task, slug, Split::Train, "learning-rate-train"));
    }
    figures
}

fn of_split(analysis: &Analysis<'_>, task: &Task<'_>, slug: &str, split: Split, name: &str) -> Vec<Figure> {
    let mut panels: Vec<Panel> = Vec::new();
    let mut notes: Vec<String> = Vec::new();
    let mut colour = 0;
    for contender in &task.contenders {
        let panel = panel(analysis, task, contender, split, &mut colour, &mut notes);
        panels.extend(panel.filter(|panel| !panel.series.is_empty() || !panel.margin_marks.is_empty()));
    }
    let measured =
        panels.iter().flat_map(|panel| &panel.series).filter(|series| series.style == Style::Markers).count();
    if measured == 0 {
        return Vec::new();
    }
    if measured <= ONE_PANEL && panels.len() > 1 {
        panels = merged(panels);
    }
    let seeds = task.contenders.iter().flat_map(|contender| &contender.settings).any(|s| !s.setting.deterministic);
    let shown = if seeds { "median and 25–75 % band over seeds" } else { "one trial each" };
    let subtitle = format!(
        "{shown}; ringed: the best rate by {}; on the margin: trials that diverged or failed, of n",
        ranks(task)
    );
    let count = panels.len();
    let mut figures = Vec::new();
    let mut rest = panels.into_iter().peekable();
    while rest.peek().is_some() {
        let part = figures.len() + 1;
        figures.push(Figure {
            name: if part == 1 { format!("{name}-{slug}") } else { format!("{name}-{slug}-part{part}") },
            title: format!("{}: {} by learning rate", task_name(task), metric(split, analysis.study.score)),
            subtitle: subtitle.clone(),
            panels: rest.by_ref().take(PANELS_A_FIGURE).collect(),
            notes: if count <= part * PANELS_A_FIGURE { std::mem::take(&mut notes) } else { Vec::new() },
        });
    }
    figures
}

fn ranks(task: &Task<'_>) -> String {
    format!("{} MSE", task.ranked_on.word())
}

fn panel(
    analysis: &Analysis<'_>,
    task: &Task<'_>,
    contender: &Contender<'_>,
    split: Split,
    colour: &mut usize,
    notes: &mut Vec<String>,
) -> Option<Panel> {
    let name = &contender.block.optimizer;
    let with_axis: Vec<&analysis::Series> = contender.series.iter().filter(|s| s.settings.len() > 1).collect();
    if with_axis.is_empty() {
        return None;
    }
    if with_axis.len() > MOST_SERIES {
        let left = with_axis.len() - MOST_SERIES;
        notes.push(format!("{name}: the best {MOST_SERIES} series are drawn, {left} are left out."));
    }
    let mut panel = Panel {
        title: name.clone(),
        x: AxisLabel { label: "learning rate".to_owned(), scale: Scale::Log },
        y: AxisLabel { label: metric(split, analysis.study.score), scale: Scale::Log },
        series: Vec::new(),
        verticals: Vec::new(),
        horizontals: exact(task, split, *colour),
        margin_marks: Vec::new(),
    };
    for (position, series) in with_axis.into_iter().take(MOST_SERIES).enumerate() {
        let (measured, off_scale) = measured(contender, series, split, analysis.study.score, *colour);
        if position < SERIES_WITH_THEORY && split == Split::Train && analysis.study.score == Score::Final {
            panel.series.extend(theory(analysis, contender, series, &measured, *colour));
        }
        if !panel.verticals.iter().any(|line| Some(line.x) == series.limit.map(|limit| limit.median)) {
            panel.verticals.extend(limit_line(contender, series, *colour));
        }
        panel.margin_marks.extend(margin_marks(contender, series, *colour));
        panel.margin_marks.extend(off_scale);
        note_unstable(contender, series, notes);
        panel.series.push(measured);
        *colour += 1;
    }
    Some(panel)
}

/// The measured points, and the marks of those that are unstable and far above them.
fn measured(
    contender: &Contender<'_>,
    series: &analysis::Series,
    split: Split,
    score: Score,
    colour: usize,
) -> (Series, Vec<MarginMark>) {
    let best = series.basin.as_ref().map(|basin| basin.best);
    let mut found: Vec<(usize, f64, Sample)> = Vec::new();
    for (position, &index) in series.settings.iter().enumerate() {
        let result = &contender.settings[index];
        if let (Some(rate), Some(sample)) = (result.learning_rate, result.mse(split, score)) {
            found.push((position, rate, sample));
        }
    }
    let unstable = |position: usize| contender.settings[series.settings[position]].unstable > 0;
    let stable = found.iter().filter(|(position, _, _)| !unstable(*position));
    let stable = stable.filter_map(|(_, _, sample)| sample.median()).filter(|median| is_loggable(*median));
    let highest = stable.fold(0.0, |most, median| if median > most { median } else { most });

    let (mut points, mut band, mut highlights, mut marks) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (position, rate, sample) in &found {
        let quantile = |probability| sample.quantile(probability).filter(|value| is_loggable(*value));
        let Some(median) = quantile(0.5) else { continue };
        if unstable(*position) && highest > 0.0 && median > OFF_SCALE * highest {
            marks.push(MarginMark { x: *rate, text: "unstable".to_owned(), colour });
            continue;
        }
        points.push((*rate, median));
        if let (true, Some(low), Some(high)) = (sample.n() > 1, quantile(0.25), quantile(0.75)) {
            band.push((*rate, low, high));
        }
        if best == Some(*position) {
            highlights.push((*rate, median));
        }
    }
    let n = found.iter().map(|(_, _, sample)| sample.n()).max().unwrap_or(0);
    let label = format!("{} (n = {n})", name_with_label(&contender.block.optimizer, &series.label));
    (Series { label, colour, style: Style::Markers, points, band, highlights }, marks)
}

/// The exact curve over the rates that were tried: its median over splits with their range.
fn theory(
    analysis: &Analysis<'_>,
    contender: &Contender<'_>,
    series: &analysis::Series,
    measured: &Series,
    colour: usize,
) -> Option<Series> {
    let problems = &analysis.study.problems;
    let curves = series.exact_curves(problems);
    let (low, high) = rates(contender, series)?;
    if curves.is_empty() || low >= high {
        return None;
    }
    let highest = measured.points.iter().fold(0.0, |most, &(_, y)| if y > most { y } else { most });
    let (start, end) = (libm::log(low), libm::log(high));
    let (mut points, mut band) = (Vec::new(), Vec::new());
    for index in 0..=CURVE_POINTS {
        let rate = libm::exp(start + (end - start) * f64::from(index) / f64::from(CURVE_POINTS));
        let values = Sample::new(curves.iter().map(|curve| curve.at(rate)).collect());
        let quantile = |probability| values.quantile(probability).filter(|value| is_loggable(*value));
        // The axis belongs to the completed trials: what grows beyond them is cut.
        let Some(median) = quantile(0.5).filter(|value| *value <= 2.0 * highest) else { continue };
        points.push((rate, median));
        if let (true, Some(low), Some(high)) = (curves.len() > 1, quantile(0.0), quantile(1.0)) {
            let high = if high <= 2.0 * highest { high } else { 2.0 * highest };
            band.push((rate, low, high));
        }
    }
    if points.is_empty() {
        return None;
    }
    let name = name_with_label(&contender.block.optimizer, &series.label);
    let what = if series.has_penalty(problems) { "exact 2J, penalty included" } else { "exact" };
    let label = format!("{name}: {what}");
    Some(Series { label, colour, style: Style::Theory, points, band, highlights: Vec::new() })
}

fn limit_line(contender: &Contender<'_>, series: &analysis::Series, colour: usize) -> Option<Vertical> {
    let Range { median, low, high, n } = series.limit?;
    let (first, last) = rates(contender, series)?;
    // A line far from every rate that was tried would stretch the axis.
    if median < first / 2.0 || median > 2.0 * last {
        return None;
    }
    let formula = series.regime.map_or("limit", analysis::Regime::formula);
    let label = format!("{}: {formula} = {}", contender.block.optimizer, short(median, 4));
    Some(Vertical { x: median, range: (n > 1 && low < high).then_some((low, high)), label, colour })
}

fn margin_marks(contender: &Contender<'_>, series: &analysis::Series, colour: usize) -> Vec<MarginMark> {
    let mut marks = Vec::new();
    for &index in &series.settings {
        let result = &contender.settings[index];
        let lost = result.counts.diverged + result.counts.failed;
        if let Some(x) = result.learning_rate.filter(|_| lost > 0) {
            marks.push(MarginMark { x, text: format!("{lost}/{}", result.counts.recorded()), colour });
        }
    }
    marks
}

fn note_unstable(contender: &Contender<'_>, series: &analysis::Series, notes: &mut Vec<String>) {
    let unstable = series.settings.iter().map(|&index| &contender.settings[index]).filter(|result| result.unstable > 0);
    let rates: Vec<String> = unstable.filter_map(|result| Some(short(result.learning_rate?, 4))).collect();
    if !rates.is_empty() {
        let name = name_with_label(&contender.block.optimizer, &series.label);
        notes.push(format!("{name}: unstable, not yet diverged at {}.", rates.join(", ")));
    }
}

/// The smallest and the largest rate that was tried.
fn rates(contender: &Contender<'_>, series: &analysis::Series) -> Option<(f64, f64)> {
    let rate = |index: Option<&usize>| contender.settings[*index?].learning_rate;
    Some((rate(series.settings.first())?, rate(series.settings.last())?))
}

/// All in one pair of axes.
fn merged(panels: Vec<Panel>) -> Vec<Panel> {
    let mut panels = panels.into_iter();
    let Some(mut first) = panels.next() else { return Vec::new() };
    first.title = String::new();
    for panel in panels {
        first.series.extend(panel.series);
        first.verticals.extend(panel.verticals);
        first.margin_marks.extend(panel.margin_marks);
    }
    vec![first]
}
