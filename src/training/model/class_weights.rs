//! The key `class_weight` of models of classes: how much the rows of each class count in J.
//!
//! Weights of classes change what training descends, and no metric: a setting with them competes with one without on the
//! same numbers.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::parameter::{Decides, Fallback, Kind, Parameter};
use crate::shape::ClassNames;

pub const CLASS_WEIGHT: Parameter = Parameter::new(
    "class_weight",
    Kind::WordOrNumbersByName(WORDS),
    Fallback::Off("\"none\""),
    Decides::Update,
    "how much the rows of each class count in J: \"balanced\" gives all classes the same sum, { NAME = number } as said",
)
.also_called(&["class_weights", "pos_weight"]);

const WORDS: &[&str] = &["none", "balanced"];

/// The value of the key.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum ClassWeights {
    Word(Word),
    /// By the names of classes. Others have weight 1.
    ByName(BTreeMap<String, f64>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    None,
    /// n/(k·n_c) for class c of k, of which n_c of the n training rows are; rows count by their weights.
    Balanced,
}

impl ClassWeights {
    /// Whether every class counts as it is.
    #[must_use]
    pub fn are_none(&self) -> bool {
        *self == Self::Word(Word::None)
    }

    /// Whether it names classes of a target, whose classes have these names, and some class counts.
    ///
    /// # Errors
    /// One sentence that lists the classes.
    pub fn check_names(&self, names: &[String]) -> Result<(), String> {
        let Self::ByName(weights) = self else { return Ok(()) };
        let unknown: Vec<&String> = weights.keys().filter(|name| !names.contains(name)).collect();
        if unknown.is_empty() {
            let counts = |name: &String| weights.get(name).is_none_or(|weight| *weight > 0.0);
            return match names.iter().any(counts) {
                true => Ok(()),
                false => Err("`class_weight` is 0 for every class".to_owned()),
            };
        }
        let which = if unknown.len() == 1 { "which is no class" } else { "which are no classes" };
        let (unknown, names) = (ClassNames::listed(unknown.iter().copied()), ClassNames::listed(names));
        Err(format!("`class_weight` names {unknown}, {which}; the classes are {names}"))
    }

    /// The weight of each class, `[k]`, given the class of each training row as a number, `[rows]`, and the weights of
    /// the rows; `None` if every class counts as it is.
    #[must_use]
    pub fn of_classes(&self, names: &[String], codes: &[f64], weights: Option<&[f64]>) -> Option<Vec<f64>> {
        match self {
            Self::Word(Word::None) => None,
            Self::ByName(by_name) => Some(names.iter().map(|name| by_name.get(name).copied().unwrap_or(1.0)).collect()),
            Self::Word(Word::Balanced) => {
                let mut sums = vec![0.0; names.len()];
                for (row, code) in codes.iter().enumerate() {
                    sums[*code as usize] += weights.map_or(1.0, |weights| weights[row]);
                }
                let all = sums.iter().fold(0.0, |all, sum| all + sum);
                // A class whose rows all have weight 0 has no influence.
                let balanced = |sum: &f64| if *sum > 0.0 { all / (names.len() as f64 * sum) } else { 0.0 };
                Some(sums.iter().map(balanced).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> ClassWeights {
        let table: toml::Table = format!("value = {text}").parse().expect("TOML");
        table["value"].clone().try_into().expect("a value")
    }

    #[test]
    fn by_hand() {
        let names = ["a", "b", "c"].map(str::to_owned);
        let codes = [0.0, 1.0, 1.0, 2.0, 2.0, 2.0];
        let of = |text: &str, weights: Option<&[f64]>| read(text).of_classes(&names, &codes, weights);
        assert_eq!(of("\"none\"", None), None);
        assert_eq!(of("\"balanced\"", None), Some(vec![2.0, 1.0, 2.0 / 3.0]));
        // Rows count by their weights: 3, 2 and 1 of 6.
        let weights = [3.0, 0.0, 2.0, 0.5, 0.5, 0.0];
        assert_eq!(of("\"balanced\"", Some(&weights)), Some(vec![2.0 / 3.0, 1.0, 2.0]));
        assert_eq!(of("\"balanced\"", Some(&[1.0, 1.0, 0.0, 0.0, 0.0, 0.0])), Some(vec![2.0 / 3.0, 2.0 / 3.0, 0.0]));
        assert_eq!(of("{ c = 2.5, a = 0.0 }", Some(&weights)), Some(vec![0.0, 1.0, 2.5]));
    }

    #[test]
    fn a_name_that_is_no_class_is_told_with_those_that_are() {
        let names = ["no", "yes"].map(str::to_owned);
        assert_eq!(read("\"balanced\"").check_names(&names), Ok(()));
        assert_eq!(read("{ yes = 2.0 }").check_names(&names), Ok(()));
        assert_eq!(read("{ yes = 0.0 }").check_names(&names), Ok(()), "the other one counts once");
        assert_eq!(
            read("{ yes = 0.0, no = 0.0 }").check_names(&names).expect_err("nothing counts"),
            "`class_weight` is 0 for every class"
        );
        assert_eq!(
            read("{ yes = 2.0, maybe = 1.0 }").check_names(&names).expect_err("no class"),
            "`class_weight` names \"maybe\", which is no class; the classes are \"no\", \"yes\""
        );
        assert_eq!(
            read("{ never = 2.0, maybe = 1.0, yes = 2.0 }").check_names(&names).expect_err("no classes"),
            "`class_weight` names \"maybe\", \"never\", which are no classes; the classes are \"no\", \"yes\""
        );
    }
}
