//! How the loss falls, optimizers side by side.

use super::{SectionKind, figures};
use crate::report::section::{Block, Context};

pub const SECTION: SectionKind = SectionKind { id: "convergence", heading: "Convergence", build };

fn build(context: &Context<'_>) -> Vec<Block> {
    context.figures.iter().flat_map(|task| figures(&task.convergence)).collect()
}
