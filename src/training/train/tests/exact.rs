//! The exact solution against values by hand, against a computation in twice the precision, and under changes that it
//! must not depend on.

use super::*;
use crate::numeric::DoubleDouble;
use crate::shape::{Layout, ParameterBlock, Role, Target};
use crate::train::PreparedRows;
use crate::train::least_squares::ExactSolution;

/// Rows of a design that begins with ones.
fn design(features: &[Vec<f64>]) -> Matrix {
    let columns = features.first().map_or(0, Vec::len) + 1;
    let values = features.iter().flat_map(|row| std::iter::once(1.0).chain(row.iter().copied())).collect();
    Matrix { rows: features.len(), columns, values }
}

fn rows(features: &[Vec<f64>], target: &[f64]) -> PreparedRows {
    PreparedRows::new(design(features), Target::Numbers(target.to_vec()))
}

fn with_bias(columns: usize) -> Layout {
    Layout::new(vec![
        ParameterBlock::new("bias", [1], Role::Bias),
        ParameterBlock::new("weights", [columns - 1], Role::Weight),
    ])
}

fn solved(rows: &PreparedRows, l2: f64) -> ExactSolution {
    ExactSolution::of_rows(rows, &with_bias(rows.matrix.columns), Penalty { l1: 0.0, l2 }).expect("solved")
}

fn standardized(features: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut all = Matrix { rows: features.len(), columns: features[0].len(), values: features.concat() };
    Standardization::of(&all, &crate::data::RowIndices::Consecutive(0..features.len())).apply(&mut all);
    (0..all.rows).map(|row| all.row(row).to_vec()).collect()
}

/// The variance of 0 … 9 within each of two groups of 300 rows is 8.25.
#[test]
fn one_hot_columns_beside_a_bias() {
    let features: Vec<Vec<f64>> = (1..=300).map(|i| if i % 3 == 0 { vec![1.0, 0.0] } else { vec![0.0, 1.0] }).collect();
    let target: Vec<f64> = (1..=300).map(|i| f64::from(i % 10)).collect();
    for features in [features.clone(), standardized(&features)] {
        let rows = rows(&features, &target);
        let exact = solved(&rows, 0.0);
        assert_close(exact.mean_square(&rows).expect("finite"), 8.25, 1e-14, "MSE");
        let outputs = exact.outputs(&rows.matrix);
        assert!(outputs.iter().all(|output| (output - 4.5).abs() < 1e-13), "{outputs:?}");
    }
}

/// Months in microseconds since 1970. `numpy.linalg.lstsq` (2.4.6) on centred columns of length 1:
/// 0.021723357786904776.
#[test]
fn a_large_offset_changes_nothing() {
    let months = [0.0, 31.0, 60.0, 91.0, 121.0, 152.0, 182.0, 213.0];
    let x = [1.0, 3.0, 2.0, 5.0, 4.0, 1.0, 3.0, 2.0];
    let y = [1.0, 1.9, 3.2, 3.9, 5.1, 6.0, 7.2, 7.8];
    let with_offset = |offset: f64| -> Vec<Vec<f64>> {
        months.iter().zip(x).map(|(day, x)| vec![offset + day * 86_400e6, x]).collect()
    };
    let plain = rows(&with_offset(0.0), &y);
    let expected = 0.021_723_357_786_904_776;
    for offset in [0.0, 1_577_836_800e6, -4e15, 1e15] {
        let raw = rows(&with_offset(offset), &y);
        let exact = solved(&raw, 0.0);
        assert_close(exact.mean_square(&raw).expect("finite"), expected, 1e-13, "MSE");
        let theta = exact.theta();
        assert_close(theta[1], solved(&plain, 0.0).theta()[1], 1e-12, "slope");
        let scaled = rows(&standardized(&with_offset(offset)), &y);
        assert_close(solved(&scaled, 0.0).mean_square(&scaled).expect("finite"), expected, 1e-13, "standardized");
    }
}

/// Ridge by hand: centred x = −1, 0, 1 and y = −2, 0, 2 give w = 4/(2 + 3·l2), whatever the offset.
#[test]
fn ridge_does_not_penalise_the_bias() {
    for offset in [0.0, 1e12] {
        let features: Vec<Vec<f64>> = [0.0, 1.0, 2.0].map(|x| vec![x + offset, 5.0]).to_vec();
        let rows = rows(&features, &[1.0, 3.0, 5.0]);
        for l2 in [0.5, 1e-9, 1e9] {
            let exact = solved(&rows, l2);
            let weight = 4.0 / (2.0 + 3.0 * l2);
            let theta = exact.theta();
            assert_close(theta[1], weight, 1e-14, "weight");
            assert_close(theta[0], 3.0 - weight * (1.0 + offset), 1e-14, "bias");
            assert_eq!(theta[2], 0.0);
            let missing = 6.0 * l2 / (2.0 + 3.0 * l2);
            assert_close(exact.mean_square(&rows).expect("finite"), 2.0 / 3.0 * missing * missing, 1e-12, "MSE");
        }
    }
}

#[test]
fn without_a_bias_nothing_is_centred() {
    let matrix = Matrix { rows: 2, columns: 1, values: vec![1.0, 2.0] };
    let rows = PreparedRows::new(matrix, Target::Numbers(vec![3.0, 1.0]));
    let layout = Layout::new(vec![ParameterBlock::new("weights", [1], Role::Weight)]);
    let exact = ExactSolution::of_rows(&rows, &layout, Penalty { l1: 0.0, l2: 0.0 }).expect("solved");
    assert_eq!((exact.theta(), exact.outputs(&rows.matrix)), (vec![1.0], vec![1.0, 2.0]));
    assert_eq!(exact.mean_square(&rows), Some(2.5));
}

#[test]
fn the_ends_of_the_number_range_and_empty_problems_have_a_solution() {
    let features: Vec<Vec<f64>> = [1.0, 2.0, 4.0].map(|x| vec![x * 1e300, x * x * 1e-300, 7e307]).to_vec();
    let rows_of = rows(&features, &[1.0, 2.0, 0.0]);
    assert!(solved(&rows_of, 0.0).mean_square(&rows_of).expect("finite") < 1e-28);
    let constant = rows(&[vec![0.1], vec![0.1], vec![0.1]], &[0.3, 0.3, 0.3]);
    let exact = solved(&constant, 0.0);
    assert_eq!((exact.mean_square(&constant), exact.theta()), (Some(0.0), vec![0.3, 0.0]));
    let no_feature = rows(&[vec![], vec![]], &[1.0, 3.0]);
    assert_eq!(solved(&no_feature, 0.0).mean_square(&no_feature), Some(1.0));
}

/// Least squares in twice the precision: centred columns of length 1 by pivoted Gram–Schmidt, twice, and the solution
/// of least length. Only sums and products of [`DoubleDouble`] are shared with what it judges.
mod reference {
    use super::*;

    type Column = Vec<DoubleDouble>;

    fn dot(left: &[DoubleDouble], right: &[DoubleDouble]) -> DoubleDouble {
        left.iter().zip(right).fold(DoubleDouble::ZERO, |sum, (left, right)| left.multiply_add(*right, sum))
    }

    fn quotient(a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
        let first = a.high / b.high;
        let rest = a + -b.times(first);
        let second = rest.high / b.high;
        let rest = rest + -b.times(second);
        DoubleDouble::sum(first, second) + DoubleDouble::from(rest.high / b.high)
    }

    fn root(a: DoubleDouble) -> DoubleDouble {
        if a.high <= 0.0 {
            return DoubleDouble::ZERO;
        }
        let near = DoubleDouble::from(a.high.sqrt());
        (near + quotient(a, near)).times(0.5)
    }

    fn mean(values: impl ExactSizeIterator<Item = f64>) -> DoubleDouble {
        let n = values.len() as f64;
        quotient(values.fold(DoubleDouble::ZERO, |sum, value| sum + DoubleDouble::from(value)), DoubleDouble::from(n))
    }

    fn remove(from: &mut [DoubleDouble], part: DoubleDouble, of: &[DoubleDouble]) {
        from.iter_mut().zip(of).for_each(|(from, of)| *from = (-part).multiply_add(*of, *from));
    }

    /// The MSEs of training and other rows, and the rank; `None` if a decision on the rank is close.
    pub fn mses(features: &[Vec<f64>], target: &[f64], others: (&[Vec<f64>], &[f64])) -> Option<([f64; 2], usize)> {
        let (n, d) = (features.len(), features[0].len());
        let centres: Vec<DoubleDouble> = (0..d).map(|j| mean(features.iter().map(|row| row[j]))).collect();
        let centred = |rows: &[Vec<f64>], j: usize| -> Column {
            rows.iter().map(|row| DoubleDouble::from(row[j]) + -centres[j]).collect()
        };
        let lengths: Vec<DoubleDouble> = (0..d)
            .map(|j| {
                let constant = features.iter().all(|row| row[j] == features[0][j]);
                let column = centred(features, j);
                if constant { DoubleDouble::ZERO } else { root(dot(&column, &column)) }
            })
            .collect();
        let kept: Vec<usize> = (0..d).filter(|&j| lengths[j].high > 0.0).collect();
        let scaled = |rows: &[Vec<f64>], j: usize| -> Column {
            centred(rows, j).into_iter().map(|value| quotient(value, lengths[j])).collect()
        };
        let columns: Vec<Column> = kept.iter().map(|&j| scaled(features, j)).collect();
        let y_mean = mean(target.iter().copied());
        let y: Column = target.iter().map(|value| DoubleDouble::from(*value) + -y_mean).collect();

        // A = Q·R with pivoting; the columns of Q that are kept, and for each its combination.
        let mut left = columns.clone();
        let mut open: Vec<usize> = (0..columns.len()).collect();
        let (mut q, mut largest) = (Vec::<Column>::new(), 0.0_f64);
        let longest_possible = (columns.len() as f64).sqrt();
        while let Some(position) = (0..open.len()).max_by(|&a, &b| {
            let of = |index: usize| dot(&left[open[index]], &left[open[index]]).high;
            of(a).total_cmp(&of(b))
        }) {
            let index = open.swap_remove(position);
            let length = root(dot(&left[index], &left[index]));
            largest = if q.is_empty() { length.high } else { largest };
            let cutoff = n.max(d + 1) as f64 * f64::EPSILON * largest;
            if length.high > cutoff / 100.0 && length.high < cutoff * longest_possible * 100.0 {
                return None;
            }
            if length.high <= cutoff {
                break;
            }
            let mut unit: Column = left[index].iter().map(|value| quotient(*value, length)).collect();
            for known in &q {
                let part = dot(known, &unit);
                remove(&mut unit, part, known);
            }
            for &other in &open {
                for _ in 0..2 {
                    let part = dot(&unit, &left[other]);
                    remove(&mut left[other], part, &unit);
                }
            }
            q.push(unit);
        }
        // The rows of QᵀA span what moves: the shortest solution is a combination of them.
        let rank = q.len();
        let spans: Vec<Column> =
            q.iter().map(|unit| columns.iter().map(|column| dot(unit, column)).collect()).collect();
        let mut orthogonal: Vec<Column> = Vec::new();
        let mut values: Vec<DoubleDouble> = Vec::new();
        for (unit, span) in q.iter().zip(&spans) {
            let (mut rest, mut value) = (span.clone(), dot(unit, &y));
            for _ in 0..2 {
                for (known, known_value) in orthogonal.iter().zip(&values) {
                    let part = dot(known, &rest);
                    remove(&mut rest, part, known);
                    value = (-part).multiply_add(*known_value, value);
                }
            }
            let length = root(dot(&rest, &rest));
            orthogonal.push(rest.iter().map(|value| quotient(*value, length)).collect());
            values.push(quotient(value, length));
        }
        let mut weights = vec![DoubleDouble::ZERO; columns.len()];
        orthogonal.iter().zip(&values).for_each(|(row, value)| remove(&mut weights, -*value, row));
        let mse = |rows: &[Vec<f64>], target: &[f64]| {
            let columns: Vec<Column> = kept.iter().map(|&j| scaled(rows, j)).collect();
            let mut residuals: Column = target.iter().map(|value| DoubleDouble::from(*value) + -y_mean).collect();
            weights.iter().zip(&columns).for_each(|(weight, column)| remove(&mut residuals, *weight, column));
            dot(&residuals, &residuals).rounded() / rows.len() as f64
        };
        Some(([mse(features, target), mse(others.0, others.1)], rank))
    }
}

/// A random table of numbers, offsets, categories, constants, copies and sums of columns.
fn random_table(stream: &mut Stream, n: usize, at_most: usize) -> (Vec<Vec<f64>>, Vec<f64>) {
    let mut columns: Vec<Vec<f64>> = Vec::new();
    let numbers = |stream: &mut Stream, offset: f64, scale: f64| -> Vec<f64> {
        (0..n).map(|_| offset + scale * stream.normal()).collect()
    };
    while columns.len() < at_most {
        match stream.below(9) {
            0 => {
                let levels = 2 + stream.below(5) as usize;
                let of: Vec<u64> = (0..n).map(|_| stream.below(levels as u64)).collect();
                let one = |level: usize| of.iter().map(|of| f64::from(u8::from(*of == level as u64))).collect();
                columns.extend((0..levels).map(one));
            }
            1 => columns.push(vec![stream.normal() * 1e3; n]),
            2 if !columns.is_empty() => {
                let copied = columns[stream.below(columns.len() as u64) as usize].clone();
                columns.push(copied);
            }
            3 if columns.len() > 1 => {
                // Twice another column, exactly.
                let other = columns[stream.below(columns.len() as u64) as usize].clone();
                columns.push(other.iter().map(|value| 2.0 * value).collect());
            }
            4 => {
                let size = [1e3, 1e6, 1e9, 1e12, 1e15][stream.below(5) as usize];
                let offset = size * stream.normal();
                columns.push(numbers(stream, offset, size / 1e3).iter().map(|x| x.round()).collect());
            }
            5 => {
                // Time stamps: a large offset and a spread of a few units in the last place upwards.
                let spread = [10.0, 1e3, 1e6, 1e9][stream.below(4) as usize];
                columns.push(numbers(stream, 1.5e15, spread).iter().map(|x| x.round()).collect());
            }
            6 => {
                let scale = [1e-8, 1e-3, 1e5, 1e9][stream.below(4) as usize];
                columns.push(numbers(stream, 0.0, scale));
            }
            7 => {
                // Powers of one column, whose condition grows with their degree.
                let base = numbers(stream, 3.0, 1.0);
                let degree = 1 + stream.below(9) as usize;
                let mut power = vec![1.0; n];
                for _ in 0..degree {
                    power.iter_mut().zip(&base).for_each(|(power, x)| *power *= x);
                    columns.push(power.clone());
                }
            }
            _ => columns.push(numbers(stream, 0.0, 1.0)),
        }
    }
    columns.truncate(at_most);
    let offset = [0.0, 0.0, 1e3, 1e9][stream.below(4) as usize];
    let target = (0..n).map(|row| {
        let signal =
            columns.iter().take(3).fold(0.0, |sum, column| sum + (column[row] - column[0]) / column[0].abs().max(1.0));
        offset + signal + stream.normal()
    });
    let target = target.collect();
    ((0..n).map(|row| columns.iter().map(|column| column[row]).collect()).collect(), target)
}

/// Compares many random tables with the reference, and returns how many were judged.
fn judge(tables: u64, most_rows: u64, most_columns: u64) -> u64 {
    let mut judged = 0;
    for table in 0..tables {
        let mut stream = Stream::new(table, Purpose::SyntheticFeatures, most_columns);
        let (n, d) = (3 + stream.below(most_rows) as usize, 1 + stream.below(most_columns) as usize);
        let held_out = 5;
        let (features, target) = random_table(&mut stream, n + held_out, d);
        let (train, others) = features.split_at(n);
        let (train_target, others_target) = target.split_at(n);
        let what = format!("table {table}: {n} × {d}");
        let Some((expected, rank)) = reference::mses(train, train_target, (others, others_target)) else {
            println!("{what}: a singular value is near the cutoff");
            continue;
        };
        judged += 1;
        let (train, others) = (rows(train, train_target), rows(others, others_target));
        let exact = solved(&train, 0.0);
        let mean = train_target.iter().fold(0.0, |sum, y| sum + y) / n as f64;
        for (rows, expected) in [(&train, expected[0]), (&others, expected[1])] {
            let found = exact.mean_square(rows).expect("finite");
            let numbers = rows.target.numbers();
            let of_mean = numbers.iter().fold(0.0, |sum, y| sum + (y - mean) * (y - mean)) / numbers.len() as f64;
            let difference = (found - expected).abs();
            assert!(difference <= 2e-9 * of_mean.max(expected), "{what}, rank {rank}: {found} instead of {expected}");
        }
    }
    judged
}

#[test]
fn random_tables_agree_with_twice_the_precision() {
    assert!(judge(150, 60, 12) > 100);
    assert!(judge(12, 60, 70) > 6);
}

#[test]
#[ignore = "minutes"]
fn many_random_tables_agree_with_twice_the_precision() {
    assert!(judge(5_000, 200, 15) > 4_000);
    assert!(judge(300, 150, 100) > 150);
    assert!(judge(40, 400, 300) > 20);
}

#[test]
fn threads_and_instructions_change_no_bit() {
    let mut stream = Stream::new(3, Purpose::SyntheticFeatures, 1);
    let (features, target) = random_table(&mut stream, 400, 30);
    let rows = rows(&features, &target);
    let bits = || -> Vec<u64> { solved(&rows, 0.1).theta().iter().map(|value| value.to_bits()).collect() };
    let expected = bits();
    for most in crate::numeric::Instructions::ALL {
        crate::numeric::limit_instructions(most);
        assert_eq!(bits(), expected, "{most:?}");
    }
}
