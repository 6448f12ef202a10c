//! The verdict: the differences in one sentence.

use super::differences::{CombinationDifferences, LargestDifference, is_of_curves};
use super::file_difference::FileChange;
use super::result::Comparison;
use super::short_text::{first_names, shortened};

/// `lr_grid differs in 1 of 240 trials (test_r2 of wine · linear · gd; largest relative difference 1.2e-3, …) and …`
#[must_use]
pub fn verdict(name: &str, comparison: &Comparison) -> String {
    let mut parts = Vec::new();
    if comparison.versions_differ() {
        let [old, new] = comparison
            .trials
            .versions
            .clone()
            .map(|versions| versions.iter().map(i64::to_string).collect::<Vec<_>>().join(" and "));
        let [before, after] = comparison.sides;
        parts.push(format!("numerics version ({before} {old}, {after} {new})"));
    }
    parts.extend(different(comparison));
    parts.extend(outstanding(comparison));
    parts.extend(changed(comparison));
    let lone = |word: &str, count: usize, values: &[String]| {
        let trials = if count == 1 { "trial" } else { "trials" };
        let values = if values.is_empty() { String::new() } else { format!(" ({})", first_names(values)) };
        (count > 0).then(|| format!("{count} {word} {trials}{values}"))
    };
    let total = |count: fn(&CombinationDifferences) -> usize| comparison.trials.combinations.iter().map(count).sum();
    parts.extend(lone("new", total(|combination| combination.added.count), &comparison.trials.added_values));
    parts.extend(lone("missing", total(|combination| combination.gone.count), &comparison.trials.gone_values));
    parts.extend(twice(comparison));
    parts.extend(files(comparison));
    format!("{name} differs in {}", listed(&parts))
}

/// How two folders agree: `24 files are the same bit for bit`.
#[must_use]
pub fn agreement(comparison: &Comparison) -> String {
    let files = |count: usize| format!("{count} file{}", if count == 1 { "" } else { "s" });
    let what = if comparison.sampled.is_some() { "their rows".to_owned() } else { files(comparison.compared) };
    let Some(tolerance) = comparison.tolerance else {
        let are = if what == "1 file" { "is" } else { "are" };
        return format!("{what} {are} the same bit for bit");
    };
    let mut text = match &comparison.trials.within {
        Some(LargestDifference { relative: largest, column, trial }) => format!(
            "every number is within a relative {tolerance:?} (largest difference {}, {} of trial {})",
            relative(*largest),
            shortened(column),
            shortened(trial)
        ),
        None => "every number is the same bit for bit".to_owned(),
    };
    if comparison.aside > 0 {
        text.push_str(&format!("; {} rendered from them: left aside", files(comparison.aside)));
    }
    text
}

/// Trials whose results differ.
fn different(comparison: &Comparison) -> Option<String> {
    let trials = &comparison.trials;
    let combinations: Vec<&CombinationDifferences> =
        trials.combinations.iter().filter(|combination| combination.different > 0).collect();
    let count: usize = combinations.iter().map(|combination| combination.different).sum();
    if count == 0 {
        return None;
    }
    let columns: Vec<String> = trials.columns.iter().map(|(column, _)| column.clone()).collect();
    let columns = match columns.iter().all(|column| is_of_curves(column)) {
        true => {
            format!(
                "curves: {}",
                first_names(&columns.iter().map(|name| name.replace(" (curve)", "")).collect::<Vec<_>>())
            )
        }
        false => first_names(&columns),
    };
    let mut text = format!("{} ({columns} of {}", out_of(count, comparison), places(&combinations));
    text.push_str(&largest(trials.largest.as_ref()));
    text.push(')');
    Some(text)
}

/// Trials that are outstanding on one side only.
fn outstanding(comparison: &Comparison) -> Vec<String> {
    let count = |side: usize| {
        comparison.trials.combinations.iter().map(|combination| combination.outstanding[side]).sum::<usize>()
    };
    let said = |side: usize| {
        format!("{} (outstanding in the {} results)", out_of(count(side), comparison), comparison.sides[side])
    };
    (0..2).filter(|side| count(*side) > 0).map(said).collect()
}

/// Repeated rows: their trial has an earlier row in the same table.
fn twice(comparison: &Comparison) -> Vec<String> {
    let said = |side: usize| {
        let count: usize = comparison.trials.combinations.iter().map(|combination| combination.twice[side].count).sum();
        let stand = if count == 1 { "row that stands" } else { "rows that stand" };
        (count > 0).then(|| format!("{count} {stand} twice in the {} trials.parquet", comparison.sides[side]))
    };
    (0..2).filter_map(said).collect()
}

/// Trials whose setting changed.
fn changed(comparison: &Comparison) -> Option<String> {
    let trials = &comparison.trials;
    let count: usize = trials.combinations.iter().map(|combination| combination.changed).sum();
    if count == 0 {
        return None;
    }
    let mut what: Vec<String> = (trials.changes.iter())
        .map(|change| match &change.values {
            Some((old, new)) => format!("{}: {} → {}", shortened(&change.column), shortened(old), shortened(new)),
            None => shortened(&change.column),
        })
        .collect();
    what.extend((trials.other_data > 0).then(|| "other data, or an option without a column".to_owned()));
    // The plan is compared as a whole, even if only a sample was trained again.
    let all = trials.counts[1];
    let of = if count == all { format!("all {count}") } else { format!("{count} of {all}") };
    let largest = largest(trials.largest_changed.as_ref());
    Some(format!("the setting of {of} trials ({}{largest})", first_names(&what)))
}

fn largest(largest: Option<&LargestDifference>) -> String {
    let said = |largest: &LargestDifference| {
        let apart = relative(largest.relative);
        let (column, trial) = (shortened(&largest.column), shortened(&largest.trial));
        format!("; largest relative difference {apart}, {column} of trial {trial}")
    };
    largest.map_or_else(String::new, said)
}

fn out_of(count: usize, comparison: &Comparison) -> String {
    let all = comparison.sampled.unwrap_or(comparison.trials.counts[1]);
    match (count == all, comparison.sampled.is_some()) {
        (true, false) => format!("all {all} trials"),
        (true, true) => format!("all {all} sampled trials"),
        (false, false) => format!("{count} of {all} trials"),
        (false, true) => format!("{count} of {all} sampled trials"),
    }
}

fn places(combinations: &[&CombinationDifferences]) -> String {
    let names: Vec<String> = combinations.iter().map(|combination| combination.names.label()).collect();
    match names.len() {
        1 | 2 => names.join(" and "),
        more => format!("{} and {} others", names[0], more - 1),
    }
}

fn files(comparison: &Comparison) -> Option<String> {
    // Differing trials are described above. They are not listed again as differences of their tables.
    let files: Vec<&str> = comparison.files.iter().map(|file| file.file.as_str()).collect();
    let (first, rest) = files.split_first()?;
    let others = match rest.len() {
        0 => shortened(first),
        1 => format!("{} and 1 other file", shortened(first)),
        more => format!("{} and {more} other files", shortened(first)),
    };
    let mut writings = comparison.files.iter().map(|file| file.kind.writing());
    if let Some(Some(writing)) = writings.next()
        && writings.all(|other| other.as_ref() == Some(&writing))
    {
        let (differences, git) = writing;
        return Some(format!("{others}, only in {differences}{git}"));
    }
    let count = |is_meant: fn(&FileChange) -> bool| comparison.files.iter().filter(|file| is_meant(&file.kind)).count();
    let only =
        [count(|change| matches!(change, FileChange::OnlyOld)), count(|change| matches!(change, FileChange::OnlyNew))];
    let said = |(count, side): (usize, &str)| {
        let some = if count == files.len() { String::new() } else { format!("{count} of them ") };
        (count > 0).then(|| format!("{some}only on the {side} side"))
    };
    let sides: Vec<String> = only.into_iter().zip(comparison.sides).filter_map(said).collect();
    Some(if sides.is_empty() { others } else { format!("{others}, {}", sides.join(" and ")) })
}

fn listed(parts: &[String]) -> String {
    match parts {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and in {last}", all.join(", ")),
    }
}

/// A relative difference with two digits.
#[must_use]
pub fn relative(value: f64) -> String {
    if value.is_infinite() {
        "∞".to_owned()
    } else if value == 0.0 {
        "0".to_owned()
    } else if value >= 0.01 {
        format!("{value:.2}")
    } else {
        format!("{value:.1e}")
    }
}
