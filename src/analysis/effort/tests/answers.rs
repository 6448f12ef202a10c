//! Defaults, counts of what the baseline stands in for, and the standings that an answer is made of.

use super::*;
use crate::analysis::{Standing, standings, tallies};
use crate::record::Untuned;

/// torch's rate is 0.1 here, and momentum is 0 unless told otherwise.
fn untuned() -> Option<Untuned> {
    let keys = "\"optimizer.momentum\" = 0.0".parse().expect("TOML");
    Some(Untuned { program: "torch", learning_rate: 0.1, keys: vec![keys], free: &["batch_size"] })
}

#[test]
fn defaults_are_the_planned_rate_or_the_nearest_with_all_other_keys_at_theirs() {
    let id = Id::of("one");
    let moments = TargetMoments { mean: 0.0, variance: 30.0, baseline_loss: 30.0, rows: None };
    let found = |settings: &[(f64, &str, Ending)]| {
        let mut builder = two(1).with_targets(id, [Some(moments); 3]);
        for name in ["a", "b"] {
            builder = builder.combination(name, "gd");
            builder.study.combinations.last_mut().expect("a combination").untuned = untuned();
            for (rate, more, end) in settings {
                builder = builder.add(*rate, more, std::slice::from_ref(end), false, Some(id));
            }
        }
        effort(&builder.build(), 0).contenders[0].clone().expect("a contender").defaults.expect("defaults")
    };
    let exact = found(&[(0.1 + 1e-13, "", Ending::At(3.0)), (0.2, "", Ending::At(1.0))]);
    let planned = exact.found.expect("is planned");
    assert_eq!((exact.program, exact.default_rate, planned.is_exact, planned.setting), ("torch", 0.1, true, 0));
    close(planned.level.center, 3.0, 1e-12);
    assert_eq!(planned.capped, 0);
    // Of the batch sizes the best, and what diverged counts as the baseline.
    let batches = [
        (0.1, "\"optimizer.batch_size\" = 8", Ending::At(5.0)),
        (0.1, "\"optimizer.batch_size\" = 16", Ending::At(4.0)),
    ];
    let batches = found(&batches).found.expect("is planned");
    close(batches.level.center, 4.0, 1e-12);
    assert_eq!(batches.setting, 1);
    let lost = found(&[(0.1, "", Ending::Diverged), (0.2, "", Ending::At(1.0))]).found.expect("is planned");
    close(lost.level.center, 30.0, 1e-12);
    assert_eq!(lost.capped, 1);
    // A momentum of 0 is the default, one of 0.9 is not.
    let momentum = |value: &str, rate: f64| found(&[(rate, value, Ending::At(3.0)), (2.0, "", Ending::At(1.0))]).found;
    assert!(momentum("\"optimizer.momentum\" = 0.0", 0.1).is_some_and(|found| found.is_exact));
    assert_eq!(momentum("\"optimizer.momentum\" = 0.9", 0.1), None);
    // Half a decade away stands for it, and says so; more does not.
    let near = momentum("", 0.3).expect("is near");
    assert_eq!((near.rate, near.is_exact), (0.3, false));
    assert_eq!(momentum("", 0.4), None);
}

#[test]
fn values_in_which_the_baseline_stands_are_counted() {
    let a: &[Planned] = &[
        (0.1, at(&[4.0, 9.0, 3.0])),
        (0.2, at(&[5.0, 2.0, 40.0])),
        (0.4, vec![Ending::At(1.0), Ending::Diverged, Ending::At(7.0)]),
    ];
    let b: &[Planned] = &[(0.1, at(&[6.0, 6.0, 6.0])), (0.2, at(&[7.0, 5.0, 8.0]))];
    let found = effort(&task(two(3), "one", &[("a", a), ("b", b)]).build(), 0);
    let curve = |at: usize| found.contenders[at].as_ref().expect("a contender").curve.clone();
    // One of three may be the worst: it diverged at the second seed, and is above 30 at the third.
    assert_eq!((curve(0).capped, curve(1).capped), (vec![2, 0, 0], vec![0, 0]));
    assert_eq!((curve(0).capped_at(1), curve(0).capped_at(9)), (2, 0));
}

#[test]
fn who_is_ahead_from_how_many_settings_on() {
    let a: &[Planned] = &[(0.1, at(&[1.0])), (0.2, at(&[9.0])), (0.4, at(&[20.0]))];
    let b: &[Planned] = &[(0.1, at(&[4.0])), (0.2, at(&[6.0]))];
    let study = task(two(1), "one", &[("a", a), ("b", b)]).build();
    let analysis = Analysis::new(&study);
    let (task, effort) = (&analysis.tasks[0], analysis.effort.tasks[0].as_ref().expect("an effort"));
    // Of one 10 against 5; of two (1 + 1 + 9)/3 = 3.67 against 4, where b ends.
    assert_eq!((effort.ahead_from(task, 0), effort.ahead_from(task, 1)), (Some(2), None));
}

#[test]
fn an_optimizer_stands_as_its_comparison_with_the_leader_says() {
    let far = |value: f64| -> Vec<Planned> {
        [0.1, 0.2].into_iter().map(|rate| (rate, at(&[value, value + 0.1, value + 0.2, value - 0.1]))).collect()
    };
    let unsure: &[Planned] = &[(0.1, at(&[1.0, 4.0, 0.5, 3.0])), (0.2, at(&[2.0, 4.5, 3.5, 3.0]))];
    let lost: &[Planned] = &[(0.1, vec![Ending::Diverged; 4]), (0.2, at(&[50.0; 4]))];
    let build = |builder, name| {
        task(builder, name, &[("best", &far(1.5)), ("beaten", &far(20.0)), ("unsure", unsure), ("lost", lost)])
    };
    let study = ["one", "two"].into_iter().fold(two(4), build).build();
    let analysis = Analysis::new(&study);
    let found = standings(&analysis.tasks[0]);
    assert_eq!(found[..3], [Some(Standing::Leads), Some(Standing::Beaten), Some(Standing::Undecided)]);
    assert_eq!(found[3], Some(Standing::Beaten), "what is no better than the mean counts as it");
    let tallies = tallies(&analysis.tasks);
    let order: Vec<(&str, usize, usize)> =
        tallies.iter().map(|tally| (tally.name.as_str(), tally.tasks.len(), tally.beaten.len())).collect();
    assert_eq!(order, [("best", 2, 0), ("unsure", 2, 0), ("beaten", 2, 2), ("lost", 2, 2)]);
    assert_eq!((tallies[3].diverges.len(), tallies[0].diverges.len()), (2, 0));
    // One seed tests nothing.
    let alone = task(
        two(1),
        "one",
        &[("a", &[(0.1, at(&[1.0])), (0.2, at(&[2.0]))]), ("b", &[(0.1, at(&[3.0])), (0.2, at(&[4.0]))])],
    );
    assert_eq!(standings(&Analysis::new(&alone.build()).tasks[0]), [Some(Standing::Leads), Some(Standing::NotTested)]);
}

#[test]
fn over_tasks_the_share_of_the_baseline_that_remains_is_the_mean_of_the_tasks() {
    let a = |low: f64| -> Vec<Planned> { vec![(0.1, at(&[low])), (0.2, at(&[low + 6.0]))] };
    let b: &[Planned] = &[(0.1, at(&[15.0])), (0.2, vec![Ending::Diverged]), (0.4, at(&[15.0]))];
    let study =
        task(task(two(1), "one", &[("a", &a(3.0)), ("b", b)]), "two", &[("a", &a(6.0)), ("b", &b[..1])]).build();
    let across = Analysis::new(&study).effort.across;
    // The second task has one optimizer with several settings, and no chapter.
    assert_eq!(across, None);
    let study =
        task(task(two(1), "one", &[("a", &a(3.0)), ("b", b)]), "two", &[("a", &a(6.0)), ("b", &b[..2])]).build();
    let across = Analysis::new(&study).effort.across.expect("two tasks");
    assert_eq!((across.names[0].as_str(), across.settings[0], across.settings[1]), ("a", (2, 2), (2, 3)));
    assert_eq!(across.capped, [0, 0]);
    let remaining = across.remaining.expect("a baseline");
    // ((3 + 9)/2 + (6 + 12)/2)/2/30, then (3 + 6)/2/30.
    close(remaining[0][0].1, 7.5 / 30.0, 1e-12);
    close(remaining[0][1].1, 4.5 / 30.0, 1e-12);
    // (20 + 22.5)/2/30; the second grid stays where it ends.
    close(remaining[1][0].1, 21.25 / 30.0, 1e-12);
    close(remaining[1][2].1, 0.5, 1e-12);
}
