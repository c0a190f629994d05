//! The groups of a report: which changes belong together, in which order, and what is said of each.

use std::cmp::Reverse;

use crate::changes::{Changes, FromTo, ModelChange};
use crate::flop::Flop;
use crate::plan::{Input, Mode, Plan};
use crate::schema::Column;
use crate::terminal::{Align, Cell, Tone};
use crate::text::{excerpt, shown};

/// Changes of one kind.
#[derive(Debug)]
pub(super) struct Group {
    /// What happened.
    pub title: &'static str,
    /// What that means, behind the count.
    pub meaning: &'static str,
    /// How many there are.
    pub total: usize,
    /// How `rows` are laid out.
    pub columns: &'static [Align],
    /// Those that are shown.
    pub rows: Vec<Vec<Cell>>,
    /// What is said below each of them when all is to be said.
    pub details: Vec<Vec<String>>,
}

/// Mark and name, developer; then a number and a remark.
const MODEL_FLOP: &[Align] = &[Align::Text, Align::Text, Align::Number, Align::Text];

/// Mark and name, developer; then old → new, the factor, and a remark.
const MODEL_CHANGE: &[Align] = &[
    Align::Text,
    Align::Text,
    Align::Number,
    Align::Number,
    Align::Text,
];

/// The groups of a plan that are not empty, each with its first `limit` entries.
pub(super) fn groups(
    plan: &Plan<'_>,
    changes: &Changes<'_>,
    input: Option<&Input<'_>>,
    limit: usize,
) -> Vec<Group> {
    let all = [
        group("Added", "", MODEL_FLOP, &changes.added, limit, |change| {
            let confidence = change.field(Column::Confidence).map_or("", |cell| &cell.to);
            let mut cells = named("+", Tone::Added, change);
            cells.extend([
                Cell::plain(&flop_text(change.flop)),
                Cell::plain(confidence),
            ]);
            cells
        })
        .with_details(
            plan.with_change(|change| change == crate::plan::Change::Added)
                .map(|line| grounds(plan, line)),
        ),
        updated(plan.mode, &changes.updated, limit),
        removed(plan, changes, limit),
        group(
            "Demoted",
            ": now below 5e24, kept for their notes; decide whether they stay",
            MODEL_CHANGE,
            &changes.demoted,
            limit,
            |change| changed(plan.mode, change, "v", Tone::Attention),
        )
        .with_details(changes.demoted.iter().map(details)),
        drifted(&changes.drifted, limit),
        group(
            "Protected",
            ": `verified` is neither y nor blank, so somebody wrote that; kept as it was",
            MODEL_FLOP,
            &changes.protected,
            limit,
            |change| {
                let says = change.verified.as_deref().unwrap_or_default();
                let mut cells = named("!", Tone::Attention, change);
                let says = Cell::plain(&format!("verified is \"{says}\""));
                cells.extend([Cell::plain(&flop_text(change.flop)), says]);
                cells
            },
        ),
        group(
            "Orphaned",
            ": no usable estimate of them now; kept as they were",
            MODEL_FLOP,
            &changes.orphaned,
            limit,
            |change| {
                let reason = change.reason.as_deref().unwrap_or_default();
                let mut cells = named("?", Tone::Attention, change);
                cells.extend([
                    Cell::plain(&flop_text(change.flop)),
                    Cell::new(Tone::Quiet, reason),
                ]);
                cells
            },
        ),
        group(
            "Duplicates",
            ": one model on several rows; those with human work stay",
            MODEL_FLOP,
            &changes.duplicates,
            limit,
            |change| {
                let counts = [change.kept, change.dropped].map(Option::unwrap_or_default);
                let mut cells = named("=", Tone::Attention, change);
                let said = format!("{} kept, {} removed", counts[0], counts[1]);
                cells.extend([Cell::plain(""), Cell::plain(&said)]);
                cells
            },
        ),
        group(
            "Probable renames",
            ": one name under several developers; never merged, so decide which is right",
            MODEL_FLOP,
            &changes.renamed,
            limit,
            |change| {
                let mut cells = named("?", Tone::Attention, change);
                let also = format!("also under {}", change.also_under.join(", "));
                cells.extend([Cell::plain(""), Cell::plain(&also)]);
                cells
            },
        ),
        conflicts(changes.conflicts.as_deref().unwrap_or_default(), limit),
        unestimated(input, limit),
        layout(plan),
    ];
    all.into_iter().filter(|group| group.total > 0).collect()
}

fn group(
    title: &'static str,
    meaning: &'static str,
    columns: &'static [Align],
    changes: &[ModelChange<'_>],
    limit: usize,
    cells: impl Fn(&ModelChange<'_>) -> Vec<Cell>,
) -> Group {
    let rows = changes.iter().take(limit).map(cells).collect();
    Group {
        title,
        meaning,
        total: changes.len(),
        columns,
        rows,
        details: Vec::new(),
    }
}

impl Group {
    fn with_details(self, details: impl Iterator<Item = Vec<String>>) -> Group {
        Group {
            details: details.take(self.rows.len()).collect(),
            ..self
        }
    }
}

fn updated(mode: Mode, changes: &[ModelChange<'_>], limit: usize) -> Group {
    let mut changes: Vec<_> = changes.iter().collect();
    // The change that matters most comes first: human work given up, a threshold that is crossed, then the factor.
    changes.sort_by_cached_key(|change| {
        let (was, now) = (change.flop_before(), change.flop);
        let factor = was
            .zip(now)
            .map_or(f64::INFINITY, |(was, now)| was.factor(now));
        let crossed = was.is_some() != now.is_some() || class_change(was, now).is_some();
        // The bits of positive numbers are ordered as the numbers are.
        Reverse((
            human_fields(change).next().is_some(),
            crossed,
            factor.to_bits(),
        ))
    });
    let shown = changes.iter().take(limit);
    Group {
        title: "Updated",
        meaning: "",
        total: changes.len(),
        columns: MODEL_CHANGE,
        rows: shown
            .clone()
            .map(|change| changed(mode, change, "~", Tone::Changed))
            .collect(),
        details: shown.map(|change| details(change)).collect(),
    }
}

fn removed(plan: &Plan<'_>, changes: &Changes<'_>, limit: usize) -> Group {
    let meaning = if plan.mode == Mode::Reset {
        ": not candidates"
    } else {
        ": now below 5e24"
    };
    let mut group = group(
        "Removed",
        meaning,
        MODEL_CHANGE,
        &changes.removed,
        limit,
        |change| {
            let mut cells = named("-", Tone::Removed, change);
            cells.extend(flop_change(change.flop_before(), change.flop));
            cells
        },
    );
    let names = &plan.dataset.table.header;
    for (cells, removed) in group.rows.iter_mut().zip(&plan.removed) {
        let own = plan
            .dataset
            .own_cells(removed.row)
            .map(|(place, _)| names.name(place));
        let own: Vec<&str> = own.collect();
        cells.push(match (removed.row.has_human_work(), own.is_empty()) {
            (true, _) => Cell::new(Tone::Attention, "human work"),
            (false, false) => Cell::plain(&format!("and what {} says", own.join(", "))),
            (false, true) => Cell::plain(""),
        });
    }
    group
}

fn drifted(changes: &[ModelChange<'_>], limit: usize) -> Group {
    let mut changes: Vec<_> = changes.iter().collect();
    changes.sort_by(|a, b| {
        b.factor
            .unwrap_or_default()
            .total_cmp(&a.factor.unwrap_or_default())
    });
    let rows = changes.iter().take(limit).map(|change| {
        let [verified, latest] =
            [change.verified_flop, change.latest_flop].map(|flop| flop.and_then(Flop::new));
        let factor = verified
            .zip(latest)
            .map(|(verified, latest)| verified.factor_text(latest));
        let mut cells = named("!", Tone::Attention, change);
        cells.push(Cell::plain(&format!(
            "{}, latest {}",
            flop_text(verified),
            flop_text(latest)
        )));
        cells.push(Cell::plain(&factor.unwrap_or_default()));
        cells.push(Cell::plain(
            &class_change(verified, latest).unwrap_or_default(),
        ));
        cells
    });
    Group {
        title: "Drifted",
        meaning: ": verified, but the latest estimate is 2× or more away, or in another class; consider verifying again",
        total: changes.len(),
        columns: MODEL_CHANGE,
        rows: rows.collect(),
        details: Vec::new(),
    }
}

fn conflicts(changes: &[ModelChange<'_>], limit: usize) -> Group {
    let rows = changes.iter().take(limit).flat_map(|change| {
        let side = |of: fn(&FromTo<'_>) -> String| {
            let cells = change.fields.0.iter();
            let cells =
                cells.map(|(column, cell)| format!("{column} \"{}\"", excerpt(&of(cell), 60)));
            Cell::plain(&cells.collect::<Vec<_>>().join(", "))
        };
        let mut stays = named("!", Tone::Attention, change);
        stays.extend([Cell::plain("stays:"), side(|cell| cell.from.to_string())]);
        let not = [
            Cell::plain(""),
            Cell::plain(""),
            Cell::plain("not taken:"),
            side(|cell| cell.to.to_string()),
        ];
        [stays, not.to_vec()]
    });
    Group {
        title: "Conflicts",
        meaning: ": today's human work differs from the older copy's and stays; decide which is right",
        total: changes.len(),
        columns: MODEL_FLOP,
        rows: rows.collect(),
        details: Vec::new(),
    }
}

fn unestimated(input: Option<&Input<'_>>, limit: usize) -> Group {
    let models = input.map_or(&[][..], |input| &input.unestimated);
    let mut names: Vec<&str> = models.iter().take(limit).map(|model| model.name).collect();
    let more = format!(
        "… and {} more (--verbose shows all)",
        models.len().saturating_sub(limit)
    );
    if models.len() > limit {
        names.push(&more);
    }
    let meaning = ": in the estimates without a training FLOP";
    let rows = vec![vec![Cell::plain(&names.join(", "))]];
    sentences("No estimate", meaning, models.len(), rows)
}

/// What happens to the file as a whole, said once.
fn layout(plan: &Plan<'_>) -> Group {
    let header = &plan.dataset.table.header;
    let mut said = Vec::new();
    if header.has_old_name() {
        said.push("the column `model` is renamed to `name`".to_owned());
    }
    let missing: Vec<&str> = header.missing().collect();
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
    sentences("Layout", "", rows.len(), rows)
}

fn sentences(
    title: &'static str,
    meaning: &'static str,
    total: usize,
    rows: Vec<Vec<Cell>>,
) -> Group {
    Group {
        title,
        meaning,
        total,
        columns: &[Align::Sentence],
        rows,
        details: Vec::new(),
    }
}

/// Mark, name and developer.
fn named(mark: &str, tone: Tone, change: &ModelChange<'_>) -> Vec<Cell> {
    vec![
        Cell::new(tone, &format!("{mark} {}", change.name)),
        Cell::plain(&change.developer),
    ]
}

/// A row whose cells change: old → new FLOP, the factor, and what else is news.
fn changed(mode: Mode, change: &ModelChange<'_>, mark: &str, tone: Tone) -> Vec<Cell> {
    let mut cells = named(mark, tone, change);
    let (was, now) = (change.flop_before(), change.flop);
    cells.extend(flop_change(was, now));
    let mut news: Vec<String> = class_change(was, now).into_iter().collect();
    let human: Vec<&str> = human_fields(change).collect();
    if human.is_empty() {
        if change.noted && now.is_none_or(|now| now >= Flop::CANDIDATE) {
            news.push("noted".to_owned());
        }
        news.extend(
            change
                .fields
                .0
                .iter()
                .filter_map(|(column, cell)| told(column, cell, was, now)),
        );
    } else {
        let verb = if mode == Mode::Reset {
            "given up"
        } else {
            "written"
        };
        news = vec![format!("{} {verb}", human.join(" and "))];
    }
    cells.push(Cell::plain(&news.join(", ")));
    cells
}

/// The columns that change and that people write.
fn human_fields<'c>(change: &'c ModelChange<'_>) -> impl Iterator<Item = &'c str> {
    let columns = change.fields.0.iter().map(|(column, _)| &**column);
    columns.filter(|column| column.parse::<Column>().map_or(true, Column::is_human))
}

/// What is said of a cell that changes, where the training FLOP that is shown does not say it: short cells in full, long ones by name.
fn told(column: &str, cell: &FromTo<'_>, was: Option<Flop>, now: Option<Flop>) -> Option<String> {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let or_blank = |text: &str| {
        if text.is_empty() {
            "blank".to_owned()
        } else {
            text.to_owned()
        }
    };
    match column.parse() {
        Ok(Column::TrainingFlop) if flop_text(was) != flop_text(now) => None,
        Ok(Column::TrainingFlop) => Some("digits of training_flop".to_owned()),
        Ok(
            Column::TrainingFlopFormatted | Column::ThresholdClassification | Column::LastUpdated,
        ) => None,
        Ok(Column::Parameters) if number(&cell.from) == number(&cell.to) => {
            Some("digits of parameters".to_owned())
        }
        // The level says that it is one.
        Ok(Column::Confidence) if !cell.from.is_empty() => {
            Some(format!("{} → {}", cell.from, cell.to))
        }
        Ok(Column::Parameters | Column::ReleaseDate) => Some(format!(
            "{column} {} → {}",
            or_blank(&cell.from),
            or_blank(&cell.to)
        )),
        _ => Some(column.to_owned()),
    }
}

/// Where a new model's number comes from, a line each.
fn grounds(plan: &Plan<'_>, line: &crate::plan::Line<'_>) -> Vec<String> {
    let columns = [Column::EstimationMethod, Column::Reasoning, Column::Sources];
    let cells = columns.map(|column| (column, plan.cell(line, column)));
    let filled = cells.iter().filter(|(_, text)| !text.is_empty());
    filled
        .map(|(column, text)| format!("{}: {}", column.name(), beginning(text)))
        .collect()
}

/// Every cell that changes, in full, a line each.
fn details(change: &ModelChange<'_>) -> Vec<String> {
    let cells = change.fields.0.iter();
    cells
        .filter(|(column, _)| column != Column::TrainingFlopFormatted.name())
        .map(|(column, cell)| {
            format!(
                "{column}: {} → {}",
                beginning(&cell.from),
                beginning(&cell.to)
            )
        })
        .collect()
}

/// The beginning of a long text, in quotes.
fn beginning(text: &str) -> String {
    format!("\"{}\"", shown(&excerpt(text, 300)))
}

/// Two cells: `4.64e+26 → 3.50e+26` and `÷1.3`; where nothing changes to the eye, the number alone.
fn flop_change(was: Option<Flop>, now: Option<Flop>) -> [Cell; 2] {
    let (was_text, now_text) = (flop_text(was), flop_text(now));
    if was_text == now_text {
        return [Cell::plain(&now_text), Cell::plain("")];
    }
    let factor = was.zip(now).map(|(was, now)| was.factor_text(now));
    [
        Cell::plain(&format!("{was_text} → {now_text}")),
        Cell::plain(&factor.unwrap_or_default()),
    ]
}

/// What crossing a threshold means: another class, or the other side of the 1e25 FLOP that regulators look at.
fn class_change(was: Option<Flop>, now: Option<Flop>) -> Option<String> {
    let (was, now) = (was?, now?);
    if was.class() != now.class() {
        return Some(format!("now {}", now.class().name()));
    }
    match (was >= Flop::REGULATORY, now >= Flop::REGULATORY) {
        (true, false) => Some("now below 1e25".to_owned()),
        (false, true) => Some("now above 1e25".to_owned()),
        _ => None,
    }
}

fn flop_text(flop: Option<Flop>) -> String {
    flop.map_or_else(|| "no estimate".to_owned(), Flop::two_decimals)
}
