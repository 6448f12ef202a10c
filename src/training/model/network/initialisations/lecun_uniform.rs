//! LeCun's uniform initialisation: weights between ±g·√(3/n_in).
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `gain` | g | 1 | > 0 |
//!
//! Y. LeCun and others, Efficient backprop, 1998.

use super::BuildInitialisation;
use super::scaled::{Fan, Shape, gain, scaled};
use crate::registry::Row;

pub const ROW: Row<BuildInitialisation> = Row::<BuildInitialisation>::new(
    "lecun_uniform",
    "uniform, of deviation g/√n_in",
    &[gain("1.0")],
    include_str!("lecun_uniform.rs"),
    |values| scaled(values, Fan::Inputs, Shape::Uniform),
);
