//! How far the steps of an epoch move each block, relative to its norm.

use crate::numeric::{Real, norm_squared};
use crate::shape::Layout;

/// ‖Δθ‖²/‖θ‖² of each block, summed over the steps of an epoch. θ are the parameters before the step. A step from a block
/// of norm 0 is left out.
#[derive(Debug, Default)]
pub struct UpdateRatios {
    /// Whether the steps of this epoch count.
    is_on: bool,
    /// The parameters before the step.
    before: Vec<f64>,
    /// By block.
    sums: Vec<f64>,
    steps: Vec<u64>,
    /// One block of the difference and of the parameters before.
    moved: Vec<f64>,
    from: Vec<f64>,
}

impl UpdateRatios {
    /// Forgets all steps. Those that follow count if `is_on`.
    pub fn begin(&mut self, is_on: bool) {
        self.is_on = is_on;
        self.sums.clear();
        self.steps.clear();
    }

    /// Whether the steps of this epoch count.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.is_on
    }

    /// Notes the parameters before a step.
    pub fn before<T: Real>(&mut self, parameters: &[T]) {
        self.before.clear();
        self.before.extend(parameters.iter().map(|value| value.to_f64()));
    }

    /// Adds the step to these parameters.
    pub fn after<T: Real>(&mut self, layout: &Layout, parameters: &[T]) {
        let blocks = layout.tensors().len();
        self.sums.resize(blocks, 0.0);
        self.steps.resize(blocks, 0);
        for (index, block) in layout.tensors().iter().enumerate() {
            self.moved.clear();
            self.from.clear();
            for row in &block.rows {
                self.from.extend_from_slice(&self.before[row.clone()]);
                let pairs = parameters[row.clone()].iter().zip(&self.before[row.clone()]);
                self.moved.extend(pairs.map(|(after, before)| after.to_f64() - before));
            }
            let norm = norm_squared(&self.from);
            if norm > 0.0 {
                self.sums[index] += norm_squared(&self.moved) / norm;
                self.steps[index] += 1;
            }
        }
    }

    /// The root mean square over the steps, by block; `None` without a step that counts.
    #[must_use]
    pub fn ratios(&self) -> Vec<Option<f64>> {
        let ratio = |(sum, &steps): (&f64, &u64)| (steps > 0).then(|| (sum / steps as f64).sqrt());
        self.sums.iter().zip(&self.steps).map(ratio).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{ParameterBlock, Role};

    #[test]
    fn ratios_are_of_blocks_and_leave_out_steps_from_zero() {
        let layout = Layout::new(vec![
            ParameterBlock::new("weights", [2], Role::Weight),
            ParameterBlock::new("bias", [1], Role::Bias),
        ]);
        let mut ratios = UpdateRatios::default();
        assert_eq!((ratios.is_on(), ratios.ratios()), (false, Vec::new()));
        ratios.begin(true);
        for (before, after) in [([3.0, 4.0, 0.0], [3.0, 4.5, 1.0]), ([3.0, 4.0, 1.0], [3.0, 3.0, 0.25])] {
            ratios.before(&before);
            ratios.after(&layout, &after);
        }
        let weights = ((0.01 + 0.04) / 2.0_f64).sqrt();
        let found: Vec<f64> = ratios.ratios().into_iter().map(|ratio| ratio.expect("moved")).collect();
        assert!((found[0] - weights).abs() < 1e-15 && found[1] == 0.75, "{found:?}");
        ratios.begin(false);
        assert_eq!(ratios.ratios(), Vec::new());
    }
}
