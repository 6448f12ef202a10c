//! The time and memory of reports and comparisons of large experiments, with their limits: `cargo bench --bench
//! report`.

#![allow(clippy::expect_used, clippy::print_stdout)] // A bench that cannot continue panics.

#[path = "performance/rows.rs"]
mod performance;
#[path = "performance/process.rs"]
mod process;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use performance::row;
use process::{Finished, sweep, sweep_into};

/// Few settings with very many seeds.
const SEEDS: &str = r#"
name = "seeds"
seeds = 10000

[datasets.made]
source = "synthetic"
n_samples = 60
n_features = 3
split = { validation = 0.2, test = 0.2 }

[models.linear]
kind = "linear"

[optimizers.gd]
method = "gd"
learning_rate = [0.01, 0.1, 1.0]

[optimizers.sgd]
method = "sgd"
batch_size = 10
learning_rate = [0.01, 0.1]

[train]
epochs = 5
"#;

const SETTINGS: &str = r#"
name = "settings"
seeds = 100

[datasets.diabetes]
source = "csv"
path = "DATA/diabetes.csv"
target = "progression"
standardize = true
split = { validation = 0.2, test = 0.2 }

[models.linear]
kind = "linear"

[models.ridge]
kind = "linear"
l2 = 0.1

[models.lasso]
kind = "linear"
l1 = 0.05

[optimizers.gd]
method = "gd"
learning_rate = { from = 1e-3, to = 1.0, count = 100, scale = "log" }

[optimizers.sgd]
method = "sgd"
batch_size = 32
learning_rate = { from = 1e-4, to = 0.1, count = 100, scale = "log" }

[train]
epochs = 5
"#;

/// One axis of the greatest length.
const MILLION: &str = r#"
name = "million"
seeds = 10

[datasets.line]
source = "csv"
path = "DATA/textbook_line.csv"
target = "y"

[models.linear]
kind = "linear"

[optimizers.sgd]
method = "sgd"
batch_size = 25
learning_rate = { from = 1e-4, to = 1e-2, count = 100000, scale = "log" }

[train]
epochs = 5
curve_points = 3
"#;

/// An experiment with the given numbers of data sets and optimizers.
fn tables(datasets: u32, optimizers: u32) -> String {
    let mut text = "name = \"tables\"\nseeds = 3\n[models.linear]\nkind = \"linear\"\n[train]\nepochs = 5\n".to_owned();
    for number in 0..datasets {
        let rows = 60 + number;
        let _ = write!(
            text,
            "[datasets.d{number:02}]\nsource = \"synthetic\"\nn_samples = {rows}\nn_features = 3\nsplit = {{ validation = 0.2, \
             test = 0.2 }}\n"
        );
    }
    for number in 0..optimizers {
        let momentum = f64::from(number % 40) / 50.0;
        let method = if number % 2 == 0 {
            "method = \"gd\"\nlearning_rate = [0.001, 0.01, 0.1, 0.5, 1.0]".to_owned()
        } else {
            let batch = 5 + number / 20;
            format!("method = \"sgd\"\nbatch_size = {batch}\nlearning_rate = [0.001, 0.01, 0.05, 0.1, 0.5]")
        };
        let _ = write!(text, "[optimizers.o{number:03}]\nmomentum = {momentum}\n{method}\n");
    }
    text
}

/// A folder with experiments and their results.
struct ResultsFolder(tempfile::TempDir);

impl ResultsFolder {
    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(format!("{name}.toml"));
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/data");
        fs::write(&path, text.replace("DATA", &data.to_string_lossy())).expect("writes");
        path
    }

    fn sweep(&self, command: &[&str], experiment: &Path) -> Finished {
        sweep_into(self.0.path(), &[command, &[&*experiment.to_string_lossy()]].concat())
    }
}

fn figures(finished: &Finished) -> String {
    format!("{:.1} s, {:.0} MB", finished.time.as_secs_f64(), finished.peak_bytes as f64 / 1e6)
}

/// Measures the report of an experiment whose trials are all trained.
fn report(what: &str, name: &str, text: &str, bar: &str) {
    let place = ResultsFolder(tempfile::tempdir().expect("a folder"));
    let experiment = place.write(name, text);
    let run = place.sweep(&["run"], &experiment);
    let again = place.sweep(&["report"], &experiment);
    let page = fs::metadata(place.0.path().join(name).join("report.html")).expect("a page").len();
    let page = format!("{}, page {:.1} MB", figures(&again), page as f64 / 1e6);
    row(&format!("{what}: the report"), &page, &format!("with training {}", figures(&run)), bar);
}

fn million() {
    let place = ResultsFolder(tempfile::tempdir().expect("a folder"));
    let experiment = place.write("million", MILLION);
    let run = place.sweep(&["run"], &experiment);
    row("1,000,000 trials, 100,000 rates × 10 seeds: run", &figures(&run), "–", "at most 300 MB");
    let sampled = place.sweep(&["verify", "--sample", "20"], &experiment);
    row("… verify --sample 20", &figures(&sampled), "–", "at most 400 MB");
    let other = place.write("other", &MILLION.replace("\"million\"", "\"other\"").replace("epochs = 5", "epochs = 6"));
    place.sweep(&["run"], &other);
    let folders = ["million", "other"].map(|name| place.0.path().join(name).to_string_lossy().into_owned());
    let compared = sweep(&["compare", &folders[0], &folders[1]], 1);
    row("… compare with other results of all of them", &figures(&compared), "–", "at most 400 MB");
}

fn main() {
    if std::env::args().skip(1).any(|argument| argument != "--bench") {
        return;
    }
    println!("reports and comparisons");
    report("5 settings × 10,000 seeds", "seeds", SEEDS, "at most 5 s");
    report("600 settings × 100 seeds", "settings", SETTINGS, "at most 3 s");
    report(
        "50 data sets × 200 optimizers, 150,000 trials",
        "tables",
        &tables(50, 200),
        "at most 60 s, 1 GB, a page of 10 MB",
    );
    million();
}
