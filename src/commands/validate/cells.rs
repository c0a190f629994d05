//! Findings about single cells: forms, vocabularies, ranges, and what a cell would do to a spreadsheet or a terminal.

use chrono::NaiveDate;

use super::{About, Severity};
use crate::dataset::Mark;
use crate::dates;
use crate::flop::{Class, Flop};
use crate::schema::{Column, Confidence, KNOWN_METHODS, Status};
use crate::text::{excerpt, has_url, is_bidi_control};

/// Training compute outside of this range, in FLOP, is more likely a slip than a model.
const PLAUSIBLE: std::ops::RangeInclusive<f64> = 1e15..=1e29;

/// Everything that one row's cells show.
pub(super) fn check(about: &mut About<'_, '_, '_>, today: NaiveDate) {
    flop(about);
    dates(about, today);
    vocabularies(about);
    sources(about);
    mark(about);
    hostile(about);
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", excerpt(text, 60))
}

/// What a cell says, where it says anything.
fn filled(about: &About<'_, '_, '_>, column: Column) -> Option<String> {
    let text = about.cell(column);
    (!text.trim().is_empty()).then(|| text.to_owned())
}

fn flop(about: &mut About<'_, '_, '_>) {
    let Some(text) = filled(about, Column::TrainingFlop) else {
        return;
    };
    let Some(flop) = about.row.flop else {
        let message = format!("{} is not a finite number above 0", quoted(&text));
        return about.error("flop_not_a_number", Column::TrainingFlop, message);
    };
    if !PLAUSIBLE.contains(&flop.get()) {
        let message = format!(
            "{} is outside of 1e15 to 1e29: a slip of the exponent?",
            flop.two_decimals()
        );
        about.warn("flop_out_of_range", Column::TrainingFlop, message);
    }
    // In a row that follows the estimates a contradiction is an error; in one that a person marked it is theirs to judge.
    let severity = if about.row.mark == Mark::Unverified {
        Severity::Error
    } else {
        Severity::Warning
    };
    let class = filled(about, Column::ThresholdClassification)
        .and_then(|text| Class::from_name(text.trim()));
    if let Some(class) = class.filter(|class| *class != flop.class()) {
        let message = format!(
            "{} contradicts {} FLOP, which is {}",
            class.name(),
            flop.two_decimals(),
            flop.class().name()
        );
        about.found(
            severity,
            "class_contradicts_flop",
            Column::ThresholdClassification.name(),
            message,
        );
    }
    let formatted = filled(about, Column::TrainingFlopFormatted);
    if let Some(text) = formatted.filter(|text| {
        text.trim().parse::<Flop>().map(Flop::two_decimals) != Ok(flop.two_decimals())
    }) {
        let message = format!(
            "{} contradicts {} FLOP, which is {}",
            quoted(&text),
            flop,
            flop.two_decimals()
        );
        about.found(
            severity,
            "formatted_contradicts_flop",
            Column::TrainingFlopFormatted.name(),
            message,
        );
    }
}

fn dates(about: &mut About<'_, '_, '_>, today: NaiveDate) {
    for column in [Column::ReleaseDate, Column::LastUpdated] {
        let Some(text) = filled(about, column) else {
            continue;
        };
        match dates::day(text.trim()) {
            None => about.error(
                "date_not_iso_8601",
                column,
                format!("{} is no ISO 8601 date", quoted(&text)),
            ),
            Some(day) if column == Column::ReleaseDate && day > today => {
                about.warn(
                    "release_in_the_future",
                    column,
                    format!("{day} is in the future"),
                );
            }
            Some(_) => {}
        }
    }
}

fn vocabularies(about: &mut About<'_, '_, '_>) {
    type Known = fn(&str) -> bool;
    let closed: [(Column, &'static str, Known); 3] = [
        (Column::Confidence, "unknown_confidence", |text| {
            Confidence::from_name(text).is_some()
        }),
        (Column::ThresholdClassification, "unknown_class", |text| {
            Class::from_name(text).is_some()
        }),
        (Column::Status, "unknown_status", |text| {
            Status::from_name(text).is_some()
        }),
    ];
    for (column, code, known) in closed {
        if let Some(text) = filled(about, column).filter(|text| !known(text.trim())) {
            about.error(
                code,
                column,
                format!("{} is no {}", quoted(&text), column.name()),
            );
        }
    }
    let method = filled(about, Column::EstimationMethod);
    if let Some(text) = method.filter(|text| !KNOWN_METHODS.contains(&text.trim())) {
        let message = format!(
            "{} is no known method ({})",
            quoted(&text),
            KNOWN_METHODS.join(", ")
        );
        about.warn("unknown_method", Column::EstimationMethod, message);
    }
}

/// Each source should hold a URL.
fn sources(about: &mut About<'_, '_, '_>) {
    let Some(text) = filled(about, Column::Sources) else {
        return;
    };
    for source in split(&text).into_iter().filter(|source| !has_url(source)) {
        let message = format!("{} holds no http(s) URL", quoted(source));
        about.warn("source_without_url", Column::Sources, message);
    }
}

/// The sources of a cell. They are joined with `; `, which a description in parentheses may hold as well.
fn split(text: &str) -> Vec<&str> {
    let mut sources = Vec::new();
    let (mut start, mut end, mut open) = (0, 0, 0_usize);
    for part in text.split("; ") {
        end += part.len();
        open = (open + part.matches('(').count()).saturating_sub(part.matches(')').count());
        if open == 0 {
            sources.push(&text[start..end]);
            start = end + "; ".len();
        }
        end += "; ".len();
    }
    // A parenthesis that never closes.
    sources.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    sources
}

fn mark(about: &mut About<'_, '_, '_>) {
    match about.row.mark {
        Mark::Protected => {
            let message = format!(
                "{} is neither y nor blank",
                quoted(about.cell(Column::Verified))
            );
            about.warn("verified_not_y", Column::Verified, message);
        }
        Mark::Verified if about.cell(Column::Notes).trim().is_empty() => {
            about.warn(
                "verified_without_note",
                Column::Notes,
                "verified, but no note says why".to_owned(),
            );
        }
        Mark::Verified | Mark::Unverified => {}
    }
}

/// Cells that a spreadsheet would run, and characters that a terminal or an eye would follow.
fn hostile(about: &mut About<'_, '_, '_>) {
    let header = &about.dataset.table.header;
    let found: Vec<(&'static str, String, String)> = header
        .names()
        .zip(about.row.record.cells())
        .flat_map(|(column, text)| {
            let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r'])
                && text.trim().parse::<f64>().is_err();
            let formula = formula.then(|| {
                (
                    "formula",
                    format!("a spreadsheet would run {}", quoted(text)),
                )
            });
            let control = text.chars().find(|c| {
                is_bidi_control(*c) || (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
            });
            let control = control.map(|c| {
                let kind = if c.is_control() {
                    "control"
                } else {
                    "bidirectional"
                };
                (
                    "control_character",
                    format!("holds the {kind} character U+{:04X}", u32::from(c)),
                )
            });
            let column = column.to_owned();
            formula
                .into_iter()
                .chain(control)
                .map(move |(code, message)| (code, column.clone(), message))
        })
        .collect();
    for (code, column, message) in found {
        about.found(Severity::Warning, code, &column, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_split_between_descriptions_and_not_within_them() {
        assert_eq!(
            split("https://a.b (one; two); plain; https://c (x"),
            ["https://a.b (one; two)", "plain", "https://c (x"]
        );
        assert_eq!(split("a) b; c"), ["a) b", "c"]);
        assert_eq!(split("(a; b; c"), ["(a; b; c"]);
    }
}
