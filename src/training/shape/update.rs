//! Linear updates, as optimizers, training and theory describe them: a method's recurrence and a setting's regime.

/// v ← βv + g; θ ← θ − α·v, or θ ← θ − α(g + βv) with `nesterov`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recurrence {
    /// β
    pub momentum: f64,
    pub nesterov: bool,
}

/// How a setting trains at a constant rate without l1, in the cases that theory distinguishes: the first two are least squares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Regime {
    /// Every step takes all training rows.
    Full(Recurrence),
    /// Plain SGD on batches.
    Minibatch { batch_size: u64, replacement: bool },
    /// Plain descent on all training rows under another loss. Where its curvature is `bounded` by L, J falls below 2/L; a
    /// larger rate need not diverge.
    OtherLoss { bounded: bool },
}

impl Regime {
    /// In what sense rates below the limit are stable.
    #[must_use]
    pub const fn stable_word(self) -> &'static str {
        match self {
            Self::Full(_) => "stable",
            Self::Minibatch { .. } => "stable in mean square",
            Self::OtherLoss { .. } => "descending",
        }
    }

    /// The largest stable constant rate, or the bound below which rates are stable, as a formula.
    #[must_use]
    pub const fn formula(self) -> &'static str {
        match self {
            Self::Full(Recurrence { momentum: 0.0, .. }) => "2/λmax",
            Self::Full(Recurrence { nesterov: false, .. }) => "2(1+β)/λmax",
            Self::Full(Recurrence { nesterov: true, .. }) => "2(1+β)/((1+2β)λmax)",
            Self::Minibatch { .. } => "mean-square limit, with replacement",
            Self::OtherLoss { .. } => "bound 2/L",
        }
    }
}
