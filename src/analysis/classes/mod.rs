//! How the chosen settings predict the classes of test rows: which classes they confuse, and how good their probabilities are.

mod calibration;
mod confusion;
mod curve;
mod of_task;
mod predicted;
mod thresholds;

pub use calibration::CalibrationBin;
pub use confusion::{ClassScores, Confusion};
pub use curve::{CurvePoint, MeanCurve};
pub use of_task::{ClassPredictor, TaskClasses, of_task};
