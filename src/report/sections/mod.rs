//! The sections of a report in the order of a person's questions. A new one is a file here and a line in the table.

mod convergence;
mod data;
mod learning_rate;
mod mse;
mod reading;
mod theory;
mod trials;
mod verdict;

use super::section::{Block, Context, Section};

/// One row of the registry of sections.
pub struct SectionKind {
    /// The anchor.
    pub id: &'static str,
    pub heading: &'static str,
    /// Nothing to say: an empty list, and the section is left out.
    pub build: fn(&Context<'_>) -> Vec<Block>,
}

pub static SECTIONS: &[SectionKind] = &[
    verdict::SECTION,
    mse::SECTION,
    convergence::SECTION,
    learning_rate::SECTION,
    theory::SECTION,
    trials::SECTION,
    data::SECTION,
    reading::SECTION,
];

/// Every section that has something to say.
#[must_use]
pub fn sections(context: &Context<'_>) -> Vec<Section> {
    let mut sections = Vec::new();
    for kind in SECTIONS {
        let blocks = (kind.build)(context);
        if !blocks.is_empty() {
            sections.push(Section { id: kind.id, heading: kind.heading, blocks });
        }
    }
    sections
}

/// References to figures, each with the same text for those who see it and for those who do not.
fn figures(figures: &[super::figure::Figure]) -> impl Iterator<Item = Block> {
    figures.iter().map(|figure| {
        let notes = figure.notes.iter().map(|note| format!(" {note}")).collect::<String>();
        Block::Figure { name: figure.name.clone(), caption: format!("{}; {}.{notes}", figure.title, figure.subtitle) }
    })
}
