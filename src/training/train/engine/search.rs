//! The rest of a step of methods that search: more gradients on the same batch, until every method has moved.

use super::GradientTrainer;
use super::steps::BatchScale;
use crate::model::{Model, Passes, Training};
use crate::numeric::Real;
use crate::optimizer::{Batching, Optimizer, Progress, Update};

impl<T: Real> GradientTrainer<'_, T>
where
    dyn Model: Passes<T>,
    dyn Optimizer: Update<T>,
{
    /// Gives the trials in `searching`, counted from trial `from`, the losses and gradients that they ask for. A method ends its
    /// search by itself.
    pub(super) fn search(&mut self, d: usize, k: u64, from: usize, weight: f64) {
        let scale = BatchScale { offset: self.offset, weight, absorbed: self.absorbed, layout: self.layout };
        let batch = self.batches.batch(T::from_f64(weight));
        let rows = match self.cohort.batching {
            Batching::Full => self.cohort.data.n_train() as u64,
            Batching::Rows { .. } => self.batches.size() as u64,
        };
        let model = &*self.cohort.model;
        while !self.searching.is_empty() {
            let count = self.searching.len();
            self.points.resize(self.points.len().max(count * d), T::ZERO);
            self.losses_at_points.resize(self.losses_at_points.len().max(count), T::ZERO);
            let points = &mut self.points[..count * d];
            for (&index, point) in self.searching.iter().zip(points.chunks_exact_mut(d)) {
                let (active, own) = (&self.active[from + index], (from + index) * d..(from + index + 1) * d);
                let step = active.step(k, self.layout);
                active.trainee.optimizer.point(&step, &self.parameters[own], &active.state, point);
            }
            let (losses, gradients) = (&mut self.losses_at_points[..count], &mut self.gradients[..count * d]);
            let seeds: Vec<u64> = self.searching.iter().map(|&index| self.seeds[from + index]).collect();
            // The step has moved the statistics already.
            let training = Training { seeds: &seeds, epoch: self.epoch, batch: self.batch, statistics: None };
            model.gradients(&batch, points, losses, gradients, Some(training), &mut self.workspace);
            let mut place = 0;
            self.searching.retain(|&index| {
                let own = place * d..(place + 1) * d;
                let (active, gradient) = (&mut self.active[from + index], &mut gradients[own.clone()]);
                let (point, sum) = (&points[own], losses[place]);
                let raw = self.keeps.then(|| gradient.to_vec());
                let loss = active.objective(sum, point, &scale, &mut self.theta);
                active.add_penalty(point, gradient, &scale);
                active.searched += rows;
                place += 1;
                let parameters = &mut self.parameters[(from + index) * d..(from + index + 1) * d];
                let progress = active.update(k, self.layout, parameters, loss, gradient);
                // Searches mostly end at their last point, which is that of the next step.
                if progress == Progress::Moved && *parameters == *point {
                    active.known = raw.map(|gradient| (sum, gradient));
                }
                progress == Progress::Again
            });
        }
    }
}
