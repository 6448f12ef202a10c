//! What all sources with named columns share: which columns are used and how, what a missing cell does, and how rows become a
//! data set.

mod assembly;
mod cells;
mod choice;
mod keys;
mod levels;
mod mistakes;
mod reservation;
mod text_cells;

pub(super) use assembly::Assembly;
pub(super) use cells::{CellValue, RowPlace, quoted};
pub(super) use choice::{ColumnChoice, FileHeader};
pub(super) use keys::{FEATURES, MissingCells, ONE_HOT, PATH, TARGET, TableOptions, missing};
pub(super) use mistakes::FileMistakes;
