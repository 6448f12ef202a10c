//! Another program that takes turns with us: a script in Python that reads jobs and prints the seconds of each.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

pub struct Peer(Child, BufReader<ChildStdout>);

impl Peer {
    /// Starts a script with the Python that `SWEEP_PYTHON` names; `None` if it names none.
    pub fn start(script: &Path, arguments: &[&OsStr], threads: Option<usize>) -> Option<Self> {
        let python = std::env::var_os("SWEEP_PYTHON")?;
        let mut command = Command::new(python);
        command.arg(script).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        if let Some(threads) = threads {
            for name in ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"] {
                command.env(name, threads.to_string());
            }
        }
        let mut child = command.spawn().expect("starts");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        Some(Self(child, output))
    }

    /// The numbers that a job prints, its seconds first; `None` if the peer cannot do it.
    pub fn run(&mut self, job: &str) -> Option<Vec<f64>> {
        let input = self.0.stdin.as_mut().expect("piped");
        writeln!(input, "{job}").expect("it listens");
        let mut line = String::new();
        self.1.read_line(&mut line).expect("it answers");
        line.split_whitespace().map(|number| number.parse().ok()).collect()
    }
}

impl Drop for Peer {
    /// Without input it ends.
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}
