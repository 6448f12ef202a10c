//! The plan as reporting sees it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::setting::flat_key;
use super::{Bound, Grid, dataset_key};
use crate::parameter::Cell;
use crate::record::{CheckRecord, Curves, Id, ProblemRecord, Study, StudyAxis, StudyBlock, StudySetting, TrialTable};

impl Bound<'_> {
    /// Puts what is known of the trials beside the plan.
    #[must_use]
    pub fn study(
        &self,
        trials: TrialTable,
        curves: Arc<dyn Curves>,
        problems: BTreeMap<Id, ProblemRecord>,
        checks: BTreeMap<Id, Vec<CheckRecord>>,
    ) -> Study {
        let mut blocks: Vec<StudyBlock> = self.plan.blocks.iter().map(|block| empty_block(&block.grid)).collect();
        for index in 0..self.settings() {
            let planned = self.planned_setting(index);
            let narrow = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
            blocks[planned.block].settings.push(StudySetting {
                position: planned.position,
                index: narrow(index),
                first_trial: narrow(planned.first_trial),
                n_trials: narrow(planned.n_trials),
                deterministic: self.shapes[planned.shape].deterministic,
            });
        }
        blocks.retain(|block| !block.settings.is_empty());
        let mut datasets = BTreeMap::new();
        for block in self.plan.blocks.iter().filter(|block| !block.is_empty()) {
            let first = block.setting(0);
            if let Some(facts) = self.facts.get(&dataset_key(&first)) {
                datasets.entry(first.dataset.table).or_insert_with(|| facts.clone());
            }
        }
        Study {
            name: self.plan.name.clone(),
            title: self.plan.title.clone(),
            score: self.plan.score,
            seeds: self.plan.seeds.clone(),
            blocks,
            trials,
            curves,
            problems,
            checks,
            datasets,
            notes: Vec::new(),
        }
    }
}

fn empty_block(grid: &Grid) -> StudyBlock {
    let axes: Vec<StudyAxis> = grid
        .axes
        .iter()
        .map(|axis| {
            let keys = axis.keys.iter().map(|(place, key)| format!("{}.{key}", place.word())).collect();
            let mut flat_axis = StudyAxis::new(keys);
            for point in &axis.points {
                let mut flat = Cell::new();
                point.iter().for_each(|(place, key, value)| flat_key(*place, key, value, &mut flat));
                flat_axis.push(flat);
            }
            flat_axis
        })
        .collect();
    let mut base = grid.base.clone();
    for (place, key) in grid.axes.iter().flat_map(|axis| &axis.keys) {
        base.cell_mut(*place).remove(key);
    }
    StudyBlock {
        dataset: grid.base.dataset.table.clone(),
        model: grid.base.model.table.clone(),
        optimizer: grid.base.optimizer.table.clone(),
        method: grid.base.optimizer.kind.clone(),
        fixed: base.flat(),
        axes,
        settings: Vec::new(),
    }
}
