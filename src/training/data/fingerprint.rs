//! The identity of a data set's numbers.

use crate::numeric::Matrix;

/// BLAKE3 in hexadecimal over n_samples and n_features, the features row by row, then the target: 64-bit words, little
/// endian, −0.0 taken as 0.0. Names and the layout of a file do not enter.
#[must_use]
pub fn fingerprint(features: &Matrix, target: &[f64]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(features.rows as u64).to_le_bytes());
    hasher.update(&(features.columns as u64).to_le_bytes());
    // In pieces: a word at a time costs more than the hash itself.
    let mut bytes = Vec::with_capacity(PIECE * 8);
    for piece in features.values.chunks(PIECE).chain(target.chunks(PIECE)) {
        bytes.clear();
        for value in piece {
            // −0.0 + 0.0 is 0.0; every other number stays what it is.
            bytes.extend_from_slice(&(value + 0.0).to_le_bytes());
        }
        hasher.update(&bytes);
    }
    hasher.finalize().to_hex().to_string()
}

const PIECE: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: usize, columns: usize, values: &[f64], target: &[f64]) -> String {
        fingerprint(&Matrix { rows, columns, values: values.to_vec() }, target)
    }

    #[test]
    fn numbers_and_shape_decide() {
        let base = of(2, 2, &[1.0, 2.0, 3.0, 4.0], &[5.0, 6.0]);
        assert_eq!(base.len(), 64);
        assert_eq!(base, of(2, 2, &[1.0, 2.0, 3.0, 4.0], &[5.0, 6.0]));
        assert_ne!(base, of(2, 2, &[1.0, 2.0, 3.0, 4.0], &[5.0, 6.000_000_000_000_001]));
        assert_ne!(of(2, 3, &[0.0; 6], &[0.0; 2]), of(3, 2, &[0.0; 6], &[0.0; 2]));
    }

    #[test]
    fn the_sign_of_zero_does_not_enter() {
        assert_eq!(of(1, 1, &[-0.0], &[0.0]), of(1, 1, &[0.0], &[-0.0]));
    }
}
