//! The chapter as a whole.

use rayon::prelude::*;

use super::across_tasks::{AcrossTasks, across_tasks};
use super::choices::Choices;
use super::task_effort::{TaskEffort, task_effort};
use super::time_to_target::read;
use super::transfer::transfer;
use crate::analysis::contender::Contender;
use crate::analysis::task::Task;
use crate::record::Study;

/// Tuning effort over all tasks of a study.
#[derive(Debug, Clone, Default)]
pub struct TuningEffort {
    /// By task. `None` where fewer than two optimizers have several settings.
    pub tasks: Vec<Option<TaskEffort>>,
    /// `None` with fewer than two tasks that have all optimizers.
    pub across: Option<AcrossTasks>,
}

impl TuningEffort {
    #[must_use]
    pub fn of(study: &Study, tasks: &[Task<'_>]) -> Self {
        let choices: Vec<Option<Vec<Option<Choices>>>> = tasks.par_iter().map(|task| choices(study, task)).collect();
        if choices.iter().all(Option::is_none) {
            return Self { tasks: vec![None; tasks.len()], across: None };
        }
        let curves = read(study, tasks, &choices);
        let transferred = transfer(study, tasks, &choices);
        let of_task = |((number, task), transferred): ((usize, &Task<'_>), Vec<_>)| {
            let choices = choices[number].as_ref()?;
            Some(task_effort(task, choices, transferred, curves.times[number].clone(), &curves))
        };
        let efforts: Vec<Option<TaskEffort>> =
            tasks.par_iter().enumerate().zip(transferred.into_par_iter()).map(of_task).collect();
        let across = across_tasks(tasks, &choices, &efforts);
        Self { tasks: efforts, across }
    }

    /// Whether any task has something to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tasks.iter().all(Option::is_none)
    }
}

/// The choices of every optimizer of a task that has a record at every seed. `None` unless two of them have several settings.
fn choices(study: &Study, task: &Task<'_>) -> Option<Vec<Option<Choices>>> {
    let has_several = |contender: &&Contender<'_>| contender.settings.len() > 1;
    if task.contenders.iter().filter(has_several).count() < 2 {
        return None;
    }
    let of_contender =
        |contender: &_| Some(Choices::of(study, task, contender)).filter(|choices| choices.settings() > 0);
    let choices: Vec<Option<Choices>> = task.contenders.par_iter().map(of_contender).collect();
    let several = choices.iter().flatten().filter(|choices| choices.settings() > 1).count();
    (several > 1).then_some(choices)
}
