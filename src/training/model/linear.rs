//! Linear regression with a bias: ŷ = b + Σ w_j x_j. Under the loss `cross_entropy` each class has such an output.
//!
//! | key | default | range |
//! | --- | --- | --- |
//! | `loss` | `"squared_error"` | a loss: `"NAME"`, or `{ kind = "NAME", … }` |
//! | `class_weight` | `"none"` | of losses of classes: `"none"`, `"balanced"`, or numbers by the names of classes |
//! | `l1` | 0 | ≥ 0 |
//! | `l2` | 0 | ≥ 0 |
//! | `init` | `"zeros"` | `"zeros"`, `"normal"`, numbers |

use serde::Deserialize;

use super::class_weights::{CLASS_WEIGHT, ClassWeights};
use super::family::{Family, FamilyFacts, LinearInParameters, Model, Penalty};
use super::graph::{GraphStep, outputs_of_linear};
use super::init::Initialization;
use super::keys::{INIT, L1, L2, LOSS};
use super::linear_in_parameters::names_of_outputs;
use crate::loss::ModelLoss;
use crate::numeric::Matrix;
use crate::parameter::read;
use crate::shape::{Layout, ParameterBlock, Role, Space};

pub const FAMILY: Family = Family::new(
    "linear",
    "linear regression with a bias",
    &[LOSS, CLASS_WEIGHT, L1, L2, INIT],
    include_str!("linear.rs"),
    FamilyFacts::in_f64(|values| Ok(Box::new(read::<Linear>(values)?))),
);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Linear {
    l1: f64,
    l2: f64,
    init: Initialization,
    #[serde(default)]
    loss: ModelLoss,
    class_weight: Option<ClassWeights>,
}

impl Model for Linear {
    fn layout(&self, space: &Space) -> Result<Layout, String> {
        Ok(self.layout_of_output(space)?.repeated(self.n_outputs(space)))
    }

    fn parameter_names(&self, features: &[String], outputs: &[String]) -> Result<Vec<String>, String> {
        let names: Vec<String> = std::iter::once("bias".to_owned()).chain(features.iter().cloned()).collect();
        Ok(names_of_outputs(names, outputs))
    }

    fn start(&self, layout: &Layout, seed: Option<u64>) -> Result<Vec<f64>, String> {
        self.init.start(layout.parameters(), seed)
    }

    fn start_by_seed(&self) -> bool {
        self.init.by_seed()
    }

    fn graph(&self, space: &Space) -> Result<Vec<GraphStep>, String> {
        Ok(vec![outputs_of_linear(0, self.n_outputs(space), space.n_features + 1)])
    }

    fn penalty(&self) -> Penalty {
        Penalty { l1: self.l1, l2: self.l2 }
    }

    fn loss(&self) -> &ModelLoss {
        &self.loss
    }

    fn class_weights(&self) -> Option<&ClassWeights> {
        self.class_weight.as_ref().filter(|weights| !weights.are_none())
    }

    fn linear_in_parameters(&self) -> Option<&dyn LinearInParameters> {
        Some(self)
    }
}

impl LinearInParameters for Linear {
    fn layout_of_output(&self, space: &Space) -> Result<Layout, String> {
        Ok(Layout::new(vec![
            ParameterBlock::new("bias", [1], Role::Bias),
            ParameterBlock::new("weights", [space.n_features], Role::Weight),
        ]))
    }

    fn design(&self, features: &Matrix) -> Result<Matrix, String> {
        let mut design = Matrix::filled(features.rows, features.columns + 1, 1.0);
        for row in 0..features.rows {
            design.row_mut(row)[1..].copy_from_slice(features.row(row));
        }
        Ok(design)
    }
}
