//! Models of one data set as contenders: on a held split, in `verdict.json`, and quantiles, which are never compared.

use serde_json::Value;

use super::*;

const KINDS: &str = "seeds = 3\n[datasets.kinds]\nsource = \"csv\"\npath = \"kinds.csv\"\ntarget = \"kind\"\nstandardize = true\n\
                     split = { validation = 0.2, test = 0.2, seed = 1 }\n[models.softmax]\nkind = \"softmax\"\n[models.mlp]\n\
                     kind = \"mlp\"\nhidden = [8]\nloss = \"cross_entropy\"\n[optimizers.adam]\nmethod = \"adam\"\nbatch_size = 16\n\
                     learning_rate = [0.01, 0.1]\n[train]\nepochs = 30\n[report]\nscore = \"accuracy\"\n";

/// 200 rows of two kinds, the inside of a ring and the ring, which no line tells apart.
fn kinds() -> String {
    let row = |at: u32| {
        let (angle, radius) = (f64::from(at) * 2.399_963, f64::from(at % 20) / 10.0);
        format!("{},{},{}\n", radius * angle.cos(), radius * angle.sin(), if at % 20 < 12 { "inner" } else { "outer" })
    };
    format!("x,y,kind\n{}", (0..200).map(row).collect::<String>())
}

fn run(place: &Place, name: &str, text: &str) {
    place.write(&format!("{name}.toml"), text);
    let output = place.sweep(&["run", &format!("{name}.toml")]);
    assert_eq!(code(&output), 0, "{}", error(&output));
}

fn read(place: &Place, name: &str) -> String {
    std::fs::read_to_string(place.path(name)).expect("reads")
}

fn verdict(place: &Place, name: &str) -> Value {
    serde_json::from_str(&read(place, &format!("results/{name}/verdict.json"))).expect("JSON")
}

#[test]
fn models_of_a_held_split_are_compared_over_its_test_rows() {
    let place = Place::new();
    place.write("kinds.csv", kinds());
    run(&place, "kinds", KINDS);
    let verdict = verdict(&place, "kinds");
    let [compared] = &verdict["models"].as_array().expect("models")[..] else { panic!("{}", verdict["models"]) };
    assert_eq!((&compared["dataset"], &compared["metric"]), (&"kinds".into(), &"accuracy".into()));
    assert_eq!((&compared["seeds_repeat"], &compared["compared_on"]), (&"training".into(), &"test".into()));
    let models = compared["models"].as_array().expect("a list");
    let of = |key: &str| models.iter().map(|model| model[key].clone()).collect::<Vec<_>>();
    assert_eq!(of("model"), ["mlp", "softmax"], "best first");
    // 2·8 + 8 + 8·2 + 2 and 2·2 + 2.
    assert_eq!(of("parameters"), [42, 6]);
    assert_eq!(of("settings_tried"), [2, 2]);
    assert_eq!(of("seeds_that_choose_it"), [3, 3], "on a held split the best by the mean counts at every seed");
    let [comparison] = &compared["comparisons"].as_array().expect("a list")[..] else { panic!("{compared}") };
    assert_eq!(comparison["speaks_of"], "these_models_on_new_rows", "{comparison}");
    assert_eq!(comparison["answer"], "first_better", "{comparison}");
    let table = read(&place, "results/kinds/tables/models.csv");
    let row = table.lines().find(|line| line.starts_with("kinds,softmax,mlp,adam,")).expect("a row");
    assert!(row.contains(",test_rows,40,") && row.ends_with(",first_better"), "{table}");
    let page = read(&place, "results/kinds/report.md");
    assert!(page.contains("these mlp models predict new rows better than these softmax models"), "{page}");
    assert!(page.contains("seeds that choose it"), "{page}");
    assert_eq!(code(&place.sweep(&["verify", "kinds.toml"])), 0);
}

const LINE: &str = "seeds = 3\n[datasets.line]\nsource = \"synthetic\"\nn_samples = 80\nn_features = 2\nsplit = { validation = 0.2, test = \
                    0.2 }\n[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = [0.1, 1.0]\n[train]\nepochs = 5\n";

#[test]
fn different_quantiles_are_never_compared() {
    let place = Place::new();
    let model = |name: &str, kind: &str, tau: &str| {
        format!("[models.{name}]\nkind = \"{kind}\"\nloss = {{ kind = \"quantile\", tau = {tau} }}\n")
    };
    run(&place, "apart", &format!("{LINE}{}{}", model("low", "linear", "0.1"), model("high", "linear", "0.9")));
    assert!(verdict(&place, "apart")["models"].is_null());
    assert!(!place.path("results/apart/tables/models.csv").exists());
    let page = read(&place, "results/apart/report.md");
    assert!(page.contains("Different quantiles are never compared."), "{page}");
    assert!(page.contains("tau 0.1") && page.contains("tau 0.9"), "{page}");

    // As an axis each τ is a task of its own, and models are compared within it.
    let both = [model("linear", "linear", "[0.1, 0.9]"), model("curved", "polynomial", "[0.1, 0.9]")].concat();
    run(
        &place,
        "axis",
        &format!("{LINE}{}", both.replace("kind = \"polynomial\"", "kind = \"polynomial\"\ndegree = 2")),
    );
    let verdict = verdict(&place, "axis");
    let tasks = verdict["tasks"].as_array().expect("tasks");
    let names: std::collections::BTreeSet<&str> = tasks.iter().filter_map(|task| task["dataset"].as_str()).collect();
    assert_eq!((tasks.len(), names.len()), (4, 2), "{names:?}");
    let compared = verdict["models"].as_array().expect("models");
    assert_eq!(compared.len(), 2);
    for of in compared {
        let models = of["models"].as_array().expect("a list");
        let taus: Vec<&Value> = models.iter().map(|model| &model["hyperparameters"]["model.loss.tau"]).collect();
        assert!(taus.len() == 2 && taus[0] == taus[1] && taus[0].is_number(), "{of}");
    }
}
