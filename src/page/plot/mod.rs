//! The dot plot of training FLOP: a log axis, the three lines of behaviour §3, a dot for each row with its range, by release date or
//! by rank. It is drawn twice, for a wide and for a narrow screen, because text that shrinks with a picture cannot be read; the style
//! shows one of the two.

mod draw;
mod labels;
pub(super) mod scale;

use chrono::NaiveDate;
use maud::{Markup, html};

use super::Page;
use super::cells::grouped;
use crate::dataset::Mark;
use crate::dates;
use crate::flop::Flop;
use crate::schema::{Column, Confidence};
use crate::text::plural;

use draw::{Frame, NARROW, WIDE, picture};

/// From this many release dates on, the plot is by date.
const ENOUGH_DATES: usize = 10;

/// More dots than this are drawn together, so that the plot stays a picture.
const MOST_DOTS: usize = 1500;

struct Point<'p> {
    name: &'p str,
    developer: &'p str,
    flop: Flop,
    is_verified: bool,
    confidence: Option<Confidence>,
    day: Option<NaiveDate>,
}

/// The plot and what it shows.
struct Plot<'p> {
    /// Highest training FLOP first.
    points: Vec<Point<'p>>,
    /// Whether the horizontal axis shows release dates; else it shows ranks.
    is_by_date: bool,
    /// Whether dots are drawn together.
    is_binned: bool,
}

pub(super) fn section(page: &Page<'_>) -> Markup {
    let plot = Plot::of(page);
    let without = page.dataset.rows.len() - plot.points.len();
    html! {
        section aria-labelledby="plot" {
            h2 id="plot" { "Training FLOP " (plot.by()) }
            @if plot.points.is_empty() {
                p { "No row has a training FLOP." }
            } @else {
                figure {
                    (plot.legend())
                    (plot.sized(&WIDE))
                    (plot.sized(&NARROW))
                    figcaption { (plot.caption(without)) }
                }
            }
        }
    }
}

impl<'p> Plot<'p> {
    fn of(page: &Page<'p>) -> Plot<'p> {
        let points = page.rows().into_iter().filter_map(|row| {
            let cell = |column| page.dataset.cell(row, column);
            Some(Point {
                name: cell(Column::Name),
                developer: cell(Column::Developer),
                flop: row.flop?,
                is_verified: row.mark == Mark::Verified,
                confidence: Confidence::from_name(cell(Column::Confidence).trim()),
                day: dates::day(cell(Column::ReleaseDate).trim()),
            })
        });
        let mut points: Vec<_> = points.collect();
        forget_strays(&mut points);
        let dated = points.iter().filter(|point| point.day.is_some()).count();
        Plot {
            is_by_date: dated >= ENOUGH_DATES,
            is_binned: points.len() > MOST_DOTS,
            points,
        }
    }

    fn by(&self) -> &'static str {
        match self.is_by_date {
            true => "by release date",
            false => "by rank",
        }
    }

    fn undated(&self) -> usize {
        let undated = self.points.iter().filter(|point| point.day.is_none());
        match self.is_by_date {
            true => undated.count(),
            false => 0,
        }
    }

    fn legend(&self) -> Markup {
        let circle = |class: &str| {
            html! { svg viewBox="0 0 16 16" aria-hidden="true" { circle class=(class) cx="8" cy="8" r="5" {} } }
        };
        html! {
            ul class="legend" {
                @if self.is_binned {
                    li { (circle("bin verified")) " verified; the larger, the more rows" }
                    @if self.is_by_date {
                        li { (circle("bin")) " not verified" }
                    } @else {
                        li {
                            svg viewBox="0 0 16 16" aria-hidden="true" { line class="curve" x1="0" x2="16" y1="8" y2="8" {} }
                            " all rows"
                        }
                    }
                } @else {
                    li { (circle("dot verified")) " verified" }
                    li { (circle("dot")) " not verified" }
                    li {
                        svg viewBox="0 0 16 16" aria-hidden="true" { line class="range" x1="8" x2="8" y1="1" y2="15" {} }
                        " range of the estimate"
                    }
                }
            }
        }
    }

    fn caption(&self, without: usize) -> Markup {
        html! {
            @if self.is_binned {
                (grouped(self.points.len())) " rows are too many for a dot each: "
                @match self.is_by_date {
                    true => "rows that stand close together are drawn as one circle, ",
                    false => "all of them are drawn as one line, with verified rows that stand close together as one circle, ",
                }
                "and without their ranges. "
            } @else {
                "The bars are the ranges that Epoch AI states for the estimates of its own tables, in either direction: Confident ×3 \
                 (drawn here for high confidence), Likely ×10 (medium), Speculative ×31 (low and speculative). A bar that leaves the \
                 picture is cut. "
            }
            @if self.undated() > 0 {
                (grouped(self.undated())) (if self.undated() == 1 { " row" } else { " rows" })
                " without a usable release date " (if self.undated() == 1 { "stands" } else { "stand" }) " at the right. "
            }
            @if without > 0 {
                (grouped(without)) (if without == 1 { " row" } else { " rows" })
                " without a training FLOP " (if without == 1 { "is" } else { "are" }) " not drawn. "
            }
        }
    }

    fn sized(&self, frame: &Frame) -> Markup {
        let above = self.points.iter();
        let above = above.filter(|point| point.flop >= Flop::REGULATORY);
        let [title, text] = ["title", "text"].map(|what| format!("{}-{what}", frame.class));
        let size = format!("0 0 {} {}", frame.width, frame.height);
        let (most, least) = (self.points.first(), self.points.last());
        html! {
            svg class=(frame.class) viewBox=(size) role="img" aria-labelledby={ (title) " " (text) } {
                title id=(title) { "Training FLOP of " (plural(self.points.len(), "row")) ", " (self.by()) ", on a log axis" }
                desc id=(text) {
                    (above.count()) " are at or above 1e25 FLOP. "
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

/// A day that is decades away from the others is a slip of somebody's, and would squeeze the picture: it counts as unknown.
fn forget_strays(points: &mut [Point<'_>]) {
    const FAR_DAYS: i64 = 20 * 365;
    let mut days: Vec<NaiveDate> = points.iter().filter_map(|point| point.day).collect();
    days.sort_unstable();
    if let Some(middle) = days.get(days.len() / 2) {
        let is_near = |day: &NaiveDate| (*day - *middle).num_days().abs() <= FAR_DAYS;
        for point in points {
            point.day = point.day.filter(is_near);
        }
    }
}
