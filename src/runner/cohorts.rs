//! Which trials train together. How cohorts are cut affects only the use of the cores, never a recorded bit.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use super::earlier_ends::EarlierEnds;
use super::work::{SharedModel, Work};
use crate::model::Penalty;
use crate::optimizer::{Batching, Optimizer};
use crate::plan::{BoundPlan, PlannedTrial, build_model, build_optimizer, build_schedule, end_canonical};
use crate::record::TrainingEnd;
use crate::schedule::{Horizon, Schedule};
use crate::train::{Cohort, Keep, Options, Path, Precision, TestOutputs, Trainee};

/// Trials of a plan that train together.
#[derive(Debug, Clone)]
pub struct CohortPlan {
    pub batching: Batching,
    pub precision: Precision,
    pub path: Path,
    /// The number of the prepared data.
    pub data: u32,
    /// Positions in the plan.
    pub trials: Vec<u32>,
    /// The end of an earlier training from which each of them goes on; empty if they begin at the start.
    pub earlier: Vec<Arc<TrainingEnd>>,
}

impl CohortPlan {
    /// The end from which a trial of the cohort goes on.
    fn earlier_of(&self, trial: u32) -> Option<&Arc<TrainingEnd>> {
        self.earlier.get(self.trials.iter().position(|known| *known == trial)?)
    }
}

/// What the trials of one cohort must have in common.
#[derive(PartialEq, Eq, Hash)]
struct Shared<'a> {
    data: u32,
    batching: Batching,
    /// `None` if the batch order does not depend on it.
    seed: Option<u64>,
    path: Path,
    begins_at: u64,
    /// The bits of l2 if it is part of the rows, else 0.
    l2: u64,
    /// The form of the model, its loss and the weights of classes: what belongs to the model that they share.
    model: &'a str,
}

/// Trials that are scheduled together. Their records lie close together in the store however cohorts are cut, so a report that
/// reads in the plan's order opens each segment only a few times.
pub(super) const TAKEN_TOGETHER: usize = 1 << 15;

/// The most trials of a cohort. Their parameters then stay in cache, and records arrive steadily.
pub(super) const MOST_TOGETHER: usize = 512;

/// Cohorts for each thread, so that no thread waits long for the last one.
pub(super) const PIECES_A_THREAD: usize = 2;

/// Smaller cohorts would spend most of their time packing the batches that they share.
pub(super) const FEWEST_TOGETHER: usize = 32;

/// The same of networks, whose trials share little more than the packed batches.
const FEWEST_NETWORKS: usize = 4;

/// Cohorts of networks for each thread: what they share is little beside the time that a thread would wait for the last one.
const PIECES_OF_NETWORKS: usize = 4;

/// Groups trials into cohorts and cuts large ones. Cohorts keep the plan's order, but those on the same data follow one another,
/// so that few prepared problems are in memory at once.
#[must_use]
pub fn group(bound: &BoundPlan<'_>, trials: &[u32], threads: usize, limit: usize) -> Vec<CohortPlan> {
    group_going_on(bound, trials, &EarlierEnds::default(), threads, limit)
}

/// The same for trials some of which go on from ends of earlier trainings: those of a cohort from the same epoch.
#[must_use]
pub fn group_going_on(
    bound: &BoundPlan<'_>,
    trials: &[u32],
    earlier: &EarlierEnds,
    threads: usize,
    limit: usize,
) -> Vec<CohortPlan> {
    let mut index: HashMap<Shared<'_>, usize> = HashMap::new();
    let mut cohorts: Vec<CohortPlan> = Vec::new();
    for &trial in trials {
        let planned = bound.trial(trial as usize);
        let shape = bound.shape_of(&planned);
        let in_rows = matches!(shape.path, Path::Modes | Path::Compressed);
        let shared = Shared {
            data: bound.data_number(&planned),
            batching: shape.batching,
            seed: planned.seed.filter(|_| shape.batching != Batching::Full),
            path: shape.path,
            begins_at: earlier.of(trial).map_or(0, |end| end.epoch),
            l2: if in_rows { shape.l2.to_bits() } else { 0 },
            model: &shape.shared,
        };
        let data = shared.data;
        let at = *index.entry(shared).or_insert_with(|| {
            cohorts.push(CohortPlan {
                batching: shape.batching,
                precision: shape.precision,
                path: shape.path,
                data,
                trials: Vec::new(),
                earlier: Vec::new(),
            });
            cohorts.len() - 1
        });
        cohorts[at].trials.push(trial);
        cohorts[at].earlier.extend(earlier.of(trial).cloned());
    }
    cohorts.sort_by_key(|cohort| cohort.data);
    // If there are enough cohorts for all threads, none is cut to keep threads busy.
    let fair = |pieces: usize| match threads * pieces {
        wanted if cohorts.len() >= wanted => MOST_TOGETHER,
        wanted => trials.len().div_ceil(wanted.max(1)),
    };
    let (fair, fair_of_networks) = (fair(PIECES_A_THREAD), fair(PIECES_OF_NETWORKS));
    let cut = |cohort: CohortPlan| -> Vec<CohortPlan> {
        let first = cohort.trials.first().map(|&trial| bound.trial(trial as usize));
        let is_network = first.is_some_and(|first| bound.shape_of(&first).is_network);
        let (fair, fewest) = if is_network { (fair_of_networks, FEWEST_NETWORKS) } else { (fair, FEWEST_TOGETHER) };
        let most = fair.clamp(fewest, MOST_TOGETHER).min(limit.max(1));
        let piece = |(index, trials): (usize, &[u32])| {
            let from = (index * most).min(cohort.earlier.len());
            let earlier = cohort.earlier[from..].iter().take(trials.len()).cloned().collect();
            CohortPlan { trials: trials.to_vec(), earlier, ..cohort }
        };
        cohort.trials.chunks(most).enumerate().map(piece).collect()
    };
    cohorts.into_iter().flat_map(cut).collect()
}

/// What all trials of one shape share in training.
struct Prototype {
    optimizer: Arc<dyn Optimizer>,
    schedule: Arc<dyn Schedule>,
    options: Arc<Options>,
    evaluated: Arc<[u64]>,
    penalty: Penalty,
    /// The revisions of its registry rows, as a record names them.
    revisions: Arc<str>,
    /// What decides when its trials end.
    end: String,
    /// Provides each trial's start, which may depend on its seed.
    model: SharedModel,
}

impl Prototype {
    fn new(bound: &BoundPlan<'_>, planned: &PlannedTrial) -> Result<Self, String> {
        let setting = bound.setting(&planned.setting);
        let model: SharedModel = Arc::from(build_model(&setting)?);
        let mut options = Options::read(&setting.train).map_err(|error| error.to_string())?;
        let metrics = &bound.plan.metrics[planned.setting.combination];
        options.metrics = metrics.of_rows.iter().map(|metric| metric.name.to_owned()).collect();
        options.curve = metrics.recorded_curve();
        options.score = Some(metrics.score);
        Ok(Self {
            optimizer: Arc::from(build_optimizer(&setting)?),
            schedule: Arc::from(build_schedule(&setting)?),
            evaluated: options.evaluated_epochs().into(),
            options: Arc::new(options),
            penalty: model.penalty(),
            revisions: bound.revisions_of(planned).text().into(),
            end: end_canonical(&setting),
            model,
        })
    }
}

impl Prototype {
    /// The planned length of its trials.
    fn horizon(&self, batching: Batching, n_train: u64) -> Horizon {
        let steps_per_epoch = batching.steps_per_epoch(n_train);
        Horizon { steps: self.options.epochs.saturating_mul(steps_per_epoch), steps_per_epoch }
    }
}

/// Builds a cohort from some of its trials, ready to train.
///
/// # Errors
/// If its data cannot be prepared.
pub fn build(work: &Work<'_>, plan: &CohortPlan, trials: &[u32]) -> Result<Cohort, String> {
    let (bound, ids) = (work.bound, work.identities.all());
    let first = bound.trial(trials[0] as usize);
    let data = work.data.prepared(bound, &first)?;
    let mut prototypes: HashMap<usize, Prototype> = HashMap::new();
    let mut trainees = Vec::with_capacity(trials.len());
    for &trial in trials {
        let planned = bound.trial(trial as usize);
        let prototype = match prototypes.entry(planned.setting.shape) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(Prototype::new(bound, &planned)?),
        };
        let layout = data.layout_of(&*prototype.model)?;
        trainees.push(Trainee {
            test_outputs: TestOutputs::Never,
            training: if prototype.options.keep == Keep::Last { bound.training(&planned) } else { None },
            goes_on_from: plan.earlier_of(trial).cloned(),
            id: ids[trial as usize],
            canonical: bound.canonical(&planned),
            optimizer: Arc::clone(&prototype.optimizer),
            schedule: Arc::clone(&prototype.schedule),
            learning_rate: bound.learning_rate(&planned.setting).unwrap_or(1.0),
            horizon: prototype.horizon(plan.batching, data.n_train() as u64),
            penalty: prototype.penalty,
            start: prototype.model.start(&layout, planned.seed)?,
            start_statistics: prototype.model.statistics(data.space()),
            options: Arc::clone(&prototype.options),
            evaluated: Arc::clone(&prototype.evaluated),
            problem: bound.recorded_problem(&planned),
            revisions: Arc::clone(&prototype.revisions),
            seed: planned.seed.unwrap_or(0),
            trajectory: trainees.len(),
        });
    }
    let mut ends = prototypes.values().map(|prototype| &prototype.end);
    let first_end = ends.next();
    if !ends.all(|end| Some(end) == first_end) {
        share_trajectories(bound, trials, &mut trainees);
    }
    let model = prototypes.into_values().next().map(|prototype| prototype.model).ok_or("a cohort without trials")?;
    let layout = data.layout_of(&*model)?;
    Ok(Cohort {
        data,
        model,
        layout,
        batching: plan.batching,
        seed: first.seed.unwrap_or(0),
        precision: plan.precision,
        path: plan.path,
        trainees,
        epochs_passed: Arc::default(),
    })
}

/// Lets trials that differ only in when they end share a trajectory, unless their schedule knows the end or looks at losses.
fn share_trajectories(bound: &BoundPlan<'_>, trials: &[u32], trainees: &mut [Trainee]) {
    let mut known: HashMap<String, usize> = HashMap::new();
    for (trainee, &trial) in trainees.iter_mut().zip(trials) {
        let has_own_steps = trainee.schedule.knows_the_end() || trainee.schedule.memory().is_some();
        if has_own_steps || trainee.goes_on_from.is_some() {
            continue;
        }
        let steps = bound.steps_canonical(&bound.trial(trial as usize));
        trainee.trajectory = *known.entry(steps).or_insert(trainee.trajectory);
    }
}
