//! Each `tests/experiment/bad/NNN-name.toml` has mistakes, and `NNN-name.txt` is what a person then sees. A first line
//! `# overrides: a=1 ; ~b` gives the arguments. `BLESS=1 cargo test --test bad_experiments` writes the texts anew; read
//! what changed. In the texts `<methods>` stands for a list of names that grows with the registry.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)] // A test or a bench that cannot go on says so.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use sweep::experiment::load;
use sweep::parameter::AnyRegistry as _;

const FOLDER: &str = "tests/experiment/bad";

fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(FOLDER).expect("the folder of cases");
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    cases.retain(|path| path.extension() == Some(OsStr::new("toml")));
    cases.sort();
    cases
}

/// A text without the names that a new registry row would add to it: `"gd", "sgd"` is `<methods>`, whichever of the rows are
/// listed, and `methods that take it: sgd, adam` is `methods that take it: <methods>`.
fn without_rows(text: &str) -> String {
    let metrics: Vec<&str> = sweep::metric::every().map(|row| row.name).collect();
    let registries: [(&str, Vec<&str>); 6] = [
        ("sources", sweep::dataset::SOURCES.names()),
        ("models", sweep::model::FAMILIES.names()),
        ("losses", sweep::loss::LOSSES.names()),
        ("methods", sweep::optimizer::METHODS.names()),
        ("schedules", sweep::schedule::SCHEDULES.names()),
        ("metrics", metrics),
    ];
    let registries =
        registries.map(|(noun, names)| (noun, names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<String>>()));
    let mut shown = without_lists(text, &registries);
    for (noun, _) in registries {
        let takers = format!("{noun} that take it: ");
        let lines = shown.split_inclusive('\n').map(|line| match line.split_once(&takers) {
            Some((before, _)) => format!("{before}{takers}<{noun}>\n"),
            None => line.to_owned(),
        });
        shown = lines.collect();
    }
    shown
}

/// The text with `<noun>` for each list of two or more names of a registry. A name may be in two of them: the longer list counts.
fn without_lists(text: &str, registries: &[(&str, Vec<String>)]) -> String {
    let (mut shown, mut rest) = (String::new(), text);
    while let Some(first) = rest.chars().next() {
        let lists = registries.iter().map(|(noun, names)| (noun, after_list(rest, names)));
        match lists.max_by_key(|(_, (_, count))| *count) {
            Some((noun, (after, count))) if count >= 2 => {
                shown.push_str(&format!("<{noun}>"));
                rest = after;
            }
            _ => {
                shown.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    shown
}

/// What follows a list of these names at the beginning of the text, and how many it names.
fn after_list<'a>(text: &'a str, names: &[String]) -> (&'a str, usize) {
    let (mut after, mut next, mut count) = (text, text, 0);
    while let Some(rest) = names.iter().find_map(|name| next.strip_prefix(name.as_str())) {
        (after, count) = (rest, count + 1);
        let Some(another) = rest.strip_prefix(", ") else { break };
        next = another;
    }
    (after, count)
}

/// What loading the file says: the diagnostics and the exit code, or the warnings of a file that loads.
fn message(path: &Path) -> String {
    let bytes = fs::read(path).expect("a case");
    let first = String::from_utf8_lossy(&bytes).lines().next().unwrap_or_default().to_owned();
    let overrides: Vec<String> = match first.strip_prefix("# overrides: ") {
        Some(arguments) => arguments.split(" ; ").map(str::to_owned).collect(),
        None => Vec::new(),
    };
    match load(path, &overrides) {
        Ok(loaded) => loaded.warnings.iter().map(|warning| format!("warning: {warning}\n")).collect(),
        Err(diagnostics) => {
            without_rows(&format!("{}exit code {}\n", diagnostics.render(false), diagnostics.exit_code()))
        }
    }
}

#[test]
fn every_mistake_is_shown_as_expected() {
    let bless = std::env::var_os("BLESS").is_some_and(|value| value == "1");
    let mut differ = Vec::new();
    let cases = cases();
    assert!(cases.len() >= 100, "only {} cases", cases.len());
    for case in cases {
        let shown = message(&case);
        assert!(!shown.is_empty(), "{} has no mistake", case.display());
        let expected = case.with_extension("txt");
        if bless {
            fs::write(&expected, &shown).expect("a writable folder");
        } else if fs::read_to_string(&expected).ok().as_deref() != Some(&shown) {
            differ.push(format!("--- {}\n{shown}", expected.display()));
        }
    }
    assert!(differ.is_empty(), "{} messages are not as expected:\n{}", differ.len(), differ.join("\n"));
}

#[test]
fn every_text_has_its_case() {
    for entry in fs::read_dir(FOLDER).expect("the folder of cases") {
        let path = entry.expect("an entry").path();
        if path.extension() == Some(OsStr::new("txt")) {
            assert!(path.with_extension("toml").exists(), "{} has no case", path.display());
        }
    }
}
