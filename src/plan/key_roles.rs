//! What the hyperparameters of a plan are to the gradient that passes through a network.

use std::collections::BTreeMap;

use super::key_labels::parameters;
use super::{Component, Grid};
use crate::optimizer::COMMON;
use crate::parameter::{Decides, Fallback, Parameter};
use crate::record::KeyRole;

/// The roles of the keys that settings of a grid have, by qualified key.
pub fn key_roles(grid: &Grid, roles: &mut BTreeMap<String, KeyRole>) {
    for component in Component::ALL {
        for parameter in parameters(grid, component) {
            roles.insert(format!("{}.{}", component.word(), parameter.name), role(component, parameter));
        }
    }
}

fn role(component: Component, parameter: &Parameter) -> KeyRole {
    let of_start = match parameter.decides {
        Decides::RowsOrTargets | Decides::Estimand | Decides::Features | Decides::Start | Decides::Form => true,
        Decides::Update | Decides::Path | Decides::End | Decides::Place | Decides::Nothing => false,
    };
    let may_be_off = match parameter.default {
        // One of two keys of which a file has one.
        Fallback::Absent => parameter.instead.is_none(),
        Fallback::Literal(_) | Fallback::Off(_) => parameter.default_value().as_ref().is_some_and(KeyRole::is_off),
        Fallback::Required => false,
    };
    // The keys of one method tune it; those that every method takes are parts of their own.
    let is_part = match component {
        Component::Optimizer => COMMON.iter().any(|common| common.name == parameter.name),
        Component::Dataset | Component::Model => true,
        Component::Train => false,
    };
    match (of_start, may_be_off && is_part) {
        (_, true) => KeyRole::Remedy { of_start },
        (true, false) => KeyRole::Start,
        (false, false) => KeyRole::Knob,
    }
}
