//! Tests that a trial's bits depend only on its configuration: not on the other trials, on their order, or on how
//! batches are packed.

use super::*;
use crate::record::Outcome;

/// All bits of a record as text.
pub fn bits(record: &TrialRecord) -> String {
    let hex = |values: &[f64]| values.iter().map(|value| format!("{:016x}", value.to_bits())).collect::<Vec<_>>();
    let metrics: Vec<f64> = record.metrics.iter().flat_map(|m| [m.last, m.best]).flatten().collect();
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?}\n",
        record.outcome,
        record.steps,
        record.curve.epoch,
        hex(&record.curve.train),
        hex(&record.curve.validation),
        hex(&metrics),
        record.theta.as_deref().map(hex),
    )
}

fn specs(precision: Precision) -> Vec<Spec> {
    let mut specs = Vec::new();
    for rate in [0.001, 0.01, 0.1, 0.6, 3.0] {
        for (momentum, nesterov, l1, l2) in
            [(0.0, false, 0.0, 0.0), (0.9, false, 0.0, 0.1), (0.9, true, 0.0, 0.0), (0.5, true, 0.3, 0.0)]
        {
            for decay in [None, Some(0.01)] {
                let mut spec = Spec::gd(rate, 12, vec![0.0; 11]).momentum(momentum, nesterov).batch(7);
                (spec.l1, spec.l2, spec.decay, spec.seed) = (l1, l2, decay, 3);
                spec.options.precision = precision;
                specs.push(spec);
            }
        }
    }
    specs
}

fn data(precision: Precision) -> Arc<PreparedData> {
    split(&load("diabetes.csv", "progression"), true, precision, 300, 142)
}

#[test]
fn alone_together_and_shuffled_are_the_same_bits() {
    for precision in [Precision::F64, Precision::F32] {
        let data = data(precision);
        let specs = specs(precision);
        let together = train_together(&data, &specs, Path::Rows);
        assert!(together.iter().any(|record| matches!(record.outcome, Outcome::Diverged { .. })));
        for (spec, company) in specs.iter().zip(&together) {
            assert_eq!(bits(&train_one(&data, spec, Path::Rows)), bits(company));
        }
        let mut shuffled = specs.clone();
        shuffled.reverse();
        shuffled.rotate_left(7);
        for pair in shuffled.chunks(3) {
            for (spec, record) in pair.iter().zip(train_together(&data, pair, Path::Rows)) {
                let at = specs.iter().position(|known| known.trainee().id == spec.trainee().id).expect("known");
                assert_eq!(bits(&record), bits(&together[at]));
            }
        }
    }
}

#[test]
fn trials_side_by_side_in_modes_have_the_bits_of_each_alone() {
    let data = data(Precision::F64);
    let mut specs = Vec::new();
    for rate in [1e-3, 0.03, 0.1, 0.4, 0.49, 0.51, 0.9, 4.0, 1e150] {
        for (momentum, nesterov, l2) in [(0.0, false, 0.0), (0.0, true, 0.1), (0.9, false, 0.0), (0.9, true, 0.1)] {
            for (decay, epochs) in [(None, 1100), (Some(0.01), 70), (None, 70)] {
                let start = vec![if rate < 0.1 { 0.0 } else { rate }; 11];
                let mut spec = Spec::gd(rate, epochs, start).momentum(momentum, nesterov);
                (spec.l2, spec.decay) = (l2, decay);
                spec.options.target_loss = (rate == 0.4).then_some(2000.0);
                spec.options.evaluate_every = (rate == 0.03).then_some(7);
                specs.push(spec);
            }
        }
    }
    let together = train_together(&data, &specs, Path::Modes);
    assert!(together.iter().any(|record| matches!(record.outcome, Outcome::Diverged { step, .. } if step > 40)));
    for (spec, company) in specs.iter().zip(&together) {
        assert_eq!(bits(&train_one(&data, spec, Path::Modes)), bits(company));
    }
}

#[test]
fn trials_that_differ_in_epochs_alone_are_trained_once_with_the_bits_of_each_alone() {
    let data = data(Precision::F64);
    for (path, spec) in [
        (Path::Rows, Spec::gd(0.01, 1, vec![0.0; 11]).batch(16)),
        (Path::Rows, Spec::gd(4.0, 1, vec![0.0; 11]).batch(16)),
        (Path::Modes, Spec::gd(0.1, 1, vec![0.0; 11]).momentum(0.9, false)),
        (Path::Compressed, Spec::gd(0.1, 1, vec![0.0; 11])),
    ] {
        let specs: Vec<Spec> = [1, 3, 10, 40]
            .map(|epochs| {
                let mut spec = spec.clone();
                spec.options.epochs = epochs;
                spec
            })
            .to_vec();
        let trainees: Vec<Trainee> = specs.iter().map(Spec::trainee).collect();
        assert_eq!(crate::train::cohort::trajectories(&trainees).len(), 1);
        for (spec, together) in specs.iter().zip(train_together(&data, &specs, path)) {
            assert_eq!(bits(&train_one(&data, spec, path)), bits(&together), "{path}, {} epochs", spec.options.epochs);
        }
    }
}

#[test]
fn gd_is_sgd_with_every_row_in_the_batch() {
    let data = data(Precision::F64);
    let gd = Spec::gd(0.1, 20, vec![0.0; 11]).momentum(0.9, true);
    let sgd = gd.clone().batch(300);
    assert_eq!(bits(&train_one(&data, &gd, Path::Rows)), bits(&train_one(&data, &sgd, Path::Rows)));
}

/// The promise across versions of this program: these bits change only with the numerics version.
#[test]
fn golden_hash() {
    let mut text = String::new();
    for precision in [Precision::F64, Precision::F32] {
        let data = data(precision);
        for record in train_together(&data, &specs(precision), Path::Rows) {
            text.push_str(&bits(&record));
        }
    }
    let data = data(Precision::F64);
    for path in [Path::Plain, Path::Compressed, Path::Modes] {
        for rate in [0.01, 0.3, 1.2] {
            text.push_str(&bits(&train_one(&data, &Spec::gd(rate, 50, vec![0.5; 11]).momentum(0.9, false), path)));
        }
    }
    assert_eq!(Id::of(&text).short(), "54de21d7a163");
}
