//! `verdict.json`: the answers for programs, task by task. Its `metric` is null where tasks differ in it.

use serde_json::{Value, json};

use super::tables::answer_word;
use crate::analysis::{
    Analysis, Basis, Level, ModelsCompared, OptimizerComparison, RateAtValue, RateSlope, Task, Tuned, ten_digits,
};
use crate::record::SeedRepeats;
use crate::text::is_hidden;

/// The verdict of a study as JSON. Numbers have ten significant digits; rates are exact.
#[must_use]
pub fn verdict_json(analysis: &Analysis<'_>) -> String {
    let study = analysis.study;
    let mut whole = json!({
        "experiment": study.name,
        "metric": study.score().map(|metric| metric.name),
        "better_is": study.score().map(|metric| metric.direction.word()),
        "epoch": study.epoch.word(),
        "equivalence": study.equivalence,
        "tasks": analysis.tasks.iter().map(|task| of_task(analysis, task)).collect::<Vec<_>>(),
    });
    if let (false, Some(whole)) = (study.compare.is_empty(), whole.as_object_mut()) {
        whole.insert("compare".to_owned(), json!(study.compare));
    }
    if let (false, Some(whole)) = (analysis.models.is_empty(), whole.as_object_mut()) {
        let models = analysis.models.iter().map(|models| of_models(analysis, models)).collect::<Vec<_>>();
        whole.insert("models".to_owned(), json!(models));
    }
    // A map of plain values always serialises.
    without_hidden(&serde_json::to_string_pretty(&whole).unwrap_or_default()) + "\n"
}

/// Hidden characters stand in texts only, where JSON has an escape for each of them.
fn without_hidden(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        if character != '\n' && is_hidden(character) {
            let mut units = [0; 2];
            character.encode_utf16(&mut units).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}")));
        } else {
            text.push(character);
        }
    }
    text
}

fn of_task(analysis: &Analysis<'_>, task: &Task<'_>) -> Value {
    let optimizers: Vec<Value> = task.order.iter().map(|&index| of_optimizer(analysis, task, index)).collect();
    let others = task.order.iter().skip(1).filter_map(|&other| task.against_leader(other));
    let comparisons: Vec<Value> = others.map(|comparison| of_comparison(task, comparison)).collect();
    let mut whole = json!({
        "dataset": task.dataset,
        "model": task.model,
        "metric": task.metric.name,
        "better_is": task.metric.direction.word(),
        "ranked_on": task.ranked_on.word(),
        "compared_on": task.compared_on.word(),
        "seeds_repeat": repeats(task),
        "optimizers": optimizers,
        "comparisons": comparisons,
    });
    if let (false, Some(whole)) = (task.rate_slopes.is_empty(), whole.as_object_mut()) {
        whole.insert("best_rates".to_owned(), json!(task.rate_slopes.iter().map(best_rates).collect::<Vec<_>>()));
    }
    whole
}

/// How the best rate of an optimizer moves with a number, on logarithmic axes.
fn best_rates(found: &RateSlope<'_>) -> Value {
    let at = |at: &RateAtValue| {
        json!({
            "value": at.value,
            "learning_rate": at.rate,
            "is_cut": at.is_cut(at.rate),
            "own": at.own,
            "own_mean": at.own_level.map(level),
        })
    };
    json!({
        "optimizer": found.optimizer,
        "key": found.key,
        "others": found.others,
        "slope_of_own": found.slope.map(|slope| number(slope.mean)),
        "interval": found.slope.and_then(|slope| slope.interval).map(interval),
        "seeds": found.slopes.len(),
        "slope_of_best": found.slope_of_best.map(number),
        "values": found.best.iter().map(at).collect::<Vec<_>>(),
    })
}

fn repeats(task: &Task<'_>) -> Option<&'static str> {
    task.design.map(|design| match design.repeats {
        SeedRepeats::FreshData => "fresh_data",
        SeedRepeats::Splits => "splits",
        SeedRepeats::Training => "training",
    })
}

/// The models of one data set, best first, and how the others compare with the leader.
fn of_models(analysis: &Analysis<'_>, models: &ModelsCompared<'_>) -> Value {
    let task = &models.task;
    let of_model = |&index: &usize| {
        let contender = &task.contenders[index];
        let best = contender.best();
        json!({
            "model": contender.name(),
            "optimizer": contender.combination.optimizer,
            "setting": best.map(|best| best.setting.name()),
            "hyperparameters": best.map(|best| contender.combination.hyperparameters(best.setting)),
            "learning_rate": best.filter(|_| contender.not_better_than.is_none()).and_then(|best| best.learning_rate),
            "not_better_than": contender.not_better_than,
            "parameters": best.and_then(|best| analysis.study.n_parameters(best.setting)),
            "settings_tried": models.settings(analysis, index),
            "seeds_that_choose_it": task.tuned.get(index).map(Tuned::choose_the_first),
            "score": best.and_then(|best| best.score_mean).map(number),
            "tuned_per_seed": task.level(index).map(level),
        })
    };
    let others = task.order.iter().skip(1).filter_map(|&other| task.against_leader(other));
    json!({
        "dataset": task.dataset,
        "metric": task.metric.name,
        "better_is": task.metric.direction.word(),
        "ranked_on": task.ranked_on.word(),
        "compared_on": task.compared_on.word(),
        "seeds_repeat": repeats(task),
        "models": task.order.iter().map(of_model).collect::<Vec<_>>(),
        "comparisons": others.map(|comparison| of_comparison(task, comparison)).collect::<Vec<_>>(),
    })
}

fn of_optimizer(analysis: &Analysis<'_>, task: &Task<'_>, index: usize) -> Value {
    let contender = &task.contenders[index];
    let best = contender.best();
    let trains = contender.not_better_than.is_none();
    let basin = contender.best_series().filter(|_| trains).and_then(|series| Some((series, series.basin.as_ref()?)));
    let rate = |position: usize| {
        let (series, _) = basin?;
        contender.settings[series.settings[position]].learning_rate
    };
    let trials = best
        .map(|best| best.setting.trials().map(|trial| analysis.study.trials.get(trial).id().hex()).collect::<Vec<_>>());
    let inside = contender
        .best_series()
        .filter(|_| trains)
        .and_then(|series| series.seeds_inside(analysis.study, &contender.settings));
    let mut whole = json!({
        "optimizer": contender.combination.optimizer,
        "setting": best.map(|best| best.setting.name()),
        "hyperparameters": best.map(|best| contender.combination.hyperparameters(best.setting)),
        "learning_rate": best.filter(|_| trains).and_then(|best| best.learning_rate),
        "not_better_than": contender.not_better_than,
        "tied_settings": contender.ranking.tied,
        "good_range": basin.map(|(_, basin)| json!([rate(basin.low), rate(basin.high)])),
        "good_range_is_cut": basin.map(|(_, basin)| json!([basin.cut.0, basin.cut.1])),
        "safe_rate": basin.and_then(|(_, basin)| rate(basin.safe)),
        "own_best_in_range": inside.map(|(inside, of)| json!([inside, of])),
        "score": best.and_then(|best| best.score_mean).map(number),
        "tuned_per_seed": task.level(index).map(level),
        "trials": trials,
    });
    if let (true, Some(whole)) = (task.compares_keys, whole.as_object_mut()) {
        whole.insert("table".to_owned(), json!(contender.combination.optimizer_table));
        whole.insert("level".to_owned(), json!(contender.combination.level));
    }
    whole
}

fn level(level: Level) -> Value {
    json!({ "level": number(level.center), "interval": level.interval.map(interval), "n": level.n })
}

fn of_comparison(task: &Task<'_>, comparison: &OptimizerComparison) -> Value {
    let name = |index: usize| task.contenders[index].name();
    let found = comparison.difference;
    json!({
        "leader": name(comparison.first),
        "other": name(comparison.second),
        "answer": answer_word(comparison.answer),
        "other_minus_leader": found.map(|found| number(found.mean)),
        "interval": found.and_then(|found| found.interval).map(interval),
        "share_of_leader": found.and_then(|found| comparison.relative(found.mean)).map(number),
        "p_holm": comparison.adjusted_p.map(number),
        "speaks_of": match (comparison.basis, task.design.map(|design| design.repeats)) {
            (Basis::TestRows, _) => "these_models_on_new_rows",
            (_, Some(SeedRepeats::FreshData)) => "new_data",
            (_, Some(SeedRepeats::Splits)) => "new_files",
            _ => "these_rows",
        },
        "pairs_are": if comparison.basis == Basis::TestRows { "test_rows" } else { "seeds" },
        "pairs": found.map_or(0, |found| found.n),
        "counted_as_the_mean": [comparison.capped.0, comparison.capped.1],
        "smallest_shown": found.and_then(|found| found.smallest_shown()).map(number),
    })
}

fn interval((low, high): (f64, f64)) -> Value {
    json!([number(low), number(high)])
}

/// JSON has no infinity: null stands for it.
fn number(value: f64) -> Value {
    serde_json::Number::from_f64(ten_digits(value)).map_or(Value::Null, Value::Number)
}
