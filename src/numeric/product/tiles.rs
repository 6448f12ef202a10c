//! The product by tiles of C that stay in registers while k runs.

use super::Shape;
use super::lanes::Lanes;

/// C, A and B with their shape, which lies within their slices.
pub struct Operands<T> {
    pub c: *mut T,
    pub a: *const T,
    pub b: *const T,
    pub shape: Shape,
}

/// Rows of a tile: with 4 vectors of AVX-512's 32 registers, or 2 of AVX2's 16, the sums, a row of B and one factor
/// fit.
const ROWS: usize = 6;

/// Steps of k between two visits to C, so that the part of B in use stays in the first-level cache.
const STEPS: usize = 128;

/// # Safety
/// The operands' shape lies within their slices, and C overlaps neither A nor B.
#[target_feature(enable = "avx512f")]
pub unsafe fn multiply_avx512<V: Lanes>(operands: Operands<V::Scalar>) {
    // SAFETY: as the caller promises.
    unsafe { multiply::<V, 4>(&operands) }
}

/// # Safety
/// The operands' shape lies within their slices, and C overlaps neither A nor B.
#[target_feature(enable = "avx2,fma")]
pub unsafe fn multiply_avx2<V: Lanes>(operands: Operands<V::Scalar>) {
    // SAFETY: as the caller promises.
    unsafe { multiply::<V, 2>(&operands) }
}

/// Blocks of k in order, so that each output's sum goes on where the block before left it.
#[inline(always)]
unsafe fn multiply<V: Lanes, const WIDE: usize>(operands: &Operands<V::Scalar>) {
    let Shape { k, n, b_stride, .. } = operands.shape;
    for start in (0..k).step_by(STEPS) {
        // SAFETY: `start` is below k, so all stays within the operands.
        unsafe {
            let block = Operands {
                c: operands.c,
                a: operands.a.add(start),
                b: operands.b.add(start * b_stride),
                shape: Shape { k: STEPS.min(k - start), ..operands.shape },
            };
            let mut column = 0;
            while column + WIDE * V::COUNT <= n {
                strip::<V, WIDE, false>(&block, column);
                column += WIDE * V::COUNT;
            }
            while column + V::COUNT <= n {
                strip::<V, 1, false>(&block, column);
                column += V::COUNT;
            }
            if column < n {
                strip::<V, 1, true>(&block, column);
            }
        }
    }
}

/// The columns of C from `column` on that `VECTORS` cover; the first few of one vector where `PARTIAL`.
#[inline(always)]
unsafe fn strip<V: Lanes, const VECTORS: usize, const PARTIAL: bool>(block: &Operands<V::Scalar>, column: usize) {
    let m = block.shape.m;
    let mut row = 0;
    // SAFETY: the tiles cover rows 0 … m−1, each once.
    unsafe {
        while row + ROWS <= m {
            tile::<V, ROWS, VECTORS, PARTIAL>(block, row, column);
            row += ROWS;
        }
        match m - row {
            5 => tile::<V, 5, VECTORS, PARTIAL>(block, row, column),
            4 => tile::<V, 4, VECTORS, PARTIAL>(block, row, column),
            3 => tile::<V, 3, VECTORS, PARTIAL>(block, row, column),
            2 => tile::<V, 2, VECTORS, PARTIAL>(block, row, column),
            1 => tile::<V, 1, VECTORS, PARTIAL>(block, row, column),
            _ => {}
        }
    }
}

#[inline(always)]
unsafe fn tile<V: Lanes, const HEIGHT: usize, const VECTORS: usize, const PARTIAL: bool>(
    block: &Operands<V::Scalar>,
    row: usize,
    column: usize,
) {
    let Shape { k, n, c_stride, a_stride, b_stride, .. } = block.shape;
    // SAFETY: rows row … row+HEIGHT−1 and the columns named are within C, A and B; a partial vector touches only them.
    unsafe {
        let c = block.c.add(row * c_stride + column);
        let a = block.a.add(row * a_stride);
        let b = block.b.add(column);
        let mask = V::mask(if PARTIAL { n - column } else { 0 });
        let load = |from: *const V::Scalar| if PARTIAL { V::load_masked(from, mask) } else { V::load(from) };

        let mut sums = [[load(c); VECTORS]; HEIGHT];
        for (index, sums) in sums.iter_mut().enumerate() {
            for (vector, sum) in sums.iter_mut().enumerate() {
                *sum = load(c.add(index * c_stride + vector * V::COUNT));
            }
        }
        for step in 0..k {
            let mut values = [sums[0][0]; VECTORS];
            for (vector, value) in values.iter_mut().enumerate() {
                *value = load(b.add(step * b_stride + vector * V::COUNT));
            }
            for (index, sums) in sums.iter_mut().enumerate() {
                let factor = V::splat(*a.add(index * a_stride + step));
                for (sum, value) in sums.iter_mut().zip(values) {
                    *sum = factor.fused(value, *sum);
                }
            }
        }
        for (index, sums) in sums.into_iter().enumerate() {
            for (vector, sum) in sums.into_iter().enumerate() {
                let to = c.add(index * c_stride + vector * V::COUNT);
                if PARTIAL { sum.store_masked(to, mask) } else { sum.store(to) }
            }
        }
    }
}
