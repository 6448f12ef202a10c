//! SVMlight (LIBSVM) text: a label and the features that are not zero, on each line.
//!
//! ```text
//! 1 1:0.5 3:2   # row 1
//! -1 qid:7 2:1.25
//! ```
//!
//! Features are `x1`, `x2`, …; one that a line leaves out is 0, and rows take memory for all of them. The label is the target.
//! Query ids and comments are left out. The file is read twice: once for its size, once for its numbers.

mod line;
mod lines;
mod options;
mod reading;
mod source;
#[cfg(test)]
mod tests;

pub(super) use source::SOURCE;
pub use source::read_svmlight;
