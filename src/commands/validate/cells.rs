//! Findings about single cells: forms, vocabularies, ranges, and what a cell would do to a spreadsheet or a terminal.

use chrono::NaiveDate;

use super::codes::Code;
use super::rows::AboutRow;
use crate::dataset::Mark;
use crate::dates;
use crate::estimates::Latest;
use crate::flop::{Class, Flop};
use crate::parameters::whole_number;
use crate::schema::{Column, Confidence, KNOWN_METHODS, Status};
use crate::sources;
use crate::terminal::listed;
use crate::text::{is_bidi_control, is_unseen, plural, quoted};

/// Training compute outside of this range, in FLOP, is more likely a slip than a model.
const PLAUSIBLE: [f64; 2] = [1e15, 1e29];

/// Everything that one row's cells show.
pub(super) fn check(
    about: &mut AboutRow<'_, '_, '_>,
    latest: Option<&Latest<'_>>,
    today: NaiveDate,
) {
    names(about);
    dates(about, today);
    let is_whole = |text: &str| whole_number(text).is_some();
    let wrong = "is no positive whole number";
    about.report_unless(
        Code::ParametersNotWhole,
        Column::Parameters,
        is_whole,
        wrong,
    );
    flop(about);
    class(about, latest);
    vocabularies(about);
    sources(about);
    mark(about);
    hostile(about);
}

/// The first character of a name that an eye does not see, or takes for a blank, as text shows it.
pub(super) fn unseen_character(name: &str) -> Option<String> {
    let is_hidden = |c: &char| is_unseen(*c) || (c.is_whitespace() && *c != ' ');
    let c = name.trim().chars().find(is_hidden)?;
    Some(format!("U+{:04X}", u32::from(c)))
}

fn names(about: &mut AboutRow<'_, '_, '_>) {
    for column in [Column::Name, Column::Developer] {
        let text = about.cell(column);
        if text.trim().len() < text.len() {
            let message = format!("{} has blanks around it", quoted(text));
            about.found(Code::OuterBlanks, column, message);
        }
        if let Some(c) = unseen_character(text) {
            let message = format!("holds {c}, which cannot be seen");
            about.found(Code::InvisibleCharacter, column, message);
        }
    }
}

fn flop(about: &mut AboutRow<'_, '_, '_>) {
    let column = Column::TrainingFlop;
    let wrong = "is not a finite number above 0";
    let is_number = |text: &str| text.parse::<Flop>().is_ok();
    about.report_unless(Code::FlopNotANumber, column, is_number, wrong);
    let row_flop = about.row.flop;
    let bounds = PLAUSIBLE.map(Flop::new);
    if let (Some(flop), [Some(least), Some(most)]) = (row_flop, bounds)
        && !(least..=most).contains(&flop)
    {
        let bound = if flop < least { least } else { most };
        let flop = flop.rounded_apart(bound).0;
        let message = format!("{flop} is outside of 1e15 to 1e29: a slip of the exponent?");
        about.found(Code::FlopOutOfRange, column, message);
    }
    let column = Column::TrainingFlopFormatted;
    about.report_unless(Code::FormattedNotANumber, column, is_number, wrong);
    let text = about.cell(column);
    if let (Ok(formatted), Some(flop)) = (text.parse::<Flop>(), row_flop)
        && formatted.two_decimals() != flop.two_decimals()
    {
        let (text, own) = (quoted(text), flop.rounded_apart(formatted).0);
        let is = flop.two_decimals();
        let message = format!("{text} contradicts {own} FLOP, which is {is}");
        about.found(Code::FormattedContradictsFlop, column, message);
    }
}

fn class(about: &mut AboutRow<'_, '_, '_>, latest: Option<&Latest<'_>>) {
    let column = Column::ThresholdClassification;
    let Some(text) = about.filled(column) else {
        return;
    };
    let word = text.trim();
    let (class, flop) = (Class::from_name(word), about.row.flop);
    if let (Some(class), Some(flop)) = (class, flop)
        && class != flop.class()
    {
        let (says, is) = (class.name(), flop.class().name());
        let message = format!("{says} contradicts {} FLOP, which is {is}", flop.rounded());
        about.found(Code::ClassContradictsFlop, column, message);
    }
    if class.is_some() {
        return;
    }
    // A refresh gives an unverified row the class of its estimate, or at least that of the row's own number.
    let estimate = latest.and_then(|latest| latest.get(about.row.model()));
    let has_number = flop.is_some() || estimate.is_some_and(|one| one.flop.is_some());
    let is_rewritten = about.row.mark == Mark::Unverified && has_number;
    // Older files hold the words of the status. The dataset of August 2025 says `uncertain` where there was no number or only a doubtful
    // one, and rows that no refresh changes still do.
    let is_older = Status::from_name(word).is_some();
    let (code, what) = match (is_older, is_rewritten) {
        (true, true) => (
            Code::UnknownClass,
            "is a class name of older files; a refresh writes today's",
        ),
        (true, false) => (
            Code::OlderClass,
            "is a class name of older files, in a row that no refresh changes",
        ),
        (false, _) => (Code::UnknownClass, "is no threshold_classification"),
    };
    about.found(code, column, format!("{} {what}", quoted(word)));
}

fn dates(about: &mut AboutRow<'_, '_, '_>, today: NaiveDate) {
    let day = dates::day(about.cell(Column::ReleaseDate).trim());
    if let Some(day) = day.filter(|day| *day > today) {
        let message = format!("{day} is in the future");
        about.found(Code::ReleaseInTheFuture, Column::ReleaseDate, message);
    }
    for column in [Column::ReleaseDate, Column::LastUpdated] {
        let is_day = |text: &str| dates::day(text).is_some();
        about.report_unless(Code::DateNotIso8601, column, is_day, "is no ISO 8601 date");
    }
}

fn vocabularies(about: &mut AboutRow<'_, '_, '_>) {
    let column = Column::Confidence;
    let is_known = |text: &str| Confidence::from_name(text).is_some();
    about.report_unless(
        Code::UnknownConfidence,
        column,
        is_known,
        "is no confidence",
    );
    let column = Column::Status;
    let is_known = |text: &str| Status::from_name(text).is_some();
    about.report_unless(Code::UnknownStatus, column, is_known, "is no status");
    let column = Column::EstimationMethod;
    let is_known = |text: &str| KNOWN_METHODS.contains(&text);
    let wrong = format!("is no known method ({})", KNOWN_METHODS.join(", "));
    about.report_unless(Code::UnknownMethod, column, is_known, &wrong);
}

/// Each source should hold a URL. There is one finding for a cell, however many sources it has.
fn sources(about: &mut AboutRow<'_, '_, '_>) {
    let Some(text) = about.filled(Column::Sources) else {
        return;
    };
    let mut without: Vec<&str> = sources::parts(text);
    without.retain(|source| sources::url(source).is_none());
    let message = match without[..] {
        [] => return,
        [only] => format!("{} holds no http(s) URL", quoted(only)),
        _ => format!(
            "{} hold no http(s) URL: {}",
            plural(without.len(), "source"),
            listed(without.iter().map(|source| quoted(source)))
        ),
    };
    about.found(Code::SourceWithoutUrl, Column::Sources, message);
}

fn mark(about: &mut AboutRow<'_, '_, '_>) {
    match about.row.mark {
        Mark::Protected => {
            let column = Column::Verified;
            let message = format!("{} is neither y nor blank", quoted(about.cell(column)));
            about.found(Code::VerifiedNotY, column, message);
        }
        Mark::Verified if about.filled(Column::Notes).is_none() => {
            let message = "verified, but no note says why".to_owned();
            about.found(Code::VerifiedWithoutNote, Column::Notes, message);
        }
        Mark::Verified | Mark::Unverified => {}
    }
}

/// Cells that a spreadsheet would run, and characters that a terminal or an eye would follow.
fn hostile(about: &mut AboutRow<'_, '_, '_>) {
    let (header, row) = (&about.dataset.table.header, about.row);
    let keys = [Column::Name, Column::Developer].map(|column| header.place(column));
    for (place, text) in row.record.cells().enumerate() {
        if text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.trim().parse::<f64>().is_err()
        {
            let message = format!("a spreadsheet would run {}", quoted(text));
            about.found_at(Code::Formula, place, message);
        }
        let is_obeyed =
            |c: &char| is_bidi_control(*c) || (c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
        // In names every character that cannot be seen is a finding already.
        let control = text.chars().find(is_obeyed);
        if let Some(c) = control.filter(|_| !keys.contains(&place)) {
            let kind = match c.is_control() {
                true => "control",
                false => "bidirectional",
            };
            let message = format!("holds the {kind} character U+{:04X}", u32::from(c));
            about.found_at(Code::ControlCharacter, place, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_blanks_inside_and_nothing_else_that_is_not_seen() {
        assert_eq!(unseen_character(" GPT 4 "), None);
        for (name, found) in [
            ("GPT\u{a0}4", "U+00A0"),
            ("a\u{ad}b", "U+00AD"),
            ("a\nb", "U+000A"),
        ] {
            assert_eq!(unseen_character(name).as_deref(), Some(found));
        }
    }
}
