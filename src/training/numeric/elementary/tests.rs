//! Tests of the elementary functions: errors against mpmath, special values, and the same bits on every path and place.

use super::*;
use crate::numeric::{Instructions, Purpose, Real, Stream, limit_instructions};

/// A function in both precisions, and the largest error that is stated for it in f64, in units in the last place.
struct Function {
    name: &'static str,
    f64: fn(&mut [f64]),
    f32: fn(&mut [f32]),
    largest: f64,
}

const FUNCTIONS: [Function; 6] = [
    Function { name: "exp", f64: exp_each, f32: exp_each, largest: 1.0 },
    Function { name: "ln", f64: ln_each, f32: ln_each, largest: 1.0 },
    Function { name: "tanh", f64: tanh_each, f32: tanh_each, largest: 2.0 },
    Function { name: "erf", f64: erf_each, f32: erf_each, largest: 2.0 },
    Function { name: "softplus", f64: softplus_each, f32: softplus_each, largest: 2.0 },
    Function { name: "sigmoid", f64: sigmoid_each, f32: sigmoid_each, largest: 2.0 },
];

/// What the bits of ten thousand results hash to. These change with `numeric::VERSION` alone.
const HASHES: [&str; 14] = [
    "exp f64 578388ad907fc8d4",
    "exp f32 ac1ea9efa7f40be1",
    "ln f64 58da74ad6d2acdcd",
    "ln f32 d2bd0be5f1c0117c",
    "tanh f64 7b6f1b98fec3b950",
    "tanh f32 1873e2161e012ae1",
    "erf f64 857a2bf8d82391e8",
    "erf f32 ba5c261f7f2ab818",
    "softplus f64 7a4a517dcd02299e",
    "softplus f32 3106df26d8b7f25e",
    "sigmoid f64 59e7dc4b25e799ec",
    "sigmoid f32 9574b6bf7e804bf5",
    "log_sum_exp f64 c50cf61ecc24147d",
    "log_sum_exp f32 ff4e557f6b7e600f",
];

/// A value of mpmath: x, the nearest f64, and what that lacks, in its last place.
struct Point {
    x: f64,
    rounded: f64,
    rest: f64,
}

/// The table of `tests/fixtures/elementary/points.py`, or the file that `SWEEP_POINTS` names.
fn points() -> Vec<(&'static Function, Vec<Point>)> {
    let path = std::env::var("SWEEP_POINTS").unwrap_or_else(|_| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/elementary/points.txt").to_owned()
    });
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let number = |bits| f64::from_bits(u64::from_str_radix(bits, 16).unwrap());
    let mut table: Vec<(&Function, Vec<Point>)> = Vec::new();
    for line in text.lines() {
        match line.split(' ').collect::<Vec<_>>()[..] {
            [x, rounded, rest] => {
                let rest = rest.parse::<f64>().unwrap() / 1000.0;
                table.last_mut().unwrap().1.push(Point { x: number(x), rounded: number(rounded), rest });
            }
            [name] => table.push((FUNCTIONS.iter().find(|function| function.name == name).unwrap(), Vec::new())),
            _ => panic!("{line}"),
        }
    }
    table
}

/// `found` less `rounded`, in units in the last place of `rounded`.
fn units(found: f64, rounded: f64) -> f64 {
    let further = found.to_bits().wrapping_sub(rounded.to_bits()) as i64 as f64;
    if rounded.is_sign_negative() { -further } else { further }
}

#[test]
fn errors_in_f64_are_below_their_bounds() {
    for (function, points) in points() {
        let mut found: Vec<f64> = points.iter().map(|point| point.x).collect();
        (function.f64)(&mut found);
        let (mut largest, mut at) = (0.0, 0.0);
        for (point, found) in points.iter().zip(found) {
            let error = (units(found, point.rounded) - point.rest).abs();
            if error > largest {
                (largest, at) = (error, point.x);
            }
        }
        println!("{}: {largest:.3} ulp at {at:e}, {} points", function.name, points.len());
        assert!(largest < function.largest, "{}: {largest} ulp at {at:e}", function.name);
    }
}

/// One in two thousand of all numbers in f32, against f64, whose own error is nothing beside it.
#[test]
fn errors_in_f32_are_below_two_units() {
    let every = |step| (0..=u32::MAX).step_by(step).map(f32::from_bits).filter(|x| !x.is_nan());
    for function in &FUNCTIONS {
        let inputs: Vec<f32> = every(1999).chain((-2000..2000).map(|index| index as f32 / 128.0)).collect();
        let mut found = inputs.clone();
        (function.f32)(&mut found);
        let mut expected: Vec<f64> = inputs.iter().map(|&x| f64::from(x)).collect();
        (function.f64)(&mut expected);
        let (mut largest, mut at) = (0.0, 0.0);
        for ((&x, &found), &expected) in inputs.iter().zip(&found).zip(&expected) {
            let rounded = expected as f32;
            if rounded.is_finite() && found.is_finite() {
                let exponent = libm::frexp(expected).1.max(f32::MIN_EXP);
                let error = libm::ldexp((f64::from(found) - expected).abs(), f32::MANTISSA_DIGITS as i32 - exponent);
                if error > largest {
                    (largest, at) = (error, x);
                }
            } else {
                let what = format!("{} of {x:e}: {found} is not {rounded}", function.name);
                assert!(found.to_bits() == rounded.to_bits() || (found.is_nan() && rounded.is_nan()), "{what}");
            }
        }
        println!("{}: {largest:.3} ulp at {at:e}, {} points in f32", function.name, inputs.len());
        assert!(largest < 2.0, "{}: {largest} ulp at {at:e}", function.name);
    }
}

fn assert_special<T: Real>(name: &str, each: fn(&mut [T]), pairs: &[(T, T)]) {
    for &(x, expected) in pairs {
        let mut found = [x];
        each(&mut found);
        let (found, expected) = (found[0].to_f64(), expected.to_f64());
        let same = found.to_bits() == expected.to_bits() || (found.is_nan() && expected.is_nan());
        assert!(same, "{name} of {x:?}: {found:e} is not {expected:e}");
    }
}

macro_rules! special_values {
    ($test:ident, $float:ident, first_inf $first_inf:literal, first_zero $first_zero:literal) => {
        #[test]
        fn $test() {
            const INF: $float = $float::INFINITY;
            const NAN: $float = $float::NAN;
            const MAX: $float = $float::MAX;
            const LEAST: $float = $float::from_bits(1);
            let like_exp = [(-INF, 0.0), (-MAX, 0.0), (-$first_zero, 0.0), (NAN, NAN)];
            assert_special("exp", exp_each, &like_exp);
            assert_special("exp", exp_each, &[(0.0, 1.0), (-0.0, 1.0), (LEAST, 1.0), (-LEAST, 1.0), (INF, INF)]);
            assert_special("exp", exp_each, &[(MAX, INF), ($first_inf, INF)]);
            assert_special("ln", ln_each, &[(0.0, -INF), (-0.0, -INF), (1.0, 0.0), (INF, INF), (NAN, NAN)]);
            assert_special("ln", ln_each, &[(-LEAST, NAN), (-1.0, NAN), (-INF, NAN)]);
            for each in [tanh_each, erf_each] {
                let units = [(INF, 1.0), (-INF, -1.0), (MAX, 1.0), (-MAX, -1.0), (NAN, NAN)];
                assert_special("tanh or erf", each, &units);
                assert_special("tanh or erf", each, &[(0.0, 0.0), (-0.0, -0.0), (LEAST, LEAST), (-LEAST, -LEAST)]);
            }
            assert_special("softplus", softplus_each, &like_exp);
            assert_special("softplus", softplus_each, &[(INF, INF), (MAX, MAX), (0.0, std::$float::consts::LN_2)]);
            assert_special("sigmoid", sigmoid_each, &like_exp);
            assert_special("sigmoid", sigmoid_each, &[(INF, 1.0), (MAX, 1.0), (0.0, 0.5), (-0.0, 0.5), (LEAST, 0.5)]);
        }
    };
}

special_values!(special_values_in_f64, f64, first_inf 709.782_712_893_384_1, first_zero 745.133_219_101_941_3);
special_values!(special_values_in_f32, f32, first_inf 88.722_84, first_zero 103.972_1);

/// Numbers of every kind: a third with any bits, a third of any exponent near 1, a third as a model has them.
fn numbers<T: Real>(count: usize, from_bits: impl Fn(u64) -> T) -> Vec<T> {
    let mut stream = Stream::new(7, Purpose::SyntheticFeatures, 0);
    (0..count)
        .map(|index| match index % 3 {
            0 => from_bits(stream.below(1 << 32) << 32 | stream.below(1 << 32)),
            1 => {
                let power = 1_u64 << stream.below(40);
                T::from_f64((stream.uniform() - 0.5) * power as f64 / (1_u64 << 30) as f64)
            }
            _ => T::from_f64((stream.uniform() - 0.5) * 40.0),
        })
        .collect()
}

/// The bits of values, with one pattern for NaN.
fn bits<T: Real>(values: &[T]) -> Vec<u64> {
    values.iter().map(|value| if value.to_f64().is_nan() { u64::MAX } else { value.to_f64().to_bits() }).collect()
}

fn assert_every_path<T: Real>(name: &str, each: fn(&mut [T]), inputs: &[T]) -> Vec<u64> {
    let mut all: Option<Vec<u64>> = None;
    for most in Instructions::ALL {
        // The path is narrower if this CPU is. Other tests that run meanwhile get the same bits on every path.
        limit_instructions(most);
        let mut found = inputs.to_vec();
        each(&mut found);
        let found = bits(&found);
        assert!(*all.get_or_insert_with(|| found.clone()) == found, "{name}, {most:?}");
    }
    let all = all.unwrap();
    // Alone, in slices of every short length, at every offset.
    for offset in 0..9 {
        for length in 0..=40 {
            let mut found = inputs[offset..offset + length].to_vec();
            each(&mut found);
            assert_eq!(bits(&found), all[offset..offset + length], "{name}, {length} from {offset}");
            let mut found = inputs[..60].to_vec();
            each(&mut found[offset..offset + length]);
            assert_eq!(bits(&found[offset..offset + length]), all[offset..offset + length], "{name} in place");
        }
    }
    all
}

fn hash(values: &[u64]) -> String {
    let mut hasher = blake3::Hasher::new();
    values.iter().for_each(|bits| _ = hasher.update(&bits.to_le_bytes()));
    hasher.finalize().to_hex()[..16].to_owned()
}

/// One test for all of them, because two tests at once would change each other's path.
#[test]
fn every_path_and_place_gives_the_same_bits() {
    let of_f64 = numbers(10_000, f64::from_bits);
    let of_f32 = numbers(10_000, |bits| f32::from_bits(bits as u32));
    let mut hashes = Vec::new();
    for function in &FUNCTIONS {
        hashes.push(format!(
            "{} f64 {}",
            function.name,
            hash(&assert_every_path(function.name, function.f64, &of_f64))
        ));
        hashes.push(format!(
            "{} f32 {}",
            function.name,
            hash(&assert_every_path(function.name, function.f32, &of_f32))
        ));
    }
    for (function, points) in points() {
        let inputs: Vec<f64> = points.iter().map(|point| point.x).collect();
        assert_every_path(function.name, function.f64, &inputs);
        let inputs: Vec<f32> = points.iter().map(|point| point.x as f32).collect();
        assert_every_path(function.name, function.f32, &inputs);
    }
    // Rows of log-sum-exp have other bits in other lengths, but not on other paths.
    for (precision, values) in [("f64", rows_on_every_path(&of_f64)), ("f32", rows_on_every_path(&of_f32))] {
        hashes.push(format!("log_sum_exp {precision} {}", hash(&values)));
    }
    assert_eq!(hashes, HASHES);
}

/// Log-sum-exp and softmax of rows of many lengths.
fn rows_on_every_path<T: Real>(inputs: &[T]) -> Vec<u64> {
    let inputs: Vec<T> = inputs.iter().copied().filter(|x| x.magnitude() < T::from_f64(1e4)).collect();
    let mut all: Option<Vec<u64>> = None;
    for most in Instructions::ALL {
        limit_instructions(most);
        let mut found = Vec::new();
        for length in 0..200 {
            let row = &inputs[length..2 * length];
            let mut shares = row.to_vec();
            let value = softmax(&mut shares);
            assert_eq!(bits(&[value]), bits(&[log_sum_exp(row)]));
            found.push(value);
            found.extend(shares);
        }
        let found = bits(&found);
        assert!(*all.get_or_insert_with(|| found.clone()) == found, "log_sum_exp, {most:?}");
    }
    all.unwrap()
}

#[test]
fn log_sum_exp_of_rows() {
    const INF: f64 = f64::INFINITY;
    assert_eq!(log_sum_exp::<f64>(&[]), -INF);
    assert_eq!(log_sum_exp(&[-INF, -INF]), -INF);
    assert_eq!(log_sum_exp(&[1.0, INF, -INF]), INF);
    assert!(log_sum_exp(&[1.0, f64::NAN]).is_nan());
    assert!(log_sum_exp(&[INF, f64::NAN]).is_nan());
    assert_eq!(log_sum_exp(&[3.5]), 3.5);
    assert_eq!(log_sum_exp(&[-INF, 3.5]), 3.5);
    // Beyond what exp itself holds.
    let mut stream = Stream::new(3, Purpose::SyntheticFeatures, 0);
    for length in 1..300 {
        let shift = (stream.uniform() - 0.5) * 4000.0;
        let mut row: Vec<f64> = (0..length).map(|_| shift + 3.0 * stream.normal()).collect();
        let naive = row.iter().fold(0.0, |sum, x| sum + libm::exp(x - shift));
        let expected = shift + libm::log(naive);
        let scale = expected.abs().max(shift.abs()).max(libm::log(length as f64));
        let found = log_sum_exp(&row);
        assert!((found - expected).abs() <= 4.0 * f64::EPSILON * scale, "{found} is not {expected}");
        let shares: Vec<f64> = row.iter().map(|x| libm::exp(x - shift) / naive).collect();
        softmax(&mut row);
        for (found, expected) in row.iter().zip(shares) {
            assert!((found - expected).abs() <= 1e-11 * expected, "{found} is not {expected}");
        }
        let total = row.iter().fold(0.0, |sum, x| sum + x);
        assert!((total - 1.0).abs() < 1e-14, "{total}");
    }
}

#[test]
fn the_parts_of_the_log_loss_are_within_two_units() {
    let mut stream = Stream::new(5, Purpose::SyntheticFeatures, 1);
    let near = |index: i32| f64::from(index) / 64.0;
    let values: Vec<f64> = (0..4_000).map(near).chain((0..20_000).map(|_| libm::exp(9.0 * stream.normal()))).collect();
    let (mut largest, mut largest_in_f32) = ([0.0_f64; 2], [0.0_f64; 2]);
    for x in values.into_iter().filter(|&x| x < 1e30) {
        let functions = [(exp_of_negative(-x), libm::exp(-x)), (ln_of_one_plus(x), libm::log1p(x))];
        let x = x as f32;
        let of_f32 = [exp_of_negative(-x), ln_of_one_plus(x)];
        let exact = [libm::exp(-f64::from(x)), libm::log1p(f64::from(x))];
        for index in 0..2 {
            let (found, expected) = functions[index];
            if expected >= 1e-307 || expected == 0.0 {
                largest[index] = largest[index].max(units(found, expected).abs());
            }
            let (found, expected) = (of_f32[index], exact[index]);
            if expected >= 1e-37 || expected == 0.0 {
                let unit = libm::ldexp(1.0, libm::frexp(expected).1 - f32::MANTISSA_DIGITS as i32);
                largest_in_f32[index] = largest_in_f32[index].max((f64::from(found) - expected).abs() / unit);
            }
        }
    }
    println!("largest errors {largest:?}, in f32 {largest_in_f32:?} ulp");
    assert!(largest.iter().chain(&largest_in_f32).all(|&error| error <= 2.0), "{largest:?} {largest_in_f32:?}");
    assert_eq!([0.0, -0.0, -709.0, f64::NEG_INFINITY].map(exp_of_negative), [1.0, 1.0, 0.0, 0.0]);
    assert_eq!([0.0_f32, -88.0, f32::NEG_INFINITY].map(exp_of_negative), [1.0, 0.0, 0.0]);
    assert_eq!([0.0, 1.0, 5e-324].map(ln_of_one_plus), [0.0, std::f64::consts::LN_2, 5e-324]);
    assert!(exp_of_negative(f64::NAN).is_nan() && ln_of_one_plus(f64::NAN).is_nan());
}
