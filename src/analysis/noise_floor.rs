//! The noise floor of SGD at a constant rate, with replacement on least squares: what theory expects, and what was measured.

use super::contender::Contender;
use super::estimate::PairedDifference;
use super::sample::Sample;
use super::score::SettingResult;
use super::sweep::RateSeries;
use crate::metric::mse;
use crate::record::{Epoch, ProblemRecord, Split, Study};
use crate::shape::Regime;

/// One rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FloorAtRate {
    pub rate: f64,
    /// The training MSE of least squares: the mean over the seeds that have both numbers.
    pub lowest: f64,
    /// What the training MSE tends to in the mean above that.
    pub expected: f64,
    /// Where the trials ended above it, at the last epoch.
    pub measured: f64,
    /// Student's 95 % interval of the mean of that, over seeds.
    pub interval: Option<(f64, f64)>,
    /// The smallest and the largest expected MSE over the seeds.
    pub range: (f64, f64),
    pub n: usize,
}

/// The floors of a series, in the order of its rates; empty where theory has none.
#[must_use]
pub fn noise_floor(study: &Study, contender: &Contender<'_>, series: &RateSeries) -> Vec<FloorAtRate> {
    let Some(Regime::Minibatch { batch_size, replacement: true }) = series.regime else { return Vec::new() };
    series.settings.iter().filter_map(|&index| at_rate(study, &contender.settings[index], batch_size)).collect()
}

fn at_rate(study: &Study, result: &SettingResult<'_>, batch_size: u64) -> Option<FloorAtRate> {
    let rate = result.learning_rate?;
    let of_trial = |trial: crate::record::Trial<'_>| {
        let record = study.problems.get(&trial.problem()?)?;
        let (lowest, expected) = (lowest_mse(record)?, expected(record, batch_size, rate)?);
        let ended = study.value(&trial, mse(), Split::Train, Epoch::Last).filter(|_| trial.counts_as_completed())?;
        Some([lowest, expected, ended - lowest, lowest + expected])
    };
    let known: Vec<[f64; 4]> = study.records_of(result.setting).filter_map(of_trial).collect();
    let column = |at: usize| Sample::new(known.iter().map(|values| values[at]).collect());
    let whole = column(3);
    Some(FloorAtRate {
        rate,
        lowest: column(0).mean()?,
        expected: column(1).mean()?,
        measured: column(2).mean()?,
        interval: PairedDifference::of(column(2).values(), 0.0).and_then(|excess| excess.interval),
        range: (whole.quantile(0.0)?, whole.quantile(1.0)?),
        n: known.len(),
    })
}

/// ρ²/m of the problem.
fn lowest_mse(record: &ProblemRecord) -> Option<f64> {
    (!record.eigenvalues.is_empty()).then(|| record.residual_sum_of_squares / record.n_train as f64)
}

fn expected(record: &ProblemRecord, batch_size: u64, rate: f64) -> Option<f64> {
    let found = record.noise_floors.iter().find(|(size, of, _)| *size == batch_size && *of == rate);
    found.map(|(_, _, excess)| *excess)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Analysis;
    use crate::analysis::testing::{Builder, Ending, line_problem};

    /// The lowest MSE is 0.806; the floor lies 0.05 above it, and the trials end 0.1 and 0.2 above it.
    #[test]
    fn the_floor_stands_beside_where_trials_ended() {
        let problem = line_problem();
        let lowest = problem.residual_sum_of_squares / problem.n_train as f64;
        let problem = ProblemRecord { noise_floors: vec![(1, 0.05, 0.02), (1, 0.1, 0.05)], ..problem };
        let at = |excesses: [f64; 2]| excesses.map(|excess| Ending::At(lowest + excess));
        let (builder, id) = Builder::new("t", 2, false).with_problem(problem);
        let builder = builder.combination("sgd", "sgd").on_problem(0.1, &at([0.1, 0.2]), id);
        let mut study = builder.on_problem(0.4, &at([3.0, 9.0]), id).build();
        let of = |study: &Study| {
            let analysis = Analysis::new(study);
            let contender = &analysis.tasks[0].contenders[0];
            noise_floor(study, contender, &contender.series[0])
        };
        assert!(of(&study).is_empty(), "theory does not know how it trains");
        for replacement in [false, true] {
            study.regimes = vec![Some(Regime::Minibatch { batch_size: 1, replacement })];
            study.combinations[0].settings.iter_mut().for_each(|setting| setting.regime = 0);
            let found = of(&study);
            assert_eq!(found.len(), usize::from(replacement), "without replacement the floor is lower");
            for point in found {
                assert_eq!((point.rate, point.expected, point.n), (0.1, 0.05, 2));
                assert!((point.lowest - lowest).abs() < 1e-12 && (point.measured - 0.15).abs() < 1e-12, "{point:?}");
                assert!((point.range.0 - lowest - 0.05).abs() < 1e-12);
            }
        }
    }
}
