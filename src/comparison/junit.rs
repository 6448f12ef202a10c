//! A comparison as JUnit XML: one suite for the experiment, one case per combination (dataset × model × optimizer), one
//! for the files, and one for failed trials if there are any.

use std::fmt::Write as _;
use std::time::Duration;

use super::differences::CombinationDifferences;
use super::result::Comparison;
use super::text;

/// The name of the case for failed trials.
const FAILED: &str = "trials that failed";

/// The start of the root element.
const ROOT: &str = "<testsuites name=\"sweep ";

/// Whether this is the start of a JUnit file that the program wrote.
#[must_use]
pub fn is_ours(start: &str) -> bool {
    let start = start.trim_start_matches('\u{feff}').trim_start();
    let root = start.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")).map_or(start, |(_, rest)| rest);
    let named = root.trim_start().strip_prefix(ROOT).and_then(|rest| rest.split_once("\">"));
    // The suite inside has the same name as the root.
    named.is_some_and(|(name, rest)| rest.trim_start().starts_with(&format!("<testsuite name=\"{name}\" tests=")))
}

/// The whole document.
#[must_use]
pub fn document(
    name: &str,
    sentence: &str,
    comparison: &Comparison,
    failed: Option<&str>,
    elapsed: Duration,
) -> String {
    let mut cases: Vec<(String, Option<(String, String)>)> = (comparison.trials.combinations.iter())
        .map(|combination| {
            (combination.names.label(), (!combination.is_same()).then(|| failure(combination, comparison)))
        })
        .collect();
    let files: String = (text::files(comparison).into_iter())
        .flat_map(|(line, below)| std::iter::once(line).chain(below.into_iter().map(|line| format!("  {line}"))))
        .fold(String::new(), |all, line| all + &line + "\n");
    let blamed = cases.iter().any(|(_, failure)| failure.is_some()) || !files.is_empty();
    let files = if files.is_empty() && !comparison.is_same() && !blamed {
        // Only the numerics versions differ.
        Some((sentence.to_owned(), sentence.to_owned()))
    } else {
        (!files.is_empty()).then(|| (sentence.to_owned(), files))
    };
    cases.push(("files".to_owned(), files));
    cases.extend(failed.map(|messages| (FAILED.to_owned(), Some((sentence.to_owned(), messages.to_owned())))));
    let failures = cases.iter().filter(|(_, failure)| failure.is_some()).count();
    let (suite, seconds) = (attribute(name), elapsed.as_secs_f64());
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{ROOT}{suite}\">\n  \
         <testsuite name=\"{suite}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\" time=\"{seconds:.3}\">\n",
        cases.len()
    );
    for (case, failure) in &cases {
        let _ = write!(xml, "    <testcase classname=\"{suite}\" name=\"{}\"", attribute(case));
        match failure {
            Some((message, details)) => {
                let kind = if case == FAILED { "failed" } else { "difference" };
                let _ = write!(
                    xml,
                    ">\n      <failure type=\"{kind}\" message=\"{}\">{}</failure>\n    </testcase>\n",
                    attribute(message),
                    escape(details)
                );
            }
            None => xml.push_str("/>\n"),
        }
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

fn failure(combination: &CombinationDifferences, comparison: &Comparison) -> (String, String) {
    (combination.in_words(), text::trials(&[combination], comparison.sides))
}

/// Escapes text for an attribute, where a parser would turn a line break into a space.
fn attribute(text: &str) -> String {
    escape(text).replace('\n', "&#10;")
}

/// Escapes markup, and replaces characters that XML 1.0 forbids.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\n' => escaped.push('\n'),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        let hostile = "<a b=\"c\">&'\u{1b}[31m\u{0}\u{fffe}]]>\n";
        let xml = format!("<t a=\"{}\">{}</t>", attribute(hostile), escape(hostile));
        let document = roxmltree::Document::parse(&xml).expect("well-formed");
        let read = "<a b=\"c\">&'\u{fffd}[31m\u{fffd}\u{fffd}]]>\n";
        assert_eq!(document.root_element().text(), Some(read));
        assert_eq!(document.root_element().attribute("a"), Some(read));
    }
}
