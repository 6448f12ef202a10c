//! Initialisations: weights are draws of one distribution times what another program multiplies them by, and biases start as it has them.

use std::path::Path;

use serde_json::Value;
use sweep::model::GivenParameters;
use sweep::shape::{Role, Space, TargetKind};

use super::model_of;
use crate::references::number;

/// The first layer at the start by seed 3, weights `[fan_out, fan_in]` and biases, of a network with this initialisation.
fn start(init: &str, fan_in: usize, fan_out: usize) -> (Vec<f64>, Vec<f64>) {
    let model = model_of("mlp", &format!("hidden = [{fan_out}]\ninit = {init}"));
    let space = Space { n_features: fan_in, target: TargetKind::Number, n_targets: 1, classes: None };
    let layout = model.layout(&space).expect("fits");
    let theta = model.start(&layout, Some(3)).expect("starts");
    let [weights, biases] = [&layout.blocks()[0], &layout.blocks()[1]];
    assert_eq!((weights.role, biases.role), (Role::Weight, Role::Bias));
    let (first, rest) = theta.split_at(weights.parameters());
    (first.to_vec(), rest[..biases.parameters()].to_vec())
}

/// Σ x^power / n
fn moment(values: &[f64], power: i32) -> f64 {
    values.iter().map(|value| value.powi(power)).fold(0.0, |sum, value| sum + value) / values.len() as f64
}

/// Where the networks of the contract start that start from a file, seen from the project.
pub const FILE: &str = "tests/fixtures/references/initialisation/file.safetensors";

/// All parameters of a network that starts from the file.
fn check_given(case: &Value, start: &[Value]) {
    let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE)).expect("reads");
    GivenParameters::keep(&bytes).expect("safetensors");
    let content = GivenParameters::content(&bytes);
    let init = format!("{{ kind = \"file\", path = {FILE:?}, content = {content:?} }}");
    let size = |key: &str| case[key].as_u64().expect("a number") as usize;
    let model = model_of("mlp", &format!("hidden = {}\nloss = \"cross_entropy\"\ninit = {init}", case["hidden"]));
    let classes = Some(size("outputs"));
    let space = Space { n_features: size("features"), target: TargetKind::Number, n_targets: 1, classes };
    let layout = model.layout(&space).expect("fits");
    let expected: Vec<f64> = start.iter().map(number).collect();
    assert_eq!(model.start(&layout, Some(3)), Ok(expected));
    assert!(!model.start_by_seed());
}

pub fn check(name: &str, case: &Value, tolerance: f64, what: &str) {
    if let Some(start) = case["start"].as_array() {
        return check_given(case, start);
    }
    let size = |key: &str| case[key].as_u64().unwrap_or_else(|| panic!("{what}: no {key}")) as usize;
    let (fan_in, fan_out) = (size("fan_in"), size("fan_out"));
    let keys = case["keys"].as_str().expect("TOML");
    let separator = if keys.is_empty() { "" } else { ", " };
    let (weights, biases) = start(&format!("{{ kind = {name:?}{separator}{keys} }}"), fan_in, fan_out);
    if let Some(bound) = case.get("bias_bound").map(number) {
        let largest = biases.iter().fold(0.0_f64, |largest, bias| largest.max(bias.abs()));
        assert!(largest <= bound && largest > 0.8 * bound, "{what}: biases up to {largest:?}, the bound is {bound:?}");
    } else {
        assert!(biases.iter().all(|bias| *bias == 0.0), "{what}: {biases:?}");
    }
    if let Some(length) = case.get("squared_length").map(number) {
        return orthogonal(&weights, [fan_in, fan_out], length, tolerance, what);
    }
    let (scale, unit) = match (case.get("bound"), case.get("deviation")) {
        (Some(bound), None) => (number(bound), "{ kind = \"uniform\", bound = 1.0 }"),
        (None, Some(deviation)) => (number(deviation), "{ kind = \"normal\", deviation = 1.0 }"),
        _ => panic!("{what}: a bound or a deviation"),
    };
    let (draws, _) = start(unit, fan_in, fan_out);
    let count = draws.len() as f64;
    let is_uniform = case.get("bound").is_some();
    // The first moments of the distribution, within five of their standard errors.
    let (second, fourth, eighth) = if is_uniform { (1.0 / 3.0, 0.2, 1.0 / 9.0) } else { (1.0, 3.0, 105.0) };
    for (power, expected, variance) in
        [(1, 0.0, second), (2, second, fourth - second * second), (4, fourth, eighth - fourth * fourth)]
    {
        let error = (moment(&draws, power) - expected).abs();
        assert!(error <= 5.0 * (variance / count).sqrt(), "{what}: moment {power} is {error:?} off");
    }
    assert!(!is_uniform || draws.iter().all(|draw| draw.abs() <= 1.0), "{what}: a draw beyond the bound");
    for (weight, draw) in weights.iter().zip(&draws) {
        assert!((weight - scale * draw).abs() <= tolerance * scale, "{what}: {weight:?} instead of {scale:?}·{draw:?}");
    }
}

/// The rows of weights `[fan_out, fan_in]`, or their columns where there are fewer of them, are orthogonal.
fn orthogonal(weights: &[f64], [fan_in, fan_out]: [usize; 2], length: f64, tolerance: f64, what: &str) {
    let vectors: Vec<Vec<f64>> = if fan_out <= fan_in {
        weights.chunks(fan_in).map(<[f64]>::to_vec).collect()
    } else {
        (0..fan_in).map(|column| weights.iter().skip(column).step_by(fan_in).copied().collect()).collect()
    };
    for (one, first) in vectors.iter().enumerate() {
        for (other, second) in vectors.iter().enumerate() {
            let product = first.iter().zip(second).fold(0.0, |sum, (a, b)| sum + a * b);
            let expected = if one == other { length } else { 0.0 };
            assert!((product - expected).abs() <= tolerance, "{what}: {one}·{other} is {product:?}");
        }
    }
}
