//! A regression and a classification in one file: each task is ranked by its own metric.

use super::*;

const TASKS: &str = "seeds = 2\n[datasets.numbers]\nsource = \"synthetic\"\nn_samples = 60\nn_features = 2\n\
                     split = { validation = 0.2, test = 0.2 }\n[datasets.kinds]\nsource = \"csv\"\npath = \"kinds.csv\"\n\
                     target = \"kind\"\nsplit = { validation = 0.2, test = 0.2 }\n[models.line]\nkind = \"linear\"\n\
                     [models.classes]\nkind = \"softmax\"\n[[exclude]]\ndataset = \"numbers\"\nmodel = \"classes\"\n[[exclude]]\n\
                     dataset = \"kinds\"\nmodel = \"line\"\n[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = [0.1, 1.0]\n\
                     [optimizers.sgd]\nmethod = \"sgd\"\nbatch_size = 8\nlearning_rate = [0.01, 0.1]\n[train]\nepochs = 5\n";

/// The place with 60 rows of two kinds, and what ran with these keys of `[report]`.
fn run(place: &Place, report: &str, folder: &str) -> String {
    let row = |at: u32| {
        format!("{},{},{}\n", f64::from(at * 7 % 60) / 20.0, at % 5, if at * 7 % 60 > 33 { "b" } else { "a" })
    };
    place.write("kinds.csv", format!("x,y,kind\n{}", (0..60).map(row).collect::<String>()));
    place.write("tasks.toml", format!("{TASKS}{report}"));
    let output = place.sweep(&["run", "tasks.toml", "-o", folder]);
    assert_eq!(code(&output), 0, "{}", error(&output));
    out(&output)
}

fn segments(place: &Place, folder: &str) -> usize {
    std::fs::read_dir(place.path(&format!("{folder}/tasks/.sweep/segments"))).expect("lists").count()
}

fn read(place: &Place, name: &str) -> String {
    std::fs::read_to_string(place.path(name)).expect("reads")
}

/// The cells of a column of a table, by model: the first trained row of each.
fn of_models(table: &str, column: &str) -> [String; 2] {
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let at =
        |name: &str| header.iter().position(|known| *known == name).unwrap_or_else(|| panic!("{name}: {header:?}"));
    let (model, column, row) = (at("model"), at(column), at("row"));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    ["line", "classes"].map(|wanted| {
        let found = rows.iter().find(|cells| cells[model] == wanted && cells[row] == "trained");
        found.expect("a row")[column].to_owned()
    })
}

#[test]
fn a_regression_and_a_classification_stand_in_one_file() {
    let place = Place::new();
    let said = run(&place, "", "results");
    assert!(said.contains("validation MSE") && said.contains("validation log loss"), "{said}");
    let table = read(&place, "results/tasks/tables/scores.csv");
    assert_eq!(of_models(&table, "score"), ["mse", "log_loss"]);
    let filled = |name: &str| of_models(&table, name).map(|cell| !cell.is_empty());
    assert_eq!(filled("validation_mse_mean"), [true, false]);
    assert_eq!(filled("validation_log_loss_mean"), [false, true]);
    let verdict: serde_json::Value = serde_json::from_str(&read(&place, "results/tasks/verdict.json")).expect("JSON");
    assert!(verdict["metric"].is_null());
    assert_eq!(code(&place.sweep(&["verify", "tasks.toml"])), 0);

    // Its resolved file says the same.
    let resolved = read(&place, "results/tasks/plan.toml");
    assert!(resolved.contains("score = [\"log_loss\", \"mse\"]"), "{resolved}");
    place.write("plan.toml", &resolved);
    let again = place.sweep(&["run", "plan.toml", "-o", "resolved"]);
    assert_eq!(code(&again), 0, "{}", error(&again));
    assert!(place.results("resolved/tasks") == place.results("results/tasks"));

    // The same tasks in files of their own have the same numbers.
    let tables = |text: &str| -> Vec<String> {
        let mut rows: Vec<String> = text.lines().skip(1).map(str::to_owned).collect();
        rows.sort_unstable();
        rows
    };
    let whole = tables(&read(&place, "results/tasks/tables/comparisons.csv"));
    let mut apart = Vec::new();
    for (dataset, model) in [("numbers", "line"), ("kinds", "classes")] {
        let others = if dataset == "numbers" {
            ["datasets.kinds", "models.classes"]
        } else {
            ["datasets.numbers", "models.line"]
        };
        let removed: Vec<String> = others.iter().map(|name| format!("~{name}")).collect();
        let folder = format!("apart-{model}");
        let arguments = ["run", "tasks.toml", "-o", &folder, "~exclude", &removed[0], &removed[1]];
        let output = place.sweep(&arguments);
        assert_eq!(code(&output), 0, "{}", error(&output));
        apart.extend(tables(&read(&place, &format!("{folder}/tasks/tables/comparisons.csv"))));
    }
    apart.sort_unstable();
    assert_eq!(whole, apart);
}

/// Only the trials of the task that takes another score lack its curve.
#[test]
fn a_listed_score_trains_only_the_tasks_that_take_it() {
    let place = Place::new();
    run(&place, "", "results");
    place.write("tasks.toml", format!("{TASKS}[report]\nscore = [\"accuracy\", \"mse\"]\n"));
    let report = place.sweep(&["report", "tasks.toml", "-o", "results"]);
    assert_eq!(code(&report), 5, "{}", error(&report));
    assert!(out(&report).contains("8 trials lack accuracy"), "{}", out(&report));
    let said = run(&place, "[report]\nscore = [\"accuracy\", \"mse\"]\n", "results");
    assert!(said.contains("validation accuracy") && said.contains("validation MSE"), "{said}");
    assert_eq!(of_models(&read(&place, "results/tasks/tables/scores.csv"), "score"), ["mse", "accuracy"]);
    let after = segments(&place, "results");
    run(&place, "[report]\nscore = [\"accuracy\", \"mse\"]\n", "results");
    assert_eq!(segments(&place, "results"), after, "nothing is left to train");
    run(&place, "[report]\nscore = [\"accuracy\", \"mse\"]\n", "fresh");
    assert!(place.results("results/tasks") == place.results("fresh/tasks"), "another history gives other results");
}
