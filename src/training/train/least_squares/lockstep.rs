//! Trials of one problem that go through their steps side by side, from one evaluated epoch to the next.

use std::sync::atomic::{AtomicBool, Ordering};

use super::steps::{MOST_STEPS, PARTIAL, Squares, Stretch, Vector, WIDTH};
use super::{Modes, Quadratic};
use crate::numeric::{Finish, Rows, Start, dispatch, norm_squared, product};
use crate::record::{Outcome, Split, TrialRecord};
use crate::train::cohort::Trainee;
use crate::train::prepared::PreparedData;
use crate::train::recorder::{Recorder, TrialState};
use crate::train::subnormal::{FLUSH_EVERY, flush};

/// Trials whose errors over a split are taken by one product: whole vectors, whose u stay in the first-level cache.
const EVALUATED_TOGETHER: usize = 4 * WIDTH;

/// Where trials begin.
struct Origin<'a> {
    theta: &'a [f64],
    /// Uᵀ(Rθ₀ − z)
    s: Vec<f64>,
    /// Aθ₀ − b of each split.
    residuals: [Option<Vec<f64>>; 3],
}

/// Trials of one trajectory that still train.
struct Lane<'a> {
    trainee: &'a Trainee,
    /// One for each that has not ended.
    recorders: Vec<Recorder<'a>>,
    /// Index of its origin.
    origin: usize,
}

/// Where all trials stand: `N` numbers for each trial and mode, s and u first.
struct Coordinates<'a, const N: usize> {
    data: &'a PreparedData,
    modes: &'a Modes,
    origins: Vec<Origin<'a>>,
    /// `[vectors of trials, modes]`
    state: Vec<[Vector; N]>,
    /// Σ s_j² of each trial.
    squares: Vec<f64>,
}

pub struct Lockstep<'a, const N: usize, const NESTEROV: bool> {
    lambda: Vec<f64>,
    /// σ_j/m
    scaled: Vec<f64>,
    /// One vector for each of `at.state`.
    momentum: Vec<Vector>,
    /// Trial by trial as the lanes are.
    active: Vec<Lane<'a>>,
    at: Coordinates<'a, N>,
}

impl<'a, const N: usize, const NESTEROV: bool> Lockstep<'a, N, NESTEROV> {
    pub fn new(data: &'a PreparedData, modes: &'a Modes, groups: Vec<Vec<&'a Trainee>>) -> Self {
        let lambda = modes.eigenvalues();
        let vectors = groups.len().div_ceil(WIDTH);
        let mut lockstep = Self {
            scaled: modes.sigma.iter().map(|sigma| sigma / modes.objective.count).collect(),
            momentum: vec![[0.0; WIDTH]; vectors],
            active: Vec::with_capacity(groups.len()),
            at: Coordinates {
                data,
                modes,
                origins: Vec::new(),
                state: vec![[[0.0; WIDTH]; N]; vectors * lambda.len()],
                squares: Vec::with_capacity(groups.len()),
            },
            lambda,
        };
        for group in groups {
            lockstep.add(group);
        }
        lockstep
    }

    fn add(&mut self, group: Vec<&'a Trainee>) {
        let (index, trainee) = (self.active.len(), group[0]);
        let at = &mut self.at;
        if at.origins.last().is_none_or(|origin| !same_bits(origin.theta, &trainee.start)) {
            let residuals = Split::ALL.map(|split| Some(at.data.rows(split)?.reduced().residuals(&trainee.start)));
            at.origins.push(Origin { theta: &trainee.start, s: at.modes.start(&trainee.start), residuals });
        }
        let origin = at.origins.len() - 1;
        let count = self.lambda.len();
        for (mode, s) in at.state[index / WIDTH * count..][..count].iter_mut().zip(&at.origins[origin].s) {
            mode[0][index % WIDTH] = *s;
        }
        if let Some(recurrence) = trainee.optimizer.recurrence() {
            self.momentum[index / WIDTH][index % WIDTH] = recurrence.momentum;
        }
        at.squares.push(norm_squared(&at.origins[origin].s));
        let start = at.objective(index);
        let recorders = group
            .into_iter()
            .map(|trainee| Recorder::new(trainee, at.data.splits(), start, at.data.zero_objective()))
            .collect();
        self.active.push(Lane { trainee, recorders, origin });
    }

    /// Trains until every trial has ended, or `stop` is set.
    pub fn run(mut self, stop: &AtomicBool, emit: &mut dyn FnMut(TrialRecord)) {
        let mut diverged = Vec::new();
        for (index, active) in self.active.iter_mut().enumerate() {
            diverged.extend(active.check(0, &[self.at.objective(index)]).map(|outcome| (index, outcome)));
        }
        self.leave(diverged, emit);
        let mut k = 0;
        loop {
            self.end_epoch(k, emit);
            if self.active.is_empty() {
                return;
            }
            if k.is_multiple_of(FLUSH_EVERY) {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                if k > 0 {
                    flush(self.at.state.as_flattened_mut().as_flattened_mut());
                }
            }
            k += self.stretch(k, emit);
        }
    }

    /// Steps until some trial has to be looked at; returns how many.
    fn stretch(&mut self, k: u64, emit: &mut dyn FnMut(TrialRecord)) -> u64 {
        let due = self.active.iter().flat_map(|active| &active.recorders).map(|recorder| recorder.due_after(k));
        let due = due.fold((k / FLUSH_EVERY + 1) * FLUSH_EVERY, u64::min) - k;
        let steps = usize::try_from(due).map_or(MOST_STEPS, |due| due.min(MOST_STEPS));
        let count = self.lambda.len();
        let mut rates = [[0.0; WIDTH]; MOST_STEPS];
        let mut losses = [[0.0; WIDTH]; MOST_STEPS];
        let mut partial = [[[0.0; WIDTH]; PARTIAL]; MOST_STEPS];
        let mut diverged = Vec::new();
        let Quadratic { residual, count: rows, .. } = self.at.modes.objective;
        for (vector, active) in self.active.chunks_mut(WIDTH).enumerate() {
            // Most schedules are constant, most often all of a vector's.
            let mut first = [0.0; WIDTH];
            for (rate, Lane { trainee, .. }) in first.iter_mut().zip(&*active) {
                *rate = -trainee.schedule.rate(trainee.learning_rate, k);
            }
            rates[..steps].fill(first);
            let constant = active.iter().all(|active| active.trainee.schedule.is_constant());
            for (lane, Lane { trainee, .. }) in active.iter().enumerate() {
                if !trainee.schedule.is_constant() {
                    for (step, rates) in (k..).zip(&mut rates[..steps]) {
                        rates[lane] = -trainee.schedule.rate(trainee.learning_rate, step);
                    }
                }
            }
            let reached = dispatch(Stretch::<N, NESTEROV> {
                rates: &rates[..steps],
                constant,
                momentum: &self.momentum[vector],
                lambda: &self.lambda,
                scaled: &self.scaled,
                state: &mut self.at.state[vector * count..][..count],
                partial: &mut partial[..steps],
                residual,
                count: rows,
                losses: &mut losses[..steps],
            });
            for (lane, active) in active.iter_mut().enumerate() {
                let index = vector * WIDTH + lane;
                self.at.squares[index] = reached.squares[lane];
                let last = losses[steps - 1][lane];
                if reached.sum[lane].is_finite() && active.pass(reached.largest[lane], last) {
                    continue;
                }
                let mut each = [0.0; MOST_STEPS];
                each.iter_mut().zip(&losses[..steps]).for_each(|(to, losses)| *to = losses[lane]);
                diverged.extend(active.check(k + 1, &each[..steps]).map(|outcome| (index, outcome)));
            }
        }
        self.leave(diverged, emit);
        steps as u64
    }

    /// Shows each trial that is due its place at the end of an epoch.
    fn end_epoch(&mut self, epoch: u64, emit: &mut dyn FnMut(TrialRecord)) {
        let evaluations = epoch * self.at.data.n_train() as u64;
        let mut active = std::mem::take(&mut self.active);
        let due = |active: &Lane<'_>| active.recorders.iter().any(|recorder| recorder.is_due(epoch));
        let due: Vec<usize> = (0..active.len()).filter(|&index| due(&active[index])).collect();
        let mut ended = Vec::new();
        let mut buffers = Buffers::default();
        for indices in due.chunks(EVALUATED_TOGETHER) {
            let known = self.errors(epoch, indices, &active, &mut buffers);
            for (&index, errors) in indices.iter().zip(known) {
                let Lane { recorders, origin, .. } = &mut active[index];
                let at = LaneState { coordinates: &self.at, index, origin: *origin, errors };
                let mut each = 0;
                while each < recorders.len() {
                    match recorders[each].epoch_end(epoch, epoch, evaluations, &at) {
                        Some(outcome) => emit(recorders.remove(each).finish(outcome, epoch, evaluations, &at)),
                        None => each += 1,
                    }
                }
                if recorders.is_empty() {
                    ended.push(index);
                }
            }
        }
        self.active = active;
        ended.into_iter().rev().for_each(|index| self.remove(index));
    }

    /// The errors that some trials' recorders will ask for, by one product a split.
    fn errors(
        &self,
        epoch: u64,
        indices: &[usize],
        active: &[Lane<'_>],
        buffers: &mut Buffers,
    ) -> Vec<[Option<f64>; 3]> {
        let mut errors = vec![[None; 3]; indices.len()];
        for split in Split::ALL {
            if self.at.data.rows(split).is_none() {
                continue;
            }
            let Buffers { places, wanted, origins, .. } = buffers;
            places.clear();
            wanted.clear();
            origins.clear();
            for (place, &index) in indices.iter().enumerate() {
                let Lane { recorders, origin, .. } = &active[index];
                if recorders.iter().any(|recorder| recorder.wants(split, epoch, &errors[place])) {
                    places.push(place);
                    wanted.push(index);
                    origins.push(*origin);
                }
            }
            self.at.errors(split, buffers);
            for (&place, &mse) in buffers.places.iter().zip(&buffers.errors) {
                errors[place][split as usize] = Some(mse);
            }
        }
        errors
    }

    /// Records trials that diverged, in the order of their indices.
    fn leave(&mut self, diverged: Vec<(usize, Outcome)>, emit: &mut dyn FnMut(TrialRecord)) {
        let rows = self.at.data.n_train() as u64;
        for (index, outcome) in &diverged {
            let Outcome::Diverged { step, .. } = *outcome else { continue };
            let Lane { recorders, origin, .. } = &mut self.active[*index];
            let at = LaneState { coordinates: &self.at, index: *index, origin: *origin, errors: [None; 3] };
            for recorder in recorders.drain(..) {
                emit(recorder.finish(outcome.clone(), step, step * rows, &at));
            }
        }
        diverged.into_iter().rev().for_each(|(index, _)| self.remove(index));
    }

    /// The last trial takes this one's place, without a change to any trial's numbers.
    fn remove(&mut self, index: usize) {
        let count = self.lambda.len();
        let last = self.active.len() - 1;
        let (to, to_lane, from, from_lane) = (index / WIDTH, index % WIDTH, last / WIDTH, last % WIDTH);
        for mode in 0..count {
            for number in 0..N {
                let value = std::mem::take(&mut self.at.state[from * count + mode][number][from_lane]);
                if index < last {
                    self.at.state[to * count + mode][number][to_lane] = value;
                }
            }
        }
        self.momentum[to][to_lane] = self.momentum[from][from_lane];
        self.active.swap_remove(index);
        self.at.squares.swap_remove(index);
    }
}

impl Lane<'_> {
    /// The test for divergence of some steps at once, given the largest J and the last: whether all passed. Where not, each
    /// is to be looked at.
    fn pass(&mut self, largest: f64, last: f64) -> bool {
        self.recorders.iter_mut().all(|recorder| recorder.pass_steps(largest, last))
    }

    /// The test for divergence of J after each of some steps, the first of which is `first`.
    fn check(&mut self, first: u64, losses: &[f64]) -> Option<Outcome> {
        let mut outcome = None;
        for recorder in &mut self.recorders {
            outcome = recorder.check_steps(first, losses);
        }
        outcome
    }
}

impl<const N: usize> Coordinates<'_, N> {
    fn objective(&self, index: usize) -> f64 {
        0.5 * self.modes.objective.mse_of_square(self.squares[index])
    }

    /// One of a trial's vectors over the modes: s, u, …
    fn numbers(&self, index: usize, number: usize) -> impl Iterator<Item = f64> {
        let count = self.modes.sigma.len();
        self.state[index / WIDTH * count..][..count].iter().map(move |mode| mode[number][index % WIDTH])
    }

    /// The mean squared errors of the trials wanted over a split that exists.
    fn errors(&self, split: Split, buffers: &mut Buffers) {
        let Buffers { wanted, origins, u, residuals, squares, errors, .. } = buffers;
        errors.clear();
        if split == Split::Train && !self.modes.penalised {
            errors.extend(wanted.iter().map(|&index| self.modes.objective.mse_of_square(self.squares[index])));
            return;
        }
        let (Some(rows), Some(image), Some(&origin)) =
            (self.data.rows(split), &self.modes.images[split as usize], origins.first())
        else {
            return;
        };
        let vectors = wanted.len().div_ceil(WIDTH);
        let width = vectors * WIDTH;
        u.resize(image.columns * width, 0.0);
        residuals.resize(image.rows * width, 0.0);
        squares.resize(vectors, [0.0; WIDTH]);
        self.gather(wanted, u);
        let at_start = |origin: usize| self.origins[origin].residuals[split as usize].as_deref().unwrap_or_default();
        let start = if origins.iter().all(|other| *other == origin) {
            Start::Column(at_start(origin))
        } else {
            for (trial, &origin) in origins.iter().enumerate() {
                let to = residuals.iter_mut().skip(trial).step_by(width);
                to.zip(at_start(origin)).for_each(|(to, residual)| *to = *residual);
            }
            Start::Sums
        };
        product(residuals, start, Rows::every(&image.values, image.columns), Rows::every(u, width), Finish::Store);
        dispatch(Squares { residuals, squares });
        let squares = &squares.as_flattened()[..wanted.len()];
        errors.extend(squares.iter().map(|&square| rows.reduced().mse_of_square(square)));
    }

    /// The u of some trials side by side, `[modes, trials]`, in whole vectors of trials.
    fn gather(&self, indices: &[usize], u: &mut [f64]) {
        let count = self.modes.sigma.len();
        let width = indices.len().next_multiple_of(WIDTH);
        for (to, indices) in indices.chunks(WIDTH).enumerate() {
            let first = indices[0];
            let state = |index: usize| &self.state[index / WIDTH * count..][..count];
            let together = first.is_multiple_of(WIDTH) && (first..).zip(indices).all(|(next, &index)| next == index);
            if together {
                for (row, mode) in u.chunks_exact_mut(width).zip(state(first)) {
                    row[to * WIDTH..][..WIDTH].copy_from_slice(&mode[1]);
                }
                continue;
            }
            for (lane, &index) in indices.iter().enumerate() {
                for (row, mode) in u.chunks_exact_mut(width).zip(state(index)) {
                    row[to * WIDTH + lane] = mode[1][index % WIDTH];
                }
            }
        }
    }
}

/// What errors are computed in, kept from trials to trials.
#[derive(Default)]
struct Buffers {
    /// Of the trials whose errors are wanted, their places among those that are due, indices and origins.
    places: Vec<usize>,
    wanted: Vec<usize>,
    origins: Vec<usize>,
    /// Side by side: u, `[modes, trials]`, Aθ − b, `[rows, trials]`, and ‖Aθ − b‖².
    u: Vec<f64>,
    residuals: Vec<f64>,
    squares: Vec<Vector>,
    errors: Vec<f64>,
}

/// One trial among the others, seen by its recorder.
struct LaneState<'a, const N: usize> {
    coordinates: &'a Coordinates<'a, N>,
    index: usize,
    /// Index of its origin.
    origin: usize,
    /// The errors that were taken together with other trials'.
    errors: [Option<f64>; 3],
}

impl<const N: usize> TrialState for LaneState<'_, N> {
    fn mse(&self, split: Split) -> Option<f64> {
        let alone = || {
            self.coordinates.data.rows(split)?;
            let mut buffers = Buffers { wanted: vec![self.index], origins: vec![self.origin], ..Buffers::default() };
            self.coordinates.errors(split, &mut buffers);
            buffers.errors.pop()
        };
        self.errors[split as usize].or_else(alone)
    }

    fn objective(&self) -> f64 {
        self.coordinates.objective(self.index)
    }

    fn gradient_norm(&self) -> f64 {
        let modes = self.coordinates.modes;
        let s = self.coordinates.numbers(self.index, 0);
        let gradient: Vec<f64> = s.zip(&modes.sigma).map(|(s, sigma)| sigma * s).collect();
        norm_squared(&gradient).sqrt() / modes.objective.count
    }

    fn theta(&self) -> Vec<f64> {
        let u: Vec<f64> = self.coordinates.numbers(self.index, 1).collect();
        self.coordinates.modes.theta(self.coordinates.origins[self.origin].theta, &u)
    }
}

fn same_bits(left: &[f64], right: &[f64]) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(a, b)| a.to_bits() == b.to_bits())
}
