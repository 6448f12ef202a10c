//! The section on trials: what was tried, how it ended, and what it cost.

use super::{SectionContext, SectionKind};
use crate::report::number::count;
use crate::report::page::Block;
use crate::report::page_limits::{MOST_TASKS, first_tasks, rows_a_table, rows_of};
use crate::report::tables::MOST_ROWS;
use crate::report::wording::{diverged, noun_of, outcomes, task_name};

pub const SECTION: SectionKind = SectionKind { id: "trials", heading: |_| "Trials and budget", build };

/// The most messages of failed trials on the page.
const MOST_MESSAGES: usize = 20;

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let analysis = context.analysis;
    let counts = analysis.counts;
    let mut text = format!("{} settings came to {} trials: {}.", analysis.settings, counts.planned(), outcomes(counts));
    if counts.outstanding > 0 {
        text.push_str(&format!(
            " {} trials are missing: what is said here is said of the others, and may change when they have run.",
            counts.outstanding
        ));
    }
    let mut blocks = vec![Block::paragraph(text)];
    let contenders = analysis.tasks.iter().flat_map(|task| &task.contenders);
    let large = contenders.filter(|contender| contender.settings.len() > MOST_ROWS).count();
    if large > 0 {
        blocks.push(Block::paragraph(format!(
            "Of {} with more than {MOST_ROWS} settings, tables/settings.csv has the best {MOST_ROWS}, and \
             tables/learning_rates.csv as many, evenly spaced, the best of each series among them; trials.parquet has every trial.",
            if analysis.study.compare.is_empty() { "an optimizer" } else { "a contender" }
        )));
    }
    let mut rows = Vec::new();
    let most = rows_a_table(analysis.tasks.len());
    for task in analysis.tasks.iter().take(MOST_TASKS) {
        for contender in rows_of(task, most) {
            let counts = contender.counts;
            rows.push(vec![
                task_name(task),
                contender.combination.optimizer.clone(),
                contender.settings.len().to_string(),
                counts.planned().to_string(),
                counts.completed.to_string(),
                diverged(counts),
                counts.failed.to_string(),
                counts.outstanding.to_string(),
                count(contender.gradient_evaluations),
            ]);
        }
    }
    let noun = noun_of(analysis.study);
    let columns = [
        ("task", false),
        (noun, false),
        ("settings tried", true),
        ("trials", true),
        ("completed", true),
        ("diverged", true),
        ("failed", true),
        ("outstanding", true),
        ("gradient evaluations spent", true),
    ];
    let mut caption = format!(
        "What each {noun} was given: the best of many settings has an advantage over the best of few. A gradient evaluation is the \
         gradient of one training row."
    );
    if analysis.tasks.iter().any(|task| task.contenders.len() > most) {
        caption.push_str(&format!(" The best {most} {noun}s of a task are shown; tables/settings.csv has all."));
    }
    caption.extend(first_tasks(analysis.tasks.len(), "tables/settings.csv"));
    blocks.extend(Block::table(caption, &columns, rows));
    let failures = analysis.failures.iter().take(MOST_MESSAGES).map(|failure| {
        let seed = failure.seed.map_or_else(String::new, |seed| format!(", seed {seed}"));
        vec![
            failure.count.to_string(),
            failure.message.clone(),
            format!("{}, setting {}{seed}", failure.optimizer, failure.setting),
        ]
    });
    let columns = [("failed trials", true), ("message", false), ("the first", false)];
    blocks.extend(Block::table("Failed trials by message.", &columns, failures.collect()));
    blocks
}
