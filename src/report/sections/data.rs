//! The data sets, and what loading and planning had to say.

use super::SectionKind;
use crate::report::section::{Block, Context};

pub const SECTION: SectionKind = SectionKind { id: "data", heading: "Data", build };

fn build(context: &Context<'_>) -> Vec<Block> {
    let study = context.analysis.study;
    let mut rows = Vec::new();
    let mut items: Vec<String> = study.notes.clone();
    for (name, facts) in &study.datasets {
        let fingerprint: String = facts.fingerprint.chars().take(12).collect();
        rows.push(vec![
            name.clone(),
            facts.target_name.clone(),
            facts.n_samples.to_string(),
            facts.n_features.to_string(),
            facts.n_train.to_string(),
            facts.n_validation.to_string(),
            facts.n_test.to_string(),
            fingerprint,
        ]);
        items.extend(facts.notes.iter().map(|note| format!("{name}: {note}")));
    }
    let columns = [
        ("data set", false),
        ("target", false),
        ("rows", true),
        ("features", true),
        ("train", true),
        ("validation", true),
        ("test", true),
        ("fingerprint", false),
    ];
    let mut blocks: Vec<Block> = Block::table("", &columns, rows).into_iter().collect();
    if !items.is_empty() {
        blocks.push(Block::List { items });
    }
    blocks
}
