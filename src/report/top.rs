//! `sweep top`: the settings of each task in the order of their score, as text.

use super::number::plural;
use super::reproduction::ids;
use super::verdicts::level_cell;
use super::wording::{center, metric, n, name_with_label, no_number, noun_of, score_cell, size_of_a_tie, task_name};
use crate::analysis::{Analysis, Contender, Sample, SettingResult, Task, rank, ties};
use crate::record::Epoch;
use crate::text::{columns, toml_float, visible};

/// The settings of each task, best first; `=` beside a rank marks a tie, at most `most` of each.
#[must_use]
pub fn top(analysis: &Analysis<'_>, most: usize) -> String {
    let blocks: Vec<String> = analysis.tasks.iter().map(|task| block(analysis, task, most)).collect();
    blocks.join("\n")
}

/// The score of a setting on the split that ranks and on the one that optimizers are compared on: `test MSE 3059 [2676, 3442], n = 10`.
#[must_use]
pub fn scores(task: &Task<'_>, result: &SettingResult<'_>, epoch: Epoch) -> Vec<String> {
    let mut splits = vec![task.ranked_on, task.compared_on];
    splits.dedup();
    let line = |split| {
        format!("{} {}, n = {}", metric(task.metric, split, epoch), score_cell(result, split, epoch), n(result))
    };
    splits.into_iter().map(line).collect()
}

fn block(analysis: &Analysis<'_>, task: &Task<'_>, most: usize) -> String {
    let (study, epoch) = (analysis.study, analysis.study.epoch);
    let of = |contender| std::iter::repeat::<&Contender<'_>>(contender);
    let all = task.contenders.iter().flat_map(|contender| contender.settings.iter().cloned().zip(of(contender)));
    let (settings, contenders): (Vec<SettingResult<'_>>, Vec<&Contender<'_>>) = all.unzip();
    let ranking = rank(&settings, &analysis.epochs_needed);
    let title = if ranking.by_median { "median of " } else { "" };
    let mut rows = vec![["rank", noun_of(study), "learning rate"].map(str::to_owned).to_vec()];
    rows[0].push(format!("{title}{}", metric(task.metric, task.ranked_on, epoch)));
    rows[0].push("n".to_owned());
    let center = if center(task) == "mean" { "" } else { ", geometric mean" };
    let compared = format!("{}{center} [95 %]", metric(task.metric, task.compared_on, epoch));
    let compares = task.compared_on != task.ranked_on;
    rows[0].extend(compares.then_some(compared));
    rows[0].extend(["diverged", "trials"].map(str::to_owned));
    let tied = ties(&settings);
    let tie = |position: usize| if tied.get(position) == Some(&true) { " =" } else { "" };
    for (position, &index) in ranking.order.iter().enumerate().take(most) {
        let place = position + 1;
        let (result, contender) = (&settings[index], contenders[index]);
        let diverged = result.counts.diverged + result.counts.failed;
        let median = result.score_median.filter(|_| ranking.by_median);
        let score = no_number(result, result.score_median).unwrap_or_else(|| match median {
            Some(median) => toml_float(median),
            None => score_cell(result, task.ranked_on, epoch),
        });
        let mut row = Vec::from([
            if ranking.none_is_best { "–".to_owned() } else { format!("{place}{}", tie(position)) },
            name_with_label(&contender.combination.optimizer, &contender.label(result)),
            result.learning_rate.map_or_else(|| "–".to_owned(), toml_float),
            score,
            n(result),
        ]);
        if compares {
            let values = result.metric(task.compared_on, epoch);
            let level = values.as_ref().and_then(|values| task.level_of(values.values()));
            let cell = level.map(|level| level_cell(task, &level));
            let cell = cell.or_else(|| no_number(result, values.as_ref().and_then(Sample::median)));
            row.push(cell.unwrap_or_else(|| score_cell(result, task.compared_on, epoch)));
        }
        row.extend([format!("{diverged}/{}", result.counts.planned()), ids(study, result.setting, 1)]);
        rows.push(row);
    }
    let mut text = format!("{}\n", visible(&task_name(task)));
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| rows.iter().map(|row| columns(&visible(&row[column]))).max().unwrap_or(0))
        .collect();
    for row in &rows {
        let cell = |(cell, width): (&String, &usize)| {
            let cell = visible(cell);
            format!("  {cell}{}", " ".repeat(width.saturating_sub(columns(&cell))))
        };
        let line: String = row.iter().zip(&widths).map(cell).collect();
        text.push_str(line.trim_end());
        text.push('\n');
    }
    if tied.iter().take(most).any(|tied| *tied) {
        let by = size_of_a_tie(task.metric);
        text.push_str(&format!("  = tied with the setting before or after it: they differ by {by}\n"));
    }
    let (shown, ranked) = (ranking.order.len().min(most), ranking.order.len());
    let unranked = settings.len() - ranked;
    if shown < ranked {
        text.push_str(&format!("  and {} (-n, --all)\n", plural(ranked - shown, "more setting")));
    }
    if unranked > 0 {
        text.push_str(&format!("  {} without a score yet\n", plural(unranked, "setting")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::{Builder, Ending};

    #[test]
    fn what_happened_stands_in_place_of_infinity_and_ties_are_marked() {
        let study = Builder::new("t", 2, true)
            .combination("gd", "gd")
            .setting(0.1, "", &[Ending::At(3.0), Ending::At(3.0)])
            .setting(0.2, "", &[Ending::At(3.0), Ending::At(3.0)])
            .setting(0.3, "", &[Ending::At(2.0), Ending::At(2.0)])
            .setting(0.4, "", &[Ending::At(2.0), Ending::Diverged])
            .setting(0.5, "", &[Ending::Diverged, Ending::Failed("broken")])
            .build();
        let text = top(&Analysis::new(&study), 10);
        let ranks: Vec<&str> =
            text.lines().skip(2).take(5).map(|line| line.split("gd").next().unwrap().trim()).collect();
        assert_eq!(ranks, ["1", "2 =", "3 =", "4", "5"], "{text}");
        assert!(text.contains("= tied with") && text.contains("test MSE, geometric mean [95 %]"), "{text}");
        assert!(text.contains("diverged (1/2)") && text.contains("diverged or failed"), "{text}");
        assert!(!text.contains("inf") && !text.contains('∞'), "{text}");
        let study = Builder::new("t", 1, true).combination("gd", "gd").setting(0.1, "", &[Ending::Diverged]).build();
        let text = top(&Analysis::new(&study), 10);
        assert!(text.contains("diverged") && !text.contains("inf") && !text.contains('∞'), "{text}");
    }
}
