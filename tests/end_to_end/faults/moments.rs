//! Runs that are killed, or told to stop, at random moments.

use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::*;

/// Starts a run that trains for a while, in many small segments; returns what it said.
fn start(place: &Place, folder: &str, said: &Path) -> std::process::Child {
    let mut command = run(place, folder, &["--cohort-limit", "1"]);
    command.stdout(Stdio::null()).stderr(std::fs::File::create(said).expect("creates"));
    command.spawn().expect("starts")
}

/// A moment of a run that takes so long, or a little later.
fn moment(random: &mut ChaCha8Rng, length: Duration) -> Duration {
    length.mul_f64(1.1 * f64::from(random.next_u32()) / f64::from(u32::MAX))
}

/// How long a run takes here and now, at its fastest.
fn length(place: &Place) -> Duration {
    let timed = |round: usize| {
        let started = Instant::now();
        assert!(start(place, &format!("timed {round}"), &place.path("said")).wait().expect("ends").success());
        started.elapsed()
    };
    (0..5).map(timed).min().unwrap_or_default()
}

/// Trials long enough that most moments come while they train; a fifth of them are known.
fn slow() -> Place {
    let place = fifty();
    for folder in ["whole", "part"] {
        std::fs::remove_dir_all(place.path(folder)).expect("removes");
    }
    place.write("fifty.toml", FIFTY.replace("epochs = 20", "epochs = 20000\nevaluate_every = 2000"));
    assert_eq!(code(&run(&place, "whole", &[]).output().expect("runs")), 0);
    assert_eq!(code(&run(&place, "part", &["--partition", "slice:1/5"]).output().expect("runs")), 5);
    place
}

fn signal(child: &std::process::Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().expect("runs").success());
}

#[test]
fn killed_at_random() {
    let place = slow();
    let [part, whole] = ["part", "whole"].map(|folder| place.results(&format!("{folder}/fifty")));
    let length = length(&place);
    let times = how_many("SWEEP_KILLS", 10);
    let kept: Vec<usize> = (0..times)
        .into_par_iter()
        .map(|round| {
            let context = format!("killed {round}");
            let (folder, said) = (format!("killed/{round}"), place.path(&format!("said {round}")));
            copy(&place.path("part"), &place.path(&folder));
            let mut child = start(&place, &folder, &said);
            std::thread::sleep(moment(&mut numbers(round as u64), length));
            let _ = child.kill();
            child.wait().expect("ends");
            let results = place.path(&folder).join("fifty");
            no_file_is_torn(&results, &[&part, &whole], &context);
            let kept = records(&results).len();
            let reported = reported(&std::fs::read_to_string(&said).expect("UTF-8"));
            assert!(kept >= 10 + reported, "{context}: {kept} of 10 and {reported} reported");
            goes_on(&place, &folder, kept, &whole, &context);
            std::fs::remove_dir_all(place.path(&folder)).expect("removes");
            kept
        })
        .collect();
    let between = kept.iter().filter(|kept| (11..50).contains(*kept)).count();
    println!("{times} runs of {length:?} killed at random, {between} of them between two segments");
}

#[test]
fn told_to_stop_at_random() {
    let place = slow();
    let whole = place.results("whole/fifty");
    let length = length(&place);
    let times = how_many("SWEEP_SIGNALS", 10);
    let ends: Vec<(i32, Duration)> = (0..times)
        .into_par_iter()
        .map(|round| {
            let (folder, said) = (format!("told/{round}"), place.path(&format!("said {round}")));
            let (name, expected) = if round % 2 == 0 { ("-INT", 130) } else { ("-TERM", 143) };
            let mut child = start(&place, &folder, &said);
            std::thread::sleep(moment(&mut numbers(round as u64), length));
            signal(&child, name);
            let told = Instant::now();
            let status = child.wait().expect("ends");
            let took = told.elapsed();
            let error = std::fs::read_to_string(&said).expect("UTF-8");
            let context = format!("{name} {round}: {status:?}: {error}");
            let results = place.path(&folder).join("fifty");
            match status.code() {
                Some(0) => {}
                Some(code) => {
                    assert_eq!(code, expected, "{context}");
                    let says_how = error.contains("go on") || error.contains("the report is written");
                    assert!(says_how, "{context}");
                    assert_eq!(unfinished(&results), Vec::<PathBuf>::new(), "{context}");
                }
                // Before the program listens it is a signal like any other.
                None => assert!(!results.join(".sweep").exists(), "{context}"),
            }
            let kept = records(&results).len();
            assert!(kept >= reported(&error), "{context}");
            if results.exists() {
                no_file_is_torn(&results, &[&whole], &context);
            }
            goes_on(&place, &folder, kept, &whole, &context);
            std::fs::remove_dir_all(place.path(&folder)).expect("removes");
            (status.code().unwrap_or(-1), took)
        })
        .collect();
    let stopped: Vec<Duration> = ends.iter().filter(|(code, _)| *code > 0).map(|(_, took)| *took).collect();
    let longest = stopped.iter().max().copied().unwrap_or_default();
    println!("{times} signals in runs of {length:?}: {} stopped a run, the slowest after {longest:?}", stopped.len());
    assert!(longest < Duration::from_secs(2));
    assert!(stopped.len() * 2 > times, "most signals come in time");
}
