//! Training by gradients: minibatches, and full batches on the plain and the compressed path. The paths differ only in
//! their rows. All trials of a cohort share the products of each batch.

use std::sync::atomic::{AtomicBool, Ordering};

mod search;
mod steps;
mod watched_updates;

use super::batches::Batches;
use super::carried;
use super::cohort::{Cohort, Trainee, trajectories};
use super::evaluation::{ParameterState, Together, needs_outputs, zero_objective};
use super::gradient_trajectory::GradientTrajectory;
use super::least_squares::Quadratic;
use super::options::Precision;
use super::recorder::Recorder;
use super::row_weights::training_weights;
use super::subnormal::{FLUSH_EVERY, flush};
use super::trial_state::TrialState;
use super::watch::UpdateRatios;
use crate::model::{BLOCK, Model, Passes, Workspace};
use crate::numeric::Real;
use crate::optimizer::{Batching, Optimizer, Update};
use crate::record::{Outcome, Split, TrialRecord};
use crate::shape::Layout;

/// The number of trials that take a batch together before the next trials do, so that their parameters, gradients and
/// state stay in the first-level cache. With plain descent it is larger, because there are only parameters. A batch of
/// more numbers than `SMALL_BATCH` goes to all trials at once, because it is read from memory.
const TOGETHER: usize = 24;
const TOGETHER_IN_DESCENT: usize = 128;
const SMALL_BATCH: usize = 1 << 16;

/// So many vectors of parameters that a packed batch pays off for any batch.
const MANY: usize = usize::MAX / 4;

/// The trials that still train, and everything that their steps need.
struct GradientTrainer<'a, T> {
    cohort: &'a Cohort,
    layout: &'a Layout,
    batches: Batches<'a, T>,
    /// The current epoch, counted from 1, and the number of the batch in it, counted from 0.
    epoch: u64,
    batch: u64,
    /// ρ²/2 of the rows, which the loss of a batch does not include.
    offset: f64,
    /// The number of rows that the mean of a full batch divides by.
    count: f64,
    /// Whether the rows already include l2.
    absorbed: bool,
    /// The number of outputs of a row.
    outputs: usize,
    /// Whether the model is a network, which takes its trials one by one.
    is_network: bool,
    /// Whether losses and gradients are kept for who asks at the same parameters: full batches of original rows.
    keeps: bool,
    /// Whether some trial needs its gradient at another point than its parameters.
    moves: bool,
    /// Whether every trial only does θ ← θ − α·g, so that the gradients need not be stored.
    descends: bool,
    active: Vec<GradientTrajectory<'a, T>>,
    /// The states at the start, until the first evaluation.
    starts: Vec<Option<ParameterState<'a>>>,
    /// `[active, d]`
    parameters: Vec<T>,
    /// What training moves without a gradient, `[active, statistics]`.
    statistics: Vec<T>,
    /// The seed of each trial.
    seeds: Vec<u64>,
    /// The points of the trials that take the batch together. The vectors below belong to the same trials.
    points: Vec<T>,
    gradients: Vec<T>,
    losses: Vec<T>,
    /// The losses at `points`.
    losses_at_points: Vec<T>,
    /// The trials, counted from the first of those that take the batch together, whose step goes on at another point.
    searching: Vec<usize>,
    rates: Vec<T>,
    /// One trial's parameters in f64, for the value of its penalty.
    theta: Vec<f64>,
    workspace: Workspace<T>,
}

/// Trains a cohort and emits the record of each trial when it ends: on `reduced`, J of all of its trials on fewer rows, or
/// on the original rows. If `stop` is set, it returns early, and the trials without a record are outstanding.
pub fn train<T: Real>(
    cohort: &Cohort,
    reduced: Option<&Quadratic>,
    stop: &AtomicBool,
    emit: &mut dyn FnMut(TrialRecord),
) where
    dyn Model: Passes<T>,
    dyn Optimizer: Update<T>,
{
    let absorbed = reduced.is_some();
    let rows = reduced.map_or(&*cohort.data.train, |reduced| &*reduced.rows);
    // The weights are part of reduced rows.
    let weights = if absorbed { None } else { training_weights(&cohort.data, &*cohort.model) };
    let layout = cohort.layout();
    let d = layout.parameters();
    let is_network = cohort.model.linear_in_parameters().is_none();
    let traits = || cohort.trainees.iter().map(|trainee| (trainee, trainee.optimizer.traits(trainee.penalty.l1)));
    let mut trainer = GradientTrainer::<T> {
        cohort,
        layout,
        batches: Batches::new(rows, weights.as_deref(), cohort.batching, cohort.seed),
        offset: reduced.map_or(0.0, |reduced| 0.5 * reduced.residual),
        count: reduced.map_or(rows.matrix.rows as f64, |reduced| reduced.count),
        absorbed,
        epoch: 0,
        batch: 0,
        outputs: cohort.n_outputs(),
        is_network,
        keeps: cohort.batching == Batching::Full && cohort.least_squares().is_none() && !is_network,
        moves: traits().any(|(_, traits)| traits.moves_point),
        descends: traits().all(|(trainee, traits)| traits.is_descent && (absorbed || trainee.penalty.l2 <= 0.0)),
        active: Vec::new(),
        starts: Vec::new(),
        parameters: Vec::new(),
        statistics: Vec::new(),
        seeds: Vec::new(),
        points: Vec::new(),
        gradients: Vec::new(),
        losses: Vec::new(),
        losses_at_points: Vec::new(),
        searching: Vec::new(),
        rates: Vec::new(),
        theta: Vec::new(),
        workspace: Workspace::default(),
    };
    let zero = zero_objective(cohort);
    let groups = trajectories(&cohort.trainees);
    let mut starts: Vec<ParameterState> = groups
        .iter()
        .map(|group| {
            let state = ParameterState::new(cohort, group[0].penalty, start::<T>(group[0], is_network));
            state.with_statistics(group[0].start_statistics.clone())
        })
        .collect();
    let together = Together { splits: &[Split::Train], ..Together::default() };
    for starts in starts.chunks(ParameterState::together(cohort, together.outputs)) {
        ParameterState::compute(cohort, starts, together);
    }
    for (group, start) in groups.into_iter().zip(starts.drain(..)) {
        let trainee = group[0];
        trainer.parameters.extend(trainee.start.iter().map(|&value| T::from_f64(value)));
        trainer.statistics.extend(trainee.start_statistics.iter().map(|&value| T::from_f64(value)));
        trainer.seeds.push(trainee.seed);
        let objective = start.objective();
        let descends_from = start.descends_from(zero);
        trainer.starts.push(Some(start));
        let recorders = group
            .iter()
            .map(|trainee| Recorder::new(trainee, cohort, objective, zero).descending_from(descends_from))
            .collect();
        let mut trajectory = GradientTrajectory::new(trainee, recorders, d);
        if let Some(end) = &trainee.goes_on_from {
            let (from, of_statistics) =
                (trainer.parameters.len() - d, trainer.statistics.len() - trainee.start_statistics.len());
            let statistics = &mut trainer.statistics[of_statistics..];
            carried::restore(&mut trajectory, &mut trainer.parameters[from..], statistics, end);
        }
        trainer.active.push(trajectory);
    }
    trainer.run(d, stop, emit);
}

/// Where a trial starts: a network, which is evaluated in the precision that it trains in, at the rounded numbers.
fn start<T: Real>(trainee: &Trainee, is_network: bool) -> Vec<f64> {
    let rounded = |&value: &f64| T::from_f64(value).to_f64();
    if is_network { trainee.start.iter().map(rounded).collect() } else { trainee.start.clone() }
}

impl<T: Real> GradientTrainer<'_, T>
where
    dyn Model: Passes<T>,
    dyn Optimizer: Update<T>,
{
    fn run(&mut self, d: usize, stop: &AtomicBool, emit: &mut dyn FnMut(TrialRecord)) {
        let [first, mut k, mut evaluations] = self.cohort.done_before();
        for epoch in first.. {
            let recorders = self.active.iter_mut().flat_map(|trial| &mut trial.recorders);
            let passed: u64 = recorders.map(|recorder| recorder.pass_epoch(epoch)).sum();
            self.cohort.epochs_passed.fetch_add(passed, Ordering::Relaxed);
            if epoch > 0 && epoch == first {
                // The end of this epoch is on record.
                self.starts.clear();
            } else {
                self.leave(
                    d,
                    (k, evaluations),
                    Some(epoch),
                    emit,
                    |_, trajectory| trajectory.recorders.iter().any(|recorder| recorder.is_due(epoch)),
                    |_, recorder, evaluations, at| recorder.epoch_end(epoch, k, evaluations, at),
                );
            }
            if self.active.is_empty() {
                return;
            }
            self.epoch = epoch + 1;
            self.batches.begin_epoch(epoch + 1);
            self.active.iter_mut().for_each(|trial| trial.begin_epoch(epoch + 1));
            for index in 0..self.batches.per_epoch() {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                self.batch = index as u64;
                // The first layer of every network reads the packed batch.
                let vectors = if self.is_network { MANY } else { self.active.len() * self.outputs };
                self.batches.take(index, vectors);
                evaluations += self.step(d, k, evaluations, emit);
                if self.active.is_empty() {
                    return;
                }
                k += 1;
                if k.is_multiple_of(FLUSH_EVERY) {
                    flush(&mut self.parameters);
                    flush(&mut self.statistics);
                    for active in &mut self.active {
                        active.known = None;
                        flush(&mut active.state.vectors);
                        flush(&mut active.state.part_vectors);
                    }
                }
            }
        }
    }

    /// Updates every trial with the current batch. Returns the number of rows whose gradients it computed.
    fn step(&mut self, d: usize, k: u64, evaluations: u64, emit: &mut dyn FnMut(TrialRecord)) -> u64 {
        let rows = self.batches.size();
        let together = match self.descends {
            _ if self.is_network => 1,
            _ if rows * self.batches.row_length() > SMALL_BATCH => self.active.len(),
            true => TOGETHER_IN_DESCENT.div_ceil(self.outputs),
            false => TOGETHER.div_ceil(self.outputs),
        };
        let mut outcomes = Vec::new();
        // Groups of about equal size.
        let mut from = 0;
        for groups in (1..=self.active.len().div_ceil(together)).rev() {
            let count = (self.active.len() - from).div_ceil(groups);
            self.note_parameters(d, from, count);
            self.step_together(d, k, from, count, &mut outcomes);
            self.note_updates(d, from, count);
            from += count;
        }
        if !outcomes.is_empty() {
            let outcome = |index: usize| outcomes.iter().find(|(diverged, _)| *diverged == index);
            self.leave(
                d,
                (k, evaluations),
                None,
                emit,
                |index, _| outcome(index).is_some(),
                |index, _, _, _| outcome(index).map(|(_, outcome)| outcome.clone()),
            );
        }
        match self.cohort.batching {
            // On the compressed path, the batch has fewer rows than the gradient stands for.
            Batching::Full => self.cohort.data.n_train() as u64,
            Batching::Rows { .. } => rows as u64,
        }
    }

    /// What is computed for all trials together at the end of an epoch. The gradients are those of the next step too, if
    /// it can take them.
    fn together(&self, epoch: u64) -> Together<'static> {
        let recorders = || self.active.iter().flat_map(|trial| &trial.recorders);
        let gradients = recorders().any(Recorder::watches_gradient) || self.shares();
        if !recorders().any(|recorder| recorder.evaluates(epoch)) {
            return Together { splits: &[Split::Train], outputs: false, gradients };
        }
        let outputs = needs_outputs(self.cohort) || recorders().any(Recorder::reads_rows);
        Together { splits: &Split::ALL, outputs, gradients }
    }

    /// The number of statistics of a trial.
    fn n_statistics(&self) -> usize {
        self.statistics.len() / self.active.len().max(1)
    }

    fn statistics_of(&self, index: usize) -> Vec<f64> {
        let count = self.n_statistics();
        self.statistics[index * count..(index + 1) * count].iter().map(|value| value.to_f64()).collect()
    }

    /// Whether steps and evaluations take the same losses and gradients.
    fn shares(&self) -> bool {
        self.keeps
            && self.cohort.precision == Precision::F64
            && self.active.iter().all(|trial| !trial.traits.averages)
            && self.batches.size() > BLOCK
    }

    /// Asks each trial that is due whether it ends, and emits the records of those that do. The remaining trials move
    /// together, and their numbers do not change. At the end of an `epoch` the trials are evaluated together, and the
    /// schedules that ask for it are told J.
    fn leave(
        &mut self,
        d: usize,
        (steps, evaluations): (u64, u64),
        epoch: Option<u64>,
        emit: &mut dyn FnMut(TrialRecord),
        due: impl Fn(usize, &GradientTrajectory<'_, T>) -> bool,
        mut ends: impl FnMut(usize, &mut Recorder<'_>, u64, &ParameterState<'_>) -> Option<Outcome>,
    ) {
        let (mut emptied, shares) = (false, self.shares());
        let s = self.n_statistics();
        let together = epoch.map_or_else(Together::default, |epoch| self.together(epoch));
        let due: Vec<usize> = (0..self.active.len()).filter(|&index| due(index, &self.active[index])).collect();
        for due in due.chunks(ParameterState::together(self.cohort, together.outputs)) {
            let mut states = Vec::with_capacity(due.len());
            for &index in due {
                let trial = &self.active[index];
                let theta = trial.evaluated(&self.parameters[index * d..(index + 1) * d]);
                let start = self.starts.get_mut(index).and_then(Option::take).filter(|start| start.is_at(&theta));
                let mut state = start.unwrap_or_else(|| {
                    let state = ParameterState::new(self.cohort, trial.trainee.penalty, theta);
                    if self.n_statistics() == 0 { state } else { state.with_statistics(self.statistics_of(index)) }
                });
                if epoch.is_some() && !trial.watches().is_empty() {
                    let updates = trial.updates.as_ref().map_or_else(Vec::new, UpdateRatios::ratios);
                    state.watch(updates, trial.stability_limits(steps, d, self.cohort.batching));
                }
                if let Some((sum, gradient)) = trial.known.as_ref().filter(|_| shares) {
                    state.know(sum.to_f64(), gradient.iter().map(|component| component.to_f64()).collect());
                }
                states.push(state);
            }
            ParameterState::compute(self.cohort, &states, together);
            for (&index, at) in due.iter().zip(&states) {
                let trial = &mut self.active[index];
                if let Some(epoch) = epoch.filter(|&epoch| epoch > 0) {
                    trial.remember(epoch, steps, at);
                }
                if let Some((sum, gradient)) = at.known().filter(|_| shares && epoch.is_some()) {
                    let gradient = gradient.iter().map(|&component| T::from_f64(component)).collect();
                    trial.known = Some((T::from_f64(sum), gradient));
                }
                let evaluations = evaluations + trial.searched;
                let mut each = 0;
                while each < trial.recorders.len() {
                    match ends(index, &mut trial.recorders[each], evaluations, at) {
                        Some(outcome) => {
                            let recorder = trial.recorders.remove(each);
                            let own = (
                                &self.parameters[index * d..(index + 1) * d],
                                &self.statistics[index * s..(index + 1) * s],
                            );
                            let carried = || carried::of(trial, own);
                            emit(recorder.finish(outcome, steps, evaluations, at, &carried));
                        }
                        None => each += 1,
                    }
                }
                emptied |= trial.recorders.is_empty();
            }
        }
        self.starts.clear();
        if !emptied {
            return;
        }
        let s = self.n_statistics();
        let mut kept = 0;
        for (index, trial) in self.active.iter().enumerate() {
            if !trial.recorders.is_empty() {
                self.parameters.copy_within(index * d..(index + 1) * d, kept * d);
                self.statistics.copy_within(index * s..(index + 1) * s, kept * s);
                self.seeds[kept] = self.seeds[index];
                kept += 1;
            }
        }
        self.parameters.truncate(kept * d);
        self.statistics.truncate(kept * s);
        self.seeds.truncate(kept);
        self.active.retain(|trial| !trial.recorders.is_empty());
    }
}
