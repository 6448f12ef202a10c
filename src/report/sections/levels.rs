//! The section on the values of a key that is compared.

use super::figure_blocks::figure_blocks;
use super::{SectionContext, SectionKind};
use crate::analysis::{Answer, RateSlope, Task, WithinOptimizer, rate_slopes};
use crate::report::number::plural;
use crate::report::number::{cell, short, with_interval};
use crate::report::page::Block;
use crate::report::page_limits::{MOST_TASKS, names, rows_a_table};
use crate::report::wording::{ends, long_word, task_name};

pub const SECTION: SectionKind = SectionKind { id: "compared", heading: |_| "By the value that is compared", build };

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let tasks = &context.analysis.tasks;
    let most = rows_a_table(tasks.len());
    let of_task = |(position, (task, drawn)): (usize, (&Task<'_>, _))| -> Vec<Block> {
        let drawn: &crate::report::figures::TaskFigures = drawn;
        let table = (position < MOST_TASKS).then(|| table(task, most)).flatten();
        let rates = rate_slopes(task).into_iter().flat_map(|found| by_value(task, &found));
        figure_blocks(&drawn.levels).chain(rates).chain(table).collect()
    };
    tasks.iter().zip(context.figures).enumerate().flat_map(of_task).collect()
}

/// The best rate of each value of a number, and the slope of a line through them.
fn by_value(task: &Task<'_>, found: &RateSlope<'_>) -> Vec<Block> {
    let key = found.key.rsplit('.').next().unwrap_or(found.key);
    let score = format!("{} {}", long_word(task.ranked_on), task.metric.label);
    let columns = [(key, true), ("best rate", true), (score.as_str(), true), ("good range", true)];
    let rows = found.best.iter().map(|at| {
        let contender = &task.contenders[at.contender];
        let best = contender.best();
        let good = contender.best_series().and_then(|series| {
            let rate = |index: usize| {
                let result = series.settings.get(index).map(|&setting| &contender.settings[setting]);
                result.and_then(|result| result.learning_rate).map_or_else(String::new, |rate| short(rate, 3))
            };
            series.basin.as_ref().map(|basin| ends(basin, &rate(basin.low), &rate(basin.high), " to "))
        });
        let score = best.map_or_else(String::new, |best| {
            cell(task.metric, Some(&best.score()), best.target, best.setting.deterministic)
        });
        vec![short(at.value, 6), short(at.rate, 3), score, good.unwrap_or_default()]
    });
    let caption = format!("{}: the best learning rate of {} by {key}.", task_name(task), found.optimizer);
    let mut blocks: Vec<Block> = Block::table(caption, &columns, rows.collect()).into_iter().collect();
    if let Some(slope) = &found.slope {
        let seeds = found.slopes.len();
        let mut text = format!(
            "{}: on logarithmic axes the best rate of {} follows {key} with slope {}: twice the {key} asks for {} times the rate. \
             (The mean over {} of least-squares lines through the rates that are best in each seed{}.)",
            task_name(task),
            found.optimizer,
            with_interval(slope.mean, slope.interval, 2),
            short(libm::exp2(slope.mean), 2),
            plural(seeds, "seed"),
            if slope.interval.is_some() { ", with its 95 % interval" } else { "" },
        );
        if found.cut > 0 {
            text.push_str(&format!(
                " At {} the best rate is the first or the last that was tried, so that the slope may be another.",
                plural(found.cut, "value")
            ));
        }
        blocks.push(Block::paragraph(text));
    }
    blocks
}

/// The values of each optimizer against its own best.
fn table(task: &Task<'_>, most: usize) -> Option<Block> {
    let leader = task.contenders[*task.order.first()?].name();
    let caption = format!(
        "{}: the values of one optimizer at a time against its own best, which its validation score names; tests on {} rows by pairs, adjusted by Holm \
         for the values of one optimizer. (The verdict compares all values of all optimizers with the one leader, {leader}.)",
        task_name(task),
        task.compared_on.word(),
    );
    let columns = [
        ("optimizer", false),
        ("its best value", false),
        ("practically equal", false),
        ("no difference shown", false),
        ("better in the test", false),
        ("worse", false),
    ];
    Block::table(caption, &columns, task.within.iter().take(most).map(|one| row(task, one)).collect())
}

fn row(task: &Task<'_>, within: &WithinOptimizer<'_>) -> Vec<String> {
    let value = |contender: usize| {
        let levels = &task.contenders[contender].combination.levels;
        let words: Vec<&str> = match &levels[..] {
            [only] => vec![only.value.as_str()],
            several => several.iter().map(|level| level.words.as_str()).collect(),
        };
        if words.is_empty() { task.contenders[contender].name().to_owned() } else { words.join(" ") }
    };
    let with = |is_meant: &dyn Fn(Answer) -> bool| {
        let meant = within.comparisons.iter().filter(|found| is_meant(found.answer));
        let values: Vec<String> = meant.map(|found| value(found.second)).collect();
        if values.is_empty() { "–".to_owned() } else { names(&values.iter().map(String::as_str).collect::<Vec<_>>()) }
    };
    let decided = [Answer::PracticallyEqual, Answer::FirstBetter, Answer::SecondBetter];
    vec![
        within.table.to_owned(),
        value(within.best),
        with(&|answer| answer == Answer::PracticallyEqual),
        with(&|answer| !decided.contains(&answer)),
        with(&|answer| answer == Answer::SecondBetter),
        with(&|answer| answer == Answer::FirstBetter),
    ]
}
