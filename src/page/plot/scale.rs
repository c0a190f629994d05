//! Where a number and a day stand in the picture, and which of them are named on the axes.

use chrono::{Datelike, Months, NaiveDate};

use crate::flop::Flop;

/// A coordinate: one decimal, and none where it is zero.
pub(in crate::page) fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// The log axis, from bottom to top.
pub(super) struct Decades {
    /// The exponent at the bottom and at the top, with a part of a decade to spare.
    bottom: f64,
    top: f64,
    /// Their heights in the picture.
    bottom_y: f64,
    top_y: f64,
}

impl Decades {
    /// The axis that holds all these numbers and the three lines.
    pub fn of(flops: impl Iterator<Item = Flop>, bottom_y: f64, top_y: f64) -> Decades {
        let lines = [Flop::CANDIDATE, Flop::HIGH_CONFIDENCE];
        let exponents = flops.chain(lines).map(|flop| flop.get().log10());
        let (bottom, top) = exponents.fold((f64::MAX, f64::MIN), |(low, high), exponent| {
            (low.min(exponent), high.max(exponent))
        });
        // Most of a decade for the ranges; more would press the dots together.
        Decades {
            bottom: bottom - 0.75,
            top: top + 0.75,
            bottom_y,
            top_y,
        }
    }

    /// The height of a number in the picture. What lies beyond the axis stands at its end.
    pub fn y(&self, flop: f64) -> f64 {
        let share = (flop.log10() - self.bottom) / (self.top - self.bottom);
        self.bottom_y + share.clamp(0.0, 1.0) * (self.top_y - self.bottom_y)
    }

    /// The powers of ten that are named, at most eight of them.
    pub fn ticks(&self) -> Vec<i32> {
        let (first, last) = (self.bottom.ceil() as i32, self.top.floor() as i32);
        let step = ((last - first) / 8 + 1).max(1);
        (first..=last)
            .filter(|exponent| (exponent - 25) % step == 0)
            .collect()
    }
}

/// The axis of days, from left to right.
pub(super) struct Days {
    first: NaiveDate,
    last: NaiveDate,
    left: f64,
    right: f64,
}

impl Days {
    /// The axis that holds all these days; `None` where there are none.
    pub fn of(
        days: impl Iterator<Item = NaiveDate> + Clone,
        left: f64,
        right: f64,
    ) -> Option<Days> {
        Some(Days {
            first: days.clone().min()?,
            last: days.max()?,
            left,
            right,
        })
    }

    /// The place of a day in the picture.
    pub fn x(&self, day: NaiveDate) -> f64 {
        let share = match (self.last - self.first).num_days() {
            0 => 0.5,
            length => (day - self.first).num_days() as f64 / length as f64,
        };
        self.left + share * (self.right - self.left)
    }

    /// The firsts of months that are named, at most so many, with their names: years where they suffice.
    pub fn ticks(&self, most: usize) -> Vec<(NaiveDate, String)> {
        let months = |day: NaiveDate| day.year() * 12 + day.month0() as i32;
        let span = (months(self.last) - months(self.first)) as usize;
        let steps = [1, 3, 6, 12, 24, 60, 120];
        let step = steps.into_iter().find(|step| span / step <= most.max(1));
        let step = step.unwrap_or(120);
        let january = NaiveDate::from_ymd_opt(self.first.year(), 1, 1).unwrap_or(self.first);
        let firsts = (0..)
            .map_while(|place| january.checked_add_months(Months::new(place * step as u32)))
            .take_while(|day| *day <= self.last);
        firsts
            .filter(|day| *day >= self.first)
            .map(|day| {
                let name = match step >= 12 {
                    true => day.format("%Y"),
                    false => day.format("%Y-%m"),
                };
                (day, name.to_string())
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_coordinate_has_one_decimal_or_none() {
        assert_eq!(number(12.0), "12");
        assert_eq!(number(12.34), "12.3");
    }

    #[test]
    fn the_log_axis_holds_every_number_and_the_lines() {
        let flops = [9e24, 3e26].into_iter().filter_map(Flop::new);
        let decades = Decades::of(flops, 100.0, 0.0);
        assert_eq!(decades.ticks(), [24, 25, 26, 27]);
        assert!(decades.y(5e24) < 100.0 && decades.y(3e26) > 0.0);
        assert!(decades.y(5e24) > decades.y(1e25) && decades.y(1e25) > decades.y(5e25));
        assert_eq!(decades.y(1e40), 0.0);
    }

    #[test]
    fn an_axis_of_a_hundred_decades_names_few_of_them() {
        let flops = [1e-200, 1e200].into_iter().filter_map(Flop::new);
        let ticks = Decades::of(flops, 100.0, 0.0).ticks();
        assert!(ticks.len() <= 9 && ticks.contains(&25), "{ticks:?}");
    }

    #[test]
    fn days_are_named_by_month_or_by_year() {
        let names = |first: &str, last: &str| {
            let days = [day(first), day(last)].into_iter();
            let days = Days::of(days, 0.0, 100.0).expect("two days");
            let ticks = days.ticks(6).into_iter();
            ticks.map(|(_, name)| name).collect::<Vec<_>>()
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
