//! `sweep list`: what exists, in one text, by kind, or one row at length.

mod all;
mod topic;

pub use all::listing;
pub use topic::topic;
