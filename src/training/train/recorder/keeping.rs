//! What a recorder keeps of a model, and how it goes on from where an earlier training ended.

use serde::{Deserialize, Serialize};

use super::{EvaluatedLosses, Recorder};
use crate::numeric;
use crate::record::{Curve, KeptModel, Outcome, Stopped, TrainingEnd, WatchSet, Watched};
use crate::train::carried::Carried;
use crate::train::options::Keep;
use crate::train::row_metrics::BestOfMetric;
use crate::train::trial_state::TrialState;

/// What a recorder has seen of a training. The rest follows from the trial.
#[derive(Serialize, Deserialize)]
struct Seen {
    last_loss: Option<f64>,
    curve: Curve,
    last: Option<EvaluatedLosses>,
    best: Option<EvaluatedLosses>,
    metrics: Vec<BestOfMetric>,
    monitored: Option<(f64, u64)>,
    /// Ends that other versions kept have none.
    #[serde(default)]
    watched: Watched,
}

/// What an earlier training has recorded.
pub struct RecordedBefore {
    /// The epochs that it evaluated.
    pub epochs: Vec<u64>,
    pub metrics: Vec<String>,
    pub watches: WatchSet,
}

/// What an earlier training has recorded, given what its recorder has seen; `None` if that cannot be read.
#[must_use]
pub fn recorded_before(seen: &str) -> Option<RecordedBefore> {
    let Seen { curve, metrics, watched, .. } = serde_json::from_str(seen).ok()?;
    let of_curves = curve.metrics.into_iter().map(|curve| format!("the curve of {}", curve.name));
    Some(RecordedBefore {
        epochs: curve.epoch,
        metrics: metrics.into_iter().map(|best| best.metric).chain(of_curves).collect(),
        watches: watched.watches,
    })
}

impl Recorder<'_> {
    /// Keeps the model of this epoch if it is the best one by the score.
    pub(super) fn keep_best(&mut self, epoch: u64, state: &dyn TrialState) {
        if self.trainee.options.keep != Keep::Best {
            return;
        }
        let by_rows = self.trainee.options.score.and_then(|score| self.row_metrics.best_epoch(score.recorded_as()));
        let best_epoch = by_rows.unwrap_or_else(|| self.best.map(|best| best.epoch));
        if best_epoch == Some(epoch) {
            self.best_model = Some(self.model(Some(epoch), state));
        }
    }

    fn model(&self, best_epoch: Option<u64>, state: &dyn TrialState) -> KeptModel {
        KeptModel {
            trial: self.trainee.id,
            numerics_version: numeric::VERSION,
            revisions: self.trainee.revisions.as_ref().to_owned(),
            best_epoch,
            parameters: state.theta(),
            statistics: state.statistics(),
            end: None,
        }
    }

    /// What is kept of a trial that completed.
    pub(super) fn kept(
        &mut self,
        outcome: &Outcome,
        (steps, gradient_evaluations): (u64, u64),
        state: &dyn TrialState,
        carried: &dyn Fn() -> Carried,
    ) -> Vec<KeptModel> {
        match self.trainee.options.keep {
            Keep::None => Vec::new(),
            Keep::Best => self.best_model.take().into_iter().collect(),
            Keep::Last => {
                let mut model = self.model(None, state);
                let reached = matches!(outcome, Outcome::Completed { stopped: Stopped::Epochs });
                if let Some(training) = self.trainee.training.filter(|_| reached) {
                    let carried = carried();
                    let are_finite = carried.iter().flat_map(|(_, values)| values).all(|value| value.is_finite());
                    let seen = Seen {
                        last_loss: self.last_loss,
                        curve: self.curve.clone(),
                        last: self.last,
                        best: self.best,
                        metrics: self.row_metrics.bests(),
                        monitored: self.monitored,
                        watched: self.watched.clone(),
                    };
                    let recorder = serde_json::to_string(&seen).ok().filter(|_| are_finite);
                    let epoch = self.trainee.options.epochs;
                    model.end = recorder.map(|recorder| TrainingEnd {
                        training,
                        epoch,
                        steps,
                        gradient_evaluations,
                        carried,
                        recorder,
                    });
                }
                vec![model]
            }
        }
    }

    /// The same recorder with what that of an earlier training has seen.
    ///
    /// # Panics
    /// If that cannot be read.
    pub(super) fn going_on(mut self, end: &TrainingEnd) -> Self {
        let seen: Result<Seen, _> = serde_json::from_str(&end.recorder);
        let Ok(Seen { last_loss, curve, last, best, metrics, monitored, watched }) = seen else {
            panic!("what is kept of an earlier training cannot be read");
        };
        self.done = self.epochs.partition_point(|epoch| *epoch <= end.epoch);
        self.row_metrics.take_up(&metrics);
        (self.last_loss, self.last, self.best, self.monitored) = (last_loss, last, best, monitored);
        self.watched = watched.only(self.watched.watches);
        // Curves of metrics that are not asked for any more are left out.
        let asked: Vec<String> = self.curve.metrics.iter().map(|asked| asked.name.clone()).collect();
        self.curve = curve;
        self.curve.metrics.retain(|known| asked.contains(&known.name));
        self
    }
}
