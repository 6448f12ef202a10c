//! A plot as data, in the units of the data. The renderers decide how it looks.

use std::sync::Arc;

use super::figure_rows::MethodRows;

/// The colour index for what belongs to no series, such as an exact solution or a limit: a dark grey.
pub const NEUTRAL: usize = usize::MAX;

/// The first colour index of an ordered scale from cold to hot: `RAMP + i`, with `i` below [`RAMP_STEPS`].
pub const RAMP: usize = 1 << 20;
pub const RAMP_STEPS: usize = 7;

/// One picture: panels side by side under a common title.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The file name without its extension, unique in a report.
    pub name: String,
    pub title: String,
    /// Stands under the title and says what is shown, with n.
    pub subtitle: String,
    pub panels: Vec<Panel>,
    /// The panels whose axes are shared: of all parts of the figure, these panels among them. A panel reaches as far as all of
    /// them do, along x if it has the same x axis. Empty: each panel has its own axes.
    pub axes_of: Arc<[Panel]>,
    /// Lines under the panels: values that a log axis cannot show, points that were left out.
    pub notes: Vec<String>,
    /// One legend for all panels, or a legend below each panel if they do not share their series.
    pub legends: Legends,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Legends {
    Shared,
    OnePerPanel,
    /// Each line carries its own label.
    OnLines,
    /// The labels stand in a column right of the lines' ends.
    AtEnds,
}

/// One pair of axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    pub title: String,
    pub x: AxisLabel,
    pub y: AxisLabel,
    /// The top of the y axis. Larger values are cut at the frame.
    pub ceiling: Option<f64>,
    /// The y axis does not start below this value.
    pub floor: Option<f64>,
    pub series: Vec<Series>,
    /// The good range of the panel's best series.
    pub good: Option<GoodRange>,
    /// Vertical lines, for example a stability limit.
    pub verticals: Vec<Vertical>,
    /// Horizontal lines, for example the score of a baseline.
    pub horizontals: Vec<Horizontal>,
    /// Marks above the frame for what lies outside of it: diverged trials with their count, and values off the scale.
    pub margin_marks: Vec<MarginMark>,
    /// Counts of pairs of classes, which are drawn in place of everything else.
    pub matrix: Option<CountMatrix>,
    /// Words at places of the x axis, which stand there instead of numbers: the values that are compared.
    pub x_names: Vec<(f64, String)>,
    /// One row for each of many optimizers, which are drawn in place of everything else.
    pub rows: Option<MethodRows>,
}

impl Panel {
    /// Axes without anything on them.
    #[must_use]
    pub const fn empty(x: AxisLabel, y: AxisLabel) -> Self {
        Self {
            title: String::new(),
            x,
            y,
            ceiling: None,
            floor: None,
            series: Vec::new(),
            good: None,
            verticals: Vec::new(),
            horizontals: Vec::new(),
            margin_marks: Vec::new(),
            matrix: None,
            x_names: Vec::new(),
            rows: None,
        }
    }
}

/// Counts of pairs of classes, as shaded squares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountMatrix {
    pub names: Vec<String>,
    /// `[classes, classes]`: row by row, from the top.
    pub counts: Vec<u64>,
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

/// One line, with a band around it if it is a median over seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The text in the legend. Series with the same label in several panels share an entry and a colour.
    pub label: String,
    /// An index into the palette.
    pub colour: usize,
    pub style: Style,
    pub points: Vec<(f64, f64)>,
    /// (x, low, high) in the order of x. Empty if there is no band.
    pub band: Vec<(f64, f64, f64)>,
    /// Points with a special mark: the best rate.
    pub highlights: Vec<(f64, f64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Line,
    Dashed,
    /// Markers joined by a line, for measured points.
    Markers,
    /// The same with markers at every `all`-th point, from the `place`-th on: so that of lines that coincide each is seen.
    Alternating {
        place: usize,
        all: usize,
    },
    /// Markers joined by a thin line, for values between which others were not measured.
    Sampled,
    /// Markers without a line, for measured points on a theoretical curve.
    Points,
    /// A thin continuous line, for theory.
    Theory,
    /// A thin grey line behind the others.
    Faint,
    /// Markers with error bars, joined by a thin line, for values on a scale. Several series stand beside each other.
    ErrorBars,
    /// Markers with error bars and no line, for categories.
    Categories,
    /// Markers with error bars that a line is fitted to. Several series stand beside each other.
    Fitted,
    /// The line that is fitted to the markers of the same colour, beside its place as they are.
    FittedLine,
    /// Pale discs behind the fitted markers of the same colour; the area counts the points that coincide.
    Tally,
    /// An arrow up, or down, from each point, beside the markers of the same colour: its place is only a bound.
    CutAbove,
    CutBelow,
    /// Small hollow markers without a line, for points that few rows are behind.
    Hollow,
}

impl Style {
    /// Whether its points have markers.
    #[must_use]
    pub const fn has_marks(self) -> bool {
        matches!(self, Self::Markers | Self::Alternating { .. } | Self::Sampled | Self::Points)
    }

    /// Whether the point at a position has one.
    #[must_use]
    pub const fn marks(self, at: usize) -> bool {
        match self {
            Self::Alternating { place, all } => at % all == place % all,
            _ => true,
        }
    }
}

/// A range of x in which a series is good: shaded, with the y value that bounds it as a dotted line.
#[derive(Debug, Clone, PartialEq)]
pub struct GoodRange {
    pub from: f64,
    pub to: f64,
    pub threshold: f64,
    /// The label of the dotted line.
    pub label: String,
    /// What the notes say of it.
    pub words: String,
    /// The point with a square around it: the safe rate.
    pub safe: Option<(f64, f64)>,
    pub colour: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Vertical {
    pub x: f64,
    pub kind: VerticalKind,
    /// The range over seeds, drawn as a faint band.
    pub range: Option<(f64, f64)>,
    pub label: String,
    pub colour: usize,
}

/// What a vertical line at a learning rate means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerticalKind {
    /// Beyond it the loss grows.
    Limit,
    /// Beyond it SGD with replacement is unstable in mean square.
    MeanSquareLimit,
    /// Below it descent is known; nothing is known beyond.
    Bound,
    /// Beside the minimum gradient descent converges below it; farther away it is no limit.
    LocalLimit,
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
    /// `"7/10"`. Empty if the mark stands for all trials.
    pub text: String,
    pub colour: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// ×: trials without a final value.
    Diverged,
    /// ↑: a value above the top of the axis.
    Above,
    /// ↓: a value below the bottom of the axis.
    Below,
}
