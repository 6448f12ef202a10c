//! Gradients and activations by layer, at the start and at the end of training.

use super::{fixed, notes};
use crate::analysis::{MedianWatched, Task, TaskWatched};
use crate::record::{ACTIVATION_DEVIATION, DEAD_SHARE, SATURATED_SHARE};
use crate::report::figure_data::{AxisLabel, AxisScale, Figure, Legends, Panel, Series, Style};
use crate::report::wording::task_name;

/// The values of a setting by layer at an evaluated epoch.
type ByLayer<'f> = &'f dyn Fn(&MedianWatched, usize) -> Vec<Option<f64>>;

/// What a figure says.
struct Words<'w> {
    name: &'w str,
    title: &'w str,
    subtitle: &'w str,
    y: &'w str,
    scale: AxisScale,
}

/// The norm of the gradient of each layer's weights.
pub fn gradients(task: &Task<'_>, watched: &TaskWatched, slug: &str) -> Option<Figure> {
    let words = Words {
        name: "gradient-norms",
        title: "gradients by layer",
        subtitle: "norm of the gradient of the loss in each layer's weights, over all training rows, from the input to the output",
        y: "gradient norm",
        scale: AxisScale::Log,
    };
    figure(task, watched, slug, &words, &|drawn, at| drawn.gradients(at))
}

/// The deviation of each hidden layer's outputs.
pub fn deviations(task: &Task<'_>, watched: &TaskWatched, slug: &str) -> Option<Figure> {
    let words = Words {
        name: "activations",
        title: "activations by layer",
        subtitle: "standard deviation of each hidden layer's outputs over units and training rows",
        y: "standard deviation",
        scale: AxisScale::Log,
    };
    figure(task, watched, slug, &words, &|drawn, at| drawn.by_place(&ACTIVATION_DEVIATION, at, |_| true))
}

/// Saturated outputs of bounded activations; no figure where there are none.
pub fn saturated(task: &Task<'_>, watched: &TaskWatched, slug: &str) -> Option<Figure> {
    let words = Words {
        name: "saturated-units",
        title: "saturated units by layer",
        subtitle: "share of outputs of sigmoid and tanh within 5 % of an end of their range, over all training rows",
        y: "share",
        scale: AxisScale::Linear,
    };
    some_above_zero(figure(task, watched, slug, &words, &|drawn, at| drawn.by_place(&SATURATED_SHARE, at, |_| true)))
}

/// Dead units of the other activations; no figure where there are none.
pub fn dead(task: &Task<'_>, watched: &TaskWatched, slug: &str) -> Option<Figure> {
    let words = Words {
        name: "dead-units",
        title: "dead units by layer",
        subtitle: "share of units that are 0 on every training row",
        y: "share",
        scale: AxisScale::Linear,
    };
    let values = |drawn: &MedianWatched, at: usize| {
        let is_bounded = drawn.by_place(&SATURATED_SHARE, at, |_| true).iter().any(Option::is_some);
        if is_bounded { Vec::new() } else { drawn.by_place(&DEAD_SHARE, at, |_| true) }
    };
    some_above_zero(figure(task, watched, slug, &words, &values))
}

fn some_above_zero(figure: Option<Figure>) -> Option<Figure> {
    figure.filter(|figure| {
        let points = figure.panels.iter().flat_map(|panel| &panel.series).flat_map(|series| &series.points);
        points.into_iter().any(|(_, share)| *share > 0.0)
    })
}

/// The most panels of the figure of remedies.
const MOST_CURED: usize = 4;

/// Settings whose gradient fails, beside the same with the remedy with which they train best.
pub fn cures(task: &Task<'_>, watched: &TaskWatched, slug: &str) -> Option<Figure> {
    let mut cures = watched.matrix.cures(&watched.settings);
    let all = cures.len();
    cures.sort_by(|(_, one), (_, other)| other.gain.total_cmp(&one.gain).then(one.row.cmp(&other.row)));
    cures.truncate(MOST_CURED);
    cures.sort_by_key(|(failure, change)| (*failure, change.row));
    let values: ByLayer<'_> = &|drawn, at| drawn.gradients(at);
    let mut panels = Vec::new();
    for (_, change) in cures {
        let row = &watched.matrix.rows[change.row];
        let x = AxisLabel { label: "layer".to_owned(), scale: AxisScale::Linear };
        let mut panel = Panel::empty(x, AxisLabel { label: "gradient norm".to_owned(), scale: AxisScale::Log });
        panel.title.clone_from(&row.words);
        let remedy = format!("with {}", watched.matrix.remedies[change.remedy]);
        let settings = [("no remedy".to_owned(), Some(row.plain)), (remedy, row.with[change.remedy])];
        for (colour, (label, setting)) in settings.into_iter().enumerate() {
            let Some(drawn) = setting.and_then(|setting| watched.drawn.get(&setting)) else { continue };
            panel.series.extend(lines(&label, colour, drawn, values));
        }
        panels.push(panel);
    }
    if panels.is_empty() {
        return None;
    }
    let mut notes = notes(watched);
    if all > MOST_CURED {
        notes.push(format!("The {MOST_CURED} that gain most of {all}."));
    }
    Some(Figure {
        name: format!("remedies-{slug}"),
        title: format!("{}: failures and their remedies", task_name(task)),
        subtitle: format!(
            "norm of the gradient of the loss in each layer's weights, over all training rows, without a remedy and with the one that trains \
             best{}; each on axes of its own. Markers: before training; dashes: at the last evaluated epoch",
            fixed(watched)
        ),
        axes_of: [].into(),
        panels,
        notes,
        legends: Legends::OnePerPanel,
    })
}

fn figure(
    task: &Task<'_>,
    watched: &TaskWatched,
    slug: &str,
    words: &Words<'_>,
    values: ByLayer<'_>,
) -> Option<Figure> {
    let grid = &watched.grid;
    let mut panels = Vec::new();
    for (title, settings) in grid.panels.iter().zip(&grid.settings) {
        let x = AxisLabel { label: "layer".to_owned(), scale: AxisScale::Linear };
        let mut panel = Panel::empty(x, AxisLabel { label: words.y.to_owned(), scale: words.scale });
        panel.title.clone_from(title);
        for (colour, (line, setting)) in grid.lines.iter().zip(settings).enumerate() {
            let Some(drawn) = setting.and_then(|setting| watched.drawn.get(&setting)) else { continue };
            panel.series.extend(lines(line, colour, drawn, values));
        }
        if !panel.series.is_empty() {
            panels.push(panel);
        }
    }
    if panels.is_empty() {
        return None;
    }
    Some(Figure {
        name: format!("{}-{slug}", words.name),
        title: format!("{}: {}", task_name(task), words.title),
        subtitle: format!(
            "{}{}. Markers: before training; dashes: at the last evaluated epoch",
            words.subtitle,
            fixed(watched)
        ),
        axes_of: panels.clone().into(),
        panels,
        notes: notes(watched),
        legends: Legends::Shared,
    })
}

/// The lines of one setting.
fn lines(words: &str, colour: usize, drawn: &MedianWatched, values: ByLayer<'_>) -> Vec<Series> {
    let points = |at: usize| -> Vec<(f64, f64)> {
        let layers = (1..).zip(values(drawn, at));
        layers.filter_map(|(layer, value)| Some((f64::from(layer), value?))).collect()
    };
    let series = |label: String, style: Style, at: usize| {
        let points = points(at);
        (!points.is_empty()).then(|| Series { label, colour, style, points, band: Vec::new(), highlights: Vec::new() })
    };
    let last = drawn.epochs.len().saturating_sub(1);
    let (start, end) = match words {
        "" => ("before training".to_owned(), "at the end".to_owned()),
        words => (words.to_owned(), format!("{words}, at the end")),
    };
    let end = (last > 0).then(|| series(end, Style::Dashed, last)).flatten();
    series(start, Style::Markers, 0).into_iter().chain(end).collect()
}
