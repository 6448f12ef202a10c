//! The table of remedies.

use super::failures::{named, score};
use super::{rates_in_words, trials_in_words, watched_epoch};
use crate::analysis::{Flow, FlowAnswer, MatrixRow, Task, TaskWatched};
use crate::record::Watch;
use crate::report::figures::values_left_out;
use crate::report::page::Block;
use crate::report::wording::{long_metric, task_name};

/// The deepest settings without a remedy and with each.
pub fn remedy_table(task: &Task<'_>, watched: &TaskWatched) -> Option<Block> {
    let matrix = &watched.matrix;
    if matrix.remedies.is_empty() || !watched.watches.has(Watch::GradientNorm) {
        return None;
    }
    let row = |row: &MatrixRow| {
        let plain = &watched.settings[row.plain];
        let cell = |at: usize| {
            let setting = &watched.settings[at];
            let after = setting.diverged_after.map_or_else(String::new, |epoch| format!(" after epoch {epoch}"));
            let mut words = vec![score(task, watched, at) + &after];
            let answer = |flow: &Option<Flow>| flow.as_ref().map(Flow::answer);
            // What acts on steps alone has the start of the setting without it.
            if at == row.plain || setting.start != plain.start {
                words.extend(answer(&setting.start).map(|answer| answer.word().to_owned()));
            }
            if answer(&setting.start) == Some(FlowAnswer::Passes) && answer(&setting.end) == Some(FlowAnswer::Vanishes)
            {
                words.push("vanishes later".to_owned());
            }
            words.join(", ")
        };
        let all = || std::iter::once(Some(row.plain)).chain(row.with.iter().copied());
        let distance = |at: usize| watched.settings[at].distance.unwrap_or(f64::INFINITY);
        let best = all().flatten().map(distance).fold(f64::INFINITY, f64::min);
        let trains = |at: usize| watched.settings[at].trains == Some(true);
        let names = std::iter::once("none").chain(matrix.remedies.iter().map(String::as_str));
        let best: Vec<&str> = all()
            .zip(names)
            .filter(|(at, _)| at.is_some_and(|at| trains(at) && distance(at) <= best))
            .map(|(_, name)| name)
            .collect();
        let mut cells = vec![named(task, watched, row.plain, &row.words), cell(row.plain)];
        cells.extend(row.with.iter().map(|with| with.map_or_else(|| "–".to_owned(), cell)));
        cells.push(if best.is_empty() { "nothing tried".to_owned() } else { best.join(", ") });
        cells
    };
    let mut columns = vec![("setting", false), ("no remedy", false)];
    columns.extend(matrix.remedies.iter().map(|remedy| (remedy.as_str(), false)));
    columns.push(("trains best with", false));
    let plain = match watched.grid.is_plain {
        true => "No remedy: each one that varies is off.",
        false => {
            "No setting lacks every remedy that varies; those with the fewest stand for it (of several the largest group, and of such the first in the file)."
        }
    };
    let trials =
        trials_in_words(task, watched, matrix.drawn().flat_map(|row| row.with.iter().flatten().chain([&row.plain])));
    let left_out = values_left_out(watched).iter().map(|words| format!(" {words}")).collect::<String>();
    let fixed = if watched.grid.fixed.is_empty() { String::new() } else { format!(" ({})", watched.grid.fixed) };
    let more = match matrix.left_out {
        0 => String::new(),
        count => format!(" {} more remedies are left out.", count),
    };
    Block::table(
        format!(
            "{}: the drawn settings{fixed} without a remedy, and with one at a time,{}: the {}, and how the gradient passes before training, where \
             the remedy changes that. {plain} {trials}{more}{left_out} –: not in the grid, or excluded from it.",
            task_name(task),
            rates_in_words(task, watched),
            long_metric(task.metric, task.ranked_on, watched_epoch(task)),
        ),
        &columns,
        matrix.drawn().map(row).collect(),
    )
}
