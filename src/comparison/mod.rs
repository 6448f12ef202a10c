//! What differs between two results folders: trials by their ids, curves by trial and epoch, CSV tables by their keys, all
//! other files by their bytes. The result is rendered as text, Markdown, annotations and JUnit XML. Nothing here knows the
//! command line.

pub mod annotation;
mod cell;
mod collector;
mod csv_table;
mod curves;
mod differences;
mod error;
mod file_difference;
mod files;
mod folders;
mod index;
pub mod junit;
mod keyed_rows;
pub mod markdown;
mod options;
mod paired_parts;
mod pairing;
mod regular_files;
mod result;
mod setting;
mod short_text;
mod sides;
mod similar_settings;
mod table_part;
mod table_reader;
mod tables;
pub mod text;
mod trials;
mod verdict;
mod writing;

pub use differences::{
    CellDifference, CombinationDifferences, DifferenceRow, LargestDifference, LoneTrial, LoneTrials, SettingChange,
    TrialDifferences,
};
pub use error::CompareError;
pub use file_difference::{FileChange, FileDifference};
pub use folders::compare;
pub use options::ComparisonOptions;
pub use result::Comparison;
pub use setting::CombinationNames;
pub use verdict::{agreement, verdict};
