//! The contract of networks: layers, activations and initialisations against other programs and against themselves.

mod dropout;
mod gradients;
mod problem;
mod rows;
mod starts;
mod together;
mod traces;

pub use dropout::check as check_dropout;
pub use gradients::check as check_gradients;
pub use problem::model_of;
pub use rows::check as check_rows;
pub use starts::{FILE as START_FILE, check as check_start};
pub use together::check as check_together;
pub use traces::{check as check_trace, check_others as check_other_traces};
