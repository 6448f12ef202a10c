//! The product by tiles of C that stay in registers while k runs.

use std::mem::MaybeUninit;

use super::lanes::Lanes;
use super::{Finish, LONGEST, Operands, Start};

/// A stretch of k: the operands from there on, and where B's rows are.
struct Block<'a, T> {
    c: *mut T,
    c_stride: usize,
    a: *const T,
    b: *const T,
    /// Where each of B's rows starts; as many as there are steps.
    b_rows: &'a [usize],
    start: Start<&'a [T]>,
    finish: Finish<'a, T>,
}

macro_rules! path {
    ($(#[$features:meta])* $name:ident, $tile:ident, partial $partial:literal, group $group:literal, widths $($width:literal up to $most:literal: $($height:literal)*;)*) => {
        /// Columns `from` … `to − 1` of the product.
        ///
        /// # Safety
        /// The operands lie within their slices, and C overlaps neither A nor B; the CPU has the path's instructions.
        $(#[$features])*
        pub unsafe fn $name<V: Lanes>(operands: &Operands<'_, V::Scalar>, from: usize, to: usize) {
            const WIDEST: usize = [$($width),*][0];
            // SAFETY: blocks, strips and tiles cover the rows and columns that the caller vouches for, each once.
            unsafe {
                blocks(operands, |block| {
                    // Strips of about one width. A partial vector is the last of its strip, or has one for itself.
                    let columns = to - from;
                    let mut vectors = if $partial { columns.div_ceil(V::COUNT) } else { columns / V::COUNT };
                    let mut column = from;
                    while column < to {
                        let width = vectors.div_ceil(vectors.div_ceil(WIDEST).max(1)).max(1);
                        vectors = vectors.saturating_sub(width);
                        let last = (to - column - (width - 1) * V::COUNT).min(V::COUNT);
                        let most = match width { $($width => $most,)* _ => 1 };
                        // Tiles of about one height.
                        let mut row = 0;
                        for tiles in (1..=operands.m.div_ceil(most)).rev() {
                            let height = (operands.m - row).div_ceil(tiles);
                            let mut rows = [0; MOST_ROWS];
                            for (index, offset) in rows[..height].iter_mut().enumerate() {
                                *offset = operands.a.offset(row + index);
                            }
                            match (width, height) {
                                $($(($width, $height) => $tile::<V, $height, $width>(block, &rows, row, column, last),)*)*
                                _ => {}
                            }
                            row += height;
                        }
                        column += width * V::COUNT;
                    }
                });
            }
        }

        $(#[$features])*
        unsafe fn $tile<V: Lanes, const HEIGHT: usize, const WIDTH: usize>(
            block: &Block<'_, V::Scalar>,
            a_rows: &[usize; MOST_ROWS],
            row: usize,
            column: usize,
            last: usize,
        ) {
            // SAFETY: as the caller promises.
            unsafe { tile::<V, HEIGHT, WIDTH, $partial, $group>(block, a_rows, row, column, last) }
        }
    };
}

/// Rows of the tallest tile.
pub const MOST_ROWS: usize = 12;

// Heights keep the sums, a row of B and one factor within AVX-512's 32 registers and AVX2's 16.
path!(#[target_feature(enable = "avx512f,avx512vl,avx2,fma")] multiply_avx512, tile_avx512, partial true, group 4, widths
    4 up to 6: 1 2 3 4 5 6;
    3 up to 8: 1 2 3 4 5 6 7 8;
    2 up to 12: 1 2 3 4 5 6 7 8 9 10 11 12;
    1 up to 12: 1 2 3 4 5 6 7 8 9 10 11 12;
);
path!(#[target_feature(enable = "avx2,fma")] multiply_avx2, tile_avx2, partial false, group 2, widths
    2 up to 6: 1 2 3 4 5 6;
    1 up to 12: 1 2 3 4 5 6 7 8 9 10 11 12;
);

/// Blocks of k in order, so that each output's sum goes on where the block before left it.
#[inline(always)]
unsafe fn blocks<T: Copy>(operands: &Operands<'_, T>, mut run: impl FnMut(&Block<'_, T>)) {
    let mut table = [MaybeUninit::uninit(); LONGEST];
    let mut from = 0;
    for blocks in (1..=operands.k.div_ceil(LONGEST)).rev() {
        let steps = (operands.k - from).div_ceil(blocks);
        let b_rows = operands.b.offsets(from, &mut table[..steps]);
        run(&Block {
            c: operands.c,
            c_stride: operands.b.length,
            // SAFETY: `from` is below k, the length of A's rows.
            a: unsafe { operands.a.values.as_ptr().add(from) },
            b: operands.b.values.as_ptr(),
            b_rows,
            start: if from == 0 { operands.start } else { Start::Sums },
            finish: if blocks == 1 { operands.finish } else { Finish::Store },
        });
        from += steps;
    }
}

/// Rows `row` … `row + HEIGHT − 1` of C and the columns from `column` on that `WIDTH` vectors cover, of the last one the
/// first `last` lanes.
#[inline(always)]
unsafe fn tile<V: Lanes, const HEIGHT: usize, const WIDTH: usize, const PARTIAL: bool, const GROUP: usize>(
    block: &Block<'_, V::Scalar>,
    a_rows: &[usize; MOST_ROWS],
    row: usize,
    column: usize,
    last: usize,
) {
    // SAFETY: the rows and columns named are within C, A and B; a partial vector touches only its first lanes.
    unsafe {
        // A mask takes a register: where those are few, tiles of several vectors do without.
        let partial = |vector: usize| if PARTIAL { vector + 1 == WIDTH } else { WIDTH == 1 };
        let mask = V::mask(last);
        let load = |from: *const V::Scalar, vector: usize| {
            let from = from.add(vector * V::COUNT);
            if partial(vector) { V::load_masked(from, mask) } else { V::load(from) }
        };
        let c = block.c.add(row * block.c_stride + column);
        let a: [*const V::Scalar; HEIGHT] = std::array::from_fn(|index| block.a.add(a_rows[index]));
        let b = block.b.add(column);

        let mut sums = [[V::zero(); WIDTH]; HEIGHT];
        match block.start {
            Start::Zero => {}
            Start::Row(start) => {
                for vector in 0..WIDTH {
                    let value = load(start.as_ptr().add(column), vector);
                    for sums in &mut sums {
                        sums[vector] = value;
                    }
                }
            }
            Start::Column(start) => {
                for (index, sums) in sums.iter_mut().enumerate() {
                    *sums = [V::splat(*start.as_ptr().add(row + index)); WIDTH];
                }
            }
            Start::Sums => {
                for (index, sums) in sums.iter_mut().enumerate() {
                    for (vector, sum) in sums.iter_mut().enumerate() {
                        *sum = load(c.add(index * block.c_stride), vector);
                    }
                }
            }
        }
        let mut step = 0;
        // Tall tiles have more pointers to A than the CPU has registers: several steps share the reading of one.
        if WIDTH == 1 {
            for b_rows in block.b_rows.chunks_exact(GROUP) {
                let values: [V; GROUP] = std::array::from_fn(|index| load(b.add(b_rows[index]), 0));
                for (a, sums) in a.iter().zip(&mut sums) {
                    let a = a.add(step);
                    for (index, value) in values.into_iter().enumerate() {
                        sums[0] = V::splat(*a.add(index)).fused(value, sums[0]);
                    }
                }
                step += GROUP;
            }
        }
        for &b_row in &block.b_rows[step..] {
            let values: [V; WIDTH] = std::array::from_fn(|vector| load(b.add(b_row), vector));
            for (a, sums) in a.iter().zip(&mut sums) {
                let factor = V::splat(*a.add(step));
                for (sum, value) in sums.iter_mut().zip(values) {
                    *sum = factor.fused(value, *sum);
                }
            }
            step += 1;
        }
        for (index, sums) in sums.into_iter().enumerate() {
            let c = c.add(index * block.c_stride);
            for (vector, sum) in sums.into_iter().enumerate() {
                let sum = match block.finish {
                    Finish::Store => sum,
                    Finish::Scale(factor) => sum.times(V::splat(factor)),
                    Finish::Descend { weight, rates } => {
                        let rate = V::splat(*rates.as_ptr().add(row + index));
                        sum.times(V::splat(weight)).fused_negative(rate, load(c, vector))
                    }
                };
                let to = c.add(vector * V::COUNT);
                if partial(vector) && last < V::COUNT { sum.store_first(to, last, mask) } else { sum.store(to) }
            }
        }
    }
}
