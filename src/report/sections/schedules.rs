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
    let known = || task.schedules.iter().filter_map(|curve| Some((curve.mean?, curve.label.as_str())));
    let by_mean = |one: &(f64, &str), other: &(f64, &str)| one.0.total_cmp(&other.0);
    let mut text = match (known().min_by(by_mean), known().max_by(by_mean)) {
        (Some(least), Some(most)) if least.0 < most.0 => format!(
            "With one learning rate the mean rate over a trial is from {} of it ({}) to {} ({}), so each schedule is compared at a \
             learning rate of its own.",
            short(least.0, 2),
            least.1,
            short(most.0, 2),
            most.1
        ),
        _ => String::new(),
    };
    let unknown = |curve: &&ScheduleCurve| curve.follows_losses && curve.trials == 0;
    let alone = task.schedules.iter().filter(unknown).map(|curve| curve.label.as_str());
    let alone: Vec<&str> = alone.collect();
    if !alone.is_empty() {
        text.push_str(&format!(
            " The rates of {} follow the losses of each trial, the objective with its penalty, which are not recorded.",
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
        let mean = curve.mean.map_or_else(|| "–".to_owned(), |mean| short(mean, 3));
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
