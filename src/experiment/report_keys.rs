//! The keys of `[report]`.

use crate::metric;
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter};
use crate::record::{CurveScope, Epoch};

/// The default of `equivalence`.
pub const EQUIVALENCE: f64 = 0.01;

/// All keys of `[report]`. They say how records are read, and enter no id.
pub static REPORT_KEYS: &[Parameter] = &[
    Parameter::new(
        "score",
        Kind::WordOrWords(&metric::SCORES),
        Fallback::Absent,
        Decides::Nothing,
        "the metric that ranks settings, or a list where tasks differ; left out, the loss's own of each task (mse)",
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
    Parameter::new(
        "compare",
        Kind::TextOrTexts,
        Fallback::Absent,
        Decides::Nothing,
        "a key, or a list of keys, whose values compete as optimizers do, each tuned over everything else: \"batch_size\"",
    ),
    Parameter::new(
        "curves",
        Kind::Choice(&[CurveScope::All.word(), CurveScope::Chosen.word()]),
        Fallback::Literal("\"all\""),
        Decides::Nothing,
        "the curves and parameters that the results and figures hold: all, or those of the best settings; the store keeps all",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_the_code() {
        let defaults: Vec<_> = REPORT_KEYS.iter().map(Parameter::default_value).collect();
        let epoch = toml::Value::from(Epoch::default().word());
        let curves = toml::Value::from(CurveScope::default().word());
        assert_eq!(defaults, [None, Some(epoch), Some(toml::Value::from(EQUIVALENCE)), None, Some(curves)]);
    }
}
