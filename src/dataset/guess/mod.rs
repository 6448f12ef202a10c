//! What keys read a file that no experiment describes yet: guessed from its beginning, then held against all of it by the real reader.

mod columns;
mod keys;
mod layout;
mod numbers;
mod sample;
mod search;
mod sentinels;
mod target;
#[cfg(test)]
mod tests;

pub use keys::GuessedKey;
pub use search::{Guess, guess, source_of_file};
