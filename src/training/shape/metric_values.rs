//! Where the values of a metric come from, and how they are computed.

use super::class_rows::ClassRows;
use super::metric_kind::MetricKind;
use super::predicted::{Predicted, PredictionKind};
use super::target_moments::{TargetMoments, mean, means_of_targets, weighted_mean};

/// Where the values of a metric come from.
#[derive(Debug, Clone, Copy)]
pub enum Values {
    /// The mean of a loss, or what grows and falls with it, which every trial that descends this loss records. Where
    /// the loss has no keys it is also a function of a split's predictions and targets, which other trials record if
    /// it was asked for.
    Loss(Option<OfOutputs>),
    /// A function of another metric's value and of the target's moments on the same split. It is computed when it is
    /// read and never stored. An error says why there is no value.
    Derived { from: &'static str, value: fn(f64, Option<&TargetMoments>) -> Result<f64, &'static str> },
    /// A function of a split's predictions and targets. It is recorded only if `[train] metrics` lists it, or it is
    /// the score, whose curve is recorded too.
    Outputs(OfOutputs),
}

/// A function of the predictions and targets of some rows, and of their weights. An error says why there is no value.
#[derive(Debug, Clone, Copy)]
pub enum OfOutputs {
    /// Of numbers: one prediction and one target a row, and the weights of the rows, `[rows]` each.
    Numbers(OfNumbers),
    /// Of the classes that are decided for. It counts rows, so that one row is the least that it can change by.
    Classes(OfClasses),
    /// Of the order in which the rows stand by the scores of a class.
    Ranks(OfClasses),
    /// Of the probabilities of classes.
    Probabilities(OfClasses),
}

/// A function of predictions, targets and weights, `[rows]` each.
pub type OfNumbers = fn(&[f64], &[f64], Option<&[f64]>) -> Result<f64, &'static str>;

/// A function of rows with their classes.
pub type OfClasses = fn(&ClassRows<'_>) -> Result<f64, &'static str>;

impl OfOutputs {
    /// Whether it is a function of such predictions.
    #[must_use]
    pub fn takes(self, kind: PredictionKind) -> bool {
        match self {
            Self::Numbers(_) => kind == PredictionKind::Numbers,
            Self::Classes(_) | Self::Ranks(_) => kind != PredictionKind::Numbers,
            Self::Probabilities(_) => kind == PredictionKind::Probabilities,
        }
    }

    /// The value for some rows.
    ///
    /// # Errors
    /// Why there is none.
    pub fn value(self, rows: &Predicted<'_>) -> Result<f64, &'static str> {
        match self {
            Self::Numbers(_) if rows.kind != PredictionKind::Numbers => {
                Err("it is of numbers, and the model predicts classes")
            }
            Self::Numbers(_) if rows.outputs.len() != rows.targets.len() => {
                Err("it takes one prediction a row, and the model gives several")
            }
            Self::Numbers(value) if rows.n_targets > 1 => mean_over_targets(value, rows),
            Self::Numbers(value) => value(rows.outputs, rows.targets, rows.weights),
            Self::Probabilities(_) if rows.kind == PredictionKind::Scores => {
                Err("it needs probabilities, and the model gives scores")
            }
            Self::Classes(value) | Self::Ranks(value) | Self::Probabilities(value) => value(&ClassRows::new(*rows)?),
        }
    }
}

impl MetricKind {
    /// The name of the metric that a record must hold for this one: the one it is derived from, or itself.
    #[must_use]
    pub const fn recorded_as(&self) -> &'static str {
        match self.build.values {
            Values::Loss(_) | Values::Outputs(_) => self.name,
            Values::Derived { from, .. } => from,
        }
    }

    /// The function of predictions and targets that gives its values where no loss does; `None` if there is none.
    #[must_use]
    pub const fn by_outputs(&self) -> Option<OfOutputs> {
        match self.build.values {
            Values::Loss(value) => value,
            Values::Outputs(value) => Some(value),
            Values::Derived { .. } => None,
        }
    }

    /// Whether it is a metric of such predictions. One that only its loss gives is of those under that loss.
    #[must_use]
    pub fn takes(&self, kind: PredictionKind) -> bool {
        match self.values {
            Values::Loss(Some(value)) | Values::Outputs(value) => value.takes(kind),
            Values::Derived { .. } => kind == PredictionKind::Numbers,
            Values::Loss(None) => true,
        }
    }

    /// Why it has no value for any rows of so many classes, if it has none: one of two classes, and there are more.
    #[must_use]
    pub fn undefined_for(&self, classes: usize) -> Option<&'static str> {
        let Some(function @ (OfOutputs::Classes(_) | OfOutputs::Ranks(_) | OfOutputs::Probabilities(_))) =
            self.by_outputs()
        else {
            return None;
        };
        // Each class once, and rightly predicted.
        let targets: Vec<f64> = (0..classes).map(|class| class as f64).collect();
        let own = |at: usize| if at / classes == at % classes { 1.0 } else { 0.0 };
        let outputs: Vec<f64> = (0..classes * classes).map(own).collect();
        let kind = PredictionKind::Probabilities;
        function.value(&Predicted { kind, outputs: &outputs, targets: &targets, n_targets: 1, weights: None }).err()
    }

    /// Whether it counts rows, so that one row is the least that it can change by.
    #[must_use]
    pub const fn counts_rows(&self) -> bool {
        matches!(self.by_outputs(), Some(OfOutputs::Classes(_)))
    }

    /// Whether some trial that descends a loss with one of these metrics has this one only from its predictions.
    #[must_use]
    pub fn takes_rows(&self, losses: &[&Self]) -> bool {
        self.by_outputs().is_some() && losses.iter().any(|own| **own != *self)
    }

    /// Whether only the loss that it belongs to gives its values, because they depend on the loss's keys.
    #[must_use]
    pub const fn belongs_to_its_loss(&self) -> bool {
        matches!(self.build.values, Values::Loss(None))
    }

    /// The share of each row in the metric, `[rows]`: its mean is the metric, or grows and falls with it. `None` if
    /// it is no function of such a mean, depends on the keys of a loss, or a row has several predictions of numbers.
    #[must_use]
    pub fn by_row(&self, rows: &Predicted<'_>) -> Option<Vec<f64>> {
        let of_row = |row: usize, value: &dyn Fn(&Predicted<'_>) -> Result<f64, &'static str>| {
            let (outputs, targets) = (rows.outputs_of(row), rows.targets_of(row));
            value(&Predicted { outputs: &outputs, targets: &targets, weights: None, ..*rows }).ok()
        };
        let of_rows = |value: &dyn Fn(&Predicted<'_>) -> Result<f64, &'static str>| -> Option<Vec<f64>> {
            (0..rows.rows()).map(|row| of_row(row, value)).collect()
        };
        // A median or a maximum is no mean over the rows.
        let is_mean = |shares: &[f64], whole: f64| {
            weighted_mean(shares, rows.weights).is_some_and(|mean| (mean - whole).abs() <= 1e-9 * whole.abs())
        };
        match self.values {
            Values::Loss(value) => of_rows(&|row| value.ok_or("its loss has keys")?.value(row)),
            Values::Outputs(value) => {
                let (shares, whole) = (of_rows(&|row| value.value(row))?, value.value(rows).ok()?);
                is_mean(&shares, whole).then_some(shares)
            }
            Values::Derived { value, .. } => {
                if rows.outputs.len() != rows.targets.len() {
                    return None;
                }
                let squares = squared_errors(rows);
                let target = moments(rows, &vec![0.0; rows.n_targets]);
                let derive = |square: f64| value(square, target.as_ref()).ok();
                let shares: Option<Vec<f64>> = squares.iter().map(|square| derive(*square)).collect();
                let whole = derive(weighted_mean(&squares, rows.weights)?)?;
                Some(shares.filter(|shares| is_mean(shares, whole)).unwrap_or(squares))
            }
        }
    }

    /// The value for some rows.
    ///
    /// # Errors
    /// Why there is none.
    pub fn of_outputs(&self, rows: &Predicted<'_>) -> Result<f64, &'static str> {
        if let Some(value) = self.by_outputs() {
            return value.value(rows);
        }
        if self.belongs_to_its_loss() {
            return Err("only training under its loss gives it");
        }
        if !self.takes(rows.kind) {
            return Err("it is of numbers, and the model predicts classes");
        }
        let mean_square = weighted_mean(&squared_errors(rows), rows.weights).ok_or("there are no rows")?;
        let means = means_of_targets(rows.targets, rows.n_targets, rows.weights).ok_or("there are no rows")?;
        self.derive(mean_square, moments(rows, &means).as_ref())
    }

    /// The value that follows from the mean loss on the same rows.
    ///
    /// # Errors
    /// Why there is none.
    pub fn derive(&self, loss: f64, target: Option<&TargetMoments>) -> Result<f64, &'static str> {
        match self.values {
            Values::Loss(_) => Ok(loss),
            Values::Derived { value, .. } => value(loss, target),
            Values::Outputs(_) => Err("it needs predictions for each row"),
        }
    }
}

/// The mean over several targets of a function of one.
fn mean_over_targets(value: OfNumbers, rows: &Predicted<'_>) -> Result<f64, &'static str> {
    let n = rows.rows().max(1);
    let each = rows.outputs.chunks_exact(n).zip(rows.targets.chunks_exact(n));
    let values: Vec<f64> =
        each.map(|(outputs, targets)| value(outputs, targets, rows.weights)).collect::<Result<_, _>>()?;
    mean(&values).ok_or("there are no rows")
}

/// The moments of the targets, given the mean of each over the training rows, `[n_targets]`.
fn moments(rows: &Predicted<'_>, training_means: &[f64]) -> Option<TargetMoments> {
    TargetMoments::of_several(rows.targets, training_means, rows.weights)
}

/// The squared error of each row, `[rows]`, of several targets their mean.
fn squared_errors(rows: &Predicted<'_>) -> Vec<f64> {
    let squares: Vec<f64> =
        rows.outputs.iter().zip(rows.targets).map(|(output, target)| (output - target) * (output - target)).collect();
    if rows.n_targets == 1 {
        return squares;
    }
    let n = rows.rows();
    let sum = |row: usize| squares.iter().skip(row).step_by(n).fold(0.0, |sum, square| sum + square);
    (0..n).map(|row| sum(row) / rows.n_targets as f64).collect()
}
