//! The rows of one class against all others, by its scores: what areas under curves are computed from.

use crate::shape::ClassRows;

/// Rows with the same score, by weight: those of the class, and the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TiedRows {
    pub of_class: f64,
    pub others: f64,
}

/// A value of class 1 of two; of more classes, the mean of the value of each.
///
/// # Errors
/// Those of the value.
pub fn mean_over_classes(
    rows: &ClassRows<'_>,
    value: fn(&[TiedRows]) -> Result<f64, &'static str>,
) -> Result<f64, &'static str> {
    if rows.n_classes() == 2 {
        return value(&from_highest(rows, 1));
    }
    let mut sum = 0.0;
    for class in 0..rows.n_classes() {
        sum += value(&from_highest(rows, class))?;
    }
    Ok(sum / rows.n_classes() as f64)
}

/// The rows by their score of a class, from the highest one on.
fn from_highest(rows: &ClassRows<'_>, class: usize) -> Vec<TiedRows> {
    let mut order: Vec<(f64, usize)> = (0..rows.n_rows()).map(|row| (rows.score(class, row), row)).collect();
    order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut tied: Vec<TiedRows> = Vec::new();
    let mut before = f64::NAN;
    for (score, row) in order {
        if score != before {
            tied.push(TiedRows { of_class: 0.0, others: 0.0 });
        }
        before = score;
        if let Some(last) = tied.last_mut() {
            let side = if rows.codes()[row] == class { &mut last.of_class } else { &mut last.others };
            *side += rows.weight(row);
        }
    }
    tied
}

/// The weight of all rows of the class, and of all others.
pub fn totals(tied: &[TiedRows]) -> (f64, f64) {
    tied.iter().fold((0.0, 0.0), |(of_class, others), rows| (of_class + rows.of_class, others + rows.others))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{Predicted, PredictionKind};

    #[test]
    fn rows_of_one_score_stand_together() {
        let (outputs, targets, weights) = ([0.5, -0.0, 0.0, 2.0], [1.0, 0.0, 1.0, 0.0], [1.0, 2.0, 4.0, 8.0]);
        let (kind, weights) = (PredictionKind::Scores, Some(&weights[..]));
        let predicted = Predicted { kind, outputs: &outputs, targets: &targets, n_targets: 1, weights };
        let tied = from_highest(&ClassRows::new(predicted).expect("classes"), 1);
        let expected = [(0.0, 8.0), (1.0, 0.0), (4.0, 2.0)];
        assert_eq!(tied, expected.map(|(of_class, others)| TiedRows { of_class, others }));
        assert_eq!(totals(&tied), (5.0, 10.0));
    }
}
