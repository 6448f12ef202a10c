//! Multinomial logistic regression: an output z_c = b_c + Σ w_cj x_j for each class c, and the
//! cross-entropy is descended, so that the classes have probabilities e^(z_c)/Σ e^z.
//!
//! It is the model `linear` with `loss = "cross_entropy"`, and its trials are the same. The target is text or
//! whole numbers, whose different values are the classes. Parameters stand class by class, the bias first, and `init` lists them so.
//!
//! | key | default | range |
//! | --- | --- | --- |
//! | `class_weight` | `"none"` | `"none"`, `"balanced"`, or numbers by the names of classes |
//! | `l1` | 0 | ≥ 0 |
//! | `l2` | 0 | ≥ 0 |
//! | `init` | `"zeros"` | `"zeros"`, `"normal"`, numbers |

use super::alias::Alias;
use super::class_weights::CLASS_WEIGHT;
use super::family::{Family, FamilyFacts};
use super::keys::{INIT, L1, L2};

pub const FAMILY: Family = Family::new(
    ALIAS.name,
    "multinomial logistic regression: a linear output for each class, the cross-entropy",
    &[CLASS_WEIGHT, L1, L2, INIT],
    include_str!("softmax.rs"),
    FamilyFacts::in_f64(|values| ALIAS.build(values)),
);

pub const ALIAS: Alias = Alias { name: "softmax", family: "linear", loss: "cross_entropy" };
