//! What the elementary functions need of a precision: its polynomials, its constants, and access to exponent and sign.

use super::coefficients as polynomial;

/// The constants and bit operations of a precision.
pub trait Precision: Sized + Copy + 'static {
    /// (e^r − 1 − r)/r² for |r| ≤ ln(2)/2.
    const EXP: &'static [Self];
    /// (ln((1 + s)/(1 − s))/s − 2)/s², in s².
    const LN: &'static [Self];
    /// The same for s ≤ ⅓.
    const SOFTPLUS: &'static [Self];
    /// erf(x)/x − 1, in x², for |x| ≤ [`Precision::ERF_INNER`].
    const ERF: &'static [Self];
    /// −ln(erfc(1 + t)).
    const ERFC: &'static [Self];
    const HALF: Self;
    const TWO: Self;
    const LOG2_E: Self;
    /// The first bits of ln 2. A product with any exponent is exact.
    const LN_2_HIGH: Self;
    /// ln 2 less [`Precision::LN_2_HIGH`].
    const LN_2_LOW: Self;
    /// Added to a number and subtracted again, it rounds to the nearest integer k. The lowest bits of the sum are k and
    /// twice the bias of an exponent; a shift to the left keeps as many of them as an exponent has.
    const SHIFT: Self;
    /// Below it exp is 0.
    const EXP_LOWEST: Self;
    /// From it on exp is a normal number.
    const EXP_NORMAL: Self;
    /// From it on exp is infinite.
    const EXP_HIGHEST: Self;
    /// Below it tanh(x/2) is −1. It is far from where e^x becomes subnormal.
    const TANH_LOWEST: Self;
    /// Below it erf has a polynomial of its own.
    const ERF_INNER: Self;
    /// From it on erf is 1.
    const ERF_HIGHEST: Self;
    const INFINITY: Self;
    const NAN: Self;

    /// 2^k of [`Precision::SHIFT`] + k, if it is a normal number.
    #[must_use]
    fn power_of_two(self) -> Self;
    /// Two numbers whose product is 2^k, of [`Precision::SHIFT`] + k, as far as e^x may need it. A number of about 1
    /// that is multiplied by the one and then by the other is rounded once, if the result is subnormal, and is infinite
    /// if it is too large.
    #[must_use]
    fn powers_of_two(self) -> (Self, Self);
    /// The mantissa m, √½ ≤ m < √2, and the exponent k of a positive finite number m·2^k.
    fn mantissa_and_exponent(self) -> (Self, Self);
    /// The mantissa m, √½ ≤ m < √2, the exponent k and 2^−k of a normal number m·2^k.
    fn parts(self) -> (Self, Self, Self);
    /// This magnitude (its sign must be +) with the sign of another number.
    #[must_use]
    fn with_sign_of(self, other: Self) -> Self;
}

macro_rules! precision {
    (
        $float:ident, $bits:ty, fraction $fraction:literal, bias $bias:literal, sqrt_half $sqrt_half:literal,
        ln_2 $ln_2_high:literal + $ln_2_low:literal, exp $exp_lowest:literal, $exp_normal:literal to $exp_highest:literal,
        erf $erf_highest:literal, $exp:ident, $ln:ident, $softplus:ident, $erf:ident, $erfc:ident
    ) => {
        impl Precision for $float {
            const EXP: &'static [Self] = &polynomial::$exp;
            const LN: &'static [Self] = &polynomial::$ln;
            const SOFTPLUS: &'static [Self] = &polynomial::$softplus;
            const ERF: &'static [Self] = &polynomial::$erf;
            const ERFC: &'static [Self] = &polynomial::$erfc;
            const HALF: Self = 0.5;
            const TWO: Self = 2.0;
            const LOG2_E: Self = std::$float::consts::LOG2_E;
            const LN_2_HIGH: Self = $ln_2_high;
            const LN_2_LOW: Self = $ln_2_low;
            const SHIFT: Self = 1.5 * ((1 as $bits) << $fraction) as Self + 2.0 * $bias as Self;
            const EXP_LOWEST: Self = $exp_lowest;
            const EXP_NORMAL: Self = $exp_normal;
            const EXP_HIGHEST: Self = $exp_highest;
            const TANH_LOWEST: Self = -80.0;
            const ERF_INNER: Self = 13.0 / 16.0;
            const ERF_HIGHEST: Self = $erf_highest;
            const INFINITY: Self = Self::INFINITY;
            const NAN: Self = Self::NAN;

            #[inline(always)]
            fn power_of_two(self) -> Self {
                Self::from_bits(self.to_bits().wrapping_sub($bias) << $fraction)
            }

            #[inline(always)]
            fn powers_of_two(self) -> (Self, Self) {
                let half = self.to_bits() >> 1;
                let rest = self.to_bits().wrapping_sub(half);
                (Self::from_bits(half << $fraction), Self::from_bits(rest << $fraction))
            }

            #[inline(always)]
            fn mantissa_and_exponent(self) -> (Self, Self) {
                const ONE: $bits = $bias << $fraction;
                const FRACTION: $bits = (1 << $fraction) - 1;
                const INTEGER: $float = ((1 as $bits) << $fraction) as $float;
                let subnormal = self < Self::MIN_POSITIVE;
                let normal = if subnormal { self * INTEGER } else { self };
                let offset = if subnormal { INTEGER + ($bias + $fraction) as Self } else { INTEGER + $bias as Self };
                let bits = normal.to_bits().wrapping_add(ONE - $sqrt_half);
                let exponent = Self::from_bits((bits >> $fraction) | INTEGER.to_bits()) - offset;
                (Self::from_bits((bits & FRACTION) + $sqrt_half), exponent)
            }

            #[inline(always)]
            fn parts(self) -> (Self, Self, Self) {
                const ONE: $bits = $bias << $fraction;
                const FRACTION: $bits = (1 << $fraction) - 1;
                const INTEGER: $float = ((1 as $bits) << $fraction) as $float;
                let bits = self.to_bits().wrapping_add(ONE - $sqrt_half);
                let exponent = Self::from_bits((bits >> $fraction) | INTEGER.to_bits()) - (INTEGER + $bias as Self);
                let mantissa = (bits & FRACTION) + $sqrt_half;
                let power = mantissa.wrapping_sub(self.to_bits()).wrapping_add(ONE);
                (Self::from_bits(mantissa), exponent, Self::from_bits(power))
            }

            #[inline(always)]
            fn with_sign_of(self, other: Self) -> Self {
                const SIGN: $bits = 1 << (<$bits>::BITS - 1);
                Self::from_bits(self.to_bits() | (other.to_bits() & SIGN))
            }
        }
    };
}

precision!(
    f64, u64, fraction 52, bias 1023, sqrt_half 0x3fe6_a09e_667f_3bcd,
    ln_2 0.6931471803691238 + 1.9082149292705877e-10, exp -746.0, -708.0 to 710.0,
    erf 6.0, EXP_F64, LN_F64, SOFTPLUS_F64, ERF_F64, ERFC_F64
);
precision!(
    f32, u32, fraction 23, bias 127, sqrt_half 0x3f35_04f3,
    ln_2 0.693_359_4 + -0.000_212_194_44, exp -104.0, -87.0 to 89.0,
    erf 4.0, EXP_F32, LN_F32, SOFTPLUS_F32, ERF_F32, ERFC_F32
);
