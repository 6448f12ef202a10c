//! What was watched in training: gradients and activations by layer, updates and sharpness by epoch.

mod by_epoch;
mod by_layer;
mod through_training;

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
    let mut notes: Vec<String> = trials_note(watched).into_iter().collect();
    let key = |key: Option<usize>| key.map_or("", |key| watched.key_name(key));
    let grid = &watched.grid;
    for (count, key) in [(grid.left_out.0, key(grid.panel_key)), (grid.left_out.1, key(grid.line_key))] {
        if count > 0 {
            notes.push(format!("{} of {key} left out.", plural(count, "value")));
        }
    }
    notes
}
