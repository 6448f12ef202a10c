//! `sweep data`: what would be read of a data file, without an experiment.

use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::CommandFailure;
use super::guessed::{DataFile, GuessedExperiment, data_name};
use super::printer::Printer;
use crate::dataset::Dataset;
use crate::record::ColumnKind;
use crate::report;
use crate::text::{number, quoted};

/// The rows that are shown.
const FIRST: usize = 3;

/// Say what a data file holds and which keys read it, without an experiment.
#[derive(Args)]
pub struct DataCommand {
    /// The file, a folder of parts, or a pattern in quotes
    file: PathBuf,
    /// Keys of the data source, as in an experiment: `delimiter=;`, `header=false`, `'missing_values=["?"]'`
    #[arg(value_name = "KEY=VALUE")]
    changes: Vec<String>,
    /// The column to predict; by default a guess
    #[arg(long, value_name = "COLUMN")]
    target: Option<String>,
}

pub fn run(command: &DataCommand, printer: &Printer) -> Result<(), CommandFailure> {
    let file = DataFile { path: &command.file, target: command.target.as_deref(), changes: &command.changes };
    let experiment = file.experiment(Path::new("data.toml"), printer)?;
    let mut text = experiment.lines(report::data_lines_unsplit).join("\n  ");
    text.push_str("\n\n");
    let left_out = experiment.guess.left_out.iter().map(|column| report::UnusedColumn {
        kind: column.kind.clone(),
        why: column.why.clone(),
        missing: column.missing,
        range: column.range,
    });
    let left_out: Vec<report::UnusedColumn> = left_out.collect();
    for facts in experiment.facts.values() {
        text.push_str(&report::data_table(facts, &first_values(&experiment.guess.data), &left_out));
    }
    text.push_str("\nthe keys that read it:\n");
    text.extend(experiment.keys.iter().map(|line| format!("  {line}\n")));
    let target = command.target.iter().map(|target| format!(" --target {}", quoted(target)));
    let changes = command.changes.iter().map(|change| format!(" {}", quoted(change)));
    let words: String = changes.chain(target).collect();
    text.push_str(&match &experiment.starter.refusal {
        None => {
            let file = quoted(&command.file);
            format!("\nnext: sweep init {file}{words}  # {}\n", experiment.starter.predicts)
        }
        Some(refusal) => format!("\n`sweep init` would write nothing: {refusal}\n"),
    });
    printer.result(&text);
    Ok(())
}

/// The values of the first rows, by column as it was read.
fn first_values(data: &Dataset) -> Vec<String> {
    let rows = data.features.rows.min(FIRST);
    let mut first = 0;
    let mut found = Vec::new();
    for (at, column) in data.reading.columns.iter().enumerate() {
        let is_target = at + 1 == data.reading.columns.len();
        let width = match column.kind {
            ColumnKind::Categories { levels } => levels as usize,
            _ => 1,
        };
        let value = |row: usize| match column.kind {
            _ if is_target => match &data.classes {
                Some(classes) => classes.names.get(data.target[row] as usize).cloned().unwrap_or_default(),
                None => number(data.target[row]),
            },
            ColumnKind::Categories { .. } => {
                let levels = first..first + width;
                let is_set = |level: &usize| data.features.row(row)[*level] == 1.0;
                let name = levels.into_iter().find(is_set).map_or("", |level| data.feature_names[level].as_str());
                name.get(column.name.len() + 1..).unwrap_or_default().to_owned()
            }
            _ => number(data.features.row(row)[first]),
        };
        let of_rows = |value: &dyn Fn(usize) -> String| (0..rows).map(value).collect::<Vec<_>>().join(", ");
        // The weight stands before the target.
        let weight = data.reading.weight.as_ref().filter(|_| is_target).map(|_| match &data.weights {
            Some(weights) => of_rows(&|row| number(weights.values[row])),
            None => String::new(),
        });
        found.extend(weight);
        found.push(of_rows(&value));
        first += width;
    }
    for target in data.target.chunks_exact(data.features.rows.max(1)).skip(1) {
        found.push(target[..rows].iter().map(|value| number(*value)).collect::<Vec<_>>().join(", "));
    }
    found
}

/// The file that `sweep init` writes for a data file.
pub fn experiment_for(data: &Path) -> PathBuf {
    PathBuf::from(format!("{}.toml", data_name(data)))
}

/// What was found, as `sweep init` prints it.
pub fn found(experiment: &GuessedExperiment) -> String {
    experiment.lines(report::data_lines).join("\n  ")
}
