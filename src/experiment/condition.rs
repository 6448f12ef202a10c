//! One condition of an `[[exclude]]` rule: what it tests, and whether it holds for a value.

use crate::plan::Component;

#[derive(Debug)]
pub struct Condition {
    pub target: Target,
    pub test: Test,
}

/// What a condition tests.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// The table's name: `optimizer = "sgd"`.
    Table(Component),
    /// Its registry row: `method = "sgd"`.
    Row(Component),
    /// A hyperparameter; `schedule.decay` has two parts.
    Key(Component, Vec<String>),
}

#[derive(Debug, Default)]
pub struct Test {
    pub any_of: Option<Vec<toml::Value>>,
    pub none_of: Option<Vec<toml::Value>>,
    pub above: Option<f64>,
    pub below: Option<f64>,
    pub at_least: Option<f64>,
    pub at_most: Option<f64>,
}

impl Condition {
    /// Whether the condition holds for a value. It never holds for a key that a setting does not have.
    pub fn holds(&self, value: Option<&toml::Value>) -> bool {
        let Some(value) = value else { return false };
        let test = &self.test;
        let bounded = |bound: Option<f64>, holds: fn(f64, f64) -> bool| {
            bound.is_none_or(|bound| as_number(value).is_some_and(|number| holds(number, bound)))
        };
        test.any_of.as_ref().is_none_or(|values| values.iter().any(|other| equal(value, other)))
            && test.none_of.as_ref().is_none_or(|values| !values.iter().any(|other| equal(value, other)))
            && bounded(test.above, |number, bound| number > bound)
            && bounded(test.below, |number, bound| number < bound)
            && bounded(test.at_least, |number, bound| number >= bound)
            && bounded(test.at_most, |number, bound| number <= bound)
    }
}

const fn as_number(value: &toml::Value) -> Option<f64> {
    match value {
        toml::Value::Integer(number) => Some(*number as f64),
        toml::Value::Float(number) => Some(*number),
        _ => None,
    }
}

/// Numbers compare as numbers: 1 equals 1.0.
fn equal(one: &toml::Value, other: &toml::Value) -> bool {
    match (as_number(one), as_number(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}
