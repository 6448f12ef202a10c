//! The exact least-squares (ridge) solutions, for comparison with the trained models.

use std::collections::{BTreeMap, HashSet};

use super::contender::Contender;
use super::label::number;
use super::sample::Sample;
use super::sweep::problems_of;
use crate::record::{Id, ProblemRecord, Split};

/// The exact solutions of the problems that a best setting was trained on, one per split of the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Exact {
    /// The penalty; 0 for least squares.
    pub l2: f64,
    /// `least squares` or `ridge l2 0.1`, with the degree if the model has one.
    pub label: String,
    pub problems: Vec<Id>,
    pub train: Sample,
    pub validation: Option<Sample>,
    pub test: Option<Sample>,
}

impl Exact {
    /// Whether another row would look the same to a reader.
    fn says_the_same(&self, other: &Self) -> bool {
        let distinct = |split: Split, row: &Self| {
            let mut bits: Vec<u64> = row.mse(split)?.values().iter().map(|value| value.to_bits()).collect();
            bits.sort_unstable();
            bits.dedup();
            Some(bits)
        };
        self.label == other.label && Split::ALL.into_iter().all(|split| distinct(split, self) == distinct(split, other))
    }

    #[must_use]
    pub fn mse(&self, split: Split) -> Option<&Sample> {
        match split {
            Split::Train => Some(&self.train),
            Split::Validation => self.validation.as_ref(),
            Split::Test => self.test.as_ref(),
        }
    }
}

/// One row for each distinct solution among the best settings, in the order of the contenders. Another start of
/// training makes another problem but the same solution. Rows that differ have different labels.
pub fn exact(contenders: &[Contender<'_>], order: &[usize], problems: &BTreeMap<Id, ProblemRecord>) -> Vec<Exact> {
    let mut rows: Vec<Exact> = Vec::new();
    let mut names = Vec::new();
    let mut told: HashSet<Vec<Id>> = HashSet::new();
    let bests = order.iter().filter_map(|&index| Some((contenders[index].combination, contenders[index].first()?)));
    for (combination, result) in bests {
        let ids: Vec<Id> = problems_of(result.study, std::iter::once(result.setting));
        let known: Option<Vec<&ProblemRecord>> = ids.iter().map(|id| problems.get(id)).collect();
        let Some(known) = known.filter(|known| !known.is_empty()) else { continue };
        // The order of the problems does not matter.
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        if !told.insert(sorted) {
            continue;
        }
        let column = |value: fn(&ProblemRecord) -> Option<f64>| -> Option<Sample> {
            known.iter().map(|problem| value(problem)).collect::<Option<Vec<f64>>>().map(Sample::new)
        };
        let l2 = known[0].l2;
        let mut label =
            if l2 > 0.0 { format!("ridge l2 {}", crate::text::number(l2)) } else { "least squares".to_owned() };
        if let Some(degree) = combination.column("model.degree").get(result.setting).and_then(number) {
            label.push_str(&format!(", degree {degree}"));
        }
        let row = Exact {
            l2,
            label,
            train: column(|problem| Some(problem.exact_train_mse)).unwrap_or_default(),
            validation: column(|problem| problem.exact_validation_mse),
            test: column(|problem| problem.exact_test_mse),
            problems: ids,
        };
        match rows.iter_mut().find(|known| known.says_the_same(&row)) {
            Some(known) if row.problems.len() < known.problems.len() => *known = row,
            Some(_) => {}
            None => {
                rows.push(row);
                names.push(&combination.optimizer);
            }
        }
    }
    let labels: Vec<String> = rows.iter().map(|row| row.label.clone()).collect();
    for (row, name) in rows.iter_mut().zip(names) {
        if labels.iter().filter(|label| **label == row.label).count() > 1 {
            row.label.push_str(&format!(", as {name} has it"));
        }
    }
    rows
}
