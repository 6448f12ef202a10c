//! The command that trains exactly one trial again.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::arguments::ExperimentArguments;
use crate::plan::{BoundPlan, PlannedTrial};
use crate::report::reproduction;
use crate::text::quoted;

/// `sweep run FILE …` with the changes of this command line, followed by changes that leave only this trial. Its results go to a
/// folder of their own, because a trial with a record would not be trained again.
#[must_use]
pub fn command(experiment: &ExperimentArguments, bound: &BoundPlan<'_>, trial: &PlannedTrial) -> String {
    let mut words = vec![experiment.experiment.clone().into_os_string()];
    words.extend(experiment.changes().into_iter().map(OsString::from));
    words.extend(overrides(bound, trial).into_iter().map(OsString::from));
    line(&["run"], &["-o", "alone"], &words)
}

/// `sweep run FILE …` with the changes of this command line, followed by these, which leave one setting alone. All of its
/// seeds train; `folder` is the parent of their results.
#[must_use]
pub fn command_of_setting(experiment: &ExperimentArguments, overrides: Vec<String>, folder: &str) -> String {
    let mut words = vec![experiment.experiment.clone().into_os_string()];
    words.extend(experiment.changes().into_iter().chain(overrides).map(OsString::from));
    line(&["run"], &["-o", folder], &words)
}

/// `sweep run FILE`
#[must_use]
pub fn running(experiment: &Path) -> String {
    line(&["run"], &[], &[experiment.as_os_str().to_owned()])
}

/// `sweep run FILE …` with the changes and the place of this command line.
#[must_use]
pub fn going_on(experiment: &ExperimentArguments) -> String {
    let mut words = vec![experiment.experiment.clone().into_os_string()];
    words.extend(experiment.changes().into_iter().map(OsString::from));
    let output = experiment.output.to_string_lossy();
    let options = if output == "results" { vec![] } else { vec!["-o", &*output] };
    line(&["run"], &options, &words)
}

/// `sweep show TRIAL FILE`
#[must_use]
pub fn showing(trial: &OsStr, experiment: &OsStr) -> String {
    line(&["show"], &[], &[trial.to_owned(), experiment.to_owned()])
}

/// A command for a POSIX shell. If an argument looks like an option, options come first and arguments follow `--`.
fn line(command: &[&str], options: &[&str], arguments: &[OsString]) -> String {
    let plain = |words: &[&str]| words.iter().map(quoted).collect::<Vec<_>>();
    let mut words = [vec!["sweep".to_owned()], plain(command)].concat();
    let arguments: Vec<String> = arguments.iter().map(quoted).collect();
    if arguments.iter().any(|word| word.trim_start_matches(['\'', '$']).starts_with('-')) {
        words.extend(plain(options));
        words.push("--".to_owned());
        words.extend(arguments);
    } else {
        words.extend(arguments);
        words.extend(plain(options));
    }
    words.join(" ")
}

/// The overrides that leave only this trial of the plan, unquoted.
fn overrides(bound: &BoundPlan<'_>, trial: &PlannedTrial) -> Vec<String> {
    let setting = bound.setting(&trial.setting);
    let grid = &bound.plan.combinations[trial.setting.combination].grid;
    let keys = grid.axes.iter().flat_map(|axis| &axis.keys);
    let set = keys.filter_map(|(component, key)| {
        Some((component.word(), key.as_str(), setting.values(*component).get(key)?.clone()))
    });
    let kept = [&setting.dataset.table, &setting.model.table, &setting.optimizer.table].map(String::as_str);
    let mut words = reproduction::overrides(&bound.plan.declared_tables(), kept, set);
    words.extend(trial.seed.map(|seed| format!("seeds=[{seed}]")));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_that_looks_like_an_option_stands_behind_two_dashes() {
        assert_eq!(running(Path::new("-x/e.toml")), "sweep run -- -x/e.toml");
        assert_eq!(running(Path::new("x/e.toml")), "sweep run x/e.toml");
        assert_eq!(showing("0123".as_ref(), "- x.toml".as_ref()), "sweep show -- 0123 '- x.toml'");
        let words = ["-e.toml", "seeds=[1]"].map(OsString::from);
        assert_eq!(line(&["run"], &["-o", "alone"], &words), "sweep run -o alone -- -e.toml 'seeds=[1]'");
    }
}
