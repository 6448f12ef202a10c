//! One assignment of every hyperparameter.

use crate::parameter::Cell;

/// A table of the experiment with a single value for each of its keys, defaults filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The table's name in the file (`[optimizers.sgd_small]` → `sgd_small`).
    pub table: String,
    /// Its row in the registry: a dataset's `source`, a model's `kind`, an optimizer's `method`.
    pub kind: String,
    /// Its other keys.
    pub cell: Cell,
}

/// A cell of the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    pub dataset: Part,
    pub model: Part,
    pub optimizer: Part,
    /// `[train]`, with `batch_size` moved to the optimizers that take one.
    pub train: Cell,
}

/// The part of a setting that a key belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    Dataset,
    Model,
    Optimizer,
    Train,
}

impl Place {
    pub const ALL: [Self; 4] = [Self::Dataset, Self::Model, Self::Optimizer, Self::Train];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dataset => "dataset",
            Self::Model => "model",
            Self::Optimizer => "optimizer",
            Self::Train => "train",
        }
    }
}

impl Setting {
    #[must_use]
    pub const fn cell(&self, place: Place) -> &Cell {
        match place {
            Place::Dataset => &self.dataset.cell,
            Place::Model => &self.model.cell,
            Place::Optimizer => &self.optimizer.cell,
            Place::Train => &self.train,
        }
    }

    pub const fn cell_mut(&mut self, place: Place) -> &mut Cell {
        match place {
            Place::Dataset => &mut self.dataset.cell,
            Place::Model => &mut self.model.cell,
            Place::Optimizer => &mut self.optimizer.cell,
            Place::Train => &mut self.train,
        }
    }

    /// Every hyperparameter by qualified key (`optimizer.learning_rate`), nested tables dotted.
    #[must_use]
    pub fn flat(&self) -> Cell {
        let mut flat = Cell::new();
        for place in Place::ALL {
            self.cell(place).iter().for_each(|(key, value)| flat_key(place, key, value, &mut flat));
        }
        flat
    }
}

/// One key of a cell, flat as [`Setting::flat`] is.
pub(super) fn flat_key(place: Place, key: &str, value: &toml::Value, flat: &mut Cell) {
    flatten(&format!("{}.{key}", place.word()), value, flat);
}

fn flatten(name: &str, value: &toml::Value, flat: &mut Cell) {
    match value {
        toml::Value::Table(inner) => {
            inner.iter().for_each(|(key, value)| flatten(&format!("{name}.{key}"), value, flat));
        }
        other => {
            flat.insert(name.to_owned(), other.clone());
        }
    }
}
