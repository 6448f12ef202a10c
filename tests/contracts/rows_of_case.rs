//! The predictions and targets of a reference of a metric: as they are written, or those of classes as they are generated.

use serde_json::Value;
use sweep::shape::PredictionKind;

/// Predictions and targets, `[outputs, rows]` and `[rows]`.
pub struct RowsOfCase {
    pub kind: PredictionKind,
    pub outputs: Vec<f64>,
    pub targets: Vec<f64>,
    pub weights: Option<Vec<f64>>,
}

impl RowsOfCase {
    pub fn of(case: &Value) -> Self {
        let numbers = |name: &str| case[name].as_array().map(|all| all.iter().filter_map(Value::as_f64).collect());
        match case["rows"].as_object() {
            Some(rows) => {
                let get = |name: &str| rows[name].as_u64().expect("a number");
                let is = |name: &str| rows[name].as_bool().expect("true or false");
                classes(
                    get("seed"),
                    (get("rows"), get("classes"), get("of_classes")),
                    (is("tied"), is("weighted"), is("scores")),
                )
            }
            None => Self {
                kind: PredictionKind::Numbers,
                outputs: numbers("outputs").expect("a list"),
                targets: numbers("targets").expect("a list"),
                weights: numbers("weights"),
            },
        }
    }
}

/// Rows of classes as `classes` of `make.py` generates them: whole numbers of a counter's hash, of which a class has some in each row.
/// Probabilities are their shares, scores the numbers themselves. The first rows are of one class each; of the others half are of a
/// class with the largest number, the rest of any. With `of_classes` all are of the first of them.
fn classes(
    seed: u64,
    (rows, classes, of_classes): (u64, u64, u64),
    (tied, weighted, scores): (bool, bool, bool),
) -> RowsOfCase {
    let hash = |stream: u64, index: u64| {
        let mut z = (seed << 32 | stream << 24).wrapping_add(index + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    };
    let number = |class: u64, row: u64| {
        let bits = hash(0, row * classes + class);
        if tied { (bits >> 62) + 1 } else { (bits >> 44) + 1 }
    };
    let mut outputs = vec![0.0; usize::try_from(rows * classes).expect("few")];
    let mut targets = Vec::new();
    for row in 0..rows {
        let numbers: Vec<u64> = (0..classes).map(|class| number(class, row)).collect();
        let total: u64 = numbers.iter().sum();
        for (class, number) in (0..).zip(&numbers) {
            let at = usize::try_from(class * rows + row).expect("few");
            outputs[at] = if scores { *number as f64 } else { *number as f64 / total as f64 };
        }
        let largest = (0..classes).rev().max_by_key(|class| numbers[usize::try_from(*class).expect("few")]);
        let drawn = hash(1, row);
        let class = if row < classes {
            row
        } else if drawn & 1 == 1 {
            largest.expect("some")
        } else {
            (drawn >> 8) % classes
        };
        targets.push((class % of_classes) as f64);
    }
    if classes == 2 {
        // One output: the probability of class 1, or how far its number is above that of class 0.
        let (zero, one) = outputs.split_at(outputs.len() / 2);
        outputs = if scores { zero.iter().zip(one).map(|(zero, one)| one - zero).collect() } else { one.to_vec() };
    }
    let weights = weighted.then(|| (0..rows).map(|row| (hash(2, row) >> 60) as f64 / 8.0).collect());
    let kind = if scores { PredictionKind::Scores } else { PredictionKind::Probabilities };
    RowsOfCase { kind, outputs, targets, weights }
}
