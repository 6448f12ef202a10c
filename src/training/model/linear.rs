//! Linear regression with a bias: ŷ = b + Σ w_j x_j, squared error.
//!
//! | key | default | range |
//! | --- | --- | --- |
//! | `l1` | 0 | ≥ 0 |
//! | `l2` | 0 | ≥ 0 |
//! | `init` | `"zeros"` | `"zeros"`, `"normal"`, numbers |

use serde::Deserialize;

use super::family::{Family, Model, Penalty};
use super::init::Initialization;
use super::keys::{INIT, L1, L2};
use super::squared_error::SquaredError;
use crate::numeric::Matrix;
use crate::parameter::read;

pub const FAMILY: Family = Family {
    name: "linear",
    doc: "linear regression with a bias, squared error",
    parameters: &[L1, L2, INIT],
    revision: 1,
    build: |values| Ok(Box::new(read::<Linear>(values)?)),
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Linear {
    l1: f64,
    l2: f64,
    init: Initialization,
}

impl SquaredError for Linear {}

impl Model for Linear {
    fn design(&self, features: &Matrix) -> Result<Matrix, String> {
        let mut design = Matrix::filled(features.rows, features.columns + 1, 1.0);
        for row in 0..features.rows {
            design.row_mut(row)[1..].copy_from_slice(features.row(row));
        }
        Ok(design)
    }

    fn parameters(&self, n_features: usize) -> Result<usize, String> {
        Ok(n_features + 1)
    }

    fn start(&self, d: usize, seed: Option<u64>) -> Result<Vec<f64>, String> {
        self.init.start(d, seed)
    }

    fn start_by_seed(&self) -> bool {
        self.init.by_seed()
    }

    fn penalty(&self) -> Penalty {
        Penalty { l1: self.l1, l2: self.l2 }
    }

    fn is_least_squares(&self) -> bool {
        true
    }
}
