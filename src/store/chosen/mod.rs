//! What is kept beside records: models, and of chosen trials their outputs for test rows and what preparing their data learned.

mod agreement;
mod kept;
mod outputs;
mod preparations;
mod reading;
mod rows;
#[cfg(test)]
mod tests;

pub(super) use reading::{Form, keys};
