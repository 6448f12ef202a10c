//! Tests of the outputs for the test rows that a record takes along: they are those that the record's test error is of.

use super::invariance::bits;
use super::plane::Plane;
use super::*;

/// The mean of squared residuals.
fn mse(outputs: &[f64], targets: &[f64]) -> f64 {
    let squares = outputs.iter().zip(targets).map(|(output, target)| (output - target) * (output - target));
    squares.fold(0.0, |sum, square| sum + square) / targets.len() as f64
}

/// Diabetes with test rows.
fn data(model: &Arc<dyn Model>, precision: Precision) -> Arc<PreparedData> {
    let dataset = load("diabetes.csv", "progression");
    let parts = DataSplit::consecutive(60, 100, 282);
    let standardization = Standardization::of(&dataset.features, &parts.rows(Split::Train));
    let prepared = PreparedData::new(Cow::Owned(dataset), &parts, Some(&standardization), &**model, precision);
    Arc::new(prepared.expect("forms"))
}

/// Trains a trial without and with its outputs, and returns the record with them.
fn trained(model: &Arc<dyn Model>, data: &Arc<PreparedData>, spec: &Spec, path: Path) -> [TrialRecord; 3] {
    let asked = |test_outputs| {
        let spec = Spec { test_outputs, ..spec.clone() };
        train_model(model, data, std::slice::from_ref(&spec), path).remove(0)
    };
    let without = asked(TestOutputs::Never);
    assert!(without.test_outputs.is_empty());
    let best = without.best_epoch().expect("completed");
    [asked(TestOutputs::AtEnd), asked(TestOutputs::AtEpoch(best)), without]
}

#[test]
fn outputs_give_the_test_error_of_the_record_on_every_path() {
    let full = Spec::gd(0.1, 400, vec![0.0; 11]).momentum(0.9, false);
    let batch = Spec::gd(0.02, 40, vec![0.0; 11]).batch(7);
    let plane: Arc<dyn Model> = Arc::new(Plane::default());
    let linear = linear();
    for (model, spec, path, precision) in [
        (&linear, &full, Path::Modes, Precision::F64),
        (&linear, &full, Path::Compressed, Precision::F64),
        (&linear, &full, Path::Plain, Precision::F64),
        (&linear, &full, Path::Plain, Precision::F32),
        (&linear, &batch, Path::Rows, Precision::F64),
        (&linear, &batch, Path::Rows, Precision::F32),
        (&plane, &full, Path::Rows, Precision::F64),
    ] {
        let mut spec = spec.clone();
        spec.options.precision = precision;
        let what = format!("{path}, {precision:?}");
        let data = data(model, precision);
        let targets = data.rows(Split::Test).expect("exists").target.numbers();
        let [last, best, without] = trained(model, &data, &spec, path);
        let expected = |value: Option<f64>| value.expect("completed");
        assert_close(mse(&last.test_outputs, targets), expected(without.last(Split::Test)), 1e-12, &what);
        assert_close(mse(&best.test_outputs, targets), expected(without.best(Split::Test)), 1e-12, &what);
        let middle = without.best_epoch().is_some_and(|epoch| epoch > 0 && epoch < spec.options.epochs);
        assert!(middle && last.test_outputs != best.test_outputs, "{what}: the best epoch is not the last one");
        // To take them along changes nothing else.
        for record in [last, best] {
            assert_eq!(bits(&TrialRecord { test_outputs: Vec::new(), ..record }), bits(&without), "{what}");
        }
    }
}

#[test]
fn outputs_are_the_rows_times_the_parameters() {
    let (linear, spec) = (linear(), Spec::gd(0.1, 50, vec![0.0; 11]));
    let data = data(&linear, Precision::F64);
    let rows = &data.rows(Split::Test).expect("exists").matrix;
    let [last, ..] = trained(&linear, &data, &spec, Path::Modes);
    let theta = last.theta.as_ref().expect("few");
    assert_eq!(last.test_outputs.len(), rows.rows);
    for (row, output) in last.test_outputs.iter().enumerate() {
        let expected =
            rows.row(row).iter().zip(theta).fold(0.0, |sum: f64, (value, weight)| weight.mul_add(*value, sum));
        assert_eq!(output.to_bits(), expected.to_bits(), "row {row}");
    }
}

#[test]
fn where_there_are_no_test_rows_or_the_trial_diverges_there_are_no_outputs() {
    let without_rows = diabetes();
    for test_outputs in [TestOutputs::AtEnd, TestOutputs::AtEpoch(0)] {
        let spec = Spec { test_outputs, ..Spec::gd(0.1, 3, vec![0.0; 11]) };
        assert!(train_one(&without_rows, &spec, Path::Modes).test_outputs.is_empty());
    }
    let spec = Spec { test_outputs: TestOutputs::AtEnd, ..Spec::gd(1e9, 100, vec![0.0; 11]) };
    let record = train_one(&data(&linear(), Precision::F64), &spec, Path::Modes);
    assert!(!record.outcome.is_completed() && record.test_outputs.is_empty());
}
