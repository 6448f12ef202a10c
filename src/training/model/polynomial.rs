//! Polynomial regression: linear in every monomial of the features up to a degree.
//!
//! | key | default | range |
//! | --- | --- | --- |
//! | `degree` | 2 | 1 to 20 |
//! | `interactions` | true | false: powers of single features only |
//! | `loss` | `"squared_error"` | a loss: `"NAME"`, or `{ kind = "NAME", … }` |
//! | `class_weight` | `"none"` | of losses of classes: `"none"`, `"balanced"`, or numbers by the names of classes |
//! | `l1` | 0 | ≥ 0 |
//! | `l2` | 0 | ≥ 0 |
//! | `init` | `"zeros"` | `"zeros"`, `"normal"`, numbers |
//!
//! Monomials are formed after standardizing and are not rescaled. Their order is scikit-learn's `PolynomialFeatures`:
//! by degree, then lexicographic in the features.

use serde::Deserialize;

use super::class_weights::{CLASS_WEIGHT, ClassWeights};
use super::family::{Family, FamilyFacts, LinearInParameters, Model, Penalty};
use super::graph::{GraphStep, Operation, outputs_of_linear};
use super::init::Initialization;
use super::keys::{INIT, L1, L2, LOSS};
use super::linear_in_parameters::names_of_outputs;
use crate::loss::ModelLoss;
use crate::numeric::Matrix;
use crate::parameter::{Decides, Fallback, Kind, Parameter, read};
use crate::shape::{Layout, ParameterBlock, Role, Space};

pub const FAMILY: Family = Family::new(
    "polynomial",
    "linear regression on the monomials of the features up to a degree",
    &[
        Parameter::new(
            "degree",
            Kind::Integer { at_least: 1, at_most: 20 },
            Fallback::Literal("2"),
            Decides::Features,
            "the largest total degree of a monomial",
        )
        .training_prefers("the largest degree"),
        Parameter::new(
            "interactions",
            Kind::Boolean,
            Fallback::Literal("true"),
            Decides::Features,
            "products of different features too; false takes powers of single features only",
        ),
        LOSS,
        CLASS_WEIGHT,
        L1,
        L2,
        INIT,
    ],
    include_str!("polynomial.rs"),
    FamilyFacts::in_f64(|values| Ok(Box::new(read::<Polynomial>(values)?))),
);

/// More columns than this are refused, because a smaller degree was surely meant.
const MOST_COLUMNS: usize = 10_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Polynomial {
    degree: usize,
    interactions: bool,
    l1: f64,
    l2: f64,
    init: Initialization,
    #[serde(default)]
    loss: ModelLoss,
    class_weight: Option<ClassWeights>,
}

impl Polynomial {
    /// Each monomial after the constant, as (an earlier monomial, the feature that multiplies it).
    fn monomials(&self, features: usize) -> Result<Vec<(usize, usize)>, String> {
        // A monomial extends one of the next lower degree by a feature that is not before its last feature.
        let mut monomials: Vec<(usize, usize)> = Vec::new();
        let mut below: Vec<(usize, usize)> = vec![(0, 0)];
        for degree in 1..=self.degree {
            let mut level = Vec::new();
            for &(parent, last) in &below {
                let range = if degree > 1 && !self.interactions { last..last + 1 } else { last..features };
                for feature in range {
                    monomials.push((parent, feature));
                    level.push((monomials.len(), feature));
                }
                // Tested within a level, because one level of thousands of features holds millions of monomials.
                if monomials.len() > MOST_COLUMNS {
                    return Err(self.too_many(features));
                }
            }
            below = level;
        }
        Ok(monomials)
    }

    fn too_many(&self, features: usize) -> String {
        let Self { degree, interactions, .. } = *self;
        let remedy = match (degree, interactions) {
            (1, _) => "use fewer features, or the model \"linear\"",
            (_, true) => "lower `degree` or set `interactions = false`",
            (_, false) => "lower `degree`",
        };
        format!("degree {degree} of {features} features gives more than {MOST_COLUMNS} monomials; {remedy}")
    }
}

impl Model for Polynomial {
    fn layout(&self, space: &Space) -> Result<Layout, String> {
        Ok(self.layout_of_output(space)?.repeated(self.n_outputs(space)))
    }

    /// Those of `PolynomialFeatures.get_feature_names_out`: `x1^2`, `x1 x2`.
    fn parameter_names(&self, features: &[String], outputs: &[String]) -> Result<Vec<String>, String> {
        // The powers of the features in each monomial. The constant has none.
        let mut powers: Vec<Vec<(usize, usize)>> = vec![Vec::new()];
        for (parent, feature) in self.monomials(features.len())? {
            let mut factors = powers[parent].clone();
            match factors.last_mut() {
                Some((last, power)) if *last == feature => *power += 1,
                _ => factors.push((feature, 1)),
            }
            powers.push(factors);
        }
        let factor = |&(feature, power): &(usize, usize)| match power {
            1 => features[feature].clone(),
            _ => format!("{}^{power}", features[feature]),
        };
        let name = |factors: &Vec<(usize, usize)>| factors.iter().map(factor).collect::<Vec<_>>().join(" ");
        let names = std::iter::once("bias".to_owned()).chain(powers[1..].iter().map(name)).collect();
        Ok(names_of_outputs(names, outputs))
    }

    fn start(&self, layout: &Layout, seed: Option<u64>) -> Result<Vec<f64>, String> {
        self.init.start(layout.parameters(), seed)
    }

    fn start_by_seed(&self) -> bool {
        self.init.by_seed()
    }

    fn graph(&self, space: &Space) -> Result<Vec<GraphStep>, String> {
        let monomials = self.monomials(space.n_features)?;
        let outputs = outputs_of_linear(1, self.n_outputs(space), monomials.len() + 1);
        Ok(vec![GraphStep { operation: Operation::Monomials(monomials), input: 0 }, outputs])
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

impl LinearInParameters for Polynomial {
    fn layout_of_output(&self, space: &Space) -> Result<Layout, String> {
        Ok(Layout::new(vec![
            ParameterBlock::new("bias", [1], Role::Bias),
            ParameterBlock::new("weights", [self.monomials(space.n_features)?.len()], Role::Weight),
        ]))
    }

    fn design(&self, features: &Matrix) -> Result<Matrix, String> {
        let monomials = self.monomials(features.columns)?;
        let mut design = Matrix::filled(features.rows, monomials.len() + 1, 1.0);
        for row in 0..features.rows {
            let values = features.row(row);
            let terms = design.row_mut(row);
            for (index, &(parent, feature)) in monomials.iter().enumerate() {
                terms[index + 1] = terms[parent] * values[feature];
            }
        }
        Ok(design)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::TargetKind;

    fn model(degree: i64, interactions: bool) -> Box<dyn Model> {
        let mut values: toml::Table = "l1 = 0.0\nl2 = 0.0\ninit = \"zeros\"".parse().expect("TOML");
        values.insert("degree".into(), degree.into());
        values.insert("interactions".into(), interactions.into());
        (FAMILY.build.build)(&values).expect("builds")
    }

    fn design(degree: i64, interactions: bool) -> Vec<f64> {
        let features = Matrix { rows: 1, columns: 2, values: vec![2.0, 3.0] };
        model(degree, interactions).linear_in_parameters().expect("it is").design(&features).expect("few").values
    }

    #[test]
    fn too_many_monomials_are_refused_before_they_are_formed() {
        let layout = |degree, interactions, n_features| {
            model(degree, interactions).layout(&Space {
                n_features,
                target: TargetKind::Number,
                n_targets: 1,
                classes: None,
            })
        };
        let refused = |degree, interactions, features| layout(degree, interactions, features).unwrap_err();
        assert_eq!(layout(1, true, 10_000).map(|layout| layout.parameters()), Ok(10_001));
        assert_eq!(
            refused(1, true, 10_001),
            "degree 1 of 10001 features gives more than 10000 monomials; use fewer features, or the model \"linear\""
        );
        assert!(refused(2, false, 9_000).ends_with("; lower `degree`"));
        // This would give 5·10¹¹ monomials.
        assert!(refused(2, true, 1_000_000).ends_with("lower `degree` or set `interactions = false`"));
    }

    #[test]
    fn monomials_stand_in_the_order_of_polynomial_features() {
        assert_eq!(design(2, true), [1.0, 2.0, 3.0, 4.0, 6.0, 9.0]);
        assert_eq!(design(3, true), [1.0, 2.0, 3.0, 4.0, 6.0, 9.0, 8.0, 12.0, 18.0, 27.0]);
        assert_eq!(design(3, false), [1.0, 2.0, 3.0, 4.0, 9.0, 8.0, 27.0]);
    }

    #[test]
    fn monomials_are_called_as_polynomial_features_calls_them() {
        let names = |degree, interactions| {
            let features = ["x1", "x2"].map(str::to_owned);
            model(degree, interactions).parameter_names(&features, &[]).expect("few").join(", ")
        };
        assert_eq!(names(1, true), "bias, x1, x2");
        let cubic = "bias, x1, x2, x1^2, x1 x2, x2^2, x1^3, x1^2 x2, x1 x2^2, x2^3";
        assert_eq!(names(3, true), cubic);
        assert_eq!(names(3, false), "bias, x1, x2, x1^2, x2^2, x1^3, x2^3");
    }
}
