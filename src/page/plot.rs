//! The dot plot of training FLOP, in SVG: a log axis, the three lines of behaviour §3, a dot for each row with its range, by release date
//! or by rank. A narrow screen scrolls it, because text that shrinks with a picture cannot be read.

use chrono::NaiveDate;
use maud::{Markup, html};
use unicode_width::UnicodeWidthStr;

use super::Page;
use crate::dataset::{Mark, Row};
use crate::dates;
use crate::epoch::TheirConfidence;
use crate::flop::Flop;
use crate::schema::{Column, Confidence};
use crate::terminal::{bounded_model, cut};
use crate::text::{excerpt, plural, shown};

/// From this many release dates on, the plot is by date.
const ENOUGH_DATES: usize = 10;

/// More dots than this would make no picture.
const MOST_DOTS: usize = 1500;

/// So many dots are named, and so much of a name is shown.
const MOST_NAMES: usize = 18;
const LONGEST_NAME: usize = 26;

/// The size of the picture, and where the axes stand in it.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 460.0;
const LEFT: f64 = 42.0;
const RIGHT: f64 = WIDTH - 8.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = HEIGHT - 30.0;

/// How large a dot is, and how far it stays from the ends of the axis below it.
const RADIUS: f64 = 4.5;
const MARGIN: f64 = 14.0;

/// The lines across the picture, each with its number and its class.
const LINES: [(Flop, &str, &str); 3] = [
    (Flop::CANDIDATE, "5e24", "limit"),
    (Flop::REGULATORY, "1e25", "limit main"),
    (Flop::HIGH_CONFIDENCE, "5e25", "limit"),
];

/// A row that has a training FLOP, at its place.
struct Dot<'p> {
    name: &'p str,
    developer: &'p str,
    flop: Flop,
    is_verified: bool,
    confidence: Option<Confidence>,
    /// The day of its release, where the plot is by date.
    day: Option<NaiveDate>,
    x: f64,
}

/// The section. `rows` are those of the dataset, highest training FLOP first.
pub(super) fn section(page: &Page<'_>, rows: &[&Row<'_>]) -> Markup {
    let mut dots: Vec<Dot<'_>> = Vec::new();
    for row in rows {
        let cell = |column| page.dataset.cell(row, column);
        dots.extend(row.flop.map(|flop| Dot {
            name: cell(Column::Name),
            developer: cell(Column::Developer),
            flop,
            is_verified: row.mark == Mark::Verified,
            confidence: Confidence::from_name(cell(Column::Confidence).trim()),
            day: dates::day(cell(Column::ReleaseDate).trim()),
            x: 0.0,
        }));
    }
    let with_flop = dots.len();
    dots.truncate(MOST_DOTS);
    let is_by_date = dots.iter().filter(|dot| dot.day.is_some()).count() >= ENOUGH_DATES;
    if !is_by_date {
        dots.iter_mut().for_each(|dot| dot.day = None);
    }
    let by = if is_by_date {
        "by release date"
    } else {
        "by rank"
    };
    let title = format!(
        "Training FLOP of {} {by}, with a log axis; the tables below have the numbers",
        plural(dots.len(), "row")
    );
    html! {
        section aria-labelledby="plot" {
            h2 id="plot" { "Training FLOP " (by) }
            figure {
                div class="scroll" role="region" aria-labelledby="plot" tabindex="0" {
                    svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(title) {
                        (picture(&mut dots))
                    }
                }
                figcaption {
                    "Filled dots are verified rows, hollow ones are not. The bars are the ranges that Epoch AI states for the \
                     estimates of its own tables, in either direction: Confident ×3 (drawn here for high confidence), Likely ×10 \
                     (medium), Speculative ×31 (low and speculative). "
                    (plural(dots.len(), "row")) " of " (rows.len()) " drawn: "
                    @if with_flop > MOST_DOTS { "the highest " (MOST_DOTS) " of " }
                    "those that have a training FLOP."
                }
            }
        }
    }
}

/// Axes, ranges, lines, dots and names. Verified dots are drawn over the others, so that none is hidden.
fn picture(dots: &mut [Dot<'_>]) -> Markup {
    let days = place_across(dots);
    // The axis of FLOP holds all dots and the three lines, with most of a decade to spare for the ranges.
    let flops = dots.iter().map(|dot| dot.flop.get());
    let low = flops.clone().fold(Flop::CANDIDATE.get(), f64::min).log10() - 0.75;
    let high = flops.fold(Flop::HIGH_CONFIDENCE.get(), f64::max).log10() + 0.75;
    let y = |flop: f64| {
        let share = (flop.log10() - low) / (high - low);
        (BOTTOM - share.clamp(0.0, 1.0) * (BOTTOM - TOP)).round()
    };
    let (verified, others): (Vec<_>, Vec<_>) = dots.iter().partition(|dot| dot.is_verified);
    html! {
        @for exponent in low.ceil() as i32..=high.floor() as i32 {
            @let y = y(10_f64.powi(exponent));
            line class="grid" x1=(LEFT) x2=(RIGHT) y1=(y) y2=(y) {}
            @if exponent != 25 {
                text x=(LEFT - 7.0) y=(y + 4.5) text-anchor="end" { "1e" (exponent) }
            }
        }
        @for (day, x) in &days {
            line class="grid" x1=(x) x2=(x) y1=(TOP) y2=(BOTTOM + 4.0) {}
            text x=(x) y=(HEIGHT - 10.0) text-anchor="middle" { (day) }
        }
        text x=(RIGHT) y=(HEIGHT - 10.0) text-anchor="end" {
            @if days.is_empty() { "rank " (dots.len()) } @else if dots.iter().any(|dot| dot.day.is_none()) { "no date" }
        }
        @for dot in &*dots {
            @if let Some(confidence) = dot.confidence {
                @let factor = TheirConfidence::of(confidence).range();
                @let (from, to) = (y(dot.flop.get() / factor), y(dot.flop.get() * factor));
                line class=(class("range", dot)) x1=(dot.x) x2=(dot.x) y1=(from) y2=(to) {}
            }
        }
        @for (flop, name, class) in LINES {
            @let y = y(flop.get());
            line class=(class) x1=(LEFT) x2=(RIGHT) y1=(y) y2=(y) {}
            text class="limit-name" x=(LEFT - 7.0) y=(y + 4.5) text-anchor="end" { (name) }
        }
        @for dot in others.iter().chain(&verified) {
            circle class=(class("dot", dot)) cx=(dot.x) cy=(y(dot.flop.get())) r=(RADIUS) {
                title {
                    (bounded_model(dot.name, dot.developer)) ": " (dot.flop.rounded())
                    ", " (dot.confidence.map_or("no", |level| level.name())) " confidence"
                    @if dot.is_verified { ", verified" }
                }
            }
        }
        @let named: Vec<_> = verified.iter().chain(&others).map(|dot| (dot.name, dot.x, y(dot.flop.get()))).collect();
        @for (name, x, y) in names(&named) { text class="dot-name" x=(x) y=(y) { (name) } }
    }
}

fn class(what: &str, dot: &Dot<'_>) -> String {
    format!("{what}{}", if dot.is_verified { " verified" } else { "" })
}

/// Gives each dot its place from left to right, and tells which days are named where. A dot with a day stands at it; behind the axis of
/// days the others stand one beside the other, and by rank all of them do.
fn place_across(dots: &mut [Dot<'_>]) -> Vec<(NaiveDate, f64)> {
    /// How many days are named.
    const NAMED: i32 = 5;
    let days = dots.iter().filter_map(|dot| dot.day);
    let ends = days.clone().min().zip(days.clone().max());
    let undated = dots.len() - days.count();
    let share = undated as f64 / dots.len() as f64;
    let end = match ends {
        Some(_) if undated > 0 => RIGHT - share.clamp(0.1, 0.5) * (RIGHT - LEFT),
        Some(_) => RIGHT,
        None => LEFT,
    };
    let between = |from: f64, to: f64, share: f64| {
        (from + MARGIN + share * (to - from - 2.0 * MARGIN)).round()
    };
    let at = |day: NaiveDate| {
        let (first, last) = ends.unwrap_or((day, day));
        let span = (last - first).num_days().max(1);
        between(LEFT, end, (day - first).num_days() as f64 / span as f64)
    };
    let mut rank = 0.5;
    for dot in dots {
        if let Some(day) = dot.day {
            dot.x = at(day);
        } else {
            dot.x = between(end, RIGHT, rank / undated as f64);
            rank += 1.0;
        }
    }
    let Some((first, last)) = ends else {
        return Vec::new();
    };
    (0..NAMED)
        .map(|step| first + (last - first) * step / (NAMED - 1))
        .map(|day| (day, at(day)))
        .collect()
}

/// A rectangle of the picture.
struct Area {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Area {
    fn touches(&self, other: &Area) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

/// Which of these dots are named, the first first, and where their names begin: beside a dot or above it, where the name covers no dot
/// and no other name.
fn names(dots: &[(&str, f64, f64)]) -> Vec<(String, f64, f64)> {
    /// A letter is taken to be so wide, and a line so high.
    const LETTER: f64 = 7.6;
    const LINE: f64 = 13.0;
    const BELOW_BASE: f64 = 3.0;
    let mut used: Vec<Area> = dots
        .iter()
        .map(|(_, x, y)| Area {
            left: x - RADIUS,
            right: x + RADIUS,
            top: y - RADIUS,
            bottom: y + RADIUS,
        })
        .collect();
    let mut names = Vec::new();
    for (name, x, y) in dots {
        if names.len() == MOST_NAMES {
            break;
        }
        let name = cut(&shown(&excerpt(name, 4 * LONGEST_NAME)), LONGEST_NAME);
        let width = name.width() as f64 * LETTER;
        let gap = RADIUS + 3.0;
        let places = [
            (x + gap, y + 4.5),
            (x - gap - width, y + 4.5),
            (x - width / 2.0, y - gap - BELOW_BASE),
        ];
        let mut areas = places.into_iter().map(|(left, base)| Area {
            left,
            right: left + width,
            top: base + BELOW_BASE - LINE,
            bottom: base + BELOW_BASE,
        });
        let is_free = |area: &Area| {
            let is_inside = area.left > LEFT && area.right < RIGHT && area.top > TOP;
            is_inside && !used.iter().any(|other| other.touches(area))
        };
        if let Some(area) = areas.find(is_free) {
            names.push((name, area.left, area.bottom - BELOW_BASE));
            used.push(area);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_to_the_right_and_where_that_is_outside_to_the_left() {
        let names = names(&[("abc", 60.0, 100.0), ("def", RIGHT - 9.0, 100.0)]);
        assert!(names[0].1 > 60.0);
        assert!(names[1].1 < RIGHT - 20.0);
    }

    #[test]
    fn names_never_overlap_and_a_dot_without_room_goes_without() {
        let dots = [("name", 500.0, 100.0); 50];
        assert_eq!(names(&dots).len(), 3);
        let crowd: Vec<_> = (0..900).map(|i| ("a", f64::from(i), 100.0)).collect();
        assert!(names(&crowd).len() < 100);
    }
}
