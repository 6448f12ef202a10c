//! The networks of a plan: each layer with its shape, its parameters and its multiply-adds.

use std::collections::HashSet;

use crate::model::LayerFacts;
use crate::plan::{self, BoundPlan};
use crate::report::{count, plural};
use crate::text::visible;

/// The most forms of networks that are listed, and the most layers of one that are shown.
const MOST_FORMS: usize = 12;
const MOST_LAYERS: usize = 40;

/// The lines of all networks; none if the plan has no network.
pub fn lines(bound: &BoundPlan<'_>) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut forms = Vec::new();
    for setting in (0..bound.settings()).map(|index| bound.planned_setting(index)) {
        let shape = &bound.shapes[setting.shape];
        if !shape.is_network || !seen.insert((shape.combination, &shape.shared)) {
            continue;
        }
        let own = bound.setting(&setting);
        let Some((layers, features)) = plan::layers(bound, &own) else { continue };
        let words = (own.dataset.table, own.model.table);
        if !forms.iter().any(|(known, kept, _)| (known, kept) == (&words, &layers)) {
            forms.push((words, layers, features));
        }
    }
    let mut shapes: Vec<(String, usize)> = Vec::new();
    let total = |layers: &[LayerFacts]| layers.iter().map(|layer| layer.parameters).sum::<usize>();
    for ((dataset, model), layers, features) in &forms {
        let multiply_adds: u64 = layers.iter().map(|layer| layer.multiply_adds).sum();
        let line = format!(
            "{} on {}: {} → {}, {} parameters, {} multiply-adds a row",
            visible(model),
            visible(dataset),
            plural(*features, "feature"),
            plural(layers.last().map_or(0, LayerFacts::size), "output"),
            count(total(layers) as u64),
            count(multiply_adds)
        );
        match shapes.iter_mut().find(|(known, _)| *known == line) {
            Some((_, count)) => *count += 1,
            None => shapes.push((line, 1)),
        }
    }
    let mut lines: Vec<String> = shapes.iter().take(MOST_FORMS).map(written).collect();
    if shapes.len() > MOST_FORMS {
        let more = shapes[MOST_FORMS..].iter().map(|(_, count)| count).sum();
        lines.push(format!("and {} more", plural(more, "network")));
    }
    // The table of the largest one.
    let largest = forms.iter().max_by_key(|(_, layers, _)| total(layers));
    let Some(((_, model), layers, _)) = largest else { return lines };
    if forms.len() > 1 {
        lines.push(format!("the largest, {}:", visible(model)));
    }
    lines.extend(table(layers));
    lines
}

/// The line of networks that differ in nothing that it says, such as their activations.
fn written((line, count): &(String, usize)) -> String {
    match count {
        1 => line.clone(),
        _ => format!("{line}; {count} networks of these shapes"),
    }
}

/// The layers of a network, one a line.
fn table(layers: &[LayerFacts]) -> Vec<String> {
    let row = |name: &str, shape: &str, parameters: &str, multiply_adds: &str| {
        format!("  {name:<16} {shape:<14} {parameters:>12} {multiply_adds:>14}").trim_end().to_owned()
    };
    let number = |value: u64| if value == 0 { "–".to_owned() } else { count(value) };
    let of_layer = |layer: &LayerFacts| {
        let shape = format!("{:?}", layer.shape);
        row(&layer.name, &shape, &number(layer.parameters as u64), &number(layer.multiply_adds))
    };
    let mut lines = vec![row("layer", "output", "parameters", "multiply-adds")];
    if layers.len() <= MOST_LAYERS {
        lines.extend(layers.iter().map(of_layer));
        return lines;
    }
    let (first, last) = (&layers[..MOST_LAYERS / 2], &layers[layers.len() - MOST_LAYERS / 2..]);
    lines.extend(first.iter().map(of_layer));
    lines.push(format!("  … {} more", plural(layers.len() - MOST_LAYERS, "layer")));
    lines.extend(last.iter().map(of_layer));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_network_is_shown_at_both_ends() {
        let layer = |index: usize| LayerFacts {
            name: format!("dense_{index}"),
            shape: vec![64],
            parameters: 4160,
            multiply_adds: 4096,
            spans_batch: false,
            identity: String::new(),
        };
        let layers: Vec<LayerFacts> = (1..=100).map(layer).collect();
        let lines = table(&layers);
        assert_eq!(lines.len(), MOST_LAYERS + 2);
        assert_eq!(lines[1], "  dense_1          [64]                   4160           4096");
        assert_eq!(lines[21], "  … 60 layers more");
        assert_eq!(table(&layers[..3]).len(), 4);
    }
}
