//! The sections of a report, in the order of a reader's questions. A new section is a file here and a line in the
//! table.

mod classes;
mod context;
mod convergence;
mod data;
mod effort;
mod figure_blocks;
mod learning_rate;
mod matrix;
mod reading;
mod reproduce;
mod schedules;
mod scores;
mod theory;
mod trials;
mod verdict;

use super::page::{Block, PageSection};
use crate::metric::MetricKind;
pub use context::SectionContext;

/// One row of the registry of sections.
pub struct SectionKind {
    /// The anchor.
    pub id: &'static str,
    /// The heading, given the metric that ranks.
    pub heading: fn(&MetricKind) -> &'static str,
    /// Returns the blocks. A section without blocks is left out.
    pub build: fn(&SectionContext<'_>) -> Vec<Block>,
}

pub static SECTIONS: &[SectionKind] = &[
    verdict::SECTION,
    matrix::SECTION,
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
            sections.push(PageSection { id: kind.id, heading: (kind.heading)(context.analysis.study.metric), blocks });
        }
    }
    sections
}
