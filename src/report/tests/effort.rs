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
    assert!(tables[0].rows.iter().any(|row| row[..4] == ["gd", "3", "–", "–"]), "{:?}", tables[0].rows);
    assert_eq!(titles(1)[0], "series");
    assert_eq!(titles(2), ["optimizer", "reached", "median", "known to", "× the fastest"]);
    let said =
        |part: &str| blocks.iter().any(|block| matches!(block, Block::Paragraph { text } if text.contains(part)));
    assert!(said("There is one task: performance profiles"));
    let Some(Block::List { items }) = blocks.first() else { panic!("the answer comes first") };
    let questions: Vec<&str> = items.iter().filter_map(|item| item.split(':').next()).collect();
    assert_eq!(questions, ["Which optimizer", "How sure", "At what effort", "Where not"]);
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

/// A study of two tasks whose optimizers differ by so much.
fn tasks(names: [&str; 2], values: [f64; 2], compare: bool) -> Study {
    let mut builder = Builder::new("t", 4, true);
    for dataset in ["one", "two"] {
        for (name, value) in names.iter().zip(values) {
            builder = builder.combination(name, "sgd");
            builder.study.combinations.last_mut().expect("a combination").dataset = dataset.to_owned();
            for (rate, more) in [(0.1, 0.0), (0.2, 1.0)] {
                let ends = [0.0, 0.3, 0.1, 0.2].map(|seed| value + more + seed * (2.0 - value.min(1.5)));
                builder = builder.setting(rate, "", &at(&ends));
            }
        }
    }
    let facts = builder.study.datasets.remove("diabetes").expect("the facts");
    builder.study.datasets = ["one", "two"].map(|name| (name.to_owned(), facts.clone())).into();
    if compare {
        builder.study.compare = vec!["optimizer.batch_size".to_owned()];
    }
    builder.build()
}

fn words(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        match block {
            Block::Paragraph { text: said } | Block::Subheading { text: said } => text.push_str(said),
            Block::List { items } => text.push_str(&items.join("\n")),
            Block::Figure { caption, .. } => text.push_str(caption),
            Block::Table(table) => {
                text.push_str(&table.caption);
                table.columns.iter().for_each(|column| text.push_str(&format!("\n{}", column.title)));
            }
            Block::Code { .. } => {}
        }
        text.push('\n');
    }
    text
}

#[test]
fn the_answer_names_a_leader_only_where_one_is_shown() {
    let clear = words(&chapter(&tasks(["a", "b"], [1.0, 9.0], false)).expect("a chapter"));
    assert!(clear.contains("Which optimizer: a. It alone is beaten on none of 2 tasks."), "{clear}");
    assert!(clear.contains("beaten: b (2 of 2)"), "{clear}");
    let equal = words(&chapter(&tasks(["a", "b"], [1.0, 1.0], false)).expect("a chapter"));
    assert!(equal.contains("Which optimizer: undecided among 2: a, b are beaten on none of 2 tasks"), "{equal}");
    assert!(equal.contains("nothing is tested over tasks, which needs 6 independent data sets"), "{equal}");
    assert!(!equal.contains("the lowest expected"), "no leader by expected value: {equal}");
}

#[test]
fn where_values_of_a_key_compete_no_optimizer_is_named() {
    let study = tasks(["batch_size 8", "batch_size 16"], [1.0, 9.0], true);
    let said = words(&chapter(&study).expect("a chapter"));
    assert!(
        said.contains("Which contender: batch_size 8.") && said.contains("Contenders are the values of batch_size."),
        "{said}"
    );
    assert!(!said.contains("optimizer"), "{said}");
    let figures: Vec<String> = StudyReport::new(&study).figures().map(|figure| format!("{figure:?}")).collect();
    let figures = figures.iter().filter(|text| text.contains("tuning-effort") || text.contains("performance-profile"));
    figures.for_each(|text| assert!(!text.contains("optimizer"), "{text}"));
}

/// `sweep explain` takes what stands above a column, without its unit.
#[test]
fn every_header_of_the_chapter_can_be_explained() {
    let mut builder = Builder::new("t", 4, true);
    for dataset in ["one", "two", "three"] {
        for (name, value) in [("a", 1.0), ("b", 3.0)] {
            builder = builder.combination(name, "sgd");
            let combination = builder.study.combinations.last_mut().expect("a combination");
            combination.dataset = dataset.to_owned();
            combination.untuned = Some(crate::record::Untuned {
                program: "torch",
                learning_rate: 0.1,
                keys: vec![crate::parameter::Values::new()],
                free: &[],
            });
            let problem = Id::of(dataset);
            for rate in [0.1, 0.2, 0.4, 0.8, 1.0] {
                builder = builder.on_problem(rate, &at(&[value, value + rate, value + 0.1, value]), problem);
            }
            let moments = crate::shape::TargetMoments { mean: 0.0, variance: 30.0, baseline_loss: 30.0, rows: None };
            builder = builder.with_targets(problem, [Some(moments); 3]);
        }
    }
    let facts = builder.study.datasets.remove("diabetes").expect("the facts");
    let named = |name: &str| {
        let mut facts = facts.clone();
        facts.origin = name.to_owned();
        (name.to_owned(), facts)
    };
    builder.study.datasets = ["one", "two", "three"].map(named).into();
    let study = builder.build();
    let blocks = chapter(&study).expect("a chapter");
    let mut titles = std::collections::BTreeSet::new();
    for block in &blocks {
        if let Block::Table(table) = block {
            titles.extend(table.columns.iter().map(|column| column.title.clone()));
        }
    }
    assert!(titles.len() > 30, "{titles:?}");
    for title in &titles {
        let word = title.split(',').next().unwrap_or_default();
        let word = word.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '×').trim();
        let is_metric = crate::metric::every().any(|metric| metric.label == word);
        let is_known = is_metric || word == "optimizer" || !crate::report::glossary::terms(word).is_empty();
        assert!(is_known, "{title}: `sweep explain {word}` has nothing to say");
    }
    for title in ["not tuned", "rate sensitivity, % of gain", "probability of improvement, over a", "known to"] {
        assert!(titles.contains(title), "{title}: {titles:?}");
    }
}
