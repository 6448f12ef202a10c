//! Lints of models that are kept.

use crate::plan::Plan;
use crate::record::Epoch;
use crate::train::Keep;

/// Models of another epoch than the one of which the report speaks.
pub fn kept_at_another_epoch(plan: &Plan, lints: &mut Vec<String>) {
    let (kept, reported) = match (plan.keep(), plan.epoch) {
        (Keep::Best, Epoch::Last) => ("best", "last"),
        (Keep::Last, Epoch::Best) => ("last", "best"),
        _ => return,
    };
    lints.push(format!(
        "keep = \"{kept}\" in [train] keeps the model of each trial's {kept} epoch, and the report ranks and shows the {reported} one: what is \
         predicted has other errors than the report says; write keep = \"{reported}\", or epoch = \"{kept}\" in [report]"
    ));
}
