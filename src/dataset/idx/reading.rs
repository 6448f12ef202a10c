//! Reads IDX files into a data set, some rows at a time.

use super::content::IdxContent;
use super::labels::{IdxLabels, LabelFiles};
use super::source::LABEL;
use crate::dataset::columnar::{
    ColumnarFormat, ColumnarInput, FileColumns, FileRows, FixedNumbers, NumberColumn, finite,
};
use crate::dataset::table::{FileMistakes, TableOptions};
use crate::dataset::{DataError, DatasetSize, memory_check};
use crate::text::visible;

/// Numbers that are read at a time.
pub(super) const PORTION: usize = 1 << 20;

/// Reads IDX files, about `portion` numbers at a time.
pub(super) struct IdxFormat<'a> {
    pub portion: usize,
    pub labels: LabelFiles<'a>,
}

impl ColumnarFormat for IdxFormat<'_> {
    const NAME: &'static str = "idx";
    const HEADER: &'static str = "file";
    type Content = IdxLabels;

    fn open(&self, input: &ColumnarInput, given: &TableOptions) -> Result<(FileColumns, IdxLabels), DataError> {
        let path = input.path;
        let content = IdxContent::open(input)?;
        let (rows, width) = (content.header.rows(), content.columns);
        if rows == 0 || width == 0 {
            let words = content.header.words();
            return Err(FileMistakes::new(path).fatal(format!("no rows: it holds {words} numbers")));
        }
        if let Some(refusal) = memory_check::refusal(DatasetSize { rows, columns: width }) {
            return Err(DataError::TooLarge(visible(&format!("{path}: {refusal}")).into_owned()));
        }
        let labels = self.labels.read(path, rows)?;
        let mut names = names(&content.header.shape);
        let mut kinds = vec![content.header.element.kind(); names.len()];
        names.push(LABEL.to_owned());
        kinds.push(labels.kind.clone());
        let columns = FileColumns { names, kinds, index: Vec::new(), rows, options: given.clone(), notes: Vec::new() };
        Ok((columns, labels))
    }

    fn read(&self, input: &ColumnarInput, labels: IdxLabels, into: &mut FileRows) -> Result<(), DataError> {
        into.reserve()?;
        let mut content = IdxContent::open(input)?;
        let (rows, width) = (content.header.rows(), content.columns);
        let slots = into.slots();
        let at_a_time = (self.portion / width.max(1)).max(1);
        let mut bytes = Vec::new();
        for first in (0..rows).step_by(at_a_time) {
            let taken = at_a_time.min(rows - first);
            bytes.resize(taken * width * content.header.width, 0);
            content.next(&mut bytes)?;
            let numbers: FixedNumbers = content.header.element.numbers(&bytes);
            let column = |column: usize| match column < width {
                true => NumberColumn { numbers: &numbers, first: column, step: width },
                false => NumberColumn { numbers: &labels.numbers, first, step: 1 },
            };
            let columns: Vec<NumberColumn> = slots.iter().map(|slot| column(slot.column)).collect();
            if !into.plain_numbers(&columns, taken)? {
                for row in 0..taken {
                    into.row(|slot, _| finite(columns[slot].numbers.values[columns[slot].at(row)]))?;
                }
            }
        }
        content.ended()
    }
}

/// The names of the numbers of a row: by their position in an image, from 0 as in scikit-learn's digits, or counted from 1.
fn names(shape: &[usize]) -> Vec<String> {
    let counted = |count: usize| (1..=count).map(|number| format!("x{number}")).collect();
    match shape.get(1..).unwrap_or_default() {
        [] => counted(1),
        [columns] => counted(*columns),
        sizes => {
            let columns = sizes.iter().product();
            let name = |column: usize| {
                let mut rest = column;
                let mut places: Vec<String> = Vec::with_capacity(sizes.len());
                for size in sizes.iter().rev() {
                    places.push((rest % size).to_string());
                    rest /= size;
                }
                places.reverse();
                format!("pixel_{}", places.join("_"))
            };
            (0..columns).map(name).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_named_by_their_place() {
        assert_eq!(names(&[7]), ["x1"]);
        assert_eq!(names(&[7, 3]), ["x1", "x2", "x3"]);
        assert_eq!(names(&[7, 2, 2]), ["pixel_0_0", "pixel_0_1", "pixel_1_0", "pixel_1_1"]);
        assert_eq!(names(&[7, 1, 2, 2]).join(" "), "pixel_0_0_0 pixel_0_0_1 pixel_0_1_0 pixel_0_1_1");
    }
}
