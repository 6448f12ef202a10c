//! Models that are kept: trained for once, gone on from, carried through merges, used on new rows, written for other programs.

use super::{Place, code, error, out};

const EXPERIMENT: &str = r#"
name = "flowers"
seeds = 2
[datasets.flowers]
source = "csv"
path = "flowers.csv"
target = "kind"
one_hot = ["soil"]
standardize = true
split = { validation = 0.2, test = 0.2, stratify = true }
[models.softmax]
kind = "softmax"
[optimizers.adam]
method = "adam"
batch_size = 8
learning_rate = [0.01, 0.1]
[train]
epochs = 6
evaluate_every = 2
keep = "last"
"#;

/// Rows of three classes that size and soil tell apart, with some noise.
fn rows() -> String {
    let row = |row: usize| {
        let class = row % 3;
        let size = 10 * class + row * 7 % 12;
        format!("{size},{},{},{}\n", ["clay", "sand"][row / 3 % 2], row * 5 % 9, ["ash", "birch", "cedar"][class])
    };
    format!("size,soil,age,kind\n{}", (0..60).map(row).collect::<String>())
}

fn place() -> Place {
    let place = Place::new();
    place.write("flowers.csv", rows());
    place.write("flowers.toml", EXPERIMENT);
    place
}

fn succeeds(place: &Place, arguments: &[&str]) -> (String, String) {
    let output = place.sweep(arguments);
    assert_eq!(code(&output), 0, "{arguments:?}: {}", error(&output));
    (out(&output), error(&output))
}

fn kept_files(place: &Place, folder: &str) -> Vec<std::path::PathBuf> {
    let listing = std::fs::read_dir(place.path(folder).join(".sweep/kept")).expect("lists");
    listing.map(|entry| entry.expect("reads").path()).collect()
}

#[test]
fn more_epochs_go_on_from_a_kept_end_to_the_same_results() {
    let place = place();
    succeeds(&place, &["run", "flowers.toml"]);
    let (plan, _) = succeeds(&place, &["plan", "flowers.toml", "train.epochs=12"]);
    assert!(plan.contains("keep        of each trial its last model"), "{plan}");
    let (_, notes) = succeeds(&place, &["run", "flowers.toml", "train.epochs=12"]);
    assert!(notes.contains("4 trials went on from the kept ends"), "{notes}");
    succeeds(&place, &["run", "flowers.toml", "train.epochs=12", "-o", "whole"]);
    assert_eq!(place.results("results/flowers"), place.results("whole/flowers"));
    // Where other epochs are evaluated, they begin at the start, and it is said.
    let (_, notes) = succeeds(&place, &["run", "flowers.toml", "train.epochs=15"]);
    assert!(notes.contains("4 trials went on"), "{notes}");
    let (_, notes) = succeeds(&place, &["run", "flowers.toml", "train.epochs=20"]);
    assert!(notes.contains("4 trials went on"), "the end of 15 does not fit, that of 12 does: {notes}");
    let (_, notes) = succeeds(&place, &["run", "flowers.toml", "train.epochs=30", "train.keep=best"]);
    assert!(notes.contains("4 trials began at the start although"), "{notes}");
    // Nothing asks for the models of other numbers of epochs.
    succeeds(&place, &["clean", "flowers.toml"]);
    assert_eq!(kept_files(&place, "results/flowers").len(), 1);
}

#[test]
fn a_model_that_is_asked_for_later_or_lost_is_trained_for_and_must_agree() {
    let place = place();
    succeeds(&place, &["run", "flowers.toml", "train.keep=none"]);
    let before = place.results("results/flowers");
    assert!(kept_files(&place, "results/flowers").is_empty());
    let (plan, notes) = succeeds(&place, &["plan", "flowers.toml"]);
    assert!(
        plan.contains("0 known, 4 new") && notes.contains("4 trials have a record and no kept model"),
        "{plan}{notes}"
    );
    let (_, _) = succeeds(&place, &["run", "flowers.toml"]);
    let (plan, _) = succeeds(&place, &["plan", "flowers.toml"]);
    assert!(plan.contains("4 known, 0 new"), "{plan}");
    let file = kept_files(&place, "results/flowers").pop().expect("a file");
    let mut bytes = std::fs::read(&file).expect("reads");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).expect("writes");
    let (_, notes) = succeeds(&place, &["run", "flowers.toml"]);
    assert!(notes.contains("1 file of kept models in the store cannot be used"), "{notes}");
    assert!(notes.contains("4 trials have a record and no kept model: trained again"), "{notes}");
    // A report needs no model, and has the same bytes with and without.
    let known =
        |files: Vec<(String, Vec<u8>)>| files.into_iter().filter(|(name, _)| name != "plan.toml").collect::<Vec<_>>();
    assert_eq!(known(place.results("results/flowers")), known(before));
}

#[test]
fn models_of_shards_are_merged() {
    let place = place();
    for (slice, folder) in [("slice:1/2", "one"), ("slice:2/2", "two")] {
        let output = place.sweep(&["run", "flowers.toml", "--partition", slice, "-o", folder]);
        assert_eq!(code(&output), 5, "{}", error(&output));
    }
    succeeds(&place, &["merge", "flowers.toml", "--from", "one", "two"]);
    let (plan, _) = succeeds(&place, &["plan", "flowers.toml"]);
    assert!(plan.contains("4 known, 0 new"), "{plan}");
    let (_, notes) = succeeds(&place, &["predict", "flowers.toml", "best", "flowers.csv"]);
    assert!(!notes.contains("not kept"), "{notes}");
}

#[test]
fn a_kept_model_predicts_new_rows() {
    let place = place();
    succeeds(&place, &["run", "flowers.toml"]);
    // Other columns, another order, no target, one level only; the data of the experiment is not needed.
    std::fs::rename(place.path("flowers.csv"), place.path("gone.csv")).expect("moves");
    place.write("new.csv", "note,soil,age,size\nx,sand,3,29\ny,sand,0,1\n");
    let (text, notes) = succeeds(&place, &["predict", "flowers.toml", "best", "new.csv"]);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "row,kind,probability_ash,probability_birch,probability_cedar");
    assert!(lines[1].starts_with("1,cedar,") && lines[2].starts_with("2,ash,") && lines.len() == 3, "{text}");
    assert!(notes.contains("2 rows predicted by trial ") && notes.contains("(seed 1), the end of training"), "{notes}");
    // Where the file has the target, the metrics of the task are told over the rows that have one.
    assert!(!notes.contains(" over "), "{notes}");
    place.write("told.csv", "kind,soil,age,size\ncedar,sand,3,29\n,sand,0,1\n");
    let (told, notes) = succeeds(&place, &["predict", "flowers.toml", "best", "told.csv"]);
    assert_eq!(told, text);
    assert!(notes.contains(" over 1 row, 1 row has no target"), "{notes}");
    assert!(notes.contains("whether the model was trained on some of these rows, the program cannot know"), "{notes}");
    place.write("told.csv", "kind,soil,age,size\noak,sand,3,29\n");
    let (_, notes) = succeeds(&place, &["predict", "flowers.toml", "best", "told.csv"]);
    assert!(notes.contains("no score: class \"oak\" of the target is none of the model's"), "{notes}");
    std::fs::rename(place.path("gone.csv"), place.path("flowers.csv")).expect("moves");
    // Rows of the experiment's own file are no new rows: the whole file, some of it in other columns, and none.
    let notes_of = |file: &str, more: &[&str]| {
        let arguments = [&["predict", "flowers.toml", "best", file], more].concat();
        succeeds(&place, &arguments).1
    };
    let whole = notes_of("flowers.csv", &[]);
    assert!(
        whole.contains("these are rows of the experiment's own data, and training rows may be among them: no estimate"),
        "{whole}"
    );
    let refit = notes_of("flowers.csv", &["--refit", "all"]);
    assert!(refit.contains("own data, on which it was trained: no estimate for new rows"), "{refit}");
    // The first row is 0,clay,0,ash.
    place.write("some.csv", "kind,soil,age,size\nash,clay,0,0\ncedar,sand,3,29.5\n");
    let some = notes_of("some.csv", &[]);
    assert!(
        some.contains("1 of these rows is in the experiment's own data, and training rows may be among them"),
        "{some}"
    );
    place.write("none.csv", "kind,soil,age,size\ncedar,sand,3,29.5\n");
    let none = notes_of("none.csv", &[]);
    assert!(none.contains("none of these rows is in the experiment's data;"), "{none}");
    for file in kept_files(&place, "results/flowers") {
        std::fs::remove_file(file).expect("removes");
    }
    // Training once more gives the same bits, and all rows other ones.
    let (trained, notes) = succeeds(&place, &["predict", "flowers.toml", "best", "new.csv", "train.keep=none"]);
    assert!(notes.contains("is not kept: training it again"), "{notes}");
    assert_eq!(trained, text);
    let (refit, notes) = succeeds(&place, &["predict", "flowers.toml", "best", "new.csv", "--refit", "all"]);
    assert!(notes.contains("on all 60 rows for 6 epochs"), "{notes}");
    assert_ne!(refit, text);
    succeeds(&place, &["predict", "flowers.toml", "best", "new.csv", "--to", "out.csv"]);
    assert_eq!(std::fs::read_to_string(place.path("out.csv")).expect("reads"), text);
    let refused = place.sweep(&["predict", "flowers.toml", "best", "new.csv", "--to", "out.csv"]);
    assert_eq!(code(&refused), 3, "{}", error(&refused));
}

#[test]
fn rows_that_a_model_cannot_read_are_told_with_their_place() {
    let place = place();
    succeeds(&place, &["run", "flowers.toml"]);
    let refused = |rows: &str, expected: i32| {
        place.write("new.csv", rows);
        let output = place.sweep(&["predict", "flowers.toml", "best", "new.csv"]);
        assert_eq!(code(&output), expected, "{rows}: {}", error(&output));
        assert_eq!(out(&output), "");
        error(&output)
    };
    let level = refused("soil,age,size\nsand,3,29\nloam,0,1\n", 2);
    let expected = "new.csv: row 2 (line 3), column \"soil\": \"loam\" is no level that the model was trained on; it knows \
                    \"clay\", \"sand\"";
    assert!(level.contains(expected), "{level}");
    let column = refused("soil,size\nsand,3\n", 2);
    assert!(column.contains("there is no column \"age\""), "{column}");
    let cell = refused("soil,age,size\nsand,x,3\n", 2);
    assert!(cell.contains("row 1 (line 2), column \"age\": \"x\" is not a number"), "{cell}");
    let missing = refused("soil,age,size\nsand,,3\n", 2);
    assert!(missing.contains("row 1 (line 2), column \"age\""), "{missing}");
    let output = place.sweep(&["predict", "flowers.toml", "best", "nothing.csv"]);
    assert_eq!(code(&output), 3, "{}", error(&output));
    let output = place.sweep(&["predict", "flowers.toml", "ffffffff", "flowers.csv"]);
    assert_eq!(code(&output), 2, "{}", error(&output));
    let output = place.sweep(&["export", "flowers.toml", "best", "model.pt"]);
    assert_eq!(code(&output), 2);
    assert!(error(&output).contains("accepted: NAME.onnx, NAME.safetensors"), "{}", error(&output));
}

#[test]
fn the_best_epoch_by_the_score_is_what_is_kept_and_used() {
    let place = place();
    let best = ["train.keep=best", "report.epoch=best", "report.score=accuracy"];
    succeeds(&place, &[&["run", "flowers.toml"][..], &best].concat());
    let (text, notes) = succeeds(&place, &[&["predict", "flowers.toml", "best", "flowers.csv"][..], &best].concat());
    assert!(notes.contains("the best one by accuracy") && !notes.contains("not kept"), "{notes}");
    // The predictions are those that the reported accuracy of the test rows comes from.
    let store = sweep::store::Store::at(&place.path("results/flowers"));
    let trial = notes.split("trial ").nth(1).expect("named").split(' ').next().expect("an id").to_owned();
    let of_trial = |id: &sweep::record::Id| id.hex().starts_with(&trial);
    let chosen = store.read_chosen(|one| of_trial(&one.trial)).expect("reads").pop().expect("is chosen");
    let kept = store.read_kept(|model| of_trial(&model.trial)).expect("reads").pop().expect("is kept");
    assert_eq!(kept.best_epoch, chosen.best_epoch);
    let preparation = store.read_preparations(|id| *id == chosen.preparation).expect("reads").pop().expect("is kept");
    let lines: Vec<&str> = text.lines().skip(1).collect();
    for (position, row) in preparation.test_rows.iter().enumerate() {
        let cells: Vec<&str> = lines[usize::try_from(*row).expect("small")].split(',').collect();
        for class in 0..3 {
            let expected = chosen.outputs[class * preparation.test_rows.len() + position];
            assert_eq!(cells[2 + class].parse::<f64>().expect("a number").to_bits(), expected.to_bits());
        }
    }
}

#[test]
fn exported_models_are_the_same_bytes_each_time() {
    let place = place();
    succeeds(&place, &["run", "flowers.toml"]);
    for name in ["model.onnx", "weights.safetensors"] {
        succeeds(&place, &["export", "flowers.toml", "best", name]);
        let first = std::fs::read(place.path(name)).expect("reads");
        let output = place.sweep(&["export", "flowers.toml", "best", name]);
        assert_eq!(code(&output), 3, "a file is not replaced: {}", error(&output));
        succeeds(&place, &["export", "flowers.toml", "best", name, "--force"]);
        assert_eq!(std::fs::read(place.path(name)).expect("reads"), first, "{name}");
        assert!(first.len() > 500);
        let folder = place.path("").display().to_string();
        assert!(!String::from_utf8_lossy(&first).contains(&folder), "{name}");
    }
}
