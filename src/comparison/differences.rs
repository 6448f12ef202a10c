//! The differences between the trials of two sides.

use std::collections::BTreeSet;

use super::setting::CombinationNames;

/// The most differing cells that are kept per trial.
const MOST_CELLS: usize = 3;

/// The most rows, and the most one-sided trials, that are kept per combination.
const MOST_KEPT: usize = 100;

/// A cell that differs. For a curve this is the cell that differs most, with the number of differing cells.
#[derive(Debug, Clone)]
pub struct CellDifference {
    /// The column, followed by ` (curve)` if it is a column of `curves.parquet`.
    pub column: String,
    /// The name shown to people: `train_METRIC at epoch 5`.
    pub cell: String,
    pub old: String,
    pub new: String,
    /// The relative difference, for floats only.
    pub relative: Option<f64>,
    pub cells: usize,
}

/// One row of the printed table of differences.
#[derive(Debug, Clone)]
pub struct DifferenceRow {
    /// The first digits of the id.
    pub trial: String,
    pub setting: String,
    pub difference: CellDifference,
}

/// A trial that only one side has.
#[derive(Debug, Clone)]
pub struct LoneTrial {
    pub trial: String,
    pub setting: String,
}

/// The trials that only one side has.
#[derive(Debug, Clone, Default)]
pub struct LoneTrials {
    pub count: usize,
    /// The first of them.
    pub first: Vec<LoneTrial>,
}

impl LoneTrials {
    pub(super) fn push(&mut self, lone: impl FnOnce() -> LoneTrial) {
        self.count += 1;
        if self.first.len() < MOST_KEPT {
            self.first.push(lone());
        }
    }
}

/// The differences in the trials of one combination (dataset × model × optimizer).
#[derive(Debug, Clone)]
pub struct CombinationDifferences {
    pub names: CombinationNames,
    /// The number of trials on either side.
    pub trials: usize,
    /// Trials whose results differ.
    pub different: usize,
    /// The number of trials outstanding on the old side only, and on the new side only.
    pub outstanding: [usize; 2],
    /// Trials whose setting changed.
    pub changed: usize,
    pub rows: Vec<DifferenceRow>,
    /// The number of differing cells that no row shows.
    pub more: usize,
    pub added: LoneTrials,
    pub gone: LoneTrials,
    /// Repeated rows of the old side and of the new side: their trial has an earlier row in the same table.
    pub twice: [LoneTrials; 2],
    /// The columns of the settings that changed.
    pub columns: BTreeSet<String>,
}

impl CombinationDifferences {
    pub(super) fn new(names: CombinationNames) -> Self {
        Self {
            names,
            trials: 0,
            different: 0,
            outstanding: [0; 2],
            changed: 0,
            rows: Vec::new(),
            more: 0,
            added: LoneTrials::default(),
            gone: LoneTrials::default(),
            twice: Default::default(),
            columns: BTreeSet::new(),
        }
    }

    /// Adds the differing cells of a trial. The order is: `leading`, the outcome, relative differences from the largest
    /// down, all others.
    pub(super) fn push(
        &mut self,
        trial: &str,
        setting: impl Fn() -> String,
        leading: Vec<CellDifference>,
        mut cells: Vec<CellDifference>,
    ) {
        let rank = |cell: &CellDifference| match cell.relative {
            _ if cell.column == "outcome" => (0, 0.0),
            Some(relative) => (1, -relative),
            None => (2, 0.0),
        };
        cells.sort_by(|one, other| {
            let (one, other) = (rank(one), rank(other));
            one.0.cmp(&other.0).then(one.1.total_cmp(&other.1))
        });
        for (index, difference) in leading.into_iter().chain(cells).enumerate() {
            if index < MOST_CELLS && self.rows.len() < MOST_KEPT {
                self.more += difference.cells - 1;
                self.rows.push(DifferenceRow { trial: trial.to_owned(), setting: setting(), difference });
            } else {
                self.more += difference.cells;
            }
        }
    }

    #[must_use]
    pub const fn is_same(&self) -> bool {
        self.different == 0 && !self.has_moved()
    }

    /// Whether a trial was added, removed, changed or repeated, or has results on one side only.
    pub(super) const fn has_moved(&self) -> bool {
        let twice = self.twice[0].count + self.twice[1].count;
        self.outstanding[0] + self.outstanding[1] + self.changed + self.added.count + self.gone.count + twice > 0
    }

    /// `of 18 trials: 3 with other results, 1 new`
    #[must_use]
    pub fn in_words(&self) -> String {
        let kinds = [
            (self.different, "with other results"),
            (self.outstanding[0], "outstanding before"),
            (self.outstanding[1], "outstanding now"),
            (self.changed, "with another setting"),
            (self.added.count, "new"),
            (self.gone.count, "missing"),
            (self.twice[0].count, "twice in the table before"),
            (self.twice[1].count, "twice in the table now"),
        ];
        let said = kinds.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
        format!("of {} trials: {}", self.trials, said.collect::<Vec<_>>().join(", "))
    }
}

/// A relative difference, with its column and trial.
#[derive(Debug, Clone)]
pub struct LargestDifference {
    pub relative: f64,
    pub column: String,
    pub trial: String,
}

impl LargestDifference {
    /// Replaces `known` if the new difference is larger.
    pub(super) fn update(known: &mut Option<Self>, relative: f64, column: &str, trial: &str) {
        if known.as_ref().is_none_or(|known| relative > known.relative) {
            *known = Some(Self { relative, column: column.to_owned(), trial: trial.to_owned() });
        }
    }
}

/// A change of one value of a setting, counted over all trials in which it changed.
#[derive(Debug, Clone)]
pub struct SettingChange {
    pub column: String,
    pub trials: usize,
    /// The old and the new value, if they are the same in all of these trials.
    pub values: Option<(String, String)>,
}

/// All differences between the trials of two sides.
#[derive(Debug, Clone, Default)]
pub struct TrialDifferences {
    /// The number of trials on the old and the new side.
    pub counts: [usize; 2],
    /// In the order of the new side.
    pub combinations: Vec<CombinationDifferences>,
    /// The columns that differ, each with its number of trials.
    pub columns: Vec<(String, usize)>,
    /// The largest difference in a trial whose setting is the same.
    pub largest: Option<LargestDifference>,
    /// The largest difference in a trial whose setting changed.
    pub largest_changed: Option<LargestDifference>,
    /// The largest difference that is still within the tolerance.
    pub within: Option<LargestDifference>,
    pub changes: Vec<SettingChange>,
    /// The number of trials whose id differs although no column of their setting does.
    pub other_data: usize,
    /// The values that all new trials share and no old trial has.
    pub added_values: Vec<String>,
    pub gone_values: Vec<String>,
    /// The numerics versions of both sides.
    pub versions: [BTreeSet<i64>; 2],
}

/// Whether an entry of [`TrialDifferences::columns`] is a column of `curves.parquet`.
#[must_use]
pub fn is_of_curves(column: &str) -> bool {
    column.ends_with(" (curve)")
}
