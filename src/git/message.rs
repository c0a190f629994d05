//! What a commit says that a run made: which command, how much, then the models. Pure.

use std::collections::HashSet;

use crate::changes::{Changes, ModelChange};
use crate::dataset::DecisionColumn;
use crate::dates;
use crate::plan::Mode;
use crate::report::{count_rows, row_groups};
use crate::schema::Column;
use crate::terminal::{bounded, bounded_model, counted};
use crate::text::{new_note, one_line, shown};

/// At most this many models of a group are named.
const NAMED: usize = 10;

/// The message of a run that changed this. `saved_at` is when the estimates were saved that it read.
pub fn message(mode: Mode, changes: &Changes<'_>, saved_at: Option<&str>) -> String {
    match mode {
        Mode::Refresh | Mode::Reset | Mode::Reapply => of_run(mode, changes, saved_at),
        _ => of_decision(mode, changes),
    }
}

/// `Refresh: 8 added, 12 updated, 1 removed (estimates of 2025-08-15)`, then the groups.
fn of_run(mode: Mode, changes: &Changes<'_>, saved_at: Option<&str>) -> String {
    let groups = row_groups(changes);
    let counts = groups.map(|(group, models)| (count_rows(models), group));
    let mut text = capitalised(mode.name()) + ": ";
    text += match &*counted(&counts).join(", ") {
        "" => "no row changed",
        counts => counts,
    };
    if let Some(at) = saved_at {
        text += &format!(" (estimates of {})", shown(dates::day_text(at)));
    }
    text.push('\n');
    // The last group, of rows that left as duplicates, is no more than counted.
    for (group, models) in &groups[..5] {
        if !models.is_empty() {
            text += &format!("\n{}:\n{}", capitalised(group), model_lines(models, entry));
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
    let mut seen = HashSet::new();
    let models: Vec<&ModelChange<'_>> = groups
        .into_iter()
        .flatten()
        .filter(|change| seen.insert((&change.name, &change.developer)))
        .collect();
    let verb = verb(mode, changes);
    let [model] = models[..] else {
        let lines = model_lines(&models, |model| {
            bounded_model(&model.name, &model.developer) + &noted(model)
        });
        return format!("{verb} {} models\n\n{lines}", models.len());
    };
    format!("{verb} {}{}\n", bounded(&model.name), noted(model))
}

/// A line for each of the first models, and how many more there are.
fn model_lines<M>(models: &[M], line: impl Fn(&M) -> String) -> String {
    let mut text = String::new();
    for model in models.iter().take(NAMED) {
        text += &format!("  {}\n", line(model));
    }
    if models.len() > NAMED {
        text += &format!("  … and {} more\n", models.len() - NAMED);
    }
    text
}

/// `Verify`, or `Undo: verify` where a mark or a decision is taken back.
fn verb(mode: Mode, changes: &Changes<'_>) -> String {
    let updated = &changes.updated;
    let mut marks = updated
        .iter()
        .filter_map(|change| change.field(Column::Verified));
    let mut decisions = changes.decisions.iter();
    let is_undone = match marks.next() {
        Some(mark) => mark.to.trim().is_empty(),
        None => updated.is_empty() && decisions.next().is_some_and(ModelChange::is_taken_back),
    };
    if is_undone {
        format!("Undo: {}", mode.name())
    } else {
        capitalised(mode.name())
    }
}

/// `: note`, where something was added to the notes.
fn noted(change: &ModelChange<'_>) -> String {
    let notes = change
        .field(Column::Notes)
        .or_else(|| change.fields.get(DecisionColumn::Note.into()));
    let note = notes.and_then(|notes| new_note(&notes.from, &notes.to));
    note.map_or_else(String::new, |note| {
        format!(": {}", shown(&one_line(note.into())))
    })
}

/// `Grok 4 (xAI), 5.00e+26`.
fn entry(change: &ModelChange<'_>) -> String {
    let model = bounded_model(&change.name, &change.developer);
    match change.flops() {
        (Some(was), Some(now)) if was != now => {
            let (was, now) = was.rounded_apart(now);
            format!("{model}, {was} → {now}")
        }
        (_, Some(flop)) | (Some(flop), None) => format!("{model}, {}", flop.rounded()),
        (None, None) => model,
    }
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

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
            (("verified", "y", ""), "Undo: verify a\n"),
            (("confidence", "low", "high"), "Verify a\n"),
            (("notes", "page 3", "page 31"), "Verify a: page 31\n"),
            (("notes", "", "one\ntwo"), "Verify a: one two\n"),
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
        let taken_back = Changes {
            decisions: vec![change("a", &[("decision", "stands", "")])],
            ..Changes::default()
        };
        assert_eq!(message(Mode::Accept, &taken_back, None), "Undo: accept a\n");
    }
}
