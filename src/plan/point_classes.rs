//! Classes of the points of an axis: points that agree in some keys share a class.

use super::GridAxis;
use super::setting::flat_key;
use crate::parameter::Values;
use crate::text;

/// The points of an axis by some of its keys.
pub(super) struct PointClasses {
    /// The class of each point.
    pub of_points: Vec<usize>,
    /// What the points of each class have of these keys, flat; the classes in the order of their first points.
    pub values: Vec<Values>,
}

impl PointClasses {
    /// A key stands for itself and, where it is a table, for the keys in it.
    pub fn of(axis: &GridAxis, keys: &[String]) -> Self {
        let mut values: Vec<Values> = Vec::new();
        let mut of_points = Vec::with_capacity(axis.points.len());
        for point in &axis.points {
            let mut flat = Values::new();
            point.iter().for_each(|(component, key, value)| flat_key(*component, key, value, &mut flat));
            flat.retain(|key, _| keys.iter().any(|name| is_of(key, name)));
            of_points.push(values.iter().position(|other| *other == flat).unwrap_or_else(|| {
                values.push(flat);
                values.len() - 1
            }));
        }
        Self { of_points, values }
    }
}

/// Whether a flat key is another one, or lies in its table.
pub(super) fn is_of(key: &str, name: &str) -> bool {
    key.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// A value as labels write it, without quotes.
pub(super) fn written(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Float(value) => text::number(*value),
        other => text::toml_value(other),
    }
}
