//! What is said of an optimizer that no other one is compared with.

use super::number::{of_metric, short};
use super::verdicts::level_cell;
use super::wording::{
    beyond_the_limit, metric, name_with_label, rate_not_advised, score_cell, stand_in, tied_words, tuned_per_seed,
};
use crate::analysis::{Task, TunedSeed};
use crate::record::{Split, Study};

pub fn alone(study: &Study, task: &Task<'_>, leader: usize) -> String {
    let contender = &task.contenders[leader];
    let Some(best) = contender.best() else { return String::new() };
    let rate = best.learning_rate.filter(|_| contender.not_better_than.is_none());
    let rate = rate.map_or_else(String::new, |rate| format!(" with learning rate {}", short(rate, 4)));
    let name = name_with_label(&contender.combination.optimizer, &contender.label(best));
    let n = match best.setting.deterministic {
        true => "deterministic".to_owned(),
        false => {
            let known = task.tuned[leader].values().len();
            let all = task.tuned[leader].seeds.len();
            let undefined = task.tuned[leader].seeds.iter().filter(|seed| matches!(seed, TunedSeed::Undefined)).count();
            let of = if known < all { format!("{known} of {all}") } else { known.to_string() };
            let why = if undefined > 0 {
                format!(" ({} is not defined at {undefined})", task.metric.label)
            } else {
                String::new()
            };
            format!("n = {of}{why}")
        }
    };
    let unstable = beyond_the_limit(best).map_or_else(String::new, |words| format!("; it is {words}"));
    let of_split = metric(task.metric, task.compared_on, study.epoch);
    let level = task.level(leader).map(|level| level_cell(task, &level));
    let useless = worse_than_stand_in(study, task, leader);
    let value = level.clone().unwrap_or_else(|| score_cell(best, task.compared_on, study.epoch));
    if level.is_none() || contender.settings.len() == 1 || best.setting.deterministic {
        return format!("{name}{rate}: {value} {of_split}, {n}{unstable}{useless}.");
    }
    // Each seed has its own setting behind this number, and not all of them are the one to use.
    let too_good = match task.compared_on {
        Split::Validation => "; the rows that chose also measure, so it is too good",
        Split::Train | Split::Test => "",
    };
    let note = tuned_per_seed(task);
    let is_plain = rate.is_empty() && name == contender.combination.optimizer;
    let to_use = match rate_not_advised(contender) {
        Some(none) => format!(". To use: {none}"),
        None if is_plain => String::new(),
        None => {
            let tie = tied_words(contender).map_or_else(String::new, |tie| format!(" ({tie})"));
            format!(". To use: {name}{rate}{tie}{unstable}")
        }
    };
    format!("{}: {value} {of_split} ({note}{too_good}), {n}{to_use}{useless}.", contender.combination.optimizer)
}

/// Says where what needs no training is better than the leader.
fn worse_than_stand_in(study: &Study, task: &Task<'_>, leader: usize) -> String {
    let level = task.level(leader).map(|level| level.center);
    let mut baselines = task.baselines.iter().filter(|row| row.kind.fitted.is_none());
    let baseline = baselines.find_map(|row| row.level(task.metric, task.compared_on));
    match level.zip(baseline) {
        Some((level, baseline)) if task.metric.is_better(baseline, level) => {
            format!("; predicting {} is better: {}", stand_in(study), of_metric(task.metric, baseline, 4))
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::Analysis;
    use crate::analysis::testing::{Builder, Ending};
    use crate::record::{Id, SeedRepeats};
    use crate::report::verdicts::verdicts;
    use crate::shape::TargetMoments;

    #[test]
    fn an_optimizer_that_is_worse_than_the_mean_is_said_to_be() {
        let said = |rates: &[f64], value: f64| {
            let id = Id::of("problem");
            let moments = TargetMoments { mean: 0.0, variance: 4.0, baseline_loss: 4.0, rows: None };
            let builder = Builder::new("t", 2, true).with_targets(id, [Some(moments); 3]).combination("gd", "gd");
            let ends = [Ending::At(value), Ending::At(value)];
            let builder = rates.iter().fold(builder, |builder, rate| builder.on_problem(*rate, &ends, id));
            let study = builder.design(SeedRepeats::Splits, [60, 20, 20]).build();
            let analysis = Analysis::new(&study);
            verdicts(&analysis, &analysis.tasks[0]).join("\n")
        };
        for rates in [&[0.1][..], &[0.1, 0.2]] {
            let worse = said(rates, 9.0);
            assert!(worse.ends_with("; predicting the mean of the training targets is better: 4.000."), "{worse}");
            let better = said(rates, 1.0);
            assert!(!better.contains("is better"), "{better}");
        }
    }
}
