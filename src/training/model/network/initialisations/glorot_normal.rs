//! Glorot's normal initialisation: weights of deviation g·√(2/(n_in + n_out)).
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `gain` | g | 1 | > 0 |
//!
//! This is `torch.nn.init.xavier_normal_`, whose gain for tanh is 5/3. X. Glorot and Y. Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010.

use super::BuildInitialisation;
use super::scaled::{Fan, Shape, gain, scaled};
use crate::registry::Row;

pub const ROW: Row<BuildInitialisation> = Row::<BuildInitialisation>::new(
    "glorot_normal",
    "normal, of deviation g·√(2/(n_in + n_out)): for tanh",
    &[gain("1.0")],
    include_str!("glorot_normal.rs"),
    |values| scaled(values, Fan::Mean, Shape::Normal),
)
.also_called(&["xavier_normal"]);
