//! Runs of the built program in a process of its own, with their time and memory.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The time that a process took, and its peak memory.
pub struct Finished {
    pub time: Duration,
    pub peak_bytes: u64,
}

/// Runs `sweep` and requires the expected exit code.
pub fn sweep(arguments: &[&str], expected: i32) -> Finished {
    let started = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_sweep"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .args(["--quiet"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("runs");
    let status = format!("/proc/{}/status", child.id());
    let mut peak_bytes = 0;
    let done = loop {
        if let Some(done) = child.try_wait().expect("waits") {
            break done;
        }
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
        peak_bytes = peak.map_or(peak_bytes, |kibibytes: u64| 1024 * kibibytes);
        std::thread::sleep(Duration::from_millis(2));
    };
    assert_eq!(done.code(), Some(expected), "sweep {}", arguments.join(" "));
    Finished { time: started.elapsed(), peak_bytes }
}

/// Runs `sweep` with its results in `folder`, and requires success.
pub fn sweep_into(folder: &Path, arguments: &[&str]) -> Finished {
    sweep(&[arguments, &["-o", &folder.to_string_lossy()]].concat(), 0)
}
