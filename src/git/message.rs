//! The message of the commit that a run makes: the command, how much changed, then the models. Pure.

use std::collections::BTreeMap;

use crate::changes::{Changes, ModelChange};
use crate::dates;
use crate::plan::Mode;
use crate::report::{changes_text, counts, flop_texts};
use crate::schema::Column;
use crate::terminal::{Screen, bounded};
use crate::text::{one_line, shown};

/// The width of a message, in columns.
const WIDTH: usize = 80;

/// For how many models the message of a decision shows all changes.
const DETAILED: usize = 10;

/// The message of a run with these changes: one line that says what it did, then the changes as in a report. `given_up` says how much human
/// work a reset gives up, and `saved_at` when the estimates were saved.
pub fn message(
    mode: Mode,
    changes: &Changes<'_>,
    given_up: &str,
    saved_at: Option<&str>,
) -> String {
    if mode.is_decision() {
        return of_decision(mode, changes);
    }
    let counts = format!("{}{given_up}", counts(changes));
    of_run(mode, changes, &counts, saved_at)
}

/// `Refresh: 8 added, 12 updated, 1 removed (estimates of 2025-08-15)`, then the groups as in a report.
fn of_run(mode: Mode, changes: &Changes<'_>, counts: &str, saved_at: Option<&str>) -> String {
    let mut text = format!("{}: {counts}", capitalised(mode.name()));
    if let Some(at) = saved_at {
        text += &format!(" (estimates of {})", shown(dates::day_text(at)));
    }
    text += "\n\n";
    let groups = changes_text(mode, changes, Screen::of_width(WIDTH)).unwrap_or_default();
    for line in groups.lines() {
        // A message cannot be printed again with `--verbose`.
        let line = match line.starts_with("  … and ") {
            true => line.trim_end_matches(" (--verbose shows all)"),
            false => line,
        };
        text += &format!("{line}\n");
    }
    text.trim_end().to_owned() + "\n"
}

/// `Verify GPT-4.5: note`, or `Verify 3 models`, then everything that changes in the first models. If there is no note, a new training FLOP
/// takes its place.
fn of_decision<'c>(mode: Mode, changes: &Changes<'c>) -> String {
    let groups = [
        &changes.updated,
        &changes.decisions,
        &changes.aliases,
        &changes.dismissed,
        &changes.added,
    ];
    let mut models = BTreeMap::new();
    for change in groups.into_iter().flatten() {
        models.entry(change.key()).or_insert(change);
    }
    let verb = verb(mode, changes);
    let subject = match &models.values().collect::<Vec<_>>()[..] {
        [change] => {
            // When a review takes a decision back, no note is new.
            let note = change.new_note().filter(|_| mode != Mode::Review);
            let note = note.map(|note| shown(&one_line(note.into())).into_owned());
            let flop = || new_flop(change).filter(|_| !changes.updated.is_empty());
            let detail = note.or_else(flop);
            let detail = detail.map_or_else(String::new, |detail| format!(": {detail}"));
            format!("{verb} {}{detail}", bounded(&change.name))
        }
        several => format!("{verb} {} models", several.len()),
    };
    let last = models.keys().nth(DETAILED - 1);
    let is_first = |change: &&ModelChange<'_>| last.is_none_or(|last| change.key() <= *last);
    let first = |group: &[ModelChange<'c>]| group.iter().filter(is_first).cloned().collect();
    let detailed = Changes {
        updated: first(&changes.updated),
        added: first(&changes.added),
        dismissed: first(&changes.dismissed),
        decisions: first(&changes.decisions),
        aliases: first(&changes.aliases),
        ..Changes::default()
    };
    let detailed = changes_text(mode, &detailed, Screen::of_width(WIDTH)).unwrap_or_default();
    let mut text = format!("{subject}\n\n{detailed}\n");
    if models.len() > DETAILED {
        text += &format!("… and {} more models\n", models.len() - DETAILED);
    }
    text
}

/// `Verify`, or `Undo: verify` if a mark or a decision is taken back.
fn verb(mode: Mode, changes: &Changes<'_>) -> String {
    let is_unmarked = |change: &ModelChange<'_>| {
        let mark = change.field(Column::Verified);
        mark.is_some_and(|mark| mark.to.trim().is_empty())
    };
    let is_undone = if changes.updated.is_empty() {
        let decisions = &changes.decisions;
        !decisions.is_empty() && decisions.iter().all(ModelChange::is_taken_back)
    } else {
        changes.updated.iter().any(is_unmarked)
    };
    // A run has the mode of a review only when the review takes a decision back.
    let undo = if is_undone || mode == Mode::Review {
        "undo: "
    } else {
        ""
    };
    capitalised(&format!("{undo}{}", mode.name()))
}

/// `FLOP 6.00e+25 → 7.00e+25`, if the row has another number afterwards.
fn new_flop(change: &ModelChange<'_>) -> Option<String> {
    let (was, now) = change.flops();
    let (from, to) = flop_texts(was, now);
    (was != now).then(|| format!("FLOP {from} → {to}"))
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::{FromTo, changed_cells};

    type Field = (&'static str, &'static str, &'static str);

    fn change(name: &str, fields: &[Field]) -> ModelChange<'static> {
        let cells = fields
            .iter()
            .map(|(column, from, to)| (*column, FromTo::new(*from, *to)));
        ModelChange {
            fields: changed_cells(cells),
            ..ModelChange::of(name.to_owned(), "d")
        }
    }

    fn message_of_updates(mode: Mode, updated: &[ModelChange<'static>]) -> String {
        let changes = Changes {
            updated: updated.to_vec(),
            ..Changes::default()
        };
        message(mode, &changes, "", None)
    }

    #[test]
    fn the_message_of_a_refresh_counts_the_changes_and_then_lists_the_models() {
        let changes = Changes {
            added: vec![change("new", &[("training_flop", "", "5e26")])],
            updated: (0..11)
                .map(|n| change(&format!("m{n}"), &[("training_flop", "1e25", "2e25")]))
                .collect(),
            ..Changes::default()
        };
        let message = message(Mode::Refresh, &changes, "", Some("2025-08-15T20:32:45"));
        let first = "Refresh: 1 added, 11 updated (estimates of 2025-08-15)\n\nAdded 1\n  + new  d  5.00e+26\n\
                     Updated 11\n";
        assert!(message.starts_with(first), "{message}");
        assert!(message.ends_with("\n  … and 1 more\n"), "{message}");
        let row = "\n  ~ m0  d  1.00e+25 → 2.00e+25  ";
        assert!(message.contains(row), "{message}");
    }

    /// The first line of a message.
    fn subject(mode: Mode, changes: &Changes<'_>) -> String {
        let message = message(mode, changes, "", None);
        message.lines().next().unwrap_or_default().to_owned()
    }

    #[test]
    fn the_message_of_a_decision_names_the_model_and_the_new_note_and_then_lists_all_changes() {
        let fields = [("verified", "", "y"), ("notes", "old", "old; seen")];
        assert_eq!(
            message_of_updates(Mode::Verify, &[change("GPT-4.5", &fields)]),
            "Verify GPT-4.5: seen\n\nGPT-4.5 (d)\n  verified: \"\" → \"y\"\n  notes: \"old\" → \"old; seen\"\n"
        );
        for (field, text) in [
            (("verified", "y", ""), "Undo: verify a"),
            (("confidence", "low", "high"), "Verify a"),
            (("notes", "page 3", "page 31"), "Verify a: page 31"),
            (("notes", "", "one\ntwo"), "Verify a: one two"),
        ] {
            let message = message_of_updates(Mode::Verify, &[change("a", &[field])]);
            assert_eq!(message.lines().next(), Some(text));
        }
    }

    #[test]
    fn without_a_note_a_new_number_is_given_with_enough_digits_to_differ_from_the_old_one() {
        let flop = ("training_flop", "6e+25", "7e+25");
        let near = ("training_flop", "6e25", "6.004e+25");
        let first = ("training_flop", "", "7e+25");
        let note = ("notes", "", "card");
        let spelling = ("training_flop", "6e25", "6e+25");
        for (fields, text) in [
            (&[flop][..], ": FLOP 6.00e+25 → 7.00e+25"),
            (&[near], ": FLOP 6.00e+25 → 6.004e+25"),
            (&[flop, note], ": card"),
            (&[first], ": FLOP no estimate → 7.00e+25"),
            (&[spelling], ""),
        ] {
            let message = message_of_updates(Mode::Accept, &[change("a", fields)]);
            assert_eq!(message.lines().next(), Some(&*format!("Accept a{text}")));
        }
    }

    #[test]
    fn decisions_on_several_models_are_counted_and_then_listed() {
        let line = |name, note| change(name, &[("decision", "", "below"), ("note", "", note)]);
        let changes = Changes {
            decisions: vec![line("a", "card"), line("b", "paper")],
            dismissed: vec![change("a", &[])],
            ..Changes::default()
        };
        let text = message(Mode::Dismiss, &changes, "", None);
        assert!(text.starts_with("Dismiss 2 models\n\na (d)"), "{text}");
        let of_b = "\nb (d), decision\n  decision: \"\" → \"below\"\n  note: \"\" → \"paper\"\n";
        assert!(text.ends_with(of_b), "{text}");
        let taken_back = Changes {
            decisions: vec![change("a", &[("decision", "stands", "")])],
            ..Changes::default()
        };
        assert_eq!(subject(Mode::Accept, &taken_back), "Undo: accept a");
        let joined = Changes {
            decisions: vec![line("a", "card"), change("b", &[("decision", "below", "")])],
            ..Changes::default()
        };
        assert_eq!(subject(Mode::Dismiss, &joined), "Dismiss 2 models");
    }

    #[test]
    fn only_the_first_of_many_models_are_listed_with_their_notes() {
        let dismissed = |n| change(&format!("m{n}"), &[("note", "", "card")]);
        let changes = Changes {
            dismissed: (10..70).map(|n| change(&format!("m{n}"), &[])).collect(),
            decisions: (10..70).map(dismissed).collect(),
            ..Changes::default()
        };
        let message = message(Mode::Dismiss, &changes, "", None);
        assert!(message.ends_with("\n… and 50 more models\n"), "{message}");
        assert_eq!(message.matches("note: \"\" → \"card\"").count(), DETAILED);
    }
}
