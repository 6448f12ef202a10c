use super::*;
use crate::record::{Curve, Id, Metric, Outcome, Split, Stopped, TrialRecord};
use crate::store::format::Unreadable;

fn record(outcome: Outcome, value: Option<f64>) -> TrialRecord {
    TrialRecord {
        id: Id::of("a trial"),
        numerics_version: 1,
        setting: "method = \"gd\"\n".into(),
        outcome,
        steps: 3,
        gradient_evaluations: 300,
        revisions: String::new(),
        metrics: [Split::Train, Split::Test]
            .map(|split| Metric {
                split,
                name: "mse".into(),
                last: value,
                best: value,
                best_epoch: Some(2),
                undefined: None,
            })
            .to_vec(),
        curve: Curve {
            epoch: vec![0, 3],
            step: vec![0, 3],
            gradient_evaluations: vec![0, 300],
            train: vec![0.1 + 0.2, 1e-300],
            validation: vec![],
            metrics: vec![],
        },
        theta: value.map(|value| vec![value, -0.0]),
        problem: Some(Id::of("a problem")),
    }
}

#[test]
fn records_come_back_bit_for_bit() {
    let records = vec![
        record(Outcome::Completed { stopped: Stopped::TargetLoss }, Some(1.0 / 3.0)),
        record(Outcome::Diverged { step: 17, last_loss: Some(1e300) }, None),
        record(Outcome::Failed { message: "a | panic\n\u{1b}[31m".into() }, None),
    ];
    let segment = DecodedSegment::decode(encode(&records).expect("encodes"), None).expect("decodes");
    let decoded: Vec<TrialRecord> = (0..3).map(|row| segment.record(row).expect("a record")).collect();
    assert_eq!(decoded, records);
    let some = DecodedSegment::decode(encode(&records).expect("encodes"), Some(SUMMARY)).expect("decodes");
    for (row, record) in records.iter().enumerate() {
        assert_eq!(some.summary(row), Some(record.into()));
        assert_eq!(some.curve_length(row), 2);
    }
    assert_eq!(decoded[0].theta.as_ref().expect("kept")[1].to_bits(), (-0.0_f64).to_bits());
}

#[test]
fn an_undefined_metric_loses_no_other() {
    let mut one = record(Outcome::Completed { stopped: Stopped::Epochs }, Some(0.25));
    one.metrics[1] = Metric {
        last: None,
        best_epoch: None,
        undefined: Some("the test rows have one value".into()),
        ..one.metrics[1].clone()
    };
    one.revisions = "method adam 2\nmetric mae 3".into();
    let plain = record(Outcome::Completed { stopped: Stopped::Epochs }, Some(0.5));
    let records = vec![plain.clone(), one, plain];
    let segment = DecodedSegment::decode(encode(&records).expect("encodes"), None).expect("decodes");
    assert_eq!((0..3).map(|row| segment.record(row).expect("a record")).collect::<Vec<_>>(), records);
    assert_eq!(
        segment.summary(1).expect("a summary").metrics[0].values,
        [[Some(0.25), None, None], [Some(0.25), None, Some(0.25)]]
    );
}

/// Each store in the fixtures that this version reads has the records of the store of format 2, bit for bit.
#[test]
fn stores_of_other_versions_hold_the_same_records() {
    let stores = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stores");
    let records = |store: &str| {
        let file = std::fs::read_dir(stores.join(store).join("segments")).expect("lists").next().expect("a segment");
        let mut records = super::decode(std::fs::read(file.expect("reads").path()).expect("reads"))?;
        records.sort_by_key(|record| record.id);
        Ok(records)
    };
    let expected: Vec<TrialRecord> = records("2").expect("decodes");
    assert_eq!(expected.len(), 28);
    for store in ["3.0", "unknown_column", "missing_column"] {
        assert_eq!(records(store).as_ref(), Ok(&expected), "{store}");
    }
    let wider: Vec<TrialRecord> = records("unknown_metric").expect("decodes");
    for (wide, plain) in wider.iter().zip(&expected) {
        let names: Vec<_> = wide.metrics.iter().map(|metric| (metric.split.word(), metric.name.as_str())).collect();
        let all = [
            ("train", "mse"),
            ("train", "pinball_loss"),
            ("validation", "mse"),
            ("test", "pinball_loss"),
            ("test", "mse"),
        ];
        assert_eq!(names, all);
        let known = wide.metrics.iter().filter(|metric| metric.name == "mse").cloned().collect();
        assert_eq!(TrialRecord { metrics: known, ..wide.clone() }, *plain);
        let undefined = &wide.metrics[3];
        assert_eq!((undefined.last, undefined.undefined.is_some()), (None, plain.outcome.is_completed()));
    }
    assert!(matches!(records("newer_major"), Err(Unreadable::Foreign(_))));
}

#[test]
fn bytes_that_are_not_a_segment_are_an_error() {
    assert!(DecodedSegment::decode(b"PAR1 nonsense PAR1".to_vec(), None).is_err());
    assert!(DecodedSegment::decode(Vec::new(), None).is_err());
}
