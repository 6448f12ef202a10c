//! The only place that writes to standard output and standard error.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use super::failure::CommandFailure;
use crate::text::{reason, visible, visible_lines};

/// Whether a result could not be written.
static LOST: AtomicBool = AtomicBool::new(false);

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

    /// Prints a result. `--quiet` does not affect results that were asked for by name: only `run` and `verify` have summaries.
    pub fn result(&self, text: &str) {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        let mut out = std::io::stdout().lock();
        // A reader that closes the pipe early has read all it wanted.
        let written = out.write_all(format!("{}{end}", visible_lines(text)).as_bytes()).and_then(|()| out.flush());
        if let Err(error) = written
            && error.kind() != ErrorKind::BrokenPipe
        {
            LOST.store(true, Ordering::Relaxed);
            self.to_stderr(&format!("error: cannot write to standard output: {}", reason(&error)));
        }
    }

    /// Prints a result that `--quiet` leaves out.
    pub fn summary(&self, text: &str) {
        if !self.quiet {
            self.result(text);
        }
    }

    /// Prints a line beside the results.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.to_stderr(text);
        }
    }

    /// Prints a line even with `--quiet`: without it the command would seem to do nothing.
    pub fn important(&self, text: &str) {
        self.to_stderr(text);
    }

    /// Whether more detail was asked for.
    pub const fn is_verbose(&self) -> bool {
        self.verbose
    }

    pub fn detail(&self, text: &str) {
        if self.verbose {
            self.to_stderr(text);
        }
    }

    pub fn failure(&self, failure: &CommandFailure) {
        if !failure.message.is_empty() {
            self.to_stderr(&failure.message);
        }
    }

    /// Whether a result was lost, for example because of a full disk. A reader that went away is not a loss.
    pub fn has_lost_results() -> bool {
        LOST.load(Ordering::Relaxed)
    }

    fn to_stderr(self, text: &str) {
        let text = if self.colour() { styled(text) } else { visible_lines(text).into_owned() };
        // In a single write: another process may write to the same stream.
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

/// [`visible_lines`] that keeps colours (`ESC [ … m`) and no other sequence.
fn styled(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("\u{1b}[") {
        let numbers = rest[start + 2..].bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b';').count();
        let end = start + 2 + numbers;
        shown.push_str(&visible_lines(&rest[..start]));
        if rest[end..].starts_with('m') {
            shown.push_str(&rest[start..=end]);
            rest = &rest[end + 1..];
        } else {
            shown.push_str(&visible(&rest[start..end]));
            rest = &rest[end..];
        }
    }
    shown + &visible_lines(rest)
}

#[cfg(test)]
mod tests {
    use super::styled;

    #[test]
    fn colours_pass_and_nothing_else() {
        assert_eq!(styled("\u{1b}[1;31merror\u{1b}[0m: a\nb"), "\u{1b}[1;31merror\u{1b}[0m: a\nb");
        assert_eq!(styled("a\u{1b}[2Jb\u{1b}]0;x\u{7}\u{1b}["), "a�[2Jb�]0;x��[");
    }
}
