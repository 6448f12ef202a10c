//! The widest instructions that this CPU has, chosen at run time. Every path gives the same bits.

#![allow(unsafe_code)] // Calls of functions compiled for instructions that the CPU was asked for.

/// A loop to be compiled once per instruction set. `run` and all that it calls must be `#[inline(always)]`, or fused
/// multiply-add becomes a library call.
pub trait Kernel {
    type Output;
    fn run(self) -> Self::Output;
}

/// Runs a kernel on the widest path of this CPU.
pub fn dispatch<K: Kernel>(kernel: K) -> K::Output {
    #[cfg(target_arch = "x86_64")]
    {
        if std::arch::is_x86_feature_detected!("avx512f") {
            // SAFETY: the feature was just detected.
            return unsafe { run_avx512(kernel) };
        }
        if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
            // SAFETY: both features were just detected.
            return unsafe { run_avx2(kernel) };
        }
    }
    kernel.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx2,fma")]
fn run_avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn run_avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}
