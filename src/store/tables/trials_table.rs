//! The columns of `trials.parquet`.

use std::collections::HashSet;

use super::hyperparameters::HyperparameterColumns;
use super::trial_rows::TrialRow;
use crate::metric::MetricKind;
use crate::parquet::{TableColumn, TextColumn};
use crate::record::{Epoch, Id, Split, Study, StudyCombination};
use crate::store::curve_window::CurveWindow;

/// The columns of these rows. Parameters are of the trials that `kept` names, or of all.
pub(super) fn trial_columns(
    study: &Study,
    hyperparameters: &HyperparameterColumns<'_>,
    rows: &[TrialRow<'_>],
    window: &CurveWindow,
    kept: Option<&HashSet<Id>>,
) -> Vec<(String, TableColumn)> {
    let text =
        |value: &dyn Fn(&TrialRow<'_>) -> Option<&'static str>| TableColumn::Text(rows.iter().map(value).collect());
    let named = |value: fn(&StudyCombination) -> &str| {
        TableColumn::Text(rows.iter().map(|row| Some(value(&study.combinations[row.combination]))).collect())
    };
    let integer = |value: &dyn Fn(&TrialRow<'_>) -> Option<u64>| {
        TableColumn::Integer(rows.iter().map(|row| value(row).map(|v| i64::try_from(v).unwrap_or(i64::MAX))).collect())
    };
    let float = |value: &dyn Fn(&TrialRow<'_>) -> Option<f64>| TableColumn::Float(rows.iter().map(value).collect());
    let (mut ids, mut settings) = (TextColumn::default(), TextColumn::default());
    for row in rows {
        ids.push(Some(&row.trial.id().hex()));
        settings.push(Some(&row.setting.name()));
    }
    let mut columns: Vec<(String, TableColumn)> = vec![
        ("trial".into(), TableColumn::Text(ids)),
        ("setting".into(), TableColumn::Text(settings)),
        ("dataset".into(), named(|combination| &combination.table)),
        ("model".into(), named(|combination| &combination.model)),
        ("optimizer".into(), named(|combination| &combination.optimizer_table)),
        ("method".into(), named(|combination| &combination.method)),
    ];
    columns.extend(hyperparameters.cells(study, rows));
    let recorded = |row: &TrialRow<'_>| row.trial.has_record();
    columns.extend([
        ("seed".into(), integer(&|row| row.seed)),
        ("outcome".into(), text(&|row| Some(row.trial.word()))),
        ("stopped".into(), text(&|row| row.trial.stopped().map(|stopped| stopped.word()))),
        ("diverged_step".into(), integer(&|row| row.trial.diverged().map(|(step, _)| step))),
        ("last_loss".into(), float(&|row| row.trial.diverged().and_then(|(_, loss)| loss))),
    ]);
    if study.trials.some_did_not_descend() {
        let ascents = rows.iter().map(|row| row.trial.is_completed().then(|| row.trial.did_not_descend())).collect();
        columns.push(("did_not_descend".into(), TableColumn::Boolean(ascents)));
    }
    columns.extend([
        ("message".into(), TableColumn::Text(rows.iter().map(|row| row.trial.message()).collect())),
        ("steps".into(), integer(&|row| recorded(row).then(|| row.trial.steps()))),
        ("gradient_evaluations".into(), integer(&|row| recorded(row).then(|| row.trial.gradient_evaluations()))),
    ]);
    let shown = study.metrics();
    let of_metric = |kind: &'static MetricKind, split: Split, epoch: Epoch| {
        // A record may hold more than the plan asks for.
        let holds: Vec<bool> = study.combinations.iter().map(|combination| combination.metrics.holds(kind)).collect();
        let value = |row: &TrialRow<'_>| study.value(&row.trial, kind, split, epoch).filter(|_| holds[row.combination]);
        TableColumn::Float(rows.iter().map(value).collect())
    };
    for kind in &shown {
        columns.extend(
            Split::ALL.map(|split| (format!("{}_{}", split.word(), kind.name), of_metric(kind, split, Epoch::Last))),
        );
    }
    columns.push(("best_epoch".into(), integer(&|row| row.trial.best_epoch(row.trial.metric()?))));
    for kind in &shown {
        let name = |split: Split| format!("best_{}_{}", split.word(), kind.name);
        columns.extend(Split::ALL.map(|split| (name(split), of_metric(kind, split, Epoch::Best))));
    }
    let version = u64::from(crate::numeric::VERSION);
    columns.push(("numerics_version".into(), integer(&|row| recorded(row).then_some(version))));
    let is_kept = |row: &TrialRow<'_>| kept.is_none_or(|kept| kept.contains(&row.trial.id()));
    let theta = |row: &TrialRow<'_>| window.theta(row.trial.index).filter(|_| is_kept(row));
    columns.push(("theta".into(), TableColumn::Floats(rows.iter().map(theta).collect())));
    columns
}
