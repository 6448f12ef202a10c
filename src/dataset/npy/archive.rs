//! The members of a `.npz` file, which is a zip archive.
//!
//! <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use super::array::NpyFault;
use crate::memory::{fallible, has_room};
use crate::parquet::ReadAt;

/// A file in the archive.
#[derive(Debug)]
pub(super) struct Member {
    pub name: String,
    deflated: bool,
    /// Bytes in the archive.
    compressed: u64,
    /// Bytes once decompressed.
    pub size: u64,
    checksum: u32,
    /// Where its own header begins in the archive.
    header: u64,
}

/// Deflate makes no more than this out of a byte.
const BEST_RATIO: u64 = 1032;

/// The end of the directory, without a comment.
const END: u64 = 22;
const LONGEST_COMMENT: u64 = 1 << 16;

/// Reads the directory of an archive of `size` bytes.
pub(super) fn members(source: &(impl ReadAt + ?Sized), size: u64) -> Result<Vec<Member>, NpyFault> {
    let damaged = || NpyFault::damaged("its directory contradicts itself");
    let tail_at = size.saturating_sub(END + LONGEST_COMMENT);
    let tail = read(source, tail_at, size - tail_at)?;
    let end = tail.windows(END as usize).rposition(|bytes| bytes.starts_with(b"PK\x05\x06")).ok_or_else(|| {
        NpyFault::Content("the file is cut off: a .npz file ends with the directory of a zip archive".to_owned())
    })?;
    let field = Fields(&tail[end..]);
    let (Some(count), Some(length), Some(at)) = (field.short(10), field.long(12), field.long(16)) else {
        return Err(damaged());
    };
    if count == u16::MAX || length == u32::MAX || at == u32::MAX {
        return Err(too_large());
    }
    let end_at = tail_at + end as u64;
    if u64::from(at).checked_add(u64::from(length)).is_none_or(|directory_end| directory_end > end_at) {
        return Err(damaged());
    }
    let directory = read(source, u64::from(at), u64::from(length))?;
    let mut rest = directory.as_slice();
    let mut members = Vec::new();
    for _ in 0..count {
        let field = Fields(rest);
        let entry = rest.get(..46).filter(|entry| entry.starts_with(b"PK\x01\x02")).ok_or_else(damaged)?;
        let [name, extra, comment] = [28, 30, 32].map(|at| usize::from(field.short(at).unwrap_or(0)));
        let bytes = rest.get(46..46 + name).ok_or_else(damaged)?;
        let name_text = String::from_utf8_lossy(bytes).into_owned();
        let [compressed, size, header] = [20, 24, 42].map(|at| Fields(entry).long(at).unwrap_or(u32::MAX));
        if [compressed, size, header].contains(&u32::MAX) {
            return Err(too_large());
        }
        let deflated = match (field.short(8).unwrap_or(0) & 1, field.short(10)) {
            (0, Some(0)) => false,
            (0, Some(8)) => true,
            (0, method) => {
                let method = method.unwrap_or(0);
                let message =
                    format!("\"{name_text}\" is compressed by method {method}: numpy.savez_compressed writes 8");
                return Err(NpyFault::Content(message));
            }
            _ => return Err(NpyFault::Content(format!("\"{name_text}\" is encrypted"))),
        };
        members.push(Member {
            name: name_text,
            deflated,
            compressed: compressed.into(),
            size: size.into(),
            checksum: field.long(16).unwrap_or(0),
            header: header.into(),
        });
        rest = rest.get(46 + name + extra + comment..).ok_or_else(damaged)?;
    }
    Ok(members)
}

impl Member {
    /// Where its bytes begin in the archive; they end inside it.
    fn begin(&self, source: &(impl ReadAt + ?Sized), archive: u64) -> Result<u64, NpyFault> {
        let damaged = || NpyFault::damaged(format!("\"{}\" lies beyond the end of the file", self.name));
        if self.header + 30 > archive {
            return Err(damaged());
        }
        let header = read(source, self.header, 30)?;
        let field = Fields(&header);
        let lengths = u64::from(field.short(26).unwrap_or(0)) + u64::from(field.short(28).unwrap_or(0));
        let begin = self.header + 30 + lengths;
        if header.starts_with(b"PK\x03\x04") && begin.checked_add(self.compressed).is_some_and(|end| end <= archive) {
            Ok(begin)
        } else {
            Err(damaged())
        }
    }

    /// Where it begins, if it is stored as it is.
    pub(super) fn stored(&self, source: &(impl ReadAt + ?Sized), archive: u64) -> Result<Option<u64>, NpyFault> {
        let begin = self.begin(source, archive)?;
        if !self.deflated && self.compressed != self.size {
            return Err(NpyFault::damaged(format!("\"{}\" has two sizes", self.name)));
        }
        Ok((!self.deflated).then_some(begin))
    }

    /// Its first `length` bytes, or all of them if there are fewer.
    pub(super) fn start(
        &self,
        source: &(impl ReadAt + ?Sized),
        archive: u64,
        length: usize,
    ) -> Result<Vec<u8>, NpyFault> {
        let begin = self.begin(source, archive)?;
        let length = usize::try_from(self.size).unwrap_or(length).min(length);
        if !self.deflated {
            return read(source, begin, length as u64);
        }
        // What cannot be compressed takes a few bytes more for each block.
        let compressed = read(source, begin, self.compressed.min(2 * length as u64 + 1024))?;
        let (status, bytes) = inflate(&compressed, length)?;
        match status {
            TINFLStatus::Done | TINFLStatus::HasMoreOutput if bytes.len() == length => Ok(bytes),
            _ => Err(self.undecodable()),
        }
    }

    /// All of its bytes.
    pub(super) fn whole(&self, source: &(impl ReadAt + ?Sized), archive: u64) -> Result<Vec<u8>, NpyFault> {
        let begin = self.begin(source, archive)?;
        if self.size > self.compressed.saturating_mul(BEST_RATIO) {
            return Err(self.undecodable());
        }
        if !has_room(self.size.saturating_add(self.compressed)) {
            return Err(NpyFault::TooLarge(format!(
                "\"{}\" has {} bytes once decompressed, which do not fit in memory; numpy.savez writes it so that rows are \
                 read one after the other",
                self.name, self.size
            )));
        }
        let compressed = read(source, begin, self.compressed)?;
        let (status, bytes) = inflate(&compressed, usize::try_from(self.size).unwrap_or(usize::MAX))?;
        if status == TINFLStatus::Done && bytes.len() as u64 == self.size && checksum(&bytes) == self.checksum {
            Ok(bytes)
        } else {
            Err(self.undecodable())
        }
    }

    fn undecodable(&self) -> NpyFault {
        NpyFault::damaged(format!("\"{}\" cannot be decompressed", self.name))
    }
}

/// Decompresses into at most `length` bytes.
fn inflate(compressed: &[u8], length: usize) -> Result<(TINFLStatus, Vec<u8>), NpyFault> {
    let mut bytes = Vec::new();
    if !fallible(|| bytes.try_reserve_exact(length).is_ok()) {
        return Err(NpyFault::TooLarge(format!("{length} bytes do not fit in memory")));
    }
    bytes.resize(length, 0);
    let mut state = Box::<DecompressorOxide>::default();
    let flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let (status, _, written) = decompress(&mut state, compressed, &mut bytes, 0, flags);
    bytes.truncate(written);
    Ok((status, bytes))
}

/// The CRC-32 of a zip archive.
fn checksum(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut byte = 0;
        while byte < 256 {
            let mut value = byte as u32;
            let mut bit = 0;
            while bit < 8 {
                value = if value & 1 == 1 { value >> 1 ^ 0xEDB8_8320 } else { value >> 1 };
                bit += 1;
            }
            table[byte] = value;
            byte += 1;
        }
        table
    };
    !bytes.iter().fold(u32::MAX, |sum, &byte| sum >> 8 ^ TABLE[usize::from(sum as u8 ^ byte)])
}

fn too_large() -> NpyFault {
    NpyFault::Content(
        "a .npz file of more than 4 GiB is not read: save its arrays as .npy, or the table as Parquet".to_owned(),
    )
}

/// Reads bytes, of which there are no more than in the file.
fn read(source: &(impl ReadAt + ?Sized), at: u64, length: u64) -> Result<Vec<u8>, NpyFault> {
    let mut bytes = Vec::new();
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if !fallible(|| bytes.try_reserve_exact(length).is_ok()) {
        return Err(NpyFault::TooLarge(format!("{length} bytes do not fit in memory")));
    }
    bytes.resize(length, 0);
    source.read_exact_at(&mut bytes, at)?;
    Ok(bytes)
}

/// Fixed places of little-endian numbers.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn short(&self, at: usize) -> Option<u16> {
        Some(u16::from_le_bytes(self.0.get(at..at + 2)?.try_into().ok()?))
    }

    fn long(&self, at: usize) -> Option<u32> {
        Some(u32::from_le_bytes(self.0.get(at..at + 4)?.try_into().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_zip() {
        assert_eq!(checksum(b"123456789"), 0xCBF4_3926);
        assert_eq!(checksum(b""), 0);
    }
}
