//! The chosen trials: those of the best setting of each task and optimizer.

use std::collections::HashSet;

use rayon::prelude::*;

use super::contender::Contender;
use super::results::{CombinationResults, results};
use super::score::rank;
use super::study_analysis::Analysis;
use crate::metric::MetricKind;
use crate::record::{Epoch, Id, Study, StudySetting};

/// A completed trial of a best setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChosenTrial {
    /// Position in [`Study::trials`].
    pub trial: usize,
    /// The epoch that its score is taken at; `None` for the end of training.
    pub epoch: Option<u64>,
}

/// The completed trials of the setting that tables call the best of each task and optimizer, in the order of the study.
#[must_use]
pub fn chosen(study: &Study) -> Vec<ChosenTrial> {
    let (tasks, needed) = results(study);
    let best = |results: &CombinationResults<'_>| {
        let ranking = rank(&results.settings, &needed);
        let best = ranking.order.first().filter(|_| !ranking.none_is_best)?;
        let best = &results.settings[*best];
        Some((*best.setting, best.metrics.score))
    };
    let best: Vec<(StudySetting, &MetricKind)> =
        tasks.par_iter().flat_map(|task| &task.combinations).filter_map(best).collect();
    let mut chosen = Vec::new();
    let trials = best.iter().flat_map(|(setting, metric)| study.records_of(setting).map(move |trial| (trial, metric)));
    for (trial, metric) in trials.filter(|(trial, _)| trial.is_completed()) {
        match study.epoch {
            Epoch::Last => chosen.push(ChosenTrial { trial: trial.index, epoch: None }),
            // Where the metric is never defined there is no best epoch.
            Epoch::Best => {
                let epoch = study.best_epoch(&trial, metric);
                chosen.extend(epoch.map(|epoch| ChosenTrial { trial: trial.index, epoch: Some(epoch) }));
            }
        }
    }
    chosen.sort_unstable_by_key(|chosen| chosen.trial);
    chosen
}

/// All trials of the settings that tables show: of each task and contender its best one, where none is best the one that ranks first.
#[must_use]
pub fn shown_trials(analysis: &Analysis<'_>) -> HashSet<Id> {
    let contenders = analysis.tasks.iter().flat_map(|task| &task.contenders);
    let trials = contenders.filter_map(Contender::shown).flat_map(|result| result.setting.trials());
    trials.map(|trial| analysis.study.trials.get(trial).id()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Builder, Ending};
    use super::*;

    fn study() -> Study {
        Builder::new("t", 2, true)
            .combination("gd", "gd")
            .deterministic(0.1, Ending::At(3.0), None)
            .deterministic(0.2, Ending::At(2.0), None)
            .combination("sgd", "sgd")
            .setting(0.1, "", &[Ending::At(1.0), Ending::Diverged])
            .setting(0.2, "", &[Ending::At(4.0), Ending::At(6.0)])
            .combination("wild", "sgd")
            .setting(0.1, "", &[Ending::Diverged, Ending::Diverged])
            .combination("none", "sgd")
            .setting(0.1, "", &[Ending::Outstanding, Ending::Outstanding])
            .build()
    }

    #[test]
    fn chosen_are_the_completed_trials_of_what_tables_call_best() {
        let study = study();
        let analysis = Analysis::new(&study);
        let best: Vec<usize> = (analysis.tasks.iter().flat_map(|task| &task.contenders))
            .filter_map(|contender| contender.best())
            .flat_map(|best| best.setting.trials())
            .collect();
        let found: Vec<usize> = chosen(&study).into_iter().map(|chosen| chosen.trial).collect();
        assert_eq!(found, best);
        assert_eq!(found, [1, 4, 5]);
        assert!(chosen(&study).iter().all(|chosen| chosen.epoch.is_none()));
    }

    #[test]
    fn shown_are_all_seeds_of_the_best_settings_and_of_what_ranks_first() {
        let study = study();
        let shown = shown_trials(&Analysis::new(&study));
        let positions: Vec<usize> =
            (0..study.trials.len()).filter(|&trial| shown.contains(&study.trials.get(trial).id())).collect();
        // The best of gd and of sgd, and of wild, of which every trial diverged, its only one.
        assert_eq!(positions, [1, 4, 5, 6, 7]);
    }

    #[test]
    fn where_the_best_epoch_scores_each_trial_has_its_own() {
        let study = Study { epoch: Epoch::Best, ..study() };
        for ChosenTrial { trial, epoch } in chosen(&study) {
            assert_eq!(epoch, study.best_epoch(&study.trials.get(trial), crate::metric::mse()));
            assert!(epoch.is_some());
        }
    }
}
