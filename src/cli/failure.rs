//! How a command ends if it fails: a message and an exit code.

use crate::comparison::CompareError;
use crate::store::StoreError;

/// A message for standard error, and the exit code.
#[derive(Debug)]
pub struct CommandFailure {
    pub code: u8,
    /// Printed as it is; empty if everything was said already.
    pub message: String,
}

impl CommandFailure {
    /// Trials failed, or a verification differs.
    pub const DIFFERENT: u8 = 1;
    /// Bad usage, a bad experiment file or bad content of a data file.
    pub const INPUT: u8 = 2;
    /// A file could not be opened or written, or there is not enough memory.
    pub const FILES: u8 = 3;
    /// Some trials are outstanding.
    pub const OUTSTANDING: u8 = 5;

    #[must_use]
    pub fn new(code: u8, message: impl std::fmt::Display) -> Self {
        Self { code, message: format!("error: {message}") }
    }

    /// A failure without a message, because everything was said already.
    #[must_use]
    pub const fn silent(code: u8) -> Self {
        Self { code, message: String::new() }
    }
}

impl From<StoreError> for CommandFailure {
    fn from(error: StoreError) -> Self {
        Self::new(Self::FILES, error)
    }
}

impl From<CompareError> for CommandFailure {
    fn from(error: CompareError) -> Self {
        Self::new(Self::FILES, error)
    }
}
