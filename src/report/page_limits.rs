//! How much a page shows. Beyond, it says what is left out, and which file has all.

use std::collections::BTreeSet;

use super::number::plural;
use crate::analysis::{Contender, Task};

/// Figures of a report.
pub const MOST_FIGURES: usize = 40;

/// Tasks that have a table of their own in each section, and rows of the tables that have one for each task.
pub const MOST_TASKS: usize = 100;

/// Rows of all tables of a section together, and of one of them.
const ROWS_A_SECTION: usize = 1_000;
const ROWS_A_TABLE: (usize, usize) = (10, 100);

/// Names in one cell of a table.
const MOST_NAMES: usize = 8;

/// Optimizers that have something to watch, or another axis to try, and other items of a list.
pub const MOST_ITEMS: usize = 20;

/// Notes about data.
pub const MOST_NOTES: usize = 100;

/// Pairs of optimizers up to which a page shows each: beyond, the best of each task against the others.
pub const MOST_PAIRS_SHOWN: usize = 100;

/// Rows that each of some tables of a section has.
#[must_use]
pub fn rows_a_table(tables: usize) -> usize {
    let (least, most) = ROWS_A_TABLE;
    (ROWS_A_SECTION / tables.max(1)).clamp(least, most)
}

/// Some contenders of a task by their positions: all, or the best of them, in the plan's order.
#[must_use]
pub fn best(task: &Task<'_>, among: &[usize], most: usize) -> Vec<usize> {
    if among.len() <= most {
        return among.to_vec();
    }
    let asked: BTreeSet<usize> = among.iter().copied().collect();
    // Those without a record, which have no rank, come last.
    let ranked: BTreeSet<usize> = task.order.iter().copied().collect();
    let unranked = among.iter().copied().filter(|index| !ranked.contains(index));
    let by_rank = task.order.iter().copied().filter(|index| asked.contains(index)).chain(unranked);
    let mut chosen: Vec<usize> = by_rank.take(most).collect();
    chosen.sort_unstable();
    chosen
}

/// The contenders of a task that a table has rows of.
#[must_use]
pub fn rows_of<'t, 'a>(task: &'t Task<'a>, most: usize) -> Vec<&'t Contender<'a>> {
    let all: Vec<usize> = (0..task.contenders.len()).collect();
    best(task, &all, most).into_iter().map(|index| &task.contenders[index]).collect()
}

/// ` The best 20 of 200 optimizers are shown; tables/mse.csv has all.`
#[must_use]
pub fn some_of(shown: usize, all: usize, what: &str, file: &str) -> Option<String> {
    (shown < all).then(|| format!(" The best {shown} of {} are shown; {file} has all.", plural(all, what)))
}

/// ` Of 500 tasks the first 100 are shown; tables/mse.csv has all.`
#[must_use]
pub fn first_tasks(all: usize, file: &str) -> Option<String> {
    (all > MOST_TASKS).then(|| format!(" Of {all} tasks the first {MOST_TASKS} are shown; {file} has all."))
}

/// `a, b and 7 more`
#[must_use]
pub fn names(names: &[&str]) -> String {
    let shown = names[..names.len().min(MOST_NAMES)].join(", ");
    match names.len().saturating_sub(MOST_NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The first items of a list, and a last one about how many more there are.
#[must_use]
pub fn items(mut items: Vec<String>, most: usize, rest: impl Fn(usize) -> String) -> Vec<String> {
    if items.len() > most {
        let more = items.len() - most;
        items.truncate(most);
        items.push(rest(more));
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_few_is_shown_whole() {
        assert_eq!(names(&["a", "b"]), "a, b");
        let many: Vec<String> = (0..11).map(|number| format!("o{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(names(&many), "o0, o1, o2, o3, o4, o5, o6, o7 and 3 more");
        assert_eq!((rows_a_table(1), rows_a_table(50), rows_a_table(10_000)), (100, 20, 10));
        assert_eq!(some_of(3, 3, "optimizer", "f"), None);
        let said = some_of(20, 200, "optimizer", "tables/mse.csv").expect("a sentence");
        assert_eq!(said, " The best 20 of 200 optimizers are shown; tables/mse.csv has all.");
        let all = vec!["x".to_owned(); 3];
        let rest = |more: usize| format!("and {more} more");
        assert_eq!(items(all.clone(), 3, rest), all);
        assert_eq!(items(all, 1, rest), ["x", "and 2 more"]);
    }
}
