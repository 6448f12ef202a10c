//! `sweep list WORD`: a line for each row of a kind, or everything about one row.

use std::fmt::Write as _;

use super::all::{keys, metric_lines};
use crate::baseline::BASELINES;
use crate::dataset::SOURCES;
use crate::experiment::names::{instead, plain_list};
use crate::loss::LOSSES;
use crate::metric::{self, METRICS, MetricKind};
use crate::model::{ACTIVATIONS, FAMILIES, INITIALISATIONS, LAYERS};
use crate::optimizer::{AVERAGES, METHODS};
use crate::parameter::{AboutRow, AnyRegistry};
use crate::schedule::SCHEDULES;

/// The registries by the word for all of their rows, and how a file names a row of each.
static TOPICS: [(&str, &dyn AnyRegistry, &str); 10] = [
    ("sources", &SOURCES, "[datasets.NAME] source = "),
    ("models", &FAMILIES, "[models.NAME] kind = "),
    ("losses", &LOSSES, "[models.NAME] loss = "),
    ("layers", &LAYERS, "[models.NAME] layers = "),
    ("activations", &ACTIVATIONS, "[models.NAME] activation = "),
    ("initialisations", &INITIALISATIONS, "[models.NAME] init = "),
    ("methods", &METHODS, "[optimizers.NAME] method = "),
    ("schedules", &SCHEDULES, "[optimizers.NAME] schedule = "),
    ("averages", &AVERAGES, "[optimizers.NAME] average = "),
    ("baselines", &BASELINES, "beside the optimizers of a report: "),
];

/// The word for all metrics.
const METRIC_TOPIC: &str = "metrics";

/// A line for each row, if the word is a kind; the page of a row, if it is the row's name.
///
/// # Errors
/// What would be accepted.
pub fn topic(word: &str) -> Result<String, String> {
    if let Some((_, registry, _)) = TOPICS.iter().find(|(topic, ..)| *topic == word) {
        return Ok(lines(registry.about_all().iter().map(|row| (row.name, row.doc))));
    }
    if word == METRIC_TOPIC {
        let all: Vec<_> = metric::every().map(|metric| (metric.name, metric.doc)).collect();
        return Ok(lines(all.into_iter()));
    }
    let rows = TOPICS.iter().filter_map(|(_, registry, form)| Some(page(&registry.about(word)?, form)));
    let metrics = metric::every().filter(|metric| metric.name == word).map(metric_page);
    let pages: Vec<String> = rows.chain(metrics).collect();
    if pages.is_empty() { Err(unknown(word)) } else { Ok(pages.join("\n")) }
}

fn lines<'a>(rows: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> String {
    let width = rows.clone().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    rows.fold(String::new(), |mut text, (name, doc)| {
        let _ = writeln!(text, "{name:width$}  {doc}");
        text
    })
}

fn page(row: &AboutRow, form: &str) -> String {
    let mut text = format!("{form}\"{}\"\n\n{}\n\n", row.name, row.page());
    let taken: Vec<_> = row.keys().collect();
    if taken.is_empty() {
        text.push_str("It takes no other keys.\n");
    } else {
        keys(&mut text, &taken);
    }
    for (key, reason) in row.refuses {
        let _ = writeln!(text, "\n    It does not take {key}: {reason}.");
    }
    text
}

fn metric_page(metric: &MetricKind) -> String {
    // The file of a metric that a loss brings along is that of the loss.
    let page = METRICS.about(metric.name).map_or_else(|| metric.doc.to_owned(), |row| row.page());
    format!("[report] score = \"{}\"\n\n{page}\n\n{}", metric.name, metric_lines(metric))
}

fn unknown(word: &str) -> String {
    let topics: Vec<&str> = TOPICS.iter().map(|(topic, ..)| *topic).chain([METRIC_TOPIC]).collect();
    let rows = TOPICS.iter().flat_map(|(_, registry, _)| registry.names());
    let all: Vec<&str> = topics.iter().copied().chain(rows).chain(METRICS.names()).collect();
    let near = instead(word, &all);
    let near = near.split_once(" accepted:").map_or("", |(near, _)| near);
    let shown = word.escape_debug();
    format!("there is no \"{shown}\" to list: {near}; accepted: {}, or the name of a row", plain_list(topics))
        .replace(": ;", ";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_a_line_for_each_row_and_a_row_its_page() {
        for (word, registry, form) in TOPICS {
            let text = topic(word).expect("a kind");
            assert_eq!(text.lines().count(), registry.names().len());
            for row in registry.about_all() {
                assert!(text.contains(&format!("  {}\n", row.doc)), "{}", row.name);
                let page = topic(row.name).expect("a row");
                assert!(page.contains(&format!("{form}\"{}\"\n\n{}\n", row.name, row.page())), "{page}");
                assert!(row.keys().all(|key| page.contains(key.doc)), "{page}");
            }
        }
        assert!(topic("r2").expect("a metric").contains("higher is better"));
    }

    #[test]
    fn an_unknown_word_names_what_is_near() {
        let accepted = "accepted: sources, models, losses, layers, activations, initialisations, methods, schedules, averages, baselines, metrics, or the name of a row";
        assert_eq!(
            topic("method"),
            Err(format!("there is no \"method\" to list: did you mean \"methods\"?; {accepted}"))
        );
        assert_eq!(topic("quux!"), Err(format!("there is no \"quux!\" to list; {accepted}")));
    }
}
