//! Annotations for a GitHub Actions workflow, each one line on standard output.

use super::differences::CombinationDifferences;
use super::result::Comparison;
use super::short_text::shortened;
use super::verdict::{relative, verdict};

/// The most annotations that GitHub shows for one step.
const MOST: usize = 10;

/// The most cells, and the most one-sided trials, that an annotation names.
const MOST_LINES: usize = 5;

/// A message attached to a line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    pub title: String,
    pub message: String,
}

impl Annotation {
    /// The workflow command: `::error file=…,line=…,title=…::…`.
    #[must_use]
    pub fn command(&self) -> String {
        let (file, title) = (property(&self.file), property(&self.title));
        format!("::error file={file},line={},title={title}::{}", self.line, data(&self.message))
    }
}

/// Escapes the characters that would end the message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property, which a comma or a colon would end as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// One annotation for each combination (dataset × model × optimizer) that differs. `locate` gives the file and line of
/// a combination; `locate(None)` gives the place for what belongs to no combination: differences in files alone, and
/// failed trials.
#[must_use]
pub fn annotations(
    name: &str,
    comparison: &Comparison,
    failed: Option<&str>,
    locate: &dyn Fn(Option<&CombinationDifferences>) -> (String, usize),
) -> Vec<Annotation> {
    let differing: Vec<&CombinationDifferences> =
        comparison.trials.combinations.iter().filter(|combination| !combination.is_same()).collect();
    let at = |combination: Option<&CombinationDifferences>, title: String, message: String| {
        let (file, line) = locate(combination);
        Annotation { file, line, title, message }
    };
    let messages = failed.map(|messages| messages.lines().map(str::trim).collect::<Vec<_>>().join("\n"));
    let failures = messages.map(|messages| at(None, format!("trials of {name} failed"), messages));
    let mut annotations: Vec<Annotation> = failures.into_iter().collect();
    if differing.is_empty() && !comparison.is_same() {
        annotations.push(at(None, format!("{name} differs"), verdict(name, comparison)));
    }
    let most = MOST - annotations.len();
    annotations.extend(differing.iter().take(most).map(|combination| {
        let title = format!("{} differs", combination.names.label());
        at(Some(combination), title, message(combination))
    }));
    if differing.len() > most
        && let Some(last) = annotations.last_mut()
    {
        last.message.push_str(&format!("\nand {} more of dataset, model and optimizer differ", differing.len() - most));
    }
    annotations
}

/// What differs, one cell per line, because an annotation cannot show a table.
fn message(combination: &CombinationDifferences) -> String {
    let mut lines = vec![combination.in_words()];
    for row in combination.rows.iter().take(MOST_LINES) {
        let difference = &row.difference;
        let apart = difference.relative.map_or_else(String::new, |apart| format!(" (relative {})", relative(apart)));
        lines.push(format!(
            "{} · {}: {} {} → {}{apart}",
            shortened(&row.trial),
            shortened(&row.setting),
            shortened(&difference.cell),
            shortened(&difference.old),
            shortened(&difference.new)
        ));
    }
    let lone = [&combination.gone, &combination.added, &combination.twice[0], &combination.twice[1]];
    let lone = lone.into_iter().flat_map(|lone| &lone.first).take(MOST_LINES);
    lines.extend(lone.map(|lone| format!("{} · {}", shortened(&lone.trial), shortened(&lone.setting))));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_a_command_or_a_property() {
        let annotation = Annotation {
            file: "a,line=1::b.toml".to_owned(),
            line: 7,
            title: "50% off: x, y".to_owned(),
            message: "one\r\n::error::two, 100%: three".to_owned(),
        };
        assert_eq!(
            annotation.command(),
            "::error file=a%2Cline=1%3A%3Ab.toml,line=7,title=50%25 off%3A x%2C y::one%0D%0A::error::two, 100%25: three"
        );
    }
}
