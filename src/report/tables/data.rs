//! `tables/data.csv`: what was read, with a row for each column of each data set.

use super::TableKind;
use crate::analysis::Analysis;
use crate::record::ColumnKind;
use crate::report::csv::Csv;
use crate::report::data_columns::{Role, data_columns, reason};

pub const TABLE: TableKind = TableKind { path: |_| "tables/data.csv".to_owned(), only_if: None, write };

fn write(analysis: &Analysis<'_>, csv: &mut Csv<'_>) {
    let any_classes = analysis.study.datasets.values().any(|dataset| dataset.facts.classes.is_some());
    let mut header = vec![
        "dataset",
        "column",
        "role",
        "type",
        "levels",
        "missing",
        "low",
        "mean",
        "high",
        "standard_deviation",
        "correlation_with_target",
        "left_out_because",
    ];
    // Only classes add a column.
    header.extend(any_classes.then_some("classes"));
    csv.header(&header);
    for (name, dataset) in &analysis.study.datasets {
        for column in data_columns(&dataset.facts) {
            let (kind, levels) = match column.kind {
                None => ("", None),
                Some(ColumnKind::Number) => ("number", None),
                Some(ColumnKind::WholeNumber) => ("whole_number", None),
                Some(ColumnKind::TruthValue) => ("truth_value", None),
                Some(ColumnKind::Categories { levels }) if column.role == Role::Target => ("classes", Some(levels)),
                Some(ColumnKind::Categories { levels }) => ("categories", Some(levels)),
            };
            csv.text(name);
            csv.text(column.name);
            csv.text(column.role.word());
            csv.text(kind);
            csv.count(levels);
            csv.count(column.missing);
            csv.statistic(column.numbers.map(|numbers| numbers.low));
            csv.statistic(column.numbers.map(|numbers| numbers.mean));
            csv.statistic(column.numbers.map(|numbers| numbers.high));
            csv.statistic(column.numbers.map(|numbers| numbers.deviation));
            csv.statistic(column.numbers.and_then(|numbers| numbers.correlation));
            csv.text(match column.role {
                Role::LeftOut(why) => reason(why),
                Role::Feature | Role::Weight | Role::Target => "",
            });
            if any_classes {
                let classes = dataset.facts.classes.as_ref().filter(|_| column.role == Role::Target);
                csv.text(&classes.map_or_else(String::new, |classes| classes.counted().join("; ")));
            }
            csv.end_row();
        }
    }
}
