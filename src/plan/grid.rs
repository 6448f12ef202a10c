//! A grid: the product of its axes, addressed by position.

use super::{Component, Setting};
use crate::shape::grid;

/// One point of an axis: the keys that it sets, with their values. A point of a `[[link]]` sets several keys.
pub type GridPoint = Vec<(Component, String, toml::Value)>;

/// One hyperparameter with several values, or several hyperparameters that move together.
#[derive(Debug, Clone, PartialEq)]
pub struct GridAxis {
    /// The keys that move along it.
    pub keys: Vec<(Component, String)>,
    pub points: Vec<GridPoint>,
}

/// A base setting and the axes that vary it; the last axis runs fastest.
#[derive(Debug, Clone)]
pub struct Grid {
    pub base: Setting,
    /// Sorted by their first key, so that the order of keys in the file has no effect.
    pub axes: Vec<GridAxis>,
}

impl Grid {
    /// The number of settings; saturates at `u64::MAX`.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.axes.iter().fold(1_u64, |product, axis| product.saturating_mul(axis.points.len() as u64))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The digits of the setting at `index` (its positions along the axes), `index < len()`.
    pub fn digits(&self, index: u64, digits: &mut Vec<usize>) {
        digits.clear();
        digits.resize(self.axes.len(), 0);
        grid::write_digits(index, self.axes.iter().map(|axis| axis.points.len() as u64), digits);
    }

    /// The setting at `index`, `index < len()`.
    #[must_use]
    pub fn setting(&self, index: u64) -> Setting {
        let mut setting = self.base.clone();
        let mut digits = Vec::new();
        self.digits(index, &mut digits);
        for (axis, digit) in self.axes.iter().zip(digits) {
            for (component, key, value) in &axis.points[digit] {
                setting.values_mut(*component).insert(key.clone(), value.clone());
            }
        }
        setting
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::parameter::Values;
    use crate::plan::ResolvedTable;

    fn grid(sizes: &[usize]) -> Grid {
        let table = || ResolvedTable { table: String::new(), kind: String::new(), values: Values::new() };
        let base = Setting { dataset: table(), model: table(), optimizer: table(), train: Values::new() };
        let axis = |(index, size): (usize, &usize)| {
            let key = format!("key{index}");
            let point = |value: usize| vec![(Component::Train, key.clone(), toml::Value::Integer(value as i64))];
            GridAxis { points: (0..*size).map(point).collect(), keys: vec![(Component::Train, key.clone())] }
        };
        Grid { base, axes: sizes.iter().enumerate().map(axis).collect() }
    }

    proptest! {
        /// An index decodes to the setting that nested loops would reach, with the last axis innermost.
        #[test]
        fn decodes_as_nested_loops(sizes in prop::collection::vec(1_usize..5, 0..5)) {
            let grid = grid(&sizes);
            let mut digits = vec![0_usize; sizes.len()];
            for index in 0..grid.len() {
                let train = grid.setting(index).train;
                let read: Vec<i64> = (0..sizes.len()).filter_map(|axis| train[&format!("key{axis}")].as_integer()).collect();
                prop_assert_eq!(read, digits.iter().map(|digit| *digit as i64).collect::<Vec<_>>());
                for (digit, size) in digits.iter_mut().zip(&sizes).rev() {
                    *digit += 1;
                    if digit < &mut size.clone() {
                        break;
                    }
                    *digit = 0;
                }
            }
            prop_assert!(digits.iter().all(|digit| *digit == 0));
        }
    }
}
