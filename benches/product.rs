//! The ordered matrix product against the fused multiply-add peak of one core: `cargo bench --bench product`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use sweep::numeric::{Kernel, Real, accumulate, accumulate_transposed, dispatch};

/// Independent chains of fused multiply-adds, as many as fill the registers.
struct Peak<T> {
    rounds: usize,
    start: T,
}

const CHAIN_LANES: usize = 128;

impl<T: Real> Kernel for Peak<T> {
    type Output = [T; CHAIN_LANES];

    #[inline(always)]
    fn run(self) -> Self::Output {
        let mut chains = [self.start; CHAIN_LANES];
        for _ in 0..self.rounds {
            chains = step(chains, self.start);
        }
        chains
    }
}

#[inline(always)]
fn step<T: Real>(mut chains: [T; CHAIN_LANES], factor: T) -> [T; CHAIN_LANES] {
    for chain in &mut chains {
        *chain = chain.fused(factor, factor);
    }
    chains
}

/// GFLOP/s of the fastest of several repeats.
fn rate(flops: usize, mut work: impl FnMut()) -> f64 {
    let repeats = 20_000_000 / flops + 1;
    let mut fastest = Duration::MAX;
    for _ in 0..7 {
        let start = Instant::now();
        (0..repeats).for_each(|_| work());
        fastest = fastest.min(start.elapsed());
    }
    (flops * repeats) as f64 / fastest.as_secs_f64() / 1e9
}

fn measure<T: Real>(name: &str) {
    let rounds = 100_000;
    let peak = rate(2 * CHAIN_LANES * rounds, || {
        black_box(dispatch(Peak { rounds, start: black_box(T::from_f64(0.5)) }));
    });
    println!("{name}: peak {peak:.1} GFLOP/s");
    for (m, k, n) in [(50, 100, 32), (1000, 32, 100), (32, 784, 64), (1, 100, 32), (4, 100, 32)] {
        let a = vec![T::from_f64(0.5); m * k];
        let b = vec![T::from_f64(0.25); k * n];
        let mut c = vec![T::ZERO; m * n];
        let plain = rate(2 * m * k * n, || accumulate(black_box(&mut c), black_box(&a), black_box(&b), k, n));
        let transposed =
            rate(2 * m * k * n, || accumulate_transposed(black_box(&mut c), black_box(&a), black_box(&b), k));
        println!(
            "  {m:4} × {k:3} × {n:3}: {plain:6.1} ({:3.0} %), B transposed {transposed:6.1} ({:3.0} %)",
            100.0 * plain / peak,
            100.0 * transposed / peak
        );
    }
}

fn main() {
    measure::<f64>("f64");
    measure::<f32>("f32");
}
