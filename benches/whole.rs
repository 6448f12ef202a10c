//! The time and memory of the whole program, from process start to finished report: `cargo bench --bench whole`.

#![allow(clippy::expect_used, clippy::print_stdout)] // A bench that cannot continue panics.

#[path = "performance/rows.rs"]
mod performance;
#[path = "performance/process.rs"]
mod process;

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use performance::row;
use process::{Finished, sweep_into as sweep};
use rayon::prelude::*;
use sweep::plan::BoundPlan;
use sweep::record::TrialRecord;
use sweep::runner::{SharedData, Work, build_cohort, group};

/// Two parameters, one epoch, a curve of two rows.
const MILLION: &str = r#"
name = "million"
seeds = 10

[datasets.line]
source = "csv"
path = "DATA"
target = "y"

[models.linear]
kind = "linear"

[optimizers.sgd]
method = "sgd"
batch_size = 25
learning_rate = { from = 1e-4, to = 1e-2, count = 100000, scale = "log" }

[train]
epochs = 1
"#;

/// The fastest of `repeats` runs, each into a new folder.
fn fastest(repeats: usize, arguments: &[&str]) -> Finished {
    let run = |_| {
        let folder = tempfile::tempdir().expect("a folder");
        sweep(folder.path(), arguments)
    };
    (0..repeats).map(run).min_by_key(|finished| finished.time).expect("one run")
}

fn milliseconds(time: Duration) -> String {
    format!("{:.0} ms", 1e3 * time.as_secs_f64())
}

fn textbook() {
    let rates = "optimizers.gd.learning_rate={ from = 1e-3, to = 1.0, count = 1000, scale = \"log\" }";
    let arguments = ["run", "experiments/textbook.toml", rates];
    let sparse = fastest(5, &[&arguments[..], &["~train.evaluate_every"]].concat());
    row(
        "the textbook line, 1,000 rates × 1,000 iterations, to the report",
        &milliseconds(sparse.time),
        "–",
        "at most 500 ms",
    );
    let dense = fastest(3, &arguments);
    row("the same, every iteration of every trial in the tables", &milliseconds(dense.time), "–", "–");
}

fn ten_thousand() {
    let arguments = [
        "run",
        "experiments/lr_grid.toml",
        "~datasets.diabetes",
        "~optimizers.gd",
        "optimizers.sgd.batch_size=16",
        "optimizers.sgd.momentum=0.0",
        "optimizers.sgd.learning_rate={ from = 1e-4, to = 1.0, count = 1000, scale = \"log\" }",
        "train.epochs=10",
    ];
    let together = fastest(3, &arguments).time;
    let alone = fastest(3, &[&arguments[..], &["--cohort-limit", "1"]].concat()).time;
    row(
        "10,000 trials of SGD on a line, 10 epochs, to the report",
        &milliseconds(together),
        &format!("trained one by one {}", milliseconds(alone)),
        &format!("{:.1} × as fast", alone.as_secs_f64() / together.as_secs_f64()),
    );
}

fn million() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/data/textbook_line.csv");
    let file = folder.path().join("million.toml");
    let text = MILLION.replace("DATA", &data.to_string_lossy());
    std::fs::write(&file, text).expect("writes");
    let name = file.to_string_lossy();
    let whole = sweep(folder.path(), &["run", &name]);
    let again = sweep(folder.path(), &["run", &name]);

    // The same trials, trained without keeping their records: the part that is not our overhead.
    let loaded = sweep::experiment::load(&file, &[]).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let (data, facts) = SharedData::load(&loaded.plan).expect("loads");
    let bound = BoundPlan::new(&loaded.plan, &facts).expect("binds");
    let identities = bound.identities();
    let trials: Vec<u32> = (0..u32::try_from(bound.trials()).expect("a million")).collect();
    let work = Work { bound: &bound, identities: &identities, data: &data, part: 0..bound.trials() };
    let cohorts = group(&bound, &trials, rayon::current_num_threads(), usize::MAX);
    let cohorts: Vec<_> = cohorts.iter().map(|plan| build_cohort(&work, plan, &plan.trials).expect("builds")).collect();
    let started = Instant::now();
    cohorts.par_iter().with_max_len(1).for_each(|cohort| {
        sweep::train::train(cohort, &AtomicBool::new(false), &mut |record: TrialRecord| drop(record));
    });
    let training = started.elapsed();
    let each = |time: Duration| format!("{:.1} µs", time.as_secs_f64());
    row(
        "1,000,000 trials of the smallest kind, stored and in the tables: a trial",
        &each(whole.time),
        &format!("training alone {}", each(training)),
        &format!("our overhead {}, at most 10 µs", each(whole.time.saturating_sub(training))),
    );
    row("… the most memory", &format!("{:.0} MB", whole.peak_bytes as f64 / 1e6), "–", "at most 300 MB");
    row("… the same command again, nothing left to train", &format!("{:.1} s", again.time.as_secs_f64()), "–", "–");
}

fn main() {
    if std::env::args().skip(1).any(|argument| argument != "--bench") {
        return;
    }
    println!("the whole program");
    textbook();
    ten_thousand();
    million();
}
