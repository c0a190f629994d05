//! The groups of a report: which changes belong together, in which order, and what is said about each.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;

use super::entry::{
    MODEL_CHANGE, MODEL_FLOP, basis, cell_change, cell_remarks, class_change, details, flop_text,
    flops, model_change, model_row,
};
use super::rollup::rollup;
use crate::changes::{Changes, Model, ModelChange};
use crate::flop::Flop;
use crate::key::Key;
use crate::plan::{Input, Mode, Plan};
use crate::schema::Column;
use crate::terminal::{
    Align, Grid, GridRow, Screen, Tone, and_more, bounded, bounded_model, headed, listed, wrap,
};
use crate::text::{CELL_EXCERPT, SHORT_EXCERPT, excerpt, quoted_to, shown};

pub(super) struct Groups<'r> {
    pub mode: Mode,
    pub changes: &'r Changes<'r>,
    /// The plan; `None` in `history`, `diff` and commit messages.
    pub plan: Option<&'r Plan<'r>>,
    pub screen: Screen,
}

impl<'r> Groups<'r> {
    /// The lines of all groups, the most important first.
    pub fn lines(&self) -> Vec<String> {
        let reasoning = self.unchanged_reasoning();
        let groups = [
            self.crossed(&reasoning),
            self.drifted(),
            self.reconsider(),
            self.contradicted(),
            self.conflicts(),
            self.perhaps_dismissed(),
            self.added(),
            self.updated(),
            self.removed(),
            self.dismissed(),
            self.demoted(&reasoning),
            self.protected(),
            self.orphaned(),
            self.duplicates(),
            self.renamed(),
        ];
        groups.concat()
    }

    /// The lines of a group with these changes; none where there are no changes. Rows whose human work a reset gives up come first, then,
    /// in groups that compare two numbers, the most important changes.
    fn list(
        &self,
        heading: &str,
        columns: &'static [Align],
        changes: impl IntoIterator<Item = &'r ModelChange<'r>>,
        mut row: impl FnMut(&ModelChange<'_>) -> GridRow,
    ) -> Vec<String> {
        let mut shown: Vec<_> = changes.into_iter().collect();
        let total = shown.len();
        if total == 0 {
            return Vec::new();
        }
        let is_comparison = columns == MODEL_CHANGE;
        shown.sort_by_cached_key(|change| {
            Reverse((
                self.is_given_up(change),
                is_comparison.then(|| weight(change)),
            ))
        });
        let mut grid = Grid::new(columns);
        for change in shown.into_iter().take(self.screen.limit()) {
            let mut row = row(change);
            if is_comparison && self.screen.shows_all {
                row.below.splice(..0, details(change, SHORT_EXCERPT));
            }
            for line in &mut row.below {
                let wrapped = wrap(&format!("      {line}"), "        ", self.screen);
                *line = self.screen.paint(Tone::Quiet, &wrapped);
            }
            grid.push(row);
        }
        let mut lines = vec![title(heading, total, self.screen)];
        lines.extend(grid.lines("  ", self.screen));
        lines.extend(and_more(total, self.screen));
        lines
    }

    /// Whether a reset gives up a mark or human text.
    fn is_given_up(&self, change: &ModelChange<'_>) -> bool {
        let mark = change.field(Column::Verified);
        let had_mark =
            change.verified.is_some() || mark.is_some_and(|cell| !cell.from.trim().is_empty());
        self.mode == Mode::Reset && (had_mark || change.has_text)
    }

    /// With `--verbose`, in a run that follows the estimates: the reasoning of a row whose number changes while its reasoning stays.
    /// Without a plan, it is known only for the rows that left.
    fn unchanged_reasoning(&self) -> impl Fn(&ModelChange<'_>) -> Option<String> {
        let is_shown = self.screen.shows_all && self.mode.follows_estimates();
        let left = self.changes.removed.iter().filter_map(|one| {
            let text = one.row.as_ref()?.get(Column::Reasoning.name())?;
            Some((one.key(), text.clone()))
        });
        let changed = self.plan.into_iter().flat_map(|plan| {
            let lines = plan.lines.iter().filter(|line| line.record.is_changed());
            lines.map(|line| {
                (
                    (*line.record.key).clone(),
                    plan.cell(line, Column::Reasoning),
                )
            })
        });
        let texts: HashMap<Key, Cow<'_, str>> = match is_shown {
            true => left.chain(changed).collect(),
            false => HashMap::new(),
        };
        move |change| {
            let is_new = change.field(Column::Reasoning).is_some();
            let text = texts
                .get(&change.key())
                .filter(|text| !is_new && !text.is_empty());
            text.map(|text| format!("reasoning, as before: {}", quoted_to(SHORT_EXCERPT, text)))
        }
    }

    fn crossed(&self, reasoning: impl Fn(&ModelChange<'_>) -> Option<String>) -> Vec<String> {
        let crossed = &self.changes.crossed;
        let is_above = |change: &ModelChange<'_>| change.flops().1 >= Some(Flop::REGULATORY);
        let up = crossed.iter().filter(|change| is_above(change)).count();
        let down = crossed.len() - up;
        let heading =
            format!("Crossed: rows whose training FLOP passes 1e25 ({up} upward, {down} downward)");
        self.list(&heading, MODEL_CHANGE, crossed, |change| {
            let sign = if is_above(change) { "↑" } else { "↓" };
            let mut row = model_change(sign, change, &class_remark(change));
            row.below.extend(reasoning(change));
            row
        })
    }

    fn drifted(&self) -> Vec<String> {
        let heading = "Drifted: verified, but the latest estimate is 2× or more away, on the other side of a threshold, or the row has no number";
        self.list(heading, MODEL_CHANGE, &self.changes.drifted, |change| {
            model_change("!", change, &class_remark(change))
        })
    }

    fn reconsider(&self) -> Vec<String> {
        let heading = "Reconsider: dismissed as below, but the latest estimate is 2× or more above the judged number, or past a threshold; still kept out";
        self.list(heading, MODEL_CHANGE, &self.changes.reconsider, |change| {
            model_change("!", change, &class_remark(change))
        })
    }

    /// Rows with human work whose model is dismissed.
    fn contradicted(&self) -> Vec<String> {
        let heading = "Dismissed, and yet kept: these rows have a mark or human text, so the decision has no effect on them; \
                       `validate` says how to settle it";
        self.list(heading, MODEL_FLOP, &self.changes.contradicted, |row| {
            model_row("!", row, &[&flop_text(row.flops().1), ""])
        })
    }

    fn conflicts(&self) -> Vec<String> {
        let heading = "Conflicts: today's human work, which stays → the older copy's, which is not taken; decide which is right";
        self.list(heading, MODEL_FLOP, &self.changes.conflicts, |change| {
            let reason = change.reason.as_deref().unwrap_or_default();
            let mut row = model_row("!", change, &["", reason]);
            // Nothing is cut, because this list may be the only place that has the older copy's text.
            row.below = details(change, usize::MAX);
            row
        })
    }

    /// New rows whose models may have been dismissed under another name.
    fn perhaps_dismissed(&self) -> Vec<String> {
        let heading = "Perhaps dismissed: added, but a dismissed model has a look-alike name; if the two are one model, `alias` joins them";
        let added = self.changes.added.iter();
        let added = added.filter(|change| change.reason.is_some());
        self.list(heading, MODEL_FLOP, added, |change| {
            let flop = flop_text(change.flops().1);
            let reason = change.reason.as_deref().unwrap_or_default();
            model_row("!", change, &[&flop, reason])
        })
    }

    /// The new rows. With `--verbose` they say what their numbers are based on.
    fn added(&self) -> Vec<String> {
        let plan = self.plan.filter(|_| self.screen.shows_all);
        // The lines of the plan are in the order of the changes.
        let mut basis = plan.into_iter().flat_map(|plan| {
            let added = plan.lines.iter().filter(|line| line.is_added());
            added.map(|line| basis(plan, line))
        });
        self.list("Added", MODEL_FLOP, &self.changes.added, |change| {
            let flop = flop_text(change.flops().1);
            let confidence = change.field(Column::Confidence).map_or("", |cell| &cell.to);
            let confidence = excerpt(confidence, SHORT_EXCERPT);
            let mut row = model_row("+", change, &[&flop, &confidence]);
            row.below = basis.next().unwrap_or_default();
            row
        })
    }

    fn updated(&self) -> Vec<String> {
        let updated = &self.changes.updated;
        let mut lines = self.list("Updated", MODEL_CHANGE, updated, |change| {
            let (was, now) = change.flops();
            let mut remarks = cell_remarks(change);
            // In the other modes the cells that a person wrote are among the changes.
            if change.has_text && self.mode == Mode::Refresh {
                remarks.insert(0, "human text".to_owned());
            }
            let class = class_change(was, now).into_iter();
            if self.is_given_up(change) {
                remarks.extend(class);
            } else {
                remarks.splice(..0, class);
            }
            model_change("~", change, &remarks)
        });
        if let Some(text) = rollup(updated) {
            lines.insert(1, wrap(&format!("  {text}"), "    ", self.screen));
        }
        lines
    }

    fn removed(&self) -> Vec<String> {
        let heading = match self.mode {
            Mode::Reset => "Removed: not candidates",
            Mode::Diff => "Removed",
            _ => "Removed: now below 5e24",
        };
        self.list(heading, MODEL_CHANGE, &self.changes.removed, |change| {
            let mut remark = human_work(change);
            remark.extend(change.reason.iter().map(ToString::to_string));
            model_change("-", change, &remark)
        })
    }

    fn dismissed(&self) -> Vec<String> {
        let heading = "Dismissed: removed because of a decision";
        self.list(heading, MODEL_FLOP, &self.changes.dismissed, |change| {
            // The journal entry of a killed run does not have the latest estimates.
            let latest = change.latest_flop.map_or_else(String::new, flop_text);
            let decision = change.decision.as_deref().unwrap_or_default();
            model_row("x", change, &[&latest, decision])
        })
    }

    fn demoted(&self, reasoning: impl Fn(&ModelChange<'_>) -> Option<String>) -> Vec<String> {
        let heading =
            "Demoted: now below 5e24, but kept for their human text; decide whether they stay";
        self.list(heading, MODEL_CHANGE, &self.changes.demoted, |change| {
            let mut row = model_change("⤓", change, &cell_remarks(change));
            row.below.extend(reasoning(change));
            row
        })
    }

    fn protected(&self) -> Vec<String> {
        let heading =
            "Protected: `verified` is neither y nor blank, so a person wrote it; kept as is";
        self.list(heading, MODEL_FLOP, &self.changes.protected, |change| {
            let flop = flop_text(change.flops().1);
            let verified = change.verified.as_deref().unwrap_or_default();
            let says = format!("verified is \"{}\"", bounded(verified));
            model_row("!", change, &[&flop, &says])
        })
    }

    fn orphaned(&self) -> Vec<String> {
        let heading = "Orphaned: no usable estimate now; kept";
        self.list(heading, MODEL_FLOP, &self.changes.orphaned, |change| {
            let flop = flop_text(change.flops().1);
            let mut remark = change.reason.as_deref().unwrap_or_default().to_owned();
            for (column, cell) in &change.fields.0 {
                remark += &format!("; {}", cell_change(column, cell));
            }
            model_row("?", change, &[&flop, &remark])
        })
    }

    fn duplicates(&self) -> Vec<String> {
        let heading = "Duplicates: one model on several rows";
        self.list(heading, MODEL_FLOP, &self.changes.duplicates, |change| {
            let [kept, dropped] = [change.kept, change.dropped].map(Option::unwrap_or_default);
            let mut remark = format!("{kept} kept");
            if dropped > 0 {
                remark += &format!(", {dropped} removed as duplicate");
            }
            if !human_work(change).is_empty() {
                remark += &format!(" ({})", human_work(change).join(", "));
            }
            model_row("=", change, &["", &remark])
        })
    }

    fn renamed(&self) -> Vec<String> {
        let heading = "Probable renames: names that are the same or look alike; never merged, so decide which is right";
        self.list(heading, MODEL_FLOP, &self.changes.renamed, |change| {
            let also = format!("also {}", other_models(&change.name, &change.with));
            model_row("?", change, &["", &also])
        })
    }
}

/// The models of the estimates that have no training FLOP.
pub(super) fn unestimated(input: &Input<'_>, screen: Screen) -> Vec<String> {
    let models = &input.unestimated;
    let text = listed(models.iter().map(|model| &model.name));
    let heading = "No estimate: models for which the estimates have no training FLOP";
    sentences(heading, models.len(), &[text], screen)
}

/// The changes to the file as a whole.
pub(super) fn layout(plan: &Plan<'_>, screen: Screen) -> Vec<String> {
    let header = &plan.dataset.table.header;
    let mut texts = Vec::new();
    if header.has_old_name() {
        texts.push("the column `model` is renamed to `name`".to_owned());
    }
    let missing: Vec<&str> = header.missing().collect();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        texts.push(format!("columns are appended on the right: {missing}"));
    }
    if plan.has_unsorted_rows() {
        texts.push("the rows were out of order and are sorted by training FLOP".to_owned());
    }
    sentences("Layout", texts.len(), &texts, screen)
}

/// The lines of a group of sentences that are not about single models; none where there are no sentences.
fn sentences(heading: &str, total: usize, texts: &[String], screen: Screen) -> Vec<String> {
    if total == 0 {
        return Vec::new();
    }
    let mut lines = vec![title(heading, total, screen)];
    for text in texts {
        lines.push(wrap(&format!("  {}", shown(text)), "  ", screen));
    }
    lines
}

/// The title of a group: its name, its count, and, after a colon, its meaning.
fn title(heading: &str, total: usize, screen: Screen) -> String {
    let meaning_at = heading.find(':').unwrap_or(heading.len());
    let (title, meaning) = heading.split_at(meaning_at);
    headed(&format!("{title} {total}"), meaning, screen)
}

/// How important a change is: first whether it crosses a threshold, then the factor.
fn weight(change: &ModelChange<'_>) -> (bool, u64) {
    let (was, mut now) = flops(change);
    if change.reason.is_some() {
        // The row leaves because its model no longer has a number.
        now = None;
    }
    let crosses = was.is_some() != now.is_some() || class_change(was, now).is_some();
    let factor = was.zip(now).map(|(was, now)| was.factor(now));
    // The bits of positive numbers sort like the numbers.
    let factor = factor.unwrap_or(f64::INFINITY).to_bits();
    (crosses, factor)
}

/// The remark on a threshold between the two numbers of a change.
fn class_remark(change: &ModelChange<'_>) -> Vec<String> {
    let (was, now) = flops(change);
    class_change(was, now).into_iter().collect()
}

/// The human work in a row that has left.
fn human_work(change: &ModelChange<'_>) -> Vec<String> {
    let mut work = Vec::new();
    if let Some(mark) = &change.verified {
        work.push(format!("verified {}", excerpt(mark.trim(), CELL_EXCERPT)));
    }
    if change.has_text {
        work.push("with human text".to_owned());
    }
    work
}

/// The other models of a group of probable renames. Where the name is the same, only the developer is shown.
pub fn other_models(name: &str, with: &[Model<'_>]) -> String {
    listed(with.iter().map(|other| {
        if other.name == name {
            format!("by {}", other.developer)
        } else {
            bounded_model(&other.name, &other.developer)
        }
    }))
}
