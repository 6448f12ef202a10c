//! Parts of a plan, each killed and gone on with, united in any order; and any number of threads.

use std::time::Duration;

use super::*;

#[test]
fn shards_that_were_killed_are_the_single_run() {
    let place = fifty();
    let whole = place.results("whole/fifty");
    let rounds = how_many("SWEEP_SHARD_ROUNDS", 1);
    let mut random = numbers(7);
    for round in 0..rounds {
        for of in [1_usize, 2, 3, 7] {
            let mut order: Vec<usize> = (1..=of).collect();
            let mut shuffle = |order: &mut Vec<usize>| {
                for last in (1..order.len()).rev() {
                    order.swap(last, random.next_u32() as usize % (last + 1));
                }
            };
            shuffle(&mut order);
            let folder = |slice: usize| format!("shards/{round}/{of}/{slice}");
            for (place_in_order, slice) in order.iter().enumerate() {
                let partition = format!("slice:{slice}/{of}");
                let words = ["--partition", &partition];
                let mut child = run(&place, &folder(*slice), &words)
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .expect("starts");
                std::thread::sleep(Duration::from_millis(5 + 17 * (place_in_order as u64 + round as u64) % 60));
                let _ = child.kill();
                child.wait().expect("ends");
                let output = run(&place, &folder(*slice), &words).output().expect("runs");
                assert_eq!(code(&output), if of == 1 { 0 } else { 5 }, "{}", error(&output));
            }
            shuffle(&mut order);
            // One of them twice.
            order.push(order[0]);
            let folders: Vec<String> = order.iter().map(|slice| folder(*slice)).collect();
            let target = format!("united/{round}/{of}");
            let mut words = vec!["merge", "fifty.toml", "-o", &target, "--from"];
            words.extend(folders.iter().map(String::as_str));
            let output = place.sweep(&words);
            assert_eq!(code(&output), 0, "{order:?}: {}", error(&output));
            assert!(place.results(&format!("{target}/fifty")) == whole, "{order:?}");
        }
    }
    println!("{rounds} rounds of 1, 2, 3 and 7 shards, each killed once: the single run");
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let place = fifty();
    let whole = place.results("whole/fifty");
    for jobs in 1..=16 {
        let (folder, jobs) = (format!("jobs/{jobs}"), jobs.to_string());
        assert_eq!(code(&place.sweep(&["run", "fifty.toml", "-j", &jobs, "-o", &folder])), 0);
        assert!(place.results(&format!("{folder}/fifty")) == whole, "{jobs} threads");
    }
}
