//! The classes of one task as its optimizers predict them, each at its best setting.

use super::calibration::{CalibrationBin, calibration};
use super::confusion::Confusion;
use super::curve::{CurveKind, MeanCurve};
use super::predicted::Predicted;
use super::thresholds::Thresholds;
use crate::analysis::contender::Contender;
use crate::record::Study;
use crate::shape::PredictionKind;

/// The classes of one task.
#[derive(Debug, Clone)]
pub struct TaskClasses<'a> {
    /// In the order of their codes.
    pub names: &'a [String],
    /// One for each contender whose predictions for test rows are kept, best first.
    pub predictors: Vec<ClassPredictor>,
    /// Whether the rows have weights, which the counts of pairs leave out.
    pub has_weights: bool,
}

/// How one contender predicts classes: over the test rows of the seeds of its best setting that completed.
#[derive(Debug, Clone)]
pub struct ClassPredictor {
    /// Position among the task's contenders.
    pub contender: usize,
    /// The trials.
    pub n: usize,
    pub confusion: Confusion,
    /// The true positive rate by the false positive rate.
    pub receiver_operating_characteristic: Option<MeanCurve>,
    pub precision_recall: Option<MeanCurve>,
    /// Empty where the predictions are no probabilities.
    pub calibration: Vec<CalibrationBin>,
}

const RECEIVER_OPERATING_CHARACTERISTIC: CurveKind =
    CurveKind { points: Thresholds::receiver_operating_characteristic, at: Thresholds::true_positive_rate_at };
const PRECISION_RECALL: CurveKind = CurveKind { points: Thresholds::precision_recall, at: Thresholds::precision_at };

/// `None` where no contender's predictions of classes are kept.
pub fn of_task<'a>(
    study: &'a Study,
    dataset: &str,
    contenders: &[Contender<'_>],
    order: &[usize],
) -> Option<TaskClasses<'a>> {
    let facts = &study.datasets.get(dataset)?.facts;
    let (names, has_weights) = (facts.classes.as_ref()?.names.as_slice(), facts.reading.weight.is_some());
    let predictor = |&contender: &usize| {
        let best = contenders[contender].best()?;
        let kept = study.records_of(best.setting).filter_map(|trial| study.test_predictions.get(&trial.index));
        let trials: Vec<Predicted<'_>> = kept.filter_map(|kept| Predicted::of(kept, names.len())).collect();
        let are_probabilities = trials.first()?.kind == PredictionKind::Probabilities;
        Some(ClassPredictor {
            contender,
            n: trials.len(),
            confusion: Confusion::of(&trials, names.len()),
            receiver_operating_characteristic: MeanCurve::of(&trials, RECEIVER_OPERATING_CHARACTERISTIC),
            precision_recall: MeanCurve::of(&trials, PRECISION_RECALL),
            calibration: if are_probabilities { calibration(&trials) } else { Vec::new() },
        })
    };
    let predictors: Vec<ClassPredictor> = order.iter().filter_map(predictor).collect();
    (!predictors.is_empty()).then_some(TaskClasses { names, predictors, has_weights })
}
