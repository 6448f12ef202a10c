//! The kernel that steps trials in their modes: trials lie side by side in the lanes of a vector, and a few modes stay
//! in registers for many steps.

use std::array::from_fn;

use crate::numeric::Kernel;

/// The number of trials in a vector.
pub const WIDTH: usize = 8;

/// One number for each trial of a vector.
pub type TrialVector = [f64; WIDTH];

/// The most steps in one run of the kernel. Their partial sums stay in the first-level cache.
pub const MOST_STEPS: usize = 32;

/// The number of partial sums in [`norm_squared`](crate::numeric::norm_squared). Σ s_j² keeps its order: mode j goes
/// into the partial sum j modulo eight.
pub const PARTIAL_SUMS: usize = 8;

/// The most modes of plain descent that move together in registers. With velocities it is one fewer.
const TOGETHER: usize = 5;

/// Several steps of one vector of trials. A mode holds s and u and, with momentum (`N` = 4), their velocities.
pub struct ModeSteps<'a, const N: usize, const NESTEROV: bool> {
    /// −α of each step.
    pub rates: &'a [TrialVector],
    /// Whether the rates stay the same in all later steps.
    pub constant: bool,
    pub momentum: &'a TrialVector,
    /// λ_j
    pub lambda: &'a [f64],
    /// σ_j/m: the gradient with respect to u is this times s_j.
    pub scaled: &'a [f64],
    /// `[modes]`
    pub state: &'a mut [[TrialVector; N]],
    /// Room for the partial sums of each step.
    pub partial: &'a mut [[TrialVector; PARTIAL_SUMS]],
    /// ρ² and m.
    pub residual: f64,
    pub count: f64,
    /// J after each step.
    pub losses: &'a mut [TrialVector],
}

/// What several steps of each trial of a vector give.
pub struct LossSummary {
    /// Σ s_j² after the last step.
    pub squares: TrialVector,
    /// The largest J of all steps; meaningless if one is NaN.
    pub largest: TrialVector,
    /// The sum of J over the steps. It is not finite if one J is not.
    pub sum: TrialVector,
}

impl<const N: usize, const NESTEROV: bool> Kernel for ModeSteps<'_, N, NESTEROV> {
    type Output = LossSummary;

    #[inline(always)]
    fn run(mut self) -> LossSummary {
        let modes = self.state.len();
        self.partial.fill([[0.0; WIDTH]; PARTIAL_SUMS]);
        let most = if N == 2 { TOGETHER } else { TOGETHER - 1 };
        for class in 0..PARTIAL_SUMS.min(modes) {
            // Groups of about equal size, because a single mode at the end would wait for its own results.
            let mut left = (modes - class).div_ceil(PARTIAL_SUMS);
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
                mode += group * PARTIAL_SUMS;
            }
        }
        let mut summary = LossSummary { squares: [0.0; WIDTH], largest: [f64::NEG_INFINITY; WIDTH], sum: [0.0; WIDTH] };
        for (losses, partial) in self.losses.iter_mut().zip(&*self.partial) {
            let squares = totals(partial);
            for lane in 0..WIDTH {
                let loss = 0.5 * ((self.residual + squares[lane]) / self.count);
                losses[lane] = loss;
                summary.sum[lane] += loss;
                summary.largest[lane] = if loss > summary.largest[lane] { loss } else { summary.largest[lane] };
            }
            summary.squares = squares;
        }
        summary
    }
}

/// The total of the eight partial sums of each trial.
#[inline(always)]
fn totals(p: &[TrialVector; PARTIAL_SUMS]) -> TrialVector {
    let mut totals = [0.0; WIDTH];
    for lane in 0..WIDTH {
        totals[lane] = ((p[0][lane] + p[4][lane]) + (p[2][lane] + p[6][lane]))
            + ((p[1][lane] + p[5][lane]) + (p[3][lane] + p[7][lane]));
    }
    totals
}

/// ‖r‖² of trials that lie side by side, in the order of [`norm_squared`](crate::numeric::norm_squared).
pub struct SumsOfSquares<'a> {
    /// `[numbers, trials]`, whole vectors of trials.
    pub residuals: &'a [f64],
    pub squares: &'a mut [TrialVector],
}

impl Kernel for SumsOfSquares<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let width = self.squares.len() * WIDTH;
        for (vector, squares) in self.squares.iter_mut().enumerate() {
            let mut partial = [[0.0; WIDTH]; PARTIAL_SUMS];
            for rows in self.residuals.chunks(PARTIAL_SUMS * width) {
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

impl<const N: usize, const NESTEROV: bool> ModeSteps<'_, N, NESTEROV> {
    /// Moves the modes `first`, `first + 8`, … through all steps, and adds their squares to their partial sums in that order.
    #[inline(always)]
    fn together<const MODES: usize>(&mut self, first: usize, class: usize) {
        let at = |index: usize| first + index * PARTIAL_SUMS;
        let mut modes: [[TrialVector; N]; MODES] = from_fn(|index| self.state[at(index)]);
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
        for (index, mut mode) in modes.into_iter().enumerate() {
            if N == 2 && self.constant {
                settle(&mut mode, &self.rates[0], lambda[index], scaled[index]);
            }
            self.state[at(index)] = mode;
        }
    }
}

/// 2⁻⁷⁰⁰: the square of a smaller s, or of σ·s, is far below the smallest number.
const VANISHING: f64 = f64::from_bits((1023 - 700) << 52);
/// 2⁻¹⁰⁰: a summand that is smaller by this factor does not change a sum.
const UNSEEN: f64 = f64::from_bits((1023 - 100) << 52);

/// Sets s to zero if it decays and no longer has an effect on Σ s_j² or u, now or later, so that no recorded bit
/// depends on it. As a subnormal number, it would slow down some CPUs many times.
#[inline(always)]
fn settle<const N: usize>(mode: &mut [TrialVector; N], rate: &TrialVector, lambda: f64, scaled: f64) {
    for lane in 0..WIDTH {
        let (s, u) = (mode[0][lane], mode[1][lane]);
        let decays = (1.0 + rate[lane] * lambda).abs() <= 0.99;
        let unseen = (rate[lane] * (scaled * s)).abs() < UNSEEN * u.abs();
        mode[0][lane] = if decays & (s.abs() < VANISHING) & unseen { 0.0 } else { s };
    }
}

#[inline(always)]
fn advance<const N: usize, const NESTEROV: bool>(
    mode: &mut [TrialVector; N],
    rate: &TrialVector,
    momentum: &TrialVector,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::dispatch;

    /// The bits of the losses and u of many steps, and the number of s that are zero at the end. With `constant`, an s
    /// that has vanished is set to zero.
    fn steps(constant: bool, rates: TrialVector) -> (Vec<u64>, usize) {
        const MODES: usize = 11;
        // The factors reach from far inside the stable range to beyond it.
        let lambda: [f64; MODES] = from_fn(|mode| 0.02 + 0.2 * mode as f64);
        let scaled: [f64; MODES] = from_fn(|mode| 0.01 * (mode as f64 + 1.0));
        let mut state = vec![[[0.0; WIDTH]; 2]; MODES];
        for (mode, state) in state.iter_mut().enumerate() {
            state[0] = from_fn(|lane| (mode as f64 - 3.5) * 10.0_f64.powi(lane as i32 * 20 - 80));
        }
        let mut bits = Vec::new();
        for _ in 0..100 {
            let mut losses = [[0.0; WIDTH]; MOST_STEPS];
            let summary = dispatch(ModeSteps::<2, false> {
                rates: &[rates; MOST_STEPS],
                constant,
                momentum: &[0.0; WIDTH],
                lambda: &lambda,
                scaled: &scaled,
                state: &mut state,
                partial: &mut [[[0.0; WIDTH]; PARTIAL_SUMS]; MOST_STEPS],
                residual: 0.0,
                count: 7.0,
                losses: &mut losses,
            });
            let of_u = state.iter().flat_map(|mode| mode[1]);
            let all = losses.as_flattened().iter().copied().chain(summary.squares).chain(of_u);
            bits.extend(all.map(f64::to_bits));
        }
        let zeros = state.iter().flat_map(|mode| mode[0]).filter(|s| *s == 0.0).count();
        (bits, zeros)
    }

    #[test]
    fn what_has_vanished_changes_no_bit() {
        let mut settled = 0;
        for rates in [[-1.0; WIDTH], from_fn(|lane| -0.3 * lane as f64), from_fn(|lane| -0.9 - 0.01 * lane as f64)] {
            let ((bits, zeros), (plain, of_themselves)) = (steps(true, rates), steps(false, rates));
            assert!(bits == plain);
            settled += zeros - of_themselves;
        }
        assert!(settled > 0, "nothing vanished");
    }
}
