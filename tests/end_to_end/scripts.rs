//! An experiment in another script, and data that a variable leads to.

use super::*;

const TEXT: &str = "title = \"糖尿病 学习率\"\nseeds = 2\n[datasets.\"糖尿病\"]\nsource = \"csv\"\npath = \"${SWEEP_DATA}/数据.csv\"\n\
                    target = \"病程\"\nsplit = { validation = 0.2, test = 0.2 }\n[models.\"线性\"]\nkind = \"linear\"\n\
                    [optimizers.\"梯度下降\"]\nmethod = \"gd\"\nlearning_rate = [0.01, 0.1]\n[train]\nepochs = 5\n";

fn place() -> Place {
    let place = Place::new();
    std::fs::create_dir(place.path("data")).expect("a folder");
    let rows: String = (0..30).map(|row| format!("{row},{},{}\n", row % 7, row % 5)).collect();
    place.write("data/数据.csv", format!("年龄,体重,病程\n{rows}"));
    place.write("糖尿病.toml", TEXT);
    place
}

#[test]
fn a_chinese_experiment_runs_and_its_figures_have_ascii_names() {
    let place = place();
    let sweep =
        |arguments: &[&str]| place.command(arguments).env("SWEEP_DATA", place.path("data")).output().expect("runs");
    let output = sweep(&["run", "糖尿病.toml"]);
    assert_eq!(code(&output), 0, "{}", error(&output));
    let files = place.results("results/糖尿病");
    assert!(
        files.iter().all(|(name, _)| name.is_ascii()),
        "{:?}",
        files.iter().map(|(name, _)| name).collect::<Vec<_>>()
    );
    let of = |ending: &str| {
        let file = files.iter().find(|(name, _)| name.starts_with("plots/learning-rate-") && name.ends_with(ending));
        file.expect("a figure").1.clone()
    };
    let svg = String::from_utf8(of(".svg")).expect("text");
    assert!(svg.contains("<switch>") && svg.contains(">糖尿病</text>") && svg.contains("systemLanguage=\"x-boxes\""));
    assert!(of(".png").starts_with(b"\x89PNG"));
    let page = std::fs::read_to_string(place.path("results/糖尿病/report.html")).expect("the page");
    assert_eq!(page.matches("a box stands for each character").count(), 1);
    // What is kept says how the data was named, and nothing of this machine.
    let folder = place.path("data").display().to_string();
    for (name, bytes) in &files {
        assert!(!String::from_utf8_lossy(bytes).contains(&folder), "{name}");
    }
    let plan = std::fs::read_to_string(place.path("results/糖尿病/plan.toml")).expect("the plan");
    assert!(plan.contains("path = \"${SWEEP_DATA}/数据.csv\""), "{plan}");
    assert_eq!(code(&sweep(&["verify", "糖尿病.toml"])), 0);
    // The same numbers by another path are the same trials.
    let again = sweep(&["plan", "糖尿病.toml", "datasets.糖尿病.path=data/数据.csv"]);
    assert!(out(&again).contains("4 known, 0 new"), "{}{}", out(&again), error(&again));
}

#[test]
fn an_error_about_data_stands_under_its_line_of_the_experiment() {
    let place = place();
    let output = place.command(&["plan", "糖尿病.toml"]).env_remove("SWEEP_DATA").output().expect("runs");
    assert_eq!(code(&output), 3);
    let first = "error: 糖尿病.toml:5: [datasets.糖尿病] path = \"${SWEEP_DATA}/数据.csv\"\ncannot read ${SWEEP_DATA}/数据.csv: \
                 the environment variable SWEEP_DATA is not set";
    assert!(error(&output).contains(first), "{}", error(&output));
    let output = place.sweep(&["plan", "糖尿病.toml", "datasets.*.path=data/数据.csv", "datasets.*.target=y"]);
    assert_eq!(code(&output), 2);
    assert!(error(&output).starts_with("error: command line: [datasets.糖尿病] "), "{}", error(&output));
}
