//! Which columns of a header are used, and how.

use std::collections::{HashMap, HashSet};

use super::keys::TableOptions;
use super::mistakes::FileMistakes;

/// The names of a file's columns.
pub(in crate::dataset) struct FileHeader<'a> {
    /// In the file's order, surrounding space removed.
    pub names: &'a [String],
    /// Columns that are an index of the rows: no features unless they are listed.
    pub index: &'a [usize],
    /// What messages call it: `header` or `schema`.
    pub word: &'static str,
    /// Its line in the file, or 0: the place of its mistakes among those of the rows.
    pub line: usize,
}

/// The columns that an experiment uses, by their position in the file.
pub(in crate::dataset) struct ColumnChoice {
    pub target: Option<usize>,
    /// Each feature's column, and whether it is one-hot encoded; in the order of `features` or else of the file.
    pub features: Vec<(usize, bool)>,
}

impl ColumnChoice {
    /// Resolves the names of the options. A name that cannot be resolved becomes a mistake and is left out.
    pub(in crate::dataset) fn of(header: &FileHeader, options: &TableOptions, mistakes: &mut FileMistakes) -> Self {
        let FileHeader { names, index, word, line } = *header;
        let mut columns: HashMap<&str, usize> = HashMap::with_capacity(names.len());
        for (column, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            let first = *columns.entry(name).or_insert(column);
            if first != column {
                mistakes.add(line, 0, || {
                    format!("the {word} has \"{name}\" twice, as columns {} and {}", first + 1, column + 1)
                });
            }
        }
        let find = |key: &str, name: &str, mistakes: &mut FileMistakes| {
            let found = columns.get(name).copied();
            if found.is_none() {
                mistakes.add(line, 0, || absent(key, name, names));
            }
            found
        };

        let target = find("target", &options.target, mistakes);
        let mut features: Vec<usize> = Vec::new();
        match &options.features {
            Some(listed) => {
                let mut before = HashSet::new();
                for name in listed {
                    if *name == options.target {
                        mistakes.add(line, 0, || format!("features lists the target \"{name}\""));
                    } else if !before.insert(name) {
                        mistakes.add(line, 0, || format!("features lists \"{name}\" twice"));
                    } else {
                        features.extend(find("features", name, mistakes));
                    }
                }
            }
            // If the target was not found, "every other column" would include the column that was meant.
            None if target.is_none() => {}
            None => {
                for (column, name) in names.iter().enumerate().filter(|(column, _)| !index.contains(column)) {
                    if name.is_empty() {
                        let number = column + 1;
                        mistakes.add(line, 0, || {
                            format!("column {number} of the {word} has no name: name it, or list the features to use")
                        });
                    } else if *name != options.target {
                        features.push(column);
                    }
                }
            }
        }
        let listed: HashSet<usize> = features.iter().copied().collect();
        let mut one_hot: HashSet<usize> = HashSet::new();
        let mut before = HashSet::new();
        for name in &options.one_hot {
            if *name == options.target {
                mistakes.add(line, 0, || format!("one_hot lists the target \"{name}\": a target is one number"));
            } else if !before.insert(name) {
                mistakes.add(line, 0, || format!("one_hot lists \"{name}\" twice"));
            } else if let Some(column) = find("one_hot", name, mistakes) {
                if !listed.contains(&column) {
                    mistakes.add(line, 0, || format!("one_hot lists \"{name}\", which features leaves out"));
                }
                one_hot.insert(column);
            }
        }
        let none_listed = options.features.as_ref().is_none_or(Vec::is_empty);
        if target.is_some() && features.is_empty() && none_listed {
            mistakes.add(line, 0, || format!("no feature is left beside the target \"{}\"", options.target));
        }
        let features = features.into_iter().map(|column| (column, one_hot.contains(&column))).collect();
        Self { target, features }
    }
}

/// `target: there is no column "progresion" (did you mean "progression"?); the columns are …`
fn absent(key: &str, name: &str, header: &[String]) -> String {
    let mut message = format!("{key}: there is no column \"{name}\"");
    let distance = |column: &&String| strsim::damerau_levenshtein(&column.to_lowercase(), &name.to_lowercase());
    // With more columns, finding the nearest name takes too long for an error message.
    const COMPARED: usize = 10_000;
    if let Some(nearest) = header.iter().take(COMPARED).filter(|column| !column.is_empty()).min_by_key(distance)
        && distance(&nearest) <= 1 + name.chars().count() / 4
    {
        message += &format!(" (did you mean \"{nearest}\"?)");
    }
    const LISTED: usize = 20;
    let listed: Vec<String> = header.iter().take(LISTED).map(|column| format!("\"{column}\"")).collect();
    message += &format!("; the columns are {}", listed.join(", "));
    if header.len() > LISTED {
        message += &format!(" and {} more", header.len() - LISTED);
    }
    if let [only] = header
        && let Some(delimiter) = [';', '\t', '|', ','].into_iter().find(|delimiter| only.contains(*delimiter))
    {
        message += &format!("; is the delimiter {:?}?", delimiter.to_string());
    }
    message
}
