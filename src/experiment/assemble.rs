//! Multiplies the tables of an experiment into the combinations of a plan.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::declared::DeclaredTable;
use super::link::Link;
use super::mistake::{Mistake, Mistakes};
use super::registry::registry_of;
use super::source_text::{SourceText, Span};
use super::table_values::{self, Owner};
use crate::parameter::Values;
use crate::plan::{Combination, Component, Grid, GridAxis, ResolvedTable, Setting};
use crate::{model, optimizer};

/// A declared table with its keys read: fixed values and axes.
#[derive(Debug)]
pub struct ExpandedTable {
    pub declared: DeclaredTable,
    pub base: Values,
    pub axes: Vec<GridAxis>,
    /// Keys with a mistake.
    pub bad: BTreeSet<String>,
}

impl ExpandedTable {
    /// Reads the keys of a declared table. `links` contribute axes of several keys.
    pub fn read(declared: DeclaredTable, links: &[Link], mistakes: &mut Mistakes) -> Self {
        let own = |link: &&Link| link.moves(&declared);
        let linked: Vec<String> = links.iter().filter(own).flat_map(|link| link.keys.keys().cloned()).collect();
        let owner = declared.owner();
        let row = registry_of(declared.component).map(|registry| (registry, declared.row));
        let read = table_values::read(
            Owner { name: &owner, row },
            &declared.parameters,
            &declared.keys,
            declared.span,
            declared.other_keys(),
            &linked,
            mistakes,
        );
        let mut bad: BTreeSet<String> = read.bad.into_iter().collect();
        let component = declared.component;
        let mut axes: Vec<GridAxis> = read
            .axes
            .into_iter()
            .map(|(key, values)| GridAxis {
                points: values.into_iter().map(|(value, _)| vec![(component, key.clone(), value)]).collect(),
                keys: vec![(component, key)],
            })
            .collect();
        for link in links.iter().filter(own) {
            match &link.axis {
                Some(axis) => axes.push(axis.clone()),
                None => bad.extend(link.keys.keys().cloned()),
            }
        }
        Self { declared, base: read.base, axes, bad }
    }

    fn resolved(&self) -> ResolvedTable {
        ResolvedTable {
            table: self.declared.name.clone(),
            kind: self.declared.row.to_owned(),
            values: self.base.clone(),
        }
    }
}

/// The key of `[train]` that names the arithmetic.
const PRECISION: &str = "precision";

impl ExpandedTable {
    /// Whether its model trains in f32 where nothing says otherwise.
    pub fn trains_in_f32(&self) -> bool {
        self.declared.component == Component::Model
            && model::FAMILIES.row(self.declared.row).is_some_and(|family| family.in_f32)
    }

    /// Whether the file names the arithmetic.
    fn says_precision(&self) -> bool {
        self.declared.keys.contains_key(PRECISION)
            || self.axes.iter().flat_map(|axis| &axis.keys).any(|(_, key)| key == PRECISION)
    }
}

impl ExpandedTables {
    /// Takes the default arithmetic out of `[train]` as it is written down, if models differ in theirs.
    pub fn leave_out_precision(&self, train: &mut Values) {
        if !self.train.says_precision() && self.models.iter().any(ExpandedTable::trains_in_f32) {
            train.remove(PRECISION);
        }
    }
}

/// The most combinations of tables.
const MOST_COMBINATIONS: usize = 10_000;

/// All tables of an experiment.
#[derive(Debug)]
pub struct ExpandedTables {
    pub datasets: Vec<ExpandedTable>,
    pub models: Vec<ExpandedTable>,
    pub optimizers: Vec<ExpandedTable>,
    pub train: ExpandedTable,
}

/// The tables of one combination.
#[derive(Debug, Clone, Copy)]
pub struct CombinationTables<'a> {
    pub dataset: &'a ExpandedTable,
    pub model: &'a ExpandedTable,
    pub optimizer: &'a ExpandedTable,
    pub train: &'a ExpandedTable,
}

impl<'a> CombinationTables<'a> {
    /// The table of a component.
    pub const fn of(&self, component: Component) -> &'a ExpandedTable {
        match component {
            Component::Dataset => self.dataset,
            Component::Model => self.model,
            Component::Optimizer => self.optimizer,
            Component::Train => self.train,
        }
    }
}

impl ExpandedTables {
    /// Reads every declared table, `[train]` included.
    pub fn read(declared: Vec<DeclaredTable>, links: &[Link], mistakes: &mut Mistakes) -> Option<Self> {
        let (mut datasets, mut models, mut optimizers, mut train) = (Vec::new(), Vec::new(), Vec::new(), None);
        for declared in declared {
            let table = ExpandedTable::read(declared, links, mistakes);
            match table.declared.component {
                Component::Dataset => datasets.push(table),
                Component::Model => models.push(table),
                Component::Optimizer => optimizers.push(table),
                Component::Train => train = Some(table),
            }
        }
        Some(Self { datasets, models, optimizers, train: train? })
    }

    /// Refuses an experiment with too many combinations.
    pub fn check_count(&self, span: Span, mistakes: &mut Mistakes) -> Option<()> {
        let sizes = [self.datasets.len(), self.models.len(), self.optimizers.len()];
        let combinations = sizes.iter().fold(1_usize, |product, size| product.saturating_mul(*size));
        if combinations <= MOST_COMBINATIONS {
            return Some(());
        }
        let [datasets, models, optimizers] = sizes;
        mistakes.push(
            Mistake::error(format!("too many tables: {datasets} datasets × {models} models × {optimizers} optimizers"))
                .at(span, format!("at most {MOST_COMBINATIONS} combinations can be planned"))
                .help("write several experiments"),
        );
        None
    }

    /// Dataset × model × optimizer, sorted by their names.
    pub fn combinations(&self) -> Vec<CombinationTables<'_>> {
        let mut combinations = Vec::new();
        for dataset in &self.datasets {
            for model in &self.models {
                for optimizer in &self.optimizers {
                    combinations.push(CombinationTables { dataset, model, optimizer, train: &self.train });
                }
            }
        }
        combinations
    }

    /// All tables, `[train]` last.
    pub fn all(&self) -> impl Iterator<Item = &ExpandedTable> {
        let named = self.datasets.iter().chain(&self.models).chain(&self.optimizers);
        named.chain(std::iter::once(&self.train))
    }
}

/// A model's table as that of the family that it stands for, so that both are one trial.
fn standing_for(table: ResolvedTable) -> ResolvedTable {
    match model::alias(&table.kind) {
        Some(alias) => ResolvedTable { kind: alias.family.to_owned(), values: alias.values(table.values), ..table },
        None => table,
    }
}

/// An optimizer's table as that of the method that it stands for.
fn of_method(table: ResolvedTable) -> ResolvedTable {
    match optimizer::alias(&table.kind) {
        Some(method) => ResolvedTable { kind: method.to_owned(), ..table },
        None => table,
    }
}

/// The grid of one combination.
pub fn grid(tables: &CombinationTables<'_>) -> Grid {
    let mut base = Setting {
        dataset: tables.dataset.resolved(),
        model: standing_for(tables.model.resolved()),
        optimizer: of_method(tables.optimizer.resolved()),
        train: tables.train.base.clone(),
    };
    if tables.model.trains_in_f32() && !tables.train.says_precision() {
        base.train.insert(PRECISION.to_owned(), "f32".into());
    }
    let mut axes: Vec<GridAxis> =
        Component::ALL.into_iter().flat_map(|component| tables.of(component).axes.iter().cloned()).collect();
    axes.sort_by(|one, other| one.keys.cmp(&other.keys));
    Grid { base, axes }
}

/// A combination with all of its settings.
pub fn combination(tables: &CombinationTables<'_>, sources: &[SourceText]) -> Combination {
    Combination { grid: grid(tables), kept: None, folder: folder(tables.dataset, sources) }
}

/// The folder of the file that sets the data set's path.
fn folder(dataset: &ExpandedTable, sources: &[SourceText]) -> PathBuf {
    let written = dataset.declared.keys.get("path").map_or(0, |entry| entry.key.source);
    sources.get(written).or_else(|| sources.first()).map(|source| source.folder.clone()).unwrap_or_default()
}

/// Refuses an experiment with more settings than 64 bits can count.
pub fn check_size(combinations: &[Combination], span: Span, mistakes: &mut Mistakes) {
    let mut total: u64 = 0;
    for combination in combinations {
        let sizes: Vec<u64> = combination.grid.axes.iter().map(|axis| axis.points.len() as u64).collect();
        let size = sizes.iter().try_fold(1_u64, |product, size| product.checked_mul(*size));
        if let Some(sum) = size.and_then(|size| total.checked_add(size)) {
            total = sum;
        } else {
            let base = &combination.grid.base;
            mistakes.push(
                Mistake::error(format!("the experiment has too many settings to count: {}", product_in_words(&sizes)))
                    .at(span, "at most 2^64 − 1 settings can be planned")
                    .help(format!(
                        "the axes of dataset \"{}\", model \"{}\", optimizer \"{}\" multiply; make some shorter, or link them",
                        base.dataset.table, base.model.table, base.optimizer.table
                    )),
            );
            return;
        }
    }
}

/// A product as `2^200`, or as `1.6e60`.
pub fn product_in_words(sizes: &[u64]) -> String {
    let sizes: Vec<u64> = sizes.iter().copied().filter(|size| *size > 1).collect();
    if let [first, rest @ ..] = sizes.as_slice()
        && !rest.is_empty()
        && rest.iter().all(|size| size == first)
    {
        return format!("{first}^{}", sizes.len());
    }
    let mut logarithm = 0.0;
    for size in &sizes {
        logarithm += libm::log10(*size as f64);
    }
    let exponent = libm::floor(logarithm);
    let digits = libm::exp10(logarithm - exponent);
    format!("{digits:.1}e{exponent}")
}
