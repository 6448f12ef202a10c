//! The two tables of numbers, `trials.parquet` and `curves.parquet`: found and opened on both sides, then compared.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::curves::{self, CurveIndex};
use super::differences::{CombinationDifferences, is_of_curves};
use super::error::CompareError;
use super::file_difference::FileChange;
use super::folders::PLAN;
use super::options::ComparisonOptions;
use super::regular_files;
use super::result::Comparison;
use super::sides::Sides;
use super::table_reader::{CURVE_WINDOW, Stop, TableReader, WINDOW};
use super::trials;
use crate::record::CurveScope;
use crate::store::{TableFile, TableFileError};
use crate::text::reason;

/// The numbers stand in these two tables. All other result files are rendered from them.
pub const TRIALS: &str = "trials.parquet";
pub const CURVES: &str = "curves.parquet";

impl Comparison {
    /// Compares the two tables of both sides.
    pub(super) fn tables(
        &mut self,
        folders: [&Path; 2],
        listed: [&BTreeSet<String>; 2],
        options: ComparisonOptions<'_>,
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
            // Equal tables need no comparison. The trials are only counted, and both tables are checked to be what
            // their names say.
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
        let leaves_out = self.leave_out_curves(folders, listed, options.sample.is_some());
        let mut asked = Sides {
            old,
            new,
            curves: ordered.as_ref(),
            leaves_out,
            equal,
            tolerance: options.tolerance,
            sample: options.sample,
        };
        let compared = match trials::compare(&asked) {
            Err(Stop::Unreadable { file: CURVES, side, reason }) => {
                // Unreadable curves do not keep the trials from being compared.
                self.unreadable(CURVES, side, &reason);
                asked.curves = None;
                trials::compare(&asked)
            }
            compared => compared,
        };
        let Some(compared) = self.unless_unreadable(compared)? else { return Ok(()) };
        let curves_are_compared = asked.curves.is_some();
        self.trials = compared;
        let curves_differ = self.trials.columns.iter().any(|(column, _)| is_of_curves(column));
        let cells_differ = self.trials.columns.iter().any(|(column, _)| !is_of_curves(column));
        let moved = self.trials.combinations.iter().any(CombinationDifferences::has_moved);
        self.remainder(&trials, equal, cells_differ || moved || self.versions_differ() || leaves_out.contains(&true))?;
        if let Some((equal, curves)) = curves.filter(|_| options.sample.is_none()) {
            self.remainder(
                &curves,
                equal,
                curves_differ || moved || !curves_are_compared || leaves_out.contains(&true),
            )?;
        }
        Ok(())
    }

    /// The sides that hold the curves of the best settings only, where the other one holds more. Between two that do, a curve that one
    /// side lacks is a difference.
    fn leave_out_curves(&mut self, folders: [&Path; 2], listed: [&BTreeSet<String>; 2], is_sample: bool) -> [bool; 2] {
        let mut holds_few =
            [0, 1].map(|side| listed[side].contains(PLAN) && holds_chosen_curves(&folders[side].join(PLAN)));
        if holds_few == [true, true] && !is_sample {
            holds_few = [false, false];
        }
        if let Some(side) = holds_few.iter().position(|few| *few) {
            let side = self.sides[side];
            self.notes.push(format!(
                "{CURVES}: the {side} side holds those of the best settings, and their parameters ([report] curves); only these are compared"
            ));
        }
        holds_few
    }

    /// Finds a table on both sides. If only one side has it, this is recorded as a difference.
    fn find(
        &mut self,
        file: &str,
        folders: [&Path; 2],
        listed: [&BTreeSet<String>; 2],
    ) -> Result<Option<SharedTable>, CompareError> {
        self.compared += 1;
        match listed.map(|listed| listed.contains(file)) {
            [true, true] => {
                let paths = folders.map(|folder| folder.join(file));
                let equal = regular_files::are_equal(&paths[0], &paths[1])?;
                return Ok(Some(SharedTable { paths, equal }));
            }
            [true, false] => self.push(file, FileChange::OnlyOld),
            [false, true] => self.push(file, FileChange::OnlyNew),
            [false, false] => self.compared -= 1,
        }
        Ok(None)
    }

    /// Opens a table of both sides. If one of them cannot be read, this is recorded as a difference. Of two equal
    /// tables the new one is blamed.
    fn open(
        &mut self,
        file: &'static str,
        found: SharedTable,
        all_same: bool,
    ) -> Result<Option<OpenTables>, CompareError> {
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
        Ok(tables.map(|tables| OpenTables { tables, paths: found.paths, equal: found.equal }))
    }

    fn are_of_trials(&mut self, sides: &[TableReader<'_>]) -> bool {
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
        old: &'a TableReader<'a>,
        new: &'a TableReader<'a>,
    ) -> Result<Option<[CurveIndex<'a>; 2]>, CompareError> {
        let Some(old) = self.unless_unreadable(CurveIndex::new(old))? else { return Ok(None) };
        Ok(self.unless_unreadable(CurveIndex::new(new))?.map(|new| [old, new]))
    }

    /// Finds out why the bytes of a table differ, beyond the cells that were compared: other columns, another order of
    /// rows, or only another encoding.
    fn remainder(
        &mut self,
        [old, new]: &[TableReader<'_>; 2],
        equal: bool,
        explained: bool,
    ) -> Result<(), CompareError> {
        let file = old.file;
        let lacking = |one: &[String], other: &[String]| -> Vec<String> {
            one.iter().filter(|column| !other.contains(column)).cloned().collect()
        };
        let (before, after) = (old.layout(), new.layout());
        if before != after {
            self.push(file, FileChange::Columns { gone: lacking(&before, &after), added: lacking(&after, &before) });
        } else if !equal && !explained {
            match self.unless_unreadable(old.has_the_same(new, &["trial", "epoch"]))? {
                Some(false) => self.push(file, FileChange::Order),
                Some(true) if self.sampled.is_none() && self.tolerance.is_none() => {
                    self.notes.push(format!("{file}: every cell is the same, only the encoding of the file differs"));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Whether a resolved experiment asks for the curves of the best settings only. One that cannot be read is told elsewhere.
fn holds_chosen_curves(plan: &Path) -> bool {
    let plan = std::fs::read_to_string(plan).ok().and_then(|text| text.parse::<toml::Table>().ok());
    let word = plan.as_ref().and_then(|plan| plan.get("report")?.get("curves")?.as_str());
    word == Some(CurveScope::Chosen.word())
}

/// A table that both sides have.
struct SharedTable {
    paths: [PathBuf; 2],
    /// Whether the bytes of the two files are equal.
    equal: bool,
}

/// The same table of both sides, opened.
struct OpenTables {
    tables: [TableFile; 2],
    paths: [PathBuf; 2],
    equal: bool,
}

impl OpenTables {
    fn sides(&self, file: &'static str, window: usize) -> [TableReader<'_>; 2] {
        [0, 1].map(|side| TableReader::of(&self.tables[side], &self.paths[side], file, side, window))
    }
}
