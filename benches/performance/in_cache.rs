//! The ordered product of operands that stay in the first-level cache.

use std::hint::black_box;
use std::time::{Duration, Instant};

use sweep::numeric::{Real, accumulate};

/// The GFLOP/s of a product rows × k × n on one core or on every core at once.
pub fn in_cache_product<T: Real>([rows, k, n]: [usize; 3], cores: usize) -> f64 {
    const ROUNDS: usize = 20_000;
    let run = || {
        let a = vec![T::from_f64(0.5); rows * k];
        let b = vec![T::from_f64(0.25); k * n];
        let mut c = vec![T::ZERO; rows * n];
        for _ in 0..ROUNDS {
            accumulate(black_box(&mut c), black_box(&a), black_box(&b), k, n);
        }
        black_box(c);
    };
    let mut fastest = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        if cores == 1 {
            run();
        } else {
            rayon::broadcast(|_| run());
        }
        fastest = fastest.min(start.elapsed());
    }
    (2 * rows * k * n * ROUNDS * cores) as f64 / fastest.as_secs_f64() / 1e9
}
