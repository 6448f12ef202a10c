//! Keys that no registry row knows, and keys that decide nothing.

use super::{bound, planned};
use crate::parameter::{Decides, Fallback, Kind, Parameter};
use crate::plan::canonical::{Canonical, end_canonical};
use crate::plan::canonical_lines::sorted;
use crate::plan::{BoundPlan, Component, GridAxis, data_canonical};
use crate::record::Id;

const SMALL: &str = r#"
[datasets.d]
source = "synthetic"
n_samples = 20
n_features = 2

[models.m]
kind = "linear"

[optimizers.o]
method = "gd"
learning_rate = [0.01, 0.1]
"#;

fn ids(declare: impl FnOnce(&mut crate::plan::Grid)) -> Vec<Id> {
    let (mut plan, facts) = planned(SMALL, &[]);
    declare(&mut plan.combinations[0].grid);
    let bound = BoundPlan::new(&plan, &facts).expect("binds");
    bound.identities().all().to_vec()
}

#[test]
fn two_values_of_a_declared_key_are_two_ids_and_none_is_todays() {
    let today = ids(|_| {});
    assert_eq!(today, bound(SMALL, &[], |bound| bound.identities().all().to_vec()));
    let with = |key: &str, value: f64| {
        ids(|grid| _ = grid.base.optimizer.values.insert(key.to_owned(), toml::Value::Float(value)))
    };
    let mut all =
        [today, with("dropout", 0.1), with("dropout", 0.2), with("drop out", 0.1), with("x\"\n", 0.1)].concat();
    assert_eq!(all.len(), 10);
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 10, "each is its own");
}

#[test]
fn a_declared_key_may_be_an_axis() {
    let axis = |values: &[i64]| {
        let key = (Component::Optimizer, "layers".to_owned());
        let point = |value: &i64| vec![(key.0, key.1.clone(), toml::Value::Integer(*value))];
        GridAxis { keys: vec![key.clone()], points: values.iter().map(point).collect() }
    };
    let two = ids(|grid| grid.axes.push(axis(&[1, 2])));
    let one = ids(|grid| grid.axes.push(axis(&[1])));
    let fixed = ids(|grid| _ = grid.base.optimizer.values.insert("layers".to_owned(), toml::Value::Integer(1)));
    assert_eq!(one, fixed);
    assert_eq!([two[0], two[2]], one[..]);
    assert!(!one.contains(&two[1]));
}

/// In every component, and by the data and the trajectory too.
#[test]
fn a_declared_key_of_any_component_enters() {
    let (plan, _) = planned(SMALL, &[]);
    let grid = &plan.combinations[0].grid;
    let text = |grid: &crate::plan::Grid, steps: bool| {
        let (canonical, mut text) = (Canonical::new(grid, &|_| "f".to_owned()), String::new());
        if steps {
            canonical.write_steps(&[0], &mut text)
        } else {
            canonical.write(&[0], &mut text)
        }
        text
    };
    for component in Component::ALL {
        let mut other = grid.clone();
        other.base.values_mut(component).insert("own".to_owned(), toml::Value::String("a\nb".to_owned()));
        for steps in [false, true] {
            assert_ne!(text(&other, steps), text(grid, steps), "{component:?}");
            assert!(text(&other, steps).contains(&format!("{}.own = ", component.word())));
        }
        let shares_data = matches!(component, Component::Optimizer | Component::Train);
        let data = |grid: &crate::plan::Grid| data_canonical(&grid.base, "f", None);
        assert_eq!(data(&other) == data(grid), shares_data, "{component:?}");
        assert_eq!(end_canonical(&other.base), end_canonical(&grid.base));
    }
}

#[test]
fn a_key_that_decides_nothing_does_not_enter() {
    const fn key(name: &'static str, decides: Decides) -> Parameter {
        Parameter::new(name, Kind::Boolean, Fallback::Absent, decides, "")
    }
    static KEYS: [Parameter; 3] = [key("watched", Decides::Nothing), key("b", Decides::End), key("a", Decides::Path)];
    assert_eq!(sorted(&KEYS).iter().map(|key| key.name).collect::<Vec<_>>(), ["a", "b"]);
}
