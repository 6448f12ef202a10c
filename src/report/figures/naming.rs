//! File names of figures: safe everywhere, and unique in a report.

use std::collections::HashSet;

use super::task_figures::TaskFigures;
use crate::analysis::Task;

/// Renames figures whose name an earlier figure has already. Different kinds and tasks can give the same name:
/// `learning-rate-train-a` belongs to the task `a` or to `train-a`. Upper and lower case count as equal, because some
/// file systems do not tell them apart.
pub fn rename_repeated(all: &mut [TaskFigures]) {
    let lower = |name: &str| name.to_ascii_lowercase();
    let first: HashSet<String> = all.iter().flat_map(TaskFigures::all).map(|figure| lower(&figure.name)).collect();
    let mut taken: HashSet<String> = HashSet::new();
    for figure in all.iter_mut().flat_map(TaskFigures::all_mut) {
        if taken.insert(lower(&figure.name)) {
            continue;
        }
        let numbered = (2_u32..).map(|number| format!("{}-{number}", figure.name));
        if let Some(name) =
            numbered.into_iter().find(|name| !first.contains(&lower(name)) && !taken.contains(&lower(name)))
        {
            taken.insert(lower(&name));
            figure.name = name;
        }
    }
}

/// The task's name as a part of a file name.
pub fn slug_of(task: &Task<'_>) -> String {
    format!("{}-{}", slug(task.dataset), slug(task.model))
}

/// A text reduced to letters, digits, `.`, `_` and `-`, which are safe in a path, a link and an attribute. One that is not ASCII keeps what
/// is, and gets eight digits of its hash: `größe` is `gre-` and these.
pub fn slug(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '_' };
    if text.is_ascii() {
        return text.chars().map(plain).collect();
    }
    let kept: String = text.chars().filter(char::is_ascii).map(plain).collect();
    let hash = blake3::hash(text.as_bytes()).to_hex();
    if kept.is_empty() { hash[..8].to_owned() } else { format!("{kept}-{}", &hash[..8]) }
}

/// Adds a number if another task has the same slug. Case is ignored, because some file systems ignore it.
pub fn unique(slug: String, taken: &[String]) -> String {
    let is_taken = |name: &str| taken.iter().any(|other| other.eq_ignore_ascii_case(name));
    if !is_taken(&slug) {
        return slug;
    }
    (2_u32..).map(|number| format!("{slug}-{number}")).find(|name| !is_taken(name)).unwrap_or(slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_ascii_and_names_of_any_script_stay_apart() {
        assert_eq!(slug("a b/c-1.0"), "a_b_c-1.0");
        let (sugar, wine, size) = (slug("糖尿病"), slug("葡萄酒"), slug("größe"));
        assert!([&sugar, &wine].iter().all(|slug| slug.len() == 8) && sugar != wine, "{sugar} {wine}");
        assert!(size.starts_with("gre-") && size.len() == 12 && size.is_ascii(), "{size}");
    }
}
