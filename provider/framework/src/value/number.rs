//! Numbers of any size and precision, as Terraform has them.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// How many zeros [`Number`]'s text is padded with before it turns to an exponent: enough for every `f64` to be written
/// plainly, few enough that a short hostile text such as `1e2000000000` cannot grow into a long one.
const MAX_PADDING: usize = 400;

/// A decimal number of any length, or an infinity. There is no "not a number".
///
/// Nothing is ever rounded: Terraform compares numbers by their decimal digits, so the digits that came in must go out.
/// Equality and order are those of the values: `1.50` equals `1.5`, `1e2` equals `100`, `-0` equals `0`.
///
/// [`Display`](fmt::Display) writes the shortest plain decimal, which is also JSON; only where that takes more than 400
/// zeros of padding does it write an exponent. [`Debug`] writes no digits, as the number may be a secret.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(Repr);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Repr {
    NegativeInfinity,
    Finite(Decimal),
    PositiveInfinity,
}

/// `0.digits * 10^point`, in the one form a value has: no zero at either end of `digits`. Zero itself has no digits, no
/// sign and point 0.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Decimal {
    negative: bool,
    digits: Box<str>,
    point: i64,
}

/// Why something is not a [`Number`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// The text is not a decimal number, or the `f64` is "not a number".
    #[error("is not a decimal number; write digits such as 10, -2.5 or 1e6")]
    NotANumber,
    /// The exponent of the text does not fit 32 bits.
    #[error("has an exponent out of range; use one between -2147483648 and 2147483647")]
    ExponentOutOfRange,
}

impl Number {
    /// Whether this is not an infinity.
    pub fn is_finite(&self) -> bool {
        matches!(self.0, Repr::Finite(_))
    }

    /// The number as an integer, if it is one and fits.
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            // The 19 digits of `i64::MAX` bound the text that is built here.
            Repr::Finite(decimal) if decimal.is_integer() && decimal.point <= 19 => self.to_string().parse().ok(),
            _ => None,
        }
    }

    /// The nearest `f64`; infinite beyond the range of `f64`.
    pub fn as_f64(&self) -> f64 {
        match &self.0 {
            Repr::NegativeInfinity => f64::NEG_INFINITY,
            Repr::PositiveInfinity => f64::INFINITY,
            Repr::Finite(decimal) => {
                let sign = if decimal.negative { -1.0 } else { 1.0 };
                // Every text of this form is an `f64`: the standard library rounds what is too long.
                let magnitude: f64 = format!("0.{}e{}", decimal.digits, decimal.point).parse().unwrap_or(0.0);
                sign * magnitude
            }
        }
    }

    fn finite(negative: bool, whole: &str, fraction: &str, exponent: i64) -> Self {
        let all = [whole, fraction].concat();
        let significant = all.trim_start_matches('0');
        let leading_zeros = all.len() - significant.len();
        let digits = significant.trim_end_matches('0');
        let zero = digits.is_empty();
        Self(Repr::Finite(Decimal {
            negative: negative && !zero,
            digits: digits.into(),
            point: if zero { 0 } else { whole.len() as i64 - leading_zeros as i64 + exponent },
        }))
    }
}

impl Decimal {
    fn is_integer(&self) -> bool {
        self.point >= self.digits.len() as i64
    }

    fn signum(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.signum().cmp(&other.signum()).then_with(|| {
            // Both have digits, and the first is never 0: the larger `point` wins, then the digits as a fraction, whose
            // order is that of the text because none ends in 0.
            let magnitudes = self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits));
            if self.negative { magnitudes.reverse() } else { magnitudes }
        })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl FromStr for Number {
    type Err = NumberError;

    /// Reads `[+-]digits[.digits][e[+-]digits]`; digits may be missing on one side of the point.
    fn from_str(text: &str) -> Result<Self, NumberError> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && fraction.is_empty() || !is_digits(whole) || !is_digits(fraction) {
            return Err(NumberError::NotANumber);
        }
        Ok(Self::finite(negative, whole, fraction, i64::from(exponent)))
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn parse_exponent(text: &str) -> Result<i32, NumberError> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !is_digits(digits) {
        return Err(NumberError::NotANumber);
    }
    text.parse().map_err(|_| NumberError::ExponentOutOfRange)
}

macro_rules! from_integers {
    ($($integer:ty)*) => {$(
        impl From<$integer> for Number {
            fn from(integer: $integer) -> Self {
                let integer = i128::from(integer);
                Self::finite(integer < 0, &integer.unsigned_abs().to_string(), "", 0)
            }
        }
    )*};
}

from_integers! { i8 i16 i32 i64 i128 u8 u16 u32 u64 }

impl TryFrom<f64> for Number {
    type Error = NumberError;

    /// The number with the fewest digits that is read back as this `f64`, so 0.1 is `0.1`, as Terraform has it. Fails
    /// for "not a number" alone.
    fn try_from(float: f64) -> Result<Self, NumberError> {
        if float == f64::INFINITY {
            Ok(Self(Repr::PositiveInfinity))
        } else if float == f64::NEG_INFINITY {
            Ok(Self(Repr::NegativeInfinity))
        } else {
            float.to_string().parse()
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimal = match &self.0 {
            Repr::NegativeInfinity => return f.write_str("-inf"),
            Repr::PositiveInfinity => return f.write_str("inf"),
            Repr::Finite(decimal) => decimal,
        };
        if decimal.digits.is_empty() {
            return f.write_str("0");
        }
        if decimal.negative {
            f.write_str("-")?;
        }
        let digits = &*decimal.digits;
        let before_point = usize::try_from(decimal.point).unwrap_or(0);
        let leading_zeros = usize::try_from(decimal.point.saturating_neg()).unwrap_or(0);
        let trailing_zeros = before_point.saturating_sub(digits.len());
        if leading_zeros > MAX_PADDING || trailing_zeros > MAX_PADDING {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            write!(f, "{first}{point}{rest}e{}", decimal.point - 1)
        } else if before_point == 0 {
            write!(f, "0.{:0<leading_zeros$}{digits}", "")
        } else if before_point >= digits.len() {
            write!(f, "{digits}{:0<trailing_zeros$}", "")
        } else {
            let (whole, fraction) = digits.split_at(before_point);
            write!(f, "{whole}.{fraction}")
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Number(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    #[test]
    fn one_value_has_one_text() {
        for (text, shortest) in [
            ("1.50", "1.5"),
            ("1e2", "100"),
            ("-0", "0"),
            ("-0.000", "0"),
            ("0e99", "0"),
            ("+007", "7"),
            (".5", "0.5"),
            ("5.", "5"),
            ("12.5E-4", "0.00125"),
            ("1e100", &format!("1{}", "0".repeat(100))),
            ("18446744073709551616", "18446744073709551616"),
            ("1e2000000000", "1e2000000000"),
            ("-12.5e-2000000000", "-1.25e-1999999999"),
        ] {
            assert_eq!(number(text).to_string(), shortest, "{text}");
            assert_eq!(number(text), number(shortest), "{text}");
        }
    }

    #[test]
    fn keeps_every_digit() {
        let third = format!("0.{}", "3".repeat(154));
        assert_eq!(number(&third).to_string(), third);
        assert_ne!(number(&third), Number::try_from(1.0 / 3.0).unwrap());
    }

    #[test]
    fn refuses_what_is_not_decimal() {
        for text in [
            "", "-", "+", ".", "e5", "1e", "1e+", "1e+-5", "--1", "1.2.3", "1,5", "0x10", " 1", "1 ", "inf", "NaN", "١",
        ] {
            assert_eq!(text.parse::<Number>(), Err(NumberError::NotANumber), "{text:?}");
        }
        assert_eq!("1e2147483648".parse::<Number>(), Err(NumberError::ExponentOutOfRange));
        assert_eq!(Number::try_from(f64::NAN), Err(NumberError::NotANumber));
    }

    #[test]
    fn orders_by_value() {
        let ascending = [
            Number::try_from(f64::NEG_INFINITY).unwrap(),
            number("-1e400"),
            number("-10"),
            number("-9.99"),
            number("-0.1"),
            number("-0.01"),
            number("0"),
            number("1e-400"),
            number("0.09"),
            number("0.1"),
            number("0.11"),
            number("9"),
            number("10"),
            number("1e400"),
            Number::try_from(f64::INFINITY).unwrap(),
        ];
        assert!(ascending.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn integers_are_exact_or_absent() {
        assert_eq!(number("9223372036854775807").as_i64(), Some(i64::MAX));
        assert_eq!(number("-9223372036854775808").as_i64(), Some(i64::MIN));
        assert_eq!(number("9223372036854775808").as_i64(), None);
        assert_eq!(number("1e3").as_i64(), Some(1000));
        assert_eq!(number("0").as_i64(), Some(0));
        assert_eq!(number("1.5").as_i64(), None);
        assert_eq!(number("1e2000000000").as_i64(), None);
        assert_eq!(Number::try_from(f64::INFINITY).unwrap().as_i64(), None);
    }

    #[test]
    fn floats_are_the_nearest() {
        assert_eq!(Number::try_from(0.1).unwrap(), number("0.1"));
        assert_eq!(number("0.1").as_f64(), 0.1);
        assert_eq!(number("-2.5").as_f64(), -2.5);
        assert_eq!(number("0").as_f64(), 0.0);
        assert_eq!(number("1e400").as_f64(), f64::INFINITY);
        assert_eq!(number("1e-400").as_f64(), 0.0);
        assert_eq!(number("1e-2147483648").as_f64(), 0.0);
        assert_eq!(Number::try_from(f64::NEG_INFINITY).unwrap().as_f64(), f64::NEG_INFINITY);
    }

    #[test]
    fn debug_shows_no_digit() {
        assert_eq!(format!("{:?}", number("4711")), "Number(..)");
    }

    proptest! {
        #[test]
        fn any_integer_survives(integer: i64) {
            prop_assert_eq!(Number::from(integer).as_i64(), Some(integer));
            prop_assert_eq!(Number::from(integer).to_string(), integer.to_string());
        }

        #[test]
        fn any_float_survives(float in proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL) {
            prop_assert_eq!(Number::try_from(float).unwrap().as_f64(), float);
        }

        #[test]
        fn order_is_that_of_integers(a: i64, b: i64) {
            prop_assert_eq!(Number::from(a).cmp(&Number::from(b)), a.cmp(&b));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[-+0-9.eE]{0,12}") {
            if let Ok(number) = text.parse::<Number>() {
                prop_assert_eq!(number.to_string().parse::<Number>(), Ok(number));
            }
        }
    }
}
