//! A part of a plan, to be trained on a separate machine.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// One of n slices of a plan. Slices are contiguous in the plan's order, and their sizes differ by one trial at most: slice i of
/// n (from 1) is the trials ⌊(i − 1)·N/n⌋ … ⌊i·N/n⌋ − 1 of N. This never changes: different versions of the program may train
/// the slices of one experiment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partition {
    slice: u32,
    of: u32,
}

impl Partition {
    /// The positions of its trials in a plan of `all` trials.
    #[must_use]
    pub fn trials(self, all: usize) -> Range<usize> {
        let end = |slice: u32| {
            let end = u128::from(slice) * all as u128 / u128::from(self.of);
            usize::try_from(end).unwrap_or(all)
        };
        end(self.slice - 1)..end(self.slice)
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "slice:{}/{}", self.slice, self.of)
    }
}

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.strip_prefix("slice:").unwrap_or(text).split_once('/');
        let parsed = numbers.and_then(|(slice, of)| Some((slice.parse().ok()?, of.parse().ok()?)));
        match parsed {
            Some((slice, of)) if 1 <= slice && slice <= of => Ok(Self { slice, of }),
            _ => Err("a slice and how many there are, from slice:1/4 to slice:4/4".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn slices_cover_the_plan_once_and_evenly(all in 0_usize..5000, of in 1_u32..50) {
            let mut next = 0;
            for slice in 1..=of {
                let trials = Partition { slice, of }.trials(all);
                prop_assert_eq!(trials.start, next);
                prop_assert!((all / of as usize..=all.div_ceil(of as usize)).contains(&trials.len()));
                next = trials.end;
            }
            prop_assert_eq!(next, all);
        }
    }

    #[test]
    fn the_definition_is_frozen() {
        let slices = |all| (1..=4).map(|slice| Partition { slice, of: 4 }.trials(all)).collect::<Vec<_>>();
        assert_eq!(slices(10), [0..2, 2..5, 5..7, 7..10]);
        assert_eq!(slices(3), [0..0, 0..1, 1..2, 2..3]);
    }

    #[test]
    fn what_is_no_slice_says_what_one_is() {
        assert_eq!("slice:2/3".parse(), Ok(Partition { slice: 2, of: 3 }));
        assert_eq!("2/3".parse(), Ok(Partition { slice: 2, of: 3 }));
        for wrong in
            ["", "hash:2/3", "slice:0/3", "slice:4/3", "slice:1/0", "slice:-1/3", "slice:1", "slice:1/99999999999"]
        {
            assert!(wrong.parse::<Partition>().is_err(), "{wrong}");
        }
    }
}
