//! The summary printed at the end of a run: counts, the table of scores, the verdict, what to watch.

use std::time::Duration;

use super::number::plural;
use super::page_limits::{MOST_ITEMS, rows_of};
use super::reproduction::{self, CommandOf};
use super::verdicts::{best_rates, verdicts};
use super::warnings::warnings;
use super::wording::{
    baseline_cell, baseline_level_cell, budget, column_note, compared_keys, metric_cell, n, name_with_label,
    no_exact_solution, noun_of, outcomes, rate, task_name, tuned_cell,
};
use crate::analysis::{Analysis, Contender, SettingResult, Task};
use crate::metric::MetricKind;
use crate::record::{Epoch, Split};
use crate::text::{columns as width_of, visible};

/// The most lines of each kind. Further lines are only counted.
const MOST_LINES: usize = 8;

/// The most ids of the trials of one setting.
const MOST_IDS: usize = 3;

/// The most rows and tasks of the table, and the fewest optimizers that each task gets.
const MOST_ROWS: usize = 60;
const MOST_TASKS: usize = 20;
const FEWEST_OPTIMIZERS: usize = 3;

/// The summary of a run. `report` is the path that it names, `command` writes the commands that train answers again.
#[must_use]
pub fn terminal(
    analysis: &Analysis<'_>,
    elapsed: Option<Duration>,
    report: Option<&str>,
    command: CommandOf<'_>,
) -> String {
    let study = analysis.study;
    let mut lines = vec![title(&study.name, &study.title), counts(analysis, elapsed), String::new()];
    table(analysis, &mut lines);
    lines.push(String::new());
    let models = analysis.models.iter().map(|models| &models.task);
    let all: Vec<String> = models.chain(&analysis.tasks).flat_map(|task| verdicts(analysis, task)).collect();
    labelled("verdict", all, &mut lines);
    let with_slopes = analysis.tasks.iter().flat_map(|task| task.rate_slopes.iter().map(move |found| (task, found)));
    let slopes = with_slopes.filter_map(|(task, found)| best_rates::in_short(task, found)).map(|text| text + ".");
    labelled("slope", slopes.collect(), &mut lines);
    labelled("watch", warnings(analysis).iter().map(super::warnings::Warning::line).collect(), &mut lines);
    labelled("again", again(analysis, command), &mut lines);
    labelled("report", report.map(str::to_owned).into_iter().collect(), &mut lines);
    let mut text = String::new();
    for line in lines {
        text.push_str(visible(&line).trim_end());
        text.push('\n');
    }
    text
}

/// The commands that train the answers again: of each task the leader, and the others that its answers recommend.
fn again(analysis: &Analysis<'_>, command: CommandOf<'_>) -> Vec<String> {
    let study = analysis.study;
    let mut answers: Vec<(&Contender<'_>, &SettingResult<'_>)> = Vec::new();
    for task in &analysis.tasks {
        let leader = task.order.first().copied();
        let others = task.order.iter().skip(1).copied().filter(|&other| is_recommended(task, other));
        let contenders = leader.into_iter().chain(others).map(|index| &task.contenders[index]);
        answers.extend(contenders.filter_map(|contender| Some((contender, contender.named()?))));
    }
    let folders =
        reproduction::folders(&answers.iter().map(|(contender, _)| reproduction::names(contender)).collect::<Vec<_>>());
    let line = |((contender, best), folder): (&(&Contender<'_>, &SettingResult<'_>), String)| {
        let overrides = reproduction::of_setting(study, contender.combination, best.setting);
        let ids = reproduction::ids(study, best.setting, MOST_IDS);
        let whose = if answers.len() > 1 { format!("{}, ", contender.combination.optimizer) } else { String::new() };
        format!("{}  # {whose}{ids}", command(overrides, &folder))
    };
    answers.iter().zip(folders).map(line).collect()
}

/// Whether the answers of a task recommend an optimizer beside the leader. On a held split they speak of the models of each that
/// they name.
fn is_recommended(task: &Task<'_>, other: usize) -> bool {
    task.holds_its_split() || task.against_leader(other).is_some_and(|comparison| comparison.decided() < 0)
}

fn title(name: &str, title: &str) -> String {
    if title.is_empty() || title == name { name.to_owned() } else { format!("{name} · {title}") }
}

fn counts(analysis: &Analysis<'_>, elapsed: Option<Duration>) -> String {
    let distinct = |name: fn(&Task<'_>) -> String| {
        let mut names: Vec<String> = analysis.tasks.iter().map(name).collect();
        names.sort();
        names.dedup();
        names.len()
    };
    let mut optimizers: Vec<&str> =
        analysis.study.combinations.iter().map(|combination| combination.optimizer_table.as_str()).collect();
    optimizers.sort_unstable();
    optimizers.dedup();
    let what = [
        plural(distinct(|task| task.dataset.to_owned()), "dataset"),
        plural(distinct(|task| task.model.to_owned()), "model"),
        plural(optimizers.len(), "optimizer"),
    ];
    let (settings, seeds, trials) = (analysis.settings, analysis.study.seeds.len(), analysis.counts.planned());
    let size = if settings * seeds == trials {
        format!("{} × {} = {}", plural(settings, "setting"), plural(seeds, "seed"), plural(trials, "trial"))
    } else {
        format!("{} · {}", plural(settings, "setting"), plural(trials, "trial"))
    };
    let compared = compared_keys(analysis.study);
    let compared = compared.map_or_else(String::new, |keys| format!(", compared by {keys}"));
    let mut line = format!("{}{compared} · {size} · {}", what.join(" × "), outcomes(analysis.counts));
    if let Some(elapsed) = elapsed {
        line.push_str(&format!(" · {:.1} s", elapsed.as_secs_f64()));
    }
    line
}

/// The splits that a table shows: the one that ranks, and the one that optimizers are compared on.
fn shown(task: &Task<'_>) -> Vec<Split> {
    if task.ranked_on == task.compared_on { vec![task.ranked_on] } else { vec![task.ranked_on, task.compared_on] }
}

fn table(analysis: &Analysis<'_>, lines: &mut Vec<String>) {
    let epoch = analysis.study.epoch;
    let mut tables: Vec<Vec<Vec<String>>> = Vec::new();
    let optimizers: usize = analysis.tasks.iter().map(|task| task.contenders.len()).sum();
    let tasks = analysis.tasks.len().min(MOST_TASKS);
    let most = if optimizers <= MOST_ROWS { MOST_ROWS } else { (MOST_ROWS / tasks).max(FEWEST_OPTIMIZERS) };
    for task in analysis.tasks.iter().take(tasks) {
        let (splits, others) = (shown(task), &task.metrics.others);
        let mut header = vec![task_name(task)];
        let title = |split: Split, label: &str| match epoch {
            Epoch::Last => format!("{} {label}", split.word()),
            Epoch::Best => format!("best {} {label}", split.word()),
        };
        header.extend(splits.iter().map(|split| title(*split, task.metric.label) + &column_note(task, *split)));
        header.extend(others.iter().map(|other| title(task.compared_on, other.label)));
        header.extend(["learning rate", "n", "budget"].map(str::to_owned));
        let mut rows = vec![header];
        // In the order of the plan, which readers know from their file. The verdict names the leader.
        let shown = rows_of(task, most);
        for contender in &shown {
            let name = &contender.combination.optimizer;
            let Some(shown) = contender.shown() else {
                let mut row = vec![format!("  {name}")];
                row.extend(splits.iter().map(|_| "outstanding".to_owned()));
                row.extend(others.iter().map(|_| "–".to_owned()));
                row.extend([String::new(), "0".to_owned(), budget(contender)]);
                rows.push(row);
                continue;
            };
            let best = contender.named();
            let label = best.map_or_else(String::new, |best| contender.label(best));
            let mut row = vec![format!("  {}", name_with_label(name, &label))];
            row.extend(splits.iter().map(|&split| tuned_cell(task, contender, shown, split, epoch)));
            let other = |kind: &&MetricKind| metric_cell(shown, kind, task.compared_on, epoch);
            row.extend(others.iter().map(other));
            let rate = best.map_or_else(|| "–".to_owned(), |best| rate(contender, best));
            row.extend([rate, n(shown), budget(contender)]);
            rows.push(row);
        }
        for baseline in task.baselines.iter().take(most) {
            let mut row = vec![format!("  {}", baseline.label)];
            let cell = |kind: &MetricKind, split: Split| baseline_cell(baseline, kind, split, task.ranked_on);
            row.extend(splits.iter().map(|&split| baseline_level_cell(baseline, task, split)));
            let other = |kind: &&MetricKind| cell(kind, task.compared_on);
            row.extend(others.iter().map(other));
            row.push(baseline.kind.name.to_owned());
            rows.push(row);
        }
        rows.extend(no_exact_solution(task).map(|text| vec![format!("  {text}")]));
        if task.contenders.len() > shown.len() {
            let (best, all) = (shown.len(), task.contenders.len());
            rows.push(vec![format!(
                "  the best {best} of {}; the report has more",
                plural(all, noun_of(analysis.study))
            )]);
        }
        tables.push(rows);
    }
    // All tasks share the widths, so that their columns line up.
    let mut widths: Vec<usize> = Vec::new();
    for row in tables.iter().flatten() {
        // A row with one text is a sentence and has no columns.
        for (column, text) in row.iter().enumerate().filter(|_| row.len() > 1) {
            let width = width_of(&visible(text));
            match widths.get_mut(column) {
                Some(widest) => *widest = (*widest).max(width),
                None => widths.push(width),
            }
        }
    }
    for (position, rows) in tables.iter().enumerate() {
        if position > 0 {
            lines.push(String::new());
        }
        for row in rows {
            let mut line = String::new();
            for (text, width) in row.iter().zip(&widths) {
                let text = visible(text);
                line.push_str(&text);
                let padding = (width + 2).saturating_sub(width_of(&text));
                line.extend(std::iter::repeat_n(' ', padding));
            }
            lines.push(line);
        }
    }
    if analysis.tasks.len() > tasks {
        lines.push(String::new());
        lines.push(format!("and {} in the report", plural(analysis.tasks.len() - tasks, "more task")));
    }
}

fn labelled(label: &str, texts: Vec<String>, lines: &mut Vec<String>) {
    let count = texts.len();
    for (position, text) in texts.into_iter().take(MOST_LINES).enumerate() {
        lines.push(format!("{:<10}{text}", if position == 0 { label } else { "" }));
    }
    if count > MOST_LINES {
        // The page is limited too. Beyond that, only the tables have all numbers.
        let place = if count <= MOST_ITEMS { "in the report" } else { "in the report and its tables" };
        lines.push(format!("{:<10}and {} more {place}", "", count - MOST_LINES));
    }
}
