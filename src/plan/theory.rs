//! What a plan needs to know of its problems: records, moments, baselines, SGD's stability limits, bounds of the curvature and
//! check trials. Selects it from everything stored.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{BoundPlan, PlannedSetting, PlannedTrial, SettingShape, TheoryNeed};
use crate::baseline::{BASELINES, WantedBaseline};
use crate::metric::{MetricKind, metric, mse, needs_each_row};
use crate::optimizer::LEARNING_RATE;
use crate::record::{BaselineRecord, CheckRecord, Id, OptimumRecord, ProblemRecord, SplitMoments, TheoryEntry};
use crate::shape::{Recurrence, Regime};

/// Check trials of one recurrence. The plan decides the number of steps, so a report does not depend on what was planned when
/// the store first saw the problem.
pub struct CheckNeed {
    pub recurrence: Recurrence,
    pub steps: u64,
}

/// A recurrence as a key of maps: the bits of its momentum (both zeros give the same bits), and whether it is Nesterov's.
type RecurrenceKey = (u64, bool);

fn key(momentum: f64, nesterov: bool) -> RecurrenceKey {
    ((momentum + 0.0).to_bits(), nesterov)
}

/// The most noise floors that are computed of one problem.
const MOST_FLOORS: usize = 200;

/// What the plan needs of one problem.
pub struct ProblemNeeds {
    /// Any trial of this problem.
    pub trial: PlannedTrial,
    /// Whether theory has a record of the problem.
    pub needs_record: bool,
    /// The problem's record, if it is stored.
    pub record: Option<ProblemRecord>,
    /// Whether the moments of its targets are stored.
    pub has_targets: bool,
    /// The metrics of baselines that need predictions for each row, and the mean losses of fitted baselines.
    pub baselines: Vec<WantedBaseline>,
    /// In the order in which the plan names them, each once.
    pub batch_sizes: Vec<u64>,
    /// The batch sizes and rates whose noise floors are wanted, in the same way.
    pub floors: Vec<(u64, f64)>,
    pub checks: Vec<CheckNeed>,
    /// The smoothness of the loss, if the plan needs a bound of the curvature of J.
    pub curvature_of: Option<f64>,
    /// Whether the plan needs the minimum of J.
    pub wants_optimum: bool,
    /// The same as sets, for lookup: an axis may have a hundred thousand of them.
    sizes: HashSet<u64>,
    floor_keys: HashSet<(u64, u64)>,
    recurrences: HashMap<RecurrenceKey, usize>,
    named: HashSet<BaselineKey<'static>>,
}

/// A metric of a baseline as a key: their names, and the bits of l1.
type BaselineKey<'a> = (&'a str, &'a str, u64);

fn key_of(record: &BaselineRecord) -> BaselineKey<'_> {
    (&record.baseline, &record.metric, record.l1.to_bits())
}

impl ProblemNeeds {
    fn of(trial: PlannedTrial, needs_record: bool) -> Self {
        Self {
            trial,
            needs_record,
            record: None,
            has_targets: false,
            baselines: Vec::new(),
            batch_sizes: Vec::new(),
            floors: Vec::new(),
            checks: Vec::new(),
            curvature_of: None,
            wants_optimum: false,
            sizes: HashSet::new(),
            floor_keys: HashSet::new(),
            recurrences: HashMap::new(),
            named: HashSet::new(),
        }
    }

    /// Adds the baselines of a setting: those that are fitted only with its own l1.
    fn add_baselines(&mut self, shape: &SettingShape, metrics: &[&'static MetricKind]) {
        for kind in BASELINES.rows {
            let l1 = match &kind.fitted {
                Some(fitted) if !self.needs_record || shape.n_parameters > fitted.most_parameters => continue,
                Some(fitted) if fitted.under_l1 != (shape.l1 > 0.0) => continue,
                Some(_) => shape.l1,
                None => 0.0,
            };
            let of_rows = needs_each_row(shape.metric).then_some(shape.metric);
            let own = kind.fitted.as_ref().map(|_| mse());
            for metric in own.into_iter().chain(metrics.iter().copied()).chain(of_rows) {
                if self.named.insert((kind.name, metric.name, l1.to_bits())) {
                    self.baselines.push(WantedBaseline { kind, metric, l1 });
                }
            }
        }
    }

    fn add(&mut self, shape: &SettingShape) {
        self.curvature_of = self.curvature_of.or(shape.curvature_of);
        self.wants_optimum |= shape.wants_optimum;
        match shape.theory {
            Some(TheoryNeed::SgdLimit { batch_size }) if self.sizes.insert(batch_size) => {
                self.batch_sizes.push(batch_size);
            }
            Some(TheoryNeed::Check { recurrence, steps }) => {
                let position =
                    *self.recurrences.entry(key(recurrence.momentum, recurrence.nesterov)).or_insert(self.checks.len());
                match self.checks.get_mut(position) {
                    Some(known) => known.steps = known.steps.max(steps),
                    None => self.checks.push(CheckNeed { recurrence, steps }),
                }
            }
            _ => {}
        }
    }

    /// Adds the noise floor of a setting, unless there are many already: they are for people to look at.
    fn add_floor(&mut self, batch_size: u64, rate: f64) {
        if self.floors.len() < MOST_FLOORS && self.floor_keys.insert((batch_size, rate.to_bits())) {
            self.floors.push((batch_size, rate));
        }
    }

    /// Whether the plan needs this metric of a baseline, of whatever revision: a report shows what is stored.
    fn asks_baseline(&self, record: &BaselineRecord) -> bool {
        let current = metric(&record.metric).is_some_and(|metric| metric.revision == record.revision);
        current && self.named.contains(&key_of(record))
    }

    /// Whether the plan needs this check.
    fn asks(&self, check: &CheckRecord) -> bool {
        let position = self.recurrences.get(&key(check.momentum, check.nesterov));
        position.and_then(|&position| self.checks.get(position)).is_some_and(|wanted| wanted.steps == check.steps)
    }

    /// Removes what is known already. Afterwards the lookup sets no longer match and must not be used.
    pub fn subtract(&mut self, known: &[&TheoryEntry]) {
        let (mut sizes, mut checks, mut floors) = (HashSet::new(), HashSet::new(), HashSet::new());
        let mut baselines: HashSet<(BaselineKey<'_>, u32, u32)> = HashSet::new();
        for entry in known {
            match entry {
                TheoryEntry::Problem { record, .. } => self.record = Some(record.clone()),
                TheoryEntry::Targets { .. } => self.has_targets = true,
                TheoryEntry::Baseline { record, .. } => {
                    baselines.insert((key_of(record), record.baseline_revision, record.revision));
                }
                TheoryEntry::SgdLimit { batch_size, .. } => _ = sizes.insert(*batch_size),
                TheoryEntry::NoiseFloor { batch_size, learning_rate, .. } => {
                    floors.insert((*batch_size, learning_rate.to_bits()));
                }
                TheoryEntry::Curvature { .. } => self.curvature_of = None,
                TheoryEntry::Optimum { .. } => self.wants_optimum = false,
                TheoryEntry::Check { check, .. } => {
                    checks.insert((key(check.momentum, check.nesterov), check.steps));
                }
            }
        }
        self.baselines.retain(|WantedBaseline { kind, metric, l1 }| {
            !baselines.contains(&((kind.name, metric.name, l1.to_bits()), kind.revision, metric.revision))
        });
        self.batch_sizes.retain(|size| !sizes.contains(size));
        self.floors.retain(|(size, rate)| !floors.contains(&(*size, rate.to_bits())));
        let is_known = |CheckNeed { recurrence: Recurrence { momentum, nesterov }, steps }: &CheckNeed| {
            checks.contains(&(key(*momentum, *nesterov), *steps))
        };
        self.checks.retain(|check| !is_known(check));
    }

    /// Whether nothing is needed any more.
    #[must_use]
    pub fn is_met(&self) -> bool {
        (self.record.is_some() || !self.needs_record)
            && self.has_targets
            && self.baselines.is_empty()
            && self.curvature_of.is_none()
            && !self.wants_optimum
            && self.batch_sizes.is_empty()
            && self.floors.is_empty()
            && self.checks.is_empty()
    }
}

/// Adds a record to those that a report reads, unless one of a newer revision is there.
fn add_newest(records: &mut Vec<BaselineRecord>, record: &BaselineRecord) {
    match records.iter_mut().find(|known| key_of(known) == key_of(record)) {
        Some(known) if known.baseline_revision < record.baseline_revision => *known = record.clone(),
        Some(_) => {}
        None => records.push(record.clone()),
    }
}

/// What the plan needs of each of its problems, in the order of their ids.
#[must_use]
pub fn problem_needs(bound: &BoundPlan<'_>) -> Vec<(Id, ProblemNeeds)> {
    let mut needs: BTreeMap<Id, ProblemNeeds> = BTreeMap::new();
    let mut seen = vec![false; bound.shapes.len()];
    for setting in (0..bound.settings()).map(|index| bound.planned_setting(index)) {
        if let Some((batch_size, rate)) = floor_of(bound, setting) {
            for trial in (0..setting.n_trials).map(|seed| bound.trial_of(setting, seed)) {
                let Some(id) = bound.problem(&trial) else { continue };
                needs.entry(id).or_insert_with(|| ProblemNeeds::of(trial, true)).add_floor(batch_size, rate);
            }
        }
        if std::mem::replace(&mut seen[setting.shape], true) {
            continue;
        }
        let of_rows = bound.plan.metrics[setting.combination].of_rows.iter().copied();
        let metrics: Vec<_> = of_rows.filter(|metric| needs_each_row(metric)).collect();
        for trial in (0..setting.n_trials).map(|seed| bound.trial_of(setting, seed)) {
            let Some(id) = bound.problem(&trial) else { continue };
            let shape = bound.shape_of(&trial);
            let need = needs.entry(id).or_insert_with(|| ProblemNeeds::of(trial, shape.theory.is_some()));
            need.add(shape);
            need.add_baselines(shape, &metrics);
        }
    }
    needs.into_iter().collect()
}

/// The batch size and rate of a setting that tends to a noise floor: SGD with replacement at a constant rate on least squares, in batches
/// of one size. A shorter last batch has more noise, or another rate.
fn floor_of(bound: &BoundPlan<'_>, setting: PlannedSetting) -> Option<(u64, f64)> {
    let shape = &bound.shapes[setting.shape];
    let (Some(TheoryNeed::SgdLimit { .. }), Some(Regime::Minibatch { batch_size, replacement: true })) =
        (shape.theory, shape.regime)
    else {
        return None;
    };
    let rate = bound.setting(&setting).optimizer.values.get(LEARNING_RATE.name).and_then(toml::Value::as_float)?;
    let has_one_size = batch_size > 0 && shape.n_train.is_multiple_of(batch_size);
    (shape.l2 == 0.0 && has_one_size).then_some((batch_size, rate))
}

/// The number of problems for which some needed theory is not stored.
#[must_use]
pub fn problems_without_theory(bound: &BoundPlan<'_>, known: &[TheoryEntry]) -> usize {
    let by_problem = entries_by_problem(known);
    let unmet = |(id, mut need): (Id, ProblemNeeds)| {
        need.subtract(by_problem.get(&id).map_or(&[], Vec::as_slice));
        !need.is_met()
    };
    problem_needs(bound).into_iter().map(unmet).filter(|unmet| *unmet).count()
}

/// Groups what is known by problem.
#[must_use]
pub fn entries_by_problem(known: &[TheoryEntry]) -> HashMap<Id, Vec<&TheoryEntry>> {
    let mut by_problem: HashMap<Id, Vec<&TheoryEntry>> = HashMap::new();
    known.iter().for_each(|entry| by_problem.entry(entry.problem()).or_default().push(entry));
    by_problem
}

/// Selects what the plan needs from everything known, so that a report depends on the plan alone.
pub fn select_theory(bound: &BoundPlan<'_>, known: &[TheoryEntry]) -> SelectedTheory {
    let mut selected = SelectedTheory::default();
    let by_problem = entries_by_problem(known);
    for (id, need) in problem_needs(bound) {
        let known = by_problem.get(&id).map_or(&[][..], Vec::as_slice);
        for entry in known {
            match entry {
                TheoryEntry::Problem { record, .. } => {
                    selected.problems.insert(id, record.clone());
                }
                TheoryEntry::Check { check, .. } if need.asks(check) => {
                    selected.checks.entry(id).or_default().push(check.clone());
                }
                TheoryEntry::Targets { splits, .. } => {
                    selected.targets.insert(id, *splits);
                }
                TheoryEntry::Curvature { bound, .. } if need.curvature_of.is_some() => {
                    selected.curvatures.insert(id, *bound);
                }
                TheoryEntry::Optimum { record, .. } if need.wants_optimum => {
                    selected.optima.insert(id, record.clone());
                }
                TheoryEntry::Baseline { record, .. } if need.asks_baseline(record) => {
                    add_newest(selected.baselines.entry(id).or_default(), record);
                }
                _ => {}
            }
        }
        if let Some(record) = selected.problems.get_mut(&id) {
            let mut limits: Vec<(u64, f64)> = known
                .iter()
                .filter_map(|entry| match entry {
                    TheoryEntry::SgdLimit { batch_size, limit: Some(limit), .. } if need.sizes.contains(batch_size) => {
                        Some((*batch_size, *limit))
                    }
                    _ => None,
                })
                .collect();
            limits.sort_by_key(|(size, _)| *size);
            limits.dedup_by_key(|(size, _)| *size);
            record.sgd_limits = limits;
            let floor = |entry: &&TheoryEntry| match entry {
                TheoryEntry::NoiseFloor { batch_size, learning_rate, excess: Some(excess), .. }
                    if need.floor_keys.contains(&(*batch_size, learning_rate.to_bits())) =>
                {
                    Some((*batch_size, *learning_rate, *excess))
                }
                _ => None,
            };
            record.noise_floors = known.iter().filter_map(floor).collect();
            record.noise_floors.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            record.noise_floors.dedup_by_key(|(size, rate, _)| (*size, rate.to_bits()));
        }
        if let Some(checks) = selected.checks.get_mut(&id) {
            checks.sort_by(|a, b| {
                (a.momentum.total_cmp(&b.momentum))
                    .then(a.nesterov.cmp(&b.nesterov))
                    .then(a.factor.total_cmp(&b.factor))
            });
            checks.dedup_by(|a, b| a.momentum == b.momentum && a.nesterov == b.nesterov && a.factor == b.factor);
        }
    }
    selected
}

/// The theory that the report of one plan reads.
#[derive(Debug, Default)]
pub struct SelectedTheory {
    pub problems: BTreeMap<Id, ProblemRecord>,
    pub targets: BTreeMap<Id, SplitMoments>,
    pub baselines: BTreeMap<Id, Vec<BaselineRecord>>,
    pub checks: BTreeMap<Id, Vec<CheckRecord>>,
    /// Bounds of the curvature of J.
    pub curvatures: BTreeMap<Id, f64>,
    /// Minima of J.
    pub optima: BTreeMap<Id, OptimumRecord>,
}
