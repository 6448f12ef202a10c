//! The coordinates of all trials in the modes of their problem, and the errors that follow from them.

use super::data::LeastSquaresData;
use super::modes::Modes;
use super::steps::{SumsOfSquares, TrialVector, WIDTH};
use crate::numeric::{Epilogue, InitialSum, MatrixRows, dispatch, norm_squared, product};
use crate::record::{Split, WatchSet, WatchedValue};
use crate::train::cohort::{Cohort, Trainee};
use crate::train::outputs::outputs;
use crate::train::trial_state::TrialState;
use crate::train::watch::{EvaluatedPoint, StabilityLimits};

/// A point that trials start from.
pub struct StartingPoint<'a> {
    pub theta: &'a [f64],
    /// Uᵀ(Rθ₀ − z)
    pub s: Vec<f64>,
    /// Aθ₀ − b of each split.
    pub residuals: [Option<Vec<f64>>; 3],
}

/// The coordinates of all trials: `N` numbers for each trial and mode, of which s and u are the first two.
pub struct ModeCoordinates<'a, const N: usize> {
    pub cohort: &'a Cohort,
    pub data: &'a LeastSquaresData,
    pub modes: &'a Modes,
    pub starts: Vec<StartingPoint<'a>>,
    /// `[vectors of trials, modes]`
    pub state: Vec<[TrialVector; N]>,
    /// Σ s_j² of each trial.
    pub squares: Vec<f64>,
}

impl<const N: usize> ModeCoordinates<'_, N> {
    pub fn objective(&self, index: usize) -> f64 {
        0.5 * self.modes.objective.mean_of_square(self.squares[index])
    }

    /// One number of a trial for each mode: s (`number` 0), u (1) or a velocity.
    fn numbers(&self, index: usize, number: usize) -> impl Iterator<Item = f64> {
        let count = self.modes.sigma.len();
        self.state[index / WIDTH * count..][..count].iter().map(move |mode| mode[number][index % WIDTH])
    }

    /// The parameters of a trial, given its starting point.
    pub fn theta(&self, index: usize, start_index: usize) -> Vec<f64> {
        let u: Vec<f64> = self.numbers(index, 1).collect();
        self.modes.theta(self.starts[start_index].theta, &u)
    }

    /// All numbers of a trial, `[N, modes]`.
    pub fn carried(&self, index: usize) -> Vec<f64> {
        (0..N).flat_map(|number| self.numbers(index, number)).collect()
    }

    /// Gives a trial the numbers that it had.
    pub fn restore(&mut self, index: usize, carried: &[f64]) {
        let count = self.modes.sigma.len();
        for (number, values) in carried.chunks_exact(count.max(1)).enumerate() {
            let modes = &mut self.state[index / WIDTH * count..][..count];
            modes.iter_mut().zip(values).for_each(|(mode, value)| mode[number][index % WIDTH] = *value);
        }
        self.squares[index] = norm_squared(&carried[..count]);
    }

    /// Computes the mean squared errors of the wanted trials over a split that has rows.
    pub fn errors(&self, split: Split, buffers: &mut ErrorBuffers) {
        let ErrorBuffers { wanted, start_indices, u, residuals, squares, errors, .. } = buffers;
        errors.clear();
        if split == Split::Train && !self.modes.penalised {
            errors.extend(wanted.iter().map(|&index| self.modes.objective.mean_of_square(self.squares[index])));
            return;
        }
        let (Some(quadratic), Some(image), Some(&start_index)) =
            (self.data.split(split), &self.modes.images[split as usize], start_indices.first())
        else {
            return;
        };
        let vectors = wanted.len().div_ceil(WIDTH);
        let width = vectors * WIDTH;
        u.resize(image.columns * width, 0.0);
        residuals.resize(image.rows * width, 0.0);
        squares.resize(vectors, [0.0; WIDTH]);
        self.gather(wanted, u);
        let at_start =
            |start_index: usize| self.starts[start_index].residuals[split as usize].as_deref().unwrap_or_default();
        let start = if start_indices.iter().all(|other| *other == start_index) {
            InitialSum::Column(at_start(start_index))
        } else {
            for (trial, &start_index) in start_indices.iter().enumerate() {
                let to = residuals.iter_mut().skip(trial).step_by(width);
                to.zip(at_start(start_index)).for_each(|(to, residual)| *to = *residual);
            }
            InitialSum::Output
        };
        product(
            residuals,
            start,
            MatrixRows::every(&image.values, image.columns),
            MatrixRows::every(u, width),
            Epilogue::Store,
        );
        dispatch(SumsOfSquares { residuals, squares });
        let squares = &squares.as_flattened()[..wanted.len()];
        errors.extend(squares.iter().map(|&square| quadratic.reduced().mean_of_square(square)));
    }

    /// Copies the u of some trials side by side, `[modes, trials]`, in whole vectors of trials.
    fn gather(&self, indices: &[usize], u: &mut [f64]) {
        let count = self.modes.sigma.len();
        let width = indices.len().next_multiple_of(WIDTH);
        for (to, indices) in indices.chunks(WIDTH).enumerate() {
            let first = indices[0];
            let state = |index: usize| &self.state[index / WIDTH * count..][..count];
            let together = first.is_multiple_of(WIDTH) && (first..).zip(indices).all(|(next, &index)| next == index);
            if together {
                for (row, mode) in u.chunks_exact_mut(width).zip(state(first)) {
                    row[to * WIDTH..][..WIDTH].copy_from_slice(&mode[1]);
                }
                continue;
            }
            for (lane, &index) in indices.iter().enumerate() {
                for (row, mode) in u.chunks_exact_mut(width).zip(state(index)) {
                    row[to * WIDTH + lane] = mode[1][index % WIDTH];
                }
            }
        }
    }
}

/// Buffers for computing errors, reused for the next trials.
#[derive(Default)]
pub struct ErrorBuffers {
    /// The trials whose errors are wanted: their places among the due trials, their indices, and the indices of their
    /// starting points.
    pub places: Vec<usize>,
    pub wanted: Vec<usize>,
    pub start_indices: Vec<usize>,
    /// The wanted trials side by side: u, `[modes, trials]`; Aθ − b, `[rows, trials]`; and ‖Aθ − b‖², `[trials]`.
    u: Vec<f64>,
    residuals: Vec<f64>,
    pub squares: Vec<TrialVector>,
    pub errors: Vec<f64>,
}

/// The state of one trial, given by its coordinates.
pub struct ModeState<'a, const N: usize> {
    pub coordinates: &'a ModeCoordinates<'a, N>,
    pub index: usize,
    /// Index of its starting point.
    pub start_index: usize,
    /// The errors that were computed together with those of other trials.
    pub errors: [Option<f64>; 3],
    pub trainee: &'a Trainee,
    /// What the last step did to each block, and what the method says of sharpness, where these are watched.
    pub updates: Vec<Option<f64>>,
    pub limits: StabilityLimits,
}

impl<const N: usize> TrialState for ModeState<'_, N> {
    fn loss(&self, split: Split) -> Option<f64> {
        let alone = || {
            self.coordinates.data.split(split)?;
            let mut buffers = ErrorBuffers {
                wanted: vec![self.index],
                start_indices: vec![self.start_index],
                ..ErrorBuffers::default()
            };
            self.coordinates.errors(split, &mut buffers);
            buffers.errors.pop()
        };
        self.errors[split as usize].or_else(alone)
    }

    fn objective(&self) -> f64 {
        self.coordinates.objective(self.index)
    }

    fn gradient_norm(&self) -> f64 {
        let modes = self.coordinates.modes;
        let s = self.coordinates.numbers(self.index, 0);
        let gradient: Vec<f64> = s.zip(&modes.sigma).map(|(s, sigma)| sigma * s).collect();
        norm_squared(&gradient).sqrt() / modes.objective.count
    }

    /// Under the squared error they are the outputs.
    fn predictions(&self, split: Split, to: &mut Vec<f64>) -> bool {
        let cohort = self.coordinates.cohort;
        outputs(&*cohort.model, &cohort.data, split, &self.theta(), to)
    }

    fn targets(&self, split: Split) -> Option<&[f64]> {
        self.coordinates.cohort.data.rows(split).map(|rows| rows.target.numbers())
    }

    fn weights(&self, split: Split) -> Option<&[f64]> {
        self.coordinates.cohort.data.rows(split)?.weights.as_deref()
    }

    fn theta(&self) -> Vec<f64> {
        self.coordinates.theta(self.index, self.start_index)
    }

    fn watched(&self, watches: WatchSet) -> Vec<WatchedValue> {
        let (cohort, penalty) = (self.coordinates.cohort, self.trainee.penalty);
        let (updates, limits) = (self.updates.clone(), self.limits.clone());
        EvaluatedPoint { cohort, penalty, theta: &self.theta(), updates, limits }.values(watches)
    }
}

pub fn same_bits(left: &[f64], right: &[f64]) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(a, b)| a.to_bits() == b.to_bits())
}
