//! A plot of many optimizers as data: one row for each, with its scores by learning rate and its tuned score.

use super::figure_data::AxisLabel;

/// One row for each optimizer, which is drawn in place of everything else in a panel.
#[derive(Debug, Clone, PartialEq)]
pub struct MethodRows {
    /// The best first.
    pub rows: Vec<MethodRow>,
    /// The axis of the tuned scores, and what stands above it.
    pub score: AxisLabel,
    pub score_title: String,
    /// What the shades are multiples of.
    pub shade_title: String,
    /// The upper ends of the shades, ascending; one more shade is beyond the last of them.
    pub shade_ends: Vec<f64>,
    /// The end of the score axis on its worse side, if some rows lie beyond it.
    pub worst_shown: Option<f64>,
}

/// One optimizer.
#[derive(Debug, Clone, PartialEq)]
pub struct MethodRow {
    pub name: String,
    /// In ascending order of rate. Empty if there is no rate to tune.
    pub cells: Vec<RateCell>,
    /// What stands in the place of cells.
    pub words: String,
    pub good: Option<GoodRates>,
    /// The rate of the best setting.
    pub chosen: Option<f64>,
    /// The tuned score, with its interval.
    pub level: Option<(f64, Option<(f64, f64)>)>,
    /// The same in words.
    pub level_words: String,
    pub standing: Standing,
}

/// One learning rate of an optimizer.
#[derive(Debug, Clone, PartialEq)]
pub struct RateCell {
    pub rate: f64,
    pub shade: RateShade,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RateShade {
    /// The number of the shade, 0 for the best.
    Of(usize),
    /// Trials that diverged or failed: `3/10`, or no words if these are all.
    Lost(String),
    /// No trial has a record with a score.
    Unknown,
}

/// The rates about the best whose score is nearly as good.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GoodRates {
    pub from: f64,
    pub to: f64,
    /// Whether the rates that were tried end before the range does: below, and above.
    pub cut: (bool, bool),
}

/// What the comparison with the leader says of an optimizer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Leader,
    PracticallyEqual,
    /// No difference is shown.
    Undecided,
    Better,
    Worse,
}

impl Standing {
    /// From behind: where marks meet, the leader is in front.
    pub const ALL: [Self; 5] = [Self::Worse, Self::Undecided, Self::Better, Self::PracticallyEqual, Self::Leader];
}
