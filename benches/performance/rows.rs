//! Figures for benches/README.md: a bench prints each, and appends it as a row of Markdown where `SWEEP_PERFORMANCE` names a file.

use std::io::Write as _;

/// `what`, our figure, what stands beside it, and how the two compare.
pub fn row(what: &str, ours: &str, beside: &str, ratio: &str) {
    println!("  {what}: {ours} | {beside} | {ratio}");
    let Some(path) = std::env::var_os("SWEEP_PERFORMANCE") else { return };
    let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
    let written = file.and_then(|mut file| writeln!(file, "| {what} | {ours} | {beside} | {ratio} |"));
    written.expect("the file can be written");
}
