//! Whether some row of each part of a split counts, where rows have weights.

use super::classes::source;
use super::dataset::{DataError, Dataset};
use super::split::{DataSplit, RowIndices, by_seed};
use crate::parameter::Values;
use crate::record::Split;

/// Checks that each part that the split of each seed makes has a row with a weight above 0.
///
/// # Errors
/// [`DataError::Content`] that names the column, a seed and a part.
pub fn check_weights(dataset: &Dataset, values: &Values, seeds: &[u64]) -> Result<(), DataError> {
    let Some(weights) = &dataset.weights else { return Ok(()) };
    let seeds: Vec<Option<u64>> = if by_seed(values) { seeds.iter().copied().map(Some).collect() } else { vec![None] };
    for seed in seeds {
        let parts = DataSplit::of_data(dataset, values, seed)?;
        for part in Split::ALL {
            let counts = |row: usize| weights.values[row] > 0.0;
            let any = match parts.rows(part) {
                rows if rows.is_empty() => true,
                RowIndices::Consecutive(mut rows) => rows.any(counts),
                RowIndices::Listed(rows) => rows.into_iter().any(counts),
            };
            if !any {
                let of_seed = seed.map_or_else(String::new, |seed| format!(" of seed {seed}"));
                let (name, part) = (&weights.name, part.word());
                return Err(DataError::Content(format!(
                    "{}: split{of_seed}: the weight \"{name}\" of every {part} row is 0: more rows with a weight, or \
                     another split",
                    source(values)
                )));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::RowWeights;
    use crate::numeric::Matrix;

    #[test]
    fn a_part_without_a_weight_is_named_with_its_seed() {
        let mut values = vec![0.0; 19];
        values.push(2.0);
        let dataset = Dataset {
            features: Matrix { rows: 20, columns: 1, values: vec![0.0; 20] },
            target: vec![0.0; 20],
            classes: None,
            weights: Some(RowWeights { name: "w".to_owned(), values }),
            feature_names: vec!["x".to_owned()],
            target_name: "y".to_owned(),
            other_targets: Vec::new(),
            given_test: 0,
            fingerprint: String::new(),
            notes: Vec::new(),
            reading: crate::record::Reading::default(),
        };
        let told = |split: &str, seed: u64| {
            let values = format!("path = \"a.csv\"\nsplit = {{ {split} }}").parse().unwrap();
            check_weights(&dataset, &values, &[seed]).map_err(|error| error.to_string())
        };
        assert_eq!(told("", 1), Ok(()));
        // One of the two parts lacks the only row that counts.
        let messages: Vec<String> = (1..=20).filter_map(|seed| told("test = 0.5", seed).err()).collect();
        assert_eq!(messages.len(), 20);
        assert!(messages[0].starts_with("a.csv: split of seed 1: the weight \"w\" of every "), "{}", messages[0]);
        assert!(
            ["train", "test"]
                .iter()
                .all(|part| { messages.iter().any(|message| message.contains(&format!("of every {part} row is 0"))) })
        );
    }
}
