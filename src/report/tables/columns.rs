//! Columns that several tables have: the outcomes, and the score and other metrics on each split.

use crate::analysis::{Counts, Sample, SettingResult};
use crate::metric::MetricKind;
use crate::record::{Epoch, Split, Study};
use crate::report::csv::Csv;

/// The tables have one row per setting up to this many settings of an optimizer on a task. `trials.parquet` has all.
pub const MOST_ROWS: usize = 100_000;

/// The columns of outcomes. `did_not_descend` counts some of the diverged trials, and is there only if some trial did not descend.
pub fn count_columns(study: &Study) -> Vec<&'static str> {
    let ascents = study.trials.some_did_not_descend().then_some("did_not_descend");
    ["completed", "diverged", "failed", "outstanding"].into_iter().chain(ascents).collect()
}

pub fn counts(csv: &mut Csv<'_>, study: &Study, counts: Counts) {
    let ascents = study.trials.some_did_not_descend().then_some(counts.did_not_descend);
    for count in [counts.completed, counts.diverged, counts.failed, counts.outstanding].into_iter().chain(ascents) {
        csv.count(count as u64);
    }
}

/// The epochs at which metrics are given, and how their columns begin: the last evaluated one, and the best one.
pub const SCORES: [(Epoch, &str); 2] = [(Epoch::Last, ""), (Epoch::Best, "best_")];

/// The columns of the scores, and of the other metrics that were asked for.
pub fn metric_columns(metrics: &[&MetricKind], statistics: &[&str]) -> Vec<String> {
    let mut columns = Vec::new();
    for metric in metrics {
        for (_, when) in SCORES {
            for split in Split::ALL {
                let column = |statistic| format!("{when}{}_{}_{statistic}", split.word(), metric.name);
                columns.extend(statistics.iter().map(column));
            }
        }
    }
    columns
}

/// Calls `write` with the sample of each of these metrics. If there is none, the columns stay empty.
pub fn metric_cells(
    csv: &mut Csv<'_>,
    result: &SettingResult<'_>,
    metrics: &[&MetricKind],
    columns: usize,
    write: fn(&mut Csv<'_>, &Sample),
) {
    for metric in metrics {
        for (epoch, _) in SCORES {
            for split in Split::ALL {
                match result.of_metric(metric, split, epoch).filter(|_| result.metrics.holds(metric)) {
                    Some(sample) => write(csv, &sample),
                    None => csv.empty(columns),
                }
            }
        }
    }
}
