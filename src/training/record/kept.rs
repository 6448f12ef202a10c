//! What is kept of a trained model: the parameters that it predicts with, and what training goes on from.

use super::Id;

/// The model of a completed trial at one epoch. Like a record it depends only on the trial's configuration and data.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptModel {
    pub trial: Id,
    pub numerics_version: u32,
    /// The revisions of the registry rows that made it, as the trial's record names them.
    pub revisions: String,
    /// The epoch at whose end it was kept as the best one; `None` for the end of training.
    pub best_epoch: Option<u64>,
    /// The parameters at which the trial is evaluated, `[d]`, in the order of the layout.
    pub parameters: Vec<f64>,
    /// What its layers measured of the rows while training, apart from the parameters; empty for models that measure nothing.
    pub statistics: Vec<f64>,
    /// All that training goes on from, of a trial that reached its last epoch. It is missing where a number of it is not finite.
    pub end: Option<TrainingEnd>,
}

/// The end of a training that more epochs go on from, with the bits of a training that was never cut.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingEnd {
    /// Names the training, whatever its number of epochs: the hash of the canonical text without it.
    pub training: Id,
    /// The number of epochs done.
    pub epoch: u64,
    /// The number of updates done.
    pub steps: u64,
    /// The number of rows whose gradients were computed.
    pub gradient_evaluations: u64,
    /// What the steps carry on: named vectors, such as those of the method.
    pub carried: Vec<(String, Vec<f64>)>,
    /// What the recorder has seen, as JSON: the curve, the best epochs, the patience.
    pub recorder: String,
}

impl TrainingEnd {
    /// A vector by its name; empty if there is none.
    #[must_use]
    pub fn carried(&self, name: &str) -> &[f64] {
        self.carried.iter().find(|(known, _)| known == name).map_or(&[], |(_, values)| values)
    }
}
