//! Training under a loss that is not the squared error: paths, metrics, and trials that end above their start.

use super::*;
use crate::record::{Outcome, Stopped};
use crate::shape::Predicted;
use crate::theory::descent_bound;
use crate::train::{curvature_bound, problem_record};

fn with_loss(loss: &str) -> Arc<dyn Model> {
    let keys = format!("l1 = 0.0\nl2 = 0.0\ninit = \"zeros\"\nloss = {{ {loss} }}");
    let values: Values = keys.parse().expect("TOML");
    Arc::from((model::FAMILIES.row("linear").expect("exists").build.build)(&values).expect("builds"))
}

fn huber(delta: f64) -> Arc<dyn Model> {
    with_loss(&format!("kind = \"huber\", delta = {delta:?}"))
}

fn train_huber(delta: f64, spec: &Spec, path: Path) -> TrialRecord {
    train_model(&huber(delta), &diabetes(), std::slice::from_ref(spec), path).remove(0)
}

#[test]
fn a_huber_loss_that_no_residual_leaves_is_the_squared_error() {
    let spec = Spec::gd(0.3, 20, vec![0.0; 11]).every_step();
    let squared = train_one(&diabetes(), &spec, Path::Plain);
    for path in [Path::Plain, Path::Rows] {
        let huber = train_huber(1e6, &spec, path);
        assert_eq!(huber.metrics[0].name, "huber");
        for (huber, squared) in huber.curve.train.iter().zip(&squared.curve.train) {
            assert_close(2.0 * huber, *squared, 1e-12, "twice the Huber loss");
        }
    }
    assert_eq!(train_huber(1.35, &spec, Path::Plain), train_huber(1.35, &spec, Path::Rows));
}

#[test]
fn other_metrics_of_a_huber_trial_are_those_of_its_outputs() {
    let mut spec = Spec::gd(0.3, 20, vec![0.0; 11]);
    (spec.options.metrics, spec.options.curve) = (vec!["mse".to_owned()], crate::metric::metric("mse"));
    let squared = train_one(&diabetes(), &spec, Path::Rows);
    assert_eq!((squared.metrics.len(), squared.curve.metrics.len()), (1, 0), "it is the loss's own");
    let huber = train_huber(1e6, &spec, Path::Rows);
    let names: Vec<&str> = huber.metrics.iter().map(|metric| metric.name.as_str()).collect();
    assert_eq!(names, ["huber", "mse"]);
    assert_close(huber.metrics[1].last.expect("defined"), squared.metrics[0].last.expect("defined"), 1e-12, "the MSE");
    assert_eq!(huber.curve.metrics[0].train.len(), huber.curve.train.len());
}

#[test]
fn a_trial_that_ends_above_its_start_did_not_descend() {
    let ends = |rate: f64| train_huber(1.35, &Spec::gd(rate, 3, vec![0.0; 11]), Path::Rows);
    let (above, below) = (ends(1e4), ends(1.0));
    assert!(above.outcome.is_completed() && above.did_not_descend, "{:?}", above.curve.train);
    assert!(below.outcome.is_completed() && !below.did_not_descend, "{:?}", below.curve.train);
    // The squared error has its bound and its stable rates.
    let squared = train_one(&diabetes(), &Spec::gd(3.0, 3, vec![0.0; 11]), Path::Rows);
    assert!(squared.curve.train[0] < squared.curve.train[3] && !squared.did_not_descend);
}

/// A network with a batch norm, trained on iris in these units: the losses in evaluation at the start and the end, and whether it descended.
fn normalised(units: f64, rate: f64, seed: u64) -> (f64, f64, bool) {
    let keys = "layers = [{ kind = \"dense\", units = 8, bias = true }, { kind = \"batch_norm\", momentum = 0.1, epsilon = 1e-5 }, \
                { kind = \"activation\", function = { kind = \"relu\" } }]\nl1 = 0.0\nl2 = 0.0\n\
                init = { kind = \"he_normal\", gain = 1.4142135623730951 }\nloss = { kind = \"cross_entropy\" }";
    let values: Values = keys.parse().expect("TOML");
    let model: Arc<dyn Model> =
        Arc::from((model::FAMILIES.row("network").expect("exists").build.build)(&values).expect("builds"));
    let mut iris = super::classes::iris(3);
    iris.features.values.iter_mut().for_each(|value| *value *= units);
    let data = split_for(&model, &iris, false, Precision::F64, [150, 0]).expect("forms");
    let start = model.start(&model.layout(data.space()).expect("fits"), Some(seed)).expect("starts");
    let record = train_model(&model, &data, &[Spec::gd(rate, 60, start)], Path::Rows).remove(0);
    let (first, last) = (record.curve.train[0], *record.curve.train.last().expect("evaluated"));
    (first, last, !record.did_not_descend)
}

#[test]
fn a_model_that_measures_its_rows_descends_from_the_loss_that_it_has_of_them() {
    // In evaluation an untrained norm hardly moves small numbers, so that all classes are as probable. In training it spreads them, and so does
    // evaluation once the running statistics follow.
    for seed in [5, 6] {
        let (first, last, descended) = normalised(0.01, 1e-3, seed);
        assert!(first < last && descended, "{first} to {last}");
    }
    for seed in 1..=6 {
        let (first, last, descended) = normalised(0.001, 1e-2, seed);
        assert!(first > last && descended, "{first} to {last}");
    }
    // Large numbers make a large loss in evaluation, and training begins below it.
    for seed in [1, 2, 4, 5, 6] {
        let (first, last, descended) = normalised(1e3, 30.0, seed);
        assert!(first > last && !descended, "{first} to {last}");
    }
}

#[test]
fn a_bound_of_the_curvature_is_that_of_least_squares_times_the_smoothness_of_the_loss() {
    let data = diabetes();
    let least_squares = problem_record(&data, 0.0, &[0.0; 11]).expect("least squares").eigenvalues[0];
    assert_close(curvature_bound(&data, 1.0, 0.0).expect("few parameters"), least_squares, 1e-12, "λmax");
    assert_close(curvature_bound(&data, 0.25, 0.5).expect("few parameters"), 0.25 * least_squares + 0.5, 1e-12, "L");
}

#[test]
fn descent_below_the_bound_lowers_a_huber_loss_in_every_step() {
    let bound = descent_bound(curvature_bound(&diabetes(), 1.0, 0.0).expect("few parameters")).expect("positive");
    for delta in [0.5, 1.35, 100.0] {
        let curve =
            train_huber(delta, &Spec::gd(0.999 * bound, 60, vec![0.0; 11]).every_step(), Path::Rows).curve.train;
        assert!(curve.windows(2).all(|pair| pair[1] <= pair[0]), "{delta}: {curve:?}");
    }
}

/// Diabetes with test rows.
fn with_test_rows(model: &Arc<dyn Model>) -> Arc<PreparedData> {
    let dataset = load("diabetes.csv", "progression");
    let parts = DataSplit::consecutive(60, 100, 282);
    let standardization = Standardization::of(&dataset.features, &parts.rows(Split::Train));
    let prepared = PreparedData::new(Cow::Owned(dataset), &parts, Some(&standardization), &**model, Precision::F64);
    Arc::new(prepared.expect("forms"))
}

#[test]
fn predictions_of_a_poisson_model_are_means() {
    let poisson = with_loss("kind = \"poisson\"");
    let data = with_test_rows(&poisson);
    let mut spec = Spec::gd(0.002, 300, vec![0.0; 11]);
    spec.options.metrics = ["mse", "mae", "poisson_deviance"].map(str::to_owned).to_vec();
    spec.test_outputs = TestOutputs::AtEnd;
    let record = train_model(&poisson, &data, std::slice::from_ref(&spec), Path::Rows).remove(0);
    let last = |name: &str| {
        let of = |metric: &&crate::record::Metric| metric.name == name && metric.split == Split::Test;
        record.metrics.iter().find(of).and_then(|metric| metric.last).expect(name)
    };
    assert_eq!(record.metrics[0].name, "poisson_deviance", "it is the loss's own");
    assert_eq!(record.metrics.iter().filter(|metric| metric.name == "poisson_deviance").count(), 3, "once a split");
    // By hand: z = xᵀθ, μ = e^z.
    let rows = data.rows(Split::Test).expect("exists");
    let theta = record.theta.as_ref().expect("few");
    let output = |row: usize| rows.matrix.row(row).iter().zip(theta).fold(0.0, |sum, (x, w)| sum + x * w);
    let means: Vec<f64> = (0..rows.matrix.rows).map(|row| libm::exp(output(row))).collect();
    assert!(means.iter().all(|mean| (10.0..1000.0).contains(mean)), "{means:?}");
    for (found, expected) in record.test_outputs.iter().zip(&means) {
        assert_close(*found, *expected, 1e-12, "a prediction");
    }
    for name in ["mse", "mae", "poisson_deviance"] {
        let expected =
            crate::metric::metric(name).expect("exists").of_outputs(&Predicted::numbers(&means, rows.target.numbers()));
        assert_close(last(name), expected.expect("defined"), 1e-12, name);
    }
    assert!(!record.did_not_descend && record.curve.train.last() < record.curve.train.first());
}

#[test]
fn a_trial_whose_objective_is_negative_runs_out_of_patience() {
    // J of a start at the optimum is some −620.
    let poisson = with_loss("kind = \"poisson\"");
    let mut spec = Spec::gd(1e-12, 50, [&[5.0][..], &[0.0; 10][..]].concat());
    spec.options.patience = Some(3);
    let record = train_model(&poisson, &diabetes(), std::slice::from_ref(&spec), Path::Rows).remove(0);
    let patience = Outcome::Completed { stopped: Stopped::NoImprovement };
    assert_eq!((record.outcome, record.curve.epoch.last()), (patience, Some(&3)));
}

#[test]
fn a_target_that_a_loss_does_not_take_is_an_error_that_names_its_row() {
    let poisson = with_loss("kind = \"poisson\"");
    let mut dataset = load("diabetes.csv", "progression");
    (dataset.target[6], dataset.target[400]) = (-1.5, -3.0);
    let parts = DataSplit::consecutive(442, 0, 0);
    let prepared = PreparedData::new(Cow::Owned(dataset), &parts, None, &*poisson, Precision::F64);
    let error = prepared.expect_err("two targets are negative");
    assert!(error.ends_with("but 2 of 442 targets are lower: the first, -1.5, is in row 7"), "{error}");
}

#[test]
fn half_the_absolute_error_is_the_quantile_loss_of_the_median() {
    let ends = |loss: &str, rate: f64| {
        let spec = Spec::gd(rate, 20, vec![0.0; 11]).every_step();
        train_model(&with_loss(loss), &diabetes(), &[spec], Path::Rows).remove(0)
    };
    let (absolute, median) = (ends("kind = \"absolute\"", 8.0), ends("kind = \"quantile\", tau = 0.5", 16.0));
    let insensitive = ends("kind = \"epsilon_insensitive\", epsilon = 0.0", 8.0);
    let names = [&absolute, &median, &insensitive].map(|record| record.metrics[0].name.clone());
    assert_eq!(names, ["mae", "quantile", "epsilon_insensitive"]);
    for ((absolute, median), insensitive) in
        absolute.curve.train.iter().zip(&median.curve.train).zip(&insensitive.curve.train)
    {
        assert_close(2.0 * median, *absolute, 1e-12, "twice the pinball loss");
        assert_eq!(insensitive, absolute);
    }
}
