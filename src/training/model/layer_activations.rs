//! What a hidden layer puts out for some rows.

/// Statistics of a hidden layer's outputs over rows and units.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerActivations {
    /// The name of the layer: that of its block of weights, `dense_1`.
    pub name: String,
    pub mean: f64,
    /// The standard deviation (divided by the number of outputs).
    pub deviation: f64,
    /// The root mean square.
    pub norm: f64,
    /// The share of units whose output is 0 on every row.
    pub dead: f64,
    /// The share of outputs within 5 % of an end of the activation's range; `None` if the range has no two ends.
    pub saturated: Option<f64>,
}

/// An output counts as saturated if it is this close to an end of the range, as a share of the range.
const NEAR_AN_END: f64 = 0.05;

impl LayerActivations {
    /// The statistics of outputs, `[units, rows]`, of an activation with values between the ends of `range`, if it has two. Sums go
    /// unit by unit, each over the rows in their order.
    #[must_use]
    pub fn of(name: String, outputs: &[f64], rows: usize, range: Option<(f64, f64)>) -> Self {
        let mut sums = [0.0; 2];
        let (mut dead, mut saturated) = (0_usize, 0_usize);
        let (units, count) = (outputs.len() / rows.max(1), outputs.len().max(1) as f64);
        for unit in outputs.chunks_exact(rows.max(1)) {
            let mut of_unit = 0.0;
            for output in unit {
                of_unit += output;
            }
            sums[0] += of_unit;
            dead += usize::from(unit.iter().all(|output| *output == 0.0));
            if let Some((low, high)) = range {
                let margin = NEAR_AN_END * (high - low);
                let is_near = |output: &&f64| **output <= low + margin || **output >= high - margin;
                saturated += unit.iter().filter(is_near).count();
            }
        }
        let mean = sums[0] / count;
        let mut squares = 0.0;
        for unit in outputs.chunks_exact(rows.max(1)) {
            let (mut about_mean, mut of_unit) = (0.0_f64, 0.0_f64);
            for output in unit {
                about_mean = (output - mean).mul_add(output - mean, about_mean);
                of_unit = output.mul_add(*output, of_unit);
            }
            sums[1] += about_mean;
            squares += of_unit;
        }
        Self {
            name,
            mean,
            deviation: (sums[1] / count).sqrt(),
            norm: (squares / count).sqrt(),
            dead: dead as f64 / units.max(1) as f64,
            saturated: range.map(|_| saturated as f64 / count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_are_over_rows_and_units() {
        // Two units on three rows, one of them dead.
        let found = LayerActivations::of("dense_1".into(), &[1.0, 2.0, 3.0, 0.0, 0.0, 0.0], 3, None);
        assert_eq!((found.mean, found.dead, found.saturated), (1.0, 0.5, None));
        assert!((found.deviation - (8.0_f64 / 6.0).sqrt()).abs() < 1e-15, "{}", found.deviation);
        assert!((found.norm - (14.0_f64 / 6.0).sqrt()).abs() < 1e-15, "{}", found.norm);
    }

    #[test]
    fn outputs_near_either_end_are_saturated() {
        let found = LayerActivations::of("dense_1".into(), &[0.02, 0.5, 0.96, 0.9], 4, Some((0.0, 1.0)));
        assert_eq!((found.saturated, found.dead), (Some(0.5), 0.0));
        let found = LayerActivations::of("dense_1".into(), &[-0.95, 0.5, 0.85, 0.91], 2, Some((-1.0, 1.0)));
        assert_eq!(found.saturated, Some(0.5));
    }
}
