//! The choice, at run time, of the vector instructions that kernels run on: the widest that this CPU has. Every path
//! gives the same bits.

#![allow(unsafe_code)] // Calls of functions compiled for instructions that were detected on this CPU.

use std::sync::atomic::{AtomicU8, Ordering};

/// A set of vector instructions that kernels are compiled for, ordered from narrowest to widest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Instructions {
    /// What every CPU has. Without FMA, each multiply-add is a library call.
    Portable = 1,
    /// AVX2 and FMA.
    Avx2 = 2,
    /// AVX-512 F, and VL for shorter vectors.
    Avx512 = 3,
}

impl Instructions {
    pub const ALL: [Self; 3] = [Self::Portable, Self::Avx2, Self::Avx512];
}

/// The widest instructions that may be used, given the CPU and [`limit_instructions`]; 0 until they are detected.
static WIDEST: AtomicU8 = AtomicU8::new(0);

/// The widest instructions of this CPU.
fn detected() -> Instructions {
    #[cfg(target_arch = "x86_64")]
    {
        let avx2 = std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma");
        if avx2 && std::arch::is_x86_feature_detected!("avx512f") && std::arch::is_x86_feature_detected!("avx512vl") {
            return Instructions::Avx512;
        }
        if avx2 {
            return Instructions::Avx2;
        }
    }
    Instructions::Portable
}

/// The instructions that kernels run on at present. This CPU supports them.
#[inline]
#[must_use]
pub fn instructions() -> Instructions {
    match WIDEST.load(Ordering::Relaxed) {
        3 => Instructions::Avx512,
        2 => Instructions::Avx2,
        1 => Instructions::Portable,
        _ => {
            let widest = detected();
            WIDEST.store(widest as u8, Ordering::Relaxed);
            widest
        }
    }
}

/// Limits every kernel of the process to these instructions, for tests and benches. Returns the instructions that are
/// used from now on. They are narrower than `most` if the CPU does not support it.
pub fn limit_instructions(most: Instructions) -> Instructions {
    let widest = detected().min(most);
    WIDEST.store(widest as u8, Ordering::Relaxed);
    widest
}

/// A loop that is compiled once per instruction set. `run` and every function it calls must be `#[inline(always)]`;
/// otherwise each fused multiply-add becomes a library call.
pub trait Kernel {
    type Output;
    fn run(self) -> Self::Output;
}

/// Runs a kernel on the widest path of this CPU.
pub fn dispatch<K: Kernel>(kernel: K) -> K::Output {
    match instructions() {
        // SAFETY: `instructions` returns only what the CPU supports.
        #[cfg(target_arch = "x86_64")]
        Instructions::Avx512 => unsafe { run_avx512(kernel) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Instructions::Avx2 => unsafe { run_avx2(kernel) },
        _ => kernel.run(),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx2,fma")]
fn run_avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn run_avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}
