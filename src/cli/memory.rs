//! Checks whether a command fits in memory, and suggests what would fit.

use super::failure::CommandFailure;
use crate::memory::{self, AvailableMemory, Limit};
use crate::plan::{BoundPlan, MOST_TRIALS, Plan, shapes_at_most};
use crate::report::plural;
use crate::runner::{MemoryEstimate, Shares};
use crate::text::scaled;

/// The least bytes that any command holds of each trial of a plan, and of each shape while the plan is bound.
const A_TRIAL: u64 = 64;
const A_SHAPE: u64 = 250;

/// Addresses that a thread reserves for its stack. Most of them are never used.
const A_THREAD: f64 = 2.2e6;

/// Threads besides the training threads: one for each core, the writers, the one that listens for signals.
const OTHER_THREADS: usize = 8;

/// The share of the available memory that a suggestion uses.
const SPARING: f64 = 0.97;

/// The most slices that are tried.
const MOST_SLICES: usize = 1 << 10;

/// The memory that a run needs, and the memory that is available.
pub struct Memory<'a> {
    bound: &'a BoundPlan<'a>,
    outstanding: &'a [u32],
    jobs: usize,
    estimate: MemoryEstimate,
    room: Option<AvailableMemory>,
}

impl<'a> Memory<'a> {
    /// For a run that trains the trials at these positions on `jobs` threads.
    #[must_use]
    pub fn of(bound: &'a BoundPlan<'a>, outstanding: &'a [u32], jobs: usize) -> Self {
        let estimate = MemoryEstimate::new(bound, outstanding);
        Self { bound, outstanding, jobs, estimate, room: memory::available() }
    }

    /// `about 940.6 MB; 22.1 GB are available`
    #[must_use]
    pub fn line(&self) -> String {
        let needed = scaled(self.needed(&self.estimate, self.jobs, Shares::WHOLE));
        let available =
            self.room.as_ref().map(|room| format!("; {}B are available{}", scaled(total(room)), room.limit));
        let refused = if self.fits(&self.estimate, self.jobs, Shares::WHOLE) { "" } else { ": a run is refused" };
        format!("about {needed}B{}{refused}", available.unwrap_or_default())
    }

    /// # Errors
    /// If the run would not fit. The message suggests what would fit; `in_slices` allows the suggestion to train a part of the
    /// plan.
    pub fn check(&self, in_slices: bool) -> Result<(), CommandFailure> {
        let Some(room) = self.room.as_ref().filter(|_| !self.fits(&self.estimate, self.jobs, Shares::WHOLE)) else {
            return Ok(());
        };
        let fitting = self.fitting(in_slices);
        let fitting =
            if fitting.is_empty() { String::new() } else { format!("; what would fit: {}", fitting.join(", or ")) };
        Err(CommandFailure::new(
            CommandFailure::FILES,
            format!(
                "the run would take about {}B of memory, and {}B are available{}{fitting}; nothing was trained",
                scaled(self.needed(&self.estimate, self.jobs, Shares::WHOLE)),
                scaled(total(room)),
                room.limit,
            ),
        ))
    }

    /// The bytes that count against the limit. If addresses are limited, reserved addresses count too.
    fn needed(&self, estimate: &MemoryEstimate, jobs: usize, shares: Shares) -> f64 {
        let by_addresses = self.room.as_ref().is_some_and(|room| room.limit == Limit::Addresses);
        estimate.peak(jobs, shares) + if by_addresses { A_THREAD * (jobs + OTHER_THREADS) as f64 } else { 0.0 }
    }

    fn fits(&self, estimate: &MemoryEstimate, jobs: usize, shares: Shares) -> bool {
        self.room.as_ref().is_none_or(|room| self.needed(estimate, jobs, shares) <= total(room))
    }

    /// The same with a margin: another process may find a little less memory, and suggestions must still fit then.
    fn fits_well(&self, estimate: &MemoryEstimate, jobs: usize, shares: Shares) -> bool {
        self.room.as_ref().is_none_or(|room| self.needed(estimate, jobs, shares) <= SPARING * total(room))
    }

    /// Changes that would make the run fit, each sufficient by itself.
    fn fitting(&self, in_slices: bool) -> Vec<String> {
        let mut fitting = Vec::new();
        if let Some(jobs) = (1..self.jobs).rev().find(|&jobs| self.fits_well(&self.estimate, jobs, Shares::WHOLE)) {
            fitting.push(format!("`--jobs {jobs}`"));
        }
        let slices =
            || (1..).map(|power| 1_usize << power).take_while(|n| *n <= MOST_SLICES.min(self.outstanding.len()));
        let fits_in = |n: &usize| {
            let part = &self.outstanding[..self.outstanding.len().div_ceil(*n)];
            self.fits_well(&MemoryEstimate::new(self.bound, part), self.jobs, Shares::WHOLE)
        };
        // If the smallest slice does not fit, none does.
        if in_slices
            && slices().last().is_some_and(|n| fits_in(&n))
            && let Some(n) = slices().find(fits_in)
        {
            fitting.push(format!("`--partition slice:1/{n}` and the other slices after it"));
        }
        let share = |scale: fn(f64) -> Shares| self.largest_share(scale);
        if let Some(share) = share(|share| Shares { rows: share, ..Shares::WHOLE }) {
            fitting.push(self.part_of(share, "row", |rows, _| rows));
        }
        if self.estimate.is_linear()
            && let Some(share) = share(|share| Shares { columns: share, ..Shares::WHOLE })
        {
            fitting.push(self.part_of(share, "column", |_, columns| columns));
        }
        if let Some(share) = share(|share| Shares { trials: share, ..Shares::WHOLE }) {
            fitting.push(part(share, self.bound.trials(), "trial"));
        }
        fitting
    }

    /// The largest share of rows, columns or trials that fits; `None` if it is next to nothing.
    fn largest_share(&self, scale: impl Fn(f64) -> Shares) -> Option<f64> {
        let fits = |share: f64| self.fits_well(&self.estimate, self.jobs, scale(share));
        let (mut low, mut high) = (0.0, 1.0);
        if !fits(low) {
            return None;
        }
        for _ in 0..20 {
            let middle = 0.5 * (low + high);
            if fits(middle) { low = middle } else { high = middle }
        }
        Some(low).filter(|share| *share > 0.001)
    }

    /// `about 1200000 of the 3000000 rows`, or a percentage of each data set if there are several.
    fn part_of(&self, share: f64, what: &str, choose: fn(u64, u64) -> u64) -> String {
        let mut facts = self.bound.facts.values();
        match (facts.next(), facts.next()) {
            (Some(only), None) => {
                let all = usize::try_from(choose(only.n_samples, only.n_features)).unwrap_or(usize::MAX);
                part(share, all, what)
            }
            _ => format!("about {:.0} % of the {what}s of each data set", (100.0 * share).floor()),
        }
    }
}

fn part(share: f64, all: usize, what: &str) -> String {
    format!("about {} of the {}", (share * all as f64) as usize, plural(all, what))
}

fn total(room: &AvailableMemory) -> f64 {
    room.total() as f64
}

/// Checks before a plan is bound whether its shapes alone would fit in memory.
///
/// # Errors
/// If they do not fit.
pub fn check_plan(plan: &Plan) -> Result<(), CommandFailure> {
    // Plans with more trials are refused for that reason alone.
    if u128::from(plan.settings()) * plan.seeds.len() as u128 > u128::from(MOST_TRIALS) {
        return Ok(());
    }
    refuse(shapes_at_most(plan).saturating_mul(A_SHAPE), &format!("the plan has {} settings", plan.settings()))
}

/// Checks whether a plan's trials alone fit in memory, once it is known which depend on their seed.
///
/// # Errors
/// If they do not fit.
pub fn check_trials(bound: &BoundPlan<'_>) -> Result<(), CommandFailure> {
    let trials = bound.trials() as u64;
    refuse(trials.saturating_mul(A_TRIAL), &format!("the plan has {trials} trials"))
}

fn refuse(bytes: u64, what: &str) -> Result<(), CommandFailure> {
    let Err(room) = memory::check(bytes, memory::available()) else { return Ok(()) };
    Err(CommandFailure::new(
        CommandFailure::FILES,
        format!(
            "{what}, which alone take about {}B of memory, and {}B are available{}: fewer values or seeds would fit",
            scaled(bytes as f64),
            scaled(room.free as f64),
            room.limit
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment;
    use crate::plan::{FactsByDataset, dataset_key};
    use crate::record::DataFacts;

    const TEXT: &str = r#"
seeds = 8
[datasets.d]
source = "synthetic"
n_samples = 1000000
n_features = 10
split = { validation = 0.2, test = 0.2 }
[models.m]
kind = "linear"
[optimizers.sgd]
method = "sgd"
batch_size = 100
learning_rate = [0.1, 0.2]
"#;

    /// The result of the check for an experiment on eight threads with this many free megabytes.
    fn said(text: &str, megabytes: u64, in_slices: bool) -> Result<(), String> {
        let loaded = experiment::load_text(std::path::Path::new("/nowhere/e.toml"), text, &[]).unwrap();
        let mut facts = FactsByDataset::new();
        for combination in &loaded.plan.combinations {
            for setting in (0..combination.len()).map(|index| combination.setting(index)) {
                let values = &setting.dataset.values;
                let of = |key: &str| values[key].as_integer().unwrap().cast_unsigned();
                let known = DataFacts {
                    fingerprint: "generated".to_owned(),
                    n_samples: of("n_samples"),
                    n_features: of("n_features"),
                    feature_names: Vec::new(),
                    target_name: "y".to_owned(),
                    other_targets: Vec::new(),
                    classes: None,
                    n_train: of("n_samples") * 6 / 10,
                    n_validation: of("n_samples") * 2 / 10,
                    n_test: of("n_samples") * 2 / 10,
                    notes: Vec::new(),
                    reading: Default::default(),
                    description: None,
                };
                facts.insert(dataset_key(&setting), known);
            }
        }
        let bound = BoundPlan::new(&loaded.plan, &facts).unwrap();
        let outstanding: Vec<u32> = (0..u32::try_from(bound.trials()).unwrap()).collect();
        let mut memory = Memory::of(&bound, &outstanding, 8);
        memory.room =
            Some(AvailableMemory { free: megabytes * 1_000_000, held: 0, limit: Limit::Group("/job".to_owned()) });
        memory.check(in_slices).map_err(|failure| {
            assert_eq!(failure.code, CommandFailure::FILES);
            failure.message
        })
    }

    #[test]
    fn what_would_fit_is_what_truly_would() {
        assert_eq!(said(TEXT, 2000, true), Ok(()));
        let message = said(TEXT, 800, true).unwrap_err();
        assert!(message.starts_with("error: the run would take about 1."), "{message}");
        assert!(message.contains("GB of memory, and 800.0 MB are available (the limit of the control group /job); "));
        for part in ["what would fit: `--jobs ", "`--partition slice:1/", " of the 1000000 rows", " of the 10 columns"]
        {
            assert!(message.contains(part), "no {part} in {message}");
        }
        assert!(message.ends_with("; nothing was trained"), "{message}");
        let jobs = message.split_once("--jobs ").unwrap().1.split('`').next().unwrap();
        assert!((1..8).contains(&jobs.parse::<usize>().unwrap()), "{message}");
        // Without training in slices.
        let message = said(TEXT, 800, false).unwrap_err();
        assert!(message.contains("--jobs") && !message.contains("--partition"), "{message}");
        // Less than the program itself needs: no suggestion would help.
        let message = said(TEXT, 30, true).unwrap_err();
        assert!(
            message.ends_with("MB are available (the limit of the control group /job); nothing was trained"),
            "{message}"
        );
    }

    #[test]
    fn what_would_not_help_is_not_said() {
        // One trial: there is nothing to slice.
        let one = TEXT.replace("seeds = 8", "seeds = 1").replace("[0.1, 0.2]", "0.1");
        let message = said(&one, 150, true).unwrap_err();
        assert!(!message.contains("--partition"), "{message}");
        assert!(message.contains("rows") && message.contains("columns") && !message.contains("trials"), "{message}");
        // Monomials of many columns: removing a column removes many parameters.
        let degree = one.replace("\"linear\"", "\"polynomial\"\ndegree = 2");
        let message = said(&degree, 600, true).unwrap_err();
        assert!(message.contains("rows") && !message.contains("columns"), "{message}");
        // The trials themselves take most of the memory.
        let rates = "{ from = 0.001, to = 0.1, count = 100000 }";
        let many = TEXT.replace("1000000", "100").replace("[0.1, 0.2]", rates);
        let message = said(&many, 200, true).unwrap_err();
        assert!(message.contains(" of the 800000 trials"), "{message}");
        assert!(!message.contains("rows") && !message.contains("columns"), "{message}");
    }

    #[test]
    fn several_data_sets_share_what_fits() {
        let other = "[datasets.e]\nsource = \"synthetic\"\nn_samples = 500000\nn_features = 10\n";
        let message = said(&format!("{TEXT}{other}"), 800, true).unwrap_err();
        assert!(message.contains(" % of the rows of each data set"), "{message}");
    }
}
