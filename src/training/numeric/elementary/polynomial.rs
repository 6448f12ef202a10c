//! Polynomials in an order with short chains (Estrin, 1960): blocks of four coefficients, which powers of x⁴ add up.
//! The compiler unrolls the loops, because the coefficients are constants.

use crate::numeric::Real;

/// c₀ + c₁·x + c₂·x² + c₃·x³ of the coefficients from an index on, as far as there are any.
#[inline(always)]
fn block<T: Real>(coefficients: &[T], from: usize, x: T, square: T) -> T {
    let pair = |from: usize| {
        let low = coefficients[from];
        if from + 1 < coefficients.len() { coefficients[from + 1].fused(x, low) } else { low }
    };
    if from + 2 < coefficients.len() { pair(from + 2).fused(square, pair(from)) } else { pair(from) }
}

/// Σ c_j·x^(j − first) over the coefficients from an index on.
#[inline(always)]
fn blocks<T: Real>(coefficients: &[T], first: usize, x: T, square: T) -> T {
    let fourth = square * square;
    let mut from = first + (coefficients.len() - 1 - first) / 4 * 4;
    let mut sum = block(coefficients, from, x, square);
    while from > first {
        from -= 4;
        sum = sum.fused(fourth, block(coefficients, from, x, square));
    }
    sum
}

/// Σ c_j·x^j.
#[inline(always)]
pub fn polynomial<T: Real>(coefficients: &[T], x: T) -> T {
    blocks(coefficients, 0, x, x * x)
}

/// start + x²·Σ c_j·x^j, of at least five coefficients.
#[inline(always)]
pub fn polynomial_from_square<T: Real>(start: T, coefficients: &[T], x: T) -> T {
    let square = x * x;
    let low = square.fused(block(&coefficients[..4], 0, x, square), start);
    (square * square * square).fused(blocks(coefficients, 4, x, square), low)
}
