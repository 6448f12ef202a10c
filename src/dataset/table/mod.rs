//! What all sources with named columns share: which columns are used and how, what a missing cell does, and how rows become a
//! data set.

mod absent;
mod assembly;
mod cells;
mod choice;
mod close_target;
mod doubts;
mod finish;
mod keys;
mod levels;
mod markers;
mod mistakes;
mod number_advice;
mod open;
mod pattern;
mod plain;
mod predicting;
mod problem_lines;
mod problem_texts;
mod problem_words;
mod problems;
mod remedies;
mod reservation;
mod shape;
mod taken_out;
mod tally;
mod target_cells;
#[cfg(test)]
mod tests;
mod weights;

pub(super) use assembly::Assembly;
pub(super) use cells::{CellValue, ColumnRole, ColumnSlot, FloatWidth, RowPlace, quoted};
pub(super) use choice::{ColumnChoice, FileHeader};
pub(super) use doubts::{Doubt, doubts, is_called_identifier};
pub(super) use keys::{
    FEATURES, IGNORE, MAX_LEVELS, MISSING_VALUES, MissingCells, ONE_HOT, PATH, TARGET, TARGETS, TEST_PATH,
    TableOptions, WEIGHT, in_nfc, missing, read_keys,
};
pub(super) use mistakes::FileMistakes;
pub(super) use pattern::matches;
pub use predicting::{is_predicting, predicting, predicting_with_targets};
pub(super) use shape::TextShape;
pub(super) use tally::is_usual_marker;
pub(super) use target_cells::TargetType;
