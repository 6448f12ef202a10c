//! A column of whole numbers that takes four bytes per number as long as none is large.

/// Stands for a missing number.
pub const NONE: u64 = u64::MAX;

/// Whole numbers: in four bytes each, until one needs more.
#[derive(Debug, Clone)]
pub enum CompactIntegers {
    Small(Vec<u32>),
    Large(Vec<u64>),
}

impl Default for CompactIntegers {
    fn default() -> Self {
        Self::Small(Vec::new())
    }
}

impl CompactIntegers {
    pub fn of(value: u64, n: usize) -> Self {
        Self::small(value).map_or_else(|| Self::Large(vec![value; n]), |small| Self::Small(vec![small; n]))
    }

    /// The number in four bytes, if it fits. [`NONE`] is the largest number of either size.
    fn small(value: u64) -> Option<u32> {
        if value == NONE { Some(u32::MAX) } else { u32::try_from(value).ok().filter(|small| *small < u32::MAX) }
    }

    fn large(value: u32) -> u64 {
        if value == u32::MAX { NONE } else { u64::from(value) }
    }

    pub fn get(&self, index: usize) -> u64 {
        match self {
            Self::Small(values) => Self::large(values[index]),
            Self::Large(values) => values[index],
        }
    }

    pub fn set(&mut self, index: usize, value: u64) {
        match (&mut *self, Self::small(value)) {
            (Self::Small(values), Some(small)) => values[index] = small,
            (Self::Small(values), None) => {
                let mut large: Vec<u64> = values.iter().map(|value| Self::large(*value)).collect();
                large[index] = value;
                *self = Self::Large(large);
            }
            (Self::Large(values), _) => values[index] = value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_what_they_are_when_one_becomes_large() {
        let mut column = CompactIntegers::of(7, 3);
        column.set(1, NONE);
        assert!(matches!(column, CompactIntegers::Small(_)));
        // The largest number of four bytes stands for a missing one, so it needs eight.
        for large in [u64::from(u32::MAX), 1 << 40] {
            let mut column = column.clone();
            column.set(2, large);
            assert!(matches!(column, CompactIntegers::Large(_)));
            assert_eq!([0, 1, 2].map(|index| column.get(index)), [7, NONE, large]);
        }
        assert_eq!(CompactIntegers::of(NONE, 1).get(0), NONE);
    }

    #[test]
    fn whole_numbers_come_back_whatever_their_size() {
        let mut column = CompactIntegers::of(NONE, 4);
        let values = [7, u64::from(u32::MAX) - 1, u64::from(u32::MAX), NONE - 1];
        for (index, &value) in values.iter().enumerate() {
            assert_eq!(column.get(index), NONE);
            column.set(index, value);
            assert_eq!((0..=index).map(|index| column.get(index)).collect::<Vec<_>>(), values[..=index]);
        }
        column.set(0, NONE);
        assert_eq!(column.get(0), NONE);
    }
}
