//! Families that are another family with a fixed loss, and are called as people call them.

use serde::de::Error as _;

use super::FAMILIES;
use super::family::Model;
use crate::parameter::Values;

/// A family that stands for another one. What it trains are trials of that one: they have the same identity.
#[derive(Debug)]
pub struct Alias {
    pub name: &'static str,
    /// The family that it stands for, which takes the same keys and `loss`.
    pub family: &'static str,
    pub loss: &'static str,
}

impl Alias {
    /// The values of the family that it stands for.
    #[must_use]
    pub fn values(&self, mut values: Values) -> Values {
        let loss = toml::Table::from_iter([("kind".to_owned(), self.loss.into())]);
        values.insert("loss".to_owned(), loss.into());
        values
    }

    pub(super) fn build(&self, values: &Values) -> Result<Box<dyn Model>, toml::de::Error> {
        let missing = || toml::de::Error::custom(format!("no model \"{}\"", self.family));
        let family = FAMILIES.row(self.family).ok_or_else(missing)?;
        (family.build.build)(&self.values(values.clone()))
    }
}
