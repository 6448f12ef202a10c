//! What a hidden layer puts out for some rows.

/// Statistics of a hidden layer's outputs over rows and units.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerActivations {
    /// The name of the layer whose weights come before: `dense_1`.
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

/// The outputs of a hidden layer so far. Blocks of rows are added in their order, and units within them.
#[derive(Debug)]
pub struct ActivationSums {
    range: Option<(f64, f64)>,
    count: f64,
    mean: f64,
    /// The sum of squares about the mean.
    about_mean: f64,
    squares: f64,
    saturated: usize,
    /// Whether each unit put out something else than 0.
    alive: Vec<bool>,
}

impl ActivationSums {
    /// No outputs yet of so many units, whose activation has values between the ends of `range`, if it has two.
    #[must_use]
    pub fn new(units: usize, range: Option<(f64, f64)>) -> Self {
        let alive = vec![false; units];
        Self { range, count: 0.0, mean: 0.0, about_mean: 0.0, squares: 0.0, saturated: 0, alive }
    }

    /// Adds the outputs for some rows, `[units, rows]`.
    pub fn add(&mut self, outputs: &[f64]) {
        let rows = outputs.len() / self.alive.len().max(1);
        if rows == 0 {
            return;
        }
        for (unit, values) in outputs.chunks_exact(rows).enumerate() {
            let mean = values.iter().fold(0.0, |sum, value| sum + value) / rows as f64;
            let about =
                |center: f64| values.iter().fold(0.0, |sum, value| (value - center).mul_add(value - center, sum));
            self.merge(rows as f64, mean, about(mean));
            self.squares += about(0.0);
            self.alive[unit] |= values.iter().any(|value| *value != 0.0);
            if let Some((low, high)) = self.range {
                let margin = NEAR_AN_END * (high - low);
                self.saturated +=
                    values.iter().filter(|value| **value <= low + margin || **value >= high - margin).count();
            }
        }
    }

    /// Takes up the mean and the squares about it of some more outputs (Chan, Golub and LeVeque, 1979): no digits are lost where outputs
    /// differ little.
    fn merge(&mut self, count: f64, mean: f64, about_mean: f64) {
        let all = self.count + count;
        let apart = mean - self.mean;
        self.mean += apart * (count / all);
        self.about_mean += apart * apart * (self.count * count / all) + about_mean;
        self.count = all;
    }

    /// The statistics.
    #[must_use]
    pub fn of_layer(self, name: String) -> LayerActivations {
        let count = if self.count > 0.0 { self.count } else { 1.0 };
        let dead = self.alive.iter().filter(|alive| !**alive).count();
        LayerActivations {
            name,
            mean: self.mean,
            deviation: (self.about_mean / count).sqrt(),
            norm: (self.squares / count).sqrt(),
            dead: dead as f64 / self.alive.len().max(1) as f64,
            saturated: self.range.map(|_| self.saturated as f64 / count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(blocks: &[&[f64]], units: usize, range: Option<(f64, f64)>) -> LayerActivations {
        let mut sums = ActivationSums::new(units, range);
        blocks.iter().for_each(|block| sums.add(block));
        sums.of_layer("dense_1".to_owned())
    }

    #[test]
    fn statistics_are_over_rows_and_units() {
        // Two units on three rows, one of them dead.
        let found = of(&[&[1.0, 2.0, 0.0, 0.0], &[3.0, 0.0]], 2, None);
        assert_eq!((found.dead, found.saturated), (0.5, None));
        for (found, expected) in
            [(found.mean, 1.0), (found.deviation, (8.0_f64 / 6.0).sqrt()), (found.norm, (14.0_f64 / 6.0).sqrt())]
        {
            assert!((found - expected).abs() < 1e-15, "{found} instead of {expected}");
        }
        let flat = of(&[&[0.5, 0.5 + 1e-12], &[0.5, 0.5]], 1, None);
        assert!((flat.deviation / (1e-12 * 0.1875_f64.sqrt()) - 1.0).abs() < 1e-3, "{:e}", flat.deviation);
    }

    #[test]
    fn outputs_near_either_end_are_saturated() {
        assert_eq!(of(&[&[0.02, 0.5, 0.96, 0.9]], 1, Some((0.0, 1.0))).saturated, Some(0.5));
        assert_eq!(of(&[&[-0.95, 0.5, 0.85, 0.91]], 2, Some((-1.0, 1.0))).saturated, Some(0.5));
    }
}
