//! Keys that several methods share.

use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter};

pub const LEARNING_RATE: Parameter = Parameter::new(
    "learning_rate",
    Kind::Float(Interval::POSITIVE),
    Fallback::Required,
    Decides::Update,
    "α: how far a step goes along the gradient of J, the mean loss plus the penalty",
);

pub const SCHEDULE: Parameter = Parameter::new(
    "schedule",
    Kind::Schedule,
    Fallback::Literal("{ kind = \"constant\" }"),
    Decides::Update,
    "how the learning rate changes with the number of updates",
);

pub const MOMENTUM: Parameter = Parameter::new(
    "momentum",
    Kind::Float(Interval::FRACTION),
    Fallback::Literal("0.0"),
    Decides::Update,
    "β: the fraction of the last velocity that is kept",
);

pub const NESTEROV: Parameter = Parameter::new(
    "nesterov",
    Kind::Boolean,
    Fallback::Literal("false"),
    Decides::Update,
    "Nesterov's form of momentum",
);

pub const BATCH_SIZE: Parameter = Parameter::new(
    "batch_size",
    Kind::IntegerOrWord { at_least: 1, word: "full" },
    Fallback::Literal("1"),
    Decides::Update,
    "rows in a step, or \"full\"",
);

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
