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
        assert!(!out(&plan).contains("\ndesign "), "{name}: {}", out(&plan));
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
fn the_rates_end_above_the_limit_where_gradient_descent_diverges() {
    let place = Place::new();
    fs::copy(table("euro.csv"), place.path("euro.csv")).expect("copies");
    assert_eq!(code(&place.sweep(&["init", "euro.csv"])), 0);
    assert_eq!(code(&place.sweep(&["run", "euro.toml"])), 0);
    let rates = fs::read_to_string(place.path("results/euro/tables/learning_rates.csv")).expect("reads");
    let gd: Vec<&str> = rates.lines().filter(|line| line.contains(",gd,")).collect();
    assert!(gd.len() >= 12, "{rates}");
    // The best rate of neither stands at an end of its axis, and at the last one all diverge.
    let header: Vec<&str> = rates.lines().next().expect("a header").split(',').collect();
    let cell = |line: &str, name: &str| {
        let at = header.iter().position(|column| *column == name).expect("a column");
        line.split(',').nth(at).expect("a cell").to_owned()
    };
    for optimizer in ["gd", "sgd"] {
        let mut of: Vec<&str> = rates.lines().filter(|line| line.contains(&format!(",{optimizer},"))).collect();
        let rate = |line: &str| cell(line, "learning_rate").parse::<f64>().expect("a rate");
        of.sort_by(|one, other| rate(one).total_cmp(&rate(other)));
        let ends = [rate(of[0]), rate(of[of.len() - 1])];
        let best: Vec<f64> = of.iter().filter(|line| cell(line, "is_best") == "true").map(|line| rate(line)).collect();
        assert!(!best.is_empty() && best.iter().all(|rate| !ends.contains(rate)), "{optimizer}: {best:?} {rates}");
        let last = of.iter().filter(|line| rate(line) == ends[1]);
        assert!(optimizer == "sgd" || last.clone().all(|line| cell(line, "completed") == "0"), "{rates}");
    }
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
    assert!(to > 1.2 * limit && to < 1.5 * limit, "{to}, {limit}");
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
        (
            &["question_mark.csv", "split.test=0.3"],
            "split says what is done with rows that are read, and no key here",
            2,
        ),
        (&["question_mark.csv", "--target", "z"], "there is no column \"z\"", 2),
    ] {
        let refused = place.sweep(&[&["data"], arguments].concat());
        assert_eq!(code(&refused), exit, "{arguments:?}: {}", error(&refused));
        assert!(error(&refused).contains(expected), "{arguments:?}: {}", error(&refused));
    }
}

#[test]
fn no_split_is_told_that_nobody_asked_for_and_no_column_is_left_out_silently() {
    let place = Place::new();
    let rows: String =
        (1..=40).map(|row| format!("{row},2024-01-{:02},{},{}\n", row % 28 + 1, row % 7, row * row % 11)).collect();
    place.write("d.csv", format!("id,when,x,y\n{rows}"));
    let told = out(&place.sweep(&["data", "d.csv"]));
    assert!(told.starts_with("d: 40 rows × 1 feature\n"), "{told}");
    let line = |name: &str| told.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
    assert!(line("id ").contains("left out") && line("id ").ends_with("counts the rows"), "{told}");
    assert!(line("when ").contains("dates or times"), "{told}");
    assert!(out(&place.sweep(&["init", "d.csv"])).contains("train 24, validation 8, test 8"));
}

#[test]
fn changes_hold_over_the_guess_in_every_command() {
    let place = Place::new();
    place.write("d.csv", "1;2;y\n1,5;2;3\n2,5;3;5\n3,5;4;1\n4,5;9;2\n");
    for (changes, key) in [
        (&["header=true"][..], "header = true"),
        (&["thousands=,", "decimal=."], "thousands = \",\""),
        (&["decimal=,", "thousands=."], "decimal = \",\""),
    ] {
        let told = place.sweep(&[&["data", "d.csv"], changes].concat());
        assert!(out(&told).contains(key), "{changes:?}: {}{}", out(&told), error(&told));
        let init = place.sweep(&[&["init", "d.csv", "--force"], changes].concat());
        assert_eq!(code(&init), 0, "{changes:?}: {}", error(&init));
        assert!(fs::read_to_string(place.path("d.toml")).expect("reads").contains(key), "{changes:?}");
    }
    place.write("c.csv", "a,b;y\n1,2;3\n2,7;5\n3,1;1\n4,4;2\n");
    let told = out(&place.sweep(&["data", "c.csv", "delimiter=,"]));
    assert!(told.contains("delimiter = \",\"") && told.contains("\nb;y "), "{told}");
    // The same change of an experiment.
    place.write("e.csv", "a,b,y\n1,2,3\n2,7,5\n3,1,1\n4,4,2\n");
    assert_eq!(code(&place.sweep(&["init", "e.csv", "delimiter=,"])), 0);
    let plan =
        place.sweep(&["plan", "e.toml", "datasets.e.delimiter=,", "datasets.e.decimal=.", "datasets.e.thousands=,"]);
    assert_eq!(code(&plan), 0, "{}", error(&plan));
}

#[test]
fn curly_quotes_are_said_with_what_to_write() {
    let place = Place::new();
    fs::copy(table("euro.csv"), place.path("euro.csv")).expect("copies");
    assert_eq!(code(&place.sweep(&["init", "euro.csv"])), 0);
    for (arguments, expected) in [
        (&["plan", "euro.toml", "title=“Rates”"][..], "write 'title=\"Rates\"'"),
        (&["plan", "euro.toml", "datasets.euro.path=«euro.csv»"], "write 'datasets.euro.path=\"euro.csv\"'"),
        (&["plan", "euro.toml", "datasets.euro.ignore=[“a”, “b”]"], "write 'datasets.euro.ignore=[\"a\", \"b\"]'"),
        (&["plan", "“euro.toml”"], "write euro.toml"),
        (&["init", "“euro.csv”"], "write euro.csv"),
        (&["data", "„euro.csv“"], "write euro.csv"),
        (&["data", "euro.csv", "delimiter=‘;’"], "write 'delimiter=\";\"'"),
        (&["data", "euro.csv", "--target", "“z”"], "write --target z"),
    ] {
        let refused = place.sweep(arguments);
        assert_ne!(code(&refused), 0, "{arguments:?}");
        let told = error(&refused);
        assert!(told.contains("curly quotes") && told.contains(expected), "{arguments:?}: {told}");
    }
}

#[test]
fn every_path_gives_an_experiment_or_a_sentence() {
    let place = Place::new();
    let euro = fs::read_to_string(table("euro.csv")).expect("reads");
    for path in ["folder/a.csv", "a/b/part.csv", "adult", "data.toml.csv"] {
        let path = place.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("creates");
        fs::write(path, &euro).expect("writes");
    }
    for (path, written) in
        [("folder", "folder.toml"), ("a/b/", "b.toml"), ("adult", "adult.toml"), ("data.toml.csv", "data.toml")]
    {
        let init = place.sweep(&["init", path]);
        assert_eq!(code(&init), 0, "{path}: {}", error(&init));
        assert!(out(&init).contains(&format!("wrote {written}: ")), "{path}: {}", out(&init));
        assert_eq!(code(&place.sweep(&["plan", written])), 0, "{path}");
    }
    // The folder that one is in has a name of its own.
    let inner = place.path("folder");
    let init = place.command(&["init", "."]).current_dir(&inner).output().expect("runs");
    assert_eq!(code(&init), 0, "{}", error(&init));
    assert!(inner.join("folder.toml").is_file(), "{}", out(&init));
    for (path, expected) in [("nothing", "there is no data file nothing"), ("nothing/", "whose name ends in .toml")] {
        let refused = place.sweep(&["init", path]);
        assert_eq!(code(&refused), 2, "{path}");
        assert!(error(&refused).contains(expected), "{path}: {}", error(&refused));
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

#[test]
fn names_of_files_are_taken_literally() {
    let place = Place::new();
    for name in ["a$HOME.csv", "${b}.csv", "c$$.csv"] {
        fs::copy(table("bool.csv"), place.path(name)).expect("copies");
        let init = place.sweep(&["init", name, "-o", "d.toml", "--force"]);
        assert_eq!(code(&init), 0, "{name}: {}", error(&init));
        let text = fs::read_to_string(place.path("d.toml")).expect("reads");
        let written = name.replace('$', "$$");
        assert!(text.contains(&format!("\npath = \"{written}\"\n")), "{name}: {text}");
        assert_eq!(code(&place.sweep(&["plan", "d.toml"])), 0, "{name}");
        assert_eq!(code(&place.sweep(&["data", name])), 0, "{name}");
    }
}

#[test]
fn several_files_of_a_shell_are_told_to_be_quoted() {
    let place = Place::new();
    fs::create_dir(place.path("parts")).expect("creates");
    for name in ["parts/a.csv", "parts/b.csv"] {
        fs::copy(table("bool.csv"), place.path(name)).expect("copies");
    }
    let init = place.sweep(&["init", "parts/a.csv", "parts/b.csv"]);
    assert_eq!(
        (code(&init), error(&init).as_str()),
        (
            2,
            "error: parts/b.csv: one file is expected; several that are parts of one table are named by a pattern in quotes, such as \
             'parts/*.csv', or by their folder\n"
        )
    );
}
