//! The vectorised product: tiles of C stay in registers while k runs.

use std::mem::MaybeUninit;
use std::ops::Range;

use super::operands::{Elementwise, Epilogue, InitialSum, K_BLOCK, Operands};
use super::simd::{PrefixOf, SimdVector};

/// A range of steps of k, with the operands and the offsets of B's rows.
struct KBlock<'a, T> {
    operands: &'a Operands<'a, T>,
    /// The offset of each row of B, one per step.
    b_rows: &'a [usize],
    /// The first step.
    from: usize,
    start: InitialSum<&'a [T]>,
    epilogue: Epilogue<'a, T>,
}

/// Columns of C that some whole vectors and a last vector cover.
#[derive(Clone, Copy)]
struct ColumnStrip<'a, T> {
    column: usize,
    /// The start of the last vector, counted from `column`. The last vector ends where C ends, so it may overlap the
    /// vector before it. Both then hold the same bits.
    last: usize,
    /// The number of lanes of the last vector that lie in C: all, unless it is the only vector.
    lanes: usize,
    /// The same columns of B, the offset of each row in them, and the start of the last vector.
    b: *const T,
    b_rows: &'a [usize],
    b_last: usize,
}

/// Room for a packed strip of B, two AVX2 vectors wide. It stays in the first-level cache however far apart B's rows
/// are.
#[repr(align(64))]
struct PackedStrip([MaybeUninit<u8>; 64 * K_BLOCK]);

macro_rules! path {
    ($(#[$features:meta])* $name:ident, $strip:ident, packs $packs:literal, group $group:literal, low up to $low:literal, usual $usual:literal, whole $($whole:literal up to $most:literal: $($height:literal)*;)*) => {
        /// The product. A last vector with few lanes is a `P`.
        ///
        /// # Safety
        /// The operands lie within their slices, and C overlaps neither A nor B; the CPU has the path's instructions.
        $(#[$features])*
        pub unsafe fn $name<V: SimdVector, P: PrefixOf<V>>(operands: &Operands<'_, V::Scalar>) {
            // Where C has few rows, wide strips have sums enough to hide their latency.
            let most_whole = if operands.m <= $low { [$($whole),*][0] } else { $usual };
            let n = operands.b.length;
            // SAFETY: blocks, strips and tiles cover only rows and columns that the caller guarantees.
            unsafe {
                blocks(operands, |block| {
                    // Strips of about equal width, the narrower ones first.
                    let mut vectors = n.div_ceil(V::COUNT);
                    let mut column = 0;
                    for strips in (1..=vectors.div_ceil(most_whole + 1)).rev() {
                        let width = vectors / strips;
                        vectors -= width;
                        let left = n - column;
                        let short = strips == 1 && left - (width - 1) * V::COUNT <= P::COUNT;
                        let count = if short { P::COUNT } else { V::COUNT };
                        let last = if strips == 1 { left.saturating_sub(count) } else { (width - 1) * V::COUNT };
                        let strip = ColumnStrip {
                            column,
                            last,
                            lanes: left.min(count),
                            b: operands.b.values.as_ptr().add(column),
                            b_rows: block.b_rows,
                            b_last: last,
                        };
                        match (width - 1, short) {
                            $(($whole, false) => $strip::<V, V, $whole>(block, strip),
                            ($whole, true) => $strip::<V, P, $whole>(block, strip),)*
                            _ => {}
                        }
                        column += width * V::COUNT;
                    }
                });
            }
        }

        /// # Safety
        /// As above, and the strip lies in C.
        $(#[$features])*
        unsafe fn $strip<V: SimdVector, L: PrefixOf<V>, const WHOLE: usize>(
            block: &KBlock<'_, V::Scalar>,
            strip: ColumnStrip<'_, V::Scalar>,
        ) {
            let most = match WHOLE { $($whole => $most,)* _ => 1 };
            // Tiles of about equal height: first the lower ones, then those that are one row higher.
            let m = block.operands.m;
            let tiles = m.div_ceil(most);
            let (low, higher) = (m / tiles, m % tiles);
            let lower = (tiles - higher) * low;
            let mut packed = PackedStrip([MaybeUninit::uninit(); 64 * K_BLOCK]);
            let strip = if $packs && WHOLE == 1 && tiles >= WORTH_PACKING {
                // SAFETY: as the caller promises, and `packed` holds two vectors per step.
                unsafe { pack::<V, L>(&strip, &mut packed) }
            } else {
                strip
            };
            for (height, rows) in [(low, 0..lower), (low + 1, lower..m)] {
                // SAFETY: as the caller promises; these are rows of C.
                unsafe {
                    match (WHOLE, height) {
                        $($(($whole, $height) => tiles_of::<V, L, $height, $whole, $group>(block, rows, strip),)*)*
                        _ => {}
                    }
                }
            }
        }
    };
}

// With these heights, the sums, one row of B and one factor fit in the 32 registers of AVX-512 and the 16 of AVX2.
path!(#[target_feature(enable = "avx512f,avx512vl,avx2,fma")] multiply_avx512, strip_avx512, packs false, group 4, low up to 3, usual 3, whole
    6 up to 3: 1 2 3;
    5 up to 3: 1 2 3;
    4 up to 3: 1 2 3;
    3 up to 6: 1 2 3 4 5 6;
    2 up to 8: 1 2 3 4 5 6 7 8;
    1 up to 12: 1 2 3 4 5 6 7 8 9 10 11 12;
    0 up to 12: 1 2 3 4 5 6 7 8 9 10 11 12;
);
path!(#[target_feature(enable = "avx2,fma")] multiply_avx2, strip_avx2, packs true, group 2, low up to 1, usual 1, whole
    5 up to 1: 1;
    4 up to 1: 1;
    3 up to 1: 1;
    2 up to 1: 1;
    1 up to 6: 1 2 3 4 5 6;
    0 up to 12: 1 2 3 4 5 6 7 8 9 10 11 12;
);

/// With this number of tiles in a strip, packing the strip of B pays off.
const WORTH_PACKING: usize = 4;

/// Packs the columns of B in a strip of two vectors.
#[inline(always)]
unsafe fn pack<'a, V: SimdVector, L: PrefixOf<V>>(
    strip: &ColumnStrip<'_, V::Scalar>,
    packed: &'a mut PackedStrip,
) -> ColumnStrip<'a, V::Scalar> {
    let offsets = const {
        let mut offsets = [0; K_BLOCK];
        let mut step = 0;
        while step < K_BLOCK {
            offsets[step] = step * 2 * V::COUNT;
            step += 1;
        }
        &{ offsets }
    };
    let to = packed.0.as_mut_ptr().cast::<V::Scalar>();
    let b_rows = &offsets[..strip.b_rows.len()];
    for (from, at) in strip.b_rows.iter().zip(b_rows) {
        // SAFETY: as the caller promises.
        unsafe {
            let from = strip.b.add(*from);
            V::load(from).store(to.add(*at));
            L::load(from.add(strip.b_last)).store(to.add(at + V::COUNT));
        }
    }
    ColumnStrip { b: to, b_rows, b_last: V::COUNT, ..*strip }
}

/// Runs the blocks of k in order, so that each output's sum continues where the block before it stopped.
#[inline(always)]
unsafe fn blocks<T: Copy>(operands: &Operands<'_, T>, mut run: impl FnMut(&KBlock<'_, T>)) {
    let mut table = [MaybeUninit::uninit(); K_BLOCK];
    let mut from = 0;
    for blocks in (1..=operands.k.div_ceil(K_BLOCK)).rev() {
        let steps = (operands.k - from).div_ceil(blocks);
        run(&KBlock {
            operands,
            b_rows: operands.b.offsets(from, &mut table[..steps]),
            from,
            start: if from == 0 { operands.start } else { InitialSum::Output },
            epilogue: if blocks == 1 { operands.epilogue } else { Epilogue::Store },
        });
        from += steps;
    }
}

/// Computes some rows of C, `HEIGHT` at a time, in a strip of `WHOLE` vectors and a last one.
#[inline(always)]
unsafe fn tiles_of<V: SimdVector, L: PrefixOf<V>, const HEIGHT: usize, const WHOLE: usize, const GROUP: usize>(
    block: &KBlock<'_, V::Scalar>,
    rows: Range<usize>,
    strip: ColumnStrip<'_, V::Scalar>,
) {
    let operands = block.operands;
    let stride = operands.b.length;
    // SAFETY: these rows and columns are within C, A and B, and a partial vector accesses only its first lanes.
    unsafe {
        let mask = L::mask(strip.lanes);
        let load_last = |from: *const V::Scalar| if WHOLE == 0 { L::load_masked(from, mask) } else { L::load(from) };
        for row in rows.step_by(HEIGHT) {
            let c = operands.c.add(row * stride + strip.column);
            let mut a = [operands.a.values.as_ptr(); HEIGHT];
            for (index, a) in a.iter_mut().enumerate() {
                *a = a.add(operands.a.offset_unchecked(row + index) + block.from);
            }
            let mut sums = [[V::zero(); WHOLE]; HEIGHT];
            let mut ends = [L::zero(); HEIGHT];
            match block.start {
                InitialSum::Zero => {}
                InitialSum::Row(start) => {
                    let start = start.as_ptr().add(strip.column);
                    sums = [std::array::from_fn(|vector| V::load(start.add(vector * V::COUNT))); HEIGHT];
                    ends = [load_last(start.add(strip.last)); HEIGHT];
                }
                InitialSum::Column(start) => {
                    for index in 0..HEIGHT {
                        let value = V::splat(*start.as_ptr().add(row + index));
                        sums[index] = [value; WHOLE];
                        ends[index] = L::of(value);
                    }
                }
                InitialSum::Output => {
                    for index in 0..HEIGHT {
                        let c = c.add(index * stride);
                        for vector in 0..WHOLE {
                            sums[index][vector] = V::load(c.add(vector * V::COUNT));
                        }
                        ends[index] = load_last(c.add(strip.last));
                    }
                }
            }
            let mut step = 0;
            // A tall tile has more pointers into A than the CPU has registers, so several steps share each load of a
            // pointer.
            if WHOLE == 0 {
                for b_rows in strip.b_rows.chunks_exact(GROUP) {
                    let values: [L; GROUP] = std::array::from_fn(|index| load_last(strip.b.add(b_rows[index])));
                    for (a, end) in a.iter().zip(&mut ends) {
                        let a = a.add(step);
                        for (index, value) in values.into_iter().enumerate() {
                            *end = L::splat(*a.add(index)).fused(value, *end);
                        }
                    }
                    step += GROUP;
                }
            }
            for &b_row in &strip.b_rows[step..] {
                let b = strip.b.add(b_row);
                let values: [V; WHOLE] = std::array::from_fn(|vector| V::load(b.add(vector * V::COUNT)));
                let last = load_last(b.add(strip.b_last));
                for index in 0..HEIGHT {
                    let factor = V::splat(*a[index].add(step));
                    for vector in 0..WHOLE {
                        sums[index][vector] = factor.fused(values[vector], sums[index][vector]);
                    }
                    ends[index] = L::of(factor).fused(last, ends[index]);
                }
                step += 1;
            }
            // Everything is read before anything is written, because the last two vectors may overlap.
            match block.epilogue {
                Epilogue::Store => {}
                Epilogue::Scale(factor) => {
                    let factor = V::splat(factor);
                    for index in 0..HEIGHT {
                        for vector in 0..WHOLE {
                            sums[index][vector] = sums[index][vector].times(factor);
                        }
                        ends[index] = ends[index].times(L::of(factor));
                    }
                }
                Epilogue::Apply(Elementwise::Rectify) => {
                    for index in 0..HEIGHT {
                        for vector in 0..WHOLE {
                            sums[index][vector] = sums[index][vector].rectified();
                        }
                        ends[index] = ends[index].rectified();
                    }
                }
                Epilogue::Descend { weight, rates } => {
                    let weight = V::splat(weight);
                    for index in 0..HEIGHT {
                        let rate = V::splat(*rates.as_ptr().add(row + index));
                        let c = c.add(index * stride);
                        for vector in 0..WHOLE {
                            let before = V::load(c.add(vector * V::COUNT));
                            sums[index][vector] = sums[index][vector].times(weight).fused_negative(rate, before);
                        }
                        let before = load_last(c.add(strip.last));
                        ends[index] = ends[index].times(L::of(weight)).fused_negative(L::of(rate), before);
                    }
                }
            }
            for index in 0..HEIGHT {
                let c = c.add(index * stride);
                for vector in 0..WHOLE {
                    sums[index][vector].store(c.add(vector * V::COUNT));
                }
                let to = c.add(strip.last);
                if WHOLE == 0 && strip.lanes < L::COUNT {
                    ends[index].store_first(to, strip.lanes, mask);
                } else {
                    ends[index].store(to);
                }
            }
        }
    }
}
