//! Tests of the fast paths against the plain one, at every step.

use super::super::trace;
use super::*;
use crate::record::Outcome;

/// Trains one spec on two paths and requires |√J_fast − √J_plain| ≤ 8·d·ε·(√S + t·√J_plain).
///
/// S is the larger of J at the start and at zero. If a rate begins beyond the limit and decays below it, J rises far
/// above S and falls again, and so do the errors made on the way. S is then the largest J so far.
fn compare(data: &Arc<PreparedData>, spec: &Spec, fast: Path, what: &str) {
    trace::take();
    let plain = train_one(data, spec, Path::Plain);
    let reference = trace::take();
    let record = train_one(data, spec, fast);
    let found = trace::take();
    let d = data.parameters() as f64;
    let zero = 0.5 * data.least_squares().expect("linear").train.plain().mean_square(&vec![0.0; data.parameters()]);
    let mut scale = if reference[0] >= zero { reference[0] } else { zero };
    let returns = spec.decay.is_some();
    for (t, (fast, plain)) in found.iter().zip(&reference).enumerate() {
        if !plain.is_finite() || !fast.is_finite() {
            break;
        }
        if returns && *plain > scale {
            scale = *plain;
        }
        let bound = 8.0 * d * f64::EPSILON * (scale.sqrt() + t as f64 * plain.sqrt());
        let share = (fast.sqrt() - plain.sqrt()).abs() / bound;
        assert!(share <= 1.0, "{what}, step {t}: J {fast:?} against {plain:?} is {share} of the bound");
    }
    match (&plain.outcome, &record.outcome) {
        (Outcome::Diverged { step: plain, .. }, Outcome::Diverged { step: fast, .. }) => {
            assert_eq!(plain, fast, "{what}: the diverging step");
        }
        (plain, fast) => assert_eq!(plain, fast, "{what}"),
    }
}

/// The limit 2/L of data with l2.
fn limit(data: &Arc<PreparedData>, l2: f64) -> f64 {
    let start = vec![0.0; data.parameters()];
    2.0 / super::super::problem_record(data, l2, &start).expect("small").eigenvalues[0]
}

#[test]
fn fast_paths_stay_within_the_bound_of_the_plain_path() {
    let shapes: [(&str, Dataset); 7] = [
        ("condition 1", generated(80, 6, 1.0, 0)),
        ("condition 1e4", generated(80, 6, 1e4, 0)),
        ("condition 1e8", generated(120, 8, 1e8, 0)),
        ("condition 1e12", generated(120, 8, 1e12, 0)),
        ("rank-deficient", generated(60, 5, 1e3, 3)),
        ("wide", generated(6, 9, 1e2, 0)),
        ("wide and rank-deficient", generated(7, 9, 1e6, 4)),
    ];
    for (name, dataset) in &shapes {
        let data = whole(dataset, false);
        let d = data.parameters();
        let far: Vec<f64> = (0..d).map(|index| if index % 2 == 0 { 1e5 } else { -1e4 }).collect();
        for l2 in [0.0, 0.1] {
            let limit = limit(&data, l2);
            for (momentum, nesterov) in [(0.0, false), (0.9, false), (0.9, true)] {
                for share in [0.1, 0.6, 1.3] {
                    for start in [vec![0.0; d], far.clone()] {
                        for decay in [None, Some(0.05)] {
                            let mut spec = Spec::gd(share * limit, 400, start.clone()).momentum(momentum, nesterov);
                            spec.l2 = l2;
                            spec.decay = decay;
                            let what = format!(
                                "{name}, l2 {l2}, momentum {momentum} {nesterov}, {share}·2/L, decay {decay:?}"
                            );
                            compare(&data, &spec, Path::Modes, &format!("{what}, modes"));
                            if d <= data.n_train() {
                                compare(&data, &spec, Path::Compressed, &format!("{what}, compressed"));
                            }
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn fast_paths_stay_within_the_bound_for_a_hundred_thousand_steps() {
    for (condition, momentum) in [(1e2, 0.0), (1e12, 0.9)] {
        let data = whole(&generated(40, 4, condition, 0), false);
        let spec = Spec::gd(0.9 * limit(&data, 0.0), 100_000, vec![0.0; 5]).momentum(momentum, false);
        compare(&data, &spec, Path::Modes, &format!("condition {condition:e}, modes"));
        compare(&data, &spec, Path::Compressed, &format!("condition {condition:e}, compressed"));
    }
}

#[test]
fn a_proximal_trial_is_the_same_on_the_compressed_path() {
    let data = whole(&generated(80, 6, 1e4, 0), false);
    let mut spec = Spec::gd(0.5 * limit(&data, 0.05), 400, vec![0.0; 7]).momentum(0.9, true);
    (spec.l1, spec.l2) = (0.02, 0.05);
    compare(&data, &spec, Path::Compressed, "l1 and l2");
}
