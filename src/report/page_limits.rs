//! How much a page shows. If it leaves something out, it says so and names the file that has everything.

use std::collections::BTreeSet;

use super::number::plural;
use crate::analysis::{Contender, Task};

/// The most figures of single tasks. Those on tuning effort are few, and stand beside them.
pub const MOST_FIGURES: usize = 40;

/// The most tasks that have a table of their own in a section, and the most rows of a table with one row per task.
pub const MOST_TASKS: usize = 100;

/// The most rows of all tables of a section together, and the bounds for a single table.
const ROWS_A_SECTION: usize = 1_000;
const ROWS_A_TABLE: (usize, usize) = (10, 100);

/// The most names in one cell of a table.
const MOST_NAMES: usize = 8;

/// The most items of a list: warnings, axes to try next, and others.
pub const MOST_ITEMS: usize = 20;

/// The most notes about data.
pub const MOST_NOTES: usize = 100;

/// A page shows all pairs of optimizers up to this number. With more, it shows only the best of each task against the
/// others.
pub const MOST_PAIRS_SHOWN: usize = 100;

/// The most rows of each table, for this many tables in a section.
#[must_use]
pub fn rows_a_table(tables: usize) -> usize {
    let (least, most) = ROWS_A_TABLE;
    (ROWS_A_SECTION / tables.max(1)).clamp(least, most)
}

/// Selects contenders by position: all of `among`, or the best of them, in the order of the plan.
#[must_use]
pub fn best(task: &Task<'_>, among: &[usize], most: usize) -> Vec<usize> {
    if among.len() <= most {
        return among.to_vec();
    }
    let asked: BTreeSet<usize> = among.iter().copied().collect();
    // Contenders without a record have no rank and come last.
    let ranked: BTreeSet<usize> = task.order.iter().copied().collect();
    let unranked = among.iter().copied().filter(|index| !ranked.contains(index));
    let by_rank = task.order.iter().copied().filter(|index| asked.contains(index)).chain(unranked);
    let mut chosen: Vec<usize> = by_rank.take(most).collect();
    chosen.sort_unstable();
    chosen
}

/// The contenders of a task that a table shows.
#[must_use]
pub fn rows_of<'t, 'a>(task: &'t Task<'a>, most: usize) -> Vec<&'t Contender<'a>> {
    let all: Vec<usize> = (0..task.contenders.len()).collect();
    best(task, &all, most).into_iter().map(|index| &task.contenders[index]).collect()
}

/// ` The best 20 of 200 optimizers are shown; tables/settings.csv has all.`
#[must_use]
pub fn some_of(shown: usize, all: usize, what: &str, file: &str) -> Option<String> {
    (shown < all).then(|| format!(" The best {shown} of {} are shown; {file} has all.", plural(all, what)))
}

/// ` Of 500 tasks the first 100 are shown; tables/settings.csv has all.`
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

/// The first items of a list, and a last item about the number of the others.
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
        let said = some_of(20, 200, "optimizer", "tables/settings.csv").expect("a sentence");
        assert_eq!(said, " The best 20 of 200 optimizers are shown; tables/settings.csv has all.");
        let all = vec!["x".to_owned(); 3];
        let rest = |more: usize| format!("and {more} more");
        assert_eq!(items(all.clone(), 3, rest), all);
        assert_eq!(items(all, 1, rest), ["x", "and 2 more"]);
    }
}
