//! The chapter on tuning effort: which method, if so many settings can be tried.

mod across;
mod answer;
mod answer_over_tasks;
mod rates;
mod settings;
mod times;
mod untuned;

use super::figure_blocks::figure_blocks;
use super::{SectionContext, SectionKind};
use crate::analysis::{Task, TaskEffort};
use crate::report::page::Block;
use crate::report::page_limits::{MOST_TASKS, first_tasks, rows_a_table};
use crate::report::wording::{compared_keys, noun_of, task_name};

pub const SECTION: SectionKind =
    SectionKind { id: "tuning-effort", heading: |_| "Which method, at what tuning effort", build };

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let effort = &context.analysis.effort;
    if effort.is_empty() {
        return Vec::new();
    }
    let analysis = context.analysis;
    let known = analysis.tasks.iter().zip(&effort.tasks);
    let tasks: Vec<(&Task<'_>, &TaskEffort)> =
        known.filter_map(|(task, effort)| Some((task, effort.as_ref()?))).collect();
    let most = rows_a_table(tasks.len());
    let mut blocks = answer::blocks(context, &tasks);
    let noun = noun_of(analysis.study);
    let competes = compared_keys(analysis.study);
    let competes = competes.map_or_else(String::new, |keys| format!(" Contenders are the values of {keys}."));
    blocks.push(Block::paragraph(format!(
        "What the best setting of each {noun} gives depends on how many of its settings somebody tries. Here the trained settings are taken as if only \
         some of them had been tried; nothing was trained for this chapter.{competes}"
    )));
    blocks.extend(figure_blocks(&context.effort_figures.expected));
    // The first table of a kind explains its columns.
    let mut explained = [false; 4];
    for (task, effort) in tasks.iter().take(MOST_TASKS) {
        if tasks.len() > 1 {
            blocks.push(Block::Subheading { text: task_name(task) });
            blocks.extend(
                answer::effort_of_task(task, effort).map(|text| Block::paragraph(format!("At what effort: {text}"))),
            );
        }
        blocks.extend(settings::leads(analysis.study, task, effort).map(Block::paragraph));
        let table = settings::table(analysis.study, task, effort, most, !explained[0]);
        explained[0] |= table.is_some();
        blocks.extend(table);
        let table = untuned::table(task, effort, most, !explained[3]);
        explained[3] |= table.is_some();
        blocks.extend(table);
        let table = rates::table(task, effort, most, !explained[1]);
        explained[1] |= table.is_some();
        blocks.extend(table);
        let table = times::table(task, effort, most, !explained[2]);
        explained[2] |= table.is_some();
        blocks.extend(table);
    }
    if !explained[2] {
        blocks.push(Block::paragraph(times::NONE));
    }
    blocks.extend(first_tasks(tasks.len(), "tables/tuning_summary.csv").map(|text| Block::paragraph(text.trim())));
    if tasks.len() > 1 {
        blocks.push(Block::Subheading { text: "All tasks together".to_owned() });
    }
    blocks.extend(across::blocks(context));
    blocks
}
