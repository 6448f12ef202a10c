//! Summaries of curves. The settings are requested first, then all their curves are read in one pass.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::convergence::{Convergence, SettingCurves};
use super::sample::Sample;
use super::score::SettingResult;
use crate::metric::MetricKind;
use crate::record::{CurveRow, Split, Study, StudySetting};

/// The most rows of curves in memory at a time. Plans with more are read in several passes.
const MOST_ROWS: usize = 1 << 22;

/// The settings whose curves are requested.
pub struct CurveRequest<'a> {
    study: &'a Study,
    /// By the position of the setting in the plan.
    needs: BTreeMap<u32, SettingRequest>,
}

/// The curves requested of one setting.
struct SettingRequest {
    setting: StudySetting,
    /// The metric that ranks it.
    metric: &'static MetricKind,
    /// The splits whose whole curves are needed.
    whole: Vec<Split>,
    /// The splits whose first row is needed.
    starts: Vec<Split>,
}

/// The summaries of the requested curves.
#[derive(Debug, Default)]
pub struct CurveSummaries {
    convergences: HashMap<(u32, Split), Convergence>,
    starts: HashMap<(u32, Split), f64>,
}

impl<'a> CurveRequest<'a> {
    #[must_use]
    pub const fn new(study: &'a Study) -> Self {
        Self { study, needs: BTreeMap::new() }
    }

    /// Requests a setting's convergence on a split.
    pub fn convergence(&mut self, result: &SettingResult<'_>, split: Split) {
        push(&mut self.need(result).whole, split);
    }

    /// Requests the score on a split before the first step.
    pub fn start(&mut self, result: &SettingResult<'_>, split: Split) {
        push(&mut self.need(result).starts, split);
    }

    fn need(&mut self, result: &SettingResult<'_>) -> &mut SettingRequest {
        let new = || SettingRequest {
            setting: *result.setting,
            metric: result.metrics.score,
            whole: Vec::new(),
            starts: Vec::new(),
        };
        self.needs.entry(result.setting.index).or_insert_with(new)
    }

    /// Reads all requested curves.
    #[must_use]
    pub fn read(self) -> CurveSummaries {
        self.read_together(MOST_ROWS)
    }

    fn read_together(self, most_rows: usize) -> CurveSummaries {
        let needs: Vec<SettingRequest> = self.needs.into_values().collect();
        let mut curves = CurveSummaries::default();
        let mut rest = needs.as_slice();
        while !rest.is_empty() {
            let (mut count, mut rows) = (0, 0);
            while let Some(need) = rest.get(count)
                && (count == 0 || rows + need.rows(self.study) <= most_rows)
            {
                rows += need.rows(self.study);
                count += 1;
            }
            let (part, after) = rest.split_at(count);
            read(self.study, part, &mut curves);
            rest = after;
        }
        curves
    }
}

fn push(splits: &mut Vec<Split>, split: Split) {
    if !splits.contains(&split) {
        splits.push(split);
    }
}

impl SettingRequest {
    /// The number of rows kept in memory until the last curve of the setting has been read.
    fn rows(&self, study: &Study) -> usize {
        let trials = self.setting.trials();
        if self.whole.is_empty() { trials.count() } else { trials.map(|trial| study.curves.rows(trial)).sum() }
    }
}

/// Reads the requested curves of some settings in one pass.
fn read(study: &Study, needs: &[SettingRequest], curves: &mut CurveSummaries) {
    let mut lines: Vec<Vec<SettingCurves>> = needs
        .iter()
        .map(|need| need.whole.iter().map(|split| SettingCurves::new(*split, need.metric)).collect())
        .collect();
    let mut starts: Vec<Vec<Vec<f64>>> =
        needs.iter().map(|need| need.starts.iter().map(|_| Vec::new()).collect()).collect();
    let trials: Vec<usize> = needs.iter().flat_map(|need| need.setting.trials()).collect();
    study.curves.read(&trials, &mut |trial, curve: CurveRow<'_>| {
        // Trials are numbered in the order of the plan, setting by setting.
        let at = needs.partition_point(|need| need.setting.first_trial as usize <= trial).saturating_sub(1);
        lines[at].iter_mut().for_each(|lines| lines.push(study, trial, curve));
        if curve.epoch.first() == Some(&0) {
            for (split, values) in needs[at].starts.iter().zip(&mut starts[at]) {
                let target = study.target_of(&study.trials.get(trial), *split);
                values.extend(curve.values(needs[at].metric, *split, target).next().flatten());
            }
        }
    });
    let of_need = |(need, lines): (&SettingRequest, Vec<SettingCurves>)| -> Vec<((u32, Split), Convergence)> {
        let finished =
            |lines: SettingCurves| Some(((need.setting.index, lines.split()), lines.finish(study, &need.setting)?));
        lines.into_iter().filter_map(finished).collect()
    };
    let finished: Vec<_> = needs.par_iter().zip(lines).map(of_need).collect();
    curves.convergences.extend(finished.into_iter().flatten());
    for (need, starts) in needs.iter().zip(starts) {
        for (split, values) in need.starts.iter().zip(starts) {
            curves.starts.extend(Sample::new(values).mean().map(|mean| ((need.setting.index, *split), mean)));
        }
    }
}

impl CurveSummaries {
    /// The convergence of a setting on a split (training or validation). `None` if no record has such a curve, or if it
    /// was not requested.
    #[must_use]
    pub fn convergence(&self, result: &SettingResult<'_>, split: Split) -> Option<&Convergence> {
        self.convergences.get(&(result.setting.index, split))
    }

    /// The mean score of a setting on a split before the first step. `None` under the same conditions.
    #[must_use]
    pub fn start(&self, result: &SettingResult<'_>, split: Split) -> Option<f64> {
        self.starts.get(&(result.setting.index, split)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Analysis;
    use super::super::testing::{Builder, Ending};
    use super::*;

    #[test]
    fn in_several_passes_as_in_one() {
        let study = Builder::new("t", 3, true)
            .combination("sgd", "sgd")
            .setting(0.1, "", &[Ending::At(1.0), Ending::At(3.0), Ending::Diverged])
            .setting(0.2, "", &[Ending::At(2.0), Ending::Failed("no"), Ending::Outstanding])
            .setting(0.3, "", &[Ending::At(5.0), Ending::At(4.0), Ending::At(6.0)])
            .build();
        let analysis = Analysis::new(&study);
        let settings = &analysis.tasks[0].contenders[0].settings;
        let read = |most_rows: usize| {
            let mut request = CurveRequest::new(&study);
            for result in settings {
                request.convergence(result, Split::Train);
                request.start(result, Split::Validation);
            }
            request.convergence(&settings[2], Split::Validation);
            request.read_together(most_rows)
        };
        let (one, many) = (read(MOST_ROWS), read(1));
        for result in settings {
            assert_eq!(one.convergence(result, Split::Train), many.convergence(result, Split::Train));
            assert!(one.convergence(result, Split::Train).is_some());
            assert_eq!(one.start(result, Split::Validation), many.start(result, Split::Validation));
        }
        assert_eq!(one.start(&settings[2], Split::Validation), Some(52.0));
        assert_eq!(one.start(&settings[2], Split::Train), None, "not asked for");
        assert_eq!(many.convergence(&settings[2], Split::Validation).map(|curve| curve.n), Some(3));
        assert_eq!(many.convergence(&settings[0], Split::Validation), None, "not asked for");
    }
}
