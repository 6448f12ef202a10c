//! The median and range of a theoretical value over several splits of the data.

use super::sample::Sample;

/// A theoretical value, such as a stability limit, over the splits of several seeds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    pub median: f64,
    pub low: f64,
    pub high: f64,
    /// The number of distinct problems.
    pub n: usize,
}

impl Range {
    /// `None` if there are no values.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let sample = Sample::new(values.to_vec());
        Some(Self {
            median: sample.median()?,
            low: sample.quantile(0.0)?,
            high: sample.quantile(1.0)?,
            n: values.len(),
        })
    }
}
