//! Data sets and prepared problems, each made once and shared.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::dataset::{self, DataError, Dataset, Parts, Standardization};
use crate::parameter::Cell;
use crate::plan::{Bound, Facts, Grid, Place, Plan, PlannedTrial, Setting, build_model, dataset_key};
use crate::train::{Precision, Problem};

/// Why the data of an experiment could not be had, each with its table's name.
#[derive(Debug)]
pub struct LoadError {
    pub problems: Vec<(String, DataError)>,
}

type Slot<T> = Arc<OnceLock<Result<Arc<T>, String>>>;

/// The data sets of a plan in memory.
#[derive(Default)]
pub struct Data {
    /// Those that are the same for all seeds, by [`dataset_key`].
    datasets: HashMap<String, Arc<Dataset>>,
    /// By their number in the bound plan.
    problems: Mutex<HashMap<u32, Slot<Problem>>>,
}

impl Data {
    /// Reads every data set that the plan names.
    ///
    /// # Errors
    /// All that could not be read or used, together.
    pub fn load(plan: &Plan) -> Result<(Self, Facts), LoadError> {
        let mut data = Self::default();
        let mut facts = Facts::new();
        let mut problems = Vec::new();
        for block in &plan.blocks {
            let axes = block
                .grid
                .axes
                .iter()
                .filter(|axis| axis.keys.iter().any(|(place, _)| *place == Place::Dataset))
                .cloned()
                .collect();
            let grid = Grid { base: block.grid.base.clone(), axes };
            for index in 0..grid.len() {
                let setting = grid.setting(index);
                let key = dataset_key(&setting);
                if data.datasets.contains_key(&key) || facts.contains_key(&key) {
                    continue;
                }
                let loaded = load_one(&setting, &block.folder, plan.seeds.first().copied()).and_then(|dataset| {
                    let cell = &setting.dataset.cell;
                    let mut known = dataset::facts(&dataset, cell)?;
                    known.notes.extend(constant_columns(&dataset, cell, &plan.seeds)?);
                    Ok((known, dataset))
                });
                match loaded {
                    Ok((known, dataset)) => {
                        facts.insert(key.clone(), known);
                        data.datasets.insert(key, Arc::new(dataset));
                    }
                    Err(error) => {
                        let known = problems.iter().any(|(table, old): &(String, DataError)| {
                            *table == setting.dataset.table && old.to_string() == error.to_string()
                        });
                        if !known {
                            problems.push((setting.dataset.table.clone(), error));
                        }
                    }
                }
            }
        }
        if problems.is_empty() { Ok((data, facts)) } else { Err(LoadError { problems }) }
    }

    /// The problem that a trial is trained on, prepared when first asked for.
    pub(super) fn problem(&self, bound: &Bound<'_>, planned: &PlannedTrial) -> Result<Arc<Problem>, String> {
        let slot = {
            let mut problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(problems.entry(bound.data_number(planned)).or_default())
        };
        let prepare = || {
            let shape = bound.shape_of(planned);
            let folder = &bound.plan.blocks[shape.block].folder;
            self.prepare(&bound.setting(&planned.setting), folder, planned.seed, shape.precision).map(Arc::new)
        };
        slot.get_or_init(prepare).clone()
    }

    fn prepare(
        &self,
        setting: &Setting,
        folder: &Path,
        seed: Option<u64>,
        precision: Precision,
    ) -> Result<Problem, String> {
        let by_seed =
            dataset::source(&setting.dataset.kind).is_some_and(|source| (source.by_seed)(&setting.dataset.cell));
        let dataset = if by_seed {
            Arc::new(load_one(setting, folder, seed).map_err(|error| error.to_string())?)
        } else {
            Arc::clone(self.datasets.get(&dataset_key(setting)).ok_or("its data was never read")?)
        };
        let cell = &setting.dataset.cell;
        let parts = Parts::of(dataset.features.rows, cell, seed).map_err(|error| error.to_string())?;
        let model = build_model(setting)?;
        Problem::new(&dataset, &parts, standardized(cell), &*model, precision)
    }
}

/// What a reader should know of the columns: those that are constant in the training rows of some seed.
fn constant_columns(dataset: &Dataset, cell: &Cell, seeds: &[u64]) -> Result<Vec<String>, DataError> {
    if !standardized(cell) {
        return Ok(Vec::new());
    }
    let seeds = if dataset::split_by_seed(cell) { seeds } else { &seeds[..seeds.len().min(1)] };
    let mut constant = BTreeSet::new();
    for &seed in seeds {
        let parts = Parts::of(dataset.features.rows, cell, Some(seed))?;
        constant.extend(Standardization::of(&dataset.features, &parts.train).constant);
    }
    Ok(constant
        .into_iter()
        .map(|column| {
            let name = &dataset.feature_names[column];
            format!("column \"{name}\" is constant in the training rows: standardized, it is 0")
        })
        .collect())
}

fn standardized(cell: &Cell) -> bool {
    cell.get("standardize").and_then(toml::Value::as_bool).unwrap_or(false)
}

fn load_one(setting: &Setting, folder: &Path, seed: Option<u64>) -> Result<Dataset, DataError> {
    let source = dataset::source(&setting.dataset.kind)
        .ok_or_else(|| DataError::Content(format!("there is no source \"{}\"", setting.dataset.kind)))?;
    (source.load)(&setting.dataset.cell, folder, seed)
}
