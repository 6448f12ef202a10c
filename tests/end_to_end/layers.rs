//! Imports point one way: the table of the design, held against the `use crate::` lines.

use std::collections::BTreeMap;
use std::path::Path;

/// Each module and what it may import.
const LAYERS: &[(&str, &[&str])] = &[
    ("numeric", &[]),
    ("parameter", &[]),
    ("text", &[]),
    ("guard", &[]),
    ("memory", &[]),
    ("thrift", &[]),
    ("record", &["parameter"]),
    ("model", &["numeric", "parameter"]),
    ("optimizer", &["numeric", "parameter"]),
    ("schedule", &["parameter"]),
    ("dataset", &["numeric", "parameter", "record", "text", "guard", "thrift", "memory"]),
    ("train", &["numeric", "parameter", "model", "optimizer", "schedule", "dataset", "record"]),
    ("plan", &["parameter", "model", "optimizer", "schedule", "dataset", "train", "record"]),
    ("store", &["record", "numeric", "text", "guard", "thrift"]),
    ("analysis", &["record", "parameter", "text"]),
    ("report", &["analysis", "record", "parameter", "text"]),
    ("comparison", &["store", "report", "record", "text"]),
    ("experiment", &["plan", "parameter", "model", "optimizer", "schedule", "dataset", "train", "record", "text"]),
    (
        "runner",
        &[
            "store",
            "train",
            "plan",
            "model",
            "optimizer",
            "schedule",
            "dataset",
            "record",
            "numeric",
            "parameter",
            "memory",
            "text",
        ],
    ),
];

fn rust_files(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("lists") {
        let path = entry.expect("reads").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn imports_point_one_way() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let layers: BTreeMap<&str, &[&str]> = LAYERS.iter().copied().collect();
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    let mut wrong = Vec::new();
    let mut checked = 0;
    for path in files {
        let relative = path.strip_prefix(&source).expect("inside").to_string_lossy().replace('\\', "/");
        let module = relative.split('/').next().expect("a name").trim_end_matches(".rs");
        let Some(allowed) = layers.get(module) else { continue };
        let text = std::fs::read_to_string(&path).expect("reads");
        // Tests may build what they test from anything below.
        let text = text.split("#[cfg(test)]\nmod tests").next().expect("a part");
        for line in text.lines().map(str::trim).filter(|line| line.contains("crate::")) {
            if line.starts_with("//") || relative.contains("/tests") {
                continue;
            }
            for used in line.split("crate::").skip(1) {
                let names: Vec<String> = match used.strip_prefix('{') {
                    Some(list) => list.split([',', '}']).map(|name| name.trim().to_owned()).collect(),
                    None => vec![used.to_owned()],
                };
                for name in names {
                    let name: String = name.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                    if name.is_empty() || name == module || name == "self" {
                        continue;
                    }
                    checked += 1;
                    if layers.contains_key(name.as_str()) && !allowed.contains(&name.as_str()) || name == "cli" {
                        wrong.push(format!("{relative}: {line}"));
                    }
                }
            }
        }
    }
    assert!(checked > 100, "only {checked} imports were found");
    assert!(wrong.is_empty(), "imports against the layers:\n{}", wrong.join("\n"));
}
