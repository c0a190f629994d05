//! The picture itself, in SVG.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::labels::{Area, Label, place};
use super::scale::{Days, Decades, number};
use super::{Plot, Point};
use crate::epoch::TheirConfidence;
use crate::flop::Flop;
use crate::page::cells::grouped;
use crate::terminal::bounded_model;
use crate::text::{excerpt, plural, shown};

/// The sizes of the picture on one kind of screen.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub class: &'static str,
    pub width: f64,
    pub height: f64,
    /// Where the axis of FLOP stands, with its numbers to the left.
    left: f64,
    radius: f64,
    /// How many days are named on the axis, and how many dots.
    days: usize,
    names: usize,
    letters: usize,
}

pub(super) const WIDE: Frame = Frame {
    class: "wide",
    width: 1120.0,
    height: 500.0,
    left: 42.0,
    radius: 4.5,
    days: 10,
    names: 18,
    letters: 26,
};

pub(super) const NARROW: Frame = Frame {
    class: "narrow",
    width: 380.0,
    height: 420.0,
    left: 42.0,
    radius: 3.5,
    days: 3,
    names: 6,
    letters: 18,
};

impl Frame {
    const TOP: f64 = 8.0;
    const BOTTOM: f64 = 30.0;

    /// The same with room for the longest number on the axis: an exponent has two digits, but for numbers that nobody computes.
    fn with_room_for(self, decades: &Decades) -> Frame {
        /// What one more letter takes.
        const LETTER: f64 = 8.0;
        let letters = decades
            .ticks()
            .into_iter()
            .map(|tick| tick.to_string().len());
        let more = letters.max().unwrap_or_default().saturating_sub("25".len());
        Frame {
            left: self.left + more as f64 * LETTER,
            ..self
        }
    }

    fn right(&self) -> f64 {
        self.width - 8.0
    }

    fn bottom(&self) -> f64 {
        self.height - Frame::BOTTOM
    }
}

/// The axis of a picture by date. By rank there is none, and the dots stand one beside the other.
struct DateAxis {
    days: Days,
    /// Where the strip of dots without a date begins, if there are any.
    strip: Option<f64>,
}

/// Axes, lines, ranges, dots and names.
pub(super) fn picture(plot: &Plot<'_>, frame: &Frame) -> Markup {
    let flops = plot.points.iter().map(|point| point.flop);
    let decades = Decades::of(flops, frame.bottom(), Frame::TOP);
    let frame = &frame.with_room_for(&decades);
    let date_axis = date_axis(plot, frame);
    let xs = places(plot, frame, date_axis.as_ref());
    let points = plot.points.iter().zip(xs);
    let dots = points.map(|(point, x)| (point, x, decades.y(point.flop.get())));
    let dots: Vec<(&Point<'_>, f64, f64)> = dots.collect();
    html! {
        (axes(&decades, date_axis.as_ref(), frame, plot.points.len()))
        @if plot.is_binned {
            (lines(&decades, frame))
            @if !plot.is_by_date { (curve(&dots)) }
            (bins(&dots, plot.is_by_date, frame))
        } @else {
            @for (point, x, y) in &dots { (bar(point, *x, *y, &decades)) }
            (lines(&decades, frame))
            // Verified dots are drawn last, so that none is hidden.
            @for wanted in [false, true] {
                @for (point, x, y) in dots.iter().filter(|(point, ..)| point.is_verified == wanted) {
                    (dot(point, *x, *y, frame))
                }
            }
            (names(&dots, &decades, frame))
        }
    }
}

fn date_axis(plot: &Plot<'_>, frame: &Frame) -> Option<DateAxis> {
    let days = plot.points.iter().filter_map(|point| point.day);
    let undated = plot.undated() as f64 / plot.points.len().max(1) as f64;
    let margin = frame.radius * 2.0 + 4.0;
    let room = frame.right() - frame.left;
    let strip = (undated > 0.0).then(|| frame.right() - room * undated.clamp(0.09, 0.4));
    let right = strip.unwrap_or(frame.right()) - margin;
    let days = plot
        .is_by_date
        .then(|| Days::of(days, frame.left + margin, right));
    days.flatten().map(|days| DateAxis { days, strip })
}

/// The place of every dot, from left to right.
fn places(plot: &Plot<'_>, frame: &Frame, date_axis: Option<&DateAxis>) -> Vec<f64> {
    let margin = frame.radius * 2.0 + 4.0;
    let spread = |left: f64, right: f64, place: usize, count: usize| {
        left + margin + (place as f64 + 0.5) / count.max(1) as f64 * (right - left - 2.0 * margin)
    };
    match date_axis {
        None => (0..plot.points.len())
            .map(|rank| spread(frame.left, frame.right(), rank, plot.points.len()))
            .collect(),
        Some(DateAxis { days, strip }) => {
            let undated = plot.undated();
            let strip = strip.unwrap_or(frame.right());
            let mut place = 0;
            let x = |point: &Point<'_>| match point.day {
                Some(day) => days.x(day),
                None => {
                    place += 1;
                    spread(strip, frame.right(), place - 1, undated)
                }
            };
            plot.points.iter().map(x).collect()
        }
    }
}

fn axes(decades: &Decades, date_axis: Option<&DateAxis>, frame: &Frame, count: usize) -> Markup {
    let foot = number(frame.height - 10.0);
    html! {
        @for exponent in decades.ticks() {
            @let y = decades.y(10_f64.powi(exponent));
            line class="grid" x1=(frame.left) x2=(frame.right()) y1=(number(y)) y2=(number(y)) {}
            @if exponent != 25 {
                text x=(frame.left - 7.0) y=(number(y + 4.5)) text-anchor="end" { "1e" (exponent) }
            }
        }
        @match date_axis {
            Some(DateAxis { days, strip }) => {
                @for (day, name) in days.ticks(frame.days) {
                    @let x = number(days.x(day));
                    line class="grid" x1=(x) x2=(x) y1=(Frame::TOP) y2=(number(frame.bottom() + 4.0)) {}
                    text x=(x) y=(foot) text-anchor="middle" { (name) }
                }
                @if let Some(strip) = strip {
                    @let (width, height) = (frame.right() - strip, frame.bottom() - Frame::TOP);
                    rect class="strip" x=(number(*strip)) y=(Frame::TOP) width=(number(width)) height=(number(height)) {}
                    text x=(number(frame.right())) y=(foot) text-anchor="end" { "no date" }
                }
            }
            None => {
                text x=(frame.left) y=(foot) { "highest" }
                text x=(number(frame.right())) y=(foot) text-anchor="end" { "rank " (grouped(count)) }
            }
        }
    }
}

/// The lines at 5e24, 1e25 and 5e25, each with its number. Where the axis is so long that the numbers would touch, the one that
/// matters is left.
fn lines(decades: &Decades, frame: &Frame) -> Markup {
    let lines = [
        (Flop::CANDIDATE, "5e24", "limit"),
        (Flop::REGULATORY, "1e25", "limit main"),
        (Flop::HIGH_CONFIDENCE, "5e25", "limit"),
    ];
    let is_tight = decades.y(5e24) - decades.y(1e25) < 14.0;
    html! {
        @for (flop, name, class) in lines {
            @let y = decades.y(flop.get());
            line class=(class) x1=(frame.left) x2=(frame.right()) y1=(number(y)) y2=(number(y)) {}
            @if !is_tight || flop == Flop::REGULATORY {
                text class="limit-name" x=(frame.left - 7.0) y=(number(y + 4.5)) text-anchor="end" { (name) }
            }
        }
    }
}

fn bar(point: &Point<'_>, x: f64, y: f64, decades: &Decades) -> Markup {
    let Some(confidence) = point.confidence.map(TheirConfidence::from) else {
        return html! {};
    };
    let (flop, factor) = (point.flop.get(), confidence.range());
    let (low, high) = (decades.y(flop / factor), decades.y(flop * factor));
    html! {
        @if low > y || high < y {
            line class=(if point.is_verified { "range verified" } else { "range" })
                x1=(number(x)) x2=(number(x)) y1=(number(low)) y2=(number(high)) {}
        }
    }
}

fn dot(point: &Point<'_>, x: f64, y: f64, frame: &Frame) -> Markup {
    let confidence = point.confidence.map_or("no", |level| level.name());
    html! {
        circle class=(if point.is_verified { "dot verified" } else { "dot" }) cx=(number(x)) cy=(number(y)) r=(frame.radius) {
            title {
                (bounded_model(point.name, point.developer)) ": " (point.flop.rounded())
                ", " (confidence) " confidence"
                @if point.is_verified { ", verified" }
            }
        }
    }
}

/// Names for the verified dots first, then for the highest of the others.
fn names(dots: &[(&Point<'_>, f64, f64)], decades: &Decades, frame: &Frame) -> Markup {
    let radius = frame.radius + 1.0;
    let dot_areas: Vec<Area> = dots
        .iter()
        .map(|(_, x, y)| Area {
            left: x - radius,
            right: x + radius,
            top: y - radius,
            bottom: y + radius,
        })
        .collect();
    let line_areas = [5e24, 1e25, 5e25].map(|flop| Area {
        left: frame.left,
        right: frame.right(),
        top: decades.y(flop) - 1.0,
        bottom: decades.y(flop) + 1.0,
    });
    let room = Area {
        left: frame.left + 2.0,
        right: frame.right(),
        top: Frame::TOP,
        bottom: frame.bottom(),
    };
    let verified = dots.iter().filter(|(point, ..)| point.is_verified);
    let others = dots.iter().filter(|(point, ..)| !point.is_verified);
    let ordered = verified.chain(others.take(2 * frame.names));
    let texts: Vec<(String, f64, f64)> = ordered
        .map(|(point, x, y)| (short(point.name, frame.letters), *x, *y))
        .collect();
    let named = texts.iter().map(|(name, x, y)| (&**name, *x, *y));
    let labels = place(
        named,
        frame.radius,
        &dot_areas,
        &line_areas,
        room,
        frame.names,
    );
    html! {
        @for Label { text, x, y, ends_there, leader } in labels {
            @if let Some(leader) = leader {
                line class="leader" x1=(number(x + 2.0)) x2=(number(x + 2.0)) y1=(number(leader.top)) y2=(number(leader.bottom)) {}
            }
            text class="dot-name" x=(number(x)) y=(number(y)) text-anchor=[ends_there.then_some("end")] { (text) }
        }
    }
}

fn short(name: &str, letters: usize) -> String {
    let name = shown(&excerpt(name, 4 * letters)).into_owned();
    match name.chars().count() > letters {
        true => name.chars().take(letters - 1).chain(['…']).collect(),
        false => name,
    }
}

/// By rank, thousands of dots are a curve.
fn curve(dots: &[(&Point<'_>, f64, f64)]) -> Markup {
    let mut points: Vec<String> = dots
        .iter()
        .map(|(_, x, y)| format!("{},{}", number(x.round()), number(*y)))
        .collect();
    points.dedup_by(|next, kept| next.split(',').next() == kept.split(',').next());
    html! { polyline class="curve" points=(points.join(" ")) {} }
}

/// Dots that stand close together as one circle, whose area grows with their number; verified ones by themselves. By rank, the others
/// are in the curve already.
fn bins(dots: &[(&Point<'_>, f64, f64)], is_by_date: bool, frame: &Frame) -> Markup {
    let cell = frame.radius * 2.0 + 1.0;
    let mut bins: BTreeMap<(bool, i64, i64), Vec<(f64, f64)>> = BTreeMap::new();
    let is_drawn = |point: &Point<'_>| point.is_verified || is_by_date;
    for (point, x, y) in dots.iter().filter(|(point, ..)| is_drawn(point)) {
        let place = ((x / cell).floor() as i64, (y / cell).floor() as i64);
        bins.entry((point.is_verified, place.0, place.1))
            .or_default()
            .push((*x, *y));
    }
    // A few crowded places must not make points of all the others.
    let mut counts: Vec<usize> = bins.values().map(Vec::len).collect();
    counts.sort_unstable();
    let many = counts.get(counts.len() * 95 / 100).copied().unwrap_or(1) as f64;
    // One row is drawn as a point, many as a circle that fills the cell.
    let radius = |count: usize| 1.0 + (count as f64 / many).min(1.0).sqrt() * (cell / 2.0 - 1.0);
    html! {
        @for ((is_verified, ..), places) in &bins {
            @let count = places.len();
            @let x = places.iter().map(|(x, _)| x).sum::<f64>() / count as f64;
            @let y = places.iter().map(|(_, y)| y).sum::<f64>() / count as f64;
            circle class=(if *is_verified { "bin verified" } else { "bin" }) cx=(number(x)) cy=(number(y)) r=(number(radius(count))) {
                title { (plural(count, "row")) }
            }
        }
    }
}
