//! How long the networks of a run will train: some steps of each form are timed on numbers drawn at random.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::work::usual_multiply_adds_of_watched_epoch;
use crate::loss::of_targets;
use crate::model::{Batch, Model, Passes, Points, Training, Workspace};
use crate::numeric::{MatrixRows, Purpose, Real, Stream, transpose};
use crate::optimizer::{MethodState, Optimizer, Step, Update};
use crate::plan::{BoundPlan, PlannedSetting, SettingShape, build_model, build_optimizer, dataset_key, space_of};
use crate::runner::group;
use crate::shape::Space;
use crate::train::{Options, Precision};

/// The time that all measurements take, and that one takes.
const BUDGET: Duration = Duration::from_millis(400);
const A_MEASUREMENT: Duration = Duration::from_millis(4);

/// The least that is timed at once.
const A_WINDOW: Duration = Duration::from_micros(200);

/// The rows of a longer batch that are timed; the others take as long.
const MOST_ROWS: usize = 1024;

/// The time of a trial's parts, in seconds.
#[derive(Debug, Clone, Copy)]
struct Measured {
    step: f64,
    evaluated_row: f64,
    /// The multiply-adds of the rows of a step, by which forms that were not timed are estimated.
    work: f64,
}

/// The seconds that the outstanding trials of networks take on so many cores, the chosen ones once more; `None` if there are none.
#[must_use]
pub fn network_seconds(bound: &BoundPlan<'_>, outstanding: &[u32], jobs: usize) -> Option<f64> {
    let of_shape = seconds_of_trials(bound, outstanding)?;
    let shape_of = |trial: u32| bound.trial(trial as usize).setting.shape;
    let mut free_at = vec![0.0_f64; jobs.max(1)];
    let (mut sum, mut count) = (0.0, 0.0);
    for cohort in group(bound, outstanding, jobs, usize::MAX) {
        let own: f64 = cohort.trials.iter().filter_map(|&trial| of_shape.get(&shape_of(trial))).sum();
        let first_free = (0..free_at.len()).min_by(|&one, &other| free_at[one].total_cmp(&free_at[other]))?;
        free_at[first_free] += own;
        (sum, count) = (sum + own, count + cohort.trials.len() as f64);
    }
    let (chosen, _) = bound.chosen_at_most();
    let again = sum / f64::max(count, 1.0) * chosen.min(outstanding.len() as u64) as f64;
    Some(free_at.into_iter().fold(0.0, f64::max) + again / jobs.max(1) as f64)
}

/// The seconds of a trial of each shape of a network; `None` if no trial is one.
fn seconds_of_trials(bound: &BoundPlan<'_>, outstanding: &[u32]) -> Option<HashMap<usize, f64>> {
    let mut examples: HashMap<usize, PlannedSetting> = HashMap::new();
    for &trial in outstanding {
        let setting = bound.trial(trial as usize).setting;
        if bound.shapes[setting.shape].is_network {
            examples.entry(setting.shape).or_insert(setting);
        }
    }
    let mut examples: Vec<PlannedSetting> = examples.into_values().collect();
    examples.sort_by_key(|setting| setting.index);
    let begun = Instant::now();
    let mut known: HashMap<Form<'_>, Measured> = HashMap::new();
    let mut seconds = HashMap::new();
    for setting in &examples {
        let shape = &bound.shapes[setting.shape];
        let own = bound.setting(setting);
        let rows = shape.batch_size.map_or(shape.n_train, |size| size.min(shape.n_train));
        let form = (shape.shared.as_str(), own.optimizer.kind.clone(), rows, shape.precision);
        let work = shape.multiply_adds as f64 * rows as f64;
        let measured = match known.get(&form) {
            Some(measured) => *measured,
            None if begun.elapsed() > BUDGET && !known.is_empty() => scaled(known.values(), work),
            None => {
                let facts = bound.facts.get(&dataset_key(&own))?;
                let (model, optimizer) = (build_model(&own).ok()?, build_optimizer(&own).ok()?);
                let space = space_of(facts).ok()?;
                let rows = usize::try_from(rows).ok()?;
                let found = match shape.precision {
                    Precision::F32 => measure::<f32>((&*model, &space), &*optimizer, rows)?,
                    Precision::F64 => measure::<f64>((&*model, &space), &*optimizer, rows)?,
                };
                let measured = Measured { work, ..found };
                known.insert(form, measured);
                measured
            }
        };
        seconds.insert(setting.shape, seconds_of(shape, measured, bound, setting));
    }
    (!seconds.is_empty()).then_some(seconds)
}

/// What the time of a step depends on.
type Form<'a> = (&'a str, String, u64, Precision);

fn seconds_of(shape: &SettingShape, measured: Measured, bound: &BoundPlan<'_>, setting: &PlannedSetting) -> f64 {
    let own = bound.setting(setting);
    let evaluations = Options::read(&own.train).map_or(64, |options| options.evaluated_epochs().len()) as f64;
    let Some(facts) = bound.facts.get(&dataset_key(&own)) else { return 0.0 };
    let all = (facts.n_train + facts.n_validation + facts.n_test) as f64;
    // What is watched is computed in f64, which takes twice as long as f32.
    let wider = if shape.precision == Precision::F32 { 2.0 } else { 1.0 };
    let watched = usual_multiply_adds_of_watched_epoch(shape, facts, bound) * measured.step / measured.work.max(1.0)
        * wider
        / 3.0;
    shape.steps as f64 * measured.step + evaluations * (all * measured.evaluated_row + watched)
}

/// The time of a step of this many multiply-adds, at the mean speed of those that were timed.
fn scaled<'m>(known: impl Iterator<Item = &'m Measured>, work: f64) -> Measured {
    let (mut step, mut row, mut of_all, mut count) = (0.0, 0.0, 0.0, 0.0);
    for measured in known {
        (step, row) = (step + measured.step, row + measured.evaluated_row);
        (of_all, count) = (of_all + measured.work, count + 1.0);
    }
    let share = work / of_all;
    Measured { step: step * share, evaluated_row: row / count, work }
}

fn measure<T: Real>(
    (model, space): (&(dyn Model + 'static), &Space),
    optimizer: &(dyn Optimizer + 'static),
    rows: usize,
) -> Option<Measured>
where
    dyn Model: Passes<T>,
    dyn Optimizer: Update<T>,
{
    let layout = model.layout(space).ok()?;
    let start = model.start(&layout, Some(0)).ok()?;
    let mut parameters: Vec<T> = start.iter().map(|&value| T::from_f64(value)).collect();
    let mut statistics: Vec<T> = model.statistics(space).iter().map(|&value| T::from_f64(value)).collect();
    let timed = rows.min(MOST_ROWS);
    let mut stream = Stream::new(0, Purpose::SyntheticFeatures, 0);
    let features: Vec<T> = (0..timed * space.n_features).map(|_| T::from_f64(stream.normal())).collect();
    let view = MatrixRows::every(&features, space.n_features);
    let mut columns = vec![T::ZERO; features.len()];
    for from in (0..timed).step_by(crate::model::BLOCK) {
        let count = crate::model::BLOCK.min(timed - from);
        let own = from * space.n_features..(from + count) * space.n_features;
        transpose(view.range(from, count), &mut columns[own]);
    }
    // Class 0, or the number 0: a target that every loss takes.
    let targets = vec![T::ZERO; timed * space.n_targets];
    let weight = T::from_f64(1.0 / timed as f64);
    let batch = Batch { rows: view, columns: Some(&columns), negated_target: &targets, row_weights: None, weight };
    let mut gradient = vec![T::ZERO; parameters.len()];
    let mut state = MethodState::new(optimizer.traits(model.penalty().l1), parameters.len());
    let mut workspace = Workspace::default();
    let mut k = 0;
    // A rate at which nothing moves, so that no number becomes infinite.
    let rate = T::from_f64(1e-30);
    let step = fastest(|| {
        let training = Training { seeds: &[0], epoch: 1, batch: k, statistics: Some(&mut statistics) };
        model.gradients(&batch, &parameters, &mut [T::ZERO], &mut gradient, Some(training), &mut workspace);
        let step = Step { k, learning_rate: 1e-30, rate, previous_rate: rate, l1: T::ZERO, layout: &layout };
        optimizer.update(&step, &mut parameters, &mut state, 1.0, &mut gradient);
        k += 1;
    });
    let mut outputs = vec![T::ZERO; timed * model.n_outputs(space)];
    let points = Points { trials: 1, parameters: &parameters, statistics: &statistics };
    let targets = vec![0.0; timed * space.n_targets];
    let mut in_f64 = vec![0.0; outputs.len()];
    let evaluation = fastest(|| {
        model.outputs(view, points, &mut outputs, &mut workspace);
        in_f64.iter_mut().zip(&outputs).for_each(|(to, output)| *to = output.to_f64());
        std::hint::black_box(of_targets::metric(&**model.loss(), &in_f64, (&targets, space.n_targets), None));
    });
    let more = rows as f64 / timed as f64;
    Some(Measured { step: step * more, evaluated_row: evaluation / timed as f64, work: 0.0 })
}

/// The seconds of a run: the least of several windows of a few runs, so that what else the machine does counts little. The first run
/// does not count.
fn fastest(mut run: impl FnMut()) -> f64 {
    run();
    let (begun, mut count, mut least) = (Instant::now(), 1_u32, f64::INFINITY);
    while begun.elapsed() < A_MEASUREMENT {
        let window = Instant::now();
        (0..count).for_each(|_| run());
        let elapsed = window.elapsed();
        if elapsed < A_WINDOW {
            count *= 2;
            continue;
        }
        least = least.min(elapsed.as_secs_f64() / f64::from(count));
    }
    least
}
