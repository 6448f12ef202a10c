//! Free space on the disk.

use std::path::Path;

/// The free space where a folder is or will be, in bytes. `None` if the operating system does not say.
#[must_use]
pub fn free_space(folder: &Path) -> Option<u64> {
    let folder = std::path::absolute(folder).ok()?;
    folder.ancestors().find(|ancestor| ancestor.exists()).and_then(|ancestor| fs4::available_space(ancestor).ok())
}
