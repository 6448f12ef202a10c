//! The plan as reporting sees it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Bound, Grid, dataset_key};
use crate::record::{
    CheckRecord, Id, ProblemRecord, Study, StudyAxis, StudyBlock, StudySetting, StudyTrial, TrialRecord,
};

impl Bound<'_> {
    /// Puts the records beside the planned trials.
    pub fn study(
        &self,
        record: impl Fn(&Id) -> Option<Arc<TrialRecord>>,
        problems: BTreeMap<Id, ProblemRecord>,
        checks: BTreeMap<Id, Vec<CheckRecord>>,
    ) -> Study {
        let mut blocks: Vec<StudyBlock> = self.plan.blocks.iter().map(|block| empty_block(&block.grid)).collect();
        let mut trials = self.trials.iter().peekable();
        let mut datasets = BTreeMap::new();
        for (index, bound) in self.settings.iter().enumerate() {
            let setting = self.setting(bound);
            if let Some(facts) = self.facts.get(&dataset_key(&setting)) {
                datasets.entry(setting.dataset.table.clone()).or_insert_with(|| facts.clone());
            }
            let mut own = Vec::new();
            while let Some(trial) = trials.next_if(|trial| trial.setting == index) {
                own.push(StudyTrial { id: trial.id, seed: trial.seed, record: record(&trial.id) });
            }
            blocks[bound.block].settings.push(StudySetting {
                index: index as u64,
                hyperparameters: Arc::new(setting.flat()),
                deterministic: bound.deterministic,
                trials: own,
            });
        }
        blocks.retain(|block| !block.settings.is_empty());
        Study {
            name: self.plan.name.clone(),
            title: self.plan.title.clone(),
            score: self.plan.score,
            seeds: self.plan.seeds.clone(),
            blocks,
            problems,
            checks,
            datasets,
            notes: Vec::new(),
        }
    }
}

fn empty_block(grid: &Grid) -> StudyBlock {
    let axes = grid
        .axes
        .iter()
        .map(|axis| StudyAxis {
            keys: axis.keys.iter().map(|(place, key)| format!("{}.{key}", place.word())).collect(),
            points: axis.points.len(),
        })
        .collect();
    StudyBlock {
        dataset: grid.base.dataset.table.clone(),
        model: grid.base.model.table.clone(),
        optimizer: grid.base.optimizer.table.clone(),
        method: grid.base.optimizer.kind.clone(),
        axes,
        settings: Vec::new(),
    }
}
