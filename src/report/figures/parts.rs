//! Divides a figure with many panels into several figures, each with the words about what it shows.

use std::sync::Arc;

use crate::report::figure_data::{Figure, Legends, Panel};

pub const PANELS_A_FIGURE: usize = 3;

/// A panel with the notes about it alone.
#[derive(Debug, Clone, PartialEq)]
pub struct NotedPanel {
    pub panel: Panel,
    pub notes: Vec<String>,
}

/// Divides panels into figures of at most three, as evenly as it goes, all on the same axes. The first part has the plain name.
/// `words` gives the subtitle of some panels, and the notes about all of them; those about single panels come before.
pub fn in_parts(
    name: &str,
    title: &str,
    legends: Legends,
    panels: Vec<NotedPanel>,
    words: impl Fn(&[Panel]) -> (String, Vec<String>),
) -> Vec<Figure> {
    let axes_of: Arc<[Panel]> = panels.iter().map(|noted| noted.panel.clone()).collect();
    let parts = panels.len().div_ceil(PANELS_A_FIGURE);
    let size = panels.len().div_ceil(parts.max(1)).max(1);
    let figure = |(index, part): (usize, &[NotedPanel])| {
        let shown: Vec<Panel> = part.iter().map(|noted| noted.panel.clone()).collect();
        let (subtitle, general) = words(&shown);
        let of_panels = part.iter().flat_map(|noted| {
            let range = noted.panel.good.iter().map(|good| good.words.clone());
            range.chain(noted.notes.iter().cloned())
        });
        let number = index + 1;
        Figure {
            name: if index == 0 { name.to_owned() } else { format!("{name}-part{number}") },
            title: if parts > 1 { format!("{title} ({number} of {parts})") } else { title.to_owned() },
            subtitle,
            panels: shown,
            axes_of: Arc::clone(&axes_of),
            notes: of_panels.chain(general).collect(),
            legends,
        }
    };
    panels.chunks(size).enumerate().map(figure).collect()
}
