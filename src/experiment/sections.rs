//! The tables of an experiment and the registry rows that they name.

use super::diagnostics::{Problem, Problems};
use super::fields;
use super::link::Link;
use super::names::{nearest, synonyms, with_article};
use super::tree::{Entry, Span, Table, quoted};
use crate::parameter::Parameter;
use crate::plan::Place;
use crate::{dataset, model, optimizer, train};

/// One named table (`[optimizers.sgd]`), or `[train]`, before its keys are read.
#[derive(Debug, Clone)]
pub struct Section {
    pub place: Place,
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
        match self.place {
            Place::Train => "`[train]`".to_owned(),
            place => format!("{} \"{}\"", row_key(place), self.row),
        }
    }

    /// Its path in the file: `optimizers.sgd`.
    pub fn path(&self) -> String {
        match self.place {
            Place::Train => "train".to_owned(),
            place => format!("{}s.{}", place.word(), self.name),
        }
    }

    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters.iter().copied().find(|parameter| parameter.name == name)
    }

    /// The keys beside those of `parameters`.
    pub fn other_keys(&self) -> &'static [&'static str] {
        match self.place {
            Place::Dataset => &["source"],
            Place::Model => &["kind"],
            Place::Optimizer => &["method"],
            Place::Train => &[],
        }
    }
}

/// The key that names a table's registry row.
pub const fn row_key(place: Place) -> &'static str {
    match place {
        Place::Dataset => "source",
        Place::Model => "kind",
        Place::Optimizer => "method",
        Place::Train => "train",
    }
}

/// The names of a registry's rows.
pub fn row_names(place: Place) -> Vec<&'static str> {
    match place {
        Place::Dataset => dataset::SOURCES.iter().map(|row| row.name).collect(),
        Place::Model => model::FAMILIES.iter().map(|row| row.name).collect(),
        Place::Optimizer => optimizer::METHODS.iter().map(|row| row.name).collect(),
        Place::Train => Vec::new(),
    }
}

/// The parameters of a registry's row.
pub fn row_parameters(place: Place, row: &str) -> Vec<&'static Parameter> {
    match place {
        Place::Dataset => {
            let own = dataset::source(row).map_or(&[][..], |source| source.parameters);
            own.iter().chain(dataset::COMMON).collect()
        }
        Place::Model => model::family(row).map_or(&[][..], |family| family.parameters).iter().collect(),
        Place::Optimizer => optimizer::method(row).map_or(&[][..], |method| method.parameters).iter().collect(),
        Place::Train => train::PARAMETERS.iter().collect(),
    }
}

/// Reads `[datasets.*]`, `[models.*]` or `[optimizers.*]`.
pub fn named(place: Place, root: &Table, problems: &mut Problems) -> Vec<Section> {
    let group = format!("{}s", place.word());
    let start = Span { source: 0, start: 0, end: 0 };
    let example = match place {
        Place::Dataset => "`[datasets.mydata]` with `source = \"csv\"`",
        Place::Model => "`[models.linear]` with `kind = \"linear\"`",
        _ => "`[optimizers.gd]` with `method = \"gd\"`",
    };
    let needed = |span: Span| {
        Problem::error(format!("the experiment has no {}", place.word()))
            .at(span, format!("at least one table [{group}.NAME] is needed"))
            .help(format!("for example {example}"))
            .absence()
    };
    let Some(entry) = root.get(&group) else {
        problems.push(needed(start));
        return Vec::new();
    };
    let Some(table) = entry.node.as_table() else {
        problems.push(
            Problem::error(format!("`{group}` must hold tables; found {}", entry.node.found()))
                .at(entry.key, format!("write [{group}.NAME]")),
        );
        return Vec::new();
    };
    if table.is_empty() {
        problems.push(needed(entry.key));
    }
    if let Some((key, entry)) =
        table.iter().filter(|(_, entry)| entry.node.as_table().is_none()).min_by_key(|(_, entry)| entry.key)
    {
        problems.push(
            Problem::error(format!("`{group}.{}` must be a table; found {}", key.escape_debug(), entry.node.found()))
                .at(entry.key, format!("the keys of {} stand in a table [{group}.NAME]", with_article(place.word()))),
        );
    }
    table.iter().filter_map(|(name, entry)| section(place, name, entry, problems)).collect()
}

fn section(place: Place, name: &str, entry: &Entry, problems: &mut Problems) -> Option<Section> {
    let keys = entry.node.as_table()?;
    if !is_name(name) {
        problems.push(Problem::error(no_name(name)).at(entry.key, name_rule(name)));
    }
    let rows = row_names(place);
    let row = fields::row_name(place.word(), row_key(place), keys, entry.key, &rows, problems)?;
    let parameters = row_parameters(place, row);
    Some(Section { place, name: name.to_owned(), row, parameters, span: entry.key, keys: keys.clone() })
}

/// `[train]`, which may be left out.
pub fn train(root: &Table, problems: &mut Problems) -> Section {
    let mut section = Section {
        place: Place::Train,
        name: "train".to_owned(),
        row: "train",
        parameters: row_parameters(Place::Train, ""),
        span: Span { source: 0, start: 0, end: 0 },
        keys: Table::new(),
    };
    if let Some(entry) = root.get("train") {
        section.span = entry.key;
        match entry.node.as_table() {
            Some(keys) => section.keys.clone_from(keys),
            None => problems.push(
                Problem::error(format!("`train` must be a table; found {}", entry.node.found()))
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
pub fn share_batch_size(train: &mut Section, optimizers: &mut [Section], links: &[Link], problems: &mut Problems) {
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
        problems.push(
            Problem::error("no optimizer of this experiment takes `batch_size`")
                .at(entry.key, "it would be ignored")
                .help(format!("methods that take it: {}", super::names::plain_list(names))),
        );
    } else if !used {
        problems.push(
            Problem::warning("`batch_size` of `[train]` is not used: every optimizer that takes one sets its own")
                .at(entry.key, "no effect"),
        );
    }
}

/// Where else a key that is unknown here would be known.
pub fn home(key: &str) -> Option<String> {
    if train::PARAMETERS.iter().any(|parameter| parameter.name == key) {
        return Some(format!("`{key}` belongs in [train]"));
    }
    for place in [Place::Dataset, Place::Model, Place::Optimizer] {
        let rows: Vec<&str> = row_names(place)
            .into_iter()
            .filter(|row| row_parameters(place, row).iter().any(|parameter| parameter.name == key))
            .collect();
        if !rows.is_empty() {
            let word = row_key(place);
            let list = super::names::quoted_list(rows);
            return Some(format!("`{key}` is a key of [{}s.NAME] with {word} {list}", place.word()));
        }
    }
    synonyms(key).filter(|meant| *meant != key).find_map(home).map(|home| format!("{home}, which may be meant"))
}

/// The section of that name, or the problem that there is none.
pub fn find<'a>(
    place: Place,
    name: &str,
    span: Span,
    sections: &'a [Section],
    problems: &mut Problems,
) -> Option<&'a Section> {
    let found = sections.iter().find(|section| section.place == place && section.name == name);
    if found.is_none() {
        let names: Vec<&str> =
            sections.iter().filter(|section| section.place == place).map(|section| section.name.as_str()).collect();
        let label = match nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"? the experiment has {}", super::names::quoted_list(names)),
            None if names.is_empty() => format!("the experiment has no {}", place.word()),
            None => format!("the experiment has {}", super::names::quoted_list(names)),
        };
        problems.push(Problem::error(format!("no {} is named {}", place.word(), quoted(name))).at(span, label));
    }
    found
}
