//! The best settings, in a table named by the metric of the score (`tables/r2.csv`, or `tables/scores.csv` for several): a row for each dataset × model × optimizer,
//! and the baselines.

use super::TableKind;
use super::columns::{SCORES, count_columns, counts, metric_cells, metric_columns};
use crate::analysis::{Analysis, BaselineRow, Sample, Task};
use crate::metric::MetricKind;
use crate::record::{Epoch, Split, Study};
use crate::report::csv::Csv;

pub const TABLE: TableKind = TableKind { path: best_settings_path, only_if: None, write };

/// The path of the table: of the metric that ranks all tasks, or `tables/scores.csv` where they differ in it.
#[must_use]
pub fn best_settings_path(scores: &[&MetricKind]) -> String {
    match scores {
        [metric] => format!("tables/{}.csv", metric.name),
        _ => "tables/scores.csv".to_owned(),
    }
}

const STATISTICS: [&str; 3] = ["mean", "sd", "median"];
/// The optimizer tuned on each seed by itself, on the split that compares.
const TUNED: [&str; 6] = ["tuned_on", "tuned_n", "tuned_capped", "tuned_level", "tuned_low", "tuned_high"];

fn write(analysis: &Analysis<'_>, csv: &mut Csv<'_>) {
    let metrics = analysis.study.reported_metrics();
    let statistics = metric_columns(&metrics, &STATISTICS);
    let mut columns = vec![
        "dataset",
        "model",
        "row",
        "optimizer",
        "method",
        "setting",
        "label",
        "learning_rate",
        "deterministic",
        "n",
    ];
    columns.extend(count_columns(analysis.study));
    columns.extend(["ranked_on", "ranked_by", "score", "epoch"]);
    columns.extend(statistics.iter().map(String::as_str));
    columns.extend(TUNED);
    columns.extend(["settings_tried", "gradient_evaluations"]);
    csv.header(&columns);
    for task in &analysis.tasks {
        for index in 0..task.contenders.len() {
            trained(csv, task, index, &metrics, analysis.study.epoch);
        }
        for row in &task.baselines {
            baseline(csv, analysis.study, &metrics, task, row);
        }
    }
}

fn trained(csv: &mut Csv<'_>, task: &Task<'_>, index: usize, metrics: &[&MetricKind], epoch: Epoch) {
    let contender = &task.contenders[index];
    // If every setting diverged, the row shows the outcomes but names no setting.
    let Some(shown) = contender.shown() else { return };
    let best = contender.named();
    for text in [task.dataset, task.model, "trained", &contender.combination.optimizer, &contender.combination.method] {
        csv.text(text);
    }
    csv.text(&best.map_or_else(String::new, |best| best.setting.name()));
    csv.text(&best.map_or_else(String::new, |best| contender.label(best)));
    csv.number(best.and_then(|best| best.learning_rate));
    csv.flag(shown.setting.deterministic);
    csv.count(shown.scored as u64);
    counts(csv, shown.study, shown.counts);
    csv.text(task.ranked_on.word());
    csv.text(match (contender.best_by_loss(), contender.ranking.by_median) {
        (Some(_), _) => "loss",
        (None, true) => "median",
        (None, false) => "mean",
    });
    csv.text(task.metric.name);
    csv.text(epoch.word());
    metric_cells(csv, shown, metrics, STATISTICS.len(), statistics);
    tuned(csv, task, index);
    csv.count(contender.settings.len() as u64);
    csv.count(contender.gradient_evaluations);
    csv.end_row();
}

fn statistics(csv: &mut Csv<'_>, sample: &Sample) {
    csv.finite_statistic(sample.mean());
    csv.statistic(sample.standard_deviation());
    csv.statistic(sample.median());
}

fn baseline(csv: &mut Csv<'_>, study: &Study, metrics: &[&MetricKind], task: &Task<'_>, row: &BaselineRow) {
    for text in [task.dataset, task.model, row.kind.name, &row.label] {
        csv.text(text);
    }
    csv.empty(5);
    csv.count(row.scored(task.ranked_on) as u64);
    csv.empty(count_columns(study).len() + 4);
    for metric in metrics {
        for _ in SCORES {
            for split in Split::ALL {
                match row.of_metric(metric, split) {
                    Some(sample) => statistics(csv, sample),
                    None => csv.empty(STATISTICS.len()),
                }
            }
        }
    }
    csv.empty(TUNED.len() + 2);
    csv.end_row();
}

/// The cells of a contender that is tuned on each seed by itself.
pub fn tuned(csv: &mut Csv<'_>, task: &Task<'_>, index: usize) {
    let (tuned, level) = (&task.tuned[index], task.level(index));
    csv.text(task.compared_on.word());
    csv.count(tuned.values().len() as u64);
    csv.count(tuned.capped() as u64);
    csv.statistic(level.map(|level| level.center));
    csv.statistic(level.and_then(|level| level.interval).map(|interval| interval.0));
    csv.statistic(level.and_then(|level| level.interval).map(|interval| interval.1));
}
