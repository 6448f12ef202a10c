//! What a model predicts for some rows, beside what is true of them.

/// What the predictions under a loss are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PredictionKind {
    /// Numbers, such as means: the targets are numbers too.
    Numbers,
    /// Probabilities of classes: of each, or of class 1 of two.
    Probabilities,
    /// Scores of classes without a probability: of each, or of class 1 of two, which is decided for above 0.
    Scores,
}

/// Predictions and targets of some rows, in one order.
#[derive(Debug, Clone, Copy)]
pub struct Predicted<'a> {
    pub kind: PredictionKind,
    /// `[outputs, rows]`
    pub outputs: &'a [f64],
    /// `[n_targets, rows]`: numbers, or the codes of classes.
    pub targets: &'a [f64],
    /// The number of targets of a row. Each has an output of its own if there are several.
    pub n_targets: usize,
    /// `[rows]`, none negative; `None` if each row counts once.
    pub weights: Option<&'a [f64]>,
}

impl<'a> Predicted<'a> {
    /// One number a row, `[rows]` both, each of which counts once.
    #[must_use]
    pub const fn numbers(outputs: &'a [f64], targets: &'a [f64]) -> Self {
        Self { kind: PredictionKind::Numbers, outputs, targets, n_targets: 1, weights: None }
    }

    /// The number of rows.
    #[must_use]
    pub const fn rows(&self) -> usize {
        match self.targets.len().checked_div(self.n_targets) {
            Some(rows) => rows,
            None => 0,
        }
    }

    /// The number of outputs of a row.
    #[must_use]
    pub fn n_outputs(&self) -> usize {
        self.outputs.len() / self.rows().max(1)
    }

    /// The outputs of one row, `[outputs]`.
    #[must_use]
    pub fn outputs_of(&self, row: usize) -> Vec<f64> {
        of_row(self.outputs, row, self.rows())
    }

    /// The targets of one row, `[n_targets]`.
    #[must_use]
    pub fn targets_of(&self, row: usize) -> Vec<f64> {
        of_row(self.targets, row, self.rows())
    }
}

fn of_row(numbers: &[f64], row: usize, rows: usize) -> Vec<f64> {
    numbers.iter().skip(row).step_by(rows.max(1)).copied().collect()
}
