//! The canonical texts of prepared data and of problems: what trials that share them have in common.

use std::fmt::Write as _;

use super::Setting;
use super::builders::build_model;
use super::canonical_lines::{dataset_lines, form_canonical, loss_canonical, model_lines, sorted, write_lines};
use super::setting_shape::data_by_seed;
use crate::parameter::Decides;
use crate::record::Revisions;
use crate::{model, train};

/// The canonical text of the prepared data that a trial trains on. A cohort shares it.
#[must_use]
pub fn data_canonical(setting: &Setting, fingerprint: &str, seed: Option<u64>) -> String {
    let mut text = write_lines(&dataset_lines(setting, &[]), setting, fingerprint, Decides::data);
    if let Some(seed) = seed.filter(|_| data_by_seed(setting)) {
        let _ = writeln!(text, "seed = {seed}");
    }
    text.push_str(&write_lines(&model_lines(setting, &[]), setting, fingerprint, Decides::data));
    // Models that take whole numbers as classes, and those that take them as numbers, do not share the data.
    if build_model(setting).is_ok_and(|model| model.wants_classes()) {
        text.push_str("target = classes\n");
    }
    // Their defaults are written too, and texts without quotes: the ids of problems hold this form.
    for parameter in sorted(train::PARAMETERS).into_iter().filter(|parameter| parameter.decides.data()) {
        if let Some(value) = setting.train.get(parameter.name).cloned().or_else(|| parameter.default_value()) {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let _ = writeln!(text, "{} = {value}", parameter.name);
        }
    }
    text
}

/// The canonical text of a problem: prepared data, l2, the start of training, the loss, and the revisions that made the data.
///
/// # Errors
/// If the model's values were not validated.
pub fn problem_canonical(
    setting: &Setting,
    fingerprint: &str,
    seed: Option<u64>,
    revisions: &Revisions,
) -> Result<String, String> {
    let model = build_model(setting)?;
    let mut text = data_canonical(setting, fingerprint, seed);
    let _ = writeln!(text, "l2 = {:?}", model.penalty().l2);
    let own = model::FAMILIES.row(&setting.model.kind).map_or(&[][..], |family| family.parameters);
    for parameter in sorted(own).into_iter().filter(|parameter| parameter.decides == Decides::Start) {
        if let Some(value) = setting.model.values.get(parameter.name) {
            let _ = writeln!(text, "{} = {value}", parameter.name);
        }
    }
    text.push_str(&loss_canonical(setting));
    text.push_str(&form_canonical(setting));
    if let Some(seed) = seed.filter(|_| model.start_by_seed()) {
        let _ = writeln!(text, "start seed = {seed}");
    }
    text.push_str(&revisions.text());
    Ok(text)
}
