//! The classes of a data set's target: those that its file names, or whole numbers taken as classes.

use std::borrow::Cow;

use super::dataset::{DataError, Dataset};
use crate::parameter::Values;
use crate::record::ClassFacts;
use crate::shape::{ClassNames, MOST_CLASSES, NamedClasses, TargetKind};

/// The target of a data set as classes.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetClasses<'a> {
    pub names: ClassNames,
    /// The code of each row's class as a number, `[n_samples]`.
    pub codes: Cow<'a, [f64]>,
}

impl Dataset {
    /// The number of targets of a row.
    #[must_use]
    pub const fn n_targets(&self) -> usize {
        1 + self.other_targets.len()
    }

    /// Whether the target holds numbers, or classes that are none.
    #[must_use]
    pub fn target_kind(&self) -> TargetKind {
        match &self.classes {
            Some(NamedClasses { are_numbers: false, .. }) => TargetKind::Classes,
            _ => TargetKind::Number,
        }
    }
}

impl<'a> TargetClasses<'a> {
    /// The target as classes. Of a target of numbers they are the different numbers, ascending.
    ///
    /// # Errors
    /// What the target holds, if it holds fractions or more than [`MOST_CLASSES`] different numbers, or that there are
    /// several.
    pub fn of(dataset: &'a Dataset) -> Result<Self, String> {
        if dataset.n_targets() > 1 {
            let names = [std::slice::from_ref(&dataset.target_name), &dataset.other_targets].concat();
            return Err(format!("it has several targets (\"{}\")", names.join("\", \"")));
        }
        if let Some(named) = &dataset.classes {
            return Ok(Self { names: named.names.clone(), codes: Cow::Borrowed(&dataset.target) });
        }
        let name = &dataset.target_name;
        let mut values: Vec<f64> = Vec::new();
        for &value in &dataset.target {
            if value.fract() != 0.0 || !value.is_finite() {
                return Err(format!("target \"{name}\" holds numbers that are not whole ({value})"));
            }
            let at = values.partition_point(|known| *known < value);
            if values.get(at) != Some(&value) {
                if values.len() == MOST_CLASSES {
                    return Err(format!("target \"{name}\" holds more than {MOST_CLASSES} different numbers"));
                }
                values.insert(at, value);
            }
        }
        let code = |value: &f64| values.partition_point(|known| known < value) as f64;
        let codes = dataset.target.iter().map(code).collect();
        // 0 has no sign in a name.
        let names = values.iter().map(|value| (value + 0.0).to_string()).collect();
        Ok(Self { names: ClassNames::new(names), codes: Cow::Owned(codes) })
    }

    /// The number of rows of each class, among these rows.
    #[must_use]
    pub fn counts(&self, rows: impl Iterator<Item = usize>) -> Vec<u64> {
        let mut counts = vec![0; self.names.len()];
        rows.for_each(|row| counts[self.codes[row] as usize] += 1);
        counts
    }

    /// The classes for planning and reporting. `kind` is that of the data set's target.
    #[must_use]
    pub fn facts(&self, kind: TargetKind) -> ClassFacts {
        let rows = self.counts(0..self.codes.len());
        ClassFacts { are_texts: kind == TargetKind::Classes, names: self.names.to_vec(), rows }
    }
}

/// The error where a model wants classes that the target does not have.
pub(super) fn no_classes(values: &Values, found: &str) -> DataError {
    DataError::Content(format!("{}: {found}: a model of classes takes {ACCEPTED}", source(values)))
}

/// What a target of classes is.
pub(super) const ACCEPTED: &str = "text, or at most 1000 different whole numbers";

/// The file as the experiment writes it.
pub(super) fn source(values: &Values) -> &str {
    values.get("path").and_then(toml::Value::as_str).unwrap_or("generated data")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::Matrix;

    fn dataset(target: &[f64], classes: Option<NamedClasses>) -> Dataset {
        Dataset {
            features: Matrix { rows: target.len(), columns: 1, values: vec![0.0; target.len()] },
            target: target.to_vec(),
            classes,
            weights: None,
            feature_names: vec!["x".to_owned()],
            target_name: "y".to_owned(),
            other_targets: Vec::new(),
            given_test: 0,
            fingerprint: String::new(),
            notes: Vec::new(),
            reading: crate::record::Reading::default(),
        }
    }

    fn named(names: &[&str], are_numbers: bool) -> Option<NamedClasses> {
        let names = ClassNames::new(names.iter().map(|name| (*name).to_owned()).collect());
        Some(NamedClasses { names, are_numbers })
    }

    #[test]
    fn whole_numbers_are_classes_in_their_order() {
        let data = dataset(&[1.0, -1.0, 10.0, 2.0, 1.0], None);
        let classes = TargetClasses::of(&data).unwrap();
        assert_eq!(classes.names.to_vec(), ["-1", "1", "2", "10"]);
        assert_eq!(classes.codes.to_vec(), [1.0, 0.0, 3.0, 2.0, 1.0]);
        assert_eq!(data.target_kind(), TargetKind::Number);
        let facts = classes.facts(data.target_kind());
        assert_eq!(
            (facts.are_texts, facts.counted()),
            (false, ["-1 1", "1 2", "2 1", "10 1"].map(str::to_owned).to_vec())
        );
    }

    #[test]
    fn fractions_and_many_numbers_are_no_classes() {
        let of = |target: &[f64]| TargetClasses::of(&dataset(target, None)).map(|classes| classes.names.len());
        assert_eq!(of(&[1.0, 2.5, 3.0]).unwrap_err(), "target \"y\" holds numbers that are not whole (2.5)");
        let many: Vec<f64> = (0..=1000).map(f64::from).collect();
        assert_eq!(of(&many[1..]).unwrap(), 1000);
        assert_eq!(of(&many).unwrap_err(), "target \"y\" holds more than 1000 different numbers");
    }

    #[test]
    fn false_and_true_keep_their_names_and_texts_are_no_numbers() {
        let truths = dataset(&[1.0, 0.0, 1.0], named(&["false", "true"], true));
        assert_eq!(truths.target_kind(), TargetKind::Number);
        assert_eq!(TargetClasses::of(&truths).unwrap().facts(TargetKind::Number).counted(), ["false 1", "true 2"]);
        let texts = dataset(&[1.0, 0.0, 1.0], named(&["no", "yes"], false));
        assert_eq!(texts.target_kind(), TargetKind::Classes);
        assert!(TargetClasses::of(&texts).unwrap().facts(TargetKind::Classes).are_texts);
    }
}
