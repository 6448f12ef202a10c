//! Tests that plain descent within the product gives the bits of the optimizer's own update, including the sign of
//! zero.

use crate::model::{self, Batch, Model, Passes, Workspace};
use crate::numeric::{MatrixRows, Real};
use crate::optimizer::{Batching, MethodState, Momentum, Optimizer, Step, Update};
use crate::shape::{Space, TargetKind};

/// Gradients of −1/4, −0, +0 and +0, at parameters of both zeros.
fn check<T: Real>()
where
    dyn Model: Passes<T>,
    dyn Optimizer: Update<T>,
{
    let (half, quarter) = (T::from_f64(0.5), T::from_f64(0.25));
    let mut least = T::ONE;
    while least * half > T::ZERO {
        least = least * half;
    }
    let x = [T::ONE, least, -least, -T::ZERO];
    let d = x.len();
    let values = "l1 = 0.0\nl2 = 0.0\ninit = \"zeros\"".parse().expect("TOML");
    let model = (model::FAMILIES.row("linear").expect("exists").build.build)(&values).expect("builds");
    let batch = Batch {
        rows: MatrixRows::every(&x, d),
        columns: None,
        negated_target: &[-T::ONE],
        row_weights: None,
        weight: quarter,
    };
    let rates = [half, half, T::ZERO, T::ZERO];
    let start = [[T::ZERO; 4], [-T::ZERO; 4], [T::ZERO; 4], [-T::ZERO; 4]].concat();

    let mut losses = [T::ZERO; 4];
    let mut gradients = vec![T::ZERO; start.len()];
    model.gradients(&batch, &start, &mut losses, &mut gradients, None, &mut Workspace::default());
    assert!(gradients[1] == T::ZERO && gradients[1].to_f64().is_sign_negative(), "a gradient of −0 is part of this");
    let mut fused = start.clone();
    assert!(model.descend(&batch, &rates, &mut fused, &mut losses, &mut Workspace::default()));

    let layout = &model
        .layout(&Space { n_features: d - 1, target: TargetKind::Number, n_targets: 1, classes: None })
        .expect("small");
    for nesterov in [false, true] {
        let optimizer: &dyn Optimizer = &Momentum { momentum: 0.0, nesterov, batching: Batching::Full };
        assert!(optimizer.traits(0.0).is_descent);
        let state = &mut MethodState::new(optimizer.traits(0.0), d);
        let mut updated = start.clone();
        for (trial, &rate) in rates.iter().enumerate() {
            let own = trial * d..(trial + 1) * d;
            let step = Step { k: 0, learning_rate: rate.to_f64(), rate, previous_rate: rate, l1: T::ZERO, layout };
            optimizer.update(&step, &mut updated[own.clone()], state, 0.0, &mut gradients.clone()[own]);
        }
        for (fused, updated) in fused.iter().zip(&updated) {
            assert_eq!(fused.to_f64().to_bits(), updated.to_f64().to_bits(), "{fused:?} is not {updated:?}");
        }
    }
}

#[test]
fn plain_descent_keeps_the_signs_of_zero_of_the_update() {
    check::<f64>();
    check::<f32>();
}
