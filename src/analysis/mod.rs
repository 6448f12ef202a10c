//! Pure statistics on a [`Study`]: estimates over seeds, rankings, comparisons, convergence, and the theory of learning
//! rates. Nothing here opens a file or knows how a report looks.

mod basin;
mod comparison;
mod convergence;
mod estimate;
mod exact;
mod label;
mod score;
mod sweep;
#[cfg(test)]
pub mod testing;
mod theory;

use std::collections::BTreeMap;

pub use basin::{Basin, Place, RateScore, axis_line, basin};
pub use comparison::{Comparison, Finding, MOST_PAIRS, PValue, compare, sign_flip, would_decide};
pub use convergence::{Convergence, convergence};
pub use estimate::{Counts, Sample, student_quantile, ten_digits};
pub use exact::Exact;
pub use label::{LEARNING_RATE, label, number};
pub use score::{Ranking, SettingResult, rank, sample};
pub use sweep::{Series, problems_of};
pub use theory::{ExactCurve, Range, Regime, stable_limit};

use crate::record::{Outcome, Split, Study, StudyBlock, StudySetting};

/// A study with everything that a report says of it.
#[derive(Debug, Clone)]
pub struct Analysis<'a> {
    pub study: &'a Study,
    pub tasks: Vec<Task<'a>>,
    pub counts: Counts,
    pub settings: usize,
    pub failures: Vec<Failure>,
}

/// One dataset × model and the optimizers that were tried on it.
#[derive(Debug, Clone)]
pub struct Task<'a> {
    pub dataset: &'a str,
    pub model: &'a str,
    /// The split that settings are ranked on: validation, or training where there is none.
    pub ranked_on: Split,
    /// The split that comparisons are made on: test, else validation, else training.
    pub compared_on: Split,
    pub contenders: Vec<Contender<'a>>,
    /// Positions of the contenders that have a record, best first.
    pub order: Vec<usize>,
    /// Each pair of contenders at their best settings.
    pub comparisons: Vec<Comparison>,
    /// Exact solutions of the problems that the best settings were trained on.
    pub exact: Vec<Exact>,
}

/// One optimizer on one task.
#[derive(Debug, Clone)]
pub struct Contender<'a> {
    pub block: &'a StudyBlock,
    pub settings: Vec<SettingResult<'a>>,
    pub ranking: Ranking,
    /// Keys that vary within the block, the learning rate left out.
    pub varying: Vec<String>,
    /// Learning-rate series, best first.
    pub series: Vec<Series>,
    pub counts: Counts,
    /// Over all trials with a record.
    pub gradient_evaluations: u64,
}

/// Failed trials with one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub message: String,
    pub count: usize,
    /// The first such trial: optimizer, position of its setting in the plan, seed.
    pub optimizer: String,
    pub setting: u64,
    pub seed: Option<u64>,
}

impl<'a> Contender<'a> {
    /// The setting that is best by the design's score; `None` where nothing has a record.
    #[must_use]
    pub fn best(&self) -> Option<&SettingResult<'a>> {
        self.ranking.order.first().map(|&index| &self.settings[index])
    }

    /// The series and its basin in which the best setting lies.
    #[must_use]
    pub fn best_series(&self) -> Option<&Series> {
        let best = *self.ranking.order.first()?;
        self.series.iter().find(|series| series.settings.contains(&best))
    }

    /// A setting's hyperparameters that vary, without the learning rate.
    #[must_use]
    pub fn label(&self, result: &SettingResult<'_>) -> String {
        label(&result.setting.hyperparameters, &self.varying)
    }
}

impl<'a> Analysis<'a> {
    #[must_use]
    pub fn new(study: &'a Study) -> Self {
        let mut groups: Vec<(&str, &str, Vec<&StudyBlock>)> = Vec::new();
        for block in &study.blocks {
            let key = (block.dataset.as_str(), block.model.as_str());
            match groups.iter_mut().find(|group| (group.0, group.1) == key) {
                Some(group) => group.2.push(block),
                None => groups.push((key.0, key.1, vec![block])),
            }
        }
        let tasks: Vec<Task<'a>> =
            groups.into_iter().map(|(dataset, model, blocks)| task(study, dataset, model, &blocks)).collect();
        let mut counts = Counts::default();
        for contender in tasks.iter().flat_map(|task| &task.contenders) {
            counts.add(contender.counts);
        }
        let settings = study.blocks.iter().map(|block| block.settings.len()).sum();
        Self { study, tasks, counts, settings, failures: failures(study) }
    }
}

fn task<'a>(study: &'a Study, dataset: &'a str, model: &'a str, blocks: &[&'a StudyBlock]) -> Task<'a> {
    let has = |split: Split| has_split(study, dataset, blocks, split);
    let ranked_on = if has(Split::Validation) { Split::Validation } else { Split::Train };
    let compared_on = if has(Split::Test) { Split::Test } else { ranked_on };
    let n_train = study.datasets.get(dataset).map_or(u64::MAX, |facts| facts.n_train);
    let contenders: Vec<Contender<'a>> =
        blocks.iter().map(|block| contender(study, block, ranked_on, n_train)).collect();

    let mut order: Vec<usize> = (0..contenders.len()).filter(|&i| contenders[i].best().is_some()).collect();
    let best: Vec<SettingResult<'a>> = order.iter().filter_map(|&i| contenders[i].best().cloned()).collect();
    // The same rule as within a block, so that a contender with a diverged seed does not lead unflagged.
    order = rank(&best).order.into_iter().map(|position| order[position]).collect();

    let mut comparisons = Vec::new();
    for (position, &first) in order.iter().enumerate() {
        for &second in &order[position + 1..] {
            if let (Some(a), Some(b)) = (contenders[first].best(), contenders[second].best()) {
                let finding = compare(a, b, compared_on, study.score);
                comparisons.push(Comparison { first, second, split: compared_on, finding });
            }
        }
    }
    let exact = exact::exact(&contenders, &order, &study.problems);
    Task { dataset, model, ranked_on, compared_on, contenders, order, comparisons, exact }
}

fn contender<'a>(study: &'a Study, block: &'a StudyBlock, ranked_on: Split, n_train: u64) -> Contender<'a> {
    let mut counts = Counts::default();
    let mut gradient_evaluations = 0_u64;
    let mut settings = Vec::with_capacity(block.settings.len());
    for setting in &block.settings {
        let (result, evaluations) = setting_result(study, block, setting, ranked_on, n_train);
        counts.add(result.counts);
        gradient_evaluations = gradient_evaluations.saturating_add(evaluations);
        settings.push(result);
    }
    let varying = label::varying_keys(block);
    let series = sweep::series(block, &settings, &varying, &study.problems, n_train);
    let ranking = rank(&settings);
    Contender { block, settings, ranking, varying, series, counts, gradient_evaluations }
}

#[allow(clippy::cast_precision_loss)]
fn setting_result<'a>(
    study: &Study,
    block: &StudyBlock,
    setting: &'a StudySetting,
    ranked_on: Split,
    n_train: u64,
) -> (SettingResult<'a>, u64) {
    let counts = Counts::of(&setting.trials);
    let records = || setting.trials.iter().filter_map(|trial| trial.record.as_deref());
    let evaluations = records().fold(0_u64, |sum, record| sum.saturating_add(record.gradient_evaluations));
    let learning_rate = number(&setting.hyperparameters, LEARNING_RATE);
    let regime = Regime::of(&block.method, &setting.hyperparameters, n_train);
    let mut unstable = 0;
    if let (Some(rate), Some(regime @ Regime::Full { .. })) = (learning_rate, regime) {
        for record in records().filter(|record| record.outcome.is_completed()) {
            let problem = record.problem.and_then(|id| study.problems.get(&id));
            unstable += usize::from(problem.and_then(|p| regime.limit(p)).is_some_and(|limit| rate > limit));
        }
    }
    let result = SettingResult {
        setting,
        counts,
        score: sample(setting, ranked_on, study.score).unwrap_or_default(),
        gradient_evaluations: evaluations as f64 / counts.recorded().max(1) as f64,
        learning_rate,
        unstable,
    };
    (result, evaluations)
}

/// A split exists where each completed trial has its metric; before any has completed, where the data says so.
fn has_split(study: &Study, dataset: &str, blocks: &[&StudyBlock], split: Split) -> bool {
    let trials = blocks.iter().flat_map(|block| &block.settings).flat_map(|setting| &setting.trials);
    let mut completed =
        trials.filter_map(|trial| trial.record.as_deref()).filter(|record| record.outcome.is_completed()).peekable();
    if completed.peek().is_none() {
        let facts = study.datasets.get(dataset);
        return facts.is_some_and(|facts| match split {
            Split::Train => true,
            Split::Validation => facts.n_validation > 0,
            Split::Test => facts.n_test > 0,
        });
    }
    completed.all(|record| record.last(split).is_some())
}

fn failures(study: &Study) -> Vec<Failure> {
    let mut by_message: BTreeMap<&str, Failure> = BTreeMap::new();
    for block in &study.blocks {
        for setting in &block.settings {
            for trial in &setting.trials {
                let Some(Outcome::Failed { message }) = trial.record.as_ref().map(|record| &record.outcome) else {
                    continue;
                };
                let failure = by_message.entry(message).or_insert_with(|| Failure {
                    message: message.clone(),
                    count: 0,
                    optimizer: block.optimizer.clone(),
                    setting: setting.index,
                    seed: trial.seed,
                });
                failure.count += 1;
            }
        }
    }
    let mut failures: Vec<Failure> = by_message.into_values().collect();
    failures.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.message.cmp(&b.message)));
    failures
}

#[cfg(test)]
mod tests;
