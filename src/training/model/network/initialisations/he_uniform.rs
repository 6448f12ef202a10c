//! He's uniform initialisation: weights between ±g·√(3/n_in).
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `gain` | g | √2 | > 0 |
//!
//! This is `torch.nn.init.kaiming_uniform_` with `a` = 0. K. He and others, Delving deep into rectifiers, 2015.

use super::BuildInitialisation;
use super::scaled::{Fan, Shape, gain, scaled};
use crate::registry::Row;

pub const ROW: Row<BuildInitialisation> = Row::<BuildInitialisation>::new(
    "he_uniform",
    "uniform, of deviation g/√n_in with g = √2: for relu",
    &[gain("1.4142135623730951")],
    include_str!("he_uniform.rs"),
    |values| scaled(values, Fan::Inputs, Shape::Uniform),
)
.also_called(&["kaiming_uniform"]);
