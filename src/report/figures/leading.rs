//! Which of many optimizers a figure shows by themselves.

use crate::analysis::{Answer, Task};
use crate::report::figure_rows::Standing;

/// The most optimizers that stand out.
pub const MOST_LEADING: usize = 6;

/// What the comparison with the leader says of a contender.
#[must_use]
pub fn standing(task: &Task<'_>, contender: usize) -> Standing {
    if task.order.first() == Some(&contender) {
        return Standing::Leader;
    }
    match task.against_leader(contender).map(|found| found.answer) {
        Some(Answer::PracticallyEqual) => Standing::PracticallyEqual,
        Some(Answer::FirstBetter) => Standing::Worse,
        Some(Answer::SecondBetter) => Standing::Better,
        Some(Answer::Undecided | Answer::NeitherUsable | Answer::Described(_)) | None => Standing::Undecided,
    }
}

/// The leader and those of which no test shows that they are worse: first the practically equal ones, each in the order of the ranking.
/// At most [`MOST_LEADING`].
#[must_use]
pub fn leading(task: &Task<'_>) -> Vec<usize> {
    let of = |wanted: &'static [Standing]| {
        task.order.iter().copied().filter(move |&index| wanted.contains(&standing(task, index)))
    };
    let leader = of(&[Standing::Leader]);
    let all = leader.chain(of(&[Standing::PracticallyEqual])).chain(of(&[Standing::Undecided, Standing::Better]));
    all.take(MOST_LEADING).collect()
}
