//! The answer in short: which optimizer, how sure, at what effort, and where not.

use super::SectionContext;
use super::answer_over_tasks::{by_optimizer, by_task, over_tasks};
use crate::analysis::{
    Analysis, Answer, Basis, Contender, Description, OFTEN, OptimizerComparison, Standing, Task, TaskEffort,
    lost_share, standings, tallies,
};
use crate::report::number::{count, plural, short};
use crate::report::page::Block;
use crate::report::page_limits::names;
use crate::report::verdicts::{share, value};
use crate::report::wording::{equivalence, long_word, metric, noun};

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
pub fn standing<'t>(task: &'t Task<'_>, is_one: impl Fn(Standing) -> bool) -> Vec<&'t str> {
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
        let all = if others == 1 { "the other one".to_owned() } else { format!("each of the other {others}") };
        return format!("{leader}. It is better than {all}.");
    }
    let mut parts = Vec::new();
    if !undecided.is_empty() {
        parts
            .push(format!("undecided. {leader} leads by its {ranks}; it is not told apart from {}", names(&undecided)));
    } else if !not_tested.is_empty() {
        parts.push(format!("not tested. {leader} leads by its {ranks}, beside {}", names(&not_tested)));
    } else {
        parts.push(format!("{leader} leads by its {ranks}"));
    }
    if !equal.is_empty() {
        parts.push(format!("{} {} practically equal to it", names(&equal), are(equal.len())));
    }
    if !better.is_empty() {
        parts.push(format!(
            "{} {} better than it on {} rows",
            names(&better),
            are(better.len()),
            long_word(task.compared_on)
        ));
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
    let mut text = format!(
        "each is compared with the one of the best {} {} over {basis}",
        long_word(task.ranked_on),
        task.metric.label
    );
    if tested.len() > 1 {
        text.push_str(&format!(", with Holm's p over {} comparisons", tested.len()));
    }
    text.push_str(&format!("; practically equal is {}.", equivalence(analysis.study, &[task.metric])));
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
pub fn difference(analysis: &Analysis<'_>, task: &Task<'_>, comparison: &OptimizerComparison) -> Option<String> {
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
pub struct Enough<'t> {
    pub name: &'t str,
    pub settings: f64,
    pub of: usize,
    pub cost: f64,
}

pub fn enough<'t>(task: &'t Task<'_>, effort: &TaskEffort, at: usize, equivalence: f64) -> Option<Enough<'t>> {
    let contender = &task.contenders[at];
    let curve = &effort.contenders[at].as_ref()?.curve;
    let settings = curve.enough(task, equivalence)?;
    let settings = settings as f64;
    Some(Enough { name: contender.name(), settings, of: curve.settings, cost: settings * cost_of_trial(contender) })
}

/// How many settings must be tried. Expected values name no leader that no test names.
pub fn effort_of_task(task: &Task<'_>, effort: &TaskEffort) -> Option<String> {
    let equivalence = task.contenders.first()?.settings.first()?.study.equivalence;
    let standings = standings(task);
    let in_group = |at: &&usize| standings[**at].is_some_and(Standing::is_in_group);
    let group: Vec<Enough<'_>> =
        task.order.iter().filter(in_group).filter_map(|&at| enough(task, effort, at, equivalence)).collect();
    let said =
        |one: &Enough<'_>| format!("{} of {} ({}, {})", short(one.settings, 2), one.of, one.name, said_cost(one.cost));
    let mut text = range(&group, &said, "")?;
    if let ([_], Some(&leader)) = (&group[..], task.order.first()) {
        text.push_str(&match effort.ahead_from(task, leader) {
            Some(1) => " Its expected value is ahead of all others however many are tried.".to_owned(),
            Some(from) => format!(" Its expected value is ahead of all others from {} on.", plural(from, "setting")),
            None => " At an equal number of settings its expected value is not ahead of all others.".to_owned(),
        });
    }
    Some(text)
}

pub fn said_cost(cost: f64) -> String {
    format!("about {} gradient evaluations a seed", count(cost as u64))
}

/// From how few to how many settings those of a group need, and who has nothing to tune.
pub fn range(group: &[Enough<'_>], said: &dyn Fn(&Enough<'_>) -> String, over: &str) -> Option<String> {
    let lone: Vec<&str> = group.iter().filter(|one| one.of == 1).map(|one| one.name).collect();
    let tuned = || group.iter().filter(|one| one.of > 1);
    let least = tuned().min_by(|a, b| a.settings.total_cmp(&b.settings).then(a.cost.total_cmp(&b.cost)));
    let most = tuned().max_by(|a, b| a.settings.total_cmp(&b.settings).then(b.cost.total_cmp(&a.cost)));
    let mut parts = Vec::new();
    if let Some((least, most)) = least.zip(most) {
        let takes = if least.settings == most.settings {
            format!("{} settings", said(least))
        } else {
            format!("{} to {} settings", said(least), said(most))
        };
        parts.push(format!("practically what the whole grid is expected to give takes {over}{takes}"));
    }
    if !lone.is_empty() {
        parts.push(format!(
            "{} {} one setting and nothing to tune",
            names(&lone),
            if lone.len() == 1 { "has" } else { "have" }
        ));
    }
    (!parts.is_empty()).then(|| parts.join("; ") + ". These are expected values; nothing is tested by them.")
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
        parts.push(format!(
            "more than {} % of the trials diverged or failed of {}",
            short(100.0 * OFTEN, 2),
            names(&diverges)
        ));
    }
    if parts.is_empty() {
        "none is shown to be worse, and none diverges often.".to_owned()
    } else {
        parts.join("; ") + "."
    }
}
