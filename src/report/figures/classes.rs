//! How classes are predicted, each optimizer at its best setting: the confusion matrix, and the curves of thresholds and calibration.

use crate::analysis::{CalibrationBin, ClassPredictor, MeanCurve, Task, TaskClasses};
use crate::metric::CALIBRATION_BINS;
use crate::report::figure_data::{
    AxisLabel, AxisScale, CountMatrix, Figure, Horizontal, Legends, NEUTRAL, Panel, Series, Style,
};
use crate::report::number::{plural, short};
use crate::report::wording::{name_with_label, noun, task_name};

/// The most optimizers in a figure of curves, and the most confusion matrices.
const MOST_SERIES: usize = 6;
const MOST_MATRICES: usize = 3;

/// A matrix of more classes is not drawn.
pub const MOST_DRAWN_CLASSES: usize = 50;

/// The curves of thresholds and calibration. `None` where no optimizer has one.
pub fn curves(task: &Task<'_>, slug: &str) -> Option<Figure> {
    let classes = task.classes.as_ref()?;
    let shown: Vec<&ClassPredictor> = task.with_curves(classes).take(MOST_SERIES).collect();
    let shown = shown.as_slice();
    let panels: Vec<Panel> =
        [roc(task, classes, shown), precision_recall(task, classes, shown), calibration(task, classes, shown)]
            .into_iter()
            .flatten()
            .collect();
    if panels.is_empty() {
        return None;
    }
    let of_each = match classes.names.len() {
        2 => format!("of class {}", classes.names[1]),
        _ => "mean over the classes, each against the others".to_owned(),
    };
    let n = shown.iter().map(|predictor| predictor.n).max().unwrap_or(1);
    let over = if n > 1 { ", mean over seeds, band from the 25 % to the 75 % quantile" } else { "" };
    let mut notes = Vec::new();
    if shown.iter().any(|predictor| !predictor.calibration.is_empty()) {
        notes.push(match classes.names.len() {
            2 => format!(
                "Calibration: test rows in {CALIBRATION_BINS} bins of the probability of class {}; on the line the class is as frequent as predicted.",
                classes.names[1]
            ),
            _ => format!(
                "Calibration: test rows in {CALIBRATION_BINS} bins of the probability of the predicted class; on the line the \
                 prediction is right as often as its probability says."
            ),
        });
    }
    if shown.iter().flat_map(|predictor| &predictor.calibration).any(|bin| bin.rows < FEWEST_ROWS) {
        notes.push(format!(
            "Hollow, and on no line: bins of fewer than {FEWEST_ROWS} rows, over all seeds; tables/class_curves.csv counts the rows of each."
        ));
    }
    if task.has_many() {
        let all = plural(classes.predictors.len(), noun(task.compares_keys));
        notes.push(match task.with_curves(classes).count() {
            1 => format!("Of {all} the leader is drawn: no other one is practically equal to it."),
            equal if equal > MOST_SERIES => {
                format!(
                    "Of {all} the leader and {} of {} that are practically equal to it are drawn.",
                    MOST_SERIES - 1,
                    equal - 1
                )
            }
            _ => format!("Of {all} the leader and those practically equal to it are drawn."),
        });
    } else if classes.predictors.len() > MOST_SERIES {
        notes.push(format!(
            "The best {MOST_SERIES} of {} are drawn.",
            plural(classes.predictors.len(), noun(task.compares_keys))
        ));
    }
    Some(Figure {
        name: format!("classes-{slug}"),
        title: format!("{}: classes of test rows", task_name(task)),
        subtitle: format!("each {} at its best setting; {of_each}{over}", noun(task.compares_keys)),
        panels,
        axes_of: [].into(),
        notes,
        legends: Legends::Shared,
    })
}

/// The confusion matrices of the best optimizers. `None` where there are too many classes.
pub fn confusion(task: &Task<'_>, slug: &str) -> Option<Figure> {
    let classes = task.classes.as_ref().filter(|classes| classes.names.len() <= MOST_DRAWN_CLASSES)?;
    let panels = classes.predictors.iter().take(MOST_MATRICES).map(|predictor| {
        let all = 0..classes.names.len();
        let count = |of: usize| all.clone().map(move |taken| predictor.confusion.count(of, taken));
        Panel {
            title: label(task, predictor),
            matrix: Some(CountMatrix { names: classes.names.to_vec(), counts: all.clone().flat_map(count).collect() }),
            ..Panel::empty(axis("predicted class"), axis("class"))
        }
    });
    let n = classes.predictors.iter().map(|predictor| predictor.n).max().unwrap_or(1);
    let counted = if n > 1 { "test rows of all seeds together, by each seed's own model" } else { "test rows" };
    let weighted = if classes.has_weights { " (counted, whatever their weights)" } else { "" };
    let mut notes = Vec::new();
    if classes.predictors.len() > MOST_MATRICES {
        notes.push(format!(
            "The best {MOST_MATRICES} of {} are drawn; tables/confusion.csv has all.",
            plural(classes.predictors.len(), noun(task.compares_keys))
        ));
    }
    Some(Figure {
        name: format!("confusion-{slug}"),
        title: format!("{}: confusion matrix", task_name(task)),
        subtitle: format!(
            "each {} at its best setting; {counted}{weighted}; shade: the share of the row's class",
            noun(task.compares_keys)
        ),
        panels: panels.collect(),
        axes_of: [].into(),
        notes,
        legends: Legends::Shared,
    })
}

/// The colour of an optimizer in all figures of its task; of many the place in the ranking, so that the best ones differ.
fn colour(task: &Task<'_>, predictor: &ClassPredictor) -> usize {
    let rank = || task.order.iter().position(|&index| index == predictor.contender);
    if task.has_many() { rank().unwrap_or(predictor.contender) } else { predictor.contender }
}

fn axis(label: &str) -> AxisLabel {
    AxisLabel { label: label.to_owned(), scale: AxisScale::Linear }
}

fn label(task: &Task<'_>, predictor: &ClassPredictor) -> String {
    let contender = &task.contenders[predictor.contender];
    let Some(best) = contender.best() else { return contender.combination.optimizer.clone() };
    let tuned = best.learning_rate.filter(|_| contender.has_rate_to_tune());
    let rate = tuned.map_or_else(String::new, |rate| format!(", rate {}", short(rate, 4)));
    let name = name_with_label(&contender.combination.optimizer, &contender.label(best));
    format!("{name}{rate} (n = {})", predictor.n)
}

fn roc(task: &Task<'_>, classes: &TaskClasses<'_>, shown: &[&ClassPredictor]) -> Option<Panel> {
    let curves = shown.iter().filter_map(|&one| Some((one, one.receiver_operating_characteristic.as_ref()?)));
    let mut series: Vec<Series> = curves.map(|(one, curve)| line(task, one, curve)).collect();
    if series.is_empty() {
        return None;
    }
    series.iter_mut().for_each(from_the_corner);
    series.push(diagonal(shown));
    let of = if classes.names.len() == 2 { format!(" (class {})", classes.names[1]) } else { String::new() };
    Some(Panel {
        title: "ROC".to_owned(),
        series,
        ..Panel::empty(axis("false positive rate"), axis(&format!("true positive rate{of}")))
    })
}

fn precision_recall(task: &Task<'_>, classes: &TaskClasses<'_>, shown: &[&ClassPredictor]) -> Option<Panel> {
    let curves = shown.iter().filter_map(|&one| Some((one, one.precision_recall.as_ref()?)));
    let series: Vec<Series> = curves.map(|(one, curve)| line(task, one, curve)).collect();
    let (leader, two) = (series.first().and(shown.first())?, classes.names.len() == 2);
    // Whoever takes every row for the class has its share as precision.
    let confusion = &leader.confusion;
    let all: u64 = (0..confusion.classes).map(|class| confusion.rows_of(class)).sum();
    let share = confusion.rows_of(1) as f64 / all as f64;
    let horizontals = match two {
        true => vec![Horizontal { y: share, label: format!("share of {}", classes.names[1]), colour: NEUTRAL }],
        false => Vec::new(),
    };
    Some(Panel {
        title: "Precision and recall".to_owned(),
        series,
        horizontals,
        ..Panel::empty(axis("recall"), axis("precision"))
    })
}

/// A bin of fewer test rows is drawn hollow: one row more or less moves its share by more than a tenth.
const FEWEST_ROWS: u64 = 10;

/// The bins of one kind.
fn points(predictor: &ClassPredictor, is_meant: &dyn Fn(&CalibrationBin) -> bool) -> Vec<(f64, f64)> {
    predictor.calibration.iter().filter(|bin| is_meant(bin)).map(|bin| (bin.probability, bin.share)).collect()
}

fn calibration(task: &Task<'_>, classes: &TaskClasses<'_>, shown: &[&ClassPredictor]) -> Option<Panel> {
    let with_bins = shown.iter().filter(|one| !one.calibration.is_empty());
    let mut series: Vec<Series> = with_bins
        .map(|one| Series {
            label: label(task, one),
            colour: colour(task, one),
            style: Style::Sampled,
            points: points(one, &|bin| bin.rows >= FEWEST_ROWS),
            band: Vec::new(),
            highlights: Vec::new(),
        })
        .collect();
    let mut few = Vec::new();
    for (one, line) in shown.iter().filter(|one| !one.calibration.is_empty()).zip(&mut series) {
        let of_few = points(one, &|bin| bin.rows < FEWEST_ROWS);
        // The label stands once.
        let label = if line.points.is_empty() { std::mem::take(&mut line.label) } else { String::new() };
        few.push(Series { label, style: Style::Hollow, points: of_few, ..line.clone() });
    }
    series.extend(few.into_iter().filter(|line| !line.points.is_empty()));
    if series.is_empty() {
        return None;
    }
    series.push(diagonal(shown));
    let (x, y) = match classes.names.len() {
        2 => ("predicted probability", format!("share of class {}", classes.names[1])),
        _ => ("probability of the predicted class", "share of right predictions".to_owned()),
    };
    Some(Panel { title: "Calibration".to_owned(), series, ..Panel::empty(axis(x), axis(&y)) })
}

fn line(task: &Task<'_>, predictor: &ClassPredictor, curve: &MeanCurve) -> Series {
    Series {
        label: label(task, predictor),
        colour: colour(task, predictor),
        style: Style::Line,
        points: curve.points.iter().map(|point| (point.x, point.y)).collect(),
        band: curve.points.iter().filter_map(|point| Some((point.x, point.band?.0, point.band?.1))).collect(),
        highlights: Vec::new(),
    }
}

/// A mean begins at the share of the class that is told apart from all others.
fn from_the_corner(series: &mut Series) {
    if series.points.first().is_some_and(|first| *first != (0.0, 0.0)) {
        series.points.insert(0, (0.0, 0.0));
    }
}

fn diagonal(shown: &[&ClassPredictor]) -> Series {
    let any_calibration = shown.iter().any(|one| !one.calibration.is_empty());
    Series {
        label: if any_calibration { "diagonal: chance in ROC, perfect in calibration" } else { "chance" }.to_owned(),
        colour: NEUTRAL,
        style: Style::Theory,
        points: vec![(0.0, 0.0), (1.0, 1.0)],
        band: Vec::new(),
        highlights: Vec::new(),
    }
}
