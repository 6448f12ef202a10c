//! The experiment file: one walk over the spanned tree against the registries' parameter tables.
//!
//! ```text
//! file ─ parse ─▶ tree ─ extends ─ overrides ─▶ sections ─ links, axes, defaults ─▶ members ─ multiply, exclude ─▶ Plan
//! ```
//!
//! Every mistake of a file is reported at once, under the line that has it. Nothing here reads data.

mod assemble;
mod axis;
mod checks;
mod diagnostics;
mod exclude;
mod extends;
mod fields;
mod foreign;
mod header;
mod link;
mod lints;
mod listing;
mod names;
mod overrides;
mod provenance;
mod range;
mod removal;
mod resolved;
mod schema;
mod sections;
mod source;
mod starter;
mod syntax;
mod tree;
mod value;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use diagnostics::Mistakes;
use tree::{Span, Table, Value};

pub use diagnostics::{Diagnostics, Mistake, Severity, Source};
pub use lints::{lints, lints_on_data};
pub use listing::listing;
pub use provenance::Provenance;
pub use schema::schema;
pub use starter::starter;

use crate::plan::{Component, Plan};
use crate::text::{reason, visible};

/// An experiment file, read.
#[derive(Debug)]
pub struct Loaded {
    pub plan: Plan,
    /// One line each.
    pub warnings: Vec<String>,
    /// The comment that opens the file, without its `#`.
    pub comment: String,
    pub provenance: Provenance,
    /// The file itself, and the bases that it extends.
    pub files: Vec<PathBuf>,
}

/// Reads an experiment file; `overrides` are arguments such as `train.epochs=10`.
///
/// # Errors
/// Every mistake of the file, its base and the arguments.
pub fn load(path: &Path, overrides: &[String]) -> Result<Loaded, Diagnostics> {
    let source::Opened { source: main, mistake, unreadable } = source::open(path, 0);
    if let Some(error) = unreadable {
        let mistake = Mistake::error(format!("{} cannot be opened: {}", main.label, reason(&error)));
        return Err(Diagnostics::new(vec![main], vec![mistake]).unopened());
    }
    match mistake {
        Some(mistake) => Err(Diagnostics::new(vec![main], vec![mistake])),
        None => from_source(path, main, overrides),
    }
}

/// Reads an experiment's text; `path` says where it would stand.
///
/// # Errors
/// As [`load`].
pub fn load_text(path: &Path, text: &str, overrides: &[String]) -> Result<Loaded, Diagnostics> {
    let label = path.display().to_string();
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    from_source(path, Source { label, folder, text: text.to_owned() }, overrides)
}

fn from_source(path: &Path, main: Source, overrides: &[String]) -> Result<Loaded, Diagnostics> {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let comment = source::opening_comment(&main.text);
    let mut mistakes = Mistakes::default();
    let root = source::parse(&main, 0, &mut mistakes);
    let mut sources = vec![main];
    let Value::Table(mut root) = root.value else { return Err(Diagnostics::new(sources, mistakes.into_list())) };
    let before = mistakes.found();
    let unopened = extends::apply(&mut root, &mut sources, &mut mistakes);
    // Without its base, everything that the base brings would seem to be missing.
    let baseless = mistakes.found() > before;
    overrides::apply(overrides, &mut root, &mut sources, &mut mistakes);
    let syntax = mistakes.kept();
    let plan = read(&root, &stem, &sources, &mut mistakes);
    let mut list = mistakes.into_list();
    let badly_read = list[..syntax].iter().any(|mistake| mistake.severity == Severity::Error);
    if badly_read {
        list = believable(list, syntax, baseless, &sources);
    }
    match plan {
        Some((plan, provenance)) if list.iter().all(|mistake| mistake.severity == Severity::Warning) => {
            list.sort_by_key(|mistake| mistake.marks.first().map(|mark| mark.0));
            let warnings = list.iter().map(|mistake| one_line(mistake, &sources)).collect();
            let read = sources.iter().filter(|source| source.label != overrides::LABEL);
            let files = read.map(|source| PathBuf::from(&source.label)).collect();
            Ok(Loaded { plan, warnings, comment, provenance, files })
        }
        _ => {
            let diagnostics = Diagnostics::new(sources, list);
            Err(if unopened { diagnostics.unopened() } else { diagnostics })
        }
    }
}

/// After errors of syntax (the first `syntax` mistakes) what stands on the same lines was not read as it was meant, and
/// what seems to be missing may be there.
fn believable(list: Vec<Mistake>, syntax: usize, baseless: bool, sources: &[Source]) -> Vec<Mistake> {
    let line = |mistake: &Mistake| mistake.marks.first().and_then(|(span, _)| place_of(*span, sources));
    // Under a broken header, keys seem to belong to the table before.
    let header = |mistake: &Mistake| {
        let (span, _) = mistake.marks.first()?;
        let text = &sources.get(span.source)?.text;
        Some((span.source, syntax::header_before(text, span.start.min(text.len()))))
    };
    let spoilt: Vec<Span> = list[..syntax].iter().filter_map(|mistake| mistake.spoilt).collect();
    let inside = |mistake: &Mistake| {
        let span = mistake.marks.first().map(|(span, _)| *span);
        span.is_some_and(|at| {
            spoilt.iter().any(|range| range.source == at.source && range.start <= at.start && at.start <= range.end)
        })
    };
    let lines: Vec<_> = list[..syntax]
        .iter()
        .flat_map(|mistake| mistake.marks.iter().filter_map(|(span, _)| place_of(*span, sources)))
        .collect();
    let on_header = |mistake: &&Mistake| {
        let start = header(mistake).and_then(|(source, start)| Some(sources.get(source)?.position(start).0));
        start.is_some() && start == line(mistake).map(|(_, line)| line)
    };
    let broken: Vec<_> = list[..syntax].iter().filter(on_header).filter_map(header).collect();
    let mut kept = Vec::new();
    for (index, mistake) in list.into_iter().enumerate() {
        let derived = mistake.absence
            || baseless
            || inside(&mistake)
            || line(&mistake).is_some_and(|line| lines.contains(&line))
            || header(&mistake).is_some_and(|header| broken.contains(&header));
        if index < syntax || !derived {
            kept.push(mistake);
        }
    }
    kept
}

/// The source and the line of a span.
fn place_of(span: Span, sources: &[Source]) -> Option<(usize, usize)> {
    Some((span.source, sources.get(span.source)?.position(span.start).0))
}

fn one_line(mistake: &Mistake, sources: &[Source]) -> String {
    match mistake.marks.first() {
        Some((span, _)) => format!("{}: {}", place(*span, sources), visible(&mistake.message)),
        None => visible(&mistake.message).into_owned(),
    }
}

/// `experiments/x.toml:31`
fn place(span: Span, sources: &[Source]) -> String {
    match sources.get(span.source) {
        Some(source) => format!("{}:{}", source.label, source.position(span.start).0),
        None => String::new(),
    }
}

fn read(root: &Table, stem: &str, sources: &[Source], mistakes: &mut Mistakes) -> Option<(Plan, Provenance)> {
    let header = header::read(root, stem, mistakes);
    let mut all = sections::named(Component::Dataset, root, mistakes);
    all.extend(sections::named(Component::Model, root, mistakes));
    all.extend(sections::named(Component::Optimizer, root, mistakes));
    let mut train = sections::train(root, mistakes);
    let links = link::read(root, &all, mistakes);
    sections::share_batch_size(&mut train, &mut all, &links, mistakes);
    all.push(train);
    let rules = exclude::read(root, &all, mistakes);
    let members = assemble::Members::read(all, &links, mistakes)?;
    checks::members(&members, mistakes);
    let start = Span { source: 0, start: 0, end: 0 };
    members.check_count(start, mistakes)?;
    let fours = members.combinations();
    let mut combinations: Vec<_> = fours.iter().map(|four| assemble::combination(four, sources)).collect();
    let ruled = !mistakes.has_errors();
    let mut counts = Vec::new();
    if ruled {
        assemble::check_size(&combinations, start, mistakes);
        if !mistakes.has_errors() {
            counts = removal::apply(&rules, &mut combinations, sources, mistakes);
        }
    }
    checks::combinations(&fours, &combinations, ruled || rules.is_empty(), mistakes);
    if mistakes.has_errors() {
        return None;
    }
    let provenance = Provenance::new(root, &members, &links, sources);
    let resolved::Resolved { table: resolved, moved } = resolved::resolve(root, &header, &members, sources);
    let header::Header { name, title, seeds, score } = header;
    Some((Plan { name, title, seeds, score, combinations, rules: counts, resolved, moved }, provenance))
}
