//! Sentences on made-up records.

use super::verdicts;
use crate::analysis::Analysis;
use crate::analysis::testing::{Builder, Ending};
use crate::record::{SeedRepeats, Study};

fn study(optimizers: &[(&str, &[f64])]) -> Builder {
    let builder = Builder::new("t", optimizers[0].1.len() as u64, true);
    optimizers.iter().fold(builder, |builder, (name, values)| {
        let ends: Vec<Ending> = values.iter().map(|value| Ending::At(*value)).collect();
        builder.combination(name, "gd").setting(0.1, "", &ends)
    })
}

fn said(study: &Study) -> Vec<String> {
    let analysis = Analysis::new(study);
    verdicts(&analysis, &analysis.tasks[0])
}

#[test]
fn what_several_answers_have_in_common_is_said_once() {
    let three: [(&str, &[f64]); 3] =
        [("a", &[10.0, 13.0, 10.0, 12.0]), ("b", &[12.0, 11.0, 13.0, 10.0]), ("c", &[11.0, 9.0, 14.0, 13.0])];
    let splits = |builder: Builder| builder.design(SeedRepeats::Splits, [60, 20, 20]).build();
    let text = said(&splits(study(&three)));
    assert_eq!(text.len(), 3, "{text:?}");
    assert!(text[..2].iter().all(|line| line.contains("undecided") && line.ends_with(" would be shown.")), "{text:?}");
    let all = text.join("\n");
    assert_eq!(all.matches("no number of seeds").count(), 1, "{all}");
    assert_eq!(all.matches("eight of ten").count(), 1, "{all}");
    assert!(text[2].contains("these intervals below ± ") && text[2].ends_with(" %, more rows would."), "{all}");
    let two = said(&splits(study(&three[..2])));
    assert_eq!(two.len(), 1, "{two:?}");
    assert!(two[0].contains("eight of ten") && two[0].contains("brings the interval below"), "{two:?}");
}

/// Seed 1 does best at 0.1, seed 2 at 0.2: the number of both is 4 (the geometric mean of 2 and 8), that of the rate to use is 5.
#[test]
fn a_lone_optimizer_says_what_its_number_is() {
    let at = |values: [f64; 2]| values.map(Ending::At);
    let builder = Builder::new("t", 2, true).combination("gd", "gd");
    let builder = builder.setting(0.1, "", &at([2.0, 10.0])).setting(0.2, "", &at([6.0, 8.0]));
    let text = said(&builder.design(SeedRepeats::Splits, [60, 20, 20]).build());
    assert_eq!(text.len(), 1);
    assert!(text[0].contains("gd: 4.00 ") || text[0].contains("gd: 4 "), "{text:?}");
    assert!(text[0].contains("(tuned per seed, geometric mean), n = 2. To use: gd with learning rate 0."), "{text:?}");
    let one = said(&study(&[("gd", &[10.0, 13.0])]).build());
    assert!(one[0].contains("gd with learning rate 0.1: ") && !one[0].contains("tuned"), "{one:?}");
}

#[test]
fn a_margin_of_nothing_is_said_in_words() {
    let mut study = study(&[("a", &[10.0, 13.0, 10.0]), ("b", &[10.0, 13.0, 10.0])]).build();
    study.equivalence = 0.0;
    let text = said(&study).join("\n");
    assert!(text.contains("practically equal (no difference beyond rounding)") && !text.contains("± 0 %"), "{text}");
}

/// Of accuracies of 0.9, 0.85, 0.9, 0.95 and 0.7, 0.7, 0.75, 0.7 on 20 rows the differences are −20, −15, −15 and −25 points.
#[test]
fn a_difference_of_accuracies_is_told_in_points() {
    let ends = |values: [f64; 4]| values.map(Ending::At);
    let builder = Builder::new("t", 4, true).combination("a", "gd").setting(0.1, "", &ends([0.9, 0.85, 0.9, 0.95]));
    let builder = builder.combination("b", "gd").setting(0.1, "", &ends([0.7, 0.7, 0.75, 0.7]));
    let study = builder.of_classes("accuracy", 20).design(SeedRepeats::FreshData, [60, 20, 20]).build();
    let text = said(&study).join("\n");
    assert!(text.contains("a is better than b: b − a = −18.8 [−26.4, −11.1] points of test accuracy"), "{text}");
    assert!(text.contains(", a higher in 4 of 4 seeds, p = "), "{text}");
    let page = crate::report::StudyReport::new(&study).markdown();
    assert!(page.contains("−19 points \\[−26, −11\\]"), "{page}");
    assert!(page.contains("within ± 1 % of 1 − accuracy or one row"), "{page}");
}

/// A held split of 20 test rows: the leader misses them by 1 and 2 in turn, the other one each by 1.
#[test]
fn test_rows_against_the_leader_are_explained_and_both_can_be_trained_again() {
    let builder = study(&[("a", &[1.0, 1.0]), ("b", &[2.5, 2.5])]);
    let mut study = builder.design(SeedRepeats::Training, [60, 20, 20]).build();
    let targets: std::sync::Arc<[f64]> = std::iter::repeat_n(0.0, 20).collect();
    for trial in 0..4 {
        let miss = |row: u32| if trial >= 2 || row.is_multiple_of(2) { 1.0 } else { 2.0 };
        let predictions = crate::record::TestPredictions {
            kind: crate::shape::PredictionKind::Numbers,
            outputs: (0..20).map(miss).collect(),
            targets: std::sync::Arc::clone(&targets),
            n_targets: 1,
            weights: None,
        };
        study.test_predictions.insert(trial, predictions);
    }
    let text = said(&study).join("\n");
    assert!(text.starts_with("On diabetes these b models predict new rows better than these a models"), "{text}");
    assert!(text.ends_with("; a leads by the validation rows, and the test rows say otherwise."), "{text}");
    let report = crate::report::StudyReport::new(&study);
    let summary = report.terminal(None, None);
    assert!(summary.contains("alone/diabetes-linear-a  # a, 2 trials: "), "{summary}");
    assert!(summary.contains("alone/diabetes-linear-b  # b, 2 trials: "), "{summary}");
    let page = report.markdown();
    assert!(page.contains("leads by its score, but these models predict new rows worse than those of b"), "{page}");
}
