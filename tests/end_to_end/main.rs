//! The built binary, as a person runs it.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)] // A test or a bench that cannot go on says so.

mod acceptance;
mod ageing;
mod baselines;
mod bytes;
mod chosen;
mod classes;
mod compared;
mod data;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod faults;
mod first_experiment;
mod hostile;
mod images;
mod input;
mod layers;
mod losses;
mod memory;
mod models;
mod models_compared;
#[cfg(unix)]
mod ownership;
mod readings;
mod scale;
mod score_curves;
mod scores_of_tasks;
mod scripts;
mod shards;
mod store;
mod surroundings;
mod tables;
mod targets;
mod upkeep;
mod verification;
mod watched;
mod words;
mod workflow;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A folder of its own with experiment files, and the program.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).expect("writes");
    }

    fn sweep(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("runs")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sweep"));
        command.current_dir(self.folder.path()).args(arguments).env("NO_COLOR", "1");
        command
    }

    /// Every compared file of a results folder.
    fn results(&self, name: &str) -> Vec<(String, Vec<u8>)> {
        read(&self.path(name))
    }
}

fn read(folder: &Path) -> Vec<(String, Vec<u8>)> {
    sweep::store::list_files(folder)
        .expect("a results folder")
        .into_iter()
        .map(|name| {
            let bytes = std::fs::read(folder.join(&name)).expect("reads");
            (name, bytes)
        })
        .collect()
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("no signal")
}

fn error(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// A small experiment with deterministic, seeded, diverging and stopping trials.
const SMALL: &str = r#"
name = "small"
seeds = 3
[datasets.made]
source = "synthetic"
n_samples = 60
n_features = 3
split = { validation = 0.25, test = 0.25 }
[models.linear]
kind = "linear"
l2 = [0.0, 0.1]
[models.lasso]
kind = "linear"
l1 = 0.05
[optimizers.gd]
method = "gd"
learning_rate = [0.01, 0.3, 5.0]
momentum = [0.0, 0.9]
[optimizers.sgd]
method = "sgd"
batch_size = [1, 8]
learning_rate = [0.01, 0.1, 3.0]
[train]
epochs = 20
"#;
