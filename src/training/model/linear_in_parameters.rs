//! The passes of models that are linear in their parameters: outputs z = xᵀθ, losses ℓ(z, y), gradient Σ ∂ℓ/∂z·x.
//!
//! Outputs are folded from 0 over the parameters in their order. Under the squared error residuals, r = xᵀθ − y, are folded
//! from −y instead, and are the derivatives themselves. Gradients and losses are folded from 0 over the rows in their
//! order: a batch is processed in blocks of rows, each for all trials, and the sums continue from block to block.

use super::family::LinearInParameters;
use super::passes::{BLOCK, Batch, Passes};
use super::workspace::Workspace;
use crate::loss::{Derivatives, Loss};
use crate::numeric::{Epilogue, InitialSum, MatrixRows, PARTIAL_SUMS, Real, add_squares, product, totals, transpose};

impl<T: Real, M: LinearInParameters> Passes<T> for M
where
    dyn Loss: Derivatives<T>,
{
    fn outputs(&self, rows: MatrixRows<'_, T>, points: &[T], outputs: &mut [T], workspace: &mut Workspace<T>) {
        let (n, d) = (rows.count(), rows.length());
        let trials = outputs.len().checked_div(n).unwrap_or(0);
        let [columns, predictions] = workspace.buffers([BLOCK * d, trials * BLOCK]);
        for from in (0..n).step_by(BLOCK) {
            let count = BLOCK.min(n - from);
            let columns = &mut columns[..count * d];
            transpose(rows.range(from, count), columns);
            let predictions = &mut predictions[..trials * count];
            let (points, columns) = (MatrixRows::every(points, d), MatrixRows::every(columns, count));
            product(predictions, InitialSum::Zero, points, columns, Epilogue::Store);
            for (to, of_trial) in outputs.chunks_exact_mut(n).zip(predictions.chunks_exact(count)) {
                to[from..from + count].copy_from_slice(of_trial);
            }
        }
    }

    fn gradients(
        &self,
        batch: &Batch<'_, T>,
        points: &[T],
        losses: &mut [T],
        gradients: &mut [T],
        workspace: &mut Workspace<T>,
    ) {
        let b = batch.negated_target.len();
        let mut derivatives = LossDerivatives::new(loss_of(self), batch, points, losses.len(), workspace);
        for from in (0..b).step_by(BLOCK) {
            let rows = BLOCK.min(b - from);
            let block = derivatives.block(batch, points, from, rows);
            let start = if from == 0 { InitialSum::Zero } else { InitialSum::Output };
            let epilogue = if from + rows == b { Epilogue::Scale(batch.weight) } else { Epilogue::Store };
            product(gradients, start, MatrixRows::every(block, rows), batch.rows.range(from, rows), epilogue);
        }
        derivatives.losses(losses);
    }

    fn descend(
        &self,
        batch: &Batch<'_, T>,
        rates: &[T],
        parameters: &mut [T],
        losses: &mut [T],
        workspace: &mut Workspace<T>,
    ) -> bool {
        let b = batch.negated_target.len();
        let mut derivatives = LossDerivatives::new(loss_of(self), batch, parameters, losses.len(), workspace);
        let block = derivatives.block(batch, parameters, 0, b);
        let epilogue = Epilogue::Descend { weight: batch.weight, rates };
        product(parameters, InitialSum::Zero, MatrixRows::every(block, b), batch.rows, epilogue);
        derivatives.losses(losses);
        true
    }
}

/// The loss of a model, unless it is the squared error, whose derivatives are the residuals.
fn loss_of<M: LinearInParameters>(model: &M) -> Option<&(dyn Loss + 'static)> {
    let loss = &**model.loss();
    (!loss.is_squared_error()).then_some(loss)
}

/// The derivatives of the losses of a batch in the outputs, block by block, and the sums of the losses.
struct LossDerivatives<'a, T> {
    /// `None` for the squared error.
    loss: Option<&'a (dyn Loss + 'static)>,
    trials: usize,
    /// Of the current block, `[trials, rows]`.
    values: &'a mut [T],
    /// If the batch has no packed columns: the parameters, `[d, trials]`, and the current block, `[rows, trials]`.
    turned: &'a mut [T],
    turned_values: &'a mut [T],
    /// The targets of the current block, `[rows]`; unused for the squared error.
    targets: &'a mut [T],
    /// Of the losses, `[trials]`; for the squared error, of the squares.
    sums: &'a mut [[T; PARTIAL_SUMS]],
}

impl<'a, T: Real> LossDerivatives<'a, T>
where
    dyn Loss: Derivatives<T>,
{
    fn new(
        loss: Option<&'a (dyn Loss + 'static)>,
        batch: &Batch<'_, T>,
        points: &[T],
        trials: usize,
        workspace: &'a mut Workspace<T>,
    ) -> Self {
        let d = batch.rows.length();
        let rows = BLOCK.min(batch.negated_target.len());
        let (turned, turned_values) = if batch.columns.is_some() { (0, 0) } else { (trials * d, trials * rows) };
        let targets = if loss.is_some() { rows } else { 0 };
        let [values, turned, turned_values, sums, targets] =
            workspace.buffers([trials * rows, turned, turned_values, trials * PARTIAL_SUMS, targets]);
        sums.fill(T::ZERO);
        let (sums, _) = sums.as_chunks_mut();
        if batch.columns.is_none() {
            transpose(MatrixRows::every(points, d), turned);
        }
        Self { loss, trials, values, turned, turned_values, targets, sums }
    }

    /// Computes the derivatives, `[trials, rows]`, of a block of rows and adds their losses.
    fn block(&mut self, batch: &Batch<'_, T>, points: &[T], from: usize, rows: usize) -> &[T] {
        let d = batch.rows.length();
        let values = &mut self.values[..self.trials * rows];
        let negated_target = &batch.negated_target[from..][..rows];
        if let Some(columns) = batch.columns {
            let columns = MatrixRows::every(&columns[from * d..][..rows * d], rows);
            let start = if self.loss.is_some() { InitialSum::Zero } else { InitialSum::Row(negated_target) };
            product(values, start, MatrixRows::every(points, d), columns, Epilogue::Store);
        } else {
            let turned_values = &mut self.turned_values[..self.trials * rows];
            let parameters = MatrixRows::every(&*self.turned, self.trials);
            let rows = batch.rows.range(from, rows);
            let start = if self.loss.is_some() { InitialSum::Zero } else { InitialSum::Column(negated_target) };
            product(turned_values, start, rows, parameters, Epilogue::Store);
            transpose(MatrixRows::every(turned_values, self.trials), values);
        }
        match self.loss {
            None => add_squares(self.sums, values, rows),
            Some(loss) => {
                let targets = &mut self.targets[..rows];
                for (target, &negated) in targets.iter_mut().zip(negated_target) {
                    *target = -negated;
                }
                loss.differentiate(values, targets, self.sums);
            }
        }
        values
    }

    /// Writes the sums of the losses, `[trials]`.
    fn losses(&self, losses: &mut [T]) {
        let half = T::from_f64(0.5);
        for (loss, sum) in losses.iter_mut().zip(totals(self.sums)) {
            *loss = if self.loss.is_some() { sum } else { half * sum };
        }
    }
}
