//! Waiting while another command writes to the same results folder.

use std::time::Duration;

use super::arguments::WaitingArguments;
use super::failure::CommandFailure;
use super::printer::Printer;
use super::signals::Interruption;
use super::workspace::ExperimentWorkspace;
use crate::store::{Lock, LockAttempt, Store};

impl ExperimentWorkspace {
    /// Makes this process the only writer of the results. Waits for another one, unless told not to.
    ///
    /// # Errors
    /// If another command is at work and this one must not wait, or was interrupted; if the folder cannot be written.
    pub fn lock(
        &self,
        store: &Store,
        waiting: &WaitingArguments,
        interruption: &Interruption,
        printer: &Printer,
    ) -> Result<Lock, CommandFailure> {
        let mut told = false;
        loop {
            let owner = match store.lock()? {
                LockAttempt::Granted(lock) => {
                    store.finish_replacing()?;
                    store.create()?;
                    return Ok(lock);
                }
                LockAttempt::Held(owner) => owner,
            };
            let owner =
                owner.map_or_else(|| "another command".to_owned(), |id| format!("another command (process {id})"));
            let folder = self.folder.display();
            if waiting.no_wait {
                let message = format!("{owner} is at work on {folder}; without --no-wait this one waits for it");
                return Err(CommandFailure::new(CommandFailure::FILES, message));
            }
            if !told {
                printer.important(&format!("{owner} is at work on {folder}: waiting for it to end"));
                told = true;
            }
            if let Some(code) = interruption.exit_code() {
                printer.note("interrupted while waiting: nothing was changed");
                return Err(CommandFailure::silent(code));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
