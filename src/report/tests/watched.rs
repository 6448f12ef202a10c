//! The chapter on what was watched in training.

use super::*;
use crate::record::{
    GRADIENT_NORM, LOSS_GRADIENT_NORM, PARAMETER_NORM, SHARPNESS, SHARPNESS_LIMIT, TrialRecord, UPDATE_RATIO, Watch,
    WatchSet, Watched, WatchedQuantity, WatchedValue,
};

fn watches() -> WatchSet {
    Watch::ALL.into_iter().collect()
}

/// A network of so many layers whose gradient shrinks by a factor from layer to layer, towards the input, at three evaluated epochs. If it
/// has a penalty, the gradient of J is 1 everywhere.
fn watched(record: &mut TrialRecord, layers: i32, factor: f64, has_penalty: bool) {
    record.watched = Watched::new(watches());
    let epochs = record.curve.epoch.len();
    for epoch in 0..epochs {
        let mut values = Vec::new();
        let mut add = |quantity: &'static WatchedQuantity, place: &str, value: f64| {
            values.push(WatchedValue { quantity, place: place.to_owned(), value: Some(value) });
        };
        for layer in 0..layers {
            let norm = factor.powi(layers - 1 - layer);
            for block in ["weights", "bias"] {
                let place = format!("dense_{}.{block}", layer + 1);
                add(&GRADIENT_NORM, &place, if has_penalty { 1.0 } else { norm });
                if has_penalty {
                    add(&LOSS_GRADIENT_NORM, &place, norm);
                }
                add(&PARAMETER_NORM, &place, 4.0);
                add(&UPDATE_RATIO, &place, 1e-3 * norm);
            }
        }
        add(&SHARPNESS, "", 3.0 + epoch as f64);
        add(&SHARPNESS_LIMIT, "", 20.0);
        record.watched.push(epoch, &values);
    }
}

/// Sigmoid and ReLU, without a norm and with one, by 8 layers.
fn networks() -> Study {
    let id = Id::of("a problem");
    let keys =
        |activation: &str, norm: &str| format!("\"model.activation\" = \"{activation}\"\n\"model.norm\" = \"{norm}\"");
    let mut builder = Builder::new("t", 2, true).combination("gd", "gd");
    let cases = [
        ("sigmoid", "none", 0.01, 16.0),
        ("relu", "none", 30.0, 15.0),
        ("sigmoid", "batch", 0.5, 4.0),
        ("relu", "batch", 1.0, 2.0),
    ];
    for (activation, norm, _, end) in cases {
        builder = builder.setting(0.1, &keys(activation, norm), &at(&[end, end]));
    }
    for (index, (_, record)) in builder.records.iter_mut().enumerate() {
        let record = record.as_mut().expect("a record");
        record.problem = Some(id);
        watched(record, 8, cases[index / 2].2, index / 2 == 0);
    }
    let moments = crate::shape::TargetMoments { mean: 0.0, variance: 16.0, baseline_loss: 16.0, rows: None };
    builder.study.targets.insert(id, [Some(moments); 3]);
    builder.study.combinations.iter_mut().for_each(|combination| combination.metrics.watches = watches());
    builder.build()
}

#[test]
fn the_chapter_says_what_vanishes_what_explodes_and_what_helps() {
    let study = networks();
    let report = StudyReport::new(&study);
    let page = text(&files(&report), "report.md");
    let chapter =
        page.split("## Gradients by depth").nth(1).expect("a chapter").split("\n## ").next().expect("its text");
    for said in [
        // 0.01⁷, of the loss alone: the penalty's own gradient is the same in every layer.
        "the gradient vanishes: before training the first layer's norm is 1e−14 times the last layer's. It does not train: validation MSE 16",
        "the gradient explodes",
        "With norm batch it trains: the first layer's norm is 1 times the last layer's before training, and the validation MSE is 2.00.",
        "| activation relu | 15.0, explodes | 2.00, passes | norm batch |",
        "Means over up to 2 seeds",
        "No remedy: each one that varies is off.",
        "| norm | none | 2 | 1 | 1 | 0 | 2 | 0 | 0 |",
        "| norm | batch | 2 | 0 | 0 | 2 | 2 | 0 | 2 |",
        "is less than 0.001 of that in the last layer's",
    ] {
        assert!(chapter.contains(said), "{said}: {chapter}");
    }
    assert!(!chapter.contains("it reaches the first layer"), "a cure is told once: {chapter}");
    let names: Vec<&str> = report.figures().map(|figure| figure.name.as_str()).collect();
    for name in ["remedies", "gradient-norms", "gradient-norms-by-epoch", "updates", "sharpness"] {
        assert!(names.contains(&format!("{name}-diabetes-linear").as_str()), "{name}: {names:?}");
    }
    let figure = report.figures().find(|figure| figure.name == "gradient-norms-diabetes-linear").expect("drawn");
    let lines = || figure.panels.iter().flat_map(|panel| &panel.series);
    assert_eq!(
        (lines().count(), lines().all(|line| line.points.len() == 8)),
        (8, true),
        "each setting before and after"
    );
}

#[test]
fn nothing_is_said_where_nothing_was_watched() {
    let study = seeded();
    let report = StudyReport::new(&study);
    assert!(!text(&files(&report), "report.md").contains("Gradients by depth"));
}
