//! The report on a study: analysed once, then rendered as any of its files.

use std::io::Write;
use std::time::Duration;

use super::figure_data::Figure;
use super::figures::{self, EffortFigures, TaskFigures};
use super::page::PageSection;
use super::reproduction::CommandOf;
use super::sections::{self, SectionContext};
use super::tables::{TABLES, TableKind};
use super::{csv, html, markdown, terminal, verdict_json};
use crate::analysis::Analysis;
use crate::record::Study;

/// The report on one study.
pub struct StudyReport<'a> {
    pub analysis: Analysis<'a>,
    figures: Vec<TaskFigures>,
    effort_figures: EffortFigures,
    sections: Vec<PageSection>,
}

impl<'a> StudyReport<'a> {
    #[must_use]
    pub fn new(study: &'a Study) -> Self {
        let analysis = Analysis::new(study);
        let figures = figures::figures(&analysis);
        let effort_figures = EffortFigures::of(&analysis);
        let context = SectionContext { analysis: &analysis, figures: &figures, effort_figures: &effort_figures };
        let sections = sections::sections(&context);
        Self { analysis, figures, effort_figures, sections }
    }

    /// `report.md`.
    #[must_use]
    pub fn markdown(&self) -> String {
        markdown::markdown(self.title(), &self.sections)
    }

    /// `verdict.json`.
    #[must_use]
    pub fn verdict(&self) -> String {
        verdict_json::verdict_json(&self.analysis)
    }

    /// The rows of [`TABLES`] that this report has.
    pub fn tables(&self) -> impl Iterator<Item = &'static TableKind> {
        TABLES.iter().filter(|table| table.only_if.is_none_or(|is_wanted| is_wanted(&self.analysis)))
    }

    /// Writes one of its tables.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write_table(&self, table: &TableKind, out: &mut dyn Write) -> std::io::Result<()> {
        let mut csv = csv::Csv::new(out);
        (table.write)(&self.analysis, &mut csv);
        csv.finish()
    }

    /// All figures in the order of the page. The Markdown expects their pictures at `plots/NAME.svg`.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.effort_figures.all().chain(self.figures.iter().flat_map(TaskFigures::all))
    }

    /// The sections, for a renderer of another kind.
    #[must_use]
    pub fn sections(&self) -> &[PageSection] {
        &self.sections
    }

    /// `report.html`, with the pictures that `svg` returns for the names of figures.
    ///
    /// # Errors
    /// Only if the embedded template is wrong.
    pub fn html(&self, svg: &dyn Fn(&str) -> Option<String>) -> Result<String, minijinja::Error> {
        html::html(self.title(), &self.sections, svg)
    }

    /// The summary printed at the end of a run. `report` is the path in its last line, `command` writes the commands that train
    /// the answers again.
    #[must_use]
    pub fn summary(&self, elapsed: Option<Duration>, report: Option<&str>, command: CommandOf<'_>) -> String {
        terminal::terminal(&self.analysis, elapsed, report, command)
    }

    /// The summary, where `EXPERIMENT` stands for the file.
    #[cfg(test)]
    pub fn terminal(&self, elapsed: Option<Duration>, report: Option<&str>) -> String {
        self.summary(elapsed, report, &|overrides, folder| {
            format!("sweep run EXPERIMENT {} -o {folder}", overrides.join(" "))
        })
    }

    fn title(&self) -> &str {
        let study = self.analysis.study;
        if study.title.is_empty() { &study.name } else { &study.title }
    }
}
