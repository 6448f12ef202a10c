//! The score by epoch and by gradient evaluations: each optimizer at its best setting, side by side.

use super::axes::{NO_EPOCH_0, SAMPLED, curve_style, drawn, epoch_scale, lowest, metric_scale, shows};
use super::convergence_many;
use super::exact_line::exact;
use crate::analysis::{Contender, Convergence, CurveRequest, CurveSummaries, SettingResult, Task};
use crate::metric::MetricKind;
use crate::record::Split;
use crate::report::figure_data::{AxisLabel, AxisScale, Figure, Legends, Panel, Series, Style};
use crate::report::number::{count, plural, short, significant};
use crate::report::wording::{long_word, n_of, name_with_label, noun, task_name};

const MOST_SERIES: usize = 8;
pub const EPOCH: &str = "epoch (passes over the training rows)";

pub const EVALUATIONS: &str = "gradient evaluations (one training row each)";

/// A curve with its label and colour, and whether its setting is ranked by its median.
pub struct Labelled<'c> {
    pub label: String,
    pub colour: usize,
    pub curve: &'c Convergence,
    pub by_median: bool,
    /// It stands behind the others.
    pub is_faint: bool,
    pub has_band: bool,
}

impl Labelled<'_> {
    /// The statistic that ranks, at each evaluated epoch.
    pub fn values(&self) -> &[f64] {
        self.curve.ranking(self.by_median)
    }
}

/// Requests the curves that the figure shows.
pub fn request_curves(task: &Task<'_>, request: &mut CurveRequest<'_>) {
    if task.has_many() {
        return convergence_many::request_curves(task, request);
    }
    for (_, _, best) in drawn_settings(task) {
        request.convergence(best, Split::Train);
        request.convergence(best, Split::Validation);
    }
}

/// The best optimizers, each with its best setting.
fn drawn_settings<'t, 'a>(
    task: &'t Task<'a>,
) -> impl Iterator<Item = (usize, &'t Contender<'a>, &'t SettingResult<'a>)> {
    let best = |&index: &usize| Some((index, &task.contenders[index], task.contenders[index].best()?));
    task.order.iter().take(MOST_SERIES).filter_map(best)
}

/// One figure: the training score by epoch, and the validation score by gradient evaluations (training if there is no
/// validation split). If the cost of an epoch differs between optimizers, both splits are drawn on both axes.
pub fn figures(task: &Task<'_>, slug: &str, known: &CurveSummaries) -> Vec<Figure> {
    if task.has_many() {
        return convergence_many::figures(task, slug, known);
    }
    let splits = [Split::Train, Split::Validation].map(|split| (split, curves(task, split, known)));
    let splits: Vec<(Split, Vec<Labelled<'_>>)> = splits.into_iter().filter(|(_, curves)| !curves.is_empty()).collect();
    let all: Vec<&Labelled<'_>> = splits.iter().flat_map(|(_, curves)| curves).collect();
    let Some(longest) = all.iter().filter_map(|line| line.curve.epoch.last().copied()).max() else {
        return Vec::new();
    };
    let scale = epoch_scale(longest);
    let by_epoch =
        |(split, curves): &(Split, Vec<Labelled<'_>>)| panel(task, *split, EPOCH, scale, curves, |curve| &curve.epoch);
    let by_evaluations = |(split, curves): &(Split, Vec<Labelled<'_>>)| {
        panel(task, *split, EVALUATIONS, scale, curves, |curve| &curve.gradient_evaluations)
    };
    let mut notes = Vec::new();
    let panels: Vec<Panel> = if let Some(evaluations) = evaluations_an_epoch(&all) {
        // Epochs and evaluations differ only in their unit, so one panel of each is enough.
        if task.order.len() > 1 {
            let evaluations = count(evaluations);
            notes.push(format!(
                "One epoch = {evaluations} gradient evaluations for every {}.",
                noun(task.compares_keys)
            ));
        }
        splits.first().map(by_epoch).into_iter().chain(splits.last().map(by_evaluations)).collect()
    } else {
        splits.iter().map(by_epoch).chain(splits.iter().map(by_evaluations)).collect()
    };
    if task.order.len() > MOST_SERIES {
        notes.push(format!(
            "The best {MOST_SERIES} of {} are drawn.",
            plural(task.order.len(), noun(task.compares_keys))
        ));
    }
    let lost = task.order.iter().map(|&index| &task.contenders[index]).filter(|contender| contender.best().is_none());
    let lost: Vec<&str> = lost.map(|contender| contender.combination.optimizer.as_str()).collect();
    if !lost.is_empty() {
        notes.push(format!("Not drawn, since no setting is best: {}.", lost.join(", ")));
    }
    let medians: Vec<&str> = (drawn_settings(task).filter(|(_, contender, _)| contender.ranking.by_median))
        .map(|(_, contender, _)| contender.combination.optimizer.as_str())
        .collect();
    if !medians.is_empty() {
        notes.push(format!(
            "The line of {} is the median, by which it is ranked: no setting completed with every seed.",
            medians.join(", ")
        ));
    }
    explain(&all, scale, &mut notes);
    if panels.iter().flat_map(|panel| &panel.series).any(|series| series.style == Style::Sampled) {
        notes.push(SAMPLED.to_owned());
    }
    let of_splits: Vec<(Split, &[Labelled<'_>])> =
        splits.iter().map(|(split, curves)| (*split, curves.as_slice())).collect();
    notes.extend(come_from_below(task, &of_splits));
    let deterministic = all.iter().all(|line| line.curve.n == 1);
    let shown =
        if deterministic { "one trial each" } else { "mean over seeds, band from the 25 % to the 75 % quantile" };
    let figure = Figure {
        name: format!("convergence-{slug}"),
        title: format!("{}: convergence", task_name(task)),
        subtitle: format!("each {} at its best setting; {shown}", noun(task.compares_keys)),
        axes_of: panels.as_slice().into(),
        panels,
        notes,
        legends: Legends::Shared,
    };
    vec![figure]
}

/// What is said where the y axis does not show the start.
pub fn come_from_below(task: &Task<'_>, splits: &[(Split, &[Labelled<'_>])]) -> Option<String> {
    let cut: Vec<String> = (splits.iter())
        .filter(|(_, curves)| floor(task.metric, curves).is_some())
        .filter_map(|(split, curves)| {
            Some(format!("{} {} {}", long_word(*split), task.metric.label, significant(start(task.metric, curves)?, 3)))
        })
        .collect();
    (!cut.is_empty()).then(|| format!("The lines come from below the frame: they start at {}.", cut.join(" and ")))
}

/// The curves of the best optimizers at their best settings.
fn curves<'c>(task: &Task<'_>, split: Split, known: &'c CurveSummaries) -> Vec<Labelled<'c>> {
    let mut curves = Vec::new();
    for (index, contender, best) in drawn_settings(task) {
        let Some(curve) = known.convergence(best, split) else { continue };
        let tuned = best.learning_rate.filter(|_| contender.has_rate_to_tune());
        let rate = tuned.map_or_else(String::new, |rate| format!(", rate {}", short(rate, 4)));
        let name = name_with_label(&contender.combination.optimizer, &contender.label(best));
        let label = format!("{name}{rate} (n = {})", trials(best, known));
        let by_median = contender.ranking.by_median;
        curves.push(Labelled { label, colour: index, curve, by_median, is_faint: false, has_band: true });
    }
    curves
}

/// The trials that the curves of a setting count: `10`, or `6 training, 2 validation`.
fn trials(best: &SettingResult<'_>, known: &CurveSummaries) -> String {
    let found = [Split::Train, Split::Validation]
        .into_iter()
        .filter_map(|split| Some((split, known.convergence(best, split)?.n)));
    let found: Vec<(Split, usize)> = found.collect();
    match found[..] {
        [(train, one), (validation, other)] if one != other => {
            format!("{one} {}, {other} {}", long_word(train), long_word(validation))
        }
        [(_, n), ..] => n_of(best, n),
        [] => n_of(best, 0),
    }
}

/// The cost of an epoch in gradient evaluations, if it is the same for all epochs and optimizers.
pub fn evaluations_an_epoch(curves: &[&Labelled<'_>]) -> Option<u64> {
    let mut found = None;
    for Labelled { curve, .. } in curves {
        for (&epoch, &evaluations) in
            curve.epoch.iter().zip(&curve.gradient_evaluations).filter(|(epoch, _)| **epoch > 0)
        {
            let each = evaluations / epoch;
            if evaluations % epoch != 0 || found.is_some_and(|found| found != each) {
                return None;
            }
            found = Some(each);
        }
    }
    found
}

pub fn panel(
    task: &Task<'_>,
    split: Split,
    label: &str,
    scale: AxisScale,
    curves: &[Labelled<'_>],
    x: fn(&Convergence) -> &[u64],
) -> Panel {
    let kind = task.metric;
    let series = curves.iter().map(|curve| line(kind, curve, x(curve.curve), scale)).collect();
    let by_median = curves.iter().all(|curve| curve.by_median);
    Panel {
        title: String::new(),
        x: AxisLabel { label: label.to_owned(), scale },
        y: AxisLabel { label: format!("{} {}", long_word(split), kind.label), scale: metric_scale(kind) },
        series,
        good: None,
        verticals: Vec::new(),
        ceiling: None,
        floor: floor(kind, curves),
        horizontals: exact(task, split, by_median),
        margin_marks: Vec::new(),
        matrix: None,
        x_names: Vec::new(),
        rows: None,
    }
}

/// The best of the first values.
fn start(kind: &MetricKind, curves: &[Labelled<'_>]) -> Option<f64> {
    let starts = curves.iter().filter_map(|line| line.values().first().copied());
    starts.reduce(|one, other| if kind.is_better(other, one) { other } else { one }).filter(|value| shows(kind, *value))
}

fn floor(kind: &MetricKind, curves: &[Labelled<'_>]) -> Option<f64> {
    lowest(kind, start(kind, curves)?, curves.iter().filter_map(|line| line.values().last().copied()))
}

fn line(kind: &MetricKind, drawn_curve: &Labelled<'_>, xs: &[u64], scale: AxisScale) -> Series {
    let Labelled { label, colour, curve, .. } = drawn_curve;
    let values = drawn_curve.values();
    let mut points = Vec::new();
    let mut band = Vec::new();
    for index in drawn(xs, scale) {
        let x = xs[index] as f64;
        let (low, value, high) = (curve.low[index], values[index], curve.high[index]);
        if shows(kind, value) || value == 0.0 {
            points.push((x, value));
        }
        if drawn_curve.has_band && curve.n > 1 && shows(kind, low) && shows(kind, high) {
            band.push((x, low, high));
        }
    }
    // How many epochs lie between two points, whatever the unit of the axis is.
    let epochs: Vec<(f64, f64)> =
        drawn(xs, scale).into_iter().map(|index| (curve.epoch[index] as f64, values[index])).collect();
    let style = if drawn_curve.is_faint { Style::Faint } else { curve_style(&epochs) };
    Series { label: label.clone(), colour: *colour, style, points, band, highlights: Vec::new() }
}

pub fn explain(curves: &[&Labelled<'_>], scale: AxisScale, notes: &mut Vec<String>) {
    if scale == AxisScale::Log {
        notes.push(NO_EPOCH_0.to_owned());
    }
    let lost = |line: &Labelled<'_>| line.curve.mean.iter().any(|mean| !mean.is_finite());
    if curves.iter().any(|line| lost(line)) {
        let sign = if curves.iter().any(|line| line.curve.mean.contains(&f64::NEG_INFINITY)) { '−' } else { '+' };
        notes.push(format!(
            "A diverged or failed trial counts as {sign}∞ from there on: a mean ends where the first seed diverges, a median \
             where half have, a band where a quarter have."
        ));
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{Builder, Ending, line_problem};
    use crate::record::{MetricCurve, Study};
    use crate::report::StudyReport;
    use crate::report::figure_data::{AxisScale, Figure};
    use crate::shape::TargetMoments;

    /// The MSEs of the trials are 21, 4, 2 at epochs 0, 1, 2, then 41, 8, 4, and 100 at the start of one that diverges.
    fn builder() -> Builder {
        let moments = TargetMoments { mean: 0.0, variance: 8.0, baseline_loss: 9.0, rows: None };
        let (builder, id) = Builder::new("t", 1, false).with_problem(line_problem());
        let builder = builder.with_targets(id, [Some(moments), None, None]).combination("gd", "gd").deterministic(
            0.3,
            Ending::At(2.0),
            Some(id),
        );
        builder.deterministic(0.1, Ending::At(4.0), Some(id)).deterministic(0.9, Ending::Diverged, Some(id))
    }

    fn figures(study: &Study) -> [Figure; 2] {
        let report = StudyReport::new(study);
        ["convergence-diabetes-linear", "convergence-by-rate-diabetes-linear"]
            .map(|name| report.figures().find(|figure| figure.name == name).expect("a figure").clone())
    }

    fn ys(figure: &Figure, series: usize) -> Vec<f64> {
        figure.panels[0].series[series].points.iter().map(|(_, y)| *y).collect()
    }

    #[test]
    fn a_derived_score_is_drawn_on_its_own_axis() {
        let mut study = builder().build();
        crate::analysis::testing::rank_by(&mut study, "r2");
        let [best, by_rate] = figures(&study);
        for figure in [&best, &by_rate] {
            let axis = &figure.panels[0].y;
            assert_eq!((axis.label.as_str(), axis.scale), ("training R²", AxisScale::Linear));
            assert_eq!((figure.panels[0].floor, figure.panels[0].ceiling), (Some(0.0), None));
        }
        assert_eq!(ys(&best, 0), [-1.625, 0.5, 0.75], "1 − MSE/8");
        assert!(best.notes.iter().any(|note| note.ends_with("they start at training R² −1.62.")), "{:?}", best.notes);
        assert_eq!(ys(&by_rate, 0), [-4.125, 0.0, 0.5]);
        let note = "The lines start at training R² −1.62, and the y axis is cut at 0.";
        assert!(by_rate.notes.iter().any(|text| text == note), "{:?}", by_rate.notes);
        let diverging = ys(&by_rate, 2);
        assert!(diverging.last().is_some_and(|last| *last < -100.0), "it leaves through the bottom: {diverging:?}");
    }

    #[test]
    fn a_recorded_score_is_drawn_and_not_the_loss() {
        let mut builder = builder();
        let values: [&[f64]; 3] = [&[4.5, 2.0, 1.25], &[6.0, 3.0, 1.5], &[9.0]];
        for ((_, record), values) in builder.records.iter_mut().zip(values) {
            let train = values.iter().copied().map(Some).collect();
            let curve = MetricCurve { name: "mae".to_owned(), train, validation: Vec::new() };
            record.as_mut().expect("a record").curve.metrics.push(curve);
        }
        for (_, record) in &mut builder.records {
            let record = record.as_mut().expect("a record");
            let mut mae = record.metrics[0].clone();
            mae.name = "mae".to_owned();
            record.metrics.push(mae);
        }
        let mut study = builder.build();
        crate::analysis::testing::rank_by(&mut study, "mae");
        let [best, by_rate] = figures(&study);
        for figure in [&best, &by_rate] {
            let axis = &figure.panels[0].y;
            assert_eq!((axis.label.as_str(), axis.scale), ("training MAE", AxisScale::Log));
            assert_eq!(figure.panels[0].floor, None);
        }
        assert_eq!(ys(&best, 0), [4.5, 2.0, 1.25]);
        assert_eq!(ys(&by_rate, 0), [6.0, 3.0, 1.5]);
        assert_eq!(by_rate.panels[0].ceiling, Some(13.5), "three times the start");
    }
}
