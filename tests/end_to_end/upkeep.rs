//! A new store in the place of the old one, what nothing refers to, formats of other versions, room on the disk.

use super::*;

fn segments(place: &Place, folder: &str) -> Vec<PathBuf> {
    let listing = std::fs::read_dir(place.path(folder).join(".sweep/segments")).expect("lists");
    let mut paths: Vec<PathBuf> = listing.map(|entry| entry.expect("reads").path()).collect();
    paths.sort();
    paths
}

fn known_and_new(place: &Place, words: &[&str]) -> String {
    let output = place.sweep(&[&["plan", "small.toml"], words].concat());
    assert_eq!(code(&output), 0, "{}", error(&output));
    out(&output).lines().find(|line| line.starts_with("trials")).expect("a line about trials").to_owned()
}

/// Puts other records in the place of a store's segments, with sound names.
fn rewrite(place: &Place, folder: &str, change: impl Fn(&mut sweep::record::TrialRecord)) {
    for path in segments(place, folder) {
        let mut records = sweep::store::decode_segment(std::fs::read(&path).expect("reads")).expect("decodes");
        records.iter_mut().for_each(&change);
        let bytes = sweep::store::encode_segment(&records).expect("encodes");
        std::fs::remove_file(&path).expect("removes");
        std::fs::write(path.with_file_name(format!("{}.parquet", blake3::hash(&bytes))), bytes).expect("writes");
    }
}

#[test]
fn fresh_trains_all_again_and_replaces_the_store() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    let before = place.results("results/small");
    // A store that is sound and wrong: nothing but training tells.
    rewrite(&place, "results/small", |record| record.curve.train.iter_mut().for_each(|loss| *loss += 1.0));
    assert_eq!(code(&place.sweep(&["report", "small.toml"])), 0);
    assert!(place.results("results/small") != before);
    assert_eq!(code(&place.sweep(&["run", "small.toml", "--fresh"])), 0);
    assert!(place.results("results/small") == before);
    assert_eq!(code(&place.sweep(&["report", "small.toml"])), 0);
    assert!(place.results("results/small") == before, "the new store is the one in place");
    let left = std::fs::read_dir(place.path("results/small/.sweep")).expect("lists");
    let mut left: Vec<String> =
        left.map(|entry| entry.expect("reads").file_name().into_string().expect("text")).collect();
    left.sort();
    assert_eq!(left, [".gitignore", "chosen", "datasets.json", "kept", "lock", "preparations", "segments", "theory"]);
}

#[test]
fn a_fresh_run_that_fails_leaves_what_was_there() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    let (before, store) = (place.results("results/small"), segments(&place, "results/small"));
    let output =
        place.command(&["run", "small.toml", "--fresh"]).env("SWEEP_INJECT_PANIC", "0").output().expect("runs");
    assert_eq!(code(&output), 1);
    let message = error(&output);
    assert!(message.contains("the results in place are kept as they are"), "{message}");
    assert!(message.contains("× panicked: injected by SWEEP_INJECT_PANIC"), "{message}");
    assert!(place.results("results/small") == before && segments(&place, "results/small") == store);
    // It goes on where it failed.
    assert_eq!(code(&place.sweep(&["run", "small.toml", "--fresh", "--retry", "failed"])), 0);
    assert!(place.results("results/small") == before);
}

/// The moments between the renames, as a crash would leave them.
#[test]
fn a_replacement_that_was_stopped_is_finished_by_the_next_command() {
    for stage in 0..4 {
        let place = Place::new();
        place.write("small.toml", SMALL);
        assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
        let before = place.results("results/small");
        let store = place.path("results/small/.sweep");
        let fresh = store.join("fresh");
        let old = store.join("old");
        std::fs::create_dir(&fresh).expect("creates");
        std::fs::create_dir(&old).expect("creates");
        let rename = |from: PathBuf, to: PathBuf| std::fs::rename(from, to).expect("renames");
        // A new store that is complete, beside one whose records are wrong.
        for part in ["segments", "theory", "datasets.json"] {
            let copied = Command::new("cp").arg("-r").args([store.join(part), fresh.join(part)]).status();
            assert!(copied.expect("runs").success());
        }
        rewrite(&place, "results/small", |record| record.curve.train.iter_mut().for_each(|loss| *loss += 1.0));
        std::fs::write(fresh.join("complete"), "").expect("writes");
        if stage >= 1 {
            rename(store.join("segments"), old.join("segments"));
        }
        if stage >= 2 {
            rename(fresh.join("segments"), store.join("segments"));
        }
        if stage >= 3 {
            rename(store.join("theory"), old.join("theory"));
            rename(fresh.join("theory"), store.join("theory"));
            rename(fresh.join("datasets.json"), store.join("datasets.json"));
        }
        assert!(known_and_new(&place, &[]).contains("108 known, 0 new"), "stage {stage}");
        assert_eq!(code(&place.sweep(&["report", "small.toml"])), 0);
        assert!(place.results("results/small") == before, "stage {stage}");
        assert!(!fresh.exists() && !old.exists(), "stage {stage}");
    }
}

#[test]
fn clean_removes_what_nothing_refers_to_and_nothing_else() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    let before = place.results("results/small");
    // Records of a wider plan, in segments with those of this one and without.
    assert_eq!(code(&place.sweep(&["run", "small.toml", "seeds=4", "train.epochs=20,21"])), 0);
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    let folder = place.path("results/small/.sweep/segments");
    let damaged = folder.join(format!("{}.parquet", blake3::hash(b"else")));
    std::fs::write(&damaged, "not what its name says").expect("writes");
    let unfinished = place.path("results/small/plots/.writing-a1b2c3");
    std::fs::write(&unfinished, "half").expect("writes");

    let files = segments(&place, "results/small");
    let output = place.sweep(&["clean", "small.toml", "--dry-run"]);
    assert_eq!(code(&output), 0);
    let text = out(&output);
    // 4 seeds × 36 settings × 2 epochs, less the 108 of the plan.
    for line in
        ["would remove", "180  records that the experiment does not ask for", "1  damaged file", "1  unfinished file"]
    {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(text.contains("108 records are in use and stay"), "{text}");
    assert_eq!(segments(&place, "results/small"), files);

    let output = place.sweep(&["clean", "small.toml"]);
    assert_eq!(code(&output), 0, "{}", error(&output));
    assert!(out(&output).starts_with("removed"), "{}", out(&output));
    assert!(!damaged.exists() && !unfinished.exists());
    let kept: usize = (segments(&place, "results/small").iter())
        .map(|path| sweep::store::decode_segment(std::fs::read(path).expect("reads")).expect("decodes").len())
        .sum();
    assert_eq!(kept, 108);
    assert!(known_and_new(&place, &[]).contains("108 known, 0 new"));
    assert!(known_and_new(&place, &["seeds=4"]).contains("108 known, 36 new"));
    assert_eq!(code(&place.sweep(&["report", "small.toml"])), 0);
    assert!(place.results("results/small") == before);
    assert!(out(&place.sweep(&["clean", "small.toml"])).starts_with("nothing to remove; 108 records are in use"));
}

#[test]
fn a_segment_of_another_format_is_refused_with_what_to_do() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    let before = place.results("results/small");
    let path = segments(&place, "results/small").remove(0);
    // A later version: the same length, so that the footer stays what it is.
    let mut bytes = std::fs::read(&path).expect("reads");
    let writer = concat!("sweep ", env!("CARGO_PKG_VERSION")).as_bytes();
    let at = bytes.windows(writer.len()).rposition(|window| window == writer).expect("who wrote it");
    bytes[at + writer.len() - 1] = b'9';
    let format = bytes.windows(12).rposition(|window| window == b"sweep.format").expect("a format");
    let digit = (format + 12..format + 18).find(|at| bytes[*at] == b'3').expect("its number");
    bytes[digit] = b'7';
    std::fs::remove_file(&path).expect("removes");
    let path = path.with_file_name(format!("{}.parquet", blake3::hash(&bytes)));
    std::fs::write(&path, &bytes).expect("writes");

    for command in [&["run"][..], &["plan"], &["report"], &["clean"], &["verify", "--bless"]] {
        let output = place.sweep(&[command, &["small.toml"]].concat());
        assert_eq!(code(&output), 3, "{command:?}: {}", error(&output));
        let message = error(&output);
        assert!(
            message.contains("sweep 0.1.9 wrote it in format 7.0, and this version reads formats 2 and 3"),
            "{message}"
        );
        assert!(message.contains("sweep run --fresh"), "{message}");
    }
    assert_eq!(std::fs::read(&path).expect("still there"), bytes);
    assert_eq!(code(&place.sweep(&["run", "small.toml", "--fresh"])), 0);
    assert!(place.results("results/small") == before);
}

#[test]
fn facts_that_were_changed_are_not_believed() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    let path = place.path("results/small/.sweep/datasets.json");
    let text = std::fs::read_to_string(&path).expect("reads");
    std::fs::write(&path, text.replace("\"n_samples\": 60", "\"n_samples\": 61")).expect("writes");
    let output = place.sweep(&["report", "small.toml"]);
    assert_eq!(code(&output), 3);
    assert!(error(&output).contains("datasets.json) is missing or damaged"), "{}", error(&output));
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    assert_eq!(code(&place.sweep(&["report", "small.toml"])), 0);
}

#[test]
fn a_run_that_does_not_fit_on_the_disk_says_so_before_it_starts() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    // Terabytes of curves, few of them in memory together.
    let output = place.sweep(&["run", "small.toml", "seeds=100000", "train.epochs=20000", "train.evaluate_every=1"]);
    assert_eq!(code(&output), 3, "{}", error(&output));
    let message = error(&output);
    assert!(message.contains("the run would write about ") && message.contains("B are free"), "{message}");
    assert!(segments(&place, "results/small").is_empty());
}

#[test]
fn one_failed_trial_is_trained_again_by_its_id() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml", "-o", "sound"])), 0);
    let output = place.command(&["run", "small.toml"]).env("SWEEP_INJECT_PANIC", "1").output().expect("runs");
    assert_eq!(code(&output), 1);
    let columns =
        sweep::store::decode_table(std::fs::read(place.path("results/small/trials.parquet")).expect("reads"), None);
    let columns = columns.expect("decodes");
    let column = |wanted: &str| &columns.iter().find(|(name, _)| name == wanted).expect("a column").1;
    let of = |outcome: &str| -> Vec<String> {
        let rows = (0..column("trial").len()).filter(|row| column("outcome").show(*row) == outcome);
        rows.map(|row| column("trial").show(row)).collect()
    };
    let (failed, completed) = (of("failed"), of("completed"));
    assert!(failed.len() > 1);
    let output = place.sweep(&["run", "small.toml", "--retry", &failed[0][..12]]);
    assert_eq!(code(&output), 1, "the others have failed still");
    assert!(out(&output).contains(&format!("{} failed", failed.len() - 1)), "{}", out(&output));
    let output = place.sweep(&["run", "small.toml", "--retry", &completed[0][..12]]);
    assert_eq!(code(&output), 2);
    assert!(error(&output).contains("is completed: only failed trials are trained again"), "{}", error(&output));
    let output = place.sweep(&["run", "small.toml", "--retry", "everything"]);
    assert_eq!(code(&output), 2);
    assert!(error(&output).contains("--retry takes `failed`, or a trial's id"), "{}", error(&output));
    assert_eq!(code(&place.sweep(&["run", "small.toml", "--retry", "failed"])), 0);
    assert!(place.results("results/small") == place.results("sound/small"));
}

#[test]
fn an_experiment_without_a_command_is_told_the_command() {
    let output = Place::new().sweep(&["some/small.toml"]);
    assert_eq!(code(&output), 2);
    assert!(error(&output).contains("did you mean `sweep run some/small.toml`?"), "{}", error(&output));
}

#[test]
fn clean_does_not_choose_between_two_records_of_a_trial() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    let sound = segments(&place, "results/small").remove(0);
    let bytes = std::fs::read(&sound).expect("reads");
    rewrite(&place, "results/small", |record| record.steps += 1);
    std::fs::write(&sound, &bytes).expect("writes");
    let before = segments(&place, "results/small");
    let output = place.sweep(&["clean", "small.toml"]);
    assert_eq!(code(&output), 1, "{}", out(&output));
    assert!(error(&output).contains("the promise of equal bytes is broken"), "{}", error(&output));
    assert_eq!(segments(&place, "results/small"), before);
}

#[test]
fn a_new_store_is_complete_before_it_takes_a_place() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    let before = segments(&place, "results/small");
    let output = place.sweep(&["run", "small.toml", "--fresh", "--partition", "slice:1/4"]);
    assert_eq!(code(&output), 2);
    assert!(error(&output).contains("cannot be used with"), "{}", error(&output));
    let output = place.command(&["run", "small.toml", "--fresh"]).env("SWEEP_INJECT_PANIC", "0").output();
    assert_eq!(code(&output.expect("runs")), 1);
    assert_eq!(segments(&place, "results/small"), before);
    // Both say that there is one, and what failed then.
    let output = place.sweep(&["run", "small.toml"]);
    assert!(error(&output).contains("a run with --fresh did not end"), "{}", error(&output));
    let output = place.sweep(&["run", "small.toml", "--fresh"]);
    assert_eq!(code(&output), 1);
    let message = error(&output);
    assert!(message.contains("goes on with the new store") && message.contains("108 of 108 trials"), "{message}");
    assert!(message.contains("× panicked: injected"), "{message}");
}

#[test]
fn files_of_a_persons_own_stay() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    for name in ["plots/notes.txt", "tables/mine.ods", "mine.md"] {
        place.write(&format!("results/small/{name}"), "mine");
    }
    assert_eq!(code(&place.sweep(&["run", "small.toml", "~models.lasso"])), 0);
    for name in ["plots/notes.txt", "tables/mine.ods", "mine.md"] {
        assert!(place.path("results/small").join(name).exists(), "{name}");
    }
    assert!(!place.path("results/small/plots/convergence-made-lasso.svg").exists());
}

#[test]
fn a_report_without_theory_says_so() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    let before = place.results("results/small");
    for entry in std::fs::read_dir(place.path("results/small/.sweep/theory")).expect("lists") {
        std::fs::write(entry.expect("reads").path(), "[]").expect("writes");
    }
    let output = place.sweep(&["report", "small.toml"]);
    assert!(error(&output).contains("has not all theory of 6 problems"), "{}", error(&output));
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    assert!(place.results("results/small") == before);
}

#[test]
fn a_dry_run_of_a_slice_counts_what_is_known() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    let output = place.sweep(&["run", "small.toml", "--partition", "slice:1/4", "--dry-run"]);
    assert!(out(&output).contains("0 known, 27 new"), "{}", out(&output));
    let output = place.sweep(&["run", "small.toml", "--partition", "slice:1/1000"]);
    assert!(error(&output).contains("the slice holds no trial"), "{}", error(&output));
}

#[test]
fn data_that_is_not_what_it_was_is_told() {
    let place = Place::new();
    let experiment = |title: &str| {
        let source = "\"csv\"\npath = \"data.csv\"\ntarget = \"y\"";
        let text = SMALL.replace("\"synthetic\"\nn_samples = 60\nn_features = 3", source);
        format!("title = \"{title}\"\n{text}")
    };
    place.write("small.toml", experiment("first"));
    let rows = |shift: usize| -> String { (0..40).map(|row| format!("{row},{}\n", row * row % 7 + shift)).collect() };
    place.write("data.csv", format!("x,y\n{}", rows(0)));
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    assert_eq!(code(&place.sweep(&["run", "small.toml", "-o", "first"])), 0);
    place.write("data.csv", format!("x,y\n{}", rows(1)));
    let output = place.sweep(&["run", "small.toml"]);
    assert_eq!(code(&output), 0);
    let message = error(&output);
    assert!(message.contains("dataset \"made\" is not the data that results/small was trained on before"), "{message}");
    // Nor is it taken up by a folder of other data.
    let before = place.results("results/small");
    let output = place.sweep(&["merge", "small.toml", "--from", "first"]);
    assert_eq!(code(&output), 1, "{}", error(&output));
    assert!(error(&output).contains("dataset \"made\" differs"), "{}", error(&output));
    assert!(place.results("results/small") == before);
}

#[test]
fn quiet_commands_say_why_they_end_badly() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    let output = place.sweep(&["run", "small.toml", "--partition", "slice:1/4", "-q"]);
    assert_eq!(code(&output), 5);
    assert_eq!(error(&output).trim(), "error: 81 of 108 trials are outstanding");
    let output = place.command(&["run", "small.toml", "-q"]).env("SWEEP_INJECT_PANIC", "0").output().expect("runs");
    assert_eq!(code(&output), 1);
    assert!(error(&output).contains(" of 108 trials failed"), "{}", error(&output));
}

#[test]
fn words_in_another_order_are_told_their_order() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    let output = place.sweep(&["show", "small.toml", "0a1b2c3d"]);
    assert!(error(&output).contains("did you mean `sweep show 0a1b2c3d small.toml`?"), "{}", error(&output));
    let output = place.sweep(&["merge", "small.toml", "--from", "results", "train.epochs=3"]);
    assert!(error(&output).contains("the experiment and its changes stand before --from"), "{}", error(&output));
    let output = place.sweep(&["report", "small.toml", "-o", "results/small"]);
    assert!(error(&output).contains("did you mean `-o results`?"), "{}", error(&output));
}
