//! What every part of a run works on.

use std::ops::Range;
use std::sync::Arc;

use super::data::SharedData;
use crate::model::Model;
use crate::plan::BoundPlan;
use crate::record::Identities;

/// A plan with its identities and data: all that training needs.
pub struct Work<'a> {
    pub bound: &'a BoundPlan<'a>,
    pub identities: &'a Identities,
    pub data: &'a SharedData,
    /// The trials that are trained here, and whose problems theory is completed for.
    pub part: Range<usize>,
}

/// A model, shared by everything that needs a prepared problem.
pub type SharedModel = Arc<dyn Model>;
