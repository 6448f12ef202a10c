//! A panel in the coordinates of its axes, with notes about what cannot be shown.

use crate::report::figure_data::{AxisScale, Legends, Panel, Style};

use super::axis::{self, PlotAxis};
use super::clip::PlotPoint;
use super::reach::extents;

/// A panel ready to be drawn.
#[derive(Debug)]
pub struct Prepared<'a> {
    pub panel: &'a Panel,
    pub x: PlotAxis,
    pub y: PlotAxis,
    /// One trace per series, in the same order.
    pub traces: Vec<Trace>,
    /// Whether any value determined the y axis.
    pub has_values: bool,
    /// The text in the frame if no value determined the y axis.
    pub nothing: &'static str,
    /// Notes about what is not shown.
    pub notes: Vec<String>,
    /// Where the labels of lines stand.
    pub legends: Legends,
}

/// A series in the axes' coordinates.
#[derive(Debug, Default)]
pub struct Trace {
    /// Pieces of the line. It is broken at a value that cannot be shown.
    pub runs: Vec<Vec<PlotPoint>>,
    /// The outlines of the band, broken in the same way.
    pub bands: Vec<Vec<PlotPoint>>,
    pub highlights: Vec<PlotPoint>,
}

/// Counts of the values that no axis shows.
#[derive(Debug, Default, PartialEq, Eq)]
struct Hidden {
    zero: usize,
    negative: usize,
    not_finite: usize,
}

impl<'a> Prepared<'a> {
    #[must_use]
    /// `others` are the panels whose axes are shared: see [`Figure::axes_of`](crate::report::figure_data::Figure).
    pub fn of(panel: &'a Panel, others: &[Panel]) -> Self {
        let (x_scale, y_scale) = (panel.x.scale, panel.y.scale);
        let place = |(x, y): PlotPoint| Some((axis::coordinate(x_scale, x)?, axis::coordinate(y_scale, y)?));
        let (x_extent, y_extent) = extents(panel, others, place);
        let has_values = !y_extent.is_empty();
        let (x, y) = (PlotAxis::around(x_scale, x_extent), PlotAxis::around(y_scale, y_extent));
        let mut hidden = Hidden::default();
        let traces = panel
            .series
            .iter()
            .map(|series| {
                let mut count = Hidden::default();
                let trace = Trace {
                    runs: runs(&series.points, place, &mut count),
                    bands: bands(&series.band, x_scale, &y),
                    highlights: series.highlights.iter().filter_map(|&point| place(point)).collect(),
                };
                // A theoretical curve may leave the axis. Only measured values are counted as missing.
                if series.style != Style::Theory {
                    hidden.zero += count.zero;
                    hidden.negative += count.negative;
                    hidden.not_finite += count.not_finite;
                }
                trace
            })
            .collect();
        let nothing = hidden.nothing();
        let mut notes = if !has_values && nothing == ZERO { Vec::new() } else { hidden.notes() };
        notes.extend(outside(panel, &x, &y, has_values));
        Self { panel, x, y, traces, has_values, nothing, notes, legends: Legends::Shared }
    }
}

/// An exact fit has a loss of 0. That is a valid value, but a log axis cannot show it.
const ZERO: &str = "all values are 0";

impl Hidden {
    fn count(&mut self, (x, y): PlotPoint) {
        if !(x.is_finite() && y.is_finite()) {
            self.not_finite += 1;
        } else if x < 0.0 || y < 0.0 {
            self.negative += 1;
        } else {
            self.zero += 1;
        }
    }

    /// The text in the frame if no value can be shown.
    const fn nothing(&self) -> &'static str {
        match (self.zero, self.negative, self.not_finite) {
            (0, 0, _) => "no finite value to show",
            (_, 0, 0) => ZERO,
            _ => "no value above 0 to show",
        }
    }

    fn notes(&self) -> Vec<String> {
        let values = |count: usize| if count == 1 { "1 value".to_owned() } else { format!("{count} values") };
        let mut notes = Vec::new();
        match (self.zero, self.negative) {
            (0, 0) => {}
            (zero, 0) => notes.push(format!("{} of 0 not shown on a log axis", values(zero))),
            (zero, negative) => notes.push(format!("{} ≤ 0 not shown on a log axis", values(zero + negative))),
        }
        if self.not_finite > 0 {
            notes.push(format!("{} not finite, not shown", values(self.not_finite)));
        }
        notes
    }
}

fn runs(
    points: &[PlotPoint],
    place: impl Fn(PlotPoint) -> Option<PlotPoint>,
    hidden: &mut Hidden,
) -> Vec<Vec<PlotPoint>> {
    let mut runs: Vec<Vec<PlotPoint>> = Vec::new();
    let mut broken = true;
    for &point in points {
        let Some(placed) = place(point) else {
            hidden.count(point);
            broken = true;
            continue;
        };
        match runs.last_mut() {
            Some(run) if !broken => run.push(placed),
            _ => runs.push(vec![placed]),
        }
        broken = false;
    }
    runs
}

/// The outlines of a band. Edges that the axis cannot show (0 on a log axis, ∞ for diverged seeds) are placed beyond
/// the end of the axis.
fn bands(band: &[(f64, f64, f64)], x_scale: AxisScale, y: &PlotAxis) -> Vec<Vec<PlotPoint>> {
    let span = y.high - y.low;
    let mut outlines = Vec::new();
    let (mut lower, mut upper): (Vec<PlotPoint>, Vec<PlotPoint>) = (Vec::new(), Vec::new());
    let mut finish = |lower: &mut Vec<PlotPoint>, upper: &mut Vec<PlotPoint>| {
        if lower.len() > 1 {
            lower.extend(upper.iter().rev());
            outlines.push(std::mem::take(lower));
        }
        lower.clear();
        upper.clear();
    };
    for &(at, low, high) in band {
        match axis::coordinate(x_scale, at) {
            Some(at) if !low.is_nan() && !high.is_nan() => {
                let edge =
                    |value: f64| y.coordinate(value).unwrap_or(if value > 0.0 { y.high + span } else { y.low - span });
                lower.push((at, edge(low)));
                upper.push((at, edge(high)));
            }
            _ => finish(&mut lower, &mut upper),
        }
    }
    finish(&mut lower, &mut upper);
    outlines
}

/// Names the reference lines that lie outside the axes.
fn outside(panel: &Panel, x: &PlotAxis, y: &PlotAxis, has_values: bool) -> Option<String> {
    let missing = |axis: &PlotAxis, value: f64| !axis.coordinate(value).is_some_and(|at| axis.contains(at));
    let verticals = panel.verticals.iter().filter(|vertical| missing(x, vertical.x)).map(|vertical| &vertical.label);
    let horizontals = panel
        .horizontals
        .iter()
        .filter(|horizontal| has_values && missing(y, horizontal.y))
        .map(|horizontal| &horizontal.label);
    let labels: Vec<&str> =
        verticals.chain(horizontals).map(String::as_str).filter(|label| !label.is_empty()).collect();
    (!labels.is_empty()).then(|| format!("outside the range shown: {}", labels.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figure_data::{AxisLabel, Horizontal, MarginMark, Mark, Series, Vertical, VerticalKind};

    fn series(style: Style, points: &[PlotPoint]) -> Series {
        Series {
            label: "s".into(),
            colour: 0,
            style,
            points: points.to_vec(),
            band: Vec::new(),
            highlights: Vec::new(),
        }
    }

    fn panel(series: Vec<Series>) -> Panel {
        let axis = |scale| AxisLabel { label: String::new(), scale };
        Panel {
            title: String::new(),
            x: axis(AxisScale::Linear),
            y: axis(AxisScale::Log),
            series,
            good: None,
            verticals: Vec::new(),
            ceiling: None,
            floor: None,
            horizontals: Vec::new(),
            margin_marks: Vec::new(),
            matrix: None,
            x_names: Vec::new(),
            rows: None,
        }
    }

    #[test]
    fn values_that_cannot_be_shown_are_counted_and_break_the_line() {
        let points =
            [(0.0, 1.0), (1.0, 0.0), (2.0, 1.0), (3.0, f64::INFINITY), (4.0, 2.0), (5.0, -1.0), (6.0, f64::NAN)];
        let panel = panel(vec![series(Style::Line, &points), series(Style::Theory, &points)]);
        let prepared = Prepared::of(&panel, &[]);
        assert_eq!(prepared.notes, ["2 values ≤ 0 not shown on a log axis", "2 values not finite, not shown"]);
        assert_eq!(prepared.traces[0].runs.len(), 3);
    }

    #[test]
    fn zeros_are_values_whose_places_the_x_axis_shows() {
        let zeros = panel(vec![series(Style::Markers, &[(0.01, 0.0), (7.0, 0.0)])]);
        let prepared = Prepared::of(&zeros, &[]);
        assert!(prepared.x.contains(0.01) && prepared.x.contains(7.0) && !prepared.x.contains(10.0));
        assert_eq!((prepared.has_values, prepared.nothing, prepared.notes.len()), (false, "all values are 0", 0));
        let some = panel(vec![series(Style::Markers, &[(0.0, 0.0), (1.0, 3.0), (2.0, 0.0)])]);
        assert_eq!(Prepared::of(&some, &[]).notes, ["2 values of 0 not shown on a log axis"]);
        for (value, nothing) in [(f64::INFINITY, "no finite value to show"), (-1.0, "no value above 0 to show")] {
            assert_eq!(Prepared::of(&panel(vec![series(Style::Line, &[(0.0, value)])]), &[]).nothing, nothing);
        }
    }

    #[test]
    fn theory_and_far_limits_do_not_stretch_the_axes() {
        let measured = series(Style::Markers, &[(0.0, 1.0), (10.0, 100.0)]);
        let theory = series(Style::Theory, &[(0.0, 0.9), (5.0, 1e9), (1000.0, 10.0)]);
        let mut panel = panel(vec![measured, theory]);
        let limit =
            |x, label: &str| Vertical { x, kind: VerticalKind::Limit, range: None, label: label.into(), colour: 0 };
        panel.verticals = vec![limit(11.0, "near"), limit(20.0, "far")];
        panel.horizontals = vec![Horizontal { y: 1e-9, label: "low".into(), colour: 0 }];
        let prepared = Prepared::of(&panel, &[]);
        assert!(prepared.x.contains(11.0) && !prepared.x.contains(12.0));
        assert!(prepared.y.contains(libm::log10(0.9)) && !prepared.y.contains(3.0));
        assert_eq!(prepared.notes, ["outside the range shown: far, low"]);
    }

    #[test]
    fn panels_of_a_figure_share_their_axes() {
        let mut one = panel(vec![series(Style::Markers, &[(0.0, 1.0), (1.0, 2.0)])]);
        let mut other = panel(vec![series(Style::Markers, &[(3.0, 50.0), (9.0, 70.0)])]);
        one.verticals =
            vec![Vertical { x: 9.5, kind: VerticalKind::Limit, range: None, label: "near all".into(), colour: 0 }];
        let both = [one.clone(), other.clone()];
        let (first, second) = (Prepared::of(&one, &both), Prepared::of(&other, &both));
        assert_eq!((first.x, first.y), (second.x, second.y));
        assert!(first.x.contains(0.0) && first.x.contains(9.5) && first.y.contains(libm::log10(70.0)));
        other.x.label = "another".into();
        let both = [one.clone(), other.clone()];
        let (first, second) = (Prepared::of(&one, &both), Prepared::of(&other, &both));
        assert!(first.x != second.x && first.y == second.y, "epochs are not gradient evaluations");
    }

    #[test]
    fn diverged_rates_stretch_the_x_axis() {
        let mut panel = panel(vec![series(Style::Markers, &[(0.0, 1.0), (1.0, 2.0)])]);
        panel.margin_marks = vec![MarginMark { x: 5.0, kind: Mark::Diverged, text: String::new(), colour: 0 }];
        assert!(Prepared::of(&panel, &[]).x.contains(5.0));
        panel.series.clear();
        let prepared = Prepared::of(&panel, &[]);
        assert!(prepared.x.contains(5.0) && !prepared.has_values);
    }

    #[test]
    fn a_ceiling_holds_the_axis_down() {
        let mut panel = panel(vec![series(Style::Line, &[(0.0, 1.0), (1.0, 1e30)])]);
        panel.ceiling = Some(10.0);
        let prepared = Prepared::of(&panel, &[]);
        assert!(prepared.y.contains(1.0) && !prepared.y.contains(1.2));
        assert_eq!(prepared.traces[0].runs[0].len(), 2, "the line leaves through the top");
    }

    #[test]
    fn an_infinite_band_reaches_beyond_the_axis() {
        let mut with_band = series(Style::Line, &[(0.0, 1.0), (1.0, 2.0)]);
        with_band.band = vec![(0.0, 0.0, 2.0), (1.0, 1.5, f64::INFINITY), (2.0, f64::NAN, 1.0), (3.0, 1.0, 1.0)];
        let panel = panel(vec![with_band]);
        let prepared = Prepared::of(&panel, &[]);
        let [outline] = &prepared.traces[0].bands[..] else { panic!("one outline") };
        assert_eq!(outline.len(), 4);
        assert!(outline[0].1 < prepared.y.low && outline[2].1 > prepared.y.high);
        assert!(prepared.y.high < 1.0, "infinity does not stretch the axis");
    }
}
