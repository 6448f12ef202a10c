use super::{DataError, Source};
use crate::parameter::{Bound, Fallback, Interval, Kind, Parameter};
pub const SOURCE: Source = Source {
    name: "synthetic",
    doc: "a generated linear problem",
    parameters: &[
        Parameter::new("n_samples", Kind::Integer { at_least: 2, at_most: 1_000_000_000 }, Fallback::Required, "rows"),
        Parameter::new("n_features", Kind::Integer { at_least: 1, at_most: 1_000_000 }, Fallback::Required, "columns"),
        Parameter::new(
            "noise",
            Kind::Float(Interval::NOT_NEGATIVE),
            Fallback::Literal("1.0"),
            "standard deviation of the noise",
        ),
        Parameter::new(
            "condition",
            Kind::Float(Interval { low: Bound::Closed(1.0), high: Bound::None }),
            Fallback::Literal("1.0"),
            "condition number of the features' covariance",
        ),
        Parameter::new(
            "seed",
            Kind::IntegerOrWord { at_least: 0, word: "trial" },
            Fallback::Literal("0"),
            "the seed of the data; \"trial\" draws it anew for each seed",
        ),
    ],
    generated: true,
    load: |_, _, _| Err(DataError::Content(String::new())),
    by_seed: |_| false,
};
