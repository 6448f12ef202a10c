//! Losses of classes: models of one output and of several against other programs, and the bits of trials in company.

use super::invariance::bits;
use super::references::{fixture, numbers};
use super::*;
use crate::numeric::{Instructions, limit_instructions};
use crate::optimizer::{METHODS, Optimizer, build};
use crate::record::Outcome;
use crate::theory::descent_bound;
use crate::train::curvature_bound;

/// iris.csv with three classes, or with class 1 against the others.
pub fn iris(classes: usize) -> Dataset {
    let path = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments/data/iris.csv");
    let (mut values, mut target) = (Vec::new(), Vec::new());
    for record in csv::Reader::from_path(path).expect("opens").records() {
        let record = record.expect("a row");
        values.extend(record.iter().take(4).map(|cell| cell.parse::<f64>().expect("a number")));
        let class =
            ["setosa", "versicolor", "virginica"].iter().position(|name| *name == &record[4]).expect("a species");
        target.push(if classes == 3 { class } else { usize::from(class == 2) } as f64);
    }
    let features = Matrix { rows: target.len(), columns: 4, values };
    Dataset { features, target, ..generated(1, 4, 1.0, 0) }
}

pub fn model(loss: &str) -> Arc<dyn Model> {
    let keys = format!("l1 = 0.0\nl2 = 0.0\ninit = \"zeros\"\nloss = {{ kind = \"{loss}\" }}");
    let values: Values = keys.parse().expect("TOML");
    Arc::from((model::FAMILIES.row("linear").expect("exists").build.build)(&values).expect("builds"))
}

const LOSSES: [&str; 4] = ["log", "hinge", "squared_hinge", "cross_entropy"];

fn classes(loss: &str) -> usize {
    if loss == "cross_entropy" { 3 } else { 2 }
}

/// Iris, standardized. Rows of a class lie together in the file: the splits take every other one.
pub fn prepared(loss: &str, precision: Precision, held: bool) -> Arc<PreparedData> {
    let dataset = iris(classes(loss));
    let (train, rest): (Vec<usize>, Vec<usize>) = (0..150).partition(|row| !held || row % 3 != 0);
    let order: Vec<usize> = train.iter().chain(&rest).copied().collect();
    let features = dataset.features.select_rows(&order);
    let target = order.iter().map(|&row| dataset.target[row]).collect();
    let dataset = Dataset { features, target, ..dataset };
    split_for(&model(loss), &dataset, true, precision, [train.len(), rest.len()]).expect("forms")
}

pub fn parameters(loss: &str) -> usize {
    if loss == "cross_entropy" { 15 } else { 5 }
}

pub fn method(name: &str, keys: &str) -> Arc<dyn Optimizer> {
    let row = METHODS.row(name).expect("exists");
    let mut values: Values = row
        .parameters
        .iter()
        .chain(METHODS.common)
        .filter_map(|key| Some((key.name.to_owned(), key.filled_in()?)))
        .collect();
    values.extend(keys.parse::<Values>().expect("TOML"));
    Arc::from(build(row, &values).expect("builds"))
}

fn train_trainees(loss: &str, data: &Arc<PreparedData>, spec: &Spec, trainees: Vec<Trainee>) -> Vec<TrialRecord> {
    let cohort = Cohort { trainees, ..cohort(&model(loss), data, std::slice::from_ref(spec), Path::Rows) };
    let mut records = Vec::new();
    train(&cohort, &AtomicBool::new(false), &mut |record| records.push(record));
    records.sort_by_key(|record| record.id);
    records
}

/// J at some parameters, of all rows.
fn objective(loss: &str, data: &PreparedData, theta: &[f64], l1: f64, l2: f64) -> f64 {
    let mut outputs = Vec::new();
    super::super::outputs::outputs(&*model(loss), data, Split::Train, theta, &mut outputs);
    let mean = model(loss).loss().sum(&outputs, data.train.target.numbers(), None) / data.n_train() as f64;
    let weights = theta.iter().enumerate().filter(|(index, _)| index % 5 != 0);
    weights.fold(mean, |sum, (_, weight)| sum + l1 * weight.abs() + 0.5 * l2 * weight * weight)
}

#[test]
fn l_bfgs_reaches_the_optimum_of_another_program() {
    for case in fixture("classification/references.json")["optima"].as_array().expect("a list") {
        let (loss, l2) = (case["loss"].as_str().expect("a name"), case["l2"].as_f64().expect("a number"));
        let data = prepared(loss, Precision::F64, false);
        let mut spec = Spec::gd(1.0, 300, vec![0.0; parameters(loss)]);
        spec.l2 = l2;
        spec.options.gradient_norm = Some(1e-9);
        let trainee = Trainee { optimizer: method("lbfgs", ""), ..spec.trainee() };
        let record = train_trainees(loss, &data, &spec, vec![trainee]).remove(0);
        let found = objective(loss, &data, record.theta.as_ref().expect("few"), 0.0, l2);
        assert_close(found, case["objective"].as_f64().expect("a number"), 1e-9, &format!("{loss}, l2 {l2}"));
        assert!(record.steps < 300, "{loss}, l2 {l2}: {} steps", record.steps);
    }
}

#[test]
fn proximal_steps_reach_sparse_logistic_regression_with_the_same_zeros() {
    for case in fixture("classification/references.json")["sparse"].as_array().expect("a list") {
        let l1 = case["l1"].as_f64().expect("a number");
        let data = prepared("log", Precision::F64, false);
        let mut spec = Spec::gd(1.0, 20_000, vec![0.0; 5]).momentum(0.9, true);
        spec.l1 = l1;
        let record = train_model(&model("log"), &data, &[spec], Path::Rows).remove(0);
        let theta = record.theta.expect("few");
        let found = objective("log", &data, &theta, l1, 0.0);
        assert_close(found, case["objective"].as_f64().expect("a number"), 1e-9, &format!("l1 {l1}"));
        let zeros = (1..5).filter(|&index| theta[index] == 0.0).map(|index| index as f64);
        assert_eq!(zeros.collect::<Vec<_>>(), numbers(&case["zeros"]), "l1 {l1}: {theta:?}");
    }
}

#[test]
fn steps_are_those_of_torch() {
    for trace in fixture("classification/references.json")["traces"].as_array().expect("a list") {
        let (loss, l2) = (trace["loss"].as_str().expect("a name"), trace["l2"].as_f64().expect("a number"));
        let data = prepared(loss, Precision::F64, false);
        for (steps, expected) in trace["theta_after"].as_object().expect("a table") {
            let epochs = steps.parse().expect("a number");
            let mut spec = Spec::gd(0.1, epochs, vec![0.0; parameters(loss)]).momentum(0.9, false);
            spec.l2 = l2;
            let record = train_model(&model(loss), &data, &[spec], Path::Rows).remove(0);
            let (found, expected) = (record.theta.expect("few"), numbers(expected));
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(&expected) {
                assert!((found - expected).abs() < 1e-13, "{loss} after {steps}: {found:?} instead of {expected:?}");
            }
        }
    }
}

#[test]
fn alone_in_a_cohort_and_on_every_instruction_set_are_the_same_bits() {
    for loss in LOSSES {
        for precision in [Precision::F64, Precision::F32] {
            let data = prepared(loss, precision, true);
            let d = parameters(loss);
            for batching in [Batching::Full, Batching::Rows { size: 7, replacement: false, keep: false }] {
                let mut spec = Spec::gd(0.1, 4, (0..d).map(|index| 0.1 * index as f64 - 0.2).collect());
                (spec.batching, spec.seed, spec.options.precision) = (batching, 3, precision);
                let mut trainees: Vec<Trainee> = Vec::new();
                for rate in [0.01, 0.3, 2.0] {
                    for (momentum, nesterov, l1, l2) in
                        [(0.0, false, 0.0, 0.0), (0.9, false, 0.0, 0.1), (0.9, true, 0.05, 0.0)]
                    {
                        let mut spec = Spec { rate, l1, l2, ..spec.clone() };
                        spec = spec.momentum(momentum, nesterov);
                        trainees.push(spec.trainee());
                        if momentum == 0.0 {
                            let name = format!("adam {rate}");
                            let optimizer = method("adam", "batch_size = 7");
                            trainees.push(Trainee {
                                optimizer,
                                trajectory: trainees.len(),
                                id: Id::of(&name),
                                ..spec.trainee()
                            });
                        }
                    }
                }
                if batching == Batching::Full {
                    let optimizer = method("lbfgs", "");
                    trainees.push(Trainee { optimizer, trajectory: 1000, id: Id::of("lbfgs"), ..spec.trainee() });
                }
                let copies = |wanted: &dyn Fn(usize) -> bool| -> Vec<Trainee> {
                    let copy = |trainee: &Trainee| Trainee {
                        optimizer: Arc::clone(&trainee.optimizer),
                        schedule: Arc::clone(&trainee.schedule),
                        canonical: trainee.canonical.clone(),
                        start: trainee.start.clone(),
                        start_statistics: trainee.start_statistics.clone(),
                        options: Arc::clone(&trainee.options),
                        evaluated: Arc::clone(&trainee.evaluated),
                        revisions: Arc::clone(&trainee.revisions),
                        goes_on_from: trainee.goes_on_from.clone(),
                        ..*trainee
                    };
                    trainees
                        .iter()
                        .enumerate()
                        .filter(|(index, _)| wanted(*index))
                        .map(|(_, trainee)| copy(trainee))
                        .collect()
                };
                let together = train_trainees(loss, &data, &spec, copies(&|_| true));
                assert!(together.iter().filter(|record| record.outcome.is_completed()).count() > 6, "{loss}");
                let text = |records: &[TrialRecord]| records.iter().map(bits).collect::<String>();
                for limit in [Instructions::Portable, Instructions::Avx2, Instructions::Avx512] {
                    limit_instructions(limit);
                    let again = train_trainees(loss, &data, &spec, copies(&|_| true));
                    limit_instructions(Instructions::Avx512);
                    assert_eq!(text(&again), text(&together), "{loss}, {precision:?}, {batching:?}, {limit:?}");
                }
                for index in 0..trainees.len() {
                    let alone = train_trainees(loss, &data, &spec, copies(&|other| other == index)).remove(0);
                    let company = together.iter().find(|record| record.id == alone.id).expect("trained");
                    assert_eq!(bits(&alone), bits(company), "{loss}, {precision:?}, {batching:?}, {index}");
                }
            }
        }
    }
}

#[test]
fn descent_below_the_bound_lowers_a_smooth_loss_in_every_step() {
    for loss in ["log", "squared_hinge", "cross_entropy"] {
        let (data, model) = (prepared(loss, Precision::F64, false), model(loss));
        let smoothness = model.loss().smoothness().expect("it has one");
        let bound = descent_bound(curvature_bound(&data, smoothness, 0.0).expect("few parameters")).expect("positive");
        let spec = Spec::gd(0.999 * bound, 60, vec![0.0; parameters(loss)]).every_step();
        let record = train_model(&model, &data, &[spec], Path::Rows).remove(0);
        let curve = &record.curve.train;
        assert!(curve.windows(2).all(|pair| pair[1] < pair[0]), "{loss}: {curve:?}");
        assert!(!record.did_not_descend && curve[60] < 0.7 * curve[0], "{loss}: {curve:?}");
    }
}

#[test]
fn losses_and_gradients_that_evaluations_and_steps_share_change_no_bit() {
    for (loss, precision) in LOSSES.into_iter().flat_map(|loss| [(loss, Precision::F64), (loss, Precision::F32)]) {
        let data = prepared(loss, precision, false);
        for name in ["lbfgs", "gd"] {
            let train_with = |every: Option<u64>, gradient_norm: Option<f64>| {
                let mut spec = Spec::gd(0.3, 12, vec![0.0; parameters(loss)]);
                spec.options.precision = precision;
                (spec.options.evaluate_every, spec.options.curve_points) = (every, 2);
                (spec.options.gradient_norm, spec.l2) = (gradient_norm, 0.01);
                let keys = if name == "gd" { "momentum = 0.9" } else { "" };
                let optimizer = method(name, keys);
                let other = Trainee { trajectory: 7, learning_rate: 0.2, id: Id::of("other"), ..spec.trainee() };
                let trainees = [spec.trainee(), other];
                let of_method = |trainee| Trainee { optimizer: Arc::clone(&optimizer), ..trainee };
                train_trainees(loss, &data, &spec, trainees.map(of_method).into_iter().collect())
            };
            let rarely = train_with(None, None);
            for often in [train_with(Some(1), None), train_with(Some(1), Some(1e-300)), train_with(None, Some(1e-300))]
            {
                for (one, other) in rarely.iter().zip(&often) {
                    assert_eq!((&one.theta, &one.outcome), (&other.theta, &other.outcome), "{loss} {name}");
                    let last = |record: &TrialRecord| record.metrics[0].last.map(f64::to_bits);
                    assert_eq!(last(one), last(other), "{loss} {name}");
                }
            }
        }
    }
}

#[test]
fn predictions_of_classes_are_probabilities_and_a_metric_of_numbers_has_no_value_there() {
    for (loss, expected) in [("log", "log_loss"), ("cross_entropy", "log_loss"), ("hinge", "hinge")] {
        let data = prepared(loss, Precision::F64, true);
        let mut spec = Spec::gd(0.3, 50, vec![0.0; parameters(loss)]);
        spec.options.metrics = ["mse", "log_loss", "accuracy"].map(str::to_owned).to_vec();
        let record = train_model(&model(loss), &data, &[spec.clone()], Path::Rows).remove(0);
        assert_eq!(record.metrics[0].name, expected);
        let reason = |name: &str| {
            let found = record.metrics.iter().find(|metric| metric.name == name).expect("asked for");
            assert_eq!(found.last.is_some(), found.undefined.is_none());
            found.undefined.as_deref()
        };
        assert_eq!(reason("mse"), Some("it is of numbers, and the model predicts classes"));
        let scores = (loss == "hinge").then_some("it needs probabilities, and the model gives scores");
        assert_eq!((reason("log_loss"), reason("accuracy")), (scores, None));
        let cohort = cohort(&model(loss), &data, &[spec], Path::Rows);
        let theta = record.theta.expect("few");
        let state = crate::train::evaluation::ParameterState::new(&cohort, Penalty { l1: 0.0, l2: 0.0 }, theta);
        let mut predictions = Vec::new();
        assert!(crate::train::trial_state::TrialState::predictions(&state, Split::Validation, &mut predictions));
        let rows = data.rows(Split::Validation).expect("exists").target.numbers().len();
        assert_eq!(predictions.len(), rows * if loss == "cross_entropy" { 3 } else { 1 });
        if loss == "cross_entropy" {
            for row in 0..rows {
                assert_close(predictions.iter().skip(row).step_by(rows).sum(), 1.0, 1e-14, "probabilities");
            }
        }
    }
}

#[test]
fn data_of_classes_is_shared_with_least_squares() {
    let data = prepared("cross_entropy", Precision::F64, false);
    assert_eq!((data.parameters(), data.layout_of(&*model("cross_entropy")).expect("fits").parameters()), (5, 15));
    let alone = whole(&iris(3), true);
    let spec = Spec::gd(0.1, 20, vec![0.0; 5]);
    for path in [Path::Rows, Path::Compressed, Path::Modes] {
        assert_eq!(bits(&train_one(&data, &spec, path)), bits(&train_one(&alone, &spec, path)), "{path}");
    }
}

#[test]
fn an_alias_builds_the_family_that_it_stands_for() {
    for (family, loss) in [("logistic", "log"), ("softmax", "cross_entropy")] {
        let values: Values = "l1 = 0.25\nl2 = 0.5\ninit = \"zeros\"".parse().expect("TOML");
        let built = (model::FAMILIES.row(family).expect("exists").build.build)(&values).expect("builds");
        assert_eq!((built.loss().row.name, built.penalty()), (loss, Penalty { l1: 0.25, l2: 0.5 }));
        let alias = model::alias(family).expect("it is one");
        assert_eq!((alias.family, alias.loss), ("linear", loss));
        let own = model::FAMILIES.row(family).expect("exists");
        let stands_for = model::FAMILIES.row(alias.family).expect("exists");
        // It may have no key that the other one lacks.
        let names = |keys: &[crate::parameter::Parameter]| keys.iter().map(|key| key.name).collect::<Vec<_>>();
        let (own, mut other) = (names(own.parameters), names(stands_for.parameters));
        other.retain(|key| *key != "loss");
        assert_eq!(own, other);
    }
}

#[test]
fn parameters_of_classes_are_called_after_them() {
    let named = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let names = model("cross_entropy").parameter_names(&named(&["petal_width"]), &named(&["setosa", "virginica"]));
    let expected = ["bias[setosa]", "petal_width[setosa]", "bias[virginica]", "petal_width[virginica]"];
    assert_eq!(names.expect("few"), expected);
}

#[test]
fn targets_that_are_no_classes_are_refused() {
    let refused = |loss: &str, classes: usize| {
        let error = split_for(&model(loss), &iris(classes), true, Precision::F64, [150, 0]).map(|_| ());
        error.expect_err("does not fit")
    };
    assert!(refused("log", 3).contains("tells two classes apart, but the target has 3"));
    let numbers = split_for(&model("hinge"), &load("diabetes.csv", "progression"), true, Precision::F64, [442, 0]);
    assert!(numbers.expect_err("numbers").contains("tells two classes apart, but the target has 214"));
    assert!(split_for(&model("cross_entropy"), &iris(2), true, Precision::F64, [150, 0]).is_ok());
}

#[test]
fn a_rate_that_is_too_large_for_a_penalty_diverges() {
    let data = prepared("cross_entropy", Precision::F64, false);
    let mut spec = Spec::gd(100.0, 200, vec![0.0; 15]);
    spec.l2 = 0.1;
    let record = train_model(&model("cross_entropy"), &data, &[spec], Path::Rows).remove(0);
    assert!(matches!(record.outcome, Outcome::Diverged { .. }), "{:?}", record.outcome);
}
