//! He's normal initialisation: weights of deviation g/√n_in, which keep the size of numbers through layers of rectified linear units.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `gain` | g | √2 | > 0 |
//!
//! This is `torch.nn.init.kaiming_normal_`; Keras cuts its tails off. K. He and others, Delving deep into rectifiers, 2015.

use super::BuildInitialisation;
use super::scaled::{Fan, Shape, gain, scaled};
use crate::registry::Row;

pub const ROW: Row<BuildInitialisation> = Row::<BuildInitialisation>::new(
    "he_normal",
    "normal, of deviation g/√n_in with g = √2: for relu",
    &[gain("1.4142135623730951")],
    include_str!("he_normal.rs"),
    |values| scaled(values, Fan::Inputs, Shape::Normal),
)
.also_called(&["he", "kaiming", "kaiming_normal"]);
