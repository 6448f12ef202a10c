//! `tables/performance_profile.csv`: a row for each optimizer and task: the ratio of its median time to the fastest one's, empty where
//! it does not reach the target, and the share of tasks with a ratio of at most this.

use crate::analysis::{Analysis, share_within};
use crate::report::csv::Csv;
use crate::report::tables::TableKind;

pub const TABLE: TableKind =
    TableKind { path: |_| "tables/performance_profile.csv".to_owned(), only_if: Some(is_known), write };

fn is_known(analysis: &Analysis<'_>) -> bool {
    analysis.effort.across.as_ref().is_some_and(|across| across.profiles.is_some())
}

fn write(analysis: &Analysis<'_>, csv: &mut Csv<'_>) {
    csv.header(&["optimizer", "dataset", "model", "ratio_to_fastest", "share_of_tasks"]);
    let Some(across) = &analysis.effort.across else { return };
    let Some(profiles) = &across.profiles else { return };
    for (name, ratios) in across.names.iter().zip(&profiles.ratios) {
        for (task, ratio) in profiles.tasks.iter().zip(ratios) {
            let ratio = Some(*ratio).filter(|ratio| ratio.is_finite());
            csv.text(name);
            csv.text(analysis.tasks[*task].dataset);
            csv.text(analysis.tasks[*task].model);
            csv.statistic(ratio);
            csv.statistic(ratio.map(|ratio| share_within(ratios, ratio)));
            csv.end_row();
        }
    }
}
