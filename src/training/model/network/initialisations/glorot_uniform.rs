//! Glorot's uniform initialisation: weights between ±g·√(6/(n_in + n_out)).
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `gain` | g | 1 | > 0 |
//!
//! This is `torch.nn.init.xavier_uniform_`, and the default of Keras. X. Glorot and Y. Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010.

use super::BuildInitialisation;
use super::scaled::{Fan, Shape, gain, scaled};
use crate::registry::Row;

pub const ROW: Row<BuildInitialisation> = Row::<BuildInitialisation>::new(
    "glorot_uniform",
    "uniform, of deviation g·√(2/(n_in + n_out)): for tanh",
    &[gain("1.0")],
    include_str!("glorot_uniform.rs"),
    |values| scaled(values, Fan::Mean, Shape::Uniform),
)
.also_called(&["xavier", "glorot", "xavier_uniform"]);
