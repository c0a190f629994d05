//! The groups of a report: which changes belong together, in which order, and what is said of each.

use std::cmp::Reverse;

use super::entry::{
    changed, class_cell, class_change, details, flop_change, flop_text, human_fields, named,
    reasoning,
};
use super::group::{Group, MODEL_FLOP};
use super::of_plan::{contradicted, grounds, layout, unestimated};
use super::rollup::rollup;
use crate::changes::{Changes, FromTo, ModelChange};
use crate::flop::Flop;
use crate::plan::{Change, Input, Mode, Plan};
use crate::schema::Column;
use crate::terminal::{Align, Cell, Tone, listed};
use crate::text::excerpt;

/// Mark and name, developer; then old → new, the factor, and a remark.
const MODEL_CHANGE: &[Align] = &[
    Align::Text,
    Align::Text,
    Align::Number,
    Align::Number,
    Align::Text,
];

/// The groups that are not empty, what matters most first, each with its first `limit` entries. `plan` is there for a run that takes
/// place now.
pub(super) fn groups(
    mode: Mode,
    changes: &Changes<'_>,
    plan: Option<&Plan<'_>>,
    input: Option<&Input<'_>>,
    limit: usize,
) -> Vec<Group> {
    let all = [
        crossed(mode, &changes.crossed, limit),
        drifted(&changes.drifted, limit),
        reconsider(&changes.reconsider, limit),
        plan.map(|plan| contradicted(plan, limit))
            .unwrap_or_default(),
        conflicts(changes.conflicts.as_deref().unwrap_or_default(), limit),
        added(&changes.added, plan, limit),
        updated(mode, &changes.updated, limit),
        removed(mode, &changes.removed, limit),
        dismissed(&changes.dismissed, limit),
        Group {
            meaning: ": now below 5e24, kept for what a person wrote in them; decide whether they stay",
            details: changes.demoted.iter().take(limit).map(reasoning).collect(),
            ..group("Demoted", MODEL_CHANGE, &changes.demoted, limit, |change| {
                changed(mode, change, "v", Tone::Attention)
            })
        },
        protected(&changes.protected, limit),
        orphaned(&changes.orphaned, limit),
        duplicates(&changes.duplicates, limit),
        renamed(&changes.renamed, limit),
        unestimated(input, limit),
        plan.map(layout).unwrap_or_default(),
    ];
    all.into_iter().filter(|group| group.total > 0).collect()
}

fn group(
    title: &'static str,
    columns: &'static [Align],
    changes: &[ModelChange<'_>],
    limit: usize,
    cells: impl Fn(&ModelChange<'_>) -> Vec<Cell>,
) -> Group {
    let rows = changes.iter().take(limit).map(cells).collect();
    Group {
        title,
        total: changes.len(),
        columns,
        rows,
        ..Group::default()
    }
}

fn crossed(mode: Mode, changes: &[ModelChange<'_>], limit: usize) -> Group {
    let mut sorted: Vec<_> = changes.to_vec();
    // Those that are above now come first, then those that moved most.
    sorted.sort_by_cached_key(|change| {
        let (was, now) = change.flops();
        let factor = was.zip(now).map_or(1.0, |(was, now)| was.factor(now));
        Reverse((now >= Some(Flop::REGULATORY), factor.to_bits()))
    });
    let mut group = group("Crossed", MODEL_CHANGE, &sorted, limit, |change| {
        let (was, now) = change.flops();
        let (mark, tone) = match now >= Some(Flop::REGULATORY) {
            true => ("↑", Tone::Added),
            false => ("↓", Tone::Removed),
        };
        let [flops, factor] = flop_change(was, now);
        named(mark, tone, change, [flops, factor, class_cell(was, now)])
    });
    group.meaning = match mode {
        Mode::Diff => ": their training FLOP passes 1e25",
        _ => ": their training FLOP passes 1e25 in this run",
    };
    group.details = sorted.iter().take(limit).map(reasoning).collect();
    group
}

fn added(changes: &[ModelChange<'_>], plan: Option<&Plan<'_>>, limit: usize) -> Group {
    let group = group("Added", MODEL_FLOP, changes, limit, |change| {
        let confidence = change.field(Column::Confidence).map_or("", |cell| &cell.to);
        named(
            "+",
            Tone::Added,
            change,
            [
                Cell::plain(&flop_text(change.flops().1)),
                Cell::plain(confidence),
            ],
        )
    });
    let details = plan.into_iter().flat_map(|plan| {
        let lines = plan.with_change(|change| change == Change::Added);
        lines.take(limit).map(move |line| grounds(plan, line))
    });
    Group {
        details: details.collect(),
        ..group
    }
}

fn updated(mode: Mode, changes: &[ModelChange<'_>], limit: usize) -> Group {
    let mut sorted: Vec<_> = changes.iter().collect();
    // The change that matters most comes first: human work given up, a threshold that is crossed, then the factor.
    sorted.sort_by_cached_key(|change| {
        let (was, now) = change.flops();
        let factor = was
            .zip(now)
            .map_or(f64::INFINITY, |(was, now)| was.factor(now));
        let crosses = was.is_some() != now.is_some() || class_change(was, now).is_some();
        // The bits of positive numbers are ordered as the numbers are.
        Reverse((
            human_fields(change).next().is_some(),
            crosses,
            factor.to_bits(),
        ))
    });
    let shown = sorted.iter().take(limit);
    Group {
        title: "Updated",
        total: changes.len(),
        rollup: rollup(changes),
        columns: MODEL_CHANGE,
        rows: shown
            .clone()
            .map(|change| changed(mode, change, "~", Tone::Changed))
            .collect(),
        details: shown.map(|change| details(change)).collect(),
        ..Group::default()
    }
}

fn removed(mode: Mode, changes: &[ModelChange<'_>], limit: usize) -> Group {
    let group = group("Removed", MODEL_CHANGE, changes, limit, |change| {
        let (was, now) = change.flops();
        let is_across = was.zip(now).is_some_and(|(was, now)| was.is_across(now));
        let crossing = if is_across { "now below 1e25" } else { "" };
        let remark = match change.has_text {
            _ if mode == Mode::Diff => Cell::new(Tone::Attention, &human_work(change)),
            true => Cell::new(Tone::Attention, "human text given up"),
            false => Cell::plain(crossing),
        };
        let [flops, factor] = flop_change(was, now);
        named("-", Tone::Removed, change, [flops, factor, remark])
    });
    let meaning = match mode {
        Mode::Reset => ": not candidates",
        Mode::Diff => "",
        _ => ": now below 5e24",
    };
    let details = changes.iter().take(limit).map(reasoning).collect();
    Group {
        meaning,
        details,
        ..group
    }
}

/// What a person had written in a row that is not there any more.
fn human_work(change: &ModelChange<'_>) -> String {
    let row = change.row.as_ref();
    let mark = row.and_then(|row| row.get(Column::Verified.name()));
    let mark = mark.filter(|mark| !mark.trim().is_empty());
    let mark = mark.map(|mark| format!("verified {}", excerpt(mark.trim(), 60)));
    let text = change.has_text.then(|| "with human text".to_owned());
    mark.into_iter().chain(text).collect::<Vec<_>>().join(", ")
}

fn drifted(changes: &[ModelChange<'_>], limit: usize) -> Group {
    let mut sorted: Vec<_> = changes.to_vec();
    let factor = |change: &ModelChange<'_>| change.factor.flatten().unwrap_or(f64::INFINITY);
    sorted.sort_by(|a, b| factor(b).total_cmp(&factor(a)));
    let group = group("Drifted", MODEL_CHANGE, &sorted, limit, |change| {
        let verified = change.verified_flop.flatten().and_then(Flop::new);
        let latest = change.latest_flop.flatten().and_then(Flop::new);
        let (from, to) = match (verified, latest) {
            (Some(verified), Some(latest)) => verified.rounded_apart(latest),
            _ => ("no number".to_owned(), flop_text(latest)),
        };
        let factor = verified
            .zip(latest)
            .map(|(verified, latest)| verified.factor_text(latest));
        let cells = [
            Cell::plain(&format!("{from}, latest {to}")),
            Cell::plain(&factor.unwrap_or_default()),
            class_cell(verified, latest),
        ];
        named("!", Tone::Attention, change, cells)
    });
    let meaning =
        ": verified, but the latest estimate is 2× or more away, or on another side of a threshold";
    Group { meaning, ..group }
}

fn reconsider(changes: &[ModelChange<'_>], limit: usize) -> Group {
    let group = group("Reconsider", MODEL_CHANGE, changes, limit, |change| {
        let [judged, latest] =
            [change.judged_flop, change.latest_flop].map(|flop| flop.flatten().and_then(Flop::new));
        let [flops, factor] = flop_change(judged, latest);
        let cells = [flops, factor, class_cell(judged, latest)];
        named("!", Tone::Attention, change, cells)
    });
    let meaning =
        ": dismissed as below, but the latest estimate is far above what was judged; they stay out";
    Group { meaning, ..group }
}

fn dismissed(changes: &[ModelChange<'_>], limit: usize) -> Group {
    let group = group("Dismissed", MODEL_FLOP, changes, limit, |change| {
        let decision = change.decision.as_deref().unwrap_or_default();
        let flop = change.latest_flop.flatten().and_then(Flop::new);
        named(
            "x",
            Tone::Removed,
            change,
            [Cell::plain(&flop_text(flop)), Cell::plain(decision)],
        )
    });
    Group {
        meaning: ": they leave by a decision",
        ..group
    }
}

fn conflicts(changes: &[ModelChange<'_>], limit: usize) -> Group {
    let rows = changes.iter().take(limit).flat_map(|change| {
        let side = |of: fn(&FromTo<'_>) -> String| {
            let cells = change.fields.0.iter();
            let cells = cells.map(|(column, cell)| {
                // Where both begin alike, the beginning tells nothing.
                let text = of(cell);
                let alike = cell.from.chars().zip(cell.to.chars());
                let alike: usize = alike
                    .take_while(|(a, b)| a == b)
                    .map(|(a, _)| a.len_utf8())
                    .sum();
                let start = text.floor_char_boundary(alike.saturating_sub(20));
                let cut = if start > 0 { "…" } else { "" };
                format!("{column} \"{cut}{}\"", excerpt(&text[start..], 60))
            });
            Cell::plain(&cells.collect::<Vec<_>>().join(", "))
        };
        let stays = [Cell::plain("stays:"), side(|cell| cell.from.to_string())];
        let stays = named("!", Tone::Attention, change, stays);
        let not = ["", "", "not taken:"].map(Cell::plain).into_iter();
        [
            stays,
            not.chain([side(|cell| cell.to.to_string())]).collect(),
        ]
    });
    Group {
        title: "Conflicts",
        meaning: ": today's human work differs from the older copy's and stays; decide which is right",
        total: changes.len(),
        columns: MODEL_FLOP,
        rows: rows.collect(),
        ..Group::default()
    }
}

fn protected(changes: &[ModelChange<'_>], limit: usize) -> Group {
    let group = group("Protected", MODEL_FLOP, changes, limit, |change| {
        let says = format!(
            "verified is \"{}\"",
            change.verified.as_deref().unwrap_or_default()
        );
        named(
            "!",
            Tone::Attention,
            change,
            [
                Cell::plain(&flop_text(change.flops().1)),
                Cell::plain(&says),
            ],
        )
    });
    let meaning = ": `verified` is neither y nor blank, so somebody wrote that; kept as it was";
    Group { meaning, ..group }
}

fn orphaned(changes: &[ModelChange<'_>], limit: usize) -> Group {
    let group = group("Orphaned", MODEL_FLOP, changes, limit, |change| {
        let reason = change.reason.as_deref().unwrap_or_default();
        let derived = change.fields.0.iter();
        let derived =
            derived.map(|(column, cell)| format!("; {column} {} → {}", cell.from, cell.to));
        let remark = reason.to_owned() + &derived.collect::<String>();
        named(
            "?",
            Tone::Attention,
            change,
            [
                Cell::plain(&flop_text(change.flops().1)),
                Cell::new(Tone::Quiet, &remark),
            ],
        )
    });
    Group {
        meaning: ": no usable estimate of them now; kept",
        ..group
    }
}

fn duplicates(changes: &[ModelChange<'_>], limit: usize) -> Group {
    let group = group("Duplicates", MODEL_FLOP, changes, limit, |change| {
        let counts = [change.kept, change.dropped].map(Option::unwrap_or_default);
        let said = format!("{} kept, {} removed", counts[0], counts[1]);
        named(
            "=",
            Tone::Attention,
            change,
            [Cell::plain(""), Cell::plain(&said)],
        )
    });
    Group {
        meaning: ": one model on several rows; those with human work stay",
        ..group
    }
}

fn renamed(changes: &[ModelChange<'_>], limit: usize) -> Group {
    let group = group("Probable renames", MODEL_FLOP, changes, limit, |change| {
        let others = change
            .with
            .iter()
            .map(|other| match other.name == change.name {
                true => other.developer.to_string(),
                false => format!("{} ({})", other.name, other.developer),
            });
        let also = format!("also {}", listed(others));
        named(
            "?",
            Tone::Attention,
            change,
            [Cell::plain(""), Cell::plain(&also)],
        )
    });
    let meaning = ": names that are one or look alike; never merged, so decide which is right";
    Group { meaning, ..group }
}
