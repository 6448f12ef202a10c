//! The split of a data set into training, validation and test rows.
//!
//! Each seed gives one permutation of all rows. The test rows come from its start, the validation rows from its end,
//! and the rest trains. So the test rows depend only on the seed and the test fraction.

use std::ops::Range;

use super::classes::{ACCEPTED, TargetClasses, source};
use super::dataset::{DataError, Dataset};
use super::stratified;
use crate::numeric::{Purpose, Stream};
use crate::parameter::Values;
use crate::record::Split;

/// The part that each row belongs to, in at most one byte per row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSplit {
    /// The numbers of training, validation and test rows.
    sizes: [usize; 3],
    /// The part of each row, as an index into `sizes`; `None` if the parts lie one after the other.
    marks: Option<Box<[u8]>>,
}

/// The indices of some rows of a data set, ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowIndices {
    Consecutive(Range<usize>),
    Listed(Vec<usize>),
}

impl RowIndices {
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Consecutive(rows) => rows.len(),
            Self::Listed(rows) => rows.len(),
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The table `split` of a data set.
#[derive(Debug, Clone, Copy, Default, serde::Deserialize)]
#[serde(default)]
struct SplitFractions {
    validation: f64,
    test: f64,
    /// Fixes one split for all seeds.
    seed: Option<u64>,
    /// Whether each class is divided by the fractions.
    stratify: bool,
}

impl SplitFractions {
    fn of(values: &Values) -> Result<Self, DataError> {
        match values.get("split") {
            None => Ok(Self::default()),
            Some(table) => {
                table.clone().try_into().map_err(|error| DataError::Content(format!("split cannot be read: {error}")))
            }
        }
    }

    fn holds_out(self) -> bool {
        self.validation > 0.0 || self.test > 0.0
    }
}

impl DataSplit {
    /// Parts that lie one after the other: first the training rows, then the validation rows, then the test rows.
    #[must_use]
    pub const fn consecutive(n_train: usize, n_validation: usize, n_test: usize) -> Self {
        Self { sizes: [n_train, n_validation, n_test], marks: None }
    }

    /// Splits the rows of a data set as its `values` say. Without `split`, all rows train.
    ///
    /// `seed` is the seed of the trial. It is used only if the values have no seed.
    ///
    /// # Errors
    /// [`DataError::Content`] if a part that should have rows has none, if a seed is needed and missing, or if classes are to be
    /// divided and the target has none.
    pub fn of_data(dataset: &Dataset, values: &Values, seed: Option<u64>) -> Result<Self, DataError> {
        let n_samples = dataset.target.len();
        if !is_stratified(values) {
            return Self::of(n_samples, values, seed);
        }
        let (n_train, n_validation, n_test) = sizes(n_samples, values)?;
        let classes = strata(dataset, values)?;
        let order = order(n_samples, values, seed)?;
        let [validation, test] = stratified::held_out(&order, &classes.codes, n_validation, n_test);
        let mut marks = vec![number(Split::Train); n_samples].into_boxed_slice();
        test.into_iter().for_each(|row| marks[row] = number(Split::Test));
        validation.into_iter().for_each(|row| marks[row] = number(Split::Validation));
        Ok(Self { sizes: [n_train, n_validation, n_test], marks: Some(marks) })
    }

    /// The same of the rows 0 … `n_samples` − 1, whatever their targets are.
    ///
    /// # Errors
    /// Those of [`of_data`](Self::of_data); and if classes are to be divided, which nobody knows here.
    pub fn of(n_samples: usize, values: &Values, seed: Option<u64>) -> Result<Self, DataError> {
        let fractions = SplitFractions::of(values)?;
        let (n_train, n_validation, n_test) = sizes(n_samples, values)?;
        if !fractions.holds_out() {
            return Ok(Self::consecutive(n_samples, 0, 0));
        }
        if fractions.stratify {
            return Err(DataError::Content("a split of each class needs the targets".to_owned()));
        }
        let order = order(n_samples, values, seed)?;
        let mut marks = vec![number(Split::Validation); n_samples].into_boxed_slice();
        order[..n_test].iter().for_each(|&row| marks[row] = number(Split::Test));
        order[n_test..n_test + n_train].iter().for_each(|&row| marks[row] = number(Split::Train));
        Ok(Self { sizes: [n_train, n_validation, n_test], marks: Some(marks) })
    }

    /// The rows of a part.
    #[must_use]
    pub fn rows(&self, part: Split) -> RowIndices {
        let number = number(part);
        let size = self.sizes[usize::from(number)];
        let Some(marks) = &self.marks else {
            let first = self.sizes[..usize::from(number)].iter().sum();
            return RowIndices::Consecutive(first..first + size);
        };
        // Every row is written, and it is kept only if it belongs to the part. A branch would cost more, because the
        // CPU cannot predict which rows belong.
        let mut rows = vec![0; size + 1];
        let mut count = 0;
        for (row, &mark) in marks.iter().enumerate() {
            rows[count] = row;
            count += usize::from(mark == number);
        }
        rows.truncate(size);
        RowIndices::Listed(rows)
    }

    /// Whether every row trains.
    #[must_use]
    pub const fn all_train(&self) -> bool {
        self.marks.is_none() && self.sizes[1] == 0 && self.sizes[2] == 0
    }
}

/// The permutation of all rows that a seed gives.
fn order(n_samples: usize, values: &Values, seed: Option<u64>) -> Result<Vec<usize>, DataError> {
    let seed = SplitFractions::of(values)?.seed.or(seed);
    let seed = seed.ok_or_else(|| DataError::Content("a split by seed needs a seed".to_owned()))?;
    Ok(Stream::new(seed, Purpose::Split, 0).permutation(n_samples))
}

/// The classes that a split divides.
///
/// # Errors
/// [`DataError::Content`] if the target has none.
pub(super) fn strata<'a>(dataset: &'a Dataset, values: &Values) -> Result<TargetClasses<'a>, DataError> {
    TargetClasses::of(dataset).map_err(|found| {
        DataError::Content(format!(
            "{}: split = {{ stratify = true }} divides each class, and {found}: {ACCEPTED} can be divided so",
            source(values)
        ))
    })
}

const fn number(part: Split) -> u8 {
    match part {
        Split::Train => 0,
        Split::Validation => 1,
        Split::Test => 2,
    }
}

/// The numbers of training, validation and test rows. Each held-out fraction is rounded to the nearest row, and a half
/// away from zero.
///
/// # Errors
/// [`DataError::Content`] if a part that should have rows has none.
pub fn sizes(n_samples: usize, values: &Values) -> Result<(usize, usize, usize), DataError> {
    let fractions = SplitFractions::of(values)?;
    let n_validation = rows(n_samples, fractions.validation);
    let n_test = rows(n_samples, fractions.test);
    let n_train = n_samples.saturating_sub(n_validation.saturating_add(n_test));
    let empty = if n_train == 0 {
        Some("train")
    } else if n_validation == 0 && fractions.validation > 0.0 {
        Some("validation")
    } else if n_test == 0 && fractions.test > 0.0 {
        Some("test")
    } else {
        None
    };
    match empty {
        None => Ok((n_train, n_validation, n_test)),
        Some(part) => Err(DataError::Content(format!(
            "split = {{ validation = {}, test = {} }} of {n_samples} rows leaves the {part} part empty: \
             {n_train} train, {n_validation} validation, {n_test} test",
            fractions.validation, fractions.test
        ))),
    }
}

/// Which splits a data set has beside the training rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeldOut {
    pub validation: bool,
    pub test: bool,
    /// The fraction of rows that test.
    pub test_share: f64,
}

/// The splits that these values hold out; none if they cannot be read.
#[must_use]
pub fn held_out(values: &Values) -> HeldOut {
    let fractions = SplitFractions::of(values).unwrap_or_default();
    HeldOut { validation: fractions.validation > 0.0, test: fractions.test > 0.0, test_share: fractions.test }
}

/// Whether each class is divided by the fractions.
pub(super) fn is_stratified(values: &Values) -> bool {
    SplitFractions::of(values).is_ok_and(|fractions| fractions.holds_out() && fractions.stratify)
}

/// Whether some rows do not train.
pub(super) fn holds_out(values: &Values) -> bool {
    SplitFractions::of(values).is_ok_and(SplitFractions::holds_out)
}

/// Whether the parts depend on the seed of the trial.
#[must_use]
pub fn by_seed(values: &Values) -> bool {
    SplitFractions::of(values).is_ok_and(|fractions| fractions.holds_out() && fractions.seed.is_none())
}

fn rows(n_samples: usize, fraction: f64) -> usize {
    (n_samples as f64 * fraction).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(split: &str) -> Values {
        if split.is_empty() { Values::new() } else { format!("split = {{ {split} }}").parse().unwrap() }
    }

    fn listed(parts: &DataSplit, part: Split) -> Vec<usize> {
        match parts.rows(part) {
            RowIndices::Consecutive(rows) => rows.collect(),
            RowIndices::Listed(rows) => rows,
        }
    }

    #[test]
    fn parts_in_a_row_follow_each_other() {
        let parts = DataSplit::consecutive(3, 2, 1);
        assert_eq!(Split::ALL.map(|part| listed(&parts, part)), [vec![0, 1, 2], vec![3, 4], vec![5]]);
        assert!(!parts.all_train());
    }

    #[test]
    fn without_a_split_all_rows_train() {
        let parts = DataSplit::of(4, &values(""), None).unwrap();
        assert_eq!(parts, DataSplit::consecutive(4, 0, 0));
        assert!(parts.all_train());
        assert_eq!(Split::ALL.map(|part| parts.rows(part).len()), [4, 0, 0]);
        assert!(!by_seed(&values("")));
        assert!(!by_seed(&values("validation = 0.0, test = 0")));
        assert_eq!(DataSplit::of(4, &values("validation = 0.0, test = 0"), None).unwrap(), parts);
    }

    #[test]
    fn fractions_are_rounded_to_the_nearest_row() {
        assert_eq!(sizes(442, &values("validation = 0.2, test = 0.2")).unwrap(), (266, 88, 88));
        assert_eq!(sizes(10, &values("validation = 0.25")).unwrap(), (7, 3, 0));
        assert_eq!(sizes(10, &values("test = 0.25")).unwrap(), (7, 0, 3));
    }

    #[test]
    fn parts_hold_each_row_once_in_ascending_order() {
        let parts = DataSplit::of(442, &values("validation = 0.2, test = 0.1"), Some(3)).unwrap();
        assert!(!parts.all_train());
        let parts = Split::ALL.map(|part| listed(&parts, part));
        assert_eq!(parts.each_ref().map(Vec::len), [310, 88, 44]);
        assert!(parts.iter().all(|part| part.is_sorted()));
        let mut all = parts.concat();
        all.sort_unstable();
        assert_eq!(all, (0..442).collect::<Vec<_>>());
    }

    #[test]
    fn a_part_depends_on_its_own_fraction_and_the_seed() {
        let of = |split: &str, seed| DataSplit::of(100, &values(split), Some(seed)).unwrap();
        let same = |part, left: &str, right: &str| assert_eq!(of(left, 1).rows(part), of(right, 1).rows(part));
        same(Split::Test, "test = 0.2", "validation = 0.3, test = 0.2");
        same(Split::Validation, "validation = 0.3", "validation = 0.3, test = 0.2");
        assert_ne!(of("test = 0.2", 1), of("test = 0.2", 2));
    }

    #[test]
    fn a_held_seed_gives_one_split_to_all_seeds() {
        let held = values("test = 0.2, seed = 5");
        assert_eq!(DataSplit::of(50, &held, Some(1)).unwrap(), DataSplit::of(50, &held, None).unwrap());
        assert_eq!(DataSplit::of(50, &held, None).unwrap(), DataSplit::of(50, &values("test = 0.2"), Some(5)).unwrap());
        assert!(!by_seed(&held));
        assert!(by_seed(&values("test = 0.2")));
        let error = DataSplit::of(50, &values("test = 0.2"), None).unwrap_err();
        assert_eq!(error.to_string(), "a split by seed needs a seed");
    }

    #[test]
    fn an_empty_part_is_an_error_that_says_the_sizes() {
        let message = |n, split: &str| sizes(n, &values(split)).unwrap_err().to_string();
        assert_eq!(
            message(3, "validation = 0.1"),
            "split = { validation = 0.1, test = 0 } of 3 rows leaves the validation part empty: \
             3 train, 0 validation, 0 test"
        );
        assert_eq!(
            message(4, "validation = 0.3, test = 0.1"),
            "split = { validation = 0.3, test = 0.1 } of 4 rows leaves the test part empty: \
             3 train, 1 validation, 0 test"
        );
        assert_eq!(
            message(4, "validation = 0.5, test = 0.5"),
            "split = { validation = 0.5, test = 0.5 } of 4 rows leaves the train part empty: \
             0 train, 2 validation, 2 test"
        );
    }

    fn in_classes(target: &[f64]) -> Dataset {
        Dataset {
            features: crate::numeric::Matrix { rows: target.len(), columns: 1, values: target.to_vec() },
            target: target.to_vec(),
            classes: None,
            feature_names: vec!["x".to_owned()],
            target_name: "y".to_owned(),
            fingerprint: String::new(),
            notes: Vec::new(),
            reading: crate::record::Reading::default(),
        }
    }

    #[test]
    fn each_class_is_divided_by_the_fractions() {
        let target: Vec<f64> = (0..100).map(|row| f64::from(u8::from(row % 10 == 0))).collect();
        let data = in_classes(&target);
        let of = |split: &str, seed| DataSplit::of_data(&data, &values(split), Some(seed)).unwrap();
        for seed in 1..20 {
            let parts = of("validation = 0.2, test = 0.3, stratify = true", seed);
            let counts = Split::ALL.map(|part| {
                let rows = listed(&parts, part);
                (rows.len(), rows.iter().filter(|row| target[**row] == 1.0).count())
            });
            assert_eq!(counts, [(50, 5), (20, 2), (30, 3)]);
            let mut all = Split::ALL.map(|part| listed(&parts, part)).concat();
            all.sort_unstable();
            assert_eq!(all, (0..100).collect::<Vec<_>>());
            // The test rows are those of the seed and the test fraction.
            assert_eq!(parts.rows(Split::Test), of("test = 0.3, stratify = true", seed).rows(Split::Test));
        }
        // Without the key nothing changes, and one class alone is divided as all rows are.
        let plain = values("validation = 0.2, test = 0.3");
        assert_eq!(DataSplit::of_data(&data, &plain, Some(1)).unwrap(), DataSplit::of(100, &plain, Some(1)).unwrap());
        let one = DataSplit::of_data(
            &in_classes(&[7.0; 100]),
            &values("validation = 0.2, test = 0.3, stratify = true"),
            Some(1),
        );
        assert_eq!(one.unwrap(), DataSplit::of(100, &plain, Some(1)).unwrap());
    }

    #[test]
    fn fractions_cannot_be_divided_by_class() {
        let split = values("test = 0.2, stratify = true");
        let error = DataSplit::of_data(&in_classes(&[0.5; 10]), &split, Some(1)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "generated data: split = { stratify = true } divides each class, and target \"y\" holds numbers that are not whole \
             (0.5): text, or at most 1000 different whole numbers can be divided so"
        );
        assert!(DataSplit::of(10, &split, Some(1)).is_err());
    }

    /// If a value here changes, so does every recorded trial that has such a split: raise the rule's revision.
    #[test]
    fn the_division_of_classes_is_pinned() {
        let data = in_classes(&[0.0, 1.0, 0.0, 1.0, 0.0, 2.0, 0.0, 1.0, 0.0, 2.0, 0.0, 1.0]);
        let split = values("validation = 0.25, test = 0.25, stratify = true");
        let parts = DataSplit::of_data(&data, &split, Some(1)).unwrap();
        assert_eq!(listed(&parts, Split::Validation), [2, 9, 11]);
        assert_eq!(listed(&parts, Split::Test), [5, 6, 10]);
    }

    /// If a value here changes, so does every recorded trial that has a split: raise the numerics version.
    #[test]
    fn the_permutation_of_a_seed_is_pinned() {
        let parts = DataSplit::of(12, &values("validation = 0.25, test = 0.25"), Some(1)).unwrap();
        assert_eq!(listed(&parts, Split::Validation), [2, 4, 9]);
        assert_eq!(listed(&parts, Split::Test), [5, 6, 10]);
    }
}
