//! The groups of a report: which changes belong together, in which order, and what is said of each.

use std::cmp::Reverse;

use super::entry::{
    beginning, cell_news, class_change, details, flop_cell, flop_change, flop_texts, grounds,
    human_fields, moved, reasoning, stored_flop,
};
use super::group::{Entry, Group, MODEL_CHANGE, MODEL_FLOP, sentences};
use super::rollup::rollup;
use crate::changes::{Changes, FromTo, ModelChange};
use crate::flop::Flop;
use crate::plan::{Change, Input, Mode, Model, Plan};
use crate::schema::Column;
use crate::terminal::{Align, Cell, Tone, bounded_model, listed};
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

    /// A group of these changes, each with what is said of it.
    fn list<C>(
        &self,
        title: &'static str,
        meaning: &'static str,
        columns: &'static [Align],
        changes: C,
        entry: impl Fn(&ModelChange<'_>) -> Entry,
    ) -> Group
    where
        C: IntoIterator<Item = &'r ModelChange<'r>, IntoIter: ExactSizeIterator>,
    {
        let changes = changes.into_iter();
        let total = changes.len();
        Group {
            title,
            meaning,
            total,
            rollup: None,
            columns,
            entries: changes.take(self.limit).map(entry).collect(),
            more: total.saturating_sub(self.limit),
        }
    }

    fn crossed(&self) -> Group {
        let is_above = |change: &ModelChange<'_>| change.flops().1 >= Some(Flop::REGULATORY);
        let sorted = heaviest_first(&self.changes.crossed, |change| {
            (is_above(change), distance(change.flops()))
        });
        let meaning = match self.mode {
            Mode::Diff => ": their training FLOP passes 1e25",
            _ => ": their training FLOP passes 1e25 in this run",
        };
        self.list("Crossed", meaning, MODEL_CHANGE, sorted, |change| {
            let (was, now) = change.flops();
            let (mark, tone) = if is_above(change) {
                ("↑", Tone::Added)
            } else {
                ("↓", Tone::Removed)
            };
            Entry::new(mark, tone, change, moved(was, now)).with_details(reasoning(change))
        })
    }

    fn drifted(&self) -> Group {
        let flops = |change: &ModelChange<'_>| {
            (
                stored_flop(change.verified_flop),
                stored_flop(change.latest_flop),
            )
        };
        let sorted = heaviest_first(&self.changes.drifted, |change| distance(flops(change)));
        let meaning = ": verified, but the latest estimate is 2× or more away, or on another side of a threshold";
        self.list("Drifted", meaning, MODEL_CHANGE, sorted, |change| {
            let (verified, latest) = flops(change);
            let (mut from, to) = flop_texts(verified, latest);
            if verified.is_none() {
                from = "no number".to_owned();
            }
            let [_, factor, class] = moved(verified, latest);
            let numbers = Cell::plain(&format!("{from}, latest {to}"));
            Entry::new("!", Tone::Attention, change, [numbers, factor, class])
        })
    }

    fn reconsider(&self) -> Group {
        let meaning = ": dismissed as below, but the latest estimate is far above what was judged; they stay out";
        let changes = &self.changes.reconsider;
        self.list("Reconsider", meaning, MODEL_CHANGE, changes, |change| {
            let [judged, latest] = [change.judged_flop, change.latest_flop].map(stored_flop);
            Entry::new("!", Tone::Attention, change, moved(judged, latest))
        })
    }

    /// Rows with human work whose model is dismissed.
    fn contradicted(&self) -> Group {
        let Some(plan) = self.plan else {
            return Group::default();
        };
        let entries = plan.contradicted.iter().take(self.limit).map(|row| {
            let cell = |column| plan.dataset.cell(row, column);
            Entry::of(vec![
                Cell::name(Tone::Attention, "!", cell(Column::Name)),
                Cell::name(Tone::Plain, "", cell(Column::Developer)),
                flop_cell(row.flop),
            ])
        });
        let total = plan.contradicted.len();
        Group {
            title: "Dismissed, and yet kept",
            meaning: ": a person wrote in these rows, so the decision has no effect on them; take one of the two back",
            total,
            columns: &[Align::Text, Align::Text, Align::Number],
            entries: entries.collect(),
            more: total.saturating_sub(self.limit),
            ..Group::default()
        }
    }

    fn conflicts(&self) -> Group {
        let changes = self.changes.conflicts.as_deref().unwrap_or_default();
        let mut entries = Vec::new();
        for change in changes.iter().take(self.limit) {
            let texts = |side: fn(&FromTo<'_>) -> String| {
                let texts = change.fields.0.iter();
                let texts = texts.map(|(column, cell)| format!("{column} {}", side(cell)));
                Cell::plain(&texts.collect::<Vec<_>>().join(", "))
            };
            let stays = [Cell::plain("stays:"), texts(|cell| beginning(&cell.from))];
            entries.push(Entry::new("!", Tone::Attention, change, stays));
            let [name, developer, what] = ["", "", "not taken:"].map(Cell::plain);
            let not_taken = texts(|cell| beginning(&cell.to));
            entries.push(Entry::of(vec![name, developer, what, not_taken]));
        }
        Group {
            title: "Conflicts",
            meaning: ": today's human work differs from the older copy's and stays; decide which is right",
            total: changes.len(),
            columns: &[Align::Text, Align::Text, Align::Number, Align::Paragraph],
            entries,
            more: changes.len().saturating_sub(self.limit),
            ..Group::default()
        }
    }

    fn added(&self) -> Group {
        let added = &self.changes.added;
        let mut group = self.list("Added", "", MODEL_FLOP, added, |change| {
            let confidence = change.field(Column::Confidence).map_or("", |cell| &cell.to);
            let cells = [flop_cell(change.flops().1), Cell::plain(confidence)];
            Entry::new("+", Tone::Added, change, cells)
        });
        if let Some(plan) = self.plan {
            let lines = plan.with_change(|change| change == Change::Added);
            for (entry, line) in group.entries.iter_mut().zip(lines) {
                entry.details = grounds(plan, line);
            }
        }
        group
    }

    fn updated(&self) -> Group {
        // Human work that is given up comes first, then a threshold that is crossed, then the factor.
        let sorted = heaviest_first(&self.changes.updated, |change| {
            let (was, now) = change.flops();
            let crosses = was.is_some() != now.is_some() || class_change(was, now).is_some();
            let is_human = human_fields(change).next().is_some();
            (is_human, crosses, distance((was, now)))
        });
        let group = self.list("Updated", "", MODEL_CHANGE, sorted, |change| {
            let (was, now) = change.flops();
            let human: Vec<&str> = human_fields(change).collect();
            let mut news = Vec::new();
            if self.mode == Mode::Reset && !human.is_empty() {
                news.push(format!("gives up {}", human.join(" and ")));
            } else {
                news.extend(class_change(was, now));
                // Between two datasets human text is told like any other change.
                if change.has_text && self.mode != Mode::Diff {
                    news.push("noted".to_owned());
                }
                news.extend(cell_news(change));
            }
            changed("~", Tone::Changed, change, &news).with_details(details(change))
        });
        Group {
            rollup: rollup(&self.changes.updated),
            ..group
        }
    }

    fn demoted(&self) -> Group {
        let meaning =
            ": now below 5e24, kept for what a person wrote in them; decide whether they stay";
        let changes = &self.changes.demoted;
        self.list("Demoted", meaning, MODEL_CHANGE, changes, |change| {
            changed("⤓", Tone::Attention, change, &cell_news(change))
                .with_details(reasoning(change))
        })
    }

    fn removed(&self) -> Group {
        let meaning = match self.mode {
            Mode::Reset => ": not candidates",
            Mode::Diff => "",
            _ => ": now below 5e24",
        };
        let changes = &self.changes.removed;
        self.list("Removed", meaning, MODEL_CHANGE, changes, |change| {
            let (was, now) = change.flops();
            let is_across = was.zip(now).is_some_and(|(was, now)| was.is_across(now));
            let lost = match self.mode {
                Mode::Diff => human_work(change),
                _ => given_up(change),
            };
            let remark = if !lost.is_empty() {
                Cell::new(Tone::Attention, &lost)
            } else if is_across && self.mode != Mode::Diff {
                Cell::plain("now < 1e25")
            } else {
                Cell::plain("")
            };
            let [flops, factor] = flop_change(was, now);
            Entry::new("-", Tone::Removed, change, [flops, factor, remark])
                .with_details(reasoning(change))
        })
    }

    fn dismissed(&self) -> Group {
        let meaning = ": they leave by a decision";
        let changes = &self.changes.dismissed;
        self.list("Dismissed", meaning, MODEL_FLOP, changes, |change| {
            let decision = Cell::plain(change.decision.as_deref().unwrap_or_default());
            let flop = flop_cell(stored_flop(change.latest_flop));
            Entry::new("x", Tone::Removed, change, [flop, decision])
        })
    }

    fn protected(&self) -> Group {
        let meaning = ": `verified` is neither y nor blank, so somebody wrote that; kept as it was";
        let changes = &self.changes.protected;
        self.list("Protected", meaning, MODEL_FLOP, changes, |change| {
            let verified = change.verified.as_deref().unwrap_or_default();
            let says = Cell::plain(&format!("verified is \"{verified}\""));
            let cells = [flop_cell(change.flops().1), says];
            Entry::new("!", Tone::Attention, change, cells)
        })
    }

    fn orphaned(&self) -> Group {
        let meaning = ": no usable estimate of them now; kept";
        let changes = &self.changes.orphaned;
        self.list("Orphaned", meaning, MODEL_FLOP, changes, |change| {
            let mut remark = change.reason.as_deref().unwrap_or_default().to_owned();
            for (column, cell) in &change.fields.0 {
                remark += &format!("; {column} {} → {}", cell.from, cell.to);
            }
            let cells = [flop_cell(change.flops().1), Cell::new(Tone::Quiet, &remark)];
            Entry::new("?", Tone::Attention, change, cells)
        })
    }

    fn duplicates(&self) -> Group {
        let meaning = match self.mode {
            Mode::Reset => ": one model on several rows; the first stays",
            _ => ": one model on several rows; those with human work stay",
        };
        let changes = &self.changes.duplicates;
        self.list("Duplicates", meaning, MODEL_FLOP, changes, |change| {
            let [kept, dropped] = [change.kept, change.dropped].map(Option::unwrap_or_default);
            let mut said = format!("{kept} kept");
            if dropped > 0 {
                said += &format!(", {dropped} removed as duplicate");
            }
            let lost = given_up(change);
            if !lost.is_empty() {
                said += &format!(", {lost}");
            }
            let cells = [Cell::plain(""), Cell::plain(&said)];
            Entry::new("=", Tone::Attention, change, cells)
        })
    }

    fn renamed(&self) -> Group {
        let meaning = ": names that are one or look alike; never merged, so decide which is right";
        let changes = &self.changes.renamed;
        self.list("Probable renames", meaning, MODEL_FLOP, changes, |change| {
            let also = format!("also {}", others(&change.name, &change.with));
            let cells = [Cell::plain(""), Cell::plain(&also)];
            Entry::new("?", Tone::Attention, change, cells)
        })
    }

    fn unestimated(&self) -> Group {
        let models = self.input.map_or(&[][..], |input| &input.unestimated);
        let names = models.iter().map(|model| model.name.to_string());
        let text = if self.limit < usize::MAX {
            listed(names)
        } else {
            names.collect::<Vec<_>>().join(", ")
        };
        let meaning = ": in the estimates without a training FLOP";
        sentences("No estimate", meaning, models.len(), vec![text])
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
    sentences("Layout", "", said.len(), said)
}

/// The changes in the order of their weight, which is what makes one matter more than another.
fn heaviest_first<'c, W: Ord>(
    changes: &'c [ModelChange<'c>],
    weight: impl Fn(&ModelChange<'_>) -> W,
) -> Vec<&'c ModelChange<'c>> {
    let mut sorted: Vec<_> = changes.iter().collect();
    sorted.sort_by_cached_key(|change| Reverse(weight(change)));
    sorted
}

/// How far two numbers are apart, for sorting; one that is missing is farthest away.
fn distance((was, now): (Option<Flop>, Option<Flop>)) -> u64 {
    let factor = was.zip(now).map(|(was, now)| was.factor(now));
    // The bits of positive numbers are ordered as the numbers are.
    factor.unwrap_or(f64::INFINITY).to_bits()
}

/// A row whose cells change: old → new FLOP, the factor, and what else is news.
fn changed(mark: &str, tone: Tone, change: &ModelChange<'_>, news: &[String]) -> Entry {
    let (was, now) = change.flops();
    let [flops, factor] = flop_change(was, now);
    let news = Cell::plain(&news.join(", "));
    Entry::new(mark, tone, change, [flops, factor, news])
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
fn given_up(change: &ModelChange<'_>) -> String {
    match (change.verified.is_some(), change.has_text) {
        (true, true) => "mark and human text given up",
        (true, false) => "mark given up",
        (false, true) => "human text given up",
        (false, false) => "",
    }
    .to_owned()
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
