//! The model of a first experiment on a data set: of numbers, of two classes or of several, by what its target holds.

use crate::dataset::{Dataset, TargetClasses, is_called_classes};
use crate::record::ClassFacts;
use crate::shape::TargetKind;

/// More different whole numbers are no classes, unless a person says so.
const MOST_CODES: usize = 20;

/// Classes that are whole numbers have as many rows.
const ROWS_OF_CODE: u64 = 10;

/// Of a class with fewer rows a part of a split has one, or none.
const FEW_ROWS: u64 = 10;

/// The penalty of a model of classes. Where the classes can be separated there is no minimum without one.
const SMALL_L2: f64 = 0.001;

/// What a first experiment trains.
pub struct FirstModel {
    /// `kind` in the file, and the name of its table.
    pub kind: &'static str,
    /// The curvature of J is at most this multiple of λmax(XᵀX/n), plus the penalty.
    pub curvature: f64,
    pub l2: f64,
    /// The outputs of a row.
    pub outputs: usize,
    /// Whether the target is taken as classes.
    pub of_classes: bool,
    /// What another `kind` takes the target as, where whole numbers could be meant so.
    pub other: Option<String>,
    /// The class of fewest rows, if these are few.
    pub rare: Option<(String, u64)>,
}

impl FirstModel {
    /// For the target of a data set. `parts` are those of the split: training, validation, testing.
    ///
    /// # Errors
    /// Why its texts are no classes that can be predicted, and what would help.
    pub fn of(data: &Dataset, parts: usize) -> Result<Self, String> {
        let Ok(classes) = TargetClasses::of(data) else { return Ok(Self::of_numbers()) };
        let facts = classes.facts(data.target_kind());
        if data.target_kind() == TargetKind::Classes {
            return match refusal(&data.target_name, &facts, parts) {
                None => Ok(Self::of_classes(&facts)),
                Some(refusal) => Err(refusal),
            };
        }
        Ok(Self::of_whole_numbers(&data.target_name, &facts))
    }

    /// Where numbers are predicted.
    pub const fn of_numbers() -> Self {
        Self { kind: "linear", curvature: 1.0, l2: 0.0, outputs: 1, of_classes: false, other: None, rare: None }
    }

    fn of_classes(facts: &ClassFacts) -> Self {
        let classes = facts.names.len();
        let (kind, curvature, outputs) = if classes == 2 { ("logistic", 0.25, 1) } else { ("softmax", 0.5, classes) };
        let rare = facts.names.iter().zip(&facts.rows).min_by_key(|(_, rows)| **rows);
        let rare = rare.filter(|(_, rows)| **rows < FEW_ROWS).map(|(name, rows)| (name.clone(), *rows));
        Self { kind, curvature, l2: SMALL_L2, outputs, of_classes: true, other: None, rare }
    }

    fn of_whole_numbers(target: &str, facts: &ClassFacts) -> Self {
        let names: Vec<&str> = facts.names.iter().map(String::as_str).collect();
        let fewest = facts.rows.iter().copied().min().unwrap_or(0);
        let (classes, is_called) = (names.len(), is_called_classes(target));
        let are_two = matches!(names[..], ["0", "1"] | ["1", "2"] | ["-1", "1"] | ["false", "true"]);
        let are_few = classes > 1 && classes <= MOST_CODES && fewest >= ROWS_OF_CODE;
        let taken = format!("the {classes} different values of {target}");
        match (are_two && fewest >= 3, are_few && is_called) {
            (false, false) if are_few => {
                let kind = if classes == 2 { "logistic" } else { "softmax" };
                let other = format!("\"{kind}\" takes {taken} as classes (add stratify = true to split)");
                Self { other: Some(other), ..Self::of_numbers() }
            }
            (false, false) => Self::of_numbers(),
            _ => Self { other: Some(format!("\"linear\" takes {taken} as numbers")), ..Self::of_classes(facts) },
        }
    }

    /// The curvature of J at most, where λmax is that of XᵀX/n.
    pub fn steepest(&self, largest: f64) -> f64 {
        self.curvature.mul_add(largest, self.l2)
    }

    /// What is predicted, in words: `softmax regression of the 3 classes of species`.
    pub fn words(&self, target: &str) -> String {
        match (self.of_classes, self.outputs) {
            (false, _) => format!("linear regression of {target}"),
            (true, 1) => format!("logistic regression of the 2 classes of {target}"),
            (true, classes) => format!("softmax regression of the {classes} classes of {target}"),
        }
    }
}

/// Why texts are no classes that can be predicted: there is one, or one has too few rows for the parts of a split.
fn refusal(target: &str, facts: &ClassFacts, parts: usize) -> Option<String> {
    if let [name] = &facts.names[..] {
        return Some(format!(
            "target \"{target}\" holds nothing but \"{name}\": classes are predicted where there are two or more; name another column with \
             --target"
        ));
    }
    let mut rare = facts.names.iter().zip(&facts.rows).filter(|(_, rows)| **rows < parts as u64);
    let (name, rows) = rare.next()?;
    let more = match rare.count() {
        0 => String::new(),
        more => format!(" (and {more} more such classes)"),
    };
    let rows = if *rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
    Some(format!(
        "target \"{target}\" has {rows} of class \"{name}\"{more}, and each of the {parts} parts of a split needs one: remove these rows, \
         give them another class, or name another column with --target"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameter::Values;

    /// The model for a CSV with such a target in each of 120 rows.
    fn model(target: &str, value: impl Fn(usize) -> String) -> Result<FirstModel, String> {
        let folder = tempfile::tempdir().unwrap();
        let rows: String = (0..120).map(|row| format!("{}.5,{}\n", row * 37 % 101, value(row))).collect();
        std::fs::write(folder.path().join("d.csv"), format!("x,{target}\n{rows}")).unwrap();
        let given: Values = format!("target = \"{target}\"").parse().unwrap();
        let guess = crate::dataset::guess(folder.path(), "d.csv", &given).unwrap();
        FirstModel::of(&guess.data, 3)
    }

    #[test]
    fn texts_are_classes() {
        let of = |classes: usize| model("kind", move |row| format!("c{}", row % classes)).unwrap();
        let found = [2, 3, 40].map(|classes| {
            let model = of(classes);
            (model.kind, model.curvature, model.outputs, model.other.is_some())
        });
        assert_eq!(found, [("logistic", 0.25, 1, false), ("softmax", 0.5, 3, false), ("softmax", 0.5, 40, false)]);
        assert_eq!(of(40).rare, Some(("c0".to_owned(), 3)));
        assert_eq!(of(3).words("kind"), "softmax regression of the 3 classes of kind");
        assert_eq!(of(2).steepest(4.0), 1.001);
    }

    #[test]
    fn texts_that_cannot_be_predicted_are_refused_with_what_to_do() {
        let told = |value: fn(usize) -> String| model("kind", value).err().unwrap();
        let rare = told(|row| if row < 2 { "rare" } else { ["a", "b"][row % 2] }.to_owned());
        assert_eq!(
            rare,
            "target \"kind\" has 2 rows of class \"rare\", and each of the 3 parts of a split needs one: remove these rows, give them \
             another class, or name another column with --target"
        );
        let free = told(|row| format!("text {row}"));
        assert!(free.contains("has 1 row of class \"text 0\" (and 119 more such classes)"), "{free}");
        assert!(told(|_| "same".to_owned()).starts_with("target \"kind\" holds nothing but \"same\""));
    }

    #[test]
    fn whole_numbers_are_classes_where_there_are_two_or_the_name_says_so() {
        let of = |target: &str, first: usize, different: usize, factor: usize| {
            let model = model(target, move |row| (first + row % different * factor).to_string()).unwrap();
            (model.kind, model.other.unwrap_or_default())
        };
        let numbers = |count: usize, target: &str| {
            format!("\"linear\" takes the {count} different values of {target} as numbers")
        };
        assert_eq!(of("y", 0, 2, 1), ("logistic", numbers(2, "y")));
        assert_eq!(of("sick", 1, 2, 1), ("logistic", numbers(2, "sick")));
        assert_eq!(of("digit", 0, 10, 1), ("softmax", numbers(10, "digit")));
        assert_eq!(of("Label", 3, 4, 5), ("softmax", numbers(4, "Label")));
        let classes = |kind: &str, count: usize, target: &str| {
            format!(
                "\"{kind}\" takes the {count} different values of {target} as classes (add stratify = true to split)"
            )
        };
        assert_eq!(of("quality", 3, 6, 1), ("linear", classes("softmax", 6, "quality")));
        assert_eq!(of("y", 3, 2, 4), ("linear", classes("logistic", 2, "y")));
        // Too many, or too few rows of each.
        assert_eq!(of("digit", 0, 21, 1), ("linear", String::new()));
        assert_eq!(of("class", 0, 15, 1), ("linear", String::new()));
        let fractions = model("class", |row| format!("{}.5", row % 3)).unwrap();
        assert_eq!((fractions.kind, fractions.other), ("linear", None));
        let truths = model("y", |row| (row % 2 == 0).to_string()).unwrap();
        assert_eq!(truths.kind, "logistic");
    }
}
