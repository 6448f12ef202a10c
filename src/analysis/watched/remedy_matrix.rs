//! The deepest networks without a remedy and with one at a time: which failure which remedy cures.

use super::chosen::DrawnGrid;
use super::flow::FlowAnswer;
use super::setting::WatchedSetting;

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
    pub rows: Vec<MatrixRow>,
}

/// One setting without a remedy, and the same with each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixRow {
    /// The values of the two keys, in words.
    pub words: String,
    pub plain: usize,
    pub with: Vec<Option<usize>>,
}

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
    /// Rows are the settings that the grid draws; columns are the values of each other key that leaves the number of layers alone, with
    /// everything else as drawn. Where the grid has all keys, its panels are the remedies, and the first panel has none.
    #[must_use]
    pub fn of(settings: &[WatchedSetting], keys: usize, grid: &DrawnGrid) -> Self {
        let row_keys: Vec<usize> = grid.panel_key.into_iter().chain(grid.line_key).collect();
        let found = Self::with_rows(settings, keys, &grid.all().collect::<Vec<_>>(), &row_keys);
        match (grid.line_key, grid.settings.first()) {
            (Some(line), Some(first)) if found.remedies.is_empty() && grid.panel_key.is_some() => {
                let plain: Vec<usize> = first.iter().filter_map(|setting| *setting).collect();
                Self::with_rows(settings, keys, &plain, &[line])
            }
            _ => found,
        }
    }

    fn with_rows(settings: &[WatchedSetting], keys: usize, drawn: &[usize], row_keys: &[usize]) -> Self {
        let mut remedies: Vec<(usize, String)> = Vec::new();
        for key in (0..keys).filter(|key| !row_keys.contains(key)) {
            for &plain in drawn {
                let others = settings
                    .iter()
                    .filter(|one| differ_in(one, &settings[plain], key) && one.layers == settings[plain].layers);
                for words in others.map(|one| &one.levels[key]) {
                    if !remedies.iter().any(|(known, level)| *known == key && level == words) {
                        remedies.push((key, words.clone()));
                    }
                }
            }
        }
        let left_out = remedies.len().saturating_sub(MOST_REMEDIES);
        remedies.truncate(MOST_REMEDIES);
        let with = |plain: usize, (key, words): &(usize, String)| {
            let is = |one: &WatchedSetting| one.levels[*key] == *words && differ_in(one, &settings[plain], *key);
            settings.iter().position(is)
        };
        let row = |&plain: &usize| MatrixRow {
            words: settings[plain].words(row_keys),
            plain,
            with: remedies.iter().map(|remedy| with(plain, remedy)).collect(),
        };
        let rows = drawn.iter().map(row).collect();
        Self { rows, remedies: remedies.into_iter().map(|(_, words)| words).collect(), left_out }
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

    /// The rows that fail, and train with no remedy that was tried.
    #[must_use]
    pub fn uncured(&self, settings: &[WatchedSetting]) -> Vec<(Failure, usize)> {
        let cured: Vec<usize> = self.cures(settings).iter().map(|(_, change)| change.row).collect();
        let rows = self
            .rows
            .iter()
            .enumerate()
            .filter(|(row, of)| !cured.contains(row) && of.with.iter().any(Option::is_some));
        rows.filter_map(|(row, of)| Some((Self::failure(&settings[of.plain])?, row))).collect()
    }

    /// The remedy that takes most from a setting: more than a fifth of what lies between the best and the worst of the matrix. One
    /// that ends without a score is none of them, since that has many causes.
    #[must_use]
    pub fn harm(&self, settings: &[WatchedSetting]) -> Option<Change> {
        let all = self.rows.iter().flat_map(|row| row.with.iter().flatten().chain([&row.plain]));
        let distances = || all.clone().filter_map(|at| settings[*at].distance);
        let span = distances().fold(f64::NEG_INFINITY, f64::max) - distances().fold(f64::INFINITY, f64::min);
        let worse = (0..self.rows.len()).flat_map(|row| self.changes(settings, row));
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

/// Whether two settings differ in one key alone.
fn differ_in(one: &WatchedSetting, other: &WatchedSetting, key: usize) -> bool {
    one.levels.iter().zip(&other.levels).enumerate().all(|(at, (left, right))| (left == right) == (at != key))
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

    /// What is drawn: lines of activations at depth 32, one panel.
    fn grid() -> DrawnGrid {
        DrawnGrid { line_key: Some(1), settings: vec![vec![Some(1), Some(2), Some(3)]], ..DrawnGrid::default() }
    }

    #[test]
    fn each_failure_has_its_cure_and_each_harm_is_told() {
        let settings = settings();
        let grid = grid();
        let matrix = RemedyMatrix::of(&settings, 4, &grid);
        assert_eq!(matrix.remedies, ["norm batch"]);
        assert_eq!(
            matrix.rows.iter().map(|row| (row.plain, row.with[0])).collect::<Vec<_>>(),
            [(1, Some(4)), (2, Some(5)), (3, Some(6))]
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
        let matrix = RemedyMatrix::of(&settings, 4, &grid());
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
        let matrix = RemedyMatrix::of(&settings, 4, &grid);
        assert_eq!((matrix.rows.len(), matrix.remedies), (3, vec!["norm batch".to_owned()]));
    }

    #[test]
    fn one_that_diverges_without_a_remedy_gains_without_end() {
        let mut settings = settings();
        settings[1].distance = None;
        let grid = grid();
        let matrix = RemedyMatrix::of(&settings, 4, &grid);
        assert_eq!(matrix.cures(&settings)[0].1.gain, f64::INFINITY);
        assert_eq!(RemedyMatrix::of(&[], 3, &DrawnGrid::default()), RemedyMatrix::default());
    }
}
