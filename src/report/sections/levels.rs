//! The section on the values of a key that is compared.

use super::figure_blocks::figure_blocks;
use super::{SectionContext, SectionKind, best_rates};
use crate::analysis::{Answer, Task, WithinOptimizer};
use crate::report::page::Block;
use crate::report::page_limits::{MOST_ITEMS, MOST_TASKS, names, rows_a_table};
use crate::report::wording::task_name;

pub const SECTION: SectionKind = SectionKind { id: "compared", heading: |_| "By the value that is compared", build };

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let tasks = &context.analysis.tasks;
    let most = rows_a_table(tasks.len());
    let of_task = |(position, (task, drawn)): (usize, (&Task<'_>, _))| -> Vec<Block> {
        let drawn: &crate::report::figures::TaskFigures = drawn;
        let table = (position < MOST_TASKS).then(|| table(task, most)).flatten();
        let slopes = task.rate_slopes.iter().take(MOST_ITEMS).enumerate();
        let rates = slopes.flat_map(|(place, found)| best_rates::blocks(task, found, place == 0));
        figure_blocks(&drawn.levels).chain(rates).chain(table).collect()
    };
    tasks.iter().zip(context.figures).enumerate().flat_map(of_task).collect()
}

/// The values of each optimizer against its own best.
fn table(task: &Task<'_>, most: usize) -> Option<Block> {
    let leader = task.contenders[*task.order.first()?].name();
    let caption = format!(
        "{}: the values of one optimizer at a time against its own best, which its validation score names; tests on {} rows by pairs, adjusted by Holm \
         for the values of one optimizer. (The verdict compares all values of all optimizers with the one leader, {leader}.)",
        task_name(task),
        task.compared_on.word(),
    );
    let columns = [
        ("optimizer", false),
        ("its best value", false),
        ("practically equal", false),
        ("no difference shown", false),
        ("better in the test", false),
        ("worse", false),
    ];
    Block::table(caption, &columns, task.within.iter().take(most).map(|one| row(task, one)).collect())
}

fn row(task: &Task<'_>, within: &WithinOptimizer<'_>) -> Vec<String> {
    let value = |contender: usize| {
        let levels = &task.contenders[contender].combination.levels;
        let words: Vec<&str> = match &levels[..] {
            [only] => vec![only.value.as_str()],
            several => several.iter().map(|level| level.words.as_str()).collect(),
        };
        if words.is_empty() { task.contenders[contender].name().to_owned() } else { words.join(" ") }
    };
    let with = |is_meant: &dyn Fn(Answer) -> bool| {
        let meant = within.comparisons.iter().filter(|found| is_meant(found.answer));
        let values: Vec<String> = meant.map(|found| value(found.second)).collect();
        if values.is_empty() { "–".to_owned() } else { names(&values.iter().map(String::as_str).collect::<Vec<_>>()) }
    };
    let decided = [Answer::PracticallyEqual, Answer::FirstBetter, Answer::SecondBetter];
    vec![
        within.table.to_owned(),
        value(within.best),
        with(&|answer| answer == Answer::PracticallyEqual),
        with(&|answer| !decided.contains(&answer)),
        with(&|answer| answer == Answer::SecondBetter),
        with(&|answer| answer == Answer::FirstBetter),
    ]
}
