//! The names of a target's classes.

use std::ops::Deref;
use std::sync::Arc;

/// A target of more different texts, or of more different whole numbers, has no classes.
pub const MOST_CLASSES: usize = 1_000;

/// The names of classes in their order. The code of a class is its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassNames(Arc<[String]>);

impl ClassNames {
    #[must_use]
    pub fn new(names: Vec<String>) -> Self {
        Self(names.into())
    }

    /// Names in quotes, the first ten of them: `"no", "yes"`.
    #[must_use]
    pub fn listed<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
        const LISTED: usize = 10;
        let mut listed: Vec<String> = names.into_iter().map(|name| format!("\"{name}\"")).collect();
        if let Some(more) = listed.len().checked_sub(LISTED).filter(|more| *more > 0) {
            listed.truncate(LISTED);
            listed.push(format!("and {more} more"));
        }
        listed.join(", ")
    }
}

impl Deref for ClassNames {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0
    }
}

/// The classes that a file names: the texts of its target, or false and true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedClasses {
    pub names: ClassNames,
    /// Whether the codes are numbers that the target has as well: 0 and 1 of false and true.
    pub are_numbers: bool,
}
