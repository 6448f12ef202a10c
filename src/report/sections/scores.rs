//! The section on scores: each optimizer at its best setting, beside the baselines.

use super::{SectionContext, SectionKind};
use crate::analysis::{Counts, Task};
use crate::metric::MetricKind;
use crate::record::{Epoch, Split, Study};
use crate::report::number::{count, short};
use crate::report::page::Block;
use crate::report::page_limits::{MOST_TASKS, first_tasks, rows_a_table, rows_of, some_of};
use crate::report::tables::best_settings_path;
use crate::report::wording::{
    OWN_BEST_EPOCH, baseline_cell, baseline_level_cell, column_note, cut_at_range, diverged, level_intervals,
    long_word, lost_of, metric_cell, name_with_label, no_exact_solution, noun_of, rate_not_advised, sentence_case,
    size_of_a_tie, splits, task_name, tied_words, tuned_cell,
};

pub const SECTION: SectionKind =
    SectionKind { id: "scores", heading: |study| study.score().map_or("Scores", |metric| metric.heading), build };

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let tasks = &context.analysis.tasks;
    for (position, task) in tasks.iter().take(MOST_TASKS).enumerate() {
        blocks.extend(table(task, context.analysis.study, rows_a_table(tasks.len()), position == 0));
    }
    blocks.extend(
        first_tasks(tasks.len(), &best_settings_path(&context.analysis.study.scores()))
            .map(|text| Block::paragraph(text.trim())),
    );
    blocks
}

/// The table of one task. The first table explains its columns.
fn table(task: &Task<'_>, study: &Study, most: usize, is_first: bool) -> Option<Block> {
    let (epoch, others) = (study.epoch, &task.metrics.others);
    let shown_splits: &[Split] = match (task.ranked_on, task.compared_on) {
        (Split::Train, Split::Train) => &[Split::Train],
        (Split::Train, _) => &[Split::Train, Split::Test],
        (_, Split::Test) => &Split::ALL,
        _ => &[Split::Train, Split::Validation],
    };
    let label = task.metric.label;
    let mut titles: Vec<String> = shown_splits
        .iter()
        .map(|split| format!("{} {label}{}", long_word(*split), column_note(task, *split)))
        .collect();
    titles.extend(others.iter().map(|other| format!("{} {}", long_word(task.compared_on), other.label)));
    let noun = noun_of(study);
    let mut columns = vec![(noun, false), ("learning rate", true)];
    columns.extend(titles.iter().map(|title| (title.as_str(), true)));
    columns.extend([("completed · diverged · failed", true), ("settings tried", true), ("gradient evaluations", true)]);
    let mut rows = Vec::new();
    let shown = rows_of(task, most);
    for contender in &shown {
        let name = &contender.combination.optimizer;
        let Some(shown) = contender.shown() else {
            let mut row = vec![name.clone(), "–".to_owned()];
            row.extend(shown_splits.iter().map(|_| "outstanding".to_owned()));
            row.extend(others.iter().map(|_| "–".to_owned()));
            row.extend([ended(contender.counts), contender.settings.len().to_string(), "0".to_owned()]);
            rows.push(row);
            continue;
        };
        let mut row = match contender.named() {
            Some(best) => {
                let tie = tied_words(contender).map_or_else(String::new, |tie| format!(" ({tie})"));
                let rate = rate_not_advised(contender).unwrap_or_else(|| rate(best.learning_rate) + &tie);
                vec![name_with_label(name, &contender.label(best)), rate]
            }
            None => vec![name.clone(), rate(None)],
        };
        row.extend(shown_splits.iter().map(|&split| tuned_cell(task, contender, shown, split, epoch)));
        let other = |kind: &&MetricKind| metric_cell(shown, kind, task.compared_on, epoch);
        row.extend(others.iter().map(other));
        row.extend([ended(shown.counts), contender.settings.len().to_string(), count(contender.gradient_evaluations)]);
        rows.push(row);
    }
    for baseline in task.baselines.iter().take(most) {
        let mut row = vec![baseline.label.clone(), baseline.kind.name.to_owned()];
        let cell = |kind: &MetricKind, split: Split| baseline_cell(baseline, kind, split, task.ranked_on);
        row.extend(shown_splits.iter().map(|&split| baseline_level_cell(baseline, task, split)));
        let other = |kind: &&MetricKind| cell(kind, task.compared_on);
        row.extend(others.iter().map(other));
        row.extend([splits(baseline, task.ranked_on), "–".to_owned(), "–".to_owned()]);
        rows.push(row);
    }
    let at = match epoch {
        Epoch::Last => "at the last epoch",
        Epoch::Best => "at the best evaluated epoch",
    };
    let mut shown_settings =
        task.contenders.iter().flat_map(|contender| contender.shown().or(contender.settings.first()));
    let numbers = if shown_settings.all(|result| result.setting.deterministic) {
        "one deterministic trial each".to_owned()
    } else {
        let lost = lost_of(task);
        format!(
            "the mean over the seeds of the setting; where a trial {lost}, the median and (completed/n). Chosen: the number that \
             chose the setting, which is too good. Tuned per seed: each seed chooses its own setting, with its 95 % interval where \
             there is one"
        )
    };
    let unranked = task.contenders.iter().any(|contender| contender.best_by_loss().is_some());
    let mut caption = format!(
        "{}: each {noun} at its setting with the {} {} {label}.",
        task_name(task),
        task.metric.direction.superlative(),
        long_word(task.ranked_on)
    );
    if is_first {
        caption.push_str(&format!(
            " {label} {at}: {numbers}. Last two columns: the {noun}'s whole tuning budget (a gradient evaluation is one row's \
             gradient)."
        ));
    }
    if is_first && shown.iter().any(|contender| contender.ranking.tied > 0) {
        caption.push_str(&format!(
            " k others tie: so many settings have a mean score that differs from the best by {}, and are not told apart from it.",
            size_of_a_tie(task.metric)
        ));
    }
    if let (Some(loss), true) = (task.metrics.loss(), unranked) {
        let (ranked_on, loss) = (long_word(task.ranked_on), loss.label);
        caption.push_str(&format!(
            " Where {ranked_on} {label} is defined for no trial, {} stands at its setting with the lowest {ranked_on} {loss}.",
            if task.compares_keys { "a contender" } else { "an optimizer" }
        ));
    }
    if epoch == Epoch::Best && !others.is_empty() {
        caption.push_str(&format!(" {OWN_BEST_EPOCH}"));
    }
    if task.compared_on != task.ranked_on {
        caption.extend(cut_at_range("Intervals", level_intervals(task)).map(|text| format!(" {text}")));
    }
    caption.extend(some_of(shown.len(), task.contenders.len(), noun, &best_settings_path(&study.scores())));
    caption.extend(no_exact_solution(task).map(|text| format!(" {}.", sentence_case(&text))));
    if task.baselines.len() > most {
        caption.push_str(&format!(" {most} of {} baselines are shown.", task.baselines.len()));
    }
    Block::table(caption, &columns, rows)
}

fn rate(rate: Option<f64>) -> String {
    rate.map_or_else(|| "–".to_owned(), |rate| short(rate, 4))
}

fn ended(counts: Counts) -> String {
    let mut text = format!("{} · {} · {}", counts.completed, diverged(counts), counts.failed);
    if counts.outstanding > 0 {
        text.push_str(&format!(", {} outstanding", counts.outstanding));
    }
    text
}
