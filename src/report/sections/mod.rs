//! The sections of a report, in the order of a reader's questions. A new section is a file here and a line in the
//! table.

mod best_rates;
mod classes;
mod context;
mod convergence;
mod data;
mod effort;
mod figure_blocks;
mod gradients;
mod learning_rate;
mod levels;
mod matrix;
mod models;
mod reading;
mod reproduce;
mod schedules;
mod scores;
mod theory;
mod trials;
mod verdict;

use super::page::{Block, PageSection};
use crate::record::Study;
pub use context::SectionContext;

/// One row of the registry of sections.
pub struct SectionKind {
    /// The anchor.
    pub id: &'static str,
    pub heading: fn(&Study) -> &'static str,
    /// Returns the blocks. A section without blocks is left out.
    pub build: fn(&SectionContext<'_>) -> Vec<Block>,
}

pub static SECTIONS: &[SectionKind] = &[
    verdict::SECTION,
    models::SECTION,
    gradients::SECTION,
    matrix::SECTION,
    levels::SECTION,
    scores::SECTION,
    effort::SECTION,
    classes::SECTION,
    convergence::SECTION,
    learning_rate::SECTION,
    schedules::SECTION,
    theory::SECTION,
    reproduce::SECTION,
    trials::SECTION,
    data::SECTION,
    reading::SECTION,
];

/// All sections that have blocks.
#[must_use]
pub fn sections(context: &SectionContext<'_>) -> Vec<PageSection> {
    let mut sections = Vec::new();
    for kind in SECTIONS {
        let blocks = (kind.build)(context);
        if !blocks.is_empty() {
            let study = context.analysis.study;
            let heading = compared_heading(kind.id).filter(|_| !study.compare.is_empty());
            let heading = heading.unwrap_or_else(|| (kind.heading)(study));
            sections.push(PageSection { id: kind.id, heading, blocks });
        }
    }
    sections
}

/// The heading of a section that speaks of optimizers, where values of some keys compete.
fn compared_heading(id: &str) -> Option<&'static str> {
    match id {
        "verdict" => Some("Which value and learning rate to use"),
        "matrix" => Some("Tasks and contenders"),
        "tuning-effort" => Some("Which value, at what tuning effort"),
        _ => None,
    }
}
