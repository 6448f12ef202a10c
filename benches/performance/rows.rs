//! Figures for benches/README.md. A bench prints each figure and, if `SWEEP_PERFORMANCE` names a file, appends it there
//! as a row of Markdown.

use std::io::Write as _;

/// Reports one figure: what was measured, our value, the value to compare with, and how the two compare.
pub fn row(what: &str, ours: &str, beside: &str, ratio: &str) {
    println!("  {what}: {ours} | {beside} | {ratio}");
    let Some(path) = std::env::var_os("SWEEP_PERFORMANCE") else { return };
    let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
    let written = file.and_then(|mut file| writeln!(file, "| {what} | {ours} | {beside} | {ratio} |"));
    written.expect("the file can be written");
}
