//! The rates of a schedule that follows losses, found again from the losses that the trials of a setting recorded.

use super::label::number;
use super::sample::Sample;
use crate::metric;
use crate::record::{CurveRow, Study, StudyCombination, StudySetting};
use crate::schedule::{Horizon, Schedule};

/// What its trials did.
pub struct Replayed {
    /// (updates done before, α_k/α): the median over trials at both ends of each stretch between two evaluated epochs.
    pub points: Vec<(u64, f64)>,
    /// The quartiles.
    pub band: Vec<(u64, f64, f64)>,
    pub trials: usize,
}

/// The rates of the completed trials of a setting. `None` if what the schedule watches is not recorded: J, which is half the MSE
/// without a penalty, and whose changes by a share are those of the MSE.
pub fn replay(
    study: &Study,
    combination: &StudyCombination,
    setting: &StudySetting,
    schedule: &dyn Schedule,
    horizon: Horizon,
) -> Option<Replayed> {
    let is_half_the_mse = combination.metrics.losses.iter().all(|loss| **loss == *metric::mse());
    let is_on = |key: &str| combination.column(key).get(setting).and_then(number).is_some_and(|value| value != 0.0);
    if !is_half_the_mse || is_on("model.l1") || is_on("model.l2") {
        return None;
    }
    let completed: Vec<usize> = setting.trials().filter(|&trial| study.trials.get(trial).is_completed()).collect();
    let mut lines: Vec<Vec<(u64, f64)>> = Vec::new();
    study.curves.read(&completed, &mut |_, row| lines.extend(rates(schedule, horizon, row)));
    let longest = lines.iter().max_by_key(|line| line.len()).filter(|line| !line.is_empty())?;
    let (mut points, mut band) = (Vec::new(), Vec::new());
    for (index, &(k, _)) in longest.iter().enumerate() {
        // Trials that have ended have no rate, and all others are evaluated at the same epochs.
        let there = lines.iter().filter_map(|line| line.get(index)).filter(|point| point.0 == k);
        let there = Sample::new(there.map(|point| point.1).collect());
        points.push((k, there.median()?));
        band.push((k, there.quantile(0.25)?, there.quantile(0.75)?));
    }
    Some(Replayed { points, band, trials: lines.len() })
}

/// α_k/α at both ends of each stretch between two evaluated epochs of a trial.
fn rates(schedule: &dyn Schedule, horizon: Horizon, row: CurveRow<'_>) -> Option<Vec<(u64, f64)>> {
    let mut memory = schedule.memory()?;
    let mut line: Vec<(u64, f64)> = Vec::new();
    for (index, &step) in row.step.iter().enumerate() {
        if row.epoch[index] > 0 {
            memory.observe(row.epoch[index], step, *row.train.get(index)?);
        }
        let Some(&next) = row.step.get(index + 1) else { break };
        for k in [step, next.saturating_sub(1)] {
            if line.last().is_none_or(|last| last.0 < k) {
                line.push((k, memory.adjusted(schedule.rate(1.0, k, horizon))));
            }
        }
    }
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Curve;

    /// Ten steps an epoch. The second epoch improves on nothing, the third neither: then the rate falls.
    #[test]
    fn rates_stand_from_one_evaluation_to_the_next() {
        let keys: toml::Table =
            "kind = \"reduce_on_plateau\"\nfactor = 0.5\npatience = 1\nthreshold = 0.0\ncooldown = 0\n\
                                 minimum_fraction = 0.0"
                .parse()
                .expect("TOML");
        let schedule = crate::schedule::read(Some(&keys.into())).expect("builds");
        let curve = Curve {
            epoch: (0..=5).collect(),
            step: (0..=5).map(|epoch| 10 * epoch).collect(),
            train: vec![5.0, 4.0, 4.0, 4.0, 4.0, 4.0],
            ..Curve::default()
        };
        let horizon = Horizon { steps: 50, steps_per_epoch: 10 };
        let line = rates(&*schedule, horizon, curve.row()).expect("it remembers");
        let expected = [
            (0, 1.0),
            (9, 1.0),
            (10, 1.0),
            (19, 1.0),
            (20, 1.0),
            (29, 1.0),
            (30, 0.5),
            (39, 0.5),
            (40, 0.5),
            (49, 0.5),
        ];
        assert_eq!(line, expected);
    }
}
