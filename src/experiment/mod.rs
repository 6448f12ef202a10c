//! The experiment file: one walk over a tree of values with their places, guided by the registries' parameter tables.
//!
//! ```text
//! file ─ parse ─▶ tree ─ extends ─ overrides ─▶ declared ─ links, axes, defaults ─▶ expanded ─ multiply, exclude ─▶ Plan
//! ```
//!
//! All mistakes of a file are reported at once, each under its line. Nothing here reads data.

mod assemble;
mod axis;
mod batch_size;
mod brackets;
mod checks;
mod compare;
mod condition;
mod curly_quotes;
mod data_starter;
mod declared;
mod diagnostics;
mod dotted_path;
mod exclude;
mod extends;
mod first_grid;
mod first_model;
mod first_scaling;
mod given_starts;
mod header;
mod link;
mod lints;
mod listing;
mod load;
mod losses;
mod mistake;
mod names;
mod open;
mod override_value;
mod overrides;
mod parse;
mod points;
mod provenance;
mod range;
mod registry;
mod removal;
mod report_keys;
mod resolved;
mod row_name;
mod schema;
mod scores;
mod source_text;
mod starter;
mod suppression;
mod syntax;
mod table_name;
mod table_values;
mod tree;
mod tree_edit;
mod unknown_key;
mod value;
mod wrong_file_kind;

#[cfg(test)]
mod tests;

pub use curly_quotes::straightened;
pub use data_starter::{DataStarter, data_lines, data_starter};
pub use diagnostics::Diagnostics;
pub use lints::{lints, lints_on_data};
pub use listing::{key_names, key_page, listing, override_form, topic};
pub use load::{Loaded, load, load_text, load_trained};
pub use mistake::{Mistake, Severity};
pub use names::{named_elsewhere, nearest, row_named_elsewhere};
pub use provenance::Provenance;
pub use schema::schema;
pub use source_text::SourceText;
pub use starter::starter;
