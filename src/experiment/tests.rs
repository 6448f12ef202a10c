//! Tests of whole files: the plans they produce.

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;

use super::{Loaded, load_text};
use crate::plan::{Plan, Setting};

const DATA: &str = "[datasets.d]\nsource = \"synthetic\"\nn_samples = 100\nn_features = 3\n";
const MODEL: &str = "[models.m]\nkind = \"linear\"\n";

fn loaded(text: &str, overrides: &[&str]) -> Loaded {
    let overrides: Vec<String> = overrides.iter().map(|&argument| argument.to_owned()).collect();
    load_text(Path::new("experiments/x.toml"), text, &overrides).unwrap_or_else(|mistakes| panic!("{mistakes}\n{text}"))
}

fn plan(text: &str, overrides: &[&str]) -> Plan {
    loaded(text, overrides).plan
}

fn settings(plan: &Plan) -> Vec<Setting> {
    plan.combinations
        .iter()
        .flat_map(|combination| (0..combination.len()).map(|index| combination.setting(index)))
        .collect()
}

/// The values of one optimizer key in all settings.
fn column(plan: &Plan, key: &str) -> Vec<String> {
    let text = |setting: Setting| setting.flat().get(key).map(ToString::to_string).unwrap_or_default();
    settings(plan).into_iter().map(text).collect()
}

fn with_sgd(keys: &str) -> String {
    format!("{DATA}{MODEL}[optimizers.sgd]\nmethod = \"sgd\"\n{keys}")
}

const EXAMPLE: &str = r#"# The question.
#
# More of it.

seeds = [3, 1]
[datasets.diabetes]
source = "csv"
path = "data/diabetes.csv"
target = "progression"
split = { validation = 0.2, test = 0.2 }
[models.linear]
kind = "linear"
l2 = [0, 0.1]
[optimizers.gd]
method = "gd"
learning_rate = { from = 1e-3, to = 1.0, count = 13, scale = "log" }
[optimizers.sgd]
method = "sgd"
batch_size = [1, 16, 64]
learning_rate = { from = 1e-4, to = 1.0, count = 13, scale = "log" }
schedule = [{ kind = "constant" }, { kind = "inverse_time", decay = [0.01, 0.1] }]
[[exclude]]
optimizer = "sgd"
batch_size = 1
learning_rate = { above = 0.1 }
[[link]]
optimizer = "sgd"
momentum = [0.0, 0.9, 0.9]
nesterov = [false, false, true]
"#;

#[test]
fn the_example_of_the_design() {
    let Loaded { plan, warnings, comment, provenance, files } = loaded(EXAMPLE, &[]);
    assert_eq!(files, [std::path::PathBuf::from("experiments/x.toml")]);
    assert_eq!(comment, "The question.\n\nMore of it.");
    assert!(warnings.is_empty());
    assert_eq!((plan.name.as_str(), plan.title.as_str(), plan.seeds.as_slice()), ("x", "x", &[3, 1][..]));
    // 0.1 is a point of the range and is not above 0.1, so three points remain.
    let excluded = 2 * 3 * 3 * 3;
    assert_eq!(plan.settings(), 2 * 13 + 2 * 13 * 3 * 3 * 3 - excluded);
    assert_eq!(plan.rules[0].removed, excluded);
    assert_eq!(plan.rules[0].place, "experiments/x.toml:22");
    assert_eq!(plan.combinations[0].folder, Path::new("experiments"));
    let pairs: BTreeSet<(String, String)> =
        column(&plan, "optimizer.momentum").into_iter().zip(column(&plan, "optimizer.nesterov")).collect();
    let pair = |momentum: &str, nesterov: &str| (momentum.to_owned(), nesterov.to_owned());
    assert_eq!(pairs, BTreeSet::from([pair("0.0", "false"), pair("0.9", "false"), pair("0.9", "true")]));
    let explained = provenance.explain("sgd.batch_size");
    assert_eq!(explained, ["optimizers.sgd.batch_size = [1, 16, 64]  set at experiments/x.toml:19"]);
    assert_eq!(provenance.explain("train.epochs"), ["train.epochs = 100  default of `[train]`"]);
    assert!(provenance.explain("epocs").is_empty());
    assert_eq!(provenance.closest("train.epochss"), Some("epochs"));
}

#[test]
fn what_was_resolved_plans_the_same_again() {
    let first = plan(EXAMPLE, &["train.epochs=10,20", "~optimizers.gd"]);
    let again = plan(&first.resolved.to_string(), &[]);
    assert_eq!(settings(&first), settings(&again));
    assert_eq!(first.resolved, again.resolved);
}

#[test]
fn whole_numbers_and_signed_zeros_are_one_setting() {
    let whole = plan(&with_sgd("learning_rate = 1\nmomentum = 0\n"), &[]);
    let other = plan(&with_sgd("learning_rate = 1.0\nmomentum = -0.0\n"), &[]);
    assert_eq!(format!("{:?}", settings(&whole)), format!("{:?}", settings(&other)));
}

#[test]
fn lists_that_are_values_and_lists_that_are_axes() {
    let init = |value: &str| {
        let text = format!("{DATA}{MODEL}init = {value}\n[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = 0.1\n");
        plan(&text, &[]).settings()
    };
    assert_eq!(init("[0.0, 1, 2, 3]"), 1);
    assert_eq!(init("[\"zeros\", [0.0, 1.0]]"), 2);
    assert_eq!(init("{ values = [[0.0], [1.0], \"normal\"] }"), 3);
    assert_eq!(init("[[0.0]]"), 1);
}

#[test]
fn a_batch_size_of_train_is_every_optimizers_default() {
    let text = with_sgd(
        "learning_rate = 0.1\n[optimizers.own]\nmethod = \"sgd\"\nlearning_rate = 0.1\nbatch_size = 8\n[train]\nbatch_size = [2, 4]\n",
    );
    let plan = plan(&text, &[]);
    assert_eq!(column(&plan, "optimizer.batch_size"), ["8", "2", "4"]);
    assert!(settings(&plan).iter().all(|setting| !setting.train.contains_key("batch_size")));
}

#[test]
fn overrides_are_values_lists_and_words() {
    let text = with_sgd("learning_rate = 0.1\n[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = [1, 2]\n");
    assert_eq!(
        column(&plan(&text, &["optimizers.*.learning_rate=0.5,0.25"]), "optimizer.learning_rate"),
        ["0.5", "0.25", "0.5", "0.25"]
    );
    // Only methods that take the key.
    assert_eq!(column(&plan(&text, &["optimizers.*.batch_size=full"]), "optimizer.batch_size"), ["", "", "\"full\""]);
    assert_eq!(plan(&text, &["~optimizers.gd"]).settings(), 1);
    // Or what stays is named.
    assert_eq!(plan(&text, &["optimizers=gd"]).settings(), 2);
    assert_eq!(plan(&text, &["optimizers=gd,sgd"]).settings(), 3);
    let arguments = ["optimizers=adm,gd".to_owned()];
    let Err(wrong) = load_text(Path::new("experiments/x.toml"), &text, &arguments) else { panic!("no such table") };
    let wrong = wrong.to_string();
    assert!(wrong.contains("there is no `adm`"), "{wrong}");
    let table =
        plan(&text, &["optimizers.new={ method = \"gd\", learning_rate = 3 }", "name=other", "title=Two words"]);
    assert_eq!((table.combinations.len(), table.name.as_str(), table.title.as_str()), (3, "other", "Two words"));
    let nested =
        plan(&text, &["optimizers.gd.schedule={kind = \"inverse_time\", decay = 1}", "datasets.d.split.test=0.5"]);
    assert_eq!(column(&nested, "dataset.split.test"), ["0.5", "0.5", "0.5"]);
    let explained = loaded(&text, &["seeds=2", "train.epochs=7"]).provenance.explain("epochs");
    assert_eq!(explained, ["train.epochs = 7  from the command line: train.epochs=7"]);
}

#[test]
fn inner_keys_are_explained_with_the_value_that_is_used() {
    let text = "[datasets.d]\nsource = \"synthetic\"\nn_samples = 60\nn_features = 3\nsplit = { validation = 0.2, test = 0.2 }\n\
         [datasets.e]\nsource = \"synthetic\"\nn_samples = 60\nn_features = 3\n[datasets.e.split]\nvalidation = 0.1\n\
         [models.m]\nkind = \"linear\"\n[optimizers.sgd]\nmethod = \"sgd\"\nlearning_rate = 0.1\n\
         schedule = [{ kind = \"constant\" }, { kind = \"inverse_time\", decay = [0.1, 1] }]\n\
         [optimizers.gd]\nmethod = \"gd\"\nlearning_rate = 0.1\nschedule.kind = \"inverse_time\"\nschedule.decay = 2\n";
    let provenance = loaded(text, &["datasets.d.split.validation=0.3", "optimizers.gd.schedule.decay=5"]).provenance;
    let (test, validation) = (
        "datasets.d.split.test = 0.2        set at experiments/x.toml:5",
        "datasets.d.split.validation = 0.3  from the command line: datasets.d.split.validation=0.3",
    );
    assert_eq!(provenance.explain("datasets.d.split"), [test, validation]);
    assert_eq!(provenance.explain("datasets.d.split.validation"), [validation]);
    assert_eq!(provenance.explain("d.split.test"), [test.replace("        set", "  set")]);
    let in_a_table = [
        "datasets.e.split.test = 0.0        default of `split`",
        "datasets.e.split.validation = 0.1  set at experiments/x.toml:11",
    ];
    assert_eq!(provenance.explain("datasets.e.split"), in_a_table);
    assert_eq!(provenance.explain("split").len(), 4);
    assert_eq!(provenance.explain("*.*.split.test").len(), 2);
    let decays = [
        "optimizers.gd.schedule.decay = 5          from the command line: optimizers.gd.schedule.decay=5",
        "optimizers.sgd.schedule.decay = [0.1, 1]  set at experiments/x.toml:17",
    ];
    assert_eq!(provenance.explain("schedule.decay"), decays);
    assert_eq!(provenance.explain("optimizers.sgd.schedule.decay"), decays[1..]);
    let whole = provenance.explain("optimizers.sgd.schedule");
    assert!(whole.len() == 1 && whole[0].contains("decay = [0.1, 1] }]  set at experiments/x.toml:17"), "{whole:?}");
    assert_eq!(provenance.explain("optimizers.gd.schedule").len(), 2);
    assert!(provenance.explain("validation.d").is_empty() && provenance.explain("sgd").is_empty());
    let without: Vec<&str> = text.lines().filter(|line| !line.starts_with("schedule")).collect();
    let defaults = loaded(&without.join("\n"), &[]).provenance;
    let kind = defaults.explain("gd.schedule");
    assert_eq!(kind, ["optimizers.gd.schedule.kind = \"constant\"  default of method \"gd\""]);
}

#[test]
fn a_base_is_merged_key_by_key_and_keeps_its_paths() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir(path("base")).expect("a folder");
    let base = "name = \"base\"\nseeds = 3\n[datasets.a]\nsource = \"csv\"\npath = \"a.csv\"\ntarget = \"y\"\nsplit = { validation = 0.1, test = 0.2 }\n\
         [models.m]\nkind = \"linear\"\n[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = { from = 0.1, to = 1, count = 3 }\n\
         schedule = { kind = \"inverse_time\", decay = 0.5 }\n";
    std::fs::write(path("base/base.toml"), base).expect("written");
    let top = "extends = \"base/base.toml\"\n[datasets.a]\nsplit = { validation = 0.3 }\n[datasets.b]\nsource = \"csv\"\npath = \"b.csv\"\ntarget = \"y\"\n\
         [optimizers.gd]\nlearning_rate = { values = [1, 2] }\nschedule = { kind = \"constant\" }\n";
    std::fs::write(path("top.toml"), top).expect("written");
    let plan = super::load(&path("top.toml"), &[]).unwrap_or_else(|mistakes| panic!("{mistakes}")).plan;
    assert_eq!((plan.name.as_str(), plan.seeds.len()), ("top", 3));
    assert_eq!(plan.combinations[0].folder, path("base"));
    assert_eq!(plan.combinations[1].folder, folder.path());
    assert_eq!(column(&plan, "dataset.split.validation"), ["0.3", "0.3", "", ""]);
    assert_eq!(column(&plan, "dataset.split.test"), ["0.2", "0.2", "", ""]);
    assert_eq!(column(&plan, "optimizer.learning_rate"), ["1.0", "2.0", "1.0", "2.0"]);
    assert!(plan.resolved.get("extends").is_none());
}

#[test]
fn a_missing_file_is_exit_code_3() {
    let mistakes = super::load(Path::new("no/such/file.toml"), &[]).expect_err("missing");
    assert_eq!(mistakes.exit_code(), 3);
    assert!(mistakes.render(false).contains("no/such/file.toml"));
}

#[test]
fn nothing_that_a_terminal_obeys_is_shown() {
    let text = "[optimizers.\"a\\u001b[2J\"]\nmethod = \"x\u{1b}]0;t\u{7}\u{9b}\u{202e}\"\n";
    for colour in [false, true] {
        let shown =
            load_text(Path::new("a\u{1b}b.toml"), text, &["a.\u{1b}=1".to_owned()]).expect_err("bad").render(colour);
        let own = shown.replace("\u{1b}[0m", "");
        assert!(
            !own.contains(['\u{7}', '\u{9b}', '\u{202e}']) && !own.contains("\u{1b}]") && !own.contains("\u{1b}[2J")
        );
        assert!(colour || !shown.contains('\u{1b}'));
    }
}

fn sorted(settings: Vec<Setting>) -> Vec<String> {
    settings.iter().map(|setting| format!("{setting:?}")).collect()
}

proptest! {
    /// The order of tables and keys in a file does not affect its plan.
    #[test]
    fn order_in_the_file_does_not_matter(
        tables in Just(vec![
            ("[datasets.b]", vec!["source = \"synthetic\"", "n_samples = [50, 60]", "n_features = 2"]),
            ("[datasets.a]", vec!["source = \"synthetic\"", "n_samples = 9", "n_features = 2"]),
            ("[models.m]", vec!["kind = \"linear\"", "l2 = [0.1, 0]", "l1 = [0, 1]"]),
            ("[optimizers.s]", vec!["method = \"sgd\"", "learning_rate = [3, 1]", "batch_size = [4, \"full\"]", "schedule.decay = [1, 2]", "schedule.kind = \"inverse_time\""]),
            ("[optimizers.g]", vec!["method = \"gd\"", "learning_rate = [2, 1]"]),
            ("[train]", vec!["epochs = [5, 6]", "curve_points = 3"]),
            ("[[exclude]]", vec!["optimizer = \"s\"", "l2 = { below = 0.05 }", "batch_size = 4"]),
        ]).prop_shuffle(),
        seed in any::<u64>(),
    ) {
        let mut keys_moved = tables.clone();
        for (_, keys) in &mut keys_moved {
            let places = keys.len();
            keys.rotate_left(usize::try_from(seed % 7).unwrap_or(0) % places);
        }
        let text = |tables: &[(&str, Vec<&str>)]| {
            tables.iter().map(|(header, keys)| format!("{header}\n{}\n", keys.join("\n"))).collect::<String>()
        };
        let mut first = tables.clone();
        first.sort_by_key(|table| table.0);
        prop_assert_eq!(sorted(settings(&plan(&text(&first), &[]))), sorted(settings(&plan(&text(&keys_moved), &[]))));
    }

    /// Rules remove exactly the settings that match by hand.
    #[test]
    fn rules_remove_what_they_say(
        rates in prop::collection::btree_set(1_u8..9, 1..5),
        sizes in prop::collection::btree_set(1_u8..6, 1..4),
        above in 0_u8..9,
        size in 1_u8..6,
        not in 1_u8..6,
    ) {
        let list = |values: &BTreeSet<u8>| values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let text = with_sgd(&format!(
            "learning_rate = [{}]\nbatch_size = [{}]\n[optimizers.kept]\nmethod = \"gd\"\nlearning_rate = 1\n\
             [[exclude]]\nlearning_rate = {{ above = {above} }}\nbatch_size = {size}\n\
             [[exclude]]\noptimizer = \"sgd\"\nbatch_size = {{ not = {not}, at_least = 3 }}\n",
            list(&rates), list(&sizes),
        ));
        let plan = plan(&text, &[]);
        let (mut first, mut second, mut left) = (0, 0, Vec::new());
        for batch in &sizes {
            for rate in &rates {
                if *rate > above && *batch == size {
                    first += 1;
                } else if *batch != not && *batch >= 3 {
                    second += 1;
                } else {
                    left.push((f64::from(*rate), i64::from(*batch)));
                }
            }
        }
        let pair = |setting: &Setting| {
            let values = &setting.optimizer.values;
            Some((values.get("learning_rate")?.as_float()?, values.get("batch_size")?.as_integer()?))
        };
        prop_assert_eq!(settings(&plan).iter().filter_map(pair).collect::<Vec<_>>(), left);
        prop_assert_eq!((plan.rules[0].removed, plan.rules[1].removed), (first, second));
    }

    /// A number is accepted exactly if its parameter's interval contains it.
    #[test]
    fn ranges_hold(value in prop_oneof![-2.0..2.0_f64, any::<f64>(), Just(0.0), Just(1.0)]) {
        let momentum = toml::Value::Float(value).to_string();
        let text = with_sgd(&format!("learning_rate = 1\nmomentum = {momentum}\n"));
        prop_assert_eq!(load_text(Path::new("x.toml"), &text, &[]).is_ok(), (0.0..1.0).contains(&value));
    }

    /// No text causes a panic.
    #[test]
    fn any_text_is_read_or_refused(
        lines in prop::collection::vec(prop_oneof![
            "[ \\[\\]a-z.=\"'{}0-9,#\n*~é\u{1b}]{0,40}",
            prop::sample::select(EXAMPLE.lines().collect::<Vec<_>>()).prop_map(str::to_owned),
        ], 0..20),
        argument in "[ \\[\\]a-z.=\"'{}0-9,#*~+é]{0,20}",
    ) {
        if let Err(mistakes) = load_text(Path::new("x.toml"), &lines.join("\n"), &[argument]) {
            prop_assert!(!mistakes.render(true).is_empty());
        }
    }
}

#[test]
fn what_score_once_meant_is_named() {
    for (word, instead) in [("best", "write `epoch = \"best\"`"), ("final", "write `epoch = \"last\"`")] {
        let text = format!("[report]\nscore = \"{word}\"\n");
        let mistakes = match load_text(Path::new("x.toml"), &text, &[]) {
            Ok(_) => panic!("{word} is no metric"),
            Err(mistakes) => mistakes.to_string(),
        };
        assert!(mistakes.contains(instead), "{mistakes}");
    }
}

/// The score of a plan with this loss and this report, or what the mistake says.
fn score(loss: &str, report: &str) -> Result<&'static str, String> {
    let text = format!("{report}{DATA}{MODEL}{loss}[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = 0.1\n");
    match load_text(Path::new("experiments/x.toml"), &text, &[]) {
        Ok(loaded) => Ok(loaded.plan.metric.name),
        Err(mistakes) => Err(mistakes.to_string()),
    }
}

#[test]
fn the_score_is_that_of_the_loss_or_one_that_all_losses_share() {
    let own = |loss: &str| score(&format!("loss = {loss}\n"), "");
    assert_eq!(score("", ""), Ok("mse"));
    assert_eq!(own("\"squared_error\""), Ok("mse"));
    assert_eq!(own("\"huber\""), Ok("huber"));
    assert_eq!(own("{ kind = \"huber\", delta = 1.35 }"), Ok("huber"));
    for several in [
        "{ kind = \"huber\", delta = [1.0, 1.35] }",
        "[\"squared_error\", \"huber\"]",
        "[\"huber\", \"squared_error\"]",
    ] {
        let loss = format!("loss = {several}\n");
        for report in ["", "[report]\nepoch = \"best\"\n", "[report]\nscore = \"huber\"\n"] {
            let mistake = score(&loss, report).expect_err("no score is shared");
            assert!(mistake.contains("accepted: \"mse\", \"rmse\", \"r2\", \"mae\""), "{mistake}");
            assert!(mistake.contains("huber (delta = 1.0)"), "{mistake}");
        }
        assert_eq!(score(&loss, "[report]\nscore = \"rmse\"\n"), Ok("rmse"));
    }
    assert_eq!([own("\"absolute\""), own("\"poisson\"")], [Ok("mae"), Ok("poisson_deviance")]);
    // Each τ is a task, and tasks are never ranked together.
    let quantiles = "loss = { kind = \"quantile\", tau = [0.1, 0.9] }\n";
    assert_eq!(
        [score(quantiles, ""), score(quantiles, "[report]\nscore = \"quantile\"\n")],
        [Ok("quantile"), Ok("quantile")]
    );
    assert!(own("[\"absolute\", { kind = \"quantile\", tau = 0.9 }]").is_err());
    assert!(score("", "[report]\nscore = \"huber\"\n").is_err());
    assert_eq!(score("loss = \"huber\"\n", "[report]\nscore = \"mae\"\n"), Ok("mae"));
}

#[test]
fn only_what_a_loss_does_not_give_takes_rows() {
    let plan = |loss: &str, report: &str| {
        let text = format!("{report}{DATA}{MODEL}{loss}[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = 0.1\n");
        let plan = plan(&text, &[]);
        let rows: Vec<&str> = plan.metrics_of_rows().iter().map(|kind| kind.name).collect();
        (rows, plan.recorded_curve().map(|kind| kind.name))
    };
    let huber = "loss = \"huber\"\n";
    assert_eq!(plan("", "[report]\nscore = \"r2\"\n"), (vec![], None));
    assert_eq!(plan(huber, ""), (vec![], None));
    assert_eq!(plan(huber, "[report]\nscore = \"r2\"\n"), (vec!["mse"], Some("mse")));
    assert_eq!(plan(huber, "[report]\nscore = \"mae\"\n"), (vec!["mae"], Some("mae")));
    assert_eq!(plan(huber, "[train]\nmetrics = [\"rmse\"]\n"), (vec!["mse"], None));
}

#[test]
fn a_text_is_taken_as_it_is_typed() {
    let text = EXAMPLE;
    let of = |argument: &str| plan(text, &[argument]);
    let path = |argument: &str| column(&of(argument), "dataset.path")[0].clone();
    for typed in ["data/year=2024/d.csv", "it's.csv", "a#b [c] {d}.csv", "2024", "true", "李明.csv"] {
        let shown = toml::Value::from(typed).to_string();
        assert_eq!(path(&format!("datasets.diabetes.path={typed}")), shown, "{typed}");
        assert_eq!(path(&format!("datasets.*.path={}", toml::Value::from(typed))), shown);
    }
    assert_eq!(of("datasets.diabetes.path=a=1.csv,b=2.csv").settings(), 2 * of("title=t").settings());
    assert_eq!(of("datasets.diabetes.path=['a.csv', 'b,c.csv']").settings(), 2 * of("title=t").settings());
    for typed in ["it's", "Hello, world", "Batch size = 16", "[draft] {x}", "12", "a \"b\" c"] {
        assert_eq!(of(&format!("title={typed}")).title, typed);
    }
    assert_eq!(of("title=\"quoted, text\"").title, "quoted, text");
    let features = column(&of("datasets.diabetes.features=1990,it's"), "dataset.features");
    assert_eq!(features[0], "[\"1990\", \"it's\"]");
}

#[test]
fn keys_of_a_range_items_of_a_list_and_new_tables_are_set() {
    let text = with_sgd("learning_rate = { from = 0.1, to = 1, count = 3 }\n[[exclude]]\nlearning_rate = 0.1\n");
    let rates = |overrides: &[&str]| column(&plan(&text, overrides), "optimizer.learning_rate");
    assert_eq!(rates(&["optimizers.sgd.learning_rate.count=4"]), ["0.4", "0.7", "1.0"]);
    let key = "optimizers.*.learning_rate";
    let log = rates(&[&format!("{key}.scale=log"), &format!("{key}.from=0.01")]);
    assert_eq!(log, ["0.01", "1.0"]);
    assert_eq!(rates(&["exclude.0.learning_rate=1"]), ["0.1", "0.55"]);
    assert_eq!(rates(&["~exclude.0"]), ["0.1", "0.55", "1.0"]);
    assert_eq!(rates(&["+optimizers.gd.method=gd", "optimizers.gd.learning_rate=7"]), ["7.0", "0.55", "1.0"]);
    let whence = loaded(&text, &["optimizers.sgd.learning_rate.count=4"]).provenance.explain("sgd.learning_rate");
    assert!(whence[0].contains("count = 4") && whence[0].contains("from the command line"), "{whence:?}");
}

#[test]
fn a_range_among_values_is_the_same_settings_as_its_points() {
    let of = |rates: &str| settings(&plan(&with_sgd(&format!("learning_rate = 1\nmomentum = {rates}\n")), &[]));
    let written = of("[0, 0.001, 0.01, 0.1]");
    assert_eq!(written, of("[0, { from = 1e-3, to = 0.1, count = 3, scale = \"log\" }]"));
    assert_eq!(
        column(
            &plan(&with_sgd("learning_rate = [2, {from = 1, to = 4, count = 2}]\n"), &[]),
            "optimizer.learning_rate"
        ),
        ["2.0", "1.0", "4.0"]
    );
}

#[test]
fn names_are_composed_wherever_they_are_written() {
    let text = "name = \"糖尿病\"\n[datasets.\"re\u{301}el\"]\nsource = \"synthetic\"\nn_samples = [50, 60]\nn_features = 2\n\
                [models.m]\nkind = \"linear\"\n[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = [1, 2]\n\
                [[exclude]]\ndataset = \"r\u{e9}el\"\nlearning_rate = 2\n";
    let plan = plan(text, &["datasets.re\u{301}el.n_features=3"]);
    assert_eq!((plan.name.as_str(), plan.settings()), ("糖尿病", 2));
    assert_eq!(column(&plan, "dataset.n_features"), ["3", "3"]);
    assert_eq!(plan.combinations[0].grid.base.dataset.table, "r\u{e9}el");
}

#[test]
fn what_is_not_inherited_is_removed_and_a_base_is_found_by_a_variable() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let base = "[datasets.d]\nsource = \"csv\"\npath = \"d.csv\"\ntarget = \"y\"\n[models.m]\nkind = \"linear\"\n\
                [optimizers.gd]\nmethod = \"gd\"\nlearning_rate = 0.1\n[optimizers.sgd]\nmethod = \"sgd\"\nlearning_rate = 0.1\n";
    std::fs::write(path("base.toml"), base).expect("written");
    let top = "extends = \"base.toml\"\nremove = [\"optimizers.gd\", \"datasets.d.path\", 'datasets.\"d\".target']\n\
               [datasets.d]\nsource = \"synthetic\"\nn_samples = 50\nn_features = 2\n";
    std::fs::write(path("top.toml"), top).expect("written");
    let plan = super::load(&path("top.toml"), &[]).unwrap_or_else(|mistakes| panic!("{mistakes}")).plan;
    assert_eq!((plan.settings(), plan.resolved.contains_key("remove")), (1, false));
    assert_eq!(plan.combinations[0].grid.base.optimizer.table, "sgd");
}
