//! The share of rows whose class is among those with the largest probabilities or scores.

use crate::shape::{ClassRows, weighted_mean};

/// The share of rows whose class is among the `k` largest.
///
/// # Errors
/// If there are no more classes than that.
pub fn among_largest(rows: &ClassRows<'_>, k: usize) -> Result<f64, &'static str> {
    if rows.n_classes() <= k {
        return Err("the target has too few classes: it would be 1");
    }
    let own: Vec<f64> = rows.codes().iter().enumerate().map(|(row, code)| rows.score(*code, row)).collect();
    let mut larger = vec![0_usize; rows.n_rows()];
    for class in 0..rows.n_classes() {
        for (row, (larger, (&code, &own))) in larger.iter_mut().zip(rows.codes().iter().zip(&own)).enumerate() {
            let score = rows.score(class, row);
            *larger += usize::from(score > own || (score == own && class > code));
        }
    }
    let found: Vec<f64> = larger.iter().map(|larger| if *larger < k { 1.0 } else { 0.0 }).collect();
    weighted_mean(&found, rows.weights()).ok_or("all weights are zero")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{Predicted, PredictionKind};

    #[test]
    fn by_hand() {
        // Rows (3, 1, 2), (0, 0, 0) and (1, 2, 3) of three classes.
        let outputs = [3.0, 0.0, 1.0, 1.0, 0.0, 2.0, 2.0, 0.0, 3.0];
        let of = |targets: [f64; 3], k: usize| {
            let kind = PredictionKind::Scores;
            let predicted = Predicted { kind, outputs: &outputs, targets: &targets, n_targets: 1, weights: None };
            among_largest(&ClassRows::new(predicted).expect("classes"), k)
        };
        assert_eq!(of([0.0, 2.0, 2.0], 1), Ok(1.0), "of equal scores the last class is the largest");
        assert_eq!(of([1.0, 0.0, 1.0], 2), Ok(1.0 / 3.0));
        assert!(of([1.0, 0.0, 1.0], 3).is_err());
    }
}
