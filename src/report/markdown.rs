//! The report as Markdown (CommonMark with tables), with figures as `plots/NAME.svg`.

use super::page::{Block, PageSection, PageTable};
use crate::text::visible;

/// Renders a whole page.
#[must_use]
pub fn markdown(title: &str, sections: &[PageSection]) -> String {
    let mut page = format!("# {}\n", escape(title));
    for section in sections {
        page.push_str(&format!("\n## {}\n", escape(section.heading)));
        for block in &section.blocks {
            page.push('\n');
            write(block, &mut page);
        }
    }
    page
}

fn write(block: &Block, page: &mut String) {
    match block {
        Block::Subheading { text } => page.push_str(&format!("### {}\n", escape(text))),
        Block::Paragraph { text } => page.push_str(&format!("{}\n", escape(text))),
        Block::List { items } => {
            for item in items {
                page.push_str(&format!("- {}\n", escape(item)));
            }
        }
        Block::Code { text } => {
            // Indented code, because no run of backticks can end it.
            for line in text.lines() {
                page.push_str(&format!("    {line}\n"));
            }
        }
        Block::Table(content) => table(content, page),
        Block::Figure { name, caption } => {
            // A figure's name is only letters, digits, `.`, `_` and `-`. The picture shows its caption itself.
            page.push_str(&format!("![{}](plots/{name}.svg)\n", escape(caption)));
        }
    }
}

fn table(table: &PageTable, page: &mut String) {
    if !table.caption.is_empty() {
        page.push_str(&format!("{}\n\n", escape(&table.caption)));
    }
    let row = |cells: &mut dyn Iterator<Item = String>, page: &mut String| {
        page.push('|');
        for cell in cells {
            page.push_str(&format!(" {cell} |"));
        }
        page.push('\n');
    };
    row(&mut table.columns.iter().map(|column| escape(&column.title)), page);
    row(&mut table.columns.iter().map(|column| if column.numeric { "---:" } else { "---" }.to_owned()), page);
    for cells in &table.rows {
        row(&mut cells.iter().map(|cell| escape(cell)), page);
    }
}

/// Escapes text so that nothing in it is markup: on one line, with backslashes before punctuation.
#[must_use]
pub fn escape(text: &str) -> String {
    let text = visible(text.trim());
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let inside_word = before.is_alphanumeric() && rest.peek().is_some_and(|next| next.is_alphanumeric());
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            // A renderer may turn bare addresses into links.
            ':' if rest.peek() == Some(&'/') => escaped.push_str("\\:"),
            '_' if inside_word => escaped.push('_'),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '>' | '~' | '$' | '!' => {
                escaped.push('\\');
                escaped.push(character);
            }
            // These are markup only at the start of a line.
            '#' | '+' | '-' | '=' if escaped.trim().is_empty() => {
                escaped.push('\\');
                escaped.push(character);
            }
            other => escaped.push(other),
        }
        before = character;
    }
    escape_ordinal(escaped)
}

/// `1. x` at the start of a line would become a list.
fn escape_ordinal(text: String) -> String {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    match text[digits..].chars().next() {
        Some(mark @ ('.' | ')')) if digits > 0 && text[digits + 1..].starts_with([' ', '\t']) => {
            format!("{}\\{mark}{}", &text[..digits], &text[digits + 1..])
        }
        _ => text,
    }
}
