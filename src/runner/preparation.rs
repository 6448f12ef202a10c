//! What preparing the data of a trial learned, for the store.

use super::work::Work;
use crate::dataset::RowIndices;
use crate::numeric;
use crate::plan::{PlannedTrial, build_model, space_of};
use crate::record::{Id, Preparation, Split};

/// The preparation of a trial's data. Its names and test rows follow from the plan and the facts about the data, so the data is
/// prepared only for what must be measured: targets of test rows, means and deviations.
///
/// # Errors
/// A message if the data cannot be prepared.
pub fn preparation(work: &Work<'_>, planned: &PlannedTrial, id: Id) -> Result<Preparation, String> {
    let setting = work.bound.setting(&planned.setting);
    let facts = work.bound.facts_of(planned).ok_or("its data was never read")?;
    let model = build_model(&setting)?;
    let has_several = model.n_outputs(&space_of(facts)?) > 1;
    let outputs = match &facts.classes {
        _ if !has_several => Vec::new(),
        Some(classes) => classes.names.clone(),
        None => facts.target_names(),
    };
    let columns = model.parameter_names(&facts.feature_names, &outputs)?;
    let mut preparation = Preparation {
        id,
        numerics_version: numeric::VERSION,
        features: facts.feature_names.clone(),
        columns,
        mean: None,
        deviation: None,
        test_rows: Vec::new(),
        test_targets: Vec::new(),
        test_weights: None,
    };
    if !work.bound.is_measured(planned) {
        return Ok(preparation);
    }
    let data = work.data.prepared(work.bound, planned)?;
    if let Some(standardization) = &data.standardization {
        preparation.mean = Some(standardization.mean.clone());
        preparation.deviation = Some(standardization.deviation.clone());
    }
    if let Some(test) = data.rows(Split::Test) {
        preparation.test_rows = match data.parts().rows(Split::Test) {
            RowIndices::Consecutive(rows) => rows.map(|row| row as u64).collect(),
            RowIndices::Listed(rows) => rows.into_iter().map(|row| row as u64).collect(),
        };
        preparation.test_targets = test.target.numbers().to_vec();
        preparation.test_weights.clone_from(&test.weights);
    }
    Ok(preparation)
}
