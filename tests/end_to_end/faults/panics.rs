//! One trial in a hundred panics.

use super::*;

#[test]
fn one_in_a_hundred_of_ten_thousand_trials_panics() {
    let place = Place::new();
    place.write("line.csv", "x,y\n1,2.1\n2,3.9\n3,6.2\n4,7.8\n");
    place.write(
        "many.toml",
        "name = \"many\"\nseeds = 4\n[datasets.line]\nsource = \"csv\"\npath = \"line.csv\"\ntarget = \"y\"\n\
         [models.linear]\nkind = \"linear\"\n[optimizers.sgd]\nmethod = \"sgd\"\nbatch_size = 3\n\
         learning_rate = { from = 1e-4, to = 2.0, count = 2500, scale = \"log\" }\n[train]\nepochs = 3\n",
    );
    let sound = place.sweep(&["run", "many.toml", "-o", "sound"]);
    assert_eq!(code(&sound), 0, "{}", error(&sound));
    let by_id = |folder: &str| -> HashMap<String, TrialRecord> {
        records(&place.path(folder)).into_iter().map(|record| (record.id.hex(), record)).collect()
    };
    let expected = by_id("sound/many");
    assert_eq!(expected.len(), 10_000);
    // A hundred of them, chosen by nothing that training knows.
    let mut ids: Vec<&String> = expected.keys().collect();
    ids.sort();
    let mut random = numbers(10);
    let mut victims: Vec<&str> = Vec::new();
    while victims.len() < 100 {
        let id = ids[random.next_u32() as usize % ids.len()].as_str();
        if !victims.contains(&id) {
            victims.push(id);
        }
    }
    let output = place.command(&["run", "many.toml"]).env("SWEEP_INJECT_PANIC", victims.join(",")).output();
    let output = output.expect("runs");
    assert_eq!(code(&output), 1, "{}", error(&output));
    assert!(out(&output).contains("100 failed"), "{}", out(&output));
    let now = by_id("results/many");
    assert_eq!(now.len(), 10_000);
    for (id, record) in &now {
        if victims.contains(&id.as_str()) {
            assert!(
                matches!(&record.outcome, sweep::record::Outcome::Failed { message } if message.contains("injected"))
            );
        } else {
            assert_eq!(Some(record), expected.get(id), "{id}");
        }
    }
    let output = place.sweep(&["run", "many.toml", "--retry", "failed"]);
    assert_eq!(code(&output), 0, "{}", error(&output));
    assert!(place.results("results/many") == place.results("sound/many"));
}
