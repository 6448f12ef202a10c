//! Tests of the product on every path against its definition.

use super::*;
use crate::numeric::{Instructions, Purpose, Stream, limit_instructions};

/// Normal deviates. With `extremes`, some are subnormal, −0, huge or infinite.
fn random<T: Real>(stream: &mut Stream, count: usize, extremes: bool) -> Vec<T> {
    (0..count)
        .map(|_| {
            let value = stream.normal();
            let value = T::from_f64(value);
            match stream.below(40) {
                0 if extremes => value * T::TINY * T::TINY * T::from_f64(1e-20),
                1 if extremes => -T::ZERO,
                2 if extremes => T::ONE / (T::TINY * T::TINY),
                3 if extremes => T::ONE / T::ZERO,
                _ => value,
            }
        })
        .collect()
}

/// The product by its definition.
fn reference<T: Real>(c: &mut [T], start: InitialSum<&[T]>, a: &[Vec<T>], b: &[Vec<T>], epilogue: Epilogue<'_, T>) {
    let n = b[0].len();
    for (index, output) in c.iter_mut().enumerate() {
        let mut sum = match start {
            InitialSum::Output => *output,
            InitialSum::Zero => T::ZERO,
            InitialSum::Row(row) => row[index % n],
            InitialSum::Column(column) => column[index / n],
        };
        for (step, b) in b.iter().enumerate() {
            sum = a[index / n][step].fused(b[index % n], sum);
        }
        *output = match epilogue {
            Epilogue::Store => sum,
            Epilogue::Scale(factor) => sum * factor,
            Epilogue::Apply(Elementwise::Rectify) => [sum, T::ZERO][usize::from(sum < T::ZERO)],
            Epilogue::Descend { weight, rates } => (-rates[index / n]).fused(sum * weight, *output),
        };
    }
}

/// Compares bit for bit, including the sign of zero. Any two NaNs count as equal.
fn assert_same<T: Real>(found: &[T], expected: &[T], what: &str) {
    for (found, expected) in found.iter().zip(expected) {
        let (found, expected) = (found.to_f64(), expected.to_f64());
        assert!(
            found.to_bits() == expected.to_bits() || (found.is_nan() && expected.is_nan()),
            "{what}: {found:e} is not {expected:e}"
        );
    }
}

fn check<T: Real>(cases: u64) {
    let mut stream = Stream::new(1, Purpose::SyntheticFeatures, 0);
    for case in 0..cases {
        let bounds = match case % 100 {
            0 => [40, 300, 40],
            1 => [10, 40, 300],
            _ => [27, 24, 40],
        };
        let [m, k, n] = bounds.map(|bound| stream.below(bound) as usize + 1);
        let extremes = case % 3 == 0;
        let (rows_a, rows_b) = (m + 3, k + 3);
        let a = random::<T>(&mut stream, rows_a * k, extremes);
        let b = random::<T>(&mut stream, rows_b * n, extremes);
        let c = random::<T>(&mut stream, m * n, extremes);
        let chosen = |stream: &mut Stream, count: usize, of: usize| -> Vec<usize> {
            (0..count).map(|_| stream.below(of as u64) as usize).collect()
        };
        let (chosen_a, chosen_b) = (chosen(&mut stream, m, rows_a), chosen(&mut stream, k, rows_b));
        let by_choice = case % 2 == 0;
        let (a, b) = if by_choice {
            (MatrixRows::chosen(&a, k, &chosen_a), MatrixRows::chosen(&b, n, &chosen_b))
        } else {
            (MatrixRows::every(&a[..m * k], k), MatrixRows::every(&b[..k * n], n))
        };
        let row = random::<T>(&mut stream, n, false);
        let column = random::<T>(&mut stream, m, false);
        let starts = [InitialSum::Zero, InitialSum::Row(&row[..]), InitialSum::Column(&column[..]), InitialSum::Output];
        let factor = T::from_f64(0.3);
        let (start, epilogue) = match case % 5 {
            0 if k <= K_BLOCK => {
                (starts[stream.below(3) as usize], Epilogue::Descend { weight: factor, rates: &column })
            }
            1 => (starts[stream.below(4) as usize], Epilogue::Scale(factor)),
            2 => (starts[stream.below(4) as usize], Epilogue::Apply(Elementwise::Rectify)),
            _ => (starts[stream.below(4) as usize], Epilogue::Store),
        };

        let mut expected = c.clone();
        let listed =
            |rows: &MatrixRows<'_, T>| (0..rows.count()).map(|index| rows.row(index).to_vec()).collect::<Vec<_>>();
        reference(&mut expected, start, &listed(&a), &listed(&b), epilogue);
        for most in Instructions::ALL {
            // The path is narrower if this CPU is. Other tests that run meanwhile get the same bits on every path.
            limit_instructions(most);
            let mut found = c.clone();
            product(&mut found, start, a, b, epilogue);
            assert_same(&found, &expected, &format!("{m} × {k} × {n}, {most:?}"));
        }
    }
}

/// One test for all, because two tests at once would change each other's path.
#[test]
fn every_path_gives_the_bits_of_the_definition() {
    check::<f64>(10_000);
    check::<f32>(10_000);
    check_transposed::<f64>(3_000);
    check_transposed::<f32>(3_000);
}

fn check_transposed<T: Real>(cases: u64) {
    let mut stream = Stream::new(2, Purpose::SyntheticFeatures, 0);
    for case in 0..cases {
        let [m, k, n] = [11, 40, 40].map(|bound| stream.below(bound) as usize + 1);
        let a = random::<T>(&mut stream, (m + 3) * k, case % 3 == 0);
        let b = random::<T>(&mut stream, (n + 3) * k, case % 3 == 0);
        let start = random::<T>(&mut stream, n, false);
        let start = (case % 2 == 0).then_some(&start[..]);
        let chosen = |stream: &mut Stream, count: usize| -> Vec<usize> {
            (0..count).map(|_| stream.below(count as u64 + 3) as usize).collect()
        };
        let (chosen_a, chosen_b) = (chosen(&mut stream, m), chosen(&mut stream, n));
        let (a, b) = (MatrixRows::chosen(&a, k, &chosen_a), MatrixRows::chosen(&b, k, &chosen_b));
        let mut expected = Vec::new();
        for row in 0..m {
            for column in 0..n {
                let pairs = a.row(row).iter().zip(b.row(column));
                expected.push(pairs.fold(start.map_or(T::ZERO, |start| start[column]), |sum, (a, b)| a.fused(*b, sum)));
            }
        }
        for most in Instructions::ALL {
            limit_instructions(most);
            let mut found = vec![T::ZERO; m * n];
            product_with_transposed(&mut found, start, a, b);
            assert_same(&found, &expected, &format!("{m} × {k} × {n} transposed, {most:?}"));
            product_with_transposed(&mut found, start, a, b.followed_by(&[n, 0, usize::MAX]));
            assert_same(&found, &expected, &format!("{m} × {k} × {n} transposed and followed, {most:?}"));
        }
    }
}

#[test]
fn empty_products_are_what_they_start_from() {
    accumulate::<f64>(&mut [], &[], &[], 0, 0);
    accumulate::<f64>(&mut [], &[], &[1.0, 2.0], 1, 2);
    let mut c = [1.0, 2.0];
    accumulate(&mut c, &[], &[], 0, 2);
    assert_eq!(c, [1.0, 2.0]);
}

#[test]
#[should_panic(expected = "rows that exist")]
fn chosen_rows_exist() {
    MatrixRows::chosen(&[0.0; 6], 2, &[0, 1, 2, 0, 3, 1]);
}
