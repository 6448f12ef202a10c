//! Weak designs, and the words that name them.

use super::*;
use crate::plan::{BoundPlan, FactsByDataset};
use crate::record::{ColumnDescription, DataDescription};

fn of(text: &str) -> Vec<String> {
    let text = format!("[models.m]\nkind = \"linear\"\n{text}");
    let loaded = crate::experiment::load_text("x.toml".as_ref(), &text, &[]).expect("loads");
    lints(&loaded.plan)
}

const HELD: &str =
    "[datasets.d]\nsource = \"synthetic\"\nn_samples = 100\nn_features = 3\nsplit = { validation = 0.2, seed = 1 }\n";
const OPEN: &str = "[datasets.d]\nsource = \"synthetic\"\nn_samples = 100\nn_features = 3\n";
const GD: &str = "[optimizers.gd]\nmethod = \"gd\"\n";

#[test]
fn a_sound_design_has_none() {
    let found = of(&format!(
        "{HELD}{GD}learning_rate = {{ from = 1e-3, to = 1, count = 7, scale = \"log\" }}\nmomentum = [0.0, 0.9]\n"
    ));
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn each_weakness_is_named() {
    let linear = of(&format!("{HELD}{GD}learning_rate = [0.1, 0.2, 0.3]\n"));
    assert!(linear.len() == 1 && linear[0].contains("scale = \"log\""), "{linear:?}");
    let untuned = of(&format!("{HELD}{GD}learning_rate = 0.1\nmomentum = [0.0, 0.9]\n"));
    assert!(untuned.len() == 1 && untuned[0].contains("momentum varies"), "{untuned:?}");
    let still = of(&format!("{HELD}{GD}learning_rate = [0.1, 1]\nmomentum = [0.0, 0.9]\nnesterov = [false, true]\n"));
    assert!(still.len() == 1 && still[0].contains("[[link]]"), "{still:?}");
    let linked = of(&format!(
        "{HELD}{GD}learning_rate = [0.1, 1]\n[[link]]\noptimizer = \"gd\"\nmomentum = [0.0, 0.9]\nnesterov = [false, true]\n"
    ));
    assert!(linked.is_empty(), "{linked:?}");
    let tested = of(&format!("{OPEN}split = {{ test = 0.2, seed = 1 }}\n{GD}learning_rate = 0.1\n"));
    assert!(tested.len() == 1 && tested[0].contains("flatter"), "{tested:?}");
    let few = of(&format!(
        "{HELD}{GD}learning_rate = 0.1\n[optimizers.sgd]\nmethod = \"sgd\"\nlearning_rate = [0.1, 1, 10]\n"
    ));
    assert!(
        few.len() == 3 && few[0].contains("3 settings") && few[1].contains("test rows") && few[2].contains("1 seed is"),
        "{few:?}"
    );
}

#[test]
fn a_model_is_kept_of_the_epoch_that_the_report_speaks_of() {
    let found = |keys: &str| {
        let text = format!("{HELD}{GD}learning_rate = 0.1\n{keys}");
        of(&text).into_iter().filter(|lint| lint.contains("keep =")).collect::<Vec<_>>()
    };
    assert!(found("[train]\nkeep = \"best\"\n")[0].contains("shows the last one"));
    assert!(found("[train]\nkeep = \"last\"\n[report]\nepoch = \"best\"\n")[0].contains("shows the best one"));
    for same in [
        "[train]\nkeep = \"last\"\n",
        "[report]\nepoch = \"best\"\n",
        "[train]\nkeep = \"best\"\n[report]\nepoch = \"best\"\n",
    ] {
        assert!(found(same).is_empty(), "{same}");
    }
}

#[test]
fn a_start_out_of_a_file_may_have_seen_rows_that_are_held_out() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/references/initialisation/file.safetensors");
    let found = |data: &str, init: &str| {
        let text =
            format!("[models.m]\nkind = \"mlp\"\nhidden = [4, 3]\ninit = {init}\n{data}{GD}learning_rate = 0.1\n");
        let loaded = crate::experiment::load_text("x.toml".as_ref(), &text, &[]).expect("loads");
        lints(&loaded.plan).into_iter().filter(|lint| lint.contains("held out now")).collect::<Vec<_>>()
    };
    let given = format!("[\"torch\", {{ kind = \"file\", path = {file:?} }}]");
    let redrawn = format!("{OPEN}split = {{ validation = 0.2 }}\n");
    let lints = found(&redrawn, &given);
    assert!(lints.len() == 1 && lints[0].contains("file.safetensors"), "{lints:?}");
    assert!(found(HELD, &given).is_empty());
    assert!(found(OPEN, &given).is_empty());
    assert!(found(&redrawn, "\"torch\"").is_empty());
}

#[test]
fn rates_that_compete_have_a_chapter_anyway() {
    let compared = |key: &str| {
        let text =
            format!("{HELD}{GD}learning_rate = [0.1, 1.0]\nmomentum = [0.0, 0.9]\n[report]\ncompare = \"{key}\"\n");
        of(&text).into_iter().filter(|lint| lint.contains("compare =")).collect::<Vec<_>>()
    };
    assert!(compared("momentum").is_empty());
    assert!(compared("learning_rate")[0].contains("leave it out, or compare another key"));
}

#[test]
fn a_seed_or_two_more_are_not_asked_for() {
    let advice = |seeds: usize, optimizers: usize| {
        let tables: String = (0..optimizers)
            .map(|number| {
                format!(
                    "[optimizers.o{number}]\nmethod = \"sgd\"\nbatch_size = 8\nlearning_rate = [0.1, {}.5]\n",
                    number + 1
                )
            })
            .collect();
        let split = "split = { validation = 0.2, test = 0.2 }\n";
        let text = format!("seeds = {seeds}\n[models.m]\nkind = \"linear\"\n{OPEN}{split}{tables}");
        let plan = crate::experiment::load_text("x.toml".as_ref(), &text, &[]).expect("loads").plan;
        lints(&plan).into_iter().find(|lint| lint.contains("too few for"))
    };
    for optimizers in 2..=31 {
        let asked =
            advice(10, optimizers).and_then(|lint| lint.rsplit_once("seeds = ")?.1.split(' ').next()?.parse().ok());
        assert!(asked.is_none_or(|seeds: usize| seeds > 12), "{optimizers}: {asked:?}");
    }
    assert!(advice(10, 31).expect("a lint").ends_with("; seeds = 21 would show 2.5"));
    let few = advice(3, 31).expect("a lint");
    assert!(few.contains("3 seeds are too few for 30 comparisons") && few.contains("; seeds = 21 "), "{few}");
}

fn on_data(text: &str, n_train: u64) -> Vec<String> {
    on_rows(text, [n_train, 100 - n_train, 0])
}

fn on_rows(text: &str, rows: [u64; 3]) -> Vec<String> {
    on_target(text, rows, None)
}

/// The same where the target is known to have this mean and deviation.
fn on_target(text: &str, [n_train, n_validation, n_test]: [u64; 3], moments: Option<(f64, f64)>) -> Vec<String> {
    let describe = |(mean, deviation)| {
        let target = ColumnDescription { low: 0.0, high: 1.0, mean, deviation, correlation: None };
        DataDescription { features: Vec::new(), target, other_targets: Vec::new(), weight: None, histogram: Vec::new() }
    };
    let text = format!("seeds = 3\n[models.m]\nkind = \"linear\"\n{text}");
    let plan = crate::experiment::load_text("x.toml".as_ref(), &text, &[]).expect("loads").plan;
    let facts = crate::record::DataFacts {
        fingerprint: "f".to_owned(),
        n_samples: 100,
        n_features: 3,
        feature_names: Vec::new(),
        target_name: "y".to_owned(),
        other_targets: Vec::new(),
        classes: None,
        n_train,
        n_validation,
        n_test,
        notes: Vec::new(),
        reading: Default::default(),
        description: moments.map(describe),
    };
    let facts = FactsByDataset::from([(crate::plan::dataset_key(&plan.combinations[0].setting(0)), facts)]);
    let bound = BoundPlan::new(&plan, &facts).expect("binds");
    lints_on_data(&bound)
}

#[test]
fn a_batch_beyond_the_data_is_all_of_it_and_varies_with_no_seed() {
    let sgd = |sizes: &str| {
        format!(
            "{HELD}{GD}learning_rate = [0.1, 1]\n[optimizers.sgd]\nmethod = \"sgd\"\nlearning_rate = 0.1\nbatch_size = {sizes}\n"
        )
    };
    assert!(on_data(&sgd("[80, 40]"), 80).iter().all(|lint| !lint.contains("more than")));
    let large = on_data(&sgd("[8, 1000000000000, 81]"), 80);
    let words = "optimizers.sgd: batch_size = 81, 1000000000000 is more than the 80 training rows of d, so that each step \
                 takes all of them once; write batch_size = \"full\", or less";
    assert_eq!(large[0], words);
    assert!(large.iter().any(|lint| lint.contains("too few")), "batches of 8 rows differ from seed to seed: {large:?}");
    // One training row: every batch is the whole data, and every trial is deterministic.
    let others = |lints: Vec<String>| -> Vec<String> {
        lints.into_iter().filter(|lint| !lint.contains("without test rows")).collect()
    };
    assert_eq!(others(on_data(&sgd("1"), 1)), [""; 0]);
    let one = others(on_data(&sgd("2"), 1));
    assert!(one.len() == 1 && one[0].contains("more than the one training row of d"), "{one:?}");
}

#[test]
fn a_penalty_needs_validation_rows() {
    let text = format!("{OPEN}{GD}learning_rate = 0.1\n[models.ridge]\nkind = \"linear\"\nl2 = [0.0, 0.1]\n");
    let found = of(&text);
    assert!(found.len() == 1 && found[0].contains("smallest penalty"), "{found:?}");
}

#[test]
fn a_penalty_has_the_advantage_under_a_score_that_is_not_descended() {
    let text = format!("{OPEN}{GD}learning_rate = 0.1\n[models.ridge]\nkind = \"linear\"\nl2 = [0.0, 0.1]\n");
    let scored = |score: &str| of(&format!("{text}[report]\nscore = \"{score}\"\n"));
    for (score, says) in [("mse", "always wins"), ("r2", "always wins"), ("mae", "has the advantage")] {
        let found = scored(score);
        assert!(found.len() == 1 && found[0].contains(&format!("the smallest penalty {says};")), "{score}: {found:?}");
    }
}

#[test]
fn a_warm_up_that_takes_the_whole_trial_is_named() {
    let trial = |warm_up: u64| {
        let text = format!(
            "{HELD}{GD}learning_rate = [0.1, 1]\nschedule = {{ kind = \"cosine\", warmup_steps = {warm_up} }}\n"
        );
        on_data(&format!("{text}[train]\nepochs = 20\n"), 80)
    };
    assert_eq!([trial(0), trial(19)], [vec![], vec![]] as [Vec<String>; 2]);
    let words = "optimizers.gd: a warm-up of 20 steps takes the whole of a trial of 20, so that its rate never rises to \
                 learning_rate; warm up for fewer steps, or train longer";
    assert_eq!(trial(20), [words]);
    // Four batches an epoch are eighty steps.
    let sgd = format!(
        "{HELD}[optimizers.sgd]\nmethod = \"sgd\"\nlearning_rate = [0.1, 1]\nbatch_size = 20\n\
         schedule = {{ kind = \"constant\", warmup_steps = 79 }}\n[train]\nepochs = 20\n"
    );
    assert_eq!(on_data(&sgd, 80), [""; 0]);
}

#[test]
fn changes_of_the_rate_after_the_end_are_named() {
    let trial = |schedule: &str| {
        let sgd = format!(
            "{HELD}[optimizers.sgd]\nmethod = \"sgd\"\nlearning_rate = [0.1, 1]\nbatch_size = 20\nschedule = {{ {schedule} }}\n\
             [train]\nepochs = 20\nevaluate_every = 1\n"
        );
        on_data(&sgd, 80)
    };
    // Four batches an epoch are eighty steps.
    let never = |key: &str, updates: u64| {
        vec![format!(
            "optimizers.sgd: what `{key}` of its schedule asks for comes after {updates} steps at the earliest, and a trial ends after \
             80, so that it never comes; ask for it earlier, or train longer"
        )]
    };
    let cases = [
        ("kind = \"step\", every_epochs = 19", None),
        ("kind = \"step\", every_epochs = 20", Some(("every_epochs", 80))),
        ("kind = \"step\", every_steps = 79", None),
        ("kind = \"step\", every_steps = 70, warmup_steps = 10", Some(("every_steps", 80))),
        ("kind = \"multi_step\", milestone_epochs = [5, 19]", None),
        ("kind = \"multi_step\", milestone_epochs = [5, 25]", Some(("milestone_epochs", 100))),
        ("kind = \"cosine_restarts\", first_cycle_steps = 79", None),
        ("kind = \"cosine_restarts\", first_cycle_epochs = 30", Some(("first_cycle_epochs", 120))),
        ("kind = \"warmup_stable_decay\", decay_fraction = 0.02", None),
        ("kind = \"warmup_stable_decay\", decay_fraction = 0.0125", Some(("decay_fraction", 80))),
        ("kind = \"reduce_on_plateau\", patience = 17", None),
        ("kind = \"reduce_on_plateau\", patience = 18", Some(("patience", 80))),
    ];
    for (schedule, expected) in cases {
        let expected = expected.map_or_else(Vec::new, |(key, updates)| never(key, updates));
        assert_eq!(trial(schedule), expected, "{schedule}");
    }
    // One sentence for the latest of an axis.
    assert_eq!(trial("kind = \"step\", every_epochs = [5, 20, 40]"), never("every_epochs", 160));
    let all = trial("kind = \"step\", every_epochs = 40, warmup_steps = 80");
    assert!(all.len() == 1 && all[0].contains("warm-up of 80 steps"), "{all:?}");
}

#[test]
fn losses_that_are_seen_more_rarely_than_is_waited_are_named() {
    let trial = |patience: u64, every: u64| {
        let text = format!(
            "{HELD}{GD}learning_rate = [0.1, 1]\nschedule = {{ kind = \"reduce_on_plateau\", patience = {patience} }}\n\
             [train]\nepochs = 100\nevaluate_every = {every}\n"
        );
        on_data(&text, 80)
    };
    assert_eq!([trial(5, 5), trial(5, 1), trial(0, 5)], [vec![], vec![], vec![]] as [Vec<String>; 3]);
    let words = "optimizers.gd: its schedule waits 5 epochs for an improvement, and with evaluate_every = 6 it sees the loss more \
                 rarely: a single evaluation without one lowers the rate; evaluate more often, or raise patience";
    assert_eq!(trial(5, 6), [words]);
}

#[test]
fn test_rows_that_are_too_few_are_named() {
    let two = "[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = 0.1\n[optimizers.sgd]\nmethod = \"sgd\"\nlearning_rate = 0.1\n";
    let of = |split: &str, n_test: u64| {
        let text = format!("{OPEN}split = {{ validation = 0.2, test = 0.2{split} }}\n{two}");
        let lints = on_rows(&text, [60, 20, n_test]);
        lints.into_iter().filter(|lint| lint.contains("test rows are too few")).collect::<Vec<_>>()
    };
    let level = "datasets.d: 5 test rows are too few for the interval of a test score (6 or more for each seed); make the test part \
                 of split larger";
    assert_eq!(of("", 5), [level]);
    assert_eq!(of("", 6), [""; 0]);
    let held = of(", seed = 1", 19);
    assert!(
        held.len() == 1 && held[0].contains("19 test rows are too few to say which optimizer's models"),
        "{held:?}"
    );
    assert_eq!(of(", seed = 1", 20), [""; 0]);
}

/// Ten noises make ten tasks, each with one setting of gd and two of sgd.
#[test]
fn points_that_make_tasks_are_no_settings_of_an_optimizer() {
    let noise = "noise = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]\n";
    let optimizers =
        |rates: &str| format!("{GD}learning_rate = 0.1\n[optimizers.sgd]\nmethod = \"sgd\"\nlearning_rate = {rates}\n");
    let budgets = |rates: &str| {
        let lints = of(&format!("{HELD}{noise}{}", optimizers(rates)));
        lints.into_iter().filter(|lint| lint.contains("more tries")).collect::<Vec<_>>()
    };
    assert_eq!(budgets("[0.1, 1]"), [""; 0]);
    let unequal = budgets("[0.1, 1, 10]");
    assert!(unequal.len() == 1 && unequal[0].contains("sgd has 3 settings and gd 1,"), "{unequal:?}");
}

#[test]
fn a_decayed_bias_far_from_its_target_is_named() {
    let lints = |method: &str, keys: &str, moments: (f64, f64)| {
        let text = format!(
            "{HELD}[optimizers.o]\nmethod = \"{method}\"\nlearning_rate = [0.1, 1]\n{keys}[train]\nepochs = 20\n"
        );
        on_target(&text, [80, 20, 0], Some(moments))
    };
    let far = |decay: &str| {
        vec![format!(
            "optimizers.o: weight_decay = {decay} draws the bias to 0 too, and the mean of \"y\" is 2.0 of its deviations from 0, so \
             that predictions fall short of it; write decay = \"weights\" to spare the bias"
        )]
    };
    assert_eq!(lints("adamw", "", (152.0, 76.0)), far("0.01"));
    assert_eq!(lints("adamw", "", (-152.0, 76.0)), far("0.01"), "as far below 0");
    assert_eq!(lints("gd", "weight_decay = [0.0, 0.1]\n", (2.0, 1.0)), far("0.1"), "of those that vary the largest");
    assert_eq!(lints("lamb", "weight_decay = 0.1\n", (2.0, 1.0)), far("0.1"), "inside the step too");
    for (method, keys, moments) in [
        ("adamw", "decay = \"weights\"\n", (152.0, 76.0)),
        ("adamw", "weight_decay = 0.0\n", (152.0, 76.0)),
        ("adam", "", (152.0, 76.0)),
        ("adamw", "", (0.9, 1.0)),
        ("adamw", "", (5.0, 0.0)),
    ] {
        assert_eq!(lints(method, keys, moments), [""; 0], "{method} {keys} {moments:?}");
    }
    let unknown = format!("{HELD}[optimizers.o]\nmethod = \"adamw\"\nlearning_rate = [0.1, 1]\n");
    assert_eq!(on_data(&unknown, 80), [""; 0], "nothing is known of the target");
}

#[test]
fn a_mean_that_never_begins_is_named() {
    let trial = |method: &str, keys: &str| {
        let text = format!(
            "{HELD}[optimizers.o]\nmethod = \"{method}\"\nbatch_size = 20\nlearning_rate = [0.1, 1]\n{keys}[train]\nepochs = 20\n"
        );
        on_data(&text, 80)
    };
    // Four batches an epoch are eighty steps.
    let never = |key: &str, after: u64| {
        vec![format!(
            "optimizers.o: by `{key}` the mean is the last point itself up to step {after}, and a trial ends after 80, so that no mean \
             is taken; let it begin earlier, or train longer"
        )]
    };
    let average = |from: u64| trial("sgd", &format!("average = {{ kind = \"polyak_ruppert\", from = {from} }}\n"));
    assert_eq!((average(79), average(80)), (vec![], never("average.from", 80)));
    let asgd = |from: u64| trial("asgd", &format!("average_from = {from}\n"));
    assert_eq!((asgd(77), asgd(78)), (vec![], never("average_from", 80)));
    assert_eq!(trial("asgd", ""), never("average_from", 1_000_002), "by its default");
    assert_eq!(trial("sgd", "average = { kind = \"ema\" }\n"), [""; 0]);
}

#[test]
fn a_class_that_does_not_count_is_named() {
    let trial = |weights: &str| {
        let text = format!(
            "{}[models.c]\nkind = \"logistic\"\nclass_weight = {weights}\n{GD}learning_rate = [0.1, 1]\n",
            "[datasets.d]\nsource = \"csv\"\npath = \"d.csv\"\ntarget = \"y\"\nsplit = { validation = 0.2, seed = 1 }\n"
        );
        lints(&crate::experiment::load_text("x.toml".as_ref(), &text, &[]).expect("loads").plan)
    };
    let words = |names: &str| {
        vec![format!(
            "models.c: class_weight is 0 for {names}, so that such rows do not count in J, and metrics count them all the same; give \
             them a small weight, or leave the rows out of the data"
        )]
    };
    assert_eq!(trial("{ yes = 0.0, no = 2.0 }"), words("\"yes\""));
    assert_eq!(
        trial("{ values = [{ yes = 0 }, { no = 0, maybe = 0, yes = 1 }] }"),
        words("\"maybe\", \"no\", \"yes\"")
    );
    assert_eq!((trial("{ yes = 0.5 }"), trial("\"balanced\"")), (vec![], vec![]));
}
