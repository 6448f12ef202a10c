//! An array in a file: its header, and its elements by position.

use std::io;

use super::archive::{self, Member};
use super::header::{LONGEST, MAGIC, NpyHeader};
use crate::dataset::columnar::ColumnarInput;
use crate::parquet::ReadAt;
use crate::text::composed;

/// More are no table: each has a name.
const MOST_COLUMNS: usize = 1 << 22;

/// Why an array could not be read.
#[derive(Debug)]
pub(super) enum NpyFault {
    /// The operating system's error.
    Unreadable(io::Error),
    /// It does not fit in memory.
    TooLarge(String),
    /// What is wrong with the file.
    Content(String),
}

impl From<io::Error> for NpyFault {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

impl NpyFault {
    pub(super) fn damaged(message: impl std::fmt::Display) -> Self {
        Self::Content(format!("damaged: {message}"))
    }
}

/// An array, of which only the header was read.
#[derive(Debug)]
pub(super) struct NpyArray {
    /// Empty in a `.npy` file.
    pub name: String,
    pub header: NpyHeader,
    place: ArrayPlace,
}

#[derive(Debug)]
enum ArrayPlace {
    /// Where the array begins in the file, and the member of an archive that it is.
    Stored(u64, Option<Member>),
    Compressed(Member),
    /// Decompressed.
    Memory(Vec<u8>),
}

/// Opens the arrays of a file: the only one of a `.npy` file, or those of a `.npz` file.
pub(super) fn arrays(source: &ColumnarInput) -> Result<Vec<NpyArray>, NpyFault> {
    let size = source.size;
    let mut start = vec![0; usize::try_from(size.min(LONGEST as u64)).unwrap_or(LONGEST)];
    source.read_exact_at(&mut start, 0)?;
    if start.is_empty() {
        return Err(NpyFault::Content("the file is empty: a .npy or .npz file is expected".to_owned()));
    }
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return archived(source, size);
    }
    if !start.starts_with(MAGIC) {
        return Err(NpyFault::Content(source.foreign("a NumPy file (.npy, .npz)")));
    }
    let header = NpyHeader::read(&start).map_err(NpyFault::damaged)?;
    let array = NpyArray { name: String::new(), header, place: ArrayPlace::Stored(0, None) };
    array.check(size)?;
    Ok(vec![array])
}

fn archived(source: &ColumnarInput, size: u64) -> Result<Vec<NpyArray>, NpyFault> {
    let mut arrays: Vec<NpyArray> = Vec::new();
    for member in archive::members(source, size)? {
        let Some(name) = member.name.strip_suffix(".npy").map(|name| composed(name).into_owned()) else {
            let name = &member.name;
            return Err(NpyFault::Content(format!(
                "\"{name}\" in it is no array (.npy): {}",
                source.foreign("a NumPy file (.npz)")
            )));
        };
        if arrays.iter().any(|array| array.name == name) {
            return Err(NpyFault::Content(format!("the array \"{name}\" stands twice in the file")));
        }
        let start = member.start(source, size, LONGEST)?;
        let header =
            NpyHeader::read(&start).map_err(|message| NpyFault::damaged(format!("array \"{name}\": {message}")))?;
        let length = member.size;
        member.check_expansion()?;
        let place = match member.stored(source, size)? {
            Some(begin) => ArrayPlace::Stored(begin, Some(member)),
            None => ArrayPlace::Compressed(member),
        };
        let array = NpyArray { name, header, place };
        array.check(length)?;
        arrays.push(array);
    }
    if arrays.is_empty() { Err(NpyFault::Content("the file holds no array".to_owned())) } else { Ok(arrays) }
}

impl NpyArray {
    /// Rows and columns: an entry of the first dimension is a row, flattened in C order. `None` for a single number.
    pub(super) fn size(&self) -> Option<(usize, usize)> {
        match *self.header.shape {
            [] => None,
            // Columns without rows take no bytes: there may be any number of them.
            [0, ..] => Some((0, 0)),
            // What has rows has its bytes, so that nothing overflows.
            [rows, ref sizes @ ..] => Some((rows, sizes.iter().product())),
        }
    }

    /// Which column is stored at the place of this one: Fortran's order reverses all dimensions.
    pub(super) fn stored_column(&self, column: usize) -> usize {
        let sizes = self.header.shape.get(1..).unwrap_or_default();
        if !self.header.fortran || sizes.len() < 2 {
            return column;
        }
        let (mut rest, mut place, mut step) = (column, 0, sizes.iter().product::<usize>());
        for size in sizes.iter().rev() {
            step /= size;
            place += rest % size * step;
            rest /= size;
        }
        place
    }

    /// What messages call it.
    pub(super) fn title(&self) -> String {
        if self.name.is_empty() { "the array".to_owned() } else { format!("array \"{}\"", self.name) }
    }

    /// Checks that it has as many bytes as its shape says.
    fn check(&self, bytes: u64) -> Result<(), NpyFault> {
        // Nobody knows the bytes of a pickle, in which an element takes at least one.
        let width = self.header.element.width();
        let elements = self.header.shape.iter().try_fold(width.unwrap_or(1), |all, size| all.checked_mul(*size));
        let expected = elements.and_then(|bytes| (bytes as u64).checked_add(self.header.data as u64));
        let (title, shape) = (self.title(), &self.header.shape);
        let columns = shape.iter().skip(1).try_fold(1_usize, |all, size| all.checked_mul(*size));
        if shape.first().is_some_and(|rows| *rows > 0) && columns.is_none_or(|columns| columns > MOST_COLUMNS) {
            return Err(NpyFault::Content(format!(
                "{title} has the shape {shape:?}: at most {MOST_COLUMNS} numbers in a row are read"
            )));
        }
        match expected {
            Some(expected) if expected == bytes => Ok(()),
            Some(expected) if width.is_none() && expected < bytes => Ok(()),
            Some(expected) if expected < bytes => Err(NpyFault::Content(format!(
                "{title} has {bytes} bytes, its shape {shape:?} says {expected}; several arrays belong into a .npz file"
            ))),
            Some(expected) => Err(NpyFault::Content(format!(
                "{title} is cut off: it has {bytes} bytes, its shape {shape:?} says {expected}"
            ))),
            None => Err(NpyFault::damaged(format!("{title} says that its shape is {shape:?}"))),
        }
    }

    /// Brings a compressed array into memory. The checksum of one in an archive is compared.
    pub(super) fn open(&mut self, source: &(impl ReadAt + ?Sized), size: u64) -> Result<(), NpyFault> {
        match &self.place {
            ArrayPlace::Compressed(member) => self.place = ArrayPlace::Memory(member.whole(source, size)?),
            ArrayPlace::Stored(begin, Some(member)) => member.check_stored(source, *begin)?,
            ArrayPlace::Stored(_, None) | ArrayPlace::Memory(_) => {}
        }
        Ok(())
    }

    /// Reads the bytes of elements from the one at this position on.
    pub(super) fn read(
        &self,
        source: &(impl ReadAt + ?Sized),
        element: usize,
        buffer: &mut [u8],
    ) -> Result<(), NpyFault> {
        let at = (self.header.data + element * self.header.element.width().unwrap_or(0)) as u64;
        match &self.place {
            ArrayPlace::Stored(begin, _) => source.read_exact_at(buffer, begin + at)?,
            ArrayPlace::Memory(bytes) => bytes.as_slice().read_exact_at(buffer, at)?,
            ArrayPlace::Compressed(_) => return Err(NpyFault::damaged(format!("{} is not open", self.title()))),
        }
        Ok(())
    }
}
