//! The columns of hyperparameters in `trials.parquet`.

use std::collections::BTreeMap;

use super::trial_rows::TrialRow;
use crate::parquet::TableColumn;
use crate::record::{Study, StudyColumn, StudyCombination};

/// Names of our own columns. A hyperparameter with one of these names keeps its prefix, as in `table.name`.
const RESERVED: &[&str] = &["trial", "dataset", "model", "optimizer", "method", "seed", "outcome", "steps", "theta"];

/// One column for each hyperparameter that any setting has.
pub(super) struct HyperparameterColumns<'a> {
    pub columns: Vec<Hyperparameter<'a>>,
}

pub(super) struct Hyperparameter<'a> {
    pub name: String,
    value_type: HyperparameterType,
    /// For each combination: which value belongs to which setting, and the values.
    combinations: Vec<(StudyColumn<'a>, Vec<HyperparameterValue<'a>>)>,
}

/// The type of a column: text if its values have several types (`batch_size = "full"` beside 16).
#[derive(Clone, Copy, PartialEq, Eq)]
enum HyperparameterType {
    Boolean,
    Integer,
    Float,
    Text,
}

struct HyperparameterValue<'a> {
    value: Option<&'a toml::Value>,
    /// The value as text, if the column is of texts.
    text: Option<String>,
}

impl<'a> HyperparameterColumns<'a> {
    /// `only_varying` leaves out hyperparameters that have the same value everywhere.
    pub(super) fn of(study: &'a Study, only_varying: bool) -> Self {
        let mut keys: BTreeMap<&str, Vec<&StudyCombination>> = BTreeMap::new();
        for combination in &study.combinations {
            for key in combination.keys() {
                let combinations = keys.entry(key).or_default();
                if combinations.last().is_none_or(|last| !std::ptr::eq(*last, combination)) {
                    combinations.push(combination);
                }
            }
        }
        // A column has the bare name of its hyperparameter if no other hyperparameter has that name.
        let bare = |key: &str| key.split_once('.').map_or(key, |(_, rest)| rest).to_owned();
        let mut uses: BTreeMap<String, usize> = BTreeMap::new();
        for key in keys.keys() {
            *uses.entry(bare(key)).or_default() += 1;
        }
        let columns = keys.into_keys().map(|key| {
            let short = bare(key);
            let alone = uses.get(&short) == Some(&1) && !RESERVED.contains(&short.as_str());
            Hyperparameter::of(study, key, if alone { short } else { key.to_owned() })
        });
        Self { columns: columns.filter(|column| !only_varying || column.varies()).collect() }
    }
}

impl<'a> Hyperparameter<'a> {
    fn of(study: &'a Study, key: &str, name: String) -> Self {
        let columns: Vec<_> = study.combinations.iter().map(|combination| combination.column(key)).collect();
        let values = || columns.iter().flat_map(StudyColumn::values).flatten();
        let value_type = if values().all(toml::Value::is_bool) {
            HyperparameterType::Boolean
        } else if values().all(toml::Value::is_integer) {
            HyperparameterType::Integer
        } else if values().all(toml::Value::is_float) {
            HyperparameterType::Float
        } else {
            HyperparameterType::Text
        };
        let text = |value: &toml::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let shown = |value: Option<&'a toml::Value>| HyperparameterValue {
            value,
            text: value.filter(|_| value_type == HyperparameterType::Text).map(text),
        };
        let combinations = columns
            .into_iter()
            .map(|column| {
                let values = column.values().into_iter().map(shown).collect();
                (column, values)
            })
            .collect();
        Self { name, value_type, combinations }
    }

    /// Whether two settings can have different values.
    fn varies(&self) -> bool {
        let mut values = self.combinations.iter().flat_map(|(_, values)| values).map(|value| value.value);
        let first = values.next();
        values.any(|value| Some(value) != first)
    }

    fn value(&self, row: &TrialRow<'_>) -> &HyperparameterValue<'a> {
        let (column, values) = &self.combinations[row.combination];
        &values[column.point(row.setting)]
    }

    /// The cells of these rows.
    pub(super) fn column(&self, rows: &[TrialRow<'_>]) -> TableColumn {
        match self.value_type {
            HyperparameterType::Boolean => {
                TableColumn::Boolean(rows.iter().map(|row| self.value(row).value?.as_bool()).collect())
            }
            HyperparameterType::Integer => {
                TableColumn::Integer(rows.iter().map(|row| self.value(row).value?.as_integer()).collect())
            }
            HyperparameterType::Float => {
                TableColumn::Float(rows.iter().map(|row| self.value(row).value?.as_float()).collect())
            }
            HyperparameterType::Text => {
                TableColumn::Text(rows.iter().map(|row| self.value(row).text.as_deref()).collect())
            }
        }
    }
}
