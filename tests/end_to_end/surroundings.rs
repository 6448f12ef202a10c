//! What surrounds a run: links, pipes, locales, missing folders, streams that are full or closed, files of absurd size.

use std::time::{Duration, Instant};

use super::*;

const LIMIT: Duration = Duration::from_secs(5);

/// Runs `script` with the program as `$SWEEP`, and no more than 1 GiB of memory.
#[cfg(unix)]
fn shell(place: &Place, script: &str) -> Output {
    let started = Instant::now();
    let output = Command::new("sh")
        .args(["-c", &format!("ulimit -v 1048576; {script}")])
        .env("SWEEP", env!("CARGO_BIN_EXE_sweep"))
        .current_dir(place.path(""))
        .output()
        .expect("runs");
    assert!(started.elapsed() < LIMIT, "{script} took {:?}", started.elapsed());
    output
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_links_inside_a_results_folder() {
    use std::os::unix::fs::symlink;

    for inner in [
        "results/small",
        "results/small/tables",
        "results/small/plots",
        "results/small/.sweep",
        "results/small/.sweep/segments",
        "results/small/.sweep/lock",
    ] {
        let place = Place::new();
        place.write("small.toml", SMALL);
        std::fs::create_dir(place.path("outside")).expect("creates");
        place.write("outside/kept", "kept");
        if inner == "results/small" {
            std::fs::create_dir(place.path("results")).expect("creates");
        } else {
            assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
            let old = place.path(inner);
            if old.is_dir() { std::fs::remove_dir_all(old) } else { std::fs::remove_file(old) }.expect("removes");
        }
        let target = if inner.ends_with("lock") { "outside/kept" } else { "outside" };
        symlink(place.path(target), place.path(inner)).expect("links");
        let output = place.sweep(&["run", "small.toml"]);
        assert_eq!(code(&output), 3, "{inner}: {}", error(&output));
        assert!(error(&output).contains("symbolic link") && error(&output).contains(inner), "{}", error(&output));
        let outside: Vec<_> = std::fs::read_dir(place.path("outside")).expect("lists").collect();
        assert_eq!(outside.len(), 1, "{inner}: something was written outside");
        assert_eq!(std::fs::read(place.path("outside/kept")).expect("reads"), b"kept");
    }
}

#[cfg(unix)]
#[test]
fn linked_files_are_replaced_and_the_folder_of_results_may_be_a_link() {
    use std::os::unix::fs::symlink;

    let place = Place::new();
    place.write("small.toml", SMALL);
    std::fs::create_dir(place.path("disk")).expect("creates");
    symlink(place.path("disk"), place.path("results")).expect("links");
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    let names = ["report.md", "report.html", "plan.toml", "trials.parquet", "tables/mse.csv"];
    for name in names {
        place.write("victim", "kept");
        std::fs::remove_file(place.path("disk/small").join(name)).expect("removes");
        symlink(place.path("victim"), place.path("disk/small").join(name)).expect("links");
    }
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    assert_eq!(std::fs::read(place.path("victim")).expect("reads"), b"kept");
    for name in names {
        assert!(!place.path("disk/small").join(name).is_symlink(), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_refused_without_waiting() {
    let place = Place::new();
    place.write("e.toml", SMALL);
    place.write(
        "d.toml",
        SMALL.replace(
            "source = \"synthetic\"\nn_samples = 60\nn_features = 3",
            "source = \"csv\"\npath = \"p\"\ntarget = \"y\"",
        ),
    );
    place.write("x.toml", "extends = \"p\"\n");
    for (script, words, expected) in [
        ("mkfifo p; $SWEEP plan p", "p cannot be opened: it is not a regular file", 3),
        ("$SWEEP plan d.toml", "cannot read p: it is not a regular file", 3),
        ("$SWEEP plan x.toml", "it is not a regular file", 3),
        ("$SWEEP plan /dev/zero", "not a regular file", 3),
        ("echo 'seeds = 1' | $SWEEP plan /dev/stdin", "not a regular file", 3),
        ("$SWEEP plan .", "cannot be opened", 3),
    ] {
        let output = shell(&place, script);
        assert_eq!(code(&output), expected, "{script}: {}", error(&output));
        assert!(error(&output).contains(words), "{script}: {}", error(&output));
    }
    // Pipes where files of the results should be: replaced, not opened.
    let output = shell(
        &place,
        "$SWEEP run e.toml -q && cd results/small && for pipe in report.md timing.json trials.parquet tables/mse.csv; do \
         rm $pipe; mkfifo $pipe; done && cd ../.. && $SWEEP run e.toml",
    );
    assert_eq!(code(&output), 0, "{}", error(&output));
    assert!(place.path("results/small/report.md").is_file());
    assert!(error(&output).contains("timing.json is not what a run writes"), "{}", error(&output));
}

#[cfg(unix)]
#[test]
fn files_of_absurd_depth_and_size_are_refused_in_bounded_time_and_memory() {
    let place = Place::new();
    let deep = 100_000;
    let files = [
        ("brackets", format!("a = {}{}", "[".repeat(deep), "]".repeat(deep)), "nested too deeply"),
        ("tables", format!("a = {}1{}", "{a=".repeat(deep), "}".repeat(deep)), "nested too deeply"),
        ("dots", format!("{}a = 1", "a.".repeat(deep)), "nested too deeply"),
        ("header", format!("[{}a]", "a.".repeat(deep)), "nested too deeply"),
        ("open", "a = [\n".repeat(deep), "nested too deeply"),
        ("large", "#".repeat(100 << 20), "larger than 4 MiB"),
        ("line", format!("title = \"{}\"", "x".repeat(50 << 20)), "larger than 4 MiB"),
        ("million", (0..1_000_000).map(|i| format!("[t{i}]\n")).collect(), "larger than 4 MiB"),
        ("many", (0..300_000).map(|i| format!("[t{i}]\n")).collect(), "no key `t0`"),
        ("rules", format!("{SMALL}{}", "[[exclude]]\noptimizer=\"gd\"\n".repeat(100_000)), "at most 1000"),
        ("long", format!("{SMALL}# {}\nname = 1", "x".repeat(4_000_000)), "has no key `name`"),
        ("quotes", "\"".repeat(3 << 20), "no TOML file"),
    ];
    for (name, text, words) in files {
        place.write(&format!("{name}.toml"), text);
        let output = shell(&place, &format!("$SWEEP plan {name}.toml"));
        assert_eq!(code(&output), 2, "{name}: {}", error(&output));
        assert!(error(&output).contains(words), "{name}: {}", &error(&output)[..400.min(error(&output).len())]);
        assert!(error(&output).len() < 200_000, "{name}: {} bytes of message", error(&output).len());
    }
}

/// `{ values of an axis with `count` points }`
fn axis(key: &str, from: f64, to: f64, count: usize) -> String {
    format!("{key} = {{ from = {from:?}, to = {to:?}, count = {count} }}\n")
}

#[cfg(unix)]
#[test]
fn a_grid_of_2_to_the_200_is_refused_with_its_count() {
    let place = Place::new();
    // 2^200 = (2^20)^10 = 32^40: 20 axes would need 1024 points each; here are 12 of 2^16 and one of 2^8.
    let n = 1 << 16;
    let integers = |key: &str, count: usize| format!("{key} = {{ from = 2, to = {}, count = {count} }}\n", count + 1);
    let text = [
        "[datasets.d]\nsource = \"synthetic\"\n".to_owned(),
        integers("n_samples", n),
        integers("n_features", n),
        axis("noise", 0.5, 1.5, n),
        axis("condition", 1.0, 2.0, n),
        integers("seed", n),
        "[models.m]\nkind = \"linear\"\n".to_owned(),
        axis("l1", 0.5, 1.5, n),
        axis("l2", 0.5, 1.5, n),
        "[optimizers.o]\nmethod = \"sgd\"\n".to_owned(),
        axis("learning_rate", 0.5, 1.5, n),
        axis("momentum", 0.1, 0.9, n),
        integers("batch_size", n),
        "[train]\n".to_owned(),
        integers("epochs", n),
        axis("divergence_factor", 1e3, 1e6, n),
        integers("curve_points", 1 << 8),
    ]
    .concat();
    place.write("e.toml", &text);
    let output = shell(&place, "$SWEEP plan e.toml");
    assert_eq!(code(&output), 2, "{}", error(&output));
    assert!(error(&output).contains("1.6e60"), "{}", error(&output));
    // Fewer points: an answer in milliseconds.
    place.write("e.toml", text.replace("65536", "256").replace("65537", "257"));
    let started = Instant::now();
    let output = shell(&place, "$SWEEP plan e.toml");
    assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
    assert!(error(&output).contains("256^13"), "{}", error(&output));
    for (line, words) in [("seeds = 1000000000000", "≤ 1000000"), ("seeds = [", "a bracket is not closed")] {
        place.write("e.toml", format!("{line}\n{}", SMALL.replace("seeds = 3\n", "")));
        let output = shell(&place, "$SWEEP plan e.toml");
        assert_eq!(code(&output), 2);
        assert!(error(&output).contains(words), "{}", error(&output));
    }
    for range in [
        "from = 0.1, to = 1.0, count = 1000000000000000000",
        "from = 1e-320, to = 1e308, count = 100001, scale = \"log\"",
        "from = 0.0, to = 1.0, count = 3, scale = \"log\"",
        "from = -1e308, to = 1e309, count = 3",
    ] {
        place.write(
            "e.toml",
            SMALL.replace("learning_rate = [0.01, 0.3, 5.0]", &format!("learning_rate = {{ {range} }}")),
        );
        let output = shell(&place, "$SWEEP plan e.toml");
        assert_eq!(code(&output), 2, "{range}");
        assert!(error(&output).contains("e.toml:17:"), "{range}: {}", error(&output));
    }
}

#[cfg(unix)]
#[test]
fn odd_surroundings_change_no_byte() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml", "-o", "plain"])), 0);
    let expected = place.results("plain/small");
    for (number, setting) in [
        "LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8",
        "LC_ALL=de_DE.UTF-8 TZ=Pacific/Kiritimati",
        "LC_ALL=C TZ=nonsense",
        "-i",
        "-u HOME -u TMPDIR -u PATH",
        "TMPDIR=/nowhere/at/all HOME=/nowhere",
        "COLUMNS=1 LINES=0 TERM=dumb",
        "COLUMNS=x TERM=",
        "CLICOLOR_FORCE=1 FORCE_COLOR=3",
        "RUST_BACKTRACE=full RAYON_NUM_THREADS=1 POLARS_VERBOSE=0",
    ]
    .iter()
    .enumerate()
    {
        let streams = [("", ""), ("b", "</dev/null >/dev/null 2>&1"), ("c", "<&- >&- 2>&-")];
        for (stream, suffix) in streams.into_iter().take(if number == 0 { 3 } else { 1 }) {
            let folder = format!("r{number}{stream}");
            let output = shell(&place, &format!("env {setting} $SWEEP run small.toml -o {folder} {suffix}"));
            assert_eq!(code(&output), 0, "{setting} {suffix}: {}", error(&output));
            assert!(!out(&output).contains('\u{1b}') && !error(&output).contains('\u{1b}'), "{setting}: colours");
            assert!(expected == place.results(&format!("{folder}/small")), "{setting} {suffix}: bytes differ");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_result_that_cannot_be_written_is_exit_code_3() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    for command in ["plan small.toml", "list", "schema", "run small.toml"] {
        let output = shell(&place, &format!("$SWEEP {command} >/dev/full"));
        assert_eq!(code(&output), 3, "{command}: {}", error(&output));
        assert!(error(&output).contains("cannot write to standard output"), "{command}: {}", error(&output));
    }
    assert!(place.path("results/small/report.md").is_file(), "what was trained is kept");
}

/// One voice: the system's reason in the middle of a sentence, without its number.
#[test]
fn the_systems_reasons_have_no_numbers() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    place.write("based.toml", "extends = \"none.toml\"\n");
    let made = "source = \"synthetic\"\nn_samples = 60\nn_features = 3\n";
    let file = "source = \"csv\"\npath = \"none.csv\"\ntarget = \"y\"\n";
    place.write("data.toml", SMALL.replace(made, file));
    for words in ["init none/x.toml", "run none.toml", "run based.toml", "run data.toml", "compare none none"] {
        let output = place.sweep(&words.split(' ').collect::<Vec<_>>());
        let message = error(&output);
        assert!(
            message.contains("no such file or directory") || message.contains("there is no folder none"),
            "{words}: {message}"
        );
        assert!(!message.contains("os error"), "{words}: {message}");
    }
}
