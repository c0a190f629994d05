//! The groups of a report: which changes belong together, in which order, and what is said of each.

use std::cmp::Reverse;

use super::entry::{
    before, changed, class_change, details, flop_change, flop_text, grounds, model, named,
};
use super::screen::Tone;
use super::table::{Cell, Layout};
use crate::dataset::{Dataset, Row};
use crate::plan::{Drift, Fate, Input, Line, Mode, Plan};
use crate::schema::Column;
use crate::text::excerpt;

/// Changes of one kind.
#[derive(Debug)]
pub struct Group {
    /// What happened.
    pub title: &'static str,
    /// What that means, behind the count.
    pub meaning: &'static str,
    /// How many there are.
    pub total: usize,
    /// How `rows` are laid out.
    pub columns: &'static [Layout],
    /// Those that are shown.
    pub rows: Vec<Vec<Cell>>,
    /// What is said below each of them when all is to be said.
    pub details: Vec<Vec<String>>,
}

/// Mark and name, developer; then a number and a remark; or old → new, the factor, and a remark. Or whole sentences.
const MODEL_FLOP: &[Layout] = &[Layout::Text, Layout::Text, Layout::Number, Layout::Text];
const MODEL_CHANGE: &[Layout] = &[
    Layout::Text,
    Layout::Text,
    Layout::Number,
    Layout::Number,
    Layout::Text,
];

const SENTENCES: &[Layout] = &[Layout::Sentence];

/// The groups of a plan that are not empty, each with its first `limit` entries.
pub fn groups(plan: &Plan<'_>, input: Option<&Input<'_>>, limit: usize) -> Vec<Group> {
    let all = [
        added(plan, limit),
        updated(plan, limit),
        removed(plan, limit),
        demoted(plan, limit),
        drifted(plan, limit),
        protected(plan, limit),
        orphaned(plan, limit),
        duplicates(plan, limit),
        renamed(plan, limit),
        conflicts(plan, limit),
        unestimated(input, limit),
        layout(plan),
    ];
    all.into_iter().filter(|group| group.total > 0).collect()
}

fn added(plan: &Plan<'_>, limit: usize) -> Group {
    let lines: Vec<_> = plan.with_fate(|fate| fate == Fate::Added).collect();
    let rows = lines.iter().take(limit).map(|line| {
        let mut row = model(plan, line, "+", Tone::Added);
        row.push(Cell::plain(&flop_text(line.flop)));
        row.push(Cell::plain(&plan.cell(line, Column::Confidence)));
        row
    });
    Group {
        title: "Added",
        meaning: "",
        total: lines.len(),
        columns: MODEL_FLOP,
        rows: rows.collect(),
        details: lines
            .iter()
            .take(limit)
            .map(|line| grounds(plan, line))
            .collect(),
    }
}

fn updated(plan: &Plan<'_>, limit: usize) -> Group {
    let mut lines: Vec<_> = plan.with_fate(|fate| fate == Fate::Updated).collect();
    // The change that matters most comes first: human work given up, a line that is crossed, then the factor.
    lines.sort_by_cached_key(|line| {
        let human = line.edits.iter().any(|edit| edit.column.is_human());
        let (was, now) = (before(line), line.flop);
        let factor = was
            .zip(now)
            .map_or(f64::INFINITY, |(was, now)| was.factor(now));
        // The bits of positive numbers are ordered as the numbers are.
        Reverse((
            human,
            was.is_some() != now.is_some() || class_change(was, now).is_some(),
            factor.to_bits(),
        ))
    });
    let rows = lines
        .iter()
        .take(limit)
        .map(|line| changed(plan, line, "~", Tone::Changed))
        .collect();
    Group {
        title: "Updated",
        meaning: "",
        total: lines.len(),
        columns: MODEL_CHANGE,
        rows,
        details: lines.iter().take(limit).map(|line| details(line)).collect(),
    }
}

fn demoted(plan: &Plan<'_>, limit: usize) -> Group {
    let lines: Vec<_> = plan.with_fate(|fate| fate == Fate::Demoted).collect();
    let rows = lines
        .iter()
        .take(limit)
        .map(|line| changed(plan, line, "v", Tone::Attention))
        .collect();
    let meaning = ": now below 5e24, kept for their notes; decide whether they stay";
    Group {
        title: "Demoted",
        meaning,
        total: lines.len(),
        columns: MODEL_CHANGE,
        rows,
        details: lines.iter().take(limit).map(|line| details(line)).collect(),
    }
}

fn removed(plan: &Plan<'_>, limit: usize) -> Group {
    let rows = plan.removed.iter().take(limit).map(|removed| {
        let row = removed.row;
        let mut cells = named(
            "-",
            Tone::Removed,
            &plan.dataset.cell(row, Column::Name),
            &plan.dataset.cell(row, Column::Developer),
        );
        cells.extend(flop_change(row.flop, removed.latest));
        let names: Vec<&str> = plan.dataset.header.names().collect();
        let own = plan.dataset.own_cells(row);
        let own: Vec<&str> = own.map(|(place, _)| names[place]).collect();
        cells.push(match (row.has_human_work(), own.is_empty()) {
            (true, _) => Cell::new(Tone::Attention, "human work"),
            (false, false) => Cell::plain(&format!("and what {} says", own.join(", "))),
            (false, true) => Cell::plain(""),
        });
        cells
    });
    let meaning = if plan.mode == Mode::Reset {
        ": not candidates"
    } else {
        ": now below 5e24"
    };
    Group {
        title: "Removed",
        meaning,
        total: plan.removed.len(),
        columns: MODEL_CHANGE,
        rows: rows.collect(),
        details: Vec::new(),
    }
}

fn drifted(plan: &Plan<'_>, limit: usize) -> Group {
    let mut lines: Vec<(&Line<'_>, Drift)> = plan
        .lines
        .iter()
        .filter_map(|line| match line.fate {
            Fate::Verified(Some(drift)) => Some((line, drift)),
            _ => None,
        })
        .collect();
    let factor = |drift: Drift| drift.verified.factor(drift.latest);
    lines.sort_by(|a, b| factor(b.1).total_cmp(&factor(a.1)));
    let rows = lines.iter().take(limit).map(|(line, drift)| {
        let mut row = model(plan, line, "!", Tone::Attention);
        let (verified, latest) = (drift.verified.two_decimals(), drift.latest.two_decimals());
        row.push(Cell::plain(&format!("{verified}, latest {latest}")));
        row.push(Cell::plain(&drift.verified.factor_text(drift.latest)));
        row.push(Cell::plain(
            &class_change(Some(drift.verified), Some(drift.latest)).unwrap_or_default(),
        ));
        row
    });
    let meaning = ": verified, but the latest estimate is 2× or more away, or in another class; consider verifying again";
    Group {
        title: "Drifted",
        meaning,
        total: lines.len(),
        columns: MODEL_CHANGE,
        rows: rows.collect(),
        details: Vec::new(),
    }
}

fn protected(plan: &Plan<'_>, limit: usize) -> Group {
    let lines: Vec<_> = plan.with_fate(|fate| fate == Fate::Protected).collect();
    let rows = lines.iter().take(limit).map(|line| {
        let mut row = model(plan, line, "!", Tone::Attention);
        row.push(Cell::plain(&flop_text(line.flop)));
        row.push(Cell::plain(&format!(
            "verified is \"{}\"",
            plan.cell(line, Column::Verified)
        )));
        row
    });
    let meaning = ": `verified` is neither y nor blank, so somebody wrote that; kept as it was";
    Group {
        title: "Protected",
        meaning,
        total: lines.len(),
        columns: MODEL_FLOP,
        rows: rows.collect(),
        details: Vec::new(),
    }
}

fn orphaned(plan: &Plan<'_>, limit: usize) -> Group {
    let lines: Vec<_> = plan
        .with_fate(|fate| matches!(fate, Fate::Orphaned(_)))
        .collect();
    let rows = lines.iter().take(limit).map(|line| {
        let mut row = model(plan, line, "?", Tone::Attention);
        row.push(Cell::plain(&flop_text(line.flop)));
        let reason = if let Fate::Orphaned(why) = line.fate {
            why.reason()
        } else {
            ""
        };
        row.push(Cell::new(Tone::Quiet, reason));
        row
    });
    let meaning = ": no usable estimate of them now; kept as they were";
    Group {
        title: "Orphaned",
        meaning,
        total: lines.len(),
        columns: MODEL_FLOP,
        rows: rows.collect(),
        details: Vec::new(),
    }
}

fn duplicates(plan: &Plan<'_>, limit: usize) -> Group {
    let rows = plan.duplicates.iter().take(limit).map(|group| {
        let (name, developer) = (
            plan.dataset.cell(group.first, Column::Name),
            plan.dataset.cell(group.first, Column::Developer),
        );
        let mut row = named("=", Tone::Attention, &name, &developer);
        row.push(Cell::plain(""));
        row.push(Cell::plain(&format!(
            "{} kept, {} removed",
            group.kept,
            group.dropped.len()
        )));
        row
    });
    let meaning = ": one model on several rows; those with human work stay";
    Group {
        title: "Duplicates",
        meaning,
        total: plan.duplicates.len(),
        columns: MODEL_FLOP,
        rows: rows.collect(),
        details: Vec::new(),
    }
}

fn renamed(plan: &Plan<'_>, limit: usize) -> Group {
    let rows = plan.renamed.iter().take(limit).map(|renamed| {
        let mut row = named("?", Tone::Attention, &renamed.name, &renamed.developer);
        row.push(Cell::plain(""));
        row.push(Cell::plain(&format!(
            "also under {}",
            renamed.also_under.join(", ")
        )));
        row
    });
    let meaning = ": one name under several developers; never merged, so decide which is right";
    Group {
        title: "Probable renames",
        meaning,
        total: plan.renamed.len(),
        columns: MODEL_FLOP,
        rows: rows.collect(),
        details: Vec::new(),
    }
}

fn conflicts(plan: &Plan<'_>, limit: usize) -> Group {
    let rows = plan.conflicts.iter().take(limit).flat_map(|conflict| {
        let work = |dataset: &Dataset<'_>, row: &Row<'_>| {
            let cell = |column| dataset.cell(row, column);
            format!(
                "verified \"{}\" at {}, notes \"{}\"",
                cell(Column::Verified),
                flop_text(row.flop),
                excerpt(&cell(Column::Notes), 60)
            )
        };
        let cell = |column| plan.dataset.cell(conflict.today, column);
        let mut stays = named(
            "!",
            Tone::Attention,
            &cell(Column::Name),
            &cell(Column::Developer),
        );
        stays.push(Cell::plain("stays:"));
        stays.push(Cell::plain(&work(plan.dataset, conflict.today)));
        let mut not = named(" ", Tone::Plain, "", "");
        not.push(Cell::plain("not taken:"));
        not.push(Cell::plain(&work(conflict.older, conflict.lost)));
        [stays, not]
    });
    let meaning =
        ": today's human work differs from the older copy's and stays; decide which is right";
    let total = plan.conflicts.len();
    Group {
        title: "Conflicts",
        meaning,
        total,
        columns: MODEL_FLOP,
        rows: rows.collect(),
        details: Vec::new(),
    }
}

fn unestimated(input: Option<&Input<'_>>, limit: usize) -> Group {
    let models = input.map_or(&[][..], |input| &input.unestimated);
    let names = models
        .iter()
        .take(limit)
        .map(|estimate| estimate.cell(Column::Name));
    let mut names = names.collect::<Vec<_>>().join(", ");
    if models.len() > limit {
        names.push_str(&format!(
            ", … and {} more (--verbose shows all)",
            models.len() - limit
        ));
    }
    let rows = if models.is_empty() {
        Vec::new()
    } else {
        vec![vec![Cell::plain(&names)]]
    };
    let meaning = ": in the estimates without a training FLOP";
    let total = models.len();
    Group {
        title: "No estimate",
        meaning,
        total,
        columns: SENTENCES,
        rows,
        details: Vec::new(),
    }
}

/// What happens to the file as a whole, said once.
fn layout(plan: &Plan<'_>) -> Group {
    let header = &plan.dataset.header;
    let mut said = Vec::new();
    if header.has_old_name() {
        said.push("the column `model` is renamed to `name`".to_owned());
    }
    let missing: Vec<&str> = header.missing().map(Column::name).collect();
    if !missing.is_empty() {
        said.push(format!(
            "columns are appended on the right: {}",
            missing.join(", ")
        ));
    }
    if plan.resorted {
        said.push("the rows stood in another order and are sorted by training FLOP".to_owned());
    }
    let rows: Vec<_> = said.iter().map(|text| vec![Cell::plain(text)]).collect();
    Group {
        title: "Layout",
        meaning: "",
        total: rows.len(),
        columns: SENTENCES,
        rows,
        details: Vec::new(),
    }
}
