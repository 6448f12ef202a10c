//! The answer in short: which optimizer, how sure, at what effort, and where not.

use super::SectionContext;
use crate::analysis::{
    AcrossTest, Analysis, Answer, Basis, Contender, Description, FEWEST_DATASETS, OFTEN, OptimizerComparison, Sample, Standing,
    Tally, Task, TaskEffort, lost_share, standings, tallies,
};
use crate::report::number::{count, plural, short};
use crate::report::page::Block;
use crate::report::page_limits::{MOST_TASKS, names, rows_a_table};
use crate::report::verdicts::{share, value};
use crate::report::wording::{equivalence, long_word, metric, noun, noun_of, task_name};

/// The tasks of the chapter.
pub type Tasks<'t, 'a> = [(&'t Task<'a>, &'t TaskEffort)];

/// The answer, and with several tasks that of each.
pub fn blocks(context: &SectionContext<'_>, tasks: &Tasks<'_, '_>) -> Vec<Block> {
    match tasks {
        [(task, effort)] => vec![Block::List { items: of_task(context.analysis, task, effort) }],
        _ => {
            let tallies = tallies(&context.analysis.tasks);
            let mut blocks = vec![Block::List { items: over_tasks(context.analysis, &tallies) }];
            blocks.extend(by_task(context.analysis, tasks));
            blocks.extend(by_optimizer(context.analysis, &tallies));
            blocks
        }
    }
}

/// The contenders of a task that stand in one of some ways, best first.
fn standing<'t>(task: &'t Task<'_>, is_one: impl Fn(Standing) -> bool) -> Vec<&'t str> {
    let standings = standings(task);
    let all = task.order.iter().filter(|&&at| standings[at].is_some_and(&is_one));
    all.map(|&at| task.contenders[at].name()).collect()
}

fn of_task(analysis: &Analysis<'_>, task: &Task<'_>, effort: &TaskEffort) -> Vec<String> {
    let noun = noun(task.compares_keys);
    let mut items = vec![format!("Which {noun}: {}", which(task))];
    items.push(format!("How sure: {}", how_sure(analysis, task)));
    items.extend(effort_of_task(task, effort).map(|text| format!("At what effort: {text}")));
    items.push(format!("Where not: {}", where_not(task)));
    items
}

/// Who may be the best of a task.
fn which(task: &Task<'_>) -> String {
    let Some(&leader) = task.order.first() else { return "nothing is trained yet.".to_owned() };
    let leader = task.contenders[leader].name();
    let ranks = format!("{} {}", long_word(task.ranked_on), task.metric.label);
    let of = |one: Standing| standing(task, |standing| standing == one);
    let [better, equal, undecided, beaten, not_tested, useless] = [
        Standing::Better,
        Standing::PracticallyEqual,
        Standing::Undecided,
        Standing::Beaten,
        Standing::NotTested,
        Standing::Useless,
    ]
    .map(of);
    if useless.contains(&leader) {
        return "none: no setting predicts better than without training.".to_owned();
    }
    let others = task.order.len() - 1;
    if beaten.len() == others {
        return format!("{leader}. It is better than each of the other {others}.").replace("each of the other 1.", "the other one.");
    }
    let mut parts = Vec::new();
    if !undecided.is_empty() {
        parts.push(format!("undecided. {leader} has the best {ranks}; it is not told apart from {}", names(&undecided)));
    } else if !not_tested.is_empty() {
        parts.push(format!("not tested. {leader} has the best {ranks}, beside {}", names(&not_tested)));
    } else {
        parts.push(format!("{leader} has the best {ranks}"));
    }
    if !equal.is_empty() {
        parts.push(format!("{} {} practically equal to it", names(&equal), are(equal.len())));
    }
    if !better.is_empty() {
        parts.push(format!("{} {} better than it on {} rows", names(&better), are(better.len()), long_word(task.compared_on)));
    }
    if !beaten.is_empty() {
        parts.push(format!("it is better than {}", names(&beaten)));
    }
    parts.join("; ") + "."
}

const fn are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// What was tested, and the comparison with the second.
fn how_sure(analysis: &Analysis<'_>, task: &Task<'_>) -> String {
    let tested: Vec<&OptimizerComparison> =
        task.order.iter().skip(1).filter_map(|&other| task.against_leader(other)).collect();
    let Some(first) = tested.first() else { return "one alone cannot be compared.".to_owned() };
    if let Answer::Described(why) = first.answer {
        return format!("nothing is tested: {}.", why_not(why));
    }
    let basis = match first.basis {
        Basis::Seeds => plural(task.seeds(), "seed"),
        Basis::TestRows => "the test rows that all seeds share".to_owned(),
        Basis::OneNumber => "one number each".to_owned(),
    };
    let mut text = format!("each is compared with the one of the best {} {} over {basis}", long_word(task.ranked_on), task.metric.label);
    if tested.len() > 1 {
        text.push_str(&format!(", with Holm's p over {} comparisons", tested.len()));
    }
    text.push_str(&format!("; practically equal is {}.", equivalence(analysis.study)));
    text.extend(difference(analysis, task, first).map(|said| format!(" The second in line: {said}.")));
    text
}

const fn why_not(why: Description) -> &'static str {
    match why {
        Description::NoPairs => "no seed has a value of both",
        Description::OnePair => "one seed gives no interval",
        Description::NoTestRows => "the validation rows chose the settings, and there are no test rows",
        Description::FewTestRows(_) => "all seeds share too few test rows",
        Description::NoPredictions => "all seeds share the test rows, and no predictions of them are known",
    }
}

/// `sgd − gd = 3 [−25, 31] test MSE, 0.1 % [−0.8, 1.0]`
fn difference(analysis: &Analysis<'_>, task: &Task<'_>, comparison: &OptimizerComparison) -> Option<String> {
    let estimate = comparison.difference?;
    let name = |index: usize| task.contenders[index].name();
    let share = share(task.metric, comparison, &estimate).map_or_else(String::new, |share| format!(", {share}"));
    Some(format!(
        "{} − {} = {} {}{share}",
        name(comparison.second),
        name(comparison.first),
        value(comparison, &estimate),
        metric(task.metric, comparison.split, analysis.study.epoch)
    ))
}

/// The mean gradient evaluations of one trial.
fn cost_of_trial(contender: &Contender<'_>) -> f64 {
    contender.gradient_evaluations as f64 / contender.counts.recorded().max(1) as f64
}

/// One contender of the group: its name, the settings that are enough, those that it has, and what they cost a seed.
struct Enough<'t> {
    name: &'t str,
    settings: usize,
    of: usize,
    cost: f64,
}

fn enough<'t>(task: &'t Task<'_>, effort: &TaskEffort, at: usize, equivalence: f64) -> Option<Enough<'t>> {
    let contender = &task.contenders[at];
    let curve = &effort.contenders[at].as_ref()?.curve;
    let settings = curve.enough(task, equivalence)?;
    Some(Enough { name: contender.name(), settings, of: curve.settings, cost: settings as f64 * cost_of_trial(contender) })
}

/// How many settings must be tried. Expected values name no leader that no test names.
pub fn effort_of_task(task: &Task<'_>, effort: &TaskEffort) -> Option<String> {
    let equivalence = task.contenders.first()?.settings.first()?.study.equivalence;
    let standings = standings(task);
    let in_group = |at: &&usize| standings[**at].is_some_and(Standing::is_in_group);
    let group: Vec<Enough<'_>> =
        task.order.iter().filter(in_group).filter_map(|&at| enough(task, effort, at, equivalence)).collect();
    let least = group.iter().min_by(|a, b| a.settings.cmp(&b.settings).then(a.cost.total_cmp(&b.cost)))?;
    let most = group.iter().max_by_key(|one| one.settings)?;
    let said = |one: &Enough<'_>| {
        format!("{} of {} ({}, about {} gradient evaluations a seed)", one.settings, one.of, one.name, count(one.cost as u64))
    };
    let whole = "what its whole grid is expected to give";
    if let ([alone], Some(&leader)) = (&group[..], task.order.first()) {
        let ahead = match effort.ahead_from(task, leader) {
            Some(1) => "Its expected value is ahead of all others however many are tried.".to_owned(),
            Some(from) => format!("Its expected value is ahead of all others from {} on.", plural(from, "setting")),
            None => "At an equal number of settings its expected value is not ahead of all others.".to_owned(),
        };
        return Some(format!("{} settings bring practically {whole}. {ahead}", said(alone)));
    }
    Some(if least.settings == most.settings {
        format!("each of them is practically at {whole} with {} tried, such as {}.", plural(least.settings, "setting"), said(least))
    } else {
        format!("practically {whole} takes {} to {} settings. Expected values; nothing is tested by them.", said(least), said(most))
    })
}

/// Who is beaten, and who diverges often.
fn where_not(task: &Task<'_>) -> String {
    let beaten = standing(task, |one| one == Standing::Beaten);
    let useless = standing(task, |one| one == Standing::Useless);
    let diverges: Vec<String> = task
        .order
        .iter()
        .filter_map(|&at| {
            let contender = &task.contenders[at];
            let share = lost_share(contender.counts).filter(|share| *share > OFTEN)?;
            Some(format!("{} ({} %)", contender.name(), short(100.0 * share, 2)))
        })
        .collect();
    let mut parts = Vec::new();
    if !beaten.is_empty() {
        parts.push(format!("beaten {} {}", if beaten.len() == 1 { "is" } else { "are" }, names(&beaten)));
    }
    if !useless.is_empty() {
        parts.push(format!("no better than without training {} {}", are(useless.len()), names(&useless)));
    }
    if !diverges.is_empty() {
        let diverges: Vec<&str> = diverges.iter().map(String::as_str).collect();
        parts.push(format!("more than {} % of the trials diverged or failed of {}", short(100.0 * OFTEN, 2), names(&diverges)));
    }
    if parts.is_empty() { "none is shown to be worse, and none diverges often.".to_owned() } else { parts.join("; ") + "." }
}

fn over_tasks(analysis: &Analysis<'_>, tallies: &[Tally]) -> Vec<String> {
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
                Some(least) => format!("none on every task: each is beaten somewhere, {} least often, on {least} of {all}.", said(&group)),
            }
        }
        [one] => format!("{}. It alone is beaten on none of {all} tasks.", one.name),
        group => format!(
            "undecided among {}: {} are beaten on none of {all} tasks, that is each leads or is not told apart from the one that leads there.",
            group.len(),
            said(group)
        ),
    };
    let mut items = vec![format!("Which {noun}: {which}")];
    items.push(format!("How sure: {}", over_datasets(analysis)));
    let group = if unbeaten.is_empty() { tallies.iter().take(1).collect() } else { unbeaten };
    items.extend(effort_over_tasks(analysis, &group).map(|text| format!("At what effort: {text}")));
    let often: Vec<String> = (tallies.iter().rev().filter(|tally| 2 * tally.beaten.len() > tally.tasks.len()))
        .map(|tally| format!("{} ({} of {})", tally.name, tally.beaten.len(), tally.tasks.len()))
        .collect();
    let often: Vec<&str> = often.iter().map(String::as_str).collect();
    let diverges: Vec<&Tally> = tallies.iter().filter(|tally| !tally.diverges.is_empty()).collect();
    let mut parts = Vec::new();
    if !often.is_empty() {
        parts.push(format!("beaten on most tasks: {}", names(&often)));
    }
    if !diverges.is_empty() {
        parts.push(format!("more than {} % of the trials of a task diverged or failed: {}", short(100.0 * OFTEN, 2), said(&diverges)));
    }
    let where_not = if parts.is_empty() { "none is beaten on most tasks, and none diverges often.".to_owned() } else { parts.join("; ") + "." };
    items.push(format!("Where not: {where_not}"));
    items
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
        format!("nothing is tested over tasks, which needs {FEWEST_DATASETS} independent data sets of one model. {by_task}.")
    } else {
        format!("{}. {by_task}.", all.join("; "))
    }
}

/// An optimizer's settings until practically all of its grid's gain, and their cost a seed: the median over its tasks.
fn enough_of(analysis: &Analysis<'_>, tally: &Tally) -> Option<(f64, f64)> {
    let of_task = |number: &usize| {
        let (task, effort) = (&analysis.tasks[*number], analysis.effort.tasks[*number].as_ref()?);
        let at = task.contenders.iter().position(|contender| contender.name() == tally.name)?;
        enough(task, effort, at, analysis.study.equivalence)
    };
    let known: Vec<Enough<'_>> = tally.tasks.iter().filter_map(of_task).collect();
    let median = |values: Vec<f64>| Sample::new(values).median();
    Some((median(known.iter().map(|one| one.settings as f64).collect())?, median(known.iter().map(|one| one.cost).collect())?))
}

fn effort_over_tasks(analysis: &Analysis<'_>, group: &[&Tally]) -> Option<String> {
    let known: Vec<(&str, f64, f64)> = group
        .iter()
        .filter_map(|tally| enough_of(analysis, tally).map(|(settings, cost)| (tally.name.as_str(), settings, cost)))
        .collect();
    let least = known.iter().min_by(|a, b| a.1.total_cmp(&b.1).then(a.2.total_cmp(&b.2)))?;
    let most = known.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let said = |(name, settings, cost): &(&str, f64, f64)| {
        format!("{} ({name}, about {} gradient evaluations a seed)", short(*settings, 2), count(*cost as u64))
    };
    let whole = "practically what its whole grid is expected to give takes, in the median over tasks,";
    Some(if least.1 == most.1 {
        format!("{whole} settings: {}. Expected values; nothing is tested by them.", said(least))
    } else {
        format!("{whole} {} to {} settings. Expected values; nothing is tested by them.", said(least), said(most))
    })
}

/// A row for each task.
fn by_task(analysis: &Analysis<'_>, tasks: &Tasks<'_, '_>) -> Option<Block> {
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
fn by_optimizer(analysis: &Analysis<'_>, tallies: &[Tally]) -> Option<Block> {
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
            format!("{}/{}", tally.beaten.len(), tally.tasks.len()),
            short(tally.mean_rank, 3),
            enough.map_or_else(|| "–".to_owned(), |(settings, _)| short(settings, 2)),
            enough.map_or_else(|| "–".to_owned(), |(_, cost)| count(cost as u64)),
            lost_share(tally.counts).map_or_else(|| "–".to_owned(), |share| short(100.0 * share, 2)),
            places(&tally.beaten),
        ]
    };
    let rows = tallies.iter().take(most).map(row).collect();
    let columns = [
        (noun, false),
        ("beaten on", true),
        ("mean rank", true),
        ("enough", true),
        ("cost of enough", true),
        ("lost, %", true),
        ("where not", false),
    ];
    let mut caption = format!(
        "Each {noun} over its tasks, those that are beaten least often first. Beaten: the one that ranks first there is better, or nothing is better \
         than predicting without training. Enough: settings until the expected value is practically that of the whole grid, the median over tasks; its cost in \
         gradient evaluations a seed. Lost: the share of its trials that diverged, did not descend or failed."
    );
    caption.extend(crate::report::page_limits::some_of(tallies.len().min(most), tallies.len(), noun, "tables/tuning_summary.csv"));
    Block::table(caption, &columns, rows)
}
