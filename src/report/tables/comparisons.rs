//! `tables/comparisons.csv`: each pair of optimizers at their best settings, `second − first`.

use super::TableKind;
use crate::analysis::{Analysis, Finding};
use crate::report::csv::Csv;

pub const TABLE: TableKind = TableKind { path: |_| "tables/comparisons.csv".to_owned(), write };

fn write(analysis: &Analysis<'_>, csv: &mut Csv<'_>) {
    csv.header(&[
        "dataset",
        "model",
        "first",
        "first_setting",
        "second",
        "second_setting",
        "metric",
        "test",
        "n",
        "second_minus_first_mean",
        "low",
        "high",
        "p_value",
        "p_is_exact",
        "would_decide",
        "first_better",
        "second_better",
        "shown_better",
    ]);
    for task in &analysis.tasks {
        for comparison in &task.comparisons {
            csv.text(task.dataset);
            csv.text(task.model);
            for index in [comparison.first, comparison.second] {
                csv.text(&task.contenders[index].combination.optimizer);
                csv.text(&task.contenders[index].best().map_or_else(String::new, |best| best.setting.name()));
            }
            csv.text(&format!("{}_{}", comparison.split.word(), task.metric.name));
            finding(csv, &comparison.finding);
            csv.text(match comparison.decided() {
                1 => "first",
                -1 => "second",
                _ => "",
            });
            csv.end_row();
        }
    }
}

fn finding(csv: &mut Csv<'_>, finding: &Finding) {
    match finding {
        Finding::NoPairs => {
            csv.text("none");
            csv.count(0);
            csv.empty(8);
        }
        Finding::Plain { difference } => {
            csv.text("deterministic");
            csv.count(1);
            csv.statistic(Some(*difference));
            csv.empty(7);
        }
        Finding::Paired { n, against_constant, mean, interval, p_value, would_decide } => {
            csv.text(if *against_constant { "sign_flip_against_constant" } else { "sign_flip" });
            csv.count(*n as u64);
            csv.statistic(Some(*mean));
            csv.statistic(interval.map(|interval| interval.0));
            csv.statistic(interval.map(|interval| interval.1));
            csv.statistic(p_value.map(|p| p.value));
            match p_value {
                Some(p) => csv.flag(p.exact),
                None => csv.empty(1),
            }
            csv.count(*would_decide);
            csv.empty(2);
        }
        Finding::Unequal { n, first_better, second_better, p_value, .. } => {
            csv.text("sign");
            csv.count(*n as u64);
            csv.empty(3);
            csv.statistic(Some(*p_value));
            csv.flag(true);
            csv.empty(1);
            csv.count(*first_better as u64);
            csv.count(*second_better as u64);
        }
    }
}
