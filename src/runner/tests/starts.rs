//! Networks that start from files: each trial has what its own file gives, whoever is in its cohort.

use std::path::Path;

use super::*;
use crate::plan::{build_model, dataset_key, space_of};
use crate::record::Curve;

/// An experiment on these starts, with two rates.
fn experiment(starts: &str) -> String {
    format!(
        "name = \"starts\"\nseeds = 1\n[datasets.d]\nsource = \"synthetic\"\nn_samples = 40\nn_features = 3\n[models.m]\nkind = \"mlp\"\n\
         hidden = [4]\nnorm = \"batch\"\ninit = {starts}\n[optimizers.sgd]\nmethod = \"sgd\"\nbatch_size = 8\n\
         learning_rate = [0.01, 0.1]\n[train]\nepochs = 3\n"
    )
}

/// Writes a file of the network's tensors whose numbers follow from `at`.
fn write(path: &Path, at: f64) {
    let (plan, _, facts) = planned(&experiment("\"torch\""));
    let setting = plan.combinations[0].setting(0);
    let space = space_of(&facts[&dataset_key(&setting)]).expect("a space");
    let layout = build_model(&setting).expect("builds").layout(&space).expect("fits");
    let blocks = layout.blocks().iter().map(|block| (block.name.to_string(), block.shape.clone()));
    let statistics = ["running_mean", "running_variance"].map(|name| (format!("batch_norm_1.{name}"), vec![4]));
    let (mut header, mut numbers) = (serde_json::Map::new(), Vec::new());
    for (name, shape) in blocks.chain(statistics) {
        let (count, from) = (shape.iter().product::<usize>(), numbers.len());
        let number = |index: usize| 0.2 + at * (index as f64 + 1.0) / count as f64;
        numbers.extend((0..count).flat_map(|index| number(index).to_le_bytes()));
        header
            .insert(name, serde_json::json!({ "dtype": "F64", "shape": shape, "data_offsets": [from, numbers.len()] }));
    }
    let header = serde_json::Value::from(header).to_string();
    let bytes = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &numbers].concat();
    std::fs::write(path, bytes).expect("written");
}

/// The curves of an experiment's trials, in the plan's order.
fn curves(starts: &str) -> Vec<Curve> {
    let (plan, data, facts) = planned(&experiment(starts));
    let bound = BoundPlan::new(&plan, &facts).expect("fits");
    let folder = tempfile::tempdir().expect("a folder");
    let store = new_store(&folder);
    train(&bound, &data, &store, usize::MAX);
    let identities = bound.identities();
    let records = store.read(&identities).expect("reads").records().expect("all are there");
    let of = |index: usize| records.iter().find(|record| record.id == identities.all()[index]).expect("trained");
    (0..bound.trials()).map(|index| of(index).curve.clone()).collect()
}

#[test]
fn running_means_are_those_of_the_own_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, at: f64| {
        let path = folder.path().join(name);
        write(&path, at);
        format!("{{ kind = \"file\", path = {path:?} }}")
    };
    let (one, other) = (file("one.safetensors", 0.3), file("other.safetensors", 0.9));
    let together = curves(&format!("[{one}, \"torch\", {other}]"));
    let alone: Vec<Curve> = [one.as_str(), "\"torch\"", other.as_str()].into_iter().flat_map(curves).collect();
    assert_eq!(together, alone);
    assert_ne!(alone[0].train[0].to_bits(), alone[4].train[0].to_bits());
}
