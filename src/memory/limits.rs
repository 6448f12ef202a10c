//! The least memory that the machine, the limits of the process and its control groups leave. Linux says so in files below
//! `/proc`; on other systems nothing is known.

use std::path::Path;

use super::available::{AvailableMemory, Limit};
use super::cgroups::{groups, read};

/// The memory that this process can still take, by its tightest limit. `None` if the system does not say.
#[must_use]
pub fn available() -> Option<AvailableMemory> {
    least(Path::new("/"), |_| true)
}

/// The same for memory that is reserved and not yet used, which the limits of `ulimit` already count.
#[must_use]
pub fn available_to_use() -> Option<AvailableMemory> {
    least(Path::new("/"), |limit| matches!(limit, Limit::Machine | Limit::Group(_)))
}

/// The least free memory among the limits that count. The system's files lie below `root`.
fn least(root: &Path, counts: impl Fn(&Limit) -> bool) -> Option<AvailableMemory> {
    let status = read(&root.join("proc/self/status"))?;
    let of_process = |name: &str| kibibytes(&status, name);
    let held = of_process("VmRSS")?;
    let mut limits = Vec::new();
    if let Some(memory) = read(&root.join("proc/meminfo"))
        && let Some(available) = kibibytes(&memory, "MemAvailable")
    {
        limits.push((available + kibibytes(&memory, "SwapFree").unwrap_or(0), Limit::Machine));
    }
    let own = read(&root.join("proc/self/limits")).unwrap_or_default();
    for (name, used, limit) in
        [("Max address space", "VmSize", Limit::Addresses), ("Max data size", "VmData", Limit::Data)]
    {
        if let (Some(most), Some(used)) = (own_limit(&own, name), of_process(used)) {
            limits.push((most.saturating_sub(used), limit));
        }
    }
    limits.extend(groups(root));
    let (free, limit) = limits.into_iter().filter(|(_, limit)| counts(limit)).min_by_key(|(free, _)| *free)?;
    Some(AvailableMemory { free, held, limit })
}

/// The value of a line such as `VmRSS:     1234 kB`, in bytes.
fn kibibytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.saturating_mul(1024))
}

/// The soft limit in `Max address space   1331200000   unlimited   bytes`; `None` if it is unlimited.
fn own_limit(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const MEGABYTE: u64 = 1_000_000;

    /// The files of a machine with 8 GB free and a process that holds 20 MB, together with these files.
    fn machine(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let usual = [
            ("proc/meminfo", "MemTotal:  16000000 kB\nMemFree: 1 kB\nMemAvailable:    7812500 kB\nSwapFree: 0 kB\n"),
            ("proc/self/status", "Name:\tsweep\nVmSize:\t  100000 kB\nVmRSS:\t   20000 kB\nVmData:\t 50000 kB\n"),
            (
                "proc/self/limits",
                "Limit                     Soft Limit           Hard Limit           Units     \n\
                 Max data size             unlimited            unlimited            bytes     \n\
                 Max address space         unlimited            unlimited            bytes     \n",
            ),
        ];
        for (name, text) in usual.iter().chain(files) {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn found(files: &[(&str, &str)]) -> (u64, Limit) {
        let available = least(machine(files).path(), |_| true).unwrap();
        assert_eq!((available.held, available.total()), (20_480_000, available.free + 20_480_000));
        (available.free, available.limit)
    }

    fn group(path: &str) -> Limit {
        Limit::Group(path.to_owned())
    }

    #[test]
    fn without_limits_the_machine_decides() {
        assert_eq!(found(&[]), (8000 * MEGABYTE, Limit::Machine));
        let swap = "MemAvailable: 7812500 kB\nSwapFree:  1000 kB\n";
        assert_eq!(found(&[("proc/meminfo", swap)]), (8000 * MEGABYTE + 1_024_000, Limit::Machine));
        assert_eq!(least(tempfile::tempdir().unwrap().path(), |_| true), None);
    }

    #[test]
    fn limits_of_the_process_count_from_what_it_has() {
        let limits = "Max data size             unlimited            unlimited            bytes     \n\
                      Max address space         1102400000           unlimited            bytes     \n";
        assert_eq!(found(&[("proc/self/limits", limits)]), (1000 * MEGABYTE, Limit::Addresses));
        let limits = limits.replace("data size             unlimited", "data size             60000000");
        assert_eq!(found(&[("proc/self/limits", &limits)]), (8_800_000, Limit::Data));
    }

    const MOUNT_2: &str = "22 27 0:21 / /proc rw,relatime - proc proc rw\n\
                           31 23 0:28 / /sys/fs/cgroup rw,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

    #[test]
    fn the_second_version_is_walked_up_to_the_root() {
        let files = [
            ("proc/self/cgroup", "0::/user.slice/job\n"),
            ("proc/self/mountinfo", MOUNT_2),
            ("sys/fs/cgroup/user.slice/job/memory.max", "max\n"),
            ("sys/fs/cgroup/user.slice/job/memory.current", "1000000\n"),
            ("sys/fs/cgroup/user.slice/memory.max", "600000000\n"),
            ("sys/fs/cgroup/user.slice/memory.current", "400000000\n"),
            // The kernel drops cached files before an allocation fails.
            ("sys/fs/cgroup/user.slice/memory.stat", "anon 1\nfile 9\ninactive_file 90000000\nactive_file 10000000\n"),
        ];
        assert_eq!(found(&files), (300 * MEGABYTE, group("/user.slice")));
        // A tighter group further in.
        let tighter = [&files[..2], &[("sys/fs/cgroup/user.slice/job/memory.max", "50000000")], &files[3..]].concat();
        assert_eq!(found(&tighter), (49 * MEGABYTE, group("/user.slice/job")));
    }

    #[test]
    fn the_first_version_is_found_by_its_controller() {
        let mounts = "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n\
                      35 31 0:32 / /sys/fs/cgroup/mem\\040ory rw,relatime - cgroup cgroup rw,memory\n\
                      41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";
        let files = [
            ("proc/self/cgroup", "9:name=systemd:/\n4:hugetlb,memory:/api/job\n1:cpu:/\n0::/\n"),
            ("proc/self/mountinfo", mounts),
            ("sys/fs/cgroup/mem ory/api/job/memory.limit_in_bytes", "600000000\n"),
            ("sys/fs/cgroup/mem ory/api/job/memory.usage_in_bytes", "250000000\n"),
            ("sys/fs/cgroup/mem ory/api/job/memory.stat", "inactive_file 1\ntotal_inactive_file 50000000\n"),
            ("sys/fs/cgroup/mem ory/memory.limit_in_bytes", "9223372036854771712\n"),
            ("sys/fs/cgroup/mem ory/memory.usage_in_bytes", "700000000\n"),
        ];
        assert_eq!(found(&files), (400 * MEGABYTE, group("/api/job")));
        // More is used than the limit allows: nothing is left.
        let over = [&files[..3], &[("sys/fs/cgroup/mem ory/api/job/memory.usage_in_bytes", "700000000")]].concat();
        assert_eq!(found(&over), (0, group("/api/job")));
    }

    #[test]
    fn a_container_sees_its_own_group_as_the_mount() {
        let mounts = "35 31 0:32 /docker/4a64 /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n";
        for path in ["/docker/4a64", "/", "/elsewhere"] {
            let files = [
                ("proc/self/cgroup", format!("4:memory:{path}\n")),
                ("proc/self/mountinfo", mounts.to_owned()),
                ("sys/fs/cgroup/memory/memory.limit_in_bytes", "100000000".to_owned()),
                ("sys/fs/cgroup/memory/memory.usage_in_bytes", "30000000".to_owned()),
            ];
            let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
            assert_eq!(found(&files), (70 * MEGABYTE, group("/")), "{path}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_machine_has_memory() {
        let available = available().unwrap();
        assert!(available.held > MEGABYTE && available.free > MEGABYTE, "{available:?}");
    }
}
