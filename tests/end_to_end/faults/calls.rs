//! A run that is killed before each of its calls that write, and one whose calls fail.

use nix::errno::Errno;
use rayon::prelude::*;

use super::tracer::{Call, Fault, Traced, trace};
use super::*;

/// A command that writes, and what it starts from.
struct Case {
    name: &'static str,
    /// The folder that it is given a copy of.
    start: Option<&'static str>,
    command: fn(&Place, &str) -> Command,
}

const CASES: [Case; 5] = [
    Case { name: "run", start: Some("part"), command: |place, folder| run(place, folder, &[]) },
    Case { name: "run --fresh", start: Some("whole"), command: |place, folder| run(place, folder, &["--fresh"]) },
    Case {
        name: "merge",
        start: None,
        command: |place, folder| place.command(&["merge", "fifty.toml", "-o", folder, "--from", "part", "rest"]),
    },
    Case {
        name: "clean",
        start: Some("wide"),
        command: |place, folder| place.command(&["clean", "fifty.toml", "-o", folder]),
    },
    Case {
        name: "verify --bless",
        start: Some("false"),
        // What is trained in the scratch folder and said to be durable there counts for nothing.
        command: |place, folder| place.command(&["verify", "fifty.toml", "--bless", "-q", "-j", "2", "-o", folder]),
    },
];

impl Case {
    fn traced(&self, place: &Place, folder: &str, fault: Option<(usize, Fault)>) -> Traced {
        match self.start {
            Some(start) => copy(&place.path(start), &place.path(folder)),
            None => std::fs::create_dir_all(place.path(folder)).expect("creates"),
        }
        trace(&mut (self.command)(place, folder), &place.path(folder), fault)
    }
}

fn prepared() -> Place {
    let place = fifty();
    assert_eq!(code(&place.sweep(&["run", "fifty.toml", "-o", "rest", "--partition", "slice:2/2"])), 5);
    // Records of a wider plan beside those of this one, in segments with them and without.
    assert_eq!(
        code(
            &run(&place, "wide", &["optimizers.sgd.learning_rate=0.001,0.005,0.01,0.03,0.05,0.1,3.0"])
                .output()
                .expect("runs")
        ),
        0
    );
    assert_eq!(code(&run(&place, "wide", &[]).output().expect("runs")), 0);
    // The part, in which the record of one trial says what training it does not say.
    copy(&place.path("part"), &place.path("false"));
    let mut held = records(&place.path("false/fifty"));
    held[7].steps += 1;
    let segments = place.path("false/fifty/.sweep/segments");
    std::fs::remove_dir_all(&segments).expect("removes");
    std::fs::create_dir(&segments).expect("creates");
    let store = sweep::store::Store::at(&place.path("false/fifty"));
    held.chunks(10).for_each(|some| store.write_segment(some).expect("writes"));
    place
}

/// Every record that was there is there, unless training its trial says otherwise, and none contradicts another.
fn no_record_is_lost(before: &[TrialRecord], trained: &[TrialRecord], after: &[TrialRecord], context: &str) {
    for record in before.iter().filter(|record| trained.contains(record)) {
        assert!(after.contains(record), "{context}: the record of {} is lost", record.id);
    }
    for (at, record) in after.iter().enumerate() {
        let contradicts = |other: &TrialRecord| other.id == record.id && other != record;
        assert!(!after[at + 1..].iter().any(contradicts), "{context}: two records of {} differ", record.id);
    }
}

/// Strikes at every `step`th call of each command, and looks at what is left.
fn strike(fault: Fault, step: usize) {
    let place = prepared();
    let [part, whole] = ["part", "whole"].map(|folder| place.results(&format!("{folder}/fifty")));
    let trained = records(&place.path("whole/fifty"));
    for case in &CASES {
        let before = case.start.map_or_else(Vec::new, |start| records(&place.path(start).join("fifty")));
        // One more than there are, for calls that come in another order or number the next time.
        let calls = case.traced(&place, &format!("counted {}", case.name), None).calls.len() + 1;
        let ended: Vec<(Option<i32>, Option<Call>)> = (0..calls.div_ceil(step))
            .into_par_iter()
            .map(|index| {
                let at = index * step;
                let context = format!("{}, {fault:?} at call {at}", case.name);
                let folder = context.clone();
                let traced = case.traced(&place, &folder, Some((at, fault)));
                let context = format!("{context} ({:?})", traced.calls.get(at));
                left_intact(&place, &folder, &traced, (at, fault), &[&part, &whole], &context);
                let after = records(&place.path(&folder).join("fifty"));
                no_record_is_lost(&before, &trained, &after, &context);
                let kept = after.len();
                // What this command said was durable, beside what was there.
                let (durable, reported) = match case.name {
                    "run --fresh" => (new_records(&place.path(&folder).join("fifty")).len(), reported(&traced.error)),
                    _ => (kept, reported(&traced.error)),
                };
                let there = if case.name == "run" { before.len() } else { 0 };
                assert!(durable >= there + reported, "{context}: {durable} of {there} and {reported} reported");
                if case.name == "clean" {
                    assert_eq!(code(&place.sweep(&["clean", "fifty.toml", "-o", &folder])), 0, "{context}");
                }
                if case.name == "verify --bless" && traced.code != Some(0) {
                    let again = (case.command)(&place, &folder).output().expect("runs");
                    assert_eq!(code(&again), 0, "{context}: {}", error(&again));
                }
                goes_on(&place, &folder, kept, &whole, &context);
                std::fs::remove_dir_all(place.path(&folder)).expect("removes");
                (traced.code, traced.calls.get(at).cloned())
            })
            .collect();
        let killed = ended.iter().filter(|(code, _)| code.is_none()).count();
        let failed = ended.iter().filter(|(code, _)| *code == Some(3)).count();
        println!(
            "{}: {calls} calls, {} struck with {fault:?}: {killed} killed, {failed} exit 3",
            case.name,
            ended.len()
        );
        // That no result needs.
        for (_, call) in ended.iter().filter(|(code, _)| *code == Some(0)) {
            let Some(Call { name, path, .. }) = call else { continue };
            println!("  exit 0 at {name} {}", path.file_name().unwrap_or_default().to_string_lossy());
        }
        // A run can make fewer calls than the one that was counted.
        let struck = ended.iter().filter(|(_, call)| call.is_some()).count();
        assert!(killed.max(failed) * 2 >= struck, "the fault strikes: {ended:?}");
    }
}

fn left_intact(
    place: &Place,
    folder: &str,
    traced: &Traced,
    (at, fault): (usize, Fault),
    versions: &[&[(String, Vec<u8>)]],
    context: &str,
) {
    let results = place.path(folder).join("fifty");
    if results.exists() {
        no_file_is_torn(&results, versions, context);
    }
    let Some(code) = traced.code else { return };
    let error = &traced.error;
    assert!(!error.contains("panicked"), "{context}: {error}");
    match code {
        0 => {}
        3 => assert!(error.contains("error: cannot "), "{context}: {error}"),
        other => panic!("{context}: exit {other}: {error}"),
    }
    let removing = fault == Fault::ReadOnly || traced.calls.get(at).is_some_and(|call| call.name == "remove");
    assert!(removing || unfinished(&results).is_empty(), "{context}: {:?}", unfinished(&results));
}

/// Calls between two that are struck; all of them are by `.ci/long faults`.
fn step(few: usize) -> usize {
    how_many("SWEEP_FAULT_STEP", few)
}

#[test]
fn killed_before_a_call() {
    strike(Fault::Kill, step(61));
}

#[test]
fn no_room_for_a_call() {
    strike(Fault::Fail(Errno::ENOSPC), step(83));
}

#[test]
fn no_room_from_a_call_on() {
    strike(Fault::Full, step(83));
}

#[test]
fn folders_that_turn_read_only() {
    strike(Fault::ReadOnly, step(83));
}

#[test]
fn a_call_that_the_device_fails() {
    strike(Fault::Fail(Errno::EIO), step(83));
}

/// What is renamed is synced first, and then the folder; so is one in which a folder is made.
#[test]
fn what_appears_is_durable() {
    let place = prepared();
    for case in &CASES {
        let traced = case.traced(&place, case.name, None);
        assert_eq!(traced.code, Some(0), "{}", traced.error);
        let calls: Vec<Call> = traced.calls.into_iter().filter(|call| call.succeeded).collect();
        let synced = |path: &Path, calls: &[Call]| calls.iter().any(|call| call.name == "fsync" && call.path == path);
        let folder = |path: &Path| path.parent().expect("a folder").to_owned();
        let mut renamed = 0;
        for (at, call) in calls.iter().enumerate() {
            match (call.name, &call.target) {
                ("rename", Some(target)) => {
                    let on_its_way = |before: &Call| before.path == call.path && before.name == "write";
                    if let Some(last) = calls[..at].iter().rposition(on_its_way) {
                        assert!(synced(&call.path, &calls[last..at]), "{}: {call:?} without a sync", case.name);
                        renamed += 1;
                    }
                    // What is moved to `old` is about to be removed.
                    let kept = !folder(target).ends_with(".sweep/old");
                    assert!(
                        !kept || synced(&folder(target), &calls[at..]),
                        "{}: {call:?}, and then no sync",
                        case.name
                    );
                }
                ("mkdir", _) if !call.path.ends_with(".sweep/old") => {
                    assert!(synced(&folder(&call.path), &calls[at..]), "{}: {call:?}, and then no sync", case.name);
                }
                // Nothing is written but what is on its way, and the lock's number.
                ("write", _) => {
                    let name = call.path.file_name().expect("a name").to_string_lossy();
                    assert!(name.starts_with(".writing-") || name == "lock", "{}: {call:?}", case.name);
                }
                _ => {}
            }
        }
        println!("{}: {} calls, {renamed} files put in their places", case.name, calls.len());
        assert!(renamed > 0);
    }
}
