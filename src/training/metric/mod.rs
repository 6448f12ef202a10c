//! What a trial's result is measured by: one file per metric. A loss brings the words of its own metric along.
//!
//! ```
//! use sweep_training::metric::metric;
//! use sweep_training::shape::Predicted;
//!
//! let r2 = metric("r2").ok_or("no such metric")?;
//! let (outputs, targets) = ([1.0, 2.0, 3.0], [1.0, 2.0, 4.0]);
//! assert!((r2.of_outputs(&Predicted::numbers(&outputs, &targets))? - 11.0 / 14.0).abs() < 1e-15);
//! assert!(r2.of_outputs(&Predicted::numbers(&outputs, &[5.0, 5.0, 5.0])).is_err(), "the target is constant");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod accuracy;
mod balanced_accuracy;
mod brier;
mod class_counts;
mod expected_calibration_error;
mod explained_variance;
mod f1;
mod f1_macro;
mod f1_weighted;
mod matthews;
mod max_error;
mod mean_absolute_error;
mod mean_absolute_percentage_error;
mod mean_squared_error;
mod median_absolute_error;
mod one_against_rest;
mod poisson_deviance;
mod pr_auc;
mod precision;
mod precision_macro;
mod precision_weighted;
mod r_squared;
mod recall;
mod recall_macro;
mod roc_auc;
mod root_mean_squared_error;
mod top_3_accuracy;
mod top_5_accuracy;
mod top_k;

pub use expected_calibration_error::BINS as CALIBRATION_BINS;

pub use crate::shape::{AxisKind, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values};

use crate::loss::{LOSSES, LossKind, OwnMetric};
use crate::registry::Registry;

/// The registry of metrics.
pub static METRICS: Registry<MetricFacts> = Registry {
    noun: "metric",
    key: "score",
    common: &[],
    rows: &[
        mean_squared_error::METRIC,
        root_mean_squared_error::METRIC,
        r_squared::METRIC,
        mean_absolute_error::METRIC,
        max_error::METRIC,
        median_absolute_error::METRIC,
        explained_variance::METRIC,
        mean_absolute_percentage_error::METRIC,
        poisson_deviance::METRIC,
        accuracy::METRIC,
        balanced_accuracy::METRIC,
        f1::METRIC,
        f1_macro::METRIC,
        f1_weighted::METRIC,
        precision::METRIC,
        precision_macro::METRIC,
        precision_weighted::METRIC,
        recall::METRIC,
        recall_macro::METRIC,
        matthews::METRIC,
        roc_auc::METRIC,
        pr_auc::METRIC,
        brier::METRIC,
        expected_calibration_error::METRIC,
        top_3_accuracy::METRIC,
        top_5_accuracy::METRIC,
    ],
};

/// The metrics that losses bring along.
const OF_LOSSES: usize = {
    let (mut count, mut index) = (0, 0);
    while index < LOSSES.rows.len() {
        count += matches!(LOSSES.rows[index].build.metric, OwnMetric::Own(_)) as usize;
        index += 1;
    }
    count
};

/// The names of every metric: of the registry's rows, and of what losses bring along.
pub static SCORES: [&str; METRICS.rows.len() + OF_LOSSES] = {
    let mut names = [""; METRICS.rows.len() + OF_LOSSES];
    let (mut at, mut index) = (0, 0);
    while at < METRICS.rows.len() {
        names[at] = METRICS.rows[at].name;
        at += 1;
    }
    while index < LOSSES.rows.len() {
        if let OwnMetric::Own(kind) = LOSSES.rows[index].build.metric {
            names[at] = kind.name;
            at += 1;
        }
        index += 1;
    }
    names
};

/// Every metric: the registry, and what losses bring along.
pub fn every() -> impl Iterator<Item = &'static MetricKind> {
    let of_losses = LOSSES.rows.iter().filter_map(|row| match row.build.metric {
        OwnMetric::Registered(_) => None,
        OwnMetric::Own(kind) => Some(kind),
    });
    METRICS.rows.iter().chain(of_losses)
}

#[must_use]
pub fn metric(name: &str) -> Option<&'static MetricKind> {
    every().find(|metric| metric.name == name)
}

/// The mean squared error, which least squares and its theory speak of.
#[must_use]
pub fn mse() -> &'static MetricKind {
    &METRICS.rows[0]
}

/// Whether a baseline's value needs predictions for each row: it does not follow from the mean squared error, which is stored of baselines.
#[must_use]
pub fn needs_each_row(kind: &MetricKind) -> bool {
    kind.recorded_as() != mse().name
}

/// Whether a key of some loss decides what is predicted, as τ does: a score of two values of it is of two quantities.
#[must_use]
pub fn decides_what_is_predicted(key: &str) -> bool {
    let mut keys = LOSSES.rows.iter().flat_map(|row| row.parameters);
    keys.any(|parameter| parameter.name == key && parameter.decides.task())
}

/// What the loss with this metric of its own descends, in words: `the Huber loss`.
#[must_use]
pub fn objective(own: &MetricKind) -> String {
    let row = LOSSES.rows.iter().find(|row| of_loss(row) == own);
    let article = if own == mse() { "" } else { "the " };
    format!("{article}{}", row.map_or(own.label, |row| row.build.objective))
}

/// A loss's own metric: its mean over rows, or what grows and falls with it.
#[must_use]
pub fn of_loss(loss: &LossKind) -> &'static MetricKind {
    match loss.build.metric {
        // A contract test rules another name out.
        OwnMetric::Registered(name) => metric(name).unwrap_or_else(mse),
        OwnMetric::Own(kind) => kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::TargetMoments;

    const TARGET: TargetMoments = TargetMoments { mean: 3.0, variance: 4.0, baseline_loss: 4.5, rows: None };

    #[test]
    fn rows_are_sound() {
        for (index, metric) in every().enumerate() {
            assert!(every().take(index).all(|other| other.name != metric.name && other.label != metric.label));
            assert!(!metric.doc.is_empty() && metric.range.0 < metric.range.1, "{}", metric.name);
            assert!(metric.worst().is_infinite());
            assert!(metric.distance(metric.worst()) == f64::INFINITY);
            if let Values::Derived { from, .. } = metric.values {
                assert!(matches!(super::metric(from).expect("a metric").values, Values::Loss(Some(_))));
            }
        }
    }

    #[test]
    fn a_loss_has_a_metric_of_its_mean() {
        for row in LOSSES.rows {
            let kind = of_loss(row);
            assert!(matches!(kind.values, Values::Loss(_)), "{}", row.name);
            if let OwnMetric::Registered(name) = row.build.metric {
                assert_eq!(kind.name, name);
            }
        }
    }

    /// A baseline gives predictions, and its metric must be that of predictions.
    #[test]
    fn a_metric_that_depends_on_keys_is_of_outputs_that_are_predictions() {
        for row in LOSSES.rows.iter().filter(|row| of_loss(row).belongs_to_its_loss()) {
            let defaults = row.parameters.iter().filter_map(|key| Some((key.name.to_owned(), key.default_value()?)));
            let loss = (row.build.build)(&defaults.collect()).expect("builds");
            let mut outputs = [-2.5, 0.0, 3.0];
            loss.predict(&mut outputs, 3);
            assert_eq!(outputs, [-2.5, 0.0, 3.0], "{}", row.name);
        }
    }

    #[test]
    fn an_objective_is_named_by_its_loss() {
        let named = |name: &str| objective(metric(name).expect("exists"));
        assert_eq!(["mse", "huber", "mae"].map(named), ["MSE/2", "the Huber loss", "the MAE"]);
    }

    #[test]
    fn smaller_distances_are_better() {
        for metric in every() {
            let (low, high) = (metric.distance(0.25), metric.distance(0.5));
            assert_eq!(low < high, metric.direction == Direction::Lower, "{}", metric.name);
            assert!(metric.resolution(0.5, None, 1) > 0.0);
        }
    }

    #[test]
    fn values_follow_from_the_mean_squared_error() {
        let derived = |name: &str, mse: f64| metric(name).expect("exists").derive(mse, Some(&TARGET));
        assert_eq!(derived("mse", 9.0), Ok(9.0));
        assert_eq!(derived("rmse", 9.0), Ok(3.0));
        assert_eq!(derived("r2", 1.0), Ok(0.75));
        assert_eq!(derived("r2", 8.0), Ok(-1.0));
        let constant = TargetMoments { variance: 0.0, ..TARGET };
        assert!(metric("r2").expect("exists").derive(1.0, Some(&constant)).is_err());
        assert!(metric("r2").expect("exists").derive(1.0, None).is_err());
        assert!(derived("max_error", 1.0).is_err());
    }
}
