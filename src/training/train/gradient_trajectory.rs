//! The trials of one trajectory while they train by gradients.

use super::cohort::Trainee;
use super::recorder::Recorder;
use super::trial_state::TrialState;
use super::watch::{StabilityLimits, UpdateRatios};
use crate::numeric::Real;
use crate::optimizer::{Batching, MethodState, MethodTraits, Optimizer, Progress, Step, Update};
use crate::record::{Outcome, Watch, WatchSet};
use crate::schedule::LossMemory;
use crate::shape::Layout;
use crate::theory::stable_rate;

/// The trials of one trajectory that still train.
pub struct GradientTrajectory<'a, T> {
    /// Any of these trials, since all take the same steps.
    pub trainee: &'a Trainee,
    /// One recorder for each trial that has not ended.
    pub recorders: Vec<Recorder<'a>>,
    pub traits: MethodTraits,
    pub state: MethodState<T>,
    /// Its rate, if every step has the same.
    constant_rate: Option<f64>,
    /// What its schedule remembers of its losses.
    pub memory: Option<Box<dyn LossMemory>>,
    /// The sum of the full batch's losses at the parameters, and the gradient without the penalty, if they are known.
    pub known: Option<(T, Vec<T>)>,
    pub previous_rate: f64,
    /// The number of rows whose gradients its searches computed beyond one gradient per step.
    pub searched: u64,
    /// What its steps do to each block, if that is watched.
    pub updates: Option<UpdateRatios>,
}

impl<'a, T: Real> GradientTrajectory<'a, T> {
    /// The trials of `trainee` and `recorders` at the start, with `d` parameters.
    pub fn new(trainee: &'a Trainee, recorders: Vec<Recorder<'a>>, d: usize) -> Self {
        let traits = trainee.optimizer.traits(trainee.penalty.l1);
        let memory = trainee.schedule.memory();
        let watches_updates = recorders.iter().any(|recorder| recorder.watches_of_training().has(Watch::Updates));
        let is_constant = trainee.schedule.is_constant() && memory.is_none();
        Self {
            trainee,
            recorders,
            traits,
            state: MethodState::new(traits, d),
            constant_rate: is_constant.then(|| trainee.rate(0)),
            memory,
            known: None,
            previous_rate: 0.0,
            searched: 0,
            updates: watches_updates.then(UpdateRatios::default),
        }
    }

    pub fn rate(&self, k: u64) -> f64 {
        if let Some(rate) = self.constant_rate {
            return rate;
        }
        let rate = self.trainee.rate(k);
        self.memory.as_ref().map_or(rate, |memory| memory.adjusted(rate))
    }

    /// Takes a step, or a part of one, with J and its gradient at the point that the method asked for.
    pub fn update(&mut self, k: u64, layout: &Layout, parameters: &mut [T], loss: f64, gradient: &mut [T]) -> Progress
    where
        dyn Optimizer: Update<T>,
    {
        let rate = self.rate(k);
        let step = self.step_at(k, rate, layout);
        let progress = self.trainee.optimizer.update(&step, parameters, &mut self.state, loss, gradient);
        if progress == Progress::Moved {
            self.previous_rate = rate;
        }
        progress
    }

    /// What its trials watch.
    pub fn watches(&self) -> WatchSet {
        self.recorders.iter().fold(WatchSet::default(), |all, recorder| all.union(recorder.watches_of_training()))
    }

    /// Prepares for the steps of an epoch.
    pub fn begin_epoch(&mut self, epoch: u64) {
        if let Some(updates) = &mut self.updates {
            updates.begin(self.recorders.iter().any(|recorder| recorder.watches_updates_of(epoch)));
        }
    }

    /// What the method says of the sharpness up to which it is stable after `k` updates of `d` parameters, at the rate of the last one,
    /// or of the first.
    pub fn stability_limits(&self, k: u64, d: usize, batching: Batching) -> StabilityLimits
    where
        dyn Optimizer: Update<T>,
    {
        let rate = self.rate(k.saturating_sub(1));
        if batching != Batching::Full || rate <= 0.0 || !self.watches().has(Watch::Sharpness) {
            return StabilityLimits::default();
        }
        // The limit of the eigenvalue at a rate is that of the rate at an eigenvalue.
        let largest = self.traits.recurrence.map(|recurrence| stable_rate(recurrence, rate));
        let preconditioner = self.trainee.optimizer.preconditioner(k, d, &self.state);
        let preconditioned = preconditioner.map(|found| (found.diagonal, found.stable_product / rate));
        StabilityLimits { largest, preconditioned }
    }

    /// The point at which the trial is evaluated.
    pub fn evaluated(&self, parameters: &[T]) -> Vec<f64>
    where
        dyn Optimizer: Update<T>,
    {
        let in_f64 = |point: &[T]| point.iter().map(|value| value.to_f64()).collect();
        if !self.traits.averages {
            return in_f64(parameters);
        }
        let mut point = vec![T::ZERO; parameters.len()];
        self.trainee.optimizer.evaluation_point(parameters, &self.state, &mut point);
        in_f64(&point)
    }

    /// Tells the schedule J at the end of an evaluated epoch, if it asks for it.
    pub fn remember(&mut self, epoch: u64, updates: u64, state: &dyn TrialState) {
        if let Some(memory) = &mut self.memory
            && self.recorders.iter().any(|recorder| recorder.evaluates(epoch))
        {
            memory.observe(epoch, updates, state.objective());
        }
    }

    /// Tests a batch's J for divergence.
    pub fn check(&mut self, k: u64, loss: f64, factor: f64) -> Option<Outcome> {
        let mut outcome = None;
        for recorder in &mut self.recorders {
            outcome = recorder.check_batch(k, loss, factor);
        }
        outcome
    }

    pub fn step<'l>(&self, k: u64, layout: &'l Layout) -> Step<'l, T> {
        self.step_at(k, self.rate(k), layout)
    }

    fn step_at<'l>(&self, k: u64, rate: f64, layout: &'l Layout) -> Step<'l, T> {
        let previous = if k == 0 { rate } else { self.previous_rate };
        Step {
            k,
            learning_rate: self.trainee.learning_rate,
            rate: T::from_f64(rate),
            previous_rate: T::from_f64(previous),
            l1: if self.traits.is_proximal { T::from_f64(self.trainee.penalty.l1) } else { T::ZERO },
            layout,
        }
    }
}
