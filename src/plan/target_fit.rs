//! Whether a model can be trained on the target of a data set.

use super::builders::build_model;
use super::combination::Combination;
use super::grid::{Grid, GridAxis};
use super::setting::{Component, Setting};
use super::unfit::Unfit;
use crate::model::Model;
use crate::record::DataFacts;
use crate::shape::TargetKind;

/// The classes that a message names.
const NAMED: usize = 3;

/// Whether some model of a combination takes the target as classes. What a model wants hangs on one of its keys: their values are tried
/// one key at a time, with the first value of the others.
#[must_use]
pub fn wants_classes(combination: &Combination) -> bool {
    let of_model = |axis: &&GridAxis| axis.keys.iter().any(|(component, _)| *component == Component::Model);
    let axes: Vec<&GridAxis> = combination.grid.axes.iter().filter(of_model).collect();
    let first = |axis: &GridAxis| GridAxis { points: axis.points[..1.min(axis.points.len())].to_vec(), ..axis.clone() };
    let varied = |position: usize| -> Vec<GridAxis> {
        let axes = axes.iter().enumerate();
        axes.map(|(at, axis)| if at == position { (*axis).clone() } else { first(axis) }).collect()
    };
    (0..axes.len().max(1)).map(varied).any(|axes| {
        let grid = Grid { base: combination.grid.base.clone(), axes };
        (0..grid.len()).any(|index| build_model(&grid.setting(index)).is_ok_and(|model| model.wants_classes()))
    })
}

/// # Errors
/// One sentence if the model predicts numbers and the target holds classes, or the other way round.
pub(super) fn check_target(setting: &Setting, model: &dyn Model, facts: &DataFacts) -> Result<(), Unfit> {
    match (model.wants_classes(), &facts.classes) {
        (true, _) if !facts.other_targets.is_empty() => {
            let message = format!(
                "{} with loss {} predicts classes, and the data set has several targets (\"{}\"): several targets are numbers",
                setting.model.kind,
                model.loss().row.name,
                facts.target_names().join("\", \""),
            );
            let key = Some(format!("datasets.{}.targets", setting.dataset.table));
            Err(Unfit { message, key, whatever_optimizer: true })
        }
        (true, None) => {
            Err(Unfit::from("the classes of its target were never read; `sweep run` reads them".to_owned()))
        }
        (false, Some(classes)) if facts.target_kind() == TargetKind::Classes => {
            let counted = classes.names.iter().zip(&classes.rows).take(NAMED);
            let counted: Vec<String> = counted.map(|(name, rows)| format!("\"{name}\" {rows}")).collect();
            let more = match classes.names.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let message = format!(
                "{} with loss {} predicts numbers, and the target \"{}\" holds text ({}{more}): a target of numbers is accepted (such as 0 \
                 and 1 for two classes), or a model that predicts classes",
                setting.model.kind,
                model.loss().row.name,
                facts.target_name,
                counted.join(", "),
            );
            let key = Some(format!("datasets.{}.target", setting.dataset.table));
            Err(Unfit { message, key, whatever_optimizer: true })
        }
        _ => Ok(()),
    }
}
