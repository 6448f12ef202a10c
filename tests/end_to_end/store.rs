//! Resume, known and new, damage, interruption.

use std::time::Duration;

use super::*;

fn known_and_new(place: &Place, file: &str) -> String {
    let output = place.sweep(&["plan", file]);
    assert_eq!(code(&output), 0, "{}", error(&output));
    out(&output).lines().find(|line| line.starts_with("trials")).expect("a line about trials").to_owned()
}

#[test]
fn a_widened_grid_trains_what_is_new() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert!(
        known_and_new(&place, "small.toml").contains("0 known, 108 new"),
        "{}",
        known_and_new(&place, "small.toml")
    );
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    assert!(known_and_new(&place, "small.toml").contains("108 known, 0 new"));
    place.write("small.toml", SMALL.replace("[0.01, 0.3, 5.0]", "[0.01, 0.3, 0.5, 5.0]"));
    assert!(
        known_and_new(&place, "small.toml").contains("108 known, 18 new"),
        "{}",
        known_and_new(&place, "small.toml")
    );
    // Renamed tables, another order of tables and keys: nothing is trained again.
    place.write(
        "small.toml",
        SMALL.replace("optimizers.gd", "optimizers.zz_gd").replace("datasets.made", "datasets.other"),
    );
    assert!(known_and_new(&place, "small.toml").contains("108 known, 0 new"));
}

#[test]
fn a_damaged_segment_is_not_believed_and_its_trials_are_trained_again() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    let before = place.results("results/small");
    let segments = place.path("results/small/.sweep/segments");
    let segment = std::fs::read_dir(&segments).expect("lists").next().expect("one").expect("reads").path();
    let mut bytes = std::fs::read(&segment).expect("reads");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&segment, bytes).expect("writes");
    assert!(!known_and_new(&place, "small.toml").contains("0 new"));
    let output = place.sweep(&["run", "small.toml"]);
    assert_eq!(code(&output), 0);
    assert!(error(&output).contains("damaged"), "{}", error(&output));
    assert!(before == place.results("results/small"));
}

/// Long enough to be interrupted: many slow trials, none of which is much work.
const LONG: &str = r#"
name = "long"
seeds = 40
[datasets.made]
source = "synthetic"
n_samples = 400
n_features = 8
[models.linear]
kind = "linear"
[optimizers.sgd]
method = "sgd"
batch_size = 1
learning_rate = { from = 1e-5, to = 1e-2, count = 10, scale = "log" }
[train]
epochs = 120
"#;

#[cfg(unix)]
#[test]
fn an_interrupted_run_goes_on_and_ends_with_the_same_bytes() {
    let place = Place::new();
    place.write("long.toml", LONG);
    assert_eq!(code(&place.sweep(&["run", "long.toml", "-o", "whole"])), 0);

    let mut child = place
        .command(&["run", "long.toml", "-j", "1", "--cohort-limit", "4"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("starts");
    let segments = place.path("results/long/.sweep/segments");
    let waiting = std::time::Instant::now();
    while std::fs::read_dir(&segments).map_or(0, Iterator::count) < 2 && waiting.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("runs");
    assert!(killed.success());
    let status = child.wait().expect("ends");
    assert_eq!(status.code(), Some(130));
    let kept = known_and_new(&place, "long.toml");
    assert!(!kept.contains(" 0 known") && !kept.contains(" 0 new"), "the signal came too early or too late: {kept}");

    assert_eq!(code(&place.sweep(&["run", "long.toml"])), 0);
    let (whole, resumed) = (place.results("whole/long"), place.results("results/long"));
    for ((name, first), (_, other)) in whole.iter().zip(&resumed) {
        assert!(first == other, "{name} differs after the interruption");
    }
    assert_eq!(whole.len(), resumed.len());
}
