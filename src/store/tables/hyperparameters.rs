//! The columns of hyperparameters in `trials.parquet`.

use super::trial_rows::TrialRow;
use crate::parquet::TableColumn;
use crate::record::{BATCH_SIZE, FULL_BATCH, Study, StudyColumn, StudyCombination, column_names};

/// One column for each hyperparameter that any setting has.
pub(super) struct HyperparameterColumns<'a> {
    columns: Vec<Hyperparameter<'a>>,
}

struct Hyperparameter<'a> {
    name: String,
    value_type: HyperparameterType,
    /// For each combination: which value belongs to which setting, and the values.
    combinations: Vec<(StudyColumn<'a>, Vec<HyperparameterValue<'a>>)>,
}

/// The type of a column: text if its values have several types (`init = "zeros"` beside `"[1.0]"`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum HyperparameterType {
    /// Integers, with a column of Booleans that tells full batches beside them.
    BatchSize,
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
        let keys = study.combinations.iter().flat_map(StudyCombination::keys).map(String::as_str);
        let columns = column_names(keys).into_iter().map(|(key, name)| Hyperparameter::of(study, key, name));
        Self { columns: columns.filter(|column| !only_varying || column.varies()).collect() }
    }

    /// The named cells of these rows.
    pub(super) fn cells(&self, study: &Study, rows: &[TrialRow<'_>]) -> Vec<(String, TableColumn)> {
        let mut cells = Vec::new();
        for column in &self.columns {
            cells.push((column.name.clone(), column.column(study, rows)));
            if column.value_type == HyperparameterType::BatchSize {
                let full = rows.iter().map(|row| column.batch_size(study, row).map(|(_, full)| full)).collect();
                cells.push((FULL_BATCH.to_owned(), TableColumn::Boolean(full)));
            }
        }
        cells
    }
}

impl<'a> Hyperparameter<'a> {
    fn of(study: &'a Study, key: &str, name: String) -> Self {
        let columns: Vec<_> = study.combinations.iter().map(|combination| combination.column(key)).collect();
        let values = || columns.iter().flat_map(StudyColumn::values).flatten();
        let value_type = if key == BATCH_SIZE {
            HyperparameterType::BatchSize
        } else if values().all(toml::Value::is_bool) {
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

    fn batch_size(&self, study: &Study, row: &TrialRow<'_>) -> Option<(Option<u64>, bool)> {
        study.batch_size(row.setting, self.value(row).value)
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
    fn column(&self, study: &Study, rows: &[TrialRow<'_>]) -> TableColumn {
        match self.value_type {
            HyperparameterType::BatchSize => {
                let size = |row| self.batch_size(study, row)?.0.and_then(|size| i64::try_from(size).ok());
                TableColumn::Integer(rows.iter().map(size).collect())
            }
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
