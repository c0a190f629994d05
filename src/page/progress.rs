//! Progress over the runs of the journal: how many rows there were, how many at or above 1e25, how many verified.

use chrono::NaiveDateTime;
use maud::{Markup, html};

use super::Page;
use super::cells::grouped;
use super::plot::scale::number;
use crate::dataset::Mark;
use crate::dates;
use crate::plan::at_or_above;
use crate::terminal::bounded;
use crate::text::plural;

const SHOWN_RUNS: usize = 12;

/// The picture, in units of its own.
const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 210.0;
const LEFT: f64 = 40.0;
const RIGHT: f64 = 176.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 28.0;

/// What a run left behind.
struct Run {
    /// The moment, where it can be read.
    at: Option<NaiveDateTime>,
    /// Its day, as the journal writes it.
    day: String,
    what: String,
    rows: usize,
    verified: usize,
    above: Option<usize>,
}

/// What of a run is counted.
type Count = fn(&Run) -> Option<usize>;

/// The section; where the journal is empty, a sentence.
pub(super) fn section(page: &Page<'_>) -> Markup {
    // The oldest run first, and the dataset as it stands last: somebody may have edited it since.
    let runs = page.journal.iter().rev().map(|entry| Run {
        at: dates::moment(&entry.at),
        day: bounded(dates::day_text(&entry.at)),
        what: bounded(&entry.mode),
        rows: entry.summary.total,
        verified: entry.summary.verified,
        above: entry.at_or_above_1e25,
    });
    let mut runs: Vec<Run> = runs.collect();
    let count = runs.len();
    if count > 0 {
        let rows = page.dataset.rows.iter();
        let verified = rows.clone().filter(|row| row.mark == Mark::Verified);
        runs.push(Run {
            at: Some(page.now.naive_utc()),
            day: page.now.format("%Y-%m-%d").to_string(),
            what: "today".to_owned(),
            rows: rows.len(),
            verified: verified.count(),
            above: Some(at_or_above(rows.map(|row| row.flop))),
        });
    }
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
                        th scope="col" class="number" { "Rows" }
                        th scope="col" class="number" { "At or above 1e25" }
                        th scope="col" class="number" { "Verified" }
                    } }
                    tbody {
                        @for run in runs.iter().rev().take(SHOWN_RUNS) {
                            tr {
                                th scope="row" class="date" { (run.day) }
                                td { (run.what) }
                                td class="number" { (grouped(run.rows)) }
                                td class="number" { (run.above.map_or("–".to_owned(), grouped)) }
                                td class="number" { (grouped(run.verified)) }
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
    let most = runs.iter().map(|run| run.rows).max().unwrap_or(0);
    let (step, top) = round_steps(most);
    let y = |count: usize| {
        let share = count as f64 / top as f64;
        HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
    };
    let x = across(runs);
    let last = runs.len() - 1;
    let counts: [(&str, &str, Count); 3] = [
        ("rows", "rows", |run| Some(run.rows)),
        ("above", "at or above 1e25", |run| run.above),
        ("verified", "verified", |run| Some(run.verified)),
    ];
    let ends = counts.map(|(_, _, count)| y(count(&runs[last]).unwrap_or(0)));
    let ends = apart(&ends, 15.0);
    let points = |count: &Count| {
        let runs = runs.iter().zip(&x);
        let points =
            runs.filter_map(|(run, x)| Some(format!("{},{}", number(*x), number(y(count(run)?)))));
        points.collect::<Vec<_>>().join(" ")
    };
    let (from, to) = (&runs[0].day, &runs[last].day);
    html! {
        figure class="progress" {
            svg viewBox={ "0 0 " (number(WIDTH)) " " (number(HEIGHT)) } role="img" aria-labelledby="progress-title progress-text" {
                title id="progress-title" { "Rows over the runs of the journal" }
                desc id="progress-text" {
                    "From " (from) " to " (to) ": "
                    @for (_, what, count) in &counts {
                        @let first = runs.iter().find_map(count);
                        (what) " from " (first.unwrap_or(0)) " to " (count(&runs[last]).unwrap_or(0)) "; "
                    }
                }
                @for tick in (0..=top).step_by(step) {
                    line class="grid" x1=(LEFT) x2=(WIDTH - RIGHT) y1=(number(y(tick))) y2=(number(y(tick))) {}
                    text class="tick" x=(LEFT - 6.0) y=(number(y(tick) + 4.0)) text-anchor="end" { (grouped(tick)) }
                }
                text class="tick" x=(LEFT) y=(HEIGHT - 8.0) { (from) }
                @if x[last] - x[0] > 150.0 {
                    text class="tick" x=(WIDTH - RIGHT) y=(HEIGHT - 8.0) text-anchor="end" { (to) }
                }
                @for ((class, what, count), end) in counts.iter().zip(&ends) {
                    polyline class={ "line " (class) } points=(points(count)) {}
                    @if let Some(value) = count(&runs[last]) {
                        circle class={ "end " (class) } cx=(number(x[last])) cy=(number(y(value))) r="3.5" {}
                        text class={ "name " (class) } x=(WIDTH - RIGHT + 9.0) y=(number(*end + 4.0)) { (grouped(value)) " " (what) }
                    }
                }
            }
        }
    }
}

/// Where each run stands: by its moment, or one beside the other where a moment cannot be read or all are of one day.
fn across(runs: &[Run]) -> Vec<f64> {
    let room = WIDTH - LEFT - RIGHT;
    let moments = runs.iter().map(|run| Some(run.at?.and_utc().timestamp()));
    let moments: Option<Vec<i64>> = moments.collect();
    let moments = moments.filter(|moments| moments.is_sorted());
    let values: Vec<f64> = match moments.as_deref() {
        Some(moments @ [first, .., last]) if last - first > 86_400 => {
            let since = moments.iter().map(|moment| moment - first);
            since.map(|seconds| seconds as f64).collect()
        }
        _ => (0..runs.len()).map(|place| place as f64).collect(),
    };
    let end = values.last().copied().unwrap_or(1.0).max(1.0);
    let places = values.iter().map(|value| LEFT + value / end * room);
    places.collect()
}

/// Steps of 1, 2 or 5 times a power of ten, and the first of them that no count exceeds.
fn round_steps(most: usize) -> (usize, usize) {
    let wanted = most.div_ceil(4).max(1);
    let power = 10_usize.pow(wanted.ilog10());
    let steps = [1, 2, 5, 10].map(|times| times * power);
    let step = steps
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
