//! The number of parameters of a model.

use std::borrow::Cow;

/// The digits of a positive whole number in any spelling: `175000000000`, `1.75E+11`, `175000000000.0` (behaviour §2).
///
/// Digits alone are kept, however many there are, but for leading zeros. In other spellings, a number within one part in a billion of a
/// whole number counts as that number, because floating point leaves such rounding errors: `405000000000.00006` is `405000000000`.
pub fn whole_number(text: &str) -> Option<Cow<'_, str>> {
    let text = text.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let digits = text.trim_start_matches('0');
        return (!digits.is_empty()).then_some(Cow::Borrowed(digits));
    }
    let number: f64 = text.parse().ok()?;
    let whole = number.round_ties_even();
    (whole > 0.0 && (number - whole).abs() <= 1e-9 * whole)
        .then(|| Cow::Owned(format!("{whole:.0}")))
}

#[cfg(test)]
mod tests {
    use super::whole_number;

    #[test]
    fn parameters_are_read_as_a_whole_number_in_every_spelling_of_a_spreadsheet() {
        for (text, digits) in [
            ("175000000000", "175000000000"),
            ("1.75E+11", "175000000000"),
            (" 175000000000.0 ", "175000000000"),
            ("405000000000.00006", "405000000000"),
            ("1000000000.4", "1000000000"),
            ("1000000000.5", "1000000000"),
            ("123456789012345678901", "123456789012345678901"),
            ("007", "7"),
        ] {
            assert_eq!(whole_number(text).as_deref(), Some(digits), "{text}");
        }
        for text in [
            "",
            "-5",
            "1.76T",
            "about 400B",
            "175 000 000 000",
            "1,75E+11",
            "0",
            "00",
            "1.5",
            "0.0",
            "0.9999",
            "1000000.5",
            "inf",
            "nan",
        ] {
            assert_eq!(whole_number(text), None, "{text}");
        }
    }
}
