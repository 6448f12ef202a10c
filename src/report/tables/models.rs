//! `tables/models.csv`: the models of each data set that has several of them with one score, best first, and how they differ from the
//! leader.

use super::TableKind;
use super::comparisons::{NUMBERS, answer_word, numbers};
use crate::analysis::{Analysis, ModelsCompared, Tuned};
use crate::report::csv::Csv;

pub const TABLE: TableKind = TableKind { path: |_| "tables/models.csv".to_owned(), only_if: Some(is_known), write };

const COLUMNS: [&str; 19] = [
    "dataset",
    "model",
    "leader",
    "optimizer",
    "setting",
    "label",
    "learning_rate",
    "parameters",
    "settings_tried",
    "ranked_on",
    "score",
    "score_mean",
    "tuned_on",
    "tuned_n",
    "tuned_capped",
    "tuned_level",
    "tuned_low",
    "tuned_high",
    "seeds_that_choose_it",
];

fn is_known(analysis: &Analysis<'_>) -> bool {
    !analysis.models.is_empty()
}

fn write(analysis: &Analysis<'_>, csv: &mut Csv<'_>) {
    let mut columns = COLUMNS.to_vec();
    columns.extend(NUMBERS.map(|(name, of_models)| of_models.unwrap_or(name)));
    columns.push("answer");
    csv.header(&columns);
    for models in &analysis.models {
        models.task.order.iter().for_each(|&index| row(analysis, csv, models, index));
    }
}

fn row(analysis: &Analysis<'_>, csv: &mut Csv<'_>, models: &ModelsCompared<'_>, index: usize) {
    let task = &models.task;
    let contender = &task.contenders[index];
    let best = contender.best();
    csv.text(task.dataset);
    csv.text(contender.name());
    csv.text(task.order.first().map_or("", |&leader| task.contenders[leader].name()));
    csv.text(&contender.combination.optimizer);
    csv.text(&best.map_or_else(String::new, |best| best.setting.name()));
    csv.text(&best.map_or_else(String::new, |best| contender.label(best)));
    csv.number(best.and_then(|best| best.learning_rate));
    csv.count(best.and_then(|best| analysis.study.n_parameters(best.setting)));
    csv.count(models.settings(analysis, index) as u64);
    csv.text(task.ranked_on.word());
    csv.text(task.metric.name);
    csv.finite_statistic(contender.first().and_then(|first| first.score_mean));
    super::best_settings::tuned(csv, task, index);
    csv.count(task.tuned.get(index).map_or(0, Tuned::choose_the_first) as u64);
    match task.against_leader(index) {
        Some(comparison) => {
            numbers(csv, comparison);
            csv.text(answer_word(comparison.answer));
        }
        None => {
            csv.empty(NUMBERS.len());
            csv.text("leads");
        }
    }
    csv.end_row();
}
