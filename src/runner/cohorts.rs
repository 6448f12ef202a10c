//! Which trials train together. How cohorts are cut changes no recorded bit: only how well the cores are used.

use std::collections::HashMap;
use std::sync::Arc;

use super::SharedModel;
use super::data::Data;
use crate::optimizer::Batching;
use crate::plan::{Bound, PlannedTrial, build_model, build_optimizer, data_canonical, dataset_key};
use crate::schedule;
use crate::train::{Cohort, Options, Path, Precision, Trainee};

/// Trials of a plan that share everything that a cohort shares.
#[derive(Debug, Clone)]
pub struct CohortPlan {
    pub batching: Batching,
    pub precision: Precision,
    pub path: Path,
    /// Indices into [`Bound::trials`].
    pub trials: Vec<usize>,
}

/// What trials of one cohort have in common.
#[derive(PartialEq, Eq, Hash)]
struct Shared {
    data: String,
    batching: Batching,
    /// Where the batch order depends on it.
    seed: Option<u64>,
    path: Path,
    /// Where it is part of the rows.
    l2: u64,
}

/// Cohorts hold this many trials at most, so that their parameters stay in cache and records arrive steadily.
const MOST_TOGETHER: usize = 512;

/// Pieces for each thread, so that none waits long for the last.
const PIECES_A_THREAD: usize = 4;

/// Groups trials into cohorts in the plan's order and cuts large ones.
#[must_use]
pub fn group(bound: &Bound<'_>, trials: &[usize], threads: usize, limit: usize) -> Vec<CohortPlan> {
    let mut index: HashMap<Shared, usize> = HashMap::new();
    let mut cohorts: Vec<CohortPlan> = Vec::new();
    for &trial in trials {
        let planned = &bound.trials[trial];
        let bound_setting = &bound.settings[planned.setting];
        let shared = shared(bound, planned);
        let at = *index.entry(shared).or_insert_with(|| {
            cohorts.push(CohortPlan {
                batching: bound_setting.batching,
                precision: bound_setting.precision,
                path: bound_setting.path,
                trials: Vec::new(),
            });
            cohorts.len() - 1
        });
        cohorts[at].trials.push(trial);
    }
    let fair = trials.len().div_ceil((threads * PIECES_A_THREAD).max(1));
    let most = fair.clamp(8, MOST_TOGETHER).min(limit.max(1));
    cohorts
        .into_iter()
        .flat_map(|cohort| {
            let pieces: Vec<CohortPlan> = cohort
                .trials
                .chunks(most)
                .map(|trials| CohortPlan { trials: trials.to_vec(), ..cohort.clone() })
                .collect();
            pieces
        })
        .collect()
}

fn shared(bound: &Bound<'_>, planned: &PlannedTrial) -> Shared {
    let bound_setting = &bound.settings[planned.setting];
    let setting = bound.setting(bound_setting);
    let fingerprint = bound.facts.get(&dataset_key(&setting)).map_or("", |facts| &facts.fingerprint);
    let in_rows = matches!(bound_setting.path, Path::Modes | Path::Compressed);
    Shared {
        data: data_canonical(&setting, fingerprint, planned.seed),
        batching: bound_setting.batching,
        seed: planned.seed.filter(|_| bound_setting.batching != Batching::Full),
        path: bound_setting.path,
        l2: if in_rows { bound_setting.l2.to_bits() } else { 0 },
    }
}

/// Builds a cohort of some of its trials.
pub fn build(bound: &Bound<'_>, plan: &CohortPlan, trials: &[usize], data: &Data) -> Result<Cohort, String> {
    let first = bound.trials[trials[0]];
    let problem = data.problem(bound, &first)?;
    let model: SharedModel = Arc::from(build_model(&bound.setting(&bound.settings[first.setting]))?);
    let d = problem.parameters();
    let trainees = trials.iter().map(|&trial| trainee(bound, &bound.trials[trial], d)).collect::<Result<_, _>>()?;
    Ok(Cohort {
        problem,
        model,
        batching: plan.batching,
        seed: first.seed.unwrap_or(0),
        precision: plan.precision,
        path: plan.path,
        trainees,
    })
}

fn trainee(bound: &Bound<'_>, planned: &PlannedTrial, d: usize) -> Result<Trainee, String> {
    let setting = bound.setting(&bound.settings[planned.setting]);
    let model = build_model(&setting)?;
    let cell = &setting.optimizer.cell;
    let schedule = cell.get("schedule").and_then(toml::Value::as_table).cloned().unwrap_or_default();
    let kind = schedule.get("kind").and_then(toml::Value::as_str).unwrap_or("constant");
    let row = schedule::kind(kind).ok_or_else(|| format!("no schedule \"{kind}\""))?;
    let mut keys = schedule.clone();
    keys.remove("kind");
    Ok(Trainee {
        id: planned.id,
        canonical: bound.canonical(planned),
        optimizer: build_optimizer(&setting)?,
        schedule: (row.build)(&keys).map_err(|error| error.to_string())?,
        learning_rate: cell.get("learning_rate").and_then(toml::Value::as_float).ok_or("no learning rate")?,
        penalty: model.penalty(),
        start: model.start(d, planned.seed)?,
        options: Options::read(&setting.train).map_err(|error| error.to_string())?,
        problem: planned.problem,
    })
}
