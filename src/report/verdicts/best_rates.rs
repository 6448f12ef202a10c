//! What may be said of how the best learning rate moves with a number that is compared.

use crate::analysis::{RateSlope, Task};
use crate::report::number::{plural, short, with_interval};
use crate::report::wording::{CUT_BY_THE_GRID, repeated, task_name};

/// The key without its table.
#[must_use]
pub fn bare<'k>(found: &RateSlope<'k>) -> &'k str {
    found.key.split_once('.').map_or(found.key, |(_, bare)| bare)
}

/// `adam`, or `adam depth 2` where the values of another key are compared too.
#[must_use]
pub fn whose(found: &RateSlope<'_>) -> String {
    if found.others.is_empty() { found.optimizer.to_owned() } else { format!("{} {}", found.optimizer, found.others) }
}

/// Both slopes, with the first one why they may differ, and what may be concluded.
#[must_use]
pub fn sentence(task: &Task<'_>, found: &RateSlope<'_>, is_first: bool) -> String {
    let (key, whose) = (bare(found), whose(found));
    let to_use = found.slope_of_best.map_or_else(|| "–".to_owned(), |slope| short(slope, 2));
    let Some((slope, (low, high))) = found.slope.and_then(|slope| Some((slope, slope.interval?))) else {
        let twice = found.slope_of_best.map_or_else(String::new, |slope| {
            format!(": twice the {key} asks for {} times the rate", short(libm::exp2(slope), 2))
        });
        return format!(
            "on logarithmic axes the best rate of {whose} follows {key} with slope {to_use}{twice}. There is no interval: {}, so nothing says \
             how sure it is.{}",
            if found.slopes.len() == 1 {
                "each setting is one trial"
            } else {
                "no two seeds have a best rate at every value"
            },
            cut(found)
        );
    };
    let seeds = plural(found.slopes.len(), "seed");
    let mut text = format!(
        "on logarithmic axes the best rate of {whose} follows {key} with slope {}, the mean over {seeds} of least-squares lines through the \
         rates that are best in each seed, with its 95 % interval over seeds, about {}; a line through the rates of the table, which are \
         best by the mean score of all seeds, has slope {to_use}.",
        with_interval(slope.mean, slope.interval, 2),
        repeated(task),
    );
    if slope.is_rounded {
        text.push_str(
            " (The seeds agree to less than a step of the grid, so the interval is that of rounding to a step.)",
        );
    }
    if is_first {
        text.push_str(
            " The two are different quantities: where the optimum is flat, one seed's best rate is chosen by noise, and a mean over seeds \
             is not.",
        );
    }
    let twice = |slope: f64| short(libm::exp2(slope), 2);
    let moves = if slope.mean < 0.0 { "falls" } else { "rises" };
    text.push_str(&match low > 0.0 || high < 0.0 {
        true => format!(
            " The interval excludes 0: the best rate {moves} with {key}, and twice the {key} asks for {} times the rate ({} to {}).",
            twice(slope.mean),
            twice(low),
            twice(high)
        ),
        false => format!(
            " The interval holds 0: these seeds do not show that the best rate moves with {key}, nor that it stays, since twice the {key} \
             may ask for {} to {} times the rate.",
            twice(low),
            twice(high)
        ),
    });
    text.extend(found.slope_of_best.filter(|best| *best < low || *best > high).map(|_| {
        " It excludes the slope of the table too: neither is to be carried beyond these values; use the table's rates, and more seeds \
         or a finer grid before a rule."
            .to_owned()
    }));
    text + &cut(found)
}

/// ` Of the rates to use 2 of 6, and of the seeds' own 3 of 30, are cut by the grid …`
fn cut(found: &RateSlope<'_>) -> String {
    let (values, (own, of)) = (found.cut(), found.own_cut());
    if values == 0 && own == 0 {
        return String::new();
    }
    let seeds = if found.slopes.len() > 1 { format!(", and of the seeds' own {own} of {of},") } else { String::new() };
    format!(
        " Of the rates to use {values} of {}{seeds} {} {CUT_BY_THE_GRID}: the first or the last that was tried, so that the slope may be another.",
        found.best.len(),
        if seeds.is_empty() && values == 1 { "is" } else { "are" },
    )
}

/// `digits · mlp, best rate of adam by width on logarithmic axes: slope −0.62 [−0.99, −0.25] through the best rates of each of 5 seeds,
/// −0.57 through those of the best mean score; it falls`
#[must_use]
pub fn in_short(task: &Task<'_>, found: &RateSlope<'_>) -> Option<String> {
    let best = found.slope_of_best?;
    let what =
        format!("{}, best rate of {} by {} on logarithmic axes: slope", task_name(task), whose(found), bare(found));
    let at_edges = match found.cut() {
        0 => String::new(),
        count => format!("; {count} of {} rates are {CUT_BY_THE_GRID}", found.best.len()),
    };
    let Some((slope, (low, high))) = found.slope.and_then(|slope| Some((slope, slope.interval?))) else {
        return Some(format!("{what} {} (no interval){at_edges}", short(best, 2)));
    };
    let moves = match (low > 0.0, high < 0.0) {
        (true, _) => "it rises",
        (_, true) => "it falls",
        _ => "not shown to move",
    };
    let apart = if best < low || best > high { ", and the two disagree" } else { "" };
    Some(format!(
        "{what} {} through the best rates of each of {}, {} through those of the best mean score; {moves}{apart}{at_edges}",
        with_interval(slope.mean, slope.interval, 2),
        plural(slope.n, "seed"),
        short(best, 2)
    ))
}
