//! A contract of every model: its gradient is the derivative of its loss, with one output and with several, and trials
//! side by side have the numbers of each alone.

use super::plane::Plane;
use super::*;
use crate::loss::LOSSES;
use crate::model::{ACTIVATIONS, Batch, Passes, Points, Workspace};
use crate::numeric::MatrixRows;
use crate::parameter::Parameter;
use crate::shape::{Space, TargetKind};

const TEST_MODEL: &str = "the test model";

fn defaults(keys: &[Parameter]) -> Values {
    keys.iter().filter_map(|key| Some((key.name.to_owned(), key.default_value()?))).collect()
}

/// The defaults of a family's keys; of networks, with small hidden layers, once for every activation and norm.
fn forms(keys: &[Parameter]) -> Vec<(String, Values)> {
    let has = |name: &str| keys.iter().any(|key| key.name == name);
    if has("layers") {
        let layers = "layers = [
            { kind = 'layer_norm', epsilon = 1e-5 }, { kind = 'dense', units = 3, bias = false }, { kind = 'dropout', share = 0.5 },
            { kind = 'residual', layers = [
                { kind = 'activation', function = { kind = 'tanh' } }, { kind = 'dense', units = 3, bias = true, repeated = true },
                { kind = 'activation', function = { kind = 'elu', alpha = 1.5 }, repeated = true },
            ] },
            { kind = 'residual', layers = [{ kind = 'dropout', share = 0.1 }] },
            { kind = 'flatten' }, { kind = 'activation', function = { kind = 'gelu' } },
        ]
        depth = 3
        init = { kind = 'torch' }";
        let mut values = defaults(keys);
        values.extend(layers.parse::<toml::Table>().expect("TOML"));
        return vec![(" of layers".to_owned(), values)];
    }
    if !has("hidden") {
        return vec![(String::new(), defaults(keys))];
    }
    let mut forms = Vec::new();
    for activation in ACTIVATIONS.rows {
        for norm in ["none", "batch", "layer"] {
            let mut function = defaults(activation.parameters);
            function.insert("kind".to_owned(), activation.name.into());
            let mut values = defaults(keys);
            let init = toml::Table::from_iter([("kind".to_owned(), "torch".into())]);
            values.insert("init".to_owned(), init.into());
            values.insert("hidden".to_owned(), vec![4, 3, 3].into());
            values.insert("activation".to_owned(), function.into());
            values.insert("norm".to_owned(), norm.into());
            values.insert("residual".to_owned(), (norm != "none").into());
            forms.push((format!(" of {} with norm {norm}", activation.name), values));
        }
    }
    forms
}

/// Every family with every loss that it takes and the defaults of their keys, and the test model; each on numbers, on
/// two classes and on three, as far as it takes them, and on rows with weights.
fn models() -> Vec<(String, Arc<dyn Model>, Case)> {
    let mut built: Vec<(String, Arc<dyn Model>)> =
        vec![(TEST_MODEL.to_owned(), Arc::new(Plane::default()) as Arc<dyn Model>)];
    for family in model::FAMILIES.rows {
        if family.parameters.iter().all(|key| key.name != "loss") {
            let model = (family.build.build)(&defaults(family.parameters)).expect(family.name);
            built.push((family.name.to_owned(), Arc::from(model)));
            continue;
        }
        for loss in LOSSES.rows {
            let mut keys = defaults(loss.parameters);
            keys.insert("kind".to_owned(), loss.name.into());
            for (form, mut values) in forms(family.parameters) {
                values.insert("loss".to_owned(), keys.clone().into());
                let name = format!("{}{form}, {}", family.name, loss.name);
                built.push((name, Arc::from((family.build.build)(&values).expect(loss.name))));
            }
        }
    }
    let mut cases = Vec::new();
    for (name, model) in built {
        let before = cases.len();
        for classes in [None, Some(2), Some(3)] {
            let space = Space { n_features: 3, target: TargetKind::Number, n_targets: 1, classes };
            if model.fits(&space).and_then(|()| model.loss().fits(&space)).is_ok() {
                let case = case(&*model, &space);
                // The test model knows no weights.
                if name != TEST_MODEL {
                    let weights = (0..150).map(|row| f64::from(row % 4) / 1.5).collect();
                    let weighted = Case { weights: Some(weights), ..case.clone() };
                    cases.push((format!("{name}, classes {classes:?}, weighted"), Arc::clone(&model), weighted));
                }
                cases.push((format!("{name}, classes {classes:?}"), Arc::clone(&model), case));
            }
        }
        assert!(cases.len() > before, "{name} takes nothing");
    }
    cases
}

/// A few rows for a model, and two points.
#[derive(Clone)]
struct Case {
    rows: Matrix,
    outputs: usize,
    target: Vec<f64>,
    weights: Option<Vec<f64>>,
    points: Vec<f64>,
}

fn case(model: &dyn Model, space: &Space) -> Case {
    let mut stream = Stream::new(11, Purpose::SyntheticFeatures, 0);
    // More than one block of rows, and a rest.
    let features = Matrix { rows: 150, columns: 3, values: (0..450).map(|_| stream.normal()).collect() };
    let layout = model.layout(space).expect("small");
    let rows = model.linear_in_parameters().map_or(Ok(features.clone()), |model| model.design(&features)).expect("few");
    let target = (0..150).map(|_| match space.classes {
        None => 1.0 + stream.normal(),
        Some(classes) => stream.below(classes as u64) as f64,
    });
    let target = target.collect();
    // Small ones, so that no loss that grows exponentially drowns the difference of two points.
    let points = (0..2 * layout.parameters()).map(|_| 0.25 * stream.normal()).collect();
    Case { rows, outputs: model.n_outputs(space), target, weights: None, points }
}

impl Case {
    /// The mean loss at a point, by its outputs.
    fn mean_loss(&self, model: &dyn Model, point: &[f64]) -> f64 {
        if model.linear_in_parameters().is_none() {
            return self.gradients(model, point, 1).0[0];
        }
        let mut outputs = vec![0.0; self.outputs * self.target.len()];
        let rows = MatrixRows::every(&self.rows.values, self.rows.columns);
        Passes::<f64>::outputs(model, rows, Points::new(1, point), &mut outputs, &mut Workspace::default());
        model.loss().sum(&outputs, &self.target, self.weights.as_deref()) / self.target.len() as f64
    }

    /// The mean losses and their gradients at some points.
    fn gradients(&self, model: &dyn Model, points: &[f64], trials: usize) -> (Vec<f64>, Vec<f64>) {
        let negated_target: Vec<f64> = self.target.iter().map(|value| -value).collect();
        let weight = 1.0 / self.target.len() as f64;
        let rows = MatrixRows::every(&self.rows.values, self.rows.columns);
        let (negated_target, row_weights) = (&negated_target[..], self.weights.as_deref());
        let batch = Batch { rows, columns: None, negated_target, row_weights, weight };
        let (mut losses, mut gradients) = (vec![0.0; trials], vec![f64::NAN; points.len()]);
        Passes::<f64>::gradients(model, &batch, points, &mut losses, &mut gradients, None, &mut Workspace::default());
        losses.iter_mut().for_each(|loss| *loss *= weight);
        (losses, gradients)
    }
}

#[test]
fn gradients_are_central_differences_of_the_loss() {
    for (name, model, case) in models() {
        let d = case.points.len() / 2;
        let (losses, gradients) = case.gradients(&*model, &case.points, 2);
        for ((point, gradient), loss) in case.points.chunks(d).zip(gradients.chunks(d)).zip(losses) {
            assert_close(loss, case.mean_loss(&*model, point), 1e-12, &name);
            let scale = gradient.iter().fold(0.0_f64, |scale, value| scale.max(value.abs()));
            for index in 0..d {
                let at = |step: f64| {
                    let mut point = point.to_vec();
                    point[index] += step;
                    case.mean_loss(&*model, &point)
                };
                // Where a step passes a kink, a shorter one does not.
                let is_near = |step: f64, most: f64| {
                    let difference = (at(step) - at(-step)) / (2.0 * step);
                    // The difference itself is rounded.
                    (difference - gradient[index]).abs() <= most * scale + 1e-9
                };
                assert!(
                    is_near(2e-5, 1e-7) || is_near(2e-6, 1e-6) || is_near(2e-7, 1e-6),
                    "{name}, {index}: {:?}",
                    gradient[index]
                );
            }
        }
    }
}

#[test]
fn trials_side_by_side_have_the_bits_of_each_alone() {
    for (name, model, case) in models() {
        let (d, n) = (case.points.len() / 2, case.outputs * case.target.len());
        let (losses, gradients) = case.gradients(&*model, &case.points, 2);
        let rows = MatrixRows::every(&case.rows.values, case.rows.columns);
        let classes = (case.outputs > 1).then_some(case.outputs);
        let space = Space { n_features: 3, target: TargetKind::Number, n_targets: 1, classes };
        let statistics = model.statistics(&space);
        let mut together = vec![0.0; 2 * n];
        Passes::<f64>::outputs(
            &*model,
            rows,
            Points { statistics: &[statistics.clone(), statistics.clone()].concat(), ..Points::new(2, &case.points) },
            &mut together,
            &mut Workspace::default(),
        );
        for (trial, point) in case.points.chunks(d).enumerate() {
            let (loss, gradient) = case.gradients(&*model, point, 1);
            assert_eq!((loss[0], &gradient[..]), (losses[trial], &gradients[trial * d..][..d]), "{name}");
            let mut alone = vec![0.0; n];
            Passes::<f64>::outputs(
                &*model,
                rows,
                Points { statistics: &statistics, ..Points::new(1, point) },
                &mut alone,
                &mut Workspace::default(),
            );
            assert_eq!(alone, together[trial * n..][..n], "{name}");
        }
    }
}
