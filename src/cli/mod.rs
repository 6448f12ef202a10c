//! The command line: one file per command.

mod ci;
mod clean;
mod compare;
mod completions;
mod failure;
mod files;
mod init;
mod list;
mod memory;
mod merge;
mod output;
mod plan;
mod printer;
mod progress;
mod report;
mod reproduce;
mod run;
mod schema;
mod show;
mod signals;
mod space;
mod timing;
mod verify;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use clap::{Args, Parser, Subcommand};

use crate::text::reason_in_words;
pub use failure::Failure;
use printer::Printer;

const EXIT_CODES: &str = "\
Exit codes:
  0         all well; a diverged trial is a result, not a failure
  1         trials failed, or results differ
  2         bad usage, a bad experiment file, bad content of a data file
  3         a file could not be opened or written, or memory does not suffice; with --no-wait: another command is at work
  5         some trials are outstanding
  130, 143  interrupted (SIGINT, SIGTERM); the same command goes on";

/// Train a grid of hyperparameters from one TOML file, and report which learning rate to use.
#[derive(Parser)]
#[command(name = "sweep", version, about, long_about = None, propagate_version = true, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Print errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Print more: cohorts, paths, timings
    #[arg(short, long, global = true)]
    verbose: bool,
}

#[derive(Subcommand)]
enum Command {
    Run(run::Run),
    Plan(plan::PlanCommand),
    Report(report::Report),
    Verify(verify::Verify),
    Compare(compare::Compare),
    Merge(merge::Merge),
    Clean(clean::Clean),
    Show(show::Show),
    List(list::List),
    Init(init::Init),
    Schema(schema::Schema),
    Completions(completions::Completions),
}

/// The experiment, and changes to it.
#[derive(Args, Clone)]
pub struct Experiment {
    /// The experiment file
    pub experiment: PathBuf,
    /// Changes to the file: `optimizers.sgd.learning_rate=0.1,0.01`, `optimizers.*.momentum=0.9`, `~optimizers.gd`
    pub overrides: Vec<String>,
    /// Compute full-batch least squares this way: `plain` is the reference
    #[arg(long, value_name = "HOW", value_parser = ["auto", "plain", "compressed", "modes"])]
    pub path: Option<String>,
    /// Where results folders are: each is `DIR/NAME`
    #[arg(short, long, value_name = "DIR", default_value = "results")]
    pub output: PathBuf,
}

impl Experiment {
    /// All changes to the file, in the order in which they are applied.
    fn changes(&self) -> Vec<String> {
        let path = self.path.iter().map(|path| format!("train.path={path}"));
        self.overrides.iter().cloned().chain(path).collect()
    }
}

/// How results are compared, and where that is written down.
#[derive(Args, Clone)]
pub struct Comparing {
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

impl Comparing {
    /// Whether the JUnit file can have its place; `inputs` are the files that the command reads, and what they are.
    ///
    /// # Errors
    /// Where it cannot.
    pub fn check_junit(&self, inputs: Vec<(PathBuf, &'static str)>) -> Result<(), Failure> {
        let Some(path) = &self.junit else { return Ok(()) };
        let (named, ours) = (" (--junit)", "a JUnit file of this program");
        output::Output { path, named, inputs, is_ours: ci::is_our_junit, ours, force: self.force }.check()
    }
}

fn tolerance(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "a number such as 1e-9 is accepted".to_owned())?;
    if value.is_finite() && value >= 0.0 { Ok(value) } else { Err("0 and positive numbers are accepted".to_owned()) }
}

/// How training is carried out; none of it changes a result.
#[derive(Args, Clone)]
pub struct Training {
    /// Threads [default: one a core]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Trials that train together at most
    #[arg(long, value_name = "N", default_value_t = usize::MAX, hide = true)]
    pub cohort_limit: usize,
}

impl Training {
    /// Threads to start.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.jobs.map_or_else(cores, usize::from)
    }
}

/// Threads where nobody says how many.
#[must_use]
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// What a command does where another writes the same results.
#[derive(Args, Clone)]
pub struct Waiting {
    /// Where another command is at work on the same results, end instead of waiting for it
    #[arg(long)]
    pub no_wait: bool,
}

/// Runs the command line and says how it ended.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|error| explain(error).exit());
    silence_training_panics();
    signals::survive_large_files();
    let printer = Printer::new(cli.quiet, cli.verbose);
    let started = start_threads(&cli.command);
    let ended = match cli.command {
        _ if started.is_err() => started,
        Command::Run(command) => run::run(&command, &printer),
        Command::Plan(command) => plan::run(&command, &printer),
        Command::Report(command) => report::run(&command, &printer),
        Command::Verify(command) => verify::run(&command, &printer),
        Command::Compare(command) => compare::run(&command, &printer),
        Command::Merge(command) => merge::run(&command, &printer),
        Command::Clean(command) => clean::run(&command, &printer),
        Command::Show(command) => show::run(&command, &printer),
        Command::List(_) => list::run(&printer),
        Command::Init(command) => init::run(&command, &printer),
        Command::Schema(_) => schema::run(&printer),
        Command::Completions(command) => completions::run(&command, &printer),
    };
    match ended {
        Ok(()) if Printer::has_lost_results() => ExitCode::from(Failure::FILES),
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            printer.failure(&failure);
            ExitCode::from(failure.code)
        }
    }
}

/// Starts the threads that commands about an experiment share. Left to the first one that needs them, it would be a panic
/// where there are none to have.
fn start_threads(command: &Command) -> Result<(), Failure> {
    if matches!(command, Command::List(_) | Command::Init(_) | Command::Schema(_) | Command::Completions(_)) {
        return Ok(());
    }
    rayon::ThreadPoolBuilder::new().build_global().map_err(|error| {
        Failure::new(Failure::FILES, format!("cannot start threads: {}", reason_in_words(&error.to_string())))
    })
}

/// An experiment in the place of a command is most likely to be run.
fn explain(mut error: clap::Error) -> clap::Error {
    let word = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(word)) if word.ends_with(".toml") => word.clone(),
        _ => return error,
    };
    error.remove(ContextKind::SuggestedSubcommand);
    let tip = format!("did you mean `{}`?", reproduce::running(word.as_ref()));
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    error
}

/// A panic while training fails a trial, whose record carries the message: it is not printed a second time.
fn silence_training_panics() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let thread = std::thread::current();
        if !thread.name().is_some_and(|name| name.starts_with(crate::runner::TRAINING_THREAD)) {
            default(panic);
        }
    }));
}
