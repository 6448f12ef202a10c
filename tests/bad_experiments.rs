//! Each `tests/experiment/bad/NNN-name.toml` has mistakes, and `NNN-name.txt` is what a person then sees. A first line
//! `# overrides: a=1 ; ~b` gives the arguments. `BLESS=1 cargo test --test bad_experiments` writes the texts anew; read
//! what changed.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use sweep::experiment::load;

const FOLDER: &str = "tests/experiment/bad";

fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(FOLDER).expect("the folder of cases");
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    cases.retain(|path| path.extension() == Some(OsStr::new("toml")));
    cases.sort();
    cases
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
        Err(diagnostics) => format!("{}exit code {}\n", diagnostics.render(false), diagnostics.exit_code()),
    }
}

#[test]
fn every_mistake_is_shown_as_expected() {
    let bless = std::env::var_os("BLESS").is_some();
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
