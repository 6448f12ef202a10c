//! The section on theory: exact results for least squares, compared with the measurements, and bounds for other losses.

use std::collections::{HashMap, HashSet};

use super::{SectionContext, SectionKind};
use crate::analysis::{
    Contender, ExactCurve, NearlyLowest, Range, RateSeries, Regime, SettingResult, Task, noise_floor,
};
use crate::record::{CheckRecord, Id, LocalCheck, Study};
use crate::report::number::{plural, short, significant};
use crate::report::page::Block;
use crate::report::page_limits::{MOST_TASKS, rows_a_table, rows_of};
use crate::report::wording::{self, name_with_label, task_name};

pub const SECTION: SectionKind = SectionKind { id: "theory", heading: |_| "Theory beside the measurement", build };

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let study = context.analysis.study;
    let mut blocks = Vec::new();
    let tasks = &context.analysis.tasks;
    let most = rows_a_table(tasks.len());
    for task in tasks.iter().take(MOST_TASKS) {
        let mut items = Vec::new();
        for contender in rows_of(task, most) {
            // The best series represents its optimizer. The others are in the table above.
            items.extend(contender.best_series().and_then(|series| sentence(study, contender, series)));
        }
        if !items.is_empty() {
            blocks.push(Block::Subheading { text: task_name(task) });
            blocks.push(Block::List { items });
        }
        blocks.extend(floors(study, task, most));
        blocks.extend(checks(study, task, most));
    }
    if !blocks.is_empty() {
        blocks.push(Block::paragraph(explanation(context)));
    }
    blocks
}

/// Explains the limits and curves of the optimizers in this report.
fn explanation(context: &SectionContext<'_>) -> String {
    let regimes = || {
        let contenders = context.analysis.tasks.iter().flat_map(|task| &task.contenders);
        contenders.flat_map(|contender| &contender.series).filter_map(|series| series.regime)
    };
    let mut text = String::new();
    if regimes().any(|regime| matches!(regime, Regime::Full(_) | Regime::Minibatch { .. })) {
        text.push_str(
            "J is half the MSE plus the penalty, if there is one, and λmax the largest eigenvalue of its Hessian on the \
             training rows. Gradient descent is stable below 2/λmax",
        );
        let momentum = |nesterov: bool| {
            let is = |regime| matches!(regime, Regime::Full(with) if with.momentum > 0.0 && with.nesterov == nesterov);
            regimes().any(is)
        };
        if momentum(false) {
            text.push_str(", with momentum β (heavy ball) below 2(1+β)/λmax");
        }
        if momentum(true) {
            text.push_str(", Nesterov's method in PyTorch's form below 2(1+β)/((1+2β)λmax)");
        }
        text.push_str(". The exact curve is the loss after the same number of steps from the same start.");
    }
    if regimes().any(|regime| matches!(regime, Regime::Minibatch { .. })) {
        text.push_str(
            " For SGD with batches of B rows it is the mean-square limit: beyond it the expected squared error grows when rows \
             are drawn with replacement, though single runs may still converge; without replacement the noise at the end of an \
             epoch is lower.",
        );
    }
    if regimes().any(|regime| matches!(regime, Regime::OtherLoss { bounded: true })) {
        text.push_str(
            " Under a loss other than the squared error L = c·λmax(XᵀX/n) + l2, where c is the largest second derivative of the \
             loss and X the training rows with the bias. No curvature of the objective is larger, so that gradient descent \
             descends below 2/L. It is a bound and no limit: a larger rate need not diverge.",
        );
    }
    let series =
        || context.analysis.tasks.iter().flat_map(|task| &task.contenders).flat_map(|contender| &contender.series);
    let optima = || series().filter_map(|series| series.optima.as_ref());
    if optima().any(|optima| optima.limit.is_some()) {
        text.push_str(
            " The local limit is 2/λmax of the Hessian at the minimum, which L-BFGS found (gradient at most 1e-8): gradient descent \
             that comes near the minimum converges to it below, and leaves it again beyond.",
        );
    }
    if optima().any(|optima| optima.checks.len() > 1) {
        text.push_str(
            " Check trials beside the minimum, in the direction of the largest curvature, were trained step by step on all rows; \
             where there are several splits, the first is shown.",
        );
    }
    if optima().any(|optima| optima.separable > 0) {
        text.push_str(
            " Where a plane separates the classes, the objective without l2 falls for ever, and the weights grow without end: the \
             loss after more epochs is lower, and says little of new rows.",
        );
    }
    text.trim_start().to_owned()
}

fn sentence(study: &Study, contender: &Contender<'_>, series: &RateSeries) -> Option<String> {
    let regime = series.regime?;
    if let Regime::OtherLoss { .. } = regime {
        return Some(of_other_loss(contender, series));
    }
    let name = name_with_label(&contender.combination.optimizer, &series.label);
    let Some(limit) = series.limit.or(series.bound) else {
        return without_limit(study, series).map(|text| format!("{name}: {text}."));
    };
    let mut text = format!("{name}: {} = {}", regime.formula(), range(limit));
    if let Some(brackets) = brackets(contender, series, regime) {
        text.push_str(&format!("; {brackets}"));
    }
    text.extend(lowest(study, series).map(|found| format!("; {found}")));
    Some(text + ".")
}

/// What is known of gradient descent under a loss other than the squared error: a bound, and the limit beside the minimum.
fn of_other_loss(contender: &Contender<'_>, series: &RateSeries) -> String {
    let name = name_with_label(&contender.combination.optimizer, &series.label);
    let mut text = match series.bound {
        Some(bound) => format!("{name}: bound 2/L = {}", range(bound)),
        None => format!("{name}: no bound is known for this loss"),
    };
    if let Some(optima) = &series.optima {
        let of = |count: usize| match optima.problems {
            1 => String::new(),
            all => format!(" on {count} of {all} splits"),
        };
        text.extend(optima.limit.map(|limit| format!("; local limit 2/λmax at the minimum = {}", range(limit))));
        if optima.separable > 0 {
            text.push_str(&format!(
                "; the classes of the training rows can be separated{}, wholly or in part: no optimum, no local limit",
                of(optima.separable)
            ));
        }
        if optima.not_found > 0 {
            text.push_str(&format!("; no optimum was found{}: no local limit", of(optima.not_found)));
        }
        let check = |check: &LocalCheck| {
            let measured =
                check.measured_growth.map_or_else(|| "not finite".to_owned(), |growth| significant(growth, 4));
            format!(
                "at {} of it {} steps beside the minimum multiply the distance from it by {measured} (predicted {})",
                short(check.factor, 4),
                check.steps,
                significant(check.predicted_growth, 4)
            )
        };
        let mut factors: Vec<f64> = Vec::new();
        for found in &optima.checks {
            if !factors.contains(&found.factor) {
                factors.push(found.factor);
                text.push_str(&format!("; {}", check(found)));
            }
        }
    }
    text + "."
}

/// Why a series under full batches has no limit, where its parameters are too many for the whole spectrum.
fn without_limit(study: &Study, series: &RateSeries) -> Option<String> {
    let Regime::Full(_) = series.regime? else { return None };
    let records = series.problems.iter().filter_map(|id| study.problems.get(id));
    let wide = records.filter(|record| record.eigenvalues.is_empty()).map(|record| record.n_parameters).max()?;
    let parameters = crate::report::number::count(wide);
    Some(format!(
        "no limit is known: of {parameters} parameters, λmax was not found to ten digits in 512 steps of Lanczos"
    ))
}

/// Where theory has the loss lowest after the steps of the trials: a rate without momentum, a range of rates with it.
fn lowest(study: &Study, series: &RateSeries) -> Option<String> {
    let curves = series.exact_curves(&study.problems);
    let steps = plural(usize::try_from(series.steps?).ok()?, "step");
    let what = if series.has_penalty(&study.problems) { "objective" } else { "training MSE" };
    let best: Vec<f64> = curves.iter().filter_map(ExactCurve::lowest).map(|(rate, _)| rate).collect();
    if let Some(best) = Range::of(&best) {
        return Some(format!("of the stable rates, {} has the lowest {what} after {steps}", range(best)));
    }
    let found: Option<Vec<_>> = curves.iter().map(ExactCurve::nearly_lowest).collect();
    let found = found?;
    let median = |end: fn(&NearlyLowest) -> f64| Range::of(&found.iter().map(end).collect::<Vec<f64>>());
    let (low, high) = (median(|rates| rates.low)?, median(|rates| rates.high)?);
    let gaps = if found.iter().any(|rates| rates.has_gaps) { ", though not at every rate between them" } else { "" };
    let splits = if found.len() > 1 { format!(" (medians of {} splits)", found.len()) } else { String::new() };
    Some(format!(
        "of the stable rates, those from {} to {}{splits} end within 1 % of the lowest {what} after {steps}{gaps}",
        short(low.median, 3),
        short(high.median, 3)
    ))
}

/// The measured rates on both sides of the limit: `0.96 converges and 0.98 diverges`.
fn brackets(contender: &Contender<'_>, series: &RateSeries, regime: Regime) -> Option<String> {
    if !matches!(regime, Regime::Full(_)) {
        return None;
    }
    let results = series.settings.iter().map(|&index| &contender.settings[index]);
    let holds = |result: &SettingResult<'_>| result.is_clean() && result.unstable == 0;
    let stable = results.clone().filter(|result| holds(result)).filter_map(|result| result.learning_rate);
    let stable =
        stable.fold(None, |most: Option<f64>, rate| Some(most.map_or(rate, |m| if rate > m { rate } else { m })));
    let beyond = results
        .into_iter()
        .find(|result| !holds(result) && result.counts.recorded() > 0 && result.learning_rate > stable);
    let mut parts = Vec::new();
    parts.extend(stable.map(|rate| format!("{} converges", short(rate, 4))));
    if let Some((result, rate)) = beyond.and_then(|result| result.learning_rate.map(|rate| (result, rate))) {
        let n = result.counts.recorded();
        let fate = if result.counts.diverged == n {
            "diverges".to_owned()
        } else if result.counts.diverged > 0 {
            format!("diverges in {} of {n} trials", result.counts.diverged)
        } else if result.unstable > 0 {
            match result.unstable as usize {
                all if all == n => "diverges (unstable, not yet diverged when its steps ended)".to_owned(),
                some => {
                    format!("lies beyond the limit on {some} of {n} splits (not yet diverged when its steps ended)")
                }
            }
        } else {
            format!("failed in {} of {n} trials", result.counts.failed)
        };
        parts.push(format!("{} {fate}", short(rate, 4)));
    }
    (!parts.is_empty()).then(|| parts.join(" and "))
}

fn range(range: Range) -> String {
    if range.n == 1 || range.low == range.high {
        return short(range.median, 6);
    }
    format!(
        "{} (median of {} splits; {} to {})",
        short(range.median, 4),
        range.n,
        short(range.low, 4),
        short(range.high, 4)
    )
}

/// The most rates of an optimizer in the table of noise floors.
const MOST_RATES: usize = 13;

/// A mean so many times the floor has not come down yet.
const FAR: f64 = 10.0;

/// Where SGD ends beside its noise floor, rate by rate.
fn floors(study: &Study, task: &Task<'_>, most: usize) -> Option<Block> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for contender in rows_of(task, most) {
        let Some(series) = contender.best_series() else { continue };
        let name = name_with_label(contender.name(), &series.label);
        let found = noise_floor(study, contender, series);
        // The largest rates, where the floor is high, are of more interest than many small ones.
        for floor in &found[found.len().saturating_sub(MOST_RATES)..] {
            let ratio = (floor.expected > 0.0).then(|| floor.measured / floor.expected);
            let ratio = ratio.map(|ratio| if ratio > FAR { "not there yet".to_owned() } else { short(ratio, 3) });
            let measured = significant(floor.measured, 3);
            rows.push(vec![
                name.clone(),
                short(floor.rate, 4),
                significant(floor.lowest + floor.expected, 4),
                significant(floor.expected, 3),
                match floor.interval {
                    Some((low, high)) => format!("{measured} [{}, {}]", significant(low, 2), significant(high, 2)),
                    None => measured,
                },
                ratio.unwrap_or_else(|| "–".to_owned()),
                floor.n.to_string(),
            ]);
        }
    }
    let columns = [
        (wording::noun_of(study), false),
        ("learning rate", true),
        ("floor of the training MSE", true),
        ("floor above least squares", true),
        ("measured above least squares", true),
        ("measured / floor", true),
        ("n", true),
    ];
    let caption = format!(
        "{}: the noise floor. At a constant rate, with rows drawn with replacement, the expected training MSE of SGD tends to this value \
         (the fixed point of the recursion of the second moments; no approximation), and no number of steps brings it lower. Where the \
         measured mean lies far above it, the steps were too few to get there. One run scatters about it, so that the mean over few seeds \
         does too: its 95 % interval stands beside it. The trials of a seed draw the same rows at every rate, so the rows of this table \
         err together.",
        task_name(task)
    );
    if rows.is_empty() { None } else { Block::table(caption, &columns, rows) }
}

fn checks(study: &Study, task: &Task<'_>, most: usize) -> Vec<Block> {
    let mut seen: HashSet<Id> = HashSet::new();
    let ids = task.contenders.iter().flat_map(|contender| &contender.series).flat_map(|series| &series.problems);
    let checks = ids.filter(|id| seen.insert(**id)).filter_map(|id| study.checks.get(id)).flatten();
    // One row per kind of check, with the worst agreement over its problems.
    let mut kinds: Vec<Vec<&CheckRecord>> = Vec::new();
    let mut known: HashMap<(u64, bool, u64), usize> = HashMap::new();
    for check in checks {
        // Adding 0 turns −0 into 0, so both are one kind.
        let kind = ((check.momentum + 0.0).to_bits(), check.nesterov, (check.factor + 0.0).to_bits());
        let number = *known.entry(kind).or_insert(kinds.len());
        match kinds.get_mut(number) {
            Some(all) => all.push(check),
            None => kinds.push(vec![check]),
        }
    }
    let (shown, others) = kinds.split_at(kinds.len().min(most));
    let rows: Vec<Vec<String>> = shown.iter().map(|all| row(all)).collect();
    let columns = [
        ("method", false),
        ("rate / limit", true),
        ("steps", true),
        ("problems", true),
        ("MSE measured", true),
        ("MSE predicted", true),
        ("largest relative difference", true),
        ("against the start", false),
    ];
    let mut caption = format!(
        "{}: a check of the trainer. Trials on both sides of the stable limit were trained step by step on all rows, without any \
         use of this theory. Values: the first split; difference: the largest over all splits. Beyond the limit the loss grows in \
         the end; after few steps it may still be lower than at the start.",
        task_name(task)
    );
    if !others.is_empty() {
        let worst = others.iter().map(|all| worst(all)).reduce(largest).flatten();
        let worst = worst.map_or_else(|| "not finite".to_owned(), |worst| significant(worst, 2));
        caption.push_str(&format!(
            " {} of {} kinds of check are shown; the largest relative difference of the others is {worst}.",
            shown.len(),
            kinds.len()
        ));
    }
    Block::table(caption, &columns, rows).into_iter().collect()
}

/// The larger of two differences. `None` counts as the largest.
fn largest(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.zip(other).map(|(one, other)| if other > one { other } else { one })
}

/// The largest relative difference between measurement and prediction. `None` if one of them is not finite.
fn worst(all: &[&CheckRecord]) -> Option<f64> {
    let difference =
        |check: &&CheckRecord| check.measured_mse.zip(check.predicted_mse).map(|(a, b)| (a - b).abs() / b.abs());
    all.iter().map(difference).fold(Some(0.0), largest)
}

/// The row of one kind of check.
fn row(all: &[&CheckRecord]) -> Vec<String> {
    let first = all[0];
    let method = match (first.momentum == 0.0, first.nesterov) {
        (true, _) => "gradient descent".to_owned(),
        (false, false) => format!("heavy ball {}", short(first.momentum, 4)),
        (false, true) => format!("Nesterov {}", short(first.momentum, 4)),
    };
    let (mut rises, mut falls) = (0, 0);
    for check in all {
        if check.measured_mse.is_some_and(|mse| mse <= check.start_mse) { falls += 1 } else { rises += 1 }
    }
    let fate = match (falls, rises) {
        (_, 0) => "lower".to_owned(),
        (0, _) => "higher".to_owned(),
        (falls, rises) => format!("lower in {falls}, higher in {rises}"),
    };
    let value = |mse: Option<f64>| mse.map_or_else(|| "not finite".to_owned(), |mse| significant(mse, 6));
    vec![
        method,
        short(first.factor, 4),
        first.steps.to_string(),
        all.len().to_string(),
        value(first.measured_mse),
        value(first.predicted_mse),
        worst(all).map_or_else(|| "–".to_owned(), |worst| significant(worst, 2)),
        fate,
    ]
}
