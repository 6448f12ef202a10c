//! Interruption: the first signal stops cleanly, a second one at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Says whether, and by what, the run was interrupted.
#[derive(Debug, Clone, Default)]
pub struct Interruption {
    pub stop: Arc<AtomicBool>,
    signal: Arc<AtomicUsize>,
}

impl Interruption {
    /// Listens from now on.
    ///
    /// # Errors
    /// Where the operating system refuses.
    pub fn listen() -> std::io::Result<Self> {
        let interruption = Self::default();
        for signal in [SIGINT, SIGTERM] {
            let number = usize::try_from(signal).unwrap_or(0);
            flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&interruption.stop))?;
            flag::register(signal, Arc::clone(&interruption.stop))?;
            flag::register_usize(signal, Arc::clone(&interruption.signal), number)?;
        }
        Ok(interruption)
    }

    /// The exit code that says which signal it was: 130 or 143.
    #[must_use]
    pub fn exit_code(&self) -> Option<u8> {
        let signal = self.signal.load(Ordering::Relaxed);
        (signal != 0).then(|| u8::try_from(128 + signal).unwrap_or(130))
    }
}
