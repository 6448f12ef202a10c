//! The section on the models of a data set: which of them predicts better, each with its best optimizer and setting.

use super::{SectionContext, SectionKind};
use crate::analysis::{Analysis, ModelsApart, ModelsCompared};
use crate::record::Split;
use crate::report::number::{count, p_value, short};
use crate::report::page::Block;
use crate::report::page_limits::{MOST_ITEMS, MOST_NOTES, items, names, rows_a_table};
use crate::report::verdicts::{self, level_cell, speaks_of, verdicts};
use crate::report::wording::{self, long_word, name_with_label};

pub const SECTION: SectionKind = SectionKind { id: "models", heading: |_| "How the models compare", build };

/// The file with all of them.
pub const FILE: &str = "tables/models.csv";

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let analysis = context.analysis;
    let mut blocks = Vec::new();
    let said = analysis.models.iter().flat_map(|models| verdicts(analysis, &models.task)).collect();
    let said = items(said, MOST_ITEMS, |more| format!("And {more} more; {FILE} has all."));
    if !said.is_empty() {
        blocks.push(Block::List { items: said });
    }
    blocks.extend(table(analysis));
    let apart = analysis.models_apart.iter().map(apart).collect();
    let apart: Vec<String> = items(apart, MOST_NOTES, |more| format!("And {more} more."));
    blocks.extend(apart.into_iter().map(Block::paragraph));
    blocks
}

fn table(analysis: &Analysis<'_>) -> Option<Block> {
    let first = &analysis.models.first()?.task;
    let several = analysis.models.len() > 1;
    let epoch = analysis.study.epoch;
    let name = |split: Split| match analysis.study.score() {
        Some(metric) => wording::long_metric(metric, split, epoch),
        None => format!("{} score", long_word(split)),
    };
    let is_tested = analysis.models.iter().any(|models| models.task.compared_on != models.task.ranked_on);
    let chosen = format!("{}, chosen", name(first.ranked_on));
    let tuned = format!("{}, tuned per seed", name(first.compared_on));
    let mut columns = if several { vec![("data set", false)] } else { Vec::new() };
    columns.extend([("model", false), ("best setting", false), ("learning rate", true), ("parameters", true)]);
    columns.extend([("settings tried", true), (chosen.as_str(), true)]);
    columns.extend(is_tested.then_some((tuned.as_str(), true)));
    columns.extend(is_tested.then_some(("seeds that choose it", true)));
    columns.extend([("n", true), ("less the leader's [95 % interval]", true), ("p (Holm)", true), ("answer", false)]);
    let all: usize = analysis.models.iter().map(|models| models.task.order.len()).sum();
    let most = rows_a_table(analysis.models.len());
    let rows: Vec<Vec<String>> = (analysis.models.iter())
        .flat_map(|models| models.task.order.iter().take(most).map(move |&index| (models, index)))
        .map(|(models, index)| row(analysis, models, index, several, is_tested))
        .collect();
    let mut speaks: Vec<&str> = Vec::new();
    for words in analysis.models.iter().map(|models| speaks_of(&models.task)) {
        speaks.extend((!speaks.contains(&words)).then_some(words));
    }
    let of_test = match is_tested {
        true => ", and that setting's test score counts",
        false => "",
    };
    let mixes = match is_tested {
        true => {
            " What is tuned per seed is not: it mixes the settings, and optimizers, that the seeds choose (seeds that choose it: how \
             many choose the best setting)."
        }
        false => "",
    };
    let mut caption = format!(
        "Models on the same rows. Each is tuned over all its optimizers and settings: every seed chooses the best of them by its own {} \
         score{of_test} (on a held split the best by the mean counts at every seed). Best setting: that of the best mean \
         score over all seeds, which names the leader; learning rate, parameters and the chosen score are its own.{mixes} Differences, intervals and answers follow the rules for optimizers, Holm's p counts the models of a data \
         set, and they speak of {}. Grids of different size are compared as they are.",
        long_word(first.ranked_on),
        speaks.join("; or of ")
    );
    let intervals = analysis.models.iter().flat_map(|models| wording::level_intervals(&models.task));
    caption.extend(wording::cut_at_range("Intervals", intervals).map(|text| format!(" {text}")));
    let compared = analysis.models.iter().flat_map(|models| &models.task.comparisons);
    caption.extend(verdicts::about_rounding(compared).map(|text| format!(" {text}")));
    if rows.len() < all {
        caption.push_str(&format!(" {} of {all} rows are shown; {FILE} has all.", rows.len()));
    }
    Block::table(caption, &columns, rows)
}

fn row(
    analysis: &Analysis<'_>,
    models: &ModelsCompared<'_>,
    index: usize,
    several: bool,
    is_tested: bool,
) -> Vec<String> {
    let task = &models.task;
    let contender = &task.contenders[index];
    let none = || "–".to_owned();
    let best = contender.best();
    let mut row = if several { vec![task.dataset.to_owned()] } else { Vec::new() };
    row.push(contender.name().to_owned());
    row.push(best.map_or_else(none, |best| name_with_label(&contender.combination.optimizer, &contender.label(best))));
    let rate = best.and_then(|best| best.learning_rate).map_or_else(none, |rate| short(rate, 4));
    row.push(wording::rate_not_advised(contender).unwrap_or(rate));
    let parameters = best.and_then(|best| analysis.study.n_parameters(best.setting));
    row.push(parameters.map_or_else(none, count));
    row.push(models.settings(analysis, index).to_string());
    row.push(
        contender.first().map_or_else(none, |first| wording::score_cell(first, task.ranked_on, analysis.study.epoch)),
    );
    if is_tested {
        let level = task.level(index).filter(|_| task.compared_on != task.ranked_on);
        row.push(level.map_or_else(none, |level| level_cell(task, &level)));
        let tuned = task.tuned.get(index);
        row.push(tuned.map_or_else(none, |tuned| format!("{} of {}", tuned.choose_the_first(), tuned.seeds.len())));
    }
    row.push(contender.first().map_or_else(none, wording::n));
    let Some(comparison) = task.against_leader(index) else {
        row.extend([none(), none(), "leads by its score".to_owned()]);
        return row;
    };
    let difference = comparison.difference.map(|found| match verdicts::share(task.metric, comparison, &found) {
        Some(share) if task.metric.is_in_points() => share,
        Some(share) => format!("{} ({share})", verdicts::value(comparison, &found)),
        None => verdicts::value(comparison, &found),
    });
    row.push(difference.unwrap_or_else(none));
    row.push(
        comparison
            .adjusted_p
            .map_or_else(none, |p| p_value(p).trim_start_matches("p = ").trim_start_matches("p ").to_owned()),
    );
    row.push(super::verdict::answer_word(task, comparison));
    row
}

/// Why some models of a data set are not compared.
fn apart(apart: &ModelsApart<'_>) -> String {
    let groups: Vec<String> =
        apart.groups.iter().map(|(models, score)| format!("{} ({score})", names(models))).collect();
    format!(
        "{}: models are compared only where one score ranks them, and here they differ in it: {}. A metric that all of them have \
         can rank them: name it in [report] score. (Different quantiles are never compared.)",
        apart.dataset,
        groups.join("; "),
    )
}
