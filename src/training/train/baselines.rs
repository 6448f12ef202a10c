//! Baselines on prepared data: the metrics that need predictions for each row.

use std::cell::OnceCell;

use super::least_squares::ExactSolution;
use super::prepared::PreparedData;
use super::recorder::MOST_KEPT;
use crate::baseline::{ProblemRows, WantedBaseline};
use crate::loss::of_targets;
use crate::metric::{Values, mse};
use crate::model::{Model, Penalty};
use crate::numeric;
use crate::record::{BaselineRecord, Split};
use crate::shape::{Predicted, PredictionKind};

/// Prepared data as baselines read it.
struct PreparedProblem<'a> {
    data: &'a PreparedData,
    /// What the predictions of its model are, and how many there are of a row.
    predicts: (PredictionKind, usize),
    penalty: Penalty,
    /// The exact minimiser of J with this penalty, computed on first use.
    solution: OnceCell<Option<ExactSolution>>,
}

impl PreparedProblem<'_> {
    fn solution(&self) -> Option<&ExactSolution> {
        self.solution.get_or_init(|| ExactSolution::new(self.data, self.penalty)).as_ref()
    }
}

impl ProblemRows for PreparedProblem<'_> {
    fn targets(&self, split: Split) -> Option<&[f64]> {
        self.data.rows(split).map(|rows| rows.target.numbers())
    }

    fn weights(&self, split: Split) -> Option<&[f64]> {
        self.data.rows(split)?.weights.as_deref()
    }

    fn predicts(&self) -> (PredictionKind, usize) {
        self.predicts
    }

    fn exact_outputs(&self, split: Split) -> Option<Vec<f64>> {
        Some(self.solution()?.outputs(&self.data.rows(split)?.matrix))
    }

    fn exact_mean_square(&self, split: Split) -> Option<f64> {
        let rows = &self.data.least_squares()?.split(split)?.plain().rows;
        self.solution()?.mean_square(rows)
    }

    fn exact_theta(&self) -> Option<Vec<f64>> {
        self.solution().map(ExactSolution::theta)
    }
}

/// The values of these metrics of baselines, where they need predictions for each row, and the mean losses of fitted
/// ones. A metric that depends on the keys of a loss is that of the model's loss.
#[must_use]
pub fn baseline_records(data: &PreparedData, model: &dyn Model, wanted: &[WantedBaseline]) -> Vec<BaselineRecord> {
    let mut records = Vec::new();
    let mut penalties: Vec<f64> = wanted.iter().map(|wanted| wanted.l1).collect();
    penalties.sort_by(f64::total_cmp);
    penalties.dedup();
    for l1 in penalties {
        let penalty = Penalty { l1, ..model.penalty() };
        let predicts = (model.loss().predicts(), model.n_outputs(data.space()));
        let problem = PreparedProblem { data, predicts, penalty, solution: OnceCell::new() };
        records.extend(wanted.iter().filter(|wanted| wanted.l1 == l1).map(|wanted| record(&problem, model, *wanted)));
    }
    records
}

fn record(problem: &PreparedProblem<'_>, model: &dyn Model, wanted: WantedBaseline) -> BaselineRecord {
    let WantedBaseline { kind, metric, l1 } = wanted;
    let fitted = kind.fitted.as_ref().filter(|_| metric == mse());
    let (kind_of_outputs, n_targets) = (model.loss().predicts(), problem.data.space().n_targets);
    let value = |outputs: &[f64], targets: &[f64], weights: Option<&[f64]>| match metric.values {
        Values::Outputs(value) | Values::Loss(Some(value)) => {
            value.value(&Predicted { kind: kind_of_outputs, outputs, targets, n_targets, weights }).ok()
        }
        // Of such a loss predictions are outputs.
        Values::Loss(None) => Some(of_targets::metric(&**model.loss(), outputs, (targets, n_targets), weights)),
        Values::Derived { .. } => None,
    };
    let on_split = |split: Split| {
        let value = match fitted {
            Some(fitted) => (fitted.loss)(problem, split)?,
            None => value(&(kind.outputs)(problem, split)?, problem.targets(split)?, problem.weights(split))?,
        };
        value.is_finite().then_some(value)
    };
    let theta = fitted.filter(|_| problem.data.parameters() <= MOST_KEPT).and_then(|fitted| (fitted.theta)(problem));
    BaselineRecord {
        numerics_version: numeric::VERSION,
        baseline: kind.name.to_owned(),
        baseline_revision: kind.revision,
        metric: metric.name.to_owned(),
        revision: metric.revision,
        l1,
        values: Split::ALL.map(on_split),
        theta,
    }
}
