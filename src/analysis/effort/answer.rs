//! Which optimizer, in short: how each stands beside the leader of a task, and over tasks how often it is beaten.

use crate::analysis::comparison::Answer;
use crate::analysis::sample::Counts;
use crate::analysis::task::Task;

/// An optimizer of which more trials than this share are lost diverges often.
pub const OFTEN: f64 = 0.2;

/// How an optimizer stands beside the leader: the one that is best on the rows that rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Leads,
    /// It is better than the leader on the rows that compare.
    Better,
    PracticallyEqual,
    Undecided,
    /// Numbers describe both and test nothing.
    NotTested,
    /// The leader is better.
    Beaten,
    /// It predicts no better than the mean of the training targets, nor does the leader; or none of its trials completed.
    Useless,
}

impl Standing {
    /// Whether it may be as good as the leader.
    #[must_use]
    pub const fn is_in_group(self) -> bool {
        matches!(self, Self::Leads | Self::Better | Self::PracticallyEqual | Self::Undecided | Self::NotTested)
    }
}

/// How the contenders of a task stand, by position. `None` without a record.
#[must_use]
pub fn standings(task: &Task<'_>) -> Vec<Option<Standing>> {
    let mut standings = vec![None; task.contenders.len()];
    for (place, &contender) in task.order.iter().enumerate() {
        standings[contender] = if place == 0 {
            Some(if task.contenders[contender].best().is_some() { Standing::Leads } else { Standing::Useless })
        } else {
            task.against_leader(contender).map(|comparison| match comparison.answer {
                // Seeds that are too few to show it do not make it usable.
                _ if task.contenders[contender].all_lost() => Standing::Useless,
                Answer::FirstBetter => Standing::Beaten,
                Answer::SecondBetter => Standing::Better,
                Answer::PracticallyEqual => Standing::PracticallyEqual,
                Answer::Undecided => Standing::Undecided,
                Answer::Described(_) => Standing::NotTested,
                Answer::NeitherUsable => Standing::Useless,
            })
        };
    }
    standings
}

/// The share of trials with a record that diverged, did not descend or failed. `None` without a record.
#[must_use]
pub fn lost_share(counts: Counts) -> Option<f64> {
    let recorded = counts.recorded();
    (recorded > 0).then(|| (counts.diverged + counts.failed) as f64 / recorded as f64)
}

/// An optimizer over the tasks that have it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    pub name: String,
    /// The positions of the tasks with a record of it.
    pub tasks: Vec<usize>,
    /// Those on which the leader is better, or it is of no use.
    pub beaten: Vec<usize>,
    /// Those on which nothing is tested.
    pub not_tested: usize,
    /// The mean of its ranks on the rows that rank.
    pub mean_rank: f64,
    /// Its trials.
    pub counts: Counts,
    /// The tasks on which it diverges often.
    pub diverges: Vec<usize>,
}

/// Every optimizer: first those that are beaten on the smallest share of their tasks, and among those the best mean rank.
#[must_use]
pub fn tallies(tasks: &[Task<'_>]) -> Vec<Tally> {
    let mut tallies: Vec<Tally> = Vec::new();
    for (number, task) in tasks.iter().enumerate() {
        for ((contender, standing), rank) in task.contenders.iter().zip(standings(task)).zip(&task.ranks) {
            let Some(standing) = standing else { continue };
            let place = tallies.iter().position(|known| known.name == contender.name()).unwrap_or_else(|| {
                tallies.push(Tally {
                    name: contender.name().to_owned(),
                    tasks: Vec::new(),
                    beaten: Vec::new(),
                    not_tested: 0,
                    mean_rank: 0.0,
                    counts: Counts::default(),
                    diverges: Vec::new(),
                });
                tallies.len() - 1
            });
            let tally = &mut tallies[place];
            tally.tasks.push(number);
            tally.mean_rank += rank.unwrap_or(f64::INFINITY);
            tally.counts.add(contender.counts);
            if !standing.is_in_group() {
                tally.beaten.push(number);
            }
            tally.not_tested += usize::from(standing == Standing::NotTested);
            if lost_share(contender.counts).is_some_and(|share| share > OFTEN) {
                tally.diverges.push(number);
            }
        }
    }
    tallies.iter_mut().for_each(|tally| tally.mean_rank /= tally.tasks.len() as f64);
    let share = |tally: &Tally| tally.beaten.len() as f64 / tally.tasks.len() as f64;
    tallies.sort_by(|a, b| share(a).total_cmp(&share(b)).then(a.mean_rank.total_cmp(&b.mean_rank)));
    tallies
}
