//! Findings about the decisions and the aliases: what is refused, what has no effect, and what contradicts a row.

use std::path::Path;

use anyhow::Result;

use super::codes::Code;
use super::files;
use super::findings::{Finding, Findings};
use super::rows::AboutRow;
use crate::dataset::{Aliases, Decisions};
use crate::schema::Column;
use crate::store::Snapshot;
use crate::text::shown;

/// The aliases; none where they cannot be read.
pub(super) fn aliases<'s>(
    findings: &mut Findings,
    snapshot: &'s Result<Snapshot>,
    path: &Path,
) -> Aliases<'s> {
    let bytes = files::bytes(findings, path, snapshot, Code::AliasesRefused);
    let parsed = bytes.map_or(Ok(Aliases::absent()), Aliases::parse);
    let aliases = files::accepted(findings, path, parsed, Code::AliasesRefused);
    aliases.unwrap_or_else(Aliases::absent)
}

/// The decisions; none where they cannot be read.
pub(super) fn decisions<'s>(
    findings: &mut Findings,
    snapshot: &'s Result<Snapshot>,
    path: &Path,
    aliases: &Aliases<'_>,
) -> Decisions<'s> {
    let bytes = files::bytes(findings, path, snapshot, Code::DecisionsRefused);
    let parsed = match bytes {
        Some(bytes) => Decisions::parse(bytes, aliases),
        None => Ok(Decisions::absent()),
    };
    let decisions = files::accepted(findings, path, parsed, Code::DecisionsRefused);
    let decisions = decisions.unwrap_or_else(Decisions::absent);
    for fault in &decisions.faults {
        let code = match fault.is_void {
            true => Code::DecisionVoid,
            false => Code::DecisionUnclear,
        };
        findings.push(Finding::new(code, path, fault.line, shown(&fault.message)));
    }
    decisions
}

/// A row in which a person wrote, of a model that is dismissed. What a person wrote in an unverified row may stand in the note already;
/// then the next refresh completes the dismissal.
pub(super) fn check(about: &mut AboutRow<'_, '_, '_>, decisions: &Decisions<'_>) {
    let line = decisions.dismissal(about.row.model());
    if let Some(line) = line
        && decisions.takes_out(about.dataset, about.row).is_none()
    {
        let decision = line.decision.map_or("", |decision| decision.name());
        let message = format!(
            "a person wrote in this row, and the model is dismissed ({decision}, line {} of the decisions): take one of the two back",
            line.record.line
        );
        about.found(Code::VerifiedAndDismissed, Column::Verified, message);
    }
}
