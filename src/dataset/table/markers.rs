//! The values that stand for a missing cell (`missing_values`), and which of them a file holds.

use std::collections::HashMap;

use super::cells::FloatWidth;
use super::keys::{Marker, MissingValues};

/// The markers of one column, or of all.
struct MarkerList {
    markers: Vec<Marker>,
    /// Those that are numbers, with their place among the markers; texts of numbers too.
    numbers: Vec<(f64, usize)>,
    /// Those that are texts.
    texts: Vec<(String, usize)>,
    /// Whether a source may read one of the texts as a number: its text is then compared too.
    look_at_numbers: bool,
    found: Vec<bool>,
}

/// The markers of every slot.
pub(super) struct MissingMarkers {
    lists: Vec<MarkerList>,
    /// The name of the column that each list is for; empty if it is for all.
    columns: Vec<String>,
    of_slot: Vec<Option<usize>>,
    /// How the numbers of each slot are stored; a slot without an entry as f64.
    pub(super) widths: Vec<FloatWidth>,
}

impl MissingMarkers {
    /// `names` are those of the slots' columns.
    pub(super) fn new<'a>(values: &MissingValues, names: impl Iterator<Item = &'a str>) -> Self {
        match values {
            MissingValues::InAll(markers) if markers.is_empty() => {
                Self { lists: Vec::new(), columns: Vec::new(), of_slot: Vec::new(), widths: Vec::new() }
            }
            MissingValues::InAll(markers) => Self {
                lists: vec![MarkerList::new(markers)],
                columns: vec![String::new()],
                of_slot: names.map(|_| Some(0)).collect(),
                widths: Vec::new(),
            },
            MissingValues::ByColumn(lists) => {
                let places: HashMap<&str, usize> = lists.keys().map(String::as_str).zip(0..).collect();
                Self {
                    lists: lists.values().map(|markers| MarkerList::new(markers)).collect(),
                    columns: lists.keys().cloned().collect(),
                    of_slot: names.map(|name| places.get(name).copied()).collect(),
                    widths: Vec::new(),
                }
            }
        }
    }

    /// Whether a slot has markers.
    pub(super) fn has(&self, slot: usize) -> bool {
        self.list(slot).is_some()
    }

    fn list(&self, slot: usize) -> Option<usize> {
        self.of_slot.get(slot).copied().flatten()
    }

    fn width(&self, slot: usize) -> FloatWidth {
        self.widths.get(slot).copied().unwrap_or_default()
    }

    /// Whether a number of a slot stands for a missing cell. `text` gives the cell's text, if there is one.
    pub(super) fn is_number(&mut self, slot: usize, value: f64, text: impl FnOnce() -> Option<String>) -> bool {
        let width = self.width(slot);
        let Some(list) = self.list(slot).map(|at| &mut self.lists[at]) else { return false };
        let number = list.numbers.iter().find(|(number, _)| width.nearest(*number) == value).map(|(_, at)| *at);
        let found = number.or_else(|| {
            let text = if list.look_at_numbers { text()? } else { return None };
            list.texts.iter().find(|(marker, _)| *marker == text.trim()).map(|(_, at)| *at)
        });
        found.inspect(|&at| list.found[at] = true).is_some()
    }

    /// Whether the text of a cell stands for a missing one. The levels 020 and 20 are different texts: of a category a marker in
    /// quotes is that text alone.
    pub(super) fn is_text(&mut self, slot: usize, text: &str, is_category: bool) -> bool {
        let width = self.width(slot);
        let Some(list) = self.list(slot).map(|at| &mut self.lists[at]) else { return false };
        let text = text.trim();
        let found = list.texts.iter().find(|(marker, _)| marker == text).map(|(_, at)| *at).or_else(|| {
            let value = if list.numbers.is_empty() { return None } else { text.parse::<f64>().ok()? };
            let is_meant = |at: usize| !is_category || matches!(list.markers[at], Marker::Number(_));
            list.numbers.iter().find(|(number, at)| width.nearest(*number) == value && is_meant(*at)).map(|(_, at)| *at)
        });
        found.inspect(|&at| list.found[at] = true).is_some()
    }

    /// A note about the markers that no used column holds.
    pub(super) fn unused_note(&self) -> Option<String> {
        let mut unused = Vec::new();
        for (at, list) in self.lists.iter().enumerate().filter(|(at, _)| self.of_slot.contains(&Some(*at))) {
            for (marker, _) in list.markers.iter().zip(&list.found).filter(|(_, found)| !**found) {
                let marker = match marker {
                    Marker::Text(text) => format!("\"{text}\""),
                    Marker::Number(number) => number.to_string(),
                };
                let column = &self.columns[at];
                unused.push(if column.is_empty() { marker } else { format!("{marker} (column \"{column}\")") });
            }
        }
        (!unused.is_empty()).then(|| format!("missing_values that no cell holds: {}", unused.join(", ")))
    }
}

impl MarkerList {
    fn new(markers: &[Marker]) -> Self {
        let mut numbers = Vec::new();
        let mut texts = Vec::new();
        for (at, marker) in markers.iter().enumerate() {
            match marker {
                Marker::Number(number) => numbers.push((*number, at)),
                Marker::Text(text) => {
                    numbers.extend(text.trim().parse().ok().filter(|number: &f64| number.is_finite()).map(|n| (n, at)));
                    texts.push((text.trim().to_owned(), at));
                }
            }
        }
        let may_be_number = |text: &str| {
            text.contains(|character: char| character.is_ascii_digit())
                || ["true", "false"].iter().any(|word| text.eq_ignore_ascii_case(word))
        };
        Self {
            look_at_numbers: texts.iter().any(|(text, _)| may_be_number(text)),
            found: vec![false; markers.len()],
            markers: markers.to_vec(),
            numbers,
            texts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none() -> Option<String> {
        None
    }

    #[test]
    fn numbers_are_compared_as_numbers_and_texts_without_space() {
        let text = |text: &str| Marker::Text(text.to_owned());
        let values = MissingValues::InAll(vec![text("?"), text(" -200 "), Marker::Number(-1.0), text("1.234,5")]);
        let mut markers = MissingMarkers::new(&values, ["a"].into_iter());
        assert!(
            markers.is_text(0, " ? ", false) && markers.is_text(0, "-200.0", false) && markers.is_text(0, "-1", false)
        );
        assert!(markers.is_number(0, -200.0, none) && markers.is_number(0, -1.0, none));
        assert!(
            !markers.is_text(0, "??", false) && !markers.is_text(0, "", false) && !markers.is_number(0, 200.0, none)
        );
        assert_eq!(markers.unused_note().as_deref(), Some("missing_values that no cell holds: \"1.234,5\""));
        // A source may have its own way to write a number.
        assert!(markers.is_number(0, 1234.5, || Some("1.234,5".to_owned())));
        assert_eq!(markers.unused_note(), None);
    }

    #[test]
    fn a_marker_is_rounded_as_the_column_is() {
        let values = MissingValues::InAll(vec![Marker::Number(-9999.9), Marker::Text("0.1".to_owned())]);
        let mut markers = MissingMarkers::new(&values, ["a", "b", "c"].into_iter());
        markers.widths = vec![FloatWidth::Double, FloatWidth::Single, FloatWidth::Half];
        for (slot, cell, tenth) in
            [(0, -9999.9, 0.1), (1, -9_999.900_390_625, 0.100_000_001_490_116_12), (2, -10_000.0, 0.099_975_585_937_5)]
        {
            assert!(markers.is_number(slot, cell, none) && markers.is_number(slot, tenth, none), "{slot}");
            assert!(markers.is_text(slot, &cell.to_string(), true), "{slot}");
            let others = [-9999.9, -9_999.900_390_625, -10_000.0].into_iter().filter(|other| *other != cell);
            others.for_each(|other| assert!(!markers.is_number(slot, other, none), "{slot}: {other}"));
        }
    }

    #[test]
    fn markers_of_one_column_are_not_looked_for_in_others() {
        let values = MissingValues::ByColumn([("b".to_owned(), vec![Marker::Number(0.0)])].into());
        let mut markers = MissingMarkers::new(&values, ["a", "b"].into_iter());
        assert!(!markers.has(0) && markers.has(1));
        assert!(!markers.is_number(0, 0.0, none) && !markers.is_text(0, "0", false));
        assert_eq!(markers.unused_note().as_deref(), Some("missing_values that no cell holds: 0 (column \"b\")"));
        assert!(markers.is_number(1, -0.0, none));
    }
}
