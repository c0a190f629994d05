//! Progress over the runs of the journal: how many rows there were, how many at or above 1e25, how many verified.

use chrono::NaiveDateTime;
use maud::{Markup, html};

use super::Page;
use super::cells::grouped;
use super::plot::scale::{Axis, number};
use crate::dates;
use crate::plan::Summary;
use crate::terminal::bounded;
use crate::text::plural;

const SHOWN_RUNS: usize = 12;

/// The picture, in units of its own.
const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 210.0;
const LEFT: f64 = 40.0;
const RIGHT: f64 = WIDTH - 176.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = HEIGHT - 28.0;

/// What is counted: the class of its line, its heading, and what it is called in a sentence.
const COUNTED: [(&str, &str, &str); 3] = [
    ("rows", "Rows", "rows"),
    ("above", "At or above 1e25", "at or above 1e25"),
    ("verified", "Verified", "verified"),
];

/// A dataset in the numbers that are [`COUNTED`]; earlier versions did not count all.
type Counts = [Option<usize>; COUNTED.len()];

fn counts(summary: &Summary, above: Option<usize>) -> Counts {
    [Some(summary.total), above, Some(summary.verified)]
}

/// What a run left behind.
struct Run {
    /// The moment, where it can be read.
    at: Option<NaiveDateTime>,
    /// Its day, as the journal writes it.
    day: String,
    what: String,
    counts: Counts,
}

/// The section; where the journal is empty, a sentence.
pub(super) fn section(page: &Page<'_>) -> Markup {
    let count = page.journal.len();
    // The oldest run first, and the dataset as it stands last: somebody may have edited it since.
    let mut runs: Vec<Run> = page
        .journal
        .iter()
        .rev()
        .map(|entry| Run {
            at: dates::moment(&entry.at),
            day: bounded(dates::day_text(&entry.at)),
            what: bounded(&entry.mode),
            counts: counts(&entry.summary, entry.at_or_above_1e25),
        })
        .collect();
    runs.push(Run {
        at: Some(page.now.naive_utc()),
        day: page.now.format("%Y-%m-%d").to_string(),
        what: "today".to_owned(),
        counts: counts(&page.summary(), Some(page.above())),
    });
    html! {
        section aria-labelledby="progress" {
            h2 id="progress" { "Progress" }
            @if count == 0 {
                p { "The journal has no runs yet." }
            } @else {
                p class="quiet" { (plural(count, "run")) " in the journal, and the dataset as it stands." }
                @if count > 1 { (picture(&runs)) }
                (table(&runs))
            }
        }
    }
}

fn table(runs: &[Run]) -> Markup {
    let more = runs.len().saturating_sub(SHOWN_RUNS);
    html! {
        details class="runs" open[runs.len() < 4] {
            summary { "The numbers" }
            div class="scroll" role="region" aria-labelledby="progress" tabindex="0" {
                table {
                    caption class="unseen" { "Rows after each run, newest first" }
                    thead { tr {
                        th scope="col" { "Day" }
                        th scope="col" { "Run" }
                        @for (_, heading, _) in COUNTED { th scope="col" class="number" { (heading) } }
                    } }
                    tbody {
                        @for run in runs.iter().rev().take(SHOWN_RUNS) {
                            tr {
                                th scope="row" class="date" { (run.day) }
                                td { (run.what) }
                                @for count in run.counts {
                                    td class="number" { (count.map_or("–".to_owned(), grouped)) }
                                }
                            }
                        }
                    }
                }
            }
            @if more > 0 {
                p class="rest" { (plural(more, "older run")) ": " code { "core-dataset history" } }
            }
        }
    }
}

fn picture(runs: &[Run]) -> Markup {
    let rows = runs.iter().filter_map(|run| run.counts[0]);
    let (step, top) = round_steps(rows.max().unwrap_or(0));
    let heights = Axis {
        values: [0.0, top as f64],
        places: [BOTTOM, TOP],
    };
    let y = |count: usize| heights.at(count as f64);
    let xs = across(runs);
    let last = runs.len() - 1;
    let ends = runs[last].counts.map(|count| count.unwrap_or(0));
    let names = apart(&ends.map(y), 15.0);
    let points = |line: usize| {
        let corners = runs.iter().zip(&xs).filter_map(|(run, x)| {
            let y = y(run.counts[line]?);
            Some(format!("{},{}", number(*x), number(y)))
        });
        corners.collect::<Vec<_>>().join(" ")
    };
    html! {
        figure class="progress" {
            svg viewBox={ "0 0 " (number(WIDTH)) " " (number(HEIGHT)) } role="img" aria-labelledby="progress-title progress-text" {
                title id="progress-title" { "Rows over the runs of the journal" }
                desc id="progress-text" {
                    "From " (runs[0].day) " to " (runs[last].day) ": "
                    @for (line, (_, _, what)) in COUNTED.iter().enumerate() {
                        @let first = runs.iter().find_map(|run| run.counts[line]).unwrap_or(0);
                        (what) " from " (first) " to " (ends[line]) "; "
                    }
                }
                @for tick in (0..=top).step_by(step) {
                    line class="grid" x1=(LEFT) x2=(RIGHT) y1=(number(y(tick))) y2=(number(y(tick))) {}
                    text class="tick" x=(LEFT - 6.0) y=(number(y(tick) + 4.0)) text-anchor="end" { (grouped(tick)) }
                }
                text class="tick" x=(LEFT) y=(HEIGHT - 8.0) { (runs[0].day) }
                @if xs[last] - xs[0] > 150.0 {
                    text class="tick" x=(RIGHT) y=(HEIGHT - 8.0) text-anchor="end" { (runs[last].day) }
                }
                @for (line, (class, _, what)) in COUNTED.iter().enumerate() {
                    @let end = ends[line];
                    polyline class={ "line " (class) } points=(points(line)) {}
                    circle class={ "end " (class) } cx=(number(xs[last])) cy=(number(y(end))) r="3.5" {}
                    text class={ "name " (class) } x=(RIGHT + 9.0) y=(number(names[line] + 4.0)) { (grouped(end)) " " (what) }
                }
            }
        }
    }
}

/// Where each run stands: by its moment, or one beside the other where a moment cannot be read or all are of one day.
fn across(runs: &[Run]) -> Vec<f64> {
    let moments: Option<Vec<i64>> = runs
        .iter()
        .map(|run| Some(run.at?.and_utc().timestamp()))
        .collect();
    let values = match moments.as_deref() {
        Some(moments @ [first, .., last]) if moments.is_sorted() && last - first > 86_400 => {
            moments.to_vec()
        }
        _ => (0..runs.len() as i64).collect(),
    };
    let axis = Axis {
        values: [values[0] as f64, values[values.len() - 1] as f64],
        places: [LEFT, RIGHT],
    };
    values.iter().map(|value| axis.at(*value as f64)).collect()
}

/// Steps of 1, 2 or 5 times a power of ten, and the first of them that no count exceeds.
fn round_steps(most: usize) -> (usize, usize) {
    let wanted = most.div_ceil(4).max(1);
    let power = 10_usize.pow(wanted.ilog10());
    let step = [1, 2, 5, 10]
        .map(|times| times * power)
        .into_iter()
        .find(|step| *step >= wanted)
        .unwrap_or(wanted);
    (step, most.div_ceil(step).max(1) * step)
}

/// The same heights, moved so that no two labels touch and none leaves the picture at the top; the order stays.
fn apart(heights: &[f64], gap: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..heights.len()).collect();
    order.sort_by(|a, b| heights[*b].total_cmp(&heights[*a]).then(b.cmp(a)));
    let mut moved = heights.to_vec();
    let mut below = f64::INFINITY;
    for place in &order {
        moved[*place] = moved[*place].min(below - gap);
        below = moved[*place];
    }
    let mut above = TOP - gap;
    for place in order.iter().rev() {
        moved[*place] = moved[*place].max(above + gap);
        above = moved[*place];
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_has_round_steps_that_reach_the_largest_count() {
        assert_eq!(round_steps(0), (1, 1));
        assert_eq!(round_steps(7), (2, 8));
        assert_eq!(round_steps(161), (50, 200));
        assert_eq!(round_steps(30_000), (10_000, 30_000));
    }

    #[test]
    fn labels_of_near_lines_are_moved_apart_and_keep_their_order() {
        assert_eq!(apart(&[20.0, 100.0, 101.0], 15.0), [20.0, 86.0, 101.0]);
        assert_eq!(apart(&[50.0, 50.0], 15.0), [35.0, 50.0]);
        assert_eq!(apart(&[TOP, TOP], 15.0), [TOP, TOP + 15.0]);
    }
}
