//! What fails, and what cures it: sentences.

use super::{training, watched_epoch};
use crate::analysis::{Change, Failure, Flow, LARGEST_RATIO, RemedyMatrix, SMALLEST_RATIO, Task, TaskWatched};
use crate::report::number::{of_metric, plural, short};
use crate::report::wording::long_metric;

/// Of each kind of failure the one whose cure gains most, or one that nothing cures; and the remedy that takes most.
pub fn failures(task: &Task<'_>, watched: &TaskWatched) -> Vec<String> {
    let matrix = &watched.matrix;
    let (cures, uncured) = (matrix.cures(&watched.settings), matrix.uncured(&watched.settings));
    let mut sentences = Vec::new();
    for kind in [Failure::Vanishes, Failure::Explodes, Failure::VanishesLater] {
        let of_kind = cures.iter().filter(|(failure, _)| *failure == kind).map(|(_, change)| change);
        // Of equal ones the first.
        let most = of_kind.rev().max_by(|one, other| one.gain.total_cmp(&other.gain));
        let open = uncured.iter().filter(|(failure, _)| *failure == kind);
        if let Some(change) = most {
            sentences.push(format!("{} {}", failure(task, watched, kind, change.row), cure(task, watched, change)));
        } else if let Some((_, row)) = open.clone().next() {
            let remedies = tried(matrix, *row);
            let nearest = nearest(task, watched, *row);
            sentences.push(format!(
                "{} It trains with none of these: {remedies}.{nearest}",
                failure(task, watched, kind, *row)
            ));
        }
        let others = open.count();
        if most.is_some() && others > 0 {
            sentences.push(format!(
                "{} more of the drawn settings {}, and train with no remedy that was tried.",
                others,
                match kind {
                    Failure::Vanishes => "vanish",
                    Failure::Explodes => "explode",
                    Failure::VanishesLater => "vanish later",
                }
            ));
        }
    }
    sentences.extend(matrix.harm(&watched.settings).and_then(|change| {
        let row = &matrix.rows[change.row];
        let (plain, with) = (row.plain, row.with[change.remedy]?);
        Some(format!(
            "A remedy can harm: {} trains without one ({}), and not with {} ({}).",
            named(task, watched, row.plain, &row.words),
            score(task, watched, plain),
            matrix.remedies[change.remedy],
            score(task, watched, with),
        ))
    }));
    sentences
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

fn tried(matrix: &RemedyMatrix, row: usize) -> String {
    let remedies = matrix.remedies.iter().zip(&matrix.rows[row].with);
    remedies.filter(|(_, with)| with.is_some()).map(|(words, _)| words.as_str()).collect::<Vec<_>>().join("; ")
}

/// A setting as the matrix calls it, or its optimizer if no words tell it apart.
pub fn named(task: &Task<'_>, watched: &TaskWatched, at: usize, words: &str) -> String {
    if words.is_empty() { task.contenders[watched.settings[at].contender].name().to_owned() } else { words.to_owned() }
}

/// Its score: `0.100`, or that it diverged.
pub fn score(task: &Task<'_>, watched: &TaskWatched, at: usize) -> String {
    let setting = &watched.settings[at];
    let result = &task.contenders[setting.contender].settings[setting.setting];
    let score = result.score_mean.filter(|score| score.is_finite());
    score.map_or_else(|| "diverged".to_owned(), |score| of_metric(task.metric, score, 3))
}

/// How a setting fails without a remedy.
fn failure(task: &Task<'_>, watched: &TaskWatched, kind: Failure, row: usize) -> String {
    let row = &watched.matrix.rows[row];
    let setting = &watched.settings[row.plain];
    let name = format!("{} ({})", named(task, watched, row.plain, &row.words), plural(setting.layers, "layer"));
    let flow = |flow: &Option<Flow>| flow.as_ref().map_or_else(String::new, passes);
    let how = match kind {
        Failure::Vanishes => format!("the gradient vanishes: before training {}", flow(&setting.start)),
        Failure::Explodes => format!("the gradient explodes: before training {}", flow(&setting.start)),
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
        "With {} it trains: {gradient}the {metric} is {}.",
        watched.matrix.remedies[change.remedy],
        score(task, watched, with)
    )
}
