//! An axis: the values it shows, and their coordinates.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged};

use crate::report::figure_data::AxisScale;

use super::ticks::{self, Tick};

/// Beyond this value the arithmetic of a linear axis would overflow.
const LARGEST: f64 = 1e300;

/// A value's coordinate on an axis of this scale: the value itself, or its decadic logarithm. `None` if the axis cannot
/// show it.
#[must_use]
pub fn coordinate(scale: AxisScale, value: f64) -> Option<f64> {
    match scale {
        AxisScale::Linear => (value.abs() <= LARGEST).then_some(value),
        AxisScale::Log => (value > 0.0 && value.is_finite()).then(|| libm::log10(value)),
    }
}

/// The smallest and largest coordinate seen so far.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct AxisExtent(Option<(f64, f64)>);

impl AxisExtent {
    pub fn include(&mut self, coordinate: f64) {
        self.0 = Some(match self.0 {
            None => (coordinate, coordinate),
            Some((low, high)) => {
                (if coordinate < low { coordinate } else { low }, if coordinate > high { coordinate } else { high })
            }
        });
    }

    /// Whether this coordinate would lengthen the extent by at most this share of it.
    #[must_use]
    pub fn is_near(&self, coordinate: f64, share: f64) -> bool {
        self.0.is_some_and(|(low, high)| {
            let reach = (high - low) * share;
            coordinate >= low - reach && coordinate <= high + reach
        })
    }

    /// Whether the extent is a single coordinate.
    #[must_use]
    pub fn is_point(&self) -> bool {
        self.0.is_some_and(|(low, high)| low == high)
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

/// An axis from `low` to `high`, which are coordinates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlotAxis {
    pub scale: AxisScale,
    pub low: f64,
    pub high: f64,
}

impl PlotAxis {
    /// An axis with 4 % of room on both sides of the extent, or with room for ticks around a single value.
    #[must_use]
    pub fn around(scale: AxisScale, extent: AxisExtent) -> Self {
        let (low, high) = extent.0.unwrap_or(match scale {
            AxisScale::Linear => (0.0, 1.0),
            AxisScale::Log => (-1.0, 1.0),
        });
        // Values that are equal up to rounding count as a single value.
        let size = if low.abs() > high.abs() { low.abs() } else { high.abs() };
        let span = high - low;
        let room = match scale {
            AxisScale::Log if span < 1e-6 => 0.3,
            AxisScale::Linear if span <= size * 1e-9 => {
                if size == 0.0 {
                    1.0
                } else {
                    size * 0.05
                }
            }
            _ => span * 0.04,
        };
        Self { scale, low: low - room, high: high + room }
    }

    #[must_use]
    pub fn coordinate(&self, value: f64) -> Option<f64> {
        coordinate(self.scale, value)
    }

    #[must_use]
    pub fn contains(&self, coordinate: f64) -> bool {
        self.low <= coordinate && coordinate <= self.high
    }

    #[must_use]
    pub fn ticks(&self, target: usize) -> Vec<Tick> {
        let mut ticks = match self.scale {
            AxisScale::Linear => ticks::linear(self.low, self.high, target),
            AxisScale::Log => ticks::logarithmic(self.low, self.high, target),
        };
        ticks.retain(|tick| self.contains(tick.at));
        ticks
    }

    /// The ticks of a vertical axis of this height in pixels.
    #[must_use]
    pub fn vertical_ticks(&self, height: f64) -> Vec<Tick> {
        self.ticks((height / 44.0) as usize)
    }
}

impl Ranged for PlotAxis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, &value: &f64, (start, end): (i32, i32)) -> i32 {
        let share = (value - self.low) / (self.high - self.low);
        // The nearest unit of the canvas. Coordinates far outside the axis saturate.
        (f64::from(start) + share * f64::from(end - start)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        self.ticks(hint.max_num_points()).into_iter().map(|tick| tick.at).collect()
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(scale: AxisScale, values: &[f64]) -> PlotAxis {
        let mut extent = AxisExtent::default();
        for &value in values {
            if let Some(coordinate) = coordinate(scale, value) {
                extent.include(coordinate);
            }
        }
        PlotAxis::around(scale, extent)
    }

    #[test]
    fn what_an_axis_cannot_show() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(coordinate(AxisScale::Linear, value), None);
            assert_eq!(coordinate(AxisScale::Log, value), None);
        }
        assert_eq!(coordinate(AxisScale::Log, 0.0), None);
        assert_eq!(coordinate(AxisScale::Log, -1.0), None);
        assert_eq!(coordinate(AxisScale::Linear, -1.0), Some(-1.0));
        assert_eq!(coordinate(AxisScale::Log, 1e-3), Some(-3.0));
    }

    #[test]
    fn every_axis_has_a_length_and_labels() {
        for scale in [AxisScale::Linear, AxisScale::Log] {
            for values in
                [&[][..], &[0.0], &[5.0], &[-5.0, -5.0], &[1e300, -1e300], &[1e-300, 1e300], &[3000.0, 3_000.000_000_1]]
            {
                let axis = axis(scale, values);
                assert!(axis.low < axis.high && (axis.high - axis.low).is_finite(), "{axis:?}");
                let labels = axis.ticks(6).iter().filter(|tick| tick.label.is_some()).count();
                assert!((2..=10).contains(&labels), "{values:?}: {axis:?}");
            }
        }
    }

    #[test]
    fn the_ends_map_to_the_ends() {
        let axis = PlotAxis { scale: AxisScale::Log, low: -3.0, high: 1.0 };
        assert_eq!(axis.map(&-3.0, (100, 50_100)), 100);
        assert_eq!(axis.map(&1.0, (100, 50_100)), 50_100);
        assert_eq!(axis.map(&-1.0, (50_100, 100)), 25_100);
    }

    #[test]
    fn far_values_are_not_near() {
        let mut extent = AxisExtent::default();
        assert!(!extent.is_near(7.0, 0.15) && extent.is_empty());
        extent.include(0.0);
        assert!(extent.is_point());
        extent.include(10.0);
        assert!(extent.is_near(11.4, 0.15) && extent.is_near(-1.4, 0.15) && !extent.is_near(20.0, 0.15));
    }
}
