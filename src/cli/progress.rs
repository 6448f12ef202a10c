//! Shows the progress of a run: a bar on a terminal, an occasional plain line elsewhere.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::printer::Printer;
use crate::record::{Outcome, TrialRecord};
use crate::runner::Progress;

/// The time between two plain lines, unless `--verbose` asks for every one.
const PLAIN_EVERY: Duration = Duration::from_secs(10);

/// Counts and shows durable trials.
pub struct RunProgress<'a> {
    printer: Printer,
    bar: Option<ProgressBar>,
    total: u64,
    done: AtomicU64,
    diverged: AtomicU64,
    /// Completed trials that did not descend.
    ascended: AtomicU64,
    started: Instant,
    last_line: Mutex<Instant>,
    /// The command that trains exactly this trial again.
    again: &'a (dyn Fn(&TrialRecord) -> String + Sync),
}

impl<'a> RunProgress<'a> {
    pub fn new(printer: Printer, total: u64, again: &'a (dyn Fn(&TrialRecord) -> String + Sync)) -> Self {
        let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
        let bar = (terminal && !printer.is_quiet()).then(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(10));
            if let Ok(style) =
                ProgressStyle::with_template("{bar:30} {pos}/{len} trials · {msg} · {per_sec} · {eta} left")
            {
                bar.set_style(style);
            }
            bar.set_message("0 diverged");
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Self {
            printer,
            bar,
            total,
            done: AtomicU64::new(0),
            diverged: AtomicU64::new(0),
            ascended: AtomicU64::new(0),
            started: Instant::now(),
            last_line: Mutex::new(Instant::now()),
            again,
        }
    }

    /// The number of durable trials.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn plain_line(&self, done: u64, diverged: &str) {
        let Ok(mut last) = self.last_line.lock() else { return };
        if last.elapsed() < PLAIN_EVERY && !self.printer.is_verbose() {
            return;
        }
        *last = Instant::now();
        let rate = done as f64 / self.started.elapsed().as_secs_f64();
        let left = Duration::from_secs_f64(((self.total - done) as f64 / rate.max(1e-9)).min(1e9));
        self.printer.note(&format!(
            "{done}/{} trials · {diverged} · {rate:.0}/s · about {} left",
            self.total,
            HumanDuration(left)
        ));
    }
}

impl Progress for RunProgress<'_> {
    fn durable(&self, records: &[TrialRecord]) {
        let new = records.len() as u64;
        let count = |is: fn(&TrialRecord) -> bool| records.iter().filter(|record| is(record)).count() as u64;
        let add = |to: &AtomicU64, new: u64| to.fetch_add(new, Ordering::Relaxed) + new;
        let done = add(&self.done, new);
        let ascended = add(&self.ascended, count(|record| record.did_not_descend));
        let diverged = add(&self.diverged, count(|record| matches!(record.outcome, Outcome::Diverged { .. })));
        // What did not descend counts as diverged, as at the end of the run.
        let diverged = match ascended {
            0 => format!("{diverged} diverged"),
            ascended => format!("{} diverged ({ascended} did not descend)", diverged + ascended),
        };
        match &self.bar {
            Some(bar) => {
                bar.set_message(diverged);
                bar.set_position(done);
            }
            None => self.plain_line(done, &diverged),
        }
    }

    fn first_failure(&self, record: &TrialRecord) {
        let Outcome::Failed { message } = &record.outcome else { return };
        let text = format!("a trial failed: {message}\n  train it alone: {}", (self.again)(record));
        match &self.bar {
            Some(bar) => bar.suspend(|| self.printer.note(&text)),
            None => self.printer.note(&text),
        }
    }
}
