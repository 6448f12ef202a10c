//! Interruption: the first signal stops cleanly and soon, a second one stops at once.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

#[cfg(unix)]
use signal_hook::consts::{SIGHUP, SIGUSR1, SIGUSR2};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::exit;

use super::printer::Printer;
use crate::memory;
use crate::text::reason;

/// The time that current work has to end after a signal; then the process ends anyway. Nothing is lost: trials reported as done
/// are durable, and files appear whole or not at all.
const GRACE: Duration = Duration::from_millis(1500);

/// Signals within this time count as one: some programs signal both the process and its group.
const ONE_SIGNAL: Duration = Duration::from_millis(200);

/// Ignores the signal for reaching a limit on file size. The write then fails, and its error names the file; the signal would
/// end the process without a message.
pub fn survive_large_files() {
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
}

/// The signals that end a run in good order. Schedulers of clusters send `SIGUSR1`, `SIGUSR2` and `SIGXCPU` when the time is
/// nearly up, a terminal that closes `SIGHUP`. `nohup` has that one ignored, and a handler would undo it.
fn listened_to() -> Vec<i32> {
    #[allow(unused_mut)] // Other systems have these two alone.
    let mut signals = vec![SIGINT, SIGTERM];
    #[cfg(unix)]
    {
        signals.extend([SIGUSR1, SIGUSR2, libc::SIGXCPU]);
        signals.extend((!is_ignored(SIGHUP)).then_some(SIGHUP));
    }
    signals
}

/// Whether the process was started with this signal ignored.
#[cfg(unix)]
#[allow(unsafe_code)] // Nothing else tells what a signal does.
fn is_ignored(signal: i32) -> bool {
    let mut now = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: without a new action the call only fills the struct, for which all zeros are a value.
    let (asked, now) = unsafe { (libc::sigaction(signal, std::ptr::null(), now.as_mut_ptr()), now.assume_init()) };
    asked == 0 && now.sa_sigaction == libc::SIG_IGN
}

/// The operating system refused to deliver signals.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen for signals: {}", reason(.0))]
pub struct NotListening(#[from] std::io::Error);

/// Whether the run was interrupted, and by which signal.
#[derive(Debug, Clone, Default)]
pub struct Interruption {
    pub stop: Arc<AtomicBool>,
    signal: Arc<AtomicUsize>,
    /// The folder to remove if the process is ended by force, and the message to print then.
    scratch: Arc<Mutex<Option<(PathBuf, &'static str)>>>,
}

impl Interruption {
    /// Starts to listen for signals.
    ///
    /// # Errors
    /// If the operating system refuses.
    pub fn listen(printer: &Printer) -> Result<Self, NotListening> {
        let interruption = Self::default();
        let mut signals = Signals::new(listened_to())?;
        memory::check_threads(1)?;
        let (heard, printer) = (interruption.clone(), *printer);
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            let mut first: Option<Instant> = None;
            for signal in signals.forever() {
                match first {
                    None => {
                        first = Some(Instant::now());
                        heard.signal.store(usize::try_from(signal).unwrap_or(0), Ordering::Relaxed);
                        heard.stop.store(true, Ordering::Relaxed);
                        end_after_grace(heard.clone(), signal, printer);
                    }
                    Some(first) if first.elapsed() < ONE_SIGNAL => {}
                    Some(_) => heard.end(signal),
                }
            }
        })?;
        Ok(interruption)
    }

    /// From now on, this folder is also removed if the process is ended by force. Otherwise its owner removes it.
    pub fn discard(&self, scratch: &Path, said: &'static str) {
        *self.scratch.lock().unwrap_or_else(PoisonError::into_inner) = Some((scratch.to_owned(), said));
    }

    /// Ends the process at once.
    fn end(&self, signal: i32) -> ! {
        if let Some((scratch, _)) = self.scratch() {
            // Threads that still write to the folder find its subfolders gone, and may have created new files: try again.
            let removed = || std::fs::remove_dir_all(&scratch).is_ok() || !scratch.exists();
            let _ = (0..5).any(|_| removed());
        }
        exit(128 + signal)
    }

    fn scratch(&self) -> Option<(PathBuf, &'static str)> {
        self.scratch.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The exit code for the signal: 128 and its number.
    #[must_use]
    pub fn exit_code(&self) -> Option<u8> {
        let signal = self.signal.load(Ordering::Relaxed);
        (signal != 0).then(|| u8::try_from(128 + signal).unwrap_or(130))
    }
}

/// Ends the process if it has not ended by itself after [`GRACE`].
fn end_after_grace(interruption: Interruption, signal: i32, printer: Printer) {
    let ending = interruption.clone();
    let end = move || {
        std::thread::sleep(GRACE);
        printer.note(match ending.scratch() {
            None => "interrupted: every trial that was reported done is kept; run the same command again to go on",
            Some((_, said)) => said,
        });
        ending.end(signal);
    };
    if std::thread::Builder::new().name("grace".to_owned()).spawn(end).is_err() {
        interruption.end(signal);
    }
}
