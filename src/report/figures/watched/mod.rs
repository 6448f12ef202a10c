//! What was watched in training: gradients and activations by layer, updates and sharpness by epoch.

mod by_epoch;
mod by_layer;
mod through_training;

use std::collections::BTreeMap;

use crate::analysis::{Task, TaskWatched};
use crate::record::Watch;
use crate::report::figure_data::Figure;
use crate::report::number::plural;

/// The figures of a task.
pub fn figures(task: &Task<'_>, slug: &str) -> Vec<Figure> {
    let Some(watched) = &task.watched else { return Vec::new() };
    let mut figures = Vec::new();
    if watched.has_depth() {
        if watched.watches.has(Watch::GradientNorm) {
            figures.extend(by_layer::cures(task, watched, slug));
            figures.extend(by_layer::gradients(task, watched, slug));
            figures.extend(through_training::figure(task, watched, slug));
        }
        if watched.watches.has(Watch::Activations) {
            figures.extend(by_layer::deviations(task, watched, slug));
            figures.extend(by_layer::saturated(task, watched, slug));
            figures.extend(by_layer::dead(task, watched, slug));
        }
    }
    if watched.watches.has(Watch::Updates) {
        figures.extend(by_epoch::updates(task, watched, slug));
    }
    if watched.watches.has(Watch::Sharpness) {
        figures.extend(by_epoch::sharpness(task, watched, slug));
    }
    figures
}

/// What the drawn settings of the grid have in common, for a subtitle: `; depth 32, norm none`.
fn fixed(watched: &TaskWatched) -> String {
    if watched.grid.fixed.is_empty() { String::new() } else { format!("; {}", watched.grid.fixed) }
}

/// How many trials a line stands for, if several.
fn trials_note(watched: &TaskWatched) -> Option<String> {
    let n = watched.drawn.values().map(|drawn| drawn.n).max().unwrap_or(1);
    (n > 1).then(|| format!("Each point is the median over {}.", plural(n, "trial")))
}

/// The same, and which values are left out.
fn notes(watched: &TaskWatched) -> Vec<String> {
    trials_note(watched).into_iter().chain(values_left_out(watched)).collect()
}

/// Which settings of a figure diverged, and so have their dashes at another epoch, or none.
fn diverged_note(watched: &TaskWatched, shown: &[usize]) -> Option<String> {
    let grid = &watched.grid;
    let keys: Vec<usize> = grid.panel_key.into_iter().chain(grid.line_key).collect();
    let mut by_epoch: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for at in shown {
        let setting = &watched.settings[*at];
        if let Some(epoch) = setting.diverged_after {
            by_epoch.entry(epoch).or_default().push(setting.words(&keys));
        }
    }
    let words = |(epoch, settings): (&u64, &Vec<String>)| match epoch {
        0 => format!("{} (no dashes)", settings.join("; ")),
        epoch => format!("{} (dashes: epoch {epoch})", settings.join("; ")),
    };
    let words: Vec<String> = by_epoch.iter().map(words).collect();
    (!words.is_empty()).then(|| format!("Diverged: {}.", words.join("; ")))
}

/// The numbers of values that no figure shows.
pub fn values_left_out(watched: &TaskWatched) -> Vec<String> {
    let mut notes = Vec::new();
    let key = |key: Option<usize>| key.map_or("", |key| watched.key_name(key));
    let grid = &watched.grid;
    for (count, key) in [(grid.left_out.0, key(grid.panel_key)), (grid.left_out.1, key(grid.line_key))] {
        if count > 0 {
            notes.push(format!("{} of {key} left out.", plural(count, "value")));
        }
    }
    notes
}
