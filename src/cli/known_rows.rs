//! Whether rows that a model is scored on are rows that it was trained with.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use super::trained::Trained;
use super::{new_rows, new_score};
use crate::numeric::Matrix;

/// Rows with their targets, as metrics take them.
pub struct Rows<'r> {
    /// `[rows, n_features]`
    pub features: &'r Matrix,
    /// One target of each row after the other.
    pub targets: &'r [f64],
}

impl Rows<'_> {
    /// A hash of each row: of its numbers as they were read.
    fn hashes(&self) -> impl Iterator<Item = u64> + '_ {
        let rows = self.features.rows;
        (0..rows).map(move |row| {
            let mut hasher = DefaultHasher::new();
            let features = (0..self.features.columns).map(|column| self.features.at(row, column));
            // Both zeros are the same number.
            let numbers = features.chain(self.targets.iter().skip(row).step_by(rows.max(1)).copied());
            numbers.for_each(|number| (number + 0.0).to_bits().hash(&mut hasher));
            hasher.finish()
        })
    }
}

/// What is known of scored rows: `these are rows of the experiment's own data, …`
pub fn words(rows: &Rows<'_>, trained: &Trained) -> String {
    let [Some(own), given] = trained.own_files.each_ref().map(|file| hashes_of(file.as_deref()?, trained)) else {
        return "whether the model was trained on some of these rows, the program cannot know".to_owned();
    };
    let given = given.unwrap_or_default();
    let of_own = rows.hashes().filter(|hash| own.contains(hash)).count();
    let of_given = rows.hashes().filter(|hash| !own.contains(hash) && given.contains(hash)).count();
    let known = if trained.is_refit { of_own + of_given } else { of_own };
    let in_words = |count: usize| match count {
        1 => "1 of these rows is in".to_owned(),
        _ => format!("{count} of these rows are in"),
    };
    let which = if known == rows.features.rows { "these are rows of".to_owned() } else { in_words(known) };
    match (known, of_given) {
        (0, 0) => {
            "none of these rows is in the experiment's data; whether they are new otherwise, the program cannot know"
                .to_owned()
        }
        (0, _) => format!("{} test_path, on which nothing was trained, and none is in path", in_words(of_given)),
        _ if trained.is_refit => {
            format!("{which} the experiment's own data, on which it was trained: no estimate for new rows")
        }
        _ => format!(
            "{which} the experiment's own data, and training rows may be among them: no estimate for new rows (the report's test scores are)"
        ),
    }
}

/// The rows of a file of the experiment, read as the others are. `None` if it cannot be read so.
fn hashes_of(file: &Path, trained: &Trained) -> Option<HashSet<u64>> {
    let (features, data) = new_rows::read_with_targets(file, trained).ok()?;
    let targets = new_score::targets(&data, trained).ok()?;
    Some(Rows { features: &features, targets: &targets }.hashes().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_the_same_by_all_of_their_numbers() {
        let features = Matrix { rows: 3, columns: 2, values: vec![0.0, 1.0, -0.0, 1.0, 0.0, 1.0] };
        let hashes: Vec<u64> = Rows { features: &features, targets: &[5.0, 5.0, 6.0] }.hashes().collect();
        assert_eq!(hashes[0], hashes[1]);
        assert_ne!(hashes[0], hashes[2], "another target");
    }
}
