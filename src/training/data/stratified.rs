//! Divides each class by the fractions of the split.
//!
//! The parts have as many rows as without classes. A class of n_c rows out of n has n_test·n_c/n test rows, rounded down; the rows that
//! are then missing go to the classes with the largest remainders, of equal ones to the first. Validation rows are dealt in the same way
//! among the rows that do not test. Each class then walks through the seed's one permutation of all rows: its first rows test, its last
//! ones validate, and the rest trains. So the test rows depend on the seed, the classes and the test fraction alone.

/// The numbers of test and of validation rows that each class has. `rows` are those of each class.
fn shares(rows: &[usize], n_validation: usize, n_test: usize) -> Vec<(usize, usize)> {
    let test = dealt(rows, n_test);
    let left: Vec<usize> = rows.iter().zip(&test).map(|(rows, test)| rows - test).collect();
    test.into_iter().zip(dealt(&left, n_validation)).collect()
}

/// `wanted` rows, dealt among classes in proportion to their `rows`: at most all of each.
fn dealt(rows: &[usize], wanted: usize) -> Vec<usize> {
    let all: usize = rows.iter().sum();
    if all == 0 {
        return vec![0; rows.len()];
    }
    let product = |rows: &usize| *rows as u128 * wanted as u128;
    let mut dealt: Vec<usize> = rows.iter().map(|rows| (product(rows) / all as u128) as usize).collect();
    let mut by_remainder: Vec<usize> = (0..rows.len()).collect();
    // A stable sort: of equal remainders the first stays first.
    by_remainder.sort_by_key(|&class| std::cmp::Reverse(product(&rows[class]) % all as u128));
    let missing = wanted.saturating_sub(dealt.iter().sum());
    by_remainder.into_iter().take(missing).for_each(|class| dealt[class] += 1);
    dealt
}

/// The test rows and the validation rows: `order` is a permutation of the rows, `codes` has the class of each row.
pub(super) fn held_out(order: &[usize], codes: &[f64], n_validation: usize, n_test: usize) -> [Vec<usize>; 2] {
    let code = |row: usize| codes[row] as usize;
    let mut of_class: Vec<Vec<usize>> = Vec::new();
    for &row in order {
        if of_class.len() <= code(row) {
            of_class.resize(code(row) + 1, Vec::new());
        }
        of_class[code(row)].push(row);
    }
    let rows: Vec<usize> = of_class.iter().map(Vec::len).collect();
    let (mut test, mut validation) = (Vec::with_capacity(n_test), Vec::with_capacity(n_validation));
    for (rows, (n_test, n_validation)) in of_class.iter().zip(shares(&rows, n_validation, n_test)) {
        test.extend_from_slice(&rows[..n_test]);
        validation.extend_from_slice(&rows[rows.len() - n_validation..]);
    }
    [validation, test]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shares_by_hand() {
        assert_eq!(shares(&[50, 50, 50], 30, 30), [(10, 10), (10, 10), (10, 10)]);
        // 2.5, 1.5 and 1 of 5: of equal remainders the first class gets the row.
        assert_eq!(dealt(&[5, 3, 2], 5), [3, 1, 1]);
        // 6/7, 5/7 and 3/7 of a row: two rows go to the first two.
        assert_eq!(dealt(&[3, 3, 1], 2), [1, 1, 0]);
        // One row of each class: no class gives more than it has.
        assert_eq!(shares(&[1, 1, 1], 1, 1), [(1, 0), (0, 1), (0, 0)]);
        assert_eq!(shares(&[], 0, 0), []);
        assert_eq!(dealt(&[0, 4], 2), [0, 2]);
    }

    proptest! {
        /// The totals are those asked for, no class gives more than it has, and each share is within a row of its fraction.
        #[test]
        fn totals_are_exact(rows in prop::collection::vec(0_usize..40, 1..8), test in 0.0_f64..0.5, validation in 0.0_f64..0.5) {
            let all: usize = rows.iter().sum();
            let part = |fraction: f64| (all as f64 * fraction) as usize;
            let found = shares(&rows, part(validation), part(test));
            prop_assert_eq!(found.iter().map(|share| share.0).sum::<usize>(), part(test));
            prop_assert_eq!(found.iter().map(|share| share.1).sum::<usize>(), part(validation));
            for (rows, (n_test, n_validation)) in rows.iter().zip(&found) {
                prop_assert!(n_test + n_validation <= *rows);
                let exact = part(test) as f64 * *rows as f64 / all.max(1) as f64;
                prop_assert!((*n_test as f64 - exact).abs() < 1.0, "{n_test} {exact}");
            }
        }
    }
}
