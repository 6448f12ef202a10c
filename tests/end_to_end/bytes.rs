//! The same bytes, always.

use super::*;

#[test]
fn jobs_company_and_repetition_change_no_byte() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    let variants: [&[&str]; 4] = [
        &["--jobs", "1"],
        &["--jobs", "2"],
        &["--jobs", "2", "--cohort-limit", "1"],
        &["--jobs", "3", "--cohort-limit", "4"],
    ];
    let mut all = Vec::new();
    for (index, variant) in variants.iter().enumerate() {
        let folder = format!("results{index}");
        let arguments = [&["run", "small.toml", "-o", &folder][..], variant].concat();
        let output = place.sweep(&arguments);
        assert_eq!(code(&output), 0, "{}", error(&output));
        all.push(place.results(&format!("{folder}/small")));
    }
    let names: Vec<&str> = all[0].iter().map(|(name, _)| name.as_str()).collect();
    for wanted in ["report.md", "report.html", "trials.parquet", "curves.parquet", "plan.toml", "tables/mse.csv"] {
        assert!(names.contains(&wanted), "{wanted} is missing in {names:?}");
    }
    assert!(names.iter().any(|name| name.ends_with(".svg")) && names.iter().any(|name| name.ends_with(".png")));
    for (index, files) in all.iter().enumerate().skip(1) {
        assert_eq!(files.len(), all[0].len());
        for ((name, first), (_, other)) in all[0].iter().zip(files) {
            assert!(first == other, "{name} differs under {:?}", variants[index]);
        }
    }
}

#[test]
fn a_report_is_rendered_again_from_the_store_without_data() {
    let place = Place::new();
    place.write("line.csv", "x,y\n1,2\n2,4.1\n3,6\n4,8.2\n5,9.9\n6,12\n7,14.2\n8,16\n");
    place.write("other.csv", "x,y\n1,2\n2,3\n");
    place.write(
        "line.toml",
        // One of its data sets is excluded whole: neither `run` nor `report` tells of it.
        "[datasets.line]\nsource = \"csv\"\npath = [\"line.csv\", \"other.csv\"]\ntarget = \"y\"\n[models.m]\n\
         kind = \"linear\"\n[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = [0.001, 0.01]\n\
         [[exclude]]\ndataset.path = \"other.csv\"\n",
    );
    assert_eq!(code(&place.sweep(&["run", "line.toml"])), 0);
    let before = place.results("results/line");
    std::fs::remove_file(place.path("line.csv")).expect("removes");
    for (name, _) in &before {
        std::fs::remove_file(place.path("results/line").join(name)).expect("removes");
    }
    let output = place.sweep(&["report", "line.toml"]);
    assert_eq!(code(&output), 0, "{}", error(&output));
    assert!(before == place.results("results/line"));
}

#[test]
fn verify_accepts_its_own_results_and_names_what_differs() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
    let output = place.sweep(&["verify", "small.toml"]);
    assert_eq!(code(&output), 0, "{}{}", out(&output), error(&output));

    // Another seed count gives other trials: the committed folder differs in named cells.
    place.write("small.toml", SMALL.replace("epochs = 20", "epochs = 21"));
    let output = place.sweep(&["verify", "small.toml"]);
    assert_eq!(code(&output), 1);
    let text = out(&output);
    assert!(text.starts_with("small differs in"), "{text}");
    assert!(text.contains("epochs: 20 → 21"), "{text}");

    let output = place.sweep(&["verify", "small.toml", "--bless"]);
    assert_eq!(code(&output), 0);
    assert_eq!(code(&place.sweep(&["verify", "small.toml"])), 0);
}

#[test]
fn the_resolved_plan_runs_again_as_it_is() {
    let place = Place::new();
    for train in ["epochs = 20\nevaluate_every = 5", "epochs = 20\nevaluate_every = 1\npatience = 3", "epochs = 20"] {
        place.write("small.toml", SMALL.replace("epochs = 20", train));
        assert_eq!(code(&place.sweep(&["run", "small.toml"])), 0);
        std::fs::copy(place.path("results/small/plan.toml"), place.path("again.toml")).expect("copies");
        let planned = place.sweep(&["plan", "again.toml"]);
        assert_eq!(code(&planned), 0, "{}", error(&planned));
        assert!(!error(&planned).contains("warning"), "{}", error(&planned));
        assert!(out(&planned).contains("108 known, 0 new"), "{}", out(&planned));
        let verified = place.sweep(&["verify", "again.toml"]);
        assert_eq!(code(&verified), 0, "{}", out(&verified));
    }
}
