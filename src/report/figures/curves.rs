//! Reads the curves of all chosen figures in one pass.

use super::selection::FigureChoice;
use super::{convergence, convergence_by_rate, learning_rate};
use crate::analysis::{Analysis, CurveRequest, CurveSummaries};

/// Reads the curves that the chosen figures show.
pub fn read(analysis: &Analysis<'_>, choices: &[FigureChoice<'_>]) -> CurveSummaries {
    let mut request = CurveRequest::new(analysis.study);
    for (task, choice) in analysis.tasks.iter().zip(choices) {
        if choice.convergence {
            convergence::request_curves(task, &mut request);
        }
        convergence_by_rate::request_curves(&choice.by_rate, &mut request);
        if !task.has_many() {
            learning_rate::request_curves(task, choice, &mut request);
        }
    }
    request.read()
}
