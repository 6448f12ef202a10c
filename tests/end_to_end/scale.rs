//! What must not grow: how often what is stored is read, however it lies there.

use std::fs;

use sweep::experiment;
use sweep::plan::{BoundPlan, select_theory};
use sweep::record::Study;
use sweep::report::StudyReport;
use sweep::runner::SharedData;
use sweep::store::{Store, StoredCurves, TableFiles, write_tables};

use super::*;

/// Trains an experiment, and stores its records again in segments of few, in the order of their ids: what belongs together
/// lies in as many segments as it can.
fn scattered(place: &Place, trials: usize) -> usize {
    place.write("small.toml", SMALL.replace("seeds = 3", "seeds = 8"));
    let run = place.sweep(&["run", "small.toml", "--quiet"]);
    assert_eq!(code(&run), 0, "{}", error(&run));
    let store = Store::at(&place.path("results/small"));
    let mut records = with_study(place, |_, _, records| records);
    records.sort_by_key(|record| record.id);
    let segments = place.path("results/small/.sweep/segments");
    fs::remove_dir_all(&segments).unwrap();
    fs::create_dir(&segments).unwrap();
    records.chunks(trials).for_each(|part| store.write_segment(part).unwrap());
    fs::read_dir(&segments).unwrap().count()
}

/// Calls with the study of what is stored, its curves, and the records.
fn with_study<T>(place: &Place, call: impl FnOnce(&Study, &StoredCurves, Vec<sweep::record::TrialRecord>) -> T) -> T {
    let loaded =
        experiment::load(&place.path("small.toml"), &[]).unwrap_or_else(|wrong| panic!("{}", wrong.render(false)));
    let (_, facts) = SharedData::load(&loaded.plan).unwrap();
    let bound = BoundPlan::new(&loaded.plan, &facts).unwrap();
    let store = Store::at(&place.path("results/small"));
    let archive = store.read(&bound.identities()).unwrap();
    let records = archive.records().unwrap();
    let selected = select_theory(&bound, &store.read_theory().unwrap());
    let (trials, curves) = archive.split();
    let study = bound.study(trials, curves.clone(), selected);
    call(&study, &curves, records)
}

#[test]
fn a_report_opens_each_segment_once_for_ties_for_times_for_figures_and_for_tables() {
    let place = Place::new();
    let segments = scattered(&place, 7);
    assert!(segments > 20, "{segments}");
    with_study(&place, |study, curves, _| {
        let before = curves.opened();
        let report = StudyReport::new(study);
        assert!(report.figures().count() > 4);
        let opened = curves.opened() - before;
        assert!((1..=segments).contains(&opened), "{opened} openings of {segments} segments");
        let before = curves.opened();
        let files = TableFiles { trials: &mut Vec::new(), curves: &mut Vec::new(), watched: None };
        write_tables(study, curves, None, files).unwrap();
        assert_eq!(curves.opened() - before, segments);
        curves.check().unwrap();
    });
    // And what comes of it is what came of records that lie in order.
    let ordered = place.results("results/small");
    assert_eq!(code(&place.sweep(&["report", "small.toml", "--quiet"])), 0);
    assert!(place.results("results/small") == ordered);
}

#[test]
fn a_curve_that_cannot_be_read_any_more_ends_the_report() {
    let place = Place::new();
    scattered(&place, 7);
    with_study(&place, |study, curves, _| {
        let segments = place.path("results/small/.sweep/segments");
        let lost = fs::read_dir(&segments).unwrap().next().unwrap().unwrap().path();
        let bytes = fs::read(&lost).unwrap();
        fs::remove_file(&lost).unwrap();
        let _ = StudyReport::new(study);
        let message = curves.check().unwrap_err().to_string();
        assert!(message.contains(&lost.display().to_string()), "{message}");
        fs::write(&lost, bytes).unwrap();
    });
}

/// Two lists of a link as long as an axis may be: held against each other they would take half a minute.
#[test]
fn a_link_of_long_lists_is_planned_and_a_repeated_point_is_found() {
    let place = Place::new();
    let experiment = |last: &str| {
        let numbers =
            |scale: f64| (0..20_000).map(|i| (scale * f64::from(i)).to_string()).collect::<Vec<_>>().join(", ");
        format!(
            "[datasets.made]\nsource = \"synthetic\"\nn_samples = 20\nn_features = 2\n[models.m]\nkind = \"linear\"\n\
             [optimizers.gd]\nmethod = \"gd\"\n[[link]]\noptimizer = \"gd\"\nlearning_rate = [0.5, {}, {last}]\n\
             momentum = [0.5, {}, 0.5]\n",
            numbers(1e-6).replacen('0', "0.75", 1),
            numbers(4e-5)
        )
    };
    place.write("link.toml", experiment("0.25"));
    let plan = place.sweep(&["plan", "link.toml"]);
    assert_eq!(code(&plan), 0, "{}", error(&plan));
    assert!(out(&plan).contains("20002 settings"), "{}", out(&plan));
    place.write("link.toml", experiment("0.5"));
    let plan = place.sweep(&["plan", "link.toml"]);
    assert_eq!(code(&plan), 2);
    assert!(
        error(&plan).contains("learning_rate, momentum are here what they are 20001 places before"),
        "{}",
        error(&plan)
    );
}
