//! The section on data: the data sets, and the notes from loading and planning.

use super::{SectionContext, SectionKind};
use crate::record::{DataDescription, DataFacts, Study};
use crate::report::data_columns::{Role, data_columns};
use crate::report::data_words::{counted, histogram, kind, left_out, mean, of_classes, range, rows as rows_of};
use crate::report::number::count;
use crate::report::page::Block;
use crate::report::page_limits::{MOST_NOTES, MOST_TASKS, items, rows_a_table};
use crate::report::plot::is_outlined;

pub const SECTION: SectionKind = SectionKind { id: "data", heading: |_| "Data", build };

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let study = context.analysis.study;
    let mut rows = Vec::new();
    let mut notes: Vec<String> = study.notes.clone();
    for (name, dataset) in &study.datasets {
        let facts = &dataset.facts;
        let described = facts.description.as_ref();
        let fingerprint: String = facts.fingerprint.chars().take(12).collect();
        rows.push(vec![
            name.clone(),
            facts.target_names().join(", "),
            match &facts.classes {
                Some(classes) => of_classes(classes),
                None => described.map_or_else(String::new, ranges),
            },
            match &facts.classes {
                Some(classes) => counted(classes),
                None => described.map_or_else(String::new, |described| histogram(&described.histogram)),
            },
            rows_of(facts),
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
        ("values", false),
        ("distribution", false),
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
    // The columns of generated data say little; tables/data.csv has them.
    let of_files = study.datasets.iter().filter(|(_, dataset)| !dataset.facts.reading.columns.is_empty());
    let of_files: Vec<(&String, &DataFacts)> = of_files.map(|(name, dataset)| (name, &dataset.facts)).collect();
    let most = rows_a_table(of_files.len());
    for (name, facts) in of_files.into_iter().take(MOST_TASKS) {
        blocks.extend(columns_of(name, facts, most));
    }
    notes.extend(scripts(study));
    let notes = items(notes, MOST_NOTES, |more| format!("And {more} more notes of this kind."));
    if !notes.is_empty() {
        blocks.push(Block::List { items: notes });
    }
    blocks
}

/// The range of each target.
fn ranges(described: &DataDescription) -> String {
    let targets = std::iter::once(&described.target).chain(&described.other_targets);
    targets.map(range).collect::<Vec<_>>().join("; ")
}

/// A table of the columns that are used, and the others in its caption.
fn columns_of(name: &str, facts: &DataFacts, most: usize) -> Option<Block> {
    let all = data_columns(facts);
    let used: Vec<_> = all.iter().filter(|column| !matches!(column.role, Role::LeftOut(_))).collect();
    let mut caption = format!("{name}: columns as they were read");
    caption.push_str(&left_out(&all).map_or_else(|| ".".to_owned(), |left_out| format!("; {left_out}.")));
    if used.len() > most {
        caption.push_str(&format!(" Of {} columns the first {most} are shown; tables/data.csv has all.", used.len()));
    }
    let rows = used.iter().take(most).map(|column| {
        vec![
            column.name.to_owned(),
            column.role.word().to_owned(),
            kind(column),
            column.missing.map_or_else(String::new, count),
            column.numbers.map_or_else(String::new, range),
            column.numbers.map_or_else(String::new, mean),
            column
                .numbers
                .and_then(|numbers| numbers.correlation)
                .map_or_else(String::new, |correlation| format!("{correlation:.3}").replace('-', "−")),
        ]
    });
    let columns = [
        ("column", false),
        ("role", false),
        ("type", false),
        ("missing", true),
        ("values", false),
        ("mean", true),
        ("correlation with the target", true),
    ];
    Block::table(caption, &columns, rows.collect())
}

/// What is said of names and titles that the embedded font cannot draw.
fn scripts(study: &Study) -> Option<String> {
    let names = study.datasets.keys().chain(study.combinations.iter().flat_map(|one| [&one.model, &one.optimizer]));
    let all = names.chain([&study.name, &study.title]).all(|name| is_outlined(name));
    let note = "Names are in a script that the embedded font (Latin, Greek, Cyrillic) lacks: in SVG figures and on this page the reader's \
                fonts draw them, and in PNG figures a box stands for each character.";
    (!all).then(|| note.to_owned())
}
