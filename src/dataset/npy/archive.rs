//! The members of a `.npz` file, which is a zip archive.
//!
//! <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>

use flate2::Crc;
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

/// Bytes of the pointer to the end of the directory of a Zip64 archive, and of that end.
const ZIP64_POINTER: u64 = 20;
const ZIP64_END: u64 = 56;

/// Reads the directory of an archive of `size` bytes.
pub(super) fn members(source: &(impl ReadAt + ?Sized), size: u64) -> Result<Vec<Member>, NpyFault> {
    let DirectoryPlace { count, length, at } = directory_place(source, size)?;
    let directory = read(source, at, length)?;
    let mut rest = directory.as_slice();
    let mut members = Vec::new();
    for _ in 0..count {
        let (member, after) = Member::read(rest)?;
        members.push(member);
        rest = after;
    }
    Ok(members)
}

/// Where the directory lies, and how many members it has.
struct DirectoryPlace {
    count: u64,
    /// Bytes.
    length: u64,
    at: u64,
}

fn directory_place(source: &(impl ReadAt + ?Sized), size: u64) -> Result<DirectoryPlace, NpyFault> {
    let tail_at = size.saturating_sub(END + LONGEST_COMMENT);
    let tail = read(source, tail_at, size - tail_at)?;
    let end = tail.windows(END as usize).rposition(|bytes| bytes.starts_with(b"PK\x05\x06")).ok_or_else(|| {
        NpyFault::Content("the file is cut off: a .npz file ends with the directory of a zip archive".to_owned())
    })?;
    let mut end_at = tail_at + end as u64;
    let field = Fields(&tail[end..]);
    let short = (field.short(10), field.long(12), field.long(16));
    let (Some(count), Some(length), Some(at)) = short else { return Err(contradiction()) };
    let mut place = DirectoryPlace { count: count.into(), length: length.into(), at: at.into() };
    if count == u16::MAX || length == u32::MAX || at == u32::MAX {
        // Zip64: a record of longer numbers lies before, and a pointer to it.
        let pointer_at = end_at.checked_sub(ZIP64_POINTER).ok_or_else(contradiction)?;
        let pointer = read(source, pointer_at, ZIP64_POINTER)?;
        let record_at = Fields(&pointer).quad(8).filter(|_| pointer.starts_with(b"PK\x06\x07"));
        let record_at = record_at.filter(|at| at.checked_add(ZIP64_END).is_some_and(|end| end <= pointer_at));
        let record = read(source, record_at.ok_or_else(contradiction)?, ZIP64_END)?;
        let field = Fields(&record);
        let long = (field.quad(32), field.quad(40), field.quad(48));
        let (true, (Some(count), Some(length), Some(at))) = (record.starts_with(b"PK\x06\x06"), long) else {
            return Err(contradiction());
        };
        place = DirectoryPlace { count, length, at };
        end_at = record_at.unwrap_or(end_at);
    }
    match place.at.checked_add(place.length) {
        Some(directory_end) if directory_end <= end_at => Ok(place),
        _ => Err(contradiction()),
    }
}

fn contradiction() -> NpyFault {
    NpyFault::damaged("its directory contradicts itself")
}

impl Member {
    /// Reads an entry of the directory. Returns it, and what follows.
    fn read(directory: &[u8]) -> Result<(Self, &[u8]), NpyFault> {
        let field = Fields(directory);
        let entry = directory.get(..46).filter(|entry| entry.starts_with(b"PK\x01\x02")).ok_or_else(contradiction)?;
        let [name, extra, comment] = [28, 30, 32].map(|at| usize::from(field.short(at).unwrap_or(0)));
        let bytes = directory.get(46..46 + name).ok_or_else(contradiction)?;
        let more = directory.get(46 + name..46 + name + extra).ok_or_else(contradiction)?;
        let rest = directory.get(46 + name + extra + comment..).ok_or_else(contradiction)?;
        let name = String::from_utf8_lossy(bytes).into_owned();
        let mut long = LongNumbers::of(more);
        let [size, compressed, header] =
            [24, 20, 42].map(|at| Fields(entry).long(at).and_then(|number| long.instead_of(number)));
        let (Some(size), Some(compressed), Some(header)) = (size, compressed, header) else {
            return Err(contradiction());
        };
        let deflated = match (field.short(8).unwrap_or(0) & 1, field.short(10)) {
            (0, Some(0)) => false,
            (0, Some(8)) => true,
            (0, method) => {
                let method = method.unwrap_or(0);
                let message = format!("\"{name}\" is compressed by method {method}: numpy.savez_compressed writes 8");
                return Err(NpyFault::Content(message));
            }
            _ => return Err(NpyFault::Content(format!("\"{name}\" is encrypted"))),
        };
        let checksum = field.long(16).unwrap_or(0);
        Ok((Self { name, deflated, compressed, size, checksum, header }, rest))
    }

    /// Checks that so few bytes can hold what they claim to hold.
    pub(super) fn check_expansion(&self) -> Result<(), NpyFault> {
        let most = if self.deflated { BEST_RATIO } else { 1 };
        if self.size > self.compressed.saturating_mul(most) { Err(self.undecodable()) } else { Ok(()) }
    }

    /// Compares the checksum of what is stored as it is.
    pub(super) fn check_stored(&self, source: &(impl ReadAt + ?Sized), begin: u64) -> Result<(), NpyFault> {
        const PIECE: u64 = 1 << 18;
        let mut checksum = Crc::new();
        for at in (0..self.size).step_by(PIECE as usize) {
            checksum.update(&read(source, begin + at, PIECE.min(self.size - at))?);
        }
        match checksum.sum() == self.checksum {
            true => Ok(()),
            false => Err(NpyFault::damaged(format!("the bytes of \"{}\" are not those of its checksum", self.name))),
        }
    }

    /// Where its bytes begin in the archive; they end inside it.
    fn begin(&self, source: &(impl ReadAt + ?Sized), archive: u64) -> Result<u64, NpyFault> {
        let damaged = || NpyFault::damaged(format!("\"{}\" lies beyond the end of the file", self.name));
        if self.header.checked_add(30).is_none_or(|end| end > archive) {
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
        self.check_expansion()?;
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
    let mut checksum = Crc::new();
    checksum.update(bytes);
    checksum.sum()
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

    fn quad(&self, at: usize) -> Option<u64> {
        Some(u64::from_le_bytes(self.0.get(at..at + 8)?.try_into().ok()?))
    }
}

/// The longer numbers of an entry (Zip64), in their order: each stands there only if the short one has no place for it.
struct LongNumbers<'a>(&'a [u8]);

impl<'a> LongNumbers<'a> {
    fn of(mut extra: &'a [u8]) -> Self {
        while let (Some(kind), Some(length)) = (Fields(extra).short(0), Fields(extra).short(2)) {
            let end = 4 + usize::from(length);
            match extra.get(4..end) {
                Some(numbers) if kind == 1 => return Self(numbers),
                Some(_) => extra = &extra[end..],
                None => break,
            }
        }
        Self(&[])
    }

    /// The number, or the next longer one; `None` if that is missing.
    fn instead_of(&mut self, number: u32) -> Option<u64> {
        if number != u32::MAX {
            return Some(number.into());
        }
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*first))
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
