//! SVMlight (LIBSVM) text; the source's page stands in `source`. The file is read twice: once for its size, once for its numbers.

mod line;
mod lines;
mod options;
mod reading;
mod source;
#[cfg(test)]
mod tests;

pub(super) use source::SOURCE;
pub use source::read_svmlight;
