//! The report as one HTML page that opens offline: no scripts, and no fonts or images from elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::value::Serde;
use minijinja::{Environment, Value, context, escape_formatter};

use super::page::{Block, PageSection};
use crate::text::visible;

/// Renders the page. `svg` returns a figure's picture by name. A figure without a picture shows only its text.
///
/// # Errors
/// Only if the template is wrong, which a test rules out.
pub fn html(
    title: &str,
    sections: &[PageSection],
    svg: &dyn Fn(&str) -> Option<String>,
) -> Result<String, minijinja::Error> {
    let mut pictures: BTreeMap<&str, Value> = BTreeMap::new();
    let mut outlines: BTreeSet<String> = BTreeSet::new();
    for block in sections.iter().flat_map(|section| &section.blocks) {
        if let Block::Figure { name, .. } = block
            && let Some(picture) = svg(name)
        {
            // Safe, because our own renderer escapes its texts. The XML prologue must not stand inside a page.
            let start = picture.find("<svg").unwrap_or(0);
            pictures.insert(name, Value::from_safe_string(without_repeated(&picture[start..], &mut outlines)));
        }
    }
    let mut environment = Environment::new();
    environment.set_formatter(|out, state, value| match value.as_str() {
        Some(text) if !value.is_safe() => escape_formatter(out, state, &Value::from(visible(text))),
        _ => escape_formatter(out, state, value),
    });
    // The extension of the name switches escaping on.
    environment.add_template("page.html", include_str!("page.html"))?;
    let sections = Value::from(Serde(sections));
    environment.get_template("page.html")?.render(context! { title, sections, pictures })
}

/// Removes the glyphs that an earlier picture has defined. Ids are shared by the whole page, and a glyph has only one
/// outline.
fn without_repeated(picture: &str, outlines: &mut BTreeSet<String>) -> String {
    let mut kept = String::with_capacity(picture.len());
    for line in picture.split_inclusive('\n') {
        if !line.starts_with("<path id=\"") || outlines.insert(line.to_owned()) {
            kept.push_str(line);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The policy allows only the page's own style sheet, by its hash: no script, image, font or form.
    #[test]
    fn the_content_security_policy_names_the_style_sheet() {
        use base64::Engine as _;
        use sha2::Digest as _;

        let page = include_str!("page.html");
        let style = page.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).unwrap();
        let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(style));
        let policy = format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'");
        let meta = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
        assert!(page.contains(&meta), "write into page.html: {meta}");
        assert_eq!(page.matches("<style").count(), 1);
        assert!(!page.contains(" style=") && !page.contains("<script"), "the policy forbids both");
    }

    #[test]
    fn what_is_hidden_in_a_text_is_shown() {
        let section =
            PageSection { id: "a", heading: "A", blocks: vec![Block::paragraph("x\u{1b}[31m\u{202e}<b>&\u{200b}")] };
        let page = html("t\u{7}</title><script>", &[section], &|_| None).unwrap();
        assert!(page.contains("<p>x�[31m�&lt;b&gt;&amp;�</p>"), "{page}");
        assert!(page.contains("<title>t�&lt;&#x2f;title&gt;&lt;script&gt;</title>"), "{page}");
    }

    #[test]
    fn a_glyph_is_defined_once_a_page() {
        let mut outlines = BTreeSet::new();
        let picture = "<svg>\n<path id=\"g1\" d=\"M0 0\"/>\n<path d=\"M1 1\"/>\n</svg>\n";
        assert_eq!(without_repeated(picture, &mut outlines), picture);
        assert_eq!(without_repeated(picture, &mut outlines), "<svg>\n<path d=\"M1 1\"/>\n</svg>\n");
    }
}
