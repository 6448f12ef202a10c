//! A list of layers as a file writes it.

use std::borrow::Cow;

use serde::de::Error as _;

use super::layer::{BuildLayer, RepeatedNode};
use crate::parameter::{Decides, Fallback, Kind, Parameter};
use crate::registry::Registry;

/// The mark of a layer that the model's depth repeats.
pub const REPEATED: Parameter = Parameter::new(
    "repeated",
    Kind::Boolean,
    Fallback::Off("false"),
    Decides::Form,
    "whether it stands `depth` times, with marked neighbours as a group; `depth` is a key of the model",
);

/// Reads a validated list. `place` is how messages call it.
///
/// # Errors
/// If the list was not validated.
pub fn read_nodes(
    registry: &Registry<BuildLayer>,
    list: Option<&toml::Value>,
    place: &str,
) -> Result<Vec<RepeatedNode>, toml::de::Error> {
    let items = list.and_then(toml::Value::as_array).map_or(&[][..], Vec::as_slice);
    items.iter().enumerate().map(|(index, item)| read_node(registry, item, format!("{place}[{index}]"))).collect()
}

fn read_node(
    registry: &Registry<BuildLayer>,
    item: &toml::Value,
    place: String,
) -> Result<RepeatedNode, toml::de::Error> {
    let mut keys = item.as_table().cloned().unwrap_or_default();
    let kind = keys.remove(registry.key);
    let is_repeated = keys.remove(REPEATED.name).and_then(|value| value.as_bool()).unwrap_or(false);
    let name = kind.as_ref().and_then(toml::Value::as_str).unwrap_or_default();
    let row = registry.row(name).ok_or_else(|| toml::de::Error::custom(format!("no layer \"{name}\"")))?;
    let node = (row.build)(&keys)?;
    Ok(RepeatedNode { node, is_repeated, place: Cow::Owned(format!("{place} ({name})")) })
}
