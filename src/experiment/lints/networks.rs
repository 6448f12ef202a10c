//! Lints of networks.

use crate::plan::{BoundPlan, equal_networks};

/// Networks that are written in two ways, whose trials are trained twice.
pub fn written_twice(bound: &BoundPlan<'_>, lints: &mut Vec<String>) {
    lints.extend(equal_networks(bound).into_iter().map(|[one, other]| {
        format!("{one} and {other} are the same network: its trials are trained twice, and count as two settings; leave one out")
    }));
}
