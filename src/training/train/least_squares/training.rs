//! Training of a cohort in the modes of its problems: trials with the same kind of update go in lockstep.

use std::sync::atomic::AtomicBool;

use super::data::LeastSquaresData;
use super::lockstep::Lockstep;
use crate::record::TrialRecord;
use crate::shape::Recurrence;
use crate::train::cohort::{Cohort, Trainee, trajectories};

/// Trains a cohort and emits the record of each trial when it ends. If `stop` is set, it returns early, and the trials
/// without a record are outstanding.
pub fn train(cohort: &Cohort, least_squares: &LeastSquaresData, stop: &AtomicBool, emit: &mut dyn FnMut(TrialRecord)) {
    let mut alike: Vec<(Motion, f64, Vec<Vec<&Trainee>>)> = Vec::new();
    for group in trajectories(&cohort.trainees) {
        let Some(recurrence) = group[0].optimizer.traits(0.0).recurrence else { continue };
        let (motion, l2) = (Motion::of(recurrence), group[0].penalty.l2);
        match alike.iter_mut().find(|(known, at, _)| *known == motion && *at == l2) {
            Some((_, _, groups)) => groups.push(group),
            None => alike.push((motion, l2, vec![group])),
        }
    }
    for (motion, l2, groups) in alike {
        let cell = least_squares.modes(l2);
        let Some(modes) = cell.get() else { continue };
        match motion {
            Motion::Descent => Lockstep::<2, false>::new(cohort, least_squares, modes, groups).run(stop, emit),
            Motion::HeavyBall => Lockstep::<4, false>::new(cohort, least_squares, modes, groups).run(stop, emit),
            Motion::Nesterov => Lockstep::<4, true>::new(cohort, least_squares, modes, groups).run(stop, emit),
        }
    }
}

/// A kind of update. Trials of one kind are moved by the same instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Motion {
    /// Without momentum, in either form: a velocity would only repeat the gradient.
    Descent,
    HeavyBall,
    Nesterov,
}

impl Motion {
    fn of(Recurrence { momentum, nesterov }: Recurrence) -> Self {
        if momentum == 0.0 {
            Self::Descent
        } else if nesterov {
            Self::Nesterov
        } else {
            Self::HeavyBall
        }
    }
}
