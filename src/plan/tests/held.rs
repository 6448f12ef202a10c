//! Ids that exist: those of the committed results, and those of an experiment that sets almost every key.

use std::fs;
use std::path::Path;

use super::bound;
use crate::record::Id;
use crate::store::{TableColumn, TableFile};

#[test]
fn committed_results_keep_their_ids() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["gd_vs_sgd", "lr_grid", "textbook"] {
        let text = fs::read_to_string(root.join(format!("experiments/{name}.toml"))).expect("reads");
        let table = TableFile::open(&root.join(format!("results/{name}/trials.parquet"))).expect("opens");
        let columns = table.read(0..table.rows(), &["trial"]).expect("has ids");
        let [(_, TableColumn::Text(column))] = &columns[..] else { panic!("{name}: ids are texts") };
        let held: Vec<String> = column.iter().map(|id| id.expect("an id").to_owned()).collect();
        let planned = bound(&text, &[], |bound| bound.identities().all().iter().map(Id::hex).collect::<Vec<_>>());
        assert!(!held.is_empty(), "{name}");
        assert_eq!(planned, held, "{name}");
    }
}

/// Keys of every component with other values than their defaults.
const MANY_KEYS: &str = r#"
name = "held"
seeds = 2

[datasets.many]
source = "synthetic"
n_samples = 90
n_features = 4
noise = 0.5
condition = 100.0
standardize = [false, true]
split = { validation = 0.2, test = 0.2 }

[datasets.two]
source = "synthetic"
n_samples = [32, 64]
n_features = 2
seed = "trial"
split = { validation = 0.25, seed = 7 }

[datasets.line]
source = "csv"
path = "data/textbook_line.csv"
target = "y"

[models.linear]
kind = "linear"
l2 = [0.0, 0.1]

[models.lasso]
kind = "linear"
l1 = 0.05

[models.curve]
kind = "polynomial"
degree = [1, 2]
interactions = false
init = "normal"

[optimizers.gd]
method = "gd"
learning_rate = [0.01, 0.1]
momentum = [0.0, 0.9]

[optimizers.sgd]
method = "sgd"
batch_size = [1, 7, "full"]
last_batch = "keep"
learning_rate = 0.01
schedule = [{ kind = "constant" }, { kind = "inverse_time", decay = 0.01 }]

[train]
epochs = [3, 8]
curve_points = [16, 64]
target_loss = 0.001
patience = 5
divergence_factor = 1e9
precision = ["f64", "f32"]
path = ["auto", "plain"]
"#;

/// A change here means that nobody finds the records that they have.
#[test]
fn ids_of_trials_and_problems_stay() {
    let hash = |ids: &[Id]| Id::of(&ids.iter().map(|id| format!("{id}\n")).collect::<String>()).short();
    bound(MANY_KEYS, &[], |bound| {
        assert_eq!((bound.trials(), bound.problems.len()), (7712, 76));
        assert_eq!(hash(&bound.identities().all()), "24aaa0a8449f");
        assert_eq!(hash(&bound.problems), "2bd9f8c736ec");
    });
}
