//! Whether the types of the used columns suit their use.

use super::kind::ColumnKind;
use crate::dataset::table::{Assembly, ColumnRole, TargetType};

const ACCEPTED: &str = "numbers, booleans, dates, times and timestamps are read, and text in one_hot; write it as one of these \
                        (cast in pyarrow and polars, astype in NumPy), or leave it out with ignore";

/// Adds a mistake for each used column whose type does not suit its use. `kinds` has one for each slot.
pub(super) fn check_kinds(kinds: &[ColumnKind], assembly: &mut Assembly) {
    for (number, (slot, kind)) in assembly.slots().to_vec().into_iter().zip(kinds).enumerate() {
        let name = assembly.name(slot.column);
        let role = assembly.role(number);
        let is_target = matches!(role, ColumnRole::Target | ColumnRole::OtherTarget);
        let message = match kind {
            ColumnKind::Text if slot.one_hot => continue,
            ColumnKind::Text => {
                assembly.holds_text(slot);
                continue;
            }
            ColumnKind::Other(kind) if is_target => {
                format!(
                    "target \"{name}\" is of type {kind}: numbers, booleans, text, dates, times and timestamps are read"
                )
            }
            ColumnKind::Other(kind) if role == ColumnRole::Weight => {
                format!("weight \"{name}\" is of type {kind}: numbers and booleans are read")
            }
            ColumnKind::Other(kind) => format!("column \"{name}\" is of type {kind}: {ACCEPTED}"),
            kind => {
                if role == ColumnRole::Target && *kind == ColumnKind::Boolean {
                    assembly.target_cells.declared = TargetType::Truth;
                }
                if kind.is_time() {
                    assembly.times.push(slot.column);
                }
                continue;
            }
        };
        match role {
            ColumnRole::Target => assembly.mistakes.found.target_unfit = true,
            ColumnRole::Weight | ColumnRole::OtherTarget => {}
            ColumnRole::Feature => {
                assembly.mistakes.found.leave_out.push((name.to_owned(), "its type is not read".to_owned()))
            }
        }
        assembly.mistakes.add(0, slot.column, || message);
    }
}
