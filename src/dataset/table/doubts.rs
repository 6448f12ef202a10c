//! What the numbers of each column look like, and notes about columns that are probably no features: row counters, identifiers,
//! constants, copies of the target.

use super::absent::quoted_list;
use super::cells::in_quotes;
use super::keys::TableOptions;
use super::remedies::ignore;
use crate::dataset::Dataset;
use crate::record::{ColumnKind, ColumnReading, Reading};

/// Rows looked at before the next column, so that they are still in the cache.
const BLOCK: usize = 1024;

/// Fewer rows tell nothing.
const FEWEST_ROWS: usize = 20;

/// A copy of a column of more rows is not sorted to see whether its numbers differ.
const MOST_SORTED: usize = 1 << 20;

/// The columns that a note names.
const NAMED: usize = 10;

/// What the numbers of a column look like. Of a category these are codes and mean nothing.
#[derive(Clone, Copy)]
pub(super) struct LookedAt {
    pub whole: bool,
    /// Whether each number is 0 or 1.
    pub truth: bool,
    constant: bool,
    /// Whether each number is one more than the one before, from 0 or 1 on.
    counter: bool,
    /// Whether the numbers grow, or fall, from row to row.
    grows: bool,
    falls: bool,
    copies_target: bool,
    /// Whether the numbers are whole and all different; looked at only where the column may be an identifier.
    distinct: bool,
    low: f64,
    high: f64,
    last: f64,
}

impl LookedAt {
    const fn begin(first: f64) -> Self {
        Self {
            whole: true,
            truth: true,
            constant: true,
            counter: first == 0.0 || first == 1.0,
            grows: true,
            falls: true,
            copies_target: true,
            distinct: false,
            low: first,
            high: first,
            last: first,
        }
    }

    /// Whether more numbers can change anything that a note may say.
    const fn is_open(&self) -> bool {
        self.whole || self.constant || self.copies_target
    }

    fn add(&mut self, value: f64, goal: f64, is_first: bool) {
        self.whole &= value.fract() == 0.0;
        self.truth &= value == 0.0 || value == 1.0;
        self.copies_target &= value == goal;
        if !is_first {
            self.constant &= value == self.last;
            self.counter &= value == self.last + 1.0;
            self.grows &= value > self.last;
            self.falls &= value < self.last;
        }
        self.low = if value < self.low { value } else { self.low };
        self.high = if value > self.high { value } else { self.high };
        self.last = value;
    }
}

/// Looks at the features (`values` in rows of `width`), then at the target.
pub(super) fn look(values: &[f64], width: usize, target: &[f64]) -> Vec<LookedAt> {
    let Some(&goal) = target.first() else { return Vec::new() };
    let mut all: Vec<LookedAt> = values[..width].iter().map(|first| LookedAt::begin(*first)).collect();
    let mut open: Vec<usize> = (0..width).collect();
    for (block, goals) in values.chunks(width.max(1) * BLOCK).zip(target.chunks(BLOCK)) {
        let begins = std::ptr::eq(goals.as_ptr(), target.as_ptr());
        for &column in &open {
            let looked_at = &mut all[column];
            for (row, (value, goal)) in block.iter().skip(column).step_by(width).zip(goals).enumerate() {
                looked_at.add(*value, *goal, begins && row == 0);
                if !looked_at.is_open() {
                    break;
                }
            }
        }
        open.retain(|column| all[*column].is_open());
    }
    let mut of_target = LookedAt::begin(goal);
    for (row, value) in target.iter().enumerate() {
        of_target.add(*value, *value, row == 0);
        if !of_target.whole && !of_target.constant {
            break;
        }
    }
    all.push(of_target);

    let rows = target.len();
    for column in 0..width {
        let looked_at = &all[column];
        // A span that is too small for so many different whole numbers settles most columns.
        if looked_at.whole && rows >= FEWEST_ROWS && looked_at.high - looked_at.low >= (rows - 1) as f64 {
            all[column].distinct = looked_at.grows
                || looked_at.falls
                || rows <= MOST_SORTED && {
                    let mut sorted: Vec<f64> = values.iter().skip(column).step_by(width).copied().collect();
                    sorted.sort_unstable_by(f64::total_cmp);
                    sorted.windows(2).all(|pair| pair[0] != pair[1])
                };
        }
    }
    all
}

/// Why a column is probably no feature.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::dataset) enum Doubt {
    Index,
    Counter,
    Identifier,
    Constant,
    CopyOfTarget,
}

/// The features of each doubt. `looked_at` is of the columns of `reading`.
fn doubtful(reading: &Reading, looked_at: &[LookedAt]) -> Vec<(Doubt, Vec<String>)> {
    let rows = reading.kept as usize;
    let Some((_, features)) = reading.columns.split_last() else { return Vec::new() };
    let Some(of_target) = looked_at.last() else { return Vec::new() };
    let columns = features.iter().zip(looked_at);
    let those = |wanted: &dyn Fn(&ColumnReading, &LookedAt) -> bool| -> Vec<String> {
        columns.clone().filter(|(column, at)| wanted(column, at)).map(|(column, _)| column.name.clone()).collect()
    };
    let is_category = |column: &ColumnReading| matches!(column.kind, ColumnKind::Categories { .. });
    let is_index = |column: &ColumnReading| is_unnamed(&column.name) && !is_category(column);
    let is_counter = |column: &ColumnReading, at: &LookedAt| {
        !column.is_time && !is_category(column) && !is_index(column) && at.distinct && at.counter
    };
    let is_copy = |column: &ColumnReading, at: &LookedAt| {
        !is_category(column) && at.copies_target && rows > 2 && !of_target.constant
    };
    let is_identifier = |column: &ColumnReading, at: &LookedAt| match column.kind {
        ColumnKind::Categories { levels } => levels == rows as u64 && rows >= FEWEST_ROWS,
        // Measurements have days of their own.
        _ if column.is_time => false,
        _ => {
            let in_order = at.grows || at.falls || at.high - at.low == (rows - 1) as f64;
            at.distinct
                && (in_order || is_called_identifier(&column.name))
                && !is_index(column)
                && !is_counter(column, at)
        }
    };
    let is_constant = |column: &ColumnReading, at: &LookedAt| match column.kind {
        ColumnKind::Categories { levels } => levels == 1,
        _ => at.constant && rows > 1,
    };
    vec![
        (Doubt::Index, those(&|column, _| is_index(column))),
        (Doubt::Counter, those(&is_counter)),
        (Doubt::Identifier, those(&|column, at| is_identifier(column, at) && !is_copy(column, at))),
        (Doubt::Constant, those(&is_constant)),
        (Doubt::CopyOfTarget, those(&is_copy)),
    ]
}

/// The features of a data set that are probably none, each with the first doubt about it, and whether its target is constant.
pub(in crate::dataset) fn doubts(data: &Dataset) -> (Vec<(String, Doubt)>, bool) {
    let width = data.features.columns;
    let of_values = look(&data.features.values, width, &data.target);
    // A category has a value for each level.
    let mut first = 0;
    let mut looked_at = Vec::with_capacity(data.reading.columns.len());
    for column in &data.reading.columns {
        looked_at.extend(of_values.get(first).copied());
        first += match column.kind {
            ColumnKind::Categories { levels } => levels as usize,
            _ => 1,
        };
    }
    let mut found: Vec<(String, Doubt)> = Vec::new();
    for (doubt, names) in doubtful(&data.reading, &looked_at) {
        for name in names {
            if !found.iter().any(|(known, _)| *known == name) {
                found.push((name, doubt));
            }
        }
    }
    (found, looked_at.last().is_some_and(|target| target.constant) && data.features.rows > 1)
}

/// The notes about columns that are probably no features, one line for each kind.
pub(super) fn notes(reading: &Reading, looked_at: &[LookedAt], options: &TableOptions) -> Vec<String> {
    let Some(target) = reading.columns.last() else { return Vec::new() };
    let mut notes = Vec::new();
    for (doubt, names) in doubtful(reading, looked_at) {
        if names.is_empty() {
            continue;
        }
        let is_one = names.len() == 1;
        let words = match doubt {
            Doubt::Index if is_one => "looks like the index that pandas wrote",
            Doubt::Index => "look like indexes that pandas wrote",
            Doubt::Counter if is_one => "counts the rows",
            Doubt::Counter => "count the rows",
            Doubt::Identifier if is_one => "is different in every row: an identifier?",
            Doubt::Identifier => "are different in every row: identifiers?",
            Doubt::Constant if is_one => "is the same in every row",
            Doubt::Constant => "are the same in every row",
            Doubt::CopyOfTarget if is_one => &format!("is a copy of the target {}", in_quotes(&target.name)),
            Doubt::CopyOfTarget => &format!("are copies of the target {}", in_quotes(&target.name)),
        };
        let them = if is_one { "it" } else { "them" };
        let remedy = match &options.features {
            Some(_) => format!("features without {them} leaves {them} out"),
            None if names.len() <= NAMED => format!("{} leaves {them} out", ignore(&names, options)),
            None => format!("ignore leaves {them} out"),
        };
        notes.push(format!("{} {words}; {remedy}", quoted_list(&names, NAMED)));
    }
    if looked_at.last().is_some_and(|target| target.constant) && reading.kept > 1 {
        notes.push(format!("the target {} is the same in every row", in_quotes(&target.name)));
    }
    notes
}

/// `Unnamed: 0`: what pandas calls a column that it read without a name.
fn is_unnamed(name: &str) -> bool {
    name.strip_prefix("Unnamed: ").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a column's name says that it identifies its rows.
pub(in crate::dataset) fn is_called_identifier(name: &str) -> bool {
    const WORDS: [&str; 12] =
        ["id", "ids", "pid", "uid", "uuid", "key", "index", "idx", "rownames", "rowid", "identifier", "instant"];
    let lower = name.to_lowercase();
    name.ends_with("Id")
        || name.ends_with("ID")
        || lower.split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&word))
}
