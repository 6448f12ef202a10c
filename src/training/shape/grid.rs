//! Positions in a grid as mixed-radix numbers: one digit for each axis, the last axis running fastest.

/// Writes the digits of a position. `sizes` are the numbers of points of the axes, none of them 0.
pub fn write_digits(position: u64, sizes: impl DoubleEndedIterator<Item = u64>, digits: &mut [usize]) {
    let mut rest = position;
    for (digit, size) in digits.iter_mut().rev().zip(sizes.rev()) {
        *digit = usize::try_from(rest % size).unwrap_or(0);
        rest /= size;
    }
}

/// The position that has these digits; each comes with the size of its axis.
#[must_use]
pub fn position(digits: impl Iterator<Item = (usize, usize)>) -> usize {
    digits.fold(0, |position, (digit, size)| position * size + digit)
}

/// Moves the digits on to the next position; those of the last position become those of the first.
pub fn advance(digits: &mut [usize], sizes: impl DoubleEndedIterator<Item = usize>) {
    for (digit, size) in digits.iter_mut().rev().zip(sizes.rev()) {
        *digit += 1;
        if *digit < size {
            return;
        }
        *digit = 0;
    }
}

/// The number of positions between two neighbouring points of an axis, given the sizes of the axes after it.
#[must_use]
pub fn stride(sizes_after: impl Iterator<Item = u64>) -> u64 {
    sizes_after.product()
}

/// One digit of a position: of an axis with this stride and this number of points.
#[must_use]
pub const fn digit(position: u64, stride: u64, points: u64) -> u64 {
    position / stride % points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_agrees_on_every_position() {
        let sizes = [2_usize, 3, 1, 4];
        let wide = || sizes.iter().map(|size| *size as u64);
        let mut counted = vec![0; sizes.len()];
        for index in 0..24 {
            let mut digits = vec![0; sizes.len()];
            write_digits(index, wide(), &mut digits);
            assert_eq!(digits, counted);
            assert_eq!(position(digits.iter().copied().zip(sizes)) as u64, index);
            for (axis, size) in sizes.iter().enumerate() {
                let stride = stride(wide().skip(axis + 1));
                assert_eq!(digit(index, stride, *size as u64), digits[axis] as u64);
            }
            advance(&mut counted, sizes.iter().copied());
        }
        assert_eq!(counted, [0; 4]);
    }
}
