//! What was found out about the trials of two sides.

use std::collections::BTreeSet;

use super::setting::CombinationNames;

/// Cells that are kept of each trial.
const MOST_CELLS: usize = 3;

/// Rows, and trials of one side alone, that are kept of each block.
const MOST_KEPT: usize = 100;

/// A cell that differs; of a curve, the one that differs most, with the number of those like it.
#[derive(Debug, Clone)]
pub struct CellDifference {
    /// Its column, `(curve)` behind it where it is one of `curves.parquet`.
    pub column: String,
    /// What a person calls it: `train_mse at epoch 5`.
    pub cell: String,
    pub old: String,
    pub new: String,
    /// Between floats.
    pub relative: Option<f64>,
    pub cells: usize,
}

/// One row of the table of differences.
#[derive(Debug, Clone)]
pub struct DifferenceRow {
    /// The first digits of the id.
    pub trial: String,
    pub setting: String,
    pub difference: CellDifference,
}

/// A trial that one side has.
#[derive(Debug, Clone)]
pub struct LoneTrial {
    pub trial: String,
    pub setting: String,
}

/// The trials of one side alone.
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

/// What differs in the trials of one dataset × model × optimizer.
#[derive(Debug, Clone)]
pub struct CombinationDifferences {
    pub names: CombinationNames,
    /// Trials on either side.
    pub trials: usize,
    /// Trials whose results differ.
    pub different: usize,
    /// Trials that the old side, and the new one, has no results of, where the other has.
    pub outstanding: [usize; 2],
    /// Trials whose setting changed.
    pub changed: usize,
    pub rows: Vec<DifferenceRow>,
    /// Cells that differ and are in no row.
    pub more: usize,
    pub added: LoneTrials,
    pub gone: LoneTrials,
    /// Rows of the old side, and of the new one, whose trial stands there already.
    pub twice: [LoneTrials; 2],
    /// The columns of settings that changed.
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

    /// Adds the cells of a trial: what leads, then the outcome, then the largest relative differences, then counts.
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

    /// Whether a trial is another one than before, or has results on one side alone, or stands twice.
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

/// A relative difference and where it is.
#[derive(Debug, Clone)]
pub struct LargestDifference {
    pub relative: f64,
    pub column: String,
    pub trial: String,
}

impl LargestDifference {
    /// Keeps the larger of what is known and what is new.
    pub(super) fn update(known: &mut Option<Self>, relative: f64, column: &str, trial: &str) {
        if known.as_ref().is_none_or(|known| relative > known.relative) {
            *known = Some(Self { relative, column: column.to_owned(), trial: trial.to_owned() });
        }
    }
}

/// A value of a setting that changed, over all trials that it changed in.
#[derive(Debug, Clone)]
pub struct SettingChange {
    pub column: String,
    pub trials: usize,
    /// Where it is the same change in all of them.
    pub values: Option<(String, String)>,
}

/// All that was found out about the trials.
#[derive(Debug, Clone, Default)]
pub struct TrialDifferences {
    /// Trials of the old and the new side.
    pub counts: [usize; 2],
    /// In the order of the new side.
    pub combinations: Vec<CombinationDifferences>,
    /// Columns that differ, with the number of trials.
    pub columns: Vec<(String, usize)>,
    /// Among cells that differ and whose settings do not.
    pub largest: Option<LargestDifference>,
    /// Among the results of trials whose settings do.
    pub largest_changed: Option<LargestDifference>,
    /// Among cells within the tolerance.
    pub within: Option<LargestDifference>,
    pub changes: Vec<SettingChange>,
    /// Trials whose id differs and of whose setting no column does.
    pub other_data: usize,
    /// What all new trials have in common and no old one has; and the other way round.
    pub added_values: Vec<String>,
    pub gone_values: Vec<String>,
    /// The numerics versions of both sides.
    pub versions: [BTreeSet<i64>; 2],
}

/// Whether a column of [`TrialDifferences::columns`] is one of curves.
#[must_use]
pub fn is_of_curves(column: &str) -> bool {
    column.ends_with(" (curve)")
}
