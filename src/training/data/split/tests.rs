//! Tests of the split: sizes, seeds, classes, and the rows that are pinned.

use super::*;

fn values(split: &str) -> Values {
    if split.is_empty() { Values::new() } else { format!("split = {{ {split} }}").parse().unwrap() }
}

fn listed(parts: &DataSplit, part: Split) -> Vec<usize> {
    match parts.rows(part) {
        RowIndices::Consecutive(rows) => rows.collect(),
        RowIndices::Listed(rows) => rows,
    }
}

#[test]
fn parts_in_a_row_follow_each_other() {
    let parts = DataSplit::consecutive(3, 2, 1);
    assert_eq!(Split::ALL.map(|part| listed(&parts, part)), [vec![0, 1, 2], vec![3, 4], vec![5]]);
    assert!(!parts.all_train());
}

#[test]
fn without_a_split_all_rows_train() {
    let parts = DataSplit::of(4, &values(""), None).unwrap();
    assert_eq!(parts, DataSplit::consecutive(4, 0, 0));
    assert!(parts.all_train());
    assert_eq!(Split::ALL.map(|part| parts.rows(part).len()), [4, 0, 0]);
    assert!(!by_seed(&values("")));
    assert!(!by_seed(&values("validation = 0.0, test = 0")));
    assert_eq!(DataSplit::of(4, &values("validation = 0.0, test = 0"), None).unwrap(), parts);
}

#[test]
fn fractions_are_rounded_to_the_nearest_row() {
    assert_eq!(sizes(442, &values("validation = 0.2, test = 0.2")).unwrap(), (266, 88, 88));
    assert_eq!(sizes(10, &values("validation = 0.25")).unwrap(), (7, 3, 0));
    assert_eq!(sizes(10, &values("test = 0.25")).unwrap(), (7, 0, 3));
}

#[test]
fn parts_hold_each_row_once_in_ascending_order() {
    let parts = DataSplit::of(442, &values("validation = 0.2, test = 0.1"), Some(3)).unwrap();
    assert!(!parts.all_train());
    let parts = Split::ALL.map(|part| listed(&parts, part));
    assert_eq!(parts.each_ref().map(Vec::len), [310, 88, 44]);
    assert!(parts.iter().all(|part| part.is_sorted()));
    let mut all = parts.concat();
    all.sort_unstable();
    assert_eq!(all, (0..442).collect::<Vec<_>>());
}

#[test]
fn a_part_depends_on_its_own_fraction_and_the_seed() {
    let of = |split: &str, seed| DataSplit::of(100, &values(split), Some(seed)).unwrap();
    let same = |part, left: &str, right: &str| assert_eq!(of(left, 1).rows(part), of(right, 1).rows(part));
    same(Split::Test, "test = 0.2", "validation = 0.3, test = 0.2");
    same(Split::Validation, "validation = 0.3", "validation = 0.3, test = 0.2");
    assert_ne!(of("test = 0.2", 1), of("test = 0.2", 2));
}

#[test]
fn a_held_seed_gives_one_split_to_all_seeds() {
    let held = values("test = 0.2, seed = 5");
    assert_eq!(DataSplit::of(50, &held, Some(1)).unwrap(), DataSplit::of(50, &held, None).unwrap());
    assert_eq!(DataSplit::of(50, &held, None).unwrap(), DataSplit::of(50, &values("test = 0.2"), Some(5)).unwrap());
    assert!(!by_seed(&held));
    assert!(by_seed(&values("test = 0.2")));
    let error = DataSplit::of(50, &values("test = 0.2"), None).unwrap_err();
    assert_eq!(error.to_string(), "a split by seed needs a seed");
}

#[test]
fn an_empty_part_is_an_error_that_says_the_sizes() {
    let message = |n, split: &str| sizes(n, &values(split)).unwrap_err().to_string();
    assert_eq!(
        message(3, "validation = 0.1"),
        "split = { validation = 0.1, test = 0 } of 3 rows leaves the validation part empty: \
         3 train, 0 validation, 0 test"
    );
    assert_eq!(
        message(4, "validation = 0.3, test = 0.1"),
        "split = { validation = 0.3, test = 0.1 } of 4 rows leaves the test part empty: \
         3 train, 1 validation, 0 test"
    );
    assert_eq!(
        message(4, "validation = 0.5, test = 0.5"),
        "split = { validation = 0.5, test = 0.5 } of 4 rows leaves the train part empty: \
         0 train, 2 validation, 2 test"
    );
}

fn in_classes(target: &[f64]) -> Dataset {
    Dataset {
        features: crate::numeric::Matrix { rows: target.len(), columns: 1, values: target.to_vec() },
        target: target.to_vec(),
        classes: None,
        weights: None,
        feature_names: vec!["x".to_owned()],
        target_name: "y".to_owned(),
        other_targets: Vec::new(),
        given_test: 0,
        fingerprint: String::new(),
        notes: Vec::new(),
        reading: crate::record::Reading::default(),
    }
}

#[test]
fn each_class_is_divided_by_the_fractions() {
    let target: Vec<f64> = (0..100).map(|row| f64::from(u8::from(row % 10 == 0))).collect();
    let data = in_classes(&target);
    let of = |split: &str, seed| DataSplit::of_data(&data, &values(split), Some(seed)).unwrap();
    for seed in 1..20 {
        let parts = of("validation = 0.2, test = 0.3, stratify = true", seed);
        let counts = Split::ALL.map(|part| {
            let rows = listed(&parts, part);
            (rows.len(), rows.iter().filter(|row| target[**row] == 1.0).count())
        });
        assert_eq!(counts, [(50, 5), (20, 2), (30, 3)]);
        let mut all = Split::ALL.map(|part| listed(&parts, part)).concat();
        all.sort_unstable();
        assert_eq!(all, (0..100).collect::<Vec<_>>());
        // The test rows are those of the seed and the test fraction.
        assert_eq!(parts.rows(Split::Test), of("test = 0.3, stratify = true", seed).rows(Split::Test));
    }
    // Without the key nothing changes, and one class alone is divided as all rows are.
    let plain = values("validation = 0.2, test = 0.3");
    assert_eq!(DataSplit::of_data(&data, &plain, Some(1)).unwrap(), DataSplit::of(100, &plain, Some(1)).unwrap());
    let one =
        DataSplit::of_data(&in_classes(&[7.0; 100]), &values("validation = 0.2, test = 0.3, stratify = true"), Some(1));
    assert_eq!(one.unwrap(), DataSplit::of(100, &plain, Some(1)).unwrap());
}

#[test]
fn fractions_cannot_be_divided_by_class() {
    let split = values("test = 0.2, stratify = true");
    let error = DataSplit::of_data(&in_classes(&[0.5; 10]), &split, Some(1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "generated data: split.stratify = true divides each class, and target \"y\" holds numbers that are not whole \
         (0.5): text, or at most 1000 different whole numbers can be divided so"
    );
    assert!(DataSplit::of(10, &split, Some(1)).is_err());
}

/// If a value here changes, so does every recorded trial that has such a split: raise the rule's revision.
#[test]
fn the_division_of_classes_is_pinned() {
    let data = in_classes(&[0.0, 1.0, 0.0, 1.0, 0.0, 2.0, 0.0, 1.0, 0.0, 2.0, 0.0, 1.0]);
    let split = values("validation = 0.25, test = 0.25, stratify = true");
    let parts = DataSplit::of_data(&data, &split, Some(1)).unwrap();
    // 1.5, 1 and 0.5 test rows become 2, 1 and 0; of the 4, 3 and 2 rows left 1 each validates.
    let order = order(12, &split, Some(1)).unwrap();
    let of_class =
        |class: f64| -> Vec<usize> { order.iter().copied().filter(|row| data.target[*row] == class).collect() };
    let [first, second, third] = [0.0, 1.0, 2.0].map(of_class);
    let mut test = vec![first[0], first[1], second[0]];
    let mut validation = vec![first[5], second[3], third[1]];
    test.sort_unstable();
    validation.sort_unstable();
    assert_eq!((listed(&parts, Split::Validation), listed(&parts, Split::Test)), (validation, test));
    assert_eq!((listed(&parts, Split::Validation), listed(&parts, Split::Test)), (vec![2, 3, 9], vec![6, 10, 11]));
}

/// If a value here changes, so does every recorded trial that has a split: raise the numerics version.
#[test]
fn the_permutation_of_a_seed_is_pinned() {
    let parts = DataSplit::of(12, &values("validation = 0.25, test = 0.25"), Some(1)).unwrap();
    assert_eq!(listed(&parts, Split::Validation), [2, 4, 9]);
    assert_eq!(listed(&parts, Split::Test), [5, 6, 10]);
}

#[test]
fn given_test_rows_are_the_last_ones_and_the_others_are_divided_without_them() {
    let given = |codes: &[f64], test: usize| Dataset { given_test: test, ..in_classes(codes) };
    let codes: Vec<f64> = (0..110).map(|row| f64::from(row % 4 == 0)).collect();
    for (split, alone) in [("validation = 0.2", 100), ("validation = 0.2, stratify = true", 100)] {
        let values = values(split);
        let parts = DataSplit::of_data(&given(&codes, 10), &values, Some(3)).unwrap();
        let without = DataSplit::of_data(&in_classes(&codes[..alone]), &values, Some(3)).unwrap();
        assert_eq!(parts.rows(Split::Train), without.rows(Split::Train), "{split}");
        assert_eq!(parts.rows(Split::Validation), without.rows(Split::Validation), "{split}");
        assert_eq!(parts.rows(Split::Test), RowIndices::Listed((100..110).collect()), "{split}");
    }
    let parts = DataSplit::of_data(&given(&codes, 10), &values(""), None).unwrap();
    assert_eq!(parts, DataSplit::consecutive(100, 0, 10));
    assert!(!parts.all_train());
}
