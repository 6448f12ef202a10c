//! The peak of memory: the most that is in use at any time of a run.

use super::memory::{CohortKind, EstimatedDataset, EstimatedProblem, MemoryEstimate, Shares};
use crate::optimizer::Batching;
use crate::runner::cohorts::{FEWEST_TOGETHER, MOST_TOGETHER, PIECES_A_THREAD, TAKEN_TOGETHER};
use crate::train::{MOST_COMPRESSED, MOST_OUTPUTS, Path, Precision};

/// The program itself, while it trains and while it draws.
const PROGRAM: f64 = 42e6;
const DRAWING: f64 = 65e6;

/// What the allocator keeps of the vectors that threads take and free as they train and evaluate networks.
const NETWORKS: f64 = 18e6;

/// Bytes kept of each trial of the plan (its identity and its row of the table), and what the report adds.
const A_TRIAL: f64 = 110.0;
const A_TRIAL_REPORTED: f64 = 220.0;
const A_SETTING_REPORTED: f64 = 90.0;

/// Bytes of a record on its way to the store, of a row of its curve, and of that row while up to a million are encoded.
const A_RECORD: f64 = 2000.0;
const A_ROW: f64 = 48.0;
const A_ROW_ENCODED: f64 = 50.0;
const ROWS: f64 = 1e6;

/// The most records on their way to the store, and the most that wait apart from those that cohorts hold.
const RECORDS: f64 = 30_000.0;
const RECORDS_WAITING: f64 = 4096.0;

/// Bytes of a trial and of a curve row while the tables are written: two windows of up to this many trials or a million rows.
const A_TRIAL_WRITTEN: f64 = 4000.0;
const A_ROW_WRITTEN: f64 = 100.0;
const WINDOW_TRIALS: f64 = 8192.0;

/// Numbers and rows that are decoded at a time from a columnar file.
const DECODED: f64 = 4e6;
const DECODED_ROWS: f64 = 131_072.0;

/// Bytes of a number.
const F64: f64 = 8.0;
const F32: f64 = 4.0;

impl MemoryEstimate {
    /// The peak in bytes with `jobs` threads.
    #[must_use]
    pub fn peak(&self, jobs: usize, shares: Shares) -> f64 {
        let peaks = [self.reading(shares), self.training(jobs.max(1), shares), self.reporting(shares)];
        peaks.into_iter().fold(0.0, f64::max)
    }

    /// While the data sets are read. The largest is assumed to be the last.
    fn reading(&self, shares: Shares) -> f64 {
        let kept: f64 = self.datasets.iter().filter(|data| !data.by_seed).map(|data| data.bytes(shares)).sum();
        let beside =
            |data: &EstimatedDataset| data.decoded(shares) + if data.by_seed { data.bytes(shares) } else { 0.0 };
        PROGRAM + kept + largest(self.datasets.iter().map(beside), 1)
    }

    /// While the problems that are in use at the same time are prepared, and then trained on.
    fn training(&self, jobs: usize, shares: Shares) -> f64 {
        let datasets = self.datasets.iter().filter(|data| data.awaited && !data.by_seed);
        let datasets: f64 = datasets.map(|data| data.bytes(shares)).sum();
        let busy = jobs.min(self.problems.len());
        // Trials that are not scheduled together return to a problem, so it stays until its last trial has ended.
        let kept = if self.outstanding > TAKEN_TOGETHER { self.problems.len() } else { busy };
        let of_all = |size: &dyn Fn(&EstimatedProblem) -> f64, count| largest(self.problems.iter().map(size), count);
        let rows = of_all(&|problem| self.rows(problem, shares), kept);
        let preparing = datasets + rows + of_all(&|problem| self.preparing(problem, shares), busy);
        let (threads, together) = (jobs.div_ceil(busy.max(1)), self.together(jobs));
        let training = datasets - self.let_go(kept, shares)
            + rows
            + of_all(&|problem| self.derived(problem, shares), kept)
            + of_all(&|problem| self.work(problem, threads, together, shares), busy);
        let records = f64::min(self.outstanding as f64 * shares.trials, RECORDS);
        let new_rows = self.new_rows * shares.trials;
        let a_curve = self.new_rows / (self.outstanding as f64).max(1.0);
        let waiting = ROWS + a_curve * (RECORDS_WAITING + (jobs * together) as f64);
        let is_network = self.problems.iter().flat_map(|problem| problem.cohorts.keys()).any(|kind| kind.is_network);
        PROGRAM
            + if is_network { NETWORKS } else { 0.0 }
            + A_TRIAL * self.trials as f64 * shares.trials
            + f64::max(preparing, training)
            + A_RECORD * records
            + A_ROW * f64::min(new_rows, waiting)
            + A_ROW_ENCODED * f64::min(new_rows, ROWS)
    }

    /// Bytes of the data sets that are gone while the largest problems train. A data set is dropped when the last problem is
    /// prepared from it.
    fn let_go(&self, kept: usize, shares: Shares) -> f64 {
        let mut order: Vec<&EstimatedProblem> = self.problems.iter().collect();
        order.sort_by(|left, right| self.rows(right, shares).total_cmp(&self.rows(left, shares)));
        let mut left: Vec<usize> = vec![0; self.datasets.len()];
        self.problems.iter().for_each(|problem| left[problem.data] += 1);
        order.into_iter().take(kept).for_each(|problem| left[problem.data] -= 1);
        let gone = self.datasets.iter().zip(left).filter(|(data, left)| data.awaited && !data.by_seed && *left == 0);
        gone.map(|(data, _)| data.bytes(shares)).sum()
    }

    /// While the report is drawn and the tables are written.
    fn reporting(&self, shares: Shares) -> f64 {
        let (trials, settings) = (self.trials as f64 * shares.trials, self.settings as f64 * shares.trials);
        let in_a_window = f64::min(self.curve_rows / (self.trials as f64).max(1.0) * WINDOW_TRIALS, ROWS);
        DRAWING
            + A_TRIAL_REPORTED * trials
            + A_SETTING_REPORTED * settings
            + A_TRIAL_WRITTEN * f64::min(trials, 2.0 * WINDOW_TRIALS)
            + A_ROW_WRITTEN * f64::min(self.curve_rows * shares.trials, 2.0 * in_a_window)
    }

    /// The most trials of a cohort.
    fn together(&self, jobs: usize) -> usize {
        let kinds: usize = self.problems.iter().map(|problem| problem.cohorts.len()).sum();
        let wanted = jobs * PIECES_A_THREAD;
        let fair = if kinds >= wanted { MOST_TOGETHER } else { self.outstanding.div_ceil(wanted) };
        fair.clamp(FEWEST_TOGETHER, MOST_TOGETHER)
    }

    fn n_rows(&self, problem: &EstimatedProblem, shares: Shares) -> f64 {
        self.datasets[problem.data].rows * shares.rows
    }

    /// Bytes of the rows of all parts, with their targets.
    fn rows(&self, problem: &EstimatedProblem, shares: Shares) -> f64 {
        F64 * self.n_rows(problem, shares) * (problem.columns(shares) + 1.0)
    }

    /// Bytes kept beside the rows during training: the rows in f32, and their reduced form.
    fn derived(&self, problem: &EstimatedProblem, shares: Shares) -> f64 {
        let (n, d) = (self.n_rows(problem, shares), problem.columns(shares));
        let rounded = if problem.rounded { F32 * problem.training * n * d } else { 0.0 };
        // Of up to three parts.
        let reduced = if d <= MOST_COMPRESSED as f64 { F64 * 3.0 * d * f64::min(d, n) } else { 0.0 };
        rounded + reduced
    }

    /// Bytes needed only during preparation: the assignment of rows to parts, and a data set of its own.
    fn preparing(&self, problem: &EstimatedProblem, shares: Shares) -> f64 {
        let data = &self.datasets[problem.data];
        let parts = if problem.training < 1.0 { 2.0 * F64 * self.n_rows(problem, shares) } else { 0.0 };
        parts + if data.by_seed { data.bytes(shares) } else { 0.0 }
    }

    /// Bytes that `threads` threads need to train on a problem, or that one needs to complete its theory.
    fn work(&self, problem: &EstimatedProblem, threads: usize, together: usize, shares: Shares) -> f64 {
        let (n, d) = (problem.training * self.n_rows(problem, shares), problem.columns(shares));
        let cohorts = problem.cohorts.iter().flat_map(|(kind, trials)| {
            // Of each trial, for each column.
            let share = if problem.columns > 0.0 { d / problem.columns } else { 1.0 };
            let trials_together = together.min(*trials) as f64;
            let evaluated = kind.evaluated_bytes(self.n_rows(problem, shares), trials_together);
            let bytes = kind.bytes(n, d, trials_together, share) + evaluated;
            std::iter::repeat_n(bytes, trials.div_ceil(together).min(threads))
        });
        let checks = if problem.checked { F64 * n * (d + 1.0) } else { 0.0 };
        // The limit is not computed if that takes much work.
        let limits = if problem.limited && n * d * d <= 1e7 { 3.0 * F64 * n * d } else { 0.0 };
        // Some rows, their triangle, and its decomposition.
        let together = f64::min(n, f64::max(4.0 * (d + 1.0), 1e6 / (d + 1.0)));
        let solution = if problem.solved { F64 * d * (2.0 * together + 5.0 * f64::min(d, n)) } else { 0.0 };
        largest(cohorts, threads).max(checks).max(limits).max(solution)
    }
}

impl EstimatedDataset {
    fn bytes(&self, shares: Shares) -> f64 {
        self.rows * shares.rows * (F64 * (self.columns * shares.columns + 1.0) + self.marks)
    }

    /// Bytes that are decoded at a time.
    fn decoded(&self, shares: Shares) -> f64 {
        let columns = self.columns * shares.columns + 1.0;
        let rows = f64::min(self.rows * shares.rows, f64::max(DECODED / columns, DECODED_ROWS));
        if self.in_columns { F64 * rows * columns } else { 0.0 }
    }
}

impl EstimatedProblem {
    fn columns(&self, shares: Shares) -> f64 {
        if self.is_linear { (self.columns - 1.0).mul_add(shares.columns, 1.0) } else { self.columns }
    }
}

impl CohortKind {
    /// Bytes of a cohort beside the problem: its batches, and the state of its trials.
    fn bytes(&self, n: f64, d: f64, trials: f64, share: f64) -> f64 {
        let number = if self.precision == Precision::F32 { F32 } else { F64 };
        let batches = match (self.path, self.batching) {
            (Path::Modes, _) => 0.0,
            (Path::Compressed, _) => 2.0 * F64 * d * d,
            // A second copy of all rows, as blocks of columns.
            (_, Batching::Full) => number * n * (d + 1.0),
            // The order of this epoch and of the next.
            (_, Batching::Rows { size, .. }) => 2.0 * F64 * n + number * (n + f64::min(size as f64, n) * (d + 1.0)),
        };
        let rows = match self.batching {
            Batching::Full => n,
            Batching::Rows { size, .. } => f64::min(size as f64, n),
        };
        let held = number * rows * self.held as f64 + F64 * n * self.held_of_all as f64;
        batches + held + (5.0 + self.state_vectors as f64) * F64 * trials * self.parameters as f64 * share
    }
}

impl CohortKind {
    /// Bytes of the outputs of all rows while some trials are evaluated: as they are computed, as each trial keeps them, and as
    /// predictions.
    fn evaluated_bytes(&self, n: f64, trials: f64) -> f64 {
        let of_one = n * self.evaluated as f64;
        3.0 * F64 * f64::min(trials * of_one, f64::max(MOST_OUTPUTS as f64, of_one))
    }
}

/// The sum of the `count` largest sizes.
fn largest(sizes: impl Iterator<Item = f64>, count: usize) -> f64 {
    let mut sizes: Vec<f64> = sizes.collect();
    sizes.sort_by(|left, right| right.total_cmp(left));
    sizes.iter().take(count).sum()
}

#[cfg(test)]
mod tests {
    use hashbrown::HashMap;

    use super::*;

    const MILLION: f64 = 1e6;

    fn data(rows: f64) -> EstimatedDataset {
        EstimatedDataset { rows, columns: 9.0, awaited: true, ..EstimatedDataset::default() }
    }

    fn problem(data: usize) -> EstimatedProblem {
        let kind = CohortKind {
            batching: Batching::Rows { size: 10, replacement: false, keep: false },
            precision: Precision::F64,
            path: Path::Rows,
            parameters: 10,
            is_network: false,
            held: 0,
            held_of_all: 0,
            evaluated: 0,
            state_vectors: 1,
            seed: None,
            l2: 0,
        };
        EstimatedProblem {
            data,
            training: 1.0,
            columns: 10.0,
            is_linear: true,
            rounded: false,
            cohorts: HashMap::from([(kind, 1)]),
            checked: false,
            limited: false,
            solved: false,
        }
    }

    fn estimate(datasets: Vec<EstimatedDataset>, problems: Vec<EstimatedProblem>) -> MemoryEstimate {
        MemoryEstimate {
            outstanding: problems.len(),
            trials: problems.len(),
            datasets,
            problems,
            ..MemoryEstimate::default()
        }
    }

    /// Megabytes beyond the program itself.
    fn training(estimate: &MemoryEstimate, jobs: usize) -> f64 {
        ((estimate.training(jobs, Shares::WHOLE) - PROGRAM) / 1e6).round()
    }

    #[test]
    fn the_last_problem_takes_the_place_of_its_data() {
        // 80 bytes a row and 88 prepared, both during preparation. The orders of two epochs and the targets come later.
        assert_eq!(training(&estimate(vec![data(MILLION)], vec![problem(0)]), 2), 80.0 + 88.0);
        // The copy of the rows for a check of theory is larger than the data set, which is gone by then.
        let checked = EstimatedProblem { checked: true, ..problem(0) };
        assert_eq!(training(&estimate(vec![data(MILLION)], vec![checked]), 2), 88.0 + 88.0);
        // Two of the three problems are in use, and the data set stays for the third.
        let three = || estimate(vec![data(MILLION)], vec![problem(0), problem(0), problem(0)]);
        assert_eq!(training(&three(), 2), 80.0 + 2.0 * (88.0 + 24.0));
        assert_eq!(training(&three(), 1), 80.0 + 88.0 + 24.0);
        // All three at once: the data set stays until the last is prepared, and the memory for training is needed only
        // afterwards.
        assert_eq!(training(&three(), 3), 80.0 + 3.0 * 88.0);
        assert_eq!(training(&three(), 64), training(&three(), 3));
    }

    #[test]
    fn data_that_is_drawn_for_each_trial_is_there_while_that_is_prepared() {
        let drawn = || EstimatedDataset { by_seed: true, ..data(MILLION) };
        let two = estimate(vec![drawn()], vec![problem(0), problem(0)]);
        assert_eq!(training(&two, 2), 2.0 * (88.0 + 80.0));
        assert_eq!(training(&two, 1), 88.0 + 80.0);
    }

    #[test]
    fn trials_that_are_not_taken_up_together_keep_every_problem() {
        let many = |outstanding| MemoryEstimate {
            outstanding,
            ..estimate(vec![data(MILLION)], (0..5).map(|_| problem(0)).collect())
        };
        let together = training(&many(5), 2);
        assert!(training(&many(TAKEN_TOGETHER + 1), 2) > together + 2.0 * 88.0);
    }

    #[test]
    fn shares_take_their_share() {
        let whole = estimate(vec![data(MILLION)], vec![problem(0)]);
        let scaled = |rows, columns| whole.training(2, Shares { rows, columns, trials: 1.0 }) - PROGRAM;
        assert!((scaled(0.5, 1.0) / scaled(1.0, 1.0) - 0.5).abs() < 0.01);
        assert!(scaled(1.0, 0.5) < 0.65 * scaled(1.0, 1.0));
        assert!(whole.peak(2, Shares { rows: 0.0, ..Shares::WHOLE }) < 2.0 * PROGRAM);
        // A columnar file is decoded in slices: these are small for tall data, and the whole file for wide data.
        let columns =
            |rows, columns| EstimatedDataset { in_columns: true, columns, ..data(rows) }.decoded(Shares::WHOLE) / 1e6;
        assert!(columns(1e8, 9.0) < 40.0);
        assert!((columns(20_000.0, 1999.0) - 320.0).abs() < 1.0);
    }
}
