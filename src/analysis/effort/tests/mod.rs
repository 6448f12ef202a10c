//! The statistics against independent implementations: `tests/fixtures/effort/make.py` says which; and whole chapters.

mod answers;

use serde_json::Value;

use super::bootstrap::{of_improvement, of_interquartile_mean};
use super::expected_best::expected_best;
use super::improvement::{Compared, probability_of_improvement};
use super::interquartile_mean::interquartile_mean;
use super::kaplan_meier::{Observation, median, survival};
use super::performance_profile::{R_MAX, ratios, score};
use crate::analysis::testing::{Builder, Ending};
use crate::analysis::{Analysis, TaskEffort};
use crate::record::{Id, SeedRepeats, Study};
use crate::shape::TargetMoments;

fn fixture(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/effort").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).expect("the fixture")).expect("JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number")).collect()
}

fn close(found: f64, right: f64, tolerance: f64) {
    assert!((found - right).abs() <= tolerance, "{found} for {right}");
}

#[test]
fn expected_values_are_those_of_all_sets() {
    for case in fixture("references.json")["expected_best"].as_array().expect("cases") {
        let values = numbers(&case["values"]);
        for (drawn, right) in (1..).zip(numbers(&case["expected"])) {
            close(expected_best(&values, drawn).expect("finite"), right, 1e-12 * right.abs());
        }
    }
}

#[test]
fn survival_is_that_of_lifelines() {
    for case in fixture("references.json")["kaplan_meier"].as_array().expect("cases") {
        let reached = case["reached"].as_array().expect("a list").iter().map(|flag| flag.as_bool().expect("a flag"));
        let observations: Vec<Observation> = numbers(&case["times"])
            .into_iter()
            .zip(reached)
            .map(|(time, reached)| Observation { time, reached })
            .collect();
        let found = survival(&observations);
        let right = case["survival"].as_array().expect("a list");
        assert_eq!(found.len(), right.len());
        for ((time, share), right) in found.into_iter().zip(right) {
            close(time, numbers(right)[0], 0.0);
            close(share, numbers(right)[1], 1e-12);
        }
        assert_eq!(median(&observations), case["median"].as_f64());
    }
}

#[test]
fn scores_over_tasks_are_those_of_rliable() {
    for case in fixture("references.json")["over_tasks"].as_array().expect("cases") {
        let tasks =
            |name: &str| -> Vec<Vec<f64>> { case[name].as_array().expect("tasks").iter().map(numbers).collect() };
        let (first, second) = (tasks("first"), tasks("second"));
        let mean = interquartile_mean(&mut first.concat()).expect("scores");
        close(mean, case["interquartile_mean"].as_f64().expect("a number"), 1e-12);
        let compared: Vec<Compared> =
            second.iter().zip(&first).map(|(second, first)| Compared::new(second, first)).collect();
        let improvement = probability_of_improvement(&compared).expect("tasks");
        close(improvement, case["second_over_first"].as_f64().expect("a number"), 1e-12);
        // Ends of 2,000 resamples against those of 50,000: chance moves one by about 3 % of the width (standard error).
        let ends = |found: Option<(f64, f64)>, right: &Value| {
            let ((low, high), right) = (found.expect("an interval"), numbers(right));
            let width = right[1] - right[0];
            close(low, right[0], 0.1 * width);
            close(high, right[1], 0.1 * width);
        };
        ends(of_interquartile_mean(&first), &case["interquartile_mean_interval"]);
        ends(of_improvement(&compared), &case["second_over_first_interval"]);
    }
    assert_eq!(
        (of_interquartile_mean(&[vec![1.0], vec![2.0]]), of_improvement(&[Compared::new(&[1.0], &[2.0])])),
        (None, None)
    );
}

/// The eleven scores of AlgoPerf's first competition. Its rules beside the profile, which hold for its held-out variants of
/// workloads alone, are applied here: a variant counts as missed where its base is missed or it takes more than four times the
/// fastest, and a base where its variant is.
#[test]
fn scores_of_algoperf_are_the_published_ones() {
    let known = fixture("algoperf.json");
    let workloads: Vec<&str> = known["workloads"].as_array().expect("names").iter().filter_map(Value::as_str).collect();
    let submissions = known["seconds"].as_object().expect("a table");
    let base_of = |name: &str| {
        let longer = |other: &&&str| name != **other && name.starts_with(**other);
        workloads.iter().find(longer).copied()
    };
    let mut times: Vec<Vec<Option<f64>>> =
        (0..workloads.len()).map(|at| submissions.values().map(|row| row[at].as_f64()).collect()).collect();
    let place = |name: &str| workloads.iter().position(|known| *known == name).expect("a workload");
    let pairs: Vec<(usize, usize)> =
        workloads.iter().filter_map(|name| Some((place(name), place(base_of(name)?)))).collect();
    assert_eq!((workloads.len(), pairs.len(), submissions.len()), (14, 6, 11));
    for &(variant, base) in &pairs {
        for at in 0..submissions.len() {
            times[variant][at] = times[variant][at].filter(|_| times[base][at].is_some());
        }
    }
    for times in &mut times {
        let fastest = times.iter().flatten().copied().fold(f64::INFINITY, f64::min);
        times.iter_mut().for_each(|time| *time = time.filter(|time| *time <= R_MAX * fastest));
    }
    for &(variant, base) in &pairs {
        for at in 0..submissions.len() {
            times[base][at] = times[base][at].filter(|_| times[variant][at].is_some());
        }
    }
    let bases: Vec<Vec<Option<f64>>> = workloads
        .iter()
        .enumerate()
        .filter(|(_, name)| base_of(name).is_none())
        .map(|(at, _)| times[at].clone())
        .collect();
    let ratios = ratios(&bases);
    for (at, name) in submissions.keys().enumerate() {
        let found = score(&ratios.iter().map(|task| task[at]).collect::<Vec<f64>>());
        close(found, known["scores"][name].as_f64().expect("a score"), 1e-12);
        close(found, known["published"][name].as_f64().expect("a score"), 1e-4);
    }
}

fn at(values: &[f64]) -> Vec<Ending> {
    values.iter().map(|value| Ending::At(*value)).collect()
}

/// A rate, and how the trial of each seed ends.
type Planned = (f64, Vec<Ending>);

/// Adds a task: a data set of its own, whose mean of the targets has an MSE of 30.
fn task(mut builder: Builder, dataset: &str, optimizers: &[(&str, &[Planned])]) -> Builder {
    let id = Id::of(dataset);
    let moments = TargetMoments { mean: 0.0, variance: 30.0, baseline_loss: 30.0, rows: None };
    builder = builder.with_targets(id, [Some(moments); 3]);
    for (name, settings) in optimizers {
        builder = builder.combination(name, "gd");
        builder.study.combinations.last_mut().expect("a combination").dataset = dataset.to_owned();
        for (rate, ends) in *settings {
            builder = builder.on_problem(*rate, ends, id);
        }
    }
    let mut data = builder.study.datasets["diabetes"].clone();
    data.origin = dataset.to_owned();
    builder.study.datasets.insert(dataset.to_owned(), data);
    builder
}

fn two(seeds: u64) -> Builder {
    Builder::new("t", seeds, true).design(SeedRepeats::Splits, [60, 20, 20])
}

fn effort(study: &Study, place: usize) -> TaskEffort {
    Analysis::new(study).effort.tasks[place].clone().expect("an effort")
}

#[test]
fn the_right_end_is_the_optimizer_tuned_on_each_seed() {
    let a: &[Planned] = &[
        (0.1, at(&[4.0, 9.0, 3.0])),
        (0.2, at(&[5.0, 2.0, 8.0])),
        (0.4, vec![Ending::At(1.0), Ending::Diverged, Ending::At(7.0)]),
    ];
    let b: &[Planned] = &[(0.1, at(&[6.0, 6.0, 6.0])), (0.2, at(&[7.0, 5.0, 40.0]))];
    let study = task(two(3), "one", &[("a", a), ("b", b)]).build();
    let analysis = Analysis::new(&study);
    let found = analysis.effort.tasks[0].as_ref().expect("an effort");
    for (at, contender) in found.contenders.iter().enumerate() {
        let curve = &contender.as_ref().expect("a contender").curve;
        let (all, level) = (curve.all().expect("all"), analysis.tasks[0].level(at).expect("a level"));
        close(all.center, level.center, 1e-12);
        assert_eq!(all.interval.is_some(), level.interval.is_some());
    }
    // Of one setting at random: seed by seed the mean of what it gives; a diverged one and one above 30 count as 30.
    let one = |at: usize| found.contenders[at].as_ref().expect("a contender").curve.at(1).expect("one").center;
    let geometric = |values: [f64; 3]| libm::cbrt(values[0] * values[1] * values[2]);
    close(one(0), geometric([10.0 / 3.0, 41.0 / 3.0, 6.0]), 1e-12);
    close(one(1), geometric([6.5, 5.5, 18.0]), 1e-12);
    assert_eq!(found.budget, 2, "the smaller grid");
}

#[test]
fn where_higher_is_better_the_same_settings_are_chosen() {
    let a: &[Planned] = &[
        (0.1, at(&[4.0, 9.0, 3.0])),
        (0.2, at(&[5.0, 2.0, 8.0])),
        (0.4, vec![Ending::At(1.0), Ending::Diverged, Ending::At(7.0)]),
    ];
    let b: &[Planned] = &[(0.1, at(&[6.0, 6.0, 6.0])), (0.2, at(&[7.0, 5.0, 40.0]))];
    let mut study = task(two(3), "one", &[("a", a), ("b", b)]).build();
    crate::analysis::testing::rank_by(&mut study, "r2");
    let found = effort(&study, 0);
    let level = |at: usize, tried: usize| {
        found.contenders[at].as_ref().expect("a contender").curve.at(tried).expect("a level").center
    };
    // R² is 1 − MSE/30; predicting the mean has 0.
    let r2 = |values: [f64; 3]| 1.0 - values.iter().fold(0.0, |sum, value| sum + value) / 90.0;
    close(level(0, 3), r2([1.0, 2.0, 3.0]), 1e-12);
    close(level(0, 1), r2([10.0 / 3.0, 41.0 / 3.0, 6.0]), 1e-12);
    close(level(1, 2), r2([6.0, 5.0, 6.0]), 1e-12);
    close(level(1, 1), r2([6.5, 5.5, 18.0]), 1e-12);
    let times = found.times.expect("times");
    assert_eq!(times.reached(0), (3, 3));
    let enough = found.contenders[1].as_ref().expect("a contender").rates.expect("rates");
    close(enough.sensitivity.expect("a start"), (0.0 + (52.0 / 3.0 - 6.0) / 30.0) / 2.0, 1e-12);
}

#[test]
fn times_are_those_of_the_fastest_setting_and_misses_are_cut_off() {
    // Curves are 10·value + seed, 2·value and value after 0, 60 and 120 evaluations.
    let a: &[Planned] = &[(0.1, at(&[2.0, 2.0])), (0.2, at(&[9.0, 1.0]))];
    let b: &[Planned] = &[(0.1, at(&[4.0, 8.0])), (0.2, vec![Ending::At(8.0), Ending::Diverged])];
    let c: &[Planned] = &[(0.1, at(&[6.0, 6.0])), (0.2, at(&[6.0, 7.0]))];
    let times = effort(&task(two(2), "one", &[("a", a), ("b", b), ("c", c)]).build(), 0).times.expect("times");
    // The second of three is 4 and 6, and 1 % more is enough.
    for (target, right) in times.targets.iter().zip([4.04, 6.06]) {
        close(target.expect("a target"), right, 1e-6);
    }
    let of = |contender: usize| -> Vec<(u64, bool)> {
        times.times[contender].iter().flatten().map(|time| (time.gradient_evaluations, time.reached)).collect()
    };
    assert_eq!(of(0), [(60, true), (60, true)]);
    assert_eq!(of(1), [(120, true), (120, false)]);
    assert_eq!(of(2), [(120, false), (120, true)]);
    assert_eq!(times.medians, [Some(60.0), Some(120.0), Some(120.0)]);
    assert_eq!([0, 1, 2].map(|contender| times.reached(contender)), [(2, 2), (1, 2), (1, 2)]);
}

#[test]
fn an_optimizer_brings_along_the_setting_that_is_best_elsewhere() {
    let good = |values: [f64; 3]| -> Vec<Planned> {
        [0.1, 0.2, 0.4].into_iter().zip(values).map(|(rate, value)| (rate, at(&[value, value]))).collect()
    };
    let study = ["one", "two", "three"]
        .into_iter()
        .zip([[1.0, 2.0, 3.0], [5.0, 4.0, 6.0], [9.0, 8.0, 7.0]])
        .fold(two(2), |builder, (name, values)| task(builder, name, &[("a", &good(values)), ("b", &good(values))]));
    let study = study.build();
    let brought = |place: usize| {
        let found = effort(&study, place).contenders[0].clone().expect("a contender").transferred.expect("a setting");
        (found.setting, found.level.center, found.tasks)
    };
    // Ranks on two and three: 2 + 3, 1 + 2, 3 + 1, so the second is best, with a tie broken by the plan.
    assert_eq!(brought(0).0, 1);
    close(brought(0).1, 2.0, 1e-12);
    // On one and three: 1 + 3, 2 + 2, 3 + 1 are equal.
    assert_eq!((brought(1).0, brought(1).2), (0, 2));
    // On one and two: 1 + 2, 2 + 1, 3 + 3.
    assert_eq!(brought(2).0, 0);
    let alone = task(two(2), "one", &[("a", &good([1.0, 2.0, 3.0])), ("b", &good([1.0, 2.0, 3.0]))]).build();
    assert_eq!(effort(&alone, 0).contenders[0].as_ref().expect("a contender").transferred, None);
}

#[test]
fn profiles_need_three_tasks_and_intervals_several_seeds() {
    let settings = |value: f64, seeds: usize| -> Vec<Planned> {
        [0.1, 0.2].into_iter().map(|rate| (rate, at(&vec![value + rate; seeds]))).collect()
    };
    let study = |tasks: usize, seeds: usize| {
        let names = ["one", "two", "three"].into_iter().take(tasks);
        let add = |builder, name| task(builder, name, &[("a", &settings(2.0, seeds)), ("b", &settings(6.0, seeds))]);
        names.fold(two(seeds as u64), add).build()
    };
    let across = |study: &Study| Analysis::new(study).effort.across;
    assert_eq!(across(&study(1, 3)), None);
    let two_tasks = across(&study(2, 3)).expect("two tasks");
    assert!(two_tasks.profiles.is_none() && two_tasks.raced == 2);
    let three = across(&study(3, 3)).expect("three tasks");
    assert_eq!(three.names, ["a", "b"]);
    let profiles = three.profiles.expect("profiles");
    // Half a run against a whole one.
    assert_eq!(profiles.ratios, [vec![1.0; 3], vec![2.0; 3]]);
    close(profiles.scores[0], 1.0, 0.0);
    close(profiles.scores[1], 2.0 / 3.0, 1.0 / 198.0 + 1e-12);
    let over = three.over_tasks.expect("means");
    close(over[0].interquartile_mean, 1.0 - 2.1 / 30.0, 1e-12);
    assert_eq!((over[0].improvement, over[1].improvement), (None, Some(0.0)));
    assert!(over[0].mean_interval.is_some());
    let one_seed = across(&study(3, 1)).expect("three tasks").over_tasks.expect("means");
    assert_eq!((one_seed[1].mean_interval, one_seed[1].improvement_interval), (None, None));
}

#[test]
fn a_lone_optimizer_or_a_lone_setting_has_no_chapter() {
    let several: &[Planned] = &[(0.1, at(&[2.0])), (0.2, at(&[3.0]))];
    let one = &several[..1];
    for optimizers in [&[("a", several)][..], &[("a", several), ("b", one)][..]] {
        assert!(Analysis::new(&task(two(1), "one", optimizers).build()).effort.is_empty());
    }
    // What all diverged has nothing to report, and no target.
    let lost: &[Planned] = &[(0.1, vec![Ending::Diverged]), (0.2, vec![Ending::Diverged])];
    let found = effort(&task(two(1), "one", &[("a", lost), ("b", lost)]).build(), 0);
    assert!(found.times.is_none());
    let curve = &found.contenders[0].as_ref().expect("a contender").curve;
    assert_eq!(curve.points.len(), 2);
    curve.points.iter().for_each(|(_, level)| close(level.center, 30.0, 1e-12));
}
