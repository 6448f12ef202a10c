//! From a data file to a report: `sweep data`, `sweep init`, `sweep run`.

use std::fs;

use super::*;

fn table(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tables").join(name)
}

/// Tables of few rows, and the keys that are written for each; what follows is in every experiment.
const TABLES: &[(&str, &[&str])] = &[
    ("bool.csv", &["target = \"y\""]),
    ("cat.csv", &["one_hot = \"text\""]),
    ("dropped.csv", &["ignore = [\"deck\"]"]),
    ("duplicate_unused.csv", &["ignore = [\"a\"]"]),
    ("empty_column.csv", &["ignore = [\"note\"]"]),
    ("euro.csv", &["delimiter = \";\"", "decimal = \",\""]),
    ("id_levels.csv", &["ignore = [\"id\"]"]),
    ("many_text.csv", &["one_hot = \"text\""]),
    ("no_header.csv", &["header = false", "target = \"column_3\""]),
    ("question_mark.csv", &["missing_values = [\"?\"]", "missing = \"drop\""]),
    ("thousands.csv", &["thousands = \",\""]),
    ("typo_target.csv", &["one_hot = \"text\""]),
    ("unnamed.csv", &["ignore = [\"Unnamed: 0\"]"]),
];

#[test]
fn a_table_becomes_a_report_in_two_commands() {
    for (name, keys) in TABLES {
        let place = Place::new();
        fs::copy(table(name), place.path(name)).expect("copies");
        let stem = name.trim_end_matches(".csv");
        let init = place.sweep(&["init", name]);
        assert_eq!(code(&init), 0, "{name}: {}", error(&init));
        let file = format!("{stem}.toml");
        assert!(out(&init).contains(&format!("next: sweep run {file}")), "{name}: {}", out(&init));
        let text = fs::read_to_string(place.path(&file)).expect("reads");
        for key in *keys {
            assert!(text.lines().any(|line| line.starts_with(key)), "{name}: {key}\n{text}");
        }
        let plan = place.sweep(&["plan", &file]);
        assert_eq!((code(&plan), error(&plan).as_str()), (0, ""), "{name}");
        let rows = fs::read_to_string(place.path(name)).expect("reads").lines().count();
        // Of fewer rows no split says enough.
        if rows > 30 {
            assert!(!out(&plan).contains("\ndesign "), "{name}: {}", out(&plan));
        }
        let run = place.sweep(&["run", &file]);
        assert_eq!(code(&run), 0, "{name}: {}", error(&run));
        assert!(place.path(&format!("results/{stem}/report.html")).is_file(), "{name}");
        // What is there is not replaced.
        let again = place.sweep(&["init", name]);
        assert_eq!(code(&again), 2, "{name}");
        assert!(error(&again).contains(&format!("{file} exists already")), "{}", error(&again));
    }
}

#[test]
fn the_rates_end_just_above_the_limit() {
    let place = Place::new();
    fs::copy(table("euro.csv"), place.path("euro.csv")).expect("copies");
    assert_eq!(code(&place.sweep(&["init", "euro.csv"])), 0);
    assert_eq!(code(&place.sweep(&["run", "euro.toml"])), 0);
    let rates = fs::read_to_string(place.path("results/euro/tables/learning_rates.csv")).expect("reads");
    let gd: Vec<&str> = rates.lines().filter(|line| line.contains(",gd,")).collect();
    assert!(gd.len() >= 13, "{rates}");
    let text = fs::read_to_string(place.path("euro.toml")).expect("reads");
    let limit: f64 = text
        .split("2/λmax = ")
        .nth(1)
        .and_then(|rest| rest.split(". ").next())
        .expect("a limit")
        .parse()
        .expect("a number");
    let to: f64 =
        text.split("to = ").nth(1).and_then(|rest| rest.split(',').next()).expect("an end").parse().expect("a number");
    assert!(to > limit && to < 1.2 * limit, "{to}, {limit}");
}

#[test]
fn data_says_what_is_read_and_which_keys_read_it() {
    let place = Place::new();
    fs::copy(table("question_mark.csv"), place.path("question_mark.csv")).expect("copies");
    let told = place.sweep(&["data", "question_mark.csv"]);
    assert_eq!(code(&told), 0, "{}", error(&told));
    let text = out(&told);
    for part in [
        "question_mark: ",
        "column  role",
        "  missing_values = [\"?\"]",
        "  missing = \"drop\"",
        "next: sweep init question_mark.csv",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(fs::read_dir(place.path("")).expect("lists").count(), 1, "nothing is written");

    let comma = place.sweep(&["data", "question_mark.csv", "decimal=,"]);
    assert!(out(&comma).contains("  decimal = \",\""), "{}{}", out(&comma), error(&comma));
    // Keys as an experiment has them, and what is wrong with them.
    let told = place.sweep(&["data", "question_mark.csv", "ignore=[\"hp\"]", "--target", "w"]);
    assert!(out(&told).contains("target w: "), "{}{}", out(&told), error(&told));
    assert!(out(&told).contains("next: sweep init question_mark.csv 'ignore=[\"hp\"]' --target w"), "{}", out(&told));
    for (arguments, expected, exit) in [
        (&["nothing.csv"][..], "cannot read nothing.csv", 3),
        (&["question_mark.csv", "decimals=x"], "has no key `decimals`", 2),
        (&["question_mark.csv", "split.test=0.3"], "a key of the data source", 2),
        (&["question_mark.csv", "--target", "z"], "there is no column \"z\"", 2),
    ] {
        let refused = place.sweep(&[&["data"], arguments].concat());
        assert_eq!(code(&refused), exit, "{arguments:?}: {}", error(&refused));
        assert!(error(&refused).contains(expected), "{arguments:?}: {}", error(&refused));
    }
}

#[test]
fn an_experiment_elsewhere_finds_its_data() {
    let place = Place::new();
    fs::create_dir(place.path("experiments")).expect("creates");
    fs::create_dir(place.path("data")).expect("creates");
    fs::copy(table("cat.csv"), place.path("data/猫.csv")).expect("copies");
    let init = place.sweep(&["init", "data/猫.csv", "-o", "experiments/first.toml"]);
    assert_eq!(code(&init), 0, "{}", error(&init));
    let text = fs::read_to_string(place.path("experiments/first.toml")).expect("reads");
    assert!(text.contains("path = \"../data/猫.csv\"") && text.contains("[datasets.\"猫\"]"), "{text}");
    let plan = place.sweep(&["plan", "experiments/first.toml"]);
    assert_eq!(code(&plan), 0, "{}", error(&plan));
    // Without a data file it is what it was.
    assert_eq!(code(&place.sweep(&["init", "second.toml"])), 0);
    assert!(fs::read_to_string(place.path("second.toml")).expect("reads").contains("source = \"synthetic\""));
}
