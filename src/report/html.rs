//! The report as one page that opens offline: no script, no font, no image from elsewhere.

use std::collections::BTreeMap;

use minijinja::value::Serde;
use minijinja::{Environment, Value, context};

use super::section::{Block, Section};

/// The page. `svg` gives a figure's picture by name; a figure that it does not know shows its text alone.
///
/// # Errors
/// Only where the template is wrong, which a test rules out.
pub fn html(
    title: &str,
    sections: &[Section],
    svg: &dyn Fn(&str) -> Option<String>,
) -> Result<String, minijinja::Error> {
    let mut pictures: BTreeMap<&str, Value> = BTreeMap::new();
    for block in sections.iter().flat_map(|section| &section.blocks) {
        if let Block::Figure { name, .. } = block
            && let Some(picture) = svg(name)
        {
            // Made by our own renderer, which escapes its texts. A prologue has no place inside a page.
            let start = picture.find("<svg").unwrap_or(0);
            pictures.insert(name, Value::from_safe_string(picture[start..].to_owned()));
        }
    }
    let mut environment = Environment::new();
    // The ending of the name switches escaping on.
    environment.add_template("page.html", include_str!("page.html"))?;
    let sections = Value::from(Serde(sections));
    environment.get_template("page.html")?.render(context! { title, sections, pictures })
}
