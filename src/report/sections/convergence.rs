//! The section on convergence: optimizers side by side, and each optimizer by learning rate.

use super::figure_blocks::figure_blocks;
use super::{SectionContext, SectionKind};
use crate::report::figures::{TaskFigures, left_out, without_curves};
use crate::report::page::Block;

pub const SECTION: SectionKind = SectionKind { id: "convergence", heading: |_| "Convergence", build };

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let both = |task: &'_ _| -> Vec<Block> {
        let TaskFigures { convergence, convergence_by_rate, no_convergence, .. } = task;
        let said = no_convergence.iter().map(|text| Block::paragraph(text.as_str()));
        figure_blocks(convergence).chain(figure_blocks(convergence_by_rate)).chain(said).collect()
    };
    let said = left_out(context.analysis).map(Block::paragraph);
    let without = without_curves(context.analysis).map(Block::paragraph);
    said.into_iter().chain(without).chain(context.figures.iter().flat_map(both)).collect()
}
