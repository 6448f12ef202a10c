//! A plot as data: what is drawn, in the units of the data. Renderers decide how it looks.

/// The colour index of what belongs to no series (an exact solution, a limit): a dark grey.
pub const NEUTRAL: usize = usize::MAX;

/// The first of the colours of an ordered scale, from cold to hot: `RAMP + i` of [`RAMP_STEPS`].
pub const RAMP: usize = 1 << 20;
pub const RAMP_STEPS: usize = 7;

/// One picture: panels side by side under a common title, sharing one legend.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// File name without its ending, unique in a report.
    pub name: String,
    pub title: String,
    /// Under the title: what is shown, with n.
    pub subtitle: String,
    pub panels: Vec<Panel>,
    /// One line each under the panels: values that a log axis cannot show, what was thinned.
    pub notes: Vec<String>,
    /// Where panels do not share their series, each has its own legend below it.
    pub legends: Legends,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Legends {
    Shared,
    OnePerPanel,
}

/// One pair of axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    pub title: String,
    pub x: AxisLabel,
    pub y: AxisLabel,
    /// Larger values do not stretch the y axis: what exceeds it is cut at the frame.
    pub ceiling: Option<f64>,
    pub series: Vec<Series>,
    /// Vertical lines: a stability limit, say.
    pub verticals: Vec<Vertical>,
    /// Horizontal lines: the exact least-squares MSE, say.
    pub horizontals: Vec<Horizontal>,
    /// Marks on the upper margin, outside the range of the data: diverged trials with their count.
    pub margin_marks: Vec<MarginMark>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct AxisLabel {
    pub label: String,
    pub scale: AxisScale,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AxisScale {
    Linear,
    Log,
}

/// One line, with a band about it where it is a median over seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The legend's text; series of one label in several panels share an entry and a colour.
    pub label: String,
    /// Index into the palette.
    pub colour: usize,
    pub style: Style,
    pub points: Vec<(f64, f64)>,
    /// (x, low, high), in the order of x; empty where there is none.
    pub band: Vec<(f64, f64, f64)>,
    /// Points that are marked as special: the best rate.
    pub highlights: Vec<(f64, f64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Line,
    Dashed,
    /// Markers joined by a line: measured points.
    Markers,
    /// Markers alone: measured points on a curve that theory draws.
    Points,
    /// A thin continuous line: theory.
    Theory,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Vertical {
    pub x: f64,
    /// The range over seeds, drawn as a faint band.
    pub range: Option<(f64, f64)>,
    pub label: String,
    pub colour: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Horizontal {
    pub y: f64,
    pub label: String,
    pub colour: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct MarginMark {
    pub x: f64,
    pub kind: Mark,
    /// `"7/10"`; empty where it is all of them.
    pub text: String,
    pub colour: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// ×: trials without a final value.
    Diverged,
    /// ▲: a value above the top of the axis.
    Above,
}
