//! The accuracy of the memory estimate (`sweep plan`) for real runs: `cargo bench --bench memory`. Every shape runs in
//! its own process, whose peak (`VmHWM`, Linux) is read while it lives. The bench fails if an estimate is off by more
//! than a factor of 1.3.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)] // A bench that cannot continue panics.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use polars::prelude::{Column, DataFrame, NamedFrom as _, ParquetWriter, Series};

const MOST: f64 = 1.3;

/// A data set, a model, optimizers and training, as TOML, and a number of seeds.
struct Shape {
    name: &'static str,
    data: &'static str,
    model: &'static str,
    optimizers: &'static [&'static str],
    train: &'static str,
    seeds: usize,
}

const GD: &str = "[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = [0.05, 0.1]\n";
const SGD: &str = "[optimizers.sgd]\nmethod = \"sgd\"\nbatch_size = 1024\nlearning_rate = [0.01, 0.02]\n";
const MANY: &str =
    "[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = { from = 1e-5, to = 1.0, count = 100000, scale = \"log\" }\n";
const MANY_SEEDED: &str = "[optimizers.sgd]\nmethod = \"sgd\"\nbatch_size = 4\n\
                           learning_rate = { from = 1e-5, to = 1.0, count = 1000, scale = \"log\" }\n";
const LINEAR: &str = "kind = \"linear\"";
const TALL: &str = "source = \"synthetic\"\nn_samples = 3000000\nn_features = 10";
const SPLIT: &str = "source = \"synthetic\"\nn_samples = 1000000\nn_features = 10\nstandardize = true\n\
                     split = { validation = 0.2, test = 0.2 }";
const DRAWN: &str = "source = \"synthetic\"\nn_samples = 300000\nn_features = 10\nseed = \"trial\"";
const BROAD: &str = "source = \"synthetic\"\nn_samples = 50000\nn_features = 30";
const LITTLE: &str = "source = \"synthetic\"\nn_samples = 20\nn_features = 1";
const LITTLE_SPLIT: &str =
    "source = \"synthetic\"\nn_samples = 20\nn_features = 1\nsplit = { validation = 0.2, test = 0.2 }";
const WIDE: &str = "source = \"parquet\"\npath = \"wide.parquet\"\ntarget = \"y\"";
const WIDE_SPLIT: &str = "source = \"parquet\"\npath = \"wide.parquet\"\ntarget = \"y\"\nstandardize = true\n\
                          split = { validation = 0.2, test = 0.2 }";
const LEVELS: &str = "source = \"parquet\"\npath = \"levels.parquet\"\ntarget = \"y\"\none_hot = [\"a\", \"b\"]";

const CLASSES: &str = "source = \"csv\"\npath = \"digits.csv\"\ntarget = \"digit\"\nstandardize = true\n\
                       split = { validation = 0.2, test = 0.2 }";
const FOUR_RATES: &str =
    "[optimizers.adam]\nmethod = \"adam\"\nbatch_size = 64\nlearning_rate = [0.0003, 0.001, 0.003, 0.01]\n";

const SHAPES: &[Shape] = &[
    Shape { name: "tall, gd", data: TALL, model: LINEAR, optimizers: &[GD], train: "epochs = 5", seeds: 1 },
    Shape {
        name: "tall, sgd in f32",
        data: TALL,
        model: LINEAR,
        optimizers: &[SGD],
        train: "epochs = 5\nprecision = \"f32\"",
        seeds: 1,
    },
    Shape { name: "split, 4 seeds", data: SPLIT, model: LINEAR, optimizers: &[GD, SGD], train: "epochs = 5", seeds: 4 },
    Shape { name: "drawn for each seed", data: DRAWN, model: LINEAR, optimizers: &[GD], train: "epochs = 5", seeds: 6 },
    Shape {
        name: "l1",
        data: SPLIT,
        model: "kind = \"linear\"\nl1 = 0.1",
        optimizers: &[GD],
        train: "epochs = 5",
        seeds: 1,
    },
    Shape {
        name: "path plain",
        data: TALL,
        model: LINEAR,
        optimizers: &[GD],
        train: "epochs = 2\npath = \"plain\"",
        seeds: 1,
    },
    Shape {
        name: "degree 2",
        data: BROAD,
        model: "kind = \"polynomial\"\ndegree = [1, 2]",
        optimizers: &[GD, SGD],
        train: "epochs = 5",
        seeds: 1,
    },
    Shape { name: "wide", data: WIDE, model: LINEAR, optimizers: &[GD], train: "epochs = 2", seeds: 1 },
    Shape {
        name: "wide, split, 2 seeds",
        data: WIDE_SPLIT,
        model: LINEAR,
        optimizers: &[SGD],
        train: "epochs = 2",
        seeds: 2,
    },
    Shape { name: "one_hot", data: LEVELS, model: LINEAR, optimizers: &[GD], train: "epochs = 2", seeds: 1 },
    Shape {
        name: "mlp on digits, 4 seeds",
        data: CLASSES,
        model: "kind = \"mlp\"\nhidden = [64, 64]\nloss = \"cross_entropy\"",
        optimizers: &[FOUR_RATES],
        train: "epochs = 10",
        seeds: 4,
    },
    Shape {
        name: "wide mlp on digits, kept",
        data: CLASSES,
        model: "kind = \"mlp\"\nwidth = [256, 512]\ndepth = 2\nloss = \"cross_entropy\"",
        optimizers: &[FOUR_RATES],
        train: "epochs = 3\nkeep = \"last\"",
        seeds: 2,
    },
    Shape {
        name: "deep mlp with batch norm, watched",
        data: CLASSES,
        model: "kind = \"mlp\"\nwidth = 16\ndepth = 32\nnorm = \"batch\"\nloss = \"cross_entropy\"",
        optimizers: &[FOUR_RATES],
        train: "epochs = 5\nwatch = [\"gradient_norm\", \"activations\"]",
        seeds: 2,
    },
    Shape {
        name: "mlp on a million rows",
        data: SPLIT,
        model: "kind = \"mlp\"\nhidden = [16]",
        optimizers: &[SGD],
        train: "epochs = 1",
        seeds: 1,
    },
    Shape {
        name: "a million settings",
        data: LITTLE,
        model: "kind = \"linear\"\nl2 = { from = 0.1, to = 1.0, count = 10 }",
        optimizers: &[MANY],
        train: "epochs = 5\ncurve_points = 3",
        seeds: 1,
    },
    Shape {
        name: "a hundred thousand × 10 seeds",
        data: LITTLE_SPLIT,
        model: LINEAR,
        optimizers: &[MANY],
        train: "epochs = 5\ncurve_points = 3",
        seeds: 10,
    },
    Shape {
        name: "ten thousand curves",
        data: LITTLE,
        model: LINEAR,
        optimizers: &[MANY_SEEDED],
        train: "epochs = 100",
        seeds: 10,
    },
    Shape {
        name: "long curves",
        data: LITTLE,
        model: LINEAR,
        optimizers: &[MANY_SEEDED],
        train: "epochs = 2000\nevaluate_every = 1",
        seeds: 1,
    },
];

fn main() {
    if std::env::args().skip(1).any(|argument| argument != "--bench") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::copy(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/data/digits.csv"),
        folder.path().join("digits.csv"),
    )
    .expect("copied");
    write(&folder.path().join("wide.parquet"), 20_000, 2000, &[]);
    write(&folder.path().join("levels.parquet"), 400_000, 5, &[("a", 40), ("b", 100)]);
    let mut off = Vec::new();
    for shape in SHAPES {
        let text = format!(
            "name = \"e\"\nseeds = {}\n[datasets.d]\n{}\n[models.m]\n{}\n{}[train]\n{}\n",
            shape.seeds,
            shape.data,
            shape.model,
            shape.optimizers.concat(),
            shape.train
        );
        fs::write(folder.path().join("e.toml"), text).expect("written");
        let (expected, taken) = (expected(folder.path()), taken(folder.path()));
        let ratio = expected / taken;
        println!("{:32} {expected:7.1} MB expected, {taken:7.1} MB taken: {ratio:.2}", shape.name);
        if !(1.0 / MOST..MOST).contains(&ratio) {
            off.push(shape.name);
        }
    }
    assert!(off.is_empty(), "off by more than {MOST}: {}", off.join(", "));
}

fn sweep(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sweep"));
    command.current_dir(folder).args(words).args(["e.toml", "-j", "2"]);
    command
}

/// The estimate in megabytes, which `run --dry-run` prints.
fn expected(folder: &Path) -> f64 {
    let output = sweep(folder, &["run", "--dry-run"]).output().expect("runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let line = text.lines().find_map(|line| line.strip_prefix("memory      about ")).expect("a line");
    let (number, unit) = line.split_once(' ').expect("a unit");
    number.parse::<f64>().expect("a number") * if unit.starts_with("GB") { 1e3 } else { 1.0 }
}

/// The peak of the run in megabytes.
fn taken(folder: &Path) -> f64 {
    let results = tempfile::tempdir_in(folder).expect("a folder of its own");
    let mut command = sweep(folder, &["run", "-q"]);
    let mut child = command.arg("-o").arg(results.path()).stdout(Stdio::null()).spawn().expect("runs");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0;
    let ended = loop {
        if let Some(ended) = child.try_wait().expect("waits") {
            break ended;
        }
        let text = fs::read_to_string(&status).unwrap_or_default();
        let found = text
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
        peak = found.map_or(peak, |kibibytes| kibibytes * 1.024e-3);
        std::thread::sleep(Duration::from_millis(3));
    };
    assert!(ended.success(), "{ended}");
    peak
}

/// Writes numbers in columns x0, x1, …, a target, and categories with the given numbers of levels.
fn write(path: &Path, rows: usize, columns: usize, categories: &[(&str, usize)]) {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    let mut all: Vec<Series> = Vec::new();
    for name in (0..columns).map(|column| format!("x{column}")).chain(["y".to_owned()]) {
        let values: Vec<f64> = (0..rows).map(|_| next() as f64 / f64::from(1 << 30) - 1.0).collect();
        all.push(Series::new(name.into(), values));
    }
    for (name, levels) in categories {
        let values: Vec<String> = (0..rows).map(|_| format!("level {}", next() as usize % levels)).collect();
        all.push(Series::new((*name).into(), values));
    }
    let columns = all.into_iter().map(Column::from).collect();
    let mut frame = DataFrame::new(rows, columns).expect("columns of one length");
    ParquetWriter::new(File::create(path).expect("a file")).finish(&mut frame).expect("written");
}
