//! `tables/settings.csv`: a row for each setting with all its hyperparameters. With very many settings, only the best.

use super::TableKind;
use super::columns::{MOST_ROWS, count_columns, counts, metric_cells, metric_columns};
use crate::analysis::Analysis;
use crate::record::{BATCH_SIZE, FULL_BATCH, StudyColumn, StudyCombination, column_names};
use crate::report::csv::Csv;

pub const TABLE: TableKind = TableKind { path: |_| "tables/settings.csv".to_owned(), only_if: None, write };

const STATISTICS: [&str; 3] = ["mean", "sd", "median"];

fn write(analysis: &Analysis<'_>, csv: &mut Csv<'_>) {
    let study = analysis.study;
    let names = column_names(study.combinations.iter().flat_map(StudyCombination::keys).map(String::as_str));
    let metrics = study.reported_metrics();
    let statistics = metric_columns(&metrics, &STATISTICS);
    let mut columns = vec!["dataset", "model", "optimizer", "method", "setting"];
    for (key, name) in &names {
        columns.push(name);
        columns.extend((*key == BATCH_SIZE).then_some(FULL_BATCH));
    }
    columns.extend(["deterministic", "n"]);
    columns.extend(count_columns(analysis.study));
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
            let columns: Vec<(&str, StudyColumn<'_>)> =
                names.keys().map(|key| (*key, contender.combination.column(key))).collect();
            let many = contender.settings.len() > MOST_ROWS;
            for (result, rank) in contender.settings.iter().zip(ranks) {
                if many && rank.is_none_or(|rank| rank > MOST_ROWS as u64) {
                    continue;
                }
                let StudyCombination { table, optimizer, method, .. } = contender.combination;
                for text in [table.as_str(), task.model, optimizer, method] {
                    csv.text(text);
                }
                csv.text(&result.setting.name());
                for (key, column) in &columns {
                    let cell = column.get(result.setting);
                    if *key == BATCH_SIZE {
                        batch_size(csv, study.batch_size(result.setting, cell));
                    } else {
                        value(csv, cell);
                    }
                }
                csv.flag(result.setting.deterministic);
                csv.count(result.scored as u64);
                counts(csv, result.study, result.counts);
                csv.count(u64::from(result.unstable));
                csv.statistic((result.counts.recorded() > 0).then_some(result.gradient_evaluations));
                csv.count(rank);
                csv.finite_statistic(result.score_mean);
                csv.statistic(result.score_median);
                metric_cells(csv, result, &metrics, STATISTICS.len(), |csv, sample| {
                    csv.finite_statistic(sample.mean());
                    csv.statistic(sample.standard_deviation());
                    csv.statistic(sample.median());
                });
                csv.end_row();
            }
        }
    }
}

fn batch_size(csv: &mut Csv<'_>, batch: Option<(Option<u64>, bool)>) {
    csv.count(batch.and_then(|(size, _)| size));
    match batch {
        Some((_, full)) => csv.flag(full),
        None => csv.empty(1),
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
