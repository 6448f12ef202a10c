//! The words of comparisons, and of what may be said of them.

use super::{Term, term};

/// In the order of the alphabet.
pub const COMPARING: &[Term] = &[
    term(
        "beaten",
        &["beaten on", "where not"],
        "The optimizer that ranks first on the task is better: the interval of the difference excludes 0, and p, adjusted by Holm, is below 0.05. \
         So counts one that, like the first, predicts no better than without training.",
    ),
    term(
        "better",
        &[],
        "The interval of the difference to the other optimizer excludes 0, in its favour, and p, adjusted by Holm for all \
         comparisons of the task, is below 0.05.",
    ),
    term(
        "contender",
        &["contenders", "level"],
        "What competes on a task: an optimizer, or with `[report] compare = \"batch_size\"` each value of that key, tuned over \
         everything else. Both are compared by the same rules.",
    ),
    term(
        "corrected interval",
        &["corrected"],
        "An interval for redrawn splits. The splits of one file share rows, so their results vary less than those of new \
         files would; the interval is wider by the share of rows that test (Nadeau and Bengio's correction).",
    ),
    term(
        "could show",
        &["would be shown", "smallest difference"],
        "The smallest true difference that eight of ten such experiments would show, given the spread that records have: the power of the t test is 80 % \
         there, by the noncentral t distribution.",
    ),
    term(
        "counts as the mean",
        &["counts as the mean of the training targets", "capped", "†", "dagger"],
        "In comparisons a trial that diverged, failed, did not descend or is unstable counts as predicting the mean of the \
         training targets. So does one that is worse than that, but not where test rows are compared one by one. † marks a number of which \
         such a trial is a part.",
    ),
    term(
        "deviation",
        &["standard deviation", "sd"],
        "The standard deviation over the trials of a setting, one a seed, with n − 1 in the denominator. Beside θ it is that \
         of a parameter.",
    ),
    term(
        "fresh data",
        &["fresh"],
        "Rows that are drawn anew for each seed (synthetic data with `rows = \"trial\"` or `seed = \"trial\"`). Seeds \
         then share nothing, and the interval needs no correction.",
    ),
    term(
        "held split",
        &["held"],
        "One split for all seeds (`split = { …, seed = 1 }`). What is said then is said of these trained models on new \
         rows, not of new files.",
    ),
    term(
        "Holm",
        &["p (Holm)", "Holm's p"],
        "p, made larger for the number of comparisons with the leader of a task, so that any false winner of a task has a \
         chance of 5 %.",
    ),
    term(
        "interval",
        &["confidence interval", "CI", "95 %"],
        "[low, high]: a 95 % interval of what is tuned per seed, or of a difference. The caption says what it speaks of: new \
         files, new data, these models, these rows. The number that chose a setting has none. Seeds that agree in a \
         score that counts rows have the deviation of counting.",
    ),
    term(
        "leader",
        &["ranks first"],
        "The optimizer with the best mean validation score on a task. The others are compared with it on test rows.",
    ),
    term("n", &[], "The number of trials behind a number, one a seed; of a baseline the number of splits."),
    term(
        "not told apart",
        &["not shown to be worse"],
        "What may be as good as the one that ranks first: undecided against it, practically equal, better on the rows that compare, or not tested.",
    ),
    term(
        "p",
        &["p-value"],
        "How probable a difference at least as large would be if there were none. Below 0.05 a difference is called \
         shown.",
    ),
    term(
        "paired",
        &["paired seeds", "pairs"],
        "Two optimizers are compared seed by seed: both trained on the same split, so what is common to the split \
         cancels.",
    ),
    term(
        "practically equal",
        &[],
        "The whole interval of the difference lies within 1 % of the leader's mean, or within `[report] equivalence`. Of a metric of which higher \
         is better it is 1 % of its distance from the best: 1 % of 1 − R².",
    ),
    term(
        "redrawn splits",
        &["splits of this file"],
        "The split is drawn anew for each seed. What is said then is said of the expected difference over new files of \
         this size.",
    ),
    term(
        "second in line",
        &["the second in line"],
        "The one that ranks second on a task by its score, and how it differs from the first on the rows that compare.",
    ),
    term(
        "tuned per seed",
        &["tuned"],
        "The setting is chosen within each seed on its validation rows, and that seed's test score is reported: the \
         geometric mean \
         over the seeds for a metric in units of the target on a log axis (MSE), else the mean. With \
         redrawn splits no row then both chooses and tests.",
    ),
    term(
        "undecided",
        &["no difference is shown", "not shown to differ"],
        "Neither better nor practically equal. What is said beside it is the smallest true difference that eight of ten such \
         experiments would show.",
    ),
    term(
        "verdict",
        &["answer"],
        "What may be said of two optimizers of a task: better, practically equal or undecided, or a description where no \
         test is possible. \
         `verdict.json` has them for programs.",
    ),
];
