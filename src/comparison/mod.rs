//! What differs between two results folders: trials by their ids, curves by trial and epoch, CSV tables by their keys, all
//! other files by their bytes. What was found is rendered as text, Markdown, annotations and JUnit XML; nothing here knows
//! the command line.

pub mod annotation;
mod cell;
mod curves;
mod files;
mod found;
pub mod junit;
pub mod markdown;
mod pairing;
mod rows;
mod setting;
mod table;
pub mod text;
mod trials;
mod verdict;
mod writing;

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::store::{COMPARED_APART, MANIFEST, StoreError, is_missing, known_files, list_files, list_links};
use crate::text::visible;
use curves::Curves;
pub use files::{FileDifference, Kind};
pub use found::{Block, CellDifference, Largest, Lone, LoneTrials, Row, SettingChange, Trials};
pub use setting::Names;
use table::Table;
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
        if both && options.tolerance.is_some() && file != PLAN && is_owned(file) {
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
        let trials = self.read(TRIALS, folders, listed)?;
        let curves = self.read(CURVES, folders, listed)?;
        if let (Some([old, new]), Some([before, after])) = (&trials, &curves)
            && old == new
            && before == after
        {
            // How many trials there are, and of what, is all that is asked; and whether these are the tables at all.
            match Table::decode(new.clone(), Some(&["dataset", "model", "optimizer"])) {
                Ok(names) => self.trials = trials::same(&names),
                Err(reason) => _ = self.unreadable::<()>(TRIALS, 1, &reason),
            }
            if let Err(reason) = Table::decode(after.clone(), Some(&["epoch"])) {
                self.unreadable::<()>(CURVES, 1, &reason);
            }
            return Ok(());
        }
        let trials = trials.and_then(|bytes| self.decode(TRIALS, bytes));
        let curves = curves.and_then(|bytes| self.decode(CURVES, bytes));
        let Some(trials) = trials.filter(|pair| self.is_of_trials(pair)) else { return Ok(()) };
        let ordered = curves.as_ref().filter(|pair| !pair.equal).and_then(|pair| self.ordered(pair));
        self.trials = trials::compare(&trials::Sides {
            old: &trials.old,
            new: &trials.new,
            curves: ordered.as_ref(),
            equal: trials.equal,
            tolerance: options.tolerance,
            sample: options.sample,
        });
        let curves_differ = self.trials.columns.iter().any(|(column, _)| found::is_of_curves(column));
        let cells_differ = self.trials.columns.iter().any(|(column, _)| !found::is_of_curves(column));
        let moved = self.trials.blocks.iter().any(Block::has_moved);
        self.remainder(TRIALS, &trials, cells_differ || moved || self.versions_differ());
        if let Some(curves) = curves.as_ref().filter(|_| options.sample.is_none()) {
            self.remainder(CURVES, curves, curves_differ || moved || ordered.is_none());
        }
        Ok(())
    }

    fn push(&mut self, file: &str, kind: Kind) {
        self.files.push(FileDifference { file: file.to_owned(), kind });
    }

    /// The bytes of a table of both sides; `None` where one has none, which is a difference.
    fn read(
        &mut self,
        file: &str,
        folders: [&Path; 2],
        listed: [&BTreeSet<String>; 2],
    ) -> Result<Option<[Vec<u8>; 2]>, CompareError> {
        self.compared += 1;
        match listed.map(|listed| listed.contains(file)) {
            [true, true] => {
                let [old, new] = folders.map(|folder| files::read(&folder.join(file)));
                return Ok(Some([old?, new?]));
            }
            [true, false] => self.push(file, Kind::OnlyOld),
            [false, true] => self.push(file, Kind::OnlyNew),
            [false, false] => self.compared -= 1,
        }
        Ok(None)
    }

    /// A table of both sides; `None` where one cannot be read, which is a difference.
    fn decode(&mut self, file: &str, [old, new]: [Vec<u8>; 2]) -> Option<Pair> {
        let equal = old == new;
        let old = match Table::decode(old, None) {
            Ok(table) => Arc::new(table),
            Err(reason) => return self.unreadable(file, 0, &reason),
        };
        if equal {
            return Some(Pair { new: Arc::clone(&old), old, equal });
        }
        match Table::decode(new, None) {
            Ok(new) => Some(Pair { old, new: Arc::new(new), equal }),
            Err(reason) => self.unreadable(file, 1, &reason),
        }
    }

    fn unreadable<T>(&mut self, file: &str, side: usize, reason: &str) -> Option<T> {
        self.push(file, Kind::Unreadable { side: self.sides[side], reason: shortened(reason) });
        None
    }

    fn is_of_trials(&mut self, pair: &Pair) -> bool {
        for (side, table) in [&pair.old, &pair.new].into_iter().enumerate() {
            let needed = ["trial", "dataset", "model", "optimizer", "outcome"];
            if let Some(lacking) = needed.into_iter().find(|name| table.get(name).is_none()) {
                self.unreadable::<()>(TRIALS, side, &format!("it has no column `{lacking}`"));
                return false;
            }
        }
        true
    }

    fn ordered<'a>(&mut self, pair: &'a Pair) -> Option<[Curves<'a>; 2]> {
        match [Curves::new(&pair.old), Curves::new(&pair.new)] {
            [Ok(old), Ok(new)] => Some([old, new]),
            [Err(reason), _] => self.unreadable(CURVES, 0, &reason),
            [_, Err(reason)] => self.unreadable(CURVES, 1, &reason),
        }
    }

    /// What makes the bytes of a table differ beside the cells that were compared.
    fn remainder(&mut self, file: &str, pair: &Pair, explained: bool) {
        let (old, new) = (pair.old.layout(), pair.new.layout());
        let lacking = |one: &[String], other: &[String]| -> Vec<String> {
            one.iter().filter(|column| !other.contains(column)).cloned().collect()
        };
        if old != new {
            self.push(file, Kind::Columns { gone: lacking(&old, &new), added: lacking(&new, &old) });
        } else if !pair.equal && !explained {
            let same = |name: &str| pair.old.get(name) == pair.new.get(name);
            if !same("trial") || !same("epoch") {
                self.push(file, Kind::Order);
            } else if self.sampled.is_none() && self.tolerance.is_none() {
                self.notes.push(format!("{file}: every cell is the same, only the encoding of the file differs"));
            }
        }
    }
}

/// A table of both sides.
struct Pair {
    old: Arc<Table>,
    new: Arc<Table>,
    /// Their bytes are.
    equal: bool,
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
