//! Muon: momentum whose matrix is made orthogonal, so that every direction of the weights moves by the same length.
//!
//! m ← β·m + (1 − β)·g. M = m/(1 − β^t), or with `nesterov` M = β·m/(1 − β^(t+1)) + (1 − β)·g/(1 − β^t), where t counts the updates with this one.
//! In each matrix of weights, `[outputs, inputs]`, X = M/(‖M‖ + ε), and `ns_steps` times A = X·Xᵀ, X ← 3.4445·X + (−4.7750·A + 2.0315·A²)·X.
//! θ ← θ − α_k·√max(1, outputs/inputs)·X. All other parameters take the steps of `rest`.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `momentum` | β | 0.95 | 0 ≤ β < 1 |
//! | `nesterov` | | true | |
//! | `ns_steps` | | 5 | 1 to 100 |
//! | `epsilon` | ε | 1e-8 | > 0 |
//! | `rest` | | `{ method = "adam" }` | `"adam"`, `"sgd"`, `"lion"` with its keys |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! The form and the defaults are those of optax's `muon`, with plain Adam for the rest (optax has Nesterov's there). The first program corrects no mean; PyTorch's `Muon`
//! rounds the products to 16 bits. The iterations bring the singular values near 1, between 0.7 and 1.2, and do not converge. The weights of a linear model with one
//! output are a matrix of one row, of which only the direction is left: as with `signum`, all steps have one length. `learning_rate` of `rest` is that of the
//! weights unless set, and follows the same schedule.
//!
//! Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024.
//!
//! ```toml
//! [optimizers.muon]
//! method = "muon"
//! learning_rate = { from = 1e-3, to = 1.0, count = 7, scale = "log" }
//! batch_size = 32
//! rest = { method = "adam", learning_rate = 0.01 }
//! schedule = "cosine"
//! ```

use serde::Deserialize;

use super::batching::{BatchKeys, Batching};
use super::by_component::{Along, Rule, by_component};
use super::keys::{BATCH_SIZE, EPSILON, LAST_BATCH, LEARNING_RATE, MOMENTUM, NESTEROV, REPLACEMENT};
use super::method::{Method, Optimizer};
use super::rest::{REST, Rest};
use super::running_mean::RunningMean;
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::{Epilogue, InitialSum, MatrixRows, Real, norm_squared, product, transpose};
use crate::parameter::{Decides, Fallback, Kind, Parameter, Values};
use crate::shape::{Role, Tensor};

pub const METHOD: Method = Method::new(
    "muon",
    "Muon: momentum whose matrix is made orthogonal; other parameters by `rest`",
    &[
        LEARNING_RATE.default_elsewhere(1e-3, "torch"),
        BATCH_SIZE,
        Parameter { default: Fallback::Literal("0.95"), ..MOMENTUM },
        Parameter { default: Fallback::Literal("true"), acts_on: None, ..NESTEROV },
        NS_STEPS,
        Parameter { doc: "ε: added to the norm of the matrix", ..EPSILON },
        REST_KEY,
        REPLACEMENT,
        LAST_BATCH,
    ],
    include_str!("muon.rs"),
    |values| Ok(Box::new(Muon::new(values)?)),
);

const NS_STEPS: Parameter = Parameter::new(
    "ns_steps",
    Kind::Integer { at_least: 1, at_most: 100 },
    Fallback::Literal("5"),
    Decides::Update,
    "the number of Newton–Schulz iterations that make a matrix orthogonal",
);

const REST_KEY: Parameter = Parameter::new(
    "rest",
    Kind::Row(&REST),
    Fallback::Literal("{ method = \"adam\" }"),
    Decides::Update,
    "the method of all parameters that are no matrix of weights: biases and scales",
);

/// The coefficients of an iteration.
const COEFFICIENTS: [f64; 3] = [3.4445, -4.7750, 2.0315];

#[derive(Deserialize)]
struct Keys {
    momentum: f64,
    nesterov: bool,
    ns_steps: usize,
    epsilon: f64,
    rest: toml::Value,
    #[serde(flatten)]
    batches: BatchKeys,
}

struct Muon {
    keys: Keys,
    rest: Rest,
}

impl Muon {
    fn new(values: &Values) -> Result<Self, toml::de::Error> {
        let keys: Keys = crate::parameter::read(values)?;
        Ok(Self { rest: Rest::read(&keys.rest)?, keys })
    }

    /// Makes a matrix `[rows, columns]` orthogonal, or nearly so.
    fn orthogonalize<T: Real>(&self, matrix: &mut Vec<T>, rows: usize, columns: usize) {
        let of = T::from_f64;
        let (long, wide) = (rows.max(columns), rows.min(columns));
        let turned = rows > columns;
        if turned {
            *matrix = transposed(matrix, columns, rows);
        }
        let norm = norm_squared(matrix).to_f64().sqrt() + self.keys.epsilon;
        matrix.iter_mut().for_each(|value| *value = *value / of(norm));
        let [first, second, third] = COEFFICIENTS.map(of);
        let (mut gram, mut squared) = (vec![T::ZERO; wide * wide], vec![T::ZERO; wide * wide]);
        let mut next = vec![T::ZERO; matrix.len()];
        for _ in 0..self.keys.ns_steps {
            let transposed = transposed(matrix, long, wide);
            multiply(&mut gram, matrix, long, &transposed, wide);
            multiply(&mut squared, &gram, wide, &gram, wide);
            for (squared, gram) in squared.iter_mut().zip(&gram) {
                *squared = third.fused(*squared, second * *gram);
            }
            multiply(&mut next, &squared, wide, matrix, long);
            for (value, next) in matrix.iter_mut().zip(&next) {
                *value = first.fused(*value, *next);
            }
        }
        if turned {
            *matrix = transposed(matrix, long, wide);
        }
    }
}

/// A matrix of `columns` columns and as many rows as it has, turned; the turned one has `rows` columns.
fn transposed<T: Real>(matrix: &[T], columns: usize, rows: usize) -> Vec<T> {
    let mut turned = vec![T::ZERO; matrix.len()];
    debug_assert_eq!(rows * columns, matrix.len());
    transpose(MatrixRows::every(matrix, columns), &mut turned);
    turned
}

/// c ← a·b, where a has `inner` columns and b has `columns`.
fn multiply<T: Real>(c: &mut [T], a: &[T], inner: usize, b: &[T], columns: usize) {
    product(c, InitialSum::Zero, MatrixRows::every(a, inner), MatrixRows::every(b, columns), Epilogue::Store);
}

/// Whether a tensor is a matrix of weights.
fn is_matrix(tensor: &Tensor) -> bool {
    tensor.role == Role::Weight
}

impl Optimizer for Muon {
    fn traits(&self, l1: f64) -> MethodTraits {
        let rest = self.rest.method.traits(l1);
        // The momentum, and the state of the rest.
        MethodTraits { vectors: 1 + rest.vectors, scalars: rest.scalars, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.keys.batches.batching()
    }
}

impl<T: Real> Update<T> for Muon
where
    dyn Optimizer: Update<T>,
{
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let (of, d) = (T::from_f64, parameters.len());
        let beta = self.keys.momentum;
        let power = |t: u64| libm::pow(beta, t as f64);
        let now = 1.0 - power(step.k + 1);
        let rule = if self.keys.nesterov {
            let ahead = 1.0 - power(step.k + 2);
            Momentum { mean: RunningMean::new(beta), of_mean: of(beta / ahead), of_gradient: of((1.0 - beta) / now) }
        } else {
            Momentum { mean: RunningMean::new(beta), of_mean: of(1.0 / now), of_gradient: T::ZERO }
        };
        for tensor in step.layout.tensors().iter().filter(|tensor| is_matrix(tensor)) {
            let (rows, columns) = (tensor.rows.len(), tensor.rows.first().map_or(0, ExactSizeIterator::len));
            let mut matrix = Vec::with_capacity(rows * columns);
            for row in &tensor.rows {
                let from = matrix.len();
                matrix.resize(from + columns, T::ZERO);
                let momentum = &mut state.vectors[row.clone()];
                by_component(&rule, &mut matrix[from..], &gradient[row.clone()], [momentum]);
            }
            self.orthogonalize(&mut matrix, rows, columns);
            let stretch = (rows as f64 / columns.max(1) as f64).max(1.0).sqrt();
            let along = Along(of(step.rate.to_f64() * stretch));
            for (row, direction) in tensor.rows.iter().zip(matrix.chunks_exact(columns.max(1))) {
                by_component(&along, &mut parameters[row.clone()], direction, []);
            }
        }
        let others = step.layout.tensors().iter().filter(|tensor| !is_matrix(tensor)).flat_map(|tensor| &tensor.rows);
        self.rest.update(
            others.cloned(),
            step,
            parameters,
            (&mut state.vectors[d..], &mut state.scalars),
            loss,
            gradient,
        );
        Progress::Moved
    }
}

/// The momentum; its parameter becomes M.
struct Momentum<T> {
    mean: RunningMean<T>,
    of_mean: T,
    of_gradient: T,
}

impl<T: Real> Rule<T, 1> for Momentum<T> {
    #[inline(always)]
    fn step(&self, _direction: T, gradient: T, [mean]: [T; 1]) -> (T, [T; 1]) {
        let mean = self.mean.with(mean, gradient);
        (self.of_mean.fused(mean, self.of_gradient * gradient), [mean])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimizer::METHODS;
    use crate::parameter::AnyRegistry;

    /// Both orientations of a matrix of known singular values: all of them come near 1, and their vectors stay.
    #[test]
    fn singular_values_come_near_one() {
        let about = METHODS.about("muon").expect("exists");
        let mut values: Values = about.keys().filter_map(|key| Some((key.name.to_owned(), key.filled_in()?))).collect();
        values.insert("learning_rate".to_owned(), 0.1.into());
        let muon = Muon::new(&values).expect("builds");
        for (rows, columns) in [(2, 3), (3, 2)] {
            // diag(3, 0.5), with a row or a column of zeros.
            let mut matrix = vec![0.0_f64; 6];
            (matrix[0], matrix[columns + 1]) = (3.0, 0.5);
            muon.orthogonalize(&mut matrix, rows, columns);
            for (at, value) in matrix.iter().enumerate() {
                let expected = if at == 0 || at == columns + 1 { 0.68..1.25 } else { -1e-12..1e-12 };
                assert!(expected.contains(value), "{value} at {at} of {rows} × {columns}");
            }
        }
    }
}
