//! What one trial predicts for the classes of its test rows.

use crate::record::TestPredictions;
use crate::shape::PredictionKind;

/// The predictions of one trial.
#[derive(Debug, Clone, Copy)]
pub struct Predicted<'a> {
    pub kind: PredictionKind,
    pub classes: usize,
    /// `[outputs, test rows]`; one output tells two classes apart.
    outputs: &'a [f64],
    /// The codes of the classes, `[test rows]`.
    pub codes: &'a [f64],
    /// How much each row counts, `[test rows]`; `None` if all count the same.
    weights: Option<&'a [f64]>,
}

impl<'a> Predicted<'a> {
    /// `None` if these are no predictions of so many classes.
    pub fn of(predictions: &'a TestPredictions, classes: usize) -> Option<Self> {
        let TestPredictions { kind, outputs, targets, weights, .. } = predictions;
        let rows = targets.len();
        let fits = rows > 0 && (outputs.len() == rows * classes || (classes == 2 && outputs.len() == rows));
        let are_codes = targets.iter().all(|code| *code >= 0.0 && code.fract() == 0.0 && *code < classes as f64);
        (fits && are_codes && *kind != PredictionKind::Numbers && outputs.iter().all(|output| output.is_finite()))
            .then_some(Self { kind: *kind, classes, outputs, codes: targets, weights: weights.as_deref() })
    }

    pub const fn rows(&self) -> usize {
        self.codes.len()
    }

    /// The code of a row's class.
    pub fn code(&self, row: usize) -> usize {
        self.codes[row] as usize
    }

    /// How much a row counts.
    pub fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }

    /// How likely a class is in a row: its probability, or of scores a number that is the larger the more likely it is.
    pub fn likelihood(&self, class: usize, row: usize) -> f64 {
        let rows = self.rows();
        match (self.outputs.len() == rows, self.kind) {
            (false, _) => self.outputs[class * rows + row],
            (true, _) if class == 1 => self.outputs[row],
            (true, PredictionKind::Scores) => -self.outputs[row],
            (true, _) => 1.0 - self.outputs[row],
        }
    }

    /// The class that is predicted: the likeliest, of equal ones the first.
    pub fn class(&self, row: usize) -> usize {
        let mut best = 0;
        for class in 1..self.classes {
            if self.likelihood(class, row) > self.likelihood(best, row) {
                best = class;
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn predictions(kind: PredictionKind, outputs: &[f64], codes: &[f64]) -> TestPredictions {
        TestPredictions { kind, outputs: outputs.to_vec(), targets: codes.into(), n_targets: 1, weights: None }
    }

    #[test]
    fn the_likeliest_class_is_predicted_and_of_equal_ones_the_first() {
        let known = predictions(PredictionKind::Probabilities, &[0.2, 0.5, 0.9], &[0.0, 1.0, 1.0]);
        let found = Predicted::of(&known, 2).unwrap();
        assert_eq!([0, 1, 2].map(|row| found.class(row)), [0, 0, 1]);
        assert_eq!((found.likelihood(0, 0), found.likelihood(1, 0)), (0.8, 0.2));
        let known = predictions(PredictionKind::Scores, &[-3.0, 0.0, 0.1], &[0.0, 1.0, 1.0]);
        assert_eq!([0, 1, 2].map(|row| Predicted::of(&known, 2).unwrap().class(row)), [0, 0, 1]);
        let known = predictions(PredictionKind::Probabilities, &[0.2, 0.4, 0.5, 0.3, 0.3, 0.3], &[2.0, 0.0]);
        let found = Predicted::of(&known, 3).unwrap();
        assert_eq!([0, 1].map(|row| found.class(row)), [1, 0]);
    }

    #[test]
    fn what_are_no_predictions_of_these_classes_is_passed_over() {
        let none = |kind, outputs: &[f64], codes: &[f64], classes| {
            Predicted::of(&predictions(kind, outputs, codes), classes).is_none()
        };
        assert!(none(PredictionKind::Numbers, &[0.5], &[0.0], 2));
        assert!(none(PredictionKind::Probabilities, &[0.5], &[2.0], 2));
        assert!(none(PredictionKind::Probabilities, &[0.5, 0.5], &[0.0], 3));
        assert!(none(PredictionKind::Probabilities, &[f64::NAN], &[0.0], 2));
        assert!(none(PredictionKind::Probabilities, &[], &[], 2));
    }
}
