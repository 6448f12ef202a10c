//! The largest absolute residual, in units of the target. Of weights only zero matters: such a row does not count.

use crate::shape::{AxisKind, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "max_error",
    "largest absolute error",
    &[],
    include_str!("max_error.rs"),
    MetricFacts {
        label: "max error",
        heading: "Largest errors",
        definition: "The max error is the largest absolute residual, in units of the target.",
        unit: TargetUnit::Target,
        direction: Direction::Lower,
        axis: AxisKind::Logarithmic,
        range: (0.0, f64::INFINITY),
        values: Values::Outputs(OfOutputs::Numbers(value)),
    },
);

fn value(outputs: &[f64], targets: &[f64], weights: Option<&[f64]>) -> Result<f64, &'static str> {
    // Written so that a NaN stays: it is greater than nothing, and nothing is greater than it.
    let larger = |largest: f64, error: f64| if error <= largest { largest } else { error };
    let counts = |(row, _): &(usize, _)| weights.is_none_or(|weights| weights[*row] > 0.0);
    let errors = outputs.iter().zip(targets).map(|(output, target)| (output - target).abs());
    let largest = errors.enumerate().filter(counts).map(|(_, error)| error).fold(0.0, larger);
    if targets.is_empty() { Err("there are no rows") } else { Ok(largest) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn by_hand() {
        assert_eq!(super::value(&[1.0, -2.0, 5.0], &[2.0, 0.5, 5.0], None), Ok(2.5));
        assert_eq!(super::value(&[1.0, -2.0, 5.0], &[2.0, 0.5, 5.0], Some(&[0.1, 0.0, 9.0])), Ok(1.0));
        assert!(super::value(&[], &[], None).is_err());
    }
}
