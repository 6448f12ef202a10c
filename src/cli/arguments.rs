//! Arguments that several commands share.

use std::path::PathBuf;

use clap::Args;

use super::failure::CommandFailure;
use super::{ci, output};

/// The experiment, and changes to it.
#[derive(Args, Clone)]
pub struct ExperimentArguments {
    /// The experiment file
    pub experiment: PathBuf,
    /// Changes to the file: `optimizers.sgd.learning_rate=0.1,0.01`, `optimizers.*.momentum=0.9`, `~optimizers.gd`
    pub overrides: Vec<String>,
    /// Compute full-batch least squares this way: `plain` is the reference
    #[arg(long, value_name = "HOW", value_parser = ["auto", "plain", "compressed", "modes"])]
    pub path: Option<String>,
    /// Parent folder of the results: they are in `DIR/NAME`
    #[arg(short, long, value_name = "DIR", default_value = "results")]
    pub output: PathBuf,
}

impl ExperimentArguments {
    /// All changes to the file, in the order in which they are applied.
    pub fn changes(&self) -> Vec<String> {
        let path = self.path.iter().map(|path| format!("train.path={path}"));
        self.overrides.iter().cloned().chain(path).collect()
    }
}

/// How results are compared, and where that is written down.
#[derive(Args, Clone)]
pub struct ComparisonArguments {
    /// Take floats for equal whose relative difference is at most X; what is rendered from them is left aside then
    #[arg(long, value_name = "X", value_parser = tolerance)]
    pub tolerance: Option<f64>,
    /// Write the verdict as JUnit XML too
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Let --junit replace a file that this program did not write
    #[arg(long, requires = "junit")]
    pub force: bool,
}

impl ComparisonArguments {
    /// Checks whether the JUnit file may be written. `inputs` are the files that the command reads, with a description of each.
    ///
    /// # Errors
    /// If it may not.
    pub fn check_junit(&self, inputs: Vec<(PathBuf, &'static str)>) -> Result<(), CommandFailure> {
        let Some(path) = &self.junit else { return Ok(()) };
        let (named, ours) = (" (--junit)", Some("a JUnit file of this program"));
        output::OutputFile { path, named, inputs, is_ours: ci::is_our_junit, ours, force: self.force }.check()
    }
}

fn tolerance(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "a number such as 1e-9 is accepted".to_owned())?;
    if value.is_finite() && value >= 0.0 { Ok(value) } else { Err("0 and positive numbers are accepted".to_owned()) }
}

/// How training is carried out; none of it changes a result.
#[derive(Args, Clone)]
pub struct TrainingArguments {
    /// Threads [default: one a core]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Trials that train together at most
    #[arg(long, value_name = "N", default_value_t = usize::MAX, hide = true)]
    pub cohort_limit: usize,
}

impl TrainingArguments {
    /// The number of threads to start.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.jobs.map_or_else(cores, usize::from)
    }
}

/// The number of threads if none is given.
#[must_use]
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// What a command does where another writes the same results.
#[derive(Args, Clone)]
pub struct WaitingArguments {
    /// End at once, with exit code 3, if another command is at work on the same results
    #[arg(long)]
    pub no_wait: bool,
}
