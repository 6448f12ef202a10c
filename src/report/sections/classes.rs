//! The section on classes: which of them the best setting confuses, and how good its probabilities are.

use super::figure_blocks::figure_blocks;
use super::{SectionContext, SectionKind};
use crate::analysis::{Task, TaskClasses};
use crate::report::number::{count, short};
use crate::report::page::Block;
use crate::report::page_limits::{MOST_TASKS, first_tasks, rows_a_table};
use crate::report::wording::{name_with_label, task_name};

pub const SECTION: SectionKind = SectionKind { id: "classes", heading: |_| "Classes", build };

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let tasks = &context.analysis.tasks;
    let with_classes = || tasks.iter().zip(context.figures).filter(|(task, _)| task.classes.is_some());
    for (position, (task, drawn)) in with_classes().enumerate() {
        blocks.extend(figure_blocks(&drawn.classes));
        if position < MOST_TASKS {
            let most = rows_a_table(tasks.len());
            blocks.extend(task.classes.as_ref().and_then(|classes| table(task, classes, most)));
        }
    }
    let more = first_tasks(with_classes().count(), "tables/confusion.csv");
    blocks.extend(more.map(|text| Block::paragraph(text.trim())));
    blocks
}

/// Each class as the leader predicts it.
fn table(task: &Task<'_>, classes: &TaskClasses<'_>, most: usize) -> Option<Block> {
    let leader = classes.predictors.first()?;
    let contender = &task.contenders[leader.contender];
    let label = contender.best().map_or_else(String::new, |best| contender.label(best));
    let share = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| short(value, 3));
    let row = |(class, name): (usize, &String)| {
        let scores = leader.confusion.scores(class);
        let taken_for = scores
            .taken_for
            .map_or_else(|| "–".to_owned(), |(other, rows)| format!("{} ({})", classes.names[other], count(rows)));
        vec![name.clone(), count(scores.rows), share(scores.recall), share(scores.precision), taken_for]
    };
    let rows: Vec<Vec<String>> = classes.names.iter().enumerate().take(most).map(row).collect();
    let seeds =
        if leader.n > 1 { format!("test rows of all {} seeds together", leader.n) } else { "test rows".to_owned() };
    let cut = match rows.len() {
        all if all == classes.names.len() => String::new(),
        shown => format!(", the first {shown} of {} classes", classes.names.len()),
    };
    let weighted = if classes.has_weights { " (rows are counted, whatever their weights)" } else { "" };
    let caption = format!(
        "{}: how {} predicts each class: {seeds}{weighted}{cut}. Recall: the share of the class's rows that are taken for it; precision: the share \
         of the rows that are taken for it that are of it. tables/confusion.csv has every pair, tables/class_curves.csv the curves{}.",
        task_name(task),
        name_with_label(&contender.combination.optimizer, &label),
        if task.has_many() { " of the leader and of those practically equal to it" } else { "" },
    );
    let columns =
        [("class", false), ("rows", true), ("recall", true), ("precision", true), ("most often taken for", false)];
    Block::table(caption, &columns, rows)
}
