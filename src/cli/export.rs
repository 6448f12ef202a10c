//! `sweep export`: a trained model as a file for other programs.

use std::path::{Path, PathBuf};

use clap::Args;

use super::arguments::ExperimentArguments;
use super::failure::CommandFailure;
use super::output::OutputFile;
use super::printer::Printer;
use super::trained::{self, Trained};
use crate::export::{ExportedModel, OPSET, onnx, safetensors};
use crate::store::write_new;
use crate::text::quoted;

/// Write a trained model as ONNX, or its weights as safetensors.
///
/// `model.onnx` takes raw features and gives predictions: scaling is part of it, and so are the probabilities of classes.
/// `weights.safetensors` has the parameters under the names of their layers. Both say what they are: the experiment, the trial, the names of
/// features, targets and classes.
#[derive(Args)]
#[command(override_usage = "sweep export <EXPERIMENT> <best|TRIAL> <FILE> [OVERRIDES]...")]
pub struct ExportCommand {
    /// The experiment file
    experiment: PathBuf,
    /// The model: `best` for the best setting (its first seed), `best:OPTIMIZER`, or the first digits of a trial's id
    trial: String,
    /// The file to write: `NAME.onnx` or `NAME.safetensors`
    file: PathBuf,
    /// Changes to the experiment, as `sweep run` takes them
    overrides: Vec<String>,
    /// Train the setting once more on all rows, those of validation and test too, for as many epochs
    #[arg(long, value_name = "ROWS", value_parser = ["all"])]
    refit: Option<String>,
    /// Replace a file
    #[arg(long)]
    force: bool,
    /// Parent folder of the results: they are in `DIR/NAME`
    #[arg(short, long, value_name = "DIR", default_value = "results")]
    output: PathBuf,
}

/// Writes a model as the bytes of a file.
type Write = fn(&ExportedModel<'_>) -> Result<Vec<u8>, String>;

pub fn run(command: &ExportCommand, printer: &Printer) -> Result<(), CommandFailure> {
    let ending = command.file.extension().and_then(std::ffi::OsStr::to_str).unwrap_or_default().to_lowercase();
    let write: Write = match ending.as_str() {
        "onnx" => onnx,
        "safetensors" => safetensors,
        _ => {
            let file = quoted(&command.file);
            let message = format!("{file} is no model file that is written; accepted: NAME.onnx, NAME.safetensors");
            return Err(CommandFailure::new(CommandFailure::INPUT, message));
        }
    };
    let inputs = vec![(command.experiment.clone(), "the experiment")];
    let is_ours = |_: &Path| false;
    let (path, force) = (&command.file, command.force);
    OutputFile { path, named: "", inputs, is_ours, ours: None, force }.check()?;
    let experiment = ExperimentArguments {
        experiment: command.experiment.clone(),
        overrides: command.overrides.clone(),
        path: None,
        output: command.output.clone(),
    };
    let trained = trained::open(&experiment, &command.trial, command.refit.is_some(), printer)?;
    let bytes = write(&exported(&trained)).map_err(|error| CommandFailure::new(CommandFailure::INPUT, error))?;
    write_new(path, &bytes, force)?;
    let opset = if ending == "onnx" { format!(" (opset {OPSET})") } else { String::new() };
    printer.note(&format!("{}{opset}: {}", path.display(), trained.words));
    Ok(())
}

fn exported(trained: &Trained) -> ExportedModel<'_> {
    let mut about = vec![
        ("experiment".to_owned(), trained.experiment.clone()),
        ("trial".to_owned(), trained.trial.hex()),
        ("model".to_owned(), trained.words.clone()),
    ];
    about.extend(trained.seed.map(|seed| ("seed".to_owned(), seed.to_string())));
    ExportedModel {
        trained: trained.model(),
        features: &trained.facts.feature_names,
        targets: &trained.targets,
        classes: trained.classes(),
        about,
    }
}
