//! A comparison as plain text: the table of differences, the one-sided trials, the other files.

use std::fmt::Write as _;

use super::differences::{CombinationDifferences, DifferenceRow, LoneTrial, LoneTrials};
use super::file_difference::{FileChange, FileDifference};
use super::result::Comparison;
use super::short_text::{first_names, shortened};
use super::verdict::relative;

/// The most rows of the table of differences.
const MOST_ROWS: usize = 24;

/// The most one-sided trials that are shown.
const MOST_LONE: usize = 6;

/// The most files that are shown one by one, and the most lines of each.
const MOST_FILES: usize = 8;
const MOST_LINES: usize = 6;

/// Everything below the verdict. Empty if nothing differs.
#[must_use]
pub fn details(comparison: &Comparison) -> String {
    let combinations: Vec<&CombinationDifferences> = comparison.trials.combinations.iter().collect();
    let mut parts = vec![trials(&combinations, comparison.sides)];
    let files = files(comparison);
    if !files.is_empty() {
        let mut text = "other files\n".to_owned();
        for (line, below) in files {
            let _ = writeln!(text, "  {line}");
            below.iter().for_each(|line| {
                let _ = writeln!(text, "    {line}");
            });
        }
        parts.push(text);
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

/// The differences in the trials of some combinations.
#[must_use]
pub fn trials(combinations: &[&CombinationDifferences], sides: [&str; 2]) -> String {
    let mut parts = Vec::new();
    let (rows, more) = rows(combinations, MOST_ROWS);
    if !rows.is_empty() {
        let mut text = table(&rows, sides);
        if more > 0 {
            let _ = writeln!(text, "and {more} more cell{}", if more == 1 { "" } else { "s" });
        }
        parts.push(text);
    }
    for (title, count, lone) in lone(combinations, sides, MOST_LONE) {
        let mut text = format!("{title}\n");
        for LoneTrial { trial, setting } in &lone {
            let _ = writeln!(text, "  {}  {}", shortened(trial), shortened(setting));
        }
        if count > lone.len() {
            let _ = writeln!(text, "  and {} more", count - lone.len());
        }
        parts.push(text);
    }
    parts.join("\n")
}

/// The first rows of some combinations, evenly shared among them, and the number of differing cells not shown.
pub(super) fn rows<'a>(combinations: &[&'a CombinationDifferences], most: usize) -> (Vec<&'a DifferenceRow>, usize) {
    let differing: Vec<&&CombinationDifferences> =
        combinations.iter().filter(|combination| !combination.rows.is_empty()).collect();
    let share = most / differing.len().max(1);
    let rows: Vec<&DifferenceRow> =
        differing.iter().flat_map(|combination| combination.rows.iter().take(share.max(1))).take(most).collect();
    let cells: usize = differing.iter().map(|combination| combination.rows.len() + combination.more).sum();
    let more = cells - rows.len();
    (rows, more)
}

/// The one-sided trials and the repeated rows: a title, their number, and the first of them.
pub(super) fn lone<'a>(
    combinations: &[&'a CombinationDifferences],
    sides: [&str; 2],
    most: usize,
) -> Vec<(String, usize, Vec<&'a LoneTrial>)> {
    let mut found = Vec::new();
    let mut tell = |trials: &dyn Fn(&'a CombinationDifferences) -> &'a LoneTrials, one: &str, many: &str| {
        let total: usize = combinations.iter().map(|combination| trials(combination).count).sum();
        if total > 0 {
            let first = combinations.iter().flat_map(|combination| &trials(combination).first).take(most).collect();
            found.push((format!("{total} {}", if total == 1 { one } else { many }), total, first));
        }
    };
    for (number, side) in sides.into_iter().enumerate() {
        let only = |noun: &str| format!("{noun} on the {side} side only");
        let alone =
            |combination: &'a CombinationDifferences| if number == 0 { &combination.gone } else { &combination.added };
        tell(&alone, &only("trial"), &only("trials"));
        let again = |noun: &str| format!("{noun} twice on the {side} side");
        tell(&|combination| &combination.twice[number], &again("row stands"), &again("rows stand"));
    }
    found
}

/// The column titles of the table of differences.
pub(super) const fn titles(sides: [&str; 2]) -> [&str; 6] {
    ["trial", "setting", "cell", sides[0], sides[1], "relative difference"]
}

/// The cells of a row, shortened to one line. A trial is named only in its first row.
pub(super) fn cells(row: &DifferenceRow, before: Option<&DifferenceRow>) -> [String; 6] {
    let named = before.is_some_and(|before| before.trial == row.trial && before.setting == row.setting);
    let name = |text: &str| if named { String::new() } else { shortened(text) };
    let difference = &row.difference;
    [
        name(&row.trial),
        name(&row.setting),
        shortened(&difference.cell),
        shortened(&difference.old),
        shortened(&difference.new),
        difference.relative.map_or_else(|| "–".to_owned(), relative),
    ]
}

fn table(rows: &[&DifferenceRow], sides: [&str; 2]) -> String {
    let mut lines = vec![titles(sides).map(str::to_owned)];
    let mut before = None;
    for &row in rows {
        lines.push(cells(row, before));
        before = Some(row);
    }
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..6).map(width).collect();
    let mut text = String::new();
    for line in &lines {
        let mut padded = String::new();
        for (cell, width) in line.iter().zip(&widths) {
            let _ = write!(padded, "{cell:<width$}  ");
        }
        let _ = writeln!(text, "{}", padded.trim_end());
    }
    text
}

/// The files that differ, each as a line with further lines below it. Files with nothing more to say share a line.
#[must_use]
pub fn files(comparison: &Comparison) -> Vec<(String, Vec<String>)> {
    let [old, new] = comparison.sides;
    let mut told = Vec::new();
    let named = |wanted: fn(&FileChange) -> bool| -> Vec<String> {
        comparison.files.iter().filter(|file| wanted(&file.kind)).map(|file| file.file.clone()).collect()
    };
    told.extend(alike(comparison).into_iter().map(|line| (line, Vec::new())));
    let spoken = |file: &&FileDifference| {
        !matches!(file.kind, FileChange::Bytes | FileChange::OnlyOld | FileChange::OnlyNew | FileChange::Writing { .. })
    };
    let spoken: Vec<&FileDifference> = comparison.files.iter().filter(spoken).collect();
    for file in spoken.iter().take(MOST_FILES) {
        let below = match &file.kind {
            FileChange::Lines { gone, added, shown, .. } => {
                let mut lines: Vec<String> =
                    shown.iter().take(MOST_LINES).map(|(sign, line)| format!("{sign} {line}")).collect();
                let more = (gone + added).saturating_sub(lines.len());
                lines.extend((more > 0).then(|| format!("and {more} more")));
                lines
            }
            _ => Vec::new(),
        };
        told.push((format!("{}: {}", shortened(&file.file), file.kind), below));
    }
    if spoken.len() > MOST_FILES {
        let names: Vec<String> = spoken[MOST_FILES..].iter().map(|file| file.file.clone()).collect();
        told.push((format!("different: {}", first_names(&names)), Vec::new()));
    }
    let groups = [
        ("different".to_owned(), named(|kind| matches!(kind, FileChange::Bytes))),
        (format!("only {old}"), named(|kind| matches!(kind, FileChange::OnlyOld))),
        (format!("only {new}"), named(|kind| matches!(kind, FileChange::OnlyNew))),
    ];
    for (title, names) in groups.iter().filter(|(_, names)| !names.is_empty()) {
        told.push((format!("{title}: {}", first_names(names)), Vec::new()));
    }
    told
}

/// Files with the same content in another encoding or layout. Those that differ in the same way share a line.
fn alike(comparison: &Comparison) -> Vec<String> {
    let mut groups: Vec<((String, &str), Vec<String>)> = Vec::new();
    for file in &comparison.files {
        let Some(writing) = file.kind.writing() else { continue };
        match groups.iter_mut().find(|(known, _)| *known == writing) {
            Some((_, files)) => files.push(file.file.clone()),
            None => groups.push((writing, vec![file.file.clone()])),
        }
    }
    let line = |((differences, git), files): &((String, &str), Vec<String>)| {
        let differ = if files.len() == 1 { "differs" } else { "differ" };
        format!("{}: {differ} only in {differences}{git}", first_names(files))
    };
    groups.iter().map(line).collect()
}
