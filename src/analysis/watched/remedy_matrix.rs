//! Networks without a remedy and with one at a time: which failure which remedy cures, and which other start does.

use super::chosen::DrawnGrid;
use super::difference::{Difference, columns};
use super::flow::FlowAnswer;
use super::setting::WatchedSetting;
use crate::record::KeyRole;

/// The most remedies that are told.
const MOST_REMEDIES: usize = 8;

/// The share of the spread of scores from which a fall is told.
const A_FIFTH: f64 = 0.2;

/// Settings in rows of two keys, without a remedy and with each. Settings are positions among the watched ones.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RemedyMatrix {
    /// What changes in each column, in words: `norm batch`.
    pub remedies: Vec<String>,
    /// How many more there are.
    pub left_out: usize,
    /// The drawn settings, and then those of other depths, the deepest first.
    pub rows: Vec<MatrixRow>,
}

/// One setting without a remedy, and the same with each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixRow {
    /// The values of the two keys, in words; and with those of the keys that change the number of layers.
    pub words: String,
    pub full_words: String,
    /// Whether it is one of the drawn settings.
    pub is_drawn: bool,
    pub plain: usize,
    pub with: Vec<Option<usize>>,
    /// The settings that start otherwise, with everything else the same: the key, and the setting.
    pub other_starts: Vec<(usize, usize)>,
}

/// A row that fails, and the settings of another start that train: key and setting.
pub type OtherStarts<'m> = (Failure, &'m MatrixRow, Vec<(usize, usize)>);

/// How a gradient fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Failure {
    Vanishes,
    Explodes,
    /// It passes before training, and vanishes while it goes on.
    VanishesLater,
    /// It passes, and the setting does not train all the same.
    DoesNotTrain,
}

impl Failure {
    pub const ALL: [Self; 4] = [Self::Vanishes, Self::Explodes, Self::VanishesLater, Self::DoesNotTrain];

    /// `vanishes later`; `does not train` where the gradient passes.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Vanishes => "vanishes",
            Self::Explodes => "explodes",
            Self::VanishesLater => "vanishes later",
            Self::DoesNotTrain => "does not train",
        }
    }
}

/// A remedy that a failing setting trains with, or harms one that trains.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    pub row: usize,
    /// The column of the remedy.
    pub remedy: usize,
    /// By how much the distance to the best possible score falls; infinite where there was no score.
    pub gain: f64,
}

impl RemedyMatrix {
    /// Rows are the settings that the grid draws, of its panels only those without a remedy if remedies are its panels; and the same at
    /// other depths. Columns are the smallest differences in remedies and optimizers that there are, whatever the number of their keys.
    #[must_use]
    pub fn of(settings: &[WatchedSetting], roles: &[KeyRole], grid: &DrawnGrid) -> Self {
        let of_grid = || grid.panel_key.into_iter().chain(grid.line_key);
        let row_keys: Vec<usize> = of_grid().filter(|key| !roles[*key].is_remedy()).collect();
        let mut plain: Vec<usize> = grid.all().collect();
        if of_grid().any(|key| roles[key].is_remedy()) {
            let fewest = plain.iter().map(|at| settings[*at].remedies).min();
            plain.retain(|at| Some(settings[*at].remedies) == fewest);
        }
        let drawn = plain.len();
        let elsewhere = |one: &WatchedSetting, other: &WatchedSetting| {
            let agree = |key: usize| one.levels[key] == other.levels[key];
            one.layers != other.layers && (0..roles.len()).all(|key| grid.depth_keys.contains(&key) || agree(key))
        };
        let is_elsewhere =
            |one: &WatchedSetting| one.has_depth() && plain[..drawn].iter().any(|at| elsewhere(one, &settings[*at]));
        let mut others: Vec<usize> = (0..settings.len()).filter(|at| is_elsewhere(&settings[*at])).collect();
        others.sort_by_key(|at| (std::cmp::Reverse(settings[*at].layers), *at));
        plain.extend(others);
        let mut remedies = columns(settings, &plain, roles);
        let left_out = remedies.len().saturating_sub(MOST_REMEDIES);
        remedies.truncate(MOST_REMEDIES);
        let full_keys: Vec<usize> = grid.depth_keys.iter().chain(&row_keys).copied().collect();
        let row = |(place, &at): (usize, &usize)| {
            let own = &settings[at];
            let with = |remedy: &Difference| settings.iter().position(|one| remedy.is_of(own, one, roles));
            let other_start = |(position, one): (usize, &WatchedSetting)| {
                let key = (0..roles.len()).find(|key| roles[*key] == KeyRole::Start && own.differs_in(one, *key))?;
                (own.layers == one.layers && !grid.depth_keys.contains(&key)).then_some((key, position))
            };
            MatrixRow {
                words: own.words(&row_keys),
                full_words: own.words(&full_keys),
                is_drawn: place < drawn,
                plain: at,
                with: remedies.iter().map(with).collect(),
                other_starts: settings.iter().enumerate().filter_map(other_start).collect(),
            }
        };
        let rows = plain.iter().enumerate().map(row).collect();
        Self { rows, remedies: remedies.iter().map(Difference::words).collect(), left_out }
    }

    /// The drawn settings.
    pub fn drawn(&self) -> impl Iterator<Item = &MatrixRow> + Clone {
        self.rows.iter().filter(|row| row.is_drawn)
    }

    /// How a setting that does not train fails; `None` if it trains, or if its gradient is not on record.
    #[must_use]
    pub fn failure(setting: &WatchedSetting) -> Option<Failure> {
        if setting.trains == Some(true) {
            return None;
        }
        match setting.start.as_ref()?.answer() {
            FlowAnswer::Vanishes => Some(Failure::Vanishes),
            FlowAnswer::Explodes => Some(Failure::Explodes),
            FlowAnswer::Passes => {
                let end = setting.end.as_ref().map(super::Flow::answer);
                Some(if end == Some(FlowAnswer::Vanishes) { Failure::VanishesLater } else { Failure::DoesNotTrain })
            }
        }
    }

    /// For each row that fails in some way, the remedy with which it trains best.
    #[must_use]
    pub fn cures(&self, settings: &[WatchedSetting]) -> Vec<(Failure, Change)> {
        let cure = |(row, of): (usize, &MatrixRow)| {
            let failure = Self::failure(&settings[of.plain])?;
            let trains = self
                .changes(settings, row)
                .filter(|change| of.with[change.remedy].is_some_and(|with| settings[with].trains == Some(true)));
            Some((failure, trains.max_by(|one, other| one.gain.total_cmp(&other.gain))?))
        };
        self.rows.iter().enumerate().filter_map(cure).collect()
    }

    /// Of each kind of failure the cure that gains most: among the drawn settings, or at the greatest depth that has one.
    #[must_use]
    pub fn told_cures(&self, settings: &[WatchedSetting]) -> Vec<(Failure, Change)> {
        let all = self.cures(settings);
        let told = |kind: Failure| {
            let depth = |change: &Change| {
                let row = &self.rows[change.row];
                (row.is_drawn, settings[row.plain].layers)
            };
            // Of equal ones the first.
            let of_kind = all.iter().filter(|(failure, _)| *failure == kind).rev();
            of_kind.max_by(|(_, one), (_, other)| depth(one).cmp(&depth(other)).then(one.gain.total_cmp(&other.gain)))
        };
        Failure::ALL.into_iter().filter_map(told).copied().collect()
    }

    /// The drawn settings that fail, and train with no remedy that was tried.
    #[must_use]
    pub fn uncured(&self, settings: &[WatchedSetting]) -> Vec<(Failure, usize)> {
        let cured: Vec<usize> = self.cures(settings).iter().map(|(_, change)| change.row).collect();
        let rows = self
            .rows
            .iter()
            .enumerate()
            .filter(|(row, of)| of.is_drawn && !cured.contains(row) && of.with.iter().any(Option::is_some));
        rows.filter_map(|(row, of)| Some((Self::failure(&settings[of.plain])?, row))).collect()
    }

    /// The rows that fail, with the settings of another start that train.
    #[must_use]
    pub fn other_starts(&self, settings: &[WatchedSetting]) -> Vec<OtherStarts<'_>> {
        let of_row = |row: &'_ MatrixRow| {
            let trains = row.other_starts.iter().copied().filter(|(_, at)| settings[*at].trains == Some(true));
            Some((Self::failure(&settings[row.plain])?, trains.collect()))
        };
        self.rows.iter().filter_map(|row| of_row(row).map(|(failure, starts)| (failure, row, starts))).collect()
    }

    /// The remedy that takes most from a drawn setting: more than a fifth of what lies between the best and the worst of the matrix. One
    /// that ends without a score is none of them, since that has many causes.
    #[must_use]
    pub fn harm(&self, settings: &[WatchedSetting]) -> Option<Change> {
        let all = self.drawn().flat_map(|row| row.with.iter().flatten().chain([&row.plain]));
        let distances = || all.clone().filter_map(|at| settings[*at].distance);
        let span = distances().fold(f64::NEG_INFINITY, f64::max) - distances().fold(f64::INFINITY, f64::min);
        let drawn = (0..self.rows.len()).filter(|row| self.rows[*row].is_drawn);
        let worse = drawn.flat_map(|row| self.changes(settings, row));
        let worse = worse.filter(|change| change.gain.is_finite() && change.gain < -A_FIFTH * span);
        worse.min_by(|one, other| one.gain.total_cmp(&other.gain))
    }

    fn changes<'m>(&'m self, settings: &'m [WatchedSetting], row: usize) -> impl Iterator<Item = Change> + 'm {
        let of = &self.rows[row];
        let distance = |at: usize| settings[at].distance.unwrap_or(f64::INFINITY);
        of.with.iter().enumerate().filter_map(move |(remedy, with)| {
            let (plain, with) = (distance(of.plain), distance((*with)?));
            let gain = if plain.is_finite() || with.is_finite() { plain - with } else { 0.0 };
            Some(Change { row, remedy, gain })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::watched::Flow;

    fn setting(levels: [&str; 4], layers: usize, ratios: [f64; 2], score: (f64, bool)) -> WatchedSetting {
        let flow = |first: f64| Some(Flow { epoch: 0, first, last: 1.0, largest_relative: 0.5 });
        WatchedSetting {
            contender: 0,
            setting: 0,
            levels: levels.map(str::to_owned).to_vec(),
            layers,
            start: flow(ratios[0]),
            end: flow(ratios[1]),
            distance: Some(score.0).filter(|distance| distance.is_finite()),
            trains: Some(score.1),
            remedies: usize::from(levels[3] != "none"),
            diverged_after: None,
        }
    }

    /// Shallow and deep; batch norm cures sigmoid, takes from relu, and leaves the late failure of tanh as it is.
    fn settings() -> Vec<WatchedSetting> {
        vec![
            setting(["depth 2", "sigmoid", "glorot", "none"], 3, [0.5, 0.5], (0.1, true)),
            setting(["depth 32", "sigmoid", "glorot", "none"], 33, [1e-20, 1e-19], (0.9, false)),
            setting(["depth 32", "tanh", "glorot", "none"], 33, [1.0, 1e-8], (0.8, false)),
            setting(["depth 32", "relu", "glorot", "none"], 33, [1.0, 1.0], (0.2, true)),
            setting(["depth 32", "sigmoid", "glorot", "norm batch"], 33, [0.5, 0.5], (0.1, true)),
            setting(["depth 32", "tanh", "glorot", "norm batch"], 33, [0.5, 0.5], (0.7, false)),
            setting(["depth 32", "relu", "glorot", "norm batch"], 33, [0.5, 0.5], (0.6, false)),
        ]
    }

    const ROLES: [KeyRole; 4] = [KeyRole::Start, KeyRole::Start, KeyRole::Start, KeyRole::Remedy { of_start: true }];

    /// What is drawn: lines of activations at depth 32, one panel.
    fn grid() -> DrawnGrid {
        DrawnGrid {
            line_key: Some(1),
            settings: vec![vec![Some(1), Some(2), Some(3)]],
            depth_keys: vec![0],
            ..DrawnGrid::default()
        }
    }

    #[test]
    fn each_failure_has_its_cure_and_each_harm_is_told() {
        let settings = settings();
        let grid = grid();
        let matrix = RemedyMatrix::of(&settings, &ROLES, &grid);
        assert_eq!(matrix.remedies, ["norm batch"]);
        assert_eq!(
            matrix.rows.iter().map(|row| (row.plain, row.with[0])).collect::<Vec<_>>(),
            [(1, Some(4)), (2, Some(5)), (3, Some(6)), (0, None)]
        );
        let cures = matrix.cures(&settings);
        assert_eq!(cures.len(), 1);
        assert_eq!((cures[0].0, cures[0].1.row, cures[0].1.remedy), (Failure::Vanishes, 0, 0));
        assert!((cures[0].1.gain - 0.8).abs() < 1e-12);
        assert_eq!(matrix.uncured(&settings), [(Failure::VanishesLater, 1)]);
        let harm = matrix.harm(&settings).expect("relu");
        assert_eq!((harm.row, harm.remedy), (2, 0), "from a distance of 0.2 to 0.6");
        assert!((harm.gain + 0.4).abs() < 1e-12);
    }

    #[test]
    fn a_setting_may_fail_though_its_gradient_passes() {
        let mut settings = settings();
        settings[3] = setting(["depth 32", "relu", "glorot", "none"], 33, [1.0, 1.0], (0.9, false));
        settings[6] = setting(["depth 32", "relu", "glorot", "norm batch"], 33, [1.0, 1.0], (0.1, true));
        let matrix = RemedyMatrix::of(&settings, &ROLES, &grid());
        let cures = matrix.cures(&settings);
        assert_eq!(
            cures.iter().map(|(failure, change)| (*failure, change.row)).collect::<Vec<_>>(),
            [(Failure::Vanishes, 0), (Failure::DoesNotTrain, 2)]
        );
        assert_eq!(matrix.harm(&settings), None, "nothing falls");
    }

    #[test]
    fn panels_are_remedies_where_nothing_else_is() {
        let settings = settings();
        let grid = DrawnGrid {
            panel_key: Some(3),
            settings: vec![vec![Some(1), Some(2), Some(3)], vec![Some(4), Some(5), Some(6)]],
            ..grid()
        };
        let matrix = RemedyMatrix::of(&settings, &ROLES, &grid);
        assert_eq!((matrix.drawn().count(), matrix.remedies), (3, vec!["norm batch".to_owned()]));
    }

    #[test]
    fn one_that_diverges_without_a_remedy_gains_without_end() {
        let mut settings = settings();
        settings[1].distance = None;
        let grid = grid();
        let matrix = RemedyMatrix::of(&settings, &ROLES, &grid);
        assert_eq!(matrix.cures(&settings)[0].1.gain, f64::INFINITY);
        assert_eq!(RemedyMatrix::of(&[], &ROLES, &DrawnGrid::default()), RemedyMatrix::default());
    }

    #[test]
    fn what_fails_and_is_cured_at_another_depth_alone_is_told_there() {
        let mut settings = settings();
        let exploding = |depth, norm, layers, score: f64| {
            let ratios = if norm == "none" { [1e9, 1e9] } else { [1.0, 1.0] };
            setting([depth, "leaky", "glorot", norm], layers, ratios, (score, score < 0.5))
        };
        settings.push(exploding("depth 32", "none", 33, 0.9));
        settings.push(exploding("depth 32", "norm batch", 33, 0.8));
        settings.push(exploding("depth 8", "none", 9, 0.9));
        settings.push(exploding("depth 8", "norm batch", 9, 0.1));
        settings.push(exploding("depth 4", "none", 5, 0.9));
        settings.push(exploding("depth 4", "norm batch", 5, 0.0));
        let mut grid = grid();
        grid.settings[0].push(Some(7));
        let matrix = RemedyMatrix::of(&settings, &ROLES, &grid);
        let told = matrix.told_cures(&settings);
        let words = |(failure, change): &(Failure, Change)| {
            let row = &matrix.rows[change.row];
            (*failure, row.full_words.clone(), row.is_drawn)
        };
        assert_eq!(
            told.iter().map(words).collect::<Vec<_>>(),
            [
                (Failure::Vanishes, "depth 32, sigmoid".to_owned(), true),
                (Failure::Explodes, "depth 8, leaky".to_owned(), false),
            ]
        );
        assert_eq!(matrix.uncured(&settings), [(Failure::VanishesLater, 1), (Failure::Explodes, 3)]);
    }

    #[test]
    fn another_start_that_trains_is_known() {
        let mut settings = settings();
        settings.push(setting(["depth 32", "sigmoid", "he", "none"], 33, [1.0, 1.0], (0.1, true)));
        settings.push(setting(["depth 32", "sigmoid", "lecun", "none"], 33, [1.0, 1.0], (0.9, false)));
        let matrix = RemedyMatrix::of(&settings, &ROLES, &grid());
        let found = matrix.other_starts(&settings);
        let of = |row: usize| (found[row].0, found[row].1.plain, found[row].2.clone());
        assert_eq!(of(0), (Failure::Vanishes, 1, vec![(1, 3), (2, 7)]), "relu, and he; lecun does not train");
        assert_eq!((of(1), found.len()), ((Failure::VanishesLater, 2, vec![(1, 3)]), 2), "of those that fail");
    }
}
