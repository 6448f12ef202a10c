//! Values of a key that compete (`[report] compare`), and results that hold the curves of the best settings only.

use std::collections::BTreeSet;

use serde_json::Value;
use sweep::store::{TableColumn, TableFile};

use super::*;

const HEAD: &str = r#"
name = "compared"
seeds = 4
[datasets.made]
source = "synthetic"
n_samples = 80
n_features = 3
noise = 0.5
split = { validation = 0.25, test = 0.25 }
[models.linear]
kind = "linear"
"#;

const GRID: &str = "learning_rate = [0.003, 0.03, 0.3]\nnesterov = [false, true]\n";

/// One optimizer whose grid has an axis.
fn as_axis(key: &str, values: &[&str], more: &str) -> String {
    let values = values.join(", ");
    format!(
        "{HEAD}[optimizers.sgd]\nmethod = \"sgd\"\n{GRID}{more}{key} = [{values}]\n[train]\nepochs = 8\n[report]\ncompare = \"{key}\"\n"
    )
}

/// An optimizer for each value. Tables stand in the order of their names.
fn as_tables(key: &str, values: &[&str], more: &str) -> String {
    let table = |(number, value): (usize, &&str)| {
        format!("[optimizers.o{number}]\nmethod = \"sgd\"\n{GRID}{more}{key} = {value}\n")
    };
    let tables: String = values.iter().enumerate().map(table).collect();
    format!("{HEAD}{tables}[train]\nepochs = 8\n")
}

fn run(place: &Place, name: &str, text: &str, arguments: &[&str]) -> String {
    place.write(name, text);
    let output = place.sweep(&[&["run", name], arguments].concat());
    assert_eq!(code(&output), 0, "{}", error(&output));
    out(&output)
}

fn verdict(place: &Place, folder: &str) -> Value {
    let text = std::fs::read_to_string(place.path(folder).join("verdict.json")).expect("reads");
    serde_json::from_str(&text).expect("JSON")
}

/// Replaces the names of contenders.
fn renamed(text: &str, names: &[(String, String)]) -> String {
    names.iter().fold(text.to_owned(), |text, (from, to)| text.replace(&format!("\"{from}\""), &format!("\"{to}\"")))
}

#[test]
fn a_value_of_an_axis_is_compared_as_an_optimizer_of_its_own_is() {
    for (key, values, more) in [
        ("batch_size", vec!["1", "8", "32"], ""),
        ("momentum", vec!["0.0", "0.5", "0.9"], "batch_size = [4, 16]\n"),
        ("weight_decay", vec!["0.001", "0.1"], "batch_size = 8\n"),
    ] {
        let place = Place::new();
        run(&place, "axis.toml", &as_axis(key, &values, more), &["-o", "axis"]);
        run(&place, "tables.toml", &as_tables(key, &values, more), &["-o", "tables"]);
        let name = |value: &str| format!("{key} {}", value.strip_suffix(".0").unwrap_or(value));
        let names: Vec<(String, String)> =
            values.iter().enumerate().map(|(number, value)| (format!("o{number}"), name(value))).collect();
        let mut axis = verdict(&place, "axis/compared");
        let tables = verdict(&place, "tables/compared").to_string();
        let tables: Value = serde_json::from_str(&renamed(&tables, &names)).expect("JSON");
        assert_eq!(axis["compare"], serde_json::json!([format!("optimizer.{key}")]));
        for contender in axis["tasks"][0]["optimizers"].as_array_mut().expect("a list") {
            let contender = contender.as_object_mut().expect("an object");
            assert_eq!(contender.remove("table"), Some("sgd".into()));
            assert!(contender.remove("level").is_some_and(|level| level[format!("optimizer.{key}")].is_number()));
        }
        // Only along an axis of three positive numbers does the best rate move with them.
        let slopes = axis["tasks"][0].as_object_mut().expect("an object").remove("best_rates");
        assert_eq!(
            slopes.map(|all| all[0]["key"].clone()),
            (key == "batch_size").then(|| "optimizer.batch_size".into())
        );
        assert_eq!(axis["tasks"], tables["tasks"], "{key}");
        assert_eq!(axis["tasks"][0]["comparisons"].as_array().map(Vec::len), Some(values.len() - 1));
    }
}

/// One epoch of small steps is far from the minimum, and 200 are near it.
#[test]
fn where_the_answer_is_known_it_is_given() {
    let place = Place::new();
    let text = format!(
        "{}[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = [0.01, 0.05]\n[optimizers.sgd]\nmethod = \"sgd\"\n\
         learning_rate = 0.002\n[train]\nepochs = [200, 1]\n[report]\ncompare = \"epochs\"\n",
        HEAD.replace("seeds = 4", "seeds = 8").replace("n_samples = 80", "n_samples = 1000")
    );
    let said = run(&place, "compared.toml", &text, &[]);
    assert!(said.contains("1 dataset × 1 model × 2 optimizers, compared by epochs · "), "{said}");
    assert!(said.contains("\n  gd epochs 1") && said.contains("\n  sgd epochs 200"), "{said}");
    assert!(said.contains(" is better than gd epochs 1: "), "{said}");
    let comparisons = verdict(&place, "results/compared");
    let comparisons = comparisons["tasks"][0]["comparisons"].as_array().expect("a list").clone();
    let of = |name: &str| comparisons.iter().find(|one| one["other"] == name).expect("compared");
    for name in ["gd epochs 1", "sgd epochs 1"] {
        assert_eq!(of(name)["answer"], "first_better", "{name}");
    }
    let page = std::fs::read_to_string(place.path("results/compared/report.md")).expect("reads");
    for said in [
        "The values of epochs compete",
        "Each is tuned over everything else (learning\\_rate)",
        "## Which value and learning rate to use",
        "### How the contenders compare",
        "plots/compared-made-linear.svg",
    ] {
        let plain = said.replace("\\_", "_");
        assert!(page.contains(said) || page.contains(&plain), "{said}: {page}");
    }
    assert!(!page.contains("each optimizer"), "{page}");
    let shown = out(&place.sweep(&["show", "best:gd epochs 1", "compared.toml"]));
    assert!(shown.contains("best       gd epochs 1, learning rate 0.05"), "{shown}");
    let shown = out(&place.sweep(&["show", "best:gd", "compared.toml"]));
    assert!(shown.contains("best       gd epochs 200, learning rate 0.05"), "{shown}");
    let unknown = place.sweep(&["show", "best:gd epochs 2", "compared.toml"]);
    assert!(error(&unknown).contains("one of gd, sgd, gd epochs 1, "), "{}", error(&unknown));
    // The command that trains the answer again is one that runs.
    let again = shown.lines().find_map(|line| line.strip_prefix("again      sweep ")).expect("a command");
    let words: Vec<String> = again.split(' ').map(|word| word.trim_matches('\'').to_owned()).collect();
    let output = place.sweep(&words.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(code(&output), 0, "{again}: {}", error(&output));
}

#[test]
fn an_old_store_is_reported_without_training_and_run_keeps_the_rows_of_each_value() {
    let place = Place::new();
    let held = HEAD.replace("test = 0.25 }", "test = 0.3, seed = 1 }");
    let text = as_axis("batch_size", &["1", "8"], "").replace(HEAD, &held);
    let before = text.replace("[report]\ncompare = \"batch_size\"\n", "");
    run(&place, "compared.toml", &before, &[]);
    place.write("compared.toml", &text);
    let report = place.sweep(&["report", "compared.toml"]);
    assert_eq!(code(&report), 0, "{}", error(&report));
    assert!(out(&report).contains("\n  batch_size 8"), "{}", out(&report));
    // The best of all settings is that of one value: the rows of the other one are not kept yet.
    let answer = |place: &Place| verdict(place, "results/compared")["tasks"][0]["comparisons"][0]["answer"].clone();
    assert_eq!(answer(&place), "no_predictions");
    let said = run(&place, "compared.toml", &text, &[]);
    assert!(!said.contains("no predictions"), "{said}");
    assert_ne!(answer(&place), "no_predictions");
    assert_eq!(verdict(&place, "results/compared")["tasks"][0]["comparisons"][0]["pairs_are"], "test_rows");
    assert_eq!(code(&place.sweep(&["verify", "compared.toml"])), 0);
}

/// The ids of trials in a table of a results folder.
fn ids(folder: &Path, file: &str) -> BTreeSet<String> {
    let table = TableFile::open(&folder.join(file)).expect("opens");
    let columns = table.read(0..table.rows(), &["trial"]).expect("has ids");
    let [(_, TableColumn::Text(column))] = &columns[..] else { panic!("ids are texts") };
    column.iter().map(|id| id.expect("an id").to_owned()).collect()
}

#[test]
fn results_may_hold_the_curves_of_the_best_settings_only() {
    let place = Place::new();
    let text = as_axis("batch_size", &["1", "8"], "");
    run(&place, "compared.toml", &text, &["-o", "all"]);
    let chosen = format!("{text}curves = \"chosen\"\n");
    run(&place, "compared.toml", &chosen, &["-o", "few"]);
    let folders = ["all", "few"].map(|name| place.path(name).join("compared"));
    let [all, few] = folders.each_ref().map(|folder| ids(folder, "curves.parquet"));
    let best: BTreeSet<String> =
        (verdict(&place, "few/compared")["tasks"][0]["optimizers"].as_array().expect("a list"))
            .iter()
            .flat_map(|one| one["trials"].as_array().expect("a list").iter())
            .map(|id| id.as_str().expect("a text").to_owned())
            .collect();
    assert_eq!(few, best, "those of each value's best setting, at every seed");
    assert_eq!((few.len(), all.len()), (8, 48));
    assert_eq!(ids(&folders[0], "trials.parquet"), ids(&folders[1], "trials.parquet"));
    let page = std::fs::read_to_string(folders[1].join("report.md")).expect("reads");
    assert!(page.contains("Convergence by learning rate is not drawn"), "{page}");
    assert!(!page.contains("convergence-by-rate") && page.contains("plots/convergence-made-linear.svg"), "{page}");

    for arguments in
        [&["verify", "compared.toml", "-o", "few"][..], &["verify", "compared.toml", "-o", "few", "--sample", "9"]]
    {
        let output = place.sweep(arguments);
        assert_eq!(code(&output), 0, "{}{}", out(&output), error(&output));
    }
    // Beside results with all curves only what both hold is compared.
    let compared = place.sweep(&["compare", "all/compared", "few/compared"]);
    let said = format!("{}{}", out(&compared), error(&compared));
    assert!(said.contains("the new side holds those of the best settings"), "{said}");
    assert!(!said.contains("rows of the curve") && said.contains("curves = \"chosen\""), "{said}");
    assert!(!said.contains("theta") && !said.contains("only the encoding"), "{said}");
    // Between two that hold few, a curve that is lacking is a difference.
    let alone = chosen.replace("compare = \"batch_size\"\n", "");
    run(&place, "compared.toml", &alone, &["-o", "one"]);
    run(&place, "compared.toml", &chosen, &["-o", "damaged"]);
    std::fs::copy(place.path("one/compared/curves.parquet"), place.path("damaged/compared/curves.parquet"))
        .expect("copies");
    let output = place.sweep(&["verify", "compared.toml", "-o", "damaged"]);
    assert_eq!(code(&output), 1, "{}", out(&output));
    assert!(out(&output).contains("rows of the curve"), "{}", out(&output));
    // `sweep show` reads the store, which has the curve of every trial.
    let other = all.difference(&few).next().expect("one that is not chosen");
    assert_eq!(code(&place.sweep(&["show", other, "compared.toml", "-o", "few"])), 0);
}
