//! Estimates from seeds or rows: a mean difference with Student's interval, a level on the log scale, and what an experiment of
//! this size can show. Where the seeds split the same rows anew, their results are correlated, and the variance is corrected for it.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::sample::{Sample, student_quantile};
use crate::numeric::noncentrality_of_power;

/// The mean of n paired differences.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairedDifference {
    /// The number of pairs: seeds or rows.
    pub n: usize,
    pub mean: f64,
    /// The degrees of freedom ν of Student's t: n − 1, fewer for rows with heavy tails.
    pub degrees: f64,
    /// Student's 95 % interval, mean ± t(0.975, ν)·s·√(1/n + c). `None` for one pair.
    pub interval: Option<(f64, f64)>,
    /// Two-sided, from the same t. `None` for one pair.
    pub p_value: Option<f64>,
    /// The number of comparisons that the difference is one of.
    pub comparisons: usize,
    /// The standard error of the mean, with the correction.
    pub standard_error: Option<f64>,
    /// No number of seeds makes the interval narrower than ± this: 1.96·s·√c. `None` if c = 0.
    pub narrowest: Option<f64>,
    /// The pairs differ by less than the metric can show, so s is what its rounding alone gives.
    pub is_rounded: bool,
}

/// The standard deviation of one value that is rounded to whole steps, in steps: an error is uniform over a step, 1/√12 (Sheppard, 1898).
pub const ROUNDING_OF_A_VALUE: f64 = 0.288_675_134_594_812_9;
/// The same of a difference of two such values: 1/√6.
pub const ROUNDING_OF_A_DIFFERENCE: f64 = 0.408_248_290_463_863;

/// What rounded values say of their deviation where they agree: nothing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LeastDeviation {
    /// The deviation that rounding alone gives. A sample with a smaller one varies by less than its values can show.
    pub of_rounding: f64,
    /// What counts in the place of such a deviation, if it is larger.
    pub of_counting: f64,
}

impl LeastDeviation {
    /// Of shares of n rows, in which one row is `step`. A share of rows, or a difference of two shares, that is d in the mean has over new
    /// rows a variance of d(1 − d)/n at least: so many rows differ one way, or more of them both ways.
    #[must_use]
    pub fn of_rows(rounding: f64, step: f64, mean: f64) -> Self {
        let share = mean.abs();
        let counting = if share < 1.0 { (share * (1.0 - share) * step).sqrt() } else { 0.0 };
        Self { of_rounding: rounding * step, of_counting: counting }
    }

    /// The deviation that counts, and whether it is not the sample's own.
    fn instead_of(self, deviation: f64) -> (f64, bool) {
        let larger = if self.of_counting > self.of_rounding { self.of_counting } else { self.of_rounding };
        if deviation < self.of_rounding { (larger, true) } else { (deviation, false) }
    }
}

impl PairedDifference {
    /// `overlap` is c, what pairs share with each other: n_test/(n − n_test) for splits of the same rows (Nadeau and Bengio,
    /// Machine Learning 52, 2003, with validation rows counted as learnt from; 1/(k − 1) of Bouckaert and Frank, PAKDD 2004), 0
    /// for independent pairs. `None` without pairs.
    #[must_use]
    pub fn of(differences: &[f64], overlap: f64) -> Option<Self> {
        Self::of_rounded(differences, overlap, LeastDeviation::default())
    }

    /// The same for values that are rounded, as a share of rows is. That a few seeds differ by the same number of rows is chance, and does
    /// not make the difference certain.
    #[must_use]
    pub fn of_rounded(differences: &[f64], overlap: f64, least: LeastDeviation) -> Option<Self> {
        let sample = Sample::new(differences.to_vec());
        let degrees = sample.n().saturating_sub(1) as f64;
        Self::with_degrees(&sample, degrees, overlap, least)
    }

    /// Independent pairs that may have heavy tails, as the losses of rows do. There the variance of the sample is less certain than
    /// under a normal distribution, by the kurtosis κ: it is as certain as that of a normal sample with
    /// ν = 2n/(κ − (n − 3)/(n − 1)) degrees of freedom (O'Neill, The American Statistician 68, 2014), n − 1 at most and 2 at least.
    /// `None` without pairs.
    #[must_use]
    pub fn of_rows(differences: &[f64]) -> Option<Self> {
        let sample = Sample::new(differences.to_vec());
        let n = sample.n() as f64;
        let most = (n - 1.0).max(0.0);
        let of_kurtosis = |kurtosis: f64| 2.0 * n / (kurtosis - (n - 3.0) / (n - 1.0));
        let degrees = sample.kurtosis().map_or(most, |kurtosis| of_kurtosis(kurtosis).max(2.0).min(most));
        Self::with_degrees(&sample, degrees, 0.0, LeastDeviation::default())
    }

    fn with_degrees(sample: &Sample, degrees: f64, overlap: f64, least: LeastDeviation) -> Option<Self> {
        let (n, mean) = (sample.n(), sample.mean()?);
        let unknown = Self {
            n,
            mean,
            degrees,
            interval: None,
            p_value: None,
            comparisons: 1,
            standard_error: None,
            narrowest: None,
            is_rounded: false,
        };
        let Some((deviation, t)) = sample.standard_deviation().zip(student_quantile(0.975, degrees)) else {
            return Some(unknown);
        };
        let (deviation, is_rounded) = least.instead_of(deviation);
        let error = deviation * (1.0 / n as f64 + overlap).sqrt();
        let interval = Some((mean - t * error, mean + t * error));
        let p_value =
            if error > 0.0 { two_sided(mean / error, degrees) } else { Some(if mean == 0.0 { 1.0 } else { 0.0 }) };
        let narrowest = (overlap > 0.0).then(|| NORMAL_QUANTILE * deviation * overlap.sqrt());
        let finite = interval.filter(|(low, high)| low.is_finite() && high.is_finite());
        Some(Self { interval: finite, p_value, standard_error: Some(error), narrowest, is_rounded, ..unknown })
    }
}

impl PairedDifference {
    /// The mean alone, where nothing is said beyond it.
    #[must_use]
    pub const fn without_interval(self) -> Self {
        Self { interval: None, p_value: None, standard_error: None, narrowest: None, is_rounded: false, ..self }
    }

    /// The smallest true difference that eight of ten such experiments show: δ standard errors, where the noncentral t with δ lies
    /// beyond ±t(1 − 0.025/m, ν) with probability 0.80. m is the number of comparisons, and the level the one that Holm holds
    /// the smallest p against. `None` for one pair.
    #[must_use]
    pub fn smallest_shown(&self) -> Option<f64> {
        let critical = student_quantile(1.0 - 0.025 / self.comparisons.max(1) as f64, self.degrees)?;
        Some(noncentrality_of_power(0.8, critical, self.degrees) * self.standard_error?)
    }
}

/// The 0.975 quantile of the normal distribution.
pub const NORMAL_QUANTILE: f64 = 1.959_963_984_540_054;

/// P(|T| ≥ |t|). `None` without degrees of freedom.
fn two_sided(t: f64, degrees: f64) -> Option<f64> {
    let student = StudentsT::new(0.0, 1.0, degrees).ok()?;
    Some(2.0 * student.cdf(-t.abs()))
}

/// The level of a metric over seeds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// The geometric mean for a metric on a log scale, else the mean.
    pub center: f64,
    pub interval: Option<(f64, f64)>,
    pub n: usize,
}

impl Level {
    /// `overlap` is n_test/n_train for splits of the same rows, 0 for independent data: intervals of levels need the wider
    /// correction. `least` is what counts where rounded values agree. `None` without values, or if one is infinite.
    #[must_use]
    pub fn of(values: &[f64], overlap: f64, log_scale: bool, least: LeastDeviation) -> Option<Self> {
        if values.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let takes_logarithms = log_scale && values.iter().all(|value| *value > 0.0);
        let scaled =
            if takes_logarithms { values.iter().map(|value| libm::log(*value)).collect() } else { values.to_vec() };
        let least = if takes_logarithms { LeastDeviation::default() } else { least };
        let estimate = PairedDifference::of_rounded(&scaled, overlap, least)?;
        let back = |value: f64| if takes_logarithms { libm::exp(value) } else { value };
        // A log scale has no interval around values of 0.
        let interval = estimate.interval.filter(|_| takes_logarithms || !log_scale);
        Some(Self {
            center: back(estimate.mean),
            interval: interval.map(|(low, high)| (back(low), back(high))),
            n: estimate.n,
        })
    }
}

/// Holm's adjusted p-values (Scandinavian Journal of Statistics 6, 1979), in the order given.
#[must_use]
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut largest = 0.0_f64;
    for (position, index) in order.into_iter().enumerate() {
        let value = (p_values.len() - position) as f64 * p_values[index];
        if value > largest {
            largest = value;
        }
        adjusted[index] = if largest < 1.0 { largest } else { 1.0 };
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-9 * right.abs().max(1.0)
    }

    /// SciPy 1.17.1: `stats.ttest_1samp([1, 2, 3, 4, 6], 0)` and its `confidence_interval(0.95)`.
    #[test]
    fn without_overlap_it_is_students_test() {
        let found = PairedDifference::of(&[1.0, 2.0, 3.0, 4.0, 6.0], 0.0).expect("pairs");
        assert!(close(found.mean, 3.2));
        let (low, high) = found.interval.expect("an interval");
        assert!((low - 0.811_611_611_900_020_1).abs() < 1e-8, "{low}");
        assert!((high - 5.588_388_388_099_981).abs() < 1e-8, "{high}");
        assert!((found.p_value.expect("p") - 0.020_475_874_420_910_672).abs() < 1e-9);
        assert_eq!(found.narrowest, None);
    }

    /// The corrected test of scikit-learn's example "Statistical comparison of models using grid search", as it is run there
    /// (scikit-learn 1.9.1): the 100 differences in AUC of its two best models, over 10 × 10 folds of 100 rows. It prints
    /// t = 0.750 and the one-sided p = 0.227. Unrounded, `compute_corrected_ttest(differences, 99, 90, 10)` gives
    /// 0.7503126954482318 and 0.2274229710133665.
    #[test]
    fn the_published_example_of_the_corrected_test() {
        let tally = [(-0.12, 1), (-0.08, 2), (-0.04, 10), (0.0, 53), (0.04, 29), (0.08, 4), (0.2, 1)];
        let differences: Vec<f64> =
            tally.iter().flat_map(|(difference, times)| std::iter::repeat_n(*difference, *times)).collect();
        let found = PairedDifference::of(&differences, 10.0 / 90.0).expect("pairs");
        assert!((found.p_value.expect("p") - 2.0 * 0.227_422_971_013_366_5).abs() < 1e-9);
        // SciPy 1.17.1: `stats.t.ppf(0.975, 99)` = 1.9842169515864174; mean ± that many standard errors, each mean/t.
        let half = 1.984_216_951_586_417_4 * 0.01 / 0.750_312_695_448_231_8;
        let (low, high) = found.interval.expect("an interval");
        assert!((low - (0.01 - half)).abs() < 1e-8 && (high - (0.01 + half)).abs() < 1e-8, "{low} {high}");
    }

    /// The same function, `compute_corrected_ttest(differences, 9, 80, 20)`: t = 0.9290403533208642, two-sided
    /// p = 0.3771127059838537, standard error 0.009149225832458904. SciPy 1.17.1: `stats.t.interval(0.95, 9, mean, error)`,
    /// `3.149632886450618 * error` with the root in δ of `nct.sf(c, 9, δ) + nct.cdf(-c, 9, δ) = 0.8`, c = `stats.t.ppf(0.975, 9)`, and `stats.norm.ppf(0.975)` · s · √0.25.
    #[test]
    fn overlap_widens_by_the_correction() {
        let differences = [0.01, -0.02, 0.03, 0.015, 0.0, 0.02, 0.01, -0.01, 0.005, 0.025];
        let found = PairedDifference::of(&differences, 0.25).expect("pairs");
        let (low, high) = found.interval.expect("an interval");
        assert!((low + 0.012_196_986_750_955_279).abs() < 1e-9, "{low}");
        assert!((high - 0.029_196_986_750_955_28).abs() < 1e-9, "{high}");
        assert!((found.p_value.expect("p") - 0.377_112_705_983_853_7).abs() < 1e-9);
        assert!((found.smallest_shown().expect("a size") - 0.028_816_702_567_476_1).abs() < 1e-7);
        assert!((found.narrowest.expect("a limit") - 0.015_155_435_504_157_232).abs() < 1e-9);
    }

    /// SciPy 1.17.1: `stats.kurtosis(d, fisher=False)` = 7.845967286893893, so ν = 5.754376914663813, and `stats.t.interval(0.95, ν, mean,
    /// stats.sem(d))`.
    #[test]
    fn heavy_tails_of_rows_take_degrees_of_freedom() {
        let heavy = [0.3, -0.1, 0.2, 0.05, -0.2, 0.15, 0.1, 4.0, -0.05, 0.25];
        let differences: Vec<f64> = (0..20).map(|row| heavy[row % 10] + row as f64 * 0.01).collect();
        let found = PairedDifference::of_rows(&differences).expect("rows");
        assert!((found.degrees - 5.754_376_914_663_813).abs() < 1e-9, "{}", found.degrees);
        let (low, high) = found.interval.expect("an interval");
        assert!((low + 0.113_254_803_270_090_96).abs() < 1e-7 && (high - 1.243_254_803_270_091).abs() < 1e-7);
        assert!((found.p_value.expect("p") - 0.087_104_555_218_250_89).abs() < 1e-9);
        assert!(
            found.smallest_shown() > PairedDifference::of(&differences, 0.0).and_then(|other| other.smallest_shown())
        );
        // Light tails take none, and one row far from all others leaves two.
        let light: Vec<f64> = (0..20).map(f64::from).collect();
        assert_eq!(PairedDifference::of_rows(&light).map(|found| found.degrees), Some(19.0));
        let outlier: Vec<f64> = (0..20).map(|row| f64::from(u8::from(row == 7))).collect();
        let degrees = PairedDifference::of_rows(&outlier).map_or(0.0, |found| found.degrees);
        assert!((degrees - 40.0 / (18.052_631_578_947_37 - 17.0 / 19.0)).abs() < 1e-9, "{degrees}");
        assert_eq!(PairedDifference::of_rows(&[2.0; 20]).and_then(|found| found.interval), Some((2.0, 2.0)));
    }

    #[test]
    fn one_pair_says_nothing_and_equal_pairs_are_certain() {
        let one = PairedDifference::of(&[2.0], 0.3).expect("a pair");
        assert_eq!((one.mean, one.interval, one.p_value), (2.0, None, None));
        let equal = PairedDifference::of(&[2.0, 2.0, 2.0], 0.3).expect("pairs");
        assert_eq!((equal.interval, equal.p_value), (Some((2.0, 2.0)), Some(0.0)));
        assert_eq!(PairedDifference::of(&[0.0, 0.0], 0.3).and_then(|found| found.p_value), Some(1.0));
        assert_eq!(PairedDifference::of(&[], 0.0), None);
    }

    /// SciPy 1.17.1: `stats.t.ppf(0.975, 2)` = 4.302652729911275 and `2 * stats.t.sf(2 / (np.sqrt(1/6) * np.sqrt(1/3 + 0.25)), 2)` =
    /// 0.023453849474608667: in steps, three differences of 2.
    #[test]
    fn equal_pairs_of_rounded_values_are_not() {
        let rounding = LeastDeviation { of_rounding: ROUNDING_OF_A_DIFFERENCE, of_counting: 0.0 };
        let found = PairedDifference::of_rounded(&[2.0; 3], 0.25, rounding).expect("pairs");
        let (low, high) = found.interval.expect("an interval");
        let half = 4.302_652_729_911_275 * (1.0_f64 / 6.0).sqrt() * (1.0_f64 / 3.0 + 0.25).sqrt();
        assert!((high - 2.0 - half).abs() < 1e-8 && (2.0 - low - half).abs() < 1e-8, "{low} {high}");
        assert!((found.p_value.expect("p") - 0.023_453_849_474_608_667).abs() < 1e-9, "{:?}", found.p_value);
        assert!(found.is_rounded && found.smallest_shown().is_some_and(|size| size > 1.0));
        // What varies more keeps its own deviation.
        let varied = [1.0, 2.0, 3.0];
        let counted = LeastDeviation { of_counting: 9.0, ..rounding };
        let rounded = PairedDifference::of_rounded(&varied, 0.25, counted);
        assert_eq!(rounded, PairedDifference::of(&varied, 0.25));
        let level = Level::of(&[0.9; 3], 0.0, false, LeastDeviation::of_rows(ROUNDING_OF_A_VALUE, 0.05, 0.1));
        let level = level.expect("values");
        // √(0.9·0.1/20) is larger than 0.05/√12.
        let half = 4.302_652_729_911_275 * (0.09_f64 / 20.0 / 3.0).sqrt();
        let none = LeastDeviation::of_rows(ROUNDING_OF_A_VALUE, 0.05, 0.0);
        assert_eq!((none.of_counting, none.instead_of(0.0)), (0.0, (0.05 * ROUNDING_OF_A_VALUE, true)));
        assert!(level.interval.is_some_and(|(low, high)| (high - low - 2.0 * half).abs() < 1e-8), "{level:?}");
        assert!((ROUNDING_OF_A_VALUE * 12.0_f64.sqrt() - 1.0).abs() < 1e-15);
        assert!((ROUNDING_OF_A_DIFFERENCE * 6.0_f64.sqrt() - 1.0).abs() < 1e-15);
    }

    /// SciPy 1.17.1: `stats.gmean(values)` and `np.exp(stats.t.interval(0.95, n - 1, np.log(values).mean(), error))`, where
    /// `error` is `stats.sem(np.log(values))`, and with overlap `np.log(values).std(ddof=1) * np.sqrt(1/5 + 1/3)`.
    #[test]
    fn a_level_on_the_log_scale_is_a_geometric_mean() {
        let level = Level::of(&[1.0, 10.0, 100.0], 0.0, true, LeastDeviation::default()).expect("values");
        assert!(close(level.center, 10.0));
        let (low, high) = level.interval.expect("an interval");
        assert!((low / 3.279_912_73e-2 - 1.0).abs() < 1e-8 && (high / 3.048_861_61e3 - 1.0).abs() < 1e-8);
        let level = Level::of(&[0.8, 1.3, 0.95, 1.7, 1.1], 1.0 / 3.0, true, LeastDeviation::default()).expect("values");
        assert!(close(level.center, 1.130_627_931_441_970_3));
        let (low, high) = level.interval.expect("an interval");
        assert!((low - 0.627_906_32).abs() < 1e-8 && (high - 2.035_844_34).abs() < 1e-8, "{low} {high}");
        let with_zero = Level::of(&[0.0, 2.0], 0.0, true, LeastDeviation::default()).expect("values");
        assert_eq!((with_zero.center, with_zero.interval), (1.0, None));
        assert_eq!(Level::of(&[1.0, f64::INFINITY], 0.0, true, LeastDeviation::default()), None);
    }

    /// statsmodels 0.15.0: `multipletests(p_values, method="holm")[1]`.
    #[test]
    fn holm_by_examples() {
        let examples: [(&[f64], &[f64]); 2] = [
            (&[0.01, 0.04, 0.03, 0.005], &[0.03, 0.06, 0.06, 0.02]),
            (&[0.011, 0.3, 0.02, 0.7, 0.013, 0.002], &[0.055, 0.6, 0.06, 0.7, 0.055, 0.012]),
        ];
        for (p_values, right) in examples {
            let adjusted = holm(p_values);
            assert!(adjusted.iter().zip(right).all(|(found, right)| close(*found, *right)), "{adjusted:?}");
        }
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
        assert_eq!(holm(&[]), Vec::<f64>::new());
    }
}
