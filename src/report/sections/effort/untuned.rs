//! What optimizers give that are not tuned on the task.

use super::settings::DAGGER;
use crate::analysis::{Level, Task, TaskEffort};
use crate::metric::Direction;
use crate::report::number::{of_metric, short};
use crate::report::page::Block;
use crate::report::page_limits::{best, some_of};
use crate::report::wording::{long_word, name_with_label, noun, task_name};

/// One row: its words, and its level.
struct Row<'t> {
    cells: [String; 3],
    level: &'t Level,
    /// Seeds at which the baseline stands in.
    capped: usize,
    all: Option<f64>,
}

/// The table of one task. The first one explains its columns.
pub fn table(task: &Task<'_>, effort: &TaskEffort, most: usize, is_first: bool) -> Option<Block> {
    let has_row = |at: &usize| {
        effort.contenders[*at].as_ref().is_some_and(|one| one.defaults.is_some() || one.transferred.is_some())
    };
    let known: Vec<usize> = (0..effort.contenders.len()).filter(has_row).collect();
    let shown = best(task, &known, most);
    let mut rows: Vec<Row<'_>> = shown.iter().flat_map(|&at| rows_of(task, effort, at)).collect();
    let not_planned: Vec<String> = shown.iter().filter_map(|&at| not_planned(task, effort, at)).collect();
    let distance = |row: &Row<'_>| task.metric.distance(row.level.center);
    rows.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
    let noun = noun(task.compares_keys);
    let has_dagger = rows.iter().any(|row| row.capped > 0);
    let columns = [(noun, false), ("not tuned", false), ("setting", false), (task.metric.label, true), ("× all", true)];
    let value = format!("{} {}", long_word(task.compared_on), task.metric.label);
    let of = match task.metric.direction {
        Direction::Lower => String::new(),
        Direction::Higher => format!(", of 1 − {}", task.metric.label),
    };
    let mut caption =
        format!("{}: {value} of each {noun} that is not tuned on this task, the best first.", task_name(task));
    if is_first {
        caption.push_str(&format!(
            " Default of a program: its learning rate where nothing is said, the other keys of the method at their defaults here. Nearest: that rate is not \
             planned, and the nearest one within half a decade stands for it. Brought along: the setting that ranks best over the tasks of other data, one \
             for all. × all: as a multiple of what the whole grid gives, tuned on this task{of}. Nothing was trained for this table."
        ));
    }
    if has_dagger {
        caption.push_str(&super::settings::dagger(task));
    }
    if !not_planned.is_empty() {
        let all: Vec<&str> = not_planned.iter().map(String::as_str).collect();
        caption.push_str(&format!(
            " Not planned, nor a rate near it, with the other keys at their defaults: {}.",
            all.join(", ")
        ));
    }
    let cells = rows.into_iter().map(|row| cells(task, row)).collect();
    caption.extend(some_of(shown.len(), known.len(), noun, "tables/tuning_summary.csv"));
    Block::table(caption, &columns, cells)
}

fn rows_of<'t>(task: &'t Task<'_>, effort: &'t TaskEffort, at: usize) -> Vec<Row<'t>> {
    let (contender, Some(one)) = (&task.contenders[at], effort.contenders[at].as_ref()) else { return Vec::new() };
    let all = one.curve.all().map(|level| task.metric.distance(level.center));
    let setting = |index: usize| {
        let result = &contender.settings[index];
        let rate = result.learning_rate.map_or_else(String::new, |rate| format!("rate {}", short(rate, 4)));
        let label = contender.label(result);
        if rate.is_empty() { label } else { name_with_label(&rate, &label) }
    };
    let name = || contender.name().to_owned();
    let mut rows: Vec<Row<'_>> = Vec::new();
    let mut default = None;
    if let Some((defaults, found)) = one.defaults.as_ref().and_then(|all| Some((all, all.found.as_ref()?))) {
        let of = format!("default of {}", defaults.program);
        let kind =
            if found.is_exact { of } else { format!("nearest to the {of}, {}", short(defaults.default_rate, 4)) };
        default = Some(found.setting);
        rows.push(Row {
            cells: [name(), kind, setting(found.setting)],
            level: &found.level,
            capped: found.capped,
            all,
        });
    }
    // A lone setting is the same everywhere.
    if let Some(found) = one.transferred.as_ref().filter(|_| one.curve.settings > 1) {
        if default == Some(found.setting) {
            rows.iter_mut().for_each(|row| row.cells[1].push_str("; brought along"));
        } else {
            let cells = [name(), "brought along".to_owned(), setting(found.setting)];
            rows.push(Row { cells, level: &found.level, capped: found.capped, all });
        }
    }
    rows
}

/// `adam (torch 0.001)`: a default that was not planned.
fn not_planned(task: &Task<'_>, effort: &TaskEffort, at: usize) -> Option<String> {
    let defaults = effort.contenders[at].as_ref()?.defaults.as_ref().filter(|defaults| defaults.found.is_none())?;
    Some(format!("{} ({} {})", task.contenders[at].name(), defaults.program, short(defaults.default_rate, 4)))
}

fn cells(task: &Task<'_>, row: Row<'_>) -> Vec<String> {
    let mut cells = row.cells.to_vec();
    let mark = if row.capped > 0 { DAGGER } else { "" };
    cells.push(format!("{}{mark}", of_metric(task.metric, row.level.center, 4)));
    let ratio = row.all.filter(|all| *all > 0.0).map(|all| task.metric.distance(row.level.center) / all);
    cells.push(ratio.map_or_else(|| "–".to_owned(), |ratio| short(ratio, 3)));
    cells
}
