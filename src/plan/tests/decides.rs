//! What a key decides, seen from outside: which ids, prepared data, problems and trajectories two values have in common.

use std::collections::BTreeSet;

use super::bound;
use crate::parameter::{Decides, Kind, Parameter};
use crate::record::Id;
use crate::{dataset, model, optimizer, schedule, train};

const BASE: &str = r#"
seeds = 1

[datasets.d]
source = "synthetic"
n_samples = 40
n_features = 3
split = { validation = 0.25 }

[models.m]
kind = "polynomial"
degree = 1

[optimizers.o]
method = "sgd"
learning_rate = 0.01
batch_size = 8

[train]
epochs = 10
"#;

/// The numbers of different ids, prepared data, problems and trajectories.
fn counts(change: &str) -> [usize; 4] {
    bound(BASE, &[change.to_owned()], |bound| {
        let trials: Vec<_> = (0..bound.trials()).map(|index| bound.trial(index)).collect();
        let different = |of: &dyn Fn(usize) -> String| (0..trials.len()).map(of).collect::<BTreeSet<_>>().len();
        [
            different(&|index| bound.id(&trials[index]).hex()),
            different(&|index| bound.data_number(&trials[index]).to_string()),
            different(&|index| bound.problem(&trials[index]).as_ref().map(Id::hex).unwrap_or_default()),
            different(&|index| bound.steps_canonical(&trials[index])),
        ]
    })
}

#[test]
fn two_values_share_what_they_do_not_decide() {
    for (change, data, problems, trajectories) in [
        ("datasets.d.n_samples=[40,50]", 2, 2, 2),
        ("datasets.d.noise=[0.5,1.0]", 2, 2, 2),
        ("datasets.d.rows=[\"seed\",\"trial\"]", 2, 2, 2),
        ("datasets.d.split.validation=[0.25,0.5]", 2, 2, 2),
        ("datasets.d.standardize=[false,true]", 2, 2, 2),
        ("models.m.degree=[1,2]", 2, 2, 2),
        ("models.m.interactions=[true,false]", 2, 2, 2),
        ("train.precision=[\"f64\",\"f32\"]", 2, 2, 2),
        ("models.m.init=[\"zeros\",\"normal\"]", 1, 2, 2),
        ("models.m.l2=[0.0,0.1]", 1, 2, 2),
        ("models.m.l1=[0.0,0.1]", 1, 1, 2),
        ("models.m.loss=[{kind=\"quantile\",tau=0.1},{kind=\"quantile\",tau=0.9}]", 1, 2, 2),
        ("optimizers.o.learning_rate=[0.01,0.02]", 1, 1, 2),
        ("optimizers.o.batch_size=[8,4]", 1, 1, 2),
        ("optimizers.o.schedule=[{kind=\"constant\"},{kind=\"inverse_time\",decay=0.1}]", 1, 1, 2),
        ("train.divergence_factor=[1e12,1e9]", 1, 1, 2),
        ("train.path=[\"auto\",\"plain\"]", 1, 1, 2),
        ("train.epochs=[10,20]", 1, 1, 1),
        ("train.curve_points=[64,8]", 1, 1, 1),
        ("train.evaluate_every=[1,2]", 1, 1, 1),
        ("train.target_loss=[0.1,0.2]", 1, 1, 1),
        ("train.gradient_norm=[0.1,0.2]", 1, 1, 1),
        ("train.patience=[3,4]", 1, 1, 1),
        ("train.min_delta=[1e-9,1e-3]", 1, 1, 1),
    ] {
        assert_eq!(counts(change), [2, data, problems, trajectories], "{change}");
    }
}

/// Prepared data is written from the keys of data sets, models and `[train]`, so a method or a schedule cannot decide it.
#[test]
fn contract() {
    let methods = optimizer::METHODS.rows.iter().flat_map(|row| row.parameters);
    for parameter in methods.chain(schedule::SCHEDULES.rows.iter().flat_map(|row| row.parameters)) {
        assert!(!parameter.decides.data(), "{} decides data", parameter.name);
    }
    for parameter in dataset::SOURCES.rows.iter().flat_map(|row| row.parameters).chain(dataset::COMMON) {
        assert!(parameter.decides.data(), "{} of a data set decides no data", parameter.name);
    }
    // What a table decides, its keys decide.
    let all =
        model::FAMILIES.rows.iter().flat_map(|row| row.parameters).chain(dataset::COMMON).chain(train::PARAMETERS);
    for parameter in all {
        if let Kind::Table(inner) = parameter.kind {
            let apart = [Decides::Place, Decides::Nothing];
            let same = |inner: &Parameter| inner.decides == parameter.decides || apart.contains(&inner.decides);
            assert!(inner.iter().all(same), "{}", parameter.name);
        }
    }
    for revision in (dataset::SOURCES.rows.iter().map(|row| row.revision))
        .chain(model::FAMILIES.rows.iter().map(|row| row.revision))
        .chain(optimizer::METHODS.rows.iter().map(|row| row.revision))
        .chain(schedule::SCHEDULES.rows.iter().map(|row| row.revision))
    {
        assert!(revision >= 1, "revisions count from 1");
    }
}
