//! The records of networks do not depend on company, threads, cuts or the instruction set: norms, dropout, residual blocks and starts by seed.

use sweep::numeric::{Instructions, limit_instructions};

use crate::training::{Way, bits, train};

/// Seven seeds of four networks by four methods, on full batches, where all seeds share a cohort, and on batches of one seed.
fn experiment(precision: &str) -> String {
    format!(
        r#"
name = "networks"
seeds = 7
[datasets.d]
source = "csv"
path = "../tests/fixtures/classification/iris.csv"
features = ["sepal_length", "sepal_width", "petal_width"]
target = "species"
split = {{ validation = 0.1, test = 0.1, seed = 1 }}
[models.batch]
kind = "mlp"
hidden = [5, 9]
norm = "batch"
dropout = 0.2
loss = "cross_entropy"
[models.layer]
kind = "mlp"
hidden = [6, 6]
activation = "gelu"
norm = "layer"
residual = true
init = "orthogonal"
loss = "cross_entropy"
l2 = 0.01
class_weight = "balanced"
[models.list]
kind = "network"
layers = [
    {{ kind = "dropout", share = 0.3 }},
    {{ kind = "dense", units = 17, bias = false }},
    {{ kind = "activation", function = "silu" }},
    {{ kind = "residual", layers = ["batch_norm", {{ kind = "activation", function = "tanh" }}, {{ kind = "dense", units = 17 }}], repeated = true }},
    {{ kind = "dropout", share = 0.5 }},
]
depth = 2
init = "torch"
loss = "cross_entropy"
[models.plain]
kind = "mlp"
width = 8
depth = 3
activation = "sigmoid"
init = "glorot_uniform"
loss = "cross_entropy"
l1 = 0.001
[optimizers.gd]
method = "gd"
momentum = 0.9
learning_rate = [0.01, 0.1]
[optimizers.adam]
method = "adam"
batch_size = 16
learning_rate = [0.003, 0.03]
[optimizers.muon]
method = "muon"
batch_size = "full"
learning_rate = 0.02
[optimizers.free]
method = "schedule_free_sgd"
batch_size = 16
last_batch = "keep"
learning_rate = 0.1
clip_norm = 0.5
weight_decay = 0.01
[train]
epochs = 3
evaluate_every = 1
precision = {precision:?}
"#
    )
}

pub fn check() {
    for precision in ["f32", "f64"] {
        let text = experiment(precision);
        let whole = Way { cohort_limit: usize::MAX, cut: false, jobs: 2 };
        let known = bits(&train(&text, whole));
        let ways = [
            Way { cohort_limit: 1, ..whole },
            Way { cohort_limit: 3, ..whole },
            Way { cut: true, ..whole },
            Way { jobs: 1, cohort_limit: 7, cut: true },
        ];
        for way in ways {
            assert_same(&known, &bits(&train(&text, way)), &format!("{precision}, {way:?}"));
        }
        for path in [Instructions::Portable, Instructions::Avx2] {
            if limit_instructions(path) == path {
                assert_same(&known, &bits(&train(&text, whole)), &format!("{precision}, {path:?}"));
            }
        }
        limit_instructions(Instructions::Avx512);
    }
}

fn assert_same(known: &str, found: &str, what: &str) {
    let differing = known.lines().zip(found.lines()).find(|(one, other)| one != other);
    assert!(known == found, "networks, {what}: {differing:?}");
}
