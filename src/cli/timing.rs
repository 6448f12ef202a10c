//! `timing.json`: how long runs took. No comparison reads it.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::printer::Printer;
use crate::runner::Summary;
use crate::store::{StoreError, write_atomically};

/// The most runs that the file keeps.
const MOST_RUNS: usize = 20;

/// With `--verbose`, prints how long each part of a command took.
pub struct Phases<'a> {
    printer: &'a Printer,
    last: Instant,
}

impl<'a> Phases<'a> {
    pub fn start(printer: &'a Printer) -> Self {
        Self { printer, last: Instant::now() }
    }

    /// Ends a part, and prints how long it took.
    pub fn end(&mut self, part: &str) {
        if self.printer.is_verbose() {
            self.printer.detail(&format!("{part:<28} {:>8.3} s", self.last.elapsed().as_secs_f64()));
        }
        self.last = Instant::now();
    }
}

/// Appends a run to the file.
///
/// # Errors
/// If it cannot be written.
pub fn append(
    folder: &Path,
    summary: &Summary,
    jobs: usize,
    elapsed: Duration,
    printer: &Printer,
) -> Result<(), StoreError> {
    let path = folder.join("timing.json");
    let known = std::fs::symlink_metadata(&path).is_ok().then(|| {
        let value = path.is_file().then(|| std::fs::read(&path).ok()).flatten();
        let value = value.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
        value.and_then(|value| value.get("runs").and_then(Value::as_array).cloned())
    });
    let mut runs = match known {
        None => Vec::new(),
        Some(Some(runs)) => runs,
        Some(None) => {
            printer.note(&format!("{} is not what a run writes: it is left as it is", path.display()));
            return Ok(());
        }
    };
    let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().saturating_sub(elapsed);
    runs.push(json!({
        "started_unix_seconds": started.as_secs(),
        "wall_time_seconds": elapsed.as_secs_f64(),
        "jobs": jobs,
        "trials_trained": summary.trained,
        "interrupted": summary.interrupted,
        "cohorts": summary.cohorts,
    }));
    let skip = runs.len().saturating_sub(MOST_RUNS);
    let text = serde_json::to_string_pretty(&json!({ "runs": runs[skip..] })).unwrap_or_default();
    write_atomically(&path, text.as_bytes())
}
