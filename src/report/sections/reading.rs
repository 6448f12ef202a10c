//! The section that explains the numbers.

use std::collections::BTreeSet;

use super::{SectionContext, SectionKind};
use crate::metric::{MetricKind, mse};
use crate::record::{Epoch, Split};
use crate::report::page::Block;
use crate::report::wording::{OWN_BEST_EPOCH, good_range, lost};

pub const SECTION: SectionKind = SectionKind { id: "reading", heading: |_| "How to read this", build };

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let analysis = context.analysis;
    let has_validation = analysis.tasks.iter().any(|task| task.ranked_on == Split::Validation);
    let without = analysis.tasks.iter().any(|task| task.ranked_on == Split::Train);
    let epoch = match analysis.study.epoch {
        Epoch::Last => "the last epoch",
        Epoch::Best => "the best evaluated epoch",
    };
    let metric = analysis.study.metric;
    let label = metric.label;
    let worst = if metric.worst() > 0.0 { "+∞" } else { "−∞" };
    let mut items = Vec::new();
    if has_validation {
        items.push(format!(
            "Settings are ranked by their validation {label} at {epoch}, the mean over seeds. Optimizers are compared on test \
             {label} where there is a test split, so that the number that is reported did not choose the setting."
        ));
    }
    if analysis.study.epoch == Epoch::Best && !analysis.study.other_metrics.is_empty() {
        items.push(OWN_BEST_EPOCH.to_owned());
    }
    if without {
        items.push(format!(
            "Without a validation split settings are ranked on training {label} at {epoch}: that says which setting fits the \
             training rows, not which one generalises."
        ));
    }
    items.push(format!(
        "A trial that {} counts as {worst} in every median, quantile, rank and verdict; a mean is printed only \
         where every trial completed. Intervals are Student's, at 95 %.",
        lost(analysis.counts)
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
    if analysis.tasks.iter().any(|task| !task.comparisons.is_empty()) {
        items.push(
            "A difference is called shown where its interval excludes 0 and the exact sign-flip test, paired by seed, has \
             p < 0.05: p is the share of the 2ⁿ ways to flip the signs of the n differences that give a mean at least as far from \
             0. Fewer than six pairs cannot reach that. The pairs that would decide are those with which a true difference of the \
             observed size and spread would be shown in eight of ten experiments."
                .to_owned(),
        );
    }
    if settings().any(|result| result.setting.deterministic) {
        items.push(
            "A deterministic setting depends on no seed: it is one trial, with no interval and no test, and is compared with a \
             seeded one as a constant with each seed."
                .to_owned(),
        );
    }
    items.push(format!(
        "The good basin is the run of learning rates about the best whose {}; its width is given in decades (factors of ten), dec \
         for short. The wider it is, the less the rate needs tuning.",
        good_range(metric)
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
        items.push(format!(
            "An optimizer's label names the hyperparameters that vary{explained}. n counts trials, one a seed."
        ));
    }
    items.push(format!("{} {}", metric.definition, objective(&analysis.study.losses)));
    vec![Block::List { items }]
}

/// What the settings descend.
fn objective(losses: &[&MetricKind]) -> String {
    let others: Vec<&str> = losses.iter().filter(|own| **own != mse()).map(|own| own.label).collect();
    let mse = mse().label;
    if others.is_empty() {
        return format!(
            "The objective that is descended is {mse}/2 plus the penalty: frameworks whose loss is the {mse} itself follow the \
             same path at half the rate."
        );
    }
    let squared = if others.len() < losses.len() { format!("{mse}/2 or the ") } else { "the ".to_owned() };
    format!("The objective that is descended is {squared}{} plus the penalty.", others.join(" or the "))
}
