//! The section that explains the numbers.

use std::collections::BTreeSet;

use super::{SectionContext, SectionKind};
use crate::metric::{Direction, MetricKind, mse};
use crate::record::{Epoch, SeedRepeats, Split};
use crate::report::page::Block;
use crate::report::wording::{OWN_BEST_EPOCH, equivalence, good_range, lost, score_label, stand_in};

pub const SECTION: SectionKind = SectionKind { id: "reading", heading: |_| "How to read this", build };

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let analysis = context.analysis;
    let has_validation = analysis.tasks.iter().any(|task| task.ranked_on == Split::Validation);
    let without = analysis.tasks.iter().any(|task| task.ranked_on == Split::Train);
    let epoch = match analysis.study.epoch {
        Epoch::Last => "the last epoch",
        Epoch::Best => "the best evaluated epoch",
    };
    let scores = analysis.study.scores();
    let label = score_label(analysis.study);
    let worst = match analysis.study.score() {
        Some(metric) if metric.worst() > 0.0 => "+∞",
        Some(_) => "−∞",
        None if scores.iter().all(|metric| metric.worst() > 0.0) => "+∞",
        None => "+∞ (−∞ where higher is better)",
    };
    let mut items = Vec::new();
    if has_validation {
        items.push(format!(
            "The setting to use is the one with the best mean validation {label} at {epoch}, over the seeds. That number chose it, so \
             it is too good; it has no interval."
        ));
    }
    if analysis.tasks.iter().any(|task| task.compared_on == Split::Test) {
        items.push(format!(
            "Tuned per seed: each seed chooses a setting on its own {} rows, and the {label} of that setting on the seed's own test \
             rows counts. No row both chooses and reports a number, and the spread includes that of tuning. Optimizers are compared \
             by these numbers, whatever the size of their grids: each is tuned on one {} split of this size.",
            if has_validation { "validation" } else { "training" },
            if has_validation { "validation" } else { "training" },
        ));
    }
    if analysis.study.epoch == Epoch::Best && analysis.tasks.iter().any(|task| !task.metrics.others.is_empty()) {
        items.push(OWN_BEST_EPOCH.to_owned());
    }
    if without {
        items.push(format!(
            "Without a validation split settings are ranked on training {label} at {epoch}: that says which setting fits the \
             training rows, not which one generalises."
        ));
    }
    items.push(format!(
        "A trial that {} counts as {worst} in every median, quantile and rank; a mean is printed only where every \
         trial completed. In comparisons of optimizers it counts as predicting {}, and so does every \
         trial that is worse than that or unstable: one lost seed then weighs as much as a useless model, not more.",
        lost(analysis.counts),
        stand_in(analysis.study)
    ));
    if analysis.counts.did_not_descend > 0 {
        items.push(
            "A trial did not descend if it completed with a larger objective than at its start. It counts as diverged."
                .to_owned(),
        );
    }
    let settings = || analysis.tasks.iter().flat_map(|task| &task.contenders).flat_map(|contender| &contender.settings);
    if settings().any(|result| result.unstable > 0) {
        items.push(
            "Unstable, not yet diverged: the rate lies beyond the stable limit of at least one split, and the trial ended before \
             its loss had grown enough to be called diverged."
                .to_owned(),
        );
    }
    let designs = || analysis.tasks.iter().filter_map(|task| Some((task.design?.repeats, task.compared_on)));
    if designs().any(|(repeats, _)| repeats == SeedRepeats::Splits) {
        items.push(
            "Where the seeds split the same file anew, their numbers share rows and are correlated, so the interval of a difference is \
             mean ± t·s·√(1/J + n_test/(n − n_test)) over J seeds (Nadeau and Bengio 2003; the rows of the other parts count as \
             learnt from), and p comes from the same t. The interval of one optimizer has n_test/n_train in that place; for a metric that is \
             drawn on a log axis it belongs to the geometric mean over seeds. They speak of new files of this size, not of other splits of this one: more seeds make them narrower only up to \
             a limit, more rows go on."
                .to_owned(),
        );
    }
    if designs().any(|(repeats, split)| repeats == SeedRepeats::Training && split == Split::Test) {
        items.push(
            "Where one split is held for all seeds, the test is over its test rows: of each row the difference of the losses, averaged \
             over the seeds, and Student's t over the rows, with fewer degrees of freedom where the differences have heavy tails (O'Neill 2014). It speaks of these trained models on new rows; another training sample \
             could turn it round."
                .to_owned(),
        );
    }
    if analysis.tasks.iter().any(|task| !task.comparisons.is_empty()) {
        // The margin of a metric of which higher is better says of what.
        let lower = scores.iter().all(|metric| metric.direction == Direction::Lower);
        let of = if lower { " of the leader's mean" } else { "" };
        let equal = match analysis.study.equivalence > 0.0 {
            true => format!("if the whole 95 % interval lies {}{of}", equivalence(analysis.study, &scores)),
            false => format!("if there is {}", equivalence(analysis.study, &scores)),
        };
        items.push(format!(
            "Three answers: practically equal, {equal} ([report] equivalence); better, \
             if the interval excludes 0 and p, adjusted by Holm for the comparisons of the task, is below 0.05; \
             else undecided, with the smallest true difference that eight of ten such experiments would show. The leader is elected \
             on the rows that rank, not on those that are tested. To add seeds after a look is a new experiment."
        ));
    }
    let redrawn = designs().any(|(repeats, _)| repeats != SeedRepeats::Training);
    if redrawn && scores.iter().any(|metric| metric.counts_rows()) {
        items.push(
            "A score that counts rows moves by whole rows. Where seeds agree to less than that (their deviation is below that of rounding to a \
             row: 1/√12 of a row, of a difference 1/√6), the deviation of counting stands for theirs, √(d(1 − d)/n) for a share or a \
             difference d of n rows: else two seeds that differ by the same rows, by chance, would have an interval of no width and p = 0. Two \
             optimizers that find as many rows at every seed are equal without doubt only if their losses are equal too."
                .to_owned(),
        );
    }
    if settings().any(|result| result.setting.deterministic) {
        items.push(
            "A deterministic setting depends on no seed: it is one trial, and is compared with a seeded one as a constant with each \
             seed."
                .to_owned(),
        );
    }
    items.push(format!(
        "The good range is the run of learning rates about the best whose {}; its width is given in decades (factors of ten), dec \
         for short. The wider it is, the less the rate needs tuning. The safe rate is the one that was tried nearest its middle: next \
         to divergence the best rate can fail on new data, and the safe one costs at most what the good range allows.",
        good_range(&scores)
    ));
    let contenders = || analysis.tasks.iter().flat_map(|task| &task.contenders);
    if contenders().any(|contender| !contender.varying.is_empty()) {
        let varying: BTreeSet<&String> = contenders().flat_map(|contender| &contender.varying).collect();
        let explained = varying.into_iter().filter_map(|key| analysis.study.labels.get(key));
        let explained: Vec<String> = explained
            .filter(|known| !known.explanation.is_empty())
            .map(|known| format!("{} is {}", known.label, known.explanation))
            .collect();
        let explained = if explained.is_empty() { String::new() } else { format!(": {}", explained.join(", ")) };
        let whose = if analysis.study.compare.is_empty() { "An optimizer's" } else { "A contender's" };
        items.push(format!(
            "{whose} label names the hyperparameters that vary{explained}. n counts trials, one a seed."
        ));
    }
    if scores.len() > 1 {
        let labels: Vec<&str> = scores.iter().map(|metric| metric.label).collect();
        items.push(format!(
            "Tasks differ in the metric that ranks and is compared ({}): each is named beside its numbers, and numbers of different \
             metrics are never compared.",
            labels.join(", ")
        ));
    }
    let definitions: String = scores.iter().map(|metric| format!("{} ", metric.definition)).collect();
    items.push(definitions + &objective(&analysis.study.losses()));
    vec![Block::List { items }]
}

/// What the settings descend.
fn objective(losses: &[&MetricKind]) -> String {
    let others = losses.iter().any(|own| own.name != mse().name);
    let mse = mse().label;
    if !others {
        return format!(
            "The objective that is descended is {mse}/2 plus the penalty: frameworks whose loss is the {mse} itself follow the \
             same path at half the rate."
        );
    }
    let words: Vec<String> = losses.iter().map(|own| crate::metric::objective(own)).collect();
    format!("The objective that is descended is {} plus the penalty.", words.join(" or "))
}
