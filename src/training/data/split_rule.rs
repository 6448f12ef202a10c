//! The rules that divide the rows of a data set, and their revisions.

use super::split::{holds_out, is_stratified};
use crate::parameter::Values;
use crate::registry::{Registry, Row};

/// One row of the registry of split rules.
pub type SplitRule = Row<()>;

/// All rules. `fractions` cuts one permutation of the rows; `stratified` cuts each class along it.
pub static SPLIT_RULES: Registry<()> = Registry {
    noun: "split rule",
    key: "split",
    common: &[],
    rows: &[
        SplitRule::new("fractions", "fractions of one permutation of the rows", &[], include_str!("split.rs"), ()),
        SplitRule::new("stratified", "the same fractions of each class", &[], include_str!("stratified.rs"), ()),
    ],
};

/// The rule that divides a data set with these values; `None` if all of its rows train.
#[must_use]
pub fn split_rule(values: &Values) -> Option<&'static SplitRule> {
    let name = if is_stratified(values) { "stratified" } else { "fractions" };
    SPLIT_RULES.row(name).filter(|_| holds_out(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_set_that_holds_nothing_out_has_no_rule() {
        let rule = |text: &str| split_rule(&text.parse().unwrap()).map(|rule| rule.name);
        assert_eq!(rule(""), None);
        assert_eq!(rule("split = { validation = 0.0, test = 0.0, seed = 1 }"), None);
        assert_eq!(rule("split = { test = 0.0, stratify = true }"), None);
        assert_eq!(rule("split = { test = 0.2 }"), Some("fractions"));
        assert_eq!(rule("split = { test = 0.2, stratify = true }"), Some("stratified"));
    }
}
