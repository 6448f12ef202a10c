//! Gradients of networks are central differences of their losses in training: every activation with every loss, around every layer.

use sweep::loss::{LOSSES, ModelLoss};
use sweep::model::{ACTIVATIONS, Batch, LAYERS, Model, Passes, Training, Workspace};
use sweep::numeric::{MatrixRows, Purpose, Stream};
use sweep::parameter::AnyRegistry;
use sweep::shape::{Space, TargetKind};

use super::model_of;

const FEATURES: usize = 3;
/// More than one block of rows, and a rest.
const ROWS: usize = 77;
/// Differences are held to this share of the largest component.
const WITHIN: f64 = 1e-6;

/// Lists of layers around an activation `F`; every layer stands in one of them.
pub const LISTS: [&str; 7] = [
    r#"{ kind = "dense", units = 4 }, F, { kind = "dense", units = 5, bias = false }, F"#,
    r#"{ kind = "dense", units = 4 }, "batch_norm", F, { kind = "dense", units = 3 }, F, "batch_norm""#,
    r#"{ kind = "dense", units = 4 }, "layer_norm", F, { kind = "dense", units = 3 }, F, "layer_norm""#,
    r#"{ kind = "dense", units = 4 }, { kind = "residual", layers = [{ kind = "dense", units = 4 }, F, { kind = "dropout", share = 0.3 }] }, F"#,
    r#"{ kind = "dropout", share = 0.25 }, { kind = "dense", units = 5 }, F, { kind = "dropout", share = 0.5 }, "flatten""#,
    r#"F, { kind = "residual", layers = [F, { kind = "dense", units = 3 }] }, { kind = "residual", layers = ["batch_norm", F] }"#,
    r#"{ kind = "dense", units = 4 }, { kind = "residual", layers = [F], repeated = true }, { kind = "dense", units = 4, repeated = true }, F"#,
];

/// The depth of a list with repeated layers.
pub fn depth_of(list: &str) -> &'static str {
    if list.contains("repeated") { "depth = 2" } else { "" }
}

pub fn check() {
    let named = |name: &str| LISTS.iter().any(|list| list.contains(&format!("\"{name}\"")));
    for layer in LAYERS.names() {
        assert!(layer == "activation" || named(layer), "no list has a layer {layer}");
    }
    let (mut held, mut kinks) = (0, 0);
    for loss in LOSSES.rows {
        let keys = toml::Table::from_iter([("kind".to_owned(), loss.name.into())]);
        let quoted =
            format!("{{ kind = {:?}{} }}", loss.name, if loss.name == "quantile" { ", tau = 0.7" } else { "" });
        let fits = |classes| {
            let space = space(classes);
            // A loss with required keys is not read without them, and takes any number.
            ModelLoss::read(Some(&keys.clone().into())).map_or(classes.is_none(), |loss| loss.fits(&space).is_ok())
        };
        let classes = [None, Some(3), Some(2)].into_iter().find(|classes| fits(*classes)).expect("takes something");
        for activation in ACTIVATIONS.names() {
            for list in LISTS {
                let own = list.replace('F', &format!("{{ kind = \"activation\", function = {activation:?} }}"));
                let model = model_of("network", &format!("layers = [{own}]\n{}\nloss = {quoted}", depth_of(list)));
                let (components, at_kinks) =
                    differences(&*model, classes, &format!("{}, {activation}, {list}", loss.name));
                held += components;
                kinks += at_kinks;
            }
        }
    }
    // Where a difference crosses the kink of a loss or an activation it says nothing.
    assert!(100 * kinks < held, "{kinks} of {} components at kinks", held + kinks);
}

fn space(classes: Option<usize>) -> Space {
    Space { n_features: FEATURES, target: TargetKind::Number, n_targets: 1, classes }
}

/// Holds each component of a gradient; says how many, and how many lie at kinks.
fn differences(model: &dyn Model, classes: Option<usize>, what: &str) -> (usize, usize) {
    let mut stream = Stream::new(23, Purpose::SyntheticFeatures, 0);
    let rows: Vec<f64> = (0..ROWS * FEATURES).map(|_| stream.normal()).collect();
    let negated_target: Vec<f64> = (0..ROWS)
        .map(|_| match classes {
            None => -1.0 - stream.normal(),
            Some(classes) => -(stream.below(classes as u64) as f64),
        })
        .collect();
    let row_weights: Vec<f64> = (0..ROWS).map(|row| [0.5, 0.0, 1.5, 2.0][row % 4]).collect();
    let batch = Batch {
        rows: MatrixRows::every(&rows, FEATURES),
        columns: None,
        negated_target: &negated_target,
        row_weights: Some(&row_weights),
        weight: 1.0 / ROWS as f64,
    };
    let layout = model.layout(&space(classes)).expect("fits");
    let theta: Vec<f64> = (0..layout.parameters()).map(|_| 0.5 * stream.normal()).collect();
    let mut workspace = Workspace::default();
    let mut gradient_at = |theta: &[f64]| {
        let (mut loss, mut gradient) = ([0.0], vec![f64::NAN; theta.len()]);
        let training = Training { seeds: &[5], epoch: 2, batch: 3, statistics: None };
        Passes::<f64>::gradients(model, &batch, theta, &mut loss, &mut gradient, Some(training), &mut workspace);
        (loss[0] / ROWS as f64, gradient)
    };
    let (_, gradient) = gradient_at(&theta);
    let scale = gradient.iter().fold(0.0_f64, |scale, value| scale.max(value.abs()));
    assert!(scale > 0.0, "{what}: nothing to hold");
    let (mut held, mut kinks) = (0, 0);
    for (index, own) in gradient.iter().enumerate() {
        let mut difference = |step: f64| {
            let mut at = |step: f64| {
                let mut moved = theta.clone();
                moved[index] += step;
                gradient_at(&moved).0
            };
            (at(step) - at(-step)) / (2.0 * step)
        };
        let (wide, narrow) = (difference(2e-5), difference(1e-5));
        if (wide - narrow).abs() > 0.3 * WITHIN * scale {
            kinks += 1;
            continue;
        }
        held += 1;
        let error = (narrow - own).abs();
        assert!(error <= WITHIN * scale, "{what}, component {index}: {own:?}, and the difference is {narrow:?}");
    }
    (held, kinks)
}
