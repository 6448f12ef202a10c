//! The section that shows all tasks and optimizers at a glance, and how optimizers compare over data sets.

use super::{SectionContext, SectionKind};
use crate::analysis::{AcrossDatasets, AcrossTest, Analysis, Answer, Task};
use crate::report::number::{on_targets, p_value, short};
use crate::report::page::Block;
use crate::report::page_limits::{MOST_TASKS, first_tasks, names};
use crate::report::tables::best_settings_path;
use crate::report::wording::{self, task_name};

pub const SECTION: SectionKind = SectionKind { id: "matrix", heading: |_| "Tasks and optimizers", build };

/// A table is read up to about this many columns.
const MOST_OPTIMIZERS: usize = 12;

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let analysis = context.analysis;
    let mut blocks: Vec<Block> = matrix(analysis).into_iter().collect();
    blocks.extend(analysis.across.iter().map(|across| Block::paragraph(sentence(analysis, across))));
    blocks
}

/// One row a task, one column an optimizer. With a single task or a single optimizer it would say nothing new.
fn matrix(analysis: &Analysis<'_>) -> Option<Block> {
    let mut optimizers: Vec<&str> = Vec::new();
    for contender in analysis.tasks.iter().flat_map(|task| &task.contenders) {
        let name = contender.combination.optimizer.as_str();
        if !optimizers.contains(&name) {
            optimizers.push(name);
        }
    }
    if analysis.tasks.len() < 2 || optimizers.len() < 2 || optimizers.len() > MOST_OPTIMIZERS {
        return None;
    }
    let scores = analysis.study.scores();
    let mut columns = vec![("task", false)];
    columns.extend(optimizers.iter().map(|name| (*name, true)));
    let rows: Vec<Vec<String>> = (analysis.tasks.iter().take(MOST_TASKS))
        .map(|task| {
            let cells = optimizers.iter().map(|name| cell(task, name));
            let metric = if scores.len() > 1 { format!(", {}", task.metric.label) } else { String::new() };
            std::iter::once(task_name(task) + &metric).chain(cells).collect()
        })
        .collect();
    let splits: Vec<&str> = analysis.tasks.iter().map(|task| wording::long_word(task.compared_on)).collect();
    let split = match splits.first() {
        Some(first) if splits.iter().all(|split| split == first) => format!("{first} "),
        _ => String::new(),
    };
    let mut caption = format!(
        "{split}{} of each {}, tuned on each seed by itself, and in parentheses its rank by the score of its best setting (tied \
         ones share the mean of their ranks). = \
         practically equal to the leader, ? undecided against it, · not tested.",
        wording::score_label(analysis.study),
        wording::noun_of(analysis.study)
    );
    caption.extend(first_tasks(analysis.tasks.len(), &best_settings_path(&scores)));
    Block::table(caption, &columns, rows)
}

/// `3059 (1)`, `3062 (2 ?)`
fn cell(task: &Task<'_>, optimizer: &str) -> String {
    let position = task.contenders.iter().position(|contender| contender.combination.optimizer == optimizer);
    let Some(position) = position else { return "–".to_owned() };
    let Some(rank) = task.ranks[position].map(|rank| short(rank, 3)) else { return "–".to_owned() };
    let contender = &task.contenders[position];
    if contender.all_lost() {
        return format!("{} ({rank})", if contender.counts.diverged > 0 { "diverged" } else { "failed" });
    }
    let mark = task.against_leader(position).map_or("", |comparison| match comparison.answer {
        Answer::PracticallyEqual => " =",
        Answer::Undecided => " ?",
        Answer::Described(_) | Answer::NeitherUsable => " ·",
        Answer::FirstBetter | Answer::SecondBetter => "",
    });
    let level = task
        .level(position)
        .map_or_else(|| "∞".to_owned(), |level| on_targets(task.metric, level.center, task.target, 4));
    format!("{level} ({rank}{mark})")
}

fn sentence(analysis: &Analysis<'_>, across: &AcrossDatasets) -> String {
    let n = across.datasets.len();
    let several = if analysis.tasks.iter().any(|task| task.model != across.model) {
        format!(" with {}", across.model)
    } else {
        String::new()
    };
    let rank = |(name, rank): &(String, f64)| {
        let diverged = across.diverged.iter().find(|(known, _)| known == name);
        let diverged = diverged.map_or_else(String::new, |(_, count)| format!(" (diverged on {count})"));
        format!("{name} {}{diverged}", short(*rank, 3))
    };
    let ranks: Vec<String> = across.ranks.iter().map(rank).collect();
    let ranks = ranks.join(", ");
    match across.test {
        AcrossTest::SignFlip { p } => {
            let exact = if p.exact { "exact" } else { "approximate" };
            let better = if p.value < 0.05 {
                format!("{} is better over data sets like these", across.ranks[0].0)
            } else {
                "no difference is shown over data sets like these".to_owned()
            };
            format!(
                "Over {n} data sets{several}, if they are independent (mean ranks by these values: {ranks}): {better}, {exact} sign-flip test, {}.",
                p_value(p.value)
            )
        }
        AcrossTest::Nemenyi { critical_difference } => {
            let (best, rest) = across.ranks.split_first().map_or(("", &[][..]), |(best, rest)| (best.0.as_str(), rest));
            let lead = across.ranks.first().map_or(0.0, |best| best.1);
            let behind: Vec<&str> = rest
                .iter()
                .filter(|(_, rank)| rank - lead > critical_difference)
                .map(|(name, _)| name.as_str())
                .collect();
            let shown = if behind.is_empty() {
                format!("none is shown to differ from {best}")
            } else {
                format!("{best} is better than {}", names(&behind))
            };
            format!(
                "Over {n} data sets{several}, if they are independent (mean ranks by these values: {ranks}): {shown}; by Nemenyi's test mean ranks more than {} apart \
                 differ.",
                short(critical_difference, 3)
            )
        }
    }
}
