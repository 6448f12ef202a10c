//! Weights of rows and of classes: optima of other programs, least squares on every path, and rows that count twice.

use super::references::{fixture, numbers};
use super::*;
use crate::baseline::{BASELINES, WantedBaseline};
use crate::data::RowWeights;
use crate::metric::mse;
use crate::optimizer::{METHODS, Optimizer, build};
use crate::shape::{ClassNames, NamedClasses};
use crate::train::{baseline_records, problem_record, sgd_limits};

/// Weights 0, ½, 1, 1½, 2, 0, …: those of the fixture.
fn weights(rows: usize) -> Option<RowWeights> {
    Some(RowWeights { name: "w".to_owned(), values: (0..rows).map(|row| (row % 5) as f64 / 2.0).collect() })
}

fn progression() -> Dataset {
    let dataset = load("diabetes.csv", "progression");
    Dataset { weights: weights(dataset.target.len()), ..dataset }
}

/// iris.csv by its names, or virginica against the others.
fn iris(classes: usize, weighted: bool) -> Dataset {
    let path = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments/data/iris.csv");
    let species = ["setosa", "versicolor", "virginica"];
    let (mut values, mut target) = (Vec::new(), Vec::new());
    for record in csv::Reader::from_path(path).expect("opens").records() {
        let record = record.expect("a row");
        values.extend(record.iter().take(4).map(|cell| cell.parse::<f64>().expect("a number")));
        let class = species.iter().position(|name| *name == &record[4]).expect("a species");
        target.push(if classes == 3 { class } else { usize::from(class == 2) } as f64);
    }
    let names = species.map(str::to_owned).to_vec();
    Dataset {
        features: Matrix { rows: target.len(), columns: 4, values },
        weights: weights(target.len()).filter(|_| weighted),
        classes: (classes == 3).then(|| NamedClasses { names: ClassNames::new(names), are_numbers: false }),
        target,
        ..generated(1, 4, 1.0, 0)
    }
}

fn model(loss: &str, keys: &str) -> Arc<dyn Model> {
    let values = format!("l1 = 0.0\nl2 = 0.0\ninit = \"zeros\"\nloss = {{ kind = \"{loss}\"{keys} }}");
    build_model(&values)
}

fn build_model(values: &str) -> Arc<dyn Model> {
    Arc::from(
        (model::FAMILIES.row("linear").expect("exists").build.build)(&values.parse().expect("TOML")).expect("builds"),
    )
}

fn prepared(model: &Arc<dyn Model>, dataset: &Dataset, n_validation: usize) -> Arc<PreparedData> {
    let n_train = dataset.target.len() - n_validation;
    split_for(model, dataset, true, Precision::F64, [n_train, n_validation]).expect("forms")
}

fn l_bfgs() -> Arc<dyn Optimizer> {
    let row = METHODS.row("lbfgs").expect("exists");
    let keys = row.parameters.iter().chain(METHODS.common);
    let values = keys.filter_map(|key| Some((key.name.to_owned(), key.filled_in()?))).collect();
    Arc::from(build(row, &values).expect("builds"))
}

/// J at the end of L-BFGS.
fn least(model: &Arc<dyn Model>, data: &Arc<PreparedData>, l2: f64) -> f64 {
    let d = data.layout_of(&**model).expect("fits").parameters();
    let mut spec = Spec::gd(1.0, 2_000, vec![0.0; d]);
    spec.l2 = l2;
    spec.options.gradient_norm = Some(1e-8);
    let trainee = Trainee { optimizer: l_bfgs(), ..spec.trainee() };
    let cohort = Cohort { trainees: vec![trainee], ..cohort(model, data, &[spec], Path::Rows) };
    let mut records = Vec::new();
    train(&cohort, &AtomicBool::new(false), &mut |record| records.push(record));
    objective(model, data, l2, records[0].theta.as_ref().expect("few"))
}

/// J at some parameters, whatever the data is.
fn objective(model: &Arc<dyn Model>, data: &Arc<PreparedData>, l2: f64, theta: &[f64]) -> f64 {
    use super::super::evaluation::ParameterState;
    use super::super::trial_state::TrialState as _;
    let cohort = cohort(model, data, &[Spec::gd(1.0, 1, theta.to_vec())], Path::Rows);
    ParameterState::new(&cohort, Penalty { l1: 0.0, l2 }, theta.to_vec()).objective()
}

#[test]
fn l_bfgs_reaches_weighted_optima_of_another_program() {
    for case in fixture("weights/references.json")["optima"].as_array().expect("a list") {
        let (loss, l2) = (case["loss"].as_str().expect("a name"), case["l2"].as_f64().expect("a number"));
        let delta = case["delta"].as_f64().map_or_else(String::new, |delta| format!(", delta = {delta:?}"));
        let model = model(loss, &delta);
        let dataset = if loss == "log" { iris(2, true) } else { progression() };
        let found = least(&model, &prepared(&model, &dataset, 0), l2);
        assert_close(found, case["objective"].as_f64().expect("a number"), 1e-9, loss);
    }
}

#[test]
fn l_bfgs_reaches_optima_under_weights_of_classes() {
    for case in fixture("weights/references.json")["classes"].as_array().expect("a list") {
        let (loss, l2) = (case["loss"].as_str().expect("a name"), case["l2"].as_f64().expect("a number"));
        let class_weight = case["class_weight"].as_str().expect("a text");
        let values = format!(
            "l1 = 0.0\nl2 = 0.0\ninit = \"zeros\"\nloss = {{ kind = \"{loss}\" }}\nclass_weight = {class_weight}"
        );
        let model = build_model(&values);
        let classes = if loss == "log" { 2 } else { 3 };
        let dataset = iris(classes, case["weighted"].as_bool().expect("a truth value"));
        let data = prepared(&model, &dataset, 0);
        let found = least(&model, &data, l2);
        assert_close(found, case["objective"].as_f64().expect("a number"), 1e-9, class_weight);
    }
}

#[test]
fn weighted_least_squares_is_that_of_another_program() {
    let reference = &fixture("weights/references.json")["linear"];
    let number = |key: &str| reference[key].as_f64().expect("a number");
    let data = prepared(&linear(), &progression(), 0);
    let exact = |l2: f64| {
        let values = format!("l1 = 0.0\nl2 = {l2:?}\ninit = \"zeros\"");
        let wanted = WantedBaseline { kind: &BASELINES.rows[0], metric: mse(), l1: 0.0 };
        baseline_records(&data, &*build_model(&values), &[wanted]).remove(0)
    };
    for (l2, theta, square) in [(0.0, "theta", "mse"), (number("ridge_l2"), "ridge_theta", "ridge_mse")] {
        let record = exact(l2);
        assert_close(record.values[0].expect("a value"), number(square), 1e-12, square);
        for (found, expected) in record.theta.expect("few").iter().zip(numbers(&reference[theta])) {
            assert_close(*found, expected, 1e-9, theta);
        }
    }
    let moments = data.target_moments()[0].expect("training rows");
    assert_close(moments.mean, number("mean"), 1e-13, "mean");
    assert_close(moments.variance, number("variance"), 1e-13, "variance");
    assert_close(moments.baseline_loss, number("variance"), 1e-13, "the mean as a prediction");
}

#[test]
fn every_path_takes_the_same_weighted_steps() {
    let dataset = progression();
    let data = prepared(&linear(), &dataset, 100);
    let mut spec = Spec::gd(0.05, 40, vec![0.5; 11]).momentum(0.5, false).every_step();
    spec.l2 = 0.1;
    let plain = train_one(&data, &spec, Path::Plain);
    for path in [Path::Rows, Path::Compressed, Path::Modes] {
        let record = train_one(&data, &spec, path);
        let curves = |record: &TrialRecord| {
            let curve = &record.curve;
            curve.train.iter().chain(&curve.validation).copied().collect::<Vec<f64>>()
        };
        for (found, expected) in curves(&record).iter().zip(curves(&plain)) {
            assert_close(*found, expected, 1e-10, path.word());
        }
        for (found, expected) in record.theta.expect("few").iter().zip(plain.theta.as_ref().expect("few")) {
            assert!((found - expected).abs() < 1e-9, "{path}: {found} instead of {expected}");
        }
    }
}

/// Training rows of which the first ones have weight 2, and the same rows with the first ones twice.
fn doubled(classes: bool) -> (Dataset, Dataset) {
    let dataset = if classes { iris(2, false) } else { load("diabetes.csv", "progression") };
    let n = dataset.target.len();
    let order: Vec<usize> = (0..n).step_by(3).chain((0..n).filter(|row| row % 3 != 0)).collect();
    let twice = n.div_ceil(3);
    let of = |order: &[usize], weights: Option<Vec<f64>>| Dataset {
        features: dataset.features.select_rows(order),
        target: order.iter().map(|&row| dataset.target[row]).collect(),
        weights: weights.map(|values| RowWeights { name: "w".to_owned(), values }),
        ..dataset.clone()
    };
    let weights = (0..n).map(|row| if row < twice { 2.0 } else { 1.0 }).collect();
    (of(&order, Some(weights)), of(&[&order[..twice], &order[..]].concat(), None))
}

#[test]
fn a_row_of_weight_2_counts_as_the_row_twice() {
    for (loss, keys) in [
        ("squared_error", ""),
        ("huber", ", delta = 30.0"),
        ("absolute", ""),
        ("poisson", ""),
        ("log", ""),
        ("hinge", ""),
    ] {
        let model = model(loss, keys);
        let (weighted, twice) = doubled(matches!(loss, "log" | "hinge"));
        // Standardization does not know weights.
        let data = |dataset: &Dataset| {
            split_for(&model, dataset, false, Precision::F64, [dataset.target.len(), 0]).expect("forms")
        };
        let (weighted, twice) = (data(&weighted), data(&twice));
        let theta: Vec<f64> = (0..weighted.parameters()).map(|index| 0.01 * index as f64).collect();
        let expected = objective(&model, &twice, 0.0, &theta);
        assert_close(objective(&model, &weighted, 0.0, &theta), expected, 1e-12, loss);
        let trained = |data: &Arc<PreparedData>| {
            let mut spec = Spec::gd(1e-7, 3, theta.clone());
            spec.options.path = PathChoice::Plain;
            train_model(&model, data, &[spec], Path::Plain).remove(0)
        };
        let (found, expected) = (trained(&weighted), trained(&twice));
        for (found, expected) in found.theta.expect("few").iter().zip(expected.theta.expect("few")) {
            assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1e-3), "{loss}: {found} for {expected}");
        }
        assert_close(found.curve.train[1], expected.curve.train[1], 1e-12, loss);
    }
}

#[test]
fn theory_of_a_row_of_weight_2_is_that_of_the_row_twice() {
    let (weighted, twice) = doubled(false);
    let data = |dataset: &Dataset| whole(dataset, false);
    let record = |dataset: &Dataset| problem_record(&data(dataset), 0.0, &[0.0; 11]).expect("least squares");
    let (found, expected) = (record(&weighted), record(&twice));
    for (found, expected) in found.eigenvalues.iter().zip(&expected.eigenvalues) {
        assert_close(*found, *expected, 1e-10, "λ");
    }
    // Rows of weight 2 are drawn as often as others, and their gradients are twice as large: SGD is noisier.
    let limit = |dataset: &Dataset| sgd_limits(&data(dataset), 0.0, &[4]).remove(0).1.expect("few parameters");
    assert!(limit(&weighted) < limit(&twice));
}

#[test]
fn equal_weights_are_none() {
    let dataset = load("diabetes.csv", "progression");
    let n = dataset.target.len();
    let equal = |weight: f64| RowWeights { name: "w".to_owned(), values: vec![weight; n] };
    let none = train_one(&prepared(&linear(), &dataset, 50), &Spec::gd(0.1, 20, vec![0.0; 11]), Path::Rows);
    for weight in [1.0, 0.3] {
        let weighted = Dataset { weights: Some(equal(weight)), ..dataset.clone() };
        let data = prepared(&linear(), &weighted, 50);
        assert!(data.train.weights.is_none());
        let record = train_one(&data, &Spec::gd(0.1, 20, vec![0.0; 11]), Path::Rows);
        assert_eq!(record.curve.train, none.curve.train);
    }
    let zeros = Dataset { weights: Some(equal(0.0)), ..dataset };
    let refused = split_for(&linear(), &zeros, true, Precision::F64, [n, 0]).expect_err("no row counts");
    assert_eq!(refused, "train rows: all weights are 0");
}

#[test]
fn batches_take_the_weights_of_their_rows_along() {
    // Rows of weight 0 teach nothing: whatever their targets are, every step is the same.
    let dataset = progression();
    let mut other = dataset.clone();
    other.target.iter_mut().step_by(5).for_each(|target| *target = 1e3);
    for precision in [Precision::F64, Precision::F32] {
        for loss in ["squared_error", "huber"] {
            let model = model(loss, if loss == "huber" { ", delta = 1.0" } else { "" });
            let trained = |dataset: &Dataset, trials: usize| {
                let n = dataset.target.len();
                let data = split_for(&model, dataset, true, precision, [n, 0]).expect("forms");
                let mut spec = Spec::gd(0.01, 2, vec![0.0; 11]).batch(7);
                spec.options.precision = precision;
                let specs: Vec<Spec> =
                    (0..trials).map(|trial| Spec { rate: 0.01 / (1 + trial) as f64, ..spec.clone() }).collect();
                train_model(&model, &data, &specs, Path::Rows).remove(0).theta.expect("few")
            };
            assert_eq!(trained(&dataset, 1), trained(&other, 1), "{loss}");
            assert_eq!(trained(&dataset, 1), trained(&dataset, 9), "{loss}: alone and in company");
        }
    }
}

#[test]
fn every_metric_is_weighted() {
    let (dataset, twice) = doubled(false);
    // The last rows test; among those that train some count twice.
    let metrics = |dataset: &Dataset| {
        let n = dataset.target.len();
        let data = split_for(&linear(), dataset, false, Precision::F64, [n - 100, 100]).expect("forms");
        let mut spec = Spec::gd(1e-7, 1, vec![0.01; 11]);
        spec.options.metrics = ["mae", "explained_variance", "mape"].map(str::to_owned).to_vec();
        let record = train_one(&data, &spec, Path::Plain);
        let moments = data.target_moments()[0].expect("training rows");
        let wanted = |name: &str| {
            let metric = crate::metric::metric(name).expect("exists");
            WantedBaseline { kind: &BASELINES.rows[2], metric, l1: 0.0 }
        };
        let baselines = baseline_records(&data, &*linear(), &["mae", "mape"].map(wanted));
        let mut values: Vec<f64> = record.metrics.iter().filter_map(|metric| metric.last).collect();
        values.extend(baselines.iter().filter_map(|record| record.values[0]));
        values.extend([moments.mean, moments.variance, moments.baseline_loss]);
        values
    };
    let (found, expected) = (metrics(&dataset), metrics(&twice));
    assert!(found.len() > 10 && found.len() == expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        assert_close(*found, *expected, 1e-11, "a metric");
    }
}

#[test]
fn weights_of_classes_change_j_and_no_metric() {
    let balanced =
        build_model("l1 = 0.0\nl2 = 0.0\ninit = \"zeros\"\nclass_weight = \"balanced\"\nloss = { kind = \"log\" }");
    let plain = model("log", "");
    let data = prepared(&plain, &iris(2, false), 0);
    let theta = [0.3, 0.1, -0.2, 0.4, 0.0];
    assert!(objective(&balanced, &data, 0.0, &theta) != objective(&plain, &data, 0.0, &theta));
    let spec = Spec::gd(0.5, 5, theta.to_vec());
    let start = |model| train_model(model, &data, std::slice::from_ref(&spec), Path::Rows).remove(0).curve.train[0];
    assert_eq!(start(&balanced), start(&plain));
    let unfit = build_model("l1 = 0.0\nl2 = 0.0\ninit = \"zeros\"\nclass_weight = \"balanced\"");
    assert_eq!(
        split_for(&unfit, &iris(2, false), true, Precision::F64, [150, 0]).expect_err("numbers"),
        "`class_weight` is for losses of classes, and targets of the loss \"squared_error\" are numbers"
    );
}
