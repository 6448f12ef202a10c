//! What a person reads, made from an analysis: sections as data, and renderers that turn them into files.

pub mod figure;
