//! What was watched in training: how gradients pass through a network at the start and at the end, by setting, and which values of
//! the keys that vary help.

mod chosen;
mod difference;
mod flow;
mod keys;
mod medians;
mod remedies;
mod remedy_matrix;
mod setting;
mod task;

pub use chosen::DrawnGrid;
pub use flow::{Flow, FlowAnswer, LARGEST_RATIO, LARGEST_RELATIVE, SMALLEST_RATIO, SMALLEST_RELATIVE};
pub use medians::MedianWatched;
pub use remedies::{Remedy, RemedyLevel};
pub use remedy_matrix::{Change, Failure, MatrixRow, RemedyMatrix};
pub use setting::WatchedSetting;
pub use task::{TaskWatched, task_watched};
