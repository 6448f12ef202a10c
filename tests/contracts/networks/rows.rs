//! In evaluation the outputs for a row depend on no other row, on no other trial, and not on how many there are.

use sweep::model::{ACTIVATIONS, Model, Passes, Points, Workspace};
use sweep::numeric::{MatrixRows, Purpose, Real, Stream};
use sweep::parameter::AnyRegistry;
use sweep::shape::{Space, TargetKind};

use super::gradients::{LISTS, depth_of};
use super::model_of;

const FEATURES: usize = 3;
const CLASSES: usize = 4;
const TRIALS: usize = 3;

pub fn check() {
    for activation in ACTIVATIONS.names() {
        for list in LISTS {
            let own = list.replace('F', &format!("{{ kind = \"activation\", function = {activation:?} }}"));
            let keys = format!("layers = [{own}]\n{}\nloss = \"cross_entropy\"", depth_of(list));
            let model = model_of("network", &keys);
            of_model::<f32>(&*model, &format!("{activation}, {list}, f32"));
            of_model::<f64>(&*model, &format!("{activation}, {list}, f64"));
        }
    }
}

fn of_model<T: Real>(model: &(dyn Model + 'static), what: &str)
where
    dyn Model: Passes<T>,
{
    let mut stream = Stream::new(29, Purpose::SyntheticFeatures, 0);
    let mut draws = |count: usize| (0..count).map(|_| T::from_f64(stream.normal())).collect::<Vec<T>>();
    let space = Space { n_features: FEATURES, target: TargetKind::Number, n_targets: 1, classes: Some(CLASSES) };
    let d = model.layout(&space).expect("fits").parameters();
    let parameters = draws(TRIALS * d);
    let s = model.statistics(&space).len();
    // Variances among them, which are positive.
    let statistics: Vec<T> = draws(TRIALS * s).into_iter().map(|value| value.fused(value, T::ONE)).collect();
    let mut workspace = Workspace::default();
    for count in [1, 5, 64, 77, 130] {
        let rows = draws(count * FEATURES);
        let mut together = vec![T::ZERO; TRIALS * CLASSES * count];
        let points = Points { trials: TRIALS, parameters: &parameters, statistics: &statistics };
        model.outputs(MatrixRows::every(&rows, FEATURES), points, &mut together, &mut workspace);
        for trial in 0..TRIALS {
            let points = Points {
                trials: 1,
                parameters: &parameters[trial * d..(trial + 1) * d],
                statistics: &statistics[trial * s..(trial + 1) * s],
            };
            for (index, row) in rows.chunks(FEATURES).enumerate() {
                let mut alone = [T::ZERO; CLASSES];
                model.outputs(MatrixRows::every(row, FEATURES), points, &mut alone, &mut workspace);
                for (class, alone) in alone.into_iter().enumerate() {
                    let (one, other) = (alone.to_f64(), together[(trial * CLASSES + class) * count + index].to_f64());
                    assert!(one.to_bits() == other.to_bits(), "{what}, row {index} of {count}: {one:?} and {other:?}");
                }
            }
        }
    }
}
