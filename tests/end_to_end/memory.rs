//! Where memory is short: what does not fit is refused before anything is written, and what ends later ends with a sentence.

use super::*;

/// A million rows of ten features: 88 MB of numbers, and about 235 MB to train on them.
const TALL: &str = r#"
name = "tall"
[datasets.made]
source = "synthetic"
n_samples = 1000000
n_features = 10
[models.linear]
kind = "linear"
[optimizers.gd]
method = "gd"
learning_rate = 0.1
[train]
epochs = 2
"#;

/// Runs the program with so many megabytes of addresses; two threads train, whatever the machine.
fn limited(place: &Place, megabytes: usize, words: &str) -> Output {
    Command::new("sh")
        .args(["-c", &format!("ulimit -v {}; exec $SWEEP {words}", megabytes * 1000)])
        .env("SWEEP", env!("CARGO_BIN_EXE_sweep"))
        .env("NO_COLOR", "1")
        .env("RAYON_NUM_THREADS", "2")
        .current_dir(place.path(""))
        .output()
        .expect("runs")
}

/// Everything below a folder, the store among it.
fn everything(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(at) = pending.pop() {
        for entry in std::fs::read_dir(&at).into_iter().flatten() {
            let path = entry.expect("reads").path();
            if path.is_dir() {
                pending.push(path.clone());
            }
            let bytes = if path.is_file() { std::fs::read(&path).expect("reads") } else { Vec::new() };
            found.push((path, bytes));
        }
    }
    found.sort();
    found
}

/// One sentence, no backtrace, exit code 3.
fn is_one_sentence(output: &Output, context: &str) {
    let message = error(output);
    assert_eq!(code(output), 3, "{context}: {message}");
    // That of a data file stands under its place in the experiment.
    let place = message.lines().next().is_some_and(|line| line.contains(": [datasets.") && line.contains(" path = "));
    assert!(
        message.starts_with("error: ") && message.lines().count() == 1 + usize::from(place),
        "{context}: {message}"
    );
}

/// The number before ` of the 1000000 rows`.
fn suggested_rows(message: &str) -> usize {
    let before = message.split_once(" of the 1000000 rows").expect("rows are suggested").0;
    before.rsplit(' ').next().and_then(|number| number.parse().ok()).expect("a number")
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_that_does_not_fit_is_refused_before_anything_is_written() {
    let place = Place::new();
    place.write("tall.toml", TALL);
    let refused = |words: &str| {
        let before = everything(&place.path("results"));
        let output = limited(&place, 240, words);
        is_one_sentence(&output, words);
        let message = error(&output);
        assert!(message.contains("the run would take about ") && message.contains("MB are available"), "{message}");
        assert!(message.contains("`ulimit -v`") && message.contains("nothing was trained"), "{message}");
        assert!(before == everything(&place.path("results")), "{words}: the folder is not what it was");
        message
    };
    let message = refused("run tall.toml -j 2");
    assert!(!place.path("results").exists());
    // What is said to fit does.
    let rows = suggested_rows(&message);
    let fewer = format!("run tall.toml -j 2 -o fewer datasets.made.n_samples={rows}");
    let output = limited(&place, 240, &fewer);
    assert_eq!(code(&output), 0, "{rows} rows: {}", error(&output));

    assert_eq!(code(&place.sweep(&["run", "tall.toml", "-j", "2"])), 0);
    refused("run tall.toml -j 2 train.epochs=3");
    refused("verify tall.toml -j 2");
    refused("verify tall.toml -j 2 --bless");
    // What is known needs no training, and its report no more than the data.
    let output = limited(&place, 240, "run tall.toml -j 2");
    assert_eq!(code(&output), 0, "{}", error(&output));

    // The plan is shown all the same, and says so.
    let output = limited(&place, 240, "plan tall.toml train.epochs=3");
    assert_eq!(code(&output), 0, "{}", error(&output));
    let line = out(&output).lines().find(|line| line.starts_with("memory")).expect("a line").to_owned();
    assert!(line.contains("MB are available") && line.ends_with(": a run is refused"), "{line}");
    let plenty = out(&place.sweep(&["plan", "tall.toml", "train.epochs=3"]));
    let line = plenty.lines().find(|line| line.starts_with("memory")).expect("a line").to_owned();
    assert!(line.ends_with("B are available"), "{line}");
}

#[cfg(target_os = "linux")]
#[test]
fn data_that_does_not_fit_is_refused_before_it_is_read() {
    let place = Place::new();
    place.write("tall.toml", TALL);
    let output = limited(&place, 120, "run tall.toml");
    is_one_sentence(&output, "one data set");
    assert!(error(&output).contains("[datasets.made]: synthetic data of 1000000 × 10 numbers"), "{}", error(&output));
    assert!(error(&output).contains("rows would fit"), "{}", error(&output));

    // Each of two would fit by itself.
    let other = "[datasets.other]\nsource = \"synthetic\"\nn_samples = 800000\nn_features = 10\n";
    place.write("two.toml", format!("{TALL}{other}"));
    let output = limited(&place, 180, "run two.toml");
    is_one_sentence(&output, "two data sets");
    assert!(error(&output).contains("of this and of 1 other"), "{}", error(&output));

    // A text's rows are guessed from its first ones.
    let row = "0.25,-1.5,3.75,1\n";
    place.write("long.csv", ["a,b,c,y\n", &row.repeat(2_000_000)].concat());
    let file = "source = \"csv\"\npath = \"long.csv\"\ntarget = \"y\"";
    place.write("long.toml", TALL.replace("source = \"synthetic\"\nn_samples = 1000000\nn_features = 10", file));
    let output = limited(&place, 110, "run long.toml");
    is_one_sentence(&output, "delimited text");
    assert!(
        error(&output).contains("long.csv: about 2") && error(&output).contains("× 3 numbers"),
        "{}",
        error(&output)
    );
    assert!(!place.path("results").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_plan_of_a_hundred_million_trials_is_refused_where_it_does_not_fit() {
    let place = Place::new();
    let rates = "learning_rate = { from = 1e-4, to = 1e-2, count = 100000, scale = \"log\" }";
    let seeded = "method = \"sgd\"\nbatch_size = 10";
    let text = TALL.replace("n_samples = 1000000", "n_samples = 50").replace("learning_rate = 0.1", rates);
    place.write("many.toml", text.replace("method = \"gd\"", seeded).replace("name", "seeds = 1000\nname"));
    // So many settings that none is like another.
    let ranges = "l1 = { from = 0.1, to = 1.0, count = 10000 }\nl2 = { from = 0.1, to = 1.0, count = 10000 }";
    place.write(
        "shapes.toml",
        text.replace(rates, "learning_rate = 0.1").replace("\"linear\"", &format!("\"linear\"\n{ranges}")),
    );
    for name in ["many", "shapes"] {
        let started = std::time::Instant::now();
        let output = limited(&place, 6000, &format!("plan {name}.toml"));
        is_one_sentence(&output, name);
        assert!(error(&output).contains("which alone take about"), "{}", error(&output));
        assert!(started.elapsed().as_secs() < 30, "{name}: {:?}", started.elapsed());
    }
}

/// With a little more memory each time: always a sentence and exit code 3, or the result.
#[cfg(target_os = "linux")]
#[test]
fn where_memory_ends_is_told_in_a_sentence() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    let whole = everything(&place.path("results"));
    let least = (20..).step_by(4).find(|&megabytes| limited(&place, megabytes, "--version").status.success());
    let least = least.expect("the program starts at all");
    let mut ended_later = 0;
    for words in
        ["report small.toml", "compare results/small results/small", "plan small.toml", "verify small.toml -j 2"]
    {
        let fits = (least..).step_by(4).find(|megabytes| {
            let output = limited(&place, *megabytes, words);
            if output.status.success() {
                return true;
            }
            let context = format!("{words} in {megabytes} MB");
            let message = error(&output);
            assert_eq!(code(&output), 3, "{context}: {message}");
            assert_eq!(message.matches("error: ").count(), 1, "{context}: {message}");
            assert!(!message.contains("panicked") && !message.contains("backtrace"), "{context}: {message}");
            ended_later += usize::from(message.contains("error: memory is full: "));
            assert!(*megabytes < 1000, "{context}: {message}");
            false
        });
        println!("{words}: {fits:?} MB");
    }
    assert!(ended_later > 0, "no allocation failed");
    // Temporary files of a report that did not end are no part of it.
    let kept = |files: Vec<(PathBuf, Vec<u8>)>| -> Vec<(PathBuf, Vec<u8>)> {
        let passing = |path: &Path| path.ends_with("lock") || path.to_string_lossy().contains(".writing-");
        files.into_iter().filter(|(path, _)| !passing(path)).collect()
    };
    assert!(kept(whole) == kept(everything(&place.path("results"))), "the results are not what they were");
}

/// The peak of a run's memory, as the system counts it, beside what was expected.
#[cfg(target_os = "linux")]
fn expected_and_taken(place: &Place, name: &str) -> (f64, f64) {
    let plan = out(&place.sweep(&["run", name, "-j", "2", "--dry-run"]));
    let line = plan.lines().find_map(|line| line.strip_prefix("memory      about ")).expect("a line");
    let (number, unit) = line.split_once(' ').expect("a unit");
    let scale = if unit.starts_with("MB") { 1.0 } else { 1e3 };
    let expected = number.parse::<f64>().expect("a number") * scale;
    let mut child = place.command(&["run", "-q", name, "-j", "2"]).spawn().expect("starts");
    let status = format!("/proc/{}/status", child.id());
    let mut taken: f64 = 0.0;
    let ended = loop {
        if let Some(ended) = child.try_wait().expect("waits") {
            break ended;
        }
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let peak = text
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
        taken = peak.map_or(taken, |kibibytes| kibibytes * 1.024e-3);
        std::thread::sleep(std::time::Duration::from_millis(2));
    };
    assert!(ended.success(), "{name}: {ended}");
    (expected, taken)
}

/// More shapes, and larger ones: `cargo bench --bench memory`.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn what_is_expected_is_near_to_what_is_taken() {
    let place = Place::new();
    place.write("gd.toml", TALL);
    let seeded = "split = { validation = 0.2, test = 0.2 }\nstandardize = true";
    let sgd = "method = \"sgd\"\nbatch_size = 1000";
    let split = TALL.replace("n_features = 10", &format!("n_features = 10\n{seeded}")).replace("method = \"gd\"", sgd);
    place.write("split.toml", split.replace("name", "seeds = 3\nname"));
    let polynomial = TALL
        .replace("1000000", "40000")
        .replace("= 10\n", "= 30\n")
        .replace("\"linear\"", "\"polynomial\"\ndegree = 2");
    place.write("polynomial.toml", polynomial);
    for name in ["gd.toml", "split.toml", "polynomial.toml"] {
        let (expected, taken) = expected_and_taken(&place, name);
        let ratio = expected / taken;
        assert!((1.0 / 1.3..1.3).contains(&ratio), "{name}: {expected:.0} MB expected, {taken:.0} MB taken");
    }
}
