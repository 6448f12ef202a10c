//! Text for people: outside text made safe to show, words for a shell, numbers as a person reads them, and the reasons of system errors.

mod numbers;
mod reason;
mod shell;
mod visible;

pub use numbers::{floats, number, scaled, toml_float, toml_value};
pub use reason::{reason, reason_in_words};
pub use shell::quoted;
pub use visible::{REPLACEMENT, is_hidden, visible, visible_lines};
