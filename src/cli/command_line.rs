//! The command line: its commands and global options.

use clap::{Parser, Subcommand};

use super::clean::CleanCommand;
use super::compare::CompareCommand;
use super::completions::CompletionsCommand;
use super::data::DataCommand;
use super::explain::ExplainCommand;
use super::export::ExportCommand;
use super::init::InitCommand;
use super::list::ListCommand;
use super::merge::MergeCommand;
use super::plan::PlanCommand;
use super::predict::PredictCommand;
use super::report::ReportCommand;
use super::run::RunCommand;
use super::schema::SchemaCommand;
use super::show::ShowCommand;
use super::top::TopCommand;
use super::verify::VerifyCommand;

const EXIT_CODES: &str = "\
Exit codes:
  0         all well; a diverged trial is a result, not a failure
  1         trials failed, or results differ
  2         bad usage, a bad experiment file, bad content of a data file
  3         a file could not be opened or written, or memory does not suffice; with --no-wait: another command is at work
  5         some trials are outstanding
  128 + n   ended by signal n; the same command goes on: 130 Ctrl-C (SIGINT), 143 SIGTERM, 129 SIGHUP, 138 SIGUSR1,
            140 SIGUSR2, 152 SIGXCPU";

/// Train a grid of hyperparameters from one TOML file, and report which learning rate to use.
#[derive(Parser)]
#[command(name = "sweep", version, about, long_about = None, propagate_version = true, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// Print errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print more: cohorts, paths, timings
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

#[derive(Subcommand)]
pub enum Command {
    Run(RunCommand),
    Plan(PlanCommand),
    Report(ReportCommand),
    Verify(VerifyCommand),
    Compare(CompareCommand),
    Merge(MergeCommand),
    Clean(CleanCommand),
    Top(TopCommand),
    Show(ShowCommand),
    Predict(PredictCommand),
    Export(ExportCommand),
    List(ListCommand),
    Explain(ExplainCommand),
    Init(InitCommand),
    Data(DataCommand),
    Schema(SchemaCommand),
    Completions(CompletionsCommand),
}
