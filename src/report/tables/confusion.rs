//! `tables/confusion.csv`: how many test rows of each class are taken for each class, by the best setting of each optimizer.

use super::TableKind;
use crate::analysis::Analysis;
use crate::report::csv::Csv;

pub const TABLE: TableKind =
    TableKind { path: |_| "tables/confusion.csv".to_owned(), only_if: Some(super::has_classes), write };

fn write(analysis: &Analysis<'_>, csv: &mut Csv<'_>) {
    csv.header(&["dataset", "model", "optimizer", "setting", "trials", "class", "predicted_class", "rows"]);
    for task in &analysis.tasks {
        let Some(classes) = &task.classes else { continue };
        for predictor in &classes.predictors {
            let contender = &task.contenders[predictor.contender];
            let label = contender.best().map_or_else(String::new, |best| contender.label(best));
            for (of, class) in classes.names.iter().enumerate() {
                for (taken, predicted) in classes.names.iter().enumerate() {
                    csv.text(task.dataset);
                    csv.text(task.model);
                    csv.text(&contender.combination.optimizer);
                    csv.text(&label);
                    csv.count(predictor.n as u64);
                    csv.text(class);
                    csv.text(predicted);
                    csv.count(predictor.confusion.count(of, taken));
                    csv.end_row();
                }
            }
        }
    }
}
