//! The curve of a score that does not follow from the loss: recorded with it, and trained once more for what lacks it.

use sweep::store::Store;

use super::*;

fn scored(metrics: &str, score: &str) -> String {
    format!("{}metrics = [{metrics}]\n[report]\nscore = \"{score}\"\n", SMALL.replace("seeds = 3", "seeds = 2"))
}

/// Runs the experiment after writing it with this score, and says what the run said.
fn run(place: &Place, metrics: &str, score: &str, folder: &str) -> String {
    place.write("small.toml", scored(metrics, score));
    let output = place.sweep(&["run", "small.toml", "-o", folder]);
    assert_eq!(code(&output), 0, "{}", error(&output));
    error(&output)
}

fn segments(place: &Place, folder: &str) -> usize {
    std::fs::read_dir(place.path(&format!("{folder}/small/.sweep/segments"))).expect("lists").count()
}

#[test]
fn a_record_that_lacks_the_curve_of_the_score_is_trained_once_more_and_agrees() {
    let place = Place::new();
    run(&place, "", "mae", "fresh");
    let expected = place.results("fresh/small");
    run(&place, "\"mae\"", "mse", "later");
    let by_mse = place.results("later/small");
    let before = segments(&place, "later");

    // The values of the metric are there, and its curve is not.
    run(&place, "", "mae", "later");
    assert!(place.results("later/small") == expected, "another history gives other results");
    let after = segments(&place, "later");
    assert!(after > before);
    let again = run(&place, "", "mae", "later");
    assert_eq!(segments(&place, "later"), after, "nothing is left to train: {again}");

    // The richer records stay, and hold what the poorer ones did.
    assert_eq!(code(&place.sweep(&["clean", "small.toml", "-o", "later"])), 0);
    assert_eq!(code(&place.sweep(&["report", "small.toml", "-o", "later"])), 0);
    assert!(place.results("later/small") == expected);
    run(&place, "\"mae\"", "mse", "later");
    assert!(place.results("later/small") == by_mse);
    assert!(segments(&place, "later") <= after);
}

/// What is known but lacks the metric is neither untrained nor without a place in the plan.
#[test]
fn reports_on_records_without_the_metric_say_what_they_lack() {
    let place = Place::new();
    run(&place, "", "mse", "some");
    place.write("small.toml", scored("", "mae"));
    let report = place.sweep(&["report", "small.toml", "-o", "some"]);
    assert_eq!(code(&report), 5);
    let said = " trials lack mae; `sweep run` trains them for it.";
    assert!(out(&report).contains(said) && !out(&report).contains("has been trained yet"), "{}", out(&report));
    let id = Store::at(&place.path("some/small")).read_chosen(|_| true).unwrap()[0].trial.hex();
    let shown = out(&place.sweep(&["show", &id, "small.toml", "-o", "some"]));
    let said = "its record lacks mae; `sweep run small.toml -o some` trains it for it";
    assert!(shown.contains(said), "{shown}");
    let planned = |place: &Place| out(&place.sweep(&["plan", "small.toml", "-o", "some"]));
    assert!(planned(&place).contains("\nmetrics  "), "{}", planned(&place));
    run(&place, "", "mae", "some");
    assert!(!planned(&place).contains("\nmetrics  "), "nothing is left to train: {}", planned(&place));
    let shown = out(&place.sweep(&["show", &id, "small.toml", "-o", "some"]));
    for metric in ["mse ", "rmse ", "r2 ", "mae "] {
        assert!(shown.contains(&format!("test       {metric}")), "{metric}: {shown}");
    }
    assert!(shown.contains("(the score)") && !shown.contains("max_error"), "{shown}");
}

/// One record holds more metrics, and the other one the curve that is asked for.
#[test]
fn of_two_records_the_one_with_the_curve_of_the_score_is_read() {
    let place = Place::new();
    run(&place, "\"mae\", \"max_error\"", "mae", "fresh");
    let expected = place.results("fresh/small");
    run(&place, "\"mae\", \"max_error\"", "mse", "both");
    run(&place, "", "mae", "both");
    let before = segments(&place, "both");
    run(&place, "\"mae\", \"max_error\"", "mae", "both");
    assert_eq!(segments(&place, "both"), before, "nothing is left to train");
    assert!(place.results("both/small") == expected, "the two together hold all that is asked for");
    assert_eq!(code(&place.sweep(&["clean", "small.toml", "-o", "both"])), 0);
    assert_eq!(code(&place.sweep(&["report", "small.toml", "-o", "both"])), 0);
    assert!(place.results("both/small") == expected, "each holds something that the other one lacks");
}

#[test]
fn the_curve_of_the_score_is_verified_and_compared() {
    let place = Place::new();
    run(&place, "", "mae", "results");
    assert_eq!(code(&place.sweep(&["verify", "small.toml"])), 0);
    run(&place, "\"mae\"", "mse", "other");
    let compared = place.sweep(&["compare", "results/small", "other/small"]);
    assert_eq!(code(&compared), 1);
    let said = out(&compared);
    assert!(said.contains("train_mae") && said.contains("validation_mae"), "{said}");
}

#[test]
fn a_store_written_before_curves_of_metrics_is_trained_once_more_for_them() {
    let place = Place::new();
    let stores = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stores");
    let text = std::fs::read_to_string(stores.join("experiment.toml")).expect("reads");
    place.write("experiment.toml", format!("{text}\n[report]\nscore = \"mae\"\n"));
    let fresh = place.sweep(&["run", "experiment.toml", "-o", "fresh"]);
    assert_eq!(code(&fresh), 0, "{}", error(&fresh));
    for part in ["segments", "theory"] {
        let to = place.path(&format!("old/experiment/.sweep/{part}"));
        std::fs::create_dir_all(&to).expect("creates");
        for entry in std::fs::read_dir(stores.join("3.0").join(part)).expect("lists") {
            let from = entry.expect("reads").path();
            std::fs::copy(&from, to.join(from.file_name().expect("a name"))).expect("copies");
        }
    }
    let old = place.sweep(&["run", "experiment.toml", "-o", "old"]);
    assert_eq!(code(&old), 0, "{}", error(&old));
    assert!(place.results("old/experiment") == place.results("fresh/experiment"));
}
