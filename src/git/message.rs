//! What a commit says that a run made: which command, how much, then the models. Pure.

use std::borrow::Cow;

use crate::changes::{Changes, ModelChange};
use crate::dataset::DecisionColumn;
use crate::dates;
use crate::plan::Mode;
use crate::schema::Column;
use crate::terminal::{bounded, bounded_model, counted};
use crate::text::{new_note, one_line, shown};

/// At most this many models of a group are named.
const NAMED: usize = 10;

/// A note that makes the first line longer than this stands below it.
const LONG: usize = 100;

/// The message of a run that changed this. `saved_at` is when the estimates were saved that it read.
pub fn message(mode: Mode, changes: &Changes<'_>, saved_at: Option<&str>) -> String {
    match mode {
        Mode::Refresh | Mode::Reset | Mode::Reapply => of_run(mode, changes, saved_at),
        _ => of_decision(mode, changes),
    }
}

/// `Refresh: 8 added, 12 updated, 1 removed (estimates of 2025-08-15)`, then the groups.
fn of_run(mode: Mode, changes: &Changes<'_>, saved_at: Option<&str>) -> String {
    let groups: [(&str, &[ModelChange<'_>]); 5] = [
        ("added", &changes.added),
        ("updated", &changes.updated),
        ("demoted", &changes.demoted),
        ("removed", &changes.removed),
        ("dismissed", &changes.dismissed),
    ];
    let mut counts = counted(&groups.map(|(group, changes)| (changes.len(), group)));
    let dropped = changes.duplicates.iter().filter_map(|one| one.dropped);
    let dropped: usize = dropped.sum();
    counts.extend(counted(&[(dropped, "removed as duplicate")]));
    if counts.is_empty() {
        counts.push("no row changed".to_owned());
    }
    let mut text = format!("{}: {}", capitalised(mode.name()), counts.join(", "));
    if let Some(at) = saved_at {
        text += &format!(" (estimates of {})", shown(dates::day_text(at)));
    }
    text += "\n";
    for (group, changes) in groups {
        if changes.is_empty() {
            continue;
        }
        text += &format!("\n{}:\n", capitalised(group));
        for change in changes.iter().take(NAMED) {
            text += &format!("  {}\n", entry(change));
        }
        if changes.len() > NAMED {
            text += &format!("  … and {} more\n", changes.len() - NAMED);
        }
    }
    text
}

/// `Verify GPT-4.5: note`, or how many models, then a line each.
fn of_decision(mode: Mode, changes: &Changes<'_>) -> String {
    let groups = [
        &changes.decisions,
        &changes.aliases,
        &changes.updated,
        &changes.dismissed,
        &changes.added,
    ];
    let mut models: Vec<&ModelChange<'_>> = Vec::new();
    for change in groups.into_iter().flatten() {
        let mut told = models.iter();
        if !told.any(|told| told.name == change.name && told.developer == change.developer) {
            models.push(change);
        }
    }
    let verb = verb(mode, changes);
    let [model] = &*models else {
        if models.is_empty() {
            return format!("{verb} a model\n");
        }
        let mut text = format!("{verb} {} models\n\n", models.len());
        for model in models {
            text += &format!("  {}", bounded_model(&model.name, &model.developer));
            if let Some(note) = note(model) {
                text += &format!(": {}", shown(&one_line(note.into())));
            }
            text += "\n";
        }
        return text;
    };
    let subject = format!("{verb} {}", bounded(&model.name));
    let Some(note) = note(model) else {
        return subject + "\n";
    };
    let line = one_line(Cow::Borrowed(&note));
    if subject.chars().count() + line.chars().count() > LONG || line != note.trim() {
        let lines = note.lines().map(|line| shown(line.trim_end()) + "\n");
        return format!("{subject}\n\n{}", lines.collect::<String>());
    }
    format!("{subject}: {}\n", shown(&line))
}

fn verb(mode: Mode, changes: &Changes<'_>) -> &'static str {
    let has_line = changes.decisions.iter().any(|line| !line.is_taken_back());
    let updated = &changes.updated;
    let mark = updated
        .first()
        .and_then(|change| change.field(Column::Verified));
    match mode {
        Mode::Dismiss if has_line => "Dismiss",
        Mode::Dismiss => "Take back the dismissal of",
        Mode::Accept if has_line => "Accept",
        Mode::Accept if !updated.is_empty() => "Accept the latest estimate of",
        Mode::Accept => "Take back the acceptance of",
        Mode::Add => "Add",
        Mode::Alias => "Alias",
        Mode::Decide => "Decide on",
        Mode::Review => "Take back the decision on",
        _ => match mark {
            Some(mark) if mark.to.trim().is_empty() => "Take back the mark of",
            Some(_) => "Verify",
            None if updated.iter().any(is_corrected) => "Correct",
            None => "Note on",
        },
    }
}

/// Whether anything but the notes of a row changed.
fn is_corrected(change: &ModelChange<'_>) -> bool {
    let mut columns = change.fields.0.iter().map(|(column, _)| &**column);
    columns.any(|column| column != Column::Notes.name())
}

/// What was added to the notes.
fn note(change: &ModelChange<'_>) -> Option<String> {
    let notes = change.field(Column::Notes);
    let notes = notes.or_else(|| change.fields.get(DecisionColumn::Note.into()))?;
    new_note(&notes.from, &notes.to)
}

/// `Grok 4 (xAI), 5.00e+26`.
fn entry(change: &ModelChange<'_>) -> String {
    let flops = match change.flops() {
        (Some(was), Some(now)) if was != now => {
            let (was, now) = was.rounded_apart(now);
            format!(", {was} → {now}")
        }
        (was, now) => match now.or(was) {
            Some(flop) => format!(", {}", flop.rounded()),
            None => String::new(),
        },
    };
    bounded_model(&change.name, &change.developer) + &flops
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::FromTo;
    use crate::ordered_map::Map;

    fn change(name: &str, fields: &[(&str, &str, &str)]) -> ModelChange<'static> {
        let fields = fields.iter().map(|(column, from, to)| {
            let cell = FromTo {
                from: (*from).to_owned().into(),
                to: (*to).to_owned().into(),
            };
            (Cow::Owned((*column).to_owned()), cell)
        });
        ModelChange {
            name: name.to_owned().into(),
            developer: "d".into(),
            fields: Map(fields.collect()),
            ..ModelChange::default()
        }
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
        let first = "Refresh: 1 added, 11 updated (estimates of 2025-08-15)\n\nAdded:\n  new (d), 5.00e+26\n\n\
                     Updated:\n  m0 (d), 1.00e+25 → 2.00e+25\n";
        assert!(said.starts_with(first), "{said}");
        assert!(said.ends_with("  … and 1 more\n"), "{said}");
    }

    #[test]
    fn a_verdict_says_the_model_and_the_new_note() {
        let verified = change(
            "GPT-4.5",
            &[("verified", "", "y"), ("notes", "old", "old; seen")],
        );
        let of = |change: &ModelChange<'static>| {
            message(
                Mode::Verify,
                &Changes {
                    updated: vec![change.clone()],
                    ..Changes::default()
                },
                None,
            )
        };
        assert_eq!(of(&verified), "Verify GPT-4.5: seen\n");
        for (field, said) in [
            (("verified", "y", ""), "Take back the mark of a\n"),
            (("confidence", "low", "high"), "Correct a\n"),
            (("notes", "page 3", "page 31"), "Note on a: page 31\n"),
            (("notes", "", "one\ntwo"), "Note on a\n\none\ntwo\n"),
        ] {
            assert_eq!(of(&change("a", &[field])), said);
        }
    }

    #[test]
    fn decisions_on_several_models_are_a_line_each() {
        let line = |name, note| change(name, &[("decision", "", "below"), ("note", "", note)]);
        let changes = Changes {
            decisions: vec![line("a", "card"), line("b", "card")],
            dismissed: vec![change("a", &[])],
            ..Changes::default()
        };
        let expected = "Dismiss 2 models\n\n  a (d): card\n  b (d): card\n";
        assert_eq!(message(Mode::Dismiss, &changes, None), expected);
        let nothing = message(Mode::Accept, &Changes::default(), None);
        assert_eq!(nothing, "Take back the acceptance of a model\n");
    }
}
