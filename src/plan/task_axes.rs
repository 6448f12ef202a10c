//! The axes of a grid whose points are tasks: another value of such a key makes other rows or other targets, or asks for
//! something else of them, such as another quantile. Tasks never compete as hyperparameters do.

use std::collections::{BTreeMap, BTreeSet};

use super::key_labels::parameters;
use super::setting::flat_key;
use super::{Grid, GridAxis};
use crate::parameter::{AboutRow, Kind, Parameter, Values};
use crate::record::KeyLabel;
use crate::text;

/// What tells the tasks of one grid apart.
pub(super) struct TaskAxes {
    /// For each axis that makes tasks: its position in the grid, and the class of each of its points. Points that agree in every
    /// key that makes tasks share a class.
    axes: Vec<(usize, Vec<usize>)>,
    /// For each of these axes, what a label says of each class.
    words: Vec<Vec<String>>,
}

impl TaskAxes {
    pub fn of(grid: &Grid, labels: &BTreeMap<String, KeyLabel>) -> Self {
        let mut task_axes = Self { axes: Vec::new(), words: Vec::new() };
        for (position, axis) in grid.axes.iter().enumerate() {
            let mut keys = BTreeSet::new();
            for (component, key) in &axis.keys {
                let own = parameters(grid, *component).into_iter().find(|parameter| parameter.name == key);
                keys.extend(own.into_iter().flat_map(|own| keys_of_tasks(&format!("{}.{key}", component.word()), own)));
            }
            if keys.is_empty() {
                continue;
            }
            let (classes, words) = classes(axis, &keys, labels);
            task_axes.axes.push((position, classes));
            task_axes.words.push(words);
        }
        task_axes
    }

    /// The number of combinations of points that make tasks.
    pub fn tasks(&self) -> u64 {
        let classes = |(_, classes): &(usize, Vec<usize>)| classes.iter().max().map_or(1, |last| *last as u64 + 1);
        self.axes.iter().map(classes).fold(1, u64::saturating_mul)
    }

    /// The task of a setting, given its positions along the axes of the grid.
    pub fn task(&self, digits: &[usize]) -> Vec<usize> {
        self.axes.iter().map(|(axis, classes)| classes[digits[*axis]]).collect()
    }

    /// What tells a task apart from the others of the grid: `noise 0.1, seed 3`. Empty if nothing does.
    pub fn label(&self, task: &[usize]) -> String {
        let words = self.words.iter().zip(task).map(|(words, class)| words[*class].as_str());
        words.filter(|words| !words.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

/// The qualified names of what makes tasks: the key itself, or keys of the rows that it may name (`model.loss.tau`).
fn keys_of_tasks(name: &str, parameter: &Parameter) -> Vec<String> {
    if parameter.decides.task() {
        return vec![name.to_owned()];
    }
    let Kind::Row(registry) = parameter.kind else { return Vec::new() };
    let about = registry.about_all();
    let inner = about.iter().flat_map(AboutRow::keys);
    inner.flat_map(|inner| keys_of_tasks(&format!("{name}.{}", inner.name), inner)).collect()
}

/// The class of each point of an axis by some of its keys, and the words for each class.
fn classes(axis: &GridAxis, keys: &BTreeSet<String>, labels: &BTreeMap<String, KeyLabel>) -> (Vec<usize>, Vec<String>) {
    let flat = |point: &super::GridPoint| {
        let mut flat = Values::new();
        point.iter().for_each(|(component, key, value)| flat_key(*component, key, value, &mut flat));
        // A table has its keys under its name.
        let makes_tasks = |key: &str| {
            keys.iter().any(|name| {
                key.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        flat.retain(|key, _| makes_tasks(key));
        flat
    };
    let mut known: Vec<Values> = Vec::new();
    let mut classes = Vec::with_capacity(axis.points.len());
    for point in axis.points.iter().map(flat) {
        let class = known.iter().position(|other| *other == point).unwrap_or_else(|| {
            known.push(point);
            known.len() - 1
        });
        classes.push(class);
    }
    let differs = |key: &str| known.iter().any(|values| values.get(key) != known[0].get(key));
    let words = |values: &Values| {
        let parts = values.iter().filter(|(key, _)| differs(key)).map(|(key, value)| {
            let bare = key.rsplit_once('.').map_or(key.as_str(), |(_, name)| name);
            let label = labels.get(key).map_or(bare, |known| known.label);
            format!("{label} {}", written(value))
        });
        parts.collect::<Vec<_>>().join(", ")
    };
    let words = known.iter().map(words).collect();
    (classes, words)
}

fn written(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Float(value) => text::number(*value),
        other => text::toml_value(other),
    }
}
