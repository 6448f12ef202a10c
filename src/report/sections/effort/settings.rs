//! What the best of a few settings is expected to give.

use crate::analysis::{ContenderEffort, EffortCurve, Task, TaskEffort, standings};
use crate::record::Study;
use crate::report::number::{of_metric, plural, short};
use crate::report::page::Block;
use crate::report::page_limits::{best, some_of};
use crate::report::verdicts::level_cell;
use crate::report::wording::{center, cut_at_range, long_word, noun, stand_in, task_name};

/// The numbers of settings with a column, where some grid has more.
const COLUMNS: [usize; 4] = [1, 4, 16, 64];

/// The table of one task. The first one explains its columns.
pub fn table(study: &Study, task: &Task<'_>, effort: &TaskEffort, most: usize, is_first: bool) -> Option<Block> {
    let with_record: Vec<usize> = (0..effort.contenders.len()).filter(|&at| effort.contenders[at].is_some()).collect();
    let shown = best(task, &with_record, most);
    let largest = effort.contenders.iter().flatten().map(|one| one.curve.settings).max().unwrap_or(1);
    let tried: Vec<usize> = COLUMNS.into_iter().filter(|tried| *tried < largest).collect();
    let early = effort.budget > 1;
    let mut titles: Vec<String> = tried.iter().map(|tried| format!("{tried} tried")).collect();
    titles.push("all".to_owned());
    titles.push("enough".to_owned());
    if early {
        titles.push(format!("early, of {}", effort.budget));
    }
    let mut columns = vec![(noun(task.compares_keys), false), ("settings", true)];
    columns.extend(titles.iter().map(|title| (title.as_str(), true)));
    let row = |&at: &usize| {
        let one = effort.contenders[at].as_ref()?;
        Some(row(study, task, at, one, &tried, early))
    };
    let mut sorted = shown.clone();
    let distance = |at: &usize| {
        let all = effort.contenders[*at].as_ref().and_then(|one| one.curve.all());
        all.map_or(f64::INFINITY, |level| task.metric.distance(level.center))
    };
    sorted.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
    let rows: Vec<Vec<String>> = sorted.iter().filter_map(row).collect();
    let mut caption = format!(
        "{}: {} {} that the best of so many settings is expected to give",
        task_name(task),
        long_word(task.compared_on),
        task.metric.label
    );
    caption.push_str(&over_seeds(task));
    caption.push('.');
    if is_first {
        caption.push_str(&explain(study, task, early));
    }
    if rows.iter().flatten().any(|cell| cell.ends_with(DAGGER)) {
        caption.push_str(&dagger(task));
    }
    let mut sizes = effort.contenders.iter().flatten().map(|one| one.curve.settings);
    let size = sizes.next();
    if sizes.any(|other| Some(other) != size) {
        caption.push_str(" Grids differ in size: compare at equal numbers of settings.");
    }
    let left_out = effort.contenders.iter().flatten().map(|one| one.curve.left_out).max().unwrap_or(0);
    if left_out > 0 {
        caption.push_str(" Settings that lack a record at some seed do not count.");
    }
    let interval = |&at: &usize| Some((task.metric, effort.contenders[at].as_ref()?.curve.all()?.interval?));
    caption.extend(cut_at_range("Intervals", shown.iter().filter_map(interval)).map(|text| format!(" {text}")));
    caption.extend(some_of(shown.len(), with_record.len(), noun(task.compares_keys), "tables/tuning_summary.csv"));
    Block::table(caption, &columns, rows)
}

/// `, the geometric mean over 10 seeds`
fn over_seeds(task: &Task<'_>) -> String {
    match task.seeds() {
        0 | 1 => ", at one seed".to_owned(),
        seeds => format!(", the {} over {seeds} seeds", center(task)),
    }
}

/// The mark of a value in which predicting the mean stands in for a trial.
pub const DAGGER: &str = "†";

/// What the mark means.
pub fn dagger(task: &Task<'_>) -> String {
    let of = task.contenders.first().and_then(|contender| contender.settings.first());
    let stand_in = of.map_or("the mean of the training targets", |result| stand_in(result.study));
    format!(
        " {DAGGER}: at some seed a trial that diverged, failed, is unstable or worse than predicting {stand_in} counts as that, in this value or among those \
         whose mean it is."
    )
}

fn explain(study: &Study, task: &Task<'_>, early: bool) -> String {
    let rows = match (task.ranked_on == task.compared_on, task.holds_its_split()) {
        (true, _) => format!(
            " Settings are chosen and reported on the same {} rows, so every number is too good.",
            long_word(task.ranked_on)
        ),
        (false, true) => format!(
            " The mean {} score chooses, the {} rows report.",
            long_word(task.ranked_on),
            long_word(task.compared_on)
        ),
        (false, false) => format!(
            " Each seed chooses on its own {} rows and reports on its {} rows.",
            long_word(task.ranked_on),
            long_word(task.compared_on)
        ),
    };
    let mut text = format!(
        "{rows} The mean is over all sets of so many of the settings that were trained (drawn without replacement: Dodge et al., 2019, \
         corrected by Tang et al., 2020). It holds for these grids: rates that do not work make few settings worse. Rows are in the order of their values \
         with all settings, which may be better here than in the table of errors, because of {DAGGER}. Where validation rows are few, choosing among more settings may also make the test value worse. All: with its 95 % interval where there is one. Enough: from so many \
         settings on the expected value is at most {} % worse than with all.",
        short(100.0 * study.equivalence, 3)
    );
    if early {
        text.push_str(
            " Early: the mean of the expected values of 1, 2, … settings up to the smallest grid, with weights that fall linearly \
             (ω-tunability, Sivaprasad et al., 2020).",
        );
    }
    text
}

fn row(study: &Study, task: &Task<'_>, at: usize, one: &ContenderEffort, tried: &[usize], early: bool) -> Vec<String> {
    let curve = &one.curve;
    let value = |value: f64| of_metric(task.metric, value, 4);
    let mark = |drawn: usize| if curve.capped_at(drawn) > 0 { DAGGER } else { "" };
    let mut row = vec![task.contenders[at].name().to_owned(), curve.settings.to_string()];
    let at_tried =
        |tried: &usize| curve.at(*tried).map_or_else(none, |level| format!("{}{}", value(level.center), mark(*tried)));
    row.extend(tried.iter().map(at_tried));
    row.push(curve.all().map_or_else(none, |all| format!("{}{}", level_cell(task, all), mark(curve.settings))));
    row.push(curve.enough(task, study.equivalence).map_or_else(none, |enough| enough.to_string()));
    if early {
        let mark = if curve.capped_at(1) > 0 { DAGGER } else { "" };
        row.push(one.tunability.map_or_else(none, |early| format!("{}{mark}", value(early))));
    }
    row
}

fn none() -> String {
    "–".to_owned()
}

/// Which optimizer has the best expected value with how many settings. Nothing is said where several are not told apart: the best
/// expected value would name a leader that no test names.
pub fn leads(study: &Study, task: &Task<'_>, effort: &TaskEffort) -> Option<String> {
    if standings(task).into_iter().flatten().filter(|one| one.is_in_group()).count() != 1 {
        return None;
    }
    let curves: Vec<(usize, &EffortCurve)> =
        effort.contenders.iter().enumerate().filter_map(|(at, one)| Some((at, &one.as_ref()?.curve))).collect();
    // A grid that is used up stays where it ends.
    let leader = |tried: usize, before: Option<usize>| {
        let value = |(at, curve): &(usize, &EffortCurve)| {
            let level = curve.at(tried).or_else(|| curve.all().filter(|_| curve.settings < tried))?;
            Some((*at, task.metric.distance(level.center)))
        };
        let values: Vec<(usize, f64)> = curves.iter().filter_map(value).collect();
        let lowest = values.iter().map(|(_, distance)| *distance).min_by(f64::total_cmp)?;
        let resolution = task.metric.resolution(task.metric.at_distance(lowest), task.target, task.seeds());
        let enough = lowest.mul_add(1.0 + study.equivalence, resolution);
        // What is practically equal does not take the lead.
        let near = |at: &usize| values.iter().any(|(known, distance)| known == at && *distance <= enough);
        before.filter(near).or_else(|| task.order.iter().copied().find(near))
    };
    let numbers: Vec<usize> =
        curves.iter().max_by_key(|(_, curve)| curve.settings)?.1.points.iter().map(|(tried, _)| *tried).collect();
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    for tried in numbers {
        let Some(at) = leader(tried, runs.last().map(|(at, ..)| *at)) else { continue };
        match runs.last_mut() {
            Some((last, _, end)) if *last == at => *end = tried,
            _ => runs.push((at, tried, tried)),
        }
    }
    let name = |at: usize| task.contenders[at].name();
    let best = format!(
        "{} expected {} {}",
        task.metric.direction.superlative(),
        long_word(task.compared_on),
        task.metric.label
    );
    let last = runs.len().checked_sub(1)?;
    let said = match runs[..] {
        [(at, ..)] if task.contenders[at].settings.len() == 1 => {
            format!("the {best} is that of {}, which has one setting", name(at))
        }
        [(at, ..)] => format!("the {best} is that of {}, however many settings are tried", name(at)),
        _ if runs.len() > MOST_RUNS => {
            let noun = noun(task.compares_keys);
            format!("which {noun} has the {best} changes {last} times with the number of settings tried")
        }
        _ => {
            let part = |(place, (at, from, to)): (usize, &(usize, usize, usize))| match place {
                _ if place == last => format!("{} from {from} on", name(*at)),
                _ if from == to => format!("{} with {}", name(*at), plural(*from, "setting")),
                _ => format!("{} with {from} to {to} settings", name(*at)),
            };
            let parts: Vec<String> = runs.iter().enumerate().map(part).collect();
            format!("the {best} is that of {}", parts.join(", "))
        }
    };
    Some(format!(
        "{}: {said}; what is practically equal takes no lead. Nothing is tested by this: the verdict tests the difference with all \
         settings.",
        task_name(task)
    ))
}

/// The most changes of the lead that a sentence tells.
const MOST_RUNS: usize = 4;
