//! Training: a cohort of trials that share data goes in, one record a trial comes out.

mod options;

pub use options::PARAMETERS;
