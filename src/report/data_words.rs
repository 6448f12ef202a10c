//! What was read of a data set, in words: the same on the terminal and on the page.

use super::data_columns::{DataColumn, Role, data_columns, reason};
use super::number::{count, plural, short};
use super::page_limits::names;
use crate::record::{ClassFacts, ColumnDescription, ColumnKind, DataFacts};

/// The counts of a histogram as blocks of eight heights; a class without a value is a dot.
#[must_use]
pub fn histogram(counts: &[u64]) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let block = |count: u64| match count {
        0 => '·',
        _ => BLOCKS[((count as f64 / most as f64 * 8.0).ceil() as usize).clamp(1, 8) - 1],
    };
    counts.iter().map(|&count| block(count)).collect()
}

/// `800`, or `800 of 803` if rows were dropped.
#[must_use]
pub fn rows(facts: &DataFacts) -> String {
    match facts.reading.rows {
        all if all > facts.n_samples => format!("{} of {}", count(facts.n_samples), count(all)),
        _ => count(facts.n_samples),
    }
}

/// What the cells of a column are: `whole numbers`, `5 levels`.
#[must_use]
pub fn kind(column: &DataColumn<'_>) -> String {
    match column.kind {
        None | Some(ColumnKind::Number) => "numbers".to_owned(),
        Some(ColumnKind::WholeNumber) => "whole numbers".to_owned(),
        Some(ColumnKind::TruthValue) => "0 and 1".to_owned(),
        Some(ColumnKind::Categories { levels: 1 }) if column.role == Role::Target => "1 class".to_owned(),
        Some(ColumnKind::Categories { levels }) if column.role == Role::Target => format!("{} classes", count(levels)),
        Some(ColumnKind::Categories { levels }) => plural(usize::try_from(levels).unwrap_or(usize::MAX), "level"),
    }
}

/// `3 classes`
#[must_use]
pub fn of_classes(classes: &ClassFacts) -> String {
    match classes.names.len() {
        1 => "1 class".to_owned(),
        several => format!("{} classes", count(several as u64)),
    }
}

/// The first classes with their rows: `setosa 50, versicolor 50`.
#[must_use]
pub fn counted(classes: &ClassFacts) -> String {
    some(&classes.counted())
}

/// `1.5 … 80`, or `constant 3`.
#[must_use]
pub fn range(numbers: &ColumnDescription) -> String {
    if numbers.low >= numbers.high {
        return format!("constant {}", short(numbers.low, 5));
    }
    // As many digits as tell the ends apart.
    let ends = |digits| (short(numbers.low, digits), short(numbers.high, digits));
    let (low, high) = (4..17).map(ends).find(|(low, high)| low != high).unwrap_or_else(|| ends(17));
    format!("{low} … {high}")
}

/// The mean, with as many digits as place it within the range.
#[must_use]
pub fn mean(numbers: &ColumnDescription) -> String {
    /// As a share of the range.
    const CLOSE: f64 = 1e-3;
    let ColumnDescription { low, high, mean, .. } = *numbers;
    let is_close = |digits: &usize| {
        let rounded: f64 = format!("{mean:.*e}", digits - 1).parse().unwrap_or(mean);
        (rounded - mean).abs() <= CLOSE * (high - low)
    };
    short(mean, (4..17).find(is_close).unwrap_or(17))
}

/// A data set in a few lines: rows, split, target, columns, and its notes.
#[must_use]
pub fn lines(name: &str, facts: &DataFacts) -> Vec<String> {
    let mut lines = lines_unsplit(name, facts);
    if let Some(first) = lines.first_mut() {
        let (train, validation, test) = (count(facts.n_train), count(facts.n_validation), count(facts.n_test));
        first.push_str(&format!("; train {train}, validation {validation}, test {test}"));
    }
    lines
}

/// The same of data that nobody has split.
#[must_use]
pub fn lines_unsplit(name: &str, facts: &DataFacts) -> Vec<String> {
    let columns = data_columns(facts);
    let features = plural(usize::try_from(facts.n_features).unwrap_or(usize::MAX), "feature");
    let mut lines = vec![format!("{name}: {} rows × {features}", rows(facts))];
    if let Some(classes) = &facts.classes {
        lines.push(format!("target {}: {}, {}", facts.target_name, of_classes(classes), counted(classes)));
    } else if let Some(described) = &facts.description {
        let target = &described.target;
        let distribution = histogram(&described.histogram);
        let mean = match target.low < target.high {
            true => format!(", mean {}  {distribution}", mean(target)),
            false => String::new(),
        };
        lines.push(format!("target {}: {}{mean}", facts.target_name, range(target)));
        let others = facts.other_targets.iter().zip(&described.other_targets);
        lines.extend(others.map(|(name, target)| match target.low < target.high {
            true => format!("target {name}: {}, mean {}", range(target), self::mean(target)),
            false => format!("target {name}: {}", range(target)),
        }));
    }
    if !facts.reading.columns.is_empty() {
        let features = columns.iter().filter(|column| column.role == Role::Feature);
        let features: Vec<String> = features.map(|column| format!("{} ({})", column.name, in_short(column))).collect();
        lines.push(format!("features: {}", some(&features)));
    }
    let weight = columns.iter().find(|column| column.role == Role::Weight);
    lines.extend(weight.map(|weight| format!("weight {}: {}", weight.name, in_short(weight))));
    lines.extend(left_out(&columns));
    lines.extend(facts.notes.iter().cloned());
    lines
}

/// `left out: id (ignored), index (index of pandas)`
#[must_use]
pub fn left_out(columns: &[DataColumn<'_>]) -> Option<String> {
    let left_out = columns.iter().filter_map(|column| match column.role {
        Role::LeftOut(why) if column.name.is_empty() => Some(format!("a column ({})", reason(why))),
        Role::LeftOut(why) => Some(format!("{} ({})", column.name, reason(why))),
        Role::Feature | Role::Weight | Role::Target => None,
    });
    let left_out: Vec<String> = left_out.collect();
    (!left_out.is_empty()).then(|| format!("left out: {}", some(&left_out)))
}

fn in_short(column: &DataColumn<'_>) -> String {
    match (column.kind, column.numbers) {
        (Some(ColumnKind::TruthValue), Some(numbers)) if numbers.low >= numbers.high => range(numbers),
        (Some(ColumnKind::Categories { .. } | ColumnKind::TruthValue), _) | (_, None) => kind(column),
        (_, Some(numbers)) => range(numbers),
    }
}

fn some(items: &[String]) -> String {
    names(&items.iter().map(String::as_str).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_is_relative_to_its_fullest_class() {
        assert_eq!(histogram(&[0, 1, 50, 100, 12, 13]), "·▁▄█▁▂");
        assert_eq!(histogram(&[]), "");
    }

    #[test]
    fn ranges_and_constants() {
        let numbers = |low, high| ColumnDescription { low, high, mean: low, deviation: 0.0, correlation: None };
        assert_eq!(range(&numbers(-1.0, 12_345.678)), "−1 … 12346");
        assert_eq!(range(&numbers(2.5, 2.5)), "constant 2.5");
        let of = |low, high, middle| mean(&ColumnDescription { mean: middle, ..numbers(low, high) });
        assert_eq!(of(2007.0, 2009.0, 2008.029), "2008.03");
        assert_eq!(of(1e6, 1e6 + 1.0, 1e6 + 0.25), "1000000.25");
        assert_eq!([of(0.0, 99.0, 49.1667), of(-1.0, 1.0, -0.03573)], ["49.17", "−0.03573"]);
        assert_eq!(of(2.5, 2.5, 2.5), "2.5");
        assert_eq!(range(&numbers(999_999_997.4, 1_000_000_003.0)), "9.99999997e8 … 1e9");
    }
}
