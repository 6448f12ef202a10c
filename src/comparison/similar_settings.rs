//! Pairs trials with different ids by the similarity of their settings.

use std::collections::{BTreeSet, HashMap};

use super::table_part::TablePart;
use super::table_reader::{Stop, TableReader};
use super::{cell, setting};

/// The most columns in which the settings of a pair may differ.
const MOST_COLUMNS: usize = 3;

/// The settings of the rows that no id matches. The values of each column are numbered.
pub struct Settings<'a> {
    names: Vec<&'a str>,
    /// The number of distinct values in each column.
    values: Vec<u32>,
    pub old: Unmatched,
    pub new: Unmatched,
}

/// The unmatched rows of one side.
pub struct Unmatched {
    rows: Vec<usize>,
    /// For each column: the number of the value in each row.
    codes: Vec<Vec<u32>>,
    paired: Vec<bool>,
}

impl Unmatched {
    /// The positions of the rows without a partner.
    fn open(&self) -> impl Iterator<Item = usize> {
        (0..self.rows.len()).filter(|at| !self.paired[*at])
    }

    pub fn left(&self) -> Vec<usize> {
        self.open().map(|at| self.rows[at]).collect()
    }
}

impl<'a> Settings<'a> {
    pub fn read(old: &TableReader<'a>, new: &TableReader<'a>, gone: &[usize], added: &[usize]) -> Result<Self, Stop> {
        let mut names = setting::columns(old.names());
        let known: BTreeSet<&str> = names.iter().copied().collect();
        names.extend(setting::columns(new.names()).into_iter().filter(|name| !known.contains(name)));
        let mut numbers: Vec<HashMap<String, u32>> = vec![HashMap::new(); names.len()];
        let mut read = |table: &TableReader<'_>, rows: &[usize]| -> Result<Unmatched, Stop> {
            let mut codes: Vec<Vec<u32>> = names.iter().map(|_| Vec::with_capacity(rows.len())).collect();
            for rows in rows.chunks(table.window()) {
                let part = table.gather(rows, &names)?;
                for ((name, numbers), codes) in names.iter().zip(&mut numbers).zip(&mut codes) {
                    code(&part, name, numbers, codes);
                }
            }
            Ok(Unmatched { rows: rows.to_vec(), codes, paired: vec![false; rows.len()] })
        };
        let (old, new) = (read(old, gone)?, read(new, added)?);
        let values = numbers.iter().map(|numbers| u32::try_from(numbers.len()).unwrap_or(u32::MAX)).collect();
        Ok(Self { names, values, old, new })
    }

    /// Pairs rows that agree in every column in which the two sides do not differ as a whole.
    pub fn pair(&mut self, disjoint: bool, sets: &mut Vec<Vec<String>>, changed: &mut Vec<(usize, usize, usize)>) {
        if self.old.open().next().is_none() || self.new.open().next().is_none() {
            return;
        }
        let kept: Vec<usize> = (0..self.names.len()).filter(|&column| !self.differs(column, disjoint)).collect();
        // Sorting puts rows with the same values together, those of the old side first.
        let mut all: Vec<(u128, bool, usize)> = Vec::new();
        for (side, is_new) in [(&self.old, false), (&self.new, true)] {
            all.extend(side.open().map(|at| (Self::key(side, &kept, at), is_new, at)));
        }
        all.sort_unstable();
        for group in all.chunk_by(|one, other| one.0 == other.0) {
            let (old, new) = group.split_at(group.partition_point(|(_, is_new, _)| !is_new));
            if old.len() != new.len() {
                continue;
            }
            for ((.., old), (.., new)) in old.iter().zip(new) {
                let columns = self.between(*old, *new);
                if columns.len() <= MOST_COLUMNS {
                    let number = sets.iter().position(|known| *known == columns);
                    let number = number.unwrap_or_else(|| {
                        sets.push(columns);
                        sets.len() - 1
                    });
                    changed.push((self.old.rows[*old], self.new.rows[*new], number));
                    (self.old.paired[*old], self.new.paired[*new]) = (true, true);
                }
            }
        }
    }

    /// A hash of a row's values in some columns.
    fn key(side: &Unmatched, columns: &[usize], at: usize) -> u128 {
        let bytes: Vec<u8> = columns.iter().flat_map(|&column| side.codes[column][at].to_le_bytes()).collect();
        let hash = blake3::hash(&bytes);
        hash.as_bytes().first_chunk().map_or(0, |half| u128::from_le_bytes(*half))
    }

    /// Whether the unmatched rows of the two sides differ in a column. If `disjoint`, they must have no value in
    /// common. Otherwise it is enough that one side has a value that the other lacks.
    fn differs(&self, column: usize, disjoint: bool) -> bool {
        let mut seen = vec![0_u8; self.values[column] as usize];
        for (side, mark) in [(&self.old, 1), (&self.new, 2)] {
            side.open().for_each(|at| seen[side.codes[column][at] as usize] |= mark);
        }
        if disjoint { !seen.contains(&3) } else { seen.iter().any(|seen| matches!(seen, 1 | 2)) }
    }

    /// The columns in which two rows differ.
    fn between(&self, old: usize, new: usize) -> Vec<String> {
        let differs = |column: &usize| self.old.codes[*column][old] != self.new.codes[*column][new];
        (0..self.names.len()).filter(differs).map(|column| self.names[column].to_owned()).collect()
    }
}

/// Appends the numbers of a column's values. A missing column counts as null.
fn code(part: &TablePart, name: &str, numbers: &mut HashMap<String, u32>, codes: &mut Vec<u32>) {
    let column = part.get(name);
    for row in 0..part.rows {
        // Consecutive rows often have the same value.
        if let (Some(&last), true) = (codes.last(), row > 0)
            && cell::difference(column, row - 1, column, row, None) == cell::Difference::None
        {
            codes.push(last);
            continue;
        }
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        codes.push(*numbers.entry(cell::show(column, row, None)).or_insert(next));
    }
}
