//! What is said instead of figures that would show nothing: every trial diverged, or every value is 0 on a logarithmic axis.

use super::axes::is_loggable;
use crate::analysis::Task;
use crate::report::figure_data::{AxisScale, Figure, Panel, Series, Style};
use crate::report::number::{plural, short};
use crate::report::wording::task_name;

/// Whether every trial of a task with a record diverged or failed.
pub fn all_diverged(task: &Task<'_>) -> bool {
    let counts = || task.contenders.iter().map(|contender| contender.counts);
    counts().all(|counts| counts.completed == 0) && counts().any(|counts| counts.recorded() > 0)
}

/// What stands in the place of all figures of a task of which [`all_diverged`] holds.
pub fn diverged_sentence(task: &Task<'_>) -> String {
    let recorded = task.contenders.iter().map(|contender| contender.counts.recorded()).sum();
    let limits = task.contenders.iter().filter_map(|contender| {
        let series = contender.best_series().or_else(|| contender.series.first())?;
        let (limit, regime) = series.limit.zip(series.regime)?;
        let name = &contender.combination.optimizer;
        Some(format!("{name} is {} below {} ({})", regime.stable_word(), short(limit.low, 3), regime.formula()))
    });
    let limits: Vec<String> = limits.take(MOST_LIMITS).collect();
    let limits = if limits.is_empty() { String::new() } else { format!(": {}", limits.join(", ")) };
    format!(
        "{}: there is no curve to draw, since all {} diverged or failed. Smaller rates are needed{limits}.",
        task_name(task),
        plural(recorded, "trial")
    )
}

/// The most limits that a sentence names.
const MOST_LIMITS: usize = 4;

/// Takes out the figures whose values are all 0, which a logarithmic axis cannot show, and says so.
pub fn without_zeros(figures: Vec<Figure>) -> (Vec<Figure>, Vec<String>) {
    let (empty, shown): (Vec<Figure>, Vec<Figure>) = figures.into_iter().partition(|figure| {
        let panels = || figure.panels.iter();
        panels().any(|panel| values(panel).next().is_some()) && panels().all(is_zero)
    });
    let sentence = |figure: &Figure| format!("{}: not drawn, since every value is 0.", figure.title);
    let sentences = empty.iter().map(sentence).collect();
    (shown, sentences)
}

fn is_zero(panel: &Panel) -> bool {
    panel.y.scale == AxisScale::Log && values(panel).all(|value| value == 0.0 && !is_loggable(value))
}

fn values(panel: &Panel) -> impl Iterator<Item = f64> {
    let measured = |series: &&Series| series.style != Style::Theory;
    panel.series.iter().filter(measured).flat_map(|series| &series.points).map(|point| point.1)
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{Builder, Ending, line_problem};
    use crate::record::Study;
    use crate::report::StudyReport;

    fn page(study: &Study) -> (usize, String) {
        let report = StudyReport::new(study);
        (report.figures().count(), report.markdown())
    }

    #[test]
    fn where_all_diverged_a_sentence_stands_for_the_figures() {
        let (builder, id) = Builder::new("t", 1, false).with_problem(line_problem());
        let builder = builder.combination("gd", "gd").deterministic(2.0, Ending::Diverged, Some(id));
        let (figures, page) = page(&builder.deterministic(4.0, Ending::Diverged, Some(id)).build());
        assert_eq!(figures, 0);
        let said = "diabetes · linear: there is no curve to draw, since all 2 trials diverged or failed. Smaller rates are \
                    needed: gd is stable below 0.968 (2/λmax).";
        assert_eq!(page.matches(said).count(), 2, "in both sections: {page}");
    }

    #[test]
    fn a_target_of_zeros_has_no_empty_axes() {
        let mut builder = Builder::new("t", 1, false).combination("gd", "gd");
        for rate in [0.1, 0.2] {
            builder = builder.deterministic(rate, Ending::At(0.0), None);
        }
        for (_, record) in &mut builder.records {
            record.as_mut().expect("a record").curve.train = vec![0.0; 3];
        }
        let (figures, page) = page(&builder.build());
        assert_eq!(figures, 0);
        assert!(page.contains("diabetes · linear: convergence: not drawn, since every value is 0."), "{page}");
        assert!(page.contains("training MSE by learning rate: not drawn, since every value is 0."), "{page}");
    }
}
