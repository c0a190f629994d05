//! The picture itself, in SVG.

use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};

use super::labels::{Area, Label, place};
use super::scale::{Axis, exponents, months, number};
use super::{Plot, Point};
use crate::epoch::TheirConfidence;
use crate::flop::Flop;
use crate::page::cells::grouped;
use crate::terminal::bounded_model;
use crate::text::{excerpt, shown};

/// The sizes of the picture on one kind of screen.
pub(super) struct Frame {
    pub class: &'static str,
    pub width: f64,
    pub height: f64,
    radius: f64,
    /// How many days are named on the axis, and how many dots.
    days: i32,
    names: usize,
    letters: usize,
}

pub(super) const WIDE: Frame = Frame {
    class: "wide",
    width: 1120.0,
    height: 500.0,
    radius: 4.5,
    days: 10,
    names: 18,
    letters: 26,
};

pub(super) const NARROW: Frame = Frame {
    class: "narrow",
    width: 380.0,
    height: 420.0,
    radius: 3.5,
    days: 3,
    names: 6,
    letters: 18,
};

/// Where the axis of FLOP stands, with its numbers to the left.
const LEFT: f64 = 42.0;
const TOP: f64 = 8.0;

/// The lines across the picture, each with its number and its class.
const LINES: [(Flop, &str, &str); 3] = [
    (Flop::CANDIDATE, "5e24", "limit"),
    (Flop::REGULATORY, "1e25", "limit main"),
    (Flop::HIGH_CONFIDENCE, "5e25", "limit"),
];

impl Frame {
    fn right(&self) -> f64 {
        self.width - 8.0
    }

    fn bottom(&self) -> f64 {
        self.height - 30.0
    }

    /// How far a dot stays from the ends of its axis.
    fn margin(&self) -> f64 {
        self.radius * 2.0 + 4.0
    }
}

/// The axis of days, from left to right.
struct Days {
    first: NaiveDate,
    last: NaiveDate,
    axis: Axis,
    /// Where the strip of dots without a date begins, if there are any.
    strip: Option<f64>,
}

impl Days {
    /// The axis of a picture by date. By rank there is none, and the dots stand one beside the other.
    fn of(plot: &Plot<'_>, frame: &Frame) -> Option<Days> {
        if !plot.is_by_date {
            return None;
        }
        let days = plot.points.iter().filter_map(|point| point.day);
        let (first, last) = (days.clone().min()?, days.max()?);
        let undated = plot.undated() as f64 / plot.points.len() as f64;
        let room = frame.right() - LEFT;
        let strip = (undated > 0.0).then(|| frame.right() - room * undated.clamp(0.09, 0.4));
        let right = strip.unwrap_or(frame.right());
        let axis = Axis {
            values: [first, last].map(|day| day.num_days_from_ce().into()),
            places: [LEFT + frame.margin(), right - frame.margin()],
        };
        Some(Days {
            first,
            last,
            axis,
            strip,
        })
    }

    fn x(&self, day: NaiveDate) -> f64 {
        self.axis.at(day.num_days_from_ce().into())
    }
}

/// A point at its place in the picture.
struct Dot<'d> {
    point: &'d Point<'d>,
    x: f64,
    y: f64,
}

/// Axes, lines, ranges, dots and names.
pub(super) fn picture(plot: &Plot<'_>, frame: &Frame) -> Markup {
    let decades = Axis {
        values: exponents(plot.points.iter().map(|point| point.flop)),
        places: [frame.bottom(), TOP],
    };
    let days = Days::of(plot, frame);
    let dots = dots(plot, frame, &decades, days.as_ref());
    html! {
        (axes(&decades, days.as_ref(), frame, dots.len()))
        @for dot in &dots { (range(dot, &decades)) }
        (lines(&decades, frame))
        // Verified dots are drawn last, so that none is hidden.
        @for dot in dots.iter().filter(|dot| !dot.point.is_verified) { (circle(dot, frame)) }
        @for dot in dots.iter().filter(|dot| dot.point.is_verified) { (circle(dot, frame)) }
        (names(&dots, &decades, frame))
    }
}

/// Dots without a place on the axis of days stand one beside the other: in the strip, or by rank all of them.
fn dots<'p>(
    plot: &'p Plot<'p>,
    frame: &Frame,
    decades: &Axis,
    days: Option<&Days>,
) -> Vec<Dot<'p>> {
    let (left, count) = match days {
        Some(days) => (days.strip.unwrap_or(frame.right()), plot.undated()),
        None => (LEFT, plot.points.len()),
    };
    let room = frame.right() - left - 2.0 * frame.margin();
    let mut beside = 0.0;
    let mut dots = Vec::new();
    for point in &plot.points {
        let x = match days.zip(point.day) {
            Some((days, day)) => days.x(day),
            None => {
                beside += 1.0;
                left + frame.margin() + (beside - 0.5) / count as f64 * room
            }
        };
        let y = decades.at(point.flop.get().log10());
        dots.push(Dot { point, x, y });
    }
    dots
}

fn axes(decades: &Axis, days: Option<&Days>, frame: &Frame, count: usize) -> Markup {
    let foot = number(frame.height - 10.0);
    let [low, high] = decades.values;
    html! {
        @for exponent in low.ceil() as i32..=high.floor() as i32 {
            @let y = decades.at(exponent.into());
            line class="grid" x1=(LEFT) x2=(frame.right()) y1=(number(y)) y2=(number(y)) {}
            @if exponent != 25 {
                text x=(LEFT - 7.0) y=(number(y + 4.5)) text-anchor="end" { "1e" (exponent) }
            }
        }
        @match days {
            Some(days) => {
                @for (day, name) in months(days.first, days.last, frame.days) {
                    @let x = number(days.x(day));
                    line class="grid" x1=(x) x2=(x) y1=(TOP) y2=(number(frame.bottom() + 4.0)) {}
                    text x=(x) y=(foot) text-anchor="middle" { (name) }
                }
                @if let Some(strip) = days.strip {
                    @let (width, height) = (frame.right() - strip, frame.bottom() - TOP);
                    rect class="strip" x=(number(strip)) y=(TOP) width=(number(width)) height=(number(height)) {}
                    text x=(number(frame.right())) y=(foot) text-anchor="end" { "no date" }
                }
            }
            None => {
                text x=(LEFT) y=(foot) { "highest" }
                text x=(number(frame.right())) y=(foot) text-anchor="end" { "rank " (grouped(count)) }
            }
        }
    }
}

fn lines(decades: &Axis, frame: &Frame) -> Markup {
    html! {
        @for (flop, name, class) in LINES {
            @let y = decades.at(flop.get().log10());
            line class=(class) x1=(LEFT) x2=(frame.right()) y1=(number(y)) y2=(number(y)) {}
            text class="limit-name" x=(LEFT - 7.0) y=(number(y + 4.5)) text-anchor="end" { (name) }
        }
    }
}

fn range(dot: &Dot<'_>, decades: &Axis) -> Markup {
    let Some(confidence) = dot.point.confidence else {
        return html! {};
    };
    let factor = TheirConfidence::from(confidence).range();
    let flop = dot.point.flop.get();
    let (x, low, high) = (
        number(dot.x),
        decades.at((flop / factor).log10()),
        decades.at((flop * factor).log10()),
    );
    html! {
        line class=(if dot.point.is_verified { "range verified" } else { "range" })
            x1=(x) x2=(x) y1=(number(low)) y2=(number(high)) {}
    }
}

fn circle(Dot { point, x, y }: &Dot<'_>, frame: &Frame) -> Markup {
    let confidence = point.confidence.map_or("no", |level| level.name());
    html! {
        circle class=(if point.is_verified { "dot verified" } else { "dot" }) cx=(number(*x)) cy=(number(*y)) r=(frame.radius) {
            title {
                (bounded_model(point.name, point.developer)) ": " (point.flop.rounded())
                ", " (confidence) " confidence"
                @if point.is_verified { ", verified" }
            }
        }
    }
}

/// Names for the verified dots first, then for the highest of the others.
fn names(dots: &[Dot<'_>], decades: &Axis, frame: &Frame) -> Markup {
    let radius = frame.radius + 1.0;
    let dot_areas: Vec<Area> = dots
        .iter()
        .map(|Dot { x, y, .. }| Area::of(x - radius..x + radius, y - radius..y + radius))
        .collect();
    let line_areas = LINES.map(|(flop, ..)| {
        let y = decades.at(flop.get().log10());
        Area::of(LEFT..frame.right(), y - 1.0..y + 1.0)
    });
    let room = Area::of(LEFT + 2.0..frame.right(), TOP..frame.bottom());
    let verified = dots.iter().filter(|dot| dot.point.is_verified);
    let others = dots.iter().filter(|dot| !dot.point.is_verified);
    let named = verified
        .chain(others.take(2 * frame.names))
        .map(|dot| (short(dot.point.name, frame.letters), dot.x, dot.y));
    let labels = place(
        named,
        frame.radius,
        &dot_areas,
        &line_areas,
        &room,
        frame.names,
    );
    html! {
        @for Label { text, x, y, ends_there, leader } in labels {
            @if let Some(leader) = leader {
                line class="leader" x1=(number(x + 2.0)) x2=(number(x + 2.0)) y1=(number(leader.y.start)) y2=(number(leader.y.end)) {}
            }
            text class="dot-name" x=(number(x)) y=(number(y)) text-anchor=[ends_there.then_some("end")] { (text) }
        }
    }
}

fn short(name: &str, letters: usize) -> String {
    let name = shown(&excerpt(name, 4 * letters)).into_owned();
    if name.chars().count() > letters {
        name.chars().take(letters - 1).chain(['…']).collect()
    } else {
        name
    }
}
