//! What the engine does for any method and schedule, with ones that exist in this file only.

use super::*;
use crate::numeric::Real;
use crate::optimizer::{MethodState, MethodTraits, Optimizer, Progress, Step, Update};
use crate::record::Outcome;
use crate::schedule::{Horizon, LossMemory, Schedule};
use crate::shape::{Space, TargetKind};

/// Descent that tries its step first: it takes the whole step if that lowers J, and half of it otherwise. It is evaluated at the
/// mean of its points.
struct Careful;

impl Optimizer for Careful {
    fn traits(&self, _l1: f64) -> MethodTraits {
        MethodTraits { vectors: 2, scalars: 3, searches: true, averages: true, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        Batching::Full
    }
}

impl<T: Real> Update<T> for Careful {
    fn point(&self, step: &Step<'_, T>, parameters: &[T], state: &MethodState<T>, point: &mut [T]) {
        for ((point, parameter), gradient) in point.iter_mut().zip(parameters).zip(&state.vectors) {
            *point = *parameter - step.rate * *gradient;
        }
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
        if state.scalars[0] == 0.0 {
            state.scalars[..2].copy_from_slice(&[1.0, loss]);
            state.vectors[..d].copy_from_slice(gradient);
            return Progress::Again;
        }
        let share = if loss < state.scalars[1] { T::ONE } else { T::from_f64(0.5) };
        state.scalars[0] = 0.0;
        state.scalars[2] += 1.0;
        let [tried, sum] = state.split(d);
        for ((parameter, gradient), sum) in parameters.iter_mut().zip(tried).zip(sum) {
            *parameter = *parameter - share * step.rate * *gradient;
            *sum = *sum + *parameter;
        }
        Progress::Moved
    }

    fn evaluation_point(&self, parameters: &[T], state: &MethodState<T>, point: &mut [T]) {
        let d = parameters.len();
        let steps = state.scalars[2];
        for ((point, parameter), sum) in point.iter_mut().zip(parameters).zip(&state.vectors[d..]) {
            *point = if steps > 0.0 { *sum / T::from_f64(steps) } else { *parameter };
        }
    }
}

/// y = x over the rows −1 and 1, so that J(b, w) = (b² + (w − 1)²)/2.
fn bowl() -> Arc<PreparedData> {
    let dataset = Dataset {
        features: Matrix { rows: 2, columns: 1, values: vec![-1.0, 1.0] },
        target: vec![-1.0, 1.0],
        feature_names: vec!["x".into()],
        classes: None,
        weights: None,
        target_name: "y".into(),
        other_targets: Vec::new(),
        given_test: 0,
        fingerprint: String::new(),
        notes: Vec::new(),
        reading: Reading::default(),
    };
    whole(&dataset, false)
}

fn train_with(trainees: Vec<Trainee>, path: Path) -> Vec<TrialRecord> {
    let cohort = Cohort {
        data: bowl(),
        model: linear(),
        layout: bowl().layout_of(&*linear()).expect("fits"),
        batching: Batching::Full,
        seed: 1,
        precision: Precision::F64,
        path,
        trainees,
        epochs_passed: Arc::default(),
    };
    let mut records = Vec::new();
    train(&cohort, &AtomicBool::new(false), &mut |record| records.push(record));
    records
}

#[test]
fn a_method_may_search_and_be_evaluated_elsewhere_beside_methods_that_do_not() {
    let careful = |rate: f64| {
        let spec = Spec::gd(rate, 2, vec![0.0, 0.0]).every_step();
        Trainee {
            optimizer: Arc::new(Careful),
            id: Id::of(&format!("careful {rate}")),
            trajectory: 7,
            ..spec.trainee()
        }
    };
    let plain = Spec::gd(0.5, 2, vec![0.0, 0.0]).every_step().trainee();
    for path in [Path::Plain, Path::Compressed] {
        let mut large = careful(4.0);
        large.trajectory = 8;
        let records = train_with(vec![careful(0.5), large, plain_copy(&plain)], path);
        let of = |id: Id| records.iter().find(|record| record.id == id).expect("trained");
        // w goes 0, 0.5, 0.75: at the mean of its points the MSEs are 1, 0.25 and 0.375².
        let small = of(Id::of("careful 0.5"));
        assert_eq!(small.curve.train, [1.0, 0.25, 0.140_625], "{path}");
        // Four times the way is too far: it takes half of it, so that w goes 0, 2, 0.
        assert_eq!(of(Id::of("careful 4")).curve.train, [1.0, 1.0, 0.0], "{path}");
        // Each step took two gradients over two rows.
        assert_eq!((small.steps, small.gradient_evaluations), (2, 8), "{path}");
        let plain = of(plain.id);
        assert_eq!((plain.steps, plain.gradient_evaluations), (2, 4), "{path}");
        assert_eq!(plain.curve.train, [1.0, 0.25, 0.0625], "{path}");
    }
}

fn plain_copy(trainee: &Trainee) -> Trainee {
    Trainee {
        id: trainee.id,
        trajectory: trainee.trajectory,
        ..Spec::gd(0.5, 2, vec![0.0, 0.0]).every_step().trainee()
    }
}

/// Halves the rate whenever J has not fallen below half of what it was.
struct Halving;

struct HalvingMemory {
    last: f64,
    factor: f64,
}

impl Schedule for Halving {
    fn rate(&self, learning_rate: f64, _k: u64, _horizon: Horizon) -> f64 {
        learning_rate
    }

    fn memory(&self) -> Option<Box<dyn LossMemory>> {
        Some(Box::new(HalvingMemory { last: f64::INFINITY, factor: 1.0 }))
    }
}

impl LossMemory for HalvingMemory {
    fn observe(&mut self, _epoch: u64, _updates: u64, objective: f64) {
        self.factor *= if objective > 0.5 * self.last { 0.5 } else { 1.0 };
        self.last = objective;
    }

    fn adjusted(&self, rate: f64) -> f64 {
        self.factor * rate
    }

    fn remembered(&self) -> Vec<f64> {
        vec![self.last, self.factor]
    }

    fn remember(&mut self, remembered: &[f64]) {
        (self.last, self.factor) = (remembered[0], remembered[1]);
    }
}

#[test]
fn a_schedule_may_remember_the_losses_of_evaluated_epochs() {
    let spec = Spec::gd(2.0, 4, vec![0.0, 0.0]).every_step();
    let trainee = Trainee { schedule: Arc::new(Halving), ..spec.trainee() };
    let records = train_with(vec![trainee], Path::Rows);
    assert!(matches!(records[0].outcome, Outcome::Completed { .. }));
    // At rate 2 w jumps from 0 to 2 and back, J stays; then the rate is 1, and w is 1 at once.
    assert_eq!(records[0].curve.train, [1.0, 1.0, 1.0, 0.0, 0.0]);
}

#[test]
fn no_such_schedule_trains_in_modes() {
    let options = Spec::gd(0.1, 1, vec![0.0; 2]).options;
    let space = Space { n_features: 1, target: TargetKind::Number, n_targets: 1, classes: None };
    let (model, optimizer) = (linear(), Momentum { momentum: 0.0, nesterov: false, batching: Batching::Full });
    let path = |schedule: &dyn Schedule| Path::of(&options, (&*model, &space), &optimizer, schedule, 10, 2);
    assert_eq!(path(&Constant), Ok(Path::Modes));
    assert_eq!(path(&Halving), Ok(Path::Compressed));
}
