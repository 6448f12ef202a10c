//! The section with the best settings as overrides, unrounded, and the ids of their trials.

use super::{SectionContext, SectionKind};
use crate::analysis::{Contender, MANY, SettingResult, Task};
use crate::record::Study;
use crate::report::page::Block;
use crate::report::page_limits::{MOST_TASKS, first_tasks, rows_a_table, rows_of, some_of};
use crate::report::reproduction::{folders, ids, line, names};
use crate::report::wording::{name_with_label, noun, task_name};
use crate::text::visible;

pub const SECTION: SectionKind = SectionKind { id: "reproduce", heading: |_| "Train it again", build };

/// The most ids of one setting.
const MOST_IDS: usize = 10;

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let (study, tasks) = (context.analysis.study, &context.analysis.tasks);
    let most = rows_a_table(tasks.len());
    let mut answers: Vec<(&Task<'_>, Vec<Answer<'_>>)> = Vec::new();
    for task in tasks.iter().take(MOST_TASKS) {
        let shown = match task.has_many() {
            true => (0..task.contenders.len())
                .filter(|&index| task.is_at_the_top(index))
                .map(|index| &task.contenders[index])
                .collect(),
            false => rows_of(task, most),
        };
        let best: Vec<Answer<'_>> =
            shown.into_iter().filter_map(|contender| Some((contender, contender.named()?))).collect();
        answers.extend((!best.is_empty()).then_some((task, best)));
    }
    if answers.is_empty() {
        return Vec::new();
    }
    let noun = noun(tasks.iter().any(|task| task.compares_keys));
    let mut text = format!(
        "The best setting of each {noun}, unrounded, with the first digits of its trials' ids: sweep show takes them. \
         EXPERIMENT is plan.toml, put beside the experiment file, or that file itself where no override changed it."
    );
    if tasks.iter().any(Task::has_many) {
        text.push_str(&format!(
            " Of more than {MANY} on a task it is the leader and what is practically equal to it; `sweep show best:OPTIMIZER EXPERIMENT` \
             prints the line of another one, and verdict.json has its trials."
        ));
    }
    let hidden = tasks.iter().any(|task| task.contenders.len() > most && !task.has_many());
    if hidden {
        let all = tasks.iter().map(|task| task.contenders.len()).max().unwrap_or(0);
        text.extend(some_of(most, all, noun, "tables/settings.csv"));
    }
    text.extend(first_tasks(tasks.len(), "tables/settings.csv"));
    let names: Vec<[&str; 3]> =
        answers.iter().flat_map(|(_, all)| all).map(|(contender, _)| names(contender)).collect();
    let mut folders = folders(&names).into_iter();
    let mut blocks = vec![Block::paragraph(text)];
    for (task, all) in &answers {
        let said = all.iter().zip(folders.by_ref()).map(|(answer, folder)| lines(study, task, answer, &folder));
        blocks.push(Block::Code { text: said.collect::<Vec<String>>().join("\n") });
    }
    blocks
}

/// An optimizer and its best setting.
type Answer<'a> = (&'a Contender<'a>, &'a SettingResult<'a>);

/// The two lines of one answer.
fn lines(study: &Study, task: &Task<'_>, (contender, best): &Answer<'_>, folder: &str) -> String {
    let name = name_with_label(&contender.combination.optimizer, &contender.label(best));
    let head = format!("# {} · {name} · {}", task_name(task), ids(study, best.setting, MOST_IDS));
    let command = line(study, contender.combination, best.setting, folder)
        .unwrap_or_else(|| "# many tables would have to go: `sweep show best EXPERIMENT` prints the line".to_owned());
    format!("{}\n{command}", visible(&head))
}
