//! Differences between texts with the same content: encoding, line ends, last line, quotes around cells. Editors,
//! spreadsheets and Git change these without being asked.

use super::csv_table;

/// Two texts with encoding and line ends made equal, and what differed in these.
pub struct TextPair {
    pub old: String,
    pub new: String,
    /// `line ends (CRLF in the committed one)`
    pub differences: Vec<String>,
    /// Whether the line ends may be Git's doing.
    pub is_of_git: bool,
}

/// One decoded text.
struct Written {
    /// The text with `\n` between lines.
    text: String,
    encoding: &'static str,
    ends: &'static str,
}

const UTF_8: &str = "UTF-8";
const CR: &str = "CR";

impl TextPair {
    /// Decodes both texts. `None` if one is not text.
    pub fn read(old: &[u8], new: &[u8], sides: [&str; 2]) -> Option<Self> {
        let (old, new) = (Written::read(old)?, Written::read(new)?);
        let mut differences = Vec::new();
        if old.encoding != new.encoding {
            let named = said([old.encoding, new.encoding], UTF_8, sides);
            let named = named.replace("UTF-8 with a byte order mark", "a byte order mark");
            differences.push(format!("the encoding ({named})"));
        }
        let ends = old.ends != new.ends && old.text.contains('\n') && new.text.contains('\n');
        if ends {
            differences.push(format!("line ends ({})", said([old.ends, new.ends], "LF", sides)));
        }
        let is_of_git = ends && old.ends != CR && new.ends != CR;
        Some(Self { old: old.text, new: new.text, differences, is_of_git })
    }

    /// Whether the texts have the same content. If so, the remaining difference is added to [`Self::differences`].
    pub fn is_all(&mut self, file: &str, sides: [&str; 2]) -> bool {
        if self.old == self.new {
            return true;
        }
        let lines = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned();
        let table = file.ends_with(".csv");
        if self.old.trim_end_matches('\n') == self.new.trim_end_matches('\n') {
            self.differences.push(last_line([&self.old, &self.new], sides));
        } else if table && csv_table::are_the_same(&self.old, &self.new) {
            self.differences.push("the quotes around cells".to_owned());
        } else if !table && lines(&self.old) == lines(&self.new) {
            self.differences.push("spaces at the ends of lines".to_owned());
        } else {
            return false;
        }
        true
    }
}

impl Written {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (text, encoding) = decode(bytes)?;
        let crlf = text.matches("\r\n").count();
        let (cr, lf) = (text.matches('\r').count() - crlf, text.matches('\n').count() - crlf);
        let ends = match (crlf > 0, cr > 0, lf > 0) {
            (true, false, false) => "CRLF",
            (false, true, false) => CR,
            (false, false, _) => "LF",
            _ => "CRLF and LF mixed",
        };
        Some(Self { text: text.replace("\r\n", "\n").replace('\r', "\n"), encoding, ends })
    }
}

fn decode(bytes: &[u8]) -> Option<(String, &'static str)> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units = pairs.iter().copied().map(unit);
        char::decode_utf16(units).collect::<Result<String, _>>().ok().filter(|_| rest.is_empty())
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => Some((String::from_utf8(rest.to_vec()).ok()?, "UTF-8 with a byte order mark")),
        [0xff, 0xfe, rest @ ..] => Some((wide(rest, u16::from_le_bytes)?, "UTF-16")),
        [0xfe, 0xff, rest @ ..] => Some((wide(rest, u16::from_be_bytes)?, "UTF-16, big-endian")),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Some((text.to_owned(), UTF_8)),
            // Latin-1: every byte is a character, and only line breaks and tabs are control characters.
            Err(_) if bytes.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0xa0..)) => {
                Some((bytes.iter().copied().map(char::from).collect(), "Latin-1"))
            }
            Err(_) => None,
        },
    }
}

/// The unusual values, each with its side: `CRLF in the committed one`.
fn said(found: [&str; 2], usual: &str, sides: [&str; 2]) -> String {
    let odd = found.iter().zip(sides).filter(|(found, _)| **found != usual);
    odd.map(|(found, side)| format!("{found} in the {side} one")).collect::<Vec<_>>().join(", ")
}

fn last_line(texts: [&str; 2], sides: [&str; 2]) -> String {
    let [old, new] = texts.map(|text| text.len() - text.trim_end_matches('\n').len());
    match (old, new) {
        (0, _) => format!("the newline at the end, which the {} one lacks", sides[0]),
        (_, 0) => format!("the newline at the end, which the {} one lacks", sides[1]),
        _ => format!("empty lines at the end of the {} one", sides[usize::from(new > old)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(old: &[u8], new: &[u8], file: &str) -> Option<String> {
        let sides = ["committed", "new"];
        let mut texts = TextPair::read(old, new, sides)?;
        texts.is_all(file, sides).then(|| texts.differences.join(" and "))
    }

    #[test]
    fn each_way_to_write_has_its_name() {
        let utf_16: Vec<u8> = "\u{feff}a,b\n1,2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (old, new, file, words) in [
            (&b"a\r\nb\r\n"[..], &b"a\nb\n"[..], "x.md", "line ends (CRLF in the committed one)"),
            (b"a\nb\n", b"a\rb\r", "x.md", "line ends (CR in the new one)"),
            (b"a\r\nb\n", b"a\nb\n", "x.svg", "line ends (CRLF and LF mixed in the committed one)"),
            (b"a\nb", b"a\nb\n", "x.md", "the newline at the end, which the committed one lacks"),
            (b"a\nb\n", b"a\nb\n\n\n", "x.csv", "empty lines at the end of the new one"),
            (b"\xef\xbb\xbfa\n", b"a\n", "x.toml", "the encoding (a byte order mark in the committed one)"),
            (&utf_16, b"a,b\n1,2\n", "x.csv", "the encoding (UTF-16 in the committed one)"),
            (b"gr\xf6\xdfe\n", "größe\n".as_bytes(), "x.toml", "the encoding (Latin-1 in the committed one)"),
            (b"\"a\",b\n\"1\",2\n", b"a,b\n1,2\n", "x.csv", "the quotes around cells"),
            (b"a  \nb\t\n", b"a\nb\n", "x.md", "spaces at the ends of lines"),
            (
                b"\xef\xbb\xbfa\r\nb",
                b"a\nb\n",
                "x.md",
                "the encoding (a byte order mark in the committed one) and line ends (CRLF in the committed one) and the \
                 newline at the end, which the committed one lacks",
            ),
        ] {
            assert_eq!(told(old, new, file).as_deref(), Some(words));
        }
    }

    #[test]
    fn what_says_something_else_is_no_writing() {
        for (old, new, file) in [
            (&b"a\nb\n"[..], &b"a\nc\n"[..], "x.md"),
            (b"\"a\",b\n\"1\",2\n", b"a,b\n1,3\n", "x.csv"),
            (b"a,b\n1,2\n3,4\n", b"a,b\n3,4\n1,2\n", "x.csv"),
            (b"a \n", b"a\n", "x.csv"),
            (b"\xffa", b"a", "x.md"),
            (b"\xff\x01a", b"a", "x.md"),
            (b"\xff\xfea", b"a", "x.md"),
        ] {
            assert_eq!(told(old, new, file), None, "{old:?}");
        }
    }
}
