//! What Linux says of memory, in files: `/proc` of the machine and the process, and the control groups that the process is
//! in, of the first and the second version.
//!
//! <https://docs.kernel.org/admin-guide/cgroup-v2.html>, <https://docs.kernel.org/admin-guide/cgroup-v1/memory.html>

use std::fs;
use std::path::{Path, PathBuf};

use super::{Limit, Room};

/// The least that is free by the limits that count, with the system's files below `root`.
pub(super) fn room(root: &Path, counts: impl Fn(&Limit) -> bool) -> Option<Room> {
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
    Some(Room { free, held, limit })
}

fn read(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// `VmRSS:     1234 kB`, in bytes.
fn kibibytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.saturating_mul(1024))
}

/// The soft limit in `Max address space   1331200000   unlimited   bytes`; `None` where there is none.
fn own_limit(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

/// What each control group leaves that limits memory.
fn groups(root: &Path) -> Vec<(u64, Limit)> {
    let memberships = read(&root.join("proc/self/cgroup")).unwrap_or_default();
    let mounts = read(&root.join("proc/self/mountinfo")).unwrap_or_default();
    let mut found = Vec::new();
    for line in memberships.lines() {
        // `4:memory:/job` of the first version, `0::/job` of the second.
        let mut parts = line.splitn(3, ':');
        let (Some(_), Some(controllers), Some(path)) = (parts.next(), parts.next(), parts.next()) else { continue };
        let version = match controllers {
            "" => &SECOND,
            _ if controllers.split(',').any(|controller| controller == "memory") => &FIRST,
            _ => continue,
        };
        let Some(mount) = mounts.lines().find_map(|line| Mount::of(line, version)) else { continue };
        // Seen from a container the group may lie outside of what is mounted: the mount is then the container's own.
        let below = Path::new(path).strip_prefix(&mount.shows).unwrap_or(Path::new(""));
        let folder = mount.at.join(below);
        for group in folder.ancestors().take_while(|group| group.starts_with(&mount.at)) {
            let inside = root.join(group.strip_prefix("/").unwrap_or(group));
            if let Some(free) = version.free(&inside) {
                let name = group.strip_prefix(&mount.at).unwrap_or(group);
                found.push((free, Limit::Group(format!("/{}", name.display()))));
            }
        }
    }
    found
}

/// How a version of control groups names its files and fields.
struct Version {
    file_system: &'static str,
    /// Of the file system, in the first version; the second has one for all controllers.
    option: &'static str,
    limit: &'static str,
    usage: &'static str,
    /// What the kernel drops before anything fails: files that it keeps in memory.
    cached: [&'static str; 2],
}

const FIRST: Version = Version {
    file_system: "cgroup",
    option: "memory",
    limit: "memory.limit_in_bytes",
    usage: "memory.usage_in_bytes",
    cached: ["total_inactive_file", "total_active_file"],
};

const SECOND: Version = Version {
    file_system: "cgroup2",
    option: "",
    limit: "memory.max",
    usage: "memory.current",
    cached: ["inactive_file", "active_file"],
};

/// In the first version "no limit" is the largest number of whole pages.
const NO_LIMIT: u64 = 1 << 62;

impl Version {
    /// What a group leaves; `None` where it has no limit.
    fn free(&self, group: &Path) -> Option<u64> {
        let number = |name: &str| read(&group.join(name))?.trim().parse::<u64>().ok();
        let limit = number(self.limit).filter(|limit| *limit < NO_LIMIT)?;
        let usage = number(self.usage)?;
        let statistics = read(&group.join("memory.stat")).unwrap_or_default();
        let field = |name: &str| {
            let value = statistics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            value.and_then(|value| value.trim().parse::<u64>().ok()).unwrap_or(0)
        };
        let cached: u64 = self.cached.iter().map(|name| field(name)).sum();
        Some(limit.saturating_sub(usage.saturating_sub(cached)))
    }
}

/// Where groups are mounted, and which of them is.
struct Mount {
    at: PathBuf,
    shows: PathBuf,
}

impl Mount {
    /// Of `35 31 0:32 /shown /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory`, where it is of this version.
    fn of(line: &str, version: &Version) -> Option<Self> {
        let (mount, file_system) = line.split_once(" - ")?;
        let mut file_system = file_system.split(' ');
        if file_system.next()? != version.file_system {
            return None;
        }
        let options = file_system.nth(1).unwrap_or_default();
        if !version.option.is_empty() && !options.split(',').any(|option| option == version.option) {
            return None;
        }
        let mut mount = mount.split(' ').skip(3);
        let shows = PathBuf::from(unescaped(mount.next()?));
        Some(Self { shows, at: PathBuf::from(unescaped(mount.next()?)) })
    }
}

/// Spaces and their like stand as `\040`.
fn unescaped(text: &str) -> String {
    ["\\040", "\\011", "\\012", "\\134"]
        .iter()
        .zip([" ", "\t", "\n", "\\"])
        .fold(text.to_owned(), |text, (escape, character)| text.replace(escape, character))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEGABYTE: u64 = 1_000_000;

    /// The files of a machine with 8 GB free, of a process that holds 20 MB, and more.
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
        let room = room(machine(files).path(), |_| true).unwrap();
        assert_eq!((room.held, room.total()), (20_480_000, room.free + 20_480_000));
        (room.free, room.limit)
    }

    fn group(path: &str) -> Limit {
        Limit::Group(path.to_owned())
    }

    #[test]
    fn without_limits_the_machine_decides() {
        assert_eq!(found(&[]), (8000 * MEGABYTE, Limit::Machine));
        let swap = "MemAvailable: 7812500 kB\nSwapFree:  1000 kB\n";
        assert_eq!(found(&[("proc/meminfo", swap)]), (8000 * MEGABYTE + 1_024_000, Limit::Machine));
        assert_eq!(room(tempfile::tempdir().unwrap().path(), |_| true), None);
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
            // What the kernel keeps of files goes before anything fails.
            ("sys/fs/cgroup/user.slice/memory.stat", "anon 1\nfile 9\ninactive_file 90000000\nactive_file 10000000\n"),
        ];
        assert_eq!(found(&files), (300 * MEGABYTE, group("/user.slice")));
        // A tighter one further in.
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
        // More used than there is: nothing is left.
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
        let room = super::super::room().unwrap();
        assert!(room.held > MEGABYTE && room.free > MEGABYTE, "{room:?}");
    }
}
