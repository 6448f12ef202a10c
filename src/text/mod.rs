//! Text for people: outside text made safe to show, words for a shell and in any script, numbers as a person reads them, paths as a person
//! writes them, and the reasons of system errors.

mod located;
mod numbers;
mod reason;
mod scripts;
mod shell;
mod visible;

pub use located::{located, unexpanded};
pub use numbers::{floats, four_digits, number, scaled, toml_float, toml_value};
pub use reason::{reason, reason_in_words};
pub use scripts::{columns, composed, folded, is_mark, is_wide};
pub use shell::quoted;
pub use visible::{REPLACEMENT, is_hidden, visible, visible_lines};
