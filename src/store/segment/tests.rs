use super::*;
use crate::record::{Curve, Id, Metric, Outcome, Split, Stopped, TrialRecord};

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
fn bytes_that_are_not_a_segment_are_an_error() {
    assert!(DecodedSegment::decode(b"PAR1 nonsense PAR1".to_vec(), None).is_err());
    assert!(DecodedSegment::decode(Vec::new(), None).is_err());
}
