//! Many processes at once on one folder.

use super::*;

#[test]
fn sixteen_runs_at_once_train_every_trial_once() {
    let place = fifty();
    let whole = place.results("whole/fifty");
    let rounds = how_many("SWEEP_ROUNDS", 2);
    for round in 0..rounds {
        let folder = format!("together/{round}");
        let start = |_| {
            let mut command = run(&place, &folder, &[]);
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("runs")
        };
        let runs: Vec<_> = (0..16).map(start).collect();
        for child in runs {
            let output = child.wait_with_output().expect("ends");
            assert_eq!(code(&output), 0, "round {round}: {}", error(&output));
        }
        let results = place.path(&folder).join("fifty");
        assert!(read(&results) == whole, "round {round}");
        assert_eq!(records(&results).len(), 50, "round {round}: a trial was trained twice");
        let timing = std::fs::read(results.join("timing.json")).expect("reads");
        let timing: serde_json::Value = serde_json::from_slice(&timing).expect("JSON");
        let trained = timing["runs"].as_array().expect("a list").iter().map(|run| run["trials_trained"].as_u64());
        let trained: Vec<u64> = trained.map(|count| count.expect("a number")).collect();
        assert_eq!(trained.iter().sum::<u64>(), 50, "round {round}: {trained:?}");
        std::fs::remove_dir_all(place.path(&folder)).expect("removes");
    }
    println!("{rounds} rounds of 16 processes: every trial trained once");
}
