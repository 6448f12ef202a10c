//! Logistic regression of two classes: the log-odds of class 1 are b + Σ w_j x_j, and the log loss is
//! descended.
//!
//! It is the model `linear` with `loss = "log"`, and its trials are the same. The target has two
//! classes, text or two different whole numbers; class 1 is the second by name or size.
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
    "logistic regression of two classes: linear log-odds, the log loss",
    &[CLASS_WEIGHT, L1, L2, INIT],
    include_str!("logistic.rs"),
    FamilyFacts::in_f64(|values| ALIAS.build(values)),
);

pub const ALIAS: Alias = Alias { name: "logistic", family: "linear", loss: "log" };
