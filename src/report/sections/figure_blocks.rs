//! Figures as blocks of a page.

use crate::report::figure_data::Figure;
use crate::report::page::Block;

/// References to figures, each with a caption for readers who cannot see the picture.
pub fn figure_blocks(figures: &[Figure]) -> impl Iterator<Item = Block> {
    figures.iter().map(|figure| {
        let notes = figure.notes.iter().map(|note| format!(" {note}")).collect::<String>();
        Block::Figure { name: figure.name.clone(), caption: format!("{}; {}.{notes}", figure.title, figure.subtitle) }
    })
}
