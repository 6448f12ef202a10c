//! What people read: sections as data, and the renderers that write them.

pub mod figure;
pub mod plot;
