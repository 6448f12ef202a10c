//! Segments whose bytes are not what was written.

use std::collections::BTreeSet;
use std::fs;

use sweep::record::{Id, Identities};
use sweep::store::Store;

use super::*;

/// A store of ten segments, and the trials in each.
struct Damaged {
    place: Place,
    segments: Vec<(PathBuf, Vec<u8>, BTreeSet<Id>)>,
}

impl Damaged {
    fn new() -> Self {
        let place = fifty();
        assert_eq!(code(&run(&place, "damaged", &[]).output().expect("runs")), 0);
        let folder = place.path("damaged/fifty/.sweep/segments");
        let mut paths: Vec<PathBuf> =
            fs::read_dir(&folder).expect("lists").map(|entry| entry.expect("reads").path()).collect();
        paths.sort();
        let segments: Vec<_> = paths
            .into_iter()
            .map(|path| {
                let bytes = fs::read(&path).expect("reads");
                let records = sweep::store::decode_segment(bytes.clone()).expect("decodes");
                (path, bytes, records.iter().map(|record| record.id).collect())
            })
            .collect();
        assert_eq!(segments.len(), 10);
        Self { place, segments }
    }

    fn with_identities<T>(&self, work: impl FnOnce(&Identities) -> T) -> T {
        let loaded = sweep::experiment::load(&self.place.path("fifty.toml"), &[]).map_err(|_| ()).expect("sound");
        let (_, facts) = sweep::runner::SharedData::load(&loaded.plan).map_err(|_| ()).expect("sound");
        let bound = sweep::plan::BoundPlan::new(&loaded.plan, &facts).map_err(|_| ()).expect("sound");
        work(&bound.identities())
    }

    /// Exactly the trials of these segments are outstanding, and these files are named as damaged.
    fn expect(&self, identities: &Identities, segments: &[usize], files: &[&Path], context: &str) {
        let archive = Store::at(&self.place.path("damaged/fifty")).read(identities).expect("reads");
        let outstanding: BTreeSet<Id> =
            archive.trials.iter().filter(|trial| !trial.has_record()).map(|trial| trial.id()).collect();
        let expected: BTreeSet<Id> = segments.iter().flat_map(|segment| self.segments[*segment].2.clone()).collect();
        assert_eq!(outstanding, expected, "{context}");
        assert_eq!(archive.damaged.iter().map(PathBuf::as_path).collect::<Vec<_>>(), files, "{context}");
        assert!(archive.contradictions.is_empty(), "{context}");
    }

    fn write(&self, segment: usize, bytes: &[u8]) {
        fs::write(&self.segments[segment].0, bytes).expect("writes");
    }

    fn mend(&self, segment: usize) {
        self.write(segment, &self.segments[segment].1);
    }
}

#[test]
fn cut_at_any_offset() {
    let store = Damaged::new();
    let step = how_many("SWEEP_CUT_STEP", 211);
    let mut cuts = 0;
    store.with_identities(|identities| {
        for (index, (path, bytes, _)) in store.segments.iter().enumerate() {
            for length in (0..bytes.len()).step_by(step) {
                store.write(index, &bytes[..length]);
                store.expect(identities, &[index], &[path], &format!("segment {index} cut at {length}"));
                cuts += 1;
            }
            store.mend(index);
        }
        store.expect(identities, &[], &[], "mended");
    });
    println!("{cuts} cuts, each found");
}

#[test]
fn bits_flipped_at_random() {
    let store = Damaged::new();
    let flips = how_many("SWEEP_SEGMENT_FLIPS", 400);
    let mut random = numbers(3);
    store.with_identities(|identities| {
        for _ in 0..flips {
            let index = random.next_u32() as usize % store.segments.len();
            let (path, bytes, _) = &store.segments[index];
            let mut flipped = bytes.clone();
            let at = random.next_u32() as usize % bytes.len();
            let bit = 1 << (random.next_u32() % 8);
            flipped[at] ^= bit;
            store.write(index, &flipped);
            store.expect(identities, &[index], &[path], &format!("segment {index}, bit {bit} of byte {at}"));
            store.mend(index);
        }
    });
    println!("{flips} flips, each found");
}

#[test]
fn swapped_renamed_and_lost() {
    let store = Damaged::new();
    let path = |index: usize| store.segments[index].0.as_path();
    let bytes = |index: usize| store.segments[index].1.as_slice();
    let folder = path(0).parent().expect("a folder");
    store.with_identities(|identities| {
        store.write(2, bytes(5));
        store.write(5, bytes(2));
        store.expect(identities, &[2, 5], &[path(2), path(5)], "swapped");
        store.mend(2);
        store.mend(5);
        store.write(4, bytes(7));
        store.expect(identities, &[4], &[path(4)], "one in the place of another");
        store.mend(4);
        let other = folder.join(format!("{}.parquet", blake3::hash(b"another")));
        fs::rename(path(1), &other).expect("renames");
        store.expect(identities, &[1], &[&other], "another hash for a name");
        let plain = folder.join("zz.parquet");
        fs::rename(&other, &plain).expect("renames");
        store.expect(identities, &[1], &[&plain], "no hash for a name");
        fs::remove_file(&plain).expect("removes");
        store.expect(identities, &[1], &[], "gone");
        // Twice under one name is impossible, twice in the store is not: a sound name of sound bytes beside it.
        store.mend(1);
        store.write(9, &[]);
        store.expect(identities, &[9], &[path(9)], "emptied");
        store.mend(9);
        store.expect(identities, &[], &[], "mended");
    });
}

/// The program itself: it says what is damaged, and trains those trials alone.
#[test]
fn a_run_trains_what_is_damaged_again() {
    let store = Damaged::new();
    let whole = store.place.results("whole/fifty");
    type Change = fn(&mut Vec<u8>);
    let changes: [(&str, Change); 4] = [
        ("cut by three bytes", |bytes| bytes.truncate(bytes.len() - 3)),
        ("longer by three bytes", |bytes| bytes.extend([0; 3])),
        ("one bit flipped", |bytes| bytes[700] ^= 4),
        ("emptied", Vec::clear),
    ];
    for (round, (what, change)) in changes.into_iter().enumerate() {
        let folder = format!("changed {round}");
        copy(&store.place.path("damaged"), &store.place.path(&folder));
        let segment = store.segments[round].0.file_name().expect("a name");
        let path = store.place.path(&folder).join("fifty/.sweep/segments").join(segment);
        let mut bytes = fs::read(&path).expect("reads");
        change(&mut bytes);
        fs::write(&path, bytes).expect("writes");
        let output = store.place.sweep(&["run", "fifty.toml", "-o", &folder]);
        assert_eq!(code(&output), 0, "{what}: {}", error(&output));
        let message = error(&output);
        assert!(
            message.contains("1 file is damaged in the store") && message.contains(segment.to_str().unwrap()),
            "{message}"
        );
        assert!(store.place.results(&format!("{folder}/fifty")) == whole, "{what}");
        let timing = fs::read(store.place.path(&folder).join("fifty/timing.json")).expect("reads");
        let timing: serde_json::Value = serde_json::from_slice(&timing).expect("JSON");
        let last = timing["runs"].as_array().expect("a list").last().expect("a run");
        assert_eq!(last["trials_trained"], 5, "{what}: no more than the damaged segment's");
    }
}
