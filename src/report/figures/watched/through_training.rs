//! Gradients by layer and epoch: one panel for each of a few settings, one line for each of a few evaluated epochs.

use super::notes;
use crate::analysis::{Flow, Task, TaskWatched};
use crate::report::figure_data::{AxisLabel, AxisScale, Figure, Legends, Panel, RAMP, RAMP_STEPS, Series, Style};
use crate::report::wording::task_name;

/// The most settings.
const MOST_SETTINGS: usize = 4;

/// The settings are those of the figure of layers, from the one whose gradient falls most towards the input to the one whose gradient
/// rises most.
pub fn figure(task: &Task<'_>, watched: &TaskWatched, slug: &str) -> Option<Figure> {
    let mut settings: Vec<usize> = watched.grid.all().filter(|setting| watched.drawn.contains_key(setting)).collect();
    let ratio = |setting: &usize| watched.settings[*setting].start.as_ref().map_or(1.0, Flow::ratio);
    settings.sort_by(|one, other| ratio(one).total_cmp(&ratio(other)).then(one.cmp(other)));
    settings.dedup();
    let all = settings.len();
    let chosen = spread(all, MOST_SETTINGS).map(|at| settings[at]);
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
        .then(|| format!("{MOST_SETTINGS} of {all} settings are drawn, evenly spread in that order."));
    let fixed = if grid.fixed.is_empty() { String::new() } else { format!("; {}", grid.fixed) };
    Some(Figure {
        name: format!("gradient-norms-by-epoch-{slug}"),
        title: format!("{}: gradients through training", task_name(task)),
        subtitle: format!(
            "norm of the gradient of the loss in each layer's weights, over all training rows, by evaluated epoch{fixed}; the settings go from the \
             steepest fall towards the input to the steepest rise, each on axes of its own"
        ),
        axes_of: [].into(),
        panels,
        notes: notes(watched).into_iter().chain(left_out).collect(),
        legends: Legends::Shared,
    })
}

/// At most so many of `count` positions, evenly spread, with both ends.
fn spread(count: usize, most: usize) -> impl Iterator<Item = usize> {
    let shown = count.min(most);
    (0..shown).map(move |place| if shown < 2 { 0 } else { place * (count - 1) / (shown - 1) })
}
