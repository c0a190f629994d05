//! Training compute: the quantity [`Flop`], its thresholds, its text forms and the class that follows from it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};

/// An amount of training compute, in floating-point operations: finite and positive by construction.
///
/// "Unknown" is `Option<Flop>`, never zero.
///
/// ```
/// use core_dataset::flop::{Class, Flop};
///
/// let flop: Flop = "5.54e+25".parse()?;
/// assert_eq!(flop.class(), Class::HighConfidenceAbove);
/// assert_eq!(flop.shortest(), "5.54e+25");
/// assert_eq!(Flop::new(0.0), None);
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64")]
pub struct Flop(f64);

impl Flop {
    /// The threshold that regulators use, 1e25 FLOP. The dataset is about the models at or above it.
    pub const REGULATORY: Flop = Flop(1e25);
    /// At or above 5e24 FLOP a model is a candidate, because the uncertainty of its estimate reaches the regulatory threshold.
    pub const CANDIDATE: Flop = Flop(5e24);
    /// At or above 5e25 FLOP a model reaches the regulatory threshold even if its estimate is five times too high.
    pub const HIGH_CONFIDENCE: Flop = Flop(5e25);

    /// `value` in FLOP; `None` unless it is finite and positive.
    pub fn new(value: f64) -> Option<Flop> {
        (value.is_finite() && value > 0.0).then_some(Flop(value))
    }

    /// The number of floating-point operations.
    pub fn get(self) -> f64 {
        self.0
    }

    /// The threshold classification (behaviour §3).
    pub fn class(self) -> Class {
        if self >= Flop::HIGH_CONFIDENCE {
            Class::HighConfidenceAbove
        } else if self >= Flop::CANDIDATE {
            Class::NotSure
        } else {
            Class::HighConfidenceBelow
        }
    }

    /// The larger of the two amounts divided by the smaller: 1 or more, and finite.
    pub fn factor(self, other: Flop) -> f64 {
        self.ratio(other).max(other.ratio(self))
    }

    /// This amount divided by the other: finite and positive.
    pub fn ratio(self, other: Flop) -> f64 {
        (self.0 / other.0).clamp(f64::MIN_POSITIVE, f64::MAX)
    }

    /// The factor from this amount to another as a report shows it: `×1.3`, `÷20`, `×1.8e283`.
    pub fn factor_text(self, to: Flop) -> String {
        let sign = if to < self { '÷' } else { '×' };
        let factor = self.factor(to);
        let decimals = match factor {
            ..1.095 => 2,
            ..9.95 => 1,
            _ => 0,
        };
        format!("{sign}{}", factor_number(factor, decimals))
    }

    /// Whether the two lie on opposite sides of [`Flop::REGULATORY`].
    pub fn is_across(self, other: Flop) -> bool {
        (self >= Flop::REGULATORY) != (other >= Flop::REGULATORY)
    }

    /// Why no model can plausibly have taken this amount; `None` from 1e15 to 1e29 FLOP.
    pub fn implausible(self) -> Option<&'static str> {
        let is_plausible = (1e15..=1e29).contains(&self.0);
        (!is_plausible).then_some("is outside 1e15 to 1e29: is the exponent wrong?")
    }

    /// Whether the two are 2× or more apart, in either direction.
    pub fn is_far_from(self, other: Flop) -> bool {
        // Doubling is exact, dividing is not.
        self.0 >= 2.0 * other.0 || other.0 >= 2.0 * self.0
    }

    /// Whether a person should look when one becomes the other: they are 2× or more apart, or on opposite sides of a threshold.
    pub fn has_drifted_from(self, other: Flop) -> bool {
        self.is_far_from(other) || self.class() != other.class() || self.is_across(other)
    }

    /// The text for people: two decimals, or all digits where rounding would move the number across a threshold, so that 4.996e24 never
    /// reads `5.00e+24`.
    pub fn rounded(self) -> String {
        self.rounded_apart(self).0
    }

    /// Both amounts for people: with two decimals if they then look different and stay on their sides of every threshold, or else with all
    /// their digits.
    pub fn rounded_apart(self, other: Flop) -> (String, String) {
        let (one, two) = (self.two_decimals(), other.two_decimals());
        let keeps_side = |flop: Flop, text: &str| {
            let seen = text.parse::<Flop>();
            seen.is_ok_and(|seen| seen.class() == flop.class() && !seen.is_across(flop))
        };
        if keeps_side(self, &one) && keeps_side(other, &two) && (one != two || self == other) {
            return (one, two);
        }
        let whole = |flop: Flop, short: String| {
            if short.parse() == Ok(flop) {
                short
            } else {
                flop.shortest()
            }
        };
        (whole(self, one), whole(other, two))
    }

    /// A number that rises as training FLOP falls, for sorting a dataset; rows without one come last.
    pub fn descending(flop: Option<Flop>) -> u64 {
        // The bits of positive numbers sort like the numbers.
        flop.map_or(u64::MAX, |flop| !flop.0.to_bits())
    }

    /// The text of the column `training_flop`: the shortest that reads back as the same double, `5.54e+25`.
    pub fn shortest(self) -> String {
        scientific(&format!("{:e}", self.0))
    }

    /// The text of the column `training_flop_formatted`: two decimals, `5.54e+25`.
    pub fn two_decimals(self) -> String {
        scientific(&format!("{:.2e}", self.0))
    }
}

/// Accepts every decimal spelling of a number, spaces around it allowed: `5.54e+25`, `1E25`, `10000000000000000000000000`.
impl FromStr for Flop {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Flop, &'static str> {
        let value = text.trim().parse().ok();
        value.and_then(Flop::new).ok_or(NO_FLOP)
    }
}

impl TryFrom<f64> for Flop {
    type Error = &'static str;

    fn try_from(value: f64) -> Result<Flop, &'static str> {
        Flop::new(value).ok_or(NO_FLOP)
    }
}

const NO_FLOP: &str = "not a finite number of FLOP above 0, such as 5.54e+25";

/// A factor with this many decimals, or with more where rounding would move it across one of the limits, so that 1.97 never reads `2.0`.
/// From 1e6 on it is written with an exponent: `1.30`, `1.8e283`.
pub(crate) fn factor_number(factor: f64, decimals: usize) -> String {
    /// From 2× on, two numbers are far apart (behaviour §5). The others are the ranges of Epoch AI's confidence (behaviour §11).
    const LIMITS: [f64; 4] = [2.0, 3.0, 10.0, 31.0];
    /// More than the error of a division.
    const MARGIN: f64 = 1e-12;
    if factor >= 1e6 {
        return format!("{factor:.1e}");
    }
    let side = |number: f64| {
        LIMITS.map(|limit| (number / limit > 1.0 - MARGIN, number / limit > 1.0 + MARGIN))
    };
    let mut texts = (decimals..12).map(|decimals| format!("{factor:.decimals$}"));
    texts
        .find(|text| text.parse().is_ok_and(|seen| side(seen) == side(factor)))
        .unwrap_or_else(|| factor.to_string())
}

/// Rust writes `5.54e25`; the dataset's form is `5.54e+25`: an exponent with a sign and two digits.
fn scientific(number: &str) -> String {
    let (digits, exponent) = number.split_once('e').unwrap_or((number, ""));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    format!("{digits}e{exponent:+03}")
}

/// The threshold classification of a model, the column `threshold_classification`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, VariantNames, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Class {
    /// At or above [`Flop::HIGH_CONFIDENCE`].
    HighConfidenceAbove,
    /// At or above [`Flop::CANDIDATE`]: a person has to look.
    NotSure,
    /// Below [`Flop::CANDIDATE`]: not a candidate.
    HighConfidenceBelow,
}

impl Class {
    /// The class as CSV, JSON and flags spell it.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flop(text: &str) -> Flop {
        text.parse().expect("a FLOP")
    }

    #[test]
    fn every_spelling_of_a_number_is_read_as_the_same_number() {
        for spelling in [
            "1e25",
            "1.0e25",
            "10e24",
            "1.0e+25",
            " 1E+25 ",
            "10000000000000000000000000",
            "+1.e25",
            ".1e26",
        ] {
            assert_eq!(flop(spelling), flop("1e+25"), "{spelling}");
        }
    }

    #[test]
    fn only_a_finite_positive_number_is_a_flop() {
        for text in [
            "", "0", "-1e25", "nan", "inf", "1e999", "1e-999", "abc", "1,5e25", "1_0e24", "0x10",
            "[]",
        ] {
            assert!(text.parse::<Flop>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_number_is_written_with_a_signed_exponent_of_at_least_two_digits() {
        let cases = [
            ("5.54e25", "5.54e+25", "5.54e+25"),
            ("6.000000000000001e+25", "6.000000000000001e+25", "6.00e+25"),
            ("2e5", "2e+05", "2.00e+05"),
            ("0.25", "2.5e-01", "2.50e-01"),
            ("1e100", "1e+100", "1.00e+100"),
            ("1e-100", "1e-100", "1.00e-100"),
        ];
        for (input, shortest, formatted) in cases {
            assert_eq!(flop(input).shortest(), shortest);
            assert_eq!(flop(input).two_decimals(), formatted);
        }
    }

    #[test]
    fn a_number_is_never_rounded_across_a_threshold() {
        let cases = [
            ("4.996e24", "4.996e+24"),
            ("5e24", "5.00e+24"),
            ("9.9999e24", "9.9999e+24"),
            ("6e25", "6.00e+25"),
        ];
        for (input, rounded) in cases {
            assert_eq!(flop(input).rounded(), rounded);
        }
    }

    #[test]
    fn two_different_numbers_are_shown_differently() {
        let apart = |a, b| {
            let (a, b) = flop(a).rounded_apart(flop(b));
            format!("{a} {b}")
        };
        let near = apart("3.58e25", "3.5799999999999997e25");
        assert_eq!(near, "3.58e+25 3.5799999999999997e+25");
        let nearer = apart("4.769999999999999e25", "4.77e25");
        assert_eq!(nearer, "4.769999999999999e+25 4.77e+25");
        assert_eq!(apart("6e25", "6.004e25"), "6.00e+25 6.004e+25");
        assert_eq!(apart("6e25", "6e25"), "6.00e+25 6.00e+25");
        assert_eq!(apart("6e25", "4.996e24"), "6.00e+25 4.996e+24");
    }

    #[test]
    fn a_factor_is_short_and_never_rounded_across_a_limit() {
        for (from, to, text) in [
            ("1e25", "2.5e30", "×250000"),
            ("1e25", "1.79e308", "×1.8e283"),
            ("1e25", "2.3e25", "×2.3"),
            ("1.5e25", "2.9955e25", "×1.997"),
            ("9.75e24", "2.97e25", "×3.05"),
            ("9.97e25", "1e25", "÷9.97"),
            ("1.2e25", "2.4e25", "×2.0"),
            ("1.2e25", "3.6e25", "×3.0"),
            ("1.2e25", "1.2e26", "×10"),
            ("1.2e25", "3.72e26", "×31"),
        ] {
            assert_eq!(flop(from).factor_text(flop(to)), text);
        }
        assert!(flop("1e25").factor(flop("5e-324")).is_finite());
    }
}
