//! The store: immutable segments of trial records under `.sweep/`, and the results folder around it.
//!
//! ```text
//! results/<name>/
//!   report.md, report.html, plan.toml, trials.parquet, curves.parquet, tables/, plots/   what readers open
//!   manifest.txt                                                                       lists the files that a report wrote
//!   .gitattributes                                                                     makes git keep line ends
//!   timing.json                                                                        ignored by comparisons
//!   .sweep/segments/<blake3>.parquet                                                   trial records
//!   .sweep/theory/<blake3>.json                                                        problem records and check trials
//!   .sweep/chosen/<blake3>.parquet                                                     outputs of chosen trials for test rows
//!   .sweep/preparations/<blake3>.parquet                                               what preparing their data learned
//!   .sweep/kept/<blake3>.parquet                                                       models that `[train] keep` asked for
//!   .sweep/datasets.json                                                               facts about the data
//!   .sweep/fresh/                                                                      a new store that will replace this one
//!   .sweep/lock                                                                        held by the command that writes
//! ```
//!
//! A segment is written whole and named by the hash of its bytes. Nothing is ever appended or changed, so no file has a torn tail.
//! A file whose bytes do not hash to its name is not read, and its trials are outstanding again. Theory, and what is kept of
//! chosen trials, is not part of any record: the next run computes what is missing of it.

mod agreement;
mod archive;
mod atomic;
mod chosen;
mod clean;
mod curve_window;
mod data_facts;
mod error;
mod format;
mod fresh;
mod hashed_files;
mod links;
mod lock;
mod manifest;
mod merge;
mod report_writer;
mod results;
mod segment;
mod segment_index;
mod space;
mod store_folder;
mod stored_curves;
mod tables;
mod take_over;
mod theory;
mod unfinished_files;

pub use crate::parquet::{ParquetError, TableColumn, TableFile, TableFileError, decode as decode_table};
pub use archive::Archive;
pub use atomic::{write_atomically, write_new};
pub use clean::Unreferenced;
pub use error::StoreError;
pub use format::{Format, FormatVersion, Unreadable};
pub use links::list_links;
pub use lock::{Lock, LockAttempt};
pub use manifest::{MANIFEST, PLAN_HEADER, known as known_files, results_folder_of};
pub use merge::{MergeCounts, Union};
pub use report_writer::ReportWriter;
pub use results::{COMPARED_APART, Results, list_files};
pub use segment::{decode as decode_segment, encode as encode_segment};
pub use space::free_space;
pub use store_folder::{Store, is_missing};
pub use stored_curves::StoredCurves;
pub use tables::{TableError, TableFiles, write_tables};
