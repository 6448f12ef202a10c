//! Sections become the combinations of a plan.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::diagnostics::{Mistake, Mistakes, Source};
use super::fields;
use super::link::Link;
use super::sections::Section;
use crate::parameter::Values;
use crate::plan::{Axis, Combination, Component, Grid, ResolvedTable, Setting};

/// A section with its keys read.
#[derive(Debug)]
pub struct Member {
    pub section: Section,
    pub base: Values,
    pub axes: Vec<Axis>,
    /// Keys that had a mistake.
    pub bad: BTreeSet<String>,
}

impl Member {
    /// Reads the keys of a section; `links` bring the axes of several keys.
    pub fn read(section: Section, links: &[Link], mistakes: &mut Mistakes) -> Self {
        let own = |link: &&Link| link.moves(&section);
        let linked: Vec<String> = links.iter().filter(own).flat_map(|link| link.keys.keys().cloned()).collect();
        let owner = section.owner();
        let read = fields::read(
            &owner,
            &section.parameters,
            &section.keys,
            section.span,
            section.other_keys(),
            &linked,
            mistakes,
        );
        let mut bad: BTreeSet<String> = read.bad.into_iter().collect();
        let component = section.component;
        let mut axes: Vec<Axis> = read
            .axes
            .into_iter()
            .map(|(key, values)| Axis {
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
        Self { section, base: read.base, axes, bad }
    }

    fn part(&self) -> ResolvedTable {
        ResolvedTable { table: self.section.name.clone(), kind: self.section.row.to_owned(), values: self.base.clone() }
    }
}

/// More combinations of tables than this are refused.
const MOST_BLOCKS: usize = 10_000;

/// Everything that is multiplied.
#[derive(Debug)]
pub struct Members {
    pub datasets: Vec<Member>,
    pub models: Vec<Member>,
    pub optimizers: Vec<Member>,
    pub train: Member,
}

/// The four members of one combination.
#[derive(Debug, Clone, Copy)]
pub struct Four<'a> {
    pub dataset: &'a Member,
    pub model: &'a Member,
    pub optimizer: &'a Member,
    pub train: &'a Member,
}

impl<'a> Four<'a> {
    pub const fn member(&self, component: Component) -> &'a Member {
        match component {
            Component::Dataset => self.dataset,
            Component::Model => self.model,
            Component::Optimizer => self.optimizer,
            Component::Train => self.train,
        }
    }
}

impl Members {
    /// Reads every section. `[train]` is one of them.
    pub fn read(sections: Vec<Section>, links: &[Link], mistakes: &mut Mistakes) -> Option<Self> {
        let (mut datasets, mut models, mut optimizers, mut train) = (Vec::new(), Vec::new(), Vec::new(), None);
        for section in sections {
            let member = Member::read(section, links, mistakes);
            match member.section.component {
                Component::Dataset => datasets.push(member),
                Component::Model => models.push(member),
                Component::Optimizer => optimizers.push(member),
                Component::Train => train = Some(member),
            }
        }
        Some(Self { datasets, models, optimizers, train: train? })
    }

    /// Refuses an experiment of more combinations than a plan should hold.
    pub fn check_count(&self, span: super::tree::Span, mistakes: &mut Mistakes) -> Option<()> {
        let sizes = [self.datasets.len(), self.models.len(), self.optimizers.len()];
        let combinations = sizes.iter().fold(1_usize, |product, size| product.saturating_mul(*size));
        if combinations <= MOST_BLOCKS {
            return Some(());
        }
        let [datasets, models, optimizers] = sizes;
        mistakes.push(
            Mistake::error(format!("too many tables: {datasets} datasets × {models} models × {optimizers} optimizers"))
                .at(span, format!("at most {MOST_BLOCKS} combinations can be planned"))
                .help("write several experiments"),
        );
        None
    }

    /// Dataset × model × optimizer, sorted by their names.
    pub fn combinations(&self) -> Vec<Four<'_>> {
        let mut combinations = Vec::new();
        for dataset in &self.datasets {
            for model in &self.models {
                for optimizer in &self.optimizers {
                    combinations.push(Four { dataset, model, optimizer, train: &self.train });
                }
            }
        }
        combinations
    }

    pub fn all(&self) -> impl Iterator<Item = &Member> {
        let named = self.datasets.iter().chain(&self.models).chain(&self.optimizers);
        named.chain(std::iter::once(&self.train))
    }
}

/// The grid of one combination.
pub fn grid(four: &Four<'_>) -> Grid {
    let base = Setting {
        dataset: four.dataset.part(),
        model: four.model.part(),
        optimizer: four.optimizer.part(),
        train: four.train.base.clone(),
    };
    let mut axes: Vec<Axis> =
        Component::ALL.into_iter().flat_map(|component| four.member(component).axes.iter().cloned()).collect();
    axes.sort_by(|one, other| one.keys.cmp(&other.keys));
    Grid { base, axes }
}

/// A combination with all its settings.
pub fn combination(four: &Four<'_>, sources: &[Source]) -> Combination {
    Combination { grid: grid(four), kept: None, folder: folder(four.dataset, sources) }
}

/// The folder of the file that wrote the dataset's path.
fn folder(dataset: &Member, sources: &[Source]) -> PathBuf {
    let written = dataset.section.keys.get("path").map_or(0, |entry| entry.key.source);
    sources.get(written).or_else(|| sources.first()).map(|source| source.folder.clone()).unwrap_or_default()
}

/// Refuses an experiment whose settings cannot be counted.
pub fn check_size(combinations: &[Combination], span: super::tree::Span, mistakes: &mut Mistakes) {
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
#[allow(clippy::cast_precision_loss)]
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
