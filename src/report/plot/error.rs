//! Why an image could not be made.

/// Why an image could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PlotError {
    #[error("the plot is not an SVG that can be rendered: {0}")]
    Svg(#[from] resvg::usvg::Error),
    #[error("an image of {width} × {height} pixels cannot be made")]
    Size { width: u32, height: u32 },
}
