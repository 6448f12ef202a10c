//! The baselines on the problems that the best settings were trained on, for comparison with them.

use std::collections::HashSet;

use super::contender::Contender;
use super::label::number;
use super::sample::Sample;
use super::sweep::problems_of;
use crate::baseline::{BASELINES, BaselineKind};
use crate::record::{Id, ProblemRecord, Split, Study, StudyCombination, StudySetting};

/// One baseline, with one value per problem.
#[derive(Clone)]
pub struct BaselineRow {
    pub kind: &'static BaselineKind,
    /// The baseline in words, with what tells it apart: `ridge l2 0.1, degree 2`.
    pub label: String,
    pub problems: Vec<Id>,
    /// The study's metric by split.
    values: [Option<Sample>; 3],
}

impl std::fmt::Debug for BaselineRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {:?}", self.label, self.values)
    }
}

impl BaselineRow {
    /// Whether another row would look the same to a reader.
    fn says_the_same(&self, other: &Self) -> bool {
        let distinct = |split: Split, row: &Self| {
            let mut bits: Vec<u64> = row.metric(split)?.values().iter().map(|value| value.to_bits()).collect();
            bits.sort_unstable();
            bits.dedup();
            Some(bits)
        };
        self.label == other.label && Split::ALL.into_iter().all(|split| distinct(split, self) == distinct(split, other))
    }

    /// The study's metric on a split; `None` if the split does not exist.
    #[must_use]
    pub const fn metric(&self, split: Split) -> Option<&Sample> {
        self.values[split as usize].as_ref()
    }
}

/// One row for each distinct baseline of the best settings, in the order of the registry and of the contenders. Another
/// start of training makes another problem but the same baseline. Rows that differ have different labels.
pub fn rows(study: &Study, contenders: &[Contender<'_>], order: &[usize]) -> Vec<BaselineRow> {
    BASELINES.iter().flat_map(|kind| rows_of(kind, study, contenders, order)).collect()
}

fn rows_of(
    kind: &'static BaselineKind,
    study: &Study,
    contenders: &[Contender<'_>],
    order: &[usize],
) -> Vec<BaselineRow> {
    let mut rows: Vec<BaselineRow> = Vec::new();
    let mut names = Vec::new();
    let mut told: HashSet<Vec<Id>> = HashSet::new();
    let bests = order.iter().filter_map(|&index| Some((contenders[index].combination, contenders[index].first()?)));
    for (combination, result) in bests {
        let ids: Vec<Id> = problems_of(result.study, std::iter::once(result.setting));
        let known: Option<Vec<&ProblemRecord>> = ids.iter().map(|id| study.problems.get(id)).collect();
        let Some(known) = known.filter(|known| !known.is_empty()) else { continue };
        // The order of the problems does not matter.
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        if !told.insert(sorted) {
            continue;
        }
        let value = |problem: &ProblemRecord, split: Split| {
            let target = problem.targets.as_ref().and_then(|targets| targets[split as usize].as_ref());
            study.metric.derive((kind.loss)(problem, split)?, target).ok()
        };
        let values = Split::ALL.map(|split| {
            known.iter().map(|problem| value(problem, split)).collect::<Option<Vec<f64>>>().map(Sample::new)
        });
        if values.iter().all(Option::is_none) {
            continue;
        }
        let label = label(kind, known[0].l2, combination, result.setting);
        let row = BaselineRow { kind, label, problems: ids, values };
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

fn label(kind: &BaselineKind, l2: f64, combination: &StudyCombination, setting: &StudySetting) -> String {
    let Some(under_l2) = kind.label_under_l2 else { return kind.label.to_owned() };
    let mut label = if l2 > 0.0 { format!("{under_l2} l2 {}", crate::text::number(l2)) } else { kind.label.to_owned() };
    if let Some(degree) = combination.column("model.degree").get(setting).and_then(number) {
        label.push_str(&format!(", degree {degree}"));
    }
    label
}
