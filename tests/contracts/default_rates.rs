//! The default learning rates of other programs, against those that were read off them.

use serde_json::Value;
use sweep::optimizer::{LEARNING_RATE, METHODS};
use sweep::parameter::AnyRegistry;

/// A method that tells such a rate has a line in `tests/fixtures/effort/default_rates.py`, and says what was found there.
pub fn check() {
    let text = include_str!("../fixtures/effort/default_rates.json");
    let known: Value = serde_json::from_str(text).expect("JSON");
    for method in METHODS.about_all() {
        let rate = method.keys().find(|key| key.name == LEARNING_RATE.name).and_then(|key| key.elsewhere);
        match (rate, known.get(method.name)) {
            (None, None) => {}
            (Some(rate), Some(known)) => {
                assert_eq!(known["program"], rate.program, "{}", method.name);
                assert_eq!(known["learning_rate"].as_f64(), Some(rate.value), "{}", method.name);
            }
            (rate, known) => panic!("{}: {rate:?} in the registry, {known:?} in the fixture", method.name),
        }
    }
}
