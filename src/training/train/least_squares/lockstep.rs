//! Lockstep training: the trials of one problem take their steps side by side, from one evaluated epoch to the next.

use std::sync::atomic::{AtomicBool, Ordering};

use super::coordinates::{ErrorBuffers, ModeCoordinates, ModeState, StartingPoint, same_bits};
use super::data::LeastSquaresData;
use super::modes::Modes;
use super::quadratic::Quadratic;
use super::steps::{MOST_STEPS, ModeSteps, PARTIAL_SUMS, TrialVector, WIDTH};
use crate::numeric::{dispatch, norm_squared};
use crate::record::{Outcome, Split, TrialRecord, Watch};
use crate::theory::stable_rate;
use crate::train::carried;
use crate::train::cohort::{Cohort, Trainee};
use crate::train::recorder::Recorder;
use crate::train::subnormal::{FLUSH_EVERY, flush};
use crate::train::watch::{StabilityLimits, UpdateRatios};

/// The number of trials whose errors over a split come from one product: whole vectors, whose u stay in the first-level
/// cache.
const EVALUATED_TOGETHER: usize = 4 * WIDTH;

/// The trials of one trajectory that still train.
struct ModeTrajectory<'a> {
    trainee: &'a Trainee,
    /// One recorder for each trial that has not ended.
    recorders: Vec<Recorder<'a>>,
    /// Index of its starting point.
    start_index: usize,
    /// What its last step did to each block, if that is watched.
    updates: Option<UpdateRatios>,
}

/// The trials of one problem that train in lockstep. Each has `N` numbers per mode: 2 for plain descent, 4 with
/// momentum.
pub struct Lockstep<'a, const N: usize, const NESTEROV: bool> {
    lambda: Vec<f64>,
    /// σ_j/m
    scaled: Vec<f64>,
    /// β of each trial, in vectors like those of `at.state`.
    momentum: Vec<TrialVector>,
    /// One for each lane, in the order of the lanes.
    active: Vec<ModeTrajectory<'a>>,
    at: ModeCoordinates<'a, N>,
}

impl<'a, const N: usize, const NESTEROV: bool> Lockstep<'a, N, NESTEROV> {
    pub fn new(
        cohort: &'a Cohort,
        data: &'a LeastSquaresData,
        modes: &'a Modes,
        groups: Vec<Vec<&'a Trainee>>,
    ) -> Self {
        let lambda = modes.eigenvalues();
        let vectors = groups.len().div_ceil(WIDTH);
        let mut lockstep = Self {
            scaled: modes.sigma.iter().map(|sigma| sigma / modes.objective.count).collect(),
            momentum: vec![[0.0; WIDTH]; vectors],
            active: Vec::with_capacity(groups.len()),
            at: ModeCoordinates {
                cohort,
                data,
                modes,
                starts: Vec::new(),
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
        if at.starts.last().is_none_or(|start| !same_bits(start.theta, &trainee.start)) {
            let residuals = Split::ALL.map(|split| Some(at.data.split(split)?.reduced().residuals(&trainee.start)));
            at.starts.push(StartingPoint { theta: &trainee.start, s: at.modes.start(&trainee.start), residuals });
        }
        let start_index = at.starts.len() - 1;
        let count = self.lambda.len();
        for (mode, s) in at.state[index / WIDTH * count..][..count].iter_mut().zip(&at.starts[start_index].s) {
            mode[0][index % WIDTH] = *s;
        }
        if let Some(recurrence) = trainee.optimizer.traits(0.0).recurrence {
            self.momentum[index / WIDTH][index % WIDTH] = recurrence.momentum;
        }
        at.squares.push(norm_squared(&at.starts[start_index].s));
        let start = at.objective(index);
        if let Some(end) = &trainee.goes_on_from {
            at.restore(index, carried::modes(end, N * count));
        }
        let recorders = group
            .into_iter()
            .map(|trainee| Recorder::new(trainee, at.cohort, start, at.data.zero_objective()))
            .collect();
        let recorders: Vec<Recorder<'_>> = recorders;
        let watches_updates = recorders.iter().any(|recorder| recorder.watches_of_training().has(Watch::Updates));
        let updates = watches_updates.then(UpdateRatios::default);
        self.active.push(ModeTrajectory { trainee, recorders, start_index, updates });
    }

    /// Trains until every trial has ended or `stop` is set.
    pub fn run(mut self, stop: &AtomicBool, emit: &mut dyn FnMut(TrialRecord)) {
        let [first, ..] = self.at.cohort.done_before();
        if first == 0 {
            let mut diverged = Vec::new();
            for (index, active) in self.active.iter_mut().enumerate() {
                diverged.extend(active.check(0, &[self.at.objective(index)]).map(|outcome| (index, outcome)));
            }
            self.leave(diverged, emit);
        }
        let mut k = first;
        loop {
            // Where it goes on, the end of the first epoch is on record.
            if k == 0 || k > first {
                self.end_epoch(k, emit);
            }
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
            let recorders = self.active.iter_mut().flat_map(|active| &mut active.recorders);
            let passed: u64 = recorders.map(|recorder| recorder.pass_epoch(k)).sum();
            self.at.cohort.epochs_passed.fetch_add(passed, Ordering::Relaxed);
        }
    }

    /// Takes steps until some trial is due, and returns how many.
    fn stretch(&mut self, k: u64, emit: &mut dyn FnMut(TrialRecord)) -> u64 {
        let due = self.active.iter().flat_map(|active| &active.recorders).map(|recorder| recorder.due_after(k));
        let due = due.fold((k / FLUSH_EVERY + 1) * FLUSH_EVERY, u64::min) - k;
        let steps = usize::try_from(due).map_or(MOST_STEPS, |due| due.min(MOST_STEPS));
        let count = self.lambda.len();
        let mut rates = [[0.0; WIDTH]; MOST_STEPS];
        let mut losses = [[0.0; WIDTH]; MOST_STEPS];
        let mut partial = [[[0.0; WIDTH]; PARTIAL_SUMS]; MOST_STEPS];
        let mut diverged = Vec::new();
        let Quadratic { residual, count: rows, .. } = self.at.modes.objective;
        for (vector, active) in self.active.chunks_mut(WIDTH).enumerate() {
            // Most schedules are constant, and usually all of a vector are.
            let mut first = [0.0; WIDTH];
            for (rate, ModeTrajectory { trainee, .. }) in first.iter_mut().zip(&*active) {
                *rate = -trainee.rate(k);
            }
            rates[..steps].fill(first);
            let constant = active.iter().all(|active| active.trainee.schedule.is_constant());
            for (lane, ModeTrajectory { trainee, .. }) in active.iter().enumerate() {
                if !trainee.schedule.is_constant() {
                    for (step, rates) in (k..).zip(&mut rates[..steps]) {
                        rates[lane] = -trainee.rate(step);
                    }
                }
            }
            let summary = dispatch(ModeSteps::<N, NESTEROV> {
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
                self.at.squares[index] = summary.squares[lane];
                let last = losses[steps - 1][lane];
                if summary.sum[lane].is_finite() && active.pass(summary.largest[lane], last) {
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

    /// Ends an epoch for each trial that is due.
    fn end_epoch(&mut self, epoch: u64, emit: &mut dyn FnMut(TrialRecord)) {
        let evaluations = epoch * self.at.cohort.data.n_train() as u64;
        let mut active = std::mem::take(&mut self.active);
        let due = |active: &ModeTrajectory<'_>| active.recorders.iter().any(|recorder| recorder.is_due(epoch));
        let due: Vec<usize> = (0..active.len()).filter(|&index| due(&active[index])).collect();
        let mut ended = Vec::new();
        let mut buffers = ErrorBuffers::default();
        for indices in due.chunks(EVALUATED_TOGETHER) {
            let known = self.errors(epoch, indices, &active, &mut buffers);
            for (&index, errors) in indices.iter().zip(known) {
                let (updates, limits) = active[index].watched(&self.at, index, epoch);
                let ModeTrajectory { trainee, recorders, start_index, .. } = &mut active[index];
                let (coordinates, start_index) = (&self.at, *start_index);
                let at = ModeState { coordinates, index, start_index, errors, trainee, updates, limits };
                let mut each = 0;
                while each < recorders.len() {
                    match recorders[each].epoch_end(epoch, epoch, evaluations, &at) {
                        Some(outcome) => {
                            let carried = || carried::of_modes(self.at.carried(index));
                            emit(recorders.remove(each).finish(outcome, epoch, evaluations, &at, &carried));
                        }
                        None => each += 1,
                    }
                }
                if recorders.is_empty() {
                    ended.push(index);
                }
            }
        }
        for (index, trial) in active.iter_mut().enumerate() {
            trial.begin_epoch(&self.at, index, epoch + 1);
        }
        self.active = active;
        ended.into_iter().rev().for_each(|index| self.remove(index));
    }

    /// The errors that the recorders of some trials will need, by one product per split.
    fn errors(
        &self,
        epoch: u64,
        indices: &[usize],
        active: &[ModeTrajectory<'_>],
        buffers: &mut ErrorBuffers,
    ) -> Vec<[Option<f64>; 3]> {
        let mut errors = vec![[None; 3]; indices.len()];
        for split in Split::ALL {
            if self.at.data.split(split).is_none() {
                continue;
            }
            let ErrorBuffers { places, wanted, start_indices, .. } = buffers;
            places.clear();
            wanted.clear();
            start_indices.clear();
            for (place, &index) in indices.iter().enumerate() {
                let ModeTrajectory { recorders, start_index, .. } = &active[index];
                if recorders.iter().any(|recorder| recorder.wants(split, epoch, &errors[place])) {
                    places.push(place);
                    wanted.push(index);
                    start_indices.push(*start_index);
                }
            }
            self.at.errors(split, buffers);
            for (&place, &mse) in buffers.places.iter().zip(&buffers.errors) {
                errors[place][split as usize] = Some(mse);
            }
        }
        errors
    }

    /// Emits the records of diverged trials, which come in the order of their indices, and removes them.
    fn leave(&mut self, diverged: Vec<(usize, Outcome)>, emit: &mut dyn FnMut(TrialRecord)) {
        let rows = self.at.cohort.data.n_train() as u64;
        for (index, outcome) in &diverged {
            let Outcome::Diverged { step, .. } = *outcome else { continue };
            let ModeTrajectory { trainee, recorders, start_index, .. } = &mut self.active[*index];
            let at = ModeState {
                coordinates: &self.at,
                index: *index,
                start_index: *start_index,
                errors: [None; 3],
                trainee,
                updates: Vec::new(),
                limits: StabilityLimits::default(),
            };
            for recorder in recorders.drain(..) {
                emit(recorder.finish(outcome.clone(), step, step * rows, &at, &Vec::new));
            }
        }
        diverged.into_iter().rev().for_each(|(index, _)| self.remove(index));
    }

    /// Removes a trial. The last trial takes its place, and no other numbers change.
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

impl ModeTrajectory<'_> {
    /// Tests several steps for divergence at once, given the largest J and the last. If this returns false,
    /// [`check`](Self::check) must test each step.
    fn pass(&mut self, largest: f64, last: f64) -> bool {
        self.recorders.iter_mut().all(|recorder| recorder.pass_steps(largest, last))
    }

    /// What the last step did to each block at the end of an epoch, and what the method says of sharpness, as far as they are watched.
    fn watched<const N: usize>(
        &mut self,
        at: &ModeCoordinates<'_, N>,
        index: usize,
        epoch: u64,
    ) -> (Vec<Option<f64>>, StabilityLimits) {
        let mut ratios = Vec::new();
        if let Some(updates) = self.updates.as_mut().filter(|updates| updates.is_on()) {
            updates.after(at.cohort.layout(), &at.theta(index, self.start_index));
            ratios = updates.ratios();
        }
        let rate = self.trainee.rate(epoch.saturating_sub(1));
        let recurrence = self.trainee.optimizer.traits(0.0).recurrence.filter(|_| rate > 0.0);
        let largest = recurrence.map(|recurrence| stable_rate(recurrence, rate));
        (ratios, StabilityLimits { largest, preconditioned: None })
    }

    /// Notes the parameters before the step of an epoch whose update is watched.
    fn begin_epoch<const N: usize>(&mut self, at: &ModeCoordinates<'_, N>, index: usize, epoch: u64) {
        if let Some(updates) = &mut self.updates {
            updates.begin(self.recorders.iter().any(|recorder| recorder.watches_updates_of(epoch)));
            if updates.is_on() {
                updates.before(&at.theta(index, self.start_index));
            }
        }
    }

    /// Tests J after each of several steps for divergence, starting with step `first`.
    fn check(&mut self, first: u64, losses: &[f64]) -> Option<Outcome> {
        let mut outcome = None;
        for recorder in &mut self.recorders {
            outcome = recorder.check_steps(first, losses);
        }
        outcome
    }
}
