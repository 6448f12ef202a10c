//! The figures of each task.

use crate::report::figure_data::Figure;

/// The figures of one task.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TaskFigures {
    /// The values of a key that is compared.
    pub levels: Vec<Figure>,
    pub convergence: Vec<Figure>,
    pub convergence_by_rate: Vec<Figure>,
    pub learning_rate: Vec<Figure>,
    /// The schedules that are compared.
    pub schedules: Vec<Figure>,
    /// What was watched in training.
    pub watched: Vec<Figure>,
    /// How classes are predicted.
    pub classes: Vec<Figure>,
    /// What stands in the place of figures of convergence that would show nothing.
    pub no_convergence: Vec<String>,
    /// The same of the learning-rate figures.
    pub no_learning_rate: Vec<String>,
}

impl TaskFigures {
    /// All figures in the order of the page.
    pub fn all(&self) -> impl Iterator<Item = &Figure> {
        let levels = self.levels.iter().chain(&self.classes);
        let curves = self.convergence.iter().chain(&self.convergence_by_rate);
        levels.chain(curves).chain(&self.learning_rate).chain(&self.schedules).chain(&self.watched)
    }

    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut Figure> {
        let levels = self.levels.iter_mut().chain(&mut self.classes);
        let curves = self.convergence.iter_mut().chain(&mut self.convergence_by_rate);
        levels.chain(curves).chain(&mut self.learning_rate).chain(&mut self.schedules).chain(&mut self.watched)
    }
}
