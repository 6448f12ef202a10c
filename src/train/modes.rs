//! Full-batch least squares in its modes: with R = UΣVᵀ and s = Uᵀ(Rθ₀ − z), gradient descent, heavy ball and Nesterov
//! decouple. Mode j has gradient λ_j·s_j with λ_j = σ_j²/m, and J = (ρ² + Σ s_j²)/2m. Nothing is divided by λ.

use std::sync::atomic::{AtomicBool, Ordering};

use super::problem::Problem;
use super::quadratic::Quadratic;
use super::recorder::{Recorder, State};
use super::{FLUSH_EVERY, Trainee, flush};
use crate::numeric::{Kernel, Matrix, accumulate, dispatch, norm_squared, svd};
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
    /// For each split, A·V as `[r, rows]`, so that Aθ − b = (Aθ₀ − b) + A·V·u.
    images: [Option<Matrix>; 3],
    penalised: bool,
}

impl Modes {
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn new(problem: &Problem, l2: f64) -> Self {
        let objective = problem.train.reduced().with_l2(l2);
        let decomposition = svd(&objective.rows);
        let largest = decomposition.sigma.first().copied().unwrap_or(0.0);
        let cutoff = objective.rows.columns as f64 * f64::EPSILON * largest;
        let sigma = decomposition.sigma.iter().map(|&sigma| if sigma <= cutoff { 0.0 } else { sigma }).collect();
        let v_rows = decomposition.v.transposed();
        let images = Split::ALL.map(|split| {
            let rows = problem.rows(split)?.reduced();
            let mut image = Matrix::filled(v_rows.rows, rows.rows.rows, 0.0);
            accumulate(&mut image.values, &v_rows.values, &rows.columns.values, rows.rows.columns, rows.rows.rows);
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

/// One trial's coordinates in the modes.
struct Coordinates<'a> {
    modes: &'a Modes,
    problem: &'a Problem,
    start: &'a [f64],
    /// Aθ₀ − b of each split.
    origins: [Option<Vec<f64>>; 3],
    s: Vec<f64>,
    /// Velocity of s.
    w: Vec<f64>,
    u: Vec<f64>,
    /// Velocity of u.
    v: Vec<f64>,
}

impl State for Coordinates<'_> {
    fn mse(&self, split: Split) -> Option<f64> {
        let rows = self.problem.rows(split)?.reduced();
        if split == Split::Train && !self.modes.penalised {
            return Some(self.modes.objective.mse_of(&self.s));
        }
        let mut residuals = self.origins[split as usize].clone()?;
        let image = self.modes.images[split as usize].as_ref()?;
        accumulate(&mut residuals, &self.u, &image.values, image.rows, image.columns);
        Some(rows.mse_of(&residuals))
    }

    fn objective(&self) -> f64 {
        0.5 * self.modes.objective.mse_of(&self.s)
    }

    fn gradient_norm(&self) -> f64 {
        let gradient: Vec<f64> = self.s.iter().zip(&self.modes.sigma).map(|(s, sigma)| sigma * s).collect();
        norm_squared(&gradient).sqrt() / self.modes.objective.count
    }

    fn theta(&self) -> Vec<f64> {
        self.modes.theta(self.start, &self.u)
    }
}

/// One update of every mode.
struct Update<'a> {
    recurrence: Recurrence,
    rate: f64,
    lambda: &'a [f64],
    /// σ_j/m: the gradient with respect to u is that times s.
    scaled: &'a [f64],
    s: &'a mut [f64],
    w: &'a mut [f64],
    u: &'a mut [f64],
    v: &'a mut [f64],
}

impl Kernel for Update<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { recurrence: Recurrence { momentum, nesterov }, rate, lambda, scaled, s, w, u, v } = self;
        let n = s.len();
        let (lambda, scaled, w, u, v) = (&lambda[..n], &scaled[..n], &mut w[..n], &mut u[..n], &mut v[..n]);
        if nesterov {
            for j in 0..n {
                let (gradient_s, gradient_u) = (lambda[j] * s[j], scaled[j] * s[j]);
                w[j] = momentum.mul_add(w[j], gradient_s);
                v[j] = momentum.mul_add(v[j], gradient_u);
                s[j] = (-rate).mul_add(momentum.mul_add(w[j], gradient_s), s[j]);
                u[j] = (-rate).mul_add(momentum.mul_add(v[j], gradient_u), u[j]);
            }
        } else {
            for j in 0..n {
                w[j] = momentum.mul_add(w[j], lambda[j] * s[j]);
                v[j] = momentum.mul_add(v[j], scaled[j] * s[j]);
                s[j] = (-rate).mul_add(w[j], s[j]);
                u[j] = (-rate).mul_add(v[j], u[j]);
            }
        }
    }
}

/// Trains one trial; `None` where it was told to stop.
pub fn train(
    problem: &Problem,
    modes: &Modes,
    recurrence: Recurrence,
    trainee: &Trainee,
    stop: &AtomicBool,
) -> Option<TrialRecord> {
    let s = modes.start(&trainee.start);
    let n = s.len();
    let lambda = modes.eigenvalues();
    let scaled: Vec<f64> = modes.sigma.iter().map(|sigma| sigma / modes.objective.count).collect();
    let origins = Split::ALL.map(|split| Some(problem.rows(split)?.reduced().residuals(&trainee.start)));
    let mut at = Coordinates {
        modes,
        problem,
        start: &trainee.start,
        origins,
        s,
        w: vec![0.0; n],
        u: vec![0.0; n],
        v: vec![0.0; n],
    };
    let rows = problem.n_train() as u64;
    let mut recorder = Recorder::new(trainee, problem, at.objective());
    let mut k = 0;
    loop {
        let outcome = recorder.check(k, at.objective()).or_else(|| recorder.epoch_end(k, k, k * rows, &at));
        if let Some(outcome) = outcome {
            return Some(recorder.finish(outcome, k, k * rows, &at));
        }
        if k.is_multiple_of(FLUSH_EVERY) {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            if k > 0 {
                [&mut at.s, &mut at.w, &mut at.u, &mut at.v].into_iter().for_each(|values| flush(values));
            }
        }
        dispatch(Update {
            recurrence,
            rate: trainee.schedule.rate(trainee.learning_rate, k),
            lambda: &lambda,
            scaled: &scaled,
            s: &mut at.s,
            w: &mut at.w,
            u: &mut at.u,
            v: &mut at.v,
        });
        k += 1;
    }
}
