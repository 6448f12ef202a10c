//! The trials of one trajectory while they train by gradients.

use super::cohort::Trainee;
use super::recorder::Recorder;
use crate::numeric::Real;
use crate::optimizer::Step;
use crate::record::Outcome;
use crate::shape::Layout;

/// The trials of one trajectory that still train.
pub struct GradientTrajectory<'a, T> {
    /// Any of these trials, since all take the same steps.
    pub trainee: &'a Trainee,
    /// One recorder for each trial that has not ended.
    pub recorders: Vec<Recorder<'a>>,
    pub state: Vec<T>,
    pub previous_rate: f64,
}

impl<T: Real> GradientTrajectory<'_, T> {
    pub fn rate(&self, k: u64) -> f64 {
        self.trainee.schedule.rate(self.trainee.learning_rate, k)
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
        let rate = self.rate(k);
        let previous = if k == 0 { rate } else { self.previous_rate };
        Step {
            k,
            rate: T::from_f64(rate),
            previous_rate: T::from_f64(previous),
            l1: T::from_f64(self.trainee.penalty.l1),
            layout,
        }
    }
}
