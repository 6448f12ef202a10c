//! What all tasks say together.

use super::super::figure_blocks::figure_blocks;
use super::SectionContext;
use super::settings::DAGGER;
use crate::analysis::{AcrossTasks, FEWEST_TASKS, OverTasks, R_MAX};
use crate::report::number::{plural, short, significant};
use crate::report::page::Block;
use crate::report::page_limits::{rows_a_table, some_of};
use crate::report::wording::{noun_of, stand_in};

/// The figure and the table, or why there is none.
pub fn blocks(context: &SectionContext<'_>) -> Vec<Block> {
    let analysis = context.analysis;
    let noun = noun_of(analysis.study);
    let Some(across) = &analysis.effort.across else {
        let tasks = analysis.effort.tasks.iter().flatten().count();
        let why = match tasks {
            1 => "There is one task".to_owned(),
            _ => format!("No two tasks have all {noun}s"),
        };
        return vec![Block::paragraph(format!(
            "{why}: performance profiles, AlgoPerf's score and interquartile means speak of several tasks, and need at least {FEWEST_TASKS} \
             (the means 2) that have all {noun}s."
        ))];
    };
    let mut blocks: Vec<Block> = figure_blocks(&context.effort_figures.profile).collect();
    if across.profiles.is_none() {
        blocks.push(Block::paragraph(format!(
            "There are no performance profiles and no AlgoPerf score: they need at least {FEWEST_TASKS} tasks with a target that some \
             {noun} reaches in half of the seeds, and there {} {}.",
            if across.raced == 1 { "is" } else { "are" },
            across.raced
        )));
    }
    if across.over_tasks.is_none() {
        blocks.push(Block::paragraph(
            "There are no interquartile means: on some task predicting the mean has no value to compare with.",
        ));
    }
    blocks.extend(table(context, across));
    blocks
}

fn table(context: &SectionContext<'_>, across: &AcrossTasks) -> Option<Block> {
    let most = rows_a_table(1);
    let noun = noun_of(context.analysis.study);
    let mut columns = vec![(noun, false), ("settings", true)];
    if across.profiles.is_some() {
        columns.extend([("reached on tasks", true), ("AlgoPerf score", true)]);
    }
    let against = format!("probability of improvement, over {}", across.names.first()?);
    if across.over_tasks.is_some() {
        columns.extend([("interquartile mean", true), (against.as_str(), true)]);
    }
    if columns.len() == 2 {
        return None;
    }
    let row = |(at, name): (usize, &String)| {
        let (least, most) = across.settings[at];
        let settings = if least == most { least.to_string() } else { format!("{least}–{most}") };
        let mut row = vec![name.clone(), settings];
        if let Some(profiles) = &across.profiles {
            let reached = profiles.ratios[at].iter().filter(|ratio| ratio.is_finite()).count();
            row.push(format!("{reached}/{}", profiles.tasks.len()));
            row.push(format!("{:.3}", profiles.scores[at]));
        }
        if let Some(over_tasks) = &across.over_tasks {
            let OverTasks { interquartile_mean, mean_interval, improvement, improvement_interval } = over_tasks[at];
            let mark = if across.capped[at] > 0 { DAGGER } else { "" };
            row.push(interval(Some(interquartile_mean), mean_interval) + mark);
            row.push(interval(improvement, improvement_interval) + if improvement.is_some() { mark } else { "" });
        }
        row
    };
    let rows = across.names.iter().take(most).enumerate().map(row).collect();
    let mut caption = format!(
        "All {} with all {noun}s together, the one with the best mean rank on the rows that rank first.",
        plural(across.tasks.len(), "task")
    );
    let sizes = || across.settings.iter().flat_map(|(least, most)| [least, most]);
    if sizes().min() != sizes().max() {
        caption.push_str(
            " Settings: how many each tried on a task. They differ: who tried more had more chances in every column, also to be the fastest.",
        );
    }
    if across.profiles.is_some() {
        caption.push_str(&format!(
            " AlgoPerf score: the mean height of the profile from 1 to {} times the fastest; it depends on who takes part.",
            short(R_MAX, 2)
        ));
    }
    if let Some(over_tasks) = &across.over_tasks {
        caption.push_str(&format!(
            " Interquartile mean: of the middle half of all tasks and seeds, the share that is removed of the distance of predicting {} \
             (0: no better; 1: a perfect fit), tuned on each seed. Probability of improvement: that a seed of a task is better than another seed \
             of {}, ties count half, the mean over tasks (Agarwal et al., 2021).",
            stand_in(context.analysis.study),
            across.names[0]
        ));
        if across.capped.iter().any(|capped| *capped > 0) {
            caption.push_str(&format!(
                " {DAGGER}: at some seed no better than predicting {}, which counts in its place, as 0.",
                stand_in(context.analysis.study)
            ));
        }
        if over_tasks.iter().any(|one| one.mean_interval.is_some()) {
            caption.push_str(
                " Intervals: 95 %, stratified bootstrap over the seeds of these tasks, widened as elsewhere where splits share rows. They \
                 say nothing of other tasks, and are too narrow with few seeds.",
            );
        }
    }
    caption.extend(some_of(across.names.len().min(most), across.names.len(), noun, "tables/across_tasks.csv"));
    Block::table(caption, &columns, rows)
}

fn interval(value: Option<f64>, interval: Option<(f64, f64)>) -> String {
    let Some(value) = value else { return "–".to_owned() };
    match interval {
        Some((low, high)) => format!("{value:.3} [{low:.3}, {high:.3}]").replace('-', "−"),
        None => significant(value, 3),
    }
}
