//! A disk that fills up, and folders that nobody may write.

use super::*;

/// Runs on file systems of every size up to one that is large enough; then there is more room, and the run goes on.
#[test]
#[ignore = "mounts file systems: needs root; run by .ci/long faults"]
fn tiny_file_systems() {
    let place = fifty();
    let [part, whole] = ["part", "whole"].map(|folder| place.results(&format!("{folder}/fifty")));
    let disk = place.path("disk");
    std::fs::create_dir(&disk).expect("creates");
    let mount = |options: &str| {
        let status = Command::new("mount").args(["-t", "tmpfs", "-o", options, "sweep"]).arg(&disk).status();
        assert!(status.expect("runs").success(), "tmpfs is mounted by root alone");
    };
    let step = how_many("SWEEP_ROOM_STEP", 1);
    // Too few pages are known beforehand, too few files are not.
    type Options = fn(usize) -> String;
    let limits: [(&str, Options); 2] = [
        ("pages", |pages| format!("size={},nr_inodes=1000", pages * 4096)),
        ("files", |files| format!("size=64m,nr_inodes={files}")),
    ];
    for (what, options) in limits {
        let (mut refused, mut full, mut fitted) = (0, 0, 0);
        for amount in (8..).step_by(step) {
            let context = format!("{amount} {what}");
            mount(&options(amount));
            let copied = Command::new("cp").arg("-r").arg(place.path("part/fifty")).arg(&disk).output().expect("runs");
            // The part alone must fit.
            if copied.status.success() {
                let output = run(&place, "disk", &[]).output().expect("runs");
                let message = error(&output);
                match code(&output) {
                    0 => fitted += 1,
                    3 if message.contains("the run would write about") => refused += 1,
                    3 => {
                        assert!(
                            message.contains("error: cannot") && message.contains("no space left"),
                            "{context}: {message}"
                        );
                        full += 1;
                    }
                    other => panic!("{context}: exit {other}: {message}"),
                }
                let results = disk.join("fifty");
                no_file_is_torn(&results, &[&part, &whole], &context);
                assert_eq!(unfinished(&results), Vec::<PathBuf>::new(), "{context}");
                let kept = records(&results).len();
                assert!(kept >= 25 + reported(&message), "{context}: {kept} of 25 and {}", reported(&message));
                mount("remount,size=64m,nr_inodes=1000");
                goes_on(&place, "disk", kept, &whole, &context);
            }
            assert!(Command::new("umount").arg(&disk).status().expect("runs").success());
            if fitted == 3 {
                break;
            }
        }
        println!("tmpfs by {what}: {refused} runs refused before they began, {full} found it full, {fitted} fitted");
        assert!(refused + full > 0);
    }
}
