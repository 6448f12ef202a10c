//! What fails, and what cures it: sentences.

use super::{layers_in_words, rates_in_words, training, watched_epoch};
use crate::analysis::{Change, Failure, Flow, LARGEST_RATIO, RemedyMatrix, SMALLEST_RATIO, Task, TaskWatched};
use crate::report::number::{of_metric, short};
use crate::report::wording::{long_metric, no_number};

/// Of each kind of failure the one whose cure gains most, at another depth if none is cured at the drawn one, and one that nothing cures;
/// and the remedy that takes most. With them the settings that are told as cured.
pub fn failures(task: &Task<'_>, watched: &TaskWatched) -> (Vec<String>, Vec<usize>) {
    let matrix = &watched.matrix;
    let (cures, uncured) = (matrix.told_cures(&watched.settings), matrix.uncured(&watched.settings));
    let (mut sentences, mut told) = (Vec::from_iter(summary(task, watched)), Vec::new());
    let all = matrix.cures(&watched.settings);
    for kind in Failure::ALL {
        let cured = cures.iter().find(|(failure, _)| *failure == kind).map(|(_, change)| change);
        let at_the_depth = cured.filter(|change| matrix.rows[change.row].is_drawn);
        let mut open: Vec<usize> =
            uncured.iter().filter(|(failure, _)| *failure == kind).map(|(_, row)| *row).collect();
        let mut tell = |change: &Change| {
            told.extend(matrix.rows[change.row].with[change.remedy]);
            format!("{} {}", failure(task, watched, kind, change.row), cure(task, watched, change))
        };
        if let Some(change) = at_the_depth {
            sentences.push(tell(change));
        } else {
            let worst = open.iter().copied().max_by(|one, other| size(watched, *one).total_cmp(&size(watched, *other)));
            if let Some(row) = worst {
                open.retain(|other| *other != row);
                let (remedies, nearest) = (tried(matrix, row), nearest(task, watched, row));
                let failure = failure(task, watched, kind, row);
                let starts = other_starts(task, watched, row, "");
                sentences.push(format!("{failure} It trains with none of these: {remedies}.{nearest}{starts}"));
            }
        }
        let of_kind = all.iter().filter(|(failure, change)| *failure == kind && matrix.rows[change.row].is_drawn);
        let cured_too = of_kind.count().saturating_sub(usize::from(at_the_depth.is_some()));
        if !open.is_empty() || cured_too > 0 {
            let what = match kind {
                Failure::Vanishes => "whose gradient vanishes",
                Failure::Explodes => "whose gradient explodes",
                Failure::VanishesLater => "whose gradient vanishes later",
                Failure::DoesNotTrain => "whose gradient passes",
            };
            let train = |count: usize| format!("{count} {}", if count == 1 { "trains" } else { "train" });
            let cured = (cured_too > 0).then(|| format!("{} with a remedy", train(cured_too)));
            let open = (!open.is_empty()).then(|| format!("{} with no remedy that was tried", train(open.len())));
            let parts: Vec<String> = cured.into_iter().chain(open).collect();
            sentences.push(format!("Of the other drawn settings {what}, {}.", parts.join(", and ")));
        }
        if at_the_depth.is_none() {
            sentences.extend(cured.map(&mut tell));
        }
    }
    sentences.extend(matrix.harm(&watched.settings).and_then(|change| {
        let row = &matrix.rows[change.row];
        let (plain, with) = (row.plain, row.with[change.remedy]?);
        Some(format!(
            "A remedy can harm: {} comes to {} without one, and to {} with {}.",
            named(task, watched, row.plain, &row.full_words),
            score(task, watched, plain),
            score(task, watched, with),
            matrix.remedies[change.remedy],
        ))
    }));
    (sentences, told)
}

/// Which remedy works: how many of the drawn settings that fail train with each.
fn summary(task: &Task<'_>, watched: &TaskWatched) -> Option<String> {
    let matrix = &watched.matrix;
    let fails = |at: usize| watched.settings[at].trains != Some(true);
    let failing: Vec<_> = matrix.drawn().filter(|row| fails(row.plain)).collect();
    let of_remedy = |(remedy, words): (usize, &String)| {
        let tried: Vec<usize> = failing.iter().filter_map(|row| row.with[remedy]).collect();
        let count = tried.iter().filter(|at| !fails(**at)).count();
        (!tried.is_empty()).then(|| (count, format!("{count} of {} train with {words}", tried.len())))
    };
    let mut remedies: Vec<(usize, String)> = matrix.remedies.iter().enumerate().filter_map(of_remedy).collect();
    remedies.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let words: Vec<String> = remedies.into_iter().map(|(_, words)| words).collect();
    let fixed = if watched.grid.fixed.is_empty() { String::new() } else { format!(" ({})", watched.grid.fixed) };
    (!words.is_empty()).then(|| {
        format!(
            "Which remedy works: of the {} drawn settings{fixed}, {} do not train without one,{}. Of these, {}.",
            matrix.drawn().count(),
            failing.len(),
            rates_in_words(task, watched),
            words.join("; "),
        )
    })
}

/// The most other starts that a sentence names.
const MOST_STARTS: usize = 3;

/// With which other start a setting trains, the best first: ` Without a remedy it trains with init he_normal (0.944) too.`
fn other_starts(task: &Task<'_>, watched: &TaskWatched, row: usize, too: &str) -> String {
    let starts = watched.matrix.rows[row].other_starts.iter();
    let mut trains: Vec<&(usize, usize)> =
        starts.filter(|(_, at)| watched.settings[*at].trains == Some(true)).collect();
    let distance = |at: usize| watched.settings[at].distance.unwrap_or(f64::INFINITY);
    trains.sort_by(|one, other| distance(one.1).total_cmp(&distance(other.1)));
    let words =
        |(key, at): &&(usize, usize)| format!("{} ({})", watched.settings[*at].levels[*key], score(task, watched, *at));
    let words: Vec<String> = trains.iter().take(MOST_STARTS).map(words).collect();
    if words.is_empty() {
        String::new()
    } else {
        format!(" Without a remedy it trains with {}{too}.", words.join("; "))
    }
}

/// The remedy that comes nearest to training: ` With norm batch the validation accuracy is 0.515.`
fn nearest(task: &Task<'_>, watched: &TaskWatched, row: usize) -> String {
    let row = &watched.matrix.rows[row];
    let with = row.with.iter().enumerate().filter_map(|(remedy, with)| {
        let distance = watched.settings[(*with)?].distance?;
        Some((remedy, (*with)?, distance))
    });
    let plain = watched.settings[row.plain].distance.unwrap_or(f64::INFINITY);
    let better = with.filter(|(.., distance)| *distance < plain);
    let Some((remedy, at, _)) = better.min_by(|(.., one), (.., other)| one.total_cmp(other)) else {
        return String::new();
    };
    let metric = long_metric(task.metric, task.ranked_on, watched_epoch(task));
    format!(" With {} the {metric} is {}.", watched.matrix.remedies[remedy], score(task, watched, at))
}

/// How far a setting's gradient is from passing: the larger of its ratio and its share of the weights, or the inverse ratio.
fn size(watched: &TaskWatched, row: usize) -> f64 {
    let start = watched.settings[watched.matrix.rows[row].plain].start.as_ref();
    start.map_or(0.0, |flow| {
        let inverse = if flow.ratio() > 0.0 { 1.0 / flow.ratio() } else { 0.0 };
        [flow.ratio(), inverse, flow.largest_relative].into_iter().fold(0.0, f64::max)
    })
}

fn tried(matrix: &RemedyMatrix, row: usize) -> String {
    let remedies = matrix.remedies.iter().zip(&matrix.rows[row].with);
    remedies.filter(|(_, with)| with.is_some()).map(|(words, _)| words.as_str()).collect::<Vec<_>>().join("; ")
}

/// A setting as the matrix calls it, or its optimizer if no words tell it apart.
pub fn named(task: &Task<'_>, watched: &TaskWatched, at: usize, words: &str) -> String {
    if words.is_empty() { task.contenders[watched.settings[at].contender].name().to_owned() } else { words.to_owned() }
}

/// Its score: `0.100`, or what happened instead: `did not descend`.
pub fn score(task: &Task<'_>, watched: &TaskWatched, at: usize) -> String {
    let setting = &watched.settings[at];
    let result = &task.contenders[setting.contender].settings[setting.setting];
    no_number(result, result.score_mean)
        .or_else(|| result.score_mean.map(|score| of_metric(task.metric, score, 3)))
        .unwrap_or_else(|| "–".to_owned())
}

/// How a setting fails without a remedy.
fn failure(task: &Task<'_>, watched: &TaskWatched, kind: Failure, row: usize) -> String {
    let row = &watched.matrix.rows[row];
    let setting = &watched.settings[row.plain];
    let name = named(task, watched, row.plain, &row.full_words) + &layers_in_words(watched, setting);
    let flow = |flow: &Option<Flow>| flow.as_ref().map_or_else(String::new, passes);
    let how = match kind {
        Failure::Vanishes => format!("the gradient vanishes: before training {}", flow(&setting.start)),
        Failure::Explodes => format!("the gradient explodes: before training {}", flow(&setting.start)),
        Failure::DoesNotTrain => {
            let start = setting.start.as_ref().map_or(f64::NAN, Flow::ratio);
            format!(
                "the gradient passes (before training the first layer's norm is {} times the last layer's)",
                short(start, 2)
            )
        }
        Failure::VanishesLater => {
            let start = setting.start.as_ref().map_or(f64::NAN, Flow::ratio);
            let epoch = setting.end.as_ref().map_or(0, |end| end.epoch);
            format!(
                "the gradient vanishes later: the first layer's norm is {} times the last layer's before training, and at epoch {epoch} {}",
                short(start, 2),
                flow(&setting.end)
            )
        }
    };
    format!("{name}: {how}. {}", training(task, watched, setting))
}

/// What tells that a gradient vanishes or explodes.
fn passes(flow: &Flow) -> String {
    let by_ratio = !(SMALLEST_RATIO..=LARGEST_RATIO).contains(&flow.ratio());
    if by_ratio {
        format!("the first layer's norm is {} times the last layer's", short(flow.ratio(), 2))
    } else {
        format!("the largest of a layer is {} times the norm of its weights", short(flow.largest_relative, 2))
    }
}

/// What a remedy makes of it.
fn cure(task: &Task<'_>, watched: &TaskWatched, change: &Change) -> String {
    let row = &watched.matrix.rows[change.row];
    let Some(with) = row.with[change.remedy] else { return String::new() };
    let (plain, cured) = (&watched.settings[row.plain], &watched.settings[with]);
    let metric = long_metric(task.metric, task.ranked_on, watched_epoch(task));
    let gradient = match (&plain.start, &cured.start) {
        (Some(before), Some(after)) if before != after => {
            format!(
                "the first layer's norm is {} times the last layer's before training, and ",
                short(after.ratio(), 2)
            )
        }
        _ => String::new(),
    };
    format!(
        "With {} it trains: {gradient}the {metric} is {}.{}",
        watched.matrix.remedies[change.remedy],
        score(task, watched, with),
        other_starts(task, watched, change.row, " too"),
    )
}
