//! Several targets: optima of another program, the trials of each target alone, and the same bits in any company.

use super::invariance::bits;
use super::references::{fixture, numbers};
use super::*;
use crate::baseline::{BASELINES, WantedBaseline};
use crate::data::RowWeights;
use crate::metric::metric;
use crate::optimizer::{METHODS, Optimizer, build};
use crate::record::TrialRecord;
use crate::shape::Predicted;
use crate::train::{baseline_records, curvature_bound, problem_record};

/// diabetes.csv without these columns, with them as targets.
fn of_targets(names: &[&str]) -> Dataset {
    let all = load("diabetes.csv", "progression");
    let columns: Vec<usize> = (0..10).filter(|&column| all.feature_names[column] != "bmi").collect();
    let rows = all.features.rows;
    let values = (0..rows).flat_map(|row| columns.iter().map(move |&column| (row, column)));
    let target = |name: &&str| match *name {
        "bmi" => (0..rows).map(|row| all.features.at(row, 2)).collect(),
        _ => all.target.clone(),
    };
    Dataset {
        features: Matrix {
            rows,
            columns: 9,
            values: values.map(|(row, column)| all.features.at(row, column)).collect(),
        },
        target: names.iter().flat_map(target).collect(),
        feature_names: columns.iter().map(|&column| all.feature_names[column].clone()).collect(),
        target_name: names[0].to_owned(),
        other_targets: names[1..].iter().map(|name| (*name).to_owned()).collect(),
        ..all
    }
}

fn both() -> Dataset {
    of_targets(&["progression", "bmi"])
}

fn weights(rows: usize) -> Option<RowWeights> {
    Some(RowWeights { name: "w".to_owned(), values: (0..rows).map(|row| (row % 5) as f64 / 2.0).collect() })
}

fn model(loss: &str) -> Arc<dyn Model> {
    let values = format!("l1 = 0.0\nl2 = 0.0\ninit = \"zeros\"\nloss = {{ {loss} }}");
    Arc::from(
        (model::FAMILIES.row("linear").expect("exists").build.build)(&values.parse().expect("TOML")).expect("builds"),
    )
}

const HUBER: &str = "kind = \"huber\", delta = 20.0";

fn method(name: &str) -> Arc<dyn Optimizer> {
    let row = METHODS.row(name).expect("exists");
    let keys = row.parameters.iter().chain(METHODS.common);
    let values = keys.filter_map(|key| Some((key.name.to_owned(), key.filled_in()?))).collect();
    Arc::from(build(row, &values).expect("builds"))
}

fn prepared(model: &Arc<dyn Model>, dataset: &Dataset, precision: Precision) -> Arc<PreparedData> {
    let rows = dataset.features.rows;
    split_for(model, dataset, true, precision, [rows - 100, 100]).expect("forms")
}

/// Trains a spec by a method.
fn by(model: &Arc<dyn Model>, data: &Arc<PreparedData>, spec: &Spec, optimizer: Arc<dyn Optimizer>) -> TrialRecord {
    let trainee = Trainee { optimizer, ..spec.trainee() };
    let cohort = Cohort { trainees: vec![trainee], ..cohort(model, data, std::slice::from_ref(spec), Path::Rows) };
    let mut records = Vec::new();
    train(&cohort, &AtomicBool::new(false), &mut |record| records.push(record));
    records.remove(0)
}

#[test]
fn ridge_of_two_targets_is_that_of_another_program() {
    let reference = fixture("targets/references.json");
    for case in reference["ridge"].as_array().expect("a list") {
        let number = |key: &str| case[key].as_f64().expect("a number");
        let is_weighted = case["weighted"].as_bool().expect("a truth value");
        let dataset = Dataset { weights: weights(442).filter(|_| is_weighted), ..both() };
        let model = model("kind = \"squared_error\"");
        let data = split_for(&model, &dataset, true, Precision::F64, [442, 0]).expect("forms");
        let mut spec = Spec::gd(0.2, 4_000, vec![0.0; 20]);
        spec.l2 = reference["l2"].as_f64().expect("a number");
        spec.options.gradient_norm = Some(1e-9);
        for optimizer in [method("lbfgs"), spec.trainee().optimizer] {
            let record = by(&model, &data, &spec, optimizer);
            assert_close(record.last(Split::Train).expect("completed"), number("mse"), 1e-9, "MSE");
            let theta = record.theta.expect("few");
            let expected = case["theta"].as_array().expect("a list").iter().flat_map(numbers);
            for (found, expected) in theta.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-8 * expected.abs().max(1.0), "{found} instead of {expected}");
            }
            use super::super::evaluation::ParameterState;
            use super::super::trial_state::TrialState as _;
            let cohort = cohort(&model, &data, &[spec.clone()], Path::Rows);
            let state = ParameterState::new(&cohort, Penalty { l1: 0.0, l2: spec.l2 }, theta);
            assert_close(state.objective(), number("objective"), 1e-12, "J");
            let mut outputs = Vec::new();
            assert!(state.predictions(Split::Train, &mut outputs));
            let weights = data.train.weights.as_deref();
            let (targets, n_targets) = data.train.targets();
            let kind = crate::shape::PredictionKind::Numbers;
            let predicted = Predicted { kind, outputs: &outputs, targets, n_targets, weights };
            for name in ["mse", "mae", "r2"] {
                let value = metric(name).expect("exists").of_outputs(&predicted).expect("a value");
                assert_close(value, number(name), 1e-9, name);
            }
            let moments = data.target_moments()[0];
            let derived = metric("r2").expect("exists").derive(number("mse"), moments.as_ref()).expect("a value");
            assert_close(derived, number("r2"), 1e-9, "R² from moments");
        }
    }
}

/// The batches are the same, and so is each step: nothing of one target reaches the other.
#[test]
fn each_target_has_the_bits_of_its_own_trial() {
    let methods = [("sgd", 0.01), ("adam", 0.3), ("gd", 0.1)];
    for precision in [Precision::F64, Precision::F32] {
        for (loss, is_weighted) in
            [(HUBER, false), (HUBER, true), ("kind = \"poisson\"", false), ("kind = \"absolute\"", true)]
        {
            let model = model(loss);
            let of = |names: &[&str]| {
                let dataset = of_targets(names);
                prepared(&model, &Dataset { weights: weights(442).filter(|_| is_weighted), ..dataset }, precision)
            };
            let all = [of(&["progression", "bmi"]), of(&["progression"]), of(&["bmi"])];
            for (name, rate) in methods {
                let rate = if loss.contains("poisson") { rate / 1000.0 } else { rate };
                let trained = all.each_ref().map(|data| {
                    let mut spec = Spec::gd(rate, 6, vec![0.25; data.layout_of(&*model).expect("fits").parameters()]);
                    if name != "gd" {
                        spec = spec.batch(if name == "adam" { 90 } else { 7 });
                    }
                    (spec.l1, spec.l2) = (if name == "gd" { 0.01 } else { 0.0 }, 0.1);
                    spec.options.precision = precision;
                    let optimizer = if name == "adam" { method("adam") } else { spec.trainee().optimizer };
                    by(&model, data, &spec, optimizer)
                });
                let theta = |record: &TrialRecord| -> Vec<u64> {
                    record.theta.as_ref().expect("few").iter().map(|value| value.to_bits()).collect()
                };
                let [joint, first, second] = trained.each_ref().map(theta);
                assert_eq!(joint, [first, second].concat(), "{name}, {loss}, {precision:?}");
                // The metric is the mean over the targets.
                let last = |record: &TrialRecord, split| record.last(split).expect("completed");
                for split in [Split::Train, Split::Validation] {
                    let mean = 0.5 * (last(&trained[1], split) + last(&trained[2], split));
                    assert_close(last(&trained[0], split), mean, 1e-12, &format!("{name}, {loss}, {split:?}"));
                }
            }
        }
    }
}

/// Residuals of one target begin at −y, and those of several are taken after the product: the same up to rounding.
#[test]
fn squared_errors_take_the_steps_of_each_target() {
    let model = model("kind = \"squared_error\"");
    let trained = [&["progression", "bmi"][..], &["progression"], &["bmi"]].map(|names| {
        let data = prepared(&model, &of_targets(names), Precision::F64);
        let spec = Spec::gd(0.02, 20, vec![0.5; data.layout_of(&*model).expect("fits").parameters()]).batch(9);
        by(&model, &data, &spec, spec.trainee().optimizer).theta.expect("few")
    });
    let [joint, first, second] = trained;
    for (found, expected) in joint.iter().zip([first, second].concat()) {
        assert!((found - expected).abs() < 1e-10 * expected.abs().max(1.0), "{found} instead of {expected}");
    }
}

#[test]
fn a_trial_has_the_same_bits_in_any_company() {
    for loss in ["kind = \"squared_error\"", HUBER] {
        let model = model(loss);
        for precision in [Precision::F64, Precision::F32] {
            let data = prepared(&model, &both(), precision);
            for size in [None, Some(1), Some(7), Some(70)] {
                let specs: Vec<Spec> = (1..=70)
                    .map(|at| {
                        let spec = Spec::gd(0.0005 * f64::from(at), 3, vec![0.1; 20]);
                        let mut spec = size.map_or_else(|| spec.clone(), |size| spec.clone().batch(size));
                        spec.options.precision = precision;
                        spec
                    })
                    .collect();
                let together = train_model(&model, &data, &specs, Path::Rows);
                for at in [0, 33, 69] {
                    let alone = train_model(&model, &data, &specs[at..=at], Path::Rows);
                    assert_eq!(bits(&together[at]), bits(&alone[0]), "{loss}, {size:?}, {precision:?}");
                }
            }
        }
    }
}

#[test]
fn outputs_for_test_rows_are_target_by_target() {
    let model = model("kind = \"squared_error\"");
    let parts = DataSplit::consecutive(300, 0, 142);
    let data = Arc::new(PreparedData::new(Cow::Owned(both()), &parts, None, &*model, Precision::F64).expect("forms"));
    let mut spec = Spec::gd(1e-6, 3, vec![0.01; 20]);
    spec.test_outputs = TestOutputs::AtEnd;
    let record = train_model(&model, &data, &[spec], Path::Rows).remove(0);
    let test = data.rows(Split::Test).expect("exists");
    let (targets, n_targets) = test.targets();
    assert_eq!((n_targets, targets.len(), record.test_outputs.len()), (2, 284, 284));
    let squares = record.test_outputs.iter().zip(targets).map(|(output, target)| (output - target) * (output - target));
    let mean = squares.fold(0.0, |sum, square| sum + square) / 284.0;
    assert_close(record.last(Split::Test).expect("completed"), mean, 1e-12, "MSE over rows and outputs");
    let theta = record.theta.expect("few");
    let second = test.matrix.row(5).iter().zip(&theta[10..]).fold(0.0, |sum, (x, theta)| x * theta + sum);
    assert_close(record.test_outputs[142 + 5], second, 1e-12, "the second target of the sixth row");
}

#[test]
fn the_mean_is_of_each_target_and_theory_says_nothing() {
    let model = model("kind = \"squared_error\"");
    let data = prepared(&model, &both(), Precision::F64);
    let moments = data.target_moments();
    let each = [&["progression"][..], &["bmi"]].map(|names| {
        let data = prepared(&model, &of_targets(names), Precision::F64);
        data.target_moments().map(|moments| moments.map(|moments| moments.baseline_loss))
    });
    for split in [Split::Train, Split::Validation] {
        let at = split as usize;
        let mean = 0.5 * (each[0][at].expect("rows") + each[1][at].expect("rows"));
        assert_close(moments[at].expect("rows").baseline_loss, mean, 1e-13, "the mean as a prediction");
    }
    let wanted = |name: &str, at: usize| WantedBaseline {
        kind: &BASELINES.rows[at],
        metric: metric(name).expect("exists"),
        l1: 0.0,
    };
    let records = baseline_records(&data, &*model, &[wanted("mae", 2), wanted("mse", 0)]);
    assert!(records[0].values[0].is_some_and(f64::is_finite));
    assert_eq!(records[1].values, [None; 3], "the exact minimiser is of one target");
    assert!(data.least_squares().is_none() && curvature_bound(&data, 1.0, 0.0).is_none());
    assert!(problem_record(&data, 0.0, &[0.0; 10]).is_none());
}

#[test]
fn classes_are_one_target() {
    let told =
        split_for(&model("kind = \"log\""), &both(), true, Precision::F64, [442, 0]).map(|_| ()).expect_err("several");
    assert_eq!(told, "it has several targets (\"progression\", \"bmi\")");
    let parameters = model(HUBER).parameter_names(&["age".to_owned()], &["a".to_owned(), "b".to_owned()]);
    assert_eq!(parameters.expect("few"), ["bias[a]", "age[a]", "bias[b]", "age[b]"]);
}
