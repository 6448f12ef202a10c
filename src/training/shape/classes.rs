//! The classes of targets that are written as whole numbers.

/// More than this many classes are not looked for: whole numbers up to so large a one are counts.
const MOST_CLASSES: usize = 10_000;

/// The number of classes, k, if the targets, `[rows]`, are the numbers from 0 to k − 1, each of them occurs, and there
/// are at least two.
#[must_use]
pub fn classes(targets: &[f64]) -> Option<usize> {
    let mut found = Vec::new();
    for &target in targets {
        if !(0.0..MOST_CLASSES as f64).contains(&target) || target.fract() != 0.0 {
            return None;
        }
        let class = target as usize;
        if class >= found.len() {
            found.resize(class + 1, false);
        }
        found[class] = true;
    }
    (found.len() > 1 && found.iter().all(|found| *found)).then_some(found.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_whole_numbers_from_0_that_all_occur() {
        assert_eq!(classes(&[1.0, 0.0, -0.0, 1.0]), Some(2));
        assert_eq!(classes(&[2.0, 0.0, 1.0]), Some(3));
        for others in
            [&[][..], &[0.0, 0.0], &[0.0, 2.0], &[1.0, 2.0], &[-1.0, 0.0, 1.0], &[0.0, 0.5, 1.0], &[0.0, f64::NAN]]
        {
            assert_eq!(classes(others), None, "{others:?}");
        }
        assert_eq!(classes(&[0.0, 1e300]), None);
    }
}
