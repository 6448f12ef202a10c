//! The axes of a grid whose points are tasks: another value of such a key makes other rows or other targets, or asks for
//! something else of them, such as another quantile. Tasks never compete as hyperparameters do.

use std::collections::BTreeMap;

use super::Grid;
use super::key_labels::parameters;
use super::point_classes::{PointClasses, written};
use crate::parameter::{AboutRow, Kind, Parameter, Values};
use crate::record::KeyLabel;

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
            let mut keys = Vec::new();
            for (component, key) in &axis.keys {
                let own = parameters(grid, *component).into_iter().find(|parameter| parameter.name == key);
                keys.extend(own.into_iter().flat_map(|own| keys_of_tasks(&format!("{}.{key}", component.word()), own)));
            }
            if keys.is_empty() {
                continue;
            }
            let classes = PointClasses::of(axis, &keys);
            task_axes.words.push(words(&classes.values, labels));
            task_axes.axes.push((position, classes.of_points));
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
pub(super) fn keys_of_tasks(name: &str, parameter: &Parameter) -> Vec<String> {
    if parameter.decides.task() {
        return vec![name.to_owned()];
    }
    let Kind::Row(registry) = parameter.kind else { return Vec::new() };
    let about = registry.about_all();
    let inner = about.iter().flat_map(AboutRow::keys);
    inner.flat_map(|inner| keys_of_tasks(&format!("{name}.{}", inner.name), inner)).collect()
}

/// What a label says of each class of points: the keys in which the classes differ.
fn words(classes: &[Values], labels: &BTreeMap<String, KeyLabel>) -> Vec<String> {
    let differs = |key: &str| classes.iter().any(|values| values.get(key) != classes[0].get(key));
    let words = |values: &Values| {
        let parts = values.iter().filter(|(key, _)| differs(key)).map(|(key, value)| {
            let bare = key.rsplit_once('.').map_or(key.as_str(), |(_, name)| name);
            let label = labels.get(key).map_or(bare, |known| known.label);
            format!("{label} {}", written(value))
        });
        parts.collect::<Vec<_>>().join(", ")
    };
    classes.iter().map(words).collect()
}
