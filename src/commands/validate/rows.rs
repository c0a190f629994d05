//! Findings about a row, in comparison with the other rows and with the estimates, and about its cells: forms, vocabularies, ranges, and
//! what a cell would do to a spreadsheet or a terminal.

use std::path::Path;

use chrono::NaiveDate;
use strum::VariantNames;

use super::codes::Code;
use super::findings::Findings;
use crate::dataset::{Dataset, Decision, Decisions, Mark, Row};
use crate::dates;
use crate::estimates::Latest;
use crate::flop::{Class, Flop};
use crate::parameters::whole_number;
use crate::plan::{Drift, orphan_reason};
use crate::report::drift_text;
use crate::schema::{Column, Confidence, KNOWN_METHODS, Status};
use crate::sources;
use crate::terminal::listed;
use crate::text::{is_bidi_control, is_invisible, quoted};

/// The row that is checked, and where findings about it go.
pub(super) struct AboutRow<'f, 'd, 'a> {
    pub(super) findings: &'f mut Findings,
    pub(super) path: &'f Path,
    pub(super) dataset: &'d Dataset<'a>,
    pub(super) row: &'d Row<'a>,
}

impl<'d> AboutRow<'_, 'd, '_> {
    pub(super) fn cell(&self, column: Column) -> &'d str {
        self.dataset.cell(self.row, column)
    }

    pub(super) fn add(&mut self, code: Code, column: Column, message: String) {
        self.add_at(code, self.dataset.table.header.place(column), message);
    }

    pub(super) fn add_at(&mut self, code: Code, place: usize, message: String) {
        let (table, record) = (&self.dataset.table, &self.row.record);
        let model = table.name_and_developer(record).map(Some);
        let finding = self.findings.add(code, self.path, record.line, message);
        finding.about(model, table.header.name(place), record.cell(place));
    }
}

/// Checks a row's cells, whether it repeats the `first` row of its model, and whether it agrees with the estimates and the decisions.
pub(super) fn check(
    about: &mut AboutRow<'_, '_, '_>,
    first: &Row<'_>,
    decisions: &Decisions<'_>,
    latest: &Latest<'_>,
    today: NaiveDate,
) {
    cells(about, latest, today);
    let row = about.row;
    let (line, first_line) = (row.record.line, first.record.line);
    if line != first_line {
        let mut message = format!("the same model as on line {first_line}");
        // Every row with human work stays or, if there is none, the first row.
        if !row.has_human_work() {
            message += "; the next refresh removes this row";
        } else if !first.has_human_work() {
            message += &format!("; the next refresh removes the row on line {first_line}");
        } else {
            message += "; keep one of the two rows";
        }
        about.add(Code::DuplicateKey, Column::Name, message);
    }
    if let Some(drift) = Drift::of_row(row, latest, decisions) {
        let message = drift_text(&drift);
        about.add(Code::Drifted, Column::TrainingFlop, message);
    }
    // Without any estimates every row would be an orphan.
    if let Some(why) = orphan_reason(row, latest).filter(|_| latest.count() > 0) {
        let message = format!("orphaned: {why}");
        about.add(Code::Orphaned, Column::Name, message);
    }
    // If the note already has the human text of an unmarked row, the next refresh completes the dismissal, and there is no finding.
    let dismissal = decisions.dismissal(row.model());
    let stays = decisions.effective_dismissal(about.dataset, row).is_none();
    if let Some(line) = dismissal.filter(|_| stays) {
        // A decision that was written by hand is not in the journal, so taking it back needs --force.
        let way_out = match row.is_marked() {
            true => "`verify --undo` takes back the mark",
            false => "`dismiss` once more adds its text to the note",
        };
        let message = format!(
            "this row has a mark or human text, but the model is dismissed ({}, line {} of the decisions): {way_out}, \
             or `dismiss --undo` (perhaps with --force) takes back the decision",
            line.decision.map_or("", Decision::name),
            line.record.line
        );
        about.add(Code::VerifiedAndDismissed, Column::Verified, message);
    }
}

fn cells(about: &mut AboutRow<'_, '_, '_>, latest: &Latest<'_>, today: NaiveDate) {
    flop(about);
    class(about, latest);
    for column in Column::ALL {
        let text = about.cell(*column);
        let broken = broken_form(*column, text.trim(), today);
        if let Some((code, wrong)) = broken.filter(|_| !text.trim().is_empty()) {
            about.add(code, *column, format!("{} {wrong}", quoted(text)));
        }
    }
    sources(about);
    if about.row.mark == Mark::Verified && about.cell(Column::Notes).trim().is_empty() {
        let message = "verified, but no note says why".to_owned();
        about.add(Code::VerifiedWithoutNote, Column::Notes, message);
    }
    hostile(about);
}

/// The message about the first character in a name that is invisible or looks like a space.
pub(super) fn invisible_in_name(name: &str) -> Option<String> {
    let is_hidden = |c: char| is_invisible(c) || (c.is_whitespace() && c != ' ');
    invisible_character(name.trim(), is_hidden)
}

fn invisible_character(text: &str, is_hidden: impl Fn(char) -> bool) -> Option<String> {
    let code = u32::from(text.chars().find(|c| is_hidden(*c))?);
    Some(format!("contains U+{code:04X}, which cannot be seen"))
}

fn not_among(what: &str, words: &[&str]) -> String {
    format!("is not a known {what} ({})", words.join(", "))
}

/// What is wrong with a text in a column that has a form or a vocabulary. The class has [rules of its own](class).
fn broken_form(column: Column, text: &str, today: NaiveDate) -> Option<(Code, String)> {
    let no_flop = || "is not a finite number above 0".to_owned();
    Some(match column {
        Column::ReleaseDate | Column::LastUpdated if dates::day(text).is_none() => (
            Code::DateNotIso8601,
            "is not a date; write it like 2025-08-15".into(),
        ),
        Column::ReleaseDate if dates::day(text) > Some(today) => {
            (Code::ReleaseInTheFuture, "is in the future".into())
        }
        Column::Parameters if whole_number(text).is_none() => {
            let wrong = "is not a positive whole number; write it like 405000000000";
            (Code::ParametersNotWhole, wrong.into())
        }
        Column::TrainingFlop if text.parse::<Flop>().is_err() => (Code::FlopNotANumber, no_flop()),
        Column::TrainingFlopFormatted if text.parse::<Flop>().is_err() => {
            (Code::FormattedNotANumber, no_flop())
        }
        Column::Confidence if text.parse::<Confidence>().is_err() => {
            let wrong = not_among("confidence", Confidence::VARIANTS);
            (Code::UnknownConfidence, wrong)
        }
        Column::EstimationMethod if !KNOWN_METHODS.contains(&text) => {
            let wrong = not_among("estimation method", &KNOWN_METHODS);
            (Code::UnknownMethod, wrong)
        }
        Column::Status if Status::from_name(text).is_none() => {
            (Code::UnknownStatus, not_among("status", Status::VARIANTS))
        }
        Column::Verified if Mark::of(text) == Mark::Protected => {
            (Code::VerifiedNotY, "is neither y nor blank".into())
        }
        _ => return None,
    })
}

fn flop(about: &mut AboutRow<'_, '_, '_>) {
    let Some(flop) = about.row.flop else {
        return;
    };
    if let Some(wrong) = flop.implausible() {
        let message = format!("{} {wrong}", flop.shortest());
        about.add(Code::FlopOutOfRange, Column::TrainingFlop, message);
    }
    let column = Column::TrainingFlopFormatted;
    let (text, own) = (about.cell(column), flop.two_decimals());
    let formatted = text.parse().map(Flop::two_decimals);
    if formatted.is_ok_and(|formatted| formatted != own) {
        let message = format!("{} contradicts training_flop, which is {own}", quoted(text));
        about.add(Code::FormattedContradictsFlop, column, message);
    }
}

fn class(about: &mut AboutRow<'_, '_, '_>, latest: &Latest<'_>) {
    let column = Column::ThresholdClassification;
    let (word, flop) = (about.cell(column).trim(), about.row.flop);
    if word.is_empty() {
        return;
    }
    let class: Option<Class> = word.strip_suffix("_1e25").unwrap_or(word).parse().ok();
    if let (Some(class), Some(flop)) = (class, flop)
        && flop.class() != class
    {
        let (says, is) = (class.name(), flop.class().name());
        let message = format!("{says} contradicts {} FLOP, which is {is}", flop.rounded());
        return about.add(Code::ClassContradictsFlop, column, message);
    }
    if class.is_some_and(|class| class.name() == word) {
        return;
    }
    // A refresh gives an unmarked row the class of its estimate, or at least that of the row's own number.
    let estimate = latest.get(about.row.model());
    let has_number = flop.is_some() || estimate.is_some_and(|one| one.flop.is_some());
    let is_rewritten = !about.row.is_marked() && has_number;
    // Older files say `high_confidence_above_1e25`, or have a word of the status here: the dataset of August 2025 says `uncertain` where
    // there was no number or only a doubtful one. Rows that no refresh changes still have these words.
    let is_older = class.is_some() || Status::from_name(word).is_some();
    let (code, what) = match (is_older, is_rewritten) {
        (true, false) => {
            let what = "is a class name from older files, in a row that no refresh changes";
            (Code::OlderClass, what.to_owned())
        }
        (true, true) => {
            let what = "is a class name from older files; the next refresh replaces it";
            (Code::UnknownClass, what.to_owned())
        }
        _ => {
            let what = not_among("threshold_classification", Class::VARIANTS);
            (Code::UnknownClass, what)
        }
    };
    about.add(code, column, format!("{} {what}", quoted(word)));
}

/// Each source should hold a URL. There is one finding for a cell, however many sources it has.
fn sources(about: &mut AboutRow<'_, '_, '_>) {
    let mut without = sources::split(about.cell(Column::Sources));
    without.retain(|source| sources::url(source).is_none());
    if !without.is_empty() {
        let without = listed(without.iter().map(|source| quoted(source)));
        let message = format!("no http(s) URL in {without}");
        about.add(Code::SourceWithoutUrl, Column::Sources, message);
    }
}

/// Cells that a spreadsheet would run, and characters that a terminal would obey or that cannot be seen.
fn hostile(about: &mut AboutRow<'_, '_, '_>) {
    let (header, row) = (&about.dataset.table.header, about.row);
    let keys = [Column::Name, Column::Developer].map(|column| header.place(column));
    for (place, text) in row.record.cells().enumerate() {
        let begins_like_a_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
        if begins_like_a_formula && text.trim().parse::<f64>().is_err() {
            let message = format!("a spreadsheet would run {} as a formula", quoted(text));
            about.add_at(Code::Formula, place, message);
        }
        if keys.contains(&place) {
            if text.trim().len() < text.len() {
                let message = format!("{} has spaces around it", quoted(text));
                about.add_at(Code::OuterBlanks, place, message);
            }
            if let Some(message) = invisible_in_name(text) {
                about.add_at(Code::InvisibleCharacter, place, message);
            }
            continue;
        }
        let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        if let Some(message) = invisible_character(text, |c| is_bidi_control(c) || is_control(c)) {
            about.add_at(Code::ControlCharacter, place, message);
        }
    }
}
