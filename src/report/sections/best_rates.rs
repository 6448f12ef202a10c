//! The best learning rate of each value of a number that is compared, and how it moves with the number.

use crate::analysis::{RateSlope, Task};
use crate::report::number::{cell, plural, short, with_interval};
use crate::report::page::Block;
use crate::report::verdicts::best_rates::{bare, sentence, whose};
use crate::report::wording::{CUT_BY_THE_GRID, ends, long_word, task_name, tied_words};

/// A table and a paragraph.
pub fn blocks(task: &Task<'_>, found: &RateSlope<'_>, is_first: bool) -> Vec<Block> {
    let mut blocks: Vec<Block> = table(task, found).into_iter().collect();
    blocks.push(Block::paragraph(format!("{}: {}", task_name(task), sentence(task, found, is_first))));
    blocks
}

fn table(task: &Task<'_>, found: &RateSlope<'_>) -> Option<Block> {
    let key = bare(found);
    let several = found.slopes.len() > 1;
    let score = format!("{} {}", long_word(task.ranked_on), task.metric.label);
    let mut columns = vec![(key, true), ("best rate", true), (score.as_str(), true), ("good range", true)];
    columns.extend(several.then_some(("own best, geometric mean [95 % interval]", true)));
    let rows = found.best.iter().map(|at| {
        let contender = &task.contenders[at.contender];
        let best = contender.best();
        let good = contender.best_series().and_then(|series| {
            let rate = |index: usize| {
                let result = series.settings.get(index).map(|&setting| &contender.settings[setting]);
                result.and_then(|result| result.learning_rate).map_or_else(String::new, |rate| short(rate, 3))
            };
            series.basin.as_ref().map(|basin| match basin.low < basin.high {
                true => ends(basin, &rate(basin.low), &rate(basin.high), " to "),
                false => "only this rate".to_owned(),
            })
        });
        let score = best.map_or_else(String::new, |best| {
            cell(task.metric, Some(&best.score()), best.target, best.setting.deterministic)
        });
        let mut rate = short(at.rate, 3);
        let cut = at.is_cut(at.rate).then(|| CUT_BY_THE_GRID.to_owned());
        let words: Vec<String> = cut.into_iter().chain(tied_words(contender)).collect();
        if !words.is_empty() {
            rate.push_str(&format!(" ({})", words.join("; ")));
        }
        let mut row = vec![at.words.clone(), rate, score, good.unwrap_or_default()];
        if several {
            row.push(
                at.own_level.map_or_else(|| "–".to_owned(), |level| with_interval(level.center, level.interval, 3)),
            );
        }
        row
    });
    let own = match several {
        true => format!(
            " Best rate: by the mean score of all seeds; own best: the rate that is best in each of {}, on the same rows.",
            plural(found.slopes.len(), "seed")
        ),
        false => String::new(),
    };
    let without: Vec<String> = found.without_rate().collect();
    let without = if without.is_empty() { String::new() } else { format!(" No rate: {}.", without.join(", ")) };
    let caption = format!("{}: the best learning rate of {} by {key}.{own}{without}", task_name(task), whose(found));
    Block::table(caption, &columns, rows.collect())
}
