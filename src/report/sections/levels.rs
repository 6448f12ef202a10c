//! The section on the values of a key that is compared.

use super::figure_blocks::figure_blocks;
use super::{SectionContext, SectionKind};
use crate::report::page::Block;

pub const SECTION: SectionKind = SectionKind { id: "compared", heading: |_| "By the value that is compared", build };

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    context.figures.iter().flat_map(|task| figure_blocks(&task.levels)).collect()
}
