//! Numbers with a fixed count of decimals, integers among them, and the f64 that stands for each.

use polars_buffer::Buffer;

/// Beyond this an integer may lie between two neighbouring f64.
const EXACT: u64 = 1 << 53;

/// Up to fifteen digits survive the way to f64 and back.
const KEPT: u128 = 1_000_000_000_000_000;

/// 10⁰ to 10²², each of which f64 holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// The number `mantissa` · 10^−`decimals`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::dataset) struct Fixed {
    pub mantissa: i128,
    pub decimals: u32,
}

impl Fixed {
    /// The nearest f64, as the same digits have it in a CSV file.
    pub(in crate::dataset) fn nearest(self) -> f64 {
        let Self { mantissa, decimals } = self;
        match POWERS.get(decimals as usize) {
            Some(_) if decimals == 0 => mantissa as f64,
            // The quotient of two exact numbers is rounded once.
            Some(power) if mantissa.unsigned_abs() <= u128::from(EXACT) => mantissa as f64 / power,
            _ => format!("{mantissa}e-{decimals}").parse().unwrap_or(f64::NAN),
        }
    }

    /// Whether its nearest f64, written with as many decimals, has its digits.
    fn is_kept_by(self, nearest: f64) -> bool {
        self.mantissa.unsigned_abs() < KEPT
            || match self.decimals {
                0 => nearest as i128 == self.mantissa,
                decimals => format!("{nearest:.*}", decimals as usize) == self.to_string(),
            }
    }
}

impl std::fmt::Display for Fixed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let digits = format!("{:0>1$}", self.mantissa.unsigned_abs(), self.decimals as usize + 1);
        let (whole, fraction) = digits.split_at(digits.len() - self.decimals as usize);
        let point = if fraction.is_empty() { "" } else { "." };
        write!(formatter, "{sign}{whole}{point}{fraction}")
    }
}

/// Numbers of one count of decimals, as f64.
#[derive(Default)]
pub(in crate::dataset) struct FixedNumbers {
    /// Shared with the file's array where that holds f64.
    pub values: Buffer<f64>,
    decimals: u32,
    /// Those that f64 does not keep: position and mantissa, in order.
    lossy: Vec<(usize, i128)>,
}

impl FixedNumbers {
    /// Numbers that are f64 already.
    pub(in crate::dataset) const fn floats(values: Buffer<f64>) -> Self {
        Self { values, decimals: 0, lossy: Vec::new() }
    }

    pub(in crate::dataset) fn integers(values: &[i64]) -> Self {
        if values.iter().any(|value| value.unsigned_abs() > EXACT) {
            return Self::fixed(values.iter().map(|&value| value.into()), 0);
        }
        Self::floats(values.iter().map(|&value| value as f64).collect())
    }

    pub(in crate::dataset) fn fixed(mantissas: impl Iterator<Item = i128>, decimals: u32) -> Self {
        let mut lossy = Vec::new();
        let nearest = |(at, mantissa)| {
            let number = Fixed { mantissa, decimals };
            let nearest = number.nearest();
            if !number.is_kept_by(nearest) {
                lossy.push((at, mantissa));
            }
            nearest
        };
        let values = mantissas.enumerate().map(nearest).collect();
        Self { values, decimals, lossy }
    }

    /// Whether f64 keeps all of them.
    pub(super) const fn is_exact(&self) -> bool {
        self.lossy.is_empty()
    }

    /// The number at this position if f64 does not keep it.
    pub(in crate::dataset) fn lossy(&self, at: usize) -> Option<Fixed> {
        let found = self.lossy.binary_search_by_key(&at, |(at, _)| *at).ok()?;
        Some(Fixed { mantissa: self.lossy[found].1, decimals: self.decimals })
    }

    /// Why the number at this position cannot be used: f64 does not keep it.
    pub(in crate::dataset) fn loss(&self, at: usize) -> Option<String> {
        if self.lossy.is_empty() {
            return None;
        }
        let number = self.lossy(at)?;
        let nearest = format!("{:.*}", number.decimals as usize, self.values[at]);
        Some(format!("{number} has more digits than f64 holds (round = true takes the nearest, {nearest})"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_written_with_their_decimals() {
        for (mantissa, decimals, text) in
            [(0, 0, "0"), (-7, 0, "-7"), (5, 2, "0.05"), (-1234, 2, "-12.34"), (100, 2, "1.00"), (0, 3, "0.000")]
        {
            assert_eq!(Fixed { mantissa, decimals }.to_string(), text);
        }
    }

    #[test]
    fn what_f64_does_not_keep_is_found() {
        let integers = FixedNumbers::integers(&[1 << 53, (1 << 53) + 1, 1 << 60, i64::MAX, -3]);
        assert_eq!(
            integers.values[..3],
            [9_007_199_254_740_992.0, 9_007_199_254_740_992.0, 1_152_921_504_606_846_976.0]
        );
        let lossy: Vec<bool> = (0..5).map(|at| integers.loss(at).is_some()).collect();
        assert_eq!(lossy, [false, true, false, true, false]);
        assert_eq!(
            integers.loss(1).unwrap(),
            "9007199254740993 has more digits than f64 holds (round = true takes the nearest, 9007199254740992)"
        );
        let seconds = FixedNumbers::fixed([1_577_836_800_000_000_000, 1_577_836_800_000_000_001].into_iter(), 9);
        assert_eq!(*seconds.values, [1_577_836_800.0; 2]);
        assert_eq!(seconds.loss(0), None);
        assert_eq!(
            seconds.loss(1).unwrap(),
            "1577836800.000000001 has more digits than f64 holds (round = true takes the nearest, 1577836800.000000000)"
        );
    }

    proptest! {
        /// The nearest f64 is the one that the text has, and fifteen digits are always kept.
        #[test]
        fn nearest_is_what_the_text_says(mantissa in any::<i128>(), shift in 0..128_u32, decimals in 0..38_u32) {
            let number = Fixed { mantissa: mantissa >> shift, decimals };
            let text = number.to_string();
            prop_assert_eq!(number.nearest(), text.parse::<f64>().unwrap());
            let kept = format!("{:.*}", decimals as usize, number.nearest()) == text;
            prop_assert_eq!(number.is_kept_by(number.nearest()), kept || number.mantissa == 0);
        }
    }
}
