//! Where values of a key compete and there are several optimizers: which value is best for each optimizer by itself.

use super::comparison::{Comparing, OptimizerComparison, adjust};
use super::contender::Contender;

/// The values of one optimizer, compared with its own best.
#[derive(Debug, Clone, PartialEq)]
pub struct WithinOptimizer<'a> {
    /// The optimizer's table.
    pub table: &'a str,
    /// The position of the contender with its best value.
    pub best: usize,
    /// That one with each of the others, adjusted by Holm among themselves.
    pub comparisons: Vec<OptimizerComparison>,
}

/// Each optimizer of which several values compete, in the order of the contenders. Empty where there is one optimizer: the comparisons
/// of the task are those of its values.
pub fn within<'a>(
    comparing: &Comparing<'a, '_>,
    contenders: &[Contender<'a>],
    order: &[usize],
) -> Vec<WithinOptimizer<'a>> {
    let mut tables: Vec<&'a str> = Vec::new();
    for contender in contenders {
        let table = contender.combination.optimizer_table.as_str();
        if !tables.contains(&table) {
            tables.push(table);
        }
    }
    if tables.len() < 2 {
        return Vec::new();
    }
    let of_table = |table: &'a str| {
        let is_of = |index: &&usize| contenders[**index].combination.optimizer_table == table;
        let members: Vec<usize> = order.iter().filter(is_of).copied().collect();
        let (&best, others) = members.split_first().filter(|(_, others)| !others.is_empty())?;
        let mut comparisons: Vec<OptimizerComparison> =
            others.iter().map(|&other| comparing.compare(best, other)).collect();
        adjust(&mut comparisons, best);
        Some(WithinOptimizer { table, best, comparisons })
    };
    tables.into_iter().filter_map(of_table).collect()
}
