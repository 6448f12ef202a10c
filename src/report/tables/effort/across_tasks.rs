//! `tables/across_tasks.csv`: a row for each optimizer over all tasks that have all optimizers.

use super::interval;
use crate::analysis::Analysis;
use crate::report::csv::Csv;
use crate::report::tables::TableKind;

pub const TABLE: TableKind =
    TableKind { path: |_| "tables/across_tasks.csv".to_owned(), only_if: Some(is_known), write };

fn is_known(analysis: &Analysis<'_>) -> bool {
    analysis.effort.across.is_some()
}

fn write(analysis: &Analysis<'_>, csv: &mut Csv<'_>) {
    let Some(across) = &analysis.effort.across else { return };
    csv.header(&[
        "optimizer",
        "tasks",
        "seeds",
        "least_settings",
        "most_settings",
        "capped_seeds",
        "raced_tasks",
        "reached_tasks",
        "algoperf_score",
        "interquartile_mean",
        "interquartile_mean_low",
        "interquartile_mean_high",
        "improvement_over",
        "improvement_probability",
        "improvement_low",
        "improvement_high",
    ]);
    for (at, name) in across.names.iter().enumerate() {
        csv.text(name);
        csv.count(across.tasks.len() as u64);
        csv.count(across.seeds as u64);
        csv.count(across.settings[at].0 as u64);
        csv.count(across.settings[at].1 as u64);
        csv.count(across.capped[at] as u64);
        csv.count(across.raced as u64);
        let ratios = across.profiles.as_ref().map(|profiles| &profiles.ratios[at]);
        csv.count(ratios.map(|ratios| ratios.iter().filter(|ratio| ratio.is_finite()).count() as u64));
        csv.statistic(across.profiles.as_ref().map(|profiles| profiles.scores[at]));
        let over = across.over_tasks.as_ref().map(|all| all[at]);
        csv.statistic(over.map(|over| over.interquartile_mean));
        interval(csv, over.and_then(|over| over.mean_interval));
        csv.text(if at > 0 && over.is_some() { &across.names[0] } else { "" });
        csv.statistic(over.and_then(|over| over.improvement));
        interval(csv, over.and_then(|over| over.improvement_interval));
        csv.end_row();
    }
}
