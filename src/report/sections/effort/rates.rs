//! How much the learning rate matters.

use crate::analysis::{Contender, RateSensitivity, Task, TaskEffort};
use crate::report::number::{short, significant};
use crate::report::page::Block;
use crate::report::page_limits::{best, some_of};
use crate::report::wording::{at_least, long_word, name_with_label, noun, task_name};

/// The table of one task. The first one explains its columns.
pub fn table(task: &Task<'_>, effort: &TaskEffort, most: usize, is_first: bool) -> Option<Block> {
    let rates = |at: usize| effort.contenders[at].as_ref()?.rates.as_ref();
    let known: Vec<usize> = (0..effort.contenders.len()).filter(|&at| rates(at).is_some()).collect();
    let shown = best(task, &known, most);
    let mut sorted = shown.clone();
    let lost = |at: &usize| rates(*at).and_then(|rates| rates.lost).unwrap_or(f64::INFINITY);
    sorted.sort_by(|a, b| lost(a).total_cmp(&lost(b)));
    let rows = sorted.iter().filter_map(|&at| row(&task.contenders[at], rates(at)?)).collect();
    let score = format!("{} {}", long_word(task.ranked_on), task.metric.label);
    let columns = [
        ("series", false),
        ("rates", true),
        ("from", true),
        ("to", true),
        ("good range, decades", true),
        ("worst nearby, × best", true),
        ("rate sensitivity, % of gain", true),
    ];
    let mut caption = format!(
        "{}: how much the rate matters to the best series of each {}.",
        task_name(task),
        noun(task.compares_keys)
    );
    if is_first {
        let distance = match task.metric.direction {
            crate::metric::Direction::Lower => String::new(),
            crate::metric::Direction::Higher => format!(" (of 1 − {})", task.metric.label),
        };
        caption.push_str(&format!(
            " Good range: the decades over which rates are about as good as the best. Worst nearby: the largest mean {score}{distance} within half a decade \
             of the best rate as a multiple of the smallest; ∞ where a trial diverged. Rate sensitivity: of what the best rate gains over the start of training, \
             the per cent that is lost at a rate taken at random from those tried, where one that diverged or ends above its start gains nothing. 0: the rate does \
             not matter; rows begin with that. It is the sensitivity of Wortsman et al. (2024) as a share of the gain; it holds for the rates from … to …, and \
             grids of other ends are not comparable by it."
        ));
    }
    caption.extend(some_of(shown.len(), known.len(), noun(task.compares_keys), "tables/tuning_summary.csv"));
    Block::table(caption, &columns, rows)
}

fn row(contender: &Contender<'_>, rates: &RateSensitivity) -> Option<Vec<String>> {
    let series = contender.best_series()?;
    let good = series
        .basin
        .as_ref()
        .map_or_else(|| "–".to_owned(), |basin| format!("{}{}", at_least(basin), significant(basin.decades, 2)));
    let number =
        |value: Option<f64>, digits: usize| value.map_or_else(|| "–".to_owned(), |value| significant(value, digits));
    Some(vec![
        name_with_label(contender.name(), &series.label),
        rates.rates.to_string(),
        short(rates.range.0, 3),
        short(rates.range.1, 3),
        good,
        number(rates.nearby, 3),
        number(rates.lost.map(|lost| 100.0 * lost), 3),
    ])
}
