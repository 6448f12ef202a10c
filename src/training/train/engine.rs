//! Training by gradients: minibatches, and full batches on the plain and the compressed path. The paths differ only in
//! their rows. All trials of a cohort share the products of each batch.

use std::sync::atomic::{AtomicBool, Ordering};

use super::batches::Batches;
use super::cohort::{Cohort, trajectories};
use super::evaluation::{ParameterState, zero_objective};
use super::gradient_trajectory::GradientTrajectory;
use super::least_squares::Quadratic;
use super::penalty::{AddL2Gradient, penalty_value};
use super::recorder::Recorder;
use super::subnormal::{FLUSH_EVERY, flush};
use super::trial_state::TrialState;
use crate::model::{BLOCK, Model, Passes, Penalty, Workspace};
use crate::numeric::{Real, dispatch};
use crate::optimizer::{Batching, Optimizer, Update};
use crate::record::{Outcome, TrialRecord};
use crate::shape::Layout;

/// The number of trials that take a batch together before the next trials do, so that their parameters, gradients and
/// state stay in the first-level cache. With plain descent it is larger, because there are only parameters. A batch of
/// more numbers than `SMALL_BATCH` goes to all trials at once, because it is read from memory.
const TOGETHER: usize = 24;
const TOGETHER_IN_DESCENT: usize = 128;
const SMALL_BATCH: usize = 1 << 16;

/// The trials that still train, and everything that their steps need.
struct GradientTrainer<'a, T> {
    cohort: &'a Cohort,
    layout: &'a Layout,
    batches: Batches<'a, T>,
    /// ρ²/2 of the rows, which the loss of a batch does not include.
    offset: f64,
    /// The number of rows that the mean of a full batch divides by.
    count: f64,
    /// Whether the rows already include l2.
    absorbed: bool,
    /// Whether some trial needs its gradient at another point than its parameters.
    moves: bool,
    /// Whether every trial only does θ ← θ − α·g, so that the gradients need not be stored.
    descends: bool,
    active: Vec<GradientTrajectory<'a, T>>,
    /// `[active, d]`
    parameters: Vec<T>,
    /// The points of the trials that take the batch together. The vectors below belong to the same trials.
    points: Vec<T>,
    gradients: Vec<T>,
    losses: Vec<T>,
    /// The losses at `points`, which nobody reads.
    losses_at_points: Vec<T>,
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
    let layout = cohort.data.layout();
    let d = layout.parameters();
    let mut trainer = GradientTrainer::<T> {
        cohort,
        layout,
        batches: Batches::new(rows, cohort.batching, cohort.seed),
        offset: reduced.map_or(0.0, |reduced| 0.5 * reduced.residual),
        count: reduced.map_or(rows.matrix.rows as f64, |reduced| reduced.count),
        absorbed,
        moves: cohort.trainees.iter().any(|trainee| trainee.optimizer.moves_point(trainee.penalty.l1)),
        descends: cohort
            .trainees
            .iter()
            .all(|trainee| trainee.optimizer.is_descent(trainee.penalty.l1) && (absorbed || trainee.penalty.l2 <= 0.0)),
        active: Vec::new(),
        parameters: Vec::new(),
        points: Vec::new(),
        gradients: Vec::new(),
        losses: Vec::new(),
        losses_at_points: Vec::new(),
        rates: Vec::new(),
        theta: Vec::new(),
        workspace: Workspace::default(),
    };
    let zero = zero_objective(cohort);
    for group in trajectories(&cohort.trainees) {
        let trainee = group[0];
        trainer.parameters.extend(trainee.start.iter().map(|&value| T::from_f64(value)));
        let start = ParameterState::new(cohort, trainee.penalty, trainee.start.clone()).objective();
        trainer.active.push(GradientTrajectory {
            trainee,
            recorders: group.iter().map(|trainee| Recorder::new(trainee, cohort.data.splits(), start, zero)).collect(),
            state: vec![T::ZERO; trainee.optimizer.state_vectors(trainee.penalty.l1) * d],
            previous_rate: 0.0,
        });
    }
    trainer.run(d, stop, emit);
}

impl<T: Real> GradientTrainer<'_, T>
where
    dyn Model: Passes<T>,
    dyn Optimizer: Update<T>,
{
    fn run(&mut self, d: usize, stop: &AtomicBool, emit: &mut dyn FnMut(TrialRecord)) {
        let mut k = 0;
        let mut evaluations = 0;
        for epoch in 0.. {
            self.leave(
                d,
                k,
                evaluations,
                emit,
                |_, trajectory| trajectory.recorders.iter().any(|recorder| recorder.is_due(epoch)),
                |_, recorder, at| recorder.epoch_end(epoch, k, evaluations, at),
            );
            if self.active.is_empty() {
                return;
            }
            self.batches.begin_epoch(epoch + 1);
            for index in 0..self.batches.per_epoch() {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                self.batches.take(index, self.active.len());
                evaluations += self.step(d, k, evaluations, emit);
                if self.active.is_empty() {
                    return;
                }
                k += 1;
                if k.is_multiple_of(FLUSH_EVERY) {
                    flush(&mut self.parameters);
                    self.active.iter_mut().for_each(|active| flush(&mut active.state));
                }
            }
        }
    }

    /// Updates every trial with the current batch. Returns the number of rows whose gradients it computed.
    fn step(&mut self, d: usize, k: u64, evaluations: u64, emit: &mut dyn FnMut(TrialRecord)) -> u64 {
        let rows = self.batches.size();
        let together = match self.descends {
            _ if rows * self.batches.row_length() > SMALL_BATCH => self.active.len(),
            true => TOGETHER_IN_DESCENT,
            false => TOGETHER,
        };
        let mut outcomes = Vec::new();
        // Groups of about equal size.
        let mut from = 0;
        for groups in (1..=self.active.len().div_ceil(together)).rev() {
            let count = (self.active.len() - from).div_ceil(groups);
            self.step_together(d, k, from, count, &mut outcomes);
            from += count;
        }
        if !outcomes.is_empty() {
            let outcome = |index: usize| outcomes.iter().find(|(diverged, _)| *diverged == index);
            self.leave(
                d,
                k,
                evaluations,
                emit,
                |index, _| outcome(index).is_some(),
                |index, _, _| outcome(index).map(|(_, outcome)| outcome.clone()),
            );
        }
        match self.cohort.batching {
            // On the compressed path, the batch has fewer rows than the gradient stands for.
            Batching::Full => self.cohort.data.n_train() as u64,
            Batching::Rows { .. } => rows as u64,
        }
    }

    /// Updates `count` trials, starting with trial `from`. A trial that has diverged is added to `outcomes`, and its
    /// parameters are then meaningless.
    fn step_together(&mut self, d: usize, k: u64, from: usize, count: usize, outcomes: &mut Vec<(usize, Outcome)>) {
        let (divisor, factor) = match self.cohort.batching {
            Batching::Full => (self.count, 1.0),
            Batching::Rows { size, .. } => (self.batches.divisor(self.batches.size()) as f64, self.count / size as f64),
        };
        let weight = 1.0 / divisor;
        let batch = self.batches.batch(T::from_f64(weight));
        let model = &*self.cohort.model;
        let active = &mut self.active[from..from + count];
        let parameters = &mut self.parameters[from * d..(from + count) * d];
        if self.losses.len() < count {
            self.losses.resize(count, T::ZERO);
        }
        let losses = &mut self.losses[..count];
        if self.descends && batch.negated_target.len() <= BLOCK {
            self.rates.clear();
            self.rates.extend(active.iter().map(|active| T::from_f64(active.rate(k))));
            if model.descend(&batch, &self.rates, parameters, losses, &mut self.workspace) {
                for (index, (active, loss)) in active.iter_mut().zip(losses).enumerate() {
                    let loss = (loss.to_f64() + self.offset) * weight;
                    if let Some(outcome) = active.check(k, loss, factor) {
                        outcomes.push((from + index, outcome));
                    }
                }
                return;
            }
        }
        if self.gradients.len() < count * d {
            self.gradients.resize(count * d, T::ZERO);
        }
        let gradients = &mut self.gradients[..count * d];
        model.gradients(&batch, parameters, losses, gradients, &mut self.workspace);
        if self.moves {
            // J is tested at the parameters, even if the gradient is taken elsewhere.
            self.points.resize(count * d, T::ZERO);
            for ((active, parameters), point) in
                active.iter().zip(parameters.chunks_exact(d)).zip(self.points.chunks_exact_mut(d))
            {
                active.trainee.optimizer.point(&active.step(k, self.layout), parameters, &active.state, point);
            }
            self.losses_at_points.resize(count, T::ZERO);
            model.gradients(&batch, &self.points, &mut self.losses_at_points, gradients, &mut self.workspace);
        }
        for (index, (active, (parameters, gradient))) in
            active.iter_mut().zip(parameters.chunks_exact_mut(d).zip(gradients.chunks_exact_mut(d))).enumerate()
        {
            let penalty = active.trainee.penalty;
            let l2 = if self.absorbed { 0.0 } else { penalty.l2 };
            let mut loss = (losses[index].to_f64() + self.offset) * weight;
            if penalty.l1 > 0.0 || l2 > 0.0 {
                self.theta.clear();
                self.theta.extend(parameters.iter().map(|value| value.to_f64()));
                loss += penalty_value(Penalty { l2, ..penalty }, self.layout, &self.theta);
            }
            if let Some(outcome) = active.check(k, loss, factor) {
                outcomes.push((from + index, outcome));
                continue;
            }
            if l2 > 0.0 {
                let point = if self.moves { &self.points[index * d..(index + 1) * d] } else { &*parameters };
                let weights = self.layout.weights();
                dispatch(AddL2Gradient { l2: T::from_f64(l2), weights, point, gradient });
            }
            let step = active.step(k, self.layout);
            active.previous_rate = active.rate(k);
            active.trainee.optimizer.update(&step, parameters, &mut active.state, gradient);
        }
    }

    /// Asks each trial that is due whether it ends, and emits the records of those that do. The remaining trials move
    /// together, and their numbers do not change.
    fn leave(
        &mut self,
        d: usize,
        steps: u64,
        evaluations: u64,
        emit: &mut dyn FnMut(TrialRecord),
        due: impl Fn(usize, &GradientTrajectory<'_, T>) -> bool,
        mut ends: impl FnMut(usize, &mut Recorder<'_>, &ParameterState<'_>) -> Option<Outcome>,
    ) {
        let mut emptied = false;
        for (index, trial) in self.active.iter_mut().enumerate() {
            if !due(index, trial) {
                continue;
            }
            let theta = self.parameters[index * d..(index + 1) * d].iter().map(|value| value.to_f64()).collect();
            let at = ParameterState::new(self.cohort, trial.trainee.penalty, theta);
            let mut each = 0;
            while each < trial.recorders.len() {
                match ends(index, &mut trial.recorders[each], &at) {
                    Some(outcome) => emit(trial.recorders.remove(each).finish(outcome, steps, evaluations, &at)),
                    None => each += 1,
                }
            }
            emptied |= trial.recorders.is_empty();
        }
        if !emptied {
            return;
        }
        let mut kept = 0;
        for (index, trial) in self.active.iter().enumerate() {
            if !trial.recorders.is_empty() {
                self.parameters.copy_within(index * d..(index + 1) * d, kept * d);
                kept += 1;
            }
        }
        self.parameters.truncate(kept * d);
        self.active.retain(|trial| !trial.recorders.is_empty());
    }
}
