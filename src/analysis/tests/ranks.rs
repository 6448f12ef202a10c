//! Ranks of optimizers on a task and over data sets: ties share the mean of their ranks, and what diverged ranks last.

use super::*;

/// Data sets with one setting of each optimizer, whose two seeds both end alike.
fn over_data_sets(rows: &[&[Ending]]) -> Study {
    let mut builder = Builder::new("t", 2, true);
    for (dataset, ends) in rows.iter().enumerate() {
        for (optimizer, end) in ends.iter().enumerate() {
            builder = builder.combination(&format!("o{optimizer}"), "gd");
            builder.study.combinations.last_mut().expect("a combination").dataset = format!("d{dataset}");
            builder = builder.setting(0.1, "", &[end.clone(), end.clone()]);
        }
    }
    let facts = builder.study.datasets.remove("diabetes").expect("the facts");
    for dataset in 0..rows.len() {
        let mut facts = facts.clone();
        facts.origin = format!("{dataset}.csv");
        builder.study.datasets.insert(format!("d{dataset}"), facts);
    }
    builder.build()
}

/// SciPy 1.17.1: `rankdata([1, 1, 2])` is [1.5, 1.5, 3], `rankdata([1, 2, inf])` [1, 2, 3], `rankdata([inf, 1, inf])` [2.5, 1, 2.5].
#[test]
fn tied_optimizers_share_ranks_and_diverged_ones_rank_last() {
    let tied = [Ending::At(1.0), Ending::At(1.0 + 1e-13), Ending::At(2.0)];
    let one = [Ending::At(1.0), Ending::At(2.0), Ending::Diverged];
    let two = [Ending::Diverged, Ending::At(1.0), Ending::Diverged];
    let study = over_data_sets(&[&tied, &tied, &tied, &tied, &one, &two]);
    let analysis = Analysis::new(&study);
    let ranks = |task: usize| analysis.tasks[task].ranks.clone();
    assert_eq!(ranks(0), [Some(1.5), Some(1.5), Some(3.0)]);
    assert_eq!(ranks(4), [Some(1.0), Some(2.0), Some(3.0)]);
    assert_eq!(ranks(5), [Some(2.5), Some(1.0), Some(2.5)]);
    let across = &analysis.across[0];
    // (4·1.5 + 2 + 1)/6, (4·1.5 + 1 + 2.5)/6, (4·3 + 3 + 2.5)/6.
    let right = [("o1", 9.0 / 6.0), ("o0", 9.5 / 6.0), ("o2", 17.5 / 6.0)];
    assert_eq!(across.ranks, right.map(|(name, rank)| (name.to_owned(), rank)));
    assert_eq!(across.diverged, [("o0".to_owned(), 1), ("o2".to_owned(), 2)]);
}

/// Six data sets on which two optimizers do not differ but in rounding.
#[test]
fn what_is_tied_on_every_data_set_does_not_differ() {
    let tied = [Ending::At(1.0), Ending::At(1.0 + 1e-13)];
    let study = over_data_sets(&[&tied[..]; 6]);
    let analysis = Analysis::new(&study);
    let across = &analysis.across[0];
    assert_eq!(across.test, AcrossTest::SignFlip { p: PValue { value: 1.0, exact: true } });
    assert!(across.ranks.iter().all(|(_, rank)| *rank == 1.5));
}

/// With five test rows a seed there is a level, and no interval.
#[test]
fn few_test_rows_give_no_interval_of_a_level() {
    let level = |repeats, n_test| {
        let ends = [Ending::At(1.0), Ending::At(1.2), Ending::At(0.9)];
        let builder = Builder::new("t", 3, true).combination("gd", "gd").setting(0.1, "", &ends);
        let study = builder.design(repeats, [60, 20, n_test]).build();
        let level = Analysis::new(&study).tasks[0].level(0).expect("a level");
        (level.n, level.interval.is_some())
    };
    assert_eq!(level(SeedRepeats::Splits, 5), (3, false));
    assert_eq!(level(SeedRepeats::Splits, 6), (3, true));
    assert_eq!(level(SeedRepeats::FreshData, 5), (3, true));
}
