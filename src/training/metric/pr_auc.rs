//! The area under the precision–recall curve as the average precision, Σ (R_n − R_{n−1})·P_n over the thresholds from
//! the highest score down, as scikit-learn's `average_precision_score`; rows of one score are one step. It is of
//! class 1 of two; of more classes the mean over the classes, each against all others (`average = "macro"`).
//!
//! Guesses have the share of the class, not ½. Where some class has no rows it has no value (scikit-learn gives 0).

use super::one_against_rest::{TiedRows, mean_over_classes, totals};
use crate::shape::{AxisKind, ClassRows, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "pr_auc",
    "average precision: the area under the precision–recall curve as a sum of steps",
    &[],
    include_str!("pr_auc.rs"),
    MetricFacts {
        label: "PR AUC",
        heading: "PR AUCs",
        definition: "The PR AUC is the average precision of class 1, Σ (R_n − R_{n−1})·P_n over the thresholds \
                     of its probability or score; of more classes, the mean over each against all others.",
        unit: TargetUnit::None,
        direction: Direction::Higher,
        axis: AxisKind::Linear,
        range: (0.0, 1.0),
        values: Values::Outputs(OfOutputs::Ranks(value)),
    },
);

fn value(rows: &ClassRows<'_>) -> Result<f64, &'static str> {
    mean_over_classes(rows, area)
}

fn area(tied: &[TiedRows]) -> Result<f64, &'static str> {
    let (of_class, _) = totals(tied);
    // A class without rows has a weight of 0.
    if of_class <= 0.0 {
        return Err("a class has no rows");
    }
    let (mut found, mut decided, mut area) = (0.0, 0.0, 0.0);
    for rows in tied {
        found += rows.of_class;
        decided += rows.of_class + rows.others;
        if rows.of_class > 0.0 {
            area += rows.of_class * (found / decided);
        }
    }
    Ok(area / of_class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let of = |rows: &[(f64, f64)]| {
            let tied: Vec<TiedRows> = rows.iter().map(|&(of_class, others)| TiedRows { of_class, others }).collect();
            area(&tied)
        };
        // Recall 1/2 at precision 1, then 1 at 2/3.
        assert_eq!(of(&[(1.0, 0.0), (0.0, 1.0), (1.0, 0.0), (0.0, 1.0)]), Ok((1.0 + 2.0 / 3.0) / 2.0));
        assert_eq!(of(&[(2.0, 3.0)]), Ok(0.4), "all are tied");
        assert_eq!(of(&[(2.0, 0.0)]), Ok(1.0));
        assert!(of(&[(0.0, 2.0)]).is_err());
    }
}
