//! The steps of trials in their modes: trials lie side by side in the lanes of a vector, and a few modes stay in registers
//! for many steps.

use std::array::from_fn;

use crate::numeric::Kernel;

/// Trials in a vector.
pub const WIDTH: usize = 8;

pub type Vector = [f64; WIDTH];

/// Steps in a stretch at most: so many partial sums stay in the first-level cache.
pub const MOST_STEPS: usize = 32;

/// The partial sums of [`norm_squared`](crate::numeric::norm_squared), whose order Σ s_j² keeps: mode j goes into the one
/// of its index modulo eight.
pub const PARTIAL: usize = 8;

/// Modes of plain descent that move together in registers, at most; with velocities they are fewer.
const TOGETHER: usize = 5;

/// A stretch of steps of one vector of trials. A mode holds s and u, and with momentum (`N` = 4) their velocities.
pub struct Stretch<'a, const N: usize, const NESTEROV: bool> {
    /// −α of each step.
    pub rates: &'a [Vector],
    pub momentum: &'a Vector,
    /// λ_j
    pub lambda: &'a [f64],
    /// σ_j/m: the gradient with respect to u is that times s.
    pub scaled: &'a [f64],
    /// `[modes]`
    pub state: &'a mut [[Vector; N]],
    /// Room for the partial sums of each step.
    pub partial: &'a mut [[Vector; PARTIAL]],
    /// ρ² and m.
    pub residual: f64,
    pub count: f64,
    /// J after each step.
    pub losses: &'a mut [Vector],
}

/// Where each trial of a vector is after a stretch.
pub struct Reached {
    /// Σ s_j² after the last step.
    pub squares: Vector,
    /// The largest J of all steps, of no meaning where one is NaN.
    pub largest: Vector,
    /// The sum of J over the steps, which is not finite where one is not.
    pub sum: Vector,
}

impl<const N: usize, const NESTEROV: bool> Kernel for Stretch<'_, N, NESTEROV> {
    type Output = Reached;

    #[inline(always)]
    fn run(mut self) -> Reached {
        let modes = self.state.len();
        self.partial.fill([[0.0; WIDTH]; PARTIAL]);
        let most = if N == 2 { TOGETHER } else { TOGETHER - 1 };
        for class in 0..PARTIAL.min(modes) {
            // Groups of about one size, or a last one by itself would wait for its own results.
            let mut left = (modes - class).div_ceil(PARTIAL);
            let mut mode = class;
            for groups in (1..=left.div_ceil(most)).rev() {
                let group = left.div_ceil(groups);
                match group {
                    5 => self.together::<5>(mode, class),
                    4 => self.together::<4>(mode, class),
                    3 => self.together::<3>(mode, class),
                    2 => self.together::<2>(mode, class),
                    _ => self.together::<1>(mode, class),
                }
                left -= group;
                mode += group * PARTIAL;
            }
        }
        let mut reached = Reached { squares: [0.0; WIDTH], largest: [f64::NEG_INFINITY; WIDTH], sum: [0.0; WIDTH] };
        for (losses, partial) in self.losses.iter_mut().zip(&*self.partial) {
            let squares = totals(partial);
            for lane in 0..WIDTH {
                let loss = 0.5 * ((self.residual + squares[lane]) / self.count);
                losses[lane] = loss;
                reached.sum[lane] += loss;
                reached.largest[lane] = if loss > reached.largest[lane] { loss } else { reached.largest[lane] };
            }
            reached.squares = squares;
        }
        reached
    }
}

/// What eight partial sums of each trial come to.
#[inline(always)]
fn totals(p: &[Vector; PARTIAL]) -> Vector {
    let mut totals = [0.0; WIDTH];
    for lane in 0..WIDTH {
        totals[lane] = ((p[0][lane] + p[4][lane]) + (p[2][lane] + p[6][lane]))
            + ((p[1][lane] + p[5][lane]) + (p[3][lane] + p[7][lane]));
    }
    totals
}

/// ‖r‖² of trials that lie side by side, in the order of [`norm_squared`](crate::numeric::norm_squared).
pub struct Squares<'a> {
    /// `[numbers, trials]`, whole vectors of trials.
    pub residuals: &'a [f64],
    pub squares: &'a mut [Vector],
}

impl Kernel for Squares<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let width = self.squares.len() * WIDTH;
        for (vector, squares) in self.squares.iter_mut().enumerate() {
            let mut partial = [[0.0; WIDTH]; PARTIAL];
            for rows in self.residuals.chunks(PARTIAL * width) {
                for (partial, row) in partial.iter_mut().zip(rows.chunks_exact(width)) {
                    let values = &row[vector * WIDTH..][..WIDTH];
                    for lane in 0..WIDTH {
                        partial[lane] = values[lane].mul_add(values[lane], partial[lane]);
                    }
                }
            }
            *squares = totals(&partial);
        }
    }
}

impl<const N: usize, const NESTEROV: bool> Stretch<'_, N, NESTEROV> {
    /// Moves the modes `first`, `first + 8`, … through all steps, and adds their squares to their partial sums in that order.
    #[inline(always)]
    fn together<const MODES: usize>(&mut self, first: usize, class: usize) {
        let at = |index: usize| first + index * PARTIAL;
        let mut modes: [[Vector; N]; MODES] = from_fn(|index| self.state[at(index)]);
        let lambda: [f64; MODES] = from_fn(|index| self.lambda[at(index)]);
        let scaled: [f64; MODES] = from_fn(|index| self.scaled[at(index)]);
        for (rate, partial) in self.rates.iter().zip(&mut *self.partial) {
            let mut squares = partial[class];
            for index in 0..MODES {
                advance::<N, NESTEROV>(&mut modes[index], rate, self.momentum, lambda[index], scaled[index]);
                for lane in 0..WIDTH {
                    squares[lane] = modes[index][0][lane].mul_add(modes[index][0][lane], squares[lane]);
                }
            }
            partial[class] = squares;
        }
        for (index, mode) in modes.into_iter().enumerate() {
            self.state[at(index)] = mode;
        }
    }
}

#[inline(always)]
fn advance<const N: usize, const NESTEROV: bool>(
    mode: &mut [Vector; N],
    rate: &Vector,
    momentum: &Vector,
    lambda: f64,
    scaled: f64,
) {
    for lane in 0..WIDTH {
        let (gradient_s, gradient_u) = (lambda * mode[0][lane], scaled * mode[0][lane]);
        let (mut step_s, mut step_u) = (gradient_s, gradient_u);
        if N == 4 {
            mode[2][lane] = momentum[lane].mul_add(mode[2][lane], gradient_s);
            mode[3][lane] = momentum[lane].mul_add(mode[3][lane], gradient_u);
            (step_s, step_u) = (mode[2][lane], mode[3][lane]);
            if NESTEROV {
                step_s = momentum[lane].mul_add(step_s, gradient_s);
                step_u = momentum[lane].mul_add(step_u, gradient_u);
            }
        }
        mode[0][lane] = rate[lane].mul_add(step_s, mode[0][lane]);
        mode[1][lane] = rate[lane].mul_add(step_u, mode[1][lane]);
    }
}
