//! A figure in words, for those who cannot see it.

use crate::report::figure_data::{AxisScale, Figure};
use crate::report::figure_rows::MethodRow;
use crate::report::number::short;

/// Describes the figure: subtitle, axes, series, reference lines and notes.
pub fn description(figure: &Figure) -> String {
    let mut parts = vec![figure.subtitle.clone()];
    for panel in &figure.panels {
        let scale = |scale| if scale == AxisScale::Log { " (log scale)" } else { "" };
        let mut part = String::new();
        if !panel.title.is_empty() {
            part.push_str(&panel.title);
            part.push_str(": ");
        }
        if let Some(rows) = &panel.rows {
            let row = |row: &MethodRow| {
                let rate = row.chosen.map_or_else(String::new, |rate| format!(" at {}", short(rate, 4)));
                format!("{}{rate}: {}", row.name, row.level_words)
            };
            let rows: Vec<String> = rows.rows.iter().map(row).collect();
            parts.push(format!("{part}{}", rows.join(", ")));
            continue;
        }
        part.push_str(&format!(
            "{}{} over {}{}",
            panel.y.label,
            scale(panel.y.scale),
            panel.x.label,
            scale(panel.x.scale)
        ));
        let labels: Vec<&str> = panel.series.iter().map(|series| series.label.as_str()).collect();
        if !labels.is_empty() {
            part.push_str(&format!("; {}", labels.join(", ")));
        }
        let references: Vec<&str> = (panel.verticals.iter().map(|vertical| vertical.label.as_str()))
            .chain(panel.horizontals.iter().map(|horizontal| horizontal.label.as_str()))
            .chain(panel.good.iter().map(|good| good.label.as_str()))
            .collect();
        if !references.is_empty() {
            part.push_str(&format!("; reference lines: {}", references.join(", ")));
        }
        parts.push(part);
    }
    parts.extend(figure.notes.iter().cloned());
    parts.retain(|part| !part.is_empty());
    parts.join(". ")
}
