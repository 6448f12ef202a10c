//! `sweep list` and `sweep explain`: what exists, in one text, by kind, one row at length, or one key.

mod all;
mod key;
mod topic;

pub use all::listing;
pub use key::{key_names, key_page, override_form};
pub use topic::topic;
