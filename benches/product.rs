//! The ordered matrix product on each path of this CPU, compared with the fused multiply-add peak of one core in the
//! same run and, with `--features peers`, with the `gemm` crate: `cargo bench --features peers --bench product`.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)] // A bench that cannot continue panics.

#[path = "performance/peak.rs"]
mod measured;
#[path = "performance/rows.rs"]
mod performance;

use std::hint::black_box;
use std::time::{Duration, Instant};

use measured::peak;
use performance::row;
use sweep::numeric::{Instructions, Real, accumulate, limit_instructions};

/// GFLOP/s of the fastest of several repeats.
fn rate(flops: usize, mut work: impl FnMut()) -> f64 {
    let repeats = 10_000_000 / flops + 1;
    let mut fastest = Duration::MAX;
    for _ in 0..15 {
        let start = Instant::now();
        (0..repeats).for_each(|_| work());
        fastest = fastest.min(start.elapsed());
    }
    (flops * repeats) as f64 / fastest.as_secs_f64() / 1e9
}

fn measure<T: Real>(name: &str) {
    for most in [Instructions::Avx512, Instructions::Avx2] {
        if limit_instructions(most) != most {
            continue;
        }
        let peak = peak::<T>(1);
        println!("{name}, {most:?}: peak {peak:.1} GFLOP/s");
        for (m, k, n) in [(50, 100, 32), (1000, 32, 100), (32, 784, 64), (100, 32, 101), (1, 100, 32), (4, 100, 32)] {
            let a = vec![T::from_f64(0.5); m * k];
            let b = vec![T::from_f64(0.25); k * n];
            let mut c = vec![T::ZERO; m * n];
            let ours = rate(2 * m * k * n, || accumulate(black_box(&mut c), black_box(&a), black_box(&b), k, n));
            #[cfg(not(feature = "peers"))]
            let beside = "–".to_owned();
            #[cfg(feature = "peers")]
            let beside = {
                let theirs = rate(2 * m * k * n, || peer(black_box(&mut c), black_box(&a), black_box(&b), k, n));
                format!("gemm crate {theirs:.1} GFLOP/s: {:.2} × it", ours / theirs)
            };
            let share = format!("{:.0} % of one core's peak", 100.0 * ours / peak);
            row(&format!("product {m} × {k} × {n}, {name}, {most:?}"), &format!("{ours:.1} GFLOP/s"), &beside, &share);
        }
    }
    limit_instructions(Instructions::Avx512);
}

/// The same C += A·B by the `gemm` crate, on one thread and with the widest instructions that it finds.
#[cfg(feature = "peers")]
#[allow(unsafe_code)]
fn peer<T: Real>(c: &mut [T], a: &[T], b: &[T], k: usize, n: usize) {
    let m = c.len() / n;
    // SAFETY: the three matrices have the shapes and strides that are given.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            c.as_mut_ptr(),
            1,
            n as isize,
            true,
            a.as_ptr(),
            1,
            k as isize,
            b.as_ptr(),
            1,
            n as isize,
            T::ONE,
            T::ONE,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

fn main() {
    measure::<f64>("f64");
    measure::<f32>("f32");
}
