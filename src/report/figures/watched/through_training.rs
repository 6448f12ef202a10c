//! Gradients by layer and epoch: one panel for each of a few settings, one line for each of a few evaluated epochs.

use std::collections::BTreeMap;

use super::notes;
use crate::analysis::{MedianWatched, Task, TaskWatched};
use crate::report::figure_data::{AxisLabel, AxisScale, Figure, Legends, Panel, RAMP, RAMP_STEPS, Series, Style};
use crate::report::wording::task_name;

/// The most settings.
const MOST_SETTINGS: usize = 4;

/// Of the settings of the figure of layers those whose gradients change most in training, in the order of that figure.
pub fn figure(task: &Task<'_>, watched: &TaskWatched, slug: &str) -> Option<Figure> {
    let mut settings: Vec<usize> = watched.grid.all().filter(|setting| watched.drawn.contains_key(setting)).collect();
    settings.sort_unstable();
    settings.dedup();
    let all = settings.len();
    let changes: BTreeMap<usize, f64> =
        settings.iter().map(|setting| (*setting, change(&watched.drawn[setting]))).collect();
    settings.sort_by(|one, other| changes[other].total_cmp(&changes[one]).then(one.cmp(other)));
    settings.truncate(MOST_SETTINGS);
    let chosen = settings.into_iter();
    let grid = &watched.grid;
    let keys: Vec<usize> = grid.panel_key.into_iter().chain(grid.line_key).collect();
    let panel = |setting: usize| {
        let drawn = &watched.drawn[&setting];
        let x = AxisLabel { label: "layer".to_owned(), scale: AxisScale::Linear };
        let mut panel = Panel::empty(x, AxisLabel { label: "gradient norm".to_owned(), scale: AxisScale::Log });
        panel.title = watched.settings[setting].words(&keys);
        let epochs: Vec<usize> = spread(drawn.epochs.len(), RAMP_STEPS).collect();
        let count = epochs.len();
        panel.series = (epochs.into_iter().enumerate())
            .map(|(index, at)| {
                let values = drawn.gradients(at);
                let points = (1..).zip(values).filter_map(|(layer, value)| Some((f64::from(layer), value?)));
                let colour = RAMP + if count > 1 { index * (RAMP_STEPS - 1) / (count - 1) } else { 0 };
                Series {
                    label: format!("epoch {}", drawn.epochs[at]),
                    colour,
                    style: Style::Line,
                    points: points.collect(),
                    band: Vec::new(),
                    highlights: Vec::new(),
                }
            })
            .collect();
        panel
    };
    let panels: Vec<Panel> = chosen.map(panel).collect();
    if panels.is_empty() {
        return None;
    }
    let left_out = (all > MOST_SETTINGS)
        .then(|| format!("The {MOST_SETTINGS} of {all} settings that change most; one that diverged before a second evaluated epoch has no change."));
    let fixed = if grid.fixed.is_empty() { String::new() } else { format!("; {}", grid.fixed) };
    Some(Figure {
        name: format!("gradient-norms-by-epoch-{slug}"),
        title: format!("{}: gradients through training", task_name(task)),
        subtitle: format!(
            "norm of the gradient of the loss in each layer's weights, over all training rows, by evaluated epoch{fixed}; the \
             settings in the order of the largest change of a layer's norm, in decades, from the first to the last evaluated epoch; each on axes \
             of its own"
        ),
        axes_of: [].into(),
        panels,
        notes: notes(watched).into_iter().chain(left_out).collect(),
        legends: Legends::Shared,
    })
}

/// Smaller norms are as good as none: no step is seen in any number.
const SMALLEST_NORM: f64 = 1e-45;

/// The largest change of a layer's norm from the first evaluated epoch to the last, in decades.
fn change(drawn: &MedianWatched) -> f64 {
    let last = drawn.epochs.len().saturating_sub(1);
    let decades = |norm: f64| libm::log10(if norm > SMALLEST_NORM { norm } else { SMALLEST_NORM });
    let layers = drawn.gradients(0).into_iter().zip(drawn.gradients(last));
    let changes = layers.filter_map(|(first, last)| Some((decades(last?) - decades(first?)).abs()));
    changes.fold(0.0, |most, change| if change > most { change } else { most })
}

/// At most so many of `count` positions, evenly spread, with both ends.
fn spread(count: usize, most: usize) -> impl Iterator<Item = usize> {
    let shown = count.min(most);
    (0..shown).map(move |place| if shown < 2 { 0 } else { place * (count - 1) / (shown - 1) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{GRADIENT_NORM, Watch, Watched, WatchedValue};

    #[test]
    fn the_change_is_that_of_the_layer_that_moves_most() {
        let of = |epochs: &[[f64; 2]]| {
            let mut watched = Watched::new([Watch::GradientNorm].into_iter().collect());
            for (at, norms) in epochs.iter().enumerate() {
                let values: Vec<WatchedValue> = (norms.iter().zip(["dense_1.weights", "dense_2.weights"]))
                    .map(|(norm, place)| WatchedValue {
                        quantity: &GRADIENT_NORM,
                        place: place.to_owned(),
                        value: Some(*norm),
                    })
                    .collect();
                watched.push(at, &values);
            }
            change(&MedianWatched { epochs: (0..epochs.len() as u64).collect(), watched, n: 1 })
        };
        assert!((of(&[[1.0, 1.0], [1e9, 1e9], [1e-7, 10.0]]) - 7.0).abs() < 1e-9, "from the first to the last");
        assert!((of(&[[1e-5, 1.0], [0.0, 1.0]]) - 40.0).abs() < 1e-9, "none at all is the smallest");
        assert_eq!(of(&[[1e9, 1.0]]), 0.0);
    }
}
