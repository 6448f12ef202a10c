//! Full-batch least squares in its modes: with R = UΣVᵀ and s = Uᵀ(Rθ₀ − z), gradient descent, heavy ball and Nesterov
//! decouple. Mode j has gradient λ_j·s_j with λ_j = σ_j²/m, and J = (ρ² + Σ s_j²)/2m. Nothing is divided by λ.

mod fleet;
mod steps;

use std::sync::atomic::AtomicBool;

use fleet::Fleet;

use super::problem::Problem;
use super::quadratic::Quadratic;
use super::{Cohort, Trainee, trajectories};
use crate::numeric::{Matrix, accumulate, svd};
use crate::optimizer::Recurrence;
use crate::record::{Split, TrialRecord};

/// The SVD of one problem with one l2.
#[derive(Debug)]
pub struct Modes {
    /// J with the penalty, on d rows.
    pub objective: Quadratic,
    /// Largest first; 0 for modes that do not move (σ_j ≤ d·ε·σ_max).
    pub sigma: Vec<f64>,
    /// Uᵀ transposed for products: `[k, r]`.
    u: Matrix,
    /// `[r, d]`: rows are right singular vectors.
    v_rows: Matrix,
    /// For each split, A·V as `[rows, r]`, so that Aθ − b = (Aθ₀ − b) + A·V·u.
    images: [Option<Matrix>; 3],
    penalised: bool,
}

impl Modes {
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn new(problem: &Problem, l2: f64) -> Self {
        let objective = problem.train.reduced().with_l2(l2);
        let decomposition = problem.reducing_the_rest(|| svd(&objective.rows));
        let largest = decomposition.sigma.first().copied().unwrap_or(0.0);
        let cutoff = objective.rows.columns as f64 * f64::EPSILON * largest;
        let sigma = decomposition.sigma.iter().map(|&sigma| if sigma <= cutoff { 0.0 } else { sigma }).collect();
        let v_rows = decomposition.v.transposed();
        let images = Split::ALL.map(|split| {
            let rows = problem.rows(split)?.reduced();
            let mut image = Matrix::filled(rows.rows.rows, v_rows.rows, 0.0);
            accumulate(&mut image.values, &rows.rows.values, &decomposition.v.values, rows.rows.columns, v_rows.rows);
            Some(image)
        });
        Self { objective, sigma, u: decomposition.u, v_rows, images, penalised: l2 > 0.0 }
    }

    /// λ_j = σ_j²/m.
    #[must_use]
    pub fn eigenvalues(&self) -> Vec<f64> {
        self.sigma.iter().map(|sigma| sigma * sigma / self.objective.count).collect()
    }

    /// s = Uᵀ(Rθ₀ − z).
    #[must_use]
    pub fn start(&self, theta: &[f64]) -> Vec<f64> {
        let residuals = self.objective.residuals(theta);
        let mut start = vec![0.0; self.u.columns];
        accumulate(&mut start, &residuals, &self.u.values, self.u.rows, self.u.columns);
        start
    }

    /// θ₀ + V·u.
    #[must_use]
    pub fn theta(&self, start: &[f64], u: &[f64]) -> Vec<f64> {
        let mut theta = start.to_vec();
        accumulate(&mut theta, u, &self.v_rows.values, self.v_rows.rows, self.v_rows.columns);
        theta
    }

    /// The minimiser of J nearest to `start`, and u that leads there: s_j = 0 in every mode that moves.
    #[must_use]
    pub fn solution(&self, start: &[f64]) -> Vec<f64> {
        let s = self.start(start);
        let u: Vec<f64> =
            s.iter().zip(&self.sigma).map(|(s, &sigma)| if sigma > 0.0 { -s / sigma } else { 0.0 }).collect();
        self.theta(start, &u)
    }
}

/// Trains a cohort, whose trials leave as they end; returns early, with those that have not ended outstanding, where told
/// to stop.
pub fn train(cohort: &Cohort, stop: &AtomicBool, emit: &mut dyn FnMut(TrialRecord)) {
    let mut alike: Vec<(Motion, f64, Vec<Vec<&Trainee>>)> = Vec::new();
    for group in trajectories(&cohort.trainees) {
        let Some(recurrence) = group[0].optimizer.recurrence() else { continue };
        let (motion, l2) = (Motion::of(recurrence), group[0].penalty.l2);
        match alike.iter_mut().find(|(known, at, _)| *known == motion && *at == l2) {
            Some((_, _, groups)) => groups.push(group),
            None => alike.push((motion, l2, vec![group])),
        }
    }
    for (motion, l2, groups) in alike {
        let cell = cohort.problem.modes(l2);
        let Some(modes) = cell.get() else { continue };
        match motion {
            Motion::Descent => Fleet::<2, false>::new(&cohort.problem, modes, groups).run(stop, emit),
            Motion::HeavyBall => Fleet::<4, false>::new(&cohort.problem, modes, groups).run(stop, emit),
            Motion::Nesterov => Fleet::<4, true>::new(&cohort.problem, modes, groups).run(stop, emit),
        }
    }
}

/// Trials that are moved by the same instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Motion {
    /// Without momentum, Nesterov's form or not: what a velocity would hold is the gradient.
    Descent,
    HeavyBall,
    Nesterov,
}

impl Motion {
    fn of(Recurrence { momentum, nesterov }: Recurrence) -> Self {
        if momentum == 0.0 {
            Self::Descent
        } else if nesterov {
            Self::Nesterov
        } else {
            Self::HeavyBall
        }
    }
}
