//! Gradients and activations by layer, at the start and at the end of training.

use super::{diverged_note, fixed, notes, trials_note};
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
        title: "saturated outputs by layer",
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

/// Of each kind of failure one, beside the same setting with the remedy with which it trains best, at the depth where both are.
pub fn cures(task: &Task<'_>, watched: &TaskWatched, slug: &str) -> Option<Figure> {
    let all = watched.matrix.cures(&watched.settings).len();
    let values: ByLayer<'_> = &|drawn, at| drawn.gradients(at);
    let mut panels = Vec::new();
    for (failure, change) in watched.matrix.told_cures(&watched.settings) {
        let row = &watched.matrix.rows[change.row];
        let x = AxisLabel { label: "layer".to_owned(), scale: AxisScale::Linear };
        let mut panel = Panel::empty(x, AxisLabel { label: "gradient norm".to_owned(), scale: AxisScale::Log });
        panel.title = match row.full_words.as_str() {
            "" => failure.word().to_owned(),
            words => format!("{}: {words}", failure.word()),
        };
        let remedy = format!("with {}", watched.matrix.remedies[change.remedy]);
        let settings = [("no remedy".to_owned(), Some(row.plain)), (remedy, row.with[change.remedy])];
        for (colour, (label, setting)) in settings.into_iter().enumerate() {
            let Some(setting) = setting else { continue };
            let Some(drawn) = watched.drawn.get(&setting) else { continue };
            let end = match watched.settings[setting].diverged_after {
                Some(epoch) => format!("{label}, epoch {epoch}, then diverged"),
                None => format!("{label}, at the end"),
            };
            panel.series.extend(lines([&label, &end], (colour, 2), drawn, values));
        }
        panels.push(panel);
    }
    if panels.is_empty() {
        return None;
    }
    let mut notes: Vec<String> = trials_note(watched).into_iter().collect();
    if all > panels.len() {
        notes.push(format!(
            "Of {all} failures with a cure, over all depths, one of each kind: the one that gains most, at the greatest depth that has one."
        ));
    }
    let fixed = match watched.grid.fixed_at_any_depth.as_str() {
        "" => String::new(),
        words => format!("; {words}"),
    };
    Some(Figure {
        name: format!("remedies-{slug}"),
        title: format!("{}: failures and their remedies", task_name(task)),
        subtitle: format!(
            "norm of the gradient of the loss in each layer's weights, over all training rows, without a remedy and with the one that trains \
             best{fixed}; each on axes of its own. Lines with markers at some layers: before training; dashes: at the last evaluated epoch"
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
    let (mut panels, mut shown) = (Vec::new(), Vec::new());
    for (title, settings) in grid.panels.iter().zip(&grid.settings) {
        let x = AxisLabel { label: "layer".to_owned(), scale: AxisScale::Linear };
        let mut panel = Panel::empty(x, AxisLabel { label: words.y.to_owned(), scale: words.scale });
        panel.title.clone_from(title);
        for (colour, (line, setting)) in grid.lines.iter().zip(settings).enumerate() {
            let Some(setting) = *setting else { continue };
            let Some(drawn) = watched.drawn.get(&setting) else { continue };
            let labels = match line.as_str() {
                "" => ["before training".to_owned(), "at the end".to_owned()],
                line => [line.to_owned(), format!("{line}, at the end")],
            };
            let labels = labels.each_ref().map(String::as_str);
            let lines = lines(labels, (colour, grid.lines.len()), drawn, values);
            shown.extend((!lines.is_empty()).then_some(setting));
            panel.series.extend(lines);
        }
        if !panel.series.is_empty() {
            panels.push(panel);
        }
    }
    if panels.is_empty() {
        return None;
    }
    legend_in_order(&mut panels);
    Some(Figure {
        name: format!("{}-{slug}", words.name),
        title: format!("{}: {}", task_name(task), words.title),
        subtitle: format!(
            "{}{}. Lines with markers at some layers: before training; dashes: at the last evaluated epoch",
            words.subtitle,
            fixed(watched)
        ),
        axes_of: panels.clone().into(),
        panels,
        notes: notes(watched).into_iter().chain(diverged_note(watched, &shown)).collect(),
        legends: Legends::Shared,
    })
}

/// Puts a line without points into the first panel for each that only others have, so that the legend has the order of the values.
fn legend_in_order(panels: &mut [Panel]) {
    let place = |series: &Series| (series.colour, series.style == Style::Dashed);
    let others: Vec<Series> = panels.iter().skip(1).flat_map(|panel| panel.series.iter().cloned()).collect();
    let Some(first) = panels.first_mut() else { return };
    for series in others {
        if first.series.iter().all(|known| known.label != series.label) {
            first.series.push(Series { points: Vec::new(), ..series });
        }
    }
    first.series.sort_by_key(place);
}

/// The lines of one setting before training and at the end, with their labels. It is the `place`-th of `all`: lines that coincide have their
/// markers at different layers.
fn lines(labels: [&str; 2], (place, all): (usize, usize), drawn: &MedianWatched, values: ByLayer<'_>) -> Vec<Series> {
    let series = |label: &str, style: Style, at: usize| {
        let layers = (1..).zip(values(drawn, at));
        let points: Vec<_> = layers.filter_map(|(layer, value)| Some((f64::from(layer), value?))).collect();
        let style = match style {
            Style::Markers if all > 1 && points.len() > 2 * all => Style::Alternating { place, all },
            other => other,
        };
        let series =
            Series { label: label.to_owned(), colour: place, style, points, band: Vec::new(), highlights: Vec::new() };
        (!series.points.is_empty()).then_some(series)
    };
    let last = drawn.epochs.len().saturating_sub(1);
    let end = (last > 0).then(|| series(labels[1], Style::Dashed, last)).flatten();
    series(labels[0], Style::Markers, 0).into_iter().chain(end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_legend_has_the_order_of_the_values() {
        let series = |label: &str, colour: usize, style: Style| Series {
            label: label.to_owned(),
            colour,
            style,
            points: vec![(1.0, 1.0)],
            band: Vec::new(),
            highlights: Vec::new(),
        };
        let axis = || AxisLabel { label: String::new(), scale: AxisScale::Linear };
        let mut panels = [Panel::empty(axis(), axis()), Panel::empty(axis(), axis())];
        panels[0].series = vec![series("relu", 0, Style::Markers), series("tanh", 1, Style::Markers)];
        panels[1].series = vec![series("relu", 0, Style::Markers), series("relu, at the end", 0, Style::Dashed)];
        legend_in_order(&mut panels);
        let labels: Vec<&str> = panels[0].series.iter().map(|series| series.label.as_str()).collect();
        assert_eq!(labels, ["relu", "relu, at the end", "tanh"]);
        assert!(panels[0].series[1].points.is_empty());
    }
}
