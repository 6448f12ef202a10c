//! Reading bytes by their position.

use std::fs::File;
use std::io;

/// Bytes read by position. A file that shrinks while it is read is then an error of the operating system; mapped into memory, it
/// would end the program. Several threads may read at a time.
pub trait ReadAt: Sync {
    /// Fills `buffer` with the bytes from `offset` on.
    ///
    /// # Errors
    /// The operating system's; [`io::ErrorKind::UnexpectedEof`] if there are fewer bytes.
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()>;
}

impl ReadAt for File {
    #[cfg(unix)]
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(self, buffer, offset)
    }

    #[cfg(not(unix))]
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        use std::io::{Read as _, Seek as _};

        let mut file = self;
        file.seek(io::SeekFrom::Start(offset))?;
        file.read_exact(buffer)
    }
}

impl ReadAt for [u8] {
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let end = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let start = usize::try_from(offset).map_err(|_| end())?;
        let found = start.checked_add(buffer.len()).and_then(|to| self.get(start..to)).ok_or_else(end)?;
        buffer.copy_from_slice(found);
        Ok(())
    }
}

/// A slice behind a reference, so that it can be a trait object.
impl ReadAt for &[u8] {
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        (**self).read_exact_at(buffer, offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_beyond_the_end_are_an_error() {
        let mut two = [0; 2];
        let bytes: &[u8] = b"abc";
        bytes.read_exact_at(&mut two, 1).unwrap();
        assert_eq!(&two, b"bc");
        for offset in [2, 3, u64::MAX] {
            assert_eq!(bytes.read_exact_at(&mut two, offset).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        }
    }
}
