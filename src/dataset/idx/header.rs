//! The header of an IDX file: two zero bytes, the type of an element, the number of dimensions, and the size of each.
//!
//! <http://yann.lecun.com/exdb/mnist/>, "the IDX file format". All numbers are big-endian.

use crate::dataset::columnar::Element;

/// The bytes of the longest header.
pub(super) const LONGEST: usize = 4 + 4 * u8::MAX as usize;

/// What stands in a header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct IdxHeader {
    pub element: Element,
    /// Bytes of an element.
    pub width: usize,
    /// At least one size.
    pub shape: Vec<usize>,
    /// Where the elements begin.
    pub data: usize,
}

/// The types: their code, NumPy's word for them, and the bytes of an element.
const TYPES: [(u8, &str, usize); 6] =
    [(0x08, "|u1", 1), (0x09, "|i1", 1), (0x0B, ">i2", 2), (0x0C, ">i4", 4), (0x0D, ">f4", 4), (0x0E, ">f8", 8)];

/// The same for messages.
const TYPES_ARE: &str = "0x08 (u8), 0x09 (i8), 0x0B (i16), 0x0C (i32), 0x0D (f32) and 0x0E (f64) are read";

/// Whether a file begins as an IDX file does.
pub(in crate::dataset) fn begins(start: &[u8]) -> bool {
    matches!(start, [0, 0, code, dimensions, _, ..] if *dimensions > 0 && TYPES.iter().any(|(known, ..)| known == code))
}

impl IdxHeader {
    /// Reads the header from the first bytes of the content, [`LONGEST`] of them or all.
    ///
    /// # Errors
    /// What is wrong with it; `None` if the file is none of the format.
    pub(super) fn read(start: &[u8]) -> Result<Self, Option<String>> {
        let [0, 0, code, dimensions, rest @ ..] = start else { return Err(None) };
        let found = TYPES.iter().find(|(known, ..)| known == code);
        // Zeros begin many a file.
        let &(_, element, width) = found.ok_or_else(|| {
            let message = || format!("offset 2: an element has the type 0x{code:02X}: {TYPES_ARE}");
            (*code != 0).then(message)
        })?;
        let dimensions = usize::from(*dimensions);
        if dimensions == 0 {
            return Err(Some("offset 3: there are 0 dimensions: a row has at least one number".to_owned()));
        }
        let sizes = rest.get(..4 * dimensions).ok_or_else(|| {
            let (expected, found) = (4 + 4 * dimensions, start.len());
            Some(format!("cut off: a header of {dimensions} dimensions takes {expected} bytes, there are {found}"))
        })?;
        let size = |bytes: &[u8; 4]| u32::from_be_bytes(*bytes) as usize;
        let shape = sizes.as_chunks().0.iter().map(size).collect();
        Ok(Self { element: Element::of(element), width, shape, data: 4 + 4 * dimensions })
    }

    pub(super) fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(0)
    }

    /// The numbers of a row; `None` if no memory holds as many.
    pub(super) fn columns(&self) -> Option<usize> {
        self.shape.iter().skip(1).try_fold(1_usize, |all, size| all.checked_mul(*size))
    }

    /// The bytes of the whole content.
    pub(super) fn bytes(&self) -> Option<u64> {
        let elements = self.columns()?.checked_mul(self.rows())?.checked_mul(self.width)?;
        (elements as u64).checked_add(self.data as u64)
    }

    /// The shape, as messages say it: `60000 × 28 × 28`.
    pub(super) fn words(&self) -> String {
        let sizes: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        sizes.join(" × ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_has_a_type_and_sizes() {
        let found = IdxHeader::read(&[0, 0, 0x0C, 2, 0, 0, 0, 3, 0, 0, 1, 0, 9, 9]).unwrap();
        assert_eq!(found, IdxHeader { element: Element::of(">i4"), width: 4, shape: vec![3, 256], data: 12 });
        assert_eq!((found.rows(), found.columns(), found.bytes()), (3, Some(256), Some(12 + 3 * 256 * 4)));
        assert_eq!(found.words(), "3 × 256");
        for (code, element, width) in TYPES {
            let found = IdxHeader::read(&[0, 0, code, 1, 0, 0, 0, 2]).unwrap();
            assert_eq!((found.element, found.width, found.shape), (Element::of(element), width, vec![2]), "{element}");
        }
        let huge = [&[0, 0, 8, 9][..], &[0xFF; 36]].concat();
        assert_eq!(IdxHeader::read(&huge).unwrap().bytes(), None);
    }

    #[test]
    fn what_is_wrong_with_a_header_is_said() {
        let told = |bytes: &[u8]| IdxHeader::read(bytes).unwrap_err();
        for other in [&b""[..], b"a,y\n", &[0, 0, 8], &[0, 0, 0, 0, 0, 0], &[0x1F, 0x8B, 8, 3]] {
            assert_eq!(told(other), None, "{other:?}");
            assert!(!begins(other));
        }
        let expected = format!("offset 2: an element has the type 0x0A: {TYPES_ARE}");
        assert_eq!(told(&[0, 0, 0x0A, 1, 0, 0, 0, 1]), Some(expected));
        let expected = "offset 3: there are 0 dimensions: a row has at least one number";
        assert_eq!(told(&[0, 0, 8, 0, 0, 0, 0, 1]).as_deref(), Some(expected));
        let expected = "cut off: a header of 3 dimensions takes 16 bytes, there are 12";
        assert_eq!(told(&[0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2]).as_deref(), Some(expected));
        assert!(begins(&[0, 0, 8, 3, 0]));
    }
}
