//! The section on data: the data sets, and the notes from loading and planning.

use super::{SectionContext, SectionKind};
use crate::record::Study;
use crate::report::page::Block;
use crate::report::page_limits::{MOST_NOTES, MOST_TASKS, items};
use crate::report::plot::is_outlined;

pub const SECTION: SectionKind = SectionKind { id: "data", heading: |_| "Data", build };

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let study = context.analysis.study;
    let mut rows = Vec::new();
    let mut notes: Vec<String> = study.notes.clone();
    for (name, dataset) in &study.datasets {
        let facts = &dataset.facts;
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
        notes.extend(facts.notes.iter().map(|note| format!("{name}: {note}")));
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
    let caption = match rows.len() {
        all if all > MOST_TASKS => format!("The first {MOST_TASKS} of {all} data sets; plan.toml has all."),
        _ => String::new(),
    };
    rows.truncate(MOST_TASKS);
    let mut blocks: Vec<Block> = Block::table(caption, &columns, rows).into_iter().collect();
    notes.extend(scripts(study));
    let notes = items(notes, MOST_NOTES, |more| format!("And {more} more notes of this kind."));
    if !notes.is_empty() {
        blocks.push(Block::List { items: notes });
    }
    blocks
}

/// What is said of names and titles that the embedded font cannot draw.
fn scripts(study: &Study) -> Option<String> {
    let names = study.datasets.keys().chain(study.combinations.iter().flat_map(|one| [&one.model, &one.optimizer]));
    let all = names.chain([&study.name, &study.title]).all(|name| is_outlined(name));
    let note = "Names are in a script that the embedded font (Latin, Greek, Cyrillic) lacks: in SVG figures and on this page the reader's \
                fonts draw them, and in PNG figures a box stands for each character.";
    (!all).then(|| note.to_owned())
}
