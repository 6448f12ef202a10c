//! The rates of the schedules that a task compares, as shares of the learning rate, over the updates of a trial.

use super::axes::is_loggable;
use crate::analysis::{Analysis, ScheduleCurve, Task};
use crate::report::figure_data::{AxisLabel, AxisScale, Figure, Legends, Panel, Series, Style};
use crate::report::number::{count, plural};
use crate::report::wording::task_name;

/// The most lines that can be told apart.
const MOST_LINES: usize = 14;
/// The most figures of schedules in a report.
const MOST_FIGURES: usize = 3;
/// If a third of the rates fall below this share of α by the middle of the trial, the axis is logarithmic.
const LOG_BELOW: f64 = 1.0 / 30.0;
/// The lowest share that a logarithmic axis shows.
const LOWEST: f64 = 1e-4;
/// What a line may leave out, as a share of a linear axis and in decades of a logarithmic one.
const TOLERANCE: f64 = 5e-4;

/// The tasks whose schedules are drawn: those whose rates no task before them has, a few at most.
#[must_use]
pub fn drawn(analysis: &Analysis<'_>) -> Vec<usize> {
    let lines = |task: &Task<'_>| -> Vec<(String, Vec<(u64, f64)>)> {
        task.schedules.iter().map(|curve| (curve.label.clone(), curve.points.clone())).collect()
    };
    let mut known = Vec::new();
    let mut drawn = Vec::new();
    for (index, task) in analysis.tasks.iter().enumerate() {
        if drawn.len() == MOST_FIGURES || shown(task).count() == 0 {
            continue;
        }
        let lines = lines(task);
        if !known.contains(&lines) {
            known.push(lines);
            drawn.push(index);
        }
    }
    drawn
}

/// The schedules with a line.
fn shown<'t>(task: &'t Task<'_>) -> impl Iterator<Item = &'t ScheduleCurve> {
    task.schedules.iter().filter(|curve| !curve.points.is_empty())
}

/// The figure of a task.
pub fn figure(task: &Task<'_>, slug: &str) -> Option<Figure> {
    let curves: Vec<&ScheduleCurve> = shown(task).take(MOST_LINES).collect();
    let first = curves.first()?;
    // Updates are the same unit for all if all batches are of one size; else epochs are.
    let same = curves.iter().all(|curve| curve.horizon.steps_per_epoch == first.horizon.steps_per_epoch);
    let unit = |curve: &ScheduleCurve| if same { 1.0 } else { curve.horizon.steps_per_epoch as f64 };
    let scale = scale(&curves);
    let one_each = task.contenders.len() == curves.len() && curves.iter().all(|curve| curve.users.len() == 1);
    let series = curves.iter().enumerate().map(|(index, curve)| Series {
        label: curve.label.clone(),
        // The colour of its optimizer, if it has one of its own.
        colour: if one_each { curve.users[0].0 } else { index },
        style: Style::Line,
        points: line(curve, scale).into_iter().map(|(k, rate)| (k as f64 / unit(curve), rate)).collect(),
        band: curve.band.iter().map(|&(k, low, high)| (k as f64 / unit(curve), low, high)).collect(),
        highlights: Vec::new(),
    });
    let x = if same { "updates done before" } else { "epochs done before" };
    let mut panel = Panel::empty(
        AxisLabel { label: x.to_owned(), scale: AxisScale::Linear },
        AxisLabel { label: "rate of the update / learning_rate".to_owned(), scale },
    );
    panel.series = series.collect();
    let mut notes = Vec::new();
    if same && first.horizon.steps_per_epoch > 1 {
        notes.push(format!("One epoch = {} updates.", count(first.horizon.steps_per_epoch)));
    }
    if scale == AxisScale::Log {
        panel.floor = Some(LOWEST);
        notes.push("Rates below 0.0001 of the learning rate lie below the axis.".to_owned());
    }
    let all = shown(task).count();
    if all > MOST_LINES {
        notes.push(format!("{MOST_LINES} of {all} schedules are drawn; tables/schedules.csv has all."));
    }
    let mut following: Vec<&str> = Vec::new();
    for curve in task.schedules.iter().filter(|curve| curve.follows_losses) {
        match curve.trials {
            0 => following.push(&curve.label),
            trials => notes.push(format!(
                "{}: its rates follow the losses of each trial; the median over {} of its best setting, from the recorded losses, \
                 band from the 25 % to the 75 % quantile.",
                curve.label,
                plural(trials, "trial")
            )),
        }
    }
    if !following.is_empty() {
        notes.push(format!(
            "Not drawn, since its rates follow the losses of each trial, and these are not recorded: {}.",
            following.join("; ")
        ));
    }
    Some(Figure {
        name: format!("schedules-{slug}"),
        title: format!("{}: schedules", task_name(task)),
        subtitle: "the rate of each update as a share of the learning rate".to_owned(),
        axes_of: [].into(),
        panels: vec![panel],
        notes,
        legends: Legends::OnLines,
    })
}

fn scale(curves: &[&ScheduleCurve]) -> AxisScale {
    let falls = |curve: &&ScheduleCurve| curve.after(0.5).is_some_and(|rate| rate < LOG_BELOW);
    let fallen = curves.iter().filter(|curve| falls(curve)).count();
    if 3 * fallen >= curves.len() { AxisScale::Log } else { AxisScale::Linear }
}

/// The points that the line of a schedule needs: those between lie on it.
fn line(curve: &ScheduleCurve, scale: AxisScale) -> Vec<(u64, f64)> {
    let place = |rate: f64| match scale {
        AxisScale::Linear => rate,
        // Zero, which has no place, stays below the axis.
        AxisScale::Log => libm::log10(if is_loggable(rate) && rate > LOWEST / 10.0 { rate } else { LOWEST / 10.0 }),
    };
    let points: Vec<(u64, f64)> = match scale {
        AxisScale::Linear => curve.points.clone(),
        AxisScale::Log => {
            curve.points.iter().map(|&(k, rate)| (k, if rate > LOWEST / 10.0 { rate } else { LOWEST / 10.0 })).collect()
        }
    };
    let on_chord = |from: usize, to: usize| {
        let ((x0, y0), (x1, y1)) = (points[from], points[to]);
        (from + 1..to).all(|index| {
            let share = (points[index].0 - x0) as f64 / (x1 - x0) as f64;
            let chord = place(y0) + share * (place(y1) - place(y0));
            (place(points[index].1) - chord).abs() <= TOLERANCE
        })
    };
    let mut kept = Vec::new();
    let mut from = 0;
    kept.extend(points.first());
    for to in 1..points.len() {
        if to + 1 == points.len() {
            kept.push(points[to]);
        } else if !on_chord(from, to + 1) {
            kept.push(points[to]);
            from = to;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::{Builder, Ending};
    use crate::record::Study;
    use crate::report::StudyReport;

    const ENDS: [Ending; 2] = [Ending::At(2.0), Ending::At(3.0)];

    /// Each optimizer has a schedule of its own; 60 rows in batches of 20 for 10 epochs.
    fn study(schedules: &[&str]) -> Study {
        let mut builder = Builder::new("t", 2, true);
        for (index, schedule) in schedules.iter().enumerate() {
            let keys = format!("{schedule}\n\"train.epochs\" = 10\n\"optimizer.batch_size\" = 20");
            builder = builder
                .combination(&format!("sgd{index}"), "sgd")
                .setting(0.1, &keys, &ENDS)
                .setting(0.3, &keys, &ENDS);
        }
        builder.build()
    }

    const CONSTANT: &str = "\"optimizer.schedule.kind\" = \"constant\"";
    const STEP: &str = "\"optimizer.schedule.kind\" = \"step\"\n\"optimizer.schedule.every_epochs\" = 5\n\"optimizer.schedule.factor\" = 0.5";
    const SLOW: &str = "\"optimizer.schedule.kind\" = \"step\"\n\"optimizer.schedule.every_epochs\" = 8\n\"optimizer.schedule.factor\" = 0.5";
    const FAST: &str = "\"optimizer.schedule.kind\" = \"exponential\"\n\"optimizer.schedule.every_steps\" = 1\n\"optimizer.schedule.factor\" = 0.5";
    const PLATEAU: &str = "\"optimizer.schedule.kind\" = \"reduce_on_plateau\"\n\"optimizer.schedule.factor\" = 0.1\n\
        \"optimizer.schedule.patience\" = 10\n\"optimizer.schedule.threshold\" = 1e-4\n\"optimizer.schedule.cooldown\" = 0\n\
        \"optimizer.schedule.minimum_fraction\" = 0.0";

    fn of(schedules: &[&str]) -> Option<Figure> {
        let study = study(schedules);
        let report = StudyReport::new(&study);
        report.figures().find(|figure| figure.name == "schedules-diabetes-linear").cloned()
    }

    #[test]
    fn each_schedule_is_a_line_over_the_updates_with_what_tells_it_apart() {
        let figure = of(&[CONSTANT, STEP, SLOW]).expect("drawn");
        let panel = &figure.panels[0];
        let labels: Vec<&str> = panel.series.iter().map(|series| series.label.as_str()).collect();
        assert_eq!(labels, ["constant", "step, every_epochs 5", "step, every_epochs 8"]);
        assert_eq!(panel.series[0].points, [(0.0, 1.0), (29.0, 1.0)]);
        assert_eq!(panel.series[1].points, [(0.0, 1.0), (14.0, 1.0), (15.0, 0.5), (29.0, 0.5)]);
        assert_eq!((panel.y.scale, panel.x.label.as_str()), (AxisScale::Linear, "updates done before"));
        assert!(figure.notes.contains(&"One epoch = 3 updates.".to_owned()), "{:?}", figure.notes);
    }

    #[test]
    fn rates_over_many_decades_have_a_logarithmic_axis_that_ends() {
        let figure = of(&[CONSTANT, FAST]).expect("drawn");
        assert_eq!((figure.panels[0].y.scale, figure.panels[0].floor), (AxisScale::Log, Some(LOWEST)));
        assert!(figure.panels[0].series[1].points.iter().all(|(_, rate)| *rate > 0.0));
    }

    #[test]
    fn one_schedule_is_no_comparison_and_one_that_follows_losses_has_no_line() {
        assert_eq!(of(&[STEP, STEP]), None);
        let figure = of(&[CONSTANT, &format!("{PLATEAU}\n\"model.l2\" = 0.1")]).expect("drawn");
        assert_eq!(figure.panels[0].series.len(), 1);
        let said = |figure: &Figure, end: &str| figure.notes.iter().any(|note| note.contains(end));
        assert!(said(&figure, "these are not recorded: reduce_on_plateau."), "{:?}", figure.notes);
    }

    #[test]
    fn rates_that_follow_recorded_losses_are_found_again() {
        // The losses of the first trial are 21, 4, 2 after 0, 1 and 2 steps, those of the second 32, 6, 3.
        let eager =
            PLATEAU.replace("patience\" = 10", "patience\" = 0").replace("threshold\" = 1e-4", "threshold\" = 0.9");
        let figure = of(&[CONSTANT, &eager]).expect("drawn");
        assert_eq!(figure.panels[0].series[1].points, [(0.0, 1.0), (1.0, 1.0)]);
        assert!(figure.notes.iter().any(|note| note.contains("the median over 2 trials")), "{:?}", figure.notes);
        assert!(figure.notes.iter().all(|note| !note.contains("not recorded")), "{:?}", figure.notes);
    }
}
