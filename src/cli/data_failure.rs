//! How a command ends if its data cannot be read: each message under the place of the experiment that asked for it.

use super::failure::CommandFailure;
use crate::experiment::Provenance;
use crate::runner::{DatasetError, LoadError};
use crate::text::visible;

/// The messages of all data sets that could not be loaded, each with its place, and the exit code.
#[must_use]
pub fn data_failure(error: &LoadError, provenance: &Provenance) -> CommandFailure {
    let unreadable = error.errors.iter().any(|one| !one.error.is_content());
    let messages: Vec<String> = error.errors.iter().map(|one| message(one, provenance)).collect();
    CommandFailure {
        code: if unreadable { CommandFailure::FILES } else { CommandFailure::INPUT },
        message: messages.join("\n"),
    }
}

fn message(one: &DatasetError, provenance: &Provenance) -> String {
    let DatasetError { table, path, error } = one;
    let text = error.to_string();
    let group = format!("datasets.{table}");
    // A message about a key stands at that key, any other at the file's name.
    let about = text.lines().next().and_then(|line| line.split_once(": ")).map_or("", |(_, message)| message);
    let word = about
        .split(|character: char| !(character.is_alphanumeric() || matches!(character, '_' | '.')))
        .next()
        .unwrap_or_default();
    let key = [word, "path"]
        .into_iter()
        .find(|key| !key.is_empty() && provenance.set_at(&format!("{group}.{key}")).is_some());
    let Some((key, (place, written))) = key.and_then(|key| Some((key, provenance.set_at(&format!("{group}.{key}"))?)))
    else {
        let place = provenance.declared(&group).map_or_else(String::new, |(file, line)| format!("{file}:{line}: "));
        return format!("error: {}[{group}]: {text}", visible(&place));
    };
    // Of several paths on an axis the one that was read.
    let value = match path.as_deref().filter(|_| key == "path") {
        Some(path) => format!("\"{path}\""),
        None => written.to_owned(),
    };
    format!("error: {}: [{group}] {key} = {}\n{text}", visible(place), visible(&value))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::dataset::DataError;
    use crate::experiment::load_text;

    const TEXT: &str = "[datasets.flats]\nsource = \"csv\"\npath = [\"a.csv\", \"b.csv\"]\ntarget = \"price\"\n\
                        [datasets.made]\nsource = \"synthetic\"\nn_samples = 9\nn_features = 2\n\
                        [models.m]\nkind = \"linear\"\n[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = 0.1\n";

    fn shown(table: &str, path: Option<&str>, text: &str, overrides: &[&str]) -> String {
        let overrides: Vec<String> = overrides.iter().map(|&one| one.to_owned()).collect();
        let loaded = load_text(Path::new("x/e.toml"), TEXT, &overrides).unwrap();
        let error = DataError::Content(text.to_owned());
        message(&DatasetError { table: table.to_owned(), path: path.map(str::to_owned), error }, &loaded.provenance)
    }

    #[test]
    fn each_message_stands_under_its_line_of_the_experiment() {
        let file = shown("flats", Some("b.csv"), "b.csv: row 1 (line 2), column \"a\": \"x\" is not a number", &[]);
        assert!(file.starts_with("error: x/e.toml:3: [datasets.flats] path = \"b.csv\"\nb.csv: row 1"), "{file}");
        let key = shown("flats", Some("a.csv"), "a.csv: target: there is no column \"price\"", &[]);
        assert!(key.starts_with("error: x/e.toml:4: [datasets.flats] target = \"price\"\na.csv: target"), "{key}");
        let argument =
            shown("flats", Some("c.csv"), "cannot read c.csv: it does not exist", &["datasets.flats.path=c.csv"]);
        assert!(argument.starts_with("error: command line: [datasets.flats] path = \"c.csv\"\ncannot"), "{argument}");
        let made = shown("made", None, "synthetic data of 9 × 2 numbers does not fit", &[]);
        assert!(made.starts_with("error: x/e.toml:5: [datasets.made]: synthetic"), "{made}");
    }
}
