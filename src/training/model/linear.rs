//! Linear regression with a bias: ŷ = b + Σ w_j x_j, squared error.
//!
//! | key | default | range |
//! | --- | --- | --- |
//! | `l1` | 0 | ≥ 0 |
//! | `l2` | 0 | ≥ 0 |
//! | `init` | `"zeros"` | `"zeros"`, `"normal"`, numbers |

use serde::Deserialize;

use super::family::{Family, LeastSquares, Model, Penalty};
use super::init::Initialization;
use super::keys::{INIT, L1, L2};
use super::squared_error::{SquaredError, half_squared_error};
use crate::numeric::Matrix;
use crate::parameter::read;
use crate::shape::{Layout, ParameterBlock, Role, Space, Target};

pub const FAMILY: Family = Family::new(
    "linear",
    "linear regression with a bias, squared error",
    &[L1, L2, INIT],
    include_str!("linear.rs"),
    |values| Ok(Box::new(read::<Linear>(values)?)),
);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Linear {
    l1: f64,
    l2: f64,
    init: Initialization,
}

impl SquaredError for Linear {}

impl Model for Linear {
    fn layout(&self, space: &Space) -> Result<Layout, String> {
        Ok(Layout::new(vec![
            ParameterBlock::new("bias", [1], Role::Bias),
            ParameterBlock::new("weights", [space.n_features], Role::Weight),
        ]))
    }

    fn parameter_names(&self, features: &[String]) -> Result<Vec<String>, String> {
        Ok(std::iter::once("bias".to_owned()).chain(features.iter().cloned()).collect())
    }

    fn start(&self, layout: &Layout, seed: Option<u64>) -> Result<Vec<f64>, String> {
        self.init.start(layout.parameters(), seed)
    }

    fn start_by_seed(&self) -> bool {
        self.init.by_seed()
    }

    fn penalty(&self) -> Penalty {
        Penalty { l1: self.l1, l2: self.l2 }
    }

    fn loss(&self, outputs: &[f64], target: &Target) -> f64 {
        half_squared_error(outputs, target)
    }

    fn least_squares(&self) -> Option<&dyn LeastSquares> {
        Some(self)
    }
}

impl LeastSquares for Linear {
    fn design(&self, features: &Matrix) -> Result<Matrix, String> {
        let mut design = Matrix::filled(features.rows, features.columns + 1, 1.0);
        for row in 0..features.rows {
            design.row_mut(row)[1..].copy_from_slice(features.row(row));
        }
        Ok(design)
    }
}
