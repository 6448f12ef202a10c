//! The only door to standard output and standard error.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::io::{IsTerminal as _, Write as _};

use super::Failure;

/// Results go to standard output, everything else to standard error.
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    quiet: bool,
    verbose: bool,
}

impl Printer {
    #[must_use]
    pub const fn new(quiet: bool, verbose: bool) -> Self {
        Self { quiet, verbose }
    }

    /// A result. Nothing is lost by `--quiet` that was asked for by name: only `run` and `verify` silence theirs.
    pub fn result(&self, text: &str) {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        let mut out = std::io::stdout().lock();
        // A reader that closes the pipe early has read what it wanted.
        let _ = out.write_all(format!("{text}{end}").as_bytes());
        let _ = out.flush();
    }

    /// A result that `--quiet` leaves out.
    pub fn summary(&self, text: &str) {
        if !self.quiet {
            self.result(text);
        }
    }

    /// A line beside the results.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.to_stderr(text);
        }
    }

    /// A line for those who asked for more.
    pub const fn is_verbose(&self) -> bool {
        self.verbose
    }

    pub fn detail(&self, text: &str) {
        if self.verbose {
            self.to_stderr(text);
        }
    }

    pub fn failure(&self, failure: &Failure) {
        if !failure.message.is_empty() {
            self.to_stderr(&failure.message);
        }
    }

    fn to_stderr(self, text: &str) {
        // At once: another process may write to the same place.
        let _ = std::io::stderr().write_all(format!("{}\n", text.trim_end_matches('\n')).as_bytes());
    }

    #[must_use]
    pub const fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether standard error shows colours.
    #[must_use]
    pub fn colour(&self) -> bool {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        !refused && std::io::stderr().is_terminal()
    }
}
