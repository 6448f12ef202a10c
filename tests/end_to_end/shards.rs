//! Parts of a plan, trained apart and united.

use super::chosen::kept;
use super::*;

/// Every file of two results folders.
fn same(place: &Place, one: &str, other: &str) {
    let (one, other) = (place.results(one), place.results(other));
    assert_eq!(one.len(), other.len());
    for ((name, left), (_, right)) in one.iter().zip(&other) {
        assert!(left == right, "{name} differs");
    }
}

#[test]
fn shards_united_in_any_order_are_the_single_run() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml", "-o", "whole"])), 0);
    for of in [1_usize, 2, 3, 7] {
        let folders: Vec<String> = (1..=of).map(|slice| format!("shards/{of}/{slice}")).collect();
        for (slice, folder) in folders.iter().enumerate() {
            let partition = format!("slice:{}/{of}", slice + 1);
            let output = place.sweep(&["run", "small.toml", "--partition", &partition, "-o", folder]);
            assert_eq!(code(&output), if of == 1 { 0 } else { 5 }, "{}", error(&output));
        }
        // Out of order, one of them twice, folders by both of their names.
        let mut order: Vec<usize> = (0..of).collect();
        order.rotate_left(of / 2);
        order.swap(0, of - 1);
        order.push(0);
        let named: Vec<String> = order
            .iter()
            .map(|slice| if slice % 2 == 0 { folders[*slice].clone() } else { format!("{}/small", folders[*slice]) })
            .collect();
        let target = format!("united/{of}");
        let mut words = vec!["merge", "small.toml", "-o", &target];
        words.push("--from");
        words.extend(named.iter().map(String::as_str));
        let output = place.sweep(&words);
        assert_eq!(code(&output), 0, "{}", error(&output));
        same(&place, "whole/small", &format!("united/{of}/small"));
        assert!(
            kept(&place, "whole/small") == kept(&place, &format!("united/{of}/small")),
            "of chosen trials, {of} slices"
        );
        // Nothing is left to do, and a second time changes nothing.
        let again = place.sweep(&words);
        assert!(error(&again).contains("merged: 0 files taken up"), "{}", error(&again));
        assert!(out(&place.sweep(&["plan", "small.toml", "-o", &target])).contains("108 known, 0 new"));
    }
}

#[test]
fn slices_of_one_folder_add_up_and_a_report_says_what_is_missing() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml", "-o", "whole"])), 0);
    for slice in ["slice:3/3", "slice:1/3"] {
        let output = place.sweep(&["run", "small.toml", "--partition", slice]);
        assert_eq!(code(&output), 5);
    }
    let report = place.sweep(&["report", "small.toml"]);
    assert_eq!(code(&report), 5);
    let text = out(&report);
    assert!(text.contains("36 of 108 trials are outstanding, in the plan's order 37–72"), "{text}");
    assert_eq!(code(&place.sweep(&["run", "small.toml", "--partition", "slice:2/3"])), 0);
    same(&place, "whole/small", "results/small");
}

#[test]
fn what_is_no_slice_is_refused() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    for wrong in ["hash:1/4", "slice:5/4", "slice:0/4"] {
        let output = place.sweep(&["run", "small.toml", "--partition", wrong]);
        assert_eq!(code(&output), 2);
        assert!(error(&output).contains("from slice:1/4 to slice:4/4"), "{}", error(&output));
    }
    let output = place.sweep(&["merge", "small.toml", "--from", "nowhere"]);
    assert_eq!(code(&output), 3);
    assert!(error(&output).contains("neither nowhere nor nowhere/small is a results folder"), "{}", error(&output));
}

/// Rewrites the first loss of a trial in a store's segments: the bytes are sound, and not what training gives.
fn forge(place: &Place, folder: &str) {
    let segments = place.path(folder).join(".sweep/segments");
    let listing = std::fs::read_dir(&segments).expect("lists").map(|entry| entry.expect("reads").path());
    for path in listing.collect::<Vec<_>>() {
        let bytes = std::fs::read(&path).expect("reads");
        let mut records = sweep::store::decode_segment(bytes).expect("decodes");
        for record in &mut records {
            record.curve.train[0] += 1.0;
        }
        let forged = sweep::store::encode_segment(&records).expect("encodes");
        std::fs::remove_file(&path).expect("removes");
        std::fs::write(segments.join(format!("{}.parquet", blake3::hash(&forged))), forged).expect("writes");
    }
}

#[test]
fn the_same_trial_with_other_bytes_is_a_broken_promise() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    for folder in ["one", "two"] {
        assert_eq!(code(&place.sweep(&["run", "small.toml", "-o", folder])), 0);
    }
    forge(&place, "two/small");
    let before = place.results("one/small");
    let output = place.sweep(&["merge", "small.toml", "-o", "one", "--from", "two"]);
    assert_eq!(code(&output), 1);
    assert!(error(&output).contains("the promise of equal bytes is broken"), "{}", error(&output));
    assert!(place.results("one/small") == before, "and nothing is changed");
    assert_eq!(code(&place.sweep(&["run", "small.toml", "-o", "one"])), 0, "the store among it");
}

#[test]
fn shards_of_other_data_are_refused() {
    let place = Place::new();
    let text =
        SMALL.replace("\"synthetic\"\nn_samples = 60\nn_features = 3", "\"csv\"\npath = \"data.csv\"\ntarget = \"y\"");
    place.write("small.toml", text);
    let rows = |shift: usize| -> String { (0..40).map(|row| format!("{row},{}\n", row * row % 7 + shift)).collect() };
    place.write("data.csv", format!("x,y\n{}", rows(0)));
    assert_eq!(code(&place.sweep(&["run", "small.toml", "--partition", "slice:1/2", "-o", "one"])), 5);
    place.write("data.csv", format!("x,y\n{}", rows(1)));
    assert_eq!(code(&place.sweep(&["run", "small.toml", "--partition", "slice:2/2", "-o", "two"])), 5);
    let output = place.sweep(&["merge", "small.toml", "--from", "one", "--from", "two"]);
    assert_eq!(code(&output), 1);
    assert!(error(&output).contains("two was trained on other data"), "{}", error(&output));
}

#[test]
fn shards_of_another_plan_are_named() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    place.write("other.toml", SMALL.replace("epochs = 20", "epochs = 21"));
    assert_eq!(code(&place.sweep(&["run", "small.toml", "--partition", "slice:1/2", "-o", "one"])), 5);
    assert_eq!(code(&place.sweep(&["run", "other.toml", "--partition", "slice:2/2", "-o", "two"])), 5);
    let output = place.sweep(&["merge", "small.toml", "--from", "one", "--from", "two"]);
    assert_eq!(code(&output), 5);
    assert!(error(&output).contains("warning: two has no trial of this plan"), "{}", error(&output));
}
