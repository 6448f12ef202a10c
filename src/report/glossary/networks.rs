//! The words of what is watched and kept of training.

use super::{Term, term};

/// In the order of the alphabet.
pub const NETWORKS: &[Term] = &[
    term(
        "activations",
        &["activation statistics"],
        "Of `[train] watch`: for each layer the mean, deviation and root mean square of its outputs over the training rows at each \
         evaluated epoch; of activations the share of units that are 0 on every row (dead), and of outputs within 5 % of an end of \
         the range (saturated).",
    ),
    term(
        "dead unit",
        &["dead", "dead units", "dead ReLU"],
        "A unit of a layer that is 0 on every training row at an evaluated epoch. No gradient passes through it there.",
    ),
    term(
        "explodes",
        &["explode", "exploding gradient", "exploding gradients"],
        "Of a gradient before training: its norm in the first layer's weights is more than 1,000 times that in the last layer's, or in some layer \
         more than 100 times the norm of the weights themselves.",
    ),
    term(
        "gradient norm",
        &["gradient_norm"],
        "Of `[train] watch`: ‖∂J/∂block‖ for each block of parameters, over all training rows at each evaluated epoch and without \
         dropout; under a penalty that of the loss alone too; and the norm of the block itself.",
    ),
    term(
        "kept model",
        &["keep", "checkpoint"],
        "The parameters of a trial that `[train] keep` puts into the store: `\"best\"` those of its best evaluated epoch, `\"last\"` those of \
         the last one with all that training goes on from, so that more epochs continue there. `sweep predict` and `sweep export` read \
         it. What is kept does not enter a trial's id.",
    ),
    term(
        "precision",
        &["f32", "f64", "single precision", "double precision"],
        "The arithmetic of steps on batches and of the plain path. Networks train in f32 unless `[train] precision` says otherwise, every other \
         model in f64. Losses and metrics over a split are summed in f64 either way. f32 is part of a trial's id, f64 is not: it was \
         there first.",
    ),
    term(
        "saturated",
        &["saturation", "saturated units"],
        "Of sigmoid and tanh: the share of outputs within 5 % of an end of the range, over all training rows. The derivative is small there.",
    ),
    term(
        "sharpness",
        &["preconditioned sharpness", "sharpness limit", "edge of stability"],
        "Of `[train] watch`: the largest eigenvalue of the Hessian of J. At rate α, full batches on a quadratic are stable below a limit: 2/α for gradient \
         descent, 2(1 + β)/α with momentum, 2(1 + β)/((1 + 2β)α) with Nesterov's. Adam divides its steps by D = √v̂ + ε: there the \
         eigenvalue is that of D^(−½)·H·D^(−½), the limit (2 + 2β₁)/((1 − β₁)α).",
    ),
    term(
        "trains",
        &["train", "does not train"],
        "In the chapter on gradients: the score of a setting is nearer to that of the task's best setting than to the baseline's.",
    ),
    term(
        "updates",
        &["update ratio", "update_ratio"],
        "Of `[train] watch`: for each block of parameters the root mean square of ‖Δblock‖/‖block‖ over the steps of the epoch that ends at an \
         evaluated one.",
    ),
    term(
        "vanishes",
        &["vanish", "vanishing gradient", "vanishing gradients", "vanishes later"],
        "Of a gradient before training: its norm in the first layer's weights is less than 0.001 of that in the last layer's, or in no layer more \
         than 10⁻⁶ of the norm of the weights. It vanishes later if it passes before training, and vanishes at the last evaluated epoch.",
    ),
];
