//! Findings about models whose names are one, or look alike (behaviour §4 and §5).

use std::collections::HashMap;
use std::path::Path;

use super::codes::Code;
use super::findings::Findings;
use crate::config::Paths;
use crate::dataset::{Dataset, Mark, Row};
use crate::estimates::{Estimate, Latest};
use crate::key::Key;
use crate::look_alike::{difference, look};
use crate::plan::Orphan;
use crate::schema::Column;
use crate::terminal::bounded;

/// One model: its first row, or a record of the estimates that has no row.
struct Member<'m> {
    key: &'m Key,
    /// What its name and its developer look like; a name of which nothing is left looks like itself only.
    looks: (String, String),
    name: &'m str,
    developer: &'m str,
    file: &'m Path,
    line: usize,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Row,
    VerifiedRow,
    /// Without a usable estimate: perhaps the estimates have it under another name.
    OrphanedRow,
    /// The next refresh adds it.
    Candidate,
    /// Below the threshold, or without an estimate: it matters only beside an orphaned row.
    NoCandidate,
}

impl Kind {
    fn is_row(self) -> bool {
        !matches!(self, Kind::Candidate | Kind::NoCandidate)
    }
}

/// Models that look alike, as long as one of the rows is not verified. Where there is a row, the findings are about rows.
pub(super) fn check(
    findings: &mut Findings,
    paths: &Paths,
    dataset: Option<(&Dataset<'_>, &HashMap<&Key, &Row<'_>>)>,
    latest: Option<&Latest<'_>>,
) {
    let mut members = Vec::new();
    if let Some((dataset, first)) = dataset {
        let rows = first.values();
        members.extend(rows.map(|row| of_row(&paths.dataset, dataset, row, latest)));
    }
    let estimates = latest.iter().flat_map(|latest| latest.iter());
    let has_row = |key| dataset.is_some_and(|(_, first)| first.contains_key(key));
    let without_row = estimates.filter(|estimate| !has_row(&estimate.key));
    members.extend(without_row.map(|estimate| of_estimate(&paths.estimates, estimate)));
    let place = |member: &Member<'_>| (!member.kind.is_row(), member.line);
    members.sort_by(|a, b| {
        let by_look = a.looks.cmp(&b.looks);
        by_look.then_with(|| (place(a), a.key).cmp(&(place(b), b.key)))
    });
    for group in members.chunk_by(|a, b| a.looks.0 == b.looks.0) {
        let has_orphan = group.iter().any(|one| one.kind == Kind::OrphanedRow);
        let group: Vec<&Member<'_>> = group
            .iter()
            .filter(|member| has_orphan || member.kind != Kind::NoCandidate)
            .collect();
        if group.iter().any(|one| one.kind != Kind::VerifiedRow) {
            check_group(findings, &group);
        }
    }
}

fn of_row<'m>(
    file: &'m Path,
    dataset: &'m Dataset<'_>,
    row: &'m Row<'_>,
    latest: Option<&Latest<'_>>,
) -> Member<'m> {
    let is_orphaned = latest.is_some_and(|latest| Orphan::of_row(row, latest).is_some());
    Member {
        key: &row.key,
        looks: looks(&row.key),
        name: dataset.cell(row, Column::Name),
        developer: dataset.cell(row, Column::Developer),
        file,
        line: row.record.line,
        kind: match row.mark {
            Mark::Verified => Kind::VerifiedRow,
            _ if is_orphaned => Kind::OrphanedRow,
            _ => Kind::Row,
        },
    }
}

fn of_estimate<'m>(file: &'m Path, estimate: &'m Estimate) -> Member<'m> {
    Member {
        key: &estimate.key,
        looks: looks(&estimate.key),
        name: &estimate.name,
        developer: &estimate.developer,
        file,
        line: estimate.line,
        kind: match estimate.is_candidate(false) {
            true => Kind::Candidate,
            false => Kind::NoCandidate,
        },
    }
}

fn looks(key: &Key) -> (String, String) {
    let look = |text: &str| look(text).unwrap_or_else(|| text.to_owned());
    (look(&key.name), look(&key.developer))
}

/// Findings about models whose names look alike. Each names a few of the others, so that a thousand alike do not make a million names.
fn check_group(findings: &mut Findings, group: &[&Member<'_>]) {
    let has_rows = group.iter().any(|member| member.kind.is_row());
    let by_developer: Vec<_> = group.chunk_by(|a, b| a.looks.1 == b.looks.1).collect();
    for alike in &by_developer {
        let reported = alike.iter().filter(|one| one.kind.is_row() || !has_rows);
        for member in reported {
            let mut found = |code, column: Column, value, message| {
                findings
                    .found(code, member.file, member.line, message)
                    .about(Some(member.name), Some(member.developer))
                    .in_column(column.name())
                    .with_value(value);
            };
            let others = alike.iter().filter(|other| other.key != member.key);
            if let Some(first) = others.clone().next() {
                let difference = difference(member.key, first.key).unwrap_or_default();
                let names = others.map(|other| {
                    let name = bounded(other.name);
                    format!("\"{name}\" by {}{}", bounded(other.developer), place(other))
                });
                let names = first_of(names, alike.len() - 1);
                let message = format!("looks like {names}: {difference}; is it one model?");
                let (column, value) = match first.key.name == member.key.name {
                    true => (Column::Developer, member.developer),
                    false => (Column::Name, member.name),
                };
                found(Code::LookAlike, column, value, message);
            }
            let elsewhere = by_developer.iter().filter_map(|alike| alike.first());
            let elsewhere = elsewhere.filter(|other| other.looks.1 != member.looks.1);
            if by_developer.len() > 1 {
                let developers = elsewhere.map(|other| {
                    let developer = bounded(other.developer);
                    match other.key.name == member.key.name {
                        true => format!("{developer}{}", place(other)),
                        false => {
                            let name = bounded(other.name);
                            format!("{developer} as \"{name}\"{}", place(other))
                        }
                    }
                });
                let developers = first_of(developers, by_developer.len() - 1);
                let message = format!("the same name stands under {developers}: renamed?");
                let column = Column::Developer;
                found(Code::ProbableRename, column, member.developer, message);
            }
        }
    }
}

/// Where a model stands.
fn place(member: &Member<'_>) -> String {
    match member.kind.is_row() {
        true => format!(" (line {})", member.line),
        false => " (in the estimates)".to_owned(),
    }
}

/// The first of `total` texts, and how many more there are.
fn first_of(texts: impl Iterator<Item = String>, total: usize) -> String {
    const NAMED: usize = 10;
    let mut texts: Vec<String> = texts.take(NAMED).collect();
    if total > texts.len() {
        texts.push(format!("… and {} more", total - texts.len()));
    }
    texts.join(", ")
}
