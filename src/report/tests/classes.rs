//! What a report says of classes.

use super::*;
use crate::record::{ClassFacts, SeedRepeats, TestPredictions};
use crate::report::figure_data::Style;
use crate::shape::PredictionKind;

/// Two optimizers at two seeds on six test rows of the classes a, b and c.
fn study() -> Study {
    let builder = Builder::new("t", 2, true).combination("gd", "gd").setting(0.1, "", &at(&[0.5, 0.6]));
    let builder = builder.combination("sgd", "sgd").setting(0.1, "", &at(&[0.9, 0.8]));
    let mut study = builder.design(SeedRepeats::Splits, [60, 20, 6]).build();
    let names = ["a", "b", "c"].map(str::to_owned).to_vec();
    for dataset in study.datasets.values_mut() {
        dataset.facts.classes = Some(ClassFacts { are_texts: true, names: names.clone(), rows: vec![40, 30, 16] });
    }
    for trial in 0..4 {
        // Each row's own class has 0.6, but gd takes the last row for b at its second seed, and sgd all rows for a.
        let codes = [0.0, 0.0, 1.0, 1.0, 2.0, 2.0];
        let taken = |row: usize| match trial {
            1 if row == 5 => 1,
            0 | 1 => codes[row] as usize,
            _ => 0,
        };
        let share = |class: usize, row: usize| if taken(row) == class { 0.6 } else { 0.2 };
        let outputs = (0..18).map(|at| share(at / 6, at % 6)).collect();
        let known = TestPredictions {
            kind: PredictionKind::Probabilities,
            outputs,
            targets: codes.as_slice().into(),
            n_targets: 1,
            weights: None,
        };
        study.test_predictions.insert(trial, known);
    }
    study
}

#[test]
fn the_leader_is_shown_class_by_class_and_every_pair_is_in_a_table() {
    let study = study();
    let files = render(&study);
    let page = text(&files, "report.md");
    assert!(page.contains("| c | 4 | 0.75 | 1 | b (1) |"), "{page}");
    assert!(page.contains("| b | 4 | 1 | 0.8 | – |"), "{page}");
    assert!(page.contains("how gd predicts each class: test rows of all 2 seeds together."), "{page}");
    let confusion = text(&files, "tables/confusion.csv");
    assert_eq!(confusion.lines().count(), 1 + 2 * 9);
    assert!(confusion.contains("diabetes,linear,gd,,2,c,b,1\n"), "{confusion}");
    assert!(confusion.contains("diabetes,linear,sgd,,2,b,a,4\n"), "{confusion}");
    let curves = text(&files, "tables/class_curves.csv");
    assert!(curves.contains("diabetes,linear,sgd,,2,calibration,0.6,0.3333333333,,,12\n"), "{curves}");
    // Of sgd every row is alike: its curve is the diagonal, and the precision the share of each class.
    assert!(curves.contains("sgd,,2,receiver_operating_characteristic,0.25,0.25,"), "{curves}");
    assert!(curves.contains("sgd,,2,precision_recall,0.5,0.3333333333,"), "{curves}");
}

#[test]
fn figures_show_pairs_of_classes_and_curves() {
    let study = study();
    let matrix = figure_of(&study, "confusion-diabetes-linear");
    let counts: Vec<Vec<u64>> =
        matrix.panels.iter().map(|panel| panel.matrix.as_ref().expect("a matrix").counts.clone()).collect();
    assert_eq!(counts, [vec![4, 0, 0, 0, 4, 0, 0, 1, 3], vec![4, 0, 0, 4, 0, 0, 4, 0, 0]]);
    let curves = figure_of(&study, "classes-diabetes-linear");
    let titles: Vec<&str> = curves.panels.iter().map(|panel| panel.title.as_str()).collect();
    assert_eq!(titles, ["ROC", "Precision and recall", "Calibration"]);
    assert!(curves.subtitle.contains("mean over the classes, each against the others"), "{}", curves.subtitle);
    assert!(curves.notes[0].starts_with("Calibration: test rows in 15 bins of the probability"), "{:?}", curves.notes);
    assert!(!matrix.subtitle.contains("weights"), "{}", matrix.subtitle);
    let mut weighted = study;
    for dataset in weighted.datasets.values_mut() {
        dataset.facts.reading.weight = Some(crate::record::ColumnReading {
            name: "w".to_owned(),
            kind: crate::record::ColumnKind::Number,
            missing: 0,
            is_time: false,
        });
    }
    let matrix = figure_of(&weighted, "confusion-diabetes-linear");
    assert!(matrix.subtitle.contains("(counted, whatever their weights)"), "{}", matrix.subtitle);
}

#[test]
fn without_classes_or_predictions_nothing_is_said() {
    let mut without = study();
    without.test_predictions.clear();
    for known in [without, seeded()] {
        let report = StudyReport::new(&known);
        assert!(!report.markdown().contains("## Classes"));
        assert!(report.tables().all(|table| !(table.path)(&[crate::metric::mse()]).contains("confusion")));
    }
}

/// Of gd eleven rows have 0.6 for the right class, and one for another: all are in one bin, of twelve rows. With one seed it has six.
#[test]
fn bins_of_few_rows_are_hollow_and_on_no_line() {
    let calibrations = |study: &Study| {
        let figure = figure_of(study, "classes-diabetes-linear");
        let panel = figure.panels.iter().find(|panel| panel.title == "Calibration").expect("the panel").clone();
        (panel, figure.notes)
    };
    let (panel, notes) = calibrations(&study());
    assert!(panel.series.iter().all(|series| series.style != Style::Hollow), "{:?}", panel.series);
    assert!(!notes.iter().any(|note| note.starts_with("Hollow")), "{notes:?}");
    let mut few = study();
    few.test_predictions.retain(|trial, _| *trial != 1);
    let (panel, notes) = calibrations(&few);
    let hollow: Vec<_> = panel.series.iter().filter(|series| series.style == Style::Hollow).collect();
    let [gd] = &hollow[..] else { panic!("{hollow:?}") };
    assert!(gd.points.len() == 1 && gd.label.starts_with("gd"), "{gd:?}");
    assert!(
        notes.iter().any(|note| note.starts_with("Hollow, and on no line: bins of fewer than 10 rows")),
        "{notes:?}"
    );
}
