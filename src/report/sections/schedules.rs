//! The section on schedules: how the rate changes over a trial, and how far each schedule goes with one learning rate.

use super::figure_blocks::figure_blocks;
use super::{SectionContext, SectionKind};
use crate::analysis::{ScheduleCurve, Task, rate_of};
use crate::report::number::short;
use crate::report::page::Block;
use crate::report::page_limits::{names, rows_a_table};
use crate::report::wording::task_name;

pub const SECTION: SectionKind = SectionKind { id: "schedules", heading: |_| "Schedules", build };

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let compared: Vec<_> =
        context.analysis.tasks.iter().zip(context.figures).filter(|(task, _)| !task.schedules.is_empty()).collect();
    // Tasks whose schedules are drawn have a table; those of the others are the same, or in the file.
    let drawn = compared.iter().any(|(_, drawn)| !drawn.schedules.is_empty());
    let most = rows_a_table(compared.len());
    for (index, (task, figures)) in compared.iter().enumerate() {
        if drawn && figures.schedules.is_empty() || !drawn && index > 0 {
            continue;
        }
        blocks.extend(figure_blocks(&figures.schedules));
        blocks.push(Block::paragraph(sentence(task)));
        blocks.extend(table(task, most));
    }
    blocks
}

/// How far apart the schedules are, and what follows for a comparison.
fn sentence(task: &Task<'_>) -> String {
    let known = || task.schedules.iter().filter(|curve| curve.mean.is_finite());
    let by_mean = |one: &&ScheduleCurve, other: &&ScheduleCurve| one.mean.total_cmp(&other.mean);
    let mut text = match (known().min_by(by_mean), known().max_by(by_mean)) {
        (Some(least), Some(most)) if least.mean < most.mean => format!(
            "With one learning rate the mean rate over a trial is from {} of it ({}) to {} ({}), so each schedule is compared at a \
             learning rate of its own.",
            short(least.mean, 2),
            least.label,
            short(most.mean, 2),
            most.label
        ),
        _ => String::new(),
    };
    let alone = task.schedules.iter().filter(|curve| curve.follows_losses).map(|curve| curve.label.as_str());
    let alone: Vec<&str> = alone.collect();
    if !alone.is_empty() {
        text.push_str(&format!(
            " The rates of {} follow the losses of each trial and are not recorded.",
            names(&alone)
        ));
    }
    text.trim_start().to_owned()
}

fn table(task: &Task<'_>, most: usize) -> Option<Block> {
    let row = |curve: &ScheduleCurve| {
        let users: Vec<&str> =
            curve.users.iter().map(|(user, _)| task.contenders[*user].combination.optimizer.as_str()).collect();
        let best: Vec<String> = curve
            .users
            .iter()
            .filter_map(|(user, position)| rate_of(&task.contenders[*user], *position))
            .map(|rate| short(rate, 4))
            .collect();
        let at = |share: f64| curve.after(share).map_or_else(|| "–".to_owned(), |rate| short(rate, 3));
        let mean = if curve.mean.is_finite() { short(curve.mean, 3) } else { "–".to_owned() };
        vec![curve.label.clone(), names(&users), at(0.0), at(0.25), at(0.5), at(0.75), at(1.0), mean, best.join(", ")]
    };
    let rows: Vec<Vec<String>> = task.schedules.iter().take(most).map(row).collect();
    let columns = [
        ("schedule", false),
        ("optimizer", false),
        ("first update", true),
        ("after ¼", true),
        ("after ½", true),
        ("after ¾", true),
        ("last update", true),
        ("mean", true),
        ("best learning rate", true),
    ];
    let mut caption = format!(
        "{}: rates as shares of the learning rate, by the part of the trial that is done, and the best learning rate with the schedule.",
        task_name(task)
    );
    if task.schedules.len() > most {
        caption.push_str(&format!(
            " {most} of {} schedules are shown; tables/schedules.csv has all.",
            task.schedules.len()
        ));
    }
    Block::table(caption, &columns, rows)
}
