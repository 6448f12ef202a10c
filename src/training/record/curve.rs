//! The curve of a trial: metrics at each evaluated epoch.

use serde::{Deserialize, Serialize};

use crate::metric::{MetricKind, Values};
use crate::shape::{Split, TargetMoments};

/// The evaluated epochs of a trial, in order. Row 0 is the start.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Curve {
    pub epoch: Vec<u64>,
    pub step: Vec<u64>,
    pub gradient_evaluations: Vec<u64>,
    /// The loss's own metric.
    pub train: Vec<f64>,
    /// Empty if there is no validation split.
    pub validation: Vec<f64>,
    /// The metrics beside the loss's own whose curves were asked for.
    pub metrics: Vec<MetricCurve>,
}

/// One metric at each evaluated epoch. A value is `None` where the metric is not defined.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricCurve {
    /// A row of the registry of metrics.
    pub name: String,
    pub train: Vec<Option<f64>>,
    /// Empty if there is no validation split.
    pub validation: Vec<Option<f64>>,
}

/// A borrowed curve.
#[derive(Debug, Clone, Copy)]
pub struct CurveRow<'a> {
    pub epoch: &'a [u64],
    pub step: &'a [u64],
    pub gradient_evaluations: &'a [u64],
    /// The loss's own metric.
    pub train: &'a [f64],
    /// Empty if there is no validation split.
    pub validation: &'a [f64],
    pub metrics: &'a [MetricCurve],
}

impl Curve {
    /// Drops the rows of `step` and all later steps.
    pub fn keep_before(&mut self, step: u64) {
        let kept = self.step.partition_point(|at| *at < step);
        self.epoch.truncate(kept);
        self.step.truncate(kept);
        self.gradient_evaluations.truncate(kept);
        self.train.truncate(kept);
        self.validation.truncate(kept);
        for metric in &mut self.metrics {
            metric.train.truncate(kept);
            metric.validation.truncate(kept);
        }
    }

    #[must_use]
    pub fn row(&self) -> CurveRow<'_> {
        let Self { epoch, step, gradient_evaluations, train, validation, metrics } = self;
        CurveRow { epoch, step, gradient_evaluations, train, validation, metrics }
    }
}

impl MetricCurve {
    /// A curve without rows.
    #[must_use]
    pub fn new(kind: &MetricKind) -> Self {
        Self { name: kind.name.to_owned(), train: Vec::new(), validation: Vec::new() }
    }
}

impl<'a> CurveRow<'a> {
    /// A metric on a split at each evaluated epoch: recorded or derived, given the moments of the split's targets. Where its
    /// curve is not recorded beside the loss's own, it follows from that one. A value is `None` where the metric is not defined. There are no values where nothing is known of
    /// the split, or the curve of the metric was not recorded.
    pub fn values(
        &self,
        kind: &'static MetricKind,
        split: Split,
        target: Option<&TargetMoments>,
    ) -> impl ExactSizeIterator<Item = Option<f64>> + use<'a> {
        let losses = self.losses(split);
        let recorded = self.recorded(kind, split);
        let recorded = if matches!(kind.values, Values::Outputs(_)) { recorded.or(Some(&[])) } else { recorded };
        let derives = matches!(kind.values, Values::Derived { .. });
        let target = target.copied();
        (0..recorded.map_or(losses.len(), <[_]>::len)).map(move |row| {
            let value = recorded.map_or(Some(losses[row]), |values| values[row]);
            if derives { kind.derive(value?, target.as_ref()).ok() } else { value }
        })
    }

    const fn losses(&self, split: Split) -> &'a [f64] {
        match split {
            Split::Train => self.train,
            Split::Validation => self.validation,
            Split::Test => &[],
        }
    }

    /// The recorded curve of a metric, or of the one that it is derived from; `None` if there is none beside the loss's own.
    fn recorded(&self, kind: &MetricKind, split: Split) -> Option<&'a [Option<f64>]> {
        let found = self.metrics.iter().find(|metric| metric.name == kind.recorded_as())?;
        Some(match split {
            Split::Train => &found.train,
            Split::Validation => &found.validation,
            Split::Test => &[],
        })
    }
}

impl From<CurveRow<'_>> for Curve {
    fn from(row: CurveRow<'_>) -> Self {
        Self {
            epoch: row.epoch.to_vec(),
            step: row.step.to_vec(),
            gradient_evaluations: row.gradient_evaluations.to_vec(),
            train: row.train.to_vec(),
            validation: row.validation.to_vec(),
            metrics: row.metrics.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric;

    fn curve() -> Curve {
        Curve {
            epoch: vec![0, 1, 3],
            step: vec![0, 2, 6],
            gradient_evaluations: vec![0, 20, 60],
            train: vec![16.0, 4.0, 1.0],
            validation: vec![9.0, 8.0, 0.0],
            metrics: vec![MetricCurve {
                name: "mae".to_owned(),
                train: vec![Some(3.0), None, Some(0.5)],
                validation: vec![Some(2.0), Some(1.5), Some(1.0)],
            }],
        }
    }

    fn values(curve: &Curve, name: &str, split: Split, target: Option<&TargetMoments>) -> Vec<Option<f64>> {
        curve.row().values(metric::metric(name).expect("exists"), split, target).collect()
    }

    #[test]
    fn values_are_recorded_or_derived() {
        let curve = curve();
        let target = Some(&TargetMoments { mean: 1.0, variance: 8.0, baseline_loss: 9.0, rows: None });
        assert_eq!(values(&curve, "mse", Split::Train, None), [Some(16.0), Some(4.0), Some(1.0)]);
        assert_eq!(values(&curve, "rmse", Split::Train, None), [Some(4.0), Some(2.0), Some(1.0)]);
        assert_eq!(values(&curve, "r2", Split::Validation, target), [Some(-0.125), Some(0.0), Some(1.0)]);
        assert_eq!(values(&curve, "r2", Split::Validation, None), [None; 3], "the moments are not known");
        assert_eq!(values(&curve, "mae", Split::Train, None), [Some(3.0), None, Some(0.5)]);
        assert_eq!(values(&curve, "mae", Split::Validation, None), [Some(2.0), Some(1.5), Some(1.0)]);
        assert_eq!(values(&curve, "max_error", Split::Train, None), [], "not recorded");
        assert_eq!(values(&curve, "mae", Split::Test, None), []);
    }

    #[test]
    fn rows_are_dropped_from_every_metric() {
        let mut cut = curve();
        cut.keep_before(6);
        assert_eq!((cut.epoch.len(), cut.validation.len()), (2, 2));
        assert_eq!(cut.metrics[0].train, [Some(3.0), None]);
        assert_eq!(cut.metrics[0].validation, [Some(2.0), Some(1.5)]);
    }
}
