//! The ordered matrix product: each output is folded strictly in k order with fused multiply-add; SIMD runs across the
//! columns of the result only, and registers hold a tile of 6 rows by a few vectors. Every path gives the bits of the
//! three nested loops.

#![allow(unsafe_code)] // Vector instructions, each behind the detection of its feature.

#[cfg(target_arch = "x86_64")]
mod lanes;
#[cfg(target_arch = "x86_64")]
mod tiles;

use super::Real;

/// C[m×n] += A[m×k]·B[k×n], all row by row. `a` and `b` hold no more than the product needs.
pub fn accumulate<T: Real>(c: &mut [T], a: &[T], b: &[T], k: usize, n: usize) {
    if k == 0 || n == 0 {
        return;
    }
    assert_eq!(b.len(), k * n);
    assert_eq!(c.len() / n * k, a.len());
    assert_eq!(c.len() % n, 0);
    let shape = Shape { m: c.len() / n, k, n, c_stride: n, a_stride: k, b_stride: n };
    T::multiply(c, a, b, shape);
}

/// Columns and rows of B that are transposed at a time, on the stack.
const PACKED_COLUMNS: usize = 32;
const PACKED_ROWS: usize = 64;

/// C[m×n] += A[m×k]·Bᵀ with B[n×k]: the same bits as [`accumulate`] on the transpose, which is formed block by block.
pub fn accumulate_transposed<T: Real>(c: &mut [T], a: &[T], b: &[T], k: usize) {
    if k == 0 || b.is_empty() || a.is_empty() {
        return;
    }
    let (m, n) = (a.len() / k, b.len() / k);
    assert_eq!((a.len() % k, b.len() % k), (0, 0));
    assert_eq!(c.len(), m * n);
    let mut packed = [T::ZERO; PACKED_COLUMNS * PACKED_ROWS];
    for column in (0..n).step_by(PACKED_COLUMNS) {
        let columns = PACKED_COLUMNS.min(n - column);
        // Blocks of k in order: the next one starts from the sums that this one leaves in C.
        for start in (0..k).step_by(PACKED_ROWS) {
            let rows = PACKED_ROWS.min(k - start);
            for (lane, values) in b.chunks_exact(k).skip(column).take(columns).enumerate() {
                let to = packed[lane..].iter_mut().step_by(PACKED_COLUMNS);
                for (to, value) in to.zip(&values[start..start + rows]) {
                    *to = *value;
                }
            }
            let shape = Shape { m, k: rows, n: columns, c_stride: n, a_stride: k, b_stride: PACKED_COLUMNS };
            T::multiply(&mut c[column..], &a[start..], &packed, shape);
        }
    }
}

/// The shape of a product, and the distance from one row to the next of each operand.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    m: usize,
    k: usize,
    n: usize,
    c_stride: usize,
    a_stride: usize,
    b_stride: usize,
}

impl Shape {
    /// Holds that no row reaches beyond its slice. The kernels' safety rests on it.
    fn check<T>(&self, c: &[T], a: &[T], b: &[T]) {
        let reach = |rows: usize, stride: usize, columns: usize| {
            if rows == 0 { 0 } else { (rows - 1) * stride + columns }
        };
        assert!(reach(self.m, self.c_stride, self.n) <= c.len());
        assert!(reach(self.m, self.a_stride, self.k) <= a.len());
        assert!(reach(self.k, self.b_stride, self.n) <= b.len());
    }
}

/// A number that has kernels.
pub trait Multiply: Sized {
    fn multiply(c: &mut [Self], a: &[Self], b: &[Self], shape: Shape);
}

macro_rules! multiply {
    ($float:ty, $avx512:ty, $avx2:ty) => {
        impl Multiply for $float {
            fn multiply(c: &mut [Self], a: &[Self], b: &[Self], shape: Shape) {
                shape.check(c, a, b);
                #[cfg(target_arch = "x86_64")]
                {
                    let operands = tiles::Operands { c: c.as_mut_ptr(), a: a.as_ptr(), b: b.as_ptr(), shape };
                    if std::arch::is_x86_feature_detected!("avx512f") {
                        // SAFETY: the feature was just detected, the reach of the operands checked above.
                        return unsafe { tiles::multiply_avx512::<$avx512>(operands) };
                    }
                    if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
                        // SAFETY: both features were just detected, the reach of the operands checked above.
                        return unsafe { tiles::multiply_avx2::<$avx2>(operands) };
                    }
                }
                portable(c, a, b, shape);
            }
        }
    };
}

multiply!(f64, std::arch::x86_64::__m512d, std::arch::x86_64::__m256d);
multiply!(f32, std::arch::x86_64::__m512, std::arch::x86_64::__m256);

fn portable<T: Real>(c: &mut [T], a: &[T], b: &[T], shape: Shape) {
    let Shape { m, k, n, c_stride, a_stride, b_stride } = shape;
    for row in 0..m {
        for (step, factor) in a[row * a_stride..][..k].iter().enumerate() {
            for (output, value) in c[row * c_stride..][..n].iter_mut().zip(&b[step * b_stride..][..n]) {
                *output = factor.fused(*value, *output);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::{Purpose, Stream};

    fn random<T: Real>(stream: &mut Stream, count: usize) -> Vec<T> {
        (0..count).map(|_| T::from_f64(stream.normal())).collect()
    }

    /// The definition.
    fn reference<T: Real>(c: &mut [T], a: &[T], b: &[T], k: usize, n: usize) {
        for (index, output) in c.iter_mut().enumerate() {
            for step in 0..k {
                *output = a[index / n * k + step].fused(b[step * n + index % n], *output);
            }
        }
    }

    type Path<T> = fn(&mut [T], &[T], &[T], Shape);

    /// Holds each path that this CPU has to the bits of the definition.
    fn check_all_shapes<T: Real>(paths: &[Path<T>]) {
        let mut stream = Stream::new(1, Purpose::SyntheticFeatures, 0);
        for case in 0..3000 {
            let wide = if case % 30 == 0 { 300 } else { 40 };
            let [m, k, n] = [20, wide, wide].map(|bound| stream.below(bound) as usize + 1);
            let (a, b, c) = (random::<T>(&mut stream, m * k), random(&mut stream, k * n), random(&mut stream, m * n));
            let mut expected = c.clone();
            reference(&mut expected, &a, &b, k, n);
            let shape = Shape { m, k, n, c_stride: n, a_stride: k, b_stride: n };
            for path in paths {
                let mut found = c.clone();
                path(&mut found, &a, &b, shape);
                assert!(found == expected, "{m} {k} {n}");
            }
            let mut found = c.clone();
            accumulate(&mut found, &a, &b, k, n);
            assert!(found == expected, "{m} {k} {n}");
            let transposed: Vec<T> = (0..n * k).map(|index| b[index % k * n + index / k]).collect();
            let mut found = c;
            accumulate_transposed(&mut found, &a, &transposed, k);
            assert!(found == expected, "{m} {k} {n}, transposed");
        }
    }

    macro_rules! paths {
        ($float:ty, $avx512:ty, $avx2:ty) => {{
            let mut paths: Vec<Path<$float>> = vec![portable::<$float>];
            #[cfg(target_arch = "x86_64")]
            {
                if std::arch::is_x86_feature_detected!("avx512f") {
                    paths.push(|c, a, b, shape| {
                        shape.check(c, a, b);
                        let operands = tiles::Operands { c: c.as_mut_ptr(), a: a.as_ptr(), b: b.as_ptr(), shape };
                        // SAFETY: feature and reach are checked.
                        unsafe { tiles::multiply_avx512::<$avx512>(operands) }
                    });
                }
                if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
                    paths.push(|c, a, b, shape| {
                        shape.check(c, a, b);
                        let operands = tiles::Operands { c: c.as_mut_ptr(), a: a.as_ptr(), b: b.as_ptr(), shape };
                        // SAFETY: features and reach are checked.
                        unsafe { tiles::multiply_avx2::<$avx2>(operands) }
                    });
                }
            }
            paths
        }};
    }

    #[test]
    fn every_path_gives_the_bits_of_the_definition() {
        check_all_shapes::<f64>(&paths!(f64, std::arch::x86_64::__m512d, std::arch::x86_64::__m256d));
        check_all_shapes::<f32>(&paths!(f32, std::arch::x86_64::__m512, std::arch::x86_64::__m256));
    }

    #[test]
    fn empty_products_change_nothing() {
        accumulate::<f64>(&mut [], &[], &[], 0, 0);
        accumulate::<f64>(&mut [], &[], &[1.0, 2.0], 1, 2);
        let mut c = [1.0, 2.0];
        accumulate(&mut c, &[], &[], 0, 2);
        accumulate_transposed(&mut c, &[], &[], 0);
        assert_eq!(c, [1.0, 2.0]);
    }
}
