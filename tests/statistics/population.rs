//! The population that files are drawn from: a linear model whose mean squared error (MSE) on new rows is known exactly.

use sweep::numeric::Stream;

/// y = Σ βx + noise, where all β are equal and all features are alike: no two features can be told apart but by their column.
#[derive(Debug, Clone, Copy)]
pub struct Population {
    pub features: usize,
    pub tails: Tails,
}

/// How rows differ in size. Features have mean 0, variance 1 and no correlation in either case, and the noise has variance 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tails {
    /// Everything is normal.
    Light,
    /// A random factor (log-normal) stretches each row and its noise, which is Student's t with 4 degrees of freedom.
    Heavy,
}

/// The variance of y without its noise.
const SIGNAL: f64 = 2.0;
/// The standard deviation of the logarithm of the factor of heavy rows.
const STRETCH: f64 = 0.5;

/// Rows of a file: `x` is `[n, features]`, row by row; `y` is `[n]`.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    pub x: Vec<f64>,
    pub y: Vec<f64>,
}

impl Population {
    fn weight(&self) -> f64 {
        (SIGNAL / self.features as f64).sqrt()
    }

    pub fn draw(&self, n: usize, stream: &mut Stream) -> Rows {
        let mut rows = Rows::default();
        for _ in 0..n {
            // The mean square of the factor is 1.
            let factor = match self.tails {
                Tails::Light => 1.0,
                Tails::Heavy => libm::exp(STRETCH * stream.normal() - STRETCH * STRETCH),
            };
            let start = rows.x.len();
            rows.x.extend((0..self.features).map(|_| factor * stream.normal()));
            let signal = self.weight() * rows.x[start..].iter().sum::<f64>();
            let noise = match self.tails {
                Tails::Light => stream.normal(),
                // χ² with 4 degrees of freedom is −2 ln(uv); t with 4 has variance 2.
                Tails::Heavy => {
                    let chi_squared = -2.0 * libm::log(stream.uniform() * stream.uniform());
                    factor * stream.normal() / (chi_squared / 4.0).sqrt() / 2.0_f64.sqrt()
                }
            };
            rows.y.push(signal + noise);
        }
        rows
    }

    /// The MSE of a model on new rows: the variance of the noise and the squared distance of its parameters from β.
    pub fn risk(&self, theta: &[f64]) -> f64 {
        1.0 + theta.iter().map(|theta| (theta - self.weight()) * (theta - self.weight())).sum::<f64>()
    }
}

/// Mean products of some rows: all that squared error needs of them, however many they are.
#[derive(Debug, Clone)]
pub struct Moments {
    /// Means of x·x, `[features, features]`, of x·y, `[features]`, and of y².
    pub xx: Vec<f64>,
    pub xy: Vec<f64>,
    pub yy: f64,
}

impl Moments {
    pub fn of(rows: &Rows, which: &[usize]) -> Self {
        let features = rows.x.len() / rows.y.len();
        let mut moments = Self { xx: vec![0.0; features * features], xy: vec![0.0; features], yy: 0.0 };
        let share = 1.0 / which.len() as f64;
        for &row in which {
            let (x, y) = (&rows.x[row * features..][..features], rows.y[row]);
            for (i, sums) in moments.xx.chunks_exact_mut(features).enumerate() {
                let scaled = share * x[i];
                sums.iter_mut().zip(x).for_each(|(sum, x)| *sum += scaled * x);
                moments.xy[i] += scaled * y;
            }
            moments.yy += share * y * y;
        }
        moments
    }

    /// Half of the gradient of the MSE: the mean of x·x times the parameters, less that of x·y.
    pub fn slopes(&self, theta: &[f64], slopes: &mut [f64]) {
        slopes.iter_mut().zip(&self.xy).for_each(|(slope, xy)| *slope = -xy);
        for (row, theta) in self.xx.chunks_exact(theta.len()).zip(theta) {
            slopes.iter_mut().zip(row).for_each(|(slope, xx)| *slope += theta * xx);
        }
    }

    pub fn mse(&self, theta: &[f64]) -> f64 {
        let mut slopes = vec![0.0; theta.len()];
        self.slopes(theta, &mut slopes);
        self.yy + dot(theta, &slopes) - dot(theta, &self.xy)
    }
}

pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use sweep::numeric::Purpose;

    use super::*;

    /// The known risk is the MSE of many new rows, and moments give the MSE of their rows.
    #[test]
    fn the_risk_is_the_error_on_new_rows() {
        for tails in [Tails::Light, Tails::Heavy] {
            let population = Population { features: 6, tails };
            let rows = population.draw(400_000, &mut Stream::new(1, Purpose::SyntheticNoise, 0));
            let theta = [0.1, 0.9, 0.0, -0.3, 0.5, 0.6];
            let errors = rows.x.chunks(6).zip(&rows.y).map(|(x, y)| (y - dot(x, &theta)) * (y - dot(x, &theta)));
            let mse = errors.sum::<f64>() / rows.y.len() as f64;
            let moments = Moments::of(&rows, &(0..rows.y.len()).collect::<Vec<_>>());
            assert!((moments.mse(&theta) / mse - 1.0).abs() < 1e-9);
            assert!((mse / population.risk(&theta) - 1.0).abs() < 0.02, "{mse}, {}", population.risk(&theta));
        }
    }
}
