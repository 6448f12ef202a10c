//! What planning knows of a setting and its data, apart from the learning rate.

use super::Setting;
use super::builders::{build_model, build_optimizer, build_schedule};
use super::canonical_lines::{form_canonical, loss_canonical};
use super::target_fit::check_target;
use super::unfit::Unfit;
use super::{BoundPlan, dataset_key};
use crate::dataset;
use crate::metric::{self, MetricKind};
use crate::model::{self, CLASS_WEIGHT, LayerFacts, Model};
use crate::optimizer::{Batching, Optimizer};
use crate::parameter::Kind;
use crate::record::DataFacts;
use crate::schedule::{Horizon, Schedule};
use crate::shape::{PredictionKind, Recurrence, Regime, Role, Space};
use crate::train::{MOST_MODES, Options, Path, Precision, check_steps, is_affordable};

/// The properties of a setting that do not depend on its learning rate. Settings that differ only in that rate share one.
#[derive(Debug, Clone)]
pub struct SettingShape {
    pub combination: usize,
    /// Nothing depends on the seed.
    pub deterministic: bool,
    pub batching: Batching,
    /// The rows of a step that its method asks for; `None` if it asks for all.
    pub batch_size: Option<u64>,
    pub n_train: u64,
    pub n_test: u64,
    pub path: Path,
    pub precision: Precision,
    pub n_parameters: usize,
    /// The outputs of its model for each row.
    pub n_outputs: usize,
    /// The numbers of a row that its model reads: the columns of its design, or the features.
    pub columns: usize,
    /// The multiply-adds of the outputs for one row.
    pub multiply_adds: u64,
    /// Whether the model is a network.
    pub is_network: bool,
    /// Whether a layer of it measures the rows of a batch.
    pub spans_batch: bool,
    /// The numbers of each row that a pass over a batch holds at once; 0 if it takes the rows in blocks.
    pub held: usize,
    pub epochs: u64,
    /// The planned number of updates, and the number of those after which the schedule begins.
    pub steps: u64,
    pub begins_after: u64,
    /// A key of the schedule whose change of the rate comes after the planned end, and the number of updates after which it comes.
    pub late_key: Option<(&'static str, u64)>,
    /// The key of a mean of points that never begins, and the number of updates up to which it is the point itself.
    pub late_average: Option<(&'static str, u64)>,
    /// λ of a weight decay that acts on the biases of its model too; 0 without.
    pub decay_of_biases: f64,
    /// The epochs without an improvement that the schedule waits for, if it watches the loss, and the epochs between two losses.
    pub watched: Option<(u64, u64)>,
    /// Whether the rates depend on the planned number of steps.
    pub knows_the_end: bool,
    /// Whether steps follow a subgradient of l1, which makes no weight exactly zero.
    pub follows_subgradient: bool,
    /// The vectors of d numbers that its method carries from step to step.
    pub state_vectors: usize,
    pub l1: f64,
    pub l2: f64,
    /// The metric of the loss that its trials descend.
    pub metric: &'static MetricKind,
    /// What predictions under that loss are.
    pub predicts: PredictionKind,
    /// The loss and the form of the model as the canonical text has them; empty for the defaults.
    pub shared: String,
    /// The regime that theory distinguishes; `None` if theory does not cover the setting.
    pub regime: Option<Regime>,
    /// What theory must compute for the setting; `None` if it has no record of the setting's problems.
    pub theory: Option<TheoryNeed>,
    /// The smoothness of its loss, if theory bounds the curvature of its J.
    pub curvature_of: Option<f64>,
    /// Whether theory looks for the minimum of its J.
    pub wants_optimum: bool,
    /// Whether its trials' records name their problem: that of least squares in modes.
    pub names_problem: bool,
    /// The numbers of the prepared data: one for each seed, or one for all seeds. Trials with the same number share their data.
    pub(super) data: Vec<u32>,
    /// The revisions that its records must have: an index into [`super::BoundPlan::revisions`].
    pub(super) revisions: u32,
    /// The revisions that made its prepared data: an index into `data_revisions` of the plan.
    pub(super) data_revisions: u32,
    /// The numbers of the problems, indices into [`super::BoundPlan::problems`]: one for each number of `data`.
    pub(super) problems: Vec<u32>,
}

/// What theory must compute for one setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TheoryNeed {
    /// The spectrum, or without modes its largest eigenvalue, and the exact solution.
    Problem,
    /// Also SGD's stability limit at this batch size.
    SgdLimit { batch_size: u64 },
    /// Also check trials of this recurrence, with this number of steps.
    Check { recurrence: Recurrence, steps: u64 },
}

/// The keys of a model that name its loss and its start.
const LOSS: &str = "loss";
const INIT: &str = "init";

/// The most rows of one curve.
const MOST_EVALUATIONS: u64 = 1_000_000;

impl SettingShape {
    /// # Errors
    /// Why, if the data rules the setting out (a target that the model does not predict, a start of the wrong
    /// length, batches larger than the data).
    pub(super) fn new(combination: usize, setting: &Setting, facts: &DataFacts) -> Result<Self, Unfit> {
        let model = build_model(setting).map_err(|message| Unfit::of_component("models", &setting.model, message))?;
        let optimizer = build_optimizer(setting)
            .map_err(|message| Unfit::of_component("optimizers", &setting.optimizer, message))?;
        let options = Options::read(&setting.train).map_err(|error| error.to_string())?;
        if let Some(rows) = options.evaluations().filter(|rows| *rows > MOST_EVALUATIONS) {
            let message = format!(
                "{rows} evaluated epochs are too many to keep ({MOST_EVALUATIONS} at most); raise evaluate_every"
            );
            return Err(Unfit::of("train.evaluate_every", message));
        }
        let n_train = usize::try_from(facts.n_train).map_err(|error| error.to_string())?;
        check_target(setting, &*model, facts)?;
        let space = space_of(facts)?;
        let of_model = |message: String| Unfit::of_model(&setting.model.table, LOSS, message);
        model.fits(&space).map_err(of_model)?;
        model.loss().fits(&space).map_err(of_model)?;
        model
            .check_class_weights(facts.classes.as_ref().map_or(&[], |classes| &classes.names))
            .map_err(|message| Unfit::of_model(&setting.model.table, CLASS_WEIGHT.name, message))?;
        // Where each seed draws its rows, those of others are tested as they are prepared.
        if let Some(described) = &facts.description {
            let targets = std::iter::once(&described.target).chain(&described.other_targets);
            for (name, described) in facts.target_names().iter().zip(targets) {
                model.loss().check_lowest_target(name, described.low).map_err(of_model)?;
            }
        }
        let layout = model.layout(&space).map_err(|message| match layer_list(setting) {
            Some(key) => Unfit::of_model(&setting.model.table, key, message),
            None => message.into(),
        })?;
        model.check_start(&layout).map_err(|message| Unfit::of_model(&setting.model.table, INIT, message))?;
        optimizer.check_layout(&layout).map_err(|message| {
            let message = format!("{message}; where other models have it, `exclude` leaves this combination out");
            Unfit::of(&format!("optimizers.{}.rate_multipliers", setting.optimizer.table), message)
        })?;
        let n_parameters = layout.parameters();
        let layers = model.layers(&space);
        if let Batching::Rows { size, replacement: true, .. } = optimizer.batching()
            && size > facts.n_train
        {
            return Err(Unfit::from(format!(
                "batch_size = {size} with replacement is larger than the {} training rows",
                facts.n_train
            )));
        }
        let batching = optimizer.batching().resolve(facts.n_train);
        let schedule = build_schedule(setting)?;
        let path = Path::of(&options, (&*model, &space), &*optimizer, &*schedule, n_train, n_parameters)
            .map_err(|message| Unfit::of("train.path", message))?;
        let steps_per_epoch = batching.steps_per_epoch(facts.n_train);
        let steps = options.epochs.saturating_mul(steps_per_epoch);
        let has_bias = layout.tensors().iter().any(|tensor| tensor.role == Role::Bias);
        let event = schedule.last_event(Horizon { steps, steps_per_epoch });
        let deterministic = batching == Batching::Full && !data_by_seed(setting) && !model.start_by_seed();
        let regime = regime((&*model, &space), &*optimizer, &*schedule, batching);
        let theory = match regime {
            _ if !model.is_least_squares(&space) => None,
            Some(Regime::Minibatch { batch_size, .. }) => Some(TheoryNeed::SgdLimit { batch_size }),
            Some(Regime::Full(_)) if n_parameters > MOST_MODES => Some(TheoryNeed::Problem),
            Some(Regime::Full(recurrence)) => check_steps(n_train, n_parameters, model.penalty().l2, options.epochs)
                .map(|steps| TheoryNeed::Check { recurrence, steps })
                .or(Some(TheoryNeed::Problem)),
            Some(Regime::OtherLoss { .. }) | None => Some(TheoryNeed::Problem),
        };
        let is_bounded = matches!(regime, Some(Regime::OtherLoss { bounded: true })) && n_parameters <= MOST_MODES;
        let work = n_train.saturating_mul(2 * n_parameters);
        let wants_optimum =
            matches!(regime, Some(Regime::OtherLoss { .. })) && model.loss().has_hessian() && is_affordable(work);
        let curvature_of = model.loss().smoothness().filter(|_| is_bounded);
        Ok(Self {
            combination,
            deterministic,
            batching,
            batch_size: match optimizer.batching() {
                Batching::Full => None,
                Batching::Rows { size, .. } => Some(size),
            },
            n_train: facts.n_train,
            n_test: facts.n_test,
            path,
            precision: options.precision,
            n_parameters,
            n_outputs: model.n_outputs(&space),
            columns: match model.linear_in_parameters() {
                Some(linear) => linear.layout_of_output(&space)?.parameters(),
                None => space.n_features,
            },
            multiply_adds: match &layers {
                Some(layers) => layers.iter().map(|layer| layer.multiply_adds).sum(),
                None => n_parameters as u64,
            },
            is_network: layers.is_some(),
            spans_batch: layers.iter().flatten().any(|layer| layer.spans_batch),
            // Its values, their gradients, and what is kept for them.
            held: match &layers {
                Some(layers) if layers.iter().any(|layer| layer.spans_batch) => {
                    3 * layers.iter().map(LayerFacts::size).sum::<usize>()
                }
                _ => 0,
            },
            epochs: options.epochs,
            steps,
            begins_after: schedule.begins_after(),
            late_key: event.filter(|(_, updates)| *updates >= steps),
            late_average: optimizer.average_begins_after().filter(|(_, updates)| *updates >= steps),
            decay_of_biases: if has_bias { optimizer.decay_of_biases() } else { 0.0 },
            watched: schedule.patience().zip(options.evaluate_every),
            knows_the_end: schedule.knows_the_end(),
            follows_subgradient: model.penalty().l1 > 0.0 && !optimizer.traits(model.penalty().l1).is_proximal,
            state_vectors: optimizer.traits(model.penalty().l1).vectors,
            l1: model.penalty().l1,
            l2: model.penalty().l2,
            metric: metric::of_loss(model.loss().row),
            predicts: model.loss().predicts(),
            shared: loss_canonical(setting) + &form_canonical(setting),
            regime,
            theory,
            curvature_of,
            wants_optimum,
            names_problem: theory.is_some() && n_parameters <= MOST_MODES,
            data: Vec::new(),
            revisions: 0,
            data_revisions: 0,
            problems: Vec::new(),
        })
    }

    /// The number of training rows if every step takes them all.
    #[must_use]
    pub fn full_batch(&self) -> Option<u64> {
        (self.batching == Batching::Full).then_some(self.n_train)
    }
}

/// The key of a model that lists its layers, if it has one.
fn layer_list(setting: &Setting) -> Option<&'static str> {
    let family = model::FAMILIES.row(&setting.model.kind)?;
    family.parameters.iter().find(|key| matches!(key.kind, Kind::Rows(_))).map(|key| key.name)
}

/// The layers of a setting's network on its data, and the number of features; `None` for another model.
#[must_use]
pub fn layers(bound: &BoundPlan<'_>, setting: &Setting) -> Option<(Vec<LayerFacts>, usize)> {
    let space = space_of(bound.facts.get(&dataset_key(setting))?).ok()?;
    Some((build_model(setting).ok()?.layers(&space)?, space.n_features))
}

/// What a model is asked to map on this data.
///
/// # Errors
/// If the data has more features than can be counted here.
pub fn space_of(facts: &DataFacts) -> Result<Space, String> {
    let n_features = usize::try_from(facts.n_features).map_err(|error| error.to_string())?;
    let classes = facts.classes.as_ref().map(|classes| classes.names.len());
    let n_targets = 1 + facts.other_targets.len();
    Ok(Space { n_features, target: facts.target_kind(), n_targets, classes })
}

/// Whether the training rows differ from seed to seed.
#[must_use]
pub fn data_by_seed(setting: &Setting) -> bool {
    dataset::split_by_seed(&setting.dataset.values)
        || dataset::source(&setting.dataset.kind).is_some_and(|source| (source.build.by_seed)(&setting.dataset.values))
}

/// The regime of a setting. Theory is of one target.
fn regime(
    (model, space): (&dyn Model, &Space),
    optimizer: &dyn Optimizer,
    schedule: &dyn Schedule,
    batching: Batching,
) -> Option<Regime> {
    if space.n_targets > 1
        || model.linear_in_parameters().is_none()
        || model.penalty().l1 > 0.0
        || !schedule.is_constant()
    {
        return None;
    }
    let recurrence = optimizer.traits(0.0).recurrence?;
    if !model.is_least_squares(space) {
        let plain = batching == Batching::Full && recurrence.momentum == 0.0;
        return plain.then(|| Regime::OtherLoss { bounded: model.loss().smoothness().is_some() });
    }
    match batching {
        Batching::Full => Some(Regime::Full(recurrence)),
        Batching::Rows { size, replacement, .. } => {
            (recurrence.momentum == 0.0).then_some(Regime::Minibatch { batch_size: size, replacement })
        }
    }
}
