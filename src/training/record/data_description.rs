//! What the columns of a data set hold, without its rows.

use serde::{Deserialize, Serialize};

/// The columns of a data set in numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataDescription {
    /// Of each feature, in their order.
    pub features: Vec<ColumnDescription>,
    pub target: ColumnDescription,
    /// Of the targets after the first, if there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_targets: Vec<ColumnDescription>,
    /// Of the weights of rows, if they have any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<ColumnDescription>,
    /// The number of (first) targets in classes of equal width from the lowest to the highest; empty for a constant
    /// target.
    pub histogram: Vec<u64>,
}

/// A column of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ColumnDescription {
    pub low: f64,
    pub high: f64,
    pub mean: f64,
    /// With divisor n; 0 for a constant column.
    pub deviation: f64,
    /// Pearson's correlation with the (first) target; `None` for targets, and where either is constant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<f64>,
}
