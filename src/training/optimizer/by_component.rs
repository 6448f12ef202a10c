//! Updates that treat each component alone: θ_i and its state move by g_i and numbers that all components share.
//!
//! A rule says what becomes of one component. The loop over all of them is here: it runs at full vector width, and no component
//! takes another path at the end of the vector than in its middle.

use crate::numeric::{Kernel, Real, dispatch};

/// What a step does to one component, given `N` numbers of state. `#[inline(always)]` belongs on `step`, and on all that it calls.
pub trait Rule<T: Real, const N: usize> {
    /// The parameter and its state after the step.
    fn step(&self, parameter: T, gradient: T, state: [T; N]) -> (T, [T; N]);
}

/// θ ← θ − rate·g, whatever stands for the gradient.
pub struct Along<T>(pub T);

impl<T: Real> Rule<T, 0> for Along<T> {
    #[inline(always)]
    fn step(&self, parameter: T, gradient: T, state: [T; 0]) -> (T, [T; 0]) {
        ((-self.0).fused(gradient, parameter), state)
    }
}

/// Makes its parameter the way to a point from the start, its state.
pub struct Between;

impl<T: Real> Rule<T, 1> for Between {
    #[inline(always)]
    fn step(&self, _way: T, point: T, [start]: [T; 1]) -> (T, [T; 1]) {
        (point - start, [start])
    }
}

/// Applies a rule to each component of `parameters`, `[d]`, with `gradient`, `[d]`, and the vectors of `state`, `[d]` each.
pub fn by_component<T: Real, const N: usize>(
    rule: &impl Rule<T, N>,
    parameters: &mut [T],
    gradient: &[T],
    state: [&mut [T]; N],
) {
    dispatch(Each { rule, parameters, gradient, state });
}

/// The number of components that are computed together: a whole number of the widest vectors in both precisions.
const WIDTH: usize = 16;

struct Each<'a, T, R, const N: usize> {
    rule: &'a R,
    parameters: &'a mut [T],
    gradient: &'a [T],
    state: [&'a mut [T]; N],
}

/// The components that are computed together.
#[derive(Clone, Copy)]
struct Block<T, const N: usize> {
    parameters: [T; WIDTH],
    gradient: [T; WIDTH],
    state: [[T; WIDTH]; N],
}

impl<T: Real, R: Rule<T, N>, const N: usize> Kernel for Each<'_, T, R, N> {
    type Output = ();

    #[inline(always)]
    fn run(mut self) {
        let d = self.parameters.len();
        if d < WIDTH {
            self.each(0..d);
            return;
        }
        // The last block overlaps the one before it. It is read before anything is written, so that both compute the same numbers.
        let (whole, rest) = (d / WIDTH * WIDTH, !d.is_multiple_of(WIDTH));
        let last = rest.then(|| self.read(d - WIDTH));
        for from in (0..whole).step_by(WIDTH) {
            let block = self.read(from);
            self.write(from, block);
        }
        if let Some(last) = last {
            self.write(d - WIDTH, last);
        }
    }
}

impl<T: Real, R: Rule<T, N>, const N: usize> Each<'_, T, R, N> {
    #[inline(always)]
    fn read(&self, from: usize) -> Block<T, N> {
        let part = |values: &[T]| {
            let mut block = [T::ZERO; WIDTH];
            block.copy_from_slice(&values[from..from + WIDTH]);
            block
        };
        Block {
            parameters: part(self.parameters),
            gradient: part(self.gradient),
            state: std::array::from_fn(|vector| part(self.state[vector])),
        }
    }

    #[inline(always)]
    fn write(&mut self, from: usize, mut block: Block<T, N>) {
        for index in 0..WIDTH {
            let state = std::array::from_fn(|vector| block.state[vector][index]);
            let (parameter, state) = self.rule.step(block.parameters[index], block.gradient[index], state);
            block.parameters[index] = parameter;
            for vector in 0..N {
                block.state[vector][index] = state[vector];
            }
        }
        self.parameters[from..from + WIDTH].copy_from_slice(&block.parameters);
        for vector in 0..N {
            self.state[vector][from..from + WIDTH].copy_from_slice(&block.state[vector]);
        }
    }

    #[inline(always)]
    fn each(&mut self, range: std::ops::Range<usize>) {
        for index in range {
            let state = std::array::from_fn(|vector| self.state[vector][index]);
            let (parameter, state) = self.rule.step(self.parameters[index], self.gradient[index], state);
            self.parameters[index] = parameter;
            for vector in 0..N {
                self.state[vector][index] = state[vector];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds the gradient, and counts.
    struct Count;

    impl<T: Real> Rule<T, 2> for Count {
        #[inline(always)]
        fn step(&self, parameter: T, gradient: T, [count, sum]: [T; 2]) -> (T, [T; 2]) {
            (parameter + gradient, [count + T::ONE, sum + gradient * gradient])
        }
    }

    #[test]
    fn each_component_moves_once_whatever_their_number() {
        for d in 0..70_u8 {
            let gradient: Vec<f64> = (0..d).map(f64::from).collect();
            let d = usize::from(d);
            let (mut parameters, mut count, mut sum) = (vec![1.0; d], vec![0.0; d], vec![0.0; d]);
            by_component(&Count, &mut parameters, &gradient, [&mut count, &mut sum]);
            for (index, gradient) in gradient.iter().enumerate() {
                assert_eq!(
                    (parameters[index], count[index], sum[index]),
                    (1.0 + gradient, 1.0, gradient * gradient),
                    "{d}"
                );
            }
        }
    }
}
