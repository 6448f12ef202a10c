//! The chapter on tuning effort.

use super::*;
use crate::report::page::Block;

const ID: &str = "tuning-effort";

fn chapter(study: &Study) -> Option<Vec<Block>> {
    let report = StudyReport::new(study);
    report.sections().iter().find(|section| section.id == ID).map(|section| section.blocks.clone())
}

#[test]
fn one_optimizer_has_no_chapter() {
    assert_eq!(chapter(&line()), None);
    assert!(StudyReport::new(&line()).tables().all(|table| !(table.path)(&[crate::metric::mse()]).contains("tuning")));
}

#[test]
fn two_optimizers_have_tables_and_a_figure() {
    let study = seeded();
    let blocks = chapter(&study).expect("a chapter");
    let tables: Vec<&crate::report::PageTable> =
        blocks.iter().filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None }).collect();
    let titles = |at: usize| tables[at].columns.iter().map(|column| column.title.as_str()).collect::<Vec<_>>();
    assert_eq!(titles(0), ["optimizer", "settings", "1 tried", "4 tried", "all", "enough", "early, of 3"]);
    assert!(tables[0].caption.contains("Grids differ in size"), "{}", tables[0].caption);
    // A diverged trial has nothing to stand for it here, as no baseline is stored: with one setting tried it may be all there is.
    assert_eq!(tables[0].rows[0][..4], ["gd", "3", "–", "–"]);
    assert_eq!(titles(1)[0], "series");
    assert_eq!(titles(2), ["optimizer", "reached", "median", "× the fastest"]);
    let said =
        |part: &str| blocks.iter().any(|block| matches!(block, Block::Paragraph { text } if text.contains(part)));
    assert!(said("There is one task: performance profiles"));
    assert!(said("Nothing is tested by this"));
    let figure = figure_of(&study, "tuning-effort");
    assert_eq!(figure.panels[0].series.iter().map(|series| series.label.as_str()).collect::<Vec<_>>(), ["gd", "sgd"]);
    let rows = text(&render(&study), "tables/tuning_effort.csv");
    let last = rows.lines().rfind(|line| line.contains(",gd,")).expect("a row");
    assert!(last.starts_with("diabetes,linear,gd,test_mse,3,3,6,"), "{last}");
    // The right end of the curve is what the table of scores has.
    let scores = text(&render(&study), "tables/mse.csv");
    let level = last.split(',').nth(7).expect("a level");
    assert!(scores.lines().any(|line| line.contains(",gd,") && line.split(',').any(|cell| cell == level)), "{level}");
}
