//! What things are called: a message names what is there, where it is, and what would be accepted.

use std::fs;

use polars::prelude::*;

use super::verification::{TRIALS, texts, trained, verify};
use super::*;

/// Runs `script` with the program as `$SWEEP`.
#[cfg(unix)]
fn shell(place: &Place, shell: &str, script: &str) -> Output {
    let folder = Path::new(env!("CARGO_BIN_EXE_sweep")).parent().expect("a folder").display();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new(shell);
    command.args(["-c", script]).env("SWEEP", env!("CARGO_BIN_EXE_sweep")).env("PATH", path).env("NO_COLOR", "1");
    command.current_dir(place.path("")).output().expect("runs")
}

/// The texts of a results folder: what Git takes for such.
fn text_files(place: &Place) -> Vec<String> {
    let files = place.results("results/small").into_iter().map(|(name, _)| name);
    files.filter(|name| !name.ends_with(".png") && !name.ends_with(".parquet")).collect()
}

fn change(place: &Place, file: &str, change: impl Fn(String) -> String) {
    let path = place.path("results/small").join(file);
    fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
}

#[test]
fn a_checkout_with_other_line_ends_is_told_as_one() {
    let place = trained();
    let files = text_files(&place);
    files.iter().for_each(|file| change(&place, file, |text| text.replace('\n', "\r\n")));
    let junit = ["--junit", "junit.xml"];
    let (verdict, text) = verify(&place, &junit, 1);
    let words = "only in line ends (CRLF in the committed one): Git's core.autocrlf? `* -text` in a .gitattributes beside them \
                 keeps them as they are";
    let others = files.len() - 1;
    assert_eq!(verdict, format!("small differs in {} and {others} other files, {words}", files[0]));
    for wrong in ["names of settings", "order of rows", "lines gone", "different:"] {
        assert!(!text.contains(wrong), "{wrong}: {text}");
    }
    assert!(fs::read_to_string(place.path("junit.xml")).unwrap().contains("differ only in line ends (CRLF"));
    let compared = place.sweep(&["compare", "results/small", "results/small"]);
    assert_eq!(code(&compared), 0, "{}", out(&compared));
}

#[test]
fn how_a_file_is_written_is_told_from_what_it_says() {
    let place = trained();
    let turned = |text: String| {
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        lines.join("\n") + "\n"
    };
    type Change<'a> = &'a dyn Fn(String) -> String;
    let cases: [(&str, Change<'_>, &str); 7] = [
        ("report.md", &|text| format!("\u{feff}{text}"), "the encoding (a byte order mark in the committed one)"),
        ("plan.toml", &|text| text.trim_end().to_owned(), "the newline at the end, which the committed one lacks"),
        ("tables/mse.csv", &|text| text + "\n", "empty lines at the end of the committed one"),
        ("tables/comparisons.csv", &|text| text.replacen("dataset", "\"dataset\"", 1), "the quotes around cells"),
        ("tables/settings.csv", &turned, "the order of rows"),
        (
            "tables/learning_rates.csv",
            &|text| text.lines().map(|line| line.to_owned() + "\r").collect::<Vec<_>>().join("\n") + "\n",
            "line ends (CRLF in the committed one): Git's core.autocrlf?",
        ),
        (
            "plots/convergence-made-linear.svg",
            &|text| format!("{text}\n"),
            "empty lines at the end of the committed one",
        ),
    ];
    for (file, change_of, _) in cases {
        change(&place, file, change_of);
    }
    let (_, text) = verify(&place, &[], 1);
    for (file, _, words) in cases {
        let told = |line: &str| line.contains(file) && line.contains(&format!("only in {words}"));
        assert!(text.lines().any(told), "{file}: {words}\n{text}");
    }
    // What says something else is told line by line, and not as what it is written like.
    change(&place, "report.md", |text| text.replace('\n', "\r\n").replacen("small", "large", 1));
    let (_, text) = verify(&place, &[], 1);
    let told = "report.md: 1 line gone, 1 new; it differs in the encoding (a byte order mark in the committed one) and line ends \
                (CRLF in the committed one) too";
    assert!(text.contains(told), "{text}");
}

#[test]
fn a_row_that_stands_twice_is_no_trial_that_is_missing() {
    let place = trained();
    let path = place.path(TRIALS);
    let frame = ParquetReader::new(fs::File::open(&path).unwrap()).finish().unwrap();
    let mut again = frame.vstack(&frame.slice(7, 1)).unwrap();
    again.align_chunks_par();
    ParquetWriter::new(fs::File::create(&path).unwrap()).finish(&mut again).unwrap();
    let (verdict, text) = verify(&place, &[], 1);
    assert_eq!(verdict, "small differs in 1 row that stands twice in the committed trials.parquet");
    assert!(text.contains("1 row stands twice on the committed side\n") && !text.contains("missing"), "{text}");
    assert!(text.contains(&texts(&place, TRIALS, "trial")[7][..12]), "{text}");
}

#[cfg(unix)]
#[test]
fn links_in_a_results_folder_are_named_and_not_followed() {
    use std::os::unix::fs::symlink;

    let place = trained();
    place.write("secret", "the secret line\n");
    fs::create_dir(place.path("elsewhere")).unwrap();
    place.write("elsewhere/mse.csv", "the secret line\n");
    assert!(
        Command::new("cp").args(["-r", "results", "before"]).current_dir(place.path("")).status().unwrap().success()
    );
    for (link, target) in
        [("report.md", "secret"), ("tables", "elsewhere"), ("trials.parquet", "secret"), ("mine", "secret")]
    {
        let link = place.path("results/small").join(link);
        let _ = fs::remove_file(&link).or_else(|_| fs::remove_dir_all(&link));
        symlink(place.path(target), link).unwrap();
    }
    let (verdict, text) = verify(&place, &[], 1);
    assert_eq!(verdict, "small differs in report.md and 2 other files");
    for file in ["report.md", "tables", "trials.parquet"] {
        let words = format!("{file}: is a symbolic link on the committed side, which is not followed");
        assert!(text.contains(&words), "{file}: {text}");
    }
    assert!(text.contains("note: mine is none of the program's files") && !text.contains("secret line"), "{text}");
    assert!(!text.contains("only new"), "what a link stands for is not missing: {text}");
    for sides in [["before/small", "results/small"], ["results/small", "before/small"]] {
        let output = place.sweep(&[&["compare"][..], &sides].concat());
        assert_eq!(code(&output), 1);
        assert!(
            out(&output).contains("report.md: is a symbolic link on the ") && !out(&output).contains("secret line")
        );
    }
    assert_eq!(fs::read(place.path("secret")).unwrap(), b"the secret line\n");
}

#[cfg(unix)]
#[test]
fn too_many_open_files_are_not_told_as_lost_bytes() {
    let place = trained();
    let mut told = 0;
    for files in 4..=12 {
        for command in
            ["run small.toml", "report small.toml", "plan small.toml", "show 0000 small.toml", "clean small.toml"]
        {
            let output = shell(&place, "sh", &format!("ulimit -n {files}; exec $SWEEP {command}"));
            let message = error(&output);
            assert!(
                !message.contains("os error") && !message.contains("hash to its name"),
                "{files} {command}: {message}"
            );
            assert!(!message.contains("damaged") && !message.contains("panicked"), "{files} {command}: {message}");
            if code(&output) == 3 {
                assert!(message.contains("too many open files"), "{files} {command}: {message}");
                told += 1;
            }
        }
    }
    assert!(told > 4, "{told}");
}

/// A folder that cannot be looked into is told as that, and not as missing.
#[cfg(unix)]
#[test]
fn what_cannot_be_looked_into_is_not_missing() {
    let place = trained();
    let loops = |path: &str| {
        fs::rename(place.path(path), place.path("aside")).unwrap();
        std::os::unix::fs::symlink(path.rsplit('/').next().unwrap(), place.path(path)).unwrap();
    };
    let refused = |words: &[&str]| {
        let output = place.sweep(words);
        let message = error(&output);
        assert_eq!(code(&output), 3, "{words:?}: {message}");
        assert!(message.contains("too many levels of symbolic links"), "{words:?}: {message}");
    };
    loops("results/small/.sweep/segments");
    refused(&["clean", "small.toml", "--dry-run"]);
    refused(&["plan", "small.toml"]);
    fs::remove_file(place.path("results/small/.sweep/segments")).unwrap();
    fs::rename(place.path("aside"), place.path("results/small/.sweep/segments")).unwrap();
    loops("results");
    refused(&["verify", "small.toml"]);
}

#[cfg(unix)]
#[test]
fn a_limit_on_files_is_told_with_the_file_and_loses_nothing() {
    let place = trained();
    let whole = place.results("results/small");
    let output = shell(&place, "sh", "ulimit -f 8; exec $SWEEP run small.toml -o limited");
    assert_eq!(code(&output), 3, "{}", error(&output));
    assert!(error(&output).contains("cannot write limited/small/"), "{}", error(&output));
    assert!(error(&output).contains(": file too large\n"), "{}", error(&output));
    assert_eq!(code(&place.sweep(&["run", "small.toml", "-o", "limited"])), 0);
    assert!(place.results("limited/small") == whole);
}

#[test]
fn explain_shows_what_is_used_and_where_it_comes_from() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    let explain = |words: &[&str]| {
        let output = place.sweep(&[&["plan", "small.toml"], words].concat());
        assert_eq!(code(&output), 0, "{}", error(&output));
        out(&output)
    };
    let split = explain(&["datasets.made.split.validation=0.3", "--explain", "datasets.made.split"]);
    let lines = "datasets.made.split.test = 0.25       set at small.toml:8\n\
                 datasets.made.split.validation = 0.3  from the command line: datasets.made.split.validation=0.3\n";
    assert_eq!(split, lines);
    for (key, value) in [("datasets.made.split.validation", "0.25"), ("optimizers.sgd.schedule.kind", "\"constant\"")] {
        assert!(explain(&["--explain", key]).starts_with(&format!("{key} = {value}  ")));
    }
    for (key, said) in [
        ("train.metrics", "train.metrics is not set; default: none (metrics that are recorded beside the loss's own"),
        ("patience", "train.patience is not set; default: none (stop when "),
        ("optimizers.*.clip_norm", "optimizers.gd.clip_norm is not set; default: none ("),
        ("weight_decay", "optimizers.gd.weight_decay is not set; default: the same as 0.0 ("),
        ("title", "title is not set; default: the name"),
    ] {
        assert!(explain(&["--explain", key]).starts_with(said), "{}", explain(&["--explain", key]));
    }
    assert_eq!(explain(&["train.metrics=[\"mae\"]", "--explain", "train.metrics"]).lines().count(), 1);
}

/// The resolved experiment beside the experiment is the same experiment, whatever else has the name of its data there.
#[test]
fn a_resolved_plan_runs_again_where_its_base_is_in_another_folder() {
    const HEADER: &str =
        "# The experiment as it was run: `extends` and overrides applied, defaults filled in, paths as written.\n";
    let place = Place::new();
    for folder in ["experiments", "library/more"] {
        fs::create_dir_all(place.path(folder)).unwrap();
    }
    let data =
        |factor: f64| (1..30).fold("x,y\n".to_owned(), |all, i| all + &format!("{i},{}\n", factor * f64::from(i % 7)));
    for (file, factor) in [("experiments/d.csv", 1.0), ("library/d.csv", 2.0), ("library/more/c.csv", 3.0)] {
        place.write(file, data(factor));
    }
    let rest =
        "target = \"y\"\n[models.m]\nkind = \"linear\"\n[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = 0.001\n";
    let table = |path: &str| format!("[datasets.d]\nsource = \"csv\"\npath = {path}\n{rest}");
    let exclude = "[[exclude]]\ndataset.path = \"more/c.csv\"\nlearning_rate = { above = 0.01 }\n";
    let base = table("[\"d.csv\", \"more/c.csv\"]").replace("0.001", "[0.001, 0.1]") + exclude;
    place.write("library/base.toml", base);
    place.write("experiments/based.toml", "extends = \"../library/base.toml\"\n");
    place.write("experiments/beside.toml", table("\"d.csv\""));
    place.write("experiments/near.toml", "extends = \"./beside.toml\"\n");
    let moved = "[\"../library/d.csv\", \"../library/more/c.csv\"]";
    for (name, words, path, note) in [
        ("based", &[][..], moved, true),
        ("beside", &[], "\"d.csv\"", false),
        ("near", &[], "\"d.csv\"", false),
        ("beside", &["datasets.d.path=library/d.csv"], "\"../library/d.csv\"", true),
    ] {
        let file = format!("experiments/{name}.toml");
        let run = place.sweep(&[&["run", &file, "-q"], words].concat());
        assert_eq!(code(&run), 0, "{}", error(&run));
        let plan = fs::read_to_string(place.path(&format!("results/{name}/plan.toml"))).unwrap();
        let rest = plan.strip_prefix(HEADER).expect("the header");
        let told = "# (Written in another folder, and starting from the experiment's here: the path of datasets.d.)\n";
        assert_eq!(rest.starts_with(told), note, "{plan}");
        assert!(plan.contains(&format!("\npath = {path}\n")), "{plan}");
        place.write("experiments/again.toml", &plan);
        let again = place.sweep(&["plan", "experiments/again.toml"]);
        assert_eq!(code(&again), 0, "{}", error(&again));
        assert!(out(&again).contains(" known, 0 new"), "{name}: {}", out(&again));
        assert_eq!(error(&again), "", "{name}");
        let report = place.sweep(&["run", "experiments/again.toml", "-q"]);
        assert_eq!(code(&report), 0, "{}", error(&report));
        let second = fs::read_to_string(place.path(&format!("results/{name}/plan.toml"))).unwrap();
        assert_eq!(second.replace(told, ""), plan.replace(told, ""), "{name}: it resolves to itself");
    }
}

#[test]
fn numbers_of_every_size_are_legible_in_every_output() {
    let place = Place::new();
    let rows = (1..60).fold("a,y\n".to_owned(), |all, i| all + &format!("{i},{}e77\n", i * i % 17));
    place.write("d.csv", rows);
    let text = "seeds = 3\n[datasets.d]\nsource = \"csv\"\npath = \"d.csv\"\ntarget = \"y\"\nstandardize = true\n\
                split = { validation = 0.2, test = 0.2 }\n[models.m]\nkind = \"linear\"\nl2 = [1e-320, 1e-6, 0.0]\n\
                [optimizers.gd]\nmethod = \"gd\"\nlearning_rate = [1e-320, 1e-7]\n[optimizers.sgd]\nmethod = \"sgd\"\n\
                batch_size = 8\nlearning_rate = [0.01, 0.1]\n[train]\nepochs = 5\npatience = 9\nmin_delta = [5e-324, 1e-300]\n";
    place.write("e.toml", text);
    let run = place.sweep(&["run", "e.toml"]);
    assert_eq!(code(&run), 0, "{}", error(&run));
    let mut outputs = vec![("the terminal".to_owned(), out(&run) + &error(&run))];
    for (name, bytes) in place.results("results/e") {
        // The resolved plan is an experiment file, in TOML's own form.
        if name != "plan.toml"
            && let Ok(text) = String::from_utf8(bytes)
        {
            outputs.push((name, text));
        }
    }
    let id = &texts(&place, "results/e/trials.parquet", "trial")[0];
    let shown = out(&place.sweep(&["show", id, "e.toml"]));
    outputs.push(("again".to_owned(), shown.lines().find(|line| line.starts_with("again")).unwrap().to_owned()));
    assert!(outputs.len() > 10);
    for (name, text) in &outputs {
        for nonsense in ["0000000000000000000", "inf]", "[-inf", "[−∞", "∞ dec"] {
            assert!(!text.contains(nonsense), "{nonsense} in {name}");
        }
        let digits = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit()) && word.len() > 18;
        assert!(!text.split(|c: char| !c.is_ascii_alphanumeric()).any(digits), "a long number in {name}");
    }
    let terminal = &outputs[0].1;
    assert!(terminal.contains("e155 ["), "{terminal}");
    let labels = fs::read_to_string(place.path("results/e/tables/learning_rates.csv")).unwrap();
    assert!(labels.contains("l2 1e-320") && labels.contains("min_delta 5e-324"), "{labels}");
}

#[test]
fn init_refuses_a_name_as_plan_does() {
    let place = Place::new();
    for (file, name) in
        [("con.toml", "con"), ("aux.toml", "aux"), ("prn", "prn"), ("COM1.x", "COM1"), ("a..toml", "a.")]
    {
        let init = place.sweep(&["init", file]);
        assert_eq!(code(&init), 2, "{file}");
        assert!(!place.path(file).exists(), "{file}");
        place.write("e.toml", SMALL.replace("name = \"small\"", &format!("name = {name:?}")));
        let plan = error(&place.sweep(&["plan", "e.toml"]));
        let (said, rule) = error(&init)
            .trim_end()
            .split_once("used: ")
            .map(|(said, rule)| (said.to_owned(), rule.to_owned()))
            .unwrap();
        assert!(plan.contains(&said) && plan.contains(&rule), "{file}: {}{plan}", error(&init));
    }
    let init = place.sweep(&["init", "--", "-x.toml"]);
    assert_eq!(out(&init), "wrote -x.toml\nnext: sweep run -- -x.toml\n");
}

/// What is printed to train a trial again does so, whatever the experiment's path.
#[cfg(target_os = "linux")]
#[test]
fn a_printed_command_runs() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let place = Place::new();
    fs::create_dir(place.path("-dash")).unwrap();
    let paths: [&[u8]; 8] = [
        b"plain.toml",
        b"-dash/e.toml",
        b"-x.toml",
        b"a\xff.toml",
        b"a\xfeb.toml",
        b"esc\x1b[31m.toml",
        b"two\nlines'.toml",
        b"it's a \\ $(x) \xe2\x80\xae.toml",
    ];
    for path in paths {
        let path = OsStr::from_bytes(path);
        fs::write(place.path("").join(path), SMALL).unwrap();
        let run = place.command(&["run", "-q", "--"]).arg(path).output().unwrap();
        assert_eq!(code(&run), 0, "{path:?}: {}", error(&run));
        let id = &texts(&place, TRIALS, "trial")[50];
        let show = place.command(&["show", id, "--"]).arg(path).output().unwrap();
        let text = out(&show);
        let again = text.lines().find_map(|line| line.strip_prefix("again      ")).expect("a command");
        assert!(again.chars().all(|c| !sweep::text::is_hidden(c) && c != '\u{fffd}'), "{again}");
        let _ = fs::remove_dir_all(place.path("alone"));
        let output = shell(&place, "bash", again);
        assert_eq!(code(&output), 0, "{again}: {}", error(&output));
        assert_eq!(texts(&place, "alone/small/trials.parquet", "trial"), std::slice::from_ref(id), "{again}");
    }
}

#[test]
fn what_would_be_removed_is_said_without_writing_anything() {
    let place = trained();
    let lock = place.path("results/small/.sweep/lock");
    fs::remove_file(&lock).unwrap();
    let output = place.sweep(&["clean", "small.toml", "--dry-run"]);
    assert_eq!(code(&output), 0, "{}", error(&output));
    assert!(out(&output).contains("nothing to remove") && !lock.exists(), "{}", out(&output));
    let held = fs::File::create(&lock).unwrap();
    held.lock().unwrap();
    let output = place.sweep(&["clean", "small.toml", "--dry-run"]);
    assert_eq!(code(&output), 3);
    assert!(error(&output).contains("another command is at work on results/small"), "{}", error(&output));
}

#[test]
fn nothing_is_taken_from_a_folder_without_a_trial_of_the_plan() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    for (folder, words) in [("one", &[][..]), ("two", &["train.epochs=7"])] {
        assert_eq!(code(&place.sweep(&[&["run", "small.toml", "-q", "-o", folder], words].concat())), 0);
    }
    let output = place.sweep(&["merge", "small.toml", "--from", "one", "two"]);
    assert_eq!(code(&output), 0, "{}", error(&output));
    let told =
        "warning: two has no trial of this plan, and nothing is taken from it: another experiment, or other data?";
    assert!(error(&output).contains(told), "{}", error(&output));
    let names = |folder: &str| -> Vec<_> {
        let listing = fs::read_dir(place.path(folder).join("small/.sweep/segments")).unwrap();
        let mut names: Vec<_> = listing.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("results"), names("one"));
    assert!(place.results("results/small") == place.results("one/small"));
}

/// A store that somebody removes while a run is at work keeps nothing, and the run does not say so.
#[cfg(unix)]
#[test]
fn trials_that_were_removed_meanwhile_are_not_said_to_be_kept() {
    let place = Place::new();
    place.write("long.toml", SMALL.replace("seeds = 3", "seeds = 40").replace("epochs = 20", "epochs = 2000"));
    let mut command = place.command(&["run", "long.toml", "-j", "1"]);
    let run = command.env("SWEEP_SEGMENT_TRIALS", "5").stderr(std::process::Stdio::piped()).spawn().unwrap();
    let segments = place.path("results/small/.sweep/segments");
    let is_there = || {
        fs::read_dir(&segments).is_ok_and(|listing| listing.flatten().any(|entry| entry.path().extension().is_some()))
    };
    let started = std::time::Instant::now();
    while !is_there() && started.elapsed().as_secs() < 30 {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    while place.path("results/small/.sweep").exists() {
        let _ = fs::remove_dir_all(place.path("results/small/.sweep"));
    }
    let output = run.wait_with_output().unwrap();
    let message = error(&output);
    assert_eq!(code(&output), 3, "{message}");
    assert!(message.contains("outstanding trials were trained, and the store holds 0 of them now"), "{message}");
    assert!(!message.contains("are kept"), "{message}");
}

#[test]
fn a_batch_beyond_the_data_is_remarked_on() {
    let place = Place::new();
    place.write("small.toml", SMALL.replace("batch_size = [1, 8]", "batch_size = [8, 1000000000000]"));
    let plan = place.sweep(&["plan", "small.toml"]);
    let remark = "design      optimizers.sgd: batch_size = 1000000000000 is more than the 30 training rows of made";
    assert!(out(&plan).contains(remark), "{}", out(&plan));
    place.write("small.toml", SMALL.replace("batch_size = [1, 8]", "batch_size = [8, 30]"));
    assert!(!out(&place.sweep(&["plan", "small.toml"])).contains("is more than"));
}

#[test]
fn options_that_are_keys_and_the_order_of_merge_are_told() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    let seeds = place.sweep(&["run", "small.toml", "--seeds", "3"]);
    assert_eq!(code(&seeds), 2);
    let words = "keys of the experiment are changed as KEY=VALUE, after its file: seeds=…";
    assert!(error(&seeds).contains(words) && !error(&seeds).contains("as a value"), "{}", error(&seeds));
    assert!(error(&place.sweep(&["plan", "small.toml", "--batch-size=3"])).contains("optimizers.NAME.batch_size=…"));
    assert!(error(&place.sweep(&["run", "small.toml", "--verbos"])).contains("'--verbose'"));
    let merge = error(&place.sweep(&["merge", "--from", "a", "small.toml"]));
    assert!(merge.contains("Usage: sweep merge <EXPERIMENT> [OVERRIDES]... --from <DIR>..."), "{merge}");
    let range = SMALL.replace("[0.01, 0.3, 5.0]", "{ from = 0.01, to = 1.0, count = 3 }");
    place.write("range.toml", range);
    let widened =
        place.sweep(&["plan", "range.toml", "optimizers.gd.learning_rate.count=5", "--explain", "learning_rate"]);
    let line = "optimizers.gd.learning_rate = { count = 5, from = 0.01, to = 1.0 }  from the command line";
    assert!(out(&widened).contains(line), "{}{}", out(&widened), error(&widened));
}

#[test]
fn words_and_keys_are_explained() {
    let place = Place::new();
    assert!(out(&place.sweep(&["explain", "good", "range"])).starts_with("good range (basin"));
    assert!(out(&place.sweep(&["explain", "train.patience"])).contains("decides  the end or the evaluated epochs"));
    assert!(out(&place.sweep(&["explain"])).lines().count() > 40);
    let unknown = place.sweep(&["explain", "outstandng"]);
    assert_eq!(code(&unknown), 2);
    assert!(error(&unknown).contains("did you mean \"outstanding\"?"), "{}", error(&unknown));
}

#[test]
fn a_path_that_does_not_fit_is_shown_where_it_stands() {
    let place = Place::new();
    let text = SMALL.replace("[train]\n", "[optimizers.adam]\nmethod = \"adam\"\nbatch_size = \"full\"\nlearning_rate = 0.1\n[train]\npath = \"compressed\"\n");
    let text =
        text.replace("batch_size = [1, 8]", "batch_size = \"full\"").replace("n_features = 3", "n_features = 90");
    place.write("small.toml", &text);
    let output = place.sweep(&["plan", "small.toml"]);
    assert_eq!(code(&output), 2);
    let line = 1 + text.lines().position(|line| line.starts_with("path = ")).expect("a path");
    assert!(
        error(&output).contains("path = \"compressed\" is for full batches of least squares"),
        "{}",
        error(&output)
    );
    assert!(error(&output).contains(&format!("--> small.toml:{line}")), "{}", error(&output));
}
