//! Overrides of a command line, and what explains the value that is used.

use super::*;

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
