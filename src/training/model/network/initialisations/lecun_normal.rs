//! LeCun's normal initialisation: weights of deviation g/√n_in.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `gain` | g | 1 | > 0 |
//!
//! This is `torch.nn.init.kaiming_normal_` with `nonlinearity` = "linear". Y. LeCun and others, Efficient backprop, 1998.

use super::BuildInitialisation;
use super::scaled::{Fan, Shape, gain, scaled};
use crate::registry::Row;

pub const ROW: Row<BuildInitialisation> = Row::<BuildInitialisation>::new(
    "lecun_normal",
    "normal, of deviation g/√n_in",
    &[gain("1.0")],
    include_str!("lecun_normal.rs"),
    |values| scaled(values, Fan::Inputs, Shape::Normal),
)
.also_called(&["lecun"]);
