//! The limits of Linux control groups, of both versions.
//!
//! <https://docs.kernel.org/admin-guide/cgroup-v2.html>, <https://docs.kernel.org/admin-guide/cgroup-v1/memory.html>

use std::fs;
use std::path::{Path, PathBuf};

use super::available::Limit;

/// The free memory of each control group of this process that limits memory.
pub(super) fn groups(root: &Path) -> Vec<(u64, Limit)> {
    let memberships = read(&root.join("proc/self/cgroup")).unwrap_or_default();
    let mounts = read(&root.join("proc/self/mountinfo")).unwrap_or_default();
    let mut found = Vec::new();
    for line in memberships.lines() {
        // `4:memory:/job` in the first version, `0::/job` in the second.
        let mut parts = line.splitn(3, ':');
        let (Some(_), Some(controllers), Some(path)) = (parts.next(), parts.next(), parts.next()) else { continue };
        let version = match controllers {
            "" => &SECOND,
            _ if controllers.split(',').any(|controller| controller == "memory") => &FIRST,
            _ => continue,
        };
        let Some(mount) = mounts.lines().find_map(|line| CgroupMount::of(line, version)) else { continue };
        // In a container the group may lie outside the mounted part. The mount itself is then the container's group.
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

/// The file and field names of one version of control groups.
struct CgroupVersion {
    file_system: &'static str,
    /// Mount option of the controller in the first version; empty in the second, which has one mount for all controllers.
    option: &'static str,
    limit: &'static str,
    usage: &'static str,
    /// Fields with the size of cached files, which the kernel drops before an allocation fails.
    cached: [&'static str; 2],
}

const FIRST: CgroupVersion = CgroupVersion {
    file_system: "cgroup",
    option: "memory",
    limit: "memory.limit_in_bytes",
    usage: "memory.usage_in_bytes",
    cached: ["total_inactive_file", "total_active_file"],
};

const SECOND: CgroupVersion = CgroupVersion {
    file_system: "cgroup2",
    option: "",
    limit: "memory.max",
    usage: "memory.current",
    cached: ["inactive_file", "active_file"],
};

/// The first version writes "no limit" as the largest number of whole pages, which is above this.
const NO_LIMIT: u64 = 1 << 62;

impl CgroupVersion {
    /// The free memory of a group; `None` if the group has no limit.
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

/// A mount of control groups.
struct CgroupMount {
    /// Where it is mounted.
    at: PathBuf,
    /// The group that appears there.
    shows: PathBuf,
}

impl CgroupMount {
    /// Parses `35 31 0:32 /shown /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory`; `None` for the other version.
    fn of(line: &str, version: &CgroupVersion) -> Option<Self> {
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

/// Undoes the escapes of white space and backslash, such as `\040`.
fn unescaped(text: &str) -> String {
    ["\\040", "\\011", "\\012", "\\134"]
        .iter()
        .zip([" ", "\t", "\n", "\\"])
        .fold(text.to_owned(), |text, (escape, character)| text.replace(escape, character))
}

/// The text of a system file; `None` if it cannot be read.
pub(super) fn read(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()
}
