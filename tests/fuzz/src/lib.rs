//! What the targets share.

use std::path::Path;

use sweep::experiment;
use sweep::plan::{BoundPlan, FactsByDataset, dataset_key};
use sweep::record::DataFacts;

/// More trials are not bound: that takes time and finds nothing.
const MOST_TRIALS: u64 = 64;

/// Reads an experiment whose text has no files beside it, says all that there is to say, and binds small plans.
pub fn read(text: &str, overrides: &[String]) {
    if is_slow(text) || overrides.iter().any(|text| is_slow(text)) {
        return;
    }
    match experiment::load_text(Path::new("/nowhere/e.toml"), text, overrides) {
        Err(diagnostics) => {
            let shown = diagnostics.render(false);
            assert!(shown.starts_with("error") || shown.starts_with("warning"), "{shown}");
            assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
        }
        Ok(loaded) => {
            let plan = &loaded.plan;
            let trials = plan.settings().saturating_mul(plan.seeds.len() as u64);
            assert!(trials > 0);
            if trials > MOST_TRIALS {
                return;
            }
            experiment::lints(plan);
            let mut facts = FactsByDataset::new();
            for combination in &plan.combinations {
                for index in 0..combination.len() {
                    facts.insert(dataset_key(&combination.setting(index)), data());
                }
            }
            if let Ok(bound) = BoundPlan::new(plan, &facts) {
                assert!(bound.identities().all().len() <= trials as usize);
            }
            // What `plan.toml` says is the same experiment; of some inputs, since it doubles their time.
            if !text.len().is_multiple_of(4) {
                return;
            }
            let resolved = toml::to_string(&plan.resolved).expect("can be written");
            let again = experiment::load_text(Path::new("/nowhere/e.toml"), &resolved, &[]);
            let again = again.unwrap_or_else(|problems| panic!("{}\n{resolved}", problems.render(false)));
            assert_eq!(again.plan.settings(), plan.settings(), "{resolved}");
        }
    }
}

/// Whether it may have a long range: those are bounded, take milliseconds, and are of no other interest than short ones.
fn is_slow(text: &str) -> bool {
    let digits = |part: &str| part.len() > 2 && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    text.contains("count") && text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(digits)
}

fn data() -> DataFacts {
    DataFacts {
        fingerprint: "0".repeat(64),
        n_samples: 100,
        n_features: 2,
        feature_names: vec!["a".to_owned(), "b".to_owned()],
        target_name: "y".to_owned(),
        other_targets: Vec::new(),
        classes: None,
        n_train: 60,
        n_validation: 20,
        n_test: 20,
        notes: Vec::new(),
        reading: Default::default(),
        description: None,
    }
}
