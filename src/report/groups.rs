//! The groups of a report: which changes belong together, in which order, and what is said of each.

use std::cmp::Reverse;

use super::entry::{
    changed, class_change, details, flop_cell, flop_change, flop_text, human_fields, moved, named,
    reasoning, stored_flop,
};
use super::group::{Entries, Group, MODEL_CHANGE, MODEL_FLOP};
use super::of_plan::{contradicted, grounds, layout, unestimated};
use super::rollup::rollup;
use crate::changes::{Changes, FromTo, ModelChange};
use crate::flop::Flop;
use crate::plan::{Change, Input, Mode, Model, Plan};
use crate::schema::Column;
use crate::terminal::{Cell, Tone, bounded_model, listed};
use crate::text::excerpt;

/// The groups that are not empty, what matters most first, each with its first `limit` entries. `plan` is there for a run that takes
/// place now.
pub(super) fn groups(
    mode: Mode,
    changes: &Changes<'_>,
    plan: Option<&Plan<'_>>,
    input: Option<&Input<'_>>,
    limit: usize,
) -> Vec<Group> {
    let first = |changes| Entries::first(changes, limit);
    let contradicted = plan.map(|plan| contradicted(plan, limit));
    let all = [
        crossed(mode, &changes.crossed, limit),
        drifted(&changes.drifted, limit),
        reconsider(&first(&changes.reconsider)),
        contradicted.unwrap_or_default(),
        conflicts(changes.conflicts.as_deref().unwrap_or_default(), limit),
        added(&first(&changes.added), plan, limit),
        updated(mode, &changes.updated, limit),
        removed(mode, &first(&changes.removed)),
        dismissed(&first(&changes.dismissed)),
        demoted(mode, &first(&changes.demoted)),
        protected(&first(&changes.protected)),
        orphaned(&first(&changes.orphaned)),
        duplicates(mode, &first(&changes.duplicates)),
        renamed(&first(&changes.renamed)),
        unestimated(input, limit),
        plan.map(layout).unwrap_or_default(),
    ];
    all.into_iter().filter(|group| group.total > 0).collect()
}

fn crossed(mode: Mode, changes: &[ModelChange<'_>], limit: usize) -> Group {
    // Those that are above now come first, then those that moved most.
    let entries = Entries::sorted(changes, limit, |change| {
        let (was, now) = change.flops();
        let factor = was.zip(now).map_or(1.0, |(was, now)| was.factor(now));
        Reverse((now >= Some(Flop::REGULATORY), factor.to_bits()))
    });
    let meaning = match mode {
        Mode::Diff => ": their training FLOP passes 1e25",
        _ => ": their training FLOP passes 1e25 in this run",
    };
    entries.detailed("Crossed", meaning, reasoning, |change| {
        let (was, now) = change.flops();
        let (mark, tone) = match now >= Some(Flop::REGULATORY) {
            true => ("↑", Tone::Added),
            false => ("↓", Tone::Removed),
        };
        named(mark, tone, change, moved(was, now))
    })
}

fn added(entries: &Entries<'_>, plan: Option<&Plan<'_>>, limit: usize) -> Group {
    let details = plan.into_iter().flat_map(|plan| {
        let lines = plan.with_change(|change| change == Change::Added);
        lines.take(limit).map(move |line| grounds(plan, line))
    });
    let group = entries.group("Added", "", MODEL_FLOP, |change| {
        let confidence = change.field(Column::Confidence).map_or("", |cell| &cell.to);
        let cells = [flop_cell(change.flops().1), Cell::plain(confidence)];
        named("+", Tone::Added, change, cells)
    });
    Group {
        details: details.collect(),
        ..group
    }
}

fn updated(mode: Mode, changes: &[ModelChange<'_>], limit: usize) -> Group {
    // The change that matters most comes first: human work given up, a threshold that is crossed, then the factor.
    let entries = Entries::sorted(changes, limit, |change| {
        let (was, now) = change.flops();
        let factor = was.zip(now).map(|(was, now)| was.factor(now));
        let crosses = was.is_some() != now.is_some() || class_change(was, now).is_some();
        // The bits of positive numbers are ordered as the numbers are.
        let factor = factor.unwrap_or(f64::INFINITY).to_bits();
        Reverse((human_fields(change).next().is_some(), crosses, factor))
    });
    Group {
        rollup: rollup(changes),
        ..entries.detailed("Updated", "", details, |change| {
            changed(mode, change, "~", Tone::Changed)
        })
    }
}

fn demoted(mode: Mode, entries: &Entries<'_>) -> Group {
    let meaning =
        ": now below 5e24, kept for what a person wrote in them; decide whether they stay";
    entries.detailed("Demoted", meaning, reasoning, |change| {
        changed(mode, change, "⤓", Tone::Attention)
    })
}

fn removed(mode: Mode, entries: &Entries<'_>) -> Group {
    let meaning = match mode {
        Mode::Reset => ": not candidates",
        Mode::Diff => "",
        _ => ": now below 5e24",
    };
    entries.detailed("Removed", meaning, reasoning, |change| {
        let (was, now) = change.flops();
        let is_across = was.zip(now).is_some_and(|(was, now)| was.is_across(now));
        let lost = match mode {
            Mode::Diff => human_work(change),
            _ => given_up(change),
        };
        let remark = match lost.is_empty() {
            false => Cell::new(Tone::Attention, &lost),
            true if is_across && mode != Mode::Diff => Cell::plain("now < 1e25"),
            true => Cell::plain(""),
        };
        let [flops, factor] = flop_change(was, now);
        named("-", Tone::Removed, change, [flops, factor, remark])
    })
}

/// What a person had written in a row that is not there any more.
fn human_work(change: &ModelChange<'_>) -> String {
    let mark = change.verified.as_deref();
    let mark = mark.map(|mark| format!("verified {}", excerpt(mark.trim(), 60)));
    let text = change.has_text.then(|| "with human text".to_owned());
    mark.into_iter().chain(text).collect::<Vec<_>>().join(", ")
}

/// What of it a reset gives up.
fn given_up(change: &ModelChange<'_>) -> String {
    let work = match (change.verified.is_some(), change.has_text) {
        (true, true) => "mark and human text",
        (true, false) => "mark",
        (false, true) => "human text",
        (false, false) => return String::new(),
    };
    format!("{work} given up")
}

fn drifted(changes: &[ModelChange<'_>], limit: usize) -> Group {
    let entries = Entries::sorted(changes, limit, |change| {
        Reverse(change.factor.flatten().unwrap_or(f64::INFINITY).to_bits())
    });
    let meaning =
        ": verified, but the latest estimate is 2× or more away, or on another side of a threshold";
    entries.group("Drifted", meaning, MODEL_CHANGE, |change| {
        let [verified, latest] = [change.verified_flop, change.latest_flop].map(stored_flop);
        let (from, to) = match (verified, latest) {
            (Some(verified), Some(latest)) => verified.rounded_apart(latest),
            _ => ("no number".to_owned(), flop_text(latest)),
        };
        let factor = verified.zip(latest);
        let factor = factor.map(|(verified, latest)| verified.factor_text(latest));
        let cells = [
            Cell::plain(&format!("{from}, latest {to}")),
            Cell::plain(&factor.unwrap_or_default()),
            Cell::plain(&class_change(verified, latest).unwrap_or_default()),
        ];
        named("!", Tone::Attention, change, cells)
    })
}

fn reconsider(entries: &Entries<'_>) -> Group {
    let meaning =
        ": dismissed as below, but the latest estimate is far above what was judged; they stay out";
    entries.group("Reconsider", meaning, MODEL_CHANGE, |change| {
        let [judged, latest] = [change.judged_flop, change.latest_flop].map(stored_flop);
        named("!", Tone::Attention, change, moved(judged, latest))
    })
}

fn dismissed(entries: &Entries<'_>) -> Group {
    let meaning = ": they leave by a decision";
    entries.group("Dismissed", meaning, MODEL_FLOP, |change| {
        let decision = change.decision.as_deref().unwrap_or_default();
        let flop = flop_cell(stored_flop(change.latest_flop));
        named("x", Tone::Removed, change, [flop, Cell::plain(decision)])
    })
}

fn conflicts(changes: &[ModelChange<'_>], limit: usize) -> Group {
    let mut rows = Vec::new();
    for change in changes.iter().take(limit) {
        let cells = change.fields.0.iter();
        let (stays, lost): (Vec<_>, Vec<_>) =
            cells.map(|(column, cell)| conflict(column, cell)).unzip();
        let stays = [Cell::plain("stays:"), Cell::plain(&stays.join(", "))];
        rows.push(named("!", Tone::Attention, change, stays));
        let lost = lost.join(", ");
        rows.push(["", "", "not taken:", &*lost].map(Cell::plain).to_vec());
    }
    Group {
        title: "Conflicts",
        meaning: ": today's human work differs from the older copy's and stays; decide which is right",
        total: changes.len(),
        columns: MODEL_FLOP,
        rows,
        ..Group::default()
    }
}

/// The two texts of a cell. Where both begin alike, the beginning tells nothing and is cut.
fn conflict(column: &str, cell: &FromTo<'_>) -> (String, String) {
    let alike = cell.from.chars().zip(cell.to.chars());
    let alike = alike.take_while(|(a, b)| a == b);
    let alike: usize = alike.map(|(a, _)| a.len_utf8()).sum();
    let side = |text: &str| {
        let start = text.floor_char_boundary(alike.saturating_sub(20));
        let cut = if start > 0 { "…" } else { "" };
        format!("{column} \"{cut}{}\"", excerpt(&text[start..], 60))
    };
    (side(&cell.from), side(&cell.to))
}

fn protected(entries: &Entries<'_>) -> Group {
    let meaning = ": `verified` is neither y nor blank, so somebody wrote that; kept as it was";
    entries.group("Protected", meaning, MODEL_FLOP, |change| {
        let verified = change.verified.as_deref().unwrap_or_default();
        let says = Cell::plain(&format!("verified is \"{verified}\""));
        let cells = [flop_cell(change.flops().1), says];
        named("!", Tone::Attention, change, cells)
    })
}

fn orphaned(entries: &Entries<'_>) -> Group {
    let meaning = ": no usable estimate of them now; kept";
    entries.group("Orphaned", meaning, MODEL_FLOP, |change| {
        let mut remark = change.reason.as_deref().unwrap_or_default().to_owned();
        for (column, cell) in &change.fields.0 {
            remark += &format!("; {column} {} → {}", cell.from, cell.to);
        }
        let cells = [flop_cell(change.flops().1), Cell::new(Tone::Quiet, &remark)];
        named("?", Tone::Attention, change, cells)
    })
}

fn duplicates(mode: Mode, entries: &Entries<'_>) -> Group {
    let meaning = match mode {
        Mode::Reset => ": one model on several rows; the first stays",
        _ => ": one model on several rows; those with human work stay",
    };
    entries.group("Duplicates", meaning, MODEL_FLOP, |change| {
        let [kept, dropped] = [change.kept, change.dropped].map(Option::unwrap_or_default);
        let mut said = vec![match dropped {
            0 => format!("{kept} kept"),
            _ => format!("{kept} kept, {dropped} removed as duplicate"),
        }];
        said.extend(Some(given_up(change)).filter(|lost| !lost.is_empty()));
        let said = Cell::plain(&said.join(", "));
        named("=", Tone::Attention, change, [Cell::plain(""), said])
    })
}

fn renamed(entries: &Entries<'_>) -> Group {
    let meaning = ": names that are one or look alike; never merged, so decide which is right";
    entries.group("Probable renames", meaning, MODEL_FLOP, |change| {
        let also = format!("also {}", others(&change.name, &change.with));
        let cells = [Cell::plain(""), Cell::plain(&also)];
        named("?", Tone::Attention, change, cells)
    })
}

/// The other models of a group of probable renames, each as far as it differs.
pub fn others(name: &str, with: &[Model<'_>]) -> String {
    listed(with.iter().map(|other| match other.name == name {
        true => other.developer.to_string(),
        false => bounded_model(&other.name, &other.developer),
    }))
}
