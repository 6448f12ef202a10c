//! A trace of every J that this thread tests for divergence, for tests that compare paths step by step.

use std::cell::RefCell;

thread_local! {
    static LOSSES: RefCell<Vec<f64>> = const { RefCell::new(Vec::new()) };
}

pub fn push(loss: f64) {
    LOSSES.with_borrow_mut(|losses| losses.push(loss));
}

pub fn take() -> Vec<f64> {
    LOSSES.take()
}
