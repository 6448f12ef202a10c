//! The keys of `[train]`, and the options that they set.

use serde::Deserialize;

use crate::metric::{self, MetricKind};
use crate::parameter::{Decides, EPOCHS, Endpoint, Fallback, Interval, Kind, Parameter, Values, read};
use crate::record::{WATCHES, Watch, WatchSet};

/// All keys of `[train]`. (A file may also set `batch_size` there, as the default for the optimizers that take it.)
pub const PARAMETERS: &[Parameter] = &[
    Parameter::new("epochs", EPOCHS, Fallback::Literal("100"), Decides::End, "passes over the training rows")
        .also_called(&["iterations", "max_iter", "n_epochs"]),
    Parameter::new(
        "curve_points",
        Kind::Integer { at_least: 2, at_most: 1_000_000 },
        Fallback::Literal("64"),
        Decides::End,
        "evaluated epochs, spaced evenly in the logarithm of the epoch",
    ),
    Parameter::new(
        "evaluate_every",
        EPOCHS,
        Fallback::Absent,
        Decides::End,
        "evaluate every N epochs instead of curve_points",
    ),
    Parameter::new(
        "target_loss",
        Kind::Float(Interval::NOT_NEGATIVE),
        Fallback::Absent,
        Decides::End,
        "stop at the end of the first epoch whose training objective J is at most this",
    ),
    Parameter::new(
        "gradient_norm",
        Kind::Float(Interval::POSITIVE),
        Fallback::Absent,
        Decides::End,
        "stop at the end of the first epoch at which the norm of the gradient of J is at most this",
    ),
    Parameter::new(
        "patience",
        EPOCHS,
        Fallback::Absent,
        Decides::End,
        "stop when the monitored loss has not improved in N epochs",
    )
    .also_called(&["early_stopping", "early_stopping_rounds", "n_iter_no_change"]),
    Parameter::new(
        "min_delta",
        Kind::Float(Interval::FRACTION),
        Fallback::Literal("1e-9"),
        Decides::End,
        "what counts as an improvement, relative to the best loss so far",
    )
    .also_called(&["tolerance"])
    .acting_on("patience"),
    Parameter::new(
        "monitor",
        Kind::Choice(&["train", "validation"]),
        Fallback::Literal("\"train\""),
        Decides::End,
        "the loss that patience watches: the training objective, or the validation loss (needs evaluate_every)",
    )
    .acting_on("patience"),
    // It decides an end too, but each step is tested once for all trials of a trajectory.
    Parameter::new(
        "divergence_factor",
        Kind::Float(Interval { low: Endpoint::Open(1.0), high: Endpoint::None }),
        Fallback::Literal("1e12"),
        Decides::Path,
        "a trial whose J exceeds this multiple of the larger of J at the start and at zero has diverged",
    ),
    // The rows are rounded to it, so it makes prepared data.
    Parameter::new(
        "precision",
        Kind::Choice(&["f64", "f32"]),
        Fallback::Literal("\"f64\""),
        Decides::Features,
        "the arithmetic of minibatch and plain training",
    ),
    Parameter::new(
        "path",
        Kind::Choice(&["auto", "plain", "compressed", "modes"]),
        Fallback::Literal("\"auto\""),
        Decides::Path,
        "how full-batch least squares is computed; \"plain\" is the reference",
    ),
    Parameter::new(
        "metrics",
        Kind::Words(&metric::SCORES),
        Fallback::Absent,
        Decides::Nothing,
        "metrics that are recorded beside the loss's own; mae and max_error take predictions for each row",
    ),
    Parameter::new(
        "watch",
        Kind::Words(&WATCHES),
        Fallback::Absent,
        Decides::Nothing,
        "what is recorded of the training itself at each evaluated epoch: gradients by block, activations by layer, updates by \
         block, the sharpness of J",
    ),
    Parameter::new(
        "keep",
        Kind::Choice(&["none", "best", "last"]),
        Fallback::Off("\"none\""),
        Decides::Nothing,
        "the model that is kept of each trial: that of its best evaluated epoch, or of its last one with all that training goes on from",
    )
    .also_called(&["save", "checkpoint", "save_model", "restore_best_weights"]),
];

/// `[train]`, validated.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    pub epochs: u64,
    pub curve_points: u64,
    pub evaluate_every: Option<u64>,
    pub target_loss: Option<f64>,
    pub gradient_norm: Option<f64>,
    pub patience: Option<u64>,
    pub min_delta: f64,
    pub monitor: Monitor,
    pub divergence_factor: f64,
    pub precision: Precision,
    pub path: PathChoice,
    #[serde(default)]
    pub metrics: Vec<String>,
    #[serde(default)]
    pub watch: Vec<String>,
    #[serde(default)]
    pub keep: Keep,
    /// The metric by which the best epoch is kept; `None` for that of the loss. No key sets it: it is the score.
    #[serde(skip)]
    pub score: Option<&'static MetricKind>,
    /// The metric of rows whose curve is recorded beside that of the loss. No key sets it: it follows from the score.
    #[serde(skip)]
    pub curve: Option<&'static MetricKind>,
}

/// What is kept of a trial that completes, beside its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    #[default]
    None,
    /// The model at the evaluated epoch with the best score on validation rows, or on training rows if there are no others.
    Best,
    /// The model at the end of training, and all that training goes on from.
    Last,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Monitor {
    Train,
    Validation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    F64,
    F32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathChoice {
    Auto,
    Plain,
    Compressed,
    Modes,
}

impl Options {
    /// # Errors
    /// If the values were not validated against [`PARAMETERS`].
    pub fn read(values: &Values) -> Result<Self, toml::de::Error> {
        read(values)
    }

    /// The metrics that need predictions for each row, each once, in the order of the registry. (The loss's own may be among
    /// them.)
    #[must_use]
    pub fn metrics_of_rows(&self) -> Vec<&'static MetricKind> {
        let listed = |kind: &&MetricKind| self.metrics.iter().any(|name| name == kind.name);
        let of_rows = |kind: &&MetricKind| kind.by_outputs().is_some();
        metric::every().filter(listed).filter(of_rows).collect()
    }

    /// What is watched.
    #[must_use]
    pub fn watches(&self) -> WatchSet {
        self.watch.iter().filter_map(|word| Watch::named(word)).collect()
    }

    /// The number of epochs that `evaluate_every` evaluates, if it is given.
    #[must_use]
    pub fn evaluations(&self) -> Option<u64> {
        self.evaluate_every.map(|every| self.epochs / every)
    }

    /// The evaluated epochs, ascending, including 0 and the last epoch.
    #[must_use]
    pub fn evaluated_epochs(&self) -> Vec<u64> {
        let mut epochs = vec![0];
        if let Some(every) = self.evaluate_every {
            let every = usize::try_from(every).unwrap_or(usize::MAX);
            epochs.extend((0..=self.epochs).step_by(every).skip(1));
        } else {
            let last = (self.curve_points - 1) as f64;
            let span = libm::log(self.epochs as f64);
            for index in 0..self.curve_points {
                let epoch = libm::round(libm::exp(index as f64 * span / last)) as u64;
                epochs.push(epoch.clamp(1, self.epochs));
            }
        }
        epochs.push(self.epochs);
        epochs.sort_unstable();
        epochs.dedup();
        epochs
    }
}
