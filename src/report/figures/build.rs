//! Builds the figures of every task.

use super::empty::{all_diverged, diverged_sentence, without_zeros};
use super::naming::{rename_repeated, slug_of, unique};
use super::selection::FigureChoice;
use super::task_figures::TaskFigures;
use super::{
    best_rates, classes, convergence, convergence_by_rate, curves, learning_rate, levels, rate_rows, schedules,
    selection, watched,
};
use crate::analysis::{Analysis, CurveSummaries, Task};

/// The most tasks with figures of what was watched in training.
const MOST_WATCHED: usize = 4;

/// The figures of each task. Their names are unique over all tasks.
#[must_use]
pub fn figures(analysis: &Analysis<'_>) -> Vec<TaskFigures> {
    let mut slugs: Vec<String> = Vec::new();
    let mut all = Vec::with_capacity(analysis.tasks.len());
    let choices = selection::choose(analysis);
    let curves = curves::read(analysis, &choices);
    let with_schedules = schedules::drawn(analysis);
    for (index, (task, choice)) in analysis.tasks.iter().zip(&choices).enumerate() {
        let slug = unique(slug_of(task), &slugs);
        let schedules = schedules::figure(task, &slug).filter(|_| with_schedules.contains(&index));
        all.push(TaskFigures {
            schedules: schedules.into_iter().collect(),
            watched: if index < MOST_WATCHED { watched::figures(task, &slug) } else { Vec::new() },
            ..of_task(analysis, task, choice, &slug, &curves)
        });
        slugs.push(slug);
    }
    rename_repeated(&mut all);
    all
}

fn of_task(
    analysis: &Analysis<'_>,
    task: &Task<'_>,
    choice: &FigureChoice<'_>,
    slug: &str,
    curves: &CurveSummaries,
) -> TaskFigures {
    if all_diverged(task) {
        let said = vec![diverged_sentence(task)];
        let has_rates = !choice.learning_rate.contenders.is_empty();
        let no_learning_rate = if has_rates { said.clone() } else { Vec::new() };
        return TaskFigures { no_convergence: said, no_learning_rate, ..TaskFigures::default() };
    }
    let convergence = if choice.convergence { convergence::figures(task, slug, curves) } else { Vec::new() };
    let (convergence, mut no_convergence) = without_zeros(convergence);
    let by_rate = convergence_by_rate::figures(task, &choice.by_rate, slug, curves);
    let (convergence_by_rate, none) = without_zeros(by_rate);
    no_convergence.extend(none);
    let (learning_rate, no_learning_rate) = match task.has_many() {
        true if choice.learning_rate.contenders.is_empty() => Default::default(),
        true => match rate_rows::figure(analysis, task, slug) {
            Some(figure) => (vec![figure], Vec::new()),
            None => (Vec::new(), vec![rate_rows::nothing(task)]),
        },
        false => without_zeros(learning_rate::figures(analysis, task, choice, slug, curves)),
    };
    let curves_of_classes = classes::curves(task, slug).filter(|_| choice.class_curves);
    let confusion = classes::confusion(task, slug).filter(|_| choice.confusion);
    let classes = confusion.into_iter().chain(curves_of_classes).collect();
    let levels = levels::figure(analysis.study, task, slug).into_iter();
    let levels = levels.chain(best_rates::figures(analysis.study, task, slug)).filter(|_| choice.convergence).collect();
    TaskFigures {
        levels,
        classes,
        convergence,
        convergence_by_rate,
        learning_rate,
        no_convergence,
        no_learning_rate,
        ..TaskFigures::default()
    }
}
