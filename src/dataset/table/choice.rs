//! Which columns of a header are used, and how.

use std::collections::{HashMap, HashSet};

use super::absent::{absent, unmatched};
use super::cells::{ColumnSlot, in_quotes};
use super::keys::{MissingValues, OneHot, TableOptions};
use super::mistakes::FileMistakes;
use super::pattern::{is_pattern, matches};
use crate::dataset::number_format::NumberFormat;
use crate::record::{LeftOutColumn, LeftOutReason};

/// The columns of a file.
pub(in crate::dataset) struct FileHeader<'a> {
    /// In the file's order, surrounding space removed.
    pub names: &'a [String],
    /// What messages call it: `header` or `schema`.
    pub word: &'static str,
    /// Its line in the file, or 0: the place of its mistakes among those of the rows.
    pub line: usize,
    /// The columns that are an index, by their position: they are used only if `features` lists them.
    pub index: &'a [usize],
    /// Whether each column holds text; `None` if only its cells tell.
    pub text: Option<&'a [bool]>,
    /// How its numbers are written.
    pub numbers: NumberFormat,
}

/// The columns that an experiment uses, by their position in the file.
pub(in crate::dataset) struct ColumnChoice {
    pub target: Option<usize>,
    /// The targets after the first.
    pub other_targets: Vec<usize>,
    pub weight: Option<usize>,
    /// In the order of `features` or else of the file.
    pub features: Vec<ColumnSlot>,
    pub left_out: Vec<LeftOutColumn>,
}

/// The names of a header that are looked up, and where mistakes go.
struct Lookup<'a, 'm> {
    header: &'a FileHeader<'a>,
    /// The first column of each name.
    columns: HashMap<&'a str, usize>,
    /// The second column of each name that is there twice.
    again: HashMap<usize, usize>,
    /// Whether it is said that `header = false` makes the names.
    told_made: bool,
    mistakes: &'a mut FileMistakes<'m>,
}

impl ColumnChoice {
    /// Resolves the names of the options. A name that cannot be resolved becomes a mistake and is left out.
    pub(in crate::dataset) fn of(header: &FileHeader, options: &TableOptions, mistakes: &mut FileMistakes) -> Self {
        let mut lookup = Lookup::new(header, mistakes);
        let predicts = options.reads_no_target();
        let (target, other_targets) = if predicts { (None, Vec::new()) } else { lookup.targets(options) };
        if target.is_none() && !predicts {
            lookup.tell_names();
        }
        let weight = lookup.weight(options);
        let ignored = lookup.ignored(options);
        let features = match &options.features {
            Some(listed) => lookup.listed(listed, &ignored, options),
            // If the target was not found, "every other column" would include the column that was meant.
            None if target.is_none() => Vec::new(),
            None => lookup.others(&ignored, options),
        };
        lookup.used_once(target.iter().chain(&other_targets).chain(&weight).chain(&features), options);
        let used: HashSet<usize> = features.iter().copied().collect();
        let one_hot = lookup.one_hot(&used, &ignored, target, options);
        if let MissingValues::ByColumn(lists) = &options.missing_values {
            for name in lists.keys() {
                let _ = lookup.find("missing_values", name);
            }
        }
        let none_listed = options.features.as_ref().is_none_or(Vec::is_empty);
        if target.is_some() && features.is_empty() && none_listed {
            lookup.add(|| format!("no feature is left beside the target {}", in_quotes(&options.target)));
        }

        let all_text = matches!(options.one_hot, OneHot::Text(_));
        let slot = |column: usize| {
            let text = header.text.map(|text| text[column]);
            ColumnSlot {
                column,
                one_hot: one_hot.contains(&column) || all_text && text == Some(true),
                open: all_text && text.is_none(),
            }
        };
        let mut left_out = Vec::new();
        // Without a target nothing is read, and nothing need be said of the other columns.
        for (column, name) in header.names.iter().enumerate().filter(|_| target.is_some()) {
            let is_used = used.contains(&column) || other_targets.contains(&column);
            if !is_used && target != Some(column) && weight != Some(column) {
                let reason = match &options.features {
                    _ if ignored.contains(&column) => LeftOutReason::Ignored,
                    None if header.index.contains(&column) => LeftOutReason::PandasIndex,
                    _ => LeftOutReason::NotListed,
                };
                left_out.push(LeftOutColumn { name: name.clone(), reason });
            }
        }
        Self { target, other_targets, weight, features: features.into_iter().map(slot).collect(), left_out }
    }
}

impl<'a, 'm> Lookup<'a, 'm> {
    fn new(header: &'a FileHeader<'a>, mistakes: &'a mut FileMistakes<'m>) -> Self {
        let mut columns: HashMap<&str, usize> = HashMap::with_capacity(header.names.len());
        let mut again = HashMap::new();
        for (column, name) in header.names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            let first = *columns.entry(name).or_insert(column);
            if first != column {
                again.entry(first).or_insert(column);
            }
        }
        Self { header, columns, again, told_made: false, mistakes }
    }

    fn add(&mut self, message: impl FnOnce() -> String) {
        self.mistakes.add(self.header.line, 0, message);
    }

    /// Hands the names over, from which another target may be chosen.
    fn tell_names(&mut self) {
        let FileHeader { names, index, text, .. } = *self.header;
        let names = || names.iter().enumerate().filter(|(column, name)| !index.contains(column) && !name.is_empty());
        let is_text = |column: usize| text.is_some_and(|text| text[column]);
        self.mistakes.found.texts =
            names().filter(|(column, _)| is_text(*column)).map(|(_, name)| name.clone()).collect();
        self.mistakes.found.names = names().map(|(_, name)| name.clone()).collect();
    }

    fn find(&mut self, key: &str, name: &str) -> Option<usize> {
        let found = self.columns.get(name).copied();
        if found.is_none() {
            let names = self.header.names;
            let numbers = self.header.numbers;
            // A name that the first row would have, were it read as a header.
            let is_made = self.header.word == "first row" && !self.told_made;
            self.told_made |= is_made;
            self.add(|| match is_made {
                true => format!(
                    "{}; header = false makes these names: leave it out if the first row has names",
                    absent(key, name, names, numbers)
                ),
                false => absent(key, name, names, numbers),
            });
        }
        found
    }

    /// The column of the first target, and those of the others.
    fn targets(&mut self, options: &TableOptions) -> (Option<usize>, Vec<usize>) {
        let key = if options.targets.is_empty() { "target" } else { "targets" };
        let first = self.find(key, &options.target);
        let mut others: Vec<usize> = Vec::new();
        for (at, name) in options.other_targets().iter().enumerate() {
            if options.targets[..=at].contains(name) {
                self.add(|| format!("targets lists {} twice", in_quotes(name)));
            } else {
                others.extend(self.find(key, name));
            }
        }
        (first, others)
    }

    /// The column of the weights.
    fn weight(&mut self, options: &TableOptions) -> Option<usize> {
        let name = options.weight.as_ref()?;
        if options.is_target(name) {
            self.add(|| format!("weight names the target {}", in_quotes(name)));
            return None;
        }
        self.find("weight", name)
    }

    /// The columns that `ignore` names. A pattern that is the name of a column stands for that name alone.
    fn ignored(&mut self, options: &TableOptions) -> HashSet<usize> {
        let names = self.header.names;
        let mut ignored = HashSet::new();
        let mut before = HashSet::new();
        for pattern in &options.ignore {
            let literal = !is_pattern(pattern) || self.columns.contains_key(pattern.as_str());
            let mut found = names
                .iter()
                .enumerate()
                .filter(|(_, name)| if literal { *name == pattern } else { matches(pattern, name) });
            let found: Vec<usize> = found.by_ref().map(|(column, _)| column).collect();
            if !before.insert(pattern) {
                self.add(|| format!("ignore lists \"{pattern}\" twice"));
            } else if found.is_empty() && literal && !pattern.is_empty() {
                let numbers = self.header.numbers;
                self.add(|| absent("ignore", pattern, names, numbers));
            } else if found.is_empty() {
                self.add(|| unmatched(pattern, names));
            } else if let Some(&column) = found.iter().find(|&&column| options.is_target(&names[column])) {
                self.add(|| format!("ignore: \"{pattern}\" leaves out the target {}", in_quotes(&names[column])));
            } else if let Some(name) = &options.weight
                && found.iter().any(|&column| names[column] == *name)
            {
                self.add(|| format!("ignore: \"{pattern}\" leaves out the weight {}", in_quotes(name)));
            }
            ignored.extend(found);
        }
        ignored
    }

    /// The columns of `features`.
    fn listed(&mut self, listed: &[String], ignored: &HashSet<usize>, options: &TableOptions) -> Vec<usize> {
        let mut features = Vec::new();
        let mut before = HashSet::new();
        for name in listed {
            if options.is_target(name) {
                self.add(|| format!("features lists the target {named}", named = in_quotes(name)));
            } else if options.is_weight(name) {
                self.add(|| format!("features lists the weight {named}", named = in_quotes(name)));
            } else if !before.insert(name) {
                self.add(|| format!("features lists {named} twice", named = in_quotes(name)));
            } else if let Some(column) = self.find("features", name) {
                if ignored.contains(&column) {
                    self.add(|| format!("features lists {named}, which ignore leaves out", named = in_quotes(name)));
                }
                features.push(column);
            }
        }
        features
    }

    /// Every column but the target, the weight, an index, and those that are ignored.
    fn others(&mut self, ignored: &HashSet<usize>, options: &TableOptions) -> Vec<usize> {
        let FileHeader { names, word, index, .. } = *self.header;
        let index: HashSet<usize> = index.iter().copied().collect();
        let mut features = Vec::new();
        let mut nameless = Vec::new();
        for (column, name) in names.iter().enumerate().filter(|(column, _)| !ignored.contains(column)) {
            if name.is_empty() {
                nameless.push(column + 1);
            } else if !options.is_target(name) && !options.is_weight(name) && !index.contains(&column) {
                features.push(column);
            }
        }
        if let [first, more @ ..] = nameless.as_slice() {
            self.mistakes.found.leave_out.push((String::new(), "it has no name".to_owned()));
            self.add(|| match more {
                [] => format!(
                    "column {first} of the {word} has no name: name it, leave it out with ignore = [\"\"], or list the features"
                ),
                _ => format!(
                    "{} columns of the {word} have no name (the first is column {first}): name them, leave them out with \
                     ignore = [\"\"], or list the features",
                    nameless.len()
                ),
            });
        }
        features
    }

    /// Adds a mistake for each used column whose name is there twice.
    fn used_once<'c>(&mut self, used: impl Iterator<Item = &'c usize>, options: &TableOptions) {
        let mut twice: Vec<(usize, usize)> = Vec::new();
        if !self.again.is_empty() {
            let firsts = used.filter_map(|column| self.columns.get(self.header.names[*column].as_str()).copied());
            let firsts: HashSet<usize> = firsts.collect();
            twice = firsts.into_iter().filter_map(|first| Some((first, *self.again.get(&first)?))).collect();
            twice.sort_unstable();
        }
        for (first, second) in twice {
            let (name, word) = (&self.header.names[first], self.header.word);
            match options.is_target(name) {
                true => self.mistakes.found.target_unfit = true,
                false => {
                    let why =
                        format!("it is there twice (columns {} and {}): rename one to use it", first + 1, second + 1);
                    self.mistakes.found.leave_out.push((name.clone(), why));
                }
            }
            self.add(|| {
                let message = format!(
                    "the {word} has {named} twice, as columns {} and {}",
                    first + 1,
                    second + 1,
                    named = in_quotes(name)
                );
                match &options.features {
                    None if !options.is_target(name) && !options.is_weight(name) => {
                        format!("{message}: rename one, or leave both out with ignore")
                    }
                    _ => format!("{message}: rename one"),
                }
            });
        }
    }

    /// The columns that `one_hot` lists.
    fn one_hot(
        &mut self,
        used: &HashSet<usize>,
        ignored: &HashSet<usize>,
        target: Option<usize>,
        options: &TableOptions,
    ) -> HashSet<usize> {
        let mut one_hot = HashSet::new();
        let mut before = HashSet::new();
        let OneHot::Listed(listed) = &options.one_hot else { return one_hot };
        for name in listed {
            if options.is_target(name) {
                self.add(|| {
                    format!("one_hot lists the target {named}: a target is one number", named = in_quotes(name))
                });
            } else if options.is_weight(name) {
                self.add(|| {
                    format!("one_hot lists the weight {named}: a weight is one number", named = in_quotes(name))
                });
            } else if !before.insert(name) {
                self.add(|| format!("one_hot lists {named} twice", named = in_quotes(name)));
            } else if let Some(column) = self.find("one_hot", name) {
                // Without a target no feature was chosen either, and of a listed feature that is ignored it is said already.
                let is_listed = options.features.as_ref().is_some_and(|features| features.contains(name));
                if ignored.contains(&column) {
                    if !is_listed {
                        self.add(|| format!("one_hot lists {named}, which ignore leaves out", named = in_quotes(name)));
                    }
                } else if !used.contains(&column) && options.features.is_some() {
                    self.add(|| format!("one_hot lists {named}, which features leaves out", named = in_quotes(name)));
                } else if !used.contains(&column) && target.is_some() {
                    self.add(|| {
                        format!("one_hot lists {named}, an index: list it in features too", named = in_quotes(name))
                    });
                }
                one_hot.insert(column);
            }
        }
        one_hot
    }
}
