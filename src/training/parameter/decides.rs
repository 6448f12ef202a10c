//! What a key decides about a trial: identity, prepared data, problems and trajectories follow from it.

/// What the value of a key decides.
///
/// Every key but a place, and one that decides nothing, enters the trial's id. `RowsOrTargets` and `Estimand` make tasks, `RowsOrTargets` and
/// `Features` prepared data, and both with `Start` problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decides {
    /// Which rows there are, which of them train, or what their targets are: another value is another task.
    RowsOrTargets,
    /// What is predicted of the same targets, such as which quantile: another value is another task on the same data.
    Estimand,
    /// The numbers that a model makes of these rows: another value needs its own prepared data, and may compete with others.
    Features,
    /// The parameters that training starts from: another value is another problem on the same prepared data.
    Start,
    /// The form of a model on the same rows: its layers. Another value has other parameters, and may compete with others.
    Form,
    /// What a step does: the objective and its penalty, the rate, the batch.
    Update,
    /// How the same steps are computed, and the test that each of them must pass.
    Path,
    /// When training ends and at which epochs it is evaluated: trials that differ in nothing else take the same steps.
    End,
    /// Which file is read: what it holds decides, under a key of its own, and not where it lies.
    Place,
    /// Nothing of a record: it does not enter the trial's id.
    Nothing,
}

impl Decides {
    /// What another value makes, in words.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::RowsOrTargets => "rows or targets: another value is another task, with data of its own",
            Self::Estimand => "what is predicted: another value is another task on the same data",
            Self::Features => "features: another value is other prepared data of the same task, and may compete",
            Self::Start => "the start: another value starts elsewhere on the same data",
            Self::Form => "the model's form: another value has other parameters on the same data, and may compete",
            Self::Update => "the steps: another value takes other steps on the same data",
            Self::Path => "how the same steps are computed or tested",
            Self::End => "the end or the evaluated epochs of the same steps",
            Self::Place => "where a file lies: its content decides",
            Self::Nothing => "nothing that is recorded: trials stay known",
        }
    }

    /// Whether another value makes another task.
    #[must_use]
    pub const fn task(self) -> bool {
        matches!(self, Self::RowsOrTargets | Self::Estimand)
    }

    /// Whether prepared data depends on it.
    #[must_use]
    pub const fn data(self) -> bool {
        matches!(self, Self::RowsOrTargets | Self::Features)
    }

    /// Whether a trial's record depends on it.
    #[must_use]
    pub const fn record(self) -> bool {
        !matches!(self, Self::Place | Self::Nothing)
    }

    /// Whether a trial's steps depend on it.
    #[must_use]
    pub const fn steps(self) -> bool {
        !matches!(self, Self::End | Self::Place | Self::Nothing)
    }
}
