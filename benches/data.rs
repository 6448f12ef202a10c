//! The time and memory of loading a file of numbers and training on it: `cargo bench --bench data` or, with your own
//! number of rows, `cargo bench --bench data -- 1000000`.
//!
//! With `SWEEP_PYTHON=python` of an environment that has polars, each load stands beside polars' own, in pairs that take turns.
//!
//! Each load and each run has its own process, so that the memory peak (`VmHWM`, on Linux) is its own. For a load, the
//! peak before it is subtracted; for a whole run, nothing is. "Numbers" are 8 bytes for each feature and target value.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)] // A bench that cannot continue panics.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use polars::prelude::{Column, DataFrame, NamedFrom as _, ParquetCompression, ParquetWriter, Series};
use sweep::dataset;
use sweep::memory::{Allocator, return_what_is_freed};

const COLUMNS: usize = 4;
const PIECE: usize = 1 << 20;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

fn main() {
    return_what_is_freed();
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [source, path] = arguments.as_slice() {
        return load(source, path);
    }
    if let [source, path, _] = arguments.as_slice() {
        return println!("{}", loaded(source, Path::new(path)).1);
    }
    let rows: usize = arguments.first().map_or(10_000_000, |rows| rows.parse().expect("a number of rows"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (csv, parquet) = (folder.path().join("rows.csv"), folder.path().join("rows.parquet"));
    write(rows, &csv, &parquet);
    println!("{rows} rows × {COLUMNS} features and a target");
    for (source, path) in [("csv", &csv), ("parquet", &parquet)] {
        let program = std::env::current_exe().expect("this program");
        let output = Command::new(program).args([source.as_ref(), path.as_os_str()]).output().expect("a process");
        print!("{}", String::from_utf8_lossy(&output.stdout));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    if let Some(python) = std::env::var_os("SWEEP_PYTHON") {
        for (source, path) in [("csv", &csv), ("parquet", &parquet)] {
            beside_polars(source, path, &python);
        }
    }
    for case in RUNS {
        run(&csv, folder.path(), case, rows);
    }
}

/// The whole runs: name, extra keys of the data set, method, extra keys of `[train]`, and number of seeds.
const RUNS: [(&str, &str, &str, &str, usize); 5] = [
    ("gd", "", "gd", "", 1),
    ("gd, split, standardized", DIVIDED, "gd", "", 1),
    ("gd, split, standardized, 4 seeds", DIVIDED, "gd", "", 4),
    ("sgd, batch 1024", "", "sgd", "batch_size = 1024\n", 1),
    ("sgd, batch 1024, f32", "", "sgd", "batch_size = 1024\nprecision = \"f32\"\n", 1),
];
const DIVIDED: &str = "standardize = true\nsplit = { validation = 0.2, test = 0.2 }\n";

/// Runs an experiment with two rates and five epochs as a user would, including the report, and prints its time and
/// memory.
fn run(csv: &Path, folder: &Path, (name, dataset, method, train, seeds): (&str, &str, &str, &str, usize), rows: usize) {
    let experiment = folder.join("run.toml");
    let text = format!(
        "name = \"run\"\nseeds = {seeds}\n[datasets.rows]\nsource = \"csv\"\npath = {csv:?}\ntarget = \"y\"\n{dataset}\
         [models.linear]\nkind = \"linear\"\n[optimizers.{method}]\nmethod = \"{method}\"\nlearning_rate = [0.05, 0.1]\n\
         [train]\nepochs = 5\n{train}"
    );
    fs::write(&experiment, text).expect("written");
    let results = tempfile::tempdir_in(folder).expect("a folder of its own: nothing is known yet");
    let clock = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_sweep"))
        .args(["run", "-q", "-o"])
        .args([results.path(), &experiment])
        .stdout(Stdio::null())
        .spawn()
        .expect("a process");
    // The peak of a process can be read only while it lives. It never falls.
    let mut highest = None;
    let status = loop {
        highest = peak(&child.id().to_string()).or(highest);
        match child.try_wait().expect("a process") {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let seconds = clock.elapsed().as_secs_f64();
    assert!(status.success(), "{name}: {status}");
    let numbers = 8.0 * rows as f64 * (COLUMNS + 1) as f64;
    let memory = highest.map_or_else(
        || "peak memory unknown here".to_owned(),
        |bytes| format!("peak memory {:.2} × its numbers", bytes as f64 / numbers),
    );
    println!("run {name:36} {seconds:5.2} s: {memory}");
}

/// Loads a file in pairs, once here and once by polars' Python package, each in a process of its own, and prints the medians. polars
/// makes a table of columns; here the numbers are also put into rows, looked at and fingerprinted.
fn beside_polars(source: &str, path: &Path, python: &OsStr) {
    const PAIRS: usize = 7;
    let seconds = |command: &mut Command| {
        let output = command.output().expect("a process");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().parse::<f64>().expect("seconds")
    };
    let program = std::env::current_exe().expect("this program");
    let read = format!(
        "import time, polars\nclock = time.perf_counter()\npolars.read_{source}({path:?})\nprint(time.perf_counter() - clock)"
    );
    let (mut here, mut there) = (Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        here.push(seconds(Command::new(&program).args([source.as_ref(), path.as_os_str(), "seconds".as_ref()])));
        there.push(seconds(Command::new(python).args(["-c", &read])));
    }
    here.sort_by(f64::total_cmp);
    there.sort_by(f64::total_cmp);
    let (one, other) = (here[PAIRS / 2], there[PAIRS / 2]);
    println!("{source:8} {one:5.2} s, polars {other:5.2} s: {:.2} × as long (medians of {PAIRS} pairs)", one / other);
}

/// Loads one file. Returns the data set and the seconds.
fn loaded(source: &str, path: &Path) -> (dataset::Dataset, f64) {
    let row = dataset::source(source).expect("a source");
    let mut values: toml::Table = format!("path = {path:?}\ntarget = \"y\"").parse().expect("TOML");
    for parameter in row.parameters {
        if let Some(value) = parameter.default_value() {
            values.entry(parameter.name).or_insert(value);
        }
    }
    let clock = Instant::now();
    let data = (row.build.load)(&values, Path::new(""), None).expect("a data set");
    (data, clock.elapsed().as_secs_f64())
}

/// Loads one file and prints the time and memory of that.
fn load(source: &str, path: &str) {
    let path = Path::new(path);
    let before = peak("self");
    let (data, seconds) = loaded(source, path);
    let (rows, bytes) = (data.target.len() as f64, fs::metadata(path).expect("a file").len() as f64);
    let numbers = 8.0 * rows * (COLUMNS + 1) as f64;
    let memory = match (before, peak("self")) {
        (Some(before), Some(after)) => format!("peak memory {:.2} × its numbers", (after - before) as f64 / numbers),
        _ => "peak memory unknown here".to_owned(),
    };
    println!(
        "{source:8} {:6.0} MB in {seconds:5.2} s: {:6.2} M rows/s, {:5.0} MB/s, {memory}; {}",
        bytes / 1e6,
        rows / seconds / 1e6,
        bytes / seconds / 1e6,
        &data.fingerprint[..12]
    );
}

/// The peak memory of a process in bytes, if the system reports it.
fn peak(process: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

/// Writes the same rows as CSV and as Parquet, piece by piece.
fn write(rows: usize, csv: &Path, parquet: &Path) {
    let names = ["x1", "x2", "x3", "x4", "y"];
    let mut text = BufWriter::new(File::create(csv).expect("a file"));
    writeln!(text, "{}", names.join(",")).expect("written");
    let mut state = 1_u64;
    let mut frames = Vec::new();
    let mut line = String::new();
    let mut first = 0;
    while first < rows {
        let piece = PIECE.min(rows - first);
        let mut columns = vec![Vec::new(); COLUMNS + 1];
        for _ in 0..piece {
            line.clear();
            for (place, column) in columns.iter_mut().enumerate() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                // Six decimals, like measured data.
                let value = ((state >> 42) as f64 - 2_097_152.0) / 1e6;
                column.push(value);
                write!(line, "{}{value}", if place > 0 { "," } else { "" }).expect("written");
            }
            line.push('\n');
            text.write_all(line.as_bytes()).expect("written");
        }
        let columns =
            names.iter().zip(&columns).map(|(name, values)| Series::new((*name).into(), values)).map(Column::from);
        frames.push(DataFrame::new(piece, columns.collect()).expect("columns of one length"));
        first += piece;
    }
    text.flush().expect("written");
    let mut writer = ParquetWriter::new(File::create(parquet).expect("a file"))
        .with_compression(ParquetCompression::Snappy)
        .batched(&frames[0].schema().clone())
        .expect("a writer");
    for frame in frames {
        writer.write_batch(&frame).expect("written");
    }
    writer.finish().expect("written");
}
