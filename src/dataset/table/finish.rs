//! The end of an assembly: its problems told, its categories expanded, and what was read of the file.

use super::assembly::Assembly;
use super::cells::{ColumnRole, ColumnSlot, in_quotes};
use super::doubts::{self, LookedAt};
use super::keys::{MissingCells, OneHot};
use super::levels::{SlotPlace, expand, fill_single_levels};
use super::open::ColumnValues;
use super::problems::{CountedColumn, Problems};
use super::remedies::ignore;
use super::taken_out::TARGETS_ARE;
use super::tally::ColumnTally;
use super::target_cells::TargetType;
use super::weights::WEIGHTS_ARE;
use crate::dataset::{DataError, Dataset, DatasetSize, fingerprint, memory_check};
use crate::memory::{self, AvailableMemory, fallible};
use crate::numeric::Matrix;
use crate::record::{ColumnKind, ColumnReading, LeftOutReason, Reading};
use crate::shape::NamedClasses;

impl Assembly<'_> {
    /// Says that the file itself declares a slot's column to hold text.
    pub(in crate::dataset) fn holds_text(&mut self, slot: ColumnSlot) {
        match self.name(slot.column) {
            name if *name == self.options.target && self.options.other_targets().is_empty() => {
                self.target_cells.declared = TargetType::Text;
            }
            name if self.options.is_target(name) => {
                let message = || format!("target {} holds text: {TARGETS_ARE}", in_quotes(name));
                self.mistakes.add(0, slot.column, message);
            }
            name if self.options.is_weight(name) => {
                let message = || format!("weight {} holds text: {WEIGHTS_ARE}", in_quotes(name));
                self.mistakes.add(0, slot.column, message);
            }
            _ => self.typed_text.push(slot),
        }
    }

    /// # Errors
    /// [`DataError::Content`] with all mistakes found so far.
    pub(in crate::dataset) fn check(&mut self) -> Result<(), DataError> {
        let slots = std::mem::take(&mut self.typed_text);
        let mut problems = Problems::new(self.header, self.options, self.rows);
        slots.into_iter().for_each(|slot| problems.add_typed_text(slot));
        problems.tell(&mut self.mistakes);
        self.mistakes.check()
    }

    /// Ends the table.
    ///
    /// # Errors
    /// [`DataError::TooLarge`] if the columns of the categories do not fit in memory; [`DataError::Content`] with all mistakes
    /// found so far.
    pub(in crate::dataset) fn finish(mut self) -> Result<Dataset, DataError> {
        let mut notes = self.close_open_columns();
        let mut classes = self.close_target(&mut notes);
        if !self.options.other_targets().is_empty()
            && let Some(found) = classes.take()
            && !found.are_numbers
        {
            let message = format!("target {} holds text: {TARGETS_ARE}", in_quotes(&self.options.target));
            self.mistakes.add_column(message);
        }
        self.tell_problems();
        self.tell_weights();
        self.mistakes.check()?;

        let path = &self.options.path;
        let (rows, kept) = (self.rows, self.target.len());
        if kept < rows {
            notes.insert(0, self.dropped_note());
        }
        notes.extend(self.markers.unused_note());
        notes.extend(self.index_note());
        let weights = self.take_weights();
        notes.extend(
            self.weight_reading.as_ref().filter(|_| weights.is_none()).map(|weight| {
                format!("weight {} is the same in every row: it changes nothing", in_quotes(&weight.name))
            }),
        );
        let other_targets = self.take_other_targets(&mut notes);
        let looked_at = doubts::look(&self.values, self.width, &self.target);
        let reading = self.reading(&looked_at, classes.as_ref());
        notes.extend(doubts::notes(&reading, &looked_at, self.options));
        let notes =
            notes.into_iter().map(|note| crate::text::visible(&format!("{path}: {note}")).into_owned()).collect();

        let (features, feature_names) = self.lay_out()?;
        other_targets.iter().for_each(|target| self.target.extend(target));
        self.target.shrink_to_fit();
        Ok(Dataset {
            fingerprint: fingerprint(&features, &self.target, weights.as_ref().map(|weights| &weights.values[..])),
            features,
            target: self.target,
            classes,
            weights,
            feature_names,
            target_name: self.options.target.clone(),
            other_targets: self.options.other_targets().to_vec(),
            given_test: 0,
            notes,
            reading,
        })
    }

    /// Decides for each open column whether it holds numbers or levels. Returns notes about those that hold both.
    fn close_open_columns(&mut self) -> Vec<String> {
        let mut notes = Vec::new();
        let mut any = false;
        for number in 0..self.open.len() {
            let texts = self.tallies[number].texts();
            let numbers = self.tallies[number].numbers(self.rows);
            if !self.slots[number].open {
                continue;
            }
            if texts == 0 {
                let column = ColumnValues { values: &mut self.values, width: self.width, slot: number };
                self.open[number].become_numbers(column);
            } else if self.tallies[number].is_number_too_large(self.rows) {
                // It stays a number, and the message says so.
            } else if self.tallies[number].looks_like_numbers() {
                // Decimal commas or dates are no words. Only `one_hot` by name makes levels of them.
            } else if numbers <= texts && !self.open[number].is_number && !self.levels[number].too_many {
                any = true;
                self.slots[number].one_hot = true;
                if numbers > 0 {
                    let name = self.name(self.slots[number].column);
                    notes.push(format!(
                        "column {named} has {numbers} numbers among {texts} texts: each is a level of one_hot = \"text\"", named = in_quotes(name)));
                }
            }
        }
        any |= self.slots.iter().any(|slot| slot.one_hot);
        if matches!(self.options.one_hot, OneHot::Text(_)) && !any {
            notes.push("one_hot = \"text\" has no effect: no feature holds text".to_owned());
        }
        notes
    }

    fn tell_problems(&mut self) {
        self.tell_numbers_in_text();
        let any_odd = self.tallies.iter().any(ColumnTally::looks_like_numbers);
        let counted: Vec<CountedColumn> = (self.slots.iter().zip(&self.tallies).zip(&self.levels).enumerate())
            .map(|(number, ((slot, tally), levels))| {
                let more_numbers = slot.open && self.open[number].is_number && tally.texts() > 0;
                let role = self.role(number);
                let too_many =
                    levels.too_many || more_numbers || role == ColumnRole::Target && self.target_cells.are_too_many();
                let fractions = any_odd && self.has_fractions(number);
                CountedColumn { slot: *slot, tally, too_many, role, fractions }
            })
            .collect();
        let mut problems = Problems::new(self.header, self.options, self.rows);
        let any_missing = counted.iter().any(|column| column.tally.missing > 0);
        if self.target.is_empty() && any_missing && self.options.missing == MissingCells::Drop {
            problems.add_no_row_left(&counted);
        }
        counted.into_iter().for_each(|column| problems.add(column));
        problems.tell(&mut self.mistakes);
    }

    /// Whether a number of a slot has decimals.
    fn has_fractions(&self, number: usize) -> bool {
        let is_fraction = |value: &f64| value.fract() != 0.0;
        match self.slots[number] {
            slot if slot.one_hot => false,
            slot if slot.open && !self.open[number].is_number => self.open[number].numbers.iter().any(is_fraction),
            _ if number == self.width => self.target.iter().any(is_fraction),
            _ => self.values.iter().skip(number).step_by(self.width).any(is_fraction),
        }
    }

    fn dropped_note(&self) -> String {
        let (dropped, all) = (self.rows - self.target.len(), self.rows);
        let mut missing: Vec<(&str, usize)> = (self.slots.iter().zip(&self.tallies))
            .filter(|(_, tally)| tally.missing > 0)
            .map(|(slot, tally)| (self.name(slot.column), tally.missing))
            .collect();
        missing.sort_by_key(|(_, missing)| std::cmp::Reverse(*missing));
        const NAMED: usize = 5;
        let named: Vec<String> = missing
            .iter()
            .take(NAMED)
            .map(|(name, missing)| format!("{named} {missing}", named = in_quotes(name)))
            .collect();
        let more =
            if missing.len() > NAMED { format!(" and {} columns more", missing.len() - NAMED) } else { String::new() };
        let note = format!("{dropped} of {all} rows dropped for missing cells ({}{more})", named.join(", "));
        let is_feature = |name: &str| !self.options.is_target(name) && !self.options.is_weight(name);
        let to_blame = missing.iter().filter(|(name, missing)| 2 * missing > all && is_feature(name));
        let to_blame: Vec<String> = to_blame.map(|(name, _)| (*name).to_owned()).collect();
        if to_blame.is_empty() || self.options.features.is_some() {
            return note;
        }
        format!("{note}; {} keeps more", ignore(&to_blame, self.options))
    }

    /// A note about the columns that are left out because they are an index.
    fn index_note(&self) -> Option<String> {
        let index = self.left_out.iter().filter(|column| column.reason == LeftOutReason::PandasIndex);
        let index: Vec<String> = index.map(|column| in_quotes(&column.name)).collect();
        (!index.is_empty()).then(|| {
            let (is, them) = if index.len() == 1 { ("is an index", "it") } else { ("are indexes", "them") };
            format!("{} {is} of pandas and left out; list {them} in features to use {them}", index.join(", "))
        })
    }

    fn reading(&mut self, looked_at: &[LookedAt], classes: Option<&NamedClasses>) -> Reading {
        let kept = self.target.len() as u64;
        let of_target = classes.map_or(0, |classes| classes.names.len());
        let columns: Vec<ColumnReading> =
            (self.slots.iter().zip(&self.tallies).zip(&self.levels).zip(looked_at).enumerate())
                .map(|(number, (((slot, tally), levels), looked_at))| ColumnReading {
                    name: self.header.names[slot.column].clone(),
                    kind: match looked_at {
                        _ if slot.one_hot && number == self.width => {
                            ColumnKind::Categories { levels: of_target as u64 }
                        }
                        _ if slot.one_hot => ColumnKind::Categories { levels: levels.len() as u64 },
                        LookedAt { truth: true, .. } => ColumnKind::TruthValue,
                        LookedAt { whole: true, .. } => ColumnKind::WholeNumber,
                        LookedAt { .. } => ColumnKind::Number,
                    },
                    missing: tally.missing as u64,
                    is_time: self.times.contains(&slot.column),
                })
                .collect();
        let left_out = std::mem::take(&mut self.left_out);
        let (weight, other_targets) = (self.weight_reading.take(), std::mem::take(&mut self.target_readings));
        let (rows, dropped) = (self.rows as u64, self.rows as u64 - kept);
        Reading { rows, kept, dropped, columns, other_targets, weight, left_out }
    }

    /// Gives each level of a category its own column, in place. Returns the matrix, and the names of its columns.
    fn lay_out(&mut self) -> Result<(Matrix, Vec<String>), DataError> {
        let (rows, width) = (self.target.len(), self.width);
        let mut names = Vec::new();
        let mut places: Vec<SlotPlace> = Vec::with_capacity(width);
        for (slot, levels) in self.slots[..width].iter().zip(&self.levels) {
            let name = &self.header.names[slot.column];
            if slot.one_hot {
                let (sorted, ranks) = levels.sorted();
                places.push((names.len(), Some(ranks)));
                names.extend(sorted.iter().map(|level| format!("{name}={level}")));
            } else {
                places.push((names.len(), None));
                names.push(name.clone());
            }
        }
        let columns = names.len();
        let mut values = std::mem::take(&mut self.values);
        if columns > width {
            let wider = rows.checked_mul(columns).ok_or_else(|| self.full(rows, columns))?;
            let more = wider - values.len();
            if let Err(available) = memory::check(8 * more as u64, memory::available()) {
                // The numbers that are already in memory count as fitting.
                let free = available.free + 8 * (values.len() + rows) as u64;
                let available = AvailableMemory { free, ..available };
                return Err(self.too_large(memory_check::sentence(DatasetSize { rows, columns }, Some(&available))));
            }
            fallible(|| values.try_reserve_exact(more)).map_err(|_| self.full(rows, columns))?;
            values.resize(wider, 0.0);
            expand(&mut values, rows, width, columns, &places);
        } else {
            fill_single_levels(&mut values, width, &places);
        }
        values.shrink_to_fit();
        Ok((Matrix { rows, columns, values }, names))
    }
}
