//! The dot plot of training FLOP, as SVG (behaviour §11): a log axis, the three threshold lines, and for each row a dot with its range, by
//! release date or by rank. On a narrow screen the plot scrolls, because text that shrinks with a picture cannot be read.

use std::iter;
use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};
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

/// With at least this many release dates the plot is by date.
const ENOUGH_DATES: usize = 10;

/// With more dots than this, single dots could not be made out.
const MOST_DOTS: usize = 1500;

/// A number outside this range, which a single typing error can cause, would squeeze all others together. It is counted but not drawn.
const FRAME: RangeInclusive<f64> = 1e21..=1e29;

/// A year outside this range would do the same to the axis of dates. A date in such a year counts as absent.
const YEARS: RangeInclusive<i32> = 1990..=2100;

/// How many of the highest verified dots, and of the highest others, get a name where there is room, and how many columns of it are shown.
const MOST_NAMES: usize = 12;
const LONGEST_NAME: usize = 26;

/// The assumed width of a letter in a name, how far a name reaches above and below its baseline, and the gap on either side of it.
const LETTER: f64 = 7.6;
const ABOVE: f64 = 11.0;
const BELOW: f64 = 4.0;
const GAP: f64 = 5.0;

/// The size of the picture, and the area within it that the axes enclose.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 460.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = WIDTH - 8.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = HEIGHT - 30.0;

/// The radius of a dot, and how far it stays from the ends of the horizontal axis.
const RADIUS: f64 = 4.5;
const MARGIN: f64 = 14.0;

/// The assumed width of a day's label below the axis.
const DAY_WIDTH: f64 = 80.0;

/// The threshold lines across the picture, each with its CSS class.
const LINES: [(Flop, &str); 3] = [
    (Flop::CANDIDATE, "limit"),
    (Flop::REGULATORY, "limit main"),
    (Flop::HIGH_CONFIDENCE, "limit"),
];

/// A row that has a training FLOP, and its place in the picture.
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
        let cell = |column| page.plan.dataset.cell(row, column);
        let day = dates::day(cell(Column::ReleaseDate).trim());
        dots.extend(row.flop.map(|flop| Dot {
            name: cell(Column::Name),
            developer: cell(Column::Developer),
            flop,
            is_verified: row.mark == Mark::Verified,
            confidence: cell(Column::Confidence).trim().parse().ok(),
            day: day.filter(|day| YEARS.contains(&day.year())),
            x: 0.0,
        }));
    }
    let with_flop = dots.len();
    dots.retain(|dot| FRAME.contains(&dot.flop.get()));
    let outside = with_flop - dots.len();
    let within = dots.len();
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
        section {
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
                     (medium), Speculative ×31 (low and speculative). A bar that is longer than the picture is cut at its edge. "
                    "The plot shows " (dots.len()) " of " (plural(rows.len(), "row")) ": "
                    @if within > MOST_DOTS { "the highest " (MOST_DOTS) " of " }
                    "those with a training FLOP"
                    @if outside > 0 { " between 1e21 and 1e29 (outside this range: " (plural(outside, "row")) ")" }
                    "."
                    @if is_by_date && dots.iter().any(|dot| dot.day.is_none()) {
                        " Rows without a release date from " (YEARS.start()) " to " (YEARS.end()) " are under “no date”."
                    }
                }
            }
        }
    }
}

/// Draws axes, ranges, lines, dots and names. Verified dots are drawn over the others, so that none of them is hidden.
fn picture(dots: &mut [Dot<'_>]) -> Markup {
    let days = place_horizontally(dots);
    // The FLOP axis covers all dots and the three lines, with most of a decade to spare at either end for the ranges.
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
            text x=(x.min(RIGHT - DAY_WIDTH / 2.0)) y=(HEIGHT - 10.0) text-anchor="middle" { (day) }
        }
        text x=(RIGHT) y=(HEIGHT - 10.0) text-anchor="end" {
            @if days.is_empty() && !dots.is_empty() { "rank " (dots.len()) } @else if dots.iter().any(|dot| dot.day.is_none()) { "no date" }
        }
        @for dot in &*dots {
            @if let Some(confidence) = dot.confidence {
                @let factor = TheirConfidence::of(confidence).range();
                @let (from, to) = (y(dot.flop.get() / factor), y(dot.flop.get() * factor));
                line class=(class("range", dot)) x1=(dot.x) x2=(dot.x) y1=(from) y2=(to) {}
            }
        }
        @for (flop, class) in LINES {
            @let (name, y) = (format!("{:e}", flop.get()), y(flop.get()));
            line class=(class) x1=(LEFT) x2=(RIGHT) y1=(y) y2=(y) {}
            text class="limit-name" x=(LEFT - 7.0) y=(y + 4.5) text-anchor="end" { (name) }
        }
        @for dot in others.iter().chain(&verified) {
            circle class=(class("dot", dot)) cx=(dot.x) cy=(y(dot.flop.get())) r=(RADIUS) {
                title {
                    (bounded_model(dot.name, dot.developer)) ": " (dot.flop.rounded())
                    ", " (dot.confidence.map_or("unknown", |level| level.name())) " confidence"
                    @if dot.is_verified { ", verified" }
                }
            }
        }
        @let all: Vec<_> = dots.iter().map(|dot| (dot.x, y(dot.flop.get()))).collect();
        @let named = verified.iter().take(MOST_NAMES).chain(others.iter().take(MOST_NAMES));
        @for name in names(&all, named.map(|dot| (dot.name, dot.x, y(dot.flop.get())))) {
            @if let Some((x, from, to)) = name.leader { line class="leader" x1=(x) x2=(x) y1=(from) y2=(to) {} }
            @let (x, anchor) = if name.ends_at_dot { (name.x + name.width, "end") } else { (name.x, "start") };
            text class="dot-name" x=(x) y=(name.y) text-anchor=(anchor) { (name.text) }
        }
    }
}

fn class(what: &str, dot: &Dot<'_>) -> String {
    format!("{what}{}", if dot.is_verified { " verified" } else { "" })
}

/// Sets the horizontal position of each dot, and returns the days to label, with their positions. In a plot by date, a dot is at its day,
/// and the dots without a day are side by side to the right of the dates. In a plot by rank, all dots are side by side.
fn place_horizontally(dots: &mut [Dot<'_>]) -> Vec<(NaiveDate, f64)> {
    /// How many days are labelled.
    const LABELLED: i32 = 5;
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
    let mut days: Vec<_> = (0..LABELLED)
        .map(|step| first + (last - first) * step / (LABELLED - 1))
        .map(|day| (day, at(day)))
        .collect();
    // Within a few days, the same day would be labelled twice.
    days.dedup();
    days
}

/// A rectangle: its left and right edges, then its top and bottom edges.
type Area = [(f64, f64); 2];

fn overlap(one: &Area, other: &Area) -> bool {
    let mut sides = one.iter().zip(other);
    sides.all(|(one, other)| one.0 < other.1 && other.0 < one.1)
}

/// A name, its position and width, and, where it is above its dot, the line that leads up to it.
struct Name {
    text: String,
    width: f64,
    x: f64,
    y: f64,
    /// Whether it extends to the left from its dot. It is then anchored at its end, whatever the real width of its letters.
    ends_at_dot: bool,
    leader: Option<(f64, f64, f64)>,
}

impl Name {
    /// The areas that must be free for it: its own and that of its line. The latter stops a little above the dot, because neighbouring dots
    /// may overlap the dot.
    fn areas(&self) -> impl Iterator<Item = Area> {
        let across = (self.x - GAP, self.x + self.width + GAP);
        let own = [across, (self.y - ABOVE, self.y + BELOW)];
        let line = |(x, top, bottom)| [(x - 1.0, x + 1.0), (top + 1.0, bottom - 6.0)];
        iter::once(own).chain(self.leader.map(line))
    }
}

/// The names of as many of these dots as there is room for among all the dots. Earlier dots take precedence.
fn names<'d>(all: &[(f64, f64)], dots: impl Iterator<Item = (&'d str, f64, f64)>) -> Vec<Name> {
    let mut named: Vec<(&str, f64, f64)> = Vec::new();
    let mut names = Vec::new();
    for dot in dots {
        let mut more = named.clone();
        more.push(dot);
        // Names are placed from right to left, so that those above the dots rise like stairs and none crosses another's line.
        more.sort_by(|(_, one, _), (_, other, _)| other.total_cmp(one));
        if let Some(placed) = placed(all, &more) {
            (named, names) = (more, placed);
        }
    }
    names
}

/// Places each of these names beside or above its dot, clear of every dot, name and line; `None` where one of them has no room.
fn placed(all: &[(f64, f64)], named: &[(&str, f64, f64)]) -> Option<Vec<Name>> {
    let around = |at: f64| (at - RADIUS, at + RADIUS);
    let dots = all.iter().map(|(x, y)| [around(*x), around(*y)]);
    let mut used: Vec<Area> = dots.collect();
    let mut names = Vec::new();
    for (name, x, y) in named {
        let text = cut(&shown(&excerpt(name, 4 * LONGEST_NAME)), LONGEST_NAME);
        let width = text.width() as f64 * LETTER;
        let at = |(x, ends_at_dot), y, leader| Name {
            text: text.clone(),
            width,
            x,
            y,
            ends_at_dot,
            leader,
        };
        let beside = [(x + RADIUS + GAP, false), (x - RADIUS - GAP - width, true)];
        let beside = beside.map(|left| at(left, y + 4.5, None));
        let above = [10.0, 25.0, 40.0, 55.0, 70.0, 85.0].into_iter();
        let above = above.flat_map(|height| {
            let base = y - RADIUS - height;
            let leader = Some((*x, base + BELOW - 1.0, y - RADIUS));
            [(x - 3.0, false), (x + 3.0 - width, true)].map(|left| at(left, base, leader))
        });
        let name = beside.into_iter().chain(above).find(|name| {
            let is_inside = name.x - GAP > LEFT && name.x + width < RIGHT && name.y - ABOVE > TOP;
            let is_free = |area: Area| !used.iter().any(|other| overlap(other, &area));
            is_inside && name.areas().all(is_free)
        })?;
        used.extend(name.areas());
        names.push(name);
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(dots: &[(&str, f64, f64)]) -> Vec<Name> {
        let all: Vec<_> = dots.iter().map(|(_, x, y)| (*x, *y)).collect();
        names(&all, dots.iter().copied())
    }

    #[test]
    fn a_name_is_placed_to_the_right_of_its_dot_or_to_the_left_at_the_edge() {
        let names = named(&[("abc", 60.0, 100.0), ("def", RIGHT - 9.0, 100.0)]);
        assert!(names[0].x < RIGHT - 20.0 && names[0].ends_at_dot);
        assert!(names[1].x > 60.0 && !names[1].ends_at_dot);
    }

    #[test]
    fn names_in_a_crowd_do_not_overlap_and_the_first_dots_are_named_first() {
        let crowd: Vec<_> = (0..300)
            .map(|i| ("m298", 60.0 + 3.0 * f64::from(i), 100.0 + f64::from(i)))
            .collect();
        let names = named(&crowd);
        assert!(names.iter().any(|name| name.x < 70.0));
        assert!(names.len() > 4);
        for (place, one) in names.iter().enumerate() {
            for other in &names[place + 1..] {
                let is_apart = (one.x - other.x).abs() >= 40.0 || (one.y - other.y).abs() >= 14.0;
                assert!(is_apart, "{} {} and {} {}", one.x, one.y, other.x, other.y);
            }
        }
        assert!(named(&[("name", 500.0, 100.0); 50]).len() < 16);
    }
}
