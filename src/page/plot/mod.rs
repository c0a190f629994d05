//! The dot plot of training FLOP: a log axis, the three lines of behaviour §3, a dot for each row with its range, by release date or
//! by rank. It is drawn twice, for a wide and for a narrow screen, because text that shrinks with a picture cannot be read; the style
//! shows one of the two.

mod draw;
mod labels;
pub(super) mod scale;

use chrono::NaiveDate;
use maud::{Markup, html};

use super::Page;
use super::cells::{grouped, grouped_plural};
use crate::dataset::Mark;
use crate::dates;
use crate::flop::Flop;
use crate::schema::{Column, Confidence};
use crate::text::plural;

use draw::{Frame, NARROW, WIDE, picture};

/// From this many release dates on, the plot is by date.
const ENOUGH_DATES: usize = 10;

/// More dots than this would make no picture.
const MOST_DOTS: usize = 1500;

struct Point<'p> {
    name: &'p str,
    developer: &'p str,
    flop: Flop,
    is_verified: bool,
    confidence: Option<Confidence>,
    day: Option<NaiveDate>,
}

/// What the plot shows.
struct Plot<'p> {
    /// Highest training FLOP first.
    points: Vec<Point<'p>>,
    /// Whether the horizontal axis shows release dates; else it shows ranks.
    is_by_date: bool,
}

pub(super) fn section(page: &Page<'_>) -> Markup {
    let mut points = Vec::new();
    for row in page.rows() {
        let cell = |column| page.dataset.cell(row, column);
        points.extend(row.flop.map(|flop| Point {
            name: cell(Column::Name),
            developer: cell(Column::Developer),
            flop,
            is_verified: row.mark == Mark::Verified,
            confidence: Confidence::from_name(cell(Column::Confidence).trim()),
            day: dates::day(cell(Column::ReleaseDate).trim()),
        }));
    }
    let with_flop = points.len();
    points.truncate(MOST_DOTS);
    let plot = Plot {
        is_by_date: points.iter().filter(|point| point.day.is_some()).count() >= ENOUGH_DATES,
        points,
    };
    let without = page.dataset.rows.len() - with_flop;
    html! {
        section aria-labelledby="plot" {
            h2 id="plot" { "Training FLOP " (plot.by()) }
            @if plot.points.is_empty() {
                p { "No row has a training FLOP." }
            } @else {
                figure {
                    (legend())
                    (plot.sized(&WIDE))
                    (plot.sized(&NARROW))
                    figcaption { (plot.caption(with_flop, without)) }
                }
            }
        }
    }
}

fn legend() -> Markup {
    let circle = |class: &str| {
        html! { svg viewBox="0 0 16 16" aria-hidden="true" { circle class=(class) cx="8" cy="8" r="5" {} } }
    };
    html! {
        ul class="legend" {
            li { (circle("dot verified")) " verified" }
            li { (circle("dot")) " not verified" }
            li {
                svg viewBox="0 0 16 16" aria-hidden="true" { line class="range" x1="8" x2="8" y1="1" y2="15" {} }
                " range of the estimate"
            }
        }
    }
}

impl Plot<'_> {
    fn by(&self) -> &'static str {
        if self.is_by_date {
            "by release date"
        } else {
            "by rank"
        }
    }

    /// How many points have no place on the axis of dates.
    fn undated(&self) -> usize {
        let undated = |point: &&Point<'_>| self.is_by_date && point.day.is_none();
        self.points.iter().filter(undated).count()
    }

    fn caption(&self, with_flop: usize, without: usize) -> Markup {
        let undated = self.undated();
        let rows = |count| grouped_plural(count, "row");
        html! {
            "The bars are the ranges that Epoch AI states for the estimates of its own tables, in either direction: Confident ×3 \
             (drawn here for high confidence), Likely ×10 (medium), Speculative ×31 (low and speculative). A bar that leaves the \
             picture is cut. "
            @if with_flop > MOST_DOTS {
                "Of " (rows(with_flop)) " the highest " (grouped(MOST_DOTS)) " are drawn. "
            }
            @if undated > 0 {
                (rows(undated)) " without a usable release date " (if undated == 1 { "stands" } else { "stand" }) " at the right. "
            }
            @if without > 0 {
                (rows(without)) " without a training FLOP " (if without == 1 { "is" } else { "are" }) " not drawn. "
            }
        }
    }

    fn sized(&self, frame: &Frame) -> Markup {
        let above = |point: &&Point<'_>| point.flop >= Flop::REGULATORY;
        let [title, text] = ["title", "text"].map(|what| format!("{}-{what}", frame.class));
        let size = format!("0 0 {} {}", frame.width, frame.height);
        let (most, least) = (self.points.first(), self.points.last());
        html! {
            svg class=(frame.class) viewBox=(size) role="img" aria-labelledby={ (title) " " (text) } {
                title id=(title) { "Training FLOP of " (plural(self.points.len(), "row")) ", " (self.by()) ", on a log axis" }
                desc id=(text) {
                    (self.points.iter().filter(above).count()) " are at or above 1e25 FLOP. "
                    @if let (Some(most), Some(least)) = (most, least) {
                        "They reach from " (least.flop.rounded()) " to " (most.flop.rounded()) ". "
                    }
                    "Every row is in the tables below, as far as those go."
                }
                (picture(self, frame))
            }
        }
    }
}
