//! The area under the ROC curve, as scikit-learn's `roc_auc_score`: the share of the pairs of a row of class 1 and
//! one of class 0 of which the first has the higher probability or score, where equal ones count half. Of more than
//! two classes it is the mean over the classes, each against all others (`multi_class = "ovr"`, `average = "macro"`).
//!
//! It takes the order of the rows and no threshold. Where some class has no rows, or has all, it has no value.

use super::one_against_rest::{TiedRows, mean_over_classes, totals};
use crate::shape::{AxisKind, ClassRows, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "roc_auc",
    "area under the ROC curve: how often a row of a class has a higher score than another row",
    &[],
    include_str!("roc_auc.rs"),
    MetricFacts {
        label: "ROC AUC",
        heading: "ROC AUCs",
        definition: "The ROC AUC is how often a row of class 1 has a higher probability or score than a row of \
                     class 0, where equal ones count half; of more classes, the mean over each against all \
                     others.",
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
    let (of_class, others) = totals(tied);
    if !(of_class > 0.0 && others > 0.0) {
        return Err("a class has no rows, or has all");
    }
    let (mut above, mut area) = (0.0, 0.0);
    for rows in tied {
        area += rows.others * (above + 0.5 * rows.of_class);
        above += rows.of_class;
    }
    Ok(area / (of_class * others))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let tied = |rows: &[(f64, f64)]| -> Vec<TiedRows> {
            rows.iter().map(|&(of_class, others)| TiedRows { of_class, others }).collect()
        };
        let of = |rows: &[(f64, f64)]| area(&tied(rows));
        assert_eq!(of(&[(1.0, 0.0), (0.0, 1.0), (1.0, 0.0), (0.0, 1.0)]), Ok(0.75));
        assert_eq!(of(&[(2.0, 3.0)]), Ok(0.5), "all are tied");
        assert_eq!(of(&[(0.0, 3.0), (2.0, 0.0)]), Ok(0.0));
        assert!(of(&[(2.0, 0.0)]).is_err() && of(&[(0.0, 2.0)]).is_err());
    }
}
