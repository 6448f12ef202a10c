//! Imports point one way: the table of rooms, held against every `crate::` in the code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Each room and what it may import. Those up to `train` are the crate in `src/training`, for which the compiler holds the rest.
const LAYERS: &[(&str, &[&str])] = &[
    ("numeric", &[]),
    ("parameter", &[]),
    ("registry", &["parameter"]),
    ("shape", &["registry"]),
    ("loss", &["numeric", "parameter", "registry", "shape"]),
    ("metric", &["loss", "numeric", "registry", "shape"]),
    ("record", &["metric", "parameter", "shape"]),
    ("baseline", &["record", "registry", "shape"]),
    ("theory", &["numeric", "record", "shape"]),
    ("model", &["loss", "numeric", "parameter", "registry", "shape"]),
    ("optimizer", &["numeric", "parameter", "registry", "schedule", "shape"]),
    ("schedule", &["parameter", "registry"]),
    ("data", &["numeric", "parameter", "record", "registry", "shape"]),
    (
        "train",
        &[
            "numeric",
            "parameter",
            "shape",
            "model",
            "optimizer",
            "schedule",
            "data",
            "record",
            "theory",
            "metric",
            "loss",
            "baseline",
        ],
    ),
    ("text", &[]),
    ("memory", &["text"]),
    ("parquet", &["text", "memory"]),
    ("dataset", &["data", "numeric", "parameter", "record", "registry", "shape", "text", "memory", "parquet"]),
    (
        "plan",
        &[
            "metric",
            "baseline",
            "parameter",
            "shape",
            "model",
            "loss",
            "optimizer",
            "schedule",
            "dataset",
            "train",
            "record",
            "text",
        ],
    ),
    ("store", &["metric", "record", "numeric", "text", "memory", "parquet"]),
    ("analysis", &["metric", "baseline", "numeric", "record", "parameter", "schedule", "shape", "text", "theory"]),
    ("report", &["metric", "analysis", "record", "parameter", "text"]),
    ("comparison", &["store", "report", "record", "text"]),
    (
        "experiment",
        &[
            "baseline",
            "metric",
            "numeric",
            "plan",
            "parameter",
            "shape",
            "model",
            "loss",
            "optimizer",
            "schedule",
            "dataset",
            "train",
            "record",
            "text",
        ],
    ),
    ("export", &["dataset", "loss", "model", "numeric", "parameter", "shape", "train"]),
    (
        "runner",
        &[
            "store",
            "train",
            "plan",
            "loss",
            "model",
            "optimizer",
            "schedule",
            "dataset",
            "record",
            "numeric",
            "parameter",
            "shape",
            "memory",
            "text",
        ],
    ),
];

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("lists") {
        let path = entry.expect("reads").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The code of a file without comments, and without a test module that stands in it. (Text in quotes stays: none of it names
/// a path of this crate.)
fn code(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    let text = lines.collect::<Vec<_>>().join("\n");
    let Some(start) = text.find("#[cfg(test)]\nmod tests {") else { return text };
    let mut depth = 0;
    let end = text[start..].char_indices().find(|(_, character)| {
        depth += match character {
            '{' => 1,
            '}' => -1,
            _ => return false,
        };
        depth == 0
    });
    let end = end.map_or(text.len(), |(at, _)| start + at + 1);
    format!("{}{}", &text[..start], &text[end..])
}

/// The first names of a path or of a tree of them (`{a::b, c}`), over as many lines as it takes.
fn rooms(tree: &str) -> Vec<String> {
    let name = |text: &str| text.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect::<String>();
    let Some(inner) = tree.strip_prefix('{') else { return vec![name(tree)] };
    let (mut names, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, character) in inner.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(name(inner[start..at].trim()));
                start = at + 1;
                if character == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names
}

#[test]
fn imports_point_one_way() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let layers: BTreeMap<&str, &[&str]> = LAYERS.iter().copied().collect();
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    let mut wrong = Vec::new();
    let mut checked = 0;
    let mut seen = BTreeSet::new();
    for path in files {
        let relative = path.strip_prefix(&source).expect("inside").to_string_lossy().replace('\\', "/");
        // Tests may build what they test from anything below.
        if relative.contains("/tests") {
            continue;
        }
        let inside = relative.strip_prefix("training/").unwrap_or(&relative);
        let room = inside.split('/').next().expect("a name").trim_end_matches(".rs");
        seen.insert(room.to_owned());
        let Some(allowed) = layers.get(room) else { continue };
        let code = code(&std::fs::read_to_string(&path).expect("reads"));
        for tree in code.split("crate::").skip(1) {
            for used in rooms(tree).into_iter().filter(|used| !used.is_empty() && used != room && used != "self") {
                checked += 1;
                if layers.contains_key(used.as_str()) && !allowed.contains(&used.as_str()) || used == "cli" {
                    wrong.push(format!("{relative}: {used}"));
                }
            }
        }
    }
    assert!(checked > 250, "only {checked} imports were found");
    assert!(wrong.is_empty(), "imports against the layers:\n{}", wrong.join("\n"));
    let unknown: Vec<&String> = seen
        .iter()
        .filter(|room| !layers.contains_key(room.as_str()) && !matches!(room.as_str(), "cli" | "lib" | "main"))
        .collect();
    assert!(unknown.is_empty(), "rooms without a place in the table: {unknown:?}");
}

#[test]
fn every_form_of_an_import_is_seen() {
    let text = "use crate::{\n    plan::{BoundPlan, Facts},\n    text::visible, // crate::nothing\n    store,\n};\nfn f() { crate::cli::main(); }\n\
                #[cfg(test)]\nmod tests { use crate::runner; fn g() {} }\nuse crate::report;\n";
    let found: Vec<String> =
        code(text).split("crate::").skip(1).flat_map(rooms).filter(|room| !room.is_empty()).collect();
    assert_eq!(found, ["plan", "text", "store", "cli", "report"]);
}
