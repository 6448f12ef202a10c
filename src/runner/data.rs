//! Data sets and prepared data. Each is made once, shared, and dropped when no remaining work needs it.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rayon::prelude::*;

use crate::dataset::{self, DataError, DataSplit, Dataset, FILE_KEYS, Standardization};
use crate::memory;
use crate::parameter::Values;
use crate::plan::{
    self, BoundPlan, FactsByDataset, Plan, PlannedTrial, Setting, build_model, data_settings, dataset_key,
};
use crate::record::{DataFacts, Split};
use crate::text::{located, scaled, visible};
use crate::train::PreparedData;

/// Why the data of an experiment could not be loaded.
#[derive(Debug)]
pub struct LoadError {
    pub errors: Vec<DatasetError>,
}

/// Why one data set could not be loaded.
#[derive(Debug)]
pub struct DatasetError {
    /// The name of its table.
    pub table: String,
    /// The `path` that was read, as the experiment writes it; `None` if the data is generated.
    pub path: Option<String>,
    pub error: DataError,
}

impl DatasetError {
    fn new(setting: &Setting, error: DataError) -> Self {
        Self { table: setting.dataset.table.clone(), path: written_path(setting).map(str::to_owned), error }
    }
}

type PreparedSlot<T> = Arc<OnceLock<Result<Arc<T>, String>>>;

/// The data sets of a plan in memory.
#[derive(Default)]
pub struct SharedData {
    /// Data sets that are the same for all seeds, by [`dataset_key`].
    datasets: Mutex<HashMap<String, LoadedDataset>>,
    /// Prepared data by its number in the bound plan.
    prepared: Mutex<HashMap<u32, PreparedSlot<PreparedData>>>,
}

/// A data set in memory.
struct LoadedDataset {
    dataset: Arc<Dataset>,
    /// By the seed of the split; `None` if the split does not depend on the trial's seed.
    divisions: HashMap<Option<u64>, Arc<Division>>,
    /// The numbers of the prepared data still to be made from it; `None` until [`SharedData::expect`] is called.
    awaited: Option<HashSet<u32>>,
}

/// How the rows are divided, and how their features are scaled: as measured on the training rows, or by one number.
struct Division {
    parts: DataSplit,
    standardization: Option<Standardization>,
}

impl Division {
    fn of(dataset: &Dataset, values: &Values, seed: Option<u64>) -> Result<Self, DataError> {
        let parts = DataSplit::of_data(dataset, values, seed)?;
        Ok(Self { standardization: scaling(dataset, values, &parts), parts })
    }
}

impl SharedData {
    /// Reads every data set that the plan names.
    ///
    /// # Errors
    /// Every data set that could not be read or used.
    pub fn load(plan: &Plan) -> Result<(Self, FactsByDataset), LoadError> {
        let named = named(plan);
        check_room(&named)?;
        let mut datasets: HashMap<String, LoadedDataset> = HashMap::new();
        let mut facts = FactsByDataset::new();
        let mut errors = Vec::new();
        let of_classes = datasets_of_classes(plan);
        for (key, setting, folder) in named {
            let loaded = load_one(&setting, folder, plan.seeds.first().copied()).and_then(|dataset| {
                let values = &setting.dataset.values;
                let wants_classes = of_classes.contains(&key);
                let mut known = dataset::facts(&dataset, values, wants_classes)?;
                if wants_classes {
                    dataset::check_training_classes(&dataset, values, &plan.seeds)?;
                }
                dataset::check_weights(&dataset, values, &plan.seeds)?;
                let divisions = standardized_divisions(&dataset, values, &plan.seeds)?;
                known.notes.extend(constant_columns(&dataset, &divisions));
                known.notes.extend(given_away(&known));
                Ok((known, LoadedDataset { dataset: Arc::new(dataset), divisions, awaited: None }))
            });
            match loaded {
                Ok((known, loaded)) => {
                    facts.insert(key.clone(), known);
                    if !by_seed(&setting) {
                        datasets.insert(key, loaded);
                    }
                }
                Err(error) => {
                    let known = errors.iter().any(|old: &DatasetError| {
                        old.table == setting.dataset.table && old.error.to_string() == error.to_string()
                    });
                    if !known {
                        errors.push(DatasetError::new(&setting, error));
                    }
                }
            }
        }
        let data = Self { datasets: Mutex::new(datasets), prepared: Mutex::default() };
        if errors.is_empty() { Ok((data, facts)) } else { Err(LoadError { errors }) }
    }

    /// Announces the problems this run needs, by one trial on each. Data sets that none of them needs are dropped now; the
    /// others are dropped when their last problem is prepared.
    pub(super) fn expect<'t>(&self, bound: &BoundPlan<'_>, trials: impl Iterator<Item = &'t PlannedTrial>) {
        let mut awaited: HashMap<String, HashSet<u32>> = HashMap::new();
        for trial in trials {
            let key = dataset_key(&bound.setting(&trial.setting));
            awaited.entry(key).or_default().insert(bound.data_number(trial));
        }
        self.datasets().retain(|key, loaded| {
            loaded.awaited = awaited.remove(key);
            loaded.awaited.is_some()
        });
    }

    fn datasets(&self) -> MutexGuard<'_, HashMap<String, LoadedDataset>> {
        self.datasets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The data that a trial trains on, prepared on first use.
    pub(super) fn prepared(&self, bound: &BoundPlan<'_>, planned: &PlannedTrial) -> Result<Arc<PreparedData>, String> {
        let number = bound.data_number(planned);
        let slot = {
            let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(prepared.entry(number).or_default())
        };
        slot.get_or_init(|| self.prepare(bound, planned, number).map(Arc::new)).clone()
    }

    /// Drops prepared data that is no longer needed. If it is needed after all, it is prepared again.
    pub(super) fn release(&self, number: u32) {
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
    }

    fn prepare(&self, bound: &BoundPlan<'_>, planned: &PlannedTrial, number: u32) -> Result<PreparedData, String> {
        let shape = bound.shape_of(planned);
        let setting = bound.setting(&planned.setting);
        let values = &setting.dataset.values;
        let seed = planned.seed.filter(|_| dataset::split_by_seed(values));
        let (dataset, division) = match self.loaded(&setting, seed, number) {
            Some((dataset, division)) => (dataset, division),
            None => (Arc::new(load_again(bound, &setting, shape.combination, planned.seed)?), None),
        };
        let division = match division {
            Some(division) => division,
            None => {
                let division = Division::of(&dataset, values, seed).map_err(|error| error.to_string())?;
                let division = Arc::new(division);
                if let Some(loaded) = self.datasets().get_mut(&dataset_key(&setting)) {
                    loaded.divisions.insert(seed, Arc::clone(&division));
                }
                division
            }
        };
        let model = build_model(&setting)?;
        let Division { parts, standardization } = &*division;
        let prepare = |dataset| PreparedData::new(dataset, parts, standardization.as_ref(), &*model, shape.precision);
        match Arc::try_unwrap(dataset) {
            Ok(own) => prepare(Cow::Owned(own)),
            Err(shared) => prepare(Cow::Borrowed(&shared)),
        }
    }

    /// The data of a trial with all rows to train on.
    pub(super) fn on_all_rows(&self, bound: &BoundPlan<'_>, planned: &PlannedTrial) -> Result<PreparedData, String> {
        let shape = bound.shape_of(planned);
        let setting = bound.setting(&planned.setting);
        let dataset = load_again(bound, &setting, shape.combination, planned.seed)?;
        let parts = DataSplit::consecutive(dataset.features.rows, 0, 0);
        let standardization = scaling(&dataset, &setting.dataset.values, &parts);
        let model = build_model(&setting)?;
        PreparedData::new(Cow::Owned(dataset), &parts, standardization.as_ref(), &*model, shape.precision)
    }

    /// A data set in memory, with its division if that is known. For the last awaited problem the data set leaves the map,
    /// so that nobody else holds it once preparation begins.
    fn loaded(
        &self,
        setting: &Setting,
        seed: Option<u64>,
        number: u32,
    ) -> Option<(Arc<Dataset>, Option<Arc<Division>>)> {
        let key = dataset_key(setting);
        let mut datasets = self.datasets();
        let loaded = datasets.get_mut(&key)?;
        let division = loaded.divisions.get(&seed).cloned();
        let last = loaded.awaited.as_mut().is_some_and(|awaited| {
            awaited.remove(&number);
            awaited.is_empty()
        });
        let dataset = Arc::clone(&loaded.dataset);
        if last {
            datasets.remove(&key);
        }
        Some((dataset, division))
    }
}

/// Reads a data set that differs from seed to seed, or that was dropped. Its numbers must not have changed since.
fn load_again(
    bound: &BoundPlan<'_>,
    setting: &Setting,
    combination: usize,
    seed: Option<u64>,
) -> Result<Dataset, String> {
    let dataset =
        load_one(setting, &bound.plan.combinations[combination].folder, seed).map_err(|error| error.to_string())?;
    match bound.facts.get(&dataset_key(setting)) {
        Some(known) if known.fingerprint == dataset.fingerprint => Ok(dataset),
        _ => Err(format!("the data set \"{}\" changed while the program ran", setting.dataset.table)),
    }
}

/// Every data set of the plan: its key, a setting that uses it, and the folder that its paths are relative to.
fn named(plan: &Plan) -> Vec<(String, Setting, &Path)> {
    let mut keys = HashSet::new();
    let mut named = Vec::new();
    for combination in &plan.combinations {
        for setting in data_settings(combination) {
            let key = dataset_key(&setting);
            if keys.insert(key.clone()) {
                named.push((key, setting, combination.folder.as_path()));
            }
        }
    }
    named
}

/// The keys of the data sets whose targets some model takes as classes.
fn datasets_of_classes(plan: &Plan) -> HashSet<String> {
    let of_classes = plan.combinations.iter().filter(|combination| plan::wants_classes(combination));
    of_classes.flat_map(|combination| data_settings(combination).map(|setting| dataset_key(&setting))).collect()
}

/// Checks before reading whether all data sets fit in memory together. (Each source checks its own data set when it reads it.)
fn check_room(named: &[(String, Setting, &Path)]) -> Result<(), LoadError> {
    let mut known: Vec<(u64, &Setting)> = Vec::new();
    for (_, setting, folder) in named.iter().filter(|(_, setting, _)| !by_seed(setting)) {
        let source = dataset::source(&setting.dataset.kind);
        // What cannot be located is reported when it is read.
        let values = located_values(setting, folder).ok();
        let size = source.zip(values).and_then(|(source, values)| (source.build.size)(&values, folder));
        known.extend(size.map(|size| (size.bytes(), setting)));
    }
    let together = known.iter().fold(0, |sum: u64, (bytes, _)| sum.saturating_add(*bytes));
    let Some((largest, setting)) = known.iter().max_by_key(|(bytes, _)| *bytes).filter(|_| known.len() > 1) else {
        return Ok(());
    };
    let Err(room) = memory::check(together, memory::available()) else { return Ok(()) };
    let sentence = format!(
        "the numbers of this and of {} other data sets take {}B of memory, those of this one {}B, and {}B are available{}: fewer \
         of them fit at a time",
        known.len() - 1,
        scaled(together as f64),
        scaled(*largest as f64),
        scaled(room.free as f64),
        room.limit
    );
    Err(LoadError { errors: vec![DatasetError::new(setting, DataError::TooLarge(sentence))] })
}

fn by_seed(setting: &Setting) -> bool {
    dataset::source(&setting.dataset.kind).is_some_and(|source| (source.build.by_seed)(&setting.dataset.values))
}

/// The divisions for all seeds; empty if the rows are not standardized.
fn standardized_divisions(
    dataset: &Dataset,
    values: &Values,
    seeds: &[u64],
) -> Result<HashMap<Option<u64>, Arc<Division>>, DataError> {
    if !standardized(values) {
        return Ok(HashMap::new());
    }
    let seeds: Vec<Option<u64>> =
        if dataset::split_by_seed(values) { seeds.iter().copied().map(Some).collect() } else { vec![None] };
    let division = |seed| Ok((seed, Arc::new(Division::of(dataset, values, seed)?)));
    seeds.into_par_iter().map(division).collect()
}

/// More constant columns share a line: images have many.
const EACH_NAMED: usize = 8;

/// Notes for the reader about columns that are constant in the training rows of some seed.
fn constant_columns(dataset: &Dataset, divisions: &HashMap<Option<u64>, Arc<Division>>) -> Vec<String> {
    let standardizations = divisions.values().filter_map(|division| division.standardization.as_ref());
    let constant: BTreeSet<usize> = standardizations.flat_map(|measured| measured.constant.iter().copied()).collect();
    let name = |column: usize| format!("\"{}\"", dataset.feature_names[column]);
    if constant.len() > EACH_NAMED {
        let first: Vec<String> = constant.iter().take(EACH_NAMED).map(|column| name(*column)).collect();
        let (first, more) = (first.join(", "), constant.len() - EACH_NAMED);
        return vec![format!(
            "columns {first} and {more} more are constant in the training rows: standardized, they are 0"
        )];
    }
    let note = |column| format!("column {} is constant in the training rows: standardized, it is 0", name(column));
    constant.into_iter().map(note).collect()
}

/// Names the features of a file that may give the target away.
fn given_away(facts: &DataFacts) -> Option<String> {
    const SUSPICIOUS: f64 = 0.999;
    // Any two rows lie on a line.
    const FEWEST_ROWS: u64 = 10;
    const NAMED: usize = 8;
    if facts.fingerprint == "generated" || facts.n_samples < FEWEST_ROWS {
        return None;
    }
    let described = facts.description.iter().flat_map(|described| &described.features);
    let suspects = facts
        .feature_names
        .iter()
        .zip(described)
        .filter(|(_, numbers)| numbers.correlation.is_some_and(|correlation| correlation.abs() > SUSPICIOUS));
    let suspects: Vec<String> = suspects.map(|(name, _)| format!("\"{name}\"")).collect();
    let (first, more) = suspects.split_at(suspects.len().min(NAMED));
    let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
    let (have, give) = match suspects.len() {
        0 => return None,
        1 => ("has a correlation", "does it"),
        _ => ("have correlations", "do they"),
    };
    Some(format!("{}{more} {have} beyond ± 0.999 with the target: {give} give it away?", first.join(", ")))
}

/// How the features are scaled: by what the training rows tell, or by a number.
fn scaling(dataset: &Dataset, values: &Values, parts: &DataSplit) -> Option<Standardization> {
    if standardized(values) {
        return Some(Standardization::of(&dataset.features, &parts.rows(Split::Train)));
    }
    dataset::divisor(values).map(|by| Standardization::dividing(dataset.features.columns, by))
}

fn standardized(values: &Values) -> bool {
    values.get("standardize").and_then(toml::Value::as_bool).unwrap_or(false)
}

fn load_one(setting: &Setting, folder: &Path, seed: Option<u64>) -> Result<Dataset, DataError> {
    let source = dataset::source(&setting.dataset.kind)
        .ok_or_else(|| DataError::Content(format!("there is no source \"{}\"", setting.dataset.kind)))?;
    let values = located_values(setting, folder)?;
    let mut dataset = dataset::load(source, &values, folder, seed)?;
    // Notes are kept with the results, and the experiment's paths stand there as they were written.
    for key in FILE_KEYS {
        let text =
            |values: &Values| values.get(key).and_then(toml::Value::as_str).map(|path| visible(path).into_owned());
        let (Some(path), Some(written)) = (text(&values), text(&setting.dataset.values)) else { continue };
        if path != written {
            dataset.notes.iter_mut().for_each(|note| *note = note.replace(&path, &written));
        }
    }
    Ok(dataset)
}

/// The key of a data set that names its file.
pub(super) const PATH: &str = "path";

fn written_path(setting: &Setting) -> Option<&str> {
    setting.dataset.values.get(PATH).and_then(toml::Value::as_str)
}

/// The options of a data set with the paths that are opened: variables and `~` are replaced here alone, so that nothing that is kept names
/// this machine's folders.
pub(super) fn located_values<'a>(setting: &'a Setting, folder: &Path) -> Result<Cow<'a, Values>, DataError> {
    let mut values = Cow::Borrowed(&setting.dataset.values);
    for key in FILE_KEYS {
        let Some(written) = setting.dataset.values.get(key).and_then(toml::Value::as_str) else { continue };
        let path = located(folder, written)
            .map_err(|reason| DataError::Unreadable(format!("cannot read {}: {reason}", visible(written))))?;
        if path != written {
            values.to_mut().insert(key.to_owned(), path.into_owned().into());
        }
    }
    Ok(values)
}
