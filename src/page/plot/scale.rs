//! Where a value stands in the picture, and what is named on the axes.

use chrono::{Datelike, NaiveDate};

use crate::flop::Flop;

/// A coordinate: one decimal, and none where it is zero.
pub(in crate::page) fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A straight axis: the values at its two ends, and where these stand in the picture.
pub(in crate::page) struct Axis {
    pub values: [f64; 2],
    pub places: [f64; 2],
}

impl Axis {
    /// The place of a value. What lies beyond the axis stands at its end.
    pub fn at(&self, value: f64) -> f64 {
        let [first, last] = self.values;
        let share = if first == last {
            0.5
        } else {
            (value - first) / (last - first)
        };
        let [from, to] = self.places;
        from + share.clamp(0.0, 1.0) * (to - from)
    }
}

/// The exponents at the ends of a log axis that holds all these numbers and the three lines, with most of a decade to spare for the
/// ranges; more would press the dots together.
pub(super) fn exponents(flops: impl Iterator<Item = Flop>) -> [f64; 2] {
    let exponents = flops
        .chain([Flop::CANDIDATE, Flop::HIGH_CONFIDENCE])
        .map(|flop| flop.get().log10());
    let (low, high) = exponents.fold((f64::MAX, f64::MIN), |(low, high), exponent| {
        (low.min(exponent), high.max(exponent))
    });
    [low - 0.75, high + 0.75]
}

/// The firsts of months between two days that are named on an axis with room for so many, with their names: years where they suffice.
pub(super) fn months(first: NaiveDate, last: NaiveDate, room: i32) -> Vec<(NaiveDate, String)> {
    let month = |day: NaiveDate| day.year() * 12 + day.month0() as i32;
    let span = month(last) - month(first);
    let step = [1, 3, 6, 12, 24, 60, 120]
        .into_iter()
        .find(|step| span / step <= room)
        .unwrap_or(120);
    let form = if step < 12 { "%Y-%m" } else { "%Y" };
    (first.year() * 12..=month(last))
        .step_by(step as usize)
        .filter_map(|month| NaiveDate::from_ymd_opt(month / 12, month as u32 % 12 + 1, 1))
        .filter(|day| (first..=last).contains(day))
        .map(|day| (day, day.format(form).to_string()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coordinate_has_one_decimal_or_none() {
        assert_eq!(number(12.0), "12");
        assert_eq!(number(12.34), "12.3");
    }

    #[test]
    fn an_axis_holds_every_value_and_what_lies_beyond_stands_at_its_end() {
        let axis = Axis {
            values: [24.0, 26.0],
            places: [100.0, 0.0],
        };
        assert_eq!(
            [24.0, 25.0, 26.0, 40.0].map(|one| axis.at(one)),
            [100.0, 50.0, 0.0, 0.0]
        );
        let [low, high] = exponents([9e24, 3e26].into_iter().filter_map(Flop::new));
        assert!(low < 5e24_f64.log10() && high > 3e26_f64.log10());
    }

    #[test]
    fn days_are_named_by_month_or_by_year() {
        let names = |first: &str, last: &str| {
            let [first, last] = [first, last].map(|day| day.parse().expect("a day"));
            let months = months(first, last, 6).into_iter();
            months.map(|(_, name)| name).collect::<Vec<_>>()
        };
        assert_eq!(
            names("2025-01-10", "2025-04-02"),
            ["2025-02", "2025-03", "2025-04"]
        );
        assert_eq!(
            names("2022-11-30", "2025-08-05"),
            [
                "2023-01", "2023-07", "2024-01", "2024-07", "2025-01", "2025-07"
            ]
        );
        assert_eq!(
            names("2016-03-01", "2025-08-05"),
            ["2018", "2020", "2022", "2024"]
        );
        assert_eq!(names("2025-02-10", "2025-02-10"), [""; 0]);
    }
}
