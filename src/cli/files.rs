//! Writes the files of a results folder from a report.

use std::io::Write;

use rayon::prelude::*;

use super::failure::CommandFailure;
use super::plan_toml;
use super::timing::Phases;
use crate::analysis::shown_trials;
use crate::metric::MetricKind;
use crate::plan::{FactsByDataset, Plan};
use crate::record::CurveScope;
use crate::report::{self, StudyReport, plot};
use crate::store::{self, Results, StoredCurves};
use crate::text::reason;

/// A figure's name, and the figure as SVG and as PNG.
type Picture<'a> = (&'a str, String, Result<Vec<u8>, plot::PlotError>);

/// The files outside `tables/` and `plots/` that every report writes.
const FIXED: [&str; 6] = ["report.html", "report.md", "verdict.json", "trials.parquet", "curves.parquet", "plan.toml"];

/// The table of what was watched, where something is.
const WATCHED: &str = "watched.parquet";

/// The files that every report with these scores writes, relative to the results folder.
pub fn fixed(scores: &[&MetricKind]) -> impl Iterator<Item = String> {
    let tables = report::TABLES.iter().filter(|table| table.only_if.is_none());
    FIXED.into_iter().map(str::to_owned).chain(tables.map(|table| (table.path)(scores)))
}

/// Writes every file that a comparison reads.
///
/// # Errors
/// If a curve could not be read, a table or picture cannot be encoded, a file cannot be written, or a file that no report wrote
/// is in the way.
pub fn write(
    results: Results,
    report: &StudyReport<'_>,
    curves: &StoredCurves,
    plan: &Plan,
    facts: &FactsByDataset,
    phases: &mut Phases<'_>,
) -> Result<store::ReportWriter, CommandFailure> {
    curves.check()?;
    let figures: Vec<&report::figure_data::Figure> = report.figures().collect();
    let pictures: Vec<String> =
        figures.iter().flat_map(|figure| ["svg", "png"].map(|ending| picture(&figure.name, ending))).collect();
    let scores = plan.scores();
    let tables: Vec<_> = report.tables().map(|table| (table, (table.path)(&scores))).collect();
    let watched = (!report.analysis.study.watches().is_empty()).then_some(WATCHED);
    let announced = FIXED.into_iter().chain(watched).chain(tables.iter().map(|(_, path)| path.as_str()));
    let mut results = results.announce(announced.chain(pictures.iter().map(String::as_str)))?;
    let drawn: Vec<Picture<'_>> = figures
        .par_iter()
        .map(|figure| {
            let svg = plot::svg(figure);
            let png = plot::png(&svg);
            (figure.name.as_str(), svg, png)
        })
        .collect();
    let page = report
        .html(&|name| drawn.iter().find(|(figure, ..)| *figure == name).map(|(_, svg, _)| svg.clone()))
        .map_err(|error| CommandFailure::new(CommandFailure::FILES, format!("cannot render report.html: {error}")))?;
    results.put("report.html", page.as_bytes())?;
    results.put("report.md", report.markdown().as_bytes())?;
    results.put("verdict.json", report.verdict().as_bytes())?;
    for (name, svg, png) in &drawn {
        let png = png.as_ref().map_err(|error| {
            CommandFailure::new(CommandFailure::FILES, format!("cannot draw plots/{name}.png: {error}"))
        })?;
        results.put(&picture(name, "svg"), svg.as_bytes())?;
        results.put(&picture(name, "png"), png)?;
    }
    phases.end("drawing");
    for (table, path) in tables {
        let mut file = results.begin(&path)?;
        let written = report.write_table(table, &mut file);
        written.map_err(|error| {
            CommandFailure::new(CommandFailure::FILES, format!("cannot write {path}: {}", reason(&error)))
        })?;
        results.end(file)?;
    }
    phases.end("writing the report's tables");
    let (mut trials, mut rows) = (results.begin("trials.parquet")?, results.begin("curves.parquet")?);
    let study = report.analysis.study;
    let kept = (study.curve_scope == CurveScope::Chosen).then(|| shown_trials(&report.analysis));
    let mut of_watched = watched.map(|name| results.begin(name)).transpose()?;
    let tables = store::TableFiles {
        trials: &mut trials,
        curves: &mut rows,
        watched: of_watched.as_mut().map(|file| file as &mut (dyn Write + Send)),
    };
    store::write_tables(study, curves, kept.as_ref(), tables)
        .map_err(|error| CommandFailure::new(CommandFailure::FILES, error))?;
    results.end(trials)?;
    results.end(rows)?;
    of_watched.map(|file| results.end(file)).transpose()?;
    results.put("plan.toml", plan_toml::document(plan, facts).as_bytes())?;
    results.finish()?;
    phases.end("writing trials and curves");
    Ok(results)
}

/// The path of a figure, relative to the results folder.
fn picture(name: &str, ending: &str) -> String {
    format!("plots/{name}.{ending}")
}
