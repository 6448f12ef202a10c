//! L-BFGS: steps along −H·∇J, where H approximates the inverse Hessian from the last pairs of steps and gradient changes, with
//! a line search that ends at a point of the strong Wolfe conditions.
//!
//! From the pairs s_i = θ_{i+1} − θ_i and y_i = ∇J(θ_{i+1}) − ∇J(θ_i) of the last `history` steps, the two-loop recursion gives
//! d = −H·∇J, with H₀ = (sᵀy/yᵀy)·I of the last pair; a pair with sᵀy ≤ 10⁻¹⁰ is left out. The search begins at the step length
//! α (in the first step, α·min(1, 1/‖∇J‖₁)) and seeks a t with
//! J(θ + t·d) ≤ J(θ) + 10⁻⁴·t·∇Jᵀd and |∇J(θ + t·d)ᵀd| ≤ 0.9·|∇Jᵀd|, by cubic interpolation, in at most 25 gradients. Each is
//! counted in `gradient_evaluations`. (The first condition is tested up to the rounding of J: close to the optimum no decrease shows.)
//!
//! J has kinks under l1, and the search may then end short of these conditions: `gd` and `sgd` reach such an optimum.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | 1 | > 0 |
//! | `history` | | 10 | 1 to 1000 |
//!
//! Every step takes all training rows. A step is a step of PyTorch's `LBFGS` with `max_iter = 1`, `max_eval = 26`, `line_search_fn =
//! "strong_wolfe"` and no tolerance on the gradient (its `history_size` is 100 unless told otherwise; the paper advises 3 to 20).
//!
//! Liu and Nocedal, "On the limited memory BFGS method for large scale optimization", Mathematical Programming 45, 1989; Nocedal
//! and Wright, "Numerical optimization", 2006, algorithms 3.5, 3.6 and 7.4.
//!
//! ```toml
//! [optimizers.lbfgs]
//! method = "lbfgs"
//! history = [3, 10]
//! ```

use serde::Deserialize;

use super::batching::Batching;
use super::keys::LEARNING_RATE;
use super::line_search::LineSearch;
use super::method::{Method, Optimizer};
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::{Kernel, Real, dispatch, dot};
use crate::parameter::{Decides, Fallback, Kind, Parameter, read};

pub const METHOD: Method = Method::new(
    "lbfgs",
    "L-BFGS on all training rows, with a strong Wolfe line search",
    &[Parameter { default: Fallback::Literal("1.0"), ..LEARNING_RATE.default_elsewhere(1.0, "torch") }, HISTORY],
    include_str!("lbfgs.rs"),
    |values| Ok(Box::new(read::<Lbfgs>(values)?)),
)
.refusing(&[
    ("rate_multipliers", "its steps are not the rate times a direction"),
    ("clip_value", "its line search needs the gradient of what it descends"),
    ("clip_norm", "its line search needs the gradient of what it descends"),
    ("weight_decay", "its line search needs the gradient of what it descends; l2 of the model is a penalty in J"),
    ("decay", "it takes no weight_decay"),
    ("centralize_gradient", "its line search needs the gradient of what it descends"),
    ("cautious", "its line search has chosen the length of its step"),
    ("average", "its points approach the optimum without noise that a mean would take away"),
]);

const HISTORY: Parameter = Parameter::new(
    "history",
    Kind::Integer { at_least: 1, at_most: 1000 },
    Fallback::Literal("10"),
    Decides::Update,
    "the number of last steps from which the curvature is estimated",
)
.also_called(&["history_size", "memory"]);

/// A pair of vectors with a smaller product is left out.
const SMALLEST_PRODUCT: f64 = 1e-10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lbfgs {
    history: usize,
    #[serde(rename = "learning_rate")]
    _learning_rate: f64,
}

impl Optimizer for Lbfgs {
    /// Vectors: the direction, the last gradient, and the pairs. Scalars: those of [`Memory`], and 1/sᵀy of each pair.
    fn traits(&self, _l1: f64) -> MethodTraits {
        MethodTraits {
            vectors: 2 + 2 * self.history,
            scalars: Memory::SCALARS + self.history,
            searches: true,
            ..MethodTraits::default()
        }
    }

    fn batching(&self) -> Batching {
        Batching::Full
    }
}

impl<T: Real> Update<T> for Lbfgs {
    fn point(&self, _step: &Step<'_, T>, parameters: &[T], state: &MethodState<T>, point: &mut [T]) {
        let length = Memory::read(&state.scalars).search.length;
        point.copy_from_slice(parameters);
        add_scaled(T::from_f64(length), &state.vectors[..parameters.len()], point);
    }

    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let d = parameters.len();
        let mut memory = Memory::read(&state.scalars);
        let ended = if memory.searching {
            memory.search.take(loss, dot(gradient, &state.vectors[..d]).to_f64())
        } else {
            self.turn(&mut memory, state, gradient);
            let direction = &state.vectors[..d];
            let slope = dot(gradient, direction).to_f64();
            let first = if step.k == 0 { (1.0 / sum_of_magnitudes(gradient)).min(1.0) } else { 1.0 };
            let largest = direction.iter().map(|value| value.magnitude().to_f64()).fold(0.0, f64::max);
            memory.search = LineSearch::begin(loss, slope, first * step.rate.to_f64(), largest);
            memory.length = 0.0;
            state.vectors[d..2 * d].copy_from_slice(gradient);
            // Without descent ahead, the trial stays where it is.
            let descends = slope < 0.0;
            if !descends {
                memory.search.length = 0.0;
            }
            !descends
        };
        memory.searching = !ended;
        if ended {
            memory.length = memory.search.length;
            add_scaled(T::from_f64(memory.length), &state.vectors[..d], parameters);
        }
        memory.write(&mut state.scalars);
        if ended { Progress::Moved } else { Progress::Again }
    }
}

impl Lbfgs {
    /// Takes up the pair of the last step, and writes the direction −H·g.
    fn turn<T: Real>(&self, memory: &mut Memory, state: &mut MethodState<T>, gradient: &[T]) {
        let d = gradient.len();
        let (front, pairs) = state.vectors.split_at_mut(2 * d);
        let (direction, last) = front.split_at_mut(d);
        let (changes, steps) = pairs.split_at_mut(self.history * d);
        let inverse = &mut state.scalars[Memory::SCALARS..];
        if memory.length > 0.0 {
            // The vectors of the last step become its pair: no other place is needed to form it.
            for (last, gradient) in last.iter_mut().zip(gradient) {
                *last = *gradient - *last;
            }
            let length = T::from_f64(memory.length);
            direction.iter_mut().for_each(|value| *value = *value * length);
            let product = dot(last, direction).to_f64();
            if product > SMALLEST_PRODUCT {
                let place = memory.next as usize;
                changes[place * d..][..d].copy_from_slice(last);
                steps[place * d..][..d].copy_from_slice(direction);
                inverse[place] = 1.0 / product;
                memory.next = ((place + 1) % self.history) as f64;
                memory.pairs = (memory.pairs + 1.0).min(self.history as f64);
                memory.diagonal = product / dot(last, last).to_f64();
            }
        }
        direction.iter_mut().zip(gradient).for_each(|(value, gradient)| *value = -*gradient);
        let (count, next) = (memory.pairs as usize, memory.next as usize);
        // From the newest pair to the oldest.
        let newest = (1..=count).map(|age| (next + self.history - age) % self.history);
        let mut shares = Vec::with_capacity(count);
        for place in newest.clone() {
            let share = dot(&steps[place * d..][..d], direction).to_f64() * inverse[place];
            add_scaled(T::from_f64(-share), &changes[place * d..][..d], direction);
            shares.push(share);
        }
        if count > 0 {
            let diagonal = T::from_f64(memory.diagonal);
            direction.iter_mut().for_each(|value| *value = *value * diagonal);
        }
        for (place, share) in newest.zip(shares).collect::<Vec<_>>().into_iter().rev() {
            let other = dot(&changes[place * d..][..d], direction).to_f64() * inverse[place];
            add_scaled(T::from_f64(share - other), &steps[place * d..][..d], direction);
        }
    }
}

/// What is remembered between two gradients, as the scalars of a state.
#[derive(Clone, Copy, Default)]
struct Memory {
    searching: bool,
    search: LineSearch,
    /// The length of the last step; 0 if there was none.
    length: f64,
    /// sᵀy/yᵀy of the newest pair.
    diagonal: f64,
    pairs: f64,
    /// The place of the next pair.
    next: f64,
}

impl Memory {
    const SCALARS: usize = 5 + LineSearch::SCALARS;

    fn read(scalars: &[f64]) -> Self {
        let mut values = scalars.iter().copied();
        let mut next = || values.next().unwrap_or_default();
        Self {
            searching: next() > 0.0,
            length: next(),
            diagonal: next(),
            pairs: next(),
            next: next(),
            search: LineSearch::read(&mut next),
        }
    }

    fn write(&self, scalars: &mut [f64]) {
        let own = [f64::from(self.searching), self.length, self.diagonal, self.pairs, self.next];
        let all = own.into_iter().chain(self.search.scalars());
        scalars.iter_mut().zip(all).for_each(|(to, value)| *to = value);
    }
}

/// Σ|g_i|, one after the other.
fn sum_of_magnitudes<T: Real>(values: &[T]) -> f64 {
    values.iter().fold(0.0, |sum, value| sum + value.magnitude().to_f64())
}

/// to ← to + factor·values
fn add_scaled<T: Real>(factor: T, values: &[T], to: &mut [T]) {
    dispatch(AddScaled { factor, values, to });
}

struct AddScaled<'a, T> {
    factor: T,
    values: &'a [T],
    to: &'a mut [T],
}

impl<T: Real> Kernel for AddScaled<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (to, value) in self.to.iter_mut().zip(self.values) {
            *to = self.factor.fused(*value, *to);
        }
    }
}
