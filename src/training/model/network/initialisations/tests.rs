//! The initialisations against their formulas.

use super::*;
use crate::numeric::{dot, norm_squared};
use crate::shape::{ParameterBlock, Role};

/// Builds a row with its defaults, and some other values.
fn built(name: &str, values: &str) -> Arc<dyn Initialisation> {
    let row = INITIALISATIONS.row(name).expect("exists");
    let mut keys: Values =
        row.parameters.iter().filter_map(|key| Some((key.name.to_owned(), key.filled_in()?))).collect();
    keys.extend(values.parse::<toml::Table>().expect("TOML"));
    (row.build)(&keys).expect("builds")
}

/// A layer of 200 inputs and 300 outputs, and its norm.
fn layout() -> Layout {
    Layout::new(vec![
        ParameterBlock::new("dense_1.weights", [300, 200], Role::Weight),
        ParameterBlock::new("dense_1.bias", [300], Role::Bias),
        ParameterBlock::new("batch_norm_1.scale", [300], Role::Scale),
        ParameterBlock::new("batch_norm_1.bias", [300], Role::Bias),
    ])
}

/// The largest weight, if the numbers are uniform, is close to √3 deviations; 60,000 normal ones reach beyond four.
#[test]
fn weights_have_the_deviations_of_the_formulas() {
    let root = |x: f64| x.sqrt();
    let cases = [
        ("he_normal", "", root(2.0 / 200.0), false),
        ("he_uniform", "", root(2.0 / 200.0), true),
        ("glorot_normal", "", root(2.0 / 500.0), false),
        ("glorot_uniform", "", root(2.0 / 500.0), true),
        ("lecun_normal", "", root(1.0 / 200.0), false),
        ("lecun_uniform", "gain = 3.0", 3.0 * root(1.0 / 200.0), true),
        ("normal", "deviation = 0.5", 0.5, false),
        ("uniform", "bound = 0.3", 0.3 / root(3.0), true),
        ("torch", "", 1.0 / root(600.0), true),
    ];
    for (name, values, deviation, is_uniform) in cases {
        let start = built(name, values).start(&layout(), 3).expect("starts");
        let (weights, rest) = start.split_at(60_000);
        let found = (norm_squared(weights) / 60_000.0).sqrt();
        assert!((found / deviation - 1.0).abs() < 0.01, "{name}: {found} for {deviation}");
        let largest = weights.iter().fold(0.0, |largest: f64, weight| largest.max(weight.abs())) / deviation;
        assert_eq!(largest < 1.7321, is_uniform, "{name}: {largest}");
        assert!(largest > 1.73, "{name}: {largest}");
        let (biases, scales_and_shifts) = rest.split_at(300);
        assert_eq!(biases.iter().all(|bias| *bias == 0.0), name != "torch", "{name}");
        assert!(biases.iter().all(|bias| bias.abs() <= 1.0 / root(200.0)), "{name}");
        assert!(scales_and_shifts[..300].iter().all(|scale| *scale == 1.0), "{name}");
        assert!(scales_and_shifts[300..].iter().all(|shift| *shift == 0.0), "{name}");
    }
}

#[test]
fn orthogonal_weights_are_orthogonal_along_the_shorter_side() {
    for (outputs, inputs) in [(5, 8), (8, 5), (6, 6)] {
        let layout = Layout::new(vec![ParameterBlock::new("dense_1.weights", [outputs, inputs], Role::Weight)]);
        let weights = built("orthogonal", "gain = 2.0").start(&layout, 1).expect("starts");
        let row = |index: usize| -> Vec<f64> {
            if outputs <= inputs {
                weights[index * inputs..(index + 1) * inputs].to_vec()
            } else {
                weights.iter().skip(index).step_by(inputs).copied().collect()
            }
        };
        for one in 0..outputs.min(inputs) {
            for other in 0..=one {
                let expected = if one == other { 4.0 } else { 0.0 };
                assert!((dot(&row(one), &row(other)) - expected).abs() < 1e-13, "{outputs} × {inputs}, {one}, {other}");
            }
        }
    }
}

/// So that a network with one more layer starts with the same weights before it.
#[test]
fn a_layer_starts_by_its_seed_and_its_place_alone() {
    let small = Layout::new(vec![ParameterBlock::new("dense_1.weights", [4, 3], Role::Weight)]);
    let more = Layout::new(vec![
        ParameterBlock::new("dense_1.weights", [4, 3], Role::Weight),
        ParameterBlock::new("dense_2.weights", [4, 4], Role::Weight),
    ]);
    let start = |layout, seed| built("he_normal", "").start(layout, seed).expect("starts");
    assert_eq!(start(&small, 1), start(&more, 1)[..12]);
    assert_ne!(start(&small, 1), start(&small, 2));
    assert!(built("zeros", "").start(&more, 1).expect("starts").iter().all(|weight| *weight == 0.0));
    assert!(!built("zeros", "").by_seed() && built("torch", "").by_seed());
}
