//! What the steps of a trial carry from one to the next, as named vectors: all that training goes on from. (One more is a line in
//! `of` and one in `restore`.)

use super::gradient_trajectory::GradientTrajectory;
use crate::numeric::Real;
use crate::record::TrainingEnd;

/// Named vectors.
pub type Carried = Vec<(String, Vec<f64>)>;

const PARAMETERS: &str = "parameters";
const STATISTICS: &str = "statistics";
const VECTORS: &str = "vectors";
const PART_VECTORS: &str = "part_vectors";
const SCALARS: &str = "scalars";
const AVERAGED: &str = "averaged";
const PREVIOUS_RATE: &str = "previous_rate";
pub const SEARCHED: &str = "searched";
const SCHEDULE: &str = "schedule";
const MODES: &str = "modes";

/// What a trial carries that trains by gradients, at these parameters and statistics.
pub fn of<T: Real>(trial: &GradientTrajectory<'_, T>, (parameters, statistics): (&[T], &[T])) -> Carried {
    let in_f64 = |values: &[T]| values.iter().map(|value| value.to_f64()).collect();
    let named = |name: &str, values: Vec<f64>| (name.to_owned(), values);
    vec![
        named(PARAMETERS, in_f64(parameters)),
        named(STATISTICS, in_f64(statistics)),
        named(VECTORS, in_f64(&trial.state.vectors)),
        named(PART_VECTORS, in_f64(&trial.state.part_vectors)),
        named(SCALARS, trial.state.scalars.clone()),
        // Counts are far below 2⁵³.
        named(AVERAGED, vec![trial.state.averaged as f64]),
        named(PREVIOUS_RATE, vec![trial.previous_rate]),
        named(SEARCHED, vec![trial.searched as f64]),
        named(SCHEDULE, trial.memory.as_ref().map_or_else(Vec::new, |memory| memory.remembered())),
    ]
}

/// What a trial carries that trains in modes.
pub fn of_modes(numbers: Vec<f64>) -> Carried {
    vec![(MODES.to_owned(), numbers), (SEARCHED.to_owned(), vec![0.0])]
}

/// What it carried, given how many numbers it carries.
///
/// # Panics
/// If it was kept of another problem.
pub fn modes(end: &TrainingEnd, length: usize) -> &[f64] {
    fitting(end, MODES, length)
}

/// Gives a trial at its start what it carried, and writes its parameters and statistics to `parameters` and `statistics`.
///
/// # Panics
/// If it was kept by another method or model.
pub fn restore<T: Real>(
    trial: &mut GradientTrajectory<'_, T>,
    parameters: &mut [T],
    statistics: &mut [T],
    end: &TrainingEnd,
) {
    let fill = |to: &mut [T], name: &str| {
        let values = fitting(end, name, to.len());
        to.iter_mut().zip(values).for_each(|(to, value)| *to = T::from_f64(*value));
    };
    fill(parameters, PARAMETERS);
    fill(statistics, STATISTICS);
    fill(&mut trial.state.vectors, VECTORS);
    fill(&mut trial.state.part_vectors, PART_VECTORS);
    let scalars = fitting(end, SCALARS, trial.state.scalars.len());
    trial.state.scalars.copy_from_slice(scalars);
    trial.state.averaged = fitting(end, AVERAGED, 1)[0] as u64;
    trial.previous_rate = fitting(end, PREVIOUS_RATE, 1)[0];
    trial.searched = fitting(end, SEARCHED, 1)[0] as u64;
    if let Some(memory) = &mut trial.memory {
        memory.remember(end.carried(SCHEDULE));
    }
}

/// A vector of this length.
///
/// # Panics
/// If it has another.
pub fn fitting<'e>(end: &'e TrainingEnd, name: &str, length: usize) -> &'e [f64] {
    let values = end.carried(name);
    assert!(
        values.len() == length,
        "what is kept of an earlier training does not fit: {name} has {} numbers instead of {length}",
        values.len()
    );
    values
}
