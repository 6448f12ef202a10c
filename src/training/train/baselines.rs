//! Baselines on prepared data: the metrics that need predictions for each row.

use std::cell::OnceCell;

use super::least_squares::ExactSolution;
use super::prepared::PreparedData;
use super::recorder::MOST_KEPT;
use crate::baseline::{BASELINES, BaselineKind, ProblemRows};
use crate::metric::{MetricKind, Values, mse};
use crate::model::Model;
use crate::numeric;
use crate::record::{BaselineRecord, Split};

/// Prepared data as baselines read it.
struct PreparedProblem<'a> {
    data: &'a PreparedData,
    l2: f64,
    /// The exact minimiser of J, computed on first use.
    solution: OnceCell<Option<ExactSolution>>,
}

impl PreparedProblem<'_> {
    fn solution(&self) -> Option<&ExactSolution> {
        self.solution.get_or_init(|| ExactSolution::new(self.data, self.l2)).as_ref()
    }
}

impl ProblemRows for PreparedProblem<'_> {
    fn targets(&self, split: Split) -> Option<&[f64]> {
        self.data.rows(split).map(|rows| rows.target.numbers())
    }

    fn exact_outputs(&self, split: Split) -> Option<Vec<f64>> {
        Some(self.solution()?.outputs(&self.data.rows(split)?.matrix))
    }

    fn exact_mean_square(&self, split: Split) -> Option<f64> {
        self.solution()?.mean_square(self.data.rows(split)?)
    }

    fn exact_theta(&self) -> Option<Vec<f64>> {
        self.solution().map(ExactSolution::theta)
    }
}

/// The values of these metrics of baselines, where they need predictions for each row, and the mean losses of fitted ones. A
/// metric that depends on the keys of a loss is that of the model's loss.
#[must_use]
pub fn baseline_records(
    data: &PreparedData,
    model: &dyn Model,
    wanted: &[(&BaselineKind, &MetricKind)],
) -> Vec<BaselineRecord> {
    let problem = PreparedProblem { data, l2: model.penalty().l2, solution: OnceCell::new() };
    let mut records = Vec::new();
    for baseline in BASELINES {
        let metrics = wanted.iter().filter(|(kind, _)| kind.name == baseline.name).map(|(_, metric)| *metric);
        let mut metrics = metrics.peekable();
        if metrics.peek().is_none() {
            continue;
        }
        let mut outputs: Option<[Option<Vec<f64>>; 3]> = None;
        for metric in metrics {
            let record = |values: [Option<f64>; 3], theta: Option<Vec<f64>>| BaselineRecord {
                numerics_version: numeric::VERSION,
                baseline: baseline.name.to_owned(),
                baseline_revision: baseline.revision,
                metric: metric.name.to_owned(),
                revision: metric.revision,
                values,
                theta,
            };
            if let Some(fitted) = baseline.fitted.as_ref().filter(|_| metric == mse()) {
                let theta = || (fitted.theta)(&problem);
                let theta = if data.parameters() <= MOST_KEPT { theta() } else { None };
                records.push(record(Split::ALL.map(|split| (fitted.loss)(&problem, split)), theta));
                continue;
            }
            let value = |outputs: &[f64], targets: &[f64]| match metric.values {
                Values::Outputs(value) => value(outputs, targets).ok(),
                Values::Loss(None) => Some(model.loss().metric(model.loss().sum(outputs, targets), targets.len())),
                Values::Loss(Some(_)) | Values::Derived { .. } => None,
            };
            if !metric.needs_each_row() {
                continue;
            }
            let outputs = outputs.get_or_insert_with(|| Split::ALL.map(|split| (baseline.outputs)(&problem, split)));
            let on_split = |split: Split| {
                let value = value(outputs[split as usize].as_ref()?, problem.targets(split)?)?;
                value.is_finite().then_some(value)
            };
            records.push(record(Split::ALL.map(on_split), None));
        }
    }
    records
}
