//! Training under a loss that is not the squared error: paths, metrics, and trials that end above their start.

use super::*;
use crate::theory::descent_bound;
use crate::train::{curvature_bound, problem_record};

fn huber(delta: f64) -> Arc<dyn Model> {
    let keys = format!("l1 = 0.0\nl2 = 0.0\ninit = \"zeros\"\nloss = {{ kind = \"huber\", delta = {delta:?} }}");
    let values: Values = keys.parse().expect("TOML");
    Arc::from((model::FAMILIES.row("linear").expect("exists").build)(&values).expect("builds"))
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
