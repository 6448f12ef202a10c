//! The guess: a first one by the beginning of the file, then what the reader says of all of it, until it is read.

use std::path::Path;

use super::classes::no_classes;
use super::columns::SampleColumns;
use super::identifiers::{identifiers, words};
use super::keys::{GuessedKey, Keys, some};
use super::left_out::{LeftOut, left_out};
use super::sample::Sample;
use super::sentinels::sentinels;
use super::target::{Holds, Targets};
use super::text_keys;
use super::told::{Unlikely, unlikely};
use crate::dataset::table::{Doubt, doubts};
use crate::dataset::{DataError, Dataset, FoundColumns, idx};
use crate::parameter::Values;
use crate::shape::TargetKind;
use crate::text::{toml_value, visible};

/// More rounds than any file takes: each leaves out columns, or adds what stands for missing cells.
const ROUNDS: usize = 20;

/// With fewer rows nothing is said of most of them.
const FEWEST_ROWS: u64 = 4;

/// More columns of one number each are no oversight: they are the margins of images, and 0 once standardized.
const MOST_CONSTANT: usize = 20;

/// Why a column of text is passed over whose name is that of an identifier or of free text.
const NO_NAME_OF_CLASSES: &str = "it holds text, and is not called as classes are";

/// Keys that read a file, and what they read.
pub struct Guess {
    pub source: &'static str,
    /// In the order in which they are written, without `source`, `path` and what was given.
    pub keys: Vec<GuessedKey>,
    /// What is left to a person, a sentence each.
    pub advice: Vec<String>,
    pub data: Dataset,
    /// The columns that are not used, in the order of `data.reading.left_out`.
    pub left_out: Vec<LeftOut>,
}

/// Guesses the keys of a file, a folder or a pattern. `given` are keys that a person has set (among them `target`); they are kept.
///
/// # Errors
/// That of the reader, if no keys read the file; a sentence about the target if it is given and holds neither numbers nor classes.
pub fn guess(folder: &Path, path: &str, given: &Values) -> Result<Guess, DataError> {
    let sample = Sample::read(folder, path)?;
    guess_by(&sample, folder, path, given)
}

/// The source that reads a file, a folder or a pattern, by the first bytes.
///
/// # Errors
/// If there is no file, or if it cannot be read.
pub fn source_of_file(folder: &Path, path: &str) -> Result<&'static str, DataError> {
    Ok(Sample::read(folder, path)?.source)
}

fn guess_by(sample: &Sample, folder: &Path, path: &str, given: &Values) -> Result<Guess, DataError> {
    let mut given = given.clone();
    let named = given.remove("source");
    let source = named.as_ref().and_then(toml::Value::as_str).unwrap_or(sample.source);
    let mut search = Search {
        folder,
        path,
        given: &given,
        keys: Keys::new(source, path, &given)?,
        targets: Targets::default(),
        columns: None,
        knows_groups: false,
        advice: Vec::new(),
    };
    if source == "csv" && !sample.text.is_empty() {
        search.begin_with(sample);
    }
    if source == "idx" && search.keys.is_free("labels") {
        search.keys.layout.push(labels(folder, path)?);
    }
    if given.contains_key("target") && !search.keys.takes("target") {
        let message =
            format!("{path}: the label of each row is the target of source = \"{source}\": leave --target out");
        return Err(DataError::Content(message));
    }
    for _ in 0..ROUNDS {
        let step = match search.keys.load(folder) {
            Ok(data) => match search.improve(&data) {
                Ok(false) => return Ok(search.ended(data)),
                changed => changed.map(|_| ()),
            },
            Err(refused) => search.mend(refused),
        };
        step.map_err(|error| search.with_guesses(error))?;
    }
    let refused = search.keys.load(folder).err();
    Err(refused.unwrap_or_else(|| DataError::Content(format!("{path}: no keys were found that read it"))))
}

/// The labels of a file of images, by the names that people give both.
fn labels(folder: &Path, path: &str) -> Result<GuessedKey, DataError> {
    let Some(labels) = idx::labels_beside(folder, path) else {
        let message = format!(
            "{path}: labels: no file beside it is called as its labels are (train-labels-idx1-ubyte for train-images-idx3-ubyte): add \
             labels=FILE"
        );
        return Err(DataError::Content(visible(&message).into_owned()));
    };
    let why = "a guess by its name, one label for each image".to_owned();
    Ok(GuessedKey { key: "labels", value: labels.into(), why, items: Vec::new() })
}

/// The keys so far, and what was learned of the file.
pub(super) struct Search<'a> {
    folder: &'a Path,
    pub(super) path: &'a str,
    given: &'a Values,
    pub(super) keys: Keys,
    targets: Targets,
    /// The columns of a text, by its beginning.
    pub(super) columns: Option<SampleColumns>,
    /// Whether points between thousands were looked for in all of the file.
    knows_groups: bool,
    advice: Vec<String>,
}

impl Search<'_> {
    /// Makes a first guess by the beginning of a text.
    fn begin_with(&mut self, sample: &Sample) {
        let (mut columns, advice) = text_keys::add(&sample.text, &mut self.keys, self.given);
        columns.is_all &= sample.is_all;
        self.advice.extend(advice);
        let named = columns.names.iter().zip(&columns.contents);
        let named: Vec<(&str, Holds)> = named.map(|(name, cells)| (name.as_str(), cells.holds())).collect();
        self.targets = Targets::of(&named, columns.header);
        if self.keys.is_free("target") {
            self.keys.target = self.targets.next();
            if let Some(natural) = self.unchosen() {
                let why = match columns.no_target(&natural) {
                    Some((why, "")) => why,
                    Some((why, remedy)) => format!("{why}; {remedy}"),
                    None => NO_NAME_OF_CLASSES.to_owned(),
                };
                self.targets.pass_over(&natural, why);
            }
        }
        self.columns = Some(columns);
    }

    /// Changes the keys where they read the file and not well. Returns whether they changed.
    fn improve(&mut self, data: &Dataset) -> Result<bool, DataError> {
        self.keys.learn(data);
        // In a file of nothing but text the likeliest column stays the target.
        let any_number =
            self.columns.as_ref().is_none_or(|columns| columns.contents.iter().any(|cells| cells.is_number));
        if data.target_kind() == TargetKind::Classes
            && any_number
            && let Some(why) = self.unlikely_classes(data)
            && self.next_target(&why)
        {
            return Ok(true);
        }
        let reading = &data.reading;
        let missing = reading.columns.last().map_or(0, |target| target.missing);
        if 2 * missing > reading.rows && reading.rows >= FEWEST_ROWS && !self.given.contains_key("missing") {
            let why = format!("it has no value in {missing} of {} rows", reading.rows);
            if self.next_target(&why) {
                return Ok(true);
            }
            if let Some(name) = self.given_target() {
                return Err(DataError::Content(format!(
                    "{}: target \"{name}\": {why}; name another column with --target, or add missing=drop to keep the other {}",
                    self.path,
                    reading.rows - missing
                )));
            }
        }
        // Columns with many gaps are left out before most of the rows are.
        if 2 * reading.dropped > reading.rows && self.keys.leave_out(&gappy(data)) {
            return Ok(true);
        }
        let (doubtful, constant_target) = doubts(data);
        if constant_target && self.given_target().is_none() {
            if self.next_target("it is the same in every row") {
                return Ok(true);
            }
            return Err(self.constant_target(data));
        }
        if self.likelier_target(data) {
            return Ok(true);
        }
        if !self.keys.may_leave_out() {
            return Ok(false);
        }
        let constant = doubtful.iter().filter(|(_, doubt)| *doubt == Doubt::Constant).count();
        let mut columns: Vec<(String, String)> = doubtful
            .into_iter()
            .filter(|(_, doubt)| *doubt != Doubt::Constant || constant <= MOST_CONSTANT)
            .map(|(name, doubt)| (name, words(doubt).to_owned()))
            .collect();
        for identifier in identifiers(data) {
            if columns.iter().all(|(known, _)| *known != identifier.0) {
                columns.push(identifier);
            }
        }
        if columns.len() < reading.columns.len().saturating_sub(1) {
            return Ok(self.keys.leave_out(&columns));
        }
        self.advice.extend(columns.iter().map(|(name, why)| format!("\"{name}\" {why}: is it a feature?")));
        Ok(false)
    }

    /// The column that a person would take first, if another one is the target.
    fn unchosen(&self) -> Option<String> {
        let chosen = self.keys.target.as_ref().map(|target| target.name.as_str());
        self.targets.natural().filter(|natural| chosen != Some(natural)).map(str::to_owned)
    }

    /// Why the texts of a guessed target are not to be predicted; `None` if they are classes.
    fn unlikely_classes(&self, data: &Dataset) -> Option<String> {
        let target = self.keys.target.as_ref()?;
        if target.of_classes {
            return no_classes(data, target.is_called);
        }
        let known = self.columns.as_ref().and_then(|columns| columns.no_target(&target.name));
        Some(known.map_or_else(|| "it holds text".to_owned(), |(why, _)| why))
    }

    /// Takes another target for one that its place alone makes one, and that is an unlikely one. Returns whether it did.
    fn likelier_target(&mut self, data: &Dataset) -> bool {
        let by_place = self.keys.target.as_ref().is_some_and(|target| !target.is_called && !target.of_classes);
        if !by_place || !self.keys.is_free("target") {
            return false;
        }
        let Some(Unlikely { why, better }) = unlikely(data) else { return false };
        let Some(next) = self.targets.next_of(&better) else { return false };
        if let Some(before) = self.keys.target.replace(next) {
            self.targets.pass_over_unlikely(&before.name, why);
        }
        true
    }

    /// Changes the keys where they do not read the file.
    ///
    /// # Errors
    /// The reader's, if nothing more can be changed.
    fn mend(&mut self, refused: DataError) -> Result<(), DataError> {
        if let Some(without_features) = self.without_features() {
            return Err(without_features);
        }
        let DataError::Columns { found, .. } = &refused else { return Err(refused) };
        if !self.knows_groups {
            self.knows_groups = true;
            if let Some(better) = self.keys.with_grouped_points(self.folder, found) {
                self.keys = better;
                return Ok(());
            }
        }
        if found.target_unfit
            && let Some(name) = self.given_target()
        {
            let known = self.columns.as_ref().and_then(|columns| columns.no_target(name));
            let message = match known.filter(|(_, remedy)| !remedy.is_empty()) {
                Some((why, remedy)) => {
                    let path = self.path;
                    format!(
                        "{path}: target \"{name}\": {why}, and a target is a number in each row; {remedy}, or name another column"
                    )
                }
                None => format!("{refused}\nname another column"),
            };
            return Err(DataError::Content(format!("{message} with --target")));
        }
        let is_chosen = self.chosen_again(found);
        if self.keys.take_up(found) || is_chosen { Ok(()) } else { Err(refused) }
    }

    /// The target that a person has named.
    pub(super) fn given_target(&self) -> Option<&str> {
        self.given.get("target").and_then(toml::Value::as_str)
    }

    /// Takes the next candidate for the target, unless a person has named one. `why` says what is wrong with the last one.
    fn next_target(&mut self, why: &str) -> bool {
        if !self.keys.is_free("target") {
            return false;
        }
        let Some(next) = self.targets.next() else { return false };
        if let Some(before) = self.keys.target.replace(next) {
            self.targets.pass_over(&before.name, why.to_owned());
        }
        true
    }

    /// Chooses a target, or another one where the chosen one cannot be it. Returns whether it did.
    fn chosen_again(&mut self, found: &FoundColumns) -> bool {
        if !found.names.is_empty() && self.keys.target.is_none() && self.keys.is_free("target") {
            let holds = |name: &String| if found.texts.contains(name) { Holds::Classes } else { Holds::Numbers };
            let named: Vec<(&str, Holds)> = found.names.iter().map(|name| (name.as_str(), holds(name))).collect();
            self.targets = Targets::of(&named, true);
            let is_chosen = self.next_target("");
            if let Some(natural) = self.unchosen() {
                self.targets.pass_over(&natural, NO_NAME_OF_CLASSES.to_owned());
            }
            return is_chosen;
        }
        let name = self.keys.target.as_ref().map(|target| target.name.as_str());
        let known = name.zip(self.columns.as_ref()).and_then(|(name, columns)| columns.no_target(name));
        let why = known.map_or_else(|| "not all of its values are numbers".to_owned(), |(why, _)| why);
        found.target_unfit && self.next_target(&why)
    }

    fn ended(self, data: Dataset) -> Guess {
        let mut all = self.keys.all();
        let reading = &data.reading;
        if let Some(missing) = all.iter_mut().find(|key| key.key == "missing") {
            let columns = reading.columns.iter().filter(|column| column.missing > 0);
            let named: Vec<String> = columns.map(|column| format!("{} {}", column.name, column.missing)).collect();
            missing.why =
                format!("leaves out {} of {} rows; missing cells: {}", reading.dropped, reading.rows, some(&named));
        }
        let mut advice: Vec<String> = self.targets.advice().into_iter().chain(self.advice).collect();
        for (name, number, count) in sentinels(&data) {
            advice.push(format!(
                "\"{name}\" is {number} in {count} rows, far from the rest: if that means missing, write missing_values = {{ {} = \
                 [{number}] }} and missing = \"drop\"",
                toml_value(&toml::Value::from(name.clone()))
            ));
        }
        let left_out = left_out(&self.keys, self.folder, reading, self.columns.as_ref());
        Guess { source: self.keys.source(), keys: all, advice, data, left_out }
    }
}

/// The features that lack a value in more than a fifth of the rows, or else the one that lacks most.
fn gappy(data: &Dataset) -> Vec<(String, String)> {
    let rows = data.reading.rows;
    let Some((_, features)) = data.reading.columns.split_last() else { return Vec::new() };
    let most = features.iter().map(|column| column.missing).max().unwrap_or(0);
    let is_gappy = |missing: u64| missing > 0 && (5 * missing > rows || 5 * most <= rows && missing == most);
    let gappy = features.iter().filter(|column| is_gappy(column.missing));
    gappy.map(|column| (column.name.clone(), format!("no value in {} of {rows} rows", column.missing))).collect()
}
