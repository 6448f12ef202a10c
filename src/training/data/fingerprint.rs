//! The fingerprint of a data set's numbers.

use rayon::prelude::*;

use crate::numeric::Matrix;

/// The BLAKE3 hash, in hexadecimal, of n_samples, n_features, the features row by row, the target (of several first
/// their number, then each), and the weights if there are any, as 64-bit little-endian words. −0.0 counts as 0.0. Names
/// and the layout of the file have no influence.
#[must_use]
pub fn fingerprint(features: &Matrix, target: &[f64], weights: Option<&[f64]>) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(features.rows as u64).to_le_bytes());
    hasher.update(&(features.columns as u64).to_le_bytes());
    if target.len() > features.rows {
        hasher.update(&((target.len() / features.rows.max(1)) as u64).to_le_bytes());
    }
    let weights = weights.unwrap_or_default();
    // In pieces that all threads hash together: the hash is a tree, and the same for any number of threads.
    let mut bytes = vec![[0; 8]; PIECE.min(features.values.len().max(target.len()))];
    for piece in features.values.chunks(PIECE).chain(target.chunks(PIECE)).chain(weights.chunks(PIECE)) {
        let bytes = &mut bytes[..piece.len()];
        // −0.0 + 0.0 is 0.0; every other number stays the same.
        let word = |(bytes, value): (&mut [u8; 8], &f64)| *bytes = (value + 0.0).to_le_bytes();
        bytes.par_iter_mut().zip(piece).with_min_len(SHARE).for_each(word);
        hasher.update_rayon(bytes.as_flattened());
    }
    hasher.finalize().to_hex().to_string()
}

/// The fingerprint of data whose last rows are given for testing: it also tells how many these are.
#[must_use]
pub fn with_given_test(fingerprint: &str, rows: usize) -> String {
    if rows == 0 {
        return fingerprint.to_owned();
    }
    blake3::hash(format!("{fingerprint}, the last {rows} rows test").as_bytes()).to_hex().to_string()
}

/// Numbers hashed at a time.
const PIECE: usize = 1 << 17;

/// Fewer numbers are not divided among threads.
const SHARE: usize = 1 << 14;

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: usize, columns: usize, values: &[f64], target: &[f64]) -> String {
        fingerprint(&Matrix { rows, columns, values: values.to_vec() }, target, None)
    }

    #[test]
    fn numbers_and_shape_decide() {
        let base = of(2, 2, &[1.0, 2.0, 3.0, 4.0], &[5.0, 6.0]);
        assert_eq!(base.len(), 64);
        assert_eq!(base, of(2, 2, &[1.0, 2.0, 3.0, 4.0], &[5.0, 6.0]));
        assert_ne!(base, of(2, 2, &[1.0, 2.0, 3.0, 4.0], &[5.0, 6.000_000_000_000_001]));
        let matrix = Matrix { rows: 2, columns: 2, values: vec![1.0, 2.0, 3.0, 4.0] };
        assert_ne!(base, fingerprint(&matrix, &[5.0, 6.0], Some(&[1.0, 1.0])));
        assert_ne!(
            fingerprint(&matrix, &[5.0, 6.0, 1.0, 1.0], None),
            fingerprint(&matrix, &[5.0, 6.0], Some(&[1.0, 1.0]))
        );
        assert_ne!(of(2, 3, &[0.0; 6], &[0.0; 2]), of(3, 2, &[0.0; 6], &[0.0; 2]));
    }

    #[test]
    fn the_sign_of_zero_does_not_enter() {
        assert_eq!(of(1, 1, &[-0.0], &[0.0]), of(1, 1, &[0.0], &[-0.0]));
    }
}
