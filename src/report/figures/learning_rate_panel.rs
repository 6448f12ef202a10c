//! One optimizer's panel of final losses by learning rate: measured points, theory, limits, and marks on the margin.

use super::axes::{metric_scale, shows};
use super::exact_line::exact;
use super::good_range::{exact_words, good_range};
use super::learning_rate_points::{best_position, drawn, margin_marks, measured};
use super::learning_rate_theory::{floor_line, limit_lines, theory};
use super::parts::NotedPanel;
use crate::analysis::{Analysis, Contender, CurveSummaries, RateSeries, SettingResult, Task};
use crate::record::{Epoch, Split};
use crate::report::figure_data::{AxisLabel, AxisScale, MarginMark, Panel, Series, Style};
use crate::report::number::short;
use crate::report::wording::{long_metric, name_with_label};

/// The most series of a panel.
pub const MOST_SERIES: usize = 6;
/// The exact curve is drawn only under this many of the best series of each optimizer. More would be illegible and
/// slow.
const SERIES_WITH_THEORY: usize = 3;
/// The most rates that a note lists.
const MOST_NAMED: usize = 8;

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
) -> Option<NotedPanel> {
    let name = &contender.combination.optimizer;
    let with_axis: Vec<&RateSeries> = with_axis(contender).collect();
    if with_axis.is_empty() {
        return None;
    }
    let mut notes = Vec::new();
    if with_axis.len() > MOST_SERIES {
        let left = with_axis.len() - MOST_SERIES;
        notes.push(format!("{name}: the best {MOST_SERIES} series are drawn, {left} are left out."));
    }
    if contender.ranking.by_median && contender.best().is_some() {
        notes.push(format!(
            "{name}: points are medians, since no rate completed with every seed; it is ranked by them."
        ));
    }
    let by_median = contender.ranking.by_median;
    let mut panel = Panel {
        title: name.clone(),
        x: AxisLabel { label: "learning rate".to_owned(), scale: AxisScale::Log },
        y: AxisLabel { label: long_metric(task.metric, split, analysis.study.epoch), scale: metric_scale(task.metric) },
        ceiling: None,
        floor: None,
        series: Vec::new(),
        good: None,
        verticals: Vec::new(),
        horizontals: exact(task, split, by_median),
        margin_marks: Vec::new(),
        matrix: None,
        x_names: Vec::new(),
        rows: None,
    };
    for (position, series) in with_axis.into_iter().take(MOST_SERIES).enumerate() {
        let drawn = drawn(contender, series);
        let name = name_with_label(name, &series.label);
        if drawn.len() < series.settings.len() {
            notes.push(format!(
                "{name}: {} of {} rates are drawn, the best and the safe one among them; trials.parquet has all.",
                drawn.len(),
                series.settings.len()
            ));
        }
        let start = first_trained(contender, series).and_then(|result| curves.start(result, split));
        let start = start.filter(|start| shows(task.metric, *start));
        let found = measured(contender, series, &drawn, task.metric, (split, analysis.study.epoch), start, *colour);
        let lost = margin_marks(contender, series, &drawn, *colour);
        if found.points.is_empty()
            && found.off_scale.is_empty()
            && !by_median
            && lost.iter().any(|m| !m.text.is_empty())
        {
            notes.push(format!("{name}: no rate completed with every seed, so there is no mean to draw."));
        }
        let is_advised = contender.not_better_than.is_none();
        let is_best = is_advised && contender.best_series().is_some_and(|best| std::ptr::eq(best, series));
        let rate = |position: usize| contender.settings[series.settings[position]].learning_rate;
        let best = best_position(contender, series).and_then(rate).filter(|_| is_advised && split == task.ranked_on);
        let safe = series.basin.as_ref().filter(|_| best.is_some() && is_best).and_then(|basin| rate(basin.safe));
        let mut label = format!("{name} (n = {})", found.n);
        for (word, rate) in [(": best", best), (", safe", safe)] {
            label.extend(rate.map(|rate| format!("{word} {}", short(rate, 4))));
        }
        if let Some(baseline) = &contender.not_better_than {
            label.push_str(&format!(": not better than {baseline}"));
        }
        let highlights = found.best.into_iter().filter(|_| is_advised).collect();
        let mut line = Series {
            label,
            colour: *colour,
            style: Style::Markers,
            points: found.points,
            band: found.band,
            highlights,
        };
        if position < SERIES_WITH_THEORY
            && split == Split::Train
            && analysis.study.epoch == Epoch::Last
            && let Some(theory) = theory(analysis, task.metric, contender, series, &line)
        {
            // Theory shows the loss between the measured rates, so no straight line may join them.
            line.style = Style::Points;
            line.band.clear();
            panel.series.push(theory);
        }
        if position < SERIES_WITH_THEORY && split == Split::Train && analysis.study.epoch == Epoch::Last {
            panel.series.extend(floor_line(analysis, task.metric, contender, series, *colour));
        }
        for vertical in limit_lines(contender, series, *colour) {
            if !panel.verticals.iter().any(|line| line.x == vertical.x) {
                panel.verticals.push(vertical);
            }
        }
        if is_best && split == task.ranked_on {
            panel.good = good_range(task, contender, series, found.safe, *colour);
            notes.extend(contender.best().filter(|best| best.fits_exactly()).map(|_| exact_words(&name)));
        }
        notes.extend(unstable(contender, series, &found.off_scale));
        // One mark per rate. A count of diverged trials says more than an arrow.
        let arrows = found.off_scale.into_iter().filter(|mark| !lost.iter().any(|other| other.x == mark.x));
        panel.margin_marks.extend(arrows);
        panel.margin_marks.extend(lost);
        panel.series.push(line);
        *colour += 1;
    }
    Some(NotedPanel { panel, notes })
}

/// Lists the rates beyond the stable limit whose trials ended before they were seen to diverge, except those that have
/// a mark.
fn unstable(contender: &Contender<'_>, series: &RateSeries, above: &[MarginMark]) -> Option<String> {
    let unstable = series.settings.iter().map(|&index| &contender.settings[index]).filter(|result| result.unstable > 0);
    let rates: Vec<String> = unstable
        .filter_map(|result| result.learning_rate)
        .filter(|rate| !above.iter().any(|mark| mark.x == *rate))
        .map(|rate| short(rate, 4))
        .collect();
    let (first, last) = rates.first().zip(rates.last())?;
    let name = name_with_label(&contender.combination.optimizer, &series.label);
    let rates = if rates.len() <= MOST_NAMED {
        rates.join(", ")
    } else {
        format!("{} rates from {first} to {last}", rates.len())
    };
    Some(format!("{name} at {rates}: unstable on at least one split, but stopped before diverging."))
}
