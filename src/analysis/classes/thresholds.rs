//! One class against the others: how many rows of each lie above each threshold of its likelihood.
//!
//! T. Fawcett, An introduction to ROC analysis, 2006. J. Davis and M. Goadrich, The relationship between precision-recall and ROC
//! curves, 2006: precision is no straight line between two thresholds, so that it is held, and the area under it is the average
//! precision.

use super::predicted::Predicted;

/// The rows above each threshold, one threshold for each different likelihood, from the highest.
#[derive(Debug, Clone, PartialEq)]
pub struct Thresholds {
    /// The weights of the rows of the class, and of the others, at or above the threshold: ascending.
    above: Vec<(f64, f64)>,
}

impl Thresholds {
    /// `None` where there is no row of the class, or no other.
    pub fn of(trial: &Predicted<'_>, class: usize) -> Option<Self> {
        let of_row = |row: usize| (trial.likelihood(class, row), trial.code(row) == class, trial.weight(row));
        let mut rows: Vec<(f64, bool, f64)> = (0..trial.rows()).map(of_row).collect();
        rows.sort_unstable_by(|one, other| other.0.total_cmp(&one.0));
        let mut above: Vec<(f64, f64)> = Vec::new();
        let (mut own, mut others) = (0.0, 0.0);
        for (at, (likelihood, is_own, weight)) in rows.iter().enumerate() {
            if *is_own {
                own += weight
            } else {
                others += weight
            }
            if rows.get(at + 1).is_none_or(|next| next.0 != *likelihood) {
                above.push((own, others));
            }
        }
        (own > 0.0 && others > 0.0).then_some(Self { above })
    }

    fn all(&self) -> (f64, f64) {
        self.above.last().copied().unwrap_or((1.0, 1.0))
    }

    /// The share of the class's rows that is above a threshold, by the share of the others that is: from (0, 0) to (1, 1).
    pub fn receiver_operating_characteristic(&self) -> Vec<(f64, f64)> {
        let (own, others) = self.all();
        let points = self.above.iter().map(|&(right, wrong)| (wrong / others, right / own));
        let mut all: Vec<(f64, f64)> = std::iter::once((0.0, 0.0)).chain(points).collect();
        // Points between two others on a straight line say nothing.
        let mut kept = 0;
        for at in 0..all.len() {
            let bends = kept == 0 || at + 1 == all.len() || {
                let (before, here, after) = (all[kept - 1], all[at], all[at + 1]);
                (here.0 != before.0 || after.0 != here.0) && (here.1 != before.1 || after.1 != here.1)
            };
            if bends {
                all[kept] = all[at];
                kept += 1;
            }
        }
        all.truncate(kept);
        all
    }

    /// The share of the class's rows that is above the threshold at which this share of the others is. Between two thresholds it is
    /// on the line that joins them: rows of equal likelihood are in no order.
    pub fn true_positive_rate_at(&self, false_positive_rate: f64) -> f64 {
        let (own, others) = self.all();
        let most = false_positive_rate * others;
        let next = self.above.partition_point(|&(_, wrong)| wrong <= most);
        let before = if next == 0 { (0.0, 0.0) } else { self.above[next - 1] };
        let Some(after) = self.above.get(next) else { return 1.0 };
        let share = (most - before.1) / (after.1 - before.1);
        share.mul_add(after.0 - before.0, before.0) / own
    }

    /// The share of the class among the rows above the first threshold at which so much of the class is.
    pub fn precision_at(&self, recall: f64) -> f64 {
        let (own, _) = self.all();
        let fewest = recall * own;
        let at = self.above.partition_point(|&(right, _)| right <= 0.0 || right < fewest * (1.0 - 1e-12));
        let (right, wrong) = self.above[at.min(self.above.len() - 1)];
        right / (right + wrong)
    }

    /// The precision by recall, as the corners of its steps, from a recall of 0 to 1.
    pub fn precision_recall(&self) -> Vec<(f64, f64)> {
        let (own, _) = self.all();
        let mut corners: Vec<(f64, f64)> = Vec::new();
        let mut recall = 0.0;
        for (at, &(right, wrong)) in self.above.iter().enumerate() {
            // A threshold that adds no row of the class changes no step.
            let before = if at == 0 { 0.0 } else { self.above[at - 1].0 };
            if right == before {
                continue;
            }
            let precision = right / (right + wrong);
            let to = right / own;
            match corners.last_mut() {
                Some(last) if last.1 == precision => last.0 = to,
                _ => corners.extend([(recall, precision), (to, precision)]),
            }
            recall = to;
        }
        corners
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::TestPredictions;
    use crate::shape::PredictionKind;

    fn thresholds(probabilities: &[f64], codes: &[f64]) -> Option<Thresholds> {
        let known = TestPredictions {
            kind: PredictionKind::Probabilities,
            outputs: probabilities.to_vec(),
            targets: codes.into(),
            n_targets: 1,
            weights: None,
        };
        Thresholds::of(&Predicted::of(&known, 2).unwrap(), 1)
    }

    /// `roc_curve` and `precision_recall_curve` of scikit-learn 1.9 on the example of its documentation.
    #[test]
    fn by_hand() {
        let found = thresholds(&[0.1, 0.4, 0.35, 0.8], &[0.0, 0.0, 1.0, 1.0]).unwrap();
        let roc = [(0.0, 0.0), (0.0, 0.5), (0.5, 0.5), (0.5, 1.0), (1.0, 1.0)];
        assert_eq!(found.receiver_operating_characteristic(), roc);
        let third = 2.0 / 3.0;
        assert_eq!(found.precision_recall(), [(0.0, 1.0), (0.5, 1.0), (0.5, third), (1.0, third)]);
        assert_eq!([0.0, 0.25, 0.5, 0.75, 1.0].map(|at| found.true_positive_rate_at(at)), [0.5, 0.5, 1.0, 1.0, 1.0]);
        assert_eq!([0.0, 0.5, 0.51, 1.0].map(|at| found.precision_at(at)), [1.0, 1.0, third, third]);
    }

    #[test]
    fn a_row_of_weight_2_is_that_row_twice() {
        let known = |outputs: &[f64], codes: &[f64], weights: Option<&[f64]>| TestPredictions {
            kind: PredictionKind::Probabilities,
            outputs: outputs.to_vec(),
            targets: codes.into(),
            n_targets: 1,
            weights: weights.map(Into::into),
        };
        let weighted = known(&[0.1, 0.4, 0.35, 0.8], &[0.0, 0.0, 1.0, 1.0], Some(&[2.0, 1.0, 2.0, 1.0]));
        let repeated = known(&[0.1, 0.1, 0.4, 0.35, 0.35, 0.8], &[0.0, 0.0, 0.0, 1.0, 1.0, 1.0], None);
        let of = |known: &TestPredictions| Thresholds::of(&Predicted::of(known, 2).unwrap(), 1).unwrap();
        assert_eq!(of(&weighted), of(&repeated));
    }

    #[test]
    fn equal_likelihoods_are_one_threshold() {
        let found = thresholds(&[0.5, 0.5, 0.5, 0.5], &[0.0, 1.0, 0.0, 1.0]).unwrap();
        assert_eq!(found.receiver_operating_characteristic(), [(0.0, 0.0), (1.0, 1.0)]);
        assert_eq!((found.true_positive_rate_at(0.25), found.precision_at(0.1)), (0.25, 0.5));
    }

    #[test]
    fn points_on_a_line_are_left_out() {
        let codes = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0];
        let found = thresholds(&[0.1, 0.2, 0.3, 0.7, 0.8, 0.9], &codes).unwrap();
        assert_eq!(found.receiver_operating_characteristic(), [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0)]);
        assert_eq!(found.precision_recall(), [(0.0, 1.0), (1.0, 1.0)]);
    }

    #[test]
    fn one_class_alone_has_no_curve() {
        assert_eq!(thresholds(&[0.1, 0.2], &[1.0, 1.0]), None);
        assert_eq!(thresholds(&[0.1, 0.2], &[0.0, 0.0]), None);
    }
}
