use super::*;
use crate::record::{
    Curve, GRADIENT_NORM, Id, Metric, MetricCurve, Outcome, SHARPNESS, Split, Stopped, TrialRecord, Watch, Watched,
    WatchedValue,
};
use crate::store::format::{Format, Unreadable};

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
        watched: Watched::default(),
        did_not_descend: false,
        theta: value.map(|value| vec![value, -0.0]),
        problem: Some(Id::of("a problem")),
        test_outputs: Vec::new(),
        kept: Vec::new(),
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

fn metric_curve(name: &str, train: &[Option<f64>], validation: &[Option<f64>]) -> MetricCurve {
    MetricCurve { name: name.to_owned(), train: train.to_vec(), validation: validation.to_vec() }
}

#[test]
fn curves_of_metrics_come_back_with_their_gaps() {
    let plain = record(Outcome::Completed { stopped: Stopped::Epochs }, Some(0.5));
    let mut one = plain.clone();
    one.curve.metrics = vec![
        metric_curve("mae", &[Some(1.0 / 3.0), None], &[Some(-0.0), Some(2.0)]),
        metric_curve("max_error", &[None, Some(4.0)], &[Some(5.0), Some(6.0)]),
    ];
    let mut unvalidated = plain.clone();
    unvalidated.curve.metrics = vec![metric_curve("mae", &[Some(7.0), Some(8.0)], &[])];
    let mut empty = record(Outcome::Diverged { step: 0, last_loss: None }, None);
    empty.curve = Curve { metrics: vec![metric_curve("mae", &[], &[])], ..Curve::default() };
    let records = vec![plain, one, unvalidated, empty];
    let bytes = encode(&records).expect("encodes");
    assert_eq!(Format::of_table(&bytes).expect("a table").version.to_string(), "3.1");
    assert_eq!(super::decode(bytes.clone()).expect("decodes"), records);
    let some = DecodedSegment::decode(bytes, Some(SUMMARY)).expect("decodes");
    for (row, record) in records.iter().enumerate() {
        assert_eq!(some.summary(row), Some(record.into()));
    }
    assert_eq!(some.metrics_with_curves(1), "mae\nmax_error");
    assert_eq!(some.n_metrics(1), 4, "the metric on two splits, and two curves");
}

#[test]
fn a_curve_that_is_too_short_is_damage() {
    let mut wrong = record(Outcome::Completed { stopped: Stopped::Epochs }, Some(0.5));
    wrong.curve.metrics = vec![metric_curve("mae", &[Some(1.0)], &[])];
    let bytes = encode(&[wrong]).expect("encodes");
    assert!(matches!(super::decode(bytes), Err(Unreadable::Damaged)));
}

#[test]
fn that_a_trial_did_not_descend_stands_in_a_column_of_its_own() {
    let completed = || record(Outcome::Completed { stopped: Stopped::Epochs }, Some(1.0));
    let records = vec![TrialRecord { did_not_descend: true, ..completed() }, completed()];
    let bytes = encode(&records).expect("encodes");
    assert_eq!(Format::of_table(&bytes).expect("a table").version.to_string(), "3.2");
    assert_eq!(super::decode(bytes), Ok(records));
    let without = encode(&[completed()]).expect("encodes");
    assert_eq!(Format::of_table(&without).expect("a table").version.to_string(), "3.0");
}

/// What nobody asked for costs no byte.
#[test]
fn a_segment_without_curves_of_metrics_has_the_columns_that_it_always_had() {
    let store = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stores/3.0/segments");
    let file = std::fs::read_dir(store).expect("lists").next().expect("a segment").expect("reads").path();
    let old = std::fs::read(file).expect("reads");
    let new = encode(&super::decode(old.clone()).expect("decodes")).expect("encodes");
    assert_eq!(Format::of_table(&new).expect("a table").version, Format::of_table(&old).expect("a table").version);
    let columns = |bytes: Vec<u8>| crate::parquet::decode(bytes, None).expect("decodes");
    assert_eq!(columns(new.clone()), columns(old.clone()));
    assert_eq!(new.len(), old.len());
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
    let huber = records("3.2").expect("decodes");
    let above = huber.iter().filter(|record| record.did_not_descend);
    assert_eq!((above.count(), huber.len()), (2, 28));
    assert!(matches!(records("newer_major"), Err(Unreadable::Foreign(_))));
}

#[test]
fn bytes_that_are_not_a_segment_are_an_error() {
    assert!(DecodedSegment::decode(b"PAR1 nonsense PAR1".to_vec(), None).is_err());
    assert!(DecodedSegment::decode(Vec::new(), None).is_err());
}

#[test]
fn what_was_watched_comes_back_and_other_segments_keep_their_bytes() {
    let plain = record(Outcome::Completed { stopped: Stopped::Epochs }, Some(1.0));
    let mut rich = plain.clone();
    rich.watched = Watched::new([Watch::GradientNorm, Watch::Sharpness].into_iter().collect());
    let value = |quantity, place: &str, value| WatchedValue { quantity, place: place.to_owned(), value };
    rich.watched.push(0, &[value(&GRADIENT_NORM, "dense_1.weights", Some(0.1 + 0.2)), value(&SHARPNESS, "", None)]);
    rich.watched.push(1, &[value(&GRADIENT_NORM, "dense_1.weights", Some(1e-300)), value(&SHARPNESS, "", Some(2.0))]);
    // A model may have nothing to show of what was asked for.
    let mut empty = plain.clone();
    empty.watched = Watched::new([Watch::Activations].into_iter().collect());
    let records = vec![plain.clone(), rich, empty];
    let bytes = encode(&records).expect("encodes");
    assert_eq!(decode(bytes.clone()).expect("decodes"), records);
    let summary = DecodedSegment::decode(bytes.clone(), Some(SUMMARY)).expect("decodes");
    assert_eq!((0..3).map(|row| summary.watches(row).len()).collect::<Vec<_>>(), [0, 2, 1]);
    let some = DecodedSegment::decode(bytes, Some(WATCHED)).expect("decodes");
    assert_eq!((some.watched(1).expect("there"), some.epochs(1)), (records[1].watched.clone(), Some(&[0, 3][..])));
    assert_eq!(Format::of_table(&encode(&[plain]).expect("encodes")).expect("a format"), Format::current());
}
