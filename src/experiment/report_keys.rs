//! The keys of `[report]`.

use crate::metric;
use crate::parameter::{Decides, Fallback, Kind, Parameter};
use crate::record::Epoch;

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
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_the_code() {
        let defaults: Vec<_> = REPORT_KEYS.iter().map(Parameter::default_value).collect();
        assert_eq!(defaults, [None, Some(toml::Value::from(Epoch::default().word()))]);
    }
}
