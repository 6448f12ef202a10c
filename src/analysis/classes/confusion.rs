//! The confusion matrix: how many rows of each class are taken for each class.

use super::predicted::Predicted;

/// Counts of rows, over all trials of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    pub classes: usize,
    /// `[classes, classes]`: rows of the first class that are taken for the second.
    counts: Vec<u64>,
}

/// How one class is predicted. A share of no rows is `None`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassScores {
    /// The rows of the class.
    pub rows: u64,
    /// The share of the rows that are taken for the class that are of it.
    pub precision: Option<f64>,
    /// The share of the class's rows that are taken for it.
    pub recall: Option<f64>,
    /// The other class that its rows are most often taken for, and how many are; of equally many the first.
    pub taken_for: Option<(usize, u64)>,
}

impl Confusion {
    /// Of trials that predict the same classes.
    pub fn of(trials: &[Predicted<'_>], classes: usize) -> Self {
        let mut counts = vec![0; classes * classes];
        for trial in trials {
            for row in 0..trial.rows() {
                counts[trial.code(row) * classes + trial.class(row)] += 1;
            }
        }
        Self { classes, counts }
    }

    /// The rows of class `of` that are taken for class `taken_for`.
    #[must_use]
    pub fn count(&self, of: usize, taken_for: usize) -> u64 {
        self.counts[of * self.classes + taken_for]
    }

    /// The rows of a class.
    #[must_use]
    pub fn rows_of(&self, class: usize) -> u64 {
        (0..self.classes).map(|other| self.count(class, other)).sum()
    }

    #[must_use]
    pub fn scores(&self, class: usize) -> ClassScores {
        let right = self.count(class, class);
        let taken: u64 = (0..self.classes).map(|other| self.count(other, class)).sum();
        let share = |of: u64| (of > 0).then(|| right as f64 / of as f64);
        let others = (0..self.classes).filter(|other| *other != class && self.count(class, *other) > 0);
        let taken_for = others.map(|other| (other, self.count(class, other)));
        let most = taken_for.fold(None, |most: Option<(usize, u64)>, next| match most {
            Some(known) if known.1 >= next.1 => Some(known),
            _ => Some(next),
        });
        let rows = self.rows_of(class);
        ClassScores { rows, precision: share(taken), recall: share(rows), taken_for: most }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::TestPredictions;
    use crate::shape::PredictionKind;

    #[test]
    fn by_hand() {
        // Rows of classes 0, 0, 1, 2 that are taken for 0, 1, 1, 1.
        let outputs = vec![0.9, 0.1, 0.2, 0.0, 0.1, 0.8, 0.7, 0.9, 0.0, 0.1, 0.1, 0.1];
        let known = TestPredictions {
            kind: PredictionKind::Probabilities,
            outputs,
            targets: [0.0, 0.0, 1.0, 2.0].as_slice().into(),
            n_targets: 1,
            weights: None,
        };
        let trial = Predicted::of(&known, 3).unwrap();
        let found = Confusion::of(&[trial, trial], 3);
        assert_eq!(found.counts, [2, 2, 0, 0, 2, 0, 0, 2, 0], "two seeds count twice");
        let scores = found.scores(0);
        assert_eq!((scores.rows, scores.precision, scores.recall), (4, Some(1.0), Some(0.5)));
        assert_eq!(scores.taken_for, Some((1, 2)));
        let scores = found.scores(2);
        assert_eq!((scores.rows, scores.precision, scores.recall), (2, None, Some(0.0)));
        assert_eq!(found.scores(1).taken_for, None);
    }
}
