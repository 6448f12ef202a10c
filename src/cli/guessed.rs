//! An experiment on a data file, guessed from what the file holds: what `sweep data` shows and `sweep init` writes.

use std::path::{Path, PathBuf};

use super::failure::CommandFailure;
use super::printer::Printer;
use crate::dataset::{self, DataError, Guess};
use crate::experiment::{self, DataStarter, Loaded};
use crate::parameter::Values;
use crate::plan::FactsByDataset;
use crate::record::DataFacts;
use crate::runner::SharedData;
use crate::text::quoted;

/// A data file, with what a person says of it.
pub struct DataFile<'a> {
    /// As it was typed.
    pub path: &'a Path,
    pub target: Option<&'a str>,
    /// `delimiter=;`
    pub changes: &'a [String],
}

/// An experiment that has not been written yet.
pub struct GuessedExperiment {
    pub starter: DataStarter,
    pub guess: Guess,
    /// The lines of its data set.
    pub keys: Vec<String>,
    pub loaded: Loaded,
    pub facts: FactsByDataset,
}

impl DataFile<'_> {
    /// Reads the file, and makes the experiment that would be written to `experiment`.
    ///
    /// # Errors
    /// What is wrong with the changes, or why the file cannot be read.
    pub fn experiment(&self, experiment: &Path, printer: &Printer) -> Result<GuessedExperiment, CommandFailure> {
        let typed = self.path.to_str().filter(|_| std::fs::symlink_metadata(self.path).is_err());
        if let Some(straight) = typed.and_then(experiment::straightened) {
            let name = straight.trim_matches('"').to_owned();
            let message =
                format!("there is no file {}: these are curly quotes; write {}", self.path.display(), quoted(name));
            return Err(CommandFailure::new(CommandFailure::INPUT, message));
        }
        let folder = experiment.parent().unwrap_or(Path::new(""));
        let path = written_path(self.path, folder)?;
        let given = self.given(folder, &path, printer)?;
        let guess = dataset::guess(folder, &path, &given).map_err(|error| {
            let mut failed = failure(&error);
            if let Some(straight) = self.target.and_then(experiment::straightened) {
                let name = straight.trim_matches('"').to_owned();
                failed.message =
                    format!("{}\nthe target stands in curly quotes; write --target {}", failed.message, quoted(name));
            }
            failed
        })?;
        // The results folder is named by the experiment: two experiments on one file have two.
        let named = experiment.file_stem().and_then(std::ffi::OsStr::to_str).filter(|name| !name.is_empty());
        let name = data_name(self.path);
        let starter = experiment::data_starter([named.unwrap_or(&name), &name], &guess, &path, &given)
            .map_err(|error| failure(&error))?;
        let keys = experiment::data_lines(&guess, &path, &given);
        let loaded = experiment::load_text(experiment, &starter.text, &[]).map_err(|diagnostics| CommandFailure {
            code: diagnostics.exit_code(),
            message: diagnostics.render(printer.colour()),
        })?;
        let (_, facts) = SharedData::load(&loaded.plan).map_err(|error| {
            let first = error.errors.into_iter().next().map(|one| one.error);
            first.map_or_else(|| CommandFailure::silent(CommandFailure::INPUT), |error| failure(&error))
        })?;
        Ok(GuessedExperiment { starter, guess, keys, loaded, facts })
    }

    /// The keys that a person has set.
    fn given(&self, folder: &Path, path: &str, printer: &Printer) -> Result<Values, CommandFailure> {
        let named = self.changes.iter().find_map(|change| change.strip_prefix("source="));
        let source = match named {
            Some(source) => source,
            None => dataset::source_of_file(folder, path).map_err(|error| failure(&error))?,
        };
        let mut values = Values::new();
        if !self.changes.is_empty() {
            let takes_target = dataset::source(source)
                .is_some_and(|source| source.parameters.iter().any(|parameter| parameter.name == "target"));
            let are_several = self.changes.iter().any(|change| change.split('=').next() == Some("targets"));
            let target = if takes_target && !are_several { "target = \"y\"\n" } else { "" };
            let are_given = self.changes.iter().any(|change| change.split('=').next() == Some("labels"));
            let labels = if source == "idx" && !are_given { "labels = \"labels\"\n" } else { "" };
            let text = format!(
                "[datasets.data]\nsource = \"csv\"\npath = \"data\"\n{target}{labels}[models.linear]\nkind = \"linear\"\n\
                 [optimizers.gd]\nmethod = \"gd\"\nlearning_rate = 0.1\n"
            );
            let text = text.replacen("\"csv\"", &toml::Value::from(source).to_string(), 1);
            let mut changes = Vec::new();
            for change in self.changes {
                let name = change.split(['=', '.']).next().unwrap_or_default();
                if let Some(straight) = experiment::straightened(change) {
                    let message = format!("{change}: these are curly quotes; write {}", quoted(straight));
                    return Err(CommandFailure::new(CommandFailure::INPUT, message));
                }
                if let Some(message) = refusal(change, name, source) {
                    return Err(CommandFailure::new(CommandFailure::INPUT, message));
                }
                changes.push(format!("datasets.data.{change}"));
            }
            let loaded = experiment::load_text(Path::new("data.toml"), &text, &changes).map_err(|diagnostics| {
                CommandFailure { code: diagnostics.exit_code(), message: diagnostics.render(printer.colour()) }
            })?;
            let is_given = |key: &str| self.changes.iter().any(|change| change.split(['=', '.']).next() == Some(key));
            let combination = loaded.plan.combinations.first();
            let all = combination.map(|one| one.setting(0).dataset.values).unwrap_or_default();
            values.extend(all.into_iter().filter(|(key, _)| is_given(key)));
            // A value that means the same as no key is not among them. Here it says that nothing is to be guessed.
            let parameters = dataset::source(source).map_or(&[][..], |source| source.parameters);
            for parameter in parameters.iter().filter(|parameter| is_given(parameter.name)) {
                if let Some(value) = parameter.default_value() {
                    values.entry(parameter.name).or_insert(value);
                }
            }
        }
        if named.is_some() {
            values.insert("source".to_owned(), source.into());
        }
        if let Some(target) = self.target {
            values.insert("target".to_owned(), target.into());
        }
        Ok(values)
    }
}

impl GuessedExperiment {
    /// What was read, in the lines that `told` makes of it, and what is left to a person.
    pub fn lines(&self, told: fn(&str, &DataFacts) -> Vec<String>) -> Vec<String> {
        let (tables, facts): (Vec<&str>, Vec<_>) =
            self.facts.iter().map(|(key, facts)| (crate::plan::table_of(key), facts)).unzip();
        let mut lines = Vec::new();
        for (table, facts) in tables.into_iter().zip(facts) {
            lines.extend(told(table, facts));
        }
        let target = self.guess.keys.iter().find(|key| key.key == "target");
        let target = target.and_then(|key| Some((key.value.as_str()?, &key.why)));
        lines.extend(target.map(|(name, why)| format!("the target is {name}: {why}")));
        lines.extend(self.guess.advice.iter().cloned());
        lines
    }
}

/// Why a word on the command line is no key that reads a file of this source.
fn refusal(change: &str, name: &str, source: &str) -> Option<String> {
    if Path::new(change).exists() || !change.contains('=') && change.contains(['/', '*']) {
        return Some(format!(
            "{change}: one file is expected; several that are parts of one table are named by a pattern in quotes, such as 'parts/*.csv', \
             or by their folder"
        ));
    }
    match name {
        _ if !change.contains('=') => Some(format!(
            "{change}: a key of the data source and its value are accepted, such as `delimiter=;`, `header=false`, `missing_values=[\"?\"]`"
        )),
        "path" => Some(format!("{change}: the file is named by the first word, without path=")),
        "split" | "standardize" | "divide_by" => Some(format!(
            "{change}: {name} says what is done with rows that are read, and no key here; `sweep init` writes one into the experiment, where \
             it can be changed"
        )),
        "test_path" | "test_labels" => Some(format!(
            "{change}: {name} is no key here: write it into the experiment that `sweep init` makes, in place of the test fraction of split"
        )),
        "source" => None,
        _ => {
            let keys = dataset::source(source)?.parameters.iter().map(|parameter| parameter.name);
            let keys: Vec<&str> = keys.filter(|key| !["path", "test_path", "test_labels"].contains(key)).collect();
            if keys.contains(&name) {
                return None;
            }
            let meant = experiment::nearest(name, keys.iter().copied());
            let meant = meant.map_or_else(String::new, |key| format!("did you mean `{key}`? "));
            Some(format!("{change}: source = \"{source}\" has no key `{name}`; {meant}accepted: {}", keys.join(", ")))
        }
    }
}

/// The message about a data file that no experiment names.
fn failure(error: &DataError) -> CommandFailure {
    CommandFailure::new(if error.is_content() { CommandFailure::INPUT } else { CommandFailure::FILES }, error)
}

/// The name of a data file without its endings: `flats` of `data/flats.csv.gz`. Of `.` it is that of the folder.
pub fn data_name(path: &Path) -> String {
    const ENDINGS: [&str; 19] = [
        ".gz", ".zst", ".zstd", ".csv", ".tsv", ".tab", ".txt", ".data", ".dat", ".parquet", ".arrow", ".feather",
        ".npy", ".npz", ".svm", ".libsvm", ".toml", "-ubyte", ".idx",
    ];
    let is_pattern = |name: &std::ffi::OsStr| name.to_string_lossy().contains(['*', '?']);
    // `..` has no name of its own.
    let full = if path.file_name().is_none() || path.ends_with(".") { path.canonicalize().ok() } else { None };
    let path = full.as_deref().unwrap_or(path);
    let name = match path.file_name() {
        // Of a pattern the folder is what tells.
        Some(name) if is_pattern(name) => path.parent().and_then(Path::file_name).filter(|folder| !is_pattern(folder)),
        name => name,
    };
    let name = name.unwrap_or_else(|| "data".as_ref()).to_string_lossy();
    let mut name = name.as_ref();
    while let Some(shorter) = ENDINGS.iter().find_map(|ending| {
        let at = name.len().checked_sub(ending.len()).filter(|at| *at > 0 && name.is_char_boundary(*at))?;
        name[at..].eq_ignore_ascii_case(ending).then(|| &name[..at])
    }) {
        name = shorter;
    }
    name.to_owned()
}

/// The path as an experiment in `folder` writes it: relative to that folder.
fn written_path(path: &Path, folder: &Path) -> Result<String, CommandFailure> {
    let text = |path: &Path| {
        path.to_str().map(str::to_owned).ok_or_else(|| {
            CommandFailure::new(CommandFailure::INPUT, format!("the name of {} is not UTF-8", path.display()))
        })
    };
    if folder.as_os_str().is_empty() || path.is_absolute() {
        return text(path);
    }
    // A pattern is no file; the folder that it begins in may be one that is not there.
    let full = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path));
    let (Ok(from), Ok(to)) = (full(folder), full(path)) else { return text(path) };
    let shared = from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    let up = from.components().skip(shared).map(|_| "..");
    let relative: PathBuf =
        up.map(PathBuf::from).chain(to.components().skip(shared).map(|c| c.as_os_str().into())).collect();
    text(&relative)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_file_gives_its_name() {
        for (path, name) in [
            ("data/flats.csv.gz", "flats"),
            ("auto-mpg.data", "auto-mpg"),
            ("parts/2024/*.csv", "2024"),
            ("*.csv", "data"),
            ("folder/", "folder"),
            (".csv", ".csv"),
            ("a.b.TSV", "a.b"),
            ("a/b/", "b"),
            ("adult", "adult"),
            ("data.toml.csv", "data"),
            ("parts.csv/*", "parts"),
            ("/", "data"),
        ] {
            assert_eq!(data_name(Path::new(path)), name, "{path}");
        }
        // Folders without a name of their own have the one that they are called by.
        let here = std::env::current_dir().unwrap();
        let name = here.file_name().unwrap().to_string_lossy();
        for path in [".", "./", "src/.."] {
            assert_eq!(data_name(Path::new(path)), name, "{path}");
        }
    }

    #[test]
    fn words_that_are_no_keys_are_refused_with_the_reason() {
        let told = |change: &str, source: &str| {
            refusal(change, change.split(['=', '.']).next().unwrap_or_default(), source).unwrap_or_default()
        };
        for (change, expected) in [
            (
                "standardize=false",
                "standardize=false: standardize says what is done with rows that are read, and no key here",
            ),
            ("split={}", "split={}: split says what is done"),
            ("path=x.csv", "path=x.csv: the file is named by the first word, without path="),
            (
                "parts/b.csv",
                "parts/b.csv: one file is expected; several that are parts of one table are named by a pattern in quotes",
            ),
            ("Cargo.toml", "Cargo.toml: one file is expected"),
            ("price", "price: a key of the data source and its value are accepted"),
            (
                "delimeter=;",
                "delimeter=;: source = \"csv\" has no key `delimeter`; did you mean `delimiter`? accepted: ",
            ),
        ] {
            let message = told(change, "csv");
            assert!(message.starts_with(expected), "{message}");
        }
        let message = told("nothing=1", "csv");
        assert!(!["split", "standardize", "path"].iter().any(|key| message.contains(key)), "{message}");
        for change in ["delimiter=;", "header=false", "missing_values.hp=[\"?\"]", "missing=drop", "source=csv"] {
            assert_eq!(told(change, "csv"), "", "{change}");
        }
    }

    #[test]
    fn a_path_is_written_relative_to_the_experiment() {
        let written = |path: &str, folder: &str| written_path(Path::new(path), Path::new(folder)).unwrap();
        assert_eq!(written("data/a.csv", ""), "data/a.csv");
        assert_eq!(written("data/a.csv", "experiments"), "../data/a.csv");
        assert_eq!(written("experiments/a.csv", "experiments"), "a.csv");
        assert_eq!(written("/data/a.csv", "experiments"), "/data/a.csv");
    }
}
