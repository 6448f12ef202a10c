//! Tests of whole files: the plans they produce.

mod given_starts;
mod overrides;
mod properties;
mod schedules;
mod scores;

use std::collections::BTreeSet;
use std::path::Path;

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
