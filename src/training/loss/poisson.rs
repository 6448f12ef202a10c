//! The Poisson loss for counts: ℓ = e^z − y·z of output z and target y ≥ 0. The output is the logarithm of the mean, and the prediction
//! is the mean, μ = e^z.
//!
//! It takes no keys, and refuses negative targets. Σ ℓ is the negative log-likelihood of Poisson counts without its term ln y!, which
//! no parameter changes, so that J may be negative. Its metric is therefore the Poisson deviance, 2ℓ plus a constant of the
//! targets: never negative, and 0 where every mean is its target. MSE, MAE, R² and the like are of the means.
//!
//! ℓ has no bound of curvature: start with small rates, on standardized features. This is `torch.nn.PoissonNLLLoss()`
//! and statsmodels' `Poisson`; `sklearn.linear_model.PoissonRegressor` has half the mean deviance plus (`alpha`/2)·‖w‖², the same J up
//! to a constant with `alpha` = l2. P. McCullagh and J. A. Nelder, Generalized linear models, 2nd edition, 1989.

use super::by_block::{BlockLoss, differentiate};
use super::by_row::Derivatives;
use super::kind::{Link, Loss, LossFacts, LossKind, OwnMetric};
use crate::numeric::elementary::{exp, exp_each, ln_each};
use crate::numeric::{PARTIAL_SUMS, Real};
use crate::shape::mean;

pub const ROW: LossKind = LossKind::new(
    "poisson",
    "e^z − y·z of output z, the logarithm of the mean, and target y ≥ 0",
    &[],
    include_str!("poisson.rs"),
    LossFacts {
        metric: OwnMetric::Registered("poisson_deviance"),
        objective: "mean of e^z − y·z (half the Poisson deviance up to a constant)",
        build: |_| Ok(Box::new(Poisson)),
    },
);

struct Poisson;

impl BlockLoss for Poisson {
    #[inline(always)]
    fn differentiate_rows<T: Real>(&self, outputs: &mut [T], _stride: usize, targets: &[T], losses: &mut [T]) {
        for ((output, &target), loss) in outputs.iter_mut().zip(targets).zip(losses) {
            let mean = exp(*output);
            *loss = (-target).fused(*output, mean);
            *output = mean - target;
        }
    }
}

impl<T: Real> Derivatives<T> for Poisson {
    fn differentiate(&self, outputs: &mut [T], targets: &[T], weights: Option<&[T]>, sums: &mut [[T; PARTIAL_SUMS]]) {
        differentiate(self, outputs, targets, weights, sums);
    }
}

impl Loss for Poisson {
    fn lowest_target(&self) -> Option<f64> {
        Some(0.0)
    }

    fn link(&self) -> Link {
        Link::Exp
    }

    fn predict(&self, outputs: &mut [f64], _rows: usize) {
        exp_each(outputs);
    }

    /// 2·mean(y·(ln y − z) − y + e^z), with y·ln y = 0 at 0: by outputs and not by means, which underflow.
    fn metric(&self, outputs: &[f64], targets: &[f64], weights: Option<&[f64]>) -> f64 {
        let (mut means, mut logarithms) = (outputs.to_vec(), targets.to_vec());
        exp_each(&mut means);
        logarithms.iter_mut().filter(|target| **target == 0.0).for_each(|zero| *zero = 1.0);
        ln_each(&mut logarithms);
        let rows = outputs.iter().zip(&means).zip(targets.iter().zip(&logarithms));
        let mut terms: Vec<f64> =
            rows.map(|((output, mean), (target, logarithm))| target * (logarithm - output) - target + mean).collect();
        if let Some(weights) = weights {
            terms.iter_mut().zip(weights).for_each(|(term, weight)| *term *= weight);
        }
        let deviance = 2.0 * mean(&terms).unwrap_or(f64::NAN);
        // A sum of rounding alone may be below 0. A NaN stays.
        if deviance < 0.0 { 0.0 } else { deviance }
    }

    fn has_hessian(&self) -> bool {
        true
    }

    fn metric_of_mean(&self, _mean: f64) -> Option<f64> {
        None
    }

    fn smoothness(&self) -> Option<f64> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::by_block::of_row;

    #[test]
    fn by_hand() {
        assert_eq!(of_row(&Poisson, 0.0, 3.0), (-2.0, 1.0));
        assert_eq!(of_row(&Poisson, 0.0_f32, 0.0), (1.0, 1.0));
        assert_eq!(Poisson.sum(&[0.0, 0.0], &[5.0, 0.0], None), 2.0);
        assert!(of_row(&Poisson, f64::NAN, 1.0).1.is_nan());
    }

    #[test]
    fn predictions_are_means_and_the_metric_is_their_deviance() {
        let mut outputs = [0.0, libm::log(2.0)];
        let deviance = Poisson.metric(&outputs, &[1.0, 4.0], None);
        assert!((deviance - (4.0 * libm::log(2.0) - 2.0)).abs() < 1e-15, "{deviance}");
        assert_eq!(Poisson.metric(&[-800.0], &[0.0], None), 0.0);
        assert_eq!(Poisson.metric(&[-800.0], &[1.0], None), 1598.0, "a mean that underflows still has a deviance");
        assert!(Poisson.metric(&[f64::NAN], &[1.0], None).is_nan());
        Poisson.predict(&mut outputs, 2);
        assert_eq!(outputs[0], 1.0);
        assert!((outputs[1] - 2.0).abs() < 1e-15);
    }
}
