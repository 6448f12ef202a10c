//! Logistic regression of two classes: the log-odds of class 1 are b + Σ w_j x_j, and the [log loss](../loss/log.rs) is
//! descended.
//!
//! It is the model `linear` with `loss = "log"`, and its trials are the same. Targets are 0 and 1.
//!
//! | key | default | range |
//! | --- | --- | --- |
//! | `l1` | 0 | ≥ 0 |
//! | `l2` | 0 | ≥ 0 |
//! | `init` | `"zeros"` | `"zeros"`, `"normal"`, numbers |

use super::alias::Alias;
use super::family::Family;
use super::keys::{INIT, L1, L2};

pub const FAMILY: Family = Family::new(
    ALIAS.name,
    "logistic regression of two classes: linear log-odds, the log loss",
    &[L1, L2, INIT],
    include_str!("logistic.rs"),
    |values| ALIAS.build(values),
);

pub const ALIAS: Alias = Alias { name: "logistic", family: "linear", loss: "log" };
