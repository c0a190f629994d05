//! The groups of a report: which changes belong together, in which order, and what is said of each.

use std::cmp::Reverse;

use super::entry::{
    cell_news, class_change, details, flop_text, flops, grounds, human_fields, where_they_differ,
};
use super::group::{Entry, Group, MODEL_CHANGE, MODEL_FLOP, MODEL_TEXT};
use super::rollup::rollup;
use crate::changes::{Changes, ModelChange};
use crate::flop::Flop;
use crate::plan::{Change, Input, Mode, Model, Plan};
use crate::schema::Column;
use crate::terminal::{Align, Tone, bounded_model, listed};
use crate::text::excerpt;

/// What the groups are made of.
pub(super) struct Groups<'r> {
    pub mode: Mode,
    pub changes: &'r Changes<'r>,
    /// The plan, and what the estimates brought, of a run that takes place now.
    pub plan: Option<&'r Plan<'r>>,
    pub input: Option<&'r Input<'r>>,
    /// How many entries of a group are shown.
    pub limit: usize,
}

impl<'r> Groups<'r> {
    /// The groups that are not empty, what matters most first.
    pub fn all(&self) -> Vec<Group> {
        let groups = [
            self.crossed(),
            self.drifted(),
            self.reconsider(),
            self.contradicted(),
            self.conflicts(),
            self.added(),
            self.updated(),
            self.removed(),
            self.dismissed(),
            self.demoted(),
            self.protected(),
            self.orphaned(),
            self.duplicates(),
            self.renamed(),
            self.unestimated(),
            self.plan.map(layout).unwrap_or_default(),
        ];
        groups.into_iter().filter(|group| group.total > 0).collect()
    }

    /// A group of these changes, each with what is said of it. Where two numbers are set against each other, what matters most comes
    /// first.
    fn list(
        &self,
        heading: &'static str,
        columns: &'static [Align],
        changes: &[ModelChange<'_>],
        entry: impl Fn(&ModelChange<'_>) -> Entry,
    ) -> Group {
        let mut shown: Vec<_> = changes.iter().collect();
        let is_comparison = columns == MODEL_CHANGE;
        if is_comparison {
            shown.sort_by_cached_key(|change| Reverse(weight(change)));
        }
        shown.truncate(self.limit);
        let entries = shown.into_iter().map(|change| {
            let mut entry = entry(change);
            if is_comparison && self.is_verbose() {
                entry.below = details(change);
            }
            entry
        });
        Group {
            heading,
            total: changes.len(),
            rollup: None,
            columns,
            entries: entries.collect(),
            more: changes.len().saturating_sub(self.limit),
        }
    }

    fn is_verbose(&self) -> bool {
        self.limit == usize::MAX
    }

    fn crossed(&self) -> Group {
        let heading = match self.mode {
            Mode::Diff => "Crossed: their training FLOP passes 1e25",
            _ => "Crossed: their training FLOP passes 1e25 in this run",
        };
        self.list(heading, MODEL_CHANGE, &self.changes.crossed, |change| {
            let (mark, tone) = if change.flops().1 >= Some(Flop::REGULATORY) {
                ("↑", Tone::Added)
            } else {
                ("↓", Tone::Removed)
            };
            Entry::moved(mark, tone, change, &class_news(change))
        })
    }

    fn drifted(&self) -> Group {
        let heading = "Drifted: verified, but the latest estimate is 2× or more away, or on another side of a threshold";
        self.list(heading, MODEL_CHANGE, &self.changes.drifted, |change| {
            Entry::moved("!", Tone::Attention, change, &class_news(change))
        })
    }

    fn reconsider(&self) -> Group {
        let heading = "Reconsider: dismissed as below, but the latest estimate is far above what was judged; they stay out";
        self.list(heading, MODEL_CHANGE, &self.changes.reconsider, |change| {
            Entry::moved("!", Tone::Attention, change, &class_news(change))
        })
    }

    /// Rows with human work whose model is dismissed.
    fn contradicted(&self) -> Group {
        let Some(plan) = self.plan else {
            return Group::default();
        };
        let heading = "Dismissed, and yet kept: a person wrote in these rows, so the decision has no effect on them; take one of the two back";
        let rows: Vec<ModelChange<'_>> = plan
            .contradicted
            .iter()
            .map(|row| ModelChange {
                training_flop: row.flop,
                ..ModelChange::of_row(plan.dataset, row)
            })
            .collect();
        self.list(heading, MODEL_FLOP, &rows, |row| {
            Entry::at("!", Tone::Attention, row, &flop_text(row.flops().1), "")
        })
    }

    fn conflicts(&self) -> Group {
        let heading = "Conflicts: today's human work differs from the older copy's and stays; decide which is right";
        let conflicts = self.changes.conflicts.as_deref().unwrap_or_default();
        self.list(heading, MODEL_TEXT, conflicts, |change| {
            let (stays, not_taken): (Vec<_>, Vec<_>) = change
                .fields
                .0
                .iter()
                .map(|(column, cell)| {
                    let (stays, not_taken) = where_they_differ(&cell.from, &cell.to);
                    (format!("{column} {stays}"), format!("{column} {not_taken}"))
                })
                .unzip();
            let not_taken = format!("not taken: {}", not_taken.join(", "));
            let stays = stays.join(", ");
            let mut entry = Entry::at("!", Tone::Attention, change, "stays:", &stays);
            entry.below.push(not_taken);
            entry
        })
    }

    fn added(&self) -> Group {
        let added = &self.changes.added;
        let mut group = self.list("Added", MODEL_FLOP, added, |change| {
            let flop = flop_text(change.flops().1);
            let confidence = change.field(Column::Confidence).map_or("", |cell| &cell.to);
            Entry::at("+", Tone::Added, change, &flop, confidence)
        });
        if let Some(plan) = self.plan.filter(|_| self.is_verbose()) {
            let lines = plan.with_change(|change| change == Change::Added);
            for (entry, line) in group.entries.iter_mut().zip(lines) {
                entry.below = grounds(plan, line);
            }
        }
        group
    }

    fn updated(&self) -> Group {
        let updated = &self.changes.updated;
        let group = self.list("Updated", MODEL_CHANGE, updated, |change| {
            let human: Vec<&str> = human_fields(change).collect();
            let news = if self.mode == Mode::Reset && !human.is_empty() {
                format!("gives up {}", human.join(" and "))
            } else {
                let (was, now) = change.flops();
                let mut news: Vec<String> = class_change(was, now).into_iter().collect();
                // Between two datasets human text is told like any other change.
                if change.has_text && self.mode != Mode::Diff {
                    news.push("noted".to_owned());
                }
                news.extend(cell_news(change));
                news.join(", ")
            };
            Entry::moved("~", Tone::Changed, change, &news)
        });
        Group {
            rollup: rollup(updated),
            ..group
        }
    }

    fn removed(&self) -> Group {
        let heading = match self.mode {
            Mode::Reset => "Removed: not candidates",
            Mode::Diff => "Removed",
            _ => "Removed: now below 5e24",
        };
        self.list(heading, MODEL_CHANGE, &self.changes.removed, |change| {
            let lost = match self.mode {
                Mode::Diff => human_work(change),
                _ => given_up(change).to_owned(),
            };
            Entry::moved("-", Tone::Removed, change, &lost)
        })
    }

    fn dismissed(&self) -> Group {
        let heading = "Dismissed: they leave by a decision";
        self.list(heading, MODEL_FLOP, &self.changes.dismissed, |change| {
            let latest = flop_text(change.latest_flop.flatten());
            let decision = change.decision.as_deref().unwrap_or_default();
            Entry::at("x", Tone::Removed, change, &latest, decision)
        })
    }

    fn demoted(&self) -> Group {
        let heading = "Demoted: now below 5e24, kept for what a person wrote in them; decide whether they stay";
        self.list(heading, MODEL_CHANGE, &self.changes.demoted, |change| {
            let news = cell_news(change).join(", ");
            Entry::moved("⤓", Tone::Attention, change, &news)
        })
    }

    fn protected(&self) -> Group {
        let heading =
            "Protected: `verified` is neither y nor blank, so somebody wrote that; kept as it was";
        self.list(heading, MODEL_FLOP, &self.changes.protected, |change| {
            let flop = flop_text(change.flops().1);
            let verified = change.verified.as_deref().unwrap_or_default();
            let says = format!("verified is \"{verified}\"");
            Entry::at("!", Tone::Attention, change, &flop, &says)
        })
    }

    fn orphaned(&self) -> Group {
        let heading = "Orphaned: no usable estimate of them now; kept";
        self.list(heading, MODEL_FLOP, &self.changes.orphaned, |change| {
            let flop = flop_text(change.flops().1);
            let mut remark = change.reason.as_deref().unwrap_or_default().to_owned();
            for (column, cell) in &change.fields.0 {
                remark += &format!("; {column} {} → {}", cell.from, cell.to);
            }
            Entry::at("?", Tone::Attention, change, &flop, &remark)
        })
    }

    fn duplicates(&self) -> Group {
        let heading = match self.mode {
            Mode::Reset => "Duplicates: one model on several rows; the first stays",
            _ => "Duplicates: one model on several rows; those with human work stay",
        };
        self.list(heading, MODEL_FLOP, &self.changes.duplicates, |change| {
            let [kept, dropped] = [change.kept, change.dropped].map(Option::unwrap_or_default);
            let mut said = format!("{kept} kept");
            if dropped > 0 {
                said += &format!(", {dropped} removed as duplicate");
            }
            if !given_up(change).is_empty() {
                said += &format!(", {}", given_up(change));
            }
            Entry::at("=", Tone::Attention, change, "", &said)
        })
    }

    fn renamed(&self) -> Group {
        let heading = "Probable renames: names that are one or look alike; never merged, so decide which is right";
        self.list(heading, MODEL_FLOP, &self.changes.renamed, |change| {
            let also = format!("also {}", others(&change.name, &change.with));
            Entry::at("?", Tone::Attention, change, "", &also)
        })
    }

    fn unestimated(&self) -> Group {
        let models = self.input.map_or(&[][..], |input| &input.unestimated);
        let names = models.iter().map(|model| model.name.to_string());
        let text = if self.is_verbose() {
            names.collect::<Vec<_>>().join(", ")
        } else {
            listed(names)
        };
        let heading = "No estimate: in the estimates without a training FLOP";
        Group::sentences(heading, models.len(), &[text])
    }
}

/// What happens to the file as a whole, said once.
pub(super) fn layout(plan: &Plan<'_>) -> Group {
    let header = &plan.dataset.table.header;
    let mut said = Vec::new();
    if header.has_old_name() {
        said.push("the column `model` is renamed to `name`".to_owned());
    }
    let missing: Vec<&str> = header.missing().collect();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        said.push(format!("columns are appended on the right: {missing}"));
    }
    if plan.resorted {
        said.push("the rows stood in another order and are sorted by training FLOP".to_owned());
    }
    Group::sentences("Layout", said.len(), &said)
}

/// What makes one change matter more than another: human work that is given up, a threshold that is crossed, then the factor.
fn weight(change: &ModelChange<'_>) -> (bool, bool, u64) {
    let is_human = human_fields(change).next().is_some();
    let (was, now) = flops(change);
    let crosses = was.is_some() != now.is_some() || class_change(was, now).is_some();
    let factor = was.zip(now).map(|(was, now)| was.factor(now));
    // The bits of positive numbers are ordered as the numbers are.
    let factor = factor.unwrap_or(f64::INFINITY).to_bits();
    (is_human, crosses, factor)
}

/// The threshold that lies between the two numbers that are set against each other.
fn class_news(change: &ModelChange<'_>) -> String {
    let (was, now) = flops(change);
    class_change(was, now).unwrap_or_default()
}

/// What a person had written in a row that is not there any more.
fn human_work(change: &ModelChange<'_>) -> String {
    let mut work = Vec::new();
    if let Some(mark) = &change.verified {
        work.push(format!("verified {}", excerpt(mark.trim(), 60)));
    }
    if change.has_text {
        work.push("with human text".to_owned());
    }
    work.join(", ")
}

/// What of it a reset gives up.
fn given_up(change: &ModelChange<'_>) -> &'static str {
    match (change.verified.is_some(), change.has_text) {
        (true, true) => "mark and human text given up",
        (true, false) => "mark given up",
        (false, true) => "human text given up",
        (false, false) => "",
    }
}

/// The other models of a group of probable renames, each as far as it differs.
pub fn others(name: &str, with: &[Model<'_>]) -> String {
    listed(with.iter().map(|other| {
        if other.name == name {
            other.developer.to_string()
        } else {
            bounded_model(&other.name, &other.developer)
        }
    }))
}
