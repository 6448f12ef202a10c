//! Plots as SVG and PNG. plotters manages the coordinates and draws the charts on our own sheet, which has fractional
//! coordinates and writes text as outlines, but for scripts that the embedded font lacks. A figure therefore has the same bytes on every x86-64 machine, and looks the same
//! in every viewer.

mod annotation;
mod axis;
mod backend;
mod canvas;
mod chart;
mod clip;
mod coordinates;
mod description;
mod document;
mod end_labels;
mod error;
mod error_bars;
#[cfg(test)]
mod gallery;
mod layout;
mod legend;
mod line_labels;
mod margin;
mod matrix;
mod method_rows;
mod method_rows_key;
mod path_data;
mod prepared;
mod raster;
mod rate_cells;
mod reach;
mod sheet;
mod style;
mod tallies;
#[cfg(test)]
mod tests;
mod text;
mod ticks;
mod x_names;

pub use document::svg;
pub use error::PlotError;
pub use raster::png;
pub use text::is_outlined;
