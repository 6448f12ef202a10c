//! The header of an array: `\x93NUMPY`, a version, and a Python dictionary of type, order and shape.
//!
//! <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>

use crate::dataset::columnar::Element;

/// No array of plain numbers has a longer header.
pub(super) const LONGEST: usize = 1 << 16;

pub(super) const MAGIC: &[u8] = b"\x93NUMPY";

/// What a header says.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct NpyHeader {
    pub element: Element,
    /// Whether columns lie one behind the other, and not rows.
    pub fortran: bool,
    pub shape: Vec<usize>,
    /// Where the elements begin.
    pub data: usize,
}

impl NpyHeader {
    /// Reads the header from the first bytes of an array, at least [`LONGEST`] or all of them.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        const CUT_OFF: &str = "its header is cut off";
        let rest = bytes.strip_prefix(MAGIC).ok_or("it does not begin as a NumPy array does")?;
        let (major, start, length) = match rest {
            [major @ 1, _, a, b, ..] => (*major, 10, usize::from(u16::from_le_bytes([*a, *b]))),
            [major @ (2 | 3), _, a, b, c, d, ..] => (*major, 12, u32::from_le_bytes([*a, *b, *c, *d]) as usize),
            [major, ..] if !(1..=3).contains(major) => {
                return Err(format!("its format is version {major}: versions 1 to 3 are read"));
            }
            _ => return Err(CUT_OFF.to_owned()),
        };
        if length > LONGEST - start {
            return Err(format!("its header says that it has {length} bytes: no array of plain numbers has so many"));
        }
        let text = bytes.get(start..start + length).ok_or(CUT_OFF)?;
        // Version 1 and 2 are Latin-1, but a header of numbers is ASCII in all of them.
        let text = std::str::from_utf8(text).map_err(|_| format!("its header (version {major}) is no text"))?;
        let (element, fortran, shape) =
            dictionary(text).ok_or_else(|| format!("its header cannot be read: {}", text.trim_end()))?;
        Ok(Self { element, fortran, shape, data: start + length })
    }
}

/// `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`
fn dictionary(text: &str) -> Option<(Element, bool, Vec<usize>)> {
    let mut rest = text.trim().strip_prefix('{')?.strip_suffix('}')?.trim();
    let (mut element, mut fortran, mut shape) = (None, None, None);
    while !rest.is_empty() {
        let (key, after) = quoted(rest)?;
        let value = after.trim_start().strip_prefix(':')?.trim_start();
        rest = match key {
            "descr" if value.starts_with('[') => {
                let end = closing(value)?;
                element = Some(Element::Other("record (an array with named fields)".to_owned()));
                &value[end..]
            }
            "descr" => {
                let (descr, after) = quoted(value)?;
                element = Some(Element::of(descr));
                after
            }
            "fortran_order" => {
                let (truth, after) = match value.strip_prefix("True") {
                    Some(after) => (true, after),
                    None => (false, value.strip_prefix("False")?),
                };
                fortran = Some(truth);
                after
            }
            "shape" => {
                let (inside, after) = value.strip_prefix('(')?.split_once(')')?;
                let sizes = inside.split(',').map(str::trim).filter(|size| !size.is_empty());
                // Python 2 wrote long integers as 3L.
                shape =
                    Some(sizes.map(|size| size.trim_end_matches('L').parse().ok()).collect::<Option<Vec<usize>>>()?);
                after
            }
            _ => return None,
        }
        .trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    Some((element?, fortran?, shape?))
}

/// A text in quotes at the beginning, and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|quote| "'\"".contains(*quote))?;
    text[1..].split_once(quote)
}

/// Where the list ends that a text begins with.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(version: u8, text: &str) -> Vec<u8> {
        let length = u32::try_from(text.len()).unwrap().to_le_bytes();
        let length = if version == 1 { &length[..2] } else { &length[..] };
        [MAGIC, &[version, 0], length, text.as_bytes()].concat()
    }

    #[test]
    fn headers_of_all_versions_are_read() {
        let text = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }     \n";
        for version in 1..=3 {
            let found = NpyHeader::read(&header(version, text)).unwrap();
            assert_eq!((found.element, found.fortran, found.shape), (Element::of("<f8"), false, vec![3, 4]));
            assert_eq!(found.data, text.len() + if version == 1 { 10 } else { 12 });
        }
        let shape = |text: &str| {
            let text = format!("{{'shape': {text}, 'fortran_order': True, \"descr\": '|O'}}");
            NpyHeader::read(&header(1, &text)).map(|header| header.shape)
        };
        assert_eq!([shape("()"), shape("(5,)"), shape("(5L, 2L)")], [Ok(vec![]), Ok(vec![5]), Ok(vec![5, 2])]);
        let record = "{'descr': [('a', '<f8'), ('b', [('c', '<i4')])], 'fortran_order': False, 'shape': (3,)}";
        assert!(matches!(NpyHeader::read(&header(1, record)).unwrap().element, Element::Other(_)));
        for wrong in ["(-1,)", "(1.5,)", "3", "(99999999999999999999,)"] {
            assert!(shape(wrong).unwrap_err().starts_with("its header cannot be read"), "{wrong}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_header_is_said() {
        let text = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }";
        let sound = header(1, text);
        for end in 0..sound.len() {
            assert!(NpyHeader::read(&sound[..end]).is_err(), "{end}");
        }
        assert!(NpyHeader::read(&header(4, text)).unwrap_err().contains("version 4"));
        assert!(
            NpyHeader::read(&[MAGIC, &[2, 0, 255, 255, 255, 255]].concat()).unwrap_err().contains("4294967295 bytes")
        );
        for wrong in
            ["", "{", "{}", "{'descr': '<f8'}", "{'descr' '<f8'}", "{'x': 1}", "{'descr': [[[", "é", "{'descr': 'é"]
        {
            assert!(NpyHeader::read(&header(1, wrong)).is_err(), "{wrong}");
        }
    }
}
