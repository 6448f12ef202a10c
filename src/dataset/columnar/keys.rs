//! The keys of a source with typed columns, and their values.

use crate::dataset::table::TableOptions;
use crate::parameter::{Decides, Fallback, Kind, Parameter};

pub(in crate::dataset) const ROUND: Parameter = Parameter::new(
    "round",
    Kind::Boolean,
    Fallback::Literal("false"),
    Decides::RowsOrTargets,
    "take the nearest f64 for integers, decimals and timestamps with more digits than it holds",
);

/// The values of these keys.
#[derive(serde::Deserialize)]
pub(in crate::dataset) struct ColumnarOptions {
    #[serde(flatten)]
    pub table: TableOptions,
    #[serde(default)]
    pub round: bool,
}
