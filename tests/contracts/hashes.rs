//! The bits of a tiny trial of each row: 24 training rows, three features, six steps. One line of `hashes.txt` for each row and
//! precision, the same alone, in a cohort, cut and resumed, on every instruction set.

use std::collections::BTreeMap;
use std::path::PathBuf;

use sweep::loss::ModelLoss;
use sweep::metric;
use sweep::numeric::{Instructions, instructions, limit_instructions};
use sweep::shape::{PredictionKind, Space, TargetKind};

use super::training::{Way, bits, train};
use super::{ContractRow, networks, references};

const WAYS: [Way; 3] = [
    Way { cohort_limit: usize::MAX, cut: false, jobs: 2 },
    Way { cohort_limit: 1, cut: false, jobs: 2 },
    Way { cohort_limit: usize::MAX, cut: true, jobs: 2 },
];

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/contracts/hashes.txt")
}

pub fn check(rows: &[ContractRow]) {
    let written = std::fs::read_to_string(file()).expect("reads");
    let mut known: BTreeMap<String, String> = written
        .lines()
        .filter_map(|line| line.rsplit_once(' '))
        .map(|(row, hash)| (row.to_owned(), hash.to_owned()))
        .collect();
    let bless = std::env::var_os("BLESS").is_some();
    let is_emulated = std::env::var_os("SWEEP_FEW_WAYS").is_some();
    let mut problems = Vec::new();
    let mut seen = Vec::new();
    for row in rows {
        for precision in ["f64", "f32"] {
            let Some(text) = experiment(row, precision) else { continue };
            let name = format!("{} {} {precision}", row.registry, row.name);
            // Metrics train what losses train, and an emulated CPU is slow.
            if is_emulated && row.registry == "metric" {
                seen.push(name);
                continue;
            }
            let hash = hash(&name, &text);
            if row.registry == "method" {
                check_company(&name, &text);
            }
            seen.push(name.clone());
            match known.get(&name) {
                Some(before) if *before == hash => {}
                // A line that stands is changed by hand, together with the row's revision.
                Some(before) => problems.push(format!("{name}: {hash} instead of {before}")),
                None if bless => {
                    known.insert(name, hash);
                }
                None => problems.push(format!("{name}: no line in hashes.txt; BLESS=1 adds it ({hash})")),
            }
        }
    }
    let gone = known.keys().filter(|name| !seen.contains(name));
    problems.extend(gone.map(|name| format!("{name}: a line without a row")));
    assert!(problems.is_empty(), "{problems:#?}");
    if bless {
        let lines: String = known.iter().map(|(name, hash)| format!("{name} {hash}\n")).collect();
        std::fs::write(file(), lines).expect("writes");
    }
}

/// Checks that a method's records do not depend on who trains beside it: a method that takes its gradient elsewhere, under l1.
fn check_company(name: &str, text: &str) {
    let company = "\n[models.lasso]\nkind = \"linear\"\nl1 = 0.05\n[optimizers.company]\nmethod = \"gd\"\nmomentum = 0.9\n\
                   nesterov = true\nlearning_rate = 0.05\n";
    for penalty in ["", "l1 = 0.05"] {
        let text = text
            .replace("[models.m]\n", &format!("[models.m]\n{penalty}\n"))
            .replace("[train]\n", "[train]\npath = \"plain\"\n");
        let alone = train(&text, WAYS[0]);
        let beside = train(&text.replacen("[train]", &format!("{company}[train]"), 1), WAYS[0]);
        for record in &alone {
            let same = beside.iter().find(|other| other.id == record.id).expect("it is planned here too");
            assert!(same == record, "{name}: company changes its record");
        }
    }
}

/// The hash of what is recorded, the same in every way and on every instruction set of this CPU.
fn hash(name: &str, text: &str) -> String {
    let widest = instructions();
    let mut found: Option<String> = None;
    for path in [Instructions::Portable, Instructions::Avx2, Instructions::Avx512] {
        if limit_instructions(path) != path {
            continue;
        }
        let ways = if path == widest { &WAYS[..] } else { &WAYS[..1] };
        for &way in ways {
            let bits = bits(&train(text, way));
            let known = found.get_or_insert_with(|| bits.clone());
            assert_eq!(*known, bits, "{name}, {path:?}, {way:?}");
        }
    }
    limit_instructions(Instructions::Avx512);
    blake3::hash(found.expect("trained").as_bytes()).to_hex()[..16].to_owned()
}

/// A generated data set.
const SYNTHETIC: [&str; 5] = [
    "source = \"synthetic\"",
    "n_samples = 30",
    "n_features = 3",
    "noise = 0.5",
    "split = { validation = 0.1, test = 0.1, seed = 1 }",
];

/// A data set whose targets a loss takes.
pub fn source_of_loss(row: &ContractRow) -> Vec<String> {
    let kind = toml::Table::from_iter([("kind".to_owned(), row.name.into())]);
    // A loss with required keys is not read without them, and takes any number.
    let Ok(loss) = ModelLoss::read(Some(&kind.into())) else { return SYNTHETIC.map(str::to_owned).to_vec() };
    // Half of the generated targets are negative.
    let numbers = if loss.lowest_target().is_some() { COUNTS } else { SYNTHETIC };
    classes_of(&loss).map_or_else(|| numbers.map(str::to_owned).to_vec(), classes)
}

/// A data set of a file whose targets are positive.
const COUNTS: [&str; 5] = [
    "source = \"csv\"",
    "path = \"data/iris.csv\"",
    "features = [\"sepal_length\", \"sepal_width\", \"petal_width\"]",
    "target = \"petal_length\"",
    "split = { validation = 0.1, test = 0.1, seed = 1 }",
];

/// A data set of a file whose targets are this many classes.
fn classes(count: usize) -> Vec<String> {
    let target = if count == 2 { "virginica" } else { "species" };
    [
        "source = \"csv\"",
        "path = \"../tests/fixtures/classification/iris.csv\"",
        "features = [\"sepal_length\", \"sepal_width\", \"petal_width\"]",
        &format!("target = \"{target}\""),
        "split = { validation = 0.1, test = 0.1, seed = 1 }",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// The number of classes that a loss needs; `None` if it takes other numbers.
fn classes_of(loss: &ModelLoss) -> Option<usize> {
    let fits = |classes| loss.fits(&Space { n_features: 3, target: TargetKind::Number, n_targets: 1, classes }).is_ok();
    [None, Some(3), Some(2)].into_iter().find(|classes| fits(*classes)).flatten()
}

/// A small network with a layer, an activation or an initialisation.
fn network_around(row: &ContractRow) -> Vec<String> {
    let keys: String = row.required(&[]).into_iter().map(|key| format!(", {key}")).collect();
    let own = format!("{{ kind = {:?}{keys} }}", row.name);
    let dense = r#"{ kind = "dense", units = 3 }"#;
    let lines = match row.registry {
        "layer" => {
            let lines = [
                "kind = \"network\"",
                &format!("layers = [{dense}, {own}, {{ kind = \"activation\", function = \"tanh\" }}]"),
            ];
            lines.map(str::to_owned).to_vec()
        }
        key => {
            let key = if key == "initialisation" { "init" } else { key };
            vec!["kind = \"mlp\"".to_owned(), "hidden = [4, 3]".to_owned(), format!("{key} = {own}")]
        }
    };
    [lines, vec!["loss = \"cross_entropy\"".to_owned()]].concat()
}

/// An experiment around the row; `None` if the row trains nothing that others do not (a file's numbers are in its fingerprint).
fn experiment(row: &ContractRow, precision: &str) -> Option<String> {
    let mut source = SYNTHETIC.map(str::to_owned).to_vec();
    let mut model = vec!["kind = \"linear\"".to_owned()];
    let mut optimizer = vec!["method = \"gd\"".to_owned(), "learning_rate = [0.05, 0.1, 0.2]".to_owned()];
    let mut train = vec!["epochs = 6".to_owned()];
    match row.registry {
        "source" if row.name == "synthetic" => source.truncate(5),
        "source" => return None,
        // It trains nothing.
        "baseline" => return None,
        "model" => {
            model = vec![format!("kind = {:?}", row.name)];
            model.extend(row.required(&[]));
            let built = networks::model_of(row.name, &row.required(&[]).join("\n"));
            source = classes_of(built.loss()).map_or(source, classes);
        }
        "loss" => {
            let keys: String = row.required(&[]).into_iter().map(|key| format!(", {key}")).collect();
            model.push(format!("loss = {{ kind = {:?}{keys} }}", row.name));
            source = source_of_loss(row);
        }
        "method" => {
            optimizer = vec![format!("method = {:?}", row.name)];
            optimizer.extend(row.required(&["learning_rate"]));
            if row.has_key("learning_rate") {
                optimizer.push("learning_rate = [0.05, 0.1, 0.2]".to_owned());
            }
            if row.has_key("batch_size") {
                optimizer.push("batch_size = 8".to_owned());
                train = vec!["epochs = 2".to_owned()];
            }
            // The keys that its reference sets are held in both precisions and on every path too.
            for (index, keys) in references::keys_of_cases(row).into_iter().enumerate() {
                let batch = if row.has_key("batch_size") { "batch_size = 8\n" } else { "" };
                optimizer.push(format!("[optimizers.case_{index}]\nmethod = {:?}\n{batch}{keys}", row.name));
            }
        }
        "schedule" => {
            let keys: String = row.required(&[]).into_iter().map(|key| format!(", {key}")).collect();
            optimizer.push(format!("schedule = {{ kind = {:?}{keys} }}", row.name));
        }
        "average" => {
            optimizer = vec![
                "method = \"sgd\"".to_owned(),
                "learning_rate = [0.05, 0.1, 0.2]".to_owned(),
                "batch_size = 8".to_owned(),
            ];
            let keys: String = row.required(&[]).into_iter().map(|key| format!(", {key}")).collect();
            optimizer.push(format!("average = {{ kind = {:?}{keys} }}", row.name));
        }
        "layer" | "activation" | "initialisation" => {
            model = network_around(row);
            source = classes(3);
            optimizer = vec![
                "method = \"adam\"".to_owned(),
                "learning_rate = [0.01, 0.02, 0.05]".to_owned(),
                "batch_size = 8".to_owned(),
            ];
            train = vec!["epochs = 2".to_owned()];
        }
        "metric" => {
            train.push(format!("metrics = [{:?}]", row.name));
            if !metric::metric(row.name).expect("exists").takes(PredictionKind::Numbers) {
                model = vec!["kind = \"softmax\"".to_owned()];
                source = classes(3);
                source.push("[datasets.two]".to_owned());
                source.extend(classes(2));
            }
        }
        other => panic!("the registry of {other}s has no experiment here"),
    }
    train.push("evaluate_every = 1".to_owned());
    train.push(format!("precision = {precision:?}"));
    let tables = [("datasets.d", source), ("models.m", model), ("optimizers.o", optimizer), ("train", train)];
    let tables = tables.map(|(name, lines)| format!("[{name}]\n{}\n", lines.join("\n")));
    Some(format!("name = \"contracts\"\n{}", tables.join("\n")))
}
