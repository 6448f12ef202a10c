//! The places of all parts of a figure: strips from top to bottom, panels in rows and columns.

use super::canvas::Frame;
use super::legend::Legend;
use super::prepared::Prepared;
use super::{end_labels, margin, matrix, method_rows, style, text, x_names};
use crate::report::figure_data::{Figure, Legends, Panel};

/// The white edge around the figure.
pub const EDGE: f64 = 18.0;
const TITLE_STRIP: f64 = 27.0;
pub const SUBTITLE_STRIP: f64 = 19.0;
const PANEL_TITLE_STRIP: f64 = 24.0;
const AXIS_STRIP: f64 = 26.0;
const DESCRIPTION_STRIP: f64 = 20.0;
/// The distance between panels, and above the legend.
const GAP: f64 = 16.0;
pub const NOTE_ROW: f64 = 16.0;
/// Room for half of the last label on an x axis.
const RIGHT: f64 = 16.0;

/// A figure's measures in pixels.
pub struct FigureLayout<'a> {
    pub width: u32,
    pub height: u32,
    /// The base lines of title and subtitle.
    pub title: f64,
    pub subtitle: f64,
    /// The lines of the subtitle.
    pub subtitles: Vec<String>,
    pub cells: Vec<PanelCell>,
    /// The legends, each with its upper left corner.
    pub legends: Vec<(Legend<'a>, (f64, f64))>,
    pub notes: Vec<String>,
    /// The base line of the first note.
    pub notes_at: f64,
}

/// The place of a panel.
#[derive(Debug, Clone, Copy)]
pub struct PanelCell {
    pub left: f64,
    pub frame: Frame,
    /// The base lines of its title and of the description of its x axis.
    pub title: f64,
    pub description: f64,
}

/// The number of columns, and the size of a panel with its axes. A page has room for one or two wide columns, or three
/// narrow ones.
const fn grid(panels: usize) -> (usize, f64, f64) {
    match panels {
        0 | 1 => (1, 640.0, 400.0),
        3 => (3, 430.0, 350.0),
        _ => (2, 520.0, 360.0),
    }
}

/// Panels whose labels stand right of them, alone and beside others.
const LABELLED_ENDS: [(usize, f64, f64); 2] = [(1, 700.0, 470.0), (2, 580.0, 450.0)];

/// A panel alone whose lines carry their labels needs room for these.
const LABELLED_LINES: (usize, f64, f64) = (1, 900.0, 500.0);

impl<'a> FigureLayout<'a> {
    #[must_use]
    pub fn of(figure: &'a Figure, prepared: &[Prepared<'a>]) -> Self {
        let (columns, panel_width, panel_height) = match figure.legends {
            Legends::OnLines if prepared.len() == 1 => LABELLED_LINES,
            Legends::AtEnds => LABELLED_ENDS[usize::from(prepared.len() > 1)],
            _ => match prepared {
                [Prepared { panel: Panel { rows: Some(rows), .. }, .. }] => {
                    let strips = AXIS_STRIP + DESCRIPTION_STRIP + method_rows::strip_below(rows);
                    (1, method_rows::WIDTH, method_rows::height(rows) + strips)
                }
                _ => grid(prepared.len()),
            },
        };
        let width = 2.0f64.mul_add(EDGE, columns as f64 * panel_width) + (columns - 1) as f64 * GAP;
        let mut y = EDGE - 4.0;
        let mut strip = |present: bool, height: f64| {
            y += if present { height } else { 0.0 };
            y
        };
        let title = strip(!figure.title.is_empty(), TITLE_STRIP) - 7.0;
        let room = 2.0f64.mul_add(-EDGE, width);
        let subtitles = text::wrap(&figure.subtitle, style::SUBTITLE, room, 4);
        let subtitle = strip(!subtitles.is_empty(), SUBTITLE_STRIP) - 5.0;
        strip(subtitles.len() > 1, SUBTITLE_STRIP * subtitles.len().saturating_sub(1) as f64);
        y += 9.0;
        let mut cells = Vec::with_capacity(prepared.len());
        let mut legends: Vec<(Legend<'a>, (f64, f64))> = Vec::new();
        let marks = prepared.iter().map(|prepared| margin::height(prepared.panel)).fold(0.0, larger);
        for (index, row) in prepared.chunks(columns).enumerate() {
            let titled = row.iter().any(|prepared| !prepared.panel.title.is_empty());
            let described = row.iter().any(|prepared| !prepared.panel.x.label.is_empty());
            let title = y + PANEL_TITLE_STRIP - 9.0;
            let top = y + if titled { PANEL_TITLE_STRIP } else { 0.0 } + marks;
            let names = row.iter().map(|prepared| names_strip(prepared, panel_width)).fold(0.0, larger);
            let bottom = top + panel_height - AXIS_STRIP - DESCRIPTION_STRIP - names;
            for (column, prepared) in row.iter().enumerate() {
                let left = (column as f64).mul_add(panel_width + GAP, EDGE);
                let frame = Frame {
                    left: left + left_strip(prepared, bottom - top),
                    top,
                    right: left + panel_width - right_strip(prepared),
                    bottom,
                };
                cells.push(PanelCell { left, frame, title, description: bottom + names + AXIS_STRIP + 12.0 });
            }
            y = bottom + names + AXIS_STRIP + if described { DESCRIPTION_STRIP } else { 0.0 } + GAP;
            if figure.legends == Legends::OnePerPanel {
                let mut height = 0.0;
                for (offset, cell) in cells[index * columns..].iter().enumerate() {
                    let panel = std::slice::from_ref(&figure.panels[index * columns + offset]);
                    let legend = Legend::of(panel, cell.frame.right - cell.frame.left + RIGHT);
                    height = larger(height, legend.height());
                    legends.push((legend, (cell.frame.left, y - 6.0)));
                }
                y += height + if (index + 1) * columns < prepared.len() { GAP } else { 0.0 };
            }
        }
        if figure.legends == Legends::Shared {
            // The legend stands under the first frame, unless it would need fewer rows over the figure's whole width.
            let inset = cells.first().map_or(EDGE, |cell| cell.frame.left);
            let (narrow, wide) = (Legend::of(&figure.panels, width - EDGE - inset), Legend::of(&figure.panels, room));
            let (legend, legend_left) = if narrow.height() <= wide.height() { (narrow, inset) } else { (wide, EDGE) };
            let height = legend.height();
            legends.push((legend, (legend_left, y - 6.0)));
            y += height;
        }
        let notes: Vec<String> =
            notes(figure, prepared).iter().flat_map(|note| text::wrap(note, style::NOTE, room, 4)).collect();
        let notes_at = y + 12.0;
        y += notes.len() as f64 * NOTE_ROW;
        let height = y + EDGE - 6.0;
        Self {
            width: width.round() as u32,
            height: height.round() as u32,
            title,
            subtitle,
            subtitles,
            cells,
            legends,
            notes,
            notes_at,
        }
    }
}

/// The notes of the figure and of its panels. With several panels, each of their notes starts with the panel's title.
fn notes(figure: &Figure, prepared: &[Prepared<'_>]) -> Vec<String> {
    let own = prepared.iter().flat_map(|prepared| {
        prepared.notes.iter().map(move |note| match prepared.panel.title.as_str() {
            title if title.is_empty() || figure.panels.len() < 2 => note.clone(),
            title => format!("{title}: {note}"),
        })
    });
    let mut all: Vec<String> = Vec::new();
    for note in figure.notes.iter().cloned().chain(own) {
        if !all.contains(&note) {
            all.push(note);
        }
    }
    all
}

/// The room right of a panel.
fn right_strip(prepared: &Prepared<'_>) -> f64 {
    match prepared.legends {
        Legends::AtEnds => end_labels::width(prepared) + 4.0,
        _ => RIGHT,
    }
}

/// The width of the y axis' labels and its description.
fn left_strip(prepared: &Prepared<'_>, height: f64) -> f64 {
    if let Some(shown) = &prepared.panel.matrix {
        let names = shown.names.iter().map(|name| text::width(name, style::TICK)).fold(26.0, larger);
        return DESCRIPTION_STRIP + names.min(matrix::NAMES).ceil() + 8.0;
    }
    if let Some(rows) = &prepared.panel.rows {
        return method_rows::names_width(rows);
    }
    let labels = (prepared.y.vertical_ticks(height))
        .iter()
        .filter(|_| prepared.has_values)
        .filter_map(|tick| tick.label.as_deref())
        .map(|label| text::width(label, style::TICK))
        .fold(26.0, larger);
    let labels = if prepared.panel.margin_marks.is_empty() { labels } else { larger(labels, 42.0) };
    let description = if prepared.panel.y.label.is_empty() { 0.0 } else { DESCRIPTION_STRIP };
    description + labels.ceil() + 8.0
}

/// The room below a matrix for names that run upwards.
fn names_strip(prepared: &Prepared<'_>, panel_width: f64) -> f64 {
    if let Some(rows) = &prepared.panel.rows {
        return method_rows::strip_below(rows);
    }
    // The width of the frame's left strip depends on its height only by the number of labels.
    let width = || panel_width - RIGHT - left_strip(prepared, 300.0);
    match &prepared.panel.matrix {
        Some(matrix) => matrix::strip(matrix, panel_width - RIGHT - left_strip(prepared, 0.0)),
        None => x_names::strip(prepared, width()),
    }
}

fn larger(left: f64, right: f64) -> f64 {
    if left > right { left } else { right }
}
