//! The keys of `[report]`.

use crate::metric;
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter};
use crate::record::Epoch;

/// The default of `equivalence`.
pub const EQUIVALENCE: f64 = 0.01;

/// All keys of `[report]`. They say how records are read, and enter no id.
pub static REPORT_KEYS: &[Parameter] = &[
    Parameter::new(
        "score",
        Kind::Choice(&metric::SCORES),
        Fallback::Absent,
        Decides::Nothing,
        "the metric that ranks settings; left out, the loss's own (mse)",
    ),
    Parameter::new(
        "epoch",
        Kind::Choice(&[Epoch::Last.word(), Epoch::Best.word()]),
        Fallback::Literal("\"last\""),
        Decides::Nothing,
        "rank by the metric at the last epoch, or at the best evaluated one",
    ),
    Parameter::new(
        "equivalence",
        Kind::Float(Interval::FRACTION),
        Fallback::Literal("0.01"),
        Decides::Nothing,
        "optimizers whose whole interval differs by at most this share of the leader's level count as practically equal",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_the_code() {
        let defaults: Vec<_> = REPORT_KEYS.iter().map(Parameter::default_value).collect();
        let epoch = toml::Value::from(Epoch::default().word());
        assert_eq!(defaults, [None, Some(epoch), Some(toml::Value::from(EQUIVALENCE))]);
    }
}
