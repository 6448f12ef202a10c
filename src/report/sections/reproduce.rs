//! The section with the best settings as overrides, unrounded, and the ids of their trials.

use super::{SectionContext, SectionKind};
use crate::analysis::{Contender, Task};
use crate::record::Study;
use crate::report::page::Block;
use crate::report::page_limits::{MOST_TASKS, first_tasks, rows_a_table, rows_of, some_of};
use crate::report::reproduction::{ids, line};
use crate::report::wording::{name_with_label, task_name};
use crate::text::visible;

pub const SECTION: SectionKind = SectionKind { id: "reproduce", heading: |_| "Train it again", build };

/// The most ids of one setting.
const MOST_IDS: usize = 10;

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let (study, tasks) = (context.analysis.study, &context.analysis.tasks);
    let most = rows_a_table(tasks.len());
    let mut blocks: Vec<Block> = tasks.iter().take(MOST_TASKS).filter_map(|task| block(study, task, most)).collect();
    if blocks.is_empty() {
        return blocks;
    }
    let mut text = "The best setting of each optimizer, unrounded, with the first digits of its trials' ids: sweep show takes them. \
                    EXPERIMENT is plan.toml, put beside the experiment file, or that file itself where no override changed it."
        .to_owned();
    let hidden = tasks.iter().any(|task| task.contenders.len() > most);
    if hidden {
        let all = tasks.iter().map(|task| task.contenders.len()).max().unwrap_or(0);
        text.extend(some_of(most, all, "optimizer", "tables/settings.csv"));
    }
    text.extend(first_tasks(tasks.len(), "tables/settings.csv"));
    blocks.insert(0, Block::paragraph(text));
    blocks
}

/// The lines of one task.
fn block(study: &Study, task: &Task<'_>, most: usize) -> Option<Block> {
    let lines = rows_of(task, most).into_iter().filter_map(|contender| lines(study, task, contender));
    let text = lines.collect::<Vec<String>>().join("\n");
    (!text.is_empty()).then_some(Block::Code { text })
}

fn lines(study: &Study, task: &Task<'_>, contender: &Contender<'_>) -> Option<String> {
    let best = contender.named()?;
    let name = name_with_label(&contender.combination.optimizer, &contender.label(best));
    let head = format!("# {} · {name} · {}", task_name(task), ids(study, best.setting, MOST_IDS));
    let command = line(study, contender.combination, best.setting)
        .unwrap_or_else(|| "# many tables would have to go: `sweep show best EXPERIMENT` prints the line".to_owned());
    Some(format!("{}\n{command}", visible(&head)))
}
