//! Regular files: opened, read whole, and compared byte by byte.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use super::error::CompareError;
use crate::text::reason;

/// The number of bytes that are compared at a time.
const TOGETHER: usize = 1 << 16;

/// The bytes of a regular file.
pub fn read(path: &Path) -> Result<Vec<u8>, CompareError> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes).map_err(|error| CompareError::unreadable(path, reason(&error)))?;
    Ok(bytes)
}

/// Opens a regular file. Opening a pipe would block.
pub fn open(path: &Path) -> Result<File, CompareError> {
    let failed = |reason: String| CompareError::unreadable(path, reason);
    let kind = fs::metadata(path).map_err(|error| failed(reason(&error)))?;
    if !kind.is_file() {
        return Err(failed("it is no regular file".to_owned()));
    }
    File::open(path).map_err(|error| failed(reason(&error)))
}

/// Whether two regular files hold the same bytes. They are read side by side.
pub fn are_equal(old: &Path, new: &Path) -> Result<bool, CompareError> {
    let mut files = [open(old)?, open(new)?];
    let mut buffers = [vec![0; TOGETHER], vec![0; TOGETHER]];
    loop {
        let mut read = [0; 2];
        for (side, path) in [old, new].into_iter().enumerate() {
            let filled = fill(&mut files[side], &mut buffers[side]);
            read[side] = filled.map_err(|error| CompareError::unreadable(path, reason(&error)))?;
        }
        if buffers[0][..read[0]] != buffers[1][..read[1]] {
            return Ok(false);
        }
        if read[0] < TOGETHER {
            return Ok(true);
        }
    }
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
