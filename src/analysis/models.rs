//! The models of a data set as contenders. A model is a task, because settings of one model do not compete with those of another; but
//! models that learn from the same rows and are ranked by the same score can be asked which of them predicts better. Each is tuned over
//! everything that its optimizers try, and compared by the rules that optimizers are.

use super::comparison::{Comparing, OptimizerComparison, adjust};
use super::contender::{Contender, largest_targets};
use super::score::{SettingResult, rank};
use super::study_analysis::Analysis;
use super::task::Task;
use super::ties::EpochsNeeded;
use super::tuned::Tuned;
use crate::metric::decides_what_is_predicted;
use crate::parameter::Values;
use crate::record::{Split, Study};

/// The models of one data set that can be compared.
#[derive(Debug, Clone)]
pub struct ModelsCompared<'a> {
    /// A task whose contenders are models: each stands for its best optimizer at its best setting. It has no name of a model, no
    /// baselines and nothing that was watched.
    pub task: Task<'a>,
    /// The positions of their tasks among those of the study, in the order of the contenders.
    pub tasks: Vec<usize>,
}

impl ModelsCompared<'_> {
    /// The number of settings that a model was tuned over, of all its optimizers.
    #[must_use]
    pub fn settings(&self, analysis: &Analysis<'_>, contender: usize) -> usize {
        let task = self.tasks.get(contender).and_then(|&task| analysis.tasks.get(task));
        task.map_or(0, |task| task.contenders.iter().map(|contender| contender.settings.len()).sum())
    }
}

/// Models of one data set of which no number says which is better: they are not ranked by the same score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelsApart<'a> {
    pub dataset: &'a str,
    /// Models that share a score, and that score with the keys that decide it: `pinball loss, τ 0.1`.
    pub groups: Vec<(Vec<&'a str>, String)>,
}

/// The models of each data set that has several, as far as they share rows and score.
#[must_use]
pub fn compared_models<'a>(
    study: &'a Study,
    tasks: &[Task<'a>],
    needed: &EpochsNeeded,
) -> (Vec<ModelsCompared<'a>>, Vec<ModelsApart<'a>>) {
    let mut datasets: Vec<&'a str> = Vec::new();
    tasks.iter().for_each(|task| datasets.extend((!datasets.contains(&task.dataset)).then_some(task.dataset)));
    let (mut compared, mut apart) = (Vec::new(), Vec::new());
    for dataset in datasets {
        // What no trial is known of yet has no place.
        let of_dataset = (0..tasks.len()).filter(|&index| tasks[index].dataset == dataset);
        let known: Vec<usize> = of_dataset.filter(|&index| !tasks[index].order.is_empty()).collect();
        let mut groups: Vec<(Score, Vec<usize>)> = Vec::new();
        for index in known {
            let score = Score::of(&tasks[index]);
            match groups.iter_mut().find(|(known, _)| *known == score) {
                Some((_, members)) => members.push(index),
                None => groups.push((score, vec![index])),
            }
        }
        if groups.len() > 1 {
            let words = |(score, members): &(Score, Vec<usize>)| {
                (members.iter().map(|&index| tasks[index].model).collect(), score.words(study))
            };
            apart.push(ModelsApart { dataset, groups: groups.iter().map(words).collect() });
        }
        let several = groups.into_iter().map(|(_, members)| members).filter(|members| members.len() > 1);
        compared.extend(several.map(|members| compare(study, tasks, members, needed)));
    }
    (compared, apart)
}

/// What makes the scores of two tasks of one data set the same quantity.
#[derive(PartialEq)]
struct Score {
    metric: &'static str,
    label: &'static str,
    ranked_on: Split,
    compared_on: Split,
    /// The keys of the loss that decide what the score measures, or what is predicted at all.
    keys: Values,
}

impl Score {
    fn of(task: &Task<'_>) -> Self {
        let first = task.contenders.iter().find_map(|contender| Some((contender, contender.settings.first()?)));
        let all = first.map(|(contender, first)| contender.combination.hyperparameters(first.setting));
        // The mean of a loss has its keys in it; another metric is the same whatever was descended, unless it asks for
        // another quantity.
        let is_own = task.metrics.losses.contains(&task.metric);
        let decides = |key: &str| key != "kind" && (is_own || decides_what_is_predicted(key));
        let of_loss = |(key, _): &(String, toml::Value)| key.strip_prefix("model.loss.").is_some_and(decides);
        Self {
            metric: task.metric.name,
            label: task.metric.label,
            ranked_on: task.ranked_on,
            compared_on: task.compared_on,
            keys: all.into_iter().flatten().filter(of_loss).collect(),
        }
    }

    /// `pinball loss, τ 0.1`
    fn words(&self, study: &Study) -> String {
        let mut words = self.label.to_owned();
        for (key, value) in &self.keys {
            let bare = key.rsplit('.').next().unwrap_or(key);
            let label = study.labels.get(key).map_or(bare, |known| known.label);
            words.push_str(&format!(", {label} {value}"));
        }
        words
    }
}

fn compare<'a>(study: &'a Study, tasks: &[Task<'a>], members: Vec<usize>, needed: &EpochsNeeded) -> ModelsCompared<'a> {
    let first = &tasks[members[0]];
    let (ranked_on, compared_on) = (first.ranked_on, first.compared_on);
    let held = first.design.is_some_and(|design| design.holds_rows() && compared_on == Split::Test);
    let leader = |&index: &usize| {
        let task: &Task<'a> = &tasks[index];
        let mut leader = task.contenders[*task.order.first()?].clone();
        leader.stands_for = Some(task.model);
        Some(leader)
    };
    let contenders: Vec<Contender<'a>> = members.iter().filter_map(leader).collect();
    let together = |&index: &usize| {
        let all: Vec<&Contender<'_>> = tasks[index].contenders.iter().collect();
        Tuned::together(study, &all, (ranked_on, compared_on), held, needed)
    };
    let tuned: Vec<Tuned> = members.iter().map(together).collect();
    let best: Vec<SettingResult<'a>> = (contenders.iter().zip(0..))
        .filter_map(|(contender, place)| {
            let first = contender.first()?.clone();
            // Positions count within a task; among models the order of the file decides.
            Some(SettingResult { ascending_position: (place, 0), ..first })
        })
        .collect();
    let order = rank(&best, needed).order;
    let targets = contenders.iter().filter_map(|contender| largest_targets(study, contender.combination, compared_on));
    let target = targets.max_by(|a, b| a.root_mean_square().total_cmp(&b.root_mean_square()));
    let comparing = Comparing {
        study,
        design: first.design,
        split: compared_on,
        target,
        contenders: &contenders,
        tuned: &tuned,
        metric: first.metric,
    };
    let mut comparisons: Vec<OptimizerComparison> = Vec::new();
    if let Some((&leader, others)) = order.split_first() {
        comparisons.extend(others.iter().map(|&other| comparing.compare(leader, other)));
        adjust(&mut comparisons, leader);
    }
    let task = Task {
        dataset: first.dataset,
        model: "",
        metric: first.metric,
        metrics: first.metrics,
        ranked_on,
        compared_on,
        design: first.design,
        ranks: vec![None; contenders.len()],
        contenders,
        tuned,
        order,
        target,
        comparisons,
        within: Vec::new(),
        compares_keys: false,
        shares_dataset: false,
        classes: None,
        baselines: Vec::new(),
        too_many_parameters: None,
        schedules: Vec::new(),
        watched: None,
        rate_slopes: Vec::new(),
    };
    ModelsCompared { task, tasks: members }
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{Builder, Ending};
    use crate::analysis::{Analysis, Answer};
    use crate::record::{SeedRepeats, Study};

    /// Two optimizers of one model, and one of another. Both seeds of the first model choose another optimizer.
    fn study(score: &str) -> Study {
        let at = |values: [f64; 3]| values.map(Ending::At);
        let builder = Builder::new("t", 3, true).combination("gd", "gd").setting(0.1, "", &at([1.0, 3.0, 1.0]));
        let builder = builder.combination("sgd", "sgd").setting(0.1, "", &at([2.0, 2.0, 2.5]));
        let builder = builder.combination("gd", "gd").setting(0.2, "", &at([5.0, 6.0, 5.5]));
        let mut study = builder.design(SeedRepeats::FreshData, [60, 20, 20]).build();
        let last = study.combinations.last_mut().expect("a combination");
        last.model = "poor".to_owned();
        last.metrics.score = crate::metric::metric(score).expect("exists");
        study
    }

    #[test]
    fn each_model_is_tuned_over_all_its_optimizers() {
        let study = study("mse");
        let analysis = Analysis::new(&study);
        assert!(analysis.models_apart.is_empty());
        let [models] = &analysis.models[..] else { panic!("{:?}", analysis.models.len()) };
        assert_eq!(models.task.contenders.iter().map(super::Contender::name).collect::<Vec<_>>(), ["linear", "poor"]);
        assert_eq!(models.task.tuned[0].values(), [1.0, 2.0, 1.0]);
        let own = |index: usize| models.task.tuned[index].choose_the_first();
        assert_eq!((own(0), own(1)), (2, 3), "the second seed has another optimizer");
        assert_eq!((models.settings(&analysis, 0), models.settings(&analysis, 1)), (2, 1));
        // By hand: the differences are 4, 4 and 4.5.
        let found = models.task.against_leader(1).expect("a comparison");
        assert_eq!(found.answer, Answer::FirstBetter);
        assert!((found.difference.expect("pairs").mean - 12.5 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn models_without_a_common_score_are_not_compared() {
        let study = study("rmse");
        let analysis = Analysis::new(&study);
        assert!(analysis.models.is_empty());
        let [apart] = &analysis.models_apart[..] else { panic!("one data set") };
        assert_eq!(apart.groups, [(vec!["linear"], "MSE".to_owned()), (vec!["poor"], "RMSE".to_owned())]);
    }
}
