//! Cautious steps: components whose step goes against their gradient stay where they are, and the others go further.
//!
//! With u = θ_before − θ_after of the method, and n components of a tensor of which p have u·g > 0: θ ← θ_before − n/(p + 1)·u where u·g > 0, else
//! θ_before. The state of the method is left as it is, and decay is no part of u.
//!
//! Liang et al., "Cautious optimizers: improving training with one line of code", arXiv 2411.16085, 2024 (with ξ = 1, by tensor).

use crate::numeric::Real;
use crate::optimizer::by_component::{Rule, by_component};
use crate::shape::Tensor;

/// Takes back, or lengthens, what each component of a tensor has moved since `before`, `[d]`, given the gradient, `[d]`.
pub fn restrain<T: Real>(tensor: &Tensor, before: &mut [T], gradient: &[T], parameters: &mut [T]) {
    let count: usize = tensor.rows.iter().map(|row| row.len()).sum();
    let agrees = |&index: &usize| agree(before[index] - parameters[index], gradient[index]);
    let agreeing = tensor.rows.iter().cloned().flatten().filter(agrees).count();
    let rule = Restrain(T::from_f64(count as f64 / (agreeing + 1) as f64));
    for row in &tensor.rows {
        let row = row.clone();
        by_component(&rule, &mut parameters[row.clone()], &gradient[row.clone()], [&mut before[row]]);
    }
}

/// Whether both have the same sign, and neither is 0.
#[inline(always)]
fn agree<T: Real>(one: T, other: T) -> bool {
    (one > T::ZERO && other > T::ZERO) || (one < T::ZERO && other < T::ZERO)
}

/// Holds the factor of the steps that are taken.
struct Restrain<T>(T);

impl<T: Real> Rule<T, 1> for Restrain<T> {
    #[inline(always)]
    fn step(&self, parameter: T, gradient: T, [before]: [T; 1]) -> (T, [T; 1]) {
        let moved = before - parameter;
        (if agree(moved, gradient) { before - self.0 * moved } else { before }, [before])
    }
}
