//! What a trial's result is measured by: one file per metric.
//!
//! ```
//! use sweep_training::metric::metric;
//!
//! let r2 = metric("r2").ok_or("no such metric")?;
//! let (outputs, targets) = ([1.0, 2.0, 3.0], [1.0, 2.0, 4.0]);
//! assert!((r2.of_outputs(&outputs, &targets)? - 11.0 / 14.0).abs() < 1e-15);
//! assert!(r2.of_outputs(&outputs, &[5.0, 5.0, 5.0]).is_err(), "the target is constant");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod kind;
mod max_error;
mod mean_absolute_error;
mod mean_squared_error;
mod median_absolute_error;
mod r_squared;
mod root_mean_squared_error;

pub use kind::{AxisKind, Direction, MetricKind, TargetUnit, Values};

/// Every metric that exists.
pub static METRICS: &[MetricKind] = &[
    mean_squared_error::METRIC,
    root_mean_squared_error::METRIC,
    r_squared::METRIC,
    mean_absolute_error::METRIC,
    max_error::METRIC,
    median_absolute_error::METRIC,
];

/// The names of all metrics.
pub static NAMES: [&str; METRICS.len()] = {
    let mut names = [""; METRICS.len()];
    let mut index = 0;
    while index < names.len() {
        names[index] = METRICS[index].name;
        index += 1;
    }
    names
};

#[must_use]
pub fn metric(name: &str) -> Option<&'static MetricKind> {
    METRICS.iter().find(|metric| metric.name == name)
}

/// The metric of a loss: its mean over rows. Squared error is the one loss that exists.
#[must_use]
pub fn of_loss() -> &'static MetricKind {
    &METRICS[0]
}

/// What training descends, before the penalty, in words of the loss's metric.
pub use mean_squared_error::OBJECTIVE;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::TargetMoments;

    const TARGET: TargetMoments = TargetMoments { mean: 3.0, variance: 4.0, baseline_loss: 4.5 };

    #[test]
    fn rows_are_sound() {
        for (index, metric) in METRICS.iter().enumerate() {
            assert!(METRICS[..index].iter().all(|other| other.name != metric.name && other.label != metric.label));
            assert!(!metric.doc.is_empty() && metric.range.0 < metric.range.1, "{}", metric.name);
            assert!(metric.worst().is_infinite());
            assert!(metric.distance(metric.worst()) == f64::INFINITY);
            if let Values::Derived { from, .. } = metric.values {
                assert!(matches!(super::metric(from).expect("a metric").values, Values::Loss));
            }
        }
    }

    #[test]
    fn smaller_distances_are_better() {
        for metric in METRICS {
            let (low, high) = (metric.distance(0.25), metric.distance(0.5));
            assert_eq!(low < high, metric.direction == Direction::Lower, "{}", metric.name);
            assert!(metric.resolution(0.5) > 0.0);
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
        assert!(derived("mae", 1.0).is_err());
    }
}
