//! Both sides of a comparison of trials, and how the trials and curves to compare are chosen and read.

use std::collections::HashSet;
use std::ops::Range;

use super::curves::{CurveIndex, CurvesPart};
use super::table_part::TablePart;
use super::table_reader::{Stop, TableReader};

/// The columns that name a trial.
pub const TRIAL_COLUMNS: [&str; 5] = ["trial", "dataset", "model", "optimizer", "seed"];

/// The tables to compare, and how.
pub struct Sides<'a> {
    pub old: &'a TableReader<'a>,
    pub new: &'a TableReader<'a>,
    /// The curves of both sides, if they are compared.
    pub curves: Option<&'a [CurveIndex<'a>; 2]>,
    /// The sides whose table of curves leaves some out on purpose: a trial that has none there is not compared by its curve.
    pub leaves_out: [bool; 2],
    /// The two tables of trials have equal bytes, so only curves can differ.
    pub equal: bool,
    pub tolerance: Option<f64>,
    /// The ids of the trials whose results are compared. `None` means all.
    pub sample: Option<&'a HashSet<String>>,
}

/// The pairs whose trials belong to the sample.
pub fn sampled(
    new: &TableReader<'_>,
    pairs: &[(usize, usize)],
    sample: &HashSet<String>,
) -> Result<Vec<(usize, usize)>, Stop> {
    let mut rows: HashSet<usize> = HashSet::new();
    new.each(&["trial"], &mut |part, start| {
        let inside = |row: &usize| part.text("trial", *row).is_some_and(|id| sample.contains(id));
        rows.extend((0..part.rows).filter(inside).map(|row| start + row));
        Ok(())
    })?;
    Ok(pairs.iter().copied().filter(|(_, new)| rows.contains(new)).collect())
}

/// The curves of some trials on both sides.
type Both = [CurvesPart; 2];

/// Reads curves for the trials of a part, starting at a row, for as many trials as fit in a window. Returns the row
/// after the last of them. There are no curves if they are not compared.
pub fn read_curves(sides: &Sides<'_>, new: &TablePart, from: usize) -> Result<(usize, Option<Both>), Stop> {
    let Some(curves) = sides.curves else { return Ok((new.rows, None)) };
    let mut places: [Vec<Range<usize>>; 2] = [Vec::new(), Vec::new()];
    let mut rows = 0;
    let mut end = from;
    while end < new.rows {
        let id = new.text("trial", end).unwrap_or_default();
        let mut runs = curves.each_ref().map(|side| side.run(id));
        if [0, 1].into_iter().any(|side| sides.leaves_out[side] && runs[side].is_empty()) {
            runs = [0..0, 0..0];
        }
        let more: usize = runs.iter().map(Range::len).sum();
        if end > from && rows + more > curves[0].table.window() {
            break;
        }
        for (places, run) in places.iter_mut().zip(runs) {
            places.push(run);
        }
        (rows, end) = (rows + more, end + 1);
    }
    let [before, after] = curves;
    Ok((end, Some([before.read(&places[0])?, after.read(&places[1])?])))
}

/// The names, followed by those of `others` that are not among them.
pub fn columns_with<'a>(names: &[&'a str], others: &[&'a str]) -> Vec<&'a str> {
    let added = others.iter().copied().filter(|other| !names.contains(other));
    names.iter().copied().chain(added).collect()
}
