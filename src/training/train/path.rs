//! The path on which a trial is computed, and how it is chosen.

use std::fmt;

use super::least_squares::MOST_COMPRESSED;
use super::options::{Monitor, Options, PathChoice};
use crate::model::Model;
use crate::optimizer::{Batching, Optimizer};
use crate::schedule::Schedule;
use crate::shape::Space;

/// The most parameters with which a problem is trained in its modes.
pub const MOST_MODES: usize = 256;

/// How gradients are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Path {
    /// Gradients and errors on the original rows: the reference, on request.
    Plain,
    /// Gradients on the original rows, and errors on reduced ones: for minibatches, and for full batches that cannot be
    /// compressed.
    Rows,
    /// Full batches on d rows.
    Compressed,
    /// Full batches in the modes of the Hessian.
    Modes,
}

impl Path {
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Rows => "rows",
            Self::Compressed => "compressed",
            Self::Modes => "modes",
        }
    }

    /// The path of a trial. It depends only on the trial's configuration and on the shape of its data.
    ///
    /// # Errors
    /// A message if the requested path does not exist for the trial.
    pub fn of(
        options: &Options,
        (model, space): (&dyn Model, &Space),
        optimizer: &dyn Optimizer,
        schedule: &dyn Schedule,
        n_train: usize,
        d: usize,
    ) -> Result<Self, String> {
        let full = optimizer.batching().resolve(n_train as u64) == Batching::Full && model.is_least_squares(space);
        let on_validation = options.patience.is_some() && options.monitor == Monitor::Validation;
        let is_linear = optimizer.traits(model.penalty().l1).recurrence.is_some() && schedule.memory().is_none();
        let modes = full && is_linear && !on_validation && d <= MOST_MODES;
        let compressed = full && d <= n_train && d <= MOST_COMPRESSED;
        match options.path {
            PathChoice::Plain => Ok(Self::Plain),
            PathChoice::Modes if !modes => Err(format!(
                "path = \"modes\" is for full batches of least squares of one target by gd, momentum or Nesterov \
                 without l1, clipping or weight decay, without a schedule that looks at losses and \
                 without stopping on validation, with at most {MOST_MODES} parameters (here {d})"
            )),
            PathChoice::Compressed if !compressed => Err(format!(
                "path = \"compressed\" is for full batches of least squares of one target with no more parameters \
                 (here {d}) than training rows (here {n_train}), {MOST_COMPRESSED} at most"
            )),
            PathChoice::Auto | PathChoice::Modes if modes => Ok(Self::Modes),
            PathChoice::Auto | PathChoice::Compressed if compressed => Ok(Self::Compressed),
            _ => Ok(Self::Rows),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}
