//! Gradients that are cut: `clip_value` each component, then `clip_norm` the length of all together.

use serde::Deserialize;

use crate::numeric::{Kernel, Real, dispatch, norm_squared};

#[derive(Deserialize)]
pub struct Clipping {
    clip_value: Option<f64>,
    clip_norm: Option<f64>,
}

impl Clipping {
    pub const fn is_off(&self) -> bool {
        self.clip_value.is_none() && self.clip_norm.is_none()
    }

    pub fn cut<T: Real>(&self, gradient: &mut [T]) {
        if let Some(most) = self.clip_value {
            dispatch(Clamp { most: T::from_f64(most), values: gradient });
        }
        if let Some(most) = self.clip_norm {
            let factor = clipping_factor(norm_squared(gradient).to_f64().sqrt(), most);
            if factor < 1.0 {
                dispatch(Scale { factor: T::from_f64(factor), values: gradient });
            }
        }
    }
}

/// The factor of a gradient of this norm: most/(norm + 10⁻⁶), at most 1. The small number is that of PyTorch's
/// `clip_grad_norm_`; optax has none.
fn clipping_factor(norm: f64, most: f64) -> f64 {
    let factor = most / (norm + 1e-6);
    if factor < 1.0 { factor } else { 1.0 }
}

struct Clamp<'a, T> {
    most: T,
    values: &'a mut [T],
}

impl<T: Real> Kernel for Clamp<'_, T> {
    type Output = ();

    /// A NaN passes through.
    #[inline(always)]
    fn run(self) {
        for value in self.values {
            if *value > self.most {
                *value = self.most;
            } else if *value < -self.most {
                *value = -self.most;
            }
        }
    }
}

pub(super) struct Scale<'a, T> {
    pub(super) factor: T,
    pub(super) values: &'a mut [T],
}

impl<T: Real> Kernel for Scale<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.values.iter_mut().for_each(|value| *value = *value * self.factor);
    }
}
