//! `sweep predict`: what a trained model predicts for the rows of a file.

use std::path::PathBuf;

use clap::Args;

use super::arguments::ExperimentArguments;
use super::failure::CommandFailure;
use super::output::OutputFile;
use super::printer::Printer;
use super::trained::{self, Trained};
use super::{new_rows, new_score};
use crate::shape::{ClassRows, Predicted, PredictionKind};
use crate::store::write_new;
use crate::text::toml_float;

/// Predict the rows of a file with a trained model.
///
/// The model is the one that `[train] keep` kept of the trial; where none is kept it is trained again, with the same bits. The file
/// has the columns of the experiment's data by their names, in any order and any format; its target is not needed. Where it has the target, standard
/// error tells the metrics of the task over the rows that have one, and whether rows of the experiment's own data are among them. The predictions
/// go to standard output as CSV, in the units of the data: a row each, with the probabilities of the classes if the model has any.
#[derive(Args)]
#[command(override_usage = "sweep predict <EXPERIMENT> <best|TRIAL> <FILE> [OVERRIDES]...")]
pub struct PredictCommand {
    /// The experiment file
    experiment: PathBuf,
    /// The model: `best` for the best setting (its first seed), `best:OPTIMIZER`, or the first digits of a trial's id
    trial: String,
    /// The rows to predict: CSV, Parquet, Arrow, NumPy or SVMlight
    file: PathBuf,
    /// Changes to the experiment, as `sweep run` takes them
    overrides: Vec<String>,
    /// Train the setting once more on all rows, those of validation and test too, for as many epochs
    #[arg(long, value_name = "ROWS", value_parser = ["all"])]
    refit: Option<String>,
    /// Write the predictions to a file
    #[arg(long, value_name = "CSV")]
    to: Option<PathBuf>,
    /// Let --to replace a file
    #[arg(long, requires = "to")]
    force: bool,
    /// Parent folder of the results: they are in `DIR/NAME`
    #[arg(short, long, value_name = "DIR", default_value = "results")]
    output: PathBuf,
}

pub fn run(command: &PredictCommand, printer: &Printer) -> Result<(), CommandFailure> {
    let experiment = ExperimentArguments {
        experiment: command.experiment.clone(),
        overrides: command.overrides.clone(),
        path: None,
        output: command.output.clone(),
    };
    if let Some(path) = &command.to {
        let inputs =
            vec![(command.file.clone(), "the rows to predict"), (command.experiment.clone(), "the experiment")];
        let is_ours = |_: &std::path::Path| false;
        OutputFile { path, named: " (--to)", inputs, is_ours, ours: None, force: command.force }.check()?;
    }
    let trained = trained::open(&experiment, &command.trial, command.refit.is_some(), printer)?;
    let features = new_rows::read(&command.file, &trained)?;
    let rows = features.rows;
    let outputs =
        trained.model().predict(&features).map_err(|error| CommandFailure::new(CommandFailure::FILES, error))?;
    if let Some(place) = outputs.iter().position(|value| !value.is_finite()) {
        let message = format!("the prediction for row {} is not finite", place % rows.max(1) + 1);
        return Err(CommandFailure::new(CommandFailure::DIFFERENT, message));
    }
    let text = table(&trained, &outputs, rows)?;
    printer.note(&format!("{} predicted by {}", crate::report::plural(rows, "row"), trained.words));
    if let Some(score) = new_score::words(&command.file, &trained, rows) {
        printer.note(&score);
    }
    match &command.to {
        None => printer.result(&text),
        Some(path) => write_new(path, text.as_bytes(), command.force)?,
    }
    Ok(())
}

/// The predictions as CSV: the number of each row, and the predicted targets; or the class that is decided for, and what stands for
/// each class.
fn table(trained: &Trained, outputs: &[f64], rows: usize) -> Result<String, CommandFailure> {
    let kind = trained.model.loss().predicts();
    let classes = trained.classes();
    let mut header = vec!["row".to_owned()];
    header.extend(if classes.is_empty() { &trained.targets[..] } else { &trained.targets[..1] }.iter().cloned());
    let word = if kind == PredictionKind::Probabilities { "probability" } else { "score" };
    header.extend(classes.iter().map(|class| format!("{word}_{class}")));
    let zeros = vec![0.0; rows];
    let predicted = Predicted { kind, outputs, targets: &zeros, n_targets: 1, weights: None };
    let of_classes = (!classes.is_empty() && rows > 0).then(|| ClassRows::new(predicted)).transpose();
    let of_classes = of_classes.map_err(|error| CommandFailure::new(CommandFailure::DIFFERENT, error))?;
    let decided = of_classes.as_ref().map_or_else(Vec::new, ClassRows::decided);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |error: &dyn std::fmt::Display| CommandFailure::new(CommandFailure::FILES, error);
    writer.write_record(&header).map_err(|error| failed(&error))?;
    for row in 0..rows {
        let mut cells = vec![(row + 1).to_string()];
        match &of_classes {
            Some(of_classes) => {
                cells.push(classes[decided[row]].clone());
                cells.extend((0..classes.len()).map(|class| toml_float(of_classes.score(class, row))));
            }
            None => cells.extend(outputs.iter().skip(row).step_by(rows).map(|value| toml_float(*value))),
        }
        writer.write_record(&cells).map_err(|error| failed(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| failed(&error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
