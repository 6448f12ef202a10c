//! Divides a figure with many panels into several figures.

use crate::report::figure_data::Figure;

pub const PANELS_A_FIGURE: usize = 3;

/// Divides a figure into parts of at most three panels. The first part has the plain name, and the last part has the
/// notes.
pub fn in_parts(figure: Figure) -> Vec<Figure> {
    let count = figure.panels.len();
    let mut figures = Vec::new();
    let mut rest = figure.panels.iter().cloned().peekable();
    while rest.peek().is_some() {
        let part = figures.len() + 1;
        let is_last = count <= part * PANELS_A_FIGURE;
        figures.push(Figure {
            name: if part == 1 { figure.name.clone() } else { format!("{}-part{part}", figure.name) },
            panels: rest.by_ref().take(PANELS_A_FIGURE).collect(),
            notes: if is_last { figure.notes.clone() } else { Vec::new() },
            ..figure.clone()
        });
    }
    figures
}
