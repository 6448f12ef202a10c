//! What a model says of the classes of some rows, and which they are: what metrics of classes are computed from.

use super::predicted::{Predicted, PredictionKind};

/// Rows with their classes. Each class has a score in each row; of probabilities they add up to 1.
pub struct ClassRows<'a> {
    predicted: Predicted<'a>,
    codes: Vec<usize>,
    n_classes: usize,
}

impl<'a> ClassRows<'a> {
    /// Reads outputs as those of classes: one of each class, `[classes, rows]`, or one of class 1 of two, `[rows]`.
    ///
    /// # Errors
    /// Why no metric of classes has a value: there are no rows, or a prediction or a target is none of classes.
    pub fn new(predicted: Predicted<'a>) -> Result<Self, &'static str> {
        let rows = predicted.targets.len();
        if rows == 0 {
            return Err("there are no rows");
        }
        if predicted.kind == PredictionKind::Numbers {
            return Err("it is of classes, and the model predicts numbers");
        }
        let n_classes = if predicted.outputs.len() == rows { 2 } else { predicted.outputs.len() / rows };
        let code = |target: &f64| {
            let code = *target as usize;
            if code as f64 == *target && code < n_classes { Ok(code) } else { Err("a target is no class") }
        };
        let codes = predicted.targets.iter().map(code).collect::<Result<_, _>>()?;
        let is_valid = |output: &f64| match predicted.kind {
            PredictionKind::Probabilities => (0.0..=1.0).contains(output),
            _ => output.is_finite(),
        };
        if !predicted.outputs.iter().all(is_valid) {
            return Err(match predicted.kind {
                PredictionKind::Probabilities => "a prediction is no probability",
                _ => "a prediction is not finite",
            });
        }
        Ok(Self { predicted, codes, n_classes })
    }

    #[must_use]
    pub const fn n_rows(&self) -> usize {
        self.codes.len()
    }

    #[must_use]
    pub const fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// The class of each row, `[rows]`.
    #[must_use]
    pub fn codes(&self) -> &[usize] {
        &self.codes
    }

    /// The weights of the rows, `[rows]`; `None` if all are 1.
    #[must_use]
    pub const fn weights(&self) -> Option<&'a [f64]> {
        self.predicted.weights
    }

    /// The weight of a row: 1 without weights.
    #[must_use]
    pub fn weight(&self, row: usize) -> f64 {
        self.predicted.weights.map_or(1.0, |weights| weights[row])
    }

    /// The probability of a class in a row, or its score: of two classes with one output p or z, 1 − p and p, or −z
    /// and z.
    #[must_use]
    pub fn score(&self, class: usize, row: usize) -> f64 {
        let outputs = self.predicted.outputs;
        if outputs.len() > self.n_rows() {
            return outputs[class * self.n_rows() + row];
        }
        match (class, self.predicted.kind) {
            (1, _) => outputs[row],
            (_, PredictionKind::Probabilities) => 1.0 - outputs[row],
            _ => 0.0 - outputs[row],
        }
    }

    /// The class that is decided for in each row, `[rows]`: the first of those with the largest score.
    #[must_use]
    pub fn decided(&self) -> Vec<usize> {
        let mut classes = vec![0; self.n_rows()];
        let mut largest: Vec<f64> = (0..self.n_rows()).map(|row| self.score(0, row)).collect();
        for class in 1..self.n_classes {
            for (row, (decided, largest)) in classes.iter_mut().zip(&mut largest).enumerate() {
                let score = self.score(class, row);
                if score > *largest {
                    (*decided, *largest) = (class, score);
                }
            }
        }
        classes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows<'a>(kind: PredictionKind, outputs: &'a [f64], targets: &'a [f64]) -> Result<ClassRows<'a>, &'static str> {
        ClassRows::new(Predicted { kind, outputs, targets, n_targets: 1, weights: None })
    }

    #[test]
    fn one_output_is_that_of_class_1() {
        let probabilities = rows(PredictionKind::Probabilities, &[0.25, 0.5, 0.75], &[0.0, 1.0, 1.0]).expect("classes");
        assert_eq!((probabilities.n_classes(), probabilities.decided()), (2, vec![0, 0, 1]));
        assert_eq!([probabilities.score(0, 0), probabilities.score(1, 0)], [0.75, 0.25]);
        let scores = rows(PredictionKind::Scores, &[-2.0, 0.0, 3.0], &[0.0, 1.0, 1.0]).expect("classes");
        assert_eq!((scores.decided(), scores.score(0, 2)), (vec![0, 0, 1], -3.0));
    }

    #[test]
    fn of_several_outputs_the_first_largest_decides() {
        // Rows (0.4, 0.4, 0.2) and (0.2, 0.3, 0.5).
        let outputs = [0.4, 0.2, 0.4, 0.3, 0.2, 0.5];
        let rows = rows(PredictionKind::Probabilities, &outputs, &[2.0, 1.0]).expect("classes");
        assert_eq!((rows.n_classes(), rows.decided(), rows.codes()), (3, vec![0, 2], &[2, 1][..]));
        assert_eq!((rows.score(1, 0), rows.weight(1)), (0.4, 1.0));
    }

    #[test]
    fn what_is_no_prediction_of_classes_is_refused() {
        let reason = |kind, outputs: &[f64], targets: &[f64]| rows(kind, outputs, targets).err();
        let (probabilities, scores) = (PredictionKind::Probabilities, PredictionKind::Scores);
        assert_eq!(reason(probabilities, &[1.5], &[0.0]), Some("a prediction is no probability"));
        assert_eq!(reason(probabilities, &[f64::NAN], &[0.0]), Some("a prediction is no probability"));
        assert_eq!(reason(scores, &[1.5], &[0.0]), None);
        assert_eq!(reason(scores, &[f64::INFINITY], &[0.0]), Some("a prediction is not finite"));
        for target in [2.0, 0.5, -1.0, f64::NAN] {
            assert_eq!(reason(probabilities, &[0.5], &[target]), Some("a target is no class"));
        }
        assert_eq!(reason(probabilities, &[], &[]), Some("there are no rows"));
        assert!(reason(PredictionKind::Numbers, &[0.5], &[0.0]).is_some());
    }
}
