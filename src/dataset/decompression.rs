//! gzip and zstd read through: compressed bytes in, the file that they hold out. The first bytes tell, not the name.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};
use std::rc::Rc;

use flate2::bufread::GzDecoder;
use zstd::stream::read::Decoder as ZstdDecoder;

/// Compressed bytes read at a time.
const PIECE: usize = 1 << 17;

/// What a file is compressed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Gzip,
    Zstd,
}

impl Compression {
    const fn of(start: &[u8]) -> Self {
        match start {
            [0x1F, 0x8B, ..] => Self::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Self::Zstd,
            _ => Self::None,
        }
    }

    /// The command that writes the content to a pipe.
    pub(super) const fn command(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Gzip => Some("gzip -dc"),
            Self::Zstd => Some("zstd -dc"),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

/// A reader of what a file holds.
pub(super) struct Decompressed<R: Read> {
    content: Content<R>,
    compression: Compression,
    /// Bytes of the file that were read, before decompression.
    taken: Rc<Cell<u64>>,
}

type Counted<R> = CountedReader<Chain<Cursor<Vec<u8>>, R>>;

enum Content<R: Read> {
    Plain(Counted<R>),
    Gzip(Box<GzipMembers<BufReader<Counted<R>>>>),
    Zstd(Box<ZstdDecoder<'static, BufReader<Counted<R>>>>),
}

impl<R: Read> Decompressed<R> {
    /// Looks at the first bytes of a file.
    ///
    /// # Errors
    /// The operating system's.
    pub(super) fn new(mut file: R) -> io::Result<Self> {
        let mut start = Vec::with_capacity(4);
        file.by_ref().take(4).read_to_end(&mut start)?;
        let compression = Compression::of(&start);
        let taken = Rc::new(Cell::new(0));
        let counted = CountedReader { file: Cursor::new(start).chain(file), taken: Rc::clone(&taken) };
        let content = match compression {
            Compression::None => Content::Plain(counted),
            Compression::Gzip => Content::Gzip(Box::new(GzipMembers {
                member: Some(GzDecoder::new(BufReader::with_capacity(PIECE, counted))),
            })),
            Compression::Zstd => {
                Content::Zstd(Box::new(ZstdDecoder::with_buffer(BufReader::with_capacity(PIECE, counted))?))
            }
        };
        Ok(Self { content, compression, taken })
    }

    pub(super) const fn compression(&self) -> Compression {
        self.compression
    }

    /// The number of bytes of the file that were read so far. It stays up to date when the reader is moved.
    pub(super) fn taken(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.taken)
    }
}

impl<R: Read> Read for Decompressed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.content {
            Content::Plain(file) => return file.read(buffer),
            Content::Gzip(decoder) => decoder.read(buffer),
            Content::Zstd(decoder) => decoder.read(buffer),
        };
        read.map_err(|error| {
            let name = self.compression.name();
            match error.kind() {
                _ if error.raw_os_error().is_some() => error,
                io::ErrorKind::Interrupted => error,
                io::ErrorKind::UnexpectedEof => {
                    io::Error::other(format!("its {name} data end before their end: the file is cut off"))
                }
                // The first piece of a file begins as one does, so that these bytes follow another.
                _ if error.to_string() == FOLLOWED || error.to_string() == "Unknown frame descriptor" => {
                    io::Error::other(format!(
                        "other bytes follow its {name} data: if these are complete, {name} -dc writes what they hold into a new file"
                    ))
                }
                _ => io::Error::other(format!("its {name} data are damaged ({error})")),
            }
        })
    }
}

/// The members of a gzip file, one after the other.
struct GzipMembers<R> {
    /// The one that is read; `None` after the last.
    member: Option<GzDecoder<R>>,
}

const FOLLOWED: &str = "no member follows";

impl<R: BufRead> Read for GzipMembers<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let read = member.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let Some(mut rest) = self.member.take().map(GzDecoder::into_inner) else { break };
            match rest.fill_buf()? {
                [] => break,
                [0x1F, 0x8B, ..] | [0x1F] => self.member = Some(GzDecoder::new(rest)),
                _ => return Err(io::Error::other(FOLLOWED)),
            }
        }
        Ok(0)
    }
}

/// Counts the bytes that pass.
struct CountedReader<R> {
    file: R,
    taken: Rc<Cell<u64>>,
}

impl<R: Read> Read for CountedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.taken.set(self.taken.get() + read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn content(file: &[u8]) -> Result<Vec<u8>, String> {
        let mut content = Vec::new();
        let mut reader = Decompressed::new(file).unwrap();
        reader.read_to_end(&mut content).map_err(|error| error.to_string())?;
        assert_eq!(reader.taken().get(), file.len() as u64);
        Ok(content)
    }

    #[test]
    fn files_are_read_whatever_they_are_compressed_with() {
        let text: Vec<u8> = (0..100_000).flat_map(|n: u32| format!("{n},{}\n", n * 7).into_bytes()).collect();
        assert_eq!(content(&text).unwrap(), text);
        assert_eq!(content(&gzip(&text)).unwrap(), text);
        assert_eq!(content(&zstd::encode_all(text.as_slice(), 3).unwrap()).unwrap(), text);
        for short in [&b""[..], b"a", b"\x1F"] {
            assert_eq!(content(short).unwrap(), short);
        }
    }

    #[test]
    fn several_members_are_one_file() {
        let (head, rest) = (b"a,y\n1,2\n", b"3,4\n");
        assert_eq!(content(&[gzip(head), gzip(rest)].concat()).unwrap(), b"a,y\n1,2\n3,4\n");
        let frames = [zstd::encode_all(&head[..], 3).unwrap(), zstd::encode_all(&rest[..], 3).unwrap()];
        assert_eq!(content(&frames.concat()).unwrap(), b"a,y\n1,2\n3,4\n");
    }

    #[test]
    fn bytes_after_the_last_member_are_said() {
        let text = b"a,y\n1,2\n".repeat(40_000);
        for (file, name) in [(gzip(&text), "gzip"), (zstd::encode_all(text.as_slice(), 3).unwrap(), "zstd")] {
            for rest in [&b"x"[..], &[0; 2], b"garbage after it"] {
                let mut file = file.clone();
                file.extend(rest);
                let expected = format!(
                    "other bytes follow its {name} data: if these are complete, {name} -dc writes what they hold into a new file"
                );
                let told = content(&file).unwrap_err();
                // Too few bytes may also be the beginning of a frame.
                let cut = format!("its {name} data end before their end: the file is cut off");
                assert!(told == expected || name == "zstd" && rest.len() < 4 && told == cut, "{name} {rest:?}: {told}");
            }
        }
    }

    #[test]
    fn what_is_cut_off_or_damaged_is_said() {
        let text: Vec<u8> = (0..1000).flat_map(|n: u32| format!("{n},1\n").into_bytes()).collect();
        let (gzip, zstd) = (gzip(&text), zstd::encode_all(text.as_slice(), 3).unwrap());
        for cut in [12, gzip.len() / 2, gzip.len() - 1] {
            let message = content(&gzip[..cut]).unwrap_err();
            assert_eq!(message, "its gzip data end before their end: the file is cut off", "{cut}");
        }
        for cut in [5, zstd.len() / 2, zstd.len() - 1] {
            let message = content(&zstd[..cut]).unwrap_err();
            assert_eq!(message, "its zstd data end before their end: the file is cut off", "{cut}");
        }
        let mut damaged = gzip.clone();
        let middle = damaged.len() / 2;
        damaged[middle..middle + 20].fill(0xFF);
        assert!(content(&damaged).unwrap_err().starts_with("its gzip data are damaged ("));
        let mut damaged = zstd;
        damaged[10..30].fill(0xFF);
        assert!(content(&damaged).unwrap_err().starts_with("its zstd data are damaged ("));
    }
}
