//! Every row against another program: `tests/fixtures/references/REGISTRY/NAME.json`, which says how it was made.

use std::path::PathBuf;

use serde_json::Value;
use sweep::baseline::{BASELINES, KnownProblem};
use sweep::loss::ModelLoss;
use sweep::metric;
use sweep::model::{Passes, Points, Workspace};
use sweep::numeric::Matrix;
use sweep::numeric::{MatrixRows, PARTIAL_SUMS, totals};
use sweep::optimizer::METHODS;
use sweep::parameter::AnyRegistry;
use sweep::record::{Split, TheoryEntry};
use sweep::schedule::{self, Horizon, Schedule};
use sweep::shape::{Predicted, Space, TargetKind};

use super::rows_of_case::RowsOfCase;
use super::training::{Way, theory, train};
use super::{ContractRow, networks};

pub fn check(rows: &[ContractRow]) {
    for row in rows {
        let path = path(row);
        // Sources are held to other programs' readers by tests of their own, and means stand among the parts of methods.
        if matches!(row.registry, "source" | "average") {
            continue;
        }
        let text = read(row).unwrap_or_else(|| panic!("{} is missing", path.display()));
        let reference: Value =
            serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(reference["made_by"].is_string(), "{}: `made_by` says how it was made", path.display());
        let cases = reference["cases"].as_array().expect("a list of cases");
        assert!(!cases.is_empty(), "{}: no case", path.display());
        for case in cases {
            let tolerance = reference["tolerance"].as_f64().expect("a tolerance");
            let what = format!("{} {}, {}", row.registry, row.name, case["keys"]);
            match row.registry {
                "method" => method(row, case, tolerance, &what),
                "schedule" => rates(row, case, tolerance, &what),
                "model" => outputs(row, case, tolerance, &what),
                "layer" | "activation" => networks::check_trace(case, tolerance, &what),
                "initialisation" => networks::check_start(row.name, case, tolerance, &what),
                "loss" => loss(row, case, tolerance, &what),
                "metric" => value(row, case, tolerance, &what),
                "baseline" => baseline(row, case, tolerance, &what),
                other => panic!("references of the registry of {other}s are not read here"),
            }
        }
    }
}

/// The parts of methods against other programs: each file of `references/part`, and each mean in one of them.
pub fn check_parts(rows: &[ContractRow]) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/references/part");
    let mut held = Vec::new();
    for file in std::fs::read_dir(&folder).expect("a folder") {
        let path = file.expect("reads").path();
        let reference: Value = serde_json::from_slice(&std::fs::read(&path).expect("reads")).expect("JSON");
        let tolerance = number(&reference["tolerance"]);
        for case in reference["cases"].as_array().expect("a list of cases") {
            let (method, keys) = (case["method"].as_str().expect("a method"), case["keys"].as_str().expect("TOML"));
            let takes_batches = METHODS.about(method).expect("exists").keys().any(|key| key.name == "batch_size");
            steps_of_method(method, takes_batches, case, tolerance, &format!("{method}, {keys}"));
            held.push(keys.to_owned());
        }
    }
    let parts = METHODS.common.iter().map(|key| format!("{} =", key.name));
    // Schedules have references of their own, and `decay` is a word.
    let parts = parts.filter(|key| !key.starts_with("schedule"));
    let means = rows.iter().filter(|row| row.registry == "average").map(|row| format!("kind = \"{}\"", row.name));
    for key in parts.chain(means) {
        assert!(held.iter().any(|keys| keys.contains(&key)), "no reference sets `{key}`");
    }
}

/// The keys of each case of a row's reference on the first problem, as TOML.
pub fn keys_of_cases(row: &ContractRow) -> Vec<String> {
    let Some(text) = read(row) else { return Vec::new() };
    let reference: Value = serde_json::from_slice(&text).expect("JSON");
    let first = |case: &&Value| case["problem"].as_str().is_none_or(|problem| problem == PROBLEMS[0].0);
    let cases = reference["cases"].as_array().into_iter().flatten().filter(first);
    cases.map(|case| case["keys"].as_str().expect("TOML").to_owned()).collect()
}

/// The file of a row's reference.
fn path(row: &ContractRow) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join(format!("tests/fixtures/references/{}/{}.json", row.registry, row.name))
}

fn read(row: &ContractRow) -> Option<Vec<u8>> {
    std::fs::read(path(row)).ok()
}

pub fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"))
}

pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap_or_else(|| panic!("{value} is not a list")).iter().map(number).collect()
}

/// The keys of a case, with the defaults of the others.
fn filled(row: &ContractRow, case: &Value) -> toml::Table {
    let mut values: toml::Table = case["keys"].as_str().expect("TOML").parse().expect("TOML");
    for key in row.about.keys() {
        if let Some(default) = key.filled_in() {
            values.entry(key.name).or_insert(default);
        }
    }
    values
}

fn assert_close(found: f64, expected: f64, allowed: f64, what: &str) {
    assert!((found - expected).abs() <= allowed, "{what}: {found:?} instead of {expected:?}");
}

/// The problems on which references of methods train, over all rows of a file with standardized features: the file, its target, the model.
const PROBLEMS: [(&str, &str, &str, &str); 4] = [
    ("quadratic", "diabetes.csv", "progression", "linear"),
    ("logistic", "breast_cancer.csv", "diagnosis", "logistic"),
    ("softmax", "iris.csv", "species", "softmax"),
    // Two of the four features, so that there are more classes than features.
    ("softmax_petals", "iris.csv", "species\"\nignore = [\"sepal_length\", \"sepal_width\"]#\"", "softmax"),
];

/// θ after some numbers of full-batch steps, from zero unless the case says otherwise.
fn method(row: &ContractRow, case: &Value, tolerance: f64, what: &str) {
    steps_of_method(row.name, row.has_key("batch_size"), case, tolerance, what);
}

fn steps_of_method(method: &str, takes_batches: bool, case: &Value, tolerance: f64, what: &str) {
    let keys = case["keys"].as_str().expect("TOML");
    let batch = if takes_batches { "batch_size = \"full\"\n" } else { "" };
    let problem = case["problem"].as_str().unwrap_or(PROBLEMS[0].0);
    let (_, file, target, kind) = PROBLEMS.iter().find(|(name, ..)| *name == problem).expect("a known problem");
    let own = format!("kind = {kind:?}");
    let model = case["model"].as_str().unwrap_or(&own);
    let init = case.get("init").map(|init| format!("init = {init}\n")).unwrap_or_default();
    for (precision, tolerance, key) in [("f64", tolerance, "theta_after"), ("f32", 1e-4, "f32_after")] {
        for (steps, expected) in case[key].as_object().into_iter().flatten() {
            let text = format!(
                "name = \"reference\"\n[datasets.d]\nsource = \"csv\"\npath = \"data/{file}\"\ntarget = \"{target}\"\n\
                 standardize = true\n[models.m]\n{model}\n{init}[optimizers.o]\nmethod = {method:?}\n{batch}{keys}\n\
                 [train]\nepochs = {steps}\nprecision = {precision:?}\ncurve_points = 2\n"
            );
            for path in ["auto", "plain"] {
                let text = format!("{text}path = {path:?}\n");
                let records = train(&text, Way { cohort_limit: usize::MAX, cut: false, jobs: 2 });
                let what = format!("{what} on {problem}, after {steps} in {precision} on {path}");
                let theta = records[0].theta.as_ref().unwrap_or_else(|| panic!("{what}: {:?}", records[0].outcome));
                let expected = numbers(expected);
                assert_eq!(theta.len(), expected.len(), "{what}");
                let norm = expected.iter().fold(0.0, |sum, value| sum + value * value).sqrt();
                for (found, expected) in theta.iter().zip(&expected) {
                    assert_close(*found, *expected, tolerance * norm.max(1.0), &what);
                }
            }
        }
    }
}

fn rates(row: &ContractRow, case: &Value, tolerance: f64, what: &str) {
    let mut values = filled(row, case);
    values.insert("kind".to_owned(), row.name.into());
    let schedule = schedule::read(Some(&toml::Value::Table(values))).unwrap_or_else(|error| panic!("{what}: {error}"));
    let whole = |key: &str| case[key].as_u64().expect("a whole number");
    if let Some(losses) = case.get("objective_after_epoch") {
        return rates_after_losses(&*schedule, numbers(losses), case, tolerance, what);
    }
    let (rate, horizon) =
        (number(&case["learning_rate"]), Horizon { steps: whole("steps"), steps_per_epoch: whole("steps_per_epoch") });
    for (k, expected) in case["rate_at"].as_object().expect("a table of steps") {
        let found = schedule.rate(rate, k.parse().expect("a step"), horizon);
        assert_close(found, number(expected), tolerance * rate, &format!("{what} at {k}"));
    }
}

/// The rate of the epoch that follows each epoch, given J at its end. There are two updates in an epoch.
fn rates_after_losses(schedule: &dyn Schedule, losses: Vec<f64>, case: &Value, tolerance: f64, what: &str) {
    let expected = numbers(&case["rate_after_epoch"]);
    assert_eq!(losses.len(), expected.len(), "{what}");
    let (rate, horizon) =
        (number(&case["learning_rate"]), Horizon { steps: 2 * losses.len() as u64, steps_per_epoch: 2 });
    let mut memory = schedule.memory().unwrap_or_else(|| panic!("{what}: it remembers no losses"));
    for ((epoch, objective), expected) in (1..).zip(losses).zip(expected) {
        memory.observe(epoch, 2 * epoch, objective);
        let found = memory.adjusted(schedule.rate(rate, 2 * epoch, horizon));
        assert_close(found, expected, tolerance * expected, &format!("{what} after epoch {epoch}"));
    }
}

fn outputs(row: &ContractRow, case: &Value, tolerance: f64, what: &str) {
    let model = networks::model_of(row.name, case["keys"].as_str().expect("TOML"));
    let rows: Vec<Vec<f64>> = case["features"].as_array().expect("rows").iter().map(numbers).collect();
    let features = Matrix { rows: rows.len(), columns: rows[0].len(), values: rows.concat() };
    let classes = case["classes"].as_u64().map(|classes| classes as usize);
    let space = Space { n_features: features.columns, target: TargetKind::Number, n_targets: 1, classes };
    let layout = model.layout(&space).expect("fits");
    let theta = numbers(&case["parameters"]);
    assert_eq!(layout.parameters(), theta.len(), "{what}");
    let read = match model.linear_in_parameters() {
        Some(linear) => linear.design(&features).expect("forms"),
        None => features,
    };
    let mut found = vec![0.0; model.n_outputs(&space) * read.rows];
    let view = MatrixRows::every(&read.values, read.columns);
    Passes::<f64>::outputs(&*model, view, Points::new(1, &theta), &mut found, &mut Workspace::default());
    for (found, expected) in found.iter().zip(numbers(&case["outputs"])) {
        assert_close(*found, expected, tolerance * expected.abs().max(1.0), what);
    }
}

/// Σ ℓ, ∂ℓ/∂output by row and the loss's metric; or J at the optimum on diabetes.csv, which a method must reach.
fn loss(row: &ContractRow, case: &Value, tolerance: f64, what: &str) {
    let mut keys = filled(row, case);
    keys.insert("kind".to_owned(), row.name.into());
    if let Some(objective) = case.get("objective") {
        return optimum(&keys, case, number(objective), what);
    }
    let loss = ModelLoss::read(Some(&keys.into())).expect("builds");
    let (outputs, targets) = (numbers(&case["outputs"]), numbers(&case["targets"]));
    let expected = number(&case["sum"]);
    assert_close(loss.sum(&outputs, &targets, None), expected, tolerance * expected.abs().max(1.0), what);
    if let Some(expected) = case.get("metric").map(number) {
        assert_close(loss.metric(&outputs, &targets, None), expected, tolerance * expected.abs().max(1.0), what);
    }
    let (mut found, mut sums) = (outputs, [[0.0; PARTIAL_SUMS]]);
    loss.differentiate(&mut found, &targets, None, &mut sums);
    let total = totals(&sums).next().expect("one trial");
    assert_close(total, expected, tolerance * expected.abs().max(1.0), what);
    for (found, expected) in found.iter().zip(numbers(&case["derivatives"])) {
        assert_close(*found, expected, tolerance * expected.abs().max(1.0), what);
    }
}

/// J at the last parameters of a method, L-BFGS unless the case says another one, is the optimum within what the case allows, and is
/// not below it. Under l1 the same weights are zero.
fn optimum(keys: &toml::Table, case: &Value, expected: f64, what: &str) {
    let loss = ModelLoss::read(Some(&keys.clone().into())).expect("builds");
    let keys: Vec<String> = keys.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    let optimizer = case["optimizer"].as_str().unwrap_or("method = \"lbfgs\"");
    let stop = if optimizer.contains("lbfgs") { "gradient_norm = 1e-8\n" } else { "" };
    let text = format!(
        "name = \"reference\"\n[datasets.d]\nsource = \"csv\"\npath = \"data/diabetes.csv\"\ntarget = \"progression\"\n\
         standardize = true\n[models.m]\nkind = \"linear\"\n{}\nloss = {{ {} }}\n[optimizers.o]\n{optimizer}\n\
         [train]\nepochs = {}\ncurve_points = 4\n{stop}",
        case["model"].as_str().unwrap_or_default(),
        keys.join(", "),
        case["epochs"].as_u64().unwrap_or(1000)
    );
    let record = &train(&text, Way { cohort_limit: usize::MAX, cut: false, jobs: 2 })[0];
    let what = format!("{what}, {}, {optimizer}", case["model"]);
    assert!(record.outcome.is_completed(), "{what}: {:?}", record.outcome);
    let theta = record.theta.as_ref().expect("few parameters");
    let (design, targets) = diabetes();
    let output = |row: &Vec<f64>| row.iter().zip(theta).fold(0.0, |sum, (value, weight)| sum + value * weight);
    let outputs: Vec<f64> = design.iter().map(output).collect();
    let own = record.metrics.iter().find(|metric| metric.split == Split::Train).and_then(|metric| metric.last);
    let by_outputs = loss.metric(&outputs, &targets, None);
    assert_close(own.expect("completed"), by_outputs, 1e-9 * by_outputs.abs(), &what);
    let weight_of = |key: &str| case[key].as_f64().unwrap_or(0.0);
    let penalty = |weight: &f64| weight_of("l1") * weight.abs() + 0.5 * weight_of("l2") * weight * weight;
    let objective =
        loss.sum(&outputs, &targets, None) / targets.len() as f64 + theta[1..].iter().map(penalty).sum::<f64>();
    let within = case["within"].as_f64().unwrap_or(1e-6);
    assert!(
        objective <= expected + within,
        "{what}: J is {objective:?}, which is {:e} above the optimum",
        objective - expected
    );
    assert!(
        objective >= expected - 1e-9 * expected.abs(),
        "{what}: J is {objective:?}, below the optimum {expected:?}"
    );
    if let Some(zeros) = case.get("zeros") {
        let found: Vec<f64> =
            (0..).zip(&theta[1..]).filter(|(_, weight)| **weight == 0.0).map(|(at, _)| f64::from(at)).collect();
        assert_eq!(found, numbers(zeros), "{what}: other weights are zero");
    }
}

/// The rows of diabetes.csv, standardized, after a column of ones, and their targets.
fn diabetes() -> (Vec<Vec<f64>>, Vec<f64>) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("experiments/data/diabetes.csv");
    let text = std::fs::read_to_string(path).expect("reads");
    let mut lines = text.lines();
    let target = lines.next().expect("a header").split(',').position(|name| name == "progression").expect("a column");
    let mut rows: Vec<Vec<f64>> =
        lines.map(|line| line.split(',').map(|cell| cell.parse().expect("a number")).collect()).collect();
    let targets: Vec<f64> = rows.iter_mut().map(|row| row.remove(target)).collect();
    let n = rows.len() as f64;
    for column in 0..rows[0].len() {
        let mean = rows.iter().map(|row| row[column]).sum::<f64>() / n;
        let variance = rows.iter().map(|row| (row[column] - mean) * (row[column] - mean)).sum::<f64>() / n;
        rows.iter_mut().for_each(|row| row[column] = (row[column] - mean) / variance.sqrt());
    }
    rows.iter_mut().for_each(|row| row.insert(0, 1.0));
    (rows, targets)
}

/// A metric of predictions; `null` where it has no value.
fn value(row: &ContractRow, case: &Value, tolerance: f64, what: &str) {
    let rows = RowsOfCase::of(case);
    let what = format!("{what}, {}", case["rows"]);
    let kind = metric::metric(row.name).expect("exists");
    let weights = rows.weights.as_deref();
    let found = kind.of_outputs(&Predicted {
        kind: rows.kind,
        outputs: &rows.outputs,
        targets: &rows.targets,
        n_targets: 1,
        weights,
    });
    if case["value"].is_null() {
        assert!(found.is_err(), "{what}: {found:?}");
        return;
    }
    let found = found.unwrap_or_else(|reason| panic!("{what}: {reason}"));
    let expected = number(&case["value"]);
    assert_close(found, expected, tolerance * expected.abs().max(1.0), &what);
}

/// Metrics of a baseline on the training rows of diabetes.csv: of rows as they are stored, and the mean loss that follows from what
/// is known of the problem.
fn baseline(row: &ContractRow, case: &Value, tolerance: f64, what: &str) {
    let text = format!(
        "name = \"reference\"\n[datasets.d]\nsource = \"csv\"\npath = \"data/diabetes.csv\"\ntarget = \"progression\"\n\
         standardize = true\n[models.m]\nkind = \"linear\"\n{}\n[optimizers.o]\nmethod = \"gd\"\nlearning_rate = 0.1\n\
         [train]\nepochs = 1\nmetrics = [\"mae\", \"max_error\"]\n",
        case["model"].as_str().unwrap_or_default()
    );
    let (mut stored, mut targets) = (Vec::new(), None);
    for entry in theory(&text) {
        match entry {
            TheoryEntry::Baseline { record, .. } if record.baseline == row.name => stored.push(record),
            TheoryEntry::Targets { splits, .. } => targets = Some(splits),
            _ => {}
        }
    }
    let kind = BASELINES.row(row.name).expect("exists");
    let fitted = stored.iter().find(|record| record.metric == metric::mse().name);
    let known = KnownProblem { fitted, targets: targets.as_ref() };
    for (name, expected) in case["training_metrics"].as_object().expect("a table of metrics") {
        let of_rows = stored.iter().find(|record| record.metric == *name).and_then(|record| record.values[0]);
        let found = if name == "mse" { (kind.loss)(&known, Split::Train) } else { of_rows };
        let found = found.unwrap_or_else(|| panic!("{what}: no {name}"));
        assert_close(found, number(expected), tolerance * number(expected), &format!("{what}, {name}"));
    }
}
