//! The graph that is written computes what the model predicts: it is run here operator by operator, in double precision.

use std::collections::HashMap;

use super::graph::{Attribute, Constant, Graph, Node};
use super::model::ExportedModel;
use super::onnx::graph;
use super::{onnx, safetensors};
use crate::dataset::Standardization;
use crate::loss::{LOSSES, Link};
use crate::model::{FAMILIES, Model};
use crate::numeric::{Matrix, Purpose, Stream};
use crate::parameter::Values;
use crate::shape::{Space, TargetKind};
use crate::train::{Precision, TrainedModel};

/// A value: its columns (0 for one number), and its numbers row by row.
type Numbers = (usize, Vec<f64>);

fn attribute(node: &Node, name: &str) -> f64 {
    match node.attributes.iter().find(|(known, _)| *known == name) {
        Some((_, Attribute::Float(value))) => f64::from(*value),
        Some((_, Attribute::Integer(value))) => *value as f64,
        None => 0.0,
    }
}

fn each(input: &Numbers, function: impl Fn(f64) -> f64) -> Numbers {
    (input.0, input.1.iter().map(|value| function(*value)).collect())
}

/// Of two values, one of which may be a row or a number for all rows.
fn both(one: &Numbers, other: &Numbers, function: impl Fn(f64, f64) -> f64) -> Numbers {
    let count = one.1.len().max(other.1.len());
    let at = |values: &Numbers, index: usize| values.1[index % values.1.len()];
    (one.0.max(other.0), (0..count).map(|index| function(at(one, index), at(other, index))).collect())
}

fn sigmoid(value: f64) -> f64 {
    1.0 / (1.0 + (-value).exp())
}

fn compute(node: &Node, inputs: &[&Numbers]) -> Numbers {
    let first = inputs[0];
    let rows = |values: &Numbers| values.1.len() / values.0.max(1);
    match node.operator {
        "Sub" => both(first, inputs[1], |one, other| one - other),
        "Mul" => both(first, inputs[1], |one, other| one * other),
        "Add" => both(first, inputs[1], |one, other| one + other),
        "Cast" | "Identity" => first.clone(),
        "Neg" => each(first, |value| -value),
        "Exp" => each(first, f64::exp),
        "Sigmoid" => each(first, sigmoid),
        "Tanh" => each(first, f64::tanh),
        "Relu" => each(first, |value| value.max(0.0)),
        "Softplus" => each(first, |value| value.max(0.0) + (-value.abs()).exp().ln_1p()),
        "Erf" => each(first, libm::erf),
        "LeakyRelu" => each(first, |value| if value > 0.0 { value } else { attribute(node, "alpha") * value }),
        "Elu" => each(first, |value| if value > 0.0 { value } else { attribute(node, "alpha") * value.exp_m1() }),
        "Gather" => {
            let columns: Vec<usize> = inputs[1].1.iter().map(|value| *value as usize).collect();
            let gathered = first.1.chunks(first.0).flat_map(|row| columns.iter().map(|column| row[*column]));
            (columns.len(), gathered.collect())
        }
        "Concat" => {
            let rows = rows(first);
            let joined = (0..rows).flat_map(|row| {
                inputs.iter().flat_map(move |input| input.1[row * input.0..(row + 1) * input.0].iter().copied())
            });
            (inputs.iter().map(|input| input.0).sum(), joined.collect())
        }
        "Gemm" => {
            assert_eq!(attribute(node, "transB"), 1.0);
            let weights: Vec<&[f64]> = inputs[1].1.chunks(first.0).collect();
            let unit = |row: &[f64], unit: usize| {
                let bias = inputs.get(2).map_or(0.0, |bias| bias.1[unit]);
                row.iter().zip(weights[unit]).fold(bias, |sum, (x, w)| sum + x * w)
            };
            let outputs = first.1.chunks(first.0).flat_map(|row| (0..weights.len()).map(move |at| (row, at)));
            (weights.len(), outputs.map(|(row, at)| unit(row, at)).collect())
        }
        "BatchNormalization" => {
            let [scale, shift, mean, variance] = [1, 2, 3, 4].map(|at| &inputs[at].1);
            let epsilon = attribute(node, "epsilon");
            let value = |(index, value): (usize, &f64)| {
                let at = index % first.0;
                scale[at] * (value - mean[at]) / (variance[at] + epsilon).sqrt() + shift[at]
            };
            (first.0, first.1.iter().enumerate().map(value).collect())
        }
        "LayerNormalization" => {
            let (scale, shift, epsilon) = (&inputs[1].1, &inputs[2].1, attribute(node, "epsilon"));
            let normalised = first.1.chunks(first.0).flat_map(|row| {
                let mean = row.iter().sum::<f64>() / row.len() as f64;
                let variance = row.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / row.len() as f64;
                let root = (variance + epsilon).sqrt();
                row.iter()
                    .zip(scale)
                    .zip(shift)
                    .map(move |((value, scale), shift)| scale * (value - mean) / root + shift)
            });
            (first.0, normalised.collect())
        }
        "Softmax" => {
            let shares = first.1.chunks(first.0).flat_map(|row| {
                let total: f64 = row.iter().map(|value| value.exp()).sum();
                row.iter().map(move |value| value.exp() / total)
            });
            (first.0, shares.collect())
        }
        "ArgMax" => {
            let largest = |row: &[f64]| (0..row.len()).rev().max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap_or(0);
            (1, first.1.chunks(first.0).map(|row| largest(row) as f64).collect())
        }
        other => panic!("{other} is not run here"),
    }
}

/// The named outputs of a graph for these features.
fn run(graph: &Graph, features: &Matrix) -> HashMap<String, Numbers> {
    let mut values: HashMap<String, Numbers> = HashMap::new();
    values.insert("features".to_owned(), (features.columns, features.values.clone()));
    for Constant { name, shape, values: numbers, .. } in &graph.constants {
        let known = values.insert(name.clone(), (shape.last().copied().unwrap_or(0), numbers.clone()));
        assert!(known.is_none(), "two constants are called {name}");
    }
    for node in &graph.nodes {
        let inputs: Vec<&Numbers> = node.inputs.iter().map(|name| &values[name]).collect();
        let value = compute(node, &inputs);
        assert!(values.insert(node.output.clone(), value).is_none(), "{} is there twice", node.output);
    }
    values
}

fn built(kind: &str, keys: &str) -> Box<dyn Model> {
    let family = FAMILIES.row(kind).expect("exists");
    let mut values: Values = keys.parse().expect("TOML");
    for parameter in family.parameters {
        if let Some(value) = parameter.filled_in() {
            values.entry(parameter.name).or_insert(value);
        }
    }
    (family.build.build)(&values).unwrap_or_else(|error| panic!("{keys}: {error}"))
}

const FEATURES: usize = 3;

/// The default, as the plan passes it on.
const INIT: &str = "init = { kind = \"he_normal\", gain = 1.0 }";

fn features() -> Matrix {
    let mut stream = Stream::new(3, Purpose::SyntheticFeatures, 0);
    let values = (0..20 * FEATURES).map(|at| stream.normal() * [1.0, 30.0, 0.2][at % FEATURES] + 5.0).collect();
    Matrix { rows: 20, columns: FEATURES, values }
}

/// Checks that the graph of a model with random parameters gives the model's predictions.
fn check(kind: &str, keys: &str, space: &Space, classes: &[String]) {
    let model = built(kind, keys);
    let layout = model.layout(space).unwrap_or_else(|error| panic!("{keys}: {error}"));
    let mut stream = Stream::new(5, Purpose::SyntheticFeatures, 1);
    let parameters: Vec<f64> = (0..layout.parameters()).map(|_| 0.4 * stream.normal()).collect();
    let statistics: Vec<f64> = model.statistics(space).iter().map(|_| 0.5 + stream.normal().abs()).collect();
    let scaled = Standardization { mean: vec![4.0, 5.0, 6.0], deviation: vec![2.0, 40.0, 0.0], constant: vec![2] };
    for standardization in [None, Some(&scaled)] {
        if standardization.is_none() && kind == "polynomial" {
            continue;
        }
        let trained = TrainedModel {
            model: &*model,
            space,
            standardization,
            precision: Precision::F64,
            parameters: &parameters,
            statistics: &statistics,
        };
        let features = features();
        let expected = trained.predict(&features).expect("predicts");
        let names = ["a", "b", "c"].map(str::to_owned);
        let targets = ["y".to_owned()];
        let exported = ExportedModel { trained, features: &names, targets: &targets, classes, about: Vec::new() };
        let graph = graph(&exported).unwrap_or_else(|error| panic!("{keys}: {error}"));
        let found = run(&graph, &features);
        let (columns, values) = &found[graph.outputs[0].name];
        assert_eq!(Some(*columns), graph.outputs[0].columns, "{kind} {keys}");
        for row in 0..features.rows {
            let mut of_row: Vec<f64> = expected.iter().skip(row).step_by(features.rows).copied().collect();
            if of_row.len() == 1 && !classes.is_empty() {
                let other = if graph.outputs[0].name == "scores" { -of_row[0] } else { 1.0 - of_row[0] };
                of_row.insert(0, other);
            }
            for (column, expected) in of_row.iter().enumerate() {
                let found = values[row * columns + column];
                let error = (found - expected).abs() / expected.abs().max(1.0);
                assert!(error < 1e-9, "{kind} {keys}, row {row}, column {column}: {found} instead of {expected}");
            }
            if !classes.is_empty() {
                let largest = (0..of_row.len()).rev().max_by(|&a, &b| of_row[a].total_cmp(&of_row[b])).expect("some");
                assert_eq!(found["class"].1[row] as usize, largest, "{kind} {keys}, row {row}");
            }
        }
        assert_eq!(onnx(&exported), onnx(&exported), "the same model is the same bytes");
    }
}

fn space(classes: usize) -> (Space, Vec<String>) {
    let names = (0..classes).map(|class| format!("class {class}")).collect();
    let (target, classes) = if classes > 0 { (TargetKind::Classes, Some(classes)) } else { (TargetKind::Number, None) };
    (Space { n_features: FEATURES, target, n_targets: 1, classes }, names)
}

#[test]
fn every_model_and_layer_computes_its_predictions() {
    let (numbers, none) = space(0);
    for keys in ["degree = 2", "degree = 3", "degree = 4\ninteractions = false", "degree = 1"] {
        check("polynomial", keys, &numbers, &none);
    }
    check("linear", "", &Space { n_targets: 2, ..numbers }, &none);
    for activation in crate::model::ACTIVATIONS.rows {
        for norm in ["none", "batch", "layer"] {
            let keys = format!(
                "hidden = [4, 4, 5]\n{INIT}\nactivation = {{ kind = {:?}{} }}\nnorm = {norm:?}\nresidual = true\ndropout = 0.1",
                activation.name,
                match activation.name {
                    "leaky_relu" => ", slope = 0.01",
                    "elu" => ", alpha = 1.5",
                    _ => "",
                }
            );
            check("mlp", &keys, &numbers, &none);
        }
    }
    let (space, names) = space(3);
    check(
        "mlp",
        &format!("hidden = [4]\n{INIT}\nactivation = {{ kind = \"relu\" }}\nloss = {{ kind = \"cross_entropy\" }}"),
        &space,
        &names,
    );
}

#[test]
fn every_loss_has_the_link_of_its_predictions() {
    for row in LOSSES.rows {
        let required = match row.name {
            "huber" => ", delta = 1.5",
            "quantile" => ", tau = 0.5",
            "epsilon_insensitive" => ", epsilon = 0.5",
            _ => "",
        };
        let keys = format!("loss = {{ kind = {:?}{required} }}", row.name);
        let loss_of = built("linear", &keys);
        let is_of_classes = loss_of.wants_classes();
        let (space, names) = match (is_of_classes, loss_of.loss().link()) {
            (false, _) => space(0),
            (true, Link::Softmax) => space(3),
            (true, _) => space(2),
        };
        check("linear", &keys, &space, &names);
    }
}

#[test]
fn safetensors_have_a_header_and_the_numbers_behind_it() {
    let (space, none) = space(0);
    let model = built("mlp", &format!("hidden = [2]\n{INIT}\nactivation = {{ kind = \"relu\" }}\nnorm = \"batch\""));
    let layout = model.layout(&space).expect("has one");
    let parameters: Vec<f64> = (0..layout.parameters()).map(|at| f64::from((at as f32) * 0.1)).collect();
    let trained = TrainedModel {
        model: &*model,
        space: &space,
        standardization: None,
        precision: Precision::F32,
        parameters: &parameters,
        statistics: &[0.0, 0.25, 1.0, 2.0],
    };
    let names = ["a", "b", "ü \"c\""].map(str::to_owned);
    let about = vec![("trial".to_owned(), "00".to_owned())];
    let exported = ExportedModel { trained, features: &names, targets: &none, classes: &none, about };
    let bytes = safetensors(&exported).expect("writes");
    assert_eq!(bytes, safetensors(&exported).expect("writes"));
    let length = u64::from_le_bytes(bytes[..8].try_into().expect("8 bytes")) as usize;
    assert_eq!(length % 8, 0);
    let header: serde_json::Value = serde_json::from_slice(&bytes[8..8 + length]).expect("JSON");
    let names: Vec<&String> = header.as_object().expect("a table").keys().collect();
    assert!(names.iter().any(|name| *name == "batch_norm_1.running_variance"), "{names:?}");
    assert_eq!(header["__metadata__"]["features"], "[\"a\",\"b\",\"ü \\\"c\\\"\"]");
    let weights = &header["dense_1.weights"];
    assert_eq!((&weights["dtype"], weights["shape"].to_string()), (&"F32".into(), "[2,3]".to_owned()));
    let from = 8 + length + weights["data_offsets"][0].as_u64().expect("a number") as usize;
    let second = f32::from_le_bytes(bytes[from + 4..from + 8].try_into().expect("4 bytes"));
    assert_eq!(second, 0.1);
    let total = header.as_object().expect("a table").iter().filter(|(name, _)| *name != "__metadata__");
    let ends = total.map(|(_, tensor)| tensor["data_offsets"][1].as_u64().expect("a number"));
    assert_eq!(ends.max(), Some((bytes.len() - 8 - length) as u64));
}
