//! A comparison as Markdown: the verdict in one line, the details in a folded section.

use std::fmt::Write as _;

use super::differences::{CombinationDifferences, LoneTrial};
use super::result::Comparison;
use super::text;
use crate::report::escape_markdown as escape;

/// The most rows of the folded table.
const MOST_ROWS: usize = 200;

/// The most one-sided trials in the folded section.
const MOST_LONE: usize = 50;

/// `**different** lr_grid differs in …`, then the failed trials by message, then the differences in a `<details>`
/// element.
#[must_use]
pub fn summary(sentence: &str, comparison: &Comparison, failed: Option<&str>) -> String {
    let mut page = line(sentence, comparison, failed);
    if let Some(messages) = failed {
        page.push_str("\nTrials that failed\n\n");
        messages.lines().for_each(|line| _ = writeln!(page, "- {}", escape(line.trim())));
    }
    let details = details(comparison);
    if !details.is_empty() {
        let _ = write!(page, "\n<details><summary>What differs</summary>\n\n{details}\n</details>\n");
    }
    page
}

/// The verdict alone.
#[must_use]
pub fn line(sentence: &str, comparison: &Comparison, failed: Option<&str>) -> String {
    let word = match (comparison.is_same(), failed) {
        (true, None) => "same",
        (true, Some(_)) => "failed",
        (false, _) => "different",
    };
    format!("**{word}** {}\n", escape(sentence))
}

fn details(comparison: &Comparison) -> String {
    let combinations: Vec<&CombinationDifferences> = comparison.trials.combinations.iter().collect();
    let mut page = String::new();
    let (rows, more) = text::rows(&combinations, MOST_ROWS);
    if !rows.is_empty() {
        page.push_str(&row(&text::titles(comparison.sides).map(str::to_owned)));
        page.push_str("| --- | --- | --- | ---: | ---: | ---: |\n");
        let mut before = None;
        for shown in rows {
            page.push_str(&row(&text::cells(shown, before)));
            before = Some(shown);
        }
        if more > 0 {
            let _ = write!(page, "\nand {more} more cells\n");
        }
    }
    for (title, count, trials) in text::lone(&combinations, comparison.sides, MOST_LONE) {
        let _ = write!(page, "\n{title}\n\n");
        for LoneTrial { trial, setting } in &trials {
            let _ = writeln!(page, "- {} {}", escape(trial), escape(setting));
        }
        if count > trials.len() {
            let _ = writeln!(page, "- and {} more", count - trials.len());
        }
    }
    let files = text::files(comparison);
    if !files.is_empty() {
        page.push_str("\nOther files\n");
        for (title, below) in files {
            let _ = write!(page, "\n{}\n", escape(&title));
            if !below.is_empty() {
                page.push('\n');
            }
            below.iter().for_each(|line| {
                let _ = writeln!(page, "- {}", escape(line));
            });
        }
    }
    page
}

fn row(cells: &[String; 6]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| escape(cell)).collect();
    format!("| {} |\n", cells.join(" | "))
}
