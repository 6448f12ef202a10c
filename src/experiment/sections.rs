//! The tables of an experiment and the registry rows that they name.

use super::diagnostics::{Mistake, Mistakes};
use super::fields;
use super::link::Link;
use super::names::{nearest, synonyms, with_article};
use super::tree::{Entry, Span, Table, quoted};
use crate::parameter::Parameter;
use crate::plan::Component;
use crate::{dataset, model, optimizer, train};

/// One named table (`[optimizers.sgd]`), or `[train]`, before its keys are read.
#[derive(Debug, Clone)]
pub struct Section {
    pub component: Component,
    /// `sgd`
    pub name: String,
    /// Its registry row.
    pub row: &'static str,
    pub parameters: Vec<&'static Parameter>,
    /// Where its name stands.
    pub span: Span,
    pub keys: Table,
}

impl Section {
    /// How messages call it: `method "sgd"`.
    pub fn owner(&self) -> String {
        match self.component {
            Component::Train => "`[train]`".to_owned(),
            component => format!("{} \"{}\"", row_key(component), self.row),
        }
    }

    /// Its path in the file: `optimizers.sgd`.
    pub fn path(&self) -> String {
        match self.component {
            Component::Train => "train".to_owned(),
            component => format!("{}s.{}", component.word(), self.name),
        }
    }

    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters.iter().copied().find(|parameter| parameter.name == name)
    }

    /// The keys beside those of `parameters`.
    pub fn other_keys(&self) -> &'static [&'static str] {
        match self.component {
            Component::Dataset => &["source"],
            Component::Model => &["kind"],
            Component::Optimizer => &["method"],
            Component::Train => &[],
        }
    }
}

/// The key that names a table's registry row.
pub const fn row_key(component: Component) -> &'static str {
    match component {
        Component::Dataset => "source",
        Component::Model => "kind",
        Component::Optimizer => "method",
        Component::Train => "train",
    }
}

/// The names of a registry's rows.
pub fn row_names(component: Component) -> Vec<&'static str> {
    match component {
        Component::Dataset => dataset::SOURCES.iter().map(|row| row.name).collect(),
        Component::Model => model::FAMILIES.iter().map(|row| row.name).collect(),
        Component::Optimizer => optimizer::METHODS.iter().map(|row| row.name).collect(),
        Component::Train => Vec::new(),
    }
}

/// The parameters of a registry's row.
pub fn row_parameters(component: Component, row: &str) -> Vec<&'static Parameter> {
    match component {
        Component::Dataset => {
            let own = dataset::source(row).map_or(&[][..], |source| source.parameters);
            own.iter().chain(dataset::COMMON).collect()
        }
        Component::Model => model::family(row).map_or(&[][..], |family| family.parameters).iter().collect(),
        Component::Optimizer => optimizer::method(row).map_or(&[][..], |method| method.parameters).iter().collect(),
        Component::Train => train::PARAMETERS.iter().collect(),
    }
}

/// Reads `[datasets.*]`, `[models.*]` or `[optimizers.*]`.
pub fn named(component: Component, root: &Table, mistakes: &mut Mistakes) -> Vec<Section> {
    let group = format!("{}s", component.word());
    let start = Span { source: 0, start: 0, end: 0 };
    let example = match component {
        Component::Dataset => "`[datasets.mydata]` with `source = \"csv\"`",
        Component::Model => "`[models.linear]` with `kind = \"linear\"`",
        _ => "`[optimizers.gd]` with `method = \"gd\"`",
    };
    let needed = |span: Span| {
        Mistake::error(format!("the experiment has no {}", component.word()))
            .at(span, format!("at least one table [{group}.NAME] is needed"))
            .help(format!("for example {example}"))
            .absence()
    };
    let Some(entry) = root.get(&group) else {
        mistakes.push(needed(start));
        return Vec::new();
    };
    let Some(table) = entry.node.as_table() else {
        mistakes.push(
            Mistake::error(format!("`{group}` must hold tables; found {}", entry.node.found()))
                .at(entry.key, format!("write [{group}.NAME]")),
        );
        return Vec::new();
    };
    if table.is_empty() {
        mistakes.push(needed(entry.key));
    }
    if let Some((key, entry)) =
        table.iter().filter(|(_, entry)| entry.node.as_table().is_none()).min_by_key(|(_, entry)| entry.key)
    {
        mistakes.push(
            Mistake::error(format!("`{group}.{}` must be a table; found {}", key.escape_debug(), entry.node.found()))
                .at(
                    entry.key,
                    format!("the keys of {} stand in a table [{group}.NAME]", with_article(component.word())),
                ),
        );
    }
    table.iter().filter_map(|(name, entry)| section(component, name, entry, mistakes)).collect()
}

fn section(component: Component, name: &str, entry: &Entry, mistakes: &mut Mistakes) -> Option<Section> {
    let keys = entry.node.as_table()?;
    if !is_name(name) {
        mistakes.push(Mistake::error(no_name(name)).at(entry.key, name_rule(name)));
    }
    let rows = row_names(component);
    let row = fields::row_name(component.word(), row_key(component), keys, entry.key, &rows, mistakes)?;
    let parameters = row_parameters(component, row);
    Some(Section { component, name: name.to_owned(), row, parameters, span: entry.key, keys: keys.clone() })
}

/// `[train]`, which may be left out.
pub fn train(root: &Table, mistakes: &mut Mistakes) -> Section {
    let mut section = Section {
        component: Component::Train,
        name: "train".to_owned(),
        row: "train",
        parameters: row_parameters(Component::Train, ""),
        span: Span { source: 0, start: 0, end: 0 },
        keys: Table::new(),
    };
    if let Some(entry) = root.get("train") {
        section.span = entry.key;
        match entry.node.as_table() {
            Some(keys) => section.keys.clone_from(keys),
            None => mistakes.push(
                Mistake::error(format!("`train` must be a table; found {}", entry.node.found()))
                    .at(entry.node.span, "write [train]"),
            ),
        }
    }
    section
}

/// What is said of a name that [`is_name`] refuses.
pub fn no_name(name: &str) -> String {
    format!("the name {} cannot be used", quoted(name))
}

/// What is accepted instead of it.
pub fn name_rule(name: &str) -> &'static str {
    if is_device(name) {
        "Windows opens a device by this name; accepted: any other"
    } else {
        "accepted: letters, digits, `.`, `_` and `-`, no dot at either end, at most 100 of them"
    }
}

/// Whether a name can be a folder's everywhere. Figures are named by two names and a few words: with 100 characters a name
/// they stay below the 255 bytes that a file's name may have.
pub fn is_name(name: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-');
    (1..=100).contains(&name.len())
        && name.chars().all(plain)
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !is_device(name)
}

/// Whether Windows opens a device by this name, whatever its ending: `CON`, `nul.txt`, `COM1`.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    let numbered = |device| {
        stem.strip_prefix(device)
            .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|digit| digit.is_ascii_digit()))
    };
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

/// Moves `batch_size` of `[train]` into every optimizer that takes one and does not set its own.
pub fn share_batch_size(train: &mut Section, optimizers: &mut [Section], links: &[Link], mistakes: &mut Mistakes) {
    let Some(entry) = train.keys.remove("batch_size") else { return };
    let mut taken = false;
    let mut used = false;
    for optimizer in optimizers.iter_mut().filter(|optimizer| optimizer.parameter("batch_size").is_some()) {
        taken = true;
        let own = optimizer.keys.contains_key("batch_size")
            || links.iter().any(|link| link.moves(optimizer) && link.keys.contains_key("batch_size"));
        if !own {
            used = true;
            optimizer.keys.insert("batch_size".to_owned(), entry.clone());
        }
    }
    if !taken {
        let names: Vec<&str> = optimizer::METHODS
            .iter()
            .filter(|method| method.parameters.iter().any(|parameter| parameter.name == "batch_size"))
            .map(|method| method.name)
            .collect();
        mistakes.push(
            Mistake::error("no optimizer of this experiment takes `batch_size`")
                .at(entry.key, "it would be ignored")
                .help(format!("methods that take it: {}", super::names::plain_list(names))),
        );
    } else if !used {
        mistakes.push(
            Mistake::warning("`batch_size` of `[train]` is not used: every optimizer that takes one sets its own")
                .at(entry.key, "no effect"),
        );
    }
}

/// Where else a key that is unknown here would be known.
pub fn home(key: &str) -> Option<String> {
    if train::PARAMETERS.iter().any(|parameter| parameter.name == key) {
        return Some(format!("`{key}` belongs in [train]"));
    }
    for component in [Component::Dataset, Component::Model, Component::Optimizer] {
        let rows: Vec<&str> = row_names(component)
            .into_iter()
            .filter(|row| row_parameters(component, row).iter().any(|parameter| parameter.name == key))
            .collect();
        if !rows.is_empty() {
            let word = row_key(component);
            let list = super::names::quoted_list(rows);
            return Some(format!("`{key}` is a key of [{}s.NAME] with {word} {list}", component.word()));
        }
    }
    synonyms(key).filter(|meant| *meant != key).find_map(home).map(|home| format!("{home}, which may be meant"))
}

/// The section of that name, or the mistake that there is none.
pub fn find<'a>(
    component: Component,
    name: &str,
    span: Span,
    sections: &'a [Section],
    mistakes: &mut Mistakes,
) -> Option<&'a Section> {
    let found = sections.iter().find(|section| section.component == component && section.name == name);
    if found.is_none() {
        let names: Vec<&str> = sections
            .iter()
            .filter(|section| section.component == component)
            .map(|section| section.name.as_str())
            .collect();
        let label = match nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"? the experiment has {}", super::names::quoted_list(names)),
            None if names.is_empty() => format!("the experiment has no {}", component.word()),
            None => format!("the experiment has {}", super::names::quoted_list(names)),
        };
        mistakes.push(Mistake::error(format!("no {} is named {}", component.word(), quoted(name))).at(span, label));
    }
    found
}
