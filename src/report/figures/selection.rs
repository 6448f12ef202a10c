//! Selects the figures to draw: all of them, or as many as a page can hold.

use super::classes::MOST_DRAWN_CLASSES;
use super::parts::PANELS_A_FIGURE;
use super::schedules;
use crate::analysis::{Analysis, Contender, Task, TaskClasses};
use crate::record::{CurveScope, Split, Study};
use crate::report::number::plural;
use crate::report::page_limits::{MOST_FIGURES, best};
use crate::report::wording::{noun, noun_of};

/// The figures of one task.
pub struct FigureChoice<'a> {
    /// Whether the optimizers are drawn side by side.
    pub convergence: bool,
    /// The optimizers with a panel in the other figures, in the order of the plan.
    pub by_rate: ChosenPanels<'a>,
    pub learning_rate: ChosenPanels<'a>,
    pub learning_rate_train: ChosenPanels<'a>,
    /// Whether confusion matrices and the curves of classes are drawn.
    pub confusion: bool,
    pub class_curves: bool,
}

/// The panels of a kind of figure.
pub struct ChosenPanels<'a> {
    pub contenders: Vec<&'a Contender<'a>>,
    /// A note about the optimizers that are left out.
    pub note: Option<String>,
}

/// The kinds of figures: convergence, convergence by rate, learning rate on the split that ranks, learning rate on
/// training, confusion matrices, curves of classes.
const KINDS: usize = 6;

/// The number of figures of each kind that could be drawn of a task.
fn possible(study: &Study, task: &Task<'_>) -> [usize; KINDS] {
    // Many optimizers share a figure of each kind.
    let many = task.has_many();
    let figures = |panels: usize| panels.div_ceil(PANELS_A_FIGURE).min(if many { 1 } else { usize::MAX });
    let by_rate = match study.curve_scope {
        CurveScope::All => figures(task.contenders.iter().filter(|contender| has_best_axis(contender)).count()),
        CurveScope::Chosen => 0,
    };
    let learning_rate = figures(task.contenders.iter().filter(|contender| has_axis(contender)).count());
    let train = if task.ranked_on == Split::Train || many { 0 } else { learning_rate };
    let few = |classes: &TaskClasses<'_>| classes.names.len() <= MOST_DRAWN_CLASSES;
    let confusion = usize::from(task.classes.as_ref().is_some_and(few));
    let class_curves = usize::from(task.classes.is_some());
    [usize::from(!task.order.is_empty()), by_rate, learning_rate, train, confusion, class_curves]
}

fn has_best_axis(contender: &Contender<'_>) -> bool {
    contender.best_series().is_some_and(|series| series.settings.len() > 1)
}

fn has_axis(contender: &Contender<'_>) -> bool {
    contender.series.iter().any(|series| series.settings.len() > 1)
}

/// The number of figures of each kind to draw of each task. First, as many tasks as possible get one figure of each
/// kind. These tasks then share the remaining figures in turn.
fn shares(possible: &[[usize; KINDS]], most: usize) -> Vec<[usize; KINDS]> {
    if possible.iter().flatten().sum::<usize>() <= most {
        return possible.to_vec();
    }
    let mut shares = vec![[0; KINDS]; possible.len()];
    let mut left = most;
    let mut tasks = 0;
    for (share, possible) in shares.iter_mut().zip(possible) {
        let first = possible.map(|count| count.min(1));
        let count: usize = first.iter().sum();
        if count > left {
            break;
        }
        *share = first;
        left -= count;
        tasks += 1;
    }
    loop {
        let before = left;
        for (share, possible) in shares.iter_mut().zip(possible).take(tasks) {
            for (share, possible) in share.iter_mut().zip(possible) {
                if left > 0 && *share < *possible {
                    *share += 1;
                    left -= 1;
                }
            }
        }
        if left == before || left == 0 {
            return shares;
        }
    }
}

/// Chooses the figures of each task.
pub fn choose<'a>(analysis: &'a Analysis<'a>) -> Vec<FigureChoice<'a>> {
    let possible: Vec<[usize; KINDS]> = analysis.tasks.iter().map(|task| possible(analysis.study, task)).collect();
    let shares = shares(&possible, most_figures(analysis));
    let of_task = |(task, share): (&'a Task<'a>, [usize; KINDS])| FigureChoice {
        convergence: share[0] > 0,
        by_rate: panels(task, share[1], has_best_axis),
        learning_rate: panels(task, share[2], has_axis),
        learning_rate_train: panels(task, share[3], has_axis),
        confusion: share[4] > 0,
        class_curves: share[5] > 0,
    };
    analysis.tasks.iter().zip(shares).map(of_task).collect()
}

fn panels<'a>(task: &'a Task<'a>, figures: usize, has_panel: fn(&Contender<'_>) -> bool) -> ChosenPanels<'a> {
    let all: Vec<usize> = (0..task.contenders.len()).filter(|&index| has_panel(&task.contenders[index])).collect();
    let most = figures * PANELS_A_FIGURE;
    let note = (figures > 0 && all.len() > most)
        .then(|| format!("The best {most} of {} are drawn.", plural(all.len(), noun(task.compares_keys))));
    let contenders = best(task, &all, most).into_iter().map(|index| &task.contenders[index]).collect();
    ChosenPanels { contenders, note }
}

/// A sentence about the figures that are left out.
#[must_use]
pub fn left_out(analysis: &Analysis<'_>) -> Option<String> {
    let possible: Vec<[usize; KINDS]> = analysis.tasks.iter().map(|task| possible(analysis.study, task)).collect();
    let shares = shares(&possible, most_figures(analysis));
    if shares == possible {
        return None;
    }
    let is_drawn = |share: &&[usize; KINDS]| share.iter().sum::<usize>() > 0;
    let (drawn, all) = (shares.iter().filter(is_drawn).count(), possible.iter().filter(is_drawn).count());
    let mut parts = Vec::new();
    if drawn < all {
        parts.push(format!("of the first {drawn} of {all} tasks"));
    }
    if shares.iter().zip(&possible).any(|(share, possible)| is_drawn(&share) && share != possible) {
        parts.push(format!("of the best where a task has many {}s", noun_of(analysis.study)));
    }
    Some(format!(
        "A page has at most {MOST_FIGURES} figures of single tasks: those {}; what is left out is in tables/learning_rates.csv{}.",
        parts.join(", and "),
        match analysis.study.curve_scope {
            CurveScope::All => ", trials.parquet and curves.parquet",
            CurveScope::Chosen => " and trials.parquet",
        }
    ))
}

/// A sentence about the figures that need curves which the results do not hold.
#[must_use]
pub fn without_curves(analysis: &Analysis<'_>) -> Option<String> {
    let drawn = || analysis.tasks.iter().flat_map(|task| &task.contenders).any(has_best_axis);
    (analysis.study.curve_scope == CurveScope::Chosen && drawn()).then(|| {
        "Convergence by learning rate is not drawn: these results hold the curves of the best settings only ([report] curves = \
         \"chosen\"), and the store has those of every trial."
            .to_owned()
    })
}

/// The most figures of these kinds: a page's, less those of schedules and of values that are compared, of which each task that is
/// drawn has one.
fn most_figures(analysis: &Analysis<'_>) -> usize {
    let compared = if analysis.study.compare.is_empty() { 0 } else { analysis.tasks.len() };
    MOST_FIGURES - schedules::drawn(analysis).len() - compared.min(MOST_FIGURES / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_there_are_or_each_kind_of_the_first() {
        let few = vec![[1, 1, 1, 1, 0, 0]; 10];
        assert_eq!(shares(&few, 40), few);
        // One task with many optimizers: all kinds grow together.
        assert_eq!(shares(&[[1, 67, 67, 67, 0, 0]], 40), [[1, 13, 13, 13, 0, 0]]);
        // Many tasks: the first of them, each with every kind.
        let many = shares(&[[1, 67, 67, 67, 0, 0]; 50], 40);
        assert_eq!((&many[..10], &many[10..]), (&[[1, 1, 1, 1, 0, 0]; 10][..], &[[0; KINDS]; 40][..]));
        // A task is drawn only with all its kinds. The remaining figures go to the tasks that are drawn.
        assert_eq!(shares(&[[1, 2, 1, 0, 0, 0]; 14], 40)[12..], [[1, 1, 1, 0, 0, 0], [0; KINDS]]);
        assert_eq!(shares(&[[1, 2, 1, 0, 0, 0]; 14], 40)[..2], [[1, 2, 1, 0, 0, 0], [1, 1, 1, 0, 0, 0]]);
        for (possible, most) in
            [(vec![[1, 5, 5, 5, 0, 0]; 3], 40), (vec![[0, 0, 3, 3, 0, 0]; 30], 40), (vec![[1, 4, 4, 4, 0, 0]; 4], 7)]
        {
            assert!(shares(&possible, most).iter().flatten().sum::<usize>() <= most);
        }
    }
}
