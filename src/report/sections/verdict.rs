//! Which optimizer and learning rate to use, and how sure we are.

use super::SectionKind;
use crate::analysis::{Analysis, Comparison, Finding, Task};
use crate::report::number::{cell, difference, p_value, short, significant};
use crate::report::phrase::{self, name_with_label, place, verdicts};
use crate::report::section::{Block, Context};
use crate::report::watch::watches;

pub const SECTION: SectionKind =
    SectionKind { id: "verdict", heading: "Which optimizer and learning rate to use", build };

fn build(context: &Context<'_>) -> Vec<Block> {
    let analysis = context.analysis;
    let mut blocks = Vec::new();
    for task in &analysis.tasks {
        blocks.extend(recommendation(analysis, task).map(Block::paragraph));
        if task.order.len() != 1 {
            let items = verdicts(analysis, task);
            blocks.push(Block::List { items });
        }
    }
    let items: Vec<String> = watches(analysis).iter().map(|watch| format!("Watch: {}.", watch.text)).collect();
    if !items.is_empty() {
        blocks.push(Block::List { items });
    }
    blocks.extend(table(analysis));
    blocks
}

/// The best setting of the leading optimizer.
fn recommendation(analysis: &Analysis<'_>, task: &Task<'_>) -> Option<String> {
    let contender = &task.contenders[*task.order.first()?];
    let best = contender.best()?;
    let score = analysis.study.score;
    let name = name_with_label(&contender.block.optimizer, &contender.label(best));
    let rate = best.learning_rate.map_or_else(String::new, |rate| format!(", learning rate {}", short(rate, 4)));
    let value = |split| {
        let sample = best.mse(split, score);
        format!("{} {}", phrase::metric(split, score), cell(sample.as_ref(), best.setting.deterministic))
    };
    let mut values = value(task.ranked_on);
    if task.compared_on != task.ranked_on {
        values.push_str(&format!(", {}", value(task.compared_on)));
    }
    let n = if best.setting.deterministic {
        "deterministic: one trial, no interval".to_owned()
    } else {
        format!("n = {}", phrase::n(best))
    };
    let place = place(analysis, task);
    let verb = if contender.ranking.by_median { "nothing is safe to use; the best by the median is" } else { "use" };
    Some(format!("On {place} {verb} {name}{rate}: {values} ({n})."))
}

fn table(analysis: &Analysis<'_>) -> Option<Block> {
    let mut rows = Vec::new();
    for task in &analysis.tasks {
        rows.extend(task.comparisons.iter().map(|comparison| row(analysis, task, comparison)));
    }
    let columns = [
        ("task", false),
        ("difference", false),
        ("metric", false),
        ("mean difference [95 %]", true),
        ("n", true),
        ("p", true),
        ("would decide", true),
    ];
    let caption = "Each pair of optimizers at their best settings. p is not adjusted for the number of comparisons.";
    Block::table(caption, &columns, rows)
}

fn row(analysis: &Analysis<'_>, task: &Task<'_>, comparison: &Comparison) -> Vec<String> {
    let name = |index: usize| task.contenders[index].block.optimizer.as_str();
    let none = || "–".to_owned();
    let (value, n, p, would_decide) = match &comparison.finding {
        Finding::NoPairs => (none(), "0".to_owned(), none(), none()),
        Finding::Plain { difference } => (significant(*difference, 4), "1, deterministic".to_owned(), none(), none()),
        Finding::Paired { n, mean, interval, p_value: p, would_decide, .. } => (
            difference(*mean, *interval),
            n.to_string(),
            p.map_or_else(none, |p| format!("{}{}", if p.exact { "" } else { "approximately " }, p_value(p.value))),
            would_decide.map_or_else(none, |n| n.to_string()),
        ),
        Finding::Unequal { n, first_lower, second_lower, median, p_value: p } => (
            format!(
                "median {}; lower in {second_lower} and {first_lower}",
                median.map_or_else(none, |median| significant(median, 4))
            ),
            n.to_string(),
            format!("{} (sign test)", p_value(*p)),
            none(),
        ),
    };
    let pair = format!("{} − {}", name(comparison.second), name(comparison.first));
    let metric = phrase::metric(comparison.split, analysis.study.score);
    vec![phrase::task_name(task), pair, metric, value, n, p, would_decide]
}
