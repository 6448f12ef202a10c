//! The section with the answer: which optimizer and learning rate to use, and how certain that is.

use std::collections::BTreeSet;

use super::{SectionContext, SectionKind};
use crate::analysis::{Analysis, Answer, Basis, MANY, OptimizerComparison, RateSeries, Task};
use crate::record::{Epoch, Split};
use crate::report::number::{p_value, plural, short};
use crate::report::page::Block;
use crate::report::page_limits::{MOST_ITEMS, MOST_PAIRS_SHOWN, MOST_TASKS, first_tasks, items, names, rows_a_table};
use crate::report::tables::best_settings_path;
use crate::report::verdicts::{self, best_rates, in_short, level_cell, speaks_of, verdicts};
use crate::report::warnings::{Warning, warnings};
use crate::report::wording::{self, ends, name_with_label, place};

pub const SECTION: SectionKind =
    SectionKind { id: "verdict", heading: |_| "Which optimizer and learning rate to use", build };

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let analysis = context.analysis;
    let mut blocks: Vec<Block> = compared(analysis).map(Block::paragraph).into_iter().collect();
    blocks.extend(summary(analysis));
    if analysis.study.epoch == Epoch::Best {
        let text = "Scores here are those of each trial's best evaluated epoch (epoch = \"best\"), not of its last.";
        blocks.push(Block::paragraph(text));
    }
    // A task without any record has no row in the table above.
    let untrained = analysis.tasks.iter().filter(|task| task.order.is_empty());
    let untrained = untrained.flat_map(|task| verdicts(analysis, task)).collect();
    let mut said = items(untrained, MOST_ITEMS, |more| format!("Nor has anything been trained on {more} more."));
    said.extend(tied(analysis));
    let slopes = analysis.tasks.iter().flat_map(|task| task.rate_slopes.iter().map(move |found| (task, found)));
    let slopes = slopes.filter_map(|(task, found)| best_rates::in_short(task, found)).map(|text| text + ".").collect();
    said.extend(items(slopes, MOST_ITEMS, |more| format!("And {more} more slopes of best rates.")));
    let warnings = warnings(analysis);
    let of = |study: bool| warnings.iter().filter(move |warning| warning.rank.is_none() == study);
    let told = |warning: &Warning| format!("Watch: {}.", warning.text);
    said.extend(items(of(false).map(told).collect(), MOST_ITEMS, |more| {
        format!(
            "Watch: and {more} more of this kind; tables/learning_rates.csv has the rates of each {}, its best and its good range.",
            wording::noun_of(analysis.study)
        )
    }));
    said.extend(of(true).map(told));
    if !said.is_empty() {
        blocks.push(Block::List { items: said });
    }
    if let Some(table) = table(analysis) {
        blocks.push(Block::Subheading { text: format!("How the {}s compare", wording::noun_of(analysis.study)) });
        blocks.push(table);
    }
    blocks
}

/// What competes, where values of some keys do.
fn compared(analysis: &Analysis<'_>) -> Option<String> {
    let keys = wording::compared_keys(analysis.study)?;
    let mut tuned: BTreeSet<&str> = BTreeSet::new();
    let contenders = || analysis.tasks.iter().flat_map(|task| &task.contenders);
    for key in contenders().flat_map(|contender| &contender.varying) {
        tuned.insert(key.split_once('.').map_or(key, |(_, key)| key));
    }
    if contenders().any(|contender| contender.series.iter().any(|series| series.settings.len() > 1)) {
        tuned.insert("learning_rate");
    }
    let tuned = match tuned.is_empty() {
        true => "There is nothing else to tune, and they are compared by the same rules as optimizers".to_owned(),
        false => format!(
            "Each is tuned over everything else ({}), as optimizers are, and compared by the same rules",
            tuned.into_iter().collect::<Vec<_>>().join(", ")
        ),
    };
    let alone = contenders().any(|contender| contender.combination.level.is_empty());
    let alone = if alone { " An optimizer in which it does not vary takes part as itself." } else { "" };
    Some(format!("The values of {keys} compete ([report] compare), each as a contender of its own. {tuned}.{alone}"))
}

/// The settings that the score does not tell apart from those to use.
fn tied(analysis: &Analysis<'_>) -> Vec<String> {
    let of_task = |task: &Task<'_>| {
        let contender = &task.contenders[*task.order.first()?];
        let (best, ranking) = (contender.best()?, &contender.ranking);
        let others = (1..=ranking.tied).filter_map(|place| ranking.order.get(place));
        let others: Vec<String> =
            others.filter_map(|&index| contender.settings[index].learning_rate).map(|rate| short(rate, 4)).collect();
        let mut rates: Vec<&str> = Vec::new();
        others.iter().for_each(|rate| rates.extend((!rates.contains(&rate.as_str())).then_some(rate.as_str())));
        let rates = if rates.is_empty() {
            String::new()
        } else {
            format!(" (learning {} {})", if rates.len() == 1 { "rate" } else { "rates" }, names(&rates))
        };
        let which = match (task.metric.counts_rows(), task.metrics.loss()) {
            (true, Some(loss)) => format!("the one with the best {}", loss.label),
            _ => "the quickest".to_owned(),
        };
        (ranking.tied > 0).then(|| {
            format!(
                "On {} the mean {} does not tell the setting to use, {}, from {}{rates}: they differ by {}. Of them it is {which}.",
                place(task),
                wording::long_metric(task.metric, task.ranked_on, analysis.study.epoch),
                name_with_label(contender.name(), &contender.label(best)),
                plural(ranking.tied, "other"),
                wording::size_of_a_tie(task.metric)
            )
        })
    };
    items(analysis.tasks.iter().filter_map(of_task).collect(), MOST_ITEMS, |more| format!("So it is on {more} more."))
}

/// The answer at a glance, one row per task.
fn summary(analysis: &Analysis<'_>) -> Option<Block> {
    let (scores, epoch) = (analysis.study.scores(), analysis.study.epoch);
    // Tasks that differ in their metric name it in a column of its own.
    let one = analysis.study.score();
    let long_metric = |split: Split| match one {
        Some(metric) => wording::long_metric(metric, split, epoch),
        None => format!("{} score", wording::long_word(split)),
    };
    let label = wording::score_label(analysis.study);
    // All tasks share the columns, so a split is shown if any task has it.
    let has_test = analysis.tasks.iter().any(|task| task.compared_on != task.ranked_on);
    let trained = analysis.tasks.iter().filter(|task| !task.order.is_empty());
    let rows: Vec<Vec<String>> =
        trained.clone().take(MOST_TASKS).filter_map(|task| answer(analysis, task, has_test)).collect();
    let ranked: Vec<Split> = analysis.tasks.iter().map(|task| task.ranked_on).collect();
    let ranked = match ranked.first() {
        Some(first) if ranked.iter().all(|split| split == first) => long_metric(*first),
        _ => format!("{label} that ranks"),
    };
    let superlative = one.map_or("best", |metric| metric.direction.superlative());
    let ranked = format!("{ranked}, chosen as the {superlative}");
    let compared = analysis.tasks.iter().find(|task| task.compared_on != task.ranked_on);
    let compared =
        compared.map_or_else(String::new, |task| format!("{}, tuned per seed", long_metric(task.compared_on)));
    let mut columns = vec![
        ("data set", false),
        ("use", false),
        ("learning rate", true),
        ("good range", true),
        ("safe rate", true),
        ("own best in range", true),
        ("within 1 % after", true),
    ];
    columns.extend(one.is_none().then_some(("score", false)));
    columns.push((ranked.as_str(), true));
    if has_test {
        columns.push((compared.as_str(), true));
    }
    columns.extend([("n", true), ("how sure", false)]);
    let mut caption = format!(
        "The setting to use: the best by its mean score. Good range: the learning rates around it whose {} (≤, ≥: the axis ends \
         there). Safe rate: the one that was tried nearest the middle of that range. Own best in range: at how many seeds the seed's \
         own best rate lies in it. Within 1 % after: the evaluated epoch after which the score stays a tie with where it ends (the \
         median over seeds); of settings that tie{} is used, and in brackets stands how many others tie: the score does not tell them apart.",
        wording::good_range(&scores),
        wording::of_ties(analysis.study)
    );
    if has_test {
        let speaks = each_once(trained.clone().filter(|task| task.compared_on != task.ranked_on).map(speaks_of));
        let tuned = trained.clone().filter(|task| task.compared_on != task.ranked_on);
        let center = each_once(tuned.map(wording::center)).join(" (of a held split) or the ");
        caption.push_str(&format!(
            " Tuned per seed: each seed chooses its own setting on its own rows, and its {} {} counts; the {center} over n seeds, with \
             its 95 % interval where there is one. It speaks of {}.",
            wording::long_word(Split::Test),
            label,
            speaks.join("; or of ")
        ));
    }
    let compared = trained.clone().filter(|task| task.compared_on != task.ranked_on);
    let intervals = compared.filter_map(|task| Some((task.metric, task.level(*task.order.first()?)?.interval?)));
    caption.extend(wording::cut_at_range("Intervals", intervals).map(|text| format!(" {text}")));
    caption.extend(first_tasks(trained.count(), &best_settings_path(&scores)));
    Block::table(caption, &columns, rows)
}

fn answer(analysis: &Analysis<'_>, task: &Task<'_>, has_test: bool) -> Option<Vec<String>> {
    let leader = *task.order.first()?;
    let contender = &task.contenders[leader];
    let (best, shown) = (contender.best(), contender.first()?);
    let none = || "–".to_owned();
    let rate = |rate: Option<f64>| rate.map_or_else(none, |rate| short(rate, 4));
    let series = contender.best_series();
    // What does not train has no rate to advise, nor a range of good ones.
    let series = series.filter(|_| contender.not_better_than.is_none());
    let of_range = series.and_then(|series| Some((series, series.basin.as_ref()?)));
    let at = |series: &RateSeries, position: usize| rate(contender.settings[series.settings[position]].learning_rate);
    let range = of_range.map(|(series, basin)| match basin.low < basin.high {
        true => ends(basin, &at(series, basin.low), &at(series, basin.high), " – "),
        false => "only this rate".to_owned(),
    });
    let safe = of_range.map(|(series, basin)| at(series, basin.safe));
    let inside = series.and_then(|series| series.seeds_inside(analysis.study, &contender.settings));
    let name = best.map(|best| name_with_label(&contender.combination.optimizer, &contender.label(best)));
    let mut row = vec![
        place(task),
        match name {
            Some(name) if contender.ranking.by_median => format!("nothing (best median: {name})"),
            Some(name) => name,
            None => "nothing".to_owned(),
        },
        wording::rate_not_advised(contender).unwrap_or_else(|| {
            let rate = rate(best.and_then(|best| best.learning_rate));
            wording::tied_words(contender).map_or_else(|| rate.clone(), |tie| format!("{rate} ({tie})"))
        }),
        range.unwrap_or_else(none),
        safe.unwrap_or_else(none),
        inside.map_or_else(none, |(inside, of)| format!("{inside} of {of}")),
        contender
            .epochs_needed
            .map_or_else(none, |epochs| plural(usize::try_from(epochs).unwrap_or(usize::MAX), "epoch")),
    ];
    row.extend(analysis.study.score().is_none().then(|| task.metric.label.to_owned()));
    row.push(wording::score_cell(shown, task.ranked_on, analysis.study.epoch));
    if has_test {
        let level = task.level(leader).filter(|_| task.compared_on != task.ranked_on);
        row.push(level.map_or_else(none, |level| level_cell(task, &level)));
    }
    let n = if shown.setting.deterministic { "1".to_owned() } else { wording::n(shown) };
    row.extend([n, confidence(task, leader)]);
    Some(row)
}

fn each_once<'w>(words: impl Iterator<Item = &'w str>) -> Vec<&'w str> {
    let mut once = Vec::new();
    words.for_each(|word| once.extend((!once.contains(&word)).then_some(word)));
    once
}

/// How the leader compares with the others, in few words.
fn confidence(task: &Task<'_>, leader: usize) -> String {
    let contender = &task.contenders[leader];
    if contender.ranking.none_is_best {
        return format!("nothing can be used: {}", wording::none_is_best(contender, task.metric));
    }
    if contender.ranking.by_median {
        let lost = wording::lost(contender.counts);
        return format!("nothing is safe to use: every setting has a trial that {lost}; this one has the best median");
    }
    if let Some(words) = contender.best().and_then(wording::beyond_the_limit) {
        return format!("not safe to use: {words}");
    }
    if task.order.len() == 1 {
        let deterministic = contender.best().is_some_and(|best| best.setting.deterministic);
        let exact = if deterministic { "exact: no seed enters; " } else { "" };
        return format!("{exact}the only {}", wording::noun(task.compares_keys));
    }
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for comparison in task.order.iter().skip(1).filter_map(|&other| task.against_leader(other)) {
        let (words, other) = (in_short(comparison), task.contenders[comparison.second].combination.optimizer.as_str());
        match groups.iter_mut().find(|(known, _)| *known == words) {
            Some((_, others)) => others.push(other),
            None => groups.push((words, vec![other])),
        }
    }
    let words: Vec<String> = groups.iter().map(|(words, all)| format!("{words} {}", names(all))).collect();
    words.join("; ")
}

/// The leader of each task and the others, each tuned on each seed by itself.
fn table(analysis: &Analysis<'_>) -> Option<Block> {
    let all: usize = analysis.tasks.iter().map(|task| task.order.len().saturating_sub(1)).sum();
    let compared = || analysis.tasks.iter().filter(|task| task.order.len() > 1);
    let most = if all <= MOST_PAIRS_SHOWN { all } else { rows_a_table(compared().count()) };
    let mut rows = Vec::new();
    for task in compared().take(MOST_TASKS) {
        let others = task.order.iter().skip(1).filter_map(|&other| task.against_leader(other));
        // Of very many the first ones, and what is decided: a long list of undecided ones tells nothing.
        let of_many = |place: usize| task.order.len() <= MANY || place < MANY;
        let shown = |(place, comparison): &(usize, &OptimizerComparison)| of_many(*place) || is_decided(comparison);
        let shown = others.take(most).enumerate().filter(shown);
        rows.extend(shown.map(|(_, comparison)| row(analysis, task, comparison)));
    }
    let columns = [
        ("task", false),
        ("difference", false),
        ("metric", false),
        ("mean difference [95 % interval]", true),
        ("of the leader's mean", true),
        ("better in", true),
        ("pairs", true),
        ("p (Holm)", true),
        ("answer", false),
    ];
    let speaks = each_once(compared().map(speaks_of));
    let equal = match analysis.study.equivalence > 0.0 {
        true => format!("the whole interval lies {}", wording::equivalence(analysis.study, &analysis.study.scores())),
        false => wording::equivalence(analysis.study, &analysis.study.scores()),
    };
    let mut caption = format!(
        "The leader of each task (best by its score) and the others, each tuned on each seed by itself: the mean difference over the \
         pairs with its 95 % interval, also as a share of the leader's mean. The intervals speak of {}. Practically equal: \
         {equal}. Better: it excludes 0, and p, adjusted by Holm for the comparisons of the task, is below \
         0.05.",
        speaks.join("; or of ")
    );
    let shown = compared().flat_map(|task| &task.comparisons);
    caption.extend(verdicts::about_rounding(shown).map(|text| format!(" {text}")));
    if rows.len() < all {
        let which = match analysis.tasks.iter().any(|task| task.order.len() > MANY) {
            true => format!(", of many on a task the {MANY} that rank next and those that are decided"),
            false => String::new(),
        };
        let shown = rows.len();
        caption.push_str(&format!(" {shown} of {all} comparisons are shown{which}; tables/comparisons.csv has all."));
    }
    Block::table(caption, &columns, rows)
}

fn is_decided(comparison: &OptimizerComparison) -> bool {
    matches!(comparison.answer, Answer::FirstBetter | Answer::SecondBetter | Answer::PracticallyEqual)
}

fn row(analysis: &Analysis<'_>, task: &Task<'_>, comparison: &OptimizerComparison) -> Vec<String> {
    let name = |index: usize| task.contenders[index].combination.optimizer.as_str();
    let none = || "–".to_owned();
    let pair = format!("{} − {}", name(comparison.second), name(comparison.first));
    let metric = wording::metric(task.metric, comparison.split, analysis.study.epoch);
    let n = comparison.difference.map_or(0, |difference| difference.n);
    let lost = comparison.unpaired.undefined + comparison.unpaired.outstanding;
    let pairs = match comparison.basis {
        Basis::TestRows => plural(n, "test row"),
        Basis::OneNumber => "deterministic".to_owned(),
        Basis::Seeds if lost > 0 => format!("{n} of {}", plural(n + lost, "seed")),
        Basis::Seeds => plural(n, "seed"),
    };
    let better = match comparison.basis {
        Basis::Seeds if n > 0 => format!("{} of {n}", comparison.better_at.1),
        _ => none(),
    };
    let share = comparison.difference.and_then(|found| verdicts::share(task.metric, comparison, &found));
    vec![
        wording::task_name(task),
        pair,
        metric,
        comparison.difference.map_or_else(none, |difference| verdicts::value(comparison, &difference)),
        share.unwrap_or_else(none),
        better,
        pairs,
        comparison.adjusted_p.map_or_else(none, bare),
        answer_word(task, comparison),
    ]
}

/// `gd is better`
pub fn answer_word(task: &Task<'_>, comparison: &OptimizerComparison) -> String {
    let name = |index: usize| task.contenders[index].name();
    let winner = if comparison.decided() > 0 { name(comparison.first) } else { name(comparison.second) };
    match comparison.answer {
        Answer::FirstBetter | Answer::SecondBetter => match (comparison.basis, comparison.split) {
            (Basis::TestRows, _) => format!("these {winner} models are better"),
            (_, Split::Train) => format!("{winner} is ahead on training rows"),
            _ => format!("{winner} is better"),
        },
        Answer::PracticallyEqual => "practically equal".to_owned(),
        Answer::Undecided => "undecided".to_owned(),
        Answer::NeitherUsable => "neither beats the mean".to_owned(),
        Answer::Described(_) => "not tested".to_owned(),
    }
}

/// A p-value without `p =`, which the column title already says.
fn bare(p: f64) -> String {
    p_value(p).trim_start_matches("p = ").trim_start_matches("p ").to_owned()
}
