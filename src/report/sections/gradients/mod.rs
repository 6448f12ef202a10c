//! The section on what was watched in training: where gradients vanish or explode, and which values help.

mod failures;
mod remedy_table;
mod starts_table;

use failures::{failures, score};
use remedy_table::remedy_table;
use starts_table::starts_table;

use super::figure_blocks::figure_blocks;
use super::{SectionContext, SectionKind};
use crate::analysis::{
    Flow, FlowAnswer, LARGEST_RATIO, LARGEST_RELATIVE, Remedy, RemedyLevel, SMALLEST_RATIO, SMALLEST_RELATIVE, Task,
    TaskWatched, WatchedSetting,
};
use crate::record::{Study, Watch, WatchSet};
use crate::report::figures::values_left_out;
use crate::report::number::{of_metric, plural, short};
use crate::report::page::Block;
use crate::report::page_limits::{MOST_TASKS, rows_a_table};
use crate::report::wording::{long_metric, no_number, task_name};

pub const SECTION: SectionKind = SectionKind { id: "gradients", heading, build };

fn heading(study: &Study) -> &'static str {
    let alone: WatchSet = [Watch::Sharpness].into_iter().collect();
    if study.watches() == alone { "Sharpness" } else { "Gradients by depth" }
}

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let tasks = context.analysis.tasks.iter().zip(context.figures);
    let watched: Vec<_> = tasks.filter_map(|(task, drawn)| Some((task, task.watched.as_ref()?, drawn))).collect();
    let most = rows_a_table(3 * watched.len());
    for (task, found, drawn) in watched.iter().take(MOST_TASKS) {
        if watched.len() > 1 {
            blocks.push(Block::Subheading { text: task_name(task) });
        }
        let sentences = sentences(task, found);
        if !sentences.is_empty() {
            blocks.push(Block::List { items: sentences });
        }
        blocks.extend(remedy_table(task, found));
        blocks.extend(starts_table(task, found, most));
        blocks.extend(figure_blocks(&drawn.watched));
        blocks.extend(remedies(task, found));
        blocks.extend(settings(task, found, most));
    }
    if watched.iter().any(|(_, found, _)| found.settings.iter().any(|setting| setting.start.is_some())) {
        blocks.push(Block::paragraph(rule()));
    }
    if !watched.is_empty() {
        blocks.push(Block::paragraph(
            "Of the settings whose curves the results keep, watched.parquet has all values at all evaluated epochs; curves = \"all\" in \
             [report] keeps those of every setting.",
        ));
    }
    blocks
}

/// How gradients are judged.
fn rule() -> String {
    format!(
        "A gradient is said to vanish if, before training, its norm in the first layer's weights (that of the loss, without a penalty) is less than {} of that in the last \
         layer's, or if in no layer it is more than {} of the norm of the weights; to explode if it is more than {} times that of the last \
         layer, or in some layer more than {} times the norm of the weights. Norms are over all training rows, with batch statistics where \
         there are any, and without dropout. To vanish later is to pass before training and to vanish at the last evaluated epoch. Diverged after epoch k: k is the last evaluated epoch \
         before. Layers are those with weights: the hidden ones and the output layer. A setting is \
         said to train if its score is nearer to the best setting's of the task than to the baseline's.",
        short(SMALLEST_RATIO, 2),
        short(SMALLEST_RELATIVE, 2),
        short(LARGEST_RATIO, 2),
        short(LARGEST_RELATIVE, 2),
    )
}

/// What the extremes show: the steepest fall, the steepest rise, and the best that trains.
fn sentences(task: &Task<'_>, watched: &TaskWatched) -> Vec<String> {
    let with_start = || watched.compared().filter_map(|(at, one)| Some((at, one, one.start.as_ref()?)));
    let mut chosen: Vec<usize> = Vec::new();
    let vanishing = with_start().filter(|(.., flow)| flow.answer() == FlowAnswer::Vanishes);
    let by_ratio = |one: &Flow, other: &Flow| one.ratio().total_cmp(&other.ratio());
    // One that vanishes whole says less than one that falls from layer to layer.
    let falling = vanishing.clone().filter(|(.., flow)| flow.first > 0.0).min_by(|one, other| by_ratio(one.2, other.2));
    chosen.extend(falling.or_else(|| vanishing.clone().next()).map(|(at, ..)| at));
    let exploding = with_start().filter(|(.., flow)| flow.answer() == FlowAnswer::Explodes);
    let size = |flow: &Flow| if flow.largest_relative > flow.ratio() { flow.largest_relative } else { flow.ratio() };
    chosen.extend(exploding.max_by(|one, other| size(one.2).total_cmp(&size(other.2))).map(|(at, ..)| at));
    let distance = |one: &WatchedSetting| {
        task.contenders[one.contender].settings[one.setting].distance().filter(|distance| distance.is_finite())
    };
    let deepest = with_start().filter(|(_, one, _)| one.trains != Some(false)).map(|(_, one, _)| one.layers).max();
    let best = with_start().filter(|(_, one, _)| Some(one.layers) == deepest && one.trains != Some(false));
    let best = best.filter_map(|(at, one, _)| Some((at, distance(one)?)));
    chosen.extend(best.min_by(|one, other| one.1.total_cmp(&other.1)).map(|(at, _)| at));
    let mut told: Vec<usize> = Vec::new();
    for at in chosen {
        if !told.contains(&at) {
            told.push(at);
        }
    }
    if watched.baseline.is_none() || watched.matrix.remedies.is_empty() {
        return told.into_iter().filter_map(|at| sentence(task, watched, at)).collect();
    }
    let (sentences, cured) = failures(task, watched);
    // What a cure came to is said already.
    let last = told.into_iter().next_back().filter(|at| !cured.contains(at));
    sentences.into_iter().chain(last.and_then(|at| sentence(task, watched, at))).collect()
}

fn sentence(task: &Task<'_>, watched: &TaskWatched, at: usize) -> Option<String> {
    let setting = &watched.settings[at];
    let start = setting.start.as_ref()?;
    let beside = if start.largest_relative > LARGEST_RELATIVE || start.largest_relative < SMALLEST_RELATIVE {
        format!(", and the largest of a layer is {} times the norm of its weights", short(start.largest_relative, 2))
    } else {
        String::new()
    };
    let answer = match start.answer() {
        FlowAnswer::Vanishes => "it vanishes",
        FlowAnswer::Explodes => "it explodes",
        FlowAnswer::Passes => "it reaches the first layer",
    };
    let name = match watched.words(at) {
        words if words.is_empty() => task.contenders[setting.contender].name().to_owned(),
        words => words,
    };
    let end = setting.end.as_ref().filter(|end| end.epoch > start.epoch);
    let end =
        end.map_or_else(String::new, |end| format!(" At epoch {} this ratio is {}.", end.epoch, short(end.ratio(), 2)));
    Some(format!(
        "{name}{}: before training the first layer's gradient norm is {} times that of the last layer{beside}: {answer}.{end} {}",
        layers_in_words(watched, setting),
        short(start.ratio(), 2),
        training(task, watched, setting),
    ))
}

/// Whether a setting trains, with its score and the baseline's.
fn training(task: &Task<'_>, watched: &TaskWatched, setting: &WatchedSetting) -> String {
    let result = &task.contenders[setting.contender].settings[setting.setting];
    let metric = long_metric(task.metric, task.ranked_on, result.study.epoch);
    let value = |value: f64| of_metric(task.metric, value, 3);
    let score = result.score_mean.filter(|score| score.is_finite());
    match (setting.trains, score, watched.baseline) {
        (Some(true), Some(score), Some(baseline)) => {
            format!("It trains: {metric} {}, baseline {}.", value(score), value(baseline))
        }
        (Some(false), Some(score), Some(baseline)) => {
            format!("It does not train: {metric} {}, baseline {}.", value(score), value(baseline))
        }
        (_, None, _) => match no_number(result, result.score_mean) {
            Some(words) => match setting.diverged_after {
                Some(epoch) => format!("It {words} after epoch {epoch}."),
                None if result.counts.recorded() == 1 => format!("It {words}."),
                None => "Some of its trials did not complete, or did not descend.".to_owned(),
            },
            None => "Some of its trials did not complete, or did not descend.".to_owned(),
        },
        (_, Some(score), _) => format!("Its {metric} is {}.", value(score)),
    }
}

/// Which values of each key help.
fn remedies(task: &Task<'_>, watched: &TaskWatched) -> Option<Block> {
    if !watched.watches.has(Watch::GradientNorm) || !watched.has_depth() {
        return None;
    }
    let unknown = watched.remedies.iter().flat_map(|remedy| &remedy.levels).any(|level| level.unknown > 0);
    let row = |remedy: &Remedy, level: &RemedyLevel| {
        let key = watched.key_name(remedy.key);
        let value = level.words.strip_prefix(key).map_or(level.words.as_str(), str::trim_start);
        let mut row = vec![key.to_owned(), value.to_owned()];
        let start = |count: usize| if remedy.same_start { "–".to_owned() } else { count.to_string() };
        row.extend([level.starts, level.vanish, level.explode, level.pass()].map(start));
        if unknown {
            row.push(start(level.unknown));
        }
        row.push(level.settings.to_string());
        row.push(level.vanish_later.to_string());
        if watched.baseline.is_some() {
            row.push(level.train.to_string());
        }
        row
    };
    let rows = watched.remedies.iter().flat_map(|remedy| remedy.levels.iter().map(move |level| row(remedy, level)));
    let mut columns =
        vec![("key", false), ("value", false), ("starts", true), ("vanish", true), ("explode", true), ("pass", true)];
    if unknown {
        columns.push(("not on record", true));
    }
    columns.push(("settings", true));
    columns.push(("vanish later", true));
    if watched.baseline.is_some() {
        columns.push(("train", true));
    }
    Block::table(
        format!(
            "{}: which values help, over all depths together. Each key's values are compared over settings that agree in \
             everything else and exist with each of its values, so that what is excluded leaves its group out. How gradients pass is told before training and over starts, each once, whatever the steps are (–: alike with each value, since the \
             key acts on steps alone); what vanishes later and what trains, over settings. Keys that tell how steps are taken (learning rate, batch \
             size, schedule) are no rows.",
            task_name(task)
        ),
        &columns,
        rows.collect(),
    )
}

/// The drawn settings.
fn settings(task: &Task<'_>, watched: &TaskWatched, most: usize) -> Option<Block> {
    if !watched.watches.has(Watch::GradientNorm) || !watched.has_depth() {
        return None;
    }
    let mut drawn: Vec<usize> = watched.grid.all().collect();
    drawn.truncate(most);
    let grid = &watched.grid;
    let keys: Vec<usize> = grid.panel_key.into_iter().chain(grid.line_key).collect();
    // What all rows share stands in the caption.
    let layers = |at: &usize| watched.settings[*at].layers;
    let same_layers = drawn.first().map(layers).filter(|first| drawn.iter().all(|at| layers(at) == *first));
    let row = |at: usize| {
        let setting = &watched.settings[at];
        let ratio = |flow: Option<&Flow>| flow.map_or_else(|| "–".to_owned(), |flow| short(flow.ratio(), 2));
        let mut row = vec![failures::named(task, watched, at, &setting.words(&keys))];
        row.extend(same_layers.is_none().then(|| setting.layers.to_string()));
        row.extend([
            ratio(setting.start.as_ref()),
            setting.start.as_ref().map_or_else(|| "–".to_owned(), |flow| short(flow.largest_relative, 2)),
            setting.start.as_ref().map_or("–", |flow| flow.answer().word()).to_owned(),
            ratio(setting.end.as_ref()),
            match (setting.diverged_after, &setting.end) {
                (Some(epoch), _) => format!("diverged after epoch {epoch}"),
                (None, Some(flow)) => flow.answer().word().to_owned(),
                (None, None) => "–".to_owned(),
            },
            score(task, watched, at),
            match setting.trains {
                Some(true) => "yes",
                Some(false) => "no",
                None => "–",
            }
            .to_owned(),
        ]);
        row
    };
    let metric = long_metric(task.metric, task.ranked_on, watched_epoch(task));
    let layers = same_layers.map(|layers| format!("{} with weights", plural(layers, "layer")));
    let shared: Vec<String> =
        std::iter::once(grid.fixed.clone()).filter(|words| !words.is_empty()).chain(layers).collect();
    let all_with = if shared.is_empty() { String::new() } else { format!(", all with {}", shared.join(", ")) };
    let mut columns = vec![("setting", false)];
    columns.extend(same_layers.is_none().then_some(("layers", true)));
    columns.extend([
        ("first / last layer before training", true),
        ("largest gradient / weights", true),
        ("gradient", false),
        ("first / last at the end", true),
        ("gradient then", false),
        (metric.as_str(), true),
        ("trains", false),
    ]);
    Block::table(
        format!(
            "{}: the drawn settings{}. Ratios are of gradient norms.{}",
            task_name(task),
            all_with,
            values_left_out(watched).iter().map(|words| format!(" {words}")).collect::<String>(),
        ),
        &columns,
        drawn.into_iter().map(row).collect(),
    )
}

/// ` (33 layers)` where no key of the setting says its depth.
fn layers_in_words(watched: &TaskWatched, setting: &WatchedSetting) -> String {
    let is_said = !watched.grid.depth_keys.is_empty();
    if is_said { String::new() } else { format!(" ({})", plural(setting.layers, "layer")) }
}

/// At which rate settings are held against each other: ` at learning rate 0.02`, ` each at its best learning rate of those tried`.
fn rates_in_words(task: &Task<'_>, watched: &TaskWatched) -> String {
    if !watched.knobs.is_empty() {
        let names: Vec<String> = watched.knobs.iter().map(|key| watched.key_name(*key).replace('_', " ")).collect();
        return format!(" each at its best {} of those tried", names.join(" and "));
    }
    let rates = task.contenders.iter().flat_map(|contender| &contender.settings).map(|setting| setting.learning_rate);
    let mut rates: Vec<Option<f64>> = rates.collect();
    rates.dedup();
    match rates[..] {
        [Some(rate)] => format!(" at learning rate {}", short(rate, 4)),
        _ => String::new(),
    }
}

/// How many trials each number of some settings is of.
fn trials_in_words<'w>(task: &Task<'_>, watched: &TaskWatched, settings: impl Iterator<Item = &'w usize>) -> String {
    let trials = |at: &usize| {
        let setting = &watched.settings[*at];
        task.contenders[setting.contender].settings[setting.setting].counts.recorded()
    };
    match settings.map(trials).max().unwrap_or(0) {
        0 | 1 => {
            "One trial each: with another seed some settings would train that do not here, or the other way round."
                .to_owned()
        }
        count => format!("Means over up to {}; gradients are medians.", plural(count, "seed")),
    }
}

fn watched_epoch(task: &Task<'_>) -> crate::record::Epoch {
    let result = task.contenders.iter().find_map(|contender| contender.settings.first());
    result.map_or_else(Default::default, |result| result.study.epoch)
}
