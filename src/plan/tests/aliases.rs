//! A model that stands for another one with a fixed loss is the same trial.

use super::bound;
use crate::plan::data_canonical;
use crate::record::Id;

fn ids(target: &str, model: &str) -> Vec<Id> {
    let text = format!(
        "name = \"alias\"\n[datasets.d]\nsource = \"csv\"\npath = \"../tests/fixtures/classification/iris.csv\"\n\
         features = [\"sepal_length\", \"petal_width\"]\ntarget = \"{target}\"\n\
         [models.m]\n{model}\nl2 = [0.0, 0.1]\n[optimizers.o]\nmethod = \"gd\"\nlearning_rate = [0.01, 0.1]\n"
    );
    bound(&text, &[], |bound| bound.identities().all().to_vec())
}

#[test]
fn an_alias_is_one_trial_with_what_it_stands_for() {
    for (target, alias, loss) in [("virginica", "logistic", "log"), ("species", "softmax", "cross_entropy")] {
        let short = ids(target, &format!("kind = \"{alias}\""));
        assert_eq!(short, ids(target, &format!("kind = \"linear\"\nloss = \"{loss}\"")));
        assert_ne!(short, ids(target, "kind = \"linear\""));
        assert_eq!(short.len(), 4);
    }
}

#[test]
fn classes_and_numbers_do_not_share_prepared_data() {
    let text = |loss: &str| {
        let text = format!(
            "name = \"classes\"\n[datasets.d]\nsource = \"csv\"\n\
             path = \"../tests/fixtures/classification/iris.csv\"\nfeatures = [\"petal_width\"]\ntarget = \"virginica\"\n\
             [models.m]\nkind = \"linear\"\nloss = \"{loss}\"\n[optimizers.o]\nmethod = \"gd\"\nlearning_rate = 0.1\n"
        );
        bound(&text, &[], |bound| data_canonical(&bound.setting(&bound.trial(0).setting), "", None))
    };
    assert_eq!(text("log"), text("hinge"));
    assert_eq!(text("huber"), text("squared_error"));
    assert_ne!(text("log"), text("huber"));
}

#[test]
fn the_layout_of_classes_is_known_before_training() {
    let text = "name = \"classes\"\n[datasets.d]\nsource = \"csv\"\n\
                path = \"../tests/fixtures/classification/iris.csv\"\nfeatures = [\"petal_width\"]\ntarget = \"species\"\n\
                [models.m]\nkind = \"softmax\"\n[optimizers.o]\nmethod = \"gd\"\nlearning_rate = 0.1\n";
    assert_eq!(bound(text, &[], |bound| bound.shape_of(&bound.trial(0)).n_parameters), 6);
}

#[test]
fn a_method_with_other_defaults_is_one_trial_with_what_it_stands_for() {
    let ids = |optimizer: &str| {
        let text = format!(
            "name = \"alias\"\n[datasets.d]\nsource = \"synthetic\"\nn_samples = 20\nn_features = 2\n[models.m]\nkind = \"linear\"\n\
             [optimizers.o]\n{optimizer}\nlearning_rate = [0.01, 0.1]\n"
        );
        bound(&text, &[], |bound| bound.identities().all().to_vec())
    };
    for (alias, method) in [("adamw", "adam"), ("nadamw", "nadam")] {
        let named = |name: &str, decay: &str| ids(&format!("method = \"{name}\"\n{decay}"));
        assert_eq!(named(alias, ""), named(method, "weight_decay = 0.01"));
        assert_eq!(named(alias, "weight_decay = 0.0"), named(method, ""));
        assert_eq!(named(alias, "weight_decay = [0.0, 0.1]"), named(method, "weight_decay = [0.0, 0.1]"));
        assert_ne!(named(alias, ""), named(method, ""));
    }
}

#[test]
fn a_method_of_the_rest_has_keys_of_its_own() {
    let rest = |rest: &str| {
        let text = format!(
            "name = \"rest\"\n[datasets.d]\nsource = \"synthetic\"\nn_samples = 20\nn_features = 2\n[models.m]\nkind = \"linear\"\n\
             [optimizers.o]\nmethod = \"muon\"\nlearning_rate = 0.1\n{rest}\n"
        );
        bound(&text, &[], |bound| bound.identities().all().to_vec())
    };
    let adam = rest("");
    assert_eq!(adam, rest("rest = \"adam\""));
    assert_eq!(adam, rest("rest = { method = \"adam\", beta1 = 0.9 }"));
    assert_ne!(adam, rest("rest = { method = \"adam\", beta1 = 0.8 }"));
    assert_ne!(adam, rest("rest = \"sgd\""));
    assert_eq!(rest("rest = { method = \"sgd\", learning_rate = [0.1, 0.2] }").len(), 2);
}
