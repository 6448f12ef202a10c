//! The ends of earlier trainings in a store, from which trials with more epochs go on.

use std::collections::HashMap;
use std::sync::Arc;

use crate::plan::BoundPlan;
use crate::record::{Id, TrainingEnd};
use crate::store::{Store, StoreError};
use crate::train::{Keep, Options, recorded_before};

/// For each trial that goes on, by its position in the plan, the end of an earlier training. None for trials that begin at the start.
#[derive(Debug, Default)]
pub struct EarlierEnds {
    ends: HashMap<u32, Arc<TrainingEnd>>,
    /// The number of trials of which an end is kept, but of other evaluated epochs or with fewer metrics.
    pub unfit: usize,
}

impl EarlierEnds {
    /// Finds, for each of these trials, the latest end of the same training with fewer epochs that it can go on from: one that was
    /// evaluated at the same epochs, for the same metrics, and watched for the same. A trial whose best model is kept begins at the
    /// start, because an end does not hold the best model so far.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn find(bound: &BoundPlan<'_>, trials: &[u32], store: &Store) -> Result<Self, StoreError> {
        let mut epochs_of: HashMap<Id, Vec<u64>> = HashMap::new();
        let keys = store.kept_keys()?;
        let ends = || keys.iter().filter_map(|key| Some((key, key.end.as_ref()?)));
        ends().for_each(|(_, end)| epochs_of.entry(end.training).or_default().push(end.epoch));
        let mut found = Self::default();
        if epochs_of.is_empty() {
            return Ok(found);
        }
        let mut wanted: HashMap<Id, Vec<u32>> = HashMap::new();
        for &trial in trials {
            let planned = bound.trial(trial as usize);
            let training = bound.training(&planned);
            if let Some(training) = training.filter(|training| epochs_of.contains_key(training)) {
                wanted.entry(training).or_default().push(trial);
            }
        }
        if wanted.is_empty() {
            return Ok(found);
        }
        let is_wanted = |training: &Id| wanted.contains_key(training);
        let mut kept = store.read_kept(|one| one.end.as_ref().is_some_and(|end| is_wanted(&end.training)))?;
        kept.sort_by_key(|one| one.end.as_ref().map(|end| std::cmp::Reverse(end.epoch)));
        let mut ends: HashMap<Id, Vec<(String, Arc<TrainingEnd>)>> = HashMap::new();
        for one in kept {
            if let Some(end) = one.end {
                ends.entry(end.training).or_default().push((one.revisions, Arc::new(end)));
            }
        }
        for (training, trials) in wanted {
            let Some(ends) = ends.get(&training) else { continue };
            for trial in trials {
                let planned = bound.trial(trial as usize);
                let setting = bound.setting(&planned.setting);
                let Ok(options) = Options::read(&setting.train) else { continue };
                let metrics = &bound.plan.metrics[planned.setting.combination];
                let mut asked: Vec<String> = metrics.of_rows.iter().map(|metric| metric.name.to_owned()).collect();
                asked.extend(metrics.recorded_curve().map(|curve| format!("the curve of {}", curve.name)));
                let own = metrics.losses.iter().map(|metric| metric.name).collect::<Vec<_>>();
                let evaluated = options.evaluated_epochs();
                let earlier: Vec<_> = ends
                    .iter()
                    .filter(|(revisions, end)| {
                        end.epoch < options.epochs && bound.revisions_of(&planned).made(revisions)
                    })
                    .collect();
                let fits = |end: &TrainingEnd| {
                    let Some(before) = recorded_before(&end.recorder) else { return false };
                    let same = evaluated.iter().take_while(|epoch| **epoch <= end.epoch).eq(&before.epochs);
                    // What a loss gives is recorded with every trial that descends it.
                    let has = |name: &String| before.metrics.contains(name) || own.contains(&name.as_str());
                    let goes_on = options.keep != Keep::Best && options.watches().without(before.watches).is_empty();
                    same && goes_on && asked.iter().all(has)
                };
                match earlier.iter().find(|(_, end)| fits(end)) {
                    Some((_, end)) => {
                        found.ends.insert(trial, Arc::clone(end));
                    }
                    None => found.unfit += usize::from(!earlier.is_empty()),
                }
            }
        }
        Ok(found)
    }

    /// The end from which a trial goes on.
    #[must_use]
    pub fn of(&self, trial: u32) -> Option<&Arc<TrainingEnd>> {
        self.ends.get(&trial)
    }

    /// The number of trials that go on.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}
