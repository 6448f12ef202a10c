//! How soon each optimizer reaches a target.

use crate::analysis::{Sample, Task, TaskEffort};
use crate::metric::Direction;
use crate::report::number::{count, of_metric, significant};
use crate::report::page::Block;
use crate::report::page_limits::{best, some_of};
use crate::report::wording::{and_one_row, long_word, noun, task_name};

/// What stands in place of all tables.
pub const NONE: &str = "There is no time to a target: it needs two that are better than predicting the mean, their curves of the \
                        score, and a start outside the target.";

/// The table of one task. The first one explains its columns.
pub fn table(task: &Task<'_>, effort: &TaskEffort, most: usize, is_first: bool) -> Option<Block> {
    let times = effort.times.as_ref()?;
    let raced: Vec<usize> = (0..times.times.len()).filter(|&at| times.reached(at).1 > 0).collect();
    let fastest = times.fastest();
    let mut shown = best(task, &raced, most);
    let all = shown.len();
    shown.sort_by(|&a, &b| {
        let key = |at: usize| (times.medians[at].unwrap_or(f64::INFINITY), usize::MAX - times.reached(at).0);
        key(a).0.total_cmp(&key(b).0).then(key(a).1.cmp(&key(b).1))
    });
    let row = |&at: &usize| {
        let (reached, n) = times.reached(at);
        let median = times.medians[at];
        let longest = times.times[at].iter().flatten().map(|time| time.gradient_evaluations).max().unwrap_or(0);
        vec![
            task.contenders[at].name().to_owned(),
            format!("{reached}/{n}"),
            median.map_or_else(|| format!("> {}", count(longest)), |median| count(median as u64)),
            times.spacings[at].map_or_else(|| "–".to_owned(), |spacing| count(spacing as u64)),
            median.zip(fastest).map_or_else(
                || "–".to_owned(),
                |(median, fastest)| {
                    let tie = if times.is_tied(at) && median > fastest { " (tie)" } else { "" };
                    format!("{}{tie}", significant(median / fastest, 3))
                },
            ),
        ]
    };
    let rows = shown.iter().map(row).collect();
    let targets: Vec<f64> = times.targets.iter().flatten().copied().collect();
    let (n, target) = (targets.len(), Sample::new(targets).median().unwrap_or(f64::NAN));
    let value = of_metric(task.metric, target, 4);
    let target = if n > 1 { format!("{value} in the median of {n} seeds, each with its own") } else { value };
    let mut caption = format!(
        "{}: gradient evaluations until the {} {} is at {target}.",
        task_name(task),
        long_word(task.ranked_on),
        task.metric.label
    );
    if is_first {
        let of = match task.metric.direction {
            Direction::Lower => String::new(),
            Direction::Higher => format!(" of 1 − {}", task.metric.label),
        };
        caption.push_str(&format!(
            " The target is 1 %{of}{} short of what more than half of the {}s reach with their best setting on the seed. Of all \
             settings of a seed that completed and are stable the fastest counts, as in AlgoPerf (Dahl et al., 2023), so larger grids have more chances, and the \
             rows that choose also time. A seed that never gets there is cut off where its longest trial ended: the median over seeds \
             is that of Kaplan and Meier (1958), > where half of the seeds did not get there. {} Times are those of evaluated epochs. Known to: the evaluations since the evaluated \
             epoch before, when it was not there yet; (tie): it may have been there as early as the fastest one.",
            and_one_row(task.metric),
            noun(task.compares_keys),
            if times.stays {
                "A trial is there from the first evaluated epoch after which its curve stays there to its end: AlgoPerf stops at the first one, which a noisy \
                 curve may reach by luck; here one that gets worse again, by noise or by overfitting, is not there."
            } else {
                "The first evaluated epoch that is there counts, even if later ones are not: the best epoch is also the score."
            }
        ));
    }
    let dropped = times.targets.len() - n;
    if dropped > 0 {
        caption.push_str(&format!(" {dropped} of {} seeds have no target, or start within it.", times.targets.len()));
    }
    caption.extend(some_of(all, raced.len(), noun(task.compares_keys), "tables/time_to_target.csv"));
    let columns = [
        (noun(task.compares_keys), false),
        ("reached", true),
        ("median", true),
        ("known to", true),
        ("× the fastest", true),
    ];
    Block::table(caption, &columns, rows)
}
