//! What differs between two results folders: trials by their ids, curves by trial and epoch, CSV tables by their keys, all
//! other files by their bytes. What was found is rendered as text, Markdown, annotations and JUnit XML; nothing here knows
//! the command line.

pub mod annotation;
mod cell;
mod curves;
mod files;
mod finding;
mod found;
mod index;
pub mod junit;
pub mod markdown;
mod pairing;
mod reading;
mod rows;
mod setting;
mod table;
pub mod text;
mod trials;
mod verdict;
mod writing;

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use crate::store::{
    COMPARED_APART, MANIFEST, StoreError, TableFile, TableFileError, is_missing, known_files, list_files, list_links,
};
use crate::text::{reason, visible};
use curves::Curves;
pub use files::{FileDifference, Kind};
pub use found::{Block, CellDifference, Largest, Lone, LoneTrials, Row, SettingChange, Trials};
use reading::{CURVE_WINDOW, Reading, Stop, WINDOW};
pub use setting::Names;
pub use verdict::{agreement, verdict};

/// The two tables that speak for the numbers: everything else is rendered from them.
const TRIALS: &str = "trials.parquet";
const CURVES: &str = "curves.parquet";

/// What of the rendered files is exact under a tolerance too.
const PLAN: &str = "plan.toml";

/// How folders are compared.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// Floats whose relative difference is at most this count as the same. What is rendered from them is left aside then.
    pub tolerance: Option<f64>,
    /// Ids of trials: the results of others are not compared, and no file beside the two tables is.
    pub sample: Option<&'a HashSet<String>>,
    /// The new side is what the program has just written: what it would never write is noted, and no difference.
    pub written: bool,
}

/// Why folders could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CompareError {
    fn unreadable(path: &Path, reason: String) -> Self {
        Self::Unreadable { path: path.to_owned(), reason }
    }
}

/// What differs between an old and a new results folder.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// `committed`, `new`
    pub sides: [&'static str; 2],
    pub tolerance: Option<f64>,
    /// Trials whose results were compared, where not all were.
    pub sampled: Option<usize>,
    pub trials: Trials,
    pub files: Vec<FileDifference>,
    /// Files that were compared.
    pub compared: usize,
    /// Files that were left aside.
    pub aside: usize,
    /// What is no difference and worth a word, one line each.
    pub notes: Vec<String>,
}

impl Comparison {
    /// Whether the trials and the files are the same, as far as they were compared.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.files.is_empty() && self.trials.blocks.iter().all(Block::is_same) && !self.versions_differ()
    }

    /// Whether the two sides come from different numerics versions, and no tolerance allows for that.
    #[must_use]
    pub fn versions_differ(&self) -> bool {
        let [old, new] = &self.trials.versions;
        self.tolerance.is_none() && !old.is_empty() && !new.is_empty() && old != new
    }
}

/// Compares two results folders. A folder that does not exist has no files.
///
/// # Errors
/// Where a folder cannot be listed or a file not be read.
pub fn compare(
    old: &Path,
    new: &Path,
    sides: [&'static str; 2],
    options: Options<'_>,
) -> Result<Comparison, CompareError> {
    let listed = |folder: &Path| -> Result<BTreeSet<String>, StoreError> {
        Ok(if is_missing(folder) { BTreeSet::new() } else { list_files(folder)?.into_iter().collect() })
    };
    let linked = |folder: &Path| if is_missing(folder) { Ok(Vec::new()) } else { list_links(folder) };
    let (mut before, mut after) = (listed(old)?, listed(new)?);
    let links = [linked(old)?, linked(new)?];
    // A manifest that is none says so by differing.
    let [old_own, new_own] = [old, new].map(|folder| known_files(folder).ok().flatten().unwrap_or_default());
    let is_owned = |file: &String| file == MANIFEST || old_own.contains(file) || new_own.contains(file);
    let mut comparison = Comparison {
        sides,
        tolerance: options.tolerance,
        sampled: options.sample.map(HashSet::len),
        trials: Trials::default(),
        files: Vec::new(),
        compared: 0,
        aside: 0,
        notes: Vec::new(),
    };
    let is_noted = |name: &String| options.written && !is_owned(name);
    comparison.links(&links, [&mut before, &mut after], &options, &is_noted);
    comparison.tables([old, new], [&before, &after], options)?;
    for file in before.union(&after).filter(|file| !matches!(file.as_str(), TRIALS | CURVES)) {
        let both = before.contains(file) && after.contains(file);
        if options.sample.is_some() {
            continue;
        }
        if !both && is_noted(file) {
            comparison.notes.push(foreign(file));
            continue;
        }
        if both && options.tolerance.is_some() && !matches!(file.as_str(), PLAN | MANIFEST) && is_owned(file) {
            comparison.aside += 1;
            continue;
        }
        comparison.compared += 1;
        let kind = match both {
            true => files::compare(old, new, file, sides)?,
            false if before.contains(file) => Some(Kind::OnlyOld),
            false => Some(Kind::OnlyNew),
        };
        comparison.files.extend(kind.map(|kind| FileDifference { file: file.clone(), kind }));
    }
    Ok(comparison)
}

impl Comparison {
    /// Tells of the symbolic links on either side, and takes what stands at their place on the other from what is compared:
    /// a link leads out of the folder, to what nobody asked to see.
    fn links(
        &mut self,
        links: &[Vec<String>; 2],
        listed: [&mut BTreeSet<String>; 2],
        options: &Options<'_>,
        is_noted: &dyn Fn(&String) -> bool,
    ) {
        let [before, after] = listed;
        for link in links.iter().flatten().collect::<BTreeSet<_>>() {
            let below = format!("{link}/");
            let covers = |file: &String| file == link || file.starts_with(&below);
            let has_it = |side: usize| links[side].contains(link);
            // The link itself is listed where it leads to a file.
            let stands = [(0, &*before), (1, &*after)];
            let lonely = !stands.into_iter().any(|(side, files)| !has_it(side) && files.iter().any(covers));
            before.retain(|file| !covers(file));
            after.retain(|file| !covers(file));
            let name = link.rsplit('/').next().unwrap_or(link);
            if COMPARED_APART.contains(&name) || options.sample.is_some() && !matches!(link.as_str(), TRIALS | CURVES) {
                continue;
            }
            if lonely && is_noted(link) {
                self.notes.push(foreign(link));
                continue;
            }
            self.compared += 1;
            let sides = (0..2).filter(|side| has_it(*side)).map(|side| self.sides[side]).collect();
            self.push(link, Kind::Link { sides });
        }
    }

    /// Compares the two tables of both sides.
    fn tables(
        &mut self,
        folders: [&Path; 2],
        listed: [&BTreeSet<String>; 2],
        options: Options<'_>,
    ) -> Result<(), CompareError> {
        let trials = self.find(TRIALS, folders, listed)?;
        let curves = self.find(CURVES, folders, listed)?;
        let all_same =
            trials.as_ref().zip(curves.as_ref()).is_some_and(|(trials, curves)| trials.equal && curves.equal);
        let trials = trials.map(|found| self.open(TRIALS, found, all_same)).transpose()?.flatten();
        let curves = curves.map(|found| self.open(CURVES, found, all_same)).transpose()?.flatten();
        let trials = trials.as_ref().map(|pair| (pair.equal, pair.sides(TRIALS, WINDOW)));
        let curves = curves.as_ref().map(|pair| (pair.equal, pair.sides(CURVES, CURVE_WINDOW)));
        if all_same {
            // How many trials there are, and of what, is all that is asked; and whether these are the tables at all.
            if let Some((_, sides)) = &trials
                && self.are_of_trials(&sides[1..])
                && let Some(same) = self.unless_unreadable(trials::same(&sides[1]))?
            {
                self.trials = same;
            }
            if let Some((_, [_, new])) = &curves {
                self.unless_unreadable(curves::check(new))?;
            }
            return Ok(());
        }
        let Some((equal, trials)) = trials.filter(|(_, sides)| self.are_of_trials(sides)) else { return Ok(()) };
        let ordered = match curves.as_ref().filter(|(equal, _)| !equal) {
            Some((_, [old, new])) => self.ordered(old, new)?,
            None => None,
        };
        let [old, new] = &trials;
        let mut asked = trials::Sides {
            old,
            new,
            curves: ordered.as_ref(),
            equal,
            tolerance: options.tolerance,
            sample: options.sample,
        };
        let compared = match trials::compare(&asked) {
            Err(Stop::Unreadable { file: CURVES, side, reason }) => {
                // The trials speak for themselves.
                self.unreadable(CURVES, side, &reason);
                asked.curves = None;
                trials::compare(&asked)
            }
            compared => compared,
        };
        let Some(compared) = self.unless_unreadable(compared)? else { return Ok(()) };
        let curves_are_compared = asked.curves.is_some();
        self.trials = compared;
        let curves_differ = self.trials.columns.iter().any(|(column, _)| found::is_of_curves(column));
        let cells_differ = self.trials.columns.iter().any(|(column, _)| !found::is_of_curves(column));
        let moved = self.trials.blocks.iter().any(Block::has_moved);
        self.remainder(&trials, equal, cells_differ || moved || self.versions_differ())?;
        if let Some((equal, curves)) = curves.filter(|_| options.sample.is_none()) {
            self.remainder(&curves, equal, curves_differ || moved || !curves_are_compared)?;
        }
        Ok(())
    }

    fn push(&mut self, file: &str, kind: Kind) {
        self.files.push(FileDifference { file: file.to_owned(), kind });
    }

    /// A table of both sides; `None` where one has none, which is a difference.
    fn find(
        &mut self,
        file: &str,
        folders: [&Path; 2],
        listed: [&BTreeSet<String>; 2],
    ) -> Result<Option<Found>, CompareError> {
        self.compared += 1;
        match listed.map(|listed| listed.contains(file)) {
            [true, true] => {
                let paths = folders.map(|folder| folder.join(file));
                let equal = files::are_equal(&paths[0], &paths[1])?;
                return Ok(Some(Found { paths, equal }));
            }
            [true, false] => self.push(file, Kind::OnlyOld),
            [false, true] => self.push(file, Kind::OnlyNew),
            [false, false] => self.compared -= 1,
        }
        Ok(None)
    }

    /// Opens a table of both sides; `None` where one cannot be read, which is a difference. Of tables that are known to be the
    /// same the new one is blamed.
    fn open(&mut self, file: &'static str, found: Found, all_same: bool) -> Result<Option<Pair>, CompareError> {
        let mut opened = Vec::new();
        for (side, path) in found.paths.iter().enumerate() {
            match TableFile::open(path) {
                Ok(table) => opened.push(table),
                Err(TableFileError::System(error)) => return Err(CompareError::unreadable(path, reason(&error))),
                Err(TableFileError::Table(error)) => {
                    self.unreadable(file, if all_same { 1 } else { side }, &error.to_string());
                    return Ok(None);
                }
            }
        }
        let tables = <[TableFile; 2]>::try_from(opened).ok();
        Ok(tables.map(|tables| Pair { tables, paths: found.paths, equal: found.equal }))
    }

    fn unreadable(&mut self, file: &str, side: usize, reason: &str) {
        self.push(file, Kind::Unreadable { side: self.sides[side], reason: shortened(reason) });
    }

    /// What came of reading; `None` where a table could not be read on, which is a difference.
    fn unless_unreadable<T>(&mut self, read: Result<T, Stop>) -> Result<Option<T>, CompareError> {
        match read {
            Ok(read) => Ok(Some(read)),
            Err(Stop::Failed(error)) => Err(error),
            Err(Stop::Unreadable { file, side, reason }) => {
                self.unreadable(file, side, &reason);
                Ok(None)
            }
        }
    }

    fn are_of_trials(&mut self, sides: &[Reading<'_>]) -> bool {
        for table in sides {
            let needed = ["trial", "dataset", "model", "optimizer", "outcome"];
            if let Some(lacking) = needed.into_iter().find(|name| !table.has(name)) {
                self.unreadable(TRIALS, table.side, &format!("it has no column `{lacking}`"));
                return false;
            }
        }
        true
    }

    fn ordered<'a>(
        &mut self,
        old: &'a Reading<'a>,
        new: &'a Reading<'a>,
    ) -> Result<Option<[Curves<'a>; 2]>, CompareError> {
        let Some(old) = self.unless_unreadable(Curves::new(old))? else { return Ok(None) };
        Ok(self.unless_unreadable(Curves::new(new))?.map(|new| [old, new]))
    }

    /// What makes the bytes of a table differ beside the cells that were compared.
    fn remainder(&mut self, [old, new]: &[Reading<'_>; 2], equal: bool, explained: bool) -> Result<(), CompareError> {
        let file = old.file;
        let lacking = |one: &[String], other: &[String]| -> Vec<String> {
            one.iter().filter(|column| !other.contains(column)).cloned().collect()
        };
        let (before, after) = (old.layout(), new.layout());
        if before != after {
            self.push(file, Kind::Columns { gone: lacking(&before, &after), added: lacking(&after, &before) });
        } else if !equal && !explained {
            match self.unless_unreadable(old.has_the_same(new, &["trial", "epoch"]))? {
                Some(false) => self.push(file, Kind::Order),
                Some(true) if self.sampled.is_none() && self.tolerance.is_none() => {
                    self.notes.push(format!("{file}: every cell is the same, only the encoding of the file differs"));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// A table that both sides have.
struct Found {
    paths: [PathBuf; 2],
    /// Their bytes are.
    equal: bool,
}

/// The same, opened.
struct Pair {
    tables: [TableFile; 2],
    paths: [PathBuf; 2],
    equal: bool,
}

impl Pair {
    fn sides(&self, file: &'static str, window: usize) -> [Reading<'_>; 2] {
        [0, 1].map(|side| Reading::of(&self.tables[side], &self.paths[side], file, side, window))
    }
}

fn foreign(file: &str) -> String {
    format!("{} is none of the program's files and is not compared", shortened(file))
}

/// The digits of an id that people see and type.
fn short(id: &str) -> String {
    id.chars().take(12).collect()
}

/// A text short enough for a table, on one line, without control characters.
fn shortened(text: &str) -> String {
    const MOST: usize = 120;
    let start = visible(&text.chars().take(MOST).collect::<String>()).into_owned();
    if text.chars().nth(MOST).is_some() { start + "…" } else { start }
}
