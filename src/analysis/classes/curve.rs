//! The mean of a curve over classes, and then over trials.

use super::predicted::Predicted;
use super::thresholds::Thresholds;
use crate::analysis::sample::Sample;

/// One place of a curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    pub x: f64,
    pub y: f64,
    /// The quantiles of 25 % and 75 % over trials.
    pub band: Option<(f64, f64)>,
}

/// A curve of one setting.
#[derive(Debug, Clone, PartialEq)]
pub struct MeanCurve {
    pub points: Vec<CurvePoint>,
    /// The trials that have it.
    pub n: usize,
    /// The most classes that some trial's curve is the mean of: of two classes it is that of the second.
    pub classes: usize,
}

/// The steps of a mean over [0, 1].
const STEPS: u32 = 100;

/// Which curve.
#[derive(Debug, Clone, Copy)]
pub struct CurveKind {
    /// All points of one class of one trial.
    pub points: fn(&Thresholds) -> Vec<(f64, f64)>,
    /// Its height at a place.
    pub at: fn(&Thresholds, f64) -> f64,
}

impl MeanCurve {
    /// The mean over trials of the mean over classes, each against the others. One trial of two classes has all of its points. `None`
    /// where no class has both rows of its own and others.
    pub fn of(trials: &[Predicted<'_>], kind: CurveKind) -> Option<Self> {
        let of_trial = |trial: &Predicted<'_>| -> Vec<Thresholds> {
            let classes = if trial.classes == 2 { 1..2 } else { 0..trial.classes };
            classes.filter_map(|class| Thresholds::of(trial, class)).collect()
        };
        let mut all: Vec<Vec<Thresholds>> = trials.iter().map(of_trial).collect();
        all.retain(|classes| !classes.is_empty());
        let classes = all.iter().map(Vec::len).max()?;
        if let ([alone], 1) = (&all[..], classes) {
            let points = (kind.points)(&alone[0]).into_iter().map(|(x, y)| CurvePoint { x, y, band: None }).collect();
            return Some(Self { points, n: 1, classes });
        }
        let point = |step: u32| {
            let x = f64::from(step) / f64::from(STEPS);
            let mean = |of: &Vec<Thresholds>| of.iter().map(|one| (kind.at)(one, x)).sum::<f64>() / of.len() as f64;
            let heights = Sample::new(all.iter().map(mean).collect());
            let band = heights.quantile(0.25).zip(heights.quantile(0.75)).filter(|_| all.len() > 1);
            Some(CurvePoint { x, y: heights.mean()?, band })
        };
        let points = (0..=STEPS).map(point).collect::<Option<_>>()?;
        Some(Self { points, n: all.len(), classes })
    }
}
