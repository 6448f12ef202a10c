//! The values and settings of a combination that lints look at.

use toml::Value;

use crate::optimizer::LEARNING_RATE;
use crate::plan::{Combination, Component, GridAxis, Setting};

/// Every value of a key in a combination's grid.
pub fn values<'a>(combination: &'a Combination, component: Component, key: &str) -> Vec<&'a Value> {
    let grid = &combination.grid;
    let points = grid.axes.iter().flat_map(|axis| &axis.points).flatten();
    let on_axes = points.filter(|(at, name, _)| *at == component && name == key).map(|(_, _, value)| value);
    grid.base.values(component).get(key).into_iter().chain(on_axes).collect()
}

pub fn has_axis(combination: &Combination, component: Component, key: &str) -> bool {
    combination.grid.axes.iter().any(|axis| axis.keys.iter().any(|(at, name)| *at == component && name == key))
}

/// Settings in which every value of every key occurs, except that the learning rate stays where its axis begins: the first setting
/// of the grid, and that with each point of each axis.
pub fn settings(combination: &Combination) -> impl Iterator<Item = Setting> + '_ {
    let moves_more = |axis: &&GridAxis| axis.keys.iter().any(|(_, key)| key != LEARNING_RATE.name);
    let points = combination.grid.axes.iter().filter(moves_more).flat_map(|axis| &axis.points);
    let varied = points.map(|point| {
        let mut setting = combination.grid.setting(0);
        for (component, key, value) in point {
            setting.values_mut(*component).insert(key.clone(), value.clone());
        }
        setting
    });
    std::iter::once_with(|| combination.grid.setting(0)).chain(varied)
}

/// `optimizers.NAME`
pub fn optimizer(combination: &Combination) -> String {
    format!("optimizers.{}", combination.grid.base.optimizer.table)
}
