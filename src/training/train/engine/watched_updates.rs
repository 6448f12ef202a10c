//! What steps do to each block, where that is watched.

use super::GradientTrainer;
use crate::model::{Model, Passes};
use crate::numeric::Real;
use crate::optimizer::{Optimizer, Update};
use crate::shape::Layout;
use crate::train::watch::UpdateRatios;

impl<T: Real> GradientTrainer<'_, T>
where
    dyn Model: Passes<T>,
    dyn Optimizer: Update<T>,
{
    /// Notes the parameters of `count` trials, from trial `from` on, before their step.
    pub(super) fn note_parameters(&mut self, d: usize, from: usize, count: usize) {
        self.of_watched(d, from, count, |updates, _, parameters| updates.before(parameters));
    }

    /// Adds the step that these trials have taken.
    pub(super) fn note_updates(&mut self, d: usize, from: usize, count: usize) {
        self.of_watched(d, from, count, |updates, layout, parameters| updates.after(layout, parameters));
    }

    fn of_watched(&mut self, d: usize, from: usize, count: usize, note: impl Fn(&mut UpdateRatios, &Layout, &[T])) {
        let parameters = self.parameters[from * d..(from + count) * d].chunks_exact(d);
        for (trial, parameters) in self.active[from..from + count].iter_mut().zip(parameters) {
            if let Some(updates) = trial.updates.as_mut().filter(|updates| updates.is_on()) {
                note(updates, self.layout, parameters);
            }
        }
    }
}
