//! Networks that are written in two ways: `hidden = [64, 64]`, and `width = 64` with `depth = 2`. Their keys differ, and so do the ids of
//! their trials, which train the same twice.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::canonical_lines::beside_form;
use super::{BoundPlan, Setting, layers};
use crate::model::{FAMILIES, LayerFacts};
use crate::parameter::Decides;
use crate::text;

/// The most settings that are looked at.
const MOST_SETTINGS: usize = 20_000;

/// One way to write a network.
struct Written {
    dataset: String,
    model: String,
    layers: Vec<LayerFacts>,
    words: String,
    /// What its trials have beside the layers.
    beside: BTreeSet<String>,
}

/// Pairs of ways to write the same network for the same trials, in words: `models.a with hidden = [64, 64]`.
#[must_use]
pub fn equal_networks(bound: &BoundPlan<'_>) -> Vec<[String; 2]> {
    let mut known: HashMap<(usize, &str), Option<usize>> = HashMap::new();
    let mut seen: HashSet<(usize, String)> = HashSet::new();
    let mut all: Vec<Written> = Vec::new();
    for planned in (0..bound.settings().min(MOST_SETTINGS)).map(|index| bound.planned_setting(index)) {
        let shape = &bound.shapes[planned.shape];
        if !shape.is_network {
            continue;
        }
        let setting = bound.setting(&planned);
        let form = *known.entry((shape.combination, shape.shared.as_str())).or_insert_with(|| {
            let (layers, _) = layers(bound, &setting)?;
            let (dataset, model) = (setting.dataset.table.clone(), setting.model.table.clone());
            all.push(Written { dataset, model, layers, words: form_words(&setting), beside: BTreeSet::new() });
            Some(all.len() - 1)
        });
        let beside = format!("{}{}", setting.optimizer.table, beside_form(&setting));
        if let Some(form) = form.filter(|form| seen.insert((*form, beside.clone()))) {
            all[form].beside.insert(beside);
        }
    }
    let mut pairs: Vec<[String; 2]> = Vec::new();
    for (index, one) in all.iter().enumerate() {
        for other in &all[index + 1..] {
            let is_same = one.dataset == other.dataset
                && (one.model != other.model || one.words != other.words)
                && one.layers == other.layers
                && !one.beside.is_disjoint(&other.beside);
            let pair = [one, other].map(|one| format!("models.{} with {}", one.model, one.words));
            // Two models that say the same of it are one trial.
            if is_same && one.words != other.words && !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
    }
    pairs
}

/// What a setting says of its network: `width = 64, depth = 2`.
fn form_words(setting: &Setting) -> String {
    let family = FAMILIES.row(&setting.model.kind);
    let keys = family.into_iter().flat_map(|family| family.parameters).filter(|key| key.decides == Decides::Form);
    let told = keys.filter_map(|key| {
        let value = setting.model.values.get(key.name)?;
        (key.default_value().as_ref() != Some(value)).then(|| format!("{} = {}", key.name, text::toml_value(value)))
    });
    told.collect::<Vec<_>>().join(", ")
}
