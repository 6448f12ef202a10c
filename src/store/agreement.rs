//! Whether two records of one trial tell the same, in all that both hold.

use crate::record::{Metric, MetricCurve, TrialRecord, WatchSet, Watched};

/// Whether two records of one trial agree. What only one of them holds (a metric that was asked for later, or its curve, or what was watched)
/// contradicts nothing, and neither do records that other revisions of a method or a metric made.
pub(super) fn agree(one: &TrialRecord, other: &TrialRecord) -> bool {
    if one.revisions != other.revisions {
        return true;
    }
    let same = |metric: &Metric| {
        let mut others = other.metrics.iter();
        others.find(|other| (other.split, &other.name) == (metric.split, &metric.name)).is_none_or(|other| {
            (other.last, other.best, other.best_epoch) == (metric.last, metric.best, metric.best_epoch)
        })
    };
    let same_curve = |curve: &MetricCurve| {
        let mut others = other.curve.metrics.iter();
        others.find(|other| other.name == curve.name).is_none_or(|other| other == curve)
    };
    let both: WatchSet = one.watched.watches.iter().filter(|watch| other.watched.watches.has(*watch)).collect();
    let same_watched = one.watched.only(both) == other.watched.only(both);
    let without_metrics = |record: &TrialRecord| {
        let watched = Watched::default();
        let mut record = TrialRecord { metrics: Vec::new(), watched, did_not_descend: false, ..record.clone() };
        record.curve.metrics.clear();
        record
    };
    let agrees = one.metrics.iter().all(same) && one.curve.metrics.iter().all(same_curve);
    agrees && same_watched && without_metrics(one) == without_metrics(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Curve, GRADIENT_NORM, Id, Outcome, Split, Stopped, UPDATE_RATIO, Watch, WatchedValue};

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
            watched: Watched::default(),
            did_not_descend: false,
            theta: None,
            problem: None,
            test_outputs: Vec::new(),
            kept: Vec::new(),
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

    #[test]
    fn what_was_watched_agrees_if_both_sides_hold_it() {
        let watching = |watches: &[Watch], norm: f64| {
            let mut record = record(&[("mse", 2.0)]);
            record.watched = Watched::new(watches.iter().copied().collect());
            let value = |quantity| WatchedValue { quantity, place: "bias".to_owned(), value: Some(norm) };
            record.watched.push(0, &[value(&GRADIENT_NORM), value(&UPDATE_RATIO)]);
            record
        };
        let (norms, both) =
            (watching(&[Watch::GradientNorm], 1.0), watching(&[Watch::GradientNorm, Watch::Updates], 1.0));
        let poor = record(&[("mse", 2.0)]);
        assert!([&poor, &norms, &both].iter().all(|one| agree(one, &both) && agree(&both, one)));
        let other = watching(&[Watch::GradientNorm], 1.5);
        assert!(!agree(&other, &both) && !agree(&both, &other) && agree(&other, &watching(&[Watch::Updates], 1.0)));
    }

    #[test]
    fn the_curves_of_a_metric_agree_if_both_sides_hold_it() {
        let with_curve = |name: &str, value: Option<f64>| {
            let mut record = record(&[("mse", 2.0)]);
            let curve = MetricCurve { name: name.to_owned(), train: vec![Some(9.0), value], validation: Vec::new() };
            record.curve.metrics.push(curve);
            record
        };
        let (poor, rich) = (record(&[("mse", 2.0)]), with_curve("mae", Some(1.0)));
        assert!(agree(&poor, &rich) && agree(&rich, &poor) && agree(&rich, &rich));
        assert!(agree(&rich, &with_curve("max_error", Some(5.0))));
        assert!(!agree(&rich, &with_curve("mae", Some(1.5))) && !agree(&rich, &with_curve("mae", None)));
        let other = TrialRecord { steps: 4, ..rich.clone() };
        assert!(!agree(&other, &rich) && !agree(&other, &poor));
    }
}
