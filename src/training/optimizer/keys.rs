//! Keys that several methods share, and the keys that every method takes.

use super::average::AVERAGE;
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter};
use crate::schedule::SCHEDULES;

/// The rate that schedules scale, and the one key that goes by its name: settings that differ in it alone form a series, which theory,
/// tables and figures read as rates. A method without a rate to tune does not take it.
pub const LEARNING_RATE: Parameter = Parameter::new(
    "learning_rate",
    Kind::Float(Interval::POSITIVE),
    Fallback::Required,
    Decides::Update,
    "α: how far a step goes along the gradient of J, the mean loss plus the penalty",
)
.also_called(&["lr", "alpha", "eta", "step_size", "rate"]);

pub const MOMENTUM: Parameter = Parameter::new(
    "momentum",
    Kind::Float(Interval::FRACTION),
    Fallback::Literal("0.0"),
    Decides::Update,
    "β: the fraction of the last velocity that is kept",
)
.labelled("mom", "the momentum β")
.also_called(&["beta"]);

pub const NESTEROV: Parameter = Parameter::new(
    "nesterov",
    Kind::Boolean,
    Fallback::Literal("false"),
    Decides::Update,
    "Nesterov's form of momentum",
)
.acting_on("momentum");

/// The rows of a step, for methods that draw batches. Its column has a name of its own in tables
/// ([`BATCH_SIZE`](crate::record::BATCH_SIZE)), and `[train]` may give it for all methods.
pub const BATCH_SIZE: Parameter = Parameter::new(
    "batch_size",
    Kind::IntegerOrWord { at_least: 1, word: "full" },
    Fallback::Literal("1"),
    Decides::Update,
    "rows in a step, or \"full\"",
)
.labelled("batch", "the batch size")
.also_called(&["bs", "batch", "minibatch"]);

pub const REPLACEMENT: Parameter = Parameter::new(
    "replacement",
    Kind::Boolean,
    Fallback::Literal("false"),
    Decides::Update,
    "draw rows with replacement instead of going through a permutation each epoch",
);

pub const LAST_BATCH: Parameter = Parameter::new(
    "last_batch",
    Kind::Choice(&["scaled", "keep"]),
    Fallback::Literal("\"scaled\""),
    Decides::Update,
    "a shorter last batch divides its sum by batch_size (\"scaled\") or by its own size (\"keep\")",
);

/// The keys that say which rows a step takes. In other programs they belong to what loads the data, not to the method.
pub const ROW_KEYS: [&str; 3] = [BATCH_SIZE.name, REPLACEMENT.name, LAST_BATCH.name];

pub const EPSILON: Parameter = Parameter::new(
    "epsilon",
    Kind::Float(Interval::POSITIVE),
    Fallback::Literal("1e-8"),
    Decides::Update,
    "ε: added to the root of a mean square, so that nothing is divided by 0",
)
.also_called(&["eps"]);

pub const BETA1: Parameter = Parameter::new(
    "beta1",
    Kind::Float(Interval::FRACTION),
    Fallback::Literal("0.9"),
    Decides::Update,
    "β₁: the fraction of the mean of gradients that is kept",
);

pub const BETA2: Parameter = Parameter::new(
    "beta2",
    Kind::Float(Interval::FRACTION),
    Fallback::Literal("0.999"),
    Decides::Update,
    "β₂: the fraction of the mean of squared gradients that is kept",
);

pub const BETA3: Parameter = Parameter::new(
    "beta3",
    Kind::Float(Interval::FRACTION),
    Fallback::Literal("0.99"),
    Decides::Update,
    "β₃: the fraction of the third running mean that is kept (of squares, of the slow mean of gradients, or of sums, by method)",
);

pub const RHO: Parameter = Parameter::new(
    "rho",
    Kind::Float(Interval::FRACTION),
    Fallback::Literal("0.99"),
    Decides::Update,
    "ρ: the fraction of the mean of squared gradients that is kept",
)
.also_called(&["decay_rate"]);

pub const INITIAL_ACCUMULATOR: Parameter = Parameter::new(
    "initial_accumulator",
    Kind::Float(Interval::NOT_NEGATIVE),
    Fallback::Literal("0.0"),
    Decides::Update,
    "where the accumulated squares start",
)
.also_called(&["initial_accumulator_value"]);

pub const WEIGHT_DECAY: Parameter = Parameter::new(
    "weight_decay",
    Kind::Float(Interval::NOT_NEGATIVE),
    Fallback::Off("0.0"),
    Decides::Update,
    "λ: decoupled decay, θ ← (1 − α_k·λ)·θ before each update (a penalty in J is the model's l2)",
)
.labelled("wd", "the weight decay λ");

pub const DECAY: Parameter = Parameter::new(
    "decay",
    Kind::Choice(&["all", "weights"]),
    Fallback::Off("\"all\""),
    Decides::Update,
    "which parameters weight_decay acts on: all, as in PyTorch and optax, or weights only (no bias or scale)",
)
.acting_on("weight_decay");

/// The keys that every method takes unless it refuses them. They are the same for all methods: the schedule gives the rate of
/// each step, the others change the gradient before a step, or the parameters.
pub const COMMON: &[Parameter] = &[
    Parameter::new(
        "schedule",
        Kind::Row(&SCHEDULES),
        Fallback::Literal("{ kind = \"constant\" }"),
        Decides::Update,
        "how the learning rate changes over the updates of a trial",
    )
    .also_called(&["lr_schedule", "scheduler"]),
    Parameter::new(
        "clip_value",
        Kind::Float(Interval::POSITIVE),
        Fallback::Absent,
        Decides::Update,
        "each component of the gradient is cut to ± this",
    ),
    Parameter::new(
        "clip_norm",
        Kind::Float(Interval::POSITIVE),
        Fallback::Absent,
        Decides::Update,
        "a gradient of larger Euclidean norm is scaled by clip_norm/(norm + 10⁻⁶), as PyTorch does (after clip_value)",
    ),
    Parameter::new(
        "centralize_gradient",
        Kind::Boolean,
        Fallback::Off("false"),
        Decides::Update,
        "take the mean off the gradient of each output's weights (Yong et al., 2020)",
    )
    .also_called(&["use_gc", "gradient_centralization"]),
    WEIGHT_DECAY,
    DECAY,
    Parameter::new(
        "cautious",
        Kind::Boolean,
        Fallback::Off("false"),
        Decides::Update,
        "of each tensor of n, components whose step goes against their gradient stay, and the p others go n/(p + 1) as far (Liang et al., 2024)",
    ),
    Parameter::new(
        "rate_multipliers",
        Kind::WordOrNumbersByName(&["none"]),
        Fallback::Off("\"none\""),
        Decides::Update,
        "how many times as far the steps of some blocks go, by the name of a block, a layer, or the blocks of all layers that are called so",
    )
    .also_called(&["lr_multipliers", "layer_rates", "param_groups"]),
    AVERAGE,
];
