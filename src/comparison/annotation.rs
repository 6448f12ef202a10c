//! Annotations of a GitHub Actions workflow: one line each on standard output.

use super::trials::Block;
use super::{Comparison, text, verdict};

/// Annotations that GitHub shows of one step.
const MOST: usize = 10;

/// A message at a line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    pub file: String,
    /// From 1.
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

/// What a runner would read as the end of a message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The same of a property, which a comma or colon ends too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// One annotation for each dataset × model × optimizer that differs, at the place that `locate` gives it; where files
/// alone differ, one at the place of none.
#[must_use]
pub fn annotations(
    name: &str,
    comparison: &Comparison,
    locate: &dyn Fn(Option<&Block>) -> (String, usize),
) -> Vec<Annotation> {
    let differing: Vec<&Block> = comparison.trials.blocks.iter().filter(|block| !block.is_same()).collect();
    let at = |block: Option<&Block>, title: String, message: String| {
        let (file, line) = locate(block);
        Annotation { file, line, title, message }
    };
    if differing.is_empty() {
        return if comparison.is_same() {
            Vec::new()
        } else {
            vec![at(None, format!("{name} differs"), verdict(name, comparison))]
        };
    }
    let mut annotations: Vec<Annotation> = (differing.iter().take(MOST))
        .map(|block| {
            let title = format!("{} differs", block.names.label());
            at(Some(block), title, text::trials(&[block], comparison.sides).trim_end().to_owned())
        })
        .collect();
    if differing.len() > MOST
        && let Some(last) = annotations.last_mut()
    {
        last.message.push_str(&format!("\nand {} more of dataset, model and optimizer differ", differing.len() - MOST));
    }
    annotations
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
