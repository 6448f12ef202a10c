//! The passes of models that are linear in their parameters: outputs z = xᵀθ, losses ℓ(z, y), gradient Σ ∂ℓ/∂z·x.
//!
//! Where a row has several outputs, the parameters of each are a vector of their own, and a trial takes part in the
//! products as that many vectors. Only the loss sees the outputs of a row together.
//!
//! Outputs are folded from 0 over the parameters in their order. Under the squared error residuals, r = xᵀθ − y, are
//! folded from −y instead, and are the derivatives themselves. Gradients and losses are folded from 0 over the rows in
//! their order: a batch is processed in blocks of rows, each for all trials, and the sums continue from block to block.

use super::family::LinearInParameters;
use super::passes::{BLOCK, Batch, Passes, Points, Training, packs};
use super::workspace::Workspace;
use crate::loss::{Derivatives, Loss, of_targets};
use crate::numeric::{
    Epilogue, InitialSum, MatrixRows, PARTIAL_SUMS, Real, add_squares, product, product_with_transposed, totals,
    transpose,
};

impl<T: Real, M: LinearInParameters> Passes<T> for M
where
    dyn Loss: Derivatives<T>,
{
    fn outputs(&self, rows: MatrixRows<'_, T>, points: Points<'_, T>, outputs: &mut [T], workspace: &mut Workspace<T>) {
        let (n, d) = (rows.count(), rows.length());
        let vectors = outputs.len().checked_div(n).unwrap_or(0);
        let [columns, predictions] = workspace.buffers([BLOCK * d, vectors * BLOCK]);
        for from in (0..n).step_by(BLOCK) {
            let count = BLOCK.min(n - from);
            let columns = &mut columns[..count * d];
            transpose(rows.range(from, count), columns);
            let predictions = &mut predictions[..vectors * count];
            let (points, columns) = (MatrixRows::every(points.parameters, d), MatrixRows::every(columns, count));
            product(predictions, InitialSum::Zero, points, columns, Epilogue::Store);
            for (to, of_vector) in outputs.chunks_exact_mut(n).zip(predictions.chunks_exact(count)) {
                to[from..from + count].copy_from_slice(of_vector);
            }
        }
    }

    fn losses(&self, batch: &Batch<'_, T>, points: &[T], losses: &mut [T], workspace: &mut Workspace<T>) {
        let b = batch.rows.count();
        let mut derivatives = LossDerivatives::new(loss_of(self, batch), batch, points, losses.len(), workspace);
        for from in (0..b).step_by(BLOCK) {
            derivatives.block(batch, points, from, BLOCK.min(b - from));
        }
        derivatives.losses(losses);
    }

    fn gradients(
        &self,
        batch: &Batch<'_, T>,
        points: &[T],
        losses: &mut [T],
        gradients: &mut [T],
        _training: Option<Training<'_, T>>,
        workspace: &mut Workspace<T>,
    ) {
        let b = batch.rows.count();
        let mut derivatives = LossDerivatives::new(loss_of(self, batch), batch, points, losses.len(), workspace);
        for from in (0..b).step_by(BLOCK) {
            let rows = BLOCK.min(b - from);
            derivatives.block(batch, points, from, rows);
            let block = derivatives.values(rows);
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
        let b = batch.rows.count();
        let mut derivatives = LossDerivatives::new(loss_of(self, batch), batch, parameters, losses.len(), workspace);
        derivatives.block(batch, parameters, 0, b);
        derivatives.repeat_rates(rates);
        let epilogue = Epilogue::Descend { weight: batch.weight, rates: derivatives.rates_of_vectors(rates) };
        let block = MatrixRows::every(derivatives.values(b), b);
        product(parameters, InitialSum::Zero, block, batch.rows, epilogue);
        derivatives.losses(losses);
        true
    }
}

/// The names of the parameters of all outputs, `[outputs·d]`: those of one output, `[d]`, and behind each that of its
/// output (a class, a target) in brackets if there are several.
pub fn names_of_outputs(names: Vec<String>, outputs: &[String]) -> Vec<String> {
    if outputs.is_empty() {
        return names;
    }
    outputs.iter().flat_map(|output| names.iter().map(move |name| format!("{name}[{output}]"))).collect()
}

/// The loss of a model, unless it is the squared error of one target and of rows without weights, whose derivatives are
/// the residuals.
fn loss_of<'a, T, M: LinearInParameters>(model: &'a M, batch: &Batch<'_, T>) -> Option<&'a (dyn Loss + 'static)> {
    let loss = &**model.loss();
    (!loss.is_squared_error() || batch.row_weights.is_some() || batch.n_targets() > 1).then_some(loss)
}

/// The derivatives of the losses of a batch in the outputs, block by block, and the sums of the losses.
struct LossDerivatives<'a, T> {
    /// `None` for the squared error of one target and of rows without weights.
    loss: Option<&'a (dyn Loss + 'static)>,
    /// The number of vectors of parameters: one for each output of each trial.
    vectors: usize,
    /// Of the current block, `[trials, outputs, rows]`.
    values: &'a mut [T],
    /// Those of the current block, `[d, rows]`, if the batch has no packed columns and there are enough vectors that they
    /// pay off; else empty.
    columns: &'a mut [T],
    /// The targets of the current block, `[n_targets, rows]`; unused for the squared error of one target.
    targets: &'a mut [T],
    /// Of the losses, `[trials]`; for the squared error, of the squares.
    sums: &'a mut [[T; PARTIAL_SUMS]],
    /// The rate of each vector, if there are more than trials.
    rates: &'a mut [T],
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
        let rows = BLOCK.min(batch.rows.count());
        let vectors = points.len().checked_div(d).unwrap_or(0);
        let columns = if batch.columns.is_none() && packs(vectors, rows) { rows * d } else { 0 };
        let targets = if loss.is_some() { batch.n_targets() * rows } else { 0 };
        let rates = if vectors > trials { vectors } else { 0 };
        let [values, columns, sums, targets, rates] =
            workspace.buffers([vectors * rows, columns, trials * PARTIAL_SUMS, targets, rates]);
        sums.fill(T::ZERO);
        let (sums, _) = sums.as_chunks_mut();
        Self { loss, vectors, values, columns, targets, sums, rates }
    }

    /// Computes the derivatives of a block of rows and adds their losses.
    fn block(&mut self, batch: &Batch<'_, T>, points: &[T], from: usize, rows: usize) {
        let d = batch.rows.length();
        let values = &mut self.values[..self.vectors * rows];
        let negated_target = &batch.negated_target[from..][..rows];
        let columns = match batch.columns {
            Some(columns) => Some(&columns[from * d..][..rows * d]),
            None if self.columns.is_empty() => None,
            None => {
                let columns = &mut self.columns[..rows * d];
                transpose(batch.rows.range(from, rows), columns);
                Some(&*columns)
            }
        };
        let points = MatrixRows::every(points, d);
        let start = self.loss.is_none().then_some(negated_target);
        match columns {
            Some(columns) => {
                let start = start.map_or(InitialSum::Zero, InitialSum::Row);
                product(values, start, points, MatrixRows::every(columns, rows), Epilogue::Store);
            }
            None => product_with_transposed(values, start, points, batch.rows.range(from, rows)),
        }
        match self.loss {
            None => add_squares(self.sums, values, rows),
            Some(loss) => {
                let (n_targets, b) = (batch.n_targets(), batch.rows.count());
                let targets = &mut self.targets[..n_targets * rows];
                for (targets, negated) in
                    targets.chunks_exact_mut(rows.max(1)).zip(batch.negated_target.chunks_exact(b.max(1)))
                {
                    for (target, &negated) in targets.iter_mut().zip(&negated[from..]) {
                        *target = -negated;
                    }
                }
                let weights = batch.row_weights.map(|weights| &weights[from..][..rows]);
                of_targets::differentiate(loss, values, (targets, n_targets), weights, self.sums);
            }
        }
    }

    /// The derivatives of the current block of so many rows, `[vectors, rows]`.
    fn values(&self, rows: usize) -> &[T] {
        &self.values[..self.vectors * rows]
    }

    /// Repeats the rate of each trial for each of its outputs, if there are several.
    fn repeat_rates(&mut self, rates: &[T]) {
        if !self.rates.is_empty() {
            let outputs = self.vectors / rates.len();
            self.rates.chunks_exact_mut(outputs).zip(rates).for_each(|(to, &rate)| to.fill(rate));
        }
    }

    /// The rate of each vector, given that of each trial.
    const fn rates_of_vectors<'r>(&'r self, rates: &'r [T]) -> &'r [T] {
        if self.rates.is_empty() { rates } else { self.rates }
    }

    /// Writes the sums of the losses, `[trials]`.
    fn losses(&self, losses: &mut [T]) {
        let half = T::from_f64(0.5);
        for (loss, sum) in losses.iter_mut().zip(totals(self.sums)) {
            *loss = if self.loss.is_some() { sum } else { half * sum };
        }
    }
}
