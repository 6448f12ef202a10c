//! Keys that several families of models share.

use super::init;
use crate::loss::LOSSES;
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter};

pub const LOSS: Parameter = Parameter::new(
    "loss",
    Kind::Row(&LOSSES),
    Fallback::Off("{ kind = \"squared_error\" }"),
    Decides::Update,
    "what training descends: J is its mean over the training rows plus the penalty",
)
.also_called(&["criterion", "loss_function", "objective"]);

pub const L1: Parameter = Parameter::new(
    "l1",
    Kind::Float(Interval::NOT_NEGATIVE),
    Fallback::Literal("0.0"),
    Decides::Update,
    "weight of the L1 norm of the weights in J (scikit-learn's Lasso alpha)",
)
.also_called(&["lasso"])
.training_prefers("the smallest penalty");

pub const L2: Parameter = Parameter::new(
    "l2",
    Kind::Float(Interval::NOT_NEGATIVE),
    Fallback::Literal("0.0"),
    Decides::Update,
    "weight of half the squared L2 norm of the weights in J (scikit-learn's Ridge alpha is n times it)",
)
.also_called(&["ridge", "weight_decay", "penalty"])
.training_prefers("the smallest penalty");

pub const INIT: Parameter = Parameter::new(
    "init",
    Kind::WordOrFloats(init::WORDS),
    Fallback::Literal("\"zeros\""),
    Decides::Start,
    "where training starts: \"zeros\", \"normal\" (standard deviates by seed), or numbers, the bias first",
);
