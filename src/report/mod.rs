//! What a person reads, made from an analysis: sections and figures as data, and renderers that turn them into files.
//!
//! [`Study`](crate::record::Study) → [`Analysis`](crate::analysis::Analysis) → [`PageSection`]s and
//! [`Figure`](figure_data::Figure)s → Markdown, HTML, CSV, the terminal. Nothing here trains, opens a data set or writes a file.
//! No output contains a date, a path, a host or a version.

mod csv;
mod data_columns;
mod data_table;
mod data_words;
pub mod figure_data;
pub mod figure_rows;
mod figures;
pub mod glossary;
mod html;
mod markdown;
mod number;
mod page;
mod page_limits;
pub mod plot;
mod rate_words;
pub mod reproduction;
mod sections;
mod study_report;
mod tables;
mod terminal;
#[cfg(test)]
mod tests;
mod top;
mod verdict_alone;
mod verdict_json;
mod verdicts;
mod warnings;
mod wording;

pub use data_table::{UnusedColumn, data_table};
pub use data_words::{counted as counted_classes, lines as data_lines, lines_unsplit as data_lines_unsplit};
pub use figures::{EffortFigures, TaskFigures};
pub use markdown::escape as escape_markdown;
pub use number::{count, plural};
pub use page::{Block, PageColumn, PageSection, PageTable};
pub use sections::{SECTIONS, SectionContext, SectionKind};
pub use study_report::StudyReport;
pub use tables::{TABLES, TableKind};
pub use top::{scores, top};
pub use verdicts::smallest_shown;
pub use warnings::{Warning, warnings};
pub use wording::{name_with_label, none_is_best};
