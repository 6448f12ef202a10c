//! How many rows of each class there are, are decided for, and are found: what metrics of decided classes count.

use crate::shape::ClassRows;

/// Rows counted by class, each by its weight.
pub struct ClassCounts {
    /// Rows of the class.
    of_class: Vec<f64>,
    /// Rows that are decided to be of the class.
    decided: Vec<f64>,
    /// Rows of the class that are decided to be of it.
    found: Vec<f64>,
    /// All rows.
    total: f64,
}

impl ClassCounts {
    /// # Errors
    /// If all weights are zero.
    pub fn of(rows: &ClassRows<'_>) -> Result<Self, &'static str> {
        let none = || vec![0.0; rows.n_classes()];
        let mut counts = Self { of_class: none(), decided: none(), found: none(), total: 0.0 };
        for (row, (&code, decided)) in rows.codes().iter().zip(rows.decided()).enumerate() {
            let weight = rows.weight(row);
            counts.total += weight;
            counts.of_class[code] += weight;
            counts.decided[decided] += weight;
            if code == decided {
                counts.found[code] += weight;
            }
        }
        if counts.total > 0.0 { Ok(counts) } else { Err("all weights are zero") }
    }

    /// The share of rows whose class is found.
    pub fn accuracy(&self) -> f64 {
        sum(&self.found) / self.total
    }

    /// The share of the rows of a class that are found; 0 without any.
    pub fn recall(&self, class: usize) -> f64 {
        share(self.found[class], self.of_class[class])
    }

    /// The share of the rows decided to be of a class that are of it; 0 without any.
    pub fn precision(&self, class: usize) -> f64 {
        share(self.found[class], self.decided[class])
    }

    /// The harmonic mean of precision and recall; 0 where both are.
    pub fn f1(&self, class: usize) -> f64 {
        share(2.0 * self.found[class], self.of_class[class] + self.decided[class])
    }

    /// The mean recall of the classes that have rows.
    pub fn mean_recall(&self) -> f64 {
        self.mean(|class| self.of_class[class] > 0.0, |class| self.recall(class))
    }

    /// The mean over the classes that have rows or are decided for.
    pub fn macro_mean(&self, of_class: fn(&Self, usize) -> f64) -> f64 {
        self.mean(|class| self.of_class[class] + self.decided[class] > 0.0, |class| of_class(self, class))
    }

    /// The mean over the classes, each weighted by its rows.
    pub fn mean_by_rows(&self, of_class: fn(&Self, usize) -> f64) -> f64 {
        let of_class = |(class, rows): (usize, &f64)| rows * of_class(self, class);
        self.of_class.iter().enumerate().map(of_class).fold(0.0, |sum, value| sum + value) / self.total
    }

    fn mean(&self, counts: impl Fn(usize) -> bool, of_class: impl Fn(usize) -> f64) -> f64 {
        let values: Vec<f64> = (0..self.of_class.len()).filter(|class| counts(*class)).map(of_class).collect();
        sum(&values) / values.len() as f64
    }

    /// The correlation of the classes of the rows with those that are decided for, R_k; 0 where all rows are decided
    /// to be of one class. `None` where all rows are of one class.
    pub fn correlation(&self) -> Option<f64> {
        let product = |one: &[f64], other: &[f64]| sum(&one.iter().zip(other).map(|(a, b)| a * b).collect::<Vec<_>>());
        let square = self.total * self.total;
        let spread = |rows: &[f64]| square - product(rows, rows);
        let is_one = |rows: &[f64]| rows.iter().filter(|rows| **rows > 0.0).count() < 2;
        if is_one(&self.of_class) {
            return None;
        }
        if is_one(&self.decided) {
            return Some(0.0);
        }
        let covariance = sum(&self.found) * self.total - product(&self.of_class, &self.decided);
        Some(covariance / (spread(&self.of_class) * spread(&self.decided)).sqrt())
    }
}

/// The counts of two classes, of which class 1 is looked for.
///
/// # Errors
/// If there are more classes.
pub fn of_two_classes(rows: &ClassRows<'_>) -> Result<ClassCounts, &'static str> {
    if rows.n_classes() == 2 { ClassCounts::of(rows) } else { Err("it is of two classes, and the target has more") }
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

fn sum(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |sum, value| sum + value)
}

/// Classes of rows that are decided to be of others, as outputs of one class each: for tests of what is counted.
#[cfg(test)]
pub fn decided(n_classes: usize, codes: &[usize], decided: &[usize]) -> ClassCounts {
    use crate::shape::{Predicted, PredictionKind};

    let targets: Vec<f64> = codes.iter().map(|code| *code as f64).collect();
    let of_class = |class: usize| decided.iter().map(move |decided| f64::from(u8::from(*decided == class)));
    let outputs: Vec<f64> = (0..n_classes).flat_map(of_class).collect();
    let kind = PredictionKind::Probabilities;
    let rows = ClassRows::new(Predicted { kind, outputs: &outputs, targets: &targets, n_targets: 1, weights: None });
    ClassCounts::of(&rows.expect("classes")).expect("rows")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Classes 0, 0, 0, 1, 1, 2 decided as 0, 0, 1, 1, 0, 3 of five classes.
    #[test]
    fn by_hand() {
        let counts = decided(5, &[0, 0, 0, 1, 1, 2], &[0, 0, 1, 1, 0, 3]);
        assert_eq!(counts.accuracy(), 0.5);
        let of = |value: fn(&ClassCounts, usize) -> f64| [0, 1, 2, 3, 4].map(|class| value(&counts, class));
        let (third, half) = (2.0 / 3.0, 0.5);
        assert_eq!(of(ClassCounts::recall), [third, half, 0.0, 0.0, 0.0]);
        assert_eq!(of(ClassCounts::precision), [third, half, 0.0, 0.0, 0.0]);
        assert_eq!(of(ClassCounts::f1), [third, half, 0.0, 0.0, 0.0]);
        assert_eq!(counts.mean_recall(), (third + half) / 3.0, "class 3 has no rows");
        assert_eq!(counts.macro_mean(ClassCounts::f1), (third + half) / 4.0, "class 4 is nowhere");
        assert_eq!(counts.mean_by_rows(ClassCounts::f1), (3.0 * third + 2.0 * half) / 6.0);
    }

    #[test]
    fn a_correlation_is_1_where_all_is_found() {
        assert_eq!(decided(3, &[0, 1, 2, 2], &[0, 1, 2, 2]).correlation(), Some(1.0));
        assert_eq!(decided(2, &[0, 1], &[1, 0]).correlation(), Some(-1.0));
        assert_eq!(decided(2, &[0, 1, 1], &[1, 1, 1]).correlation(), Some(0.0));
        assert_eq!(decided(2, &[1, 1, 1], &[1, 0, 1]).correlation(), None);
    }
}
