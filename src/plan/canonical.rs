//! The canonical text of what decides a trial's record. The trial's id is the BLAKE3 hash of this text.
//!
//! Keys that equal their default are left out, so a key that a later version adds keeps today's ids. Names, titles and the order
//! of tables do not enter.

use std::fmt::Write as _;

use super::{Component, Grid, Setting};
use crate::parameter::{Kind, Parameter, Values};
use crate::{dataset, model, optimizer, schedule, shape, train};

/// A line of a canonical text. It changes with the keys it names and with nothing else.
enum CanonicalLine {
    Fixed(String),
    /// The fingerprint of the data. Any option of the data set may change it.
    Data,
    Key {
        component: Component,
        parameter: &'static Parameter,
    },
}

impl CanonicalLine {
    fn write(&self, text: &mut String, setting: &Setting, fingerprint: &dyn Fn(&Setting) -> String) {
        match self {
            Self::Fixed(fixed) => text.push_str(fixed),
            Self::Data => {
                let _ = writeln!(text, "data = \"{}\"", fingerprint(setting));
            }
            Self::Key { component, parameter } => {
                if let Some(value) = setting.values(*component).get(parameter.name) {
                    write_key(text, component.word(), parameter, value);
                }
            }
        }
    }

    /// Whether a key can change this line.
    fn depends_on(&self, (at, key): &(Component, String)) -> bool {
        match self {
            Self::Fixed(_) => false,
            Self::Data => *at == Component::Dataset,
            Self::Key { component, parameter } => at == component && key == parameter.name,
        }
    }
}

/// The lines of a data set: the fingerprint of its parsed numbers, and how they are split and scaled. Generated data also has
/// the options that generate it.
fn dataset_lines(setting: &Setting) -> Vec<CanonicalLine> {
    let mut lines = vec![CanonicalLine::Data];
    if let Some(source) = dataset::source(&setting.dataset.kind)
        && source.generated
    {
        lines.push(CanonicalLine::Fixed(format!("source = \"{}\"\n", source.name)));
        lines.extend(keys(Component::Dataset, source.parameters));
    }
    lines.extend(keys(Component::Dataset, dataset::COMMON));
    lines
}

fn setting_lines(setting: &Setting) -> Vec<CanonicalLine> {
    let mut lines = dataset_lines(setting);
    lines.push(CanonicalLine::Fixed(format!("model = \"{}\"\n", setting.model.kind)));
    if let Some(family) = model::family(&setting.model.kind) {
        lines.extend(keys(Component::Model, family.parameters));
    }
    lines.push(CanonicalLine::Fixed(format!("method = \"{}\"\n", setting.optimizer.kind)));
    if let Some(method) = optimizer::method(&setting.optimizer.kind) {
        lines.extend(keys(Component::Optimizer, method.parameters));
    }
    lines.extend(keys(Component::Train, train::PARAMETERS));
    lines
}

/// One line for each key, in the order of their names.
fn keys(component: Component, parameters: &'static [Parameter]) -> Vec<CanonicalLine> {
    let mut sorted: Vec<&Parameter> = parameters.iter().collect();
    sorted.sort_by_key(|parameter| parameter.name);
    sorted.into_iter().map(|parameter| CanonicalLine::Key { component, parameter }).collect()
}

/// The data set's lines of a trial's canonical text.
#[must_use]
pub fn dataset_canonical(setting: &Setting, fingerprint: &str) -> String {
    let mut text = String::new();
    dataset_lines(setting).iter().for_each(|line| line.write(&mut text, setting, &|_| fingerprint.to_owned()));
    text
}

/// The canonical text of what decides a model's rows. Trials that differ only in penalties or start share it.
#[must_use]
pub fn model_shape(setting: &Setting) -> String {
    let mut text = format!("model = \"{}\"\n", setting.model.kind);
    if let Some(family) = model::family(&setting.model.kind) {
        let kept: Vec<Parameter> =
            family.parameters.iter().filter(|key| !matches!(key.name, "l1" | "l2" | "init")).copied().collect();
        write_values(&mut text, "model", &setting.model.values, &kept);
    }
    text
}

/// The canonical texts of all settings of a grid. What an axis decides is written once for each of its points.
pub struct Canonical {
    pieces: Vec<Piece>,
}

struct Piece {
    /// The axes that decide the piece, each with its number of points; empty if the piece is fixed.
    axes: Vec<(usize, usize)>,
    /// One text for each combination of their points, the last axis running fastest.
    texts: Vec<String>,
}

impl Canonical {
    /// `fingerprint` returns the fingerprint of a setting's data.
    pub fn new(grid: &Grid, fingerprint: &dyn Fn(&Setting) -> String) -> Self {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut setting = grid.base.clone();
        for line in setting_lines(&grid.base) {
            let axes: Vec<(usize, usize)> = (grid.axes.iter().enumerate())
                .filter(|(_, axis)| axis.keys.iter().any(|key| line.depends_on(key)))
                .map(|(index, axis)| (index, axis.points.len()))
                .collect();
            let n_texts = axes.iter().map(|(_, points)| points).product();
            let mut texts = Vec::with_capacity(n_texts);
            let mut digits = vec![0; axes.len()];
            for _ in 0..n_texts {
                for (&(axis, _), &digit) in axes.iter().zip(&digits) {
                    for (component, key, value) in &grid.axes[axis].points[digit] {
                        setting.values_mut(*component).insert(key.clone(), value.clone());
                    }
                }
                shape::grid::advance(&mut digits, axes.iter().map(|(_, points)| *points));
                let mut text = String::new();
                line.write(&mut text, &setting, fingerprint);
                texts.push(text);
            }
            match (pieces.last_mut(), texts.first()) {
                (Some(last), Some(text)) if axes.is_empty() && last.axes.is_empty() => last.texts[0].push_str(text),
                _ => pieces.push(Piece { axes, texts }),
            }
        }
        Self { pieces }
    }

    /// Appends the text of the setting with these digits (positions along the axes).
    pub fn write(&self, digits: &[usize], text: &mut String) {
        for piece in &self.pieces {
            let index = shape::grid::position(piece.axes.iter().map(|&(axis, points)| (digits[axis], points)));
            text.push_str(&piece.texts[index]);
        }
    }
}

/// Appends the line that distinguishes the trials of a setting; `seed` is `None` if nothing depends on it.
pub fn write_seed(text: &mut String, seed: Option<u64>) {
    if let Some(seed) = seed {
        let _ = writeln!(text, "seed = {seed}");
    }
}

/// Writes the values that differ from their defaults, in the order of their names.
fn write_values(text: &mut String, prefix: &str, values: &Values, parameters: &[Parameter]) {
    let mut sorted: Vec<&Parameter> = parameters.iter().collect();
    sorted.sort_by_key(|parameter| parameter.name);
    for parameter in sorted {
        if let Some(value) = values.get(parameter.name) {
            write_key(text, prefix, parameter, value);
        }
    }
}

fn write_key(text: &mut String, prefix: &str, parameter: &Parameter, value: &toml::Value) {
    if parameter.default_value().as_ref() == Some(value) {
        return;
    }
    let name = format!("{prefix}.{}", parameter.name);
    match (parameter.kind, value) {
        (Kind::Schedule, toml::Value::Table(table)) => {
            let kind = table.get("kind").and_then(toml::Value::as_str).unwrap_or_default();
            let _ = writeln!(text, "{name} = \"{kind}\"");
            if let Some(row) = schedule::kind(kind) {
                write_values(text, &name, table, row.parameters);
            }
        }
        (Kind::Table(inner), toml::Value::Table(table)) => write_values(text, &name, table, inner),
        (_, value) => {
            let _ = writeln!(text, "{name} = {value}");
        }
    }
}
