//! Metrics that need predictions for each row: their values at the last evaluated epoch, and at the best one of each.

use serde::{Deserialize, Serialize};

use super::trial_state::TrialState;
use crate::metric::MetricKind;
use crate::record::{Metric, MetricCurve, Split};
use crate::shape::{Predicted, PredictionKind};

/// By split; `None` if the split does not exist. An error says why the metric has no value.
type SplitValues = [Option<Result<f64, &'static str>>; 3];

/// The metrics of one trial.
pub struct RowMetrics {
    metrics: Vec<RowMetric>,
    /// What the predictions of the model are.
    predicts: PredictionKind,
    predictions: Vec<f64>,
    /// The number of targets of a row.
    n_targets: usize,
}

/// The best epoch of a metric so far.
#[derive(Serialize, Deserialize)]
pub struct BestOfMetric {
    pub metric: String,
    /// The epoch, the distance there on the split that ranks, and the values by split; `None` where it never had a value.
    best: Option<(u64, f64, [Option<f64>; 3])>,
}

struct RowMetric {
    kind: &'static MetricKind,
    last: SplitValues,
    /// The best epoch so far, the distance there on the split that ranks, and the values.
    best: Option<(u64, f64, SplitValues)>,
}

impl RowMetrics {
    pub fn new(kinds: Vec<&'static MetricKind>, predicts: PredictionKind, n_targets: usize) -> Self {
        let metrics = kinds.into_iter().map(|kind| RowMetric { kind, last: [None; 3], best: None }).collect();
        Self { metrics, predicts, predictions: Vec::new(), n_targets }
    }

    pub const fn is_empty(&self) -> bool {
        self.metrics.is_empty()
    }

    /// Evaluates all metrics at an epoch.
    pub fn evaluate(&mut self, epoch: u64, state: &dyn TrialState) {
        if self.metrics.is_empty() {
            return;
        }
        for split in Split::ALL {
            let Some(targets) = state.targets(split) else { continue };
            if !state.predictions(split, &mut self.predictions) {
                continue;
            }
            let weights = state.weights(split);
            let rows = Predicted {
                kind: self.predicts,
                outputs: &self.predictions,
                targets,
                n_targets: self.n_targets,
                weights,
            };
            for metric in &mut self.metrics {
                let Some(value) = metric.kind.by_outputs() else { continue };
                let finite = |value: f64| if value.is_finite() { Ok(value) } else { Err("it is not finite") };
                metric.last[split as usize] = Some(value.value(&rows).and_then(finite));
            }
        }
        for metric in &mut self.metrics {
            let ranked = metric.last[Split::Validation as usize].or(metric.last[Split::Train as usize]);
            let Some(Ok(value)) = ranked else { continue };
            let distance = metric.kind.distance(value);
            if metric.best.as_ref().is_none_or(|(_, best, _)| distance < *best) {
                metric.best = Some((epoch, distance, metric.last));
            }
        }
    }

    /// The best epoch so far by one of the metrics; `None` if it is not among them.
    pub fn best_epoch(&self, name: &str) -> Option<Option<u64>> {
        let metric = self.metrics.iter().find(|metric| metric.kind.name == name)?;
        Some(metric.best.map(|(epoch, ..)| epoch))
    }

    /// The best values so far of each metric.
    pub fn bests(&self) -> Vec<BestOfMetric> {
        let of = |metric: &RowMetric| {
            let in_values = |values: SplitValues| values.map(|value| value.and_then(Result::ok));
            let best = metric.best.map(|(epoch, distance, values)| (epoch, distance, in_values(values)));
            BestOfMetric { metric: metric.kind.name.to_owned(), best }
        };
        self.metrics.iter().map(of).collect()
    }

    /// Takes up the best values of an earlier training that this one goes on from. Those of metrics that it did not record are unknown.
    pub fn take_up(&mut self, bests: &[BestOfMetric]) {
        for metric in &mut self.metrics {
            let known = bests.iter().find(|known| known.metric == metric.kind.name).and_then(|known| known.best);
            metric.best = known.map(|(epoch, distance, values)| (epoch, distance, values.map(|value| value.map(Ok))));
        }
    }

    /// Adds the values at the last evaluated epoch to the curves of the metrics that have one.
    pub fn add_to(&self, curves: &mut [MetricCurve]) {
        for curve in curves {
            let Some(metric) = self.metrics.iter().find(|metric| metric.kind.name == curve.name) else { continue };
            let value = |split: Split| metric.last[split as usize].map(Result::ok);
            curve.train.extend(value(Split::Train));
            curve.validation.extend(value(Split::Validation));
        }
    }

    /// The recorded metrics, on each of `splits`. A trial that did not complete has none of the values.
    pub fn finish(self, splits: &[Split], completed: bool) -> impl Iterator<Item = Metric> {
        let splits = splits.to_vec();
        self.metrics.into_iter().flat_map(move |metric| {
            let RowMetric { kind, last, best } = metric;
            let best_epoch = best.map(|(epoch, ..)| epoch).filter(|_| completed);
            let on_split = move |split: Split| {
                let value = |values: SplitValues| values[split as usize].and_then(Result::ok).filter(|_| completed);
                let reason = last[split as usize].and_then(Result::err).filter(|_| completed);
                Metric {
                    split,
                    name: kind.name.to_owned(),
                    last: value(last),
                    best: best.and_then(|(_, _, values)| value(values)),
                    best_epoch,
                    undefined: reason.map(str::to_owned),
                }
            };
            splits.clone().into_iter().map(on_split)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{WatchSet, WatchedValue};

    /// Predictions on two splits, and targets of zeros.
    struct Fixed(Vec<f64>, Vec<f64>);

    impl TrialState for Fixed {
        fn loss(&self, _: Split) -> Option<f64> {
            None
        }

        fn predictions(&self, split: Split, to: &mut Vec<f64>) -> bool {
            to.clear();
            to.extend(if split == Split::Train { &self.0 } else { &self.1 });
            split != Split::Test
        }

        fn targets(&self, split: Split) -> Option<&[f64]> {
            (split != Split::Test).then_some(&[0.0, 0.0])
        }

        fn weights(&self, _: Split) -> Option<&[f64]> {
            None
        }

        fn objective(&self) -> f64 {
            0.0
        }

        fn gradient_norm(&self) -> f64 {
            0.0
        }

        fn theta(&self) -> Vec<f64> {
            Vec::new()
        }

        fn watched(&self, _: WatchSet) -> Vec<WatchedValue> {
            Vec::new()
        }
    }

    #[test]
    fn each_metric_has_a_best_epoch_of_its_own() {
        let kinds = ["mae", "max_error"].map(|name| crate::metric::metric(name).expect("exists")).to_vec();
        let mut metrics = RowMetrics::new(kinds, PredictionKind::Numbers, 1);
        let mut curves = [MetricCurve::new(metrics.metrics[0].kind)];
        let states = [
            Fixed(vec![9.0, 9.0], vec![4.0, 4.0]),
            Fixed(vec![1.0, 1.0], vec![5.0, 1.0]),
            Fixed(vec![2.0, f64::NAN], vec![6.0, 6.0]),
        ];
        for (epoch, state) in (0..).zip(&states) {
            metrics.evaluate(epoch, state);
            metrics.add_to(&mut curves);
        }
        assert_eq!(curves[0].train, [Some(9.0), Some(1.0), None], "an undefined value is a gap");
        assert_eq!(curves[0].validation, [Some(4.0), Some(3.0), Some(6.0)]);
        let found: Vec<Metric> = metrics.finish(&[Split::Train, Split::Validation], true).collect();
        let shown: Vec<_> = found.iter().map(|m| (m.name.as_str(), m.last, m.best, m.best_epoch)).collect();
        assert_eq!(
            shown,
            [
                ("mae", None, Some(1.0), Some(1)),
                ("mae", Some(6.0), Some(3.0), Some(1)),
                ("max_error", None, Some(9.0), Some(0)),
                ("max_error", Some(6.0), Some(4.0), Some(0)),
            ]
        );
        assert_eq!(found[0].undefined.as_deref(), Some("it is not finite"));
        assert_eq!(found[1].undefined, None);
    }
}
