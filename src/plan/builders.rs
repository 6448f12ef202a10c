//! From the validated values of a setting to its model, method and schedule.

use super::Setting;
use crate::model::Model;
use crate::optimizer::Optimizer;
use crate::schedule::Schedule;
use crate::{model, optimizer, schedule};

/// # Errors
/// If the values were not validated.
pub fn build_model(setting: &Setting) -> Result<Box<dyn Model>, String> {
    let family =
        model::FAMILIES.row(&setting.model.kind).ok_or_else(|| format!("no model \"{}\"", setting.model.kind))?;
    (family.build.build)(&setting.model.values).map_err(|error| error.message().to_owned())
}

/// # Errors
/// If the values were not validated.
pub fn build_optimizer(setting: &Setting) -> Result<Box<dyn Optimizer>, String> {
    let method = optimizer::METHODS
        .row(&setting.optimizer.kind)
        .ok_or_else(|| format!("no method \"{}\"", setting.optimizer.kind))?;
    optimizer::build(method, &setting.optimizer.values).map_err(|error| error.message().to_owned())
}

/// # Errors
/// If the values were not validated.
pub fn build_schedule(setting: &Setting) -> Result<Box<dyn Schedule>, String> {
    schedule::read(setting.optimizer.values.get("schedule"))
}
