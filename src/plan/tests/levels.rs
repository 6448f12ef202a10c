//! The combinations of a study where values of a key compete.

use std::sync::Arc;

use super::bound;
use crate::plan::{SelectedTheory, Varying};
use crate::record::{CurveRow, Curves, Id, TrialTable};

struct NoCurves;

impl Curves for NoCurves {
    fn rows(&self, _trial: usize) -> usize {
        0
    }

    fn read(&self, _trials: &[usize], _take: &mut dyn FnMut(usize, CurveRow<'_>)) {}
}

/// Data set, contender, and the positions of its settings in the plan.
type Named = (String, String, Vec<u32>);

fn contenders(text: &str) -> (Vec<Named>, Vec<Id>) {
    bound(text, &[], |bound| {
        let ids = bound.identities().all().to_vec();
        let trials = TrialTable::outstanding(Arc::new(ids.clone()));
        let study = bound.study(trials, Arc::new(NoCurves), SelectedTheory::default());
        let of = |combination: crate::record::StudyCombination| {
            let settings = combination.settings.iter().map(|setting| setting.index).collect();
            assert!(combination.settings.is_sorted_by_key(|setting| setting.first_trial));
            (combination.dataset, combination.optimizer, settings)
        };
        (study.combinations.into_iter().map(of).collect(), ids)
    })
}

const HEAD: &str =
    "[datasets.d]\nsource = \"synthetic\"\nn_samples = [30, 20]\nn_features = 2\n[models.m]\nkind = \"linear\"\n";

const SGD: &str = "[optimizers.sgd]\nmethod = \"sgd\"\nlearning_rate = [0.01, 0.1]\nbatch_size = [8, 1, \"full\"]\n";

fn named(found: &[(String, String, Vec<u32>)]) -> Vec<String> {
    found.iter().map(|(dataset, name, settings)| format!("{dataset}: {name} {}", settings.len())).collect()
}

#[test]
fn each_task_has_a_contender_for_each_value_numbers_ascending() {
    let (found, ids) = contenders(&format!("{HEAD}{SGD}[report]\ncompare = \"batch_size\"\n"));
    let of = |size: &str| ["30", "20"].map(|rows| format!("d n_samples {rows}: batch_size {size} 2"));
    let [one, eight, full] = ["1", "8", "full"].map(of);
    let expected = [[&one[0], &eight[0], &full[0]], [&one[1], &eight[1], &full[1]]].concat();
    assert_eq!(named(&found).iter().collect::<Vec<_>>(), expected);
    let mut settings: Vec<u32> = found.iter().flat_map(|(.., settings)| settings.clone()).collect();
    settings.sort_unstable();
    assert_eq!(settings, (0..12).collect::<Vec<u32>>(), "each setting once");
    let (_, before) = contenders(&format!("{HEAD}{SGD}"));
    assert_eq!(ids, before, "no id depends on it");
}

#[test]
fn of_several_optimizers_each_is_named_and_one_without_the_key_takes_part_as_itself() {
    let gd = "[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = [0.01, 0.1, 0.2]\n";
    let head = HEAD.replace("[30, 20]", "30");
    let rule = "[[exclude]]\noptimizer = \"sgd\"\nbatch_size = 8\nlearning_rate = 0.1\n";
    let report = "[report]\ncompare = [\"batch_size\"]\n";
    let (found, _) = contenders(&format!("{head}{gd}{SGD}{rule}{report}"));
    assert_eq!(
        named(&found),
        ["d: gd 3", "d: sgd batch_size 1 2", "d: sgd batch_size 8 1", "d: sgd batch_size full 2"]
    );
}

#[test]
fn schedules_compete_whole_by_kind_or_by_a_key() {
    let optimizer = "[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = 0.1\n\
                     schedule = [\"constant\", { kind = \"inverse_time\", decay = [0.1, 0.01] }]\n";
    let by = |key: &str| {
        let head = HEAD.replace("[30, 20]", "30");
        named(&contenders(&format!("{head}{optimizer}[report]\ncompare = \"{key}\"\n")).0)
    };
    assert_eq!(
        by("schedule"),
        ["d: schedule constant 1", "d: schedule inverse_time decay 0.1 1", "d: schedule inverse_time decay 0.01 1"]
    );
    assert_eq!(by("schedule.kind"), ["d: schedule constant 1", "d: schedule inverse_time 2"]);
    assert_eq!(by("optimizer.schedule.decay"), ["d: decay 0.01 1", "d: decay 0.1 1", "d: no decay 1"]);
}

#[test]
fn linked_keys_and_combinations_of_keys_compete() {
    let link = "[optimizers.sgd]\nmethod = \"sgd\"\nlearning_rate = 0.1\nbatch_size = [4, 2]\n\
                [[link]]\noptimizer = \"sgd\"\nmomentum = [0.9, 0.0, 0.9]\nnesterov = [false, false, true]\n";
    let by = |keys: &str| {
        let head = HEAD.replace("[30, 20]", "30");
        named(&contenders(&format!("{head}{link}[report]\ncompare = {keys}\n")).0)
    };
    assert_eq!(by("\"momentum\""), ["d: momentum 0 2", "d: momentum 0.9 4"]);
    assert_eq!(
        by("[\"batch_size\", \"momentum\"]"),
        [
            "d: batch_size 2 momentum 0 1",
            "d: batch_size 2 momentum 0.9 2",
            "d: batch_size 4 momentum 0 1",
            "d: batch_size 4 momentum 0.9 2"
        ]
    );
}

#[test]
fn keys_that_vary_compete_or_make_tasks() {
    bound(&format!("{HEAD}{SGD}"), &[], |bound| {
        let found: Vec<(String, Varying)> = bound.plan.combinations[0].varying_keys().into_iter().collect();
        let expected = [
            ("dataset.n_samples", Varying::MakesTasks),
            ("optimizer.batch_size", Varying::Competes),
            ("optimizer.learning_rate", Varying::Competes),
        ];
        assert_eq!(found, expected.map(|(key, what)| (key.to_owned(), what)));
    });
}

#[test]
fn numbers_of_many_digits_have_four_in_labels_if_these_tell_them_apart() {
    let names = |values: &str, key: &str| {
        let text = format!("{HEAD}l2 = [{values}]\n{SGD}");
        bound(&text, &[], |bound| {
            let ids = bound.identities().all().to_vec();
            let trials = TrialTable::outstanding(Arc::new(ids));
            let study = bound.study(trials, Arc::new(NoCurves), SelectedTheory::default());
            study.labels[key].names.values().cloned().collect::<Vec<_>>()
        })
    };
    assert_eq!(names("0.1, 1.4142135623730951", "model.l2"), ["l2 1.414"]);
    assert_eq!(names("1.414, 1.4142135623730951", "model.l2"), [""; 0], "both would be called 1.414");
}

#[test]
fn roles_of_keys_follow_from_the_registries() {
    use crate::record::KeyRole;
    let text = "[datasets.d]\nsource = \"synthetic\"\nn_samples = 30\nn_features = 2\n[models.m]\nkind = \"mlp\"\nwidth = 4\nloss = \
                \"squared_error\"\n[optimizers.o]\nmethod = \"sgd\"\nlearning_rate = 0.1\nbatch_size = 8\n";
    let roles = bound(text, &[], |bound| {
        let trials = TrialTable::outstanding(Arc::new(bound.identities().all().to_vec()));
        bound.study(trials, Arc::new(NoCurves), SelectedTheory::default()).roles
    });
    let of = |role: KeyRole, keys: &[&str]| keys.iter().for_each(|key| assert_eq!(roles[*key], role, "{key}"));
    of(KeyRole::Start, &["model.activation", "model.init", "model.width", "model.hidden", "model.depth"]);
    of(KeyRole::Remedy { of_start: true }, &["model.norm", "model.dropout", "model.residual"]);
    let parts = ["model.l1", "model.l2", "optimizer.clip_norm", "optimizer.clip_value", "optimizer.weight_decay"];
    of(KeyRole::Remedy { of_start: false }, &parts);
    let knobs = ["learning_rate", "batch_size", "schedule", "momentum", "nesterov", "decay"];
    knobs.iter().for_each(|key| of(KeyRole::Knob, &[&format!("optimizer.{key}")]));
    of(KeyRole::Knob, &["train.epochs", "model.loss"]);
}
