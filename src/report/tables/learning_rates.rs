//! `tables/learning_rates.csv`: the sweep, with a row for each series and rate. With very many rates, a subset that
//! includes the best.

use super::TableKind;
use super::columns::{MOST_ROWS, count_columns, counts};
use crate::analysis::{Analysis, Contender, Range, RateSeries, Sample, Task};
use crate::metric::mse;
use crate::report::csv::Csv;

pub const TABLE: TableKind = TableKind { path: |_| "tables/learning_rates.csv".to_owned(), only_if: None, write };

/// The exact curve takes time, so only this many of the best series of each optimizer have it.
const SERIES_WITH_THEORY: usize = 6;

fn write(analysis: &Analysis<'_>, csv: &mut Csv<'_>) {
    let mut columns = vec!["dataset", "model", "optimizer", "series", "learning_rate", "setting", "n"];
    columns.extend(count_columns(analysis.study));
    columns.extend(["unstable_not_yet_diverged", "score_on", "score_mean", "score_q25", "score_median", "score_q75"]);
    columns.extend(["is_best", "in_good_range", "limit", "limit_low", "limit_high", "exact_loss", "exact_loss_is"]);
    // A table has the columns of a bound only if some series has one.
    let has_bound = |contender: &Contender<'_>| contender.series.iter().any(|series| series.bound.is_some());
    let bounds = analysis.tasks.iter().flat_map(|task| &task.contenders).any(has_bound);
    if bounds {
        columns.extend(["bound", "bound_low", "bound_high"]);
    }
    let has_local = |contender: &Contender<'_>| contender.series.iter().any(|series| local(series).is_some());
    let locals = analysis.tasks.iter().flat_map(|task| &task.contenders).any(has_local);
    if locals {
        columns.extend(["local_limit", "local_limit_low", "local_limit_high"]);
    }
    csv.header(&columns);
    for task in &analysis.tasks {
        for contender in &task.contenders {
            for (position, series) in contender.series.iter().enumerate() {
                rows(csv, analysis, task, contender, series, position < SERIES_WITH_THEORY, [bounds, locals]);
            }
        }
    }
}

fn rows(
    csv: &mut Csv<'_>,
    analysis: &Analysis<'_>,
    task: &Task<'_>,
    contender: &Contender<'_>,
    series: &RateSeries,
    with_theory: bool,
    [bounds, locals]: [bool; 2],
) {
    let problems = &analysis.study.problems;
    let curves = if with_theory { series.exact_curves(problems) } else { Vec::new() };
    let every = contender.settings.len().div_ceil(MOST_ROWS);
    let best = series.basin.as_ref().map(|basin| basin.best);
    for (position, &index) in series.settings.iter().enumerate() {
        if position % every != 0 && best != Some(position) {
            continue;
        }
        let result = &contender.settings[index];
        for text in [task.dataset, task.model, &contender.combination.optimizer, &series.label] {
            csv.text(text);
        }
        csv.number(result.learning_rate);
        csv.text(&result.setting.name());
        csv.count(result.scored as u64);
        counts(csv, result.study, result.counts);
        csv.count(u64::from(result.unstable));
        csv.text(task.ranked_on.word());
        let score = result.score();
        csv.finite_statistic(score.mean());
        for probability in [0.25, 0.5, 0.75] {
            csv.statistic(score.quantile(probability));
        }
        let basin = series.basin.as_ref();
        csv.flag(basin.is_some_and(|basin| basin.best == position));
        csv.flag(basin.is_some_and(|basin| (basin.low..=basin.high).contains(&position)));
        range(csv, series.limit);
        match result.learning_rate.filter(|_| !curves.is_empty()) {
            Some(rate) => {
                csv.statistic(Sample::new(curves.iter().map(|curve| curve.at(rate)).collect()).median());
                if series.has_penalty(problems) {
                    csv.text("objective_times_2");
                } else {
                    csv.text(&format!("train_{}", mse().name));
                }
            }
            None => csv.empty(2),
        }
        if bounds {
            range(csv, series.bound);
        }
        if locals {
            range(csv, local(series));
        }
        csv.end_row();
    }
}

/// 2/λmax at the minimum of J under a loss other than the squared error.
fn local(series: &RateSeries) -> Option<Range> {
    series.optima.as_ref().and_then(|optima| optima.limit)
}

fn range(csv: &mut Csv<'_>, range: Option<Range>) {
    for value in [range.map(|range| range.median), range.map(|range| range.low), range.map(|range| range.high)] {
        csv.statistic(value);
    }
}
