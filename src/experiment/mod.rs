//! The experiment file: one walk over the spanned tree against the registries' parameter tables.
//!
//! ```text
//! file ─ parse ─▶ tree ─ extends ─ overrides ─▶ sections ─ links, axes, defaults ─▶ members ─ multiply, exclude ─▶ Plan
//! ```
//!
//! Every problem of a file is reported at once, under the line that has it. Nothing here reads data.

mod assemble;
mod axis;
mod diagnostics;
mod fields;
mod header;
mod link;
mod names;
mod range;
mod sections;
mod source;
mod tree;
mod value;

use std::path::Path;

use diagnostics::Problems;
use tree::{Span, Table, Value};

pub use diagnostics::{Diagnostics, Problem, Severity, Source};

use crate::plan::{Place, Plan};

/// An experiment file, read.
#[derive(Debug)]
pub struct Loaded {
    pub plan: Plan,
    /// One line each.
    pub warnings: Vec<String>,
    /// The comment that opens the file, without its `#`.
    pub comment: String,
}

/// Reads an experiment file; `overrides` are arguments such as `train.epochs=10`.
///
/// # Errors
/// Every problem of the file, its base and the arguments.
pub fn load(path: &Path, overrides: &[String]) -> Result<Loaded, Diagnostics> {
    let _ = overrides;
    let main = source::open(path)?;
    let comment = source::opening_comment(&main.text);
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut problems = Problems::default();
    let root = source::parse(&main, 0, &mut problems);
    let sources = vec![main];
    let Value::Table(root) = root.value else { return Err(Diagnostics::new(sources, problems.into_list())) };
    let plan = read(&root, &stem, &sources, &mut problems);
    let list = problems.into_list();
    match plan {
        Some(plan) if !list.iter().any(|problem| problem.severity == Severity::Error) => {
            let warnings = list.iter().map(|problem| one_line(problem, &sources)).collect();
            Ok(Loaded { plan, warnings, comment })
        }
        _ => Err(Diagnostics::new(sources, list)),
    }
}

fn one_line(problem: &Problem, sources: &[Source]) -> String {
    match problem.marks.first() {
        Some((span, _)) => format!("{}: {}", place(*span, sources), problem.message),
        None => problem.message.clone(),
    }
}

/// `experiments/x.toml:31`
fn place(span: Span, sources: &[Source]) -> String {
    match sources.get(span.source) {
        Some(source) => format!("{}:{}", source.label, source.position(span.start).0),
        None => String::new(),
    }
}

fn read(root: &Table, stem: &str, sources: &[Source], problems: &mut Problems) -> Option<Plan> {
    let header = header::read(root, stem, problems);
    let mut datasets = sections::named(Place::Dataset, root, problems);
    datasets.extend(sections::named(Place::Model, root, problems));
    datasets.extend(sections::named(Place::Optimizer, root, problems));
    let mut all = datasets;
    let mut train = sections::train(root, problems);
    let links = link::read(root, &all, problems);
    let linked: Vec<_> = links
        .iter()
        .flat_map(|link| link.keys.keys().map(|key| (link.place, link.table.clone(), key.clone())))
        .collect();
    sections::share_batch_size(&mut train, &mut all, &linked, problems);
    let mut members = assemble::Members {
        datasets: Vec::new(),
        models: Vec::new(),
        optimizers: Vec::new(),
        train: assemble::Member::read(train, &links, problems),
    };
    for section in all {
        let member = assemble::Member::read(section, &links, problems);
        match member.section.place {
            Place::Dataset => members.datasets.push(member),
            Place::Model => members.models.push(member),
            _ => members.optimizers.push(member),
        }
    }
    let blocks: Vec<_> = members.blocks().iter().map(|four| assemble::block(four, sources)).collect();
    assemble::check_size(&blocks, Span { source: 0, start: 0, end: 0 }, problems);
    if problems.has_errors() {
        return None;
    }
    Some(Plan {
        name: header.name,
        title: header.title,
        seeds: header.seeds,
        score: header.score,
        blocks,
        rules: Vec::new(),
        resolved: tree::table_to_toml(root),
    })
}
