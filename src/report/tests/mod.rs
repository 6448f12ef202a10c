//! Tests of the pages, tables and terminal output of whole studies: the studies, and the files of a report.

mod best_rates;
mod classes;
mod compared;
mod effort;
mod figures;
mod limits;
mod many_optimizers;
mod metrics;
mod rounding;
mod terminal;
mod verdicts;
mod watched;
mod whole;

use super::*;
use crate::analysis::testing::{Builder, Ending, line_problem};
use crate::record::{CheckRecord, Id, Study};

fn at(values: &[f64]) -> Vec<Ending> {
    values.iter().map(|value| Ending::At(*value)).collect()
}

fn seeded() -> Study {
    seeded_builder().build()
}

fn seeded_builder() -> Builder {
    Builder::new("GD and SGD by learning rate", 6, true)
        .combination("gd", "gd")
        .setting(0.1, "", &at(&[3100.0, 3120.0, 3080.0, 3140.0, 3060.0, 3100.0]))
        .setting(0.316, "", &at(&[3000.0, 3020.0, 2980.0, 3040.0, 2960.0, 3000.0]))
        .setting(0.562, "", &vec![Ending::Diverged; 6])
        .combination("sgd", "sgd")
        .setting(0.01, "\"optimizer.batch_size\" = 16", &at(&[3001.0, 3015.0, 2983.0, 3045.0, 2958.0, 2995.0]))
        .setting(0.1, "\"optimizer.batch_size\" = 16", &at(&[3021.0, 3025.0, 2989.0, 3055.0, 2968.0, 3005.0]))
        .setting(0.316, "\"optimizer.batch_size\" = 16", &at(&[9021.0, 9025.0, 9989.0, 9055.0, 9968.0, 9005.0]))
        .setting(0.001, "\"optimizer.batch_size\" = 16", &at(&[9021.0, 9025.0, 9989.0, 9055.0, 9968.0, 9005.0]))
        .setting(
            0.01,
            "\"optimizer.batch_size\" = 1",
            &[9e3, 9e3, 9e3, 9e3, 9e3].map(Ending::At).into_iter().chain([Ending::Diverged]).collect::<Vec<_>>(),
        )
}

fn line() -> Study {
    let (builder, id) = Builder::new("The textbook line", 1, false).with_problem(line_problem());
    let mut builder = builder.combination("gd", "gd");
    for (rate, loss) in [(0.5, 0.9), (0.96, 0.806_585), (0.98, 4.0e6), (1.0, 5e11)] {
        builder = builder.deterministic(rate, Ending::At(loss), Some(id));
    }
    let check = |factor: f64, loss: f64| CheckRecord {
        numerics_version: 1,
        momentum: 0.0,
        nesterov: false,
        limit: 0.9685,
        factor,
        learning_rate: factor * 0.9685,
        steps: 100,
        start_mse: 5.0,
        measured_mse: Some(loss),
        predicted_mse: Some(loss * (1.0 + 1e-14)),
    };
    builder.study.checks.insert(id, vec![check(0.99, 0.9), check(1.01, 40.0)]);
    builder.build()
}

/// A file of the results folder.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ReportFile {
    path: String,
    bytes: Vec<u8>,
}

/// All text files of a report: `report.md` and the tables.
fn files(report: &StudyReport<'_>) -> Vec<ReportFile> {
    let mut files = vec![ReportFile { path: "report.md".to_owned(), bytes: report.markdown().into_bytes() }];
    for table in report.tables() {
        let mut bytes = Vec::new();
        report.write_table(table, &mut bytes).expect("writes");
        files.push(ReportFile { path: (table.path)(&report.analysis.study.scores()), bytes });
    }
    files
}

fn render(study: &Study) -> Vec<ReportFile> {
    files(&StudyReport::new(study))
}

fn text(files: &[ReportFile], path: &str) -> String {
    let file = files.iter().find(|file| file.path == path).expect("the file");
    String::from_utf8(file.bytes.clone()).expect("UTF-8")
}

/// A figure of a study by name.
fn figure_of(study: &Study, name: &str) -> figure_data::Figure {
    StudyReport::new(study).figures().find(|figure| figure.name == name).cloned().expect("the figure")
}

fn figure_names_are_unique(report: &StudyReport<'_>) -> bool {
    let mut names: Vec<&str> = report.figures().map(|figure| figure.name.as_str()).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    names.len() == count
}

/// A study under R² on two problems of four seeds each, whose targets have these variances. RMSE stands beside it.
fn under_r2(variances: [f64; 2]) -> Study {
    let mut builder = Builder::new("t", 8, true)
        .combination("gd", "gd")
        .setting(0.1, "", &at(&[4.0; 8]))
        .setting(0.2, "", &at(&[2.0; 8]))
        .combination("sgd", "sgd")
        .setting(0.1, "", &at(&[1.0; 8]));
    let ids = ["one", "other"].map(crate::record::Id::of);
    for (id, variance) in ids.iter().zip(variances) {
        let moments = crate::shape::TargetMoments { mean: 0.0, variance, baseline_loss: 9.0, rows: None };
        builder.study.targets.insert(*id, [Some(moments); 3]);
    }
    for (index, (_, record)) in builder.records.iter_mut().enumerate() {
        record.as_mut().expect("a record").problem = Some(ids[usize::from(index % 8 >= 4)]);
    }
    crate::analysis::testing::rank_by(&mut builder.study, "r2");
    crate::analysis::testing::ask_for(&mut builder.study, &["rmse"]);
    builder.build()
}
