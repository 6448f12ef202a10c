//! Baselines on prepared data: the metrics that need predictions for each row.

use std::cell::OnceCell;

use super::least_squares::exact_solution;
use super::outputs::outputs;
use super::prepared::PreparedData;
use crate::baseline::{BASELINES, BaselineKind, ProblemRows};
use crate::metric::{MetricKind, Values};
use crate::model::Model;
use crate::numeric;
use crate::record::{BaselineRecord, Split};

/// Prepared data as baselines read it.
struct PreparedProblem<'a> {
    data: &'a PreparedData,
    model: &'a dyn Model,
    start: &'a [f64],
    /// The exact minimiser of J, computed on first use.
    solution: OnceCell<Option<Vec<f64>>>,
}

impl ProblemRows for PreparedProblem<'_> {
    fn targets(&self, split: Split) -> Option<&[f64]> {
        self.data.rows(split).map(|rows| rows.target.numbers())
    }

    fn exact_outputs(&self, split: Split) -> Option<Vec<f64>> {
        let solve = || exact_solution(self.data, self.model.penalty().l2, self.start);
        let theta = self.solution.get_or_init(solve).as_ref()?;
        let mut to = Vec::new();
        outputs(self.model, self.data, split, theta, &mut to).then_some(to)
    }
}

/// The values of these metrics of baselines, where they need predictions for each row. A metric that depends on the keys of
/// a loss is that of the model's loss.
#[must_use]
pub fn baseline_records(
    data: &PreparedData,
    model: &dyn Model,
    start: &[f64],
    wanted: &[(&BaselineKind, &MetricKind)],
) -> Vec<BaselineRecord> {
    let problem = PreparedProblem { data, model, start, solution: OnceCell::new() };
    let mut records = Vec::new();
    for baseline in BASELINES.rows {
        let metrics = wanted.iter().filter(|(kind, _)| kind.name == baseline.name).map(|(_, metric)| *metric);
        let mut metrics = metrics.peekable();
        if metrics.peek().is_none() {
            continue;
        }
        let outputs = Split::ALL.map(|split| (baseline.outputs)(&problem, split));
        for metric in metrics {
            let value = |outputs: &[f64], targets: &[f64]| match metric.values {
                Values::Outputs(value) => value(outputs, targets).ok(),
                Values::Loss(None) => Some(model.loss().metric(model.loss().sum(outputs, targets), targets.len())),
                Values::Loss(Some(_)) | Values::Derived { .. } => None,
            };
            if !metric.needs_each_row() {
                continue;
            }
            let on_split = |split: Split| {
                let value = value(outputs[split as usize].as_ref()?, problem.targets(split)?)?;
                value.is_finite().then_some(value)
            };
            records.push(BaselineRecord {
                numerics_version: numeric::VERSION,
                baseline: baseline.name.to_owned(),
                metric: metric.name.to_owned(),
                revision: metric.revision,
                values: Split::ALL.map(on_split),
            });
        }
    }
    records
}
