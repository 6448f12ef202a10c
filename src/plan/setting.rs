//! One value for every hyperparameter.

use crate::parameter::Values;

/// A table of the experiment with one value for each of its keys, defaults filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedTable {
    /// The table's name in the file (`[optimizers.sgd_small]` → `sgd_small`).
    pub table: String,
    /// Its row in the registry: a dataset's `source`, a model's `kind`, an optimizer's `method`.
    pub kind: String,
    /// Its other keys.
    pub values: Values,
}

/// A point of the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    pub dataset: ResolvedTable,
    pub model: ResolvedTable,
    pub optimizer: ResolvedTable,
    /// `[train]` without `batch_size`, which belongs to the optimizers.
    pub train: Values,
}

/// The part of a setting that a key belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Component {
    Dataset,
    Model,
    Optimizer,
    Train,
}

impl Component {
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
    pub const fn values(&self, component: Component) -> &Values {
        match component {
            Component::Dataset => &self.dataset.values,
            Component::Model => &self.model.values,
            Component::Optimizer => &self.optimizer.values,
            Component::Train => &self.train,
        }
    }

    pub const fn values_mut(&mut self, component: Component) -> &mut Values {
        match component {
            Component::Dataset => &mut self.dataset.values,
            Component::Model => &mut self.model.values,
            Component::Optimizer => &mut self.optimizer.values,
            Component::Train => &mut self.train,
        }
    }

    /// Every hyperparameter by qualified key (`optimizer.learning_rate`), with dots for nested tables.
    #[must_use]
    pub fn flat(&self) -> Values {
        let mut flat = Values::new();
        for component in Component::ALL {
            self.values(component).iter().for_each(|(key, value)| flat_key(component, key, value, &mut flat));
        }
        flat
    }
}

/// Adds one value in the form of [`Setting::flat`].
pub(super) fn flat_key(component: Component, key: &str, value: &toml::Value, flat: &mut Values) {
    flatten(&format!("{}.{key}", component.word()), value, flat);
}

fn flatten(name: &str, value: &toml::Value, flat: &mut Values) {
    match value {
        toml::Value::Table(inner) => {
            inner.iter().for_each(|(key, value)| flatten(&format!("{name}.{key}"), value, flat));
        }
        other => {
            flat.insert(name.to_owned(), other.clone());
        }
    }
}
