//! What is watched in training: recorded on request, trained once more for what lacks it, shown, and never part of a trial's id.

use super::*;

const ALL: &str = "watch = [\"gradient_norm\", \"activations\", \"updates\", \"sharpness\"]\n";

fn run(place: &Place, watch: &str, folder: &str) {
    place.write("small.toml", format!("{}{watch}", SMALL.replace("seeds = 3", "seeds = 2")));
    let output = place.sweep(&["run", "small.toml", "-o", folder]);
    assert_eq!(code(&output), 0, "{}", error(&output));
}

fn segments(place: &Place, folder: &str) -> usize {
    std::fs::read_dir(place.path(&format!("{folder}/small/.sweep/segments"))).expect("lists").count()
}

#[test]
fn a_record_that_lacks_what_is_watched_is_trained_once_more_and_agrees() {
    let place = Place::new();
    run(&place, ALL, "fresh");
    let expected = place.results("fresh/small");
    run(&place, "", "later");
    let (plain, before) = (place.results("later/small"), segments(&place, "later"));
    place.write("small.toml", format!("{}{ALL}", SMALL.replace("seeds = 3", "seeds = 2")));
    let planned = out(&place.sweep(&["plan", "small.toml", "-o", "later"]));
    assert!(planned.contains("\nwatch       at most ") && planned.contains("gradient_norm and"), "{planned}");
    run(&place, ALL, "later");
    assert!(place.results("later/small") == expected, "another history gives other results");
    let after = segments(&place, "later");
    assert!(after > before);
    // Less is asked for: what is there is enough, and nothing of it shows.
    run(&place, "watch = [\"updates\"]\n", "later");
    run(&place, "", "later");
    assert_eq!(segments(&place, "later"), after, "nothing is left to train");
    assert!(place.results("later/small") == plain);
    assert_eq!(code(&place.sweep(&["clean", "small.toml", "-o", "later"])), 0);
    run(&place, ALL, "later");
    assert!(place.results("later/small") == expected, "the richer records stay, or are trained again");
}

#[test]
fn what_was_watched_is_a_table_and_a_chapter() {
    let place = Place::new();
    run(&place, ALL, "results");
    let table = std::fs::read(place.path("results/small/watched.parquet")).expect("reads");
    let columns = sweep::store::decode_table(table, None).expect("a table");
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[..4], ["trial", "epoch", "place", "gradient_norm"]);
    assert!(names.contains(&"sharpness_limit") && names.contains(&"update_ratio"), "{names:?}");
    let page = std::fs::read_to_string(place.path("results/small/report.md")).expect("reads");
    assert!(page.contains("## Gradients by depth") && page.contains("sharpness"), "{page}");
    assert!(!page.contains("vanish"), "a linear model has no depth");
    run(&place, "watch = [\"sharpness\"]\n", "results");
    let page = std::fs::read_to_string(place.path("results/small/report.md")).expect("reads");
    assert!(page.contains("## Sharpness"));
    run(&place, "", "results");
    assert!(!place.path("results/small/watched.parquet").exists());
}

#[test]
fn other_words_are_refused_with_those_that_exist() {
    let place = Place::new();
    place.write("small.toml", format!("{SMALL}watch = [\"gradient_norms\"]\n"));
    let output = place.sweep(&["plan", "small.toml"]);
    let said = error(&output);
    assert_eq!(code(&output), 2);
    assert!(said.contains("small.toml:") && said.contains("\"gradient_norm\""), "{said}");
}
