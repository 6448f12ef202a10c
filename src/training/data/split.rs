//! The split of a data set into training, validation and test rows.
//!
//! Each seed gives one permutation of all rows. The test rows come from its start, the validation rows from its end,
//! and the rest trains. So the test rows depend only on the seed and the test fraction. Test rows that the data set gives
//! are its last ones, and the others are divided without them.

use std::ops::Range;

use super::classes::{ACCEPTED, TargetClasses, source};
use super::dataset::{DataError, Dataset};
use super::keys::TEST_PATH;
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
        let n_samples = dataset.features.rows - dataset.given_test;
        if !is_stratified(values) {
            return Ok(Self::of(n_samples, values, seed)?.and_test(dataset.given_test));
        }
        let (n_train, n_validation, n_test) = sizes(n_samples, values)?;
        let classes = strata(dataset, values)?;
        let order = order(n_samples, values, seed)?;
        let [validation, test] = stratified::held_out(&order, &classes.codes, n_validation, n_test);
        let mut marks = vec![number(Split::Train); n_samples].into_boxed_slice();
        test.into_iter().for_each(|row| marks[row] = number(Split::Test));
        validation.into_iter().for_each(|row| marks[row] = number(Split::Validation));
        Ok(Self { sizes: [n_train, n_validation, n_test], marks: Some(marks) }.and_test(dataset.given_test))
    }

    /// The same parts, and so many rows more that test.
    fn and_test(self, more: usize) -> Self {
        let [n_train, n_validation, n_test] = self.sizes;
        let marks = self.marks.map(|marks| {
            let mut marks = marks.into_vec();
            marks.resize(marks.len() + more, number(Split::Test));
            marks.into_boxed_slice()
        });
        Self { sizes: [n_train, n_validation, n_test + more], marks }
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
            "{}: split.stratify = true divides each class, and {found}: {ACCEPTED} can be divided so",
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
    /// The fraction of rows that a seed draws to test.
    pub test_share: f64,
}

/// The splits that these values hold out; none if they cannot be read.
#[must_use]
pub fn held_out(values: &Values) -> HeldOut {
    let fractions = SplitFractions::of(values).unwrap_or_default();
    let test = fractions.test > 0.0 || values.contains_key(TEST_PATH);
    HeldOut { validation: fractions.validation > 0.0, test, test_share: fractions.test }
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
mod tests;
