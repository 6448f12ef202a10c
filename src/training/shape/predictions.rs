//! What a model's predictions are.

/// What the predictions of a loss's models are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Predictions {
    /// One number for each target.
    Numbers,
    /// The probability of each class; of two classes that of the second, class 1, may stand for both.
    Probabilities,
    /// A number that is larger the more class 1 of two is likely, above 0 where it is predicted. It is no probability.
    Scores,
}
