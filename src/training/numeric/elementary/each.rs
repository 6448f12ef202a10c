//! The elementary functions of every number of a slice, on the widest path of this CPU.

use super::{erf, exp, ln, sigmoid, softplus, tanh};
use crate::numeric::Real;
use crate::numeric::dispatch::{Kernel, dispatch};

macro_rules! each {
    ($(#[doc = $doc:literal] $each:ident, $kernel:ident, $function:ident;)*) => {$(
        struct $kernel<'a, T>(&'a mut [T]);

        impl<T: Real> Kernel for $kernel<'_, T> {
            type Output = ();

            #[inline(always)]
            fn run(self) {
                for value in self.0 {
                    *value = $function(*value);
                }
            }
        }

        #[doc = $doc]
        pub fn $each<T: Real>(values: &mut [T]) {
            dispatch($kernel(values));
        }
    )*};
}

each! {
    /// Replaces each value x by e^x.
    exp_each, Exp, exp;
    /// Replaces each value x by ln x.
    ln_each, Ln, ln;
    /// Replaces each value x by tanh x.
    tanh_each, Tanh, tanh;
    /// Replaces each value x by erf x.
    erf_each, Erf, erf;
    /// Replaces each value x by ln(1 + e^x).
    softplus_each, Softplus, softplus;
    /// Replaces each value x by 1/(1 + e^(−x)).
    sigmoid_each, Sigmoid, sigmoid;
}
