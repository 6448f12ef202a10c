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
fn a_report_does_not_depend_on_what_was_run_before() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    // Fewer epochs ask for shorter check trials of the same problems.
    assert_eq!(code(&place.sweep(&["run", "small.toml", "train.epochs=11"])), 0);
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    assert_eq!(code(&place.sweep(&["run", "small.toml", "-o", "fresh"])), 0);
    for ((name, first), (_, other)) in place.results("results/small").iter().zip(&place.results("fresh/small")) {
        assert!(first == other, "{name} tells of an earlier run");
    }
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

/// Signals of schedulers and of a terminal that closes end a run as SIGTERM does.
#[cfg(target_os = "linux")]
#[test]
fn every_signal_that_asks_to_end_keeps_what_is_counted_and_says_so() {
    let place = Place::new();
    place.write("long.toml", LONG);
    let begin = |program: &str, before: &[&str], folder: &str| {
        let trained = ["run", "long.toml", "-j", "1", "--cohort-limit", "4", "-o", folder];
        let child = Command::new(program)
            .args(before)
            .args(trained)
            .current_dir(place.path(""))
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("starts");
        let segments = place.path(folder).join("long/.sweep/segments");
        let waiting = std::time::Instant::now();
        while std::fs::read_dir(&segments).map_or(0, Iterator::count) < 2 && waiting.elapsed() < Duration::from_secs(30)
        {
            std::thread::sleep(Duration::from_millis(5));
        }
        child
    };
    let send = |name: &str, child: &std::process::Child| {
        assert!(Command::new("kill").args([name, &child.id().to_string()]).status().expect("runs").success());
    };
    let program = env!("CARGO_BIN_EXE_sweep");
    // Tests that run under nohup themselves hand its ignored SIGHUP on.
    let status = std::fs::read_to_string("/proc/self/status").expect("reads");
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).expect("a mask");
    let hears_hup = u64::from_str_radix(ignored.trim(), 16).expect("hexadecimal") & 1 == 0;
    for (name, number) in [("HUP", 1), ("USR1", 10), ("USR2", 12), ("XCPU", 24), ("TERM", 15)] {
        if name == "HUP" && !hears_hup {
            continue;
        }
        let child = begin(program, &[], name);
        send(&format!("-{name}"), &child);
        let output = child.wait_with_output().expect("ends");
        assert_eq!(output.status.code(), Some(128 + number), "{name}: {}", error(&output));
        let said = error(&output);
        assert!(said.contains("interrupted") && said.contains("run the same command again to go on"), "{name}: {said}");
        let known = out(&place.sweep(&["plan", "long.toml", "-o", name]));
        assert!(!known.contains(" 0 known"), "{name}: {known}");
    }
    // What nohup does: the run does not hear SIGHUP, and another signal still ends it.
    let child = begin("sh", &["-c", "trap '' HUP; exec \"$0\" \"$@\"", program], "nohup");
    send("-HUP", &child);
    std::thread::sleep(Duration::from_millis(300));
    send("-TERM", &child);
    let output = child.wait_with_output().expect("ends");
    assert_eq!(output.status.code(), Some(143), "{}", error(&output));
}

#[test]
fn the_command_that_show_prints_trains_exactly_that_trial_again() {
    let place = Place::new();
    let text = SMALL
        .replace(
            "[train]",
            "[[link]]\noptimizer = \"sgd\"\nmomentum = [0.0, 0.5]\nnesterov = [false, true]\n\
             [[exclude]]\noptimizer = \"gd\"\nlearning_rate = 5.0\n[train]",
        )
        .replace("[models.lasso]", "[models.\"lasso.small\"]");
    place.write("small.toml", &text);
    let changes = ["train.epochs=7", "optimizers.*.learning_rate=0.02,0.2", "~exclude"];
    assert_eq!(code(&place.sweep(&[&["run", "small.toml"], &changes[..]].concat())), 0);
    let ids = trial_ids(&place.path("results/small/trials.parquet"));
    for row in [0, 17, 60, ids.len() - 1] {
        let id = &ids[row];
        let shown = out(&place.sweep(&[&["show", &id[..12], "small.toml"], &changes[..]].concat()));
        let again = shown.lines().find_map(|line| line.strip_prefix("again")).expect("a command").trim();
        // The words after `sweep`, split as a shell splits them.
        let script = format!("set -- {again}; shift; for word; do printf '%s\\n' \"$word\"; done");
        let words = out(&Command::new("sh").args(["-c", &script]).output().expect("runs"));
        let trained = place.sweep(&words.lines().collect::<Vec<_>>());
        assert_eq!(code(&trained), 0, "{again}\n{}", error(&trained));
        assert_eq!(&trial_ids(&place.path("alone/small/trials.parquet")), std::slice::from_ref(id), "{again}");
    }
}

/// The id of a trial in a row of `trials.parquet`, and the outcomes of all.
fn trials(place: &Place, folder: &str) -> (Vec<String>, Vec<String>) {
    let bytes = std::fs::read(place.path(folder).join("trials.parquet")).expect("reads");
    let columns = sweep::store::decode_table(bytes, None).expect("decodes");
    let column = |wanted: &str| {
        let (_, column) = columns.iter().find(|(name, _)| name == wanted).expect("a column");
        (0..column.len()).map(|row| column.show(row)).collect()
    };
    (column("trial"), column("outcome"))
}

#[test]
fn a_panic_fails_its_trial_alone_and_is_trained_again_on_request() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml", "-o", "sound"])), 0);
    let (ids, outcomes) = trials(&place, "sound/small");
    let victim = &ids[40];

    let output = place.command(&["run", "small.toml"]).env("SWEEP_INJECT_PANIC", victim).output().expect("runs");
    assert_eq!(code(&output), 1, "failed trials are exit code 1");
    let message = error(&output);
    assert!(message.contains("a trial failed: panicked: injected by SWEEP_INJECT_PANIC"), "{message}");
    assert!(message.contains("train it alone: sweep run small.toml "), "{message}");
    let (_, failed) = trials(&place, "results/small");
    for (row, (sound, now)) in outcomes.iter().zip(&failed).enumerate() {
        assert_eq!(now, if row == 40 { "failed" } else { sound }, "row {row}");
    }

    // It is kept: neither a plain run nor the hook's absence trains it again, and the exit code says so.
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 1);
    assert_eq!(code(&place.sweep(&["run", "small.toml", "--retry", "failed"])), 0);
    for ((name, sound), (_, retried)) in place.results("sound/small").iter().zip(&place.results("results/small")) {
        assert!(sound == retried, "{name} differs after the retry");
    }
}

#[test]
fn a_trial_of_two_tables_is_trained_once_and_has_one_curve() {
    let place = Place::new();
    place.write(
        "small.toml",
        format!("{SMALL}[optimizers.twin]\nmethod = \"sgd\"\nbatch_size = 8\nlearning_rate = 0.1\n"),
    );
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    let planned = trial_ids(&place.path("results/small/trials.parquet"));
    assert_eq!(planned.len(), 108 + 9, "a row for each planned trial");
    let columns =
        sweep::store::decode_table(std::fs::read(place.path("results/small/curves.parquet")).expect("reads"), None);
    let columns = columns.expect("decodes");
    let column = |name: &str| &columns.iter().find(|(column, _)| column == name).expect("a column").1;
    let mut rows: Vec<_> =
        (0..column("trial").len()).map(|row| (column("trial").show(row), column("epoch").show(row))).collect();
    let all = rows.len();
    rows.sort_unstable();
    rows.dedup();
    assert_eq!(rows.len(), all, "an epoch of a trial stands twice");
}

/// More trials than a window of the tables, than one writer takes and than a segment holds.
#[test]
fn many_trials_are_the_same_bytes_however_they_are_stored() {
    let place = Place::new();
    place.write("line.csv", "x,y\n1,2.1\n2,3.9\n3,6.2\n4,7.8\n");
    let many = "name = \"many\"\nseeds = 9\n[datasets.line]\nsource = \"csv\"\npath = \"line.csv\"\ntarget = \"y\"\n\
                [models.linear]\nkind = \"linear\"\n[optimizers.sgd]\nmethod = \"sgd\"\nbatch_size = 3\n\
                learning_rate = { from = 1e-4, to = 0.2, count = 2500, scale = \"log\" }\n[train]\nepochs = 1\n";
    place.write("many.toml", many);
    assert_eq!(code(&place.sweep(&["run", "many.toml", "-j", "1", "-o", "one"])), 0);
    // A part first, then all, with other threads: other segments.
    let part = "optimizers.sgd.learning_rate={ from = 1e-4, to = 0.2, count = 2500, scale = \"log\" }";
    assert_eq!(code(&place.sweep(&["run", "many.toml", part, "seeds=[4, 2]", "-j", "3", "-o", "two"])), 0);
    assert_eq!(code(&place.sweep(&["run", "many.toml", "-j", "3", "-o", "two"])), 0);
    let (one, two) = (place.results("one/many"), place.results("two/many"));
    assert_eq!(one.len(), two.len());
    for ((name, left), (_, right)) in one.iter().zip(&two) {
        assert!(left == right, "{name} differs");
    }
    let (ids, outcomes) = trials(&place, "one/many");
    assert_eq!(ids.len(), 22_500);
    assert!(outcomes.iter().all(|outcome| outcome == "completed"));
}

#[test]
fn a_run_ends_where_too_many_trials_fail() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    // A trial fails where its id begins so: about one in sixteen of 108.
    let arguments = ["run", "small.toml", "-j", "1", "--max-fail", "2", "--cohort-limit", "1"];
    let output = place.command(&arguments).env("SWEEP_INJECT_PANIC", "0").output().expect("runs");
    assert_eq!(code(&output), 1);
    assert!(error(&output).contains("2 trials failed, and --max-fail ends the run there"), "{}", error(&output));
    // What was trained is kept, and the same command without the limit goes on.
    let line = known_and_new(&place, "small.toml");
    assert!(!line.contains(" 0 known") && !line.contains(" 0 new"), "{line}");
    assert_eq!(code(&place.sweep(&["run", "small.toml", "--retry", "failed"])), 0);
}

#[test]
fn of_two_runs_of_one_folder_the_second_waits() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    let before = place.results("results/small");
    let lock = std::fs::File::open(place.path("results/small/.sweep/lock")).expect("opens");
    lock.lock().expect("locks");

    let refused = place.sweep(&["run", "small.toml", "--no-wait"]);
    assert_eq!(code(&refused), 3);
    assert!(error(&refused).contains("is at work on results/small"), "{}", error(&refused));

    let mut waiting =
        place.command(&["run", "small.toml", "seeds=4"]).stderr(std::process::Stdio::piped()).spawn().expect("runs");
    std::thread::sleep(Duration::from_millis(500));
    assert!(waiting.try_wait().expect("asks").is_none(), "it waits");
    assert!(place.results("results/small") == before, "and has written nothing");
    // The lock ends with its owner.
    drop(lock);
    let output = waiting.wait_with_output().expect("ends");
    assert_eq!(code(&output), 0);
    assert!(error(&output).contains("waiting for it to end"), "{}", error(&output));
    assert!(place.results("results/small") != before, "then it runs");
}

fn trial_ids(table: &Path) -> Vec<String> {
    let columns = sweep::store::decode_table(std::fs::read(table).expect("reads"), None).expect("decodes");
    let (_, ids) = columns.iter().find(|(name, _)| name == "trial").expect("a column");
    (0..ids.len()).map(|row| ids.show(row)).collect()
}

/// Tables, rules, lists and tables as values of axes: what is printed leaves the same trials.
#[cfg(unix)]
#[cfg(unix)]
#[test]
fn the_line_that_trains_an_answer_again_can_be_pasted() {
    let place = Place::new();
    place.write("my file's.toml", SMALL);
    let run = place.sweep(&["run", "my file's.toml", "seeds=2", "train.epochs=5"]);
    assert_eq!(code(&run), 0, "{}", error(&run));
    let text = out(&run) + &error(&run);
    let lines: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("again ")).collect();
    let lines: Vec<&str> = lines.into_iter().take_while(|line| line.contains("sweep run ")).collect();
    assert!(lines.len() > 1 && lines.iter().all(|line| line.contains("seeds=2 train.epochs=5 ")), "{text}");
    for line in &lines {
        let command = line[10..].replacen("sweep", "\"$SWEEP\"", 1);
        let mut shell = Command::new("sh");
        shell.args(["-c", &command]).env("SWEEP", env!("CARGO_BIN_EXE_sweep")).current_dir(place.path(""));
        let output = shell.output().expect("runs");
        assert_eq!(code(&output), 0, "{command}: {}", error(&output));
        // The first id is that of the trial that was trained again.
        let id = line.rsplit_once(": ").expect("ids").1.split(',').next().unwrap_or_default();
        let folder = line.split(" -o ").nth(1).and_then(|rest| rest.split("  #").next()).expect("a folder");
        let place_of = place.path(folder).join("small/.sweep/segments");
        assert!(place_of.is_dir(), "{}", place_of.display());
        let shown = place.sweep(&["show", id, "my file's.toml", "seeds=2", "train.epochs=5", "-o", folder]);
        assert!(out(&shown).contains("outcome    completed"), "{}", out(&shown));
    }
}

#[test]
fn the_best_of_a_part_is_said_to_be_of_a_part_and_unread_data_is_named() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml", "--partition", "slice:1/4"])), 5);
    let shown = out(&place.sweep(&["show", "best", "small.toml"]));
    assert!(shown.contains("recorded   27 of 36 trials recorded"), "{shown}");
    let other = "[datasets.other]\nsource = \"synthetic\"\nn_samples = 40\nn_features = 2\n\
                 split = { validation = 0.25, test = 0.25 }\n[models.linear]";
    place.write("small.toml", SMALL.replacen("[models.linear]", other, 1));
    let shown = place.sweep(&["show", "best", "small.toml"]);
    assert_eq!(code(&shown), 0, "{}", error(&shown));
    let text = out(&shown);
    assert!(text.contains("best       ") && text.contains("'~datasets.other'"), "{text}");
    for words in [
        "other · linear\nbest       unknown: its data was never read; `sweep run small.toml` reads it",
        "made · linear\nrecorded   0 of 72 trials recorded\nbest       nothing is recorded yet: `sweep run small.toml` trains it",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let top = place.sweep(&["top", "small.toml"]);
    assert!(code(&top) == 0 && error(&top).contains("other · linear is left out"), "{}", error(&top));
}

#[test]
fn what_trains_the_best_settings_again_is_known_to_the_store() {
    let place = Place::new();
    let schedule = "schedule = [\"constant\", { kind = \"inverse_time\", decay = [0.01, 0.1] }]\n[train]";
    let text = SMALL.replace("[train]", schedule).replace("l1 = 0.05", "l1 = 0.05\ninit = [\"zeros\", \"normal\"]")
        + "[[exclude]]\noptimizer = \"gd\"\nlearning_rate = 0.01\n";
    place.write("small.toml", text);
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    let folders = std::cell::RefCell::new(Vec::new());
    let known = |command: &str| {
        let command = command.replace("sweep run", "\"$SWEEP\" plan").replace("EXPERIMENT", "small.toml");
        let (command, folder) = command.split_once(" -o alone/").expect("a folder of its own");
        assert!(!folders.borrow().contains(&folder.to_owned()), "{folder}");
        folders.borrow_mut().push(folder.to_owned());
        let output = Command::new("sh")
            .args(["-c", command])
            .env("SWEEP", env!("CARGO_BIN_EXE_sweep"))
            .current_dir(place.path(""))
            .output()
            .expect("runs");
        assert_eq!(code(&output), 0, "{command}: {}", error(&output));
        let line =
            out(&output).lines().find(|line| line.starts_with("trials")).expect("a line about trials").to_owned();
        assert!(line.contains(" known, 0 new") && line.contains("= 1 settings"), "{command}: {line}");
    };
    let report = std::fs::read_to_string(place.path("results/small/report.md")).expect("reads");
    let lines: Vec<&str> = report.lines().filter_map(|line| line.strip_prefix("    sweep run")).collect();
    assert_eq!(lines.len(), 4, "two tasks, two optimizers: {report}");
    lines.iter().for_each(|line| known(&format!("sweep run{line}")));
    for best in ["best", "best:sgd"] {
        folders.borrow_mut().clear();
        let shown = out(&place.sweep(&["show", best, "small.toml"]));
        let again: Vec<&str> = shown.lines().filter_map(|line| line.strip_prefix("again      ")).collect();
        assert_eq!(again.len(), 2, "{shown}");
        again.iter().for_each(|line| known(line));
        assert!(
            shown.contains("\ntheta      ")
                && shown.contains("\nscore      validation MSE ")
                && shown.contains("\n           test MSE "),
            "{shown}"
        );
        // Its trials can be shown.
        let trial = shown.lines().find_map(|line| line.strip_prefix("trial      ")).expect("a trial");
        assert_eq!(code(&place.sweep(&["show", &trial[..12], "small.toml"])), 0);
    }
    for (word, near) in [("Best", "best"), ("bset", "best"), ("Best:sgd", "best:sgd")] {
        let refused = place.sweep(&["show", word, "small.toml"]);
        assert_eq!(code(&refused), 2);
        assert!(error(&refused).contains(&format!("did you mean `{near}`?")), "{}", error(&refused));
    }
    let refused = place.sweep(&["show", "best:sdg", "small.toml"]);
    assert_eq!(code(&refused), 2);
    assert!(error(&refused).contains("did you mean `best:sgd`?"), "{}", error(&refused));
    let many = error(&place.sweep(&["show", "", "small.toml"]));
    assert!(
        many.contains(" trials have ids that begin with \"\": ") && many.contains("more; write more digits"),
        "{many}"
    );

    let top = out(&place.sweep(&["top", "small.toml", "-n", "2"]));
    assert_eq!(top.matches("\n  1     ").count(), 2, "{top}");
    assert!(top.contains("more settings (-n, --all)") && !top.contains("\n  3     "), "{top}");
    let all = out(&place.sweep(&["top", "small.toml", "--all"]));
    assert!(all.lines().count() > top.lines().count() && !all.contains("more settings"), "{all}");
    assert_eq!(code(&place.sweep(&["top", "small.toml", "-o", "none"])), 3);
}
