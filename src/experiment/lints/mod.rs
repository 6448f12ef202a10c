//! Weaknesses in an experiment's design that are worth mentioning before it runs. They follow from what keys are said to do, and
//! from what settings build. (The learning rate alone goes by its name: [`LEARNING_RATE`](crate::optimizer::LEARNING_RATE).)

mod answers;
mod averages;
mod batch_norm;
mod classes;
mod decay;
mod effect;
mod every;
mod fairness;
mod kept;
mod networks;
mod rates;
mod rows;
mod schedules;
mod settings;
mod test_rows;
#[cfg(test)]
mod tests;

pub use every::{lints, lints_on_data};
