//! One task: what each optimizer gives for how many settings tried.

use super::choices::Choices;
use super::expected_best::{expected_best, points};
use super::rate_sensitivity::{RateSensitivity, rate_sensitivity};
use super::time_to_target::{CurvesRead, TargetTimes};
use super::transfer::Transferred;
use super::tunability::early;
use super::untuned::{AtDefaults, at_defaults};
use crate::analysis::basin::RateScore;
use crate::analysis::contender::Contender;
use crate::analysis::estimate::Level;
use crate::analysis::task::Task;

/// One task.
#[derive(Debug, Clone)]
pub struct TaskEffort {
    /// By contender. `None` without a record.
    pub contenders: Vec<Option<ContenderEffort>>,
    /// The number of settings that tunability counts: the smallest grid of those with several settings.
    pub budget: usize,
    pub times: Option<TargetTimes>,
}

/// One optimizer on one task.
#[derive(Debug, Clone)]
pub struct ContenderEffort {
    pub curve: EffortCurve,
    /// ω-tunability with early weights over [`TaskEffort::budget`] settings.
    pub tunability: Option<f64>,
    /// Of the series with the best setting.
    pub rates: Option<RateSensitivity>,
    /// The setting that is best on the other tasks.
    pub transferred: Option<Transferred>,
    /// What it gives at the defaults of a program.
    pub defaults: Option<AtDefaults>,
}

/// What the best of so many settings is expected to give: chosen on each seed's rows that rank, reported on those that compare.
#[derive(Debug, Clone, PartialEq)]
pub struct EffortCurve {
    /// The number of settings with a record at every seed, and of those without.
    pub settings: usize,
    pub left_out: usize,
    /// Ascending numbers of settings, each with the level over the seeds. A number at which a trial that diverged may be all there is,
    /// with nothing to stand for it, is left out.
    pub points: Vec<(usize, Level)>,
    /// Of each point the number of seeds at which predicting the mean may stand in for the best.
    pub capped: Vec<usize>,
}

impl EffortCurve {
    pub fn of(task: &Task<'_>, contender: &Contender<'_>, choices: &Choices) -> Self {
        let settings = choices.settings();
        let level = |drawn: usize| {
            let expected = choices.seeds.iter().map(|seed| expected_best(&seed.reported, drawn));
            let level = task.level_of(&expected.collect::<Option<Vec<f64>>>()?)?;
            Some((drawn, Level { interval: level.interval.filter(|_| !contender.is_deterministic()), ..level }))
        };
        let points: Vec<(usize, Level)> = points(settings).into_iter().filter_map(level).collect();
        let capped = points.iter().map(|(drawn, _)| choices.capped(*drawn)).collect();
        Self { settings, left_out: choices.left_out, points, capped }
    }

    /// The number of seeds at which predicting the mean may stand in for the best of so many.
    #[must_use]
    pub fn capped_at(&self, drawn: usize) -> usize {
        let place = self.points.binary_search_by_key(&drawn, |(drawn, _)| *drawn);
        place.map_or(0, |place| self.capped[place])
    }

    /// The value of the best of so many; a grid that is used up stays where it ends.
    #[must_use]
    pub fn value_at(&self, drawn: usize) -> Option<f64> {
        let level = self.at(drawn).or_else(|| self.all().filter(|_| self.settings < drawn))?;
        Some(level.center)
    }

    #[must_use]
    pub fn at(&self, drawn: usize) -> Option<&Level> {
        let place = self.points.binary_search_by_key(&drawn, |(drawn, _)| *drawn).ok()?;
        Some(&self.points[place].1)
    }

    /// What all settings give.
    #[must_use]
    pub fn all(&self) -> Option<&Level> {
        self.at(self.settings)
    }

    /// The smallest number of settings from which on the expected value is at most this share worse than that of all.
    #[must_use]
    pub fn enough(&self, task: &Task<'_>, share: f64) -> Option<usize> {
        let all = self.all()?.center;
        let distance = task.metric.distance(all);
        let most = distance.mul_add(1.0 + share, task.metric.resolution(all, task.target, task.seeds()));
        let worse = |(_, level): &(usize, Level)| task.metric.distance(level.center) > most;
        match self.points.iter().rposition(worse) {
            Some(last) => self.points.get(last + 1).map(|(drawn, _)| *drawn),
            None => self.points.first().map(|(drawn, _)| *drawn),
        }
    }
}

impl TaskEffort {
    /// The smallest number of settings from which on a contender's expected value is better than that of every other one with as many,
    /// or with all that it has, by more than the resolution. `None` if it is not with all of its settings.
    #[must_use]
    pub fn ahead_from(&self, task: &Task<'_>, contender: usize) -> Option<usize> {
        let own = &self.contenders[contender].as_ref()?.curve;
        let others = || self.contenders.iter().enumerate().filter(|(at, _)| *at != contender);
        let curves: Vec<&EffortCurve> = others().filter_map(|(_, one)| Some(&one.as_ref()?.curve)).collect();
        let all: Vec<usize> = std::iter::once(own)
            .chain(curves.iter().copied())
            .max_by_key(|curve| curve.settings)?
            .points
            .iter()
            .map(|(tried, _)| *tried)
            .collect();
        let is_ahead = |tried: usize| {
            let Some(value) = own.value_at(tried) else { return false };
            let enough = task.metric.distance(value) + task.metric.resolution(value, task.target, task.seeds());
            let behind =
                |curve: &&EffortCurve| curve.value_at(tried).is_none_or(|other| task.metric.distance(other) > enough);
            curves.iter().all(behind)
        };
        match all.iter().rposition(|tried| !is_ahead(*tried)) {
            Some(last) => all.get(last + 1).copied(),
            None => all.first().copied(),
        }
    }
}

/// `choices` and `transferred` have one entry a contender.
#[must_use]
pub fn task_effort(
    task: &Task<'_>,
    choices: &[Option<Choices>],
    transferred: Vec<Option<Transferred>>,
    times: Option<TargetTimes>,
    read: &CurvesRead,
) -> TaskEffort {
    let several = choices.iter().flatten().map(Choices::settings).filter(|settings| *settings > 1);
    let budget = several.min().unwrap_or(1);
    let of_contender =
        |((contender, choices), transferred): ((&Contender<'_>, &Option<Choices>), Option<Transferred>)| {
            let curve = EffortCurve::of(task, contender, choices.as_ref()?);
            let centers: Vec<(usize, f64)> = curve.points.iter().map(|(drawn, level)| (*drawn, level.center)).collect();
            let tunability = early(&centers, budget);
            let defaults = at_defaults(task, contender, choices.as_ref()?);
            Some(ContenderEffort { curve, tunability, rates: rates(contender, read), transferred, defaults })
        };
    let contenders = task.contenders.iter().zip(choices).zip(transferred).map(of_contender).collect();
    TaskEffort { contenders, budget, times }
}

fn rates(contender: &Contender<'_>, read: &CurvesRead) -> Option<RateSensitivity> {
    let series = contender.best_series()?;
    let results = || series.settings.iter().map(|&index| &contender.settings[index]);
    let point = |result: &crate::analysis::SettingResult<'_>| {
        Some(RateScore { rate: result.learning_rate?, score: result.distance(), unstable: result.unstable > 0 })
    };
    let points: Vec<RateScore> = results().filter_map(point).collect();
    rate_sensitivity(&points, read.start(results().flat_map(|result| result.setting.trials())))
}
