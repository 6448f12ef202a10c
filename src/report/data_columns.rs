//! The columns of a data set: what was read of each, joined with its values in numbers.

use crate::record::{ColumnDescription, ColumnKind, DataFacts, LeftOutReason};

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Feature,
    Weight,
    Target,
    LeftOut(LeftOutReason),
}

impl Role {
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Feature => "feature",
            Self::Weight => "weight",
            Self::Target => "target",
            Self::LeftOut(_) => "left out",
        }
    }
}

/// Why a column is not used, as a reader is told.
#[must_use]
pub const fn reason(reason: LeftOutReason) -> &'static str {
    match reason {
        LeftOutReason::Ignored => "ignored",
        LeftOutReason::NotListed => "not in features",
        LeftOutReason::PandasIndex => "index of pandas",
        LeftOutReason::EmptyTrailing => "empty, without a name",
    }
}

/// A column of a data set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DataColumn<'a> {
    pub name: &'a str,
    pub role: Role,
    /// `None` for generated data and for a column that is left out.
    pub kind: Option<ColumnKind>,
    pub missing: Option<u64>,
    /// `None` for categories, for a target of classes, for what is left out, and in facts of older versions.
    pub numbers: Option<&'a ColumnDescription>,
}

/// Whether the target is no number.
fn holds_classes(facts: &DataFacts) -> bool {
    facts.classes.as_ref().is_some_and(|classes| classes.are_texts)
}

/// The features in order, the weight if there is one, the target or targets, and then what is left out.
#[must_use]
pub fn data_columns(facts: &DataFacts) -> Vec<DataColumn<'_>> {
    let described = facts.description.as_ref();
    let numbers = |feature: usize| described.and_then(|described| described.features.get(feature));
    let reading = &facts.reading;
    let mut columns = Vec::with_capacity(reading.columns.len() + reading.left_out.len());
    if let Some((target, features)) = reading.columns.split_last() {
        // A category has a feature for each level, any other column one.
        let mut first = 0;
        for column in features {
            let (numbers, taken) = match column.kind {
                ColumnKind::Categories { levels } => (None, usize::try_from(levels).unwrap_or(usize::MAX)),
                _ => (numbers(first), 1),
            };
            first = first.saturating_add(taken);
            let (kind, missing) = (Some(column.kind), Some(column.missing));
            columns.push(DataColumn { name: &column.name, role: Role::Feature, kind, missing, numbers });
        }
        columns.extend(reading.weight.as_ref().map(|weight| DataColumn {
            name: &weight.name,
            role: Role::Weight,
            kind: Some(weight.kind),
            missing: Some(weight.missing),
            numbers: described.and_then(|described| described.weight.as_ref()),
        }));
        let (kind, missing) = (Some(target.kind), Some(target.missing));
        let numbers = described.map(|described| &described.target).filter(|_| !holds_classes(facts));
        columns.push(DataColumn { name: &target.name, role: Role::Target, kind, missing, numbers });
        columns.extend(reading.other_targets.iter().enumerate().map(|(at, target)| DataColumn {
            name: &target.name,
            role: Role::Target,
            kind: Some(target.kind),
            missing: Some(target.missing),
            numbers: described.and_then(|described| described.other_targets.get(at)),
        }));
    } else {
        let generated = |name, role, numbers| DataColumn { name, role, kind: None, missing: None, numbers };
        let features = facts.feature_names.iter().enumerate();
        columns.extend(features.map(|(feature, name)| generated(name, Role::Feature, numbers(feature))));
        columns.push(generated(&facts.target_name, Role::Target, described.map(|described| &described.target)));
    }
    columns.extend(reading.left_out.iter().map(|column| DataColumn {
        name: &column.name,
        role: Role::LeftOut(column.reason),
        kind: None,
        missing: None,
        numbers: None,
    }));
    columns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{ColumnReading, DataDescription, LeftOutColumn, Reading};

    #[test]
    fn the_levels_of_a_category_are_passed_over() {
        let column = |name: &str, kind| ColumnReading { name: name.to_owned(), kind, missing: 0, is_time: false };
        let numbers = |low| ColumnDescription { low, high: 9.0, mean: 2.0, deviation: 1.0, correlation: None };
        let facts = DataFacts {
            fingerprint: String::new(),
            n_samples: 4,
            n_features: 4,
            feature_names: ["a", "b=u", "b=v", "c"].map(str::to_owned).to_vec(),
            target_name: "y".to_owned(),
            other_targets: Vec::new(),
            classes: None,
            n_train: 4,
            n_validation: 0,
            n_test: 0,
            notes: Vec::new(),
            reading: Reading {
                rows: 4,
                kept: 4,
                dropped: 0,
                columns: vec![
                    column("a", ColumnKind::Number),
                    column("b", ColumnKind::Categories { levels: 2 }),
                    column("c", ColumnKind::WholeNumber),
                    column("y", ColumnKind::Number),
                ],
                other_targets: vec![column("z", ColumnKind::Number)],
                weight: Some(column("w", ColumnKind::WholeNumber)),
                left_out: vec![LeftOutColumn { name: "id".to_owned(), reason: LeftOutReason::Ignored }],
            },
            description: Some(DataDescription {
                features: [1.0, 2.0, 3.0, 4.0].map(numbers).to_vec(),
                target: numbers(5.0),
                other_targets: vec![numbers(7.0)],
                weight: Some(numbers(6.0)),
                histogram: Vec::new(),
            }),
        };
        let found = |facts: &DataFacts| -> Vec<(String, &str, Option<f64>)> {
            let columns = data_columns(facts);
            columns
                .iter()
                .map(|column| (column.name.to_owned(), column.role.word(), column.numbers.map(|numbers| numbers.low)))
                .collect()
        };
        let row = |name: &str, role, low| (name.to_owned(), role, low);
        assert_eq!(
            found(&facts),
            [
                row("a", "feature", Some(1.0)),
                row("b", "feature", None),
                row("c", "feature", Some(4.0)),
                row("w", "weight", Some(6.0)),
                row("y", "target", Some(5.0)),
                row("z", "target", Some(7.0)),
                row("id", "left out", None)
            ]
        );
        let generated = DataFacts { reading: Reading::default(), ..facts };
        assert_eq!(found(&generated)[1], row("b=u", "feature", Some(2.0)));
        assert_eq!(found(&generated).last(), Some(&row("y", "target", Some(5.0))));
    }
}
