//! `tables/settings.csv`: a row for each setting with all its hyperparameters. With very many settings, only the best.

use std::collections::BTreeSet;

use super::TableKind;
use super::columns::{COUNT_COLUMNS, MOST_ROWS, counts, mse_cells, mse_columns};
use crate::analysis::Analysis;
use crate::record::{StudyColumn, StudyCombination};
use crate::report::csv::Csv;

pub const TABLE: TableKind = TableKind { path: "tables/settings.csv", write };

const STATISTICS: [&str; 3] = ["mean", "sd", "median"];

fn write(analysis: &Analysis<'_>, csv: &mut Csv<'_>) {
    let keys: BTreeSet<&str> =
        analysis.study.combinations.iter().flat_map(StudyCombination::keys).map(String::as_str).collect();
    let statistics = mse_columns(&STATISTICS);
    let mut columns = vec!["dataset", "model", "optimizer", "method", "setting"];
    columns.extend(keys.iter());
    columns.extend(["deterministic", "n"]);
    columns.extend(COUNT_COLUMNS);
    columns.extend(["unstable_not_yet_diverged", "gradient_evaluations_a_trial", "rank", "score_mean", "score_median"]);
    columns.extend(statistics.iter().map(String::as_str));
    csv.header(&columns);
    for task in &analysis.tasks {
        for contender in &task.contenders {
            let mut ranks: Vec<Option<u64>> = vec![None; contender.settings.len()];
            // If no setting has a finite median, no setting has a rank.
            if !contender.ranking.none_is_best {
                for (&index, rank) in contender.ranking.order.iter().zip(1..) {
                    ranks[index] = Some(rank);
                }
            }
            let columns: Vec<StudyColumn<'_>> = keys.iter().map(|key| contender.combination.column(key)).collect();
            let many = contender.settings.len() > MOST_ROWS;
            for (result, rank) in contender.settings.iter().zip(ranks) {
                if many && rank.is_none_or(|rank| rank > MOST_ROWS as u64) {
                    continue;
                }
                for text in [task.dataset, task.model, &contender.combination.optimizer, &contender.combination.method]
                {
                    csv.text(text);
                }
                csv.count(u64::from(result.setting.index));
                for column in &columns {
                    value(csv, column.get(result.setting));
                }
                csv.flag(result.setting.deterministic);
                csv.count(result.counts.recorded() as u64);
                counts(csv, result.counts);
                csv.count(u64::from(result.unstable));
                csv.statistic((result.counts.recorded() > 0).then_some(result.gradient_evaluations));
                csv.count(rank);
                csv.finite_statistic(result.score_mean);
                csv.statistic(result.score_median);
                mse_cells(csv, result, STATISTICS.len(), |csv, sample| {
                    csv.finite_statistic(sample.mean());
                    csv.statistic(sample.standard_deviation());
                    csv.statistic(sample.median());
                });
                csv.end_row();
            }
        }
    }
}

fn value(csv: &mut Csv<'_>, value: Option<&toml::Value>) {
    match value {
        None => csv.empty(1),
        Some(toml::Value::Float(number)) => csv.number(Some(*number)),
        Some(toml::Value::Integer(number)) => csv.integer(*number),
        Some(toml::Value::Boolean(flag)) => csv.flag(*flag),
        Some(toml::Value::String(text)) => csv.text(text),
        Some(other) => csv.text(&other.to_string()),
    }
}
