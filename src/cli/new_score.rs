//! How good the predictions for the rows of a file are, where it has their target.

use std::path::Path;

use super::known_rows::{self, Rows};
use super::new_rows;
use super::trained::Trained;
use crate::dataset::{DataError, Dataset, TargetClasses};
use crate::report::plural;
use crate::shape::Predicted;
use crate::text::{four_digits, number, visible};

/// The metrics of the task over those of `rows` rows that have a target: `accuracy 0.95 over 20 rows, 2 rows have no target`. `None` where
/// the file has no such column.
pub fn words(file: &Path, trained: &Trained, rows: usize) -> Option<String> {
    if !new_rows::may_have_targets(file, trained) {
        return None;
    }
    let (features, data) = match new_rows::read_with_targets(file, trained) {
        Ok(read) => read,
        // Names are handed over where the target is none of them.
        Err(DataError::Columns { found, .. }) if !found.names.is_empty() => return None,
        Err(_) => return Some("no score: its target cannot be read as the experiment reads its own".to_owned()),
    };
    let scored = features.rows;
    let targets = match targets(&data, trained) {
        Ok(targets) => targets,
        Err(why) => return Some(format!("no score: {why}")),
    };
    let outputs = match trained.model().predict(&features) {
        Ok(outputs) => outputs,
        Err(error) => return Some(format!("no score: {error}")),
    };
    let predicted = Predicted {
        kind: trained.model.loss().predicts(),
        outputs: &outputs,
        targets: &targets,
        n_targets: trained.targets.len(),
        weights: None,
    };
    let values: Vec<String> = trained
        .metrics
        .iter()
        .filter_map(|kind| {
            let value = kind.by_outputs()?.value(&predicted);
            Some(value.map_or_else(
                |why| format!("no {}: {why}", kind.label),
                |value| format!("{} {}", kind.label, number(four_digits(value))),
            ))
        })
        .collect();
    let without = match rows - scored.min(rows) {
        0 => String::new(),
        1 => ", 1 row has no target".to_owned(),
        more => format!(", {more} rows have no target"),
    };
    let known = known_rows::words(&Rows { features: &features, targets: &targets }, trained);
    (!values.is_empty()).then(|| format!("{} over {}{without}; {known}", values.join(", "), plural(scored, "row")))
}

/// The targets as metrics take them: numbers, or the codes of the model's classes.
pub fn targets(data: &Dataset, trained: &Trained) -> Result<Vec<f64>, String> {
    let known = trained.classes();
    if known.is_empty() {
        let texts = data.classes.as_ref().filter(|classes| !classes.are_numbers);
        return match texts {
            Some(_) => Err(format!("the target {} holds text here", visible(&data.target_name))),
            None => Ok(data.target.clone()),
        };
    }
    let classes = TargetClasses::of(data).map_err(|_| "the target holds no classes here".to_owned())?;
    let codes: Vec<f64> = classes
        .names
        .iter()
        .map(|name| {
            let place = known.iter().position(|known| known == name);
            place
                .map(|place| place as f64)
                .ok_or_else(|| format!("class \"{}\" of the target is none of the model's", visible(name)))
        })
        .collect::<Result<_, _>>()?;
    Ok(classes.codes.iter().map(|code| codes[*code as usize]).collect())
}
