//! The loss of a model: its row in the registry, and the loss with its keys.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::LOSSES;
use super::kind::{Loss, LossKind};
use super::squared_error::SquaredError;

/// A loss that a model descends. A model's struct reads it from the key `loss`, and has the default without the key.
pub struct ModelLoss {
    pub row: &'static LossKind,
    loss: Box<dyn Loss>,
}

impl Default for ModelLoss {
    fn default() -> Self {
        Self { row: &LOSSES.rows[0], loss: Box::new(SquaredError) }
    }
}

impl ModelLoss {
    /// The loss that a validated table names, or the default without one.
    ///
    /// # Errors
    /// If the values were not validated.
    pub fn read(value: Option<&toml::Value>) -> Result<Self, toml::de::Error> {
        let Some(value) = value else { return Ok(Self::default()) };
        let mut keys = value.as_table().cloned().unwrap_or_default();
        let kind = keys.remove("kind");
        let name = kind.as_ref().and_then(toml::Value::as_str).unwrap_or_default();
        let row = LOSSES.row(name).ok_or_else(|| toml::de::Error::custom(format!("no loss \"{name}\"")))?;
        Ok(Self { row, loss: (row.build.build)(&keys)? })
    }
}

impl std::ops::Deref for ModelLoss {
    type Target = dyn Loss;

    fn deref(&self) -> &Self::Target {
        &*self.loss
    }
}

impl std::fmt::Debug for ModelLoss {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.row.name)
    }
}

impl<'de> Deserialize<'de> for ModelLoss {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = toml::Value::deserialize(deserializer)?;
        Self::read(Some(&value)).map_err(D::Error::custom)
    }
}
