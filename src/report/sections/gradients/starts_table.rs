//! The table of what else cures: another activation, another initialisation.

use super::failures::{named, score};
use super::{trials_in_words, watched_epoch};
use crate::analysis::{Task, TaskWatched};
use crate::record::Watch;
use crate::report::number::plural;
use crate::report::page::Block;
use crate::report::wording::{long_metric, task_name};

/// The settings without a remedy that fail and train with another start, of any depth.
pub fn starts_table(task: &Task<'_>, watched: &TaskWatched, most: usize) -> Option<Block> {
    if watched.baseline.is_none() || !watched.watches.has(Watch::GradientNorm) {
        return None;
    }
    let failing = watched.matrix.other_starts(&watched.settings);
    let mut keys: Vec<usize> = failing.iter().flat_map(|(_, row, _)| &row.other_starts).map(|(key, _)| *key).collect();
    keys.sort_unstable();
    keys.dedup();
    let (all, cured) = (failing.len(), failing.iter().filter(|(.., starts)| !starts.is_empty()));
    let cured: Vec<_> = cured.collect();
    let mut rows = Vec::new();
    for (failure, row, starts) in cured.iter().take(most) {
        let cell = |key: &usize| {
            let of_key = |all: &[(usize, usize)]| -> Vec<usize> {
                all.iter().filter(|(other, _)| other == key).map(|(_, at)| *at).collect()
            };
            let name = watched.key_name(*key);
            let words = |at: usize| {
                let level = &watched.settings[at].levels[*key];
                format!(
                    "{} {}",
                    level.strip_prefix(name).map_or(level.as_str(), str::trim_start),
                    score(task, watched, at)
                )
            };
            match (of_key(&row.other_starts).len(), of_key(starts)) {
                (0, _) => "–".to_owned(),
                (tried, trains) if trains.is_empty() => format!("none of {tried}"),
                (_, trains) => trains.into_iter().map(words).collect::<Vec<_>>().join("; "),
            }
        };
        let mut cells = vec![named(task, watched, row.plain, &row.full_words), failure.word().to_owned()];
        cells.extend(keys.iter().map(cell));
        rows.push(cells);
    }
    let names: Vec<&str> = keys.iter().map(|key| watched.key_name(*key)).collect();
    let headers: Vec<String> = names.iter().map(|name| format!("trains with {name}")).collect();
    let mut columns = vec![("setting", false), ("without a remedy", false)];
    columns.extend(headers.iter().map(|header| (header.as_str(), false)));
    let fixed = match watched.grid.fixed_at_any_depth.as_str() {
        "" => String::new(),
        words => format!(" ({words})"),
    };
    let trials =
        trials_in_words(task, watched, cured.iter().flat_map(|(_, _, starts)| starts.iter().map(|(_, at)| at)));
    let others = match all - cured.len() {
        0 => String::new(),
        1 => " One more setting fails with every one of them that was tried.".to_owned(),
        count => format!(" {count} more settings fail with every one of them that was tried."),
    };
    let shown =
        if rows.len() < cured.len() { format!(" {} are shown.", plural(rows.len(), "row")) } else { String::new() };
    Block::table(
        format!(
            "{}: what cures without a remedy: settings{fixed} that fail, and train with another {} and everything else the same; with the {} \
             then. {trials}{others}{shown} –: not in the grid, or excluded from it.",
            task_name(task),
            names.join(" or "),
            long_metric(task.metric, task.ranked_on, watched_epoch(task)),
        ),
        &columns,
        rows,
    )
}
