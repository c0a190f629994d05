//! The message of a commit that a run makes: the command, how much changed, then the models. Pure.

use std::collections::BTreeMap;

use crate::changes::{Changes, ModelChange};
use crate::dates;
use crate::plan::Mode;
use crate::report::{changes_text, counts, flop_texts};
use crate::schema::Column;
use crate::terminal::{Screen, bounded, bounded_model};
use crate::text::{one_line, shown};

/// How wide a message is laid out.
const WIDTH: usize = 80;

/// How many models of a decision are named.
const NAMED: usize = 10;

/// The message of a run with these changes. `saved_at` is when its estimates were saved.
pub fn message(mode: Mode, changes: &Changes<'_>, saved_at: Option<&str>) -> String {
    if mode.is_decision() {
        of_decision(mode, changes)
    } else {
        of_run(mode, changes, saved_at)
    }
}

/// `Refresh: 8 added, 12 updated, 1 removed (estimates of 2025-08-15)`, then the groups as a report has them.
fn of_run(mode: Mode, changes: &Changes<'_>, saved_at: Option<&str>) -> String {
    let mut text = format!("{}: {}", capitalised(mode.name()), counts(changes));
    if let Some(at) = saved_at {
        text += &format!(" (estimates of {})", shown(dates::day_text(at)));
    }
    if let Some(groups) = changes_text(mode, changes, Screen::of_width(WIDTH)) {
        // A message cannot be printed again with `--verbose`.
        text += &format!("\n\n{}", groups.replace(" (--verbose shows all)", ""));
    }
    text + "\n"
}

/// `Verify GPT-4.5: note`, or `Undo: verify GPT-4.5` where a mark or a decision is taken back. A new training FLOP stands below, or in
/// the place of the note where there is none. Several models are named below, with what is said of each.
fn of_decision(mode: Mode, changes: &Changes<'_>) -> String {
    let is_unmarked = |change: &ModelChange<'_>| {
        let mark = change.field(Column::Verified);
        mark.is_some_and(|mark| mark.to.trim().is_empty())
    };
    // A review is a run of its own only where a decision of it is taken back, and then no note is new.
    let is_review = mode == Mode::Review;
    let note_of = |change: &ModelChange<'_>| added_note(change).filter(|_| !is_review);
    let is_undone = if changes.updated.is_empty() {
        let decisions = &changes.decisions;
        !decisions.is_empty() && decisions.iter().all(ModelChange::is_taken_back)
    } else {
        changes.updated.iter().any(is_unmarked)
    };
    let undo = if is_undone || is_review { "undo: " } else { "" };
    let verb = capitalised(&format!("{undo}{}", mode.name()));
    let updated = changes.updated.iter();
    let updated = updated.map(|change| (change, new_flop(change)));
    let others = [
        &changes.decisions,
        &changes.aliases,
        &changes.dismissed,
        &changes.added,
    ];
    let others = others.into_iter().flatten().map(|change| (change, None));
    let mut models = BTreeMap::new();
    for (change, flop) in updated.chain(others) {
        let model = bounded_model(&change.name, &change.developer);
        models.entry(model).or_insert((change, flop));
    }
    if let [(change, flop)] = &models.values().collect::<Vec<_>>()[..] {
        let note = note_of(change);
        let mut said = note.iter().chain(flop);
        let subject = said.next().map(|said| format!(": {said}"));
        let body = said.next().map(|said| format!("\n{said}\n"));
        let [subject, body] = [subject, body].map(Option::unwrap_or_default);
        return format!("{verb} {}{subject}\n{body}", bounded(&change.name));
    }
    let mut text = format!("{verb} {} models\n\n", models.len());
    for (model, (change, flop)) in models.iter().take(NAMED) {
        let said = flop.iter().cloned().chain(note_of(change));
        let said = said.collect::<Vec<_>>().join("; ");
        let colon = if said.is_empty() { "" } else { ": " };
        text += &format!("{model}{colon}{said}\n");
    }
    if models.len() > NAMED {
        text += &format!("… and {} more\n", models.len() - NAMED);
    }
    text
}

/// What was added to the notes.
fn added_note(change: &ModelChange<'_>) -> Option<String> {
    let note = change.new_note()?;
    Some(shown(&one_line(note.into())).into_owned())
}

/// `FLOP 6.00e+25 → 7.00e+25`, where a row has another number afterwards.
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

    fn said(mode: Mode, updated: &[ModelChange<'static>]) -> String {
        let changes = Changes {
            updated: updated.to_vec(),
            ..Changes::default()
        };
        message(mode, &changes, None)
    }

    #[test]
    fn a_refresh_says_how_much_then_which_models() {
        let changes = Changes {
            added: vec![change("new", &[("training_flop", "", "5e26")])],
            updated: (0..11)
                .map(|n| change(&format!("m{n}"), &[("training_flop", "1e25", "2e25")]))
                .collect(),
            ..Changes::default()
        };
        let said = message(Mode::Refresh, &changes, Some("2025-08-15T20:32:45"));
        let first = "Refresh: 1 added, 11 updated (estimates of 2025-08-15)\n\nAdded 1\n  + new  d  5.00e+26\n\
                     Updated 11\n";
        assert!(said.starts_with(first), "{said}");
        assert!(said.ends_with("\n  … and 1 more\n"), "{said}");
        let row = "\n  ~ m0  d  1.00e+25 → 2.00e+25  ";
        assert!(said.contains(row), "{said}");
    }

    #[test]
    fn a_verdict_says_the_model_and_the_new_note() {
        let fields = [("verified", "", "y"), ("notes", "old", "old; seen")];
        let verified = change("GPT-4.5", &fields);
        assert_eq!(said(Mode::Verify, &[verified]), "Verify GPT-4.5: seen\n");
        for (field, text) in [
            (("verified", "y", ""), "Undo: verify a\n"),
            (("confidence", "low", "high"), "Verify a\n"),
            (("notes", "page 3", "page 31"), "Verify a: page 31\n"),
            (("notes", "", "one\ntwo"), "Verify a: one two\n"),
        ] {
            assert_eq!(said(Mode::Verify, &[change("a", &[field])]), text);
        }
    }

    #[test]
    fn a_number_that_a_decision_changes_is_said_with_the_digits_that_tell_it_from_the_old_one() {
        let flop = ("training_flop", "6e+25", "7e+25");
        let near = ("training_flop", "6e25", "6.004e+25");
        let first = ("training_flop", "", "7e+25");
        let note = ("notes", "", "card");
        let spelling = ("training_flop", "6e25", "6e+25");
        for (fields, text) in [
            (&[flop][..], ": FLOP 6.00e+25 → 7.00e+25\n"),
            (&[near], ": FLOP 6.00e+25 → 6.004e+25\n"),
            (&[flop, note], ": card\n\nFLOP 6.00e+25 → 7.00e+25\n"),
            (&[first], ": FLOP no estimate → 7.00e+25\n"),
            (&[spelling], "\n"),
        ] {
            let said = said(Mode::Accept, &[change("a", fields)]);
            assert_eq!(said, format!("Accept a{text}"));
        }
        let several = [
            change("a", &[flop, note]),
            change("b", &[note]),
            change("c", &[near]),
        ];
        let text = "Accept 3 models\n\na (d): FLOP 6.00e+25 → 7.00e+25; card\nb (d): card\nc (d): FLOP 6.00e+25 → 6.004e+25\n";
        assert_eq!(said(Mode::Accept, &several), text);
    }

    #[test]
    fn decisions_on_several_models_are_named_together() {
        let line = |name, note| change(name, &[("decision", "", "below"), ("note", "", note)]);
        let changes = Changes {
            decisions: vec![line("a", "card"), line("b", "card")],
            dismissed: vec![change("a", &[])],
            ..Changes::default()
        };
        let expected = "Dismiss 2 models\n\na (d): card\nb (d): card\n";
        assert_eq!(message(Mode::Dismiss, &changes, None), expected);
        let changes = Changes {
            decisions: vec![line("a", "card"), line("b", "paper"), line("c", "")],
            ..Changes::default()
        };
        let expected = "Dismiss 3 models\n\na (d): card\nb (d): paper\nc (d)\n";
        assert_eq!(message(Mode::Dismiss, &changes, None), expected);
        let taken_back = Changes {
            decisions: vec![change("a", &[("decision", "stands", "")])],
            ..Changes::default()
        };
        assert_eq!(message(Mode::Accept, &taken_back, None), "Undo: accept a\n");
        let joined = Changes {
            decisions: vec![line("a", "card"), change("b", &[("decision", "below", "")])],
            ..Changes::default()
        };
        assert!(message(Mode::Dismiss, &joined, None).starts_with("Dismiss "));
    }
}
