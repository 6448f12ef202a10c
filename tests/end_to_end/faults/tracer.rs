//! A command whose calls to the operating system are watched, and one of them made to fail or to be its last.

use std::collections::{HashMap, HashSet};
use std::ffi::c_long;
use std::fs::File;
use std::io::Read as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::errno::Errno;
use nix::libc;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

/// A call that changes, or makes durable, something in the folder that is watched, or opens a file of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub name: &'static str,
    /// What it is about; of a renaming, what is renamed.
    pub path: PathBuf,
    /// Where it is renamed to.
    pub target: Option<PathBuf>,
    /// Whether it did what it was to do.
    pub succeeded: bool,
}

/// What happens instead of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The process is killed before it.
    Kill,
    /// It does nothing and returns an error.
    Fail(Errno),
    /// From it on every call that needs room fails.
    Full,
    /// From it on every call that changes a folder fails.
    ReadOnly,
    /// Calls that read the data are watched, and at this one what they read from is cut off in the middle.
    Cut,
    /// The same, and something else of the same length is written over it.
    Overwrite,
}

/// How a traced command ended.
#[derive(Debug)]
pub struct Traced {
    /// `None`: killed.
    pub code: Option<i32>,
    pub calls: Vec<Call>,
    pub error: String,
}

/// Runs a command; `fault` strikes at the call of its number, if there are so many.
pub fn trace(command: &mut Command, inside: &Path, fault: Option<(usize, Fault)>) -> Traced {
    let inside = inside.canonicalize().expect("a folder");
    let said = tempfile::NamedTempFile::new().expect("a file");
    command.stdout(Stdio::null()).stderr(File::create(said.path()).expect("a file"));
    // SAFETY: one system call, between fork and exec.
    #[allow(unsafe_code)]
    unsafe {
        command.pre_exec(|| ptrace::traceme().map_err(Into::into));
    }
    #[allow(clippy::zombie_processes)] // It is waited for as a traced process.
    let child = command.spawn().expect("starts");
    let leader = Pid::from_raw(i32::try_from(child.id()).expect("a process"));
    let mut tracer = Tracer { inside, fault, calls: Vec::new(), entered: HashMap::new() };
    let code = tracer.follow(leader);
    let error = std::fs::read_to_string(said.path()).expect("UTF-8");
    Traced { code, calls: tracer.calls, error }
}

struct Tracer {
    inside: PathBuf,
    fault: Option<(usize, Fault)>,
    calls: Vec<Call>,
    /// Threads that are inside of a call: its number if it is watched, and the error that it shall return.
    entered: HashMap<Pid, (Option<usize>, Option<Errno>)>,
}

impl Tracer {
    fn follow(&mut self, leader: Pid) -> Option<i32> {
        // Of this thread's children alone: others belong to other tests.
        let flags = Some(WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD);
        waitpid(leader, flags).expect("it stops at its first instruction");
        let options = Options::PTRACE_O_TRACECLONE | Options::PTRACE_O_TRACESYSGOOD | Options::PTRACE_O_EXITKILL;
        ptrace::setoptions(leader, options).expect("is traced");
        // A thread that is gone meanwhile was killed.
        let go_on = |thread: Pid, signal: Option<Signal>| _ = ptrace::syscall(thread, signal);
        go_on(leader, None);
        let mut known = HashSet::from([leader]);
        loop {
            match waitpid(None::<Pid>, flags).expect("a child") {
                WaitStatus::Exited(thread, code) if thread == leader => return Some(code),
                WaitStatus::Signaled(thread, ..) if thread == leader => return None,
                WaitStatus::PtraceSyscall(thread) if self.at_a_call(thread, leader) => go_on(thread, None),
                // A new thread begins with a stop of its own.
                WaitStatus::Stopped(thread, Signal::SIGSTOP) if known.insert(thread) => go_on(thread, None),
                WaitStatus::Stopped(thread, signal) => go_on(thread, Some(signal)),
                WaitStatus::PtraceEvent(thread, ..) => go_on(thread, None),
                _ => {}
            }
        }
    }

    /// Whether the process goes on.
    fn at_a_call(&mut self, thread: Pid, leader: Pid) -> bool {
        let Ok(mut registers) = ptrace::getregs(thread) else { return false };
        if let Some((number, error)) = self.entered.remove(&thread) {
            if let Some(error) = error {
                registers.rax = -i64::from(error as i32) as u64;
                let _ = ptrace::setregs(thread, registers);
            } else if let Some(number) = number {
                self.calls[number].succeeded = registers.rax as i64 >= 0;
            }
            return true;
        }
        let found = match self.fault {
            Some((_, Fault::Cut | Fault::Overwrite)) => reading(thread, &registers).map(|call| (call, false)),
            _ => watched(thread, &registers),
        };
        let (call, needs_room) = match found {
            Some((call, needs_room)) if call.path.starts_with(&self.inside) => (call, needs_room),
            _ => {
                self.entered.insert(thread, (None, None));
                return true;
            }
        };
        let number = self.calls.len();
        let changes_a_folder = ["create", "mkdir", "rename", "link", "remove"].contains(&call.name);
        self.calls.push(call);
        let error = match self.fault {
            Some((at, Fault::Kill)) if at == number => {
                kill(leader, Signal::SIGKILL).expect("is there");
                return false;
            }
            Some((at, Fault::Fail(error))) if at == number => Some(error),
            Some((at, fault @ (Fault::Cut | Fault::Overwrite))) if at == number => {
                change(&self.calls[number].path, fault);
                None
            }
            Some((at, Fault::Full)) if at <= number && needs_room => Some(Errno::ENOSPC),
            Some((at, Fault::ReadOnly)) if at <= number && changes_a_folder => Some(Errno::EROFS),
            _ => None,
        };
        if error.is_some() {
            registers.orig_rax = u64::MAX;
            let _ = ptrace::setregs(thread, registers);
        }
        self.entered.insert(thread, (Some(number), error));
        true
    }
}

/// The call that a thread begins, if it is one that writes, and whether it takes up room.
fn watched(thread: Pid, registers: &libc::user_regs_struct) -> Option<(Call, bool)> {
    let file = |descriptor: u64| std::fs::read_link(format!("/proc/{thread}/fd/{}", descriptor as i32)).ok();
    let path = |folder: u64, pointer: u64| {
        let folder = if folder as i32 == libc::AT_FDCWD {
            std::fs::read_link(format!("/proc/{thread}/cwd")).ok()?
        } else {
            file(folder)?
        };
        Some(folder.join(text(thread, pointer)?))
    };
    let here = libc::AT_FDCWD as u64;
    let [first, second, third, fourth] = [registers.rdi, registers.rsi, registers.rdx, registers.r10];
    let creates = |flags: u64| flags as i32 & libc::O_CREAT != 0;
    let (name, path, target, needs_room) = match registers.orig_rax as c_long {
        libc::SYS_write | libc::SYS_writev | libc::SYS_pwrite64 => ("write", file(first)?, None, true),
        libc::SYS_copy_file_range => ("write", file(third)?, None, true),
        libc::SYS_sendfile => ("write", file(first)?, None, true),
        libc::SYS_fsync | libc::SYS_fdatasync => ("fsync", file(first)?, None, false),
        libc::SYS_ftruncate => ("truncate", file(first)?, None, false),
        libc::SYS_fchmod => ("chmod", file(first)?, None, false),
        libc::SYS_rename => ("rename", path(here, first)?, Some(path(here, second)?), false),
        libc::SYS_renameat | libc::SYS_renameat2 => ("rename", path(first, second)?, Some(path(third, fourth)?), false),
        libc::SYS_link => ("link", path(here, first)?, Some(path(here, second)?), true),
        libc::SYS_linkat => ("link", path(first, second)?, Some(path(third, fourth)?), true),
        libc::SYS_mkdir => ("mkdir", path(here, first)?, None, true),
        libc::SYS_mkdirat => ("mkdir", path(first, second)?, None, true),
        libc::SYS_unlink | libc::SYS_rmdir => ("remove", path(here, first)?, None, false),
        libc::SYS_unlinkat => ("remove", path(first, second)?, None, false),
        libc::SYS_open if creates(second) => ("create", path(here, first)?, None, true),
        libc::SYS_openat if creates(third) => ("create", path(first, second)?, None, true),
        libc::SYS_open => ("open", path(here, first)?, None, false),
        libc::SYS_openat => ("open", path(first, second)?, None, false),
        _ => return None,
    };
    if name == "open" && !path.components().any(|part| part.as_os_str() == ".sweep") {
        return None;
    }
    Some((Call { name, path, target, succeeded: false }, needs_room))
}

/// The call that a thread begins, if it reads from a file of data.
fn reading(thread: Pid, registers: &libc::user_regs_struct) -> Option<Call> {
    let reads = [libc::SYS_read, libc::SYS_pread64, libc::SYS_readv, libc::SYS_preadv, libc::SYS_mmap];
    let call = registers.orig_rax as c_long;
    let descriptor = if call == libc::SYS_mmap { registers.r8 } else { registers.rdi };
    let path = reads.contains(&call).then(|| std::fs::read_link(format!("/proc/{thread}/fd/{}", descriptor as i32)))?;
    let path = path.ok().filter(|path| path.extension().is_some_and(|name| name == "csv" || name == "parquet"))?;
    Some(Call { name: "read", path, target: None, succeeded: false })
}

/// What somebody does to a file in the meantime.
fn change(path: &Path, fault: Fault) {
    let file = File::options().write(true).open(path).expect("opens");
    let length = file.metadata().expect("a file").len();
    match fault {
        Fault::Cut => file.set_len(length / 2).expect("cuts"),
        _ => std::io::copy(&mut std::io::repeat(b'7').take(length), &mut &file).map(drop).expect("writes"),
    }
}

/// A string of the thread's memory.
fn text(thread: Pid, pointer: u64) -> Option<String> {
    let mut bytes = Vec::new();
    for at in (pointer..).step_by(8) {
        let word = ptrace::read(thread, at as ptrace::AddressType).ok()?.to_ne_bytes();
        bytes.extend(word.iter().take_while(|byte| **byte != 0));
        if word.contains(&0) {
            return String::from_utf8(bytes).ok();
        }
    }
    None
}
