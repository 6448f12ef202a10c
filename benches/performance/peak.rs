//! The fused multiply-add peak of this machine, measured.

use std::hint::black_box;
use std::time::{Duration, Instant};

use sweep::numeric::{Instructions, Real, instructions};

/// The peak in GFLOP/s, on one core or on every core at once: twelve independent chains, enough to hide their latency.
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
pub fn peak<T: Real>(cores: usize) -> f64 {
    use std::arch::x86_64::{
        _mm256_fmadd_pd, _mm256_fmadd_ps, _mm256_set1_pd, _mm256_set1_ps, _mm512_fmadd_pd, _mm512_fmadd_ps,
        _mm512_set1_pd, _mm512_set1_ps,
    };
    const ROUNDS: usize = 3_000_000;
    macro_rules! chains {
        ($features:literal, $bytes:literal, $splat:ident, $fused:ident) => {{
            #[target_feature(enable = $features)]
            fn run() {
                let factor = $splat(black_box(0.5));
                let mut chains = [factor; 12];
                for _ in 0..ROUNDS {
                    for chain in &mut chains {
                        *chain = $fused(*chain, factor, factor);
                    }
                }
                black_box(chains);
            }
            // SAFETY: the path was detected.
            let run = || unsafe { run() };
            let mut fastest = Duration::MAX;
            for _ in 0..10 {
                let start = Instant::now();
                if cores == 1 {
                    run();
                } else {
                    rayon::broadcast(|_| run());
                }
                fastest = fastest.min(start.elapsed());
            }
            (2 * 12 * $bytes / size_of::<T>() * ROUNDS * cores) as f64 / fastest.as_secs_f64() / 1e9
        }};
    }
    match (instructions(), size_of::<T>()) {
        (Instructions::Avx512, 8) => chains!("avx512f", 64, _mm512_set1_pd, _mm512_fmadd_pd),
        (Instructions::Avx512, _) => chains!("avx512f", 64, _mm512_set1_ps, _mm512_fmadd_ps),
        (_, 8) => chains!("avx2,fma", 32, _mm256_set1_pd, _mm256_fmadd_pd),
        _ => chains!("avx2,fma", 32, _mm256_set1_ps, _mm256_fmadd_ps),
    }
}
