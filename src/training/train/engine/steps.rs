//! One step of the trials that take a batch together.

use super::GradientTrainer;
use crate::model::{BLOCK, Model, Passes, Penalty, Training};
use crate::numeric::{Real, dispatch};
use crate::optimizer::{Batching, Optimizer, Progress, Update};
use crate::record::Outcome;
use crate::shape::Layout;
use crate::train::gradient_trajectory::GradientTrajectory;
use crate::train::penalty::{AddL1Subgradient, AddL2Gradient, penalty_value};

/// How the sums over a batch become J and its gradient.
#[derive(Clone, Copy)]
pub(super) struct BatchScale<'a> {
    /// ρ²/2 of the rows, which the sums leave out.
    pub offset: f64,
    /// 1/(the number of rows that the mean divides by).
    pub weight: f64,
    /// Whether the rows already include l2.
    pub absorbed: bool,
    pub layout: &'a Layout,
}

impl<T: Real> GradientTrainer<'_, T>
where
    dyn Model: Passes<T>,
    dyn Optimizer: Update<T>,
{
    /// Updates `count` trials, starting with trial `from`. A trial that has diverged is added to `outcomes`, and its
    /// parameters are then meaningless.
    pub(super) fn step_together(
        &mut self,
        d: usize,
        k: u64,
        from: usize,
        count: usize,
        outcomes: &mut Vec<(usize, Outcome)>,
    ) {
        let (divisor, factor) = match self.cohort.batching {
            Batching::Full => (self.count, 1.0),
            Batching::Rows { size, .. } => (self.batches.divisor(self.batches.size()) as f64, self.count / size as f64),
        };
        let weight = 1.0 / divisor;
        let scale = BatchScale { offset: self.offset, weight, absorbed: self.absorbed, layout: self.layout };
        let batch = self.batches.batch(T::from_f64(weight));
        let model = &*self.cohort.model;
        let n_active = self.active.len();
        let active = &mut self.active[from..from + count];
        let parameters = &mut self.parameters[from * d..(from + count) * d];
        if self.losses.len() < count {
            self.losses.resize(count, T::ZERO);
        }
        let losses = &mut self.losses[..count];
        if self.descends && batch.rows.count() <= BLOCK {
            self.rates.clear();
            self.rates.extend(active.iter().map(|active| T::from_f64(active.rate(k))));
            if model.descend(&batch, &self.rates, parameters, losses, &mut self.workspace) {
                active.iter_mut().for_each(|active| active.known = None);
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
        let seeds = &self.seeds[from..from + count];
        let (epoch, number) = (self.epoch, self.batch);
        let s = self.statistics.len() / n_active;
        let own = from * s..(from + count) * s;
        let known = active.iter().filter(|active| active.known.is_some()).count();
        if known == count {
            let places = losses.iter_mut().zip(gradients.chunks_exact_mut(d));
            for (known, (loss, gradient)) in active.iter_mut().filter_map(|active| active.known.take()).zip(places) {
                *loss = known.0;
                gradient.copy_from_slice(&known.1);
            }
        } else {
            active.iter_mut().for_each(|active| active.known = None);
            // Where the gradient is taken elsewhere, the statistics move there.
            let statistics = Some(&mut self.statistics[own.clone()]).filter(|_| !self.moves);
            let training = Some(Training { seeds, epoch, batch: number, statistics });
            model.gradients(&batch, parameters, losses, gradients, training, &mut self.workspace);
        }
        if self.moves {
            // J is tested at the parameters, even if the gradient is taken elsewhere.
            self.points.resize(count * d, T::ZERO);
            for ((active, parameters), point) in
                active.iter().zip(parameters.chunks_exact(d)).zip(self.points.chunks_exact_mut(d))
            {
                if active.traits.moves_point {
                    active.trainee.optimizer.point(&active.step(k, self.layout), parameters, &active.state, point);
                } else {
                    point.copy_from_slice(parameters);
                }
            }
            self.losses_at_points.resize(count, T::ZERO);
            let training = Training { seeds, epoch, batch: number, statistics: Some(&mut self.statistics[own]) };
            let (points, losses) = (&self.points[..count * d], &mut self.losses_at_points[..count]);
            model.gradients(&batch, points, losses, gradients, Some(training), &mut self.workspace);
        }
        self.searching.clear();
        for (index, (active, (parameters, gradient))) in
            active.iter_mut().zip(parameters.chunks_exact_mut(d).zip(gradients.chunks_exact_mut(d))).enumerate()
        {
            let mut loss = active.objective(losses[index], parameters, &scale, &mut self.theta);
            if let Some(outcome) = active.check(k, loss, factor) {
                outcomes.push((from + index, outcome));
                continue;
            }
            if self.moves {
                let point = &self.points[index * d..(index + 1) * d];
                loss = active.objective(self.losses_at_points[index], point, &scale, &mut self.theta);
                active.add_penalty(point, gradient, &scale);
            } else {
                active.add_penalty(parameters, gradient, &scale);
            }
            if active.update(k, self.layout, parameters, loss, gradient) == Progress::Again {
                self.searching.push(index);
            }
        }
        if !self.searching.is_empty() {
            self.search(d, k, from, weight);
        }
    }
}

impl<T: Real> GradientTrajectory<'_, T> {
    /// J of the batch, given the sum of its losses at a point. `theta` is memory for the point in f64.
    pub(super) fn objective(&self, sum: T, point: &[T], scale: &BatchScale<'_>, theta: &mut Vec<f64>) -> f64 {
        let penalty = self.trainee.penalty;
        let l2 = if scale.absorbed { 0.0 } else { penalty.l2 };
        let mut loss = (sum.to_f64() + scale.offset) * scale.weight;
        if penalty.l1 > 0.0 || l2 > 0.0 {
            theta.clear();
            theta.extend(point.iter().map(|value| value.to_f64()));
            loss += penalty_value(Penalty { l2, ..penalty }, scale.layout, theta);
        }
        loss
    }

    /// Adds the gradient of l2 at a point, and a subgradient of l1 if the method has no proximal form.
    pub(super) fn add_penalty(&self, point: &[T], gradient: &mut [T], scale: &BatchScale<'_>) {
        let (penalty, weights) = (self.trainee.penalty, scale.layout.weights());
        if penalty.l2 > 0.0 && !scale.absorbed {
            dispatch(AddL2Gradient { l2: T::from_f64(penalty.l2), weights, point, gradient });
        }
        if penalty.l1 > 0.0 && !self.traits.is_proximal {
            dispatch(AddL1Subgradient { l1: T::from_f64(penalty.l1), weights, point, gradient });
        }
    }
}
