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

    /// Whether the loss is defined for these targets, `[rows]`.
    ///
    /// # Errors
    /// One sentence that says what the loss needs, how many targets are no such numbers, and the row of the first, counted from 1.
    pub fn check_targets(&self, targets: &[f64]) -> Result<(), String> {
        let Some(lowest) = self.loss.lowest_target() else { return Ok(()) };
        let mut below = targets.iter().enumerate().filter(|(_, target)| **target < lowest);
        let Some((row, first)) = below.next() else { return Ok(()) };
        Err(format!(
            "{}, but {} of {} targets are lower: the first, {first}, is in row {}",
            self.needs(lowest),
            1 + below.count(),
            targets.len(),
            row + 1
        ))
    }

    /// Whether the loss is defined for targets of which this is the lowest, where they are known by their range alone.
    ///
    /// # Errors
    /// One sentence that says what the loss needs and what the data has.
    pub fn check_lowest_target(&self, name: &str, found: f64) -> Result<(), String> {
        match self.loss.lowest_target() {
            Some(lowest) if found < lowest => {
                Err(format!("{}, but the lowest value of \"{name}\" is {found}", self.needs(lowest)))
            }
            _ => Ok(()),
        }
    }

    fn needs(&self, lowest: f64) -> String {
        format!("the loss \"{}\" needs targets of at least {lowest}", self.row.name)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_that_the_loss_does_not_take_is_named() {
        let poisson = toml::Table::from_iter([("kind".to_owned(), "poisson".into())]);
        let poisson = ModelLoss::read(Some(&poisson.into())).expect("builds");
        assert_eq!(poisson.check_targets(&[0.0, -0.0, 3.5]), Ok(()));
        assert_eq!(
            poisson.check_targets(&[1.0, -2.5, 0.0, -1.0]).expect_err("two are negative"),
            "the loss \"poisson\" needs targets of at least 0, but 2 of 4 targets are lower: the first, -2.5, is in row 2"
        );
        assert_eq!(
            poisson.check_lowest_target("y", -2.5).expect_err("negative"),
            "the loss \"poisson\" needs targets of at least 0, but the lowest value of \"y\" is -2.5"
        );
        assert_eq!(
            (poisson.check_lowest_target("y", 0.0), ModelLoss::default().check_targets(&[-1.0])),
            (Ok(()), Ok(()))
        );
    }
}
