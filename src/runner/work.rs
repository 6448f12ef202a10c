//! The input of a run, shared by all of its parts.

use std::ops::Range;
use std::sync::Arc;

use super::data::SharedData;
use crate::model::Model;
use crate::plan::BoundPlan;
use crate::record::Identities;

/// A plan with its identities and data: everything that training needs.
pub struct Work<'a> {
    pub bound: &'a BoundPlan<'a>,
    pub identities: &'a Identities,
    pub data: &'a SharedData,
    /// The trials that are trained here. Theory is completed for their problems.
    pub part: Range<usize>,
}

/// A model that several trials share.
pub type SharedModel = Arc<dyn Model>;
