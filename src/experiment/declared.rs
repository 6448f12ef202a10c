//! The tables that an experiment declares, before their keys are read.

use super::mistake::{Mistake, Mistakes};
use super::names::{nearest, quoted_list, with_article};
use super::registry::{row_key, row_names, row_parameters};
use super::row_name::row_name;
use super::source_text::Span;
use super::table_name::{alike, is_name, name_rule, no_name};
use super::tree::{NodeEntry, NodeTable, quoted};
use crate::parameter::Parameter;
use crate::plan::Component;
use crate::text::composed;

/// One named table (`[optimizers.sgd]`), or `[train]`, before its keys are read.
#[derive(Debug, Clone)]
pub struct DeclaredTable {
    pub component: Component,
    /// `sgd`
    pub name: String,
    /// The name of its registry row.
    pub row: &'static str,
    pub parameters: Vec<&'static Parameter>,
    /// The place of its name.
    pub span: Span,
    pub keys: NodeTable,
}

impl DeclaredTable {
    /// Its name in messages: `method "sgd"`.
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

    /// Keys that are not parameters.
    pub fn other_keys(&self) -> &'static [&'static str] {
        match self.component {
            Component::Dataset => &["source"],
            Component::Model => &["kind"],
            Component::Optimizer => &["method"],
            Component::Train => &[],
        }
    }
}

/// Reads `[datasets.*]`, `[models.*]` or `[optimizers.*]`.
pub fn named(component: Component, root: &NodeTable, mistakes: &mut Mistakes) -> Vec<DeclaredTable> {
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
    if let Some((one, other)) = alike(table.keys().map(String::as_str)) {
        let span = |name: &str| table.get(name).map_or(entry.key, |entry| entry.key);
        mistakes.push(
            Mistake::warning(format!("the {group} \"{one}\" and \"{other}\" differ in upper and lower case alone"))
                .at(span(other), "easily confused")
                .at(span(one), "the other one"),
        );
    }
    table.iter().filter_map(|(name, entry)| declared(component, name, entry, mistakes)).collect()
}

fn declared(component: Component, name: &str, entry: &NodeEntry, mistakes: &mut Mistakes) -> Option<DeclaredTable> {
    let keys = entry.node.as_table()?;
    if !is_name(name) {
        mistakes.push(Mistake::error(no_name(name)).at(entry.key, name_rule(name)));
    }
    let rows = row_names(component);
    let row = row_name(component.word(), row_key(component), keys, entry.key, &rows, mistakes)?;
    let parameters = row_parameters(component, row);
    Some(DeclaredTable { component, name: name.to_owned(), row, parameters, span: entry.key, keys: keys.clone() })
}

/// Reads `[train]`, which is optional.
pub fn train(root: &NodeTable, mistakes: &mut Mistakes) -> DeclaredTable {
    let mut table = DeclaredTable {
        component: Component::Train,
        name: "train".to_owned(),
        row: "train",
        parameters: row_parameters(Component::Train, ""),
        span: Span { source: 0, start: 0, end: 0 },
        keys: NodeTable::new(),
    };
    if let Some(entry) = root.get("train") {
        table.span = entry.key;
        match entry.node.as_table() {
            Some(keys) => table.keys.clone_from(keys),
            None => mistakes.push(
                Mistake::error(format!("`train` must be a table; found {}", entry.node.found()))
                    .at(entry.node.span, "write [train]"),
            ),
        }
    }
    table
}

/// The table with this name; reports a mistake if there is none.
pub fn find<'a>(
    component: Component,
    name: &str,
    span: Span,
    tables: &'a [DeclaredTable],
    mistakes: &mut Mistakes,
) -> Option<&'a DeclaredTable> {
    let name = composed(name);
    let found = tables.iter().find(|table| table.component == component && table.name == name);
    if found.is_none() {
        let names: Vec<&str> =
            tables.iter().filter(|table| table.component == component).map(|table| table.name.as_str()).collect();
        let label = match nearest(&name, names.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"? the experiment has {}", quoted_list(names)),
            None if names.is_empty() => format!("the experiment has no {}", component.word()),
            None => format!("the experiment has {}", quoted_list(names)),
        };
        mistakes.push(Mistake::error(format!("no {} is named {}", component.word(), quoted(&name))).at(span, label));
    }
    found
}
