//! The keys of a combination that have several values.

use std::collections::{BTreeMap, HashMap};

use super::key_labels::parameters;
use super::level_axes::LevelAxes;
use super::point_classes::is_of;
use super::setting::flat_key;
use super::task_axes::keys_of_tasks;
use super::{Combination, Component, GridAxis};
use crate::parameter::Values;

/// What the values of a key that varies do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Varying {
    /// They compete on each task.
    Competes,
    /// Each makes a task of its own.
    MakesTasks,
}

impl Combination {
    /// The qualified keys of which its settings have several values: `optimizer.batch_size`; of a table the whole and its keys,
    /// `optimizer.schedule`, `optimizer.schedule.kind`.
    #[must_use]
    pub fn varying_keys(&self) -> BTreeMap<String, Varying> {
        let mut found = BTreeMap::new();
        for (index, axis) in self.grid.axes.iter().enumerate() {
            let of_tasks: Vec<String> =
                axis.keys.iter().flat_map(|(component, key)| self.tasks(*component, key)).collect();
            let makes_tasks = |name: &str| of_tasks.iter().any(|key| is_of(name, key));
            let varied = self.varied(index, axis);
            for name in varied.iter() {
                let of_own = if makes_tasks(name) { Varying::MakesTasks } else { Varying::Competes };
                found.insert(name.clone(), of_own);
            }
            // A table competes as a whole unless a key in it makes tasks.
            for whole in axis.keys.iter().map(|(component, key)| format!("{}.{key}", component.word())) {
                let inner: Vec<&String> = varied.iter().filter(|name| is_of(name, &whole)).collect();
                if !inner.is_empty() {
                    let some = inner.iter().any(|name| makes_tasks(name));
                    found.insert(whole, if some { Varying::MakesTasks } else { Varying::Competes });
                }
            }
        }
        found
    }

    /// How many contenders a task of it has if these keys are compared.
    #[must_use]
    pub fn contenders(&self, compared: &[String]) -> usize {
        LevelAxes::of(&self.grid, compared).count()
    }

    fn tasks(&self, component: Component, key: &str) -> Vec<String> {
        let own = parameters(&self.grid, component).into_iter().find(|parameter| parameter.name == key);
        own.map_or_else(Vec::new, |own| keys_of_tasks(&format!("{}.{key}", component.word()), own))
    }

    /// The flat keys in which the points of an axis differ, of those that a rule left.
    fn varied(&self, index: usize, axis: &GridAxis) -> Vec<String> {
        let mut used = vec![self.kept.is_none(); axis.points.len()];
        let mut digits = Vec::new();
        for position in self.kept.iter().flatten() {
            self.grid.digits(*position, &mut digits);
            used[digits[index]] = true;
        }
        let points = axis.points.iter().zip(used).filter(|(_, used)| *used);
        let flat: Vec<Values> = points
            .map(|(point, _)| {
                let mut flat = Values::new();
                point.iter().for_each(|(component, key, value)| flat_key(*component, key, value, &mut flat));
                flat
            })
            .collect();
        let mut first: HashMap<&String, (&toml::Value, usize)> = HashMap::new();
        let mut varied: Vec<String> = Vec::new();
        for (key, value) in flat.iter().flatten() {
            let (known, count) = first.entry(key).or_insert((value, 0));
            *count += 1;
            if *known != value && !varied.contains(key) {
                varied.push(key.clone());
            }
        }
        // A key that only some of them have varies too.
        let partly = first.iter().filter(|(_, (_, count))| *count < flat.len()).map(|(key, _)| (*key).clone());
        varied.extend(partly.filter(|key| !varied.contains(key)).collect::<Vec<_>>());
        varied.sort();
        varied
    }
}
