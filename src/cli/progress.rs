//! Shows the progress of a run: a bar on a terminal, an occasional plain line elsewhere.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::printer::Printer;
use crate::plan::BoundPlan;
use crate::record::{Outcome, TrialRecord};
use crate::runner::{self, Progress};

/// The time between two plain lines, unless `--verbose` asks for every one.
const PLAIN_EVERY: Duration = Duration::from_secs(10);

/// A rate that was measured for a shorter time says nothing.
const MEASURED: Duration = Duration::from_secs(2);

/// The width of the bar in characters.
const WIDTH: u64 = 30;

/// What a run is about to train.
#[derive(Debug, Clone, Copy)]
pub struct Planned {
    trials: u64,
    epochs: u64,
}

impl Planned {
    /// The trials of a plan at these positions.
    pub fn of(bound: &BoundPlan<'_>, trials: &[u32]) -> Self {
        Self { trials: trials.len() as u64, epochs: runner::planned_epochs(bound, trials) }
    }
}

/// What is done of it.
struct Done {
    planned: Planned,
    /// Durable trials, and how many of these diverged.
    trials: AtomicU64,
    diverged: AtomicU64,
    /// Completed trials that did not descend.
    ascended: AtomicU64,
    /// The epochs that need no training any more, of all trials.
    epochs: Arc<AtomicU64>,
    started: Instant,
}

impl Done {
    /// `120/710 trials · 0 diverged · 31 % of 71000 epochs · 24/s · about 25 seconds left`; rate and time once they say
    /// something.
    fn line(&self, elapsed: Duration) -> String {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let trials = read(&self.trials);
        // What did not descend counts as diverged, as at the end of the run.
        let diverged = match (read(&self.diverged), read(&self.ascended)) {
            (diverged, 0) => format!("{diverged} diverged"),
            (diverged, ascended) => format!("{} diverged ({ascended} did not descend)", diverged + ascended),
        };
        let epochs = read(&self.epochs).min(self.planned.epochs);
        let percent = (epochs as u128 * 100).checked_div(self.planned.epochs.into()).unwrap_or(100);
        let mut line = format!(
            "{trials}/{} trials · {diverged} · {percent} % of {} epochs",
            self.planned.trials, self.planned.epochs
        );
        if elapsed < MEASURED || epochs == 0 || trials >= self.planned.trials {
            return line;
        }
        let seconds = elapsed.as_secs_f64();
        let rate = trials as f64 / seconds;
        if rate >= 1.0 {
            let _ = write!(line, " · {rate:.0}/s");
        }
        let left = seconds * (self.planned.epochs - epochs) as f64 / epochs as f64;
        // The last trials are trained, and not yet durable.
        let left = if left < 1.0 { "a moment".to_owned() } else { about(Duration::from_secs_f64(left.min(1e9))) };
        let _ = write!(line, " · {left} left");
        line
    }

    /// The bar: as much of it is full as of the planned epochs are done.
    fn bar(&self) -> String {
        let epochs = self.epochs.load(Ordering::Relaxed).min(self.planned.epochs);
        let full = (epochs as u128 * u128::from(WIDTH)).checked_div(self.planned.epochs.into());
        let full = full.and_then(|full| usize::try_from(full).ok()).unwrap_or(0);
        "█".repeat(full) + &"░".repeat((WIDTH as usize).saturating_sub(full))
    }
}

fn about(time: Duration) -> String {
    format!("about {}", HumanDuration(time))
}

/// Counts and shows durable trials.
pub struct RunProgress<'a> {
    printer: Printer,
    bar: Option<ProgressBar>,
    done: Arc<Done>,
    last_line: Mutex<Instant>,
    /// The command that trains exactly this trial again.
    again: &'a (dyn Fn(&TrialRecord) -> String + Sync),
}

impl<'a> RunProgress<'a> {
    pub fn new(printer: Printer, planned: Planned, again: &'a (dyn Fn(&TrialRecord) -> String + Sync)) -> Self {
        let done = Arc::new(Done {
            planned,
            trials: AtomicU64::new(0),
            diverged: AtomicU64::new(0),
            ascended: AtomicU64::new(0),
            epochs: Arc::default(),
            started: Instant::now(),
        });
        let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
        let bar = (terminal && !printer.is_quiet()).then(|| {
            let target = ProgressDrawTarget::stderr_with_hz(10);
            let bar = ProgressBar::with_draw_target(Some(planned.trials), target);
            if let Ok(style) = ProgressStyle::with_template("{full} {line}") {
                let (full, line) = (Arc::clone(&done), Arc::clone(&done));
                let style = style.with_key("full", move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
                    let _ = out.write_str(&full.bar());
                });
                bar.set_style(style.with_key("line", move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
                    let _ = out.write_str(&line.line(line.started.elapsed()));
                }));
            }
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Self { printer, bar, done, last_line: Mutex::new(Instant::now()), again }
    }

    /// The number of durable trials.
    pub fn done(&self) -> u64 {
        self.done.trials.load(Ordering::Relaxed)
    }

    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn plain_line(&self) {
        let Ok(mut last) = self.last_line.lock() else { return };
        if last.elapsed() < PLAIN_EVERY && !self.printer.is_verbose() {
            return;
        }
        *last = Instant::now();
        self.printer.note(&self.done.line(self.done.started.elapsed()));
    }
}

impl Progress for RunProgress<'_> {
    fn epochs_passed(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.done.epochs)
    }

    fn durable(&self, records: &[TrialRecord]) {
        let count = |is: fn(&TrialRecord) -> bool| records.iter().filter(|record| is(record)).count() as u64;
        let diverged = count(|record| matches!(record.outcome, Outcome::Diverged { .. }));
        self.done.diverged.fetch_add(diverged, Ordering::Relaxed);
        self.done.ascended.fetch_add(count(|record| record.did_not_descend), Ordering::Relaxed);
        self.done.trials.fetch_add(records.len() as u64, Ordering::Relaxed);
        if self.bar.is_none() {
            self.plain_line();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_seconds_promise_nothing_and_later_ones_go_by_epochs() {
        let done = Done {
            planned: Planned { trials: 710, epochs: 71_000 },
            trials: AtomicU64::new(0),
            diverged: AtomicU64::new(0),
            ascended: AtomicU64::new(0),
            epochs: Arc::default(),
            started: Instant::now(),
        };
        let line = |trials, epochs, seconds| {
            done.trials.store(trials, Ordering::Relaxed);
            done.epochs.store(epochs, Ordering::Relaxed);
            done.line(Duration::from_secs(seconds))
        };
        assert_eq!(line(0, 0, 0), "0/710 trials · 0 diverged · 0 % of 71000 epochs");
        assert_eq!(line(0, 0, 60), "0/710 trials · 0 diverged · 0 % of 71000 epochs");
        assert_eq!(line(300, 30_000, 1), "300/710 trials · 0 diverged · 42 % of 71000 epochs");
        // No trial has ended, and the time left is known.
        assert_eq!(line(0, 7_100, 5), "0/710 trials · 0 diverged · 10 % of 71000 epochs · about 45 seconds left");
        assert_eq!(
            line(71, 7_100, 5),
            "71/710 trials · 0 diverged · 10 % of 71000 epochs · 14/s · about 45 seconds left"
        );
        assert_eq!(line(700, 71_000, 5), "700/710 trials · 0 diverged · 100 % of 71000 epochs · 140/s · a moment left");
        assert_eq!(line(710, 71_000, 5), "710/710 trials · 0 diverged · 100 % of 71000 epochs");
        assert_eq!(done.bar(), "█".repeat(30));
        done.epochs.store(35_500, Ordering::Relaxed);
        assert_eq!(done.bar(), "█".repeat(15) + &"░".repeat(15));
    }
}
