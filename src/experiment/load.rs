//! Loads an experiment from a file or a text: the result is a plan, or all mistakes.

use std::path::{Path, PathBuf};

use super::assemble::{self, ExpandedTables};
use super::curly_quotes::straightened;
use super::diagnostics::Diagnostics;
use super::given_starts::RecordedStarts;
use super::mistake::{Mistake, Mistakes, Severity};
use super::provenance::Provenance;
use super::source_text::{SourceText, Span, location};
use super::tree::{NodeTable, NodeValue};
use super::{
    batch_size, checks, compare, declared, exclude, extends, given_starts, header, link, losses, open, overrides,
    parse, removal, resolved, scores, suppression,
};
use crate::plan::{Component, Plan};
use crate::text::{reason, visible};

/// An experiment file that was read without errors.
#[derive(Debug)]
pub struct Loaded {
    pub plan: Plan,
    /// One line each.
    pub warnings: Vec<String>,
    /// The comment that opens the file, without its `#`.
    pub comment: String,
    pub provenance: Provenance,
    /// The experiment file, and the file that it extends.
    pub files: Vec<PathBuf>,
}

/// Reads an experiment file; `overrides` are arguments such as `train.epochs=10`.
///
/// # Errors
/// All mistakes of the file, its base and the arguments.
pub fn load(path: &Path, overrides: &[String]) -> Result<Loaded, Diagnostics> {
    load_trained(path, overrides, &|_| None)
}

/// The same for what was trained: `written_plan` is given the experiment's name, and finds the plan that was written beside its results.
/// Files that its models started from may be gone or other ones since.
///
/// # Errors
/// The same as for [`load`].
pub fn load_trained(
    path: &Path,
    overrides: &[String],
    written_plan: &dyn Fn(&str) -> Option<String>,
) -> Result<Loaded, Diagnostics> {
    let open::OpenedFile { source: main, mistake, unreadable } = open::open(path, 0);
    if let Some(error) = unreadable {
        let mut mistake = Mistake::error(format!("{} cannot be opened: {}", main.label, reason(&error)));
        if let Some(straight) = path.to_str().and_then(straightened) {
            let name = straight.trim_matches('"');
            mistake = mistake.help(format!("these are curly quotes; write {}", crate::text::quoted(name)));
        }
        return Err(Diagnostics::new(vec![main], vec![mistake]).unopened());
    }
    match mistake {
        Some(mistake) => Err(Diagnostics::new(vec![main], vec![mistake])),
        None => from_source(path, main, overrides, written_plan),
    }
}

/// Reads an experiment's text as if it were in the file at `path`.
///
/// # Errors
/// The same as for [`load`].
pub fn load_text(path: &Path, text: &str, overrides: &[String]) -> Result<Loaded, Diagnostics> {
    let label = path.display().to_string();
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    from_source(path, SourceText { label, path: path.to_path_buf(), folder, text: text.to_owned() }, overrides, &|_| {
        None
    })
}

fn from_source(
    path: &Path,
    main: SourceText,
    overrides: &[String],
    written_plan: &dyn Fn(&str) -> Option<String>,
) -> Result<Loaded, Diagnostics> {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let comment = open::opening_comment(&main.text);
    let mut mistakes = Mistakes::default();
    let root = parse::parse(&main, 0, &mut mistakes);
    let mut sources = vec![main];
    let NodeValue::Table(mut root) = root.value else { return Err(Diagnostics::new(sources, mistakes.into_list())) };
    let before = mistakes.found();
    let unopened = extends::apply(&mut root, &mut sources, &mut mistakes);
    // Without the base, everything it would provide seems to be missing.
    let baseless = mistakes.found() > before;
    overrides::apply(overrides, &mut root, &mut sources, &mut mistakes);
    let syntax = mistakes.kept();
    let plan = read(&root, &stem, &sources, written_plan, &mut mistakes);
    let mut list = mistakes.into_list();
    let badly_read = list[..syntax].iter().any(|mistake| mistake.severity == Severity::Error);
    if badly_read {
        list = suppression::believable(list, syntax, baseless, &sources);
    }
    match plan {
        Some((plan, provenance)) if list.iter().all(|mistake| mistake.severity == Severity::Warning) => {
            list.sort_by_key(|mistake| mistake.marks.first().map(|mark| mark.0));
            let warnings = list.iter().map(|mistake| one_line(mistake, &sources)).collect();
            let read = sources.iter().filter(|source| source.label != overrides::LABEL);
            let files = read.map(|source| source.path.clone()).collect();
            Ok(Loaded { plan, warnings, comment, provenance, files })
        }
        _ => {
            let diagnostics = Diagnostics::new(sources, list);
            Err(if unopened { diagnostics.unopened() } else { diagnostics })
        }
    }
}

fn one_line(mistake: &Mistake, sources: &[SourceText]) -> String {
    match mistake.marks.first() {
        Some((span, _)) => format!("{}: {}", location(*span, sources), visible(&mistake.message)),
        None => visible(&mistake.message).into_owned(),
    }
}

fn read(
    root: &NodeTable,
    stem: &str,
    sources: &[SourceText],
    written_plan: &dyn Fn(&str) -> Option<String>,
    mistakes: &mut Mistakes,
) -> Option<(Plan, Provenance)> {
    let header = header::read(root, stem, mistakes);
    let mut all = declared::named(Component::Dataset, root, mistakes);
    all.extend(declared::named(Component::Model, root, mistakes));
    all.extend(declared::named(Component::Optimizer, root, mistakes));
    let mut train = declared::train(root, mistakes);
    let links = link::read(root, &all, mistakes);
    batch_size::share(&mut train, &mut all, &links, mistakes);
    all.push(train);
    let rules = exclude::read(root, &all, mistakes);
    let mut expanded = ExpandedTables::read(all, &links, mistakes)?;
    let folder = sources.first().map_or(Path::new(""), |main| &main.folder);
    let recorded = written_plan(&header.name).map(|plan| RecordedStarts::of_plan(&plan, folder)).unwrap_or_default();
    given_starts::fill(&mut expanded, sources, &recorded, mistakes);
    checks::tables(&expanded, mistakes);
    let start = Span { source: 0, start: 0, end: 0 };
    expanded.check_count(start, mistakes)?;
    let by_combination = expanded.combinations();
    let mut combinations: Vec<_> = by_combination.iter().map(|tables| assemble::combination(tables, sources)).collect();
    let ruled = !mistakes.has_errors();
    let mut counts = Vec::new();
    if ruled {
        assemble::check_size(&combinations, start, mistakes);
        if !mistakes.has_errors() {
            counts = removal::apply(&rules, &mut combinations, sources, mistakes);
        }
    }
    checks::combinations(&by_combination, &combinations, ruled || rules.is_empty(), mistakes);
    let losses = losses::of_tasks(&combinations);
    losses::check_listed(&losses, root, mistakes);
    let metrics = scores::metrics(&losses, &header.scores, root, mistakes);
    if mistakes.has_errors() {
        return None;
    }
    let compare = compare::resolve(&header.compare, &expanded, &combinations, mistakes);
    if mistakes.has_errors() {
        return None;
    }
    let provenance = Provenance::new(root, &expanded, &links, sources);
    let resolved::Resolved { table: resolved, moved } =
        resolved::resolve(root, &header, &crate::record::scores(&metrics), &expanded, sources);
    let header::TopLevelKeys { name, title, seeds, epoch, equivalence, curve_scope, .. } = header;
    let measured = losses::of_combinations(&combinations, &losses, &metrics);
    let plan = Plan {
        name,
        title,
        seeds,
        epoch,
        equivalence,
        compare,
        curve_scope,
        metrics: measured,
        combinations,
        rules: counts,
        resolved,
        moved,
    };
    Some((plan, provenance))
}
