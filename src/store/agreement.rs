//! Whether two records of one trial tell the same, in all that both hold.

use crate::record::TrialRecord;

/// Whether two records of one trial agree. What only one of them holds (a metric that was asked for later) contradicts nothing,
/// and neither do records that other revisions of a method or a metric made.
pub(super) fn agree(one: &TrialRecord, other: &TrialRecord) -> bool {
    if one.revisions != other.revisions {
        return true;
    }
    let same = |metric: &crate::record::Metric| {
        let mut others = other.metrics.iter();
        others.find(|other| (other.split, &other.name) == (metric.split, &metric.name)).is_none_or(|other| {
            (other.last, other.best, other.best_epoch) == (metric.last, metric.best, metric.best_epoch)
        })
    };
    let without_metrics = |record: &TrialRecord| TrialRecord { metrics: Vec::new(), ..record.clone() };
    one.metrics.iter().all(same) && without_metrics(one) == without_metrics(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Curve, Id, Metric, Outcome, Split, Stopped};

    fn record(metrics: &[(&str, f64)]) -> TrialRecord {
        let metric = |&(name, value): &(&str, f64)| Metric {
            split: Split::Test,
            name: name.to_owned(),
            last: Some(value),
            best: Some(value),
            best_epoch: Some(3),
            undefined: None,
        };
        TrialRecord {
            id: Id::of("a trial"),
            numerics_version: 1,
            revisions: String::new(),
            setting: String::new(),
            outcome: Outcome::Completed { stopped: Stopped::Epochs },
            steps: 3,
            gradient_evaluations: 3,
            metrics: metrics.iter().map(metric).collect(),
            curve: Curve::default(),
            theta: None,
            problem: None,
            test_outputs: Vec::new(),
        }
    }

    #[test]
    fn a_metric_of_one_side_alone_contradicts_nothing() {
        let (poor, rich) = (record(&[("mse", 2.0)]), record(&[("mse", 2.0), ("mae", 1.0)]));
        assert!(agree(&poor, &rich) && agree(&rich, &poor) && agree(&rich, &rich));
        assert!(!agree(&record(&[("mse", 2.5)]), &rich));
        assert!(!agree(&TrialRecord { steps: 4, ..poor.clone() }, &rich));
        let revised = TrialRecord { revisions: "method adam 2".into(), steps: 4, ..poor };
        assert!(agree(&revised, &rich));
    }
}
