//! The noncentral t distribution, and from it the power of a two-sided t test: what no crate here has. Nothing of it is recorded.

/// A standard normal variable lies farther from 0 with a probability below 10⁻¹⁶.
const FARTHEST: f64 = 8.5;
/// Simpson's rule takes this many intervals on each piece.
const INTERVALS: u32 = 400;
/// Halvings of an interval of noncentralities.
const HALVINGS: u32 = 50;

/// P(T ≤ t) of T = (Z + δ)/X, Z standard normal and X = √(χ²/ν) with ν `degrees` of freedom: ∫ Φ(t·x − δ)·f(x) dx, with f the density
/// of X. Φ rises from 0 to 1 about x = δ/t, so the rule of that stretch is one of its own.
#[must_use]
pub fn noncentral_t(t: f64, degrees: f64, noncentrality: f64) -> f64 {
    let spread = FARTHEST / (2.0 * degrees).sqrt();
    let (low, high) = (positive(1.0 - 1.5 * spread), 1.0 + 1.5 * spread);
    let half = degrees / 2.0;
    let constant = core::f64::consts::LN_2 + half * libm::log(half) - libm::lgamma(half);
    let density = |x: f64| {
        let power = if degrees == 1.0 { 0.0 } else { (degrees - 1.0) * libm::log(x) };
        libm::exp(constant + power - half * x * x)
    };
    let value = |x: f64| density(x) * normal(t * x - noncentrality);
    if t == 0.0 {
        return normal(-noncentrality);
    }
    let (center, width) = (noncentrality / t, FARTHEST / t.abs());
    let within = |x: f64| x.clamp(low, high);
    let ends = [low, within(center - width), within(center + width), high];
    ends.windows(2).fold(0.0, |sum, ends| sum + simpson(ends[0], ends[1], &value))
}

/// The noncentrality δ at which a two-sided test with this critical value finds a difference with this probability:
/// P(|T| > critical) = `power`, by bisection. The true difference is δ standard errors.
#[must_use]
pub fn noncentrality_of_power(power: f64, critical: f64, degrees: f64) -> f64 {
    let found = |shift: f64| 1.0 - noncentral_t(critical, degrees, shift) + noncentral_t(-critical, degrees, shift);
    let mut high = critical + FARTHEST;
    while found(high) < power && high.is_finite() {
        high *= 2.0;
    }
    let mut low = 0.0;
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if found(middle) < power {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// Simpson's rule.
fn simpson(low: f64, high: f64, value: &dyn Fn(f64) -> f64) -> f64 {
    let width = (high - low) / f64::from(INTERVALS);
    if width <= 0.0 {
        return 0.0;
    }
    let mut sum = 0.0;
    for step in 0..=INTERVALS {
        let weight = match step {
            0 | INTERVALS => 1.0,
            step if step % 2 == 1 => 4.0,
            _ => 2.0,
        };
        sum += weight * value(f64::from(step).mul_add(width, low));
    }
    sum * width / 3.0
}

fn normal(z: f64) -> f64 {
    0.5 * libm::erfc(-z / core::f64::consts::SQRT_2)
}

fn positive(value: f64) -> f64 {
    if value > 0.0 { value } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SciPy 1.17.1: `scipy.stats.nct.cdf(t, degrees, noncentrality)`.
    #[test]
    fn the_distribution_of_scipy() {
        for (degrees, noncentrality, t, right) in CASES {
            let found = noncentral_t(t, degrees, noncentrality);
            assert!((found - right).abs() < 1e-6, "{degrees} {noncentrality} {t}: {found} for {right}");
        }
    }

    /// SciPy 1.17.1: the root δ of `nct.sf(c, degrees, δ) + nct.cdf(-c, degrees, δ) - 0.8`, with c = `t.ppf(1 - 0.025 / m, degrees)`.
    #[test]
    fn the_noncentrality_of_a_power_of_eight_in_ten() {
        for (degrees, critical, right) in ROOTS {
            let found = noncentrality_of_power(0.8, critical, degrees);
            assert!((found / right - 1.0).abs() < 1e-6, "{degrees} {critical}: {found} for {right}");
        }
    }
    const CASES: [(f64, f64, f64, f64); 77] = [
        (1.0, 0.0, 2.0, 0.852_416_382_349_566_7),
        (1.0, 0.5, -1.0, 0.130_925_873_391_733_73),
        (1.0, 3.0, 2.5, 0.265_084_703_585_797_94),
        (1.0, 3.0, 4.0, 0.466_778_358_772_611_87),
        (1.0, 13.0, 12.7, 0.307_508_695_040_079_16),
        (1.0, -1.0, 0.3, 0.888_787_617_988_608_4),
        (1.0, 30.0, 63.6, 0.637_183_901_036_803_4),
        (2.0, 0.0, 2.0, 0.908_248_290_463_863),
        (2.0, 0.5, -1.0, 0.103_278_571_979_692_01),
        (2.0, 3.0, 2.5, 0.292_403_774_297_493_53),
        (2.0, 3.0, 4.0, 0.571_855_023_962_048_1),
        (2.0, 13.0, 12.7, 0.353_055_380_843_201_54),
        (2.0, -1.0, 0.3, 0.895_075_681_798_543_8),
        (2.0, 30.0, 63.6, 0.800_405_894_787_154_5),
        (3.0, 0.0, 2.0, 0.930_337_015_720_578_5),
        (3.0, 0.5, -1.0, 0.092_121_209_814_359_42),
        (3.0, 3.0, 2.5, 0.301_554_650_488_803_64),
        (3.0, 3.0, 4.0, 0.626_807_858_173_341_2),
        (3.0, 13.0, 12.7, 0.373_083_279_676_268_6),
        (3.0, -1.0, 0.3, 0.897_579_218_336_289),
        (3.0, 30.0, 63.6, 0.880_590_443_570_064),
        (4.0, 0.0, 2.0, 0.941_941_738_241_592_2),
        (4.0, 0.5, -1.0, 0.086_149_569_036_562_82),
        (4.0, 3.0, 2.5, 0.305_608_844_538_988_9),
        (4.0, 3.0, 4.0, 0.661_838_490_439_715_4),
        (4.0, 13.0, 12.7, 0.384_416_431_619_440_1),
        (4.0, -1.0, 0.3, 0.898_912_012_082_024_3),
        (4.0, 30.0, 63.6, 0.925_694_440_599_479_5),
        (5.0, 0.0, 2.0, 0.949_030_260_585_070_8),
        (5.0, 0.5, -1.0, 0.082_444_091_056_723_37),
        (5.0, 3.0, 2.5, 0.307_675_425_348_188_54),
        (5.0, 3.0, 4.0, 0.686_492_089_910_605),
        (5.0, 13.0, 12.7, 0.391_667_848_738_178_4),
        (5.0, -1.0, 0.3, 0.899_736_689_021_887_4),
        (5.0, 30.0, 63.6, 0.952_672_726_033_473_2),
        (9.0, 0.0, 2.0, 0.961_723_588_114_649_5),
        (9.0, 0.5, -1.0, 0.075_643_453_039_873_77),
        (9.0, 3.0, 2.5, 0.310_117_108_824_959_7),
        (9.0, 3.0, 4.0, 0.740_350_134_394_713_6),
        (9.0, 13.0, 12.7, 0.404_957_564_423_262_1),
        (9.0, -1.0, 0.3, 0.901_245_886_527_374_6),
        (9.0, 30.0, 63.6, 0.991_215_952_754_077_7),
        (19.0, 0.0, 2.0, 0.969_998_981_806_950_9),
        (19.0, 0.5, -1.0, 0.071_034_302_562_223_9),
        (19.0, 3.0, 2.5, 0.310_234_814_319_268_14),
        (19.0, 3.0, 4.0, 0.786_677_618_020_974_2),
        (19.0, 13.0, 12.7, 0.411_570_111_520_726_5),
        (19.0, -1.0, 0.3, 0.902_265_856_769_040_9),
        (19.0, 30.0, 63.6, 0.999_817_771_144_183_5),
        (29.0, 0.0, 2.0, 0.972_528_181_408_516_4),
        (29.0, 0.5, -1.0, 0.069_584_511_785_973_52),
        (29.0, 3.0, 2.5, 0.309_890_808_162_986_8),
        (29.0, 3.0, 4.0, 0.803_759_770_536_880_7),
        (29.0, 13.0, 12.7, 0.411_297_656_776_719),
        (29.0, -1.0, 0.3, 0.902_586_254_315_414_1),
        (29.0, 30.0, 63.6, 0.999_995_371_925_889_4),
        (50.0, 0.0, 2.0, 0.974_526_465_631_153_4),
        (50.0, 0.5, -1.0, 0.068_421_537_180_027_08),
        (50.0, 3.0, 2.5, 0.309_446_216_474_318_8),
        (50.0, 3.0, 4.0, 0.818_621_123_526_921_6),
        (50.0, 13.0, 12.7, 0.407_963_420_619_521_4),
        (50.0, -1.0, 0.3, 0.902_843_130_716_338_8),
        (50.0, 30.0, 63.6, 0.999_999_997_068_376_5),
        (99.0, 0.0, 2.0, 0.975_880_153_313_683_5),
        (99.0, 0.5, -1.0, 0.067_623_695_193_444_72),
        (99.0, 3.0, 2.5, 0.309_042_725_456_860_73),
        (99.0, 3.0, 4.0, 0.829_516_065_519_855_8),
        (99.0, 13.0, 12.7, 0.401_307_157_061_847_83),
        (99.0, -1.0, 0.3, 0.903_019_290_615_720_1),
        (99.0, 30.0, 63.6, 0.999_999_999_999_999_7),
        (100.0, 0.0, 2.0, 0.975_893_910_634_433_2),
        (100.0, 0.5, -1.0, 0.067_615_541_958_536_2),
        (100.0, 3.0, 2.5, 0.309_038_156_594_980_85),
        (100.0, 3.0, 4.0, 0.829_630_641_556_865),
        (100.0, 13.0, 12.7, 0.401_202_648_691_787_8),
        (100.0, -1.0, 0.3, 0.903_021_090_543_086_2),
        (100.0, 30.0, 63.6, 0.999_999_999_999_999_8),
    ];
    const ROOTS: [(f64, f64, f64); 11] = [
        (1.0, 12.706_204_736_174_694, 16.334_008_869_921_04),
        (2.0, 4.302_652_729_749_462, 5.653_489_266_197_129),
        (3.0, 3.182_446_305_283_707_8, 4.255_898_686_515_602),
        (4.0, 2.776_445_105_197_793_4, 3.761_059_553_825_02),
        (5.0, 3.534_110_704_058_37, 4.597_124_901_942_98),
        (9.0, 2.262_157_162_798_205, 3.149_632_886_450_618_2),
        (9.0, 3.110_934_823_179_475_6, 4.061_302_486_778_147),
        (29.0, 2.363_846_073_208_312, 3.224_275_339_508_240_6),
        (99.0, 1.984_216_951_586_417_4, 2.829_126_327_813_865),
        (100.0, 2.870_651_523_836_545, 3.722_198_583_959_802_4),
        (440.0, 1.965_370_119_131_558_7, 2.807_715_109_271_131),
    ];
}
