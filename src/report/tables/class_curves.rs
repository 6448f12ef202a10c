//! `tables/class_curves.csv`: the curves by which classes are predicted, by the best setting of each optimizer; of many
//! optimizers those of the leader and of what is practically equal to it.

use super::TableKind;
use crate::analysis::{Analysis, ClassPredictor};
use crate::report::csv::Csv;

pub const TABLE: TableKind =
    TableKind { path: |_| "tables/class_curves.csv".to_owned(), only_if: Some(super::has_classes), write };

/// A point: x, y, and the quantiles of 25 % and 75 % over trials, or the number of rows.
type Point = (f64, f64, Option<(f64, f64)>, Option<u64>);

fn write(analysis: &Analysis<'_>, csv: &mut Csv<'_>) {
    csv.header(&["dataset", "model", "optimizer", "setting", "trials", "curve", "x", "y", "y_q25", "y_q75", "rows"]);
    for task in &analysis.tasks {
        let predictors = task.classes.iter().flat_map(|classes| task.with_curves(classes));
        for predictor in predictors {
            let contender = &task.contenders[predictor.contender];
            let label = contender.best().map_or_else(String::new, |best| contender.label(best));
            for (curve, points) in curves(predictor) {
                for (x, y, band, rows) in points {
                    csv.text(task.dataset);
                    csv.text(task.model);
                    csv.text(&contender.combination.optimizer);
                    csv.text(&label);
                    csv.count(predictor.n as u64);
                    csv.text(curve);
                    csv.statistic(Some(x));
                    csv.statistic(Some(y));
                    csv.statistic(band.map(|band| band.0));
                    csv.statistic(band.map(|band| band.1));
                    match rows {
                        Some(rows) => csv.count(rows),
                        None => csv.text(""),
                    }
                    csv.end_row();
                }
            }
        }
    }
}

fn curves(predictor: &ClassPredictor) -> [(&'static str, Vec<Point>); 3] {
    let of = |curve: &Option<crate::analysis::MeanCurve>| -> Vec<Point> {
        let points = curve.iter().flat_map(|curve| &curve.points);
        points.map(|point| (point.x, point.y, point.band, None)).collect()
    };
    let calibration =
        predictor.calibration.iter().map(|bin| (bin.probability, bin.share, None, Some(bin.rows))).collect();
    [
        ("receiver_operating_characteristic", of(&predictor.receiver_operating_characteristic)),
        ("precision_recall", of(&predictor.precision_recall)),
        ("calibration", calibration),
    ]
}
