//! What a network's steps do in the place of others.

use super::Program;
use crate::model::network::layers::LAYERS;
use crate::model::network::node_list::read_nodes;

/// For each step of a network on three features, whether the step before it does its forward pass.
fn done(layers: &str) -> Vec<bool> {
    let table: toml::Table = format!("layers = {layers}").parse().expect("TOML");
    let nodes = read_nodes(&LAYERS, table.get("layers"), "layers").expect("layers");
    let program = Program::new(&nodes, 1, 3, 1).expect("a network");
    for (step, next) in program.steps.iter().zip(&program.steps[1..]) {
        assert_eq!(step.in_store.is_some(), next.is_done);
    }
    program.steps.iter().map(|step| step.is_done).collect()
}

#[test]
fn a_dense_layer_applies_the_rectifier_behind_it() {
    const DENSE: &str = "{ kind = \"dense\", units = 3, bias = true }";
    let activation = |name: &str| format!("{{ kind = \"activation\", function = {{ kind = \"{name}\" }} }}");
    let (relu, tanh) = (activation("relu"), activation("tanh"));
    assert_eq!(done(&format!("[{DENSE}, {relu}]")), [false, true, false]);
    // One function alone.
    assert_eq!(done(&format!("[{DENSE}, {relu}, {relu}]")), [false, true, false, false]);
    assert_eq!(done(&format!("[{DENSE}, {tanh}, {DENSE}, {relu}]")), [false, false, false, true, false]);
    assert_eq!(done(&format!("[{DENSE}, {{ kind = \"dropout\", share = 0.5 }}, {relu}]")), [false; 4]);
    // The numbers before the rectifier are added to those behind it.
    let residual = format!("{{ kind = \"residual\", layers = [{relu}, {DENSE}] }}");
    assert_eq!(done(&format!("[{DENSE}, {residual}]")), [false; 5]);
}
