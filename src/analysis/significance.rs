//! The exact sign-flip test of paired differences.

use statrs::distribution::{ContinuousCDF, Normal};

/// Up to this many pairs, the sign-flip distribution is enumerated from two halves of 2¹⁵ sums each.
const EXACT_UP_TO: usize = 30;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PValue {
    pub value: f64,
    /// The value is enumerated, not a normal approximation.
    pub exact: bool,
}

/// The two-sided sign-flip (paired permutation) test of mean 0: the share of the 2ⁿ sign assignments whose sum is at
/// least as far from 0 as the observed one (Fisher, 1935). Exact up to n = 30, by counting over two sorted halves. For
/// larger n it is the normal approximation with the exact variance Σd².
#[must_use]
pub fn sign_flip(differences: &[f64]) -> PValue {
    // Very large and very small differences are scaled first, so that sums and squares are finite. The p-value does not
    // depend on scale.
    let largest = differences.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    if largest > 0.0 && largest.is_finite() && !(1e-140..1e140).contains(&largest) {
        return sign_flip(&differences.iter().map(|value| value / largest).collect::<Vec<_>>());
    }
    let observed = differences.iter().fold(0.0, |sum, value| sum + value).abs();
    let size = differences.iter().fold(0.0, |sum, value| sum + value.abs());
    // Sums that are equal up to rounding count as equal.
    let threshold = observed - 1e-12 * size;
    if threshold <= 0.0 {
        return PValue { value: 1.0, exact: true };
    }
    let n = differences.len();
    if n > EXACT_UP_TO {
        let squares = differences.iter().fold(0.0, |sum, value| sum + value * value);
        let tail = Normal::new(0.0, 1.0).map_or(0.5, |normal| normal.sf(observed / squares.sqrt()));
        return PValue { value: 2.0 * tail, exact: false };
    }
    let (left, right) = differences.split_at(n / 2);
    let (left, right) = (signed_sums(left), signed_sums(right));
    // As the left sum grows, more right sums bring it to the threshold, so `start` only moves down.
    let mut start = right.len();
    let mut count: u64 = 0;
    for sum in &left {
        while start > 0 && sum + right[start - 1] >= threshold {
            start -= 1;
        }
        count += (right.len() - start) as u64;
    }
    // The distribution is symmetric about 0.
    let all = (left.len() * right.len()) as f64;
    PValue { value: (2 * count) as f64 / all, exact: true }
}

/// All signed sums of some numbers, ascending. Each further number merges two copies of the list, moved down and up.
fn signed_sums(values: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0];
    for value in values {
        let size = value.abs();
        let mut merged = Vec::with_capacity(2 * sums.len());
        let mut up = sums.iter().map(|sum| sum + size).peekable();
        for down in sums.iter().map(|sum| sum - size) {
            while let Some(sum) = up.next_if(|up| *up < down) {
                merged.push(sum);
            }
            merged.push(down);
        }
        merged.extend(up);
        sums = merged;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brute_force(differences: &[f64]) -> f64 {
        let observed = differences.iter().sum::<f64>().abs();
        let mut count = 0_u32;
        for mask in 0_u32..1 << differences.len() {
            let signed = differences.iter().enumerate().map(|(i, d)| if mask >> i & 1 == 1 { -d } else { *d });
            if signed.sum::<f64>().abs() >= observed - 1e-9 {
                count += 1;
            }
        }
        f64::from(count) / f64::from(1_u32 << differences.len())
    }

    #[test]
    fn sign_flip_agrees_with_brute_force() {
        let cases: [&[f64]; 5] = [
            &[1.0, 2.0, 3.0],
            &[1.0, -2.0, 0.5, 0.25, 3.0, 1.5, -0.5, 2.0],
            &[0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
            &[5.0],
            &[-1.0, -2.0, -3.0, -1.5, 0.5, -2.5, -1.0, -0.1, -0.2, -4.0, 1.0],
        ];
        for case in cases {
            let p = sign_flip(case);
            assert!(p.exact);
            assert!((p.value - brute_force(case)).abs() < 1e-12, "{case:?}: {}", p.value);
        }
        for size in [1e308, 1e155, 1e-160, 1e-320] {
            for count in [5_u8, 12, 40] {
                let of =
                    |size: f64| sign_flip(&(1..=count).map(|i| size * (f64::from(i % 5) - 1.0)).collect::<Vec<_>>());
                assert!((of(0.3 * size).value - of(0.3).value).abs() < 1e-3, "{size} × {count}");
            }
        }
        assert_eq!(sign_flip(&[1.0, -1.0]).value, 1.0);
        assert_eq!(sign_flip(&[0.0, 0.0]).value, 1.0);
        assert!(!sign_flip(&[1.0; 31]).exact);
    }
}
