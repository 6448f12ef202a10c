//! The answer over several tasks, and the tables behind it: a row for each task, and one for each optimizer.

use super::answer::{Enough, Tasks, difference, enough, range, said_cost, standing};
use crate::analysis::{
    AcrossTasks, AcrossTest, Analysis, FEWEST_DATASETS, OFTEN, Sample, Standing, Tally, Task, TaskEffort, lost_share,
};
use crate::report::number::{count, plural, short};
use crate::report::page::Block;
use crate::report::page_limits::{MOST_TASKS, names, rows_a_table, some_of};
use crate::report::wording::{noun_of, sentence_case, task_name};

/// The four lines of the answer.
pub fn over_tasks(analysis: &Analysis<'_>, tallies: &[Tally]) -> Vec<String> {
    let noun = noun_of(analysis.study);
    let all = analysis.tasks.len();
    let said = |tallies: &[&Tally]| names(&tallies.iter().map(|tally| tally.name.as_str()).collect::<Vec<_>>());
    let everywhere = |tally: &&Tally| tally.tasks.len() == all;
    let unbeaten: Vec<&Tally> = tallies.iter().filter(everywhere).filter(|tally| tally.beaten.is_empty()).collect();
    let is_tested = tallies.iter().any(|tally| tally.not_tested < tally.tasks.len());
    let which = match &unbeaten[..] {
        _ if !is_tested => "undecided: no task tests a difference.".to_owned(),
        [] => {
            let least = tallies.iter().filter(everywhere).map(|tally| tally.beaten.len()).min();
            let group: Vec<&Tally> =
                tallies.iter().filter(everywhere).filter(|tally| Some(tally.beaten.len()) == least).collect();
            match least {
                None => format!("no {noun} is on all {all} tasks."),
                Some(least) => format!(
                    "none on every task: each is beaten somewhere, {} least often, on {least} of {all}.",
                    said(&group)
                ),
            }
        }
        [one] => format!("{}. It alone is beaten on none of {all} tasks.", one.name),
        group => format!(
            "undecided among {}: {} are beaten on none of {all} tasks, that is each leads or is not told apart from the one that leads \
             there. {}.",
            group.len(),
            said(group),
            first_by_rank(tallies)
        ),
    };
    let mut items = vec![format!("Which {noun}: {which}")];
    items.push(format!("How sure: {}", over_datasets(analysis)));
    let group = if unbeaten.is_empty() { tallies.iter().take(1).collect() } else { unbeaten };
    let first = analysis.effort.across.as_ref().and_then(first_by_settings);
    let first = first.map_or_else(String::new, |first| format!("{first} "));
    let enough = effort_over_tasks(analysis, &group);
    let enough = enough.map(|text| if first.is_empty() { text } else { sentence_case(&text) });
    items.extend(enough.map(|text| format!("At what effort: {first}{text}")));
    let mut beaten: Vec<&Tally> = tallies.iter().filter(|tally| !tally.beaten.is_empty()).collect();
    beaten.sort_by_key(|tally| std::cmp::Reverse(tally.beaten.len()));
    let beaten: Vec<String> = beaten.into_iter().map(|tally| beaten_on(analysis, tally)).collect();
    let beaten: Vec<&str> = beaten.iter().map(String::as_str).collect();
    let diverges: Vec<&Tally> = tallies.iter().filter(|tally| !tally.diverges.is_empty()).collect();
    let mut parts = Vec::new();
    if !beaten.is_empty() {
        parts.push(format!("beaten: {}", names(&beaten)));
    }
    if !diverges.is_empty() {
        parts.push(format!(
            "more than {} % of the trials of a task diverged or failed, at the rates that were tried: {}",
            short(100.0 * OFTEN, 2),
            said(&diverges)
        ));
    }
    let where_not = if parts.is_empty() {
        "none is beaten on any task, and none diverges often.".to_owned()
    } else {
        parts.join("; ") + "."
    };
    items.push(format!("Where not: {where_not}"));
    items
}

/// `dog (3 of 6: line · linear, …)`
fn beaten_on(analysis: &Analysis<'_>, tally: &Tally) -> String {
    let of_all = format!("{} of {}", tally.beaten.len(), tally.tasks.len());
    match tally.beaten[..] {
        [one] => format!("{} ({of_all}: {})", tally.name, task_name(&analysis.tasks[one])),
        _ => format!("{} ({of_all})", tally.name),
    }
}

/// The three best mean ranks over the tasks.
fn first_by_rank(tallies: &[Tally]) -> String {
    let mut sorted: Vec<&Tally> = tallies.iter().collect();
    sorted.sort_by(|a, b| a.mean_rank.total_cmp(&b.mean_rank));
    let first: Vec<String> =
        sorted.iter().take(3).map(|tally| format!("{} {}", tally.name, short(tally.mean_rank, 3))).collect();
    format!("By mean rank, which is no test, come first: {}", first.join(", "))
}

/// Whose expected value is best for how many settings tried, over all tasks together. `None` where that is not known.
fn first_by_settings(across: &AcrossTasks) -> Option<String> {
    let remaining = across.remaining.as_ref()?;
    let most = across.settings.iter().map(|(_, most)| *most).max()?;
    let mut runs: Vec<(usize, &str, f64)> = Vec::new();
    for tried in 1..=most {
        // One that has fewer settings keeps what all of them give.
        let at = |points: &Vec<(usize, f64)>| points.iter().rev().find(|point| point.0 <= tried).map(|point| point.1);
        let known = across.names.iter().zip(remaining).filter_map(|(name, points)| Some((name.as_str(), at(points)?)));
        let (name, share) = known.min_by(|a, b| a.1.total_cmp(&b.1))?;
        if runs.last().is_none_or(|last| last.1 != name) {
            runs.push((tried, name, share));
        }
    }
    let said = |(from, name, share): &(usize, &str, f64)| match from {
        1 => format!("with 1 setting {name} ({})", short(*share, 2)),
        _ => format!("from {from} on {name} ({})", short(*share, 2)),
    };
    let runs: Vec<String> = runs.iter().map(said).collect();
    Some(format!(
        "the smallest share of the baseline's distance, the mean over tasks, is expected to remain {}.",
        runs.join(", ")
    ))
}

/// What the test over independent data sets says, or why there is none.
fn over_datasets(analysis: &Analysis<'_>) -> String {
    let said = |across: &crate::analysis::AcrossDatasets| {
        let first = across.ranks.first()?;
        let on = format!("over {} of {}", plural(across.datasets.len(), "independent data set"), across.model);
        Some(match &across.test {
            AcrossTest::SignFlip { p } if p.value < 0.05 => format!("{on} {} is better (sign-flip test)", first.0),
            AcrossTest::SignFlip { .. } => format!("{on} the two do not differ by the sign-flip test"),
            AcrossTest::Nemenyi { critical_difference } => {
                let worse = across.ranks.iter().filter(|(_, rank)| rank - first.1 > *critical_difference).count();
                let near = across.ranks.len() - worse;
                format!(
                    "{on} mean ranks differ from {} apart (Nemenyi, 5 %): the best {near} are not told apart, {worse} are worse than {}",
                    short(*critical_difference, 2),
                    first.0
                )
            }
        })
    };
    let all: Vec<String> = analysis.across.iter().filter_map(said).collect();
    let by_task = "Each task has tests of its own; more tasks are more chances that one of them errs";
    if all.is_empty() {
        format!(
            "nothing is tested over tasks, which needs {FEWEST_DATASETS} independent data sets of one model. {by_task}."
        )
    } else {
        format!("{}. {by_task}.", all.join("; "))
    }
}

/// An optimizer's settings until practically all of its grid's gain, and their cost a seed: the median over its tasks.
fn enough_of<'t>(analysis: &Analysis<'_>, tally: &'t Tally) -> Option<Enough<'t>> {
    let of_task = |number: &usize| {
        let (task, effort) = (&analysis.tasks[*number], analysis.effort.tasks[*number].as_ref()?);
        let at = task.contenders.iter().position(|contender| contender.name() == tally.name)?;
        enough(task, effort, at, analysis.study.equivalence)
    };
    let known: Vec<Enough<'_>> = tally.tasks.iter().filter_map(of_task).collect();
    let median = |value: fn(&Enough<'_>) -> f64| Sample::new(known.iter().map(value).collect()).median();
    Some(Enough {
        name: &tally.name,
        settings: median(|one| one.settings)?,
        of: known.iter().map(|one| one.of).max()?,
        cost: median(|one| one.cost)?,
    })
}

fn effort_over_tasks(analysis: &Analysis<'_>, group: &[&Tally]) -> Option<String> {
    let known: Vec<Enough<'_>> = group.iter().filter_map(|tally| enough_of(analysis, tally)).collect();
    let said = |one: &Enough<'_>| format!("{} ({}, {})", short(one.settings, 2), one.name, said_cost(one.cost));
    range(&known, &said, "in the median over tasks ")
}

/// A row for each task.
pub fn by_task(analysis: &Analysis<'_>, tasks: &Tasks<'_, '_>) -> Option<Block> {
    let row = |(task, _): &(&Task<'_>, &TaskEffort)| {
        let leader = *task.order.first()?;
        let count = |one: Standing| standing(task, |standing| standing == one).len().to_string();
        let group = standing(task, |one| one.is_in_group() && one != Standing::Leads);
        let second = task.order.get(1).and_then(|&other| task.against_leader(other));
        Some(vec![
            task_name(task),
            task.contenders[leader].name().to_owned(),
            if group.is_empty() { "–".to_owned() } else { names(&group) },
            count(Standing::Beaten),
            second.and_then(|second| difference(analysis, task, second)).unwrap_or_else(|| "–".to_owned()),
        ])
    };
    let rows = tasks.iter().take(MOST_TASKS).filter_map(row).collect();
    let columns = [
        ("task", false),
        ("ranks first", false),
        ("not shown to be worse", false),
        ("beaten", true),
        ("the second in line", false),
    ];
    Block::table(
        "Each task: who ranks first, who is not shown to be worse than that one (undecided, practically equal, better on the rows that compare, or not tested), \
         how many it beats, and its difference to the second in line. The verdicts above say each comparison.",
        &columns,
        rows,
    )
}

/// A row for each optimizer.
pub fn by_optimizer(analysis: &Analysis<'_>, tallies: &[Tally]) -> Option<Block> {
    let most = rows_a_table(1);
    let noun = noun_of(analysis.study);
    let row = |tally: &Tally| {
        let places = |tasks: &[usize]| {
            let all: Vec<String> = tasks.iter().map(|&number| task_name(&analysis.tasks[number])).collect();
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            if all.is_empty() { "–".to_owned() } else { names(&all) }
        };
        let enough = enough_of(analysis, tally);
        vec![
            tally.name.clone(),
            short(tally.mean_rank, 3),
            format!("{}/{}", tally.beaten.len(), tally.tasks.len()),
            enough.as_ref().map_or_else(|| "–".to_owned(), |one| short(one.settings, 2)),
            enough.as_ref().map_or_else(|| "–".to_owned(), |one| count(one.cost as u64)),
            lost_share(tally.counts).map_or_else(|| "–".to_owned(), |share| short(100.0 * share, 2)),
            places(&tally.beaten),
        ]
    };
    let mut sorted: Vec<&Tally> = tallies.iter().collect();
    sorted.sort_by(|a, b| a.mean_rank.total_cmp(&b.mean_rank));
    let rows = sorted.into_iter().take(most).map(row).collect();
    let columns = [
        (noun, false),
        ("mean rank", true),
        ("beaten on", true),
        ("enough", true),
        ("cost of enough", true),
        ("lost, %", true),
        ("where not", false),
    ];
    let mut caption = format!(
        "Each {noun} over its tasks, the best mean rank of its best setting first, on the rows that rank; ranks are no test. Beaten: the one that ranks first there is better, or nothing is better \
         than predicting without training. Enough: settings until the expected value is practically that of the whole grid, the median over tasks; its cost in \
         gradient evaluations a seed. Lost: the share of its trials that diverged, did not descend or failed."
    );
    caption.extend(some_of(tallies.len().min(most), tallies.len(), noun, "tables/tuning_summary.csv"));
    Block::table(caption, &columns, rows)
}
