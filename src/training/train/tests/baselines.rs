//! Baselines in the metrics that need predictions for each row, by hand.

use super::*;
use crate::baseline::{BASELINES, WantedBaseline};
use crate::metric::metric;
use crate::train::baseline_records;

/// Through (0, 1) and (1, 3) goes y = 1 + 2x, which predicts 5 for the third row, whose target is 6. The mean is 2.
#[test]
fn the_line_and_the_mean_of_two_rows() {
    let dataset = Dataset {
        features: Matrix { rows: 3, columns: 1, values: vec![0.0, 1.0, 2.0] },
        target: vec![1.0, 3.0, 6.0],
        feature_names: vec!["x".into()],
        classes: None,
        weights: None,
        target_name: "y".into(),
        other_targets: Vec::new(),
        given_test: 0,
        fingerprint: "by hand".into(),
        notes: Vec::new(),
        reading: Reading::default(),
    };
    let data = split(&dataset, false, Precision::F64, 2, 1);
    let metrics = ["mae", "max_error"].map(|name| metric(name).expect("exists"));
    let wanted: Vec<_> = [&BASELINES.rows[0], &BASELINES.rows[2]]
        .into_iter()
        .flat_map(|kind| metrics.map(|metric| WantedBaseline { kind, metric, l1: 0.0 }))
        .collect();
    let records = baseline_records(&data, &*linear(), &wanted);
    let named: Vec<_> = records.iter().map(|record| (record.baseline.as_str(), record.metric.as_str())).collect();
    assert_eq!(named, [("exact", "mae"), ("exact", "max_error"), ("mean", "mae"), ("mean", "max_error")]);
    for record in &records[..2] {
        let [train, validation, test] = record.values;
        assert!(train.expect("exists") < 1e-12 && (validation.expect("exists") - 1.0).abs() < 1e-12, "{record:?}");
        assert_eq!(test, None);
    }
    assert!(records[2..].iter().all(|record| record.values == [Some(1.0), Some(4.0), None]), "{records:?}");
}
