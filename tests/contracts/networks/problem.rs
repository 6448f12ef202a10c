//! The problem that traces of networks descend, as `tests/fixtures/references/networks/problem.json` has it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::Value;
use sweep::data::Dataset;
use sweep::model::Model;
use sweep::numeric::Matrix;
use sweep::plan::{Setting, build_model};
use sweep::record::Reading;
use sweep::shape::{ClassNames, NamedClasses};

use crate::references::numbers;

pub struct Problem {
    /// The first rows train, the others are validated.
    pub trained: usize,
    /// `[rows, features]`
    pub features: Matrix,
    targets: BTreeMap<String, Vec<f64>>,
    /// Parameters by the name of their shape.
    pub starts: BTreeMap<String, Vec<f64>>,
}

/// The file of a reference that is no row's.
pub fn fixture(name: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/references/networks").join(name);
    serde_json::from_slice(&std::fs::read(path).expect("reads")).expect("JSON")
}

impl Problem {
    pub fn known() -> &'static Self {
        static KNOWN: OnceLock<Problem> = OnceLock::new();
        KNOWN.get_or_init(|| {
            let held = fixture("problem.json");
            let lists = |key: &str| -> BTreeMap<String, Vec<f64>> {
                let table = held[key].as_object().expect("a table");
                table.iter().map(|(name, list)| (name.clone(), numbers(list))).collect()
            };
            let rows: Vec<Vec<f64>> = held["features"].as_array().expect("rows").iter().map(numbers).collect();
            Self {
                trained: held["trained"].as_u64().expect("a number") as usize,
                features: Matrix { rows: rows.len(), columns: rows[0].len(), values: rows.concat() },
                targets: lists("targets"),
                starts: lists("starts"),
            }
        })
    }

    /// Its rows with one of its targets.
    pub fn dataset(&self, target: &str) -> Dataset {
        let names: Option<&[&str]> = match target {
            "class" => Some(&["a", "b", "c"]),
            "two_classes" => Some(&["no", "yes"]),
            _ => None,
        };
        let classes = names.map(|names| NamedClasses {
            names: ClassNames::new(names.iter().map(|name| (*name).to_owned()).collect()),
            are_numbers: false,
        });
        Dataset {
            features: self.features.clone(),
            target: self.targets[target].clone(),
            feature_names: (1..=self.features.columns).map(|column| format!("x{column}")).collect(),
            classes,
            weights: None,
            given_test: 0,
            target_name: target.to_owned(),
            other_targets: Vec::new(),
            fingerprint: target.to_owned(),
            notes: Vec::new(),
            reading: Reading::default(),
        }
    }
}

/// A setting as a file says it: `model`, `optimizer` and `train` are lines of their tables.
pub fn setting_of(model: &str, optimizer: &str, train: &str) -> Setting {
    let text = format!(
        "name = \"setting\"\n[datasets.d]\nsource = \"synthetic\"\nn_samples = 30\nn_features = 5\n[models.m]\n{model}\n\
         [optimizers.o]\n{optimizer}\n[train]\n{train}\n"
    );
    let loaded = sweep::experiment::load_text(&PathBuf::from("setting.toml"), &text, &[]);
    let loaded = loaded.unwrap_or_else(|mistakes| panic!("{}\n{text}", mistakes.render(false)));
    loaded.plan.combinations[0].grid.setting(0)
}

/// A model as a file says it.
pub fn model_of(kind: &str, keys: &str) -> Box<dyn Model> {
    let setting = setting_of(&format!("kind = {kind:?}\n{keys}"), "method = \"gd\"\nlearning_rate = 0.1", "");
    build_model(&setting).unwrap_or_else(|error| panic!("{kind}, {keys}: {error}"))
}
