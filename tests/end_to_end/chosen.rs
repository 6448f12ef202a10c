//! What is kept of chosen trials: their predictions for test rows, and what preparing their data learned.

use std::collections::{BTreeMap, HashSet};

use sweep::record::{ChosenOutputs, Id, Preparation, Split, TrialRecord};
use sweep::store::Store;

use super::{Place, SMALL, code, error, out};

/// What a store keeps of chosen trials, sorted by trial and by id.
pub fn kept(place: &Place, folder: &str) -> (Vec<ChosenOutputs>, Vec<Preparation>) {
    let store = Store::at(&place.path(folder));
    let mut outputs = store.read_chosen(|_| true).expect("reads");
    outputs.sort_by_key(|one| (one.trial, one.best_epoch));
    let mut preparations = store.read_preparations(|_| true).expect("reads");
    preparations.sort_by_key(|preparation| preparation.id);
    (outputs, preparations)
}

fn files(place: &Place, folder: &str, ending: &str) -> Vec<std::path::PathBuf> {
    let listing = std::fs::read_dir(place.path(folder)).expect("lists").map(|entry| entry.expect("reads").path());
    let mut files: Vec<_> = listing.filter(|path| path.extension().is_some_and(|found| found == ending)).collect();
    files.sort();
    files
}

pub fn records(place: &Place, folder: &str) -> BTreeMap<Id, TrialRecord> {
    let segments = files(place, &format!("{folder}/.sweep/segments"), "parquet").into_iter();
    let records =
        segments.flat_map(|path| sweep::store::decode_segment(std::fs::read(path).expect("reads")).expect("decodes"));
    records.map(|record| (record.id, record)).collect()
}

/// Rows with a category, features of very different sizes, and noise that follows from the row.
fn rows() -> String {
    let row = |row: usize| {
        let (size, colour) = (row as f64 * 250.0 % 977.0, ["red", "green", "blue"][row % 3]);
        let noise = (row * row * 7 % 13) as f64;
        format!("{size},{colour},{},{}\n", row % 7, 0.01 * size + (row % 3) as f64 + noise)
    };
    format!("size,colour,age,y\n{}", (0..90).map(row).collect::<String>())
}

const HOUSES: &str = r#"
name = "houses"
seeds = 3
[datasets.houses]
source = "csv"
path = "houses.csv"
target = "y"
one_hot = ["colour"]
standardize = true
split = { validation = 0.2, test = 0.3 }
[models.linear]
kind = "linear"
[models.curve]
kind = "polynomial"
degree = 2
interactions = false
[optimizers.gd]
method = "gd"
learning_rate = [0.001, 0.05, 1e3]
[optimizers.sgd]
method = "sgd"
batch_size = 8
learning_rate = [1e-5, 0.002]
[train]
epochs = 25
"#;

fn houses() -> Place {
    let place = Place::new();
    place.write("houses.csv", rows());
    place.write("houses.toml", HOUSES);
    place
}

/// Every prediction belongs to a trial whose recorded test error it gives.
fn check(place: &Place, folder: &str, n_chosen: usize) {
    let (outputs, preparations) = kept(place, folder);
    let records = records(place, folder);
    assert_eq!(outputs.len(), n_chosen);
    for one in &outputs {
        let preparation = preparations.iter().find(|known| known.id == one.preparation).expect("is kept");
        assert_eq!(one.outputs.len(), preparation.test_targets.len());
        assert_eq!(one.outputs.len(), preparation.test_rows.len());
        assert!(preparation.test_rows.is_sorted());
        let squares = one.outputs.iter().zip(&preparation.test_targets).map(|(a, b)| (a - b) * (a - b));
        let mse = squares.fold(0.0, |sum, square| sum + square) / one.outputs.len() as f64;
        let record = &records[&one.trial];
        let recorded = if one.best_epoch.is_some() { record.best(Split::Test) } else { record.last(Split::Test) };
        let recorded = recorded.expect("completed");
        assert!(((mse - recorded) / recorded).abs() < 1e-12, "{mse:?} is not {recorded:?}");
        if one.best_epoch.is_some() {
            assert_eq!(one.best_epoch, record.best_epoch());
        }
    }
}

#[test]
fn predictions_of_the_best_settings_give_their_test_errors() {
    let place = houses();
    for (folder, changes) in [
        ("f64", &[][..]),
        ("f32", &["train.precision=f32"]),
        ("plain", &["--path", "plain"]),
        ("best", &["report.epoch=best", "train.evaluate_every=1"]),
        ("raw", &["datasets.houses.standardize=false", "optimizers.*.learning_rate=1e-14,1e-13"]),
    ] {
        let output = place.sweep(&[&["run", "houses.toml", "-o", folder], changes].concat());
        assert_eq!(code(&output), 0, "{}", error(&output));
        let sentence = "training 12 chosen trials once more, to keep their predictions for test rows";
        assert!(error(&output).contains(sentence), "{}", error(&output));
        let results = format!("{folder}/houses");
        check(&place, &results, 12);
        let (outputs, preparations) = kept(&place, &results);
        assert!(outputs.iter().all(|one| one.best_epoch.is_some() == (folder == "best")), "{folder}");
        // One for each seed and model.
        assert_eq!(preparations.len(), 6);
        let features = ["size", "colour=blue", "colour=green", "colour=red", "age"];
        for preparation in preparations {
            let of = |names: &[&str]| preparation.columns == [&["bias"], names].concat();
            assert_eq!(preparation.features.iter().collect::<HashSet<_>>().len(), preparation.features.len());
            assert!(preparation.features.iter().all(|name| features.contains(&name.as_str())), "{preparation:?}");
            let names: Vec<&str> = preparation.features.iter().map(String::as_str).collect();
            let squares: Vec<String> = names.iter().map(|name| format!("{name}^2")).collect();
            let powers = [names.clone(), squares.iter().map(String::as_str).collect()].concat();
            assert!(of(&names) || of(&powers), "{:?}", preparation.columns);
            assert_eq!(preparation.mean.is_some(), folder != "raw");
            assert_eq!(preparation.mean.map(|mean| mean.len()), preparation.deviation.map(|deviation| deviation.len()));
        }
        // Nothing is missing now, so nothing is trained or read again.
        let again = place.sweep(&[&["run", "houses.toml", "-o", folder], changes].concat());
        assert!(code(&again) == 0 && !error(&again).contains("chosen"), "{}", error(&again));
    }
}

#[test]
fn a_widened_grid_trains_its_new_best_only() {
    let place = houses();
    assert_eq!(code(&place.sweep(&["run", "houses.toml"])), 0);
    let (before, _) = kept(&place, "results/houses");
    // A worse rate moves no best, a better one moves that of two optimizers.
    let run = |rates: &str| place.sweep(&["run", "houses.toml", &format!("optimizers.gd.learning_rate={rates}")]);
    let worse = run("0.001,0.0005,0.05,1000.0");
    assert!(code(&worse) == 0 && !error(&worse).contains("chosen"), "{}", error(&worse));
    let better = run("0.001,0.05,0.1,1000.0");
    assert!(error(&better).contains("training 6 chosen trials once more"), "{}", error(&better));
    let (after, _) = kept(&place, "results/houses");
    assert_eq!((before.len(), after.len()), (12, 18));
    assert!(before.iter().all(|one| after.contains(one)));
    check(&place, "results/houses", 18);
}

#[test]
fn a_damaged_file_is_computed_again_and_clean_keeps_what_the_plan_holds() {
    let place = houses();
    assert_eq!(code(&place.sweep(&["run", "houses.toml"])), 0);
    let before = (kept(&place, "results/houses"), place.results("results/houses"));
    for part in ["chosen", "preparations"] {
        let folder = format!("results/houses/.sweep/{part}");
        let path = files(&place, &folder, "parquet").remove(0);
        let mut bytes = std::fs::read(&path).expect("reads");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&path, bytes).expect("writes");
        let dry = out(&place.sweep(&["clean", "houses.toml", "--dry-run"]));
        assert!(dry.contains("1  damaged files"), "{dry}");
        let output = place.sweep(&["run", "houses.toml"]);
        assert_eq!(code(&output), 0, "{}", error(&output));
        assert_eq!(error(&output).contains("training 12 chosen trials"), part == "chosen", "{}", error(&output));
        assert!(before == (kept(&place, "results/houses"), place.results("results/houses")), "{part}");
        assert!(out(&place.sweep(&["clean", "houses.toml"])).contains("nothing to remove"), "it was replaced");
    }
    assert!(out(&place.sweep(&["clean", "houses.toml"])).contains("nothing to remove"));
    // Another plan holds none of them.
    let output = place.sweep(&["clean", "houses.toml", "datasets.houses.split.test=0.25"]);
    assert!(out(&output).contains("2  files of outputs, preparations or models"), "{}", out(&output));
    assert!(kept(&place, "results/houses").0.is_empty());
}

#[test]
fn fresh_keeps_them_in_the_new_store_and_bless_drops_what_it_contradicts() {
    let place = houses();
    assert_eq!(code(&place.sweep(&["run", "houses.toml"])), 0);
    let before = kept(&place, "results/houses");
    let output = place.sweep(&["run", "houses.toml", "--fresh"]);
    assert!(error(&output).contains("training 12 chosen trials"), "{}", error(&output));
    assert!(before == kept(&place, "results/houses"));
    forge(&place, "results/houses");
    assert_eq!(code(&place.sweep(&["verify", "houses.toml", "--bless"])), 0);
    assert!(kept(&place, "results/houses").0.is_empty());
    assert_eq!(code(&place.sweep(&["run", "houses.toml"])), 0);
    assert!(before == kept(&place, "results/houses"));
}

/// Puts other test errors in the place of those in a store's records, with sound names.
fn forge(place: &Place, folder: &str) {
    for path in files(place, &format!("{folder}/.sweep/segments"), "parquet") {
        let mut records = sweep::store::decode_segment(std::fs::read(&path).expect("reads")).expect("decodes");
        let metrics = records.iter_mut().flat_map(|record| &mut record.metrics);
        for metric in metrics.filter(|metric| metric.split == Split::Test) {
            metric.last = metric.last.map(|value| value * 2.0);
        }
        let bytes = sweep::store::encode_segment(&records).expect("encodes");
        std::fs::remove_file(&path).expect("removes");
        std::fs::write(path.with_file_name(format!("{}.parquet", blake3::hash(&bytes))), bytes).expect("writes");
    }
}

#[test]
fn other_numbers_than_those_of_the_record_are_a_broken_promise() {
    let place = houses();
    assert_eq!(code(&place.sweep(&["run", "houses.toml"])), 0);
    forge(&place, "results/houses");
    std::fs::remove_dir_all(place.path("results/houses/.sweep/chosen")).expect("removes");
    let output = place.sweep(&["run", "houses.toml"]);
    assert_eq!(code(&output), 1);
    assert!(error(&output).contains("the promise of equal bytes is broken"), "{}", error(&output));
    assert!(kept(&place, "results/houses").0.is_empty(), "nothing of such a trial is stored");
}

#[test]
fn an_incomplete_plan_chooses_nothing_and_merge_completes_the_union() {
    let place = houses();
    assert_eq!(code(&place.sweep(&["run", "houses.toml", "-o", "whole"])), 0);
    for (slice, folder) in [("slice:1/2", "one"), ("slice:2/2", "two")] {
        assert_eq!(code(&place.sweep(&["run", "houses.toml", "--partition", slice, "-o", folder])), 5);
        assert!(kept(&place, &format!("{folder}/houses")).0.is_empty());
    }
    // Where the data is not at hand, the union and the report stand, and a note says what goes on.
    std::fs::rename(place.path("houses.csv"), place.path("elsewhere.csv")).expect("renames");
    let merge = |folder: &str| place.sweep(&["merge", "houses.toml", "-o", folder, "--from", "one", "two"]);
    let output = merge("united");
    assert_eq!(code(&output), 0, "{}", error(&output));
    assert!(error(&output).contains("`sweep run houses.toml -o united` goes on with it"), "{}", error(&output));
    let note = "warning: what is kept of the chosen trials is not complete: houses.toml:6: [datasets.houses] path = \"houses.csv\"; \
                cannot read houses.csv: ";
    assert!(error(&output).lines().any(|line| line.starts_with(note)), "{}", error(&output));
    assert!(place.results("united/houses") == place.results("whole/houses"));
    std::fs::rename(place.path("elsewhere.csv"), place.path("houses.csv")).expect("renames");
    assert_eq!(code(&place.sweep(&["run", "houses.toml", "-o", "united"])), 0);
    assert_eq!(code(&merge("again")), 0);
    for folder in ["united/houses", "again/houses"] {
        assert!(kept(&place, folder) == kept(&place, "whole/houses"), "{folder}");
        assert!(place.results(folder) == place.results("whole/houses"), "{folder}");
    }
    // Two stores with other predictions of the same trial are not united.
    let store = Store::at(&place.path("again/houses"));
    let mut wrong = kept(&place, "again/houses").0.remove(0);
    wrong.outputs[0] += 1.0;
    store.write_chosen(&[wrong]).expect("writes");
    let output = place.sweep(&["merge", "houses.toml", "-o", "whole", "--from", "again"]);
    assert!(
        code(&output) == 1 && error(&output).contains("different predictions or models of the same trial"),
        "{}",
        error(&output)
    );
}

#[test]
fn without_test_rows_names_are_kept_and_nothing_is_trained_or_read_again() {
    let place = Place::new();
    place.write("small.toml", SMALL.replace("split = { validation = 0.25, test = 0.25 }", ""));
    let output = place.sweep(&["run", "small.toml"]);
    assert!(code(&output) == 0 && !error(&output).contains("chosen"), "{}", error(&output));
    let (outputs, preparations) = kept(&place, "results/small");
    assert!(outputs.is_empty());
    assert_eq!(preparations.len(), 1);
    assert_eq!(preparations[0].columns, ["bias", "x1", "x2", "x3"]);
}

#[test]
fn show_says_of_which_epoch_parameters_are_and_why_there_are_none() {
    let place = houses();
    let run = |folder: &str, changes: &[&str]| {
        let all = [&["run", "houses.toml", "-o", folder], changes].concat();
        assert_eq!(code(&place.sweep(&all)), 0);
        let id = kept(&place, &format!("{folder}/houses")).0[0].trial.hex();
        out(&place.sweep(&[&["show", &id, "houses.toml", "-o", folder], changes].concat()))
    };
    let best = run("best", &["report.epoch=best", "report.score=r2", "~models.curve"]);
    assert!(best.contains("theta      of the last epoch, of standardized features, and"), "{best}");
    assert!(best.contains(" at the best (the score)\n"), "{best}");
    let wide = SMALL.replace("n_features = 3", "n_features = 65").replace("name = \"small\"", "name = \"houses\"");
    place.write("houses.toml", wide);
    let many = run("many", &["~models.lasso"]);
    assert!(many.contains("theta      66 parameters; a record keeps at most 64\n"), "{many}");
    // The target is the same in every row.
    let rows: String = (0..40).map(|row| format!("{row},red,{},0.5\n", row % 7)).collect();
    place.write("houses.csv", format!("size,colour,age,y\n{rows}"));
    place.write("houses.toml", HOUSES.replace("one_hot = [\"colour\"]", "features = [\"size\", \"age\"]"));
    let constant = run("constant", &["report.score=mse", "~models.curve"]);
    assert!(constant.contains("test       r2 is not defined: the target is constant on these rows\n"), "{constant}");
}

#[test]
fn show_names_parameters_and_says_what_is_kept() {
    let place = houses();
    let plan = out(&place.sweep(&["plan", "houses.toml"]));
    assert!(
        plan.contains("then        at most 12 chosen trials once more, to keep predictions for test rows"),
        "{plan}"
    );
    assert_eq!(code(&place.sweep(&["run", "houses.toml"])), 0);
    assert!(!out(&place.sweep(&["plan", "houses.toml"])).contains("once more"));
    let (outputs, preparations) = kept(&place, "results/houses");
    let linear: Vec<Id> = preparations.iter().filter(|known| known.columns.len() == 6).map(|known| known.id).collect();
    let one = outputs.iter().find(|one| linear.contains(&one.preparation)).expect("of a linear model");
    let show = |id: &Id| out(&place.sweep(&["show", &id.short(), "houses.toml"]));
    let text = show(&one.trial);
    assert!(
        text.contains("theta      of standardized features, and in the units of the data\n  bias         "),
        "{text}"
    );
    assert!(text.contains("\n  colour=green "), "{text}");
    assert!(text.contains("chosen     its predictions for 27 test rows at the end of training are stored"), "{text}");
    // The parameters in the units of the data predict the same.
    let values: Vec<f64> = text
        .lines()
        .skip_while(|line| !line.starts_with("theta"))
        .skip(1)
        .take(6)
        .map(|line| line.split_whitespace().last().expect("a number").parse().expect("a number"))
        .collect();
    let preparation = preparations.iter().find(|known| known.id == one.preparation).expect("is kept");
    let rows = rows();
    let data: Vec<Vec<&str>> = rows.lines().skip(1).map(|line| line.split(',').collect()).collect();
    for (&row, output) in preparation.test_rows.iter().zip(&one.outputs) {
        let row = &data[usize::try_from(row).expect("small")];
        let feature = |name: &str| match name {
            "size" => row[0].parse().expect("a number"),
            "age" => row[2].parse().expect("a number"),
            level => f64::from(u8::from(level.ends_with(row[1]))),
        };
        let terms = preparation.features.iter().zip(&values[1..]).map(|(name, weight)| weight * feature(name));
        let predicted = terms.fold(values[0], |sum, term| sum + term);
        assert!((predicted - output).abs() < 1e-9 * output.abs().max(1.0), "{predicted} is not {output}");
    }
    // A trial that is not chosen has names, and nothing is said of predictions.
    let chosen: HashSet<Id> = outputs.iter().map(|one| one.trial).collect();
    let records = records(&place, "results/houses");
    let other = records.values().find(|record| record.outcome.is_completed() && !chosen.contains(&record.id));
    let text = show(&other.expect("some are not chosen").id);
    assert!(text.contains("\n  bias") && !text.contains("chosen "), "{text}");
    std::fs::remove_dir_all(place.path("results/houses/.sweep/chosen")).expect("removes");
    let text = show(&one.trial);
    assert!(
        text.contains("chosen     its predictions for test rows are not stored: `sweep run houses.toml` stores them"),
        "{text}"
    );
}

#[test]
fn renamed_columns_rename_what_is_kept() {
    let place = houses();
    assert_eq!(code(&place.sweep(&["run", "houses.toml"])), 0);
    place.write("houses.csv", rows().replace("size,colour", "area,colour"));
    let output = place.sweep(&["run", "houses.toml"]);
    assert_eq!(code(&output), 0, "{}", error(&output));
    let (outputs, preparations) = kept(&place, "results/houses");
    let named =
        |name: &str| preparations.iter().filter(|known| known.features.iter().any(|known| known == name)).count();
    assert_eq!((named("size"), named("area"), outputs.len()), (6, 6, 24));
    assert_eq!(code(&place.sweep(&["clean", "houses.toml"])), 0);
    assert!(code(&place.sweep(&["report", "houses.toml"])) == 0);
}
