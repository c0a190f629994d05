//! Findings about the decisions and the aliases: what is refused, what has no effect, and what contradicts a row.

use std::path::Path;

use anyhow::Result;

use super::codes::Code;
use super::files::without_path;
use super::findings::{Finding, Findings};
use super::rows::AboutRow;
use crate::dataset::{Aliases, Decisions, Refusal};
use crate::schema::Column;
use crate::store::Snapshot;
use crate::text::shown;

/// The aliases; none where they cannot be read.
pub(super) fn aliases<'s>(
    findings: &mut Findings,
    snapshot: &'s Result<Snapshot>,
    path: &Path,
) -> Aliases<'s> {
    let bytes = bytes(findings, snapshot, path, Code::AliasesRefused);
    let aliases = bytes.map(Aliases::parse).transpose();
    let aliases =
        aliases.map_err(|refusal| refused(findings, path, &refusal, Code::AliasesRefused));
    aliases.ok().flatten().unwrap_or_else(Aliases::absent)
}

/// The decisions; none where they cannot be read.
pub(super) fn decisions<'s>(
    findings: &mut Findings,
    snapshot: &'s Result<Snapshot>,
    path: &Path,
    aliases: &Aliases<'_>,
) -> Decisions<'s> {
    let bytes = bytes(findings, snapshot, path, Code::DecisionsRefused);
    let decisions = bytes
        .map(|bytes| Decisions::parse(bytes, aliases))
        .transpose();
    let decisions =
        decisions.map_err(|refusal| refused(findings, path, &refusal, Code::DecisionsRefused));
    let decisions = decisions.ok().flatten().unwrap_or_else(Decisions::absent);
    for fault in &decisions.faults {
        let code = if fault.is_void {
            Code::DecisionVoid
        } else {
            Code::DecisionUnclear
        };
        findings.push(Finding::new(code, path, fault.line, shown(&fault.message)));
    }
    decisions
}

fn bytes<'s>(
    findings: &mut Findings,
    snapshot: &'s Result<Snapshot>,
    path: &Path,
    code: Code,
) -> Option<&'s [u8]> {
    match snapshot {
        Ok(snapshot) => snapshot.bytes.as_deref(),
        Err(error) => {
            findings.push(Finding::new(code, path, 1, without_path(error, path)));
            None
        }
    }
}

fn refused(findings: &mut Findings, path: &Path, refusal: &Refusal, code: Code) {
    let message = shown(&refusal.to_string()).into_owned();
    let finding = Finding::new(code, path, refusal.line, message);
    findings.push(finding.in_column(refusal.column.as_deref().unwrap_or_default()));
}

/// A row in which a person wrote, of a model that is dismissed. What a person wrote in an unverified row may stand in the note already;
/// then the next refresh completes the dismissal.
pub(super) fn check(about: &mut AboutRow<'_, '_, '_>, decisions: &Decisions<'_>) {
    if let Some(line) = decisions
        .dismissal(about.row.model())
        .filter(|_| decisions.takes_out(about.dataset, about.row).is_none())
    {
        let decision = line.decision.map_or("", |decision| decision.name());
        let message = format!(
            "a person wrote in this row, and the model is dismissed ({decision}, line {} of the decisions): take one of the two back",
            line.record.line
        );
        about.found(Code::VerifiedAndDismissed, Column::Verified, message);
    }
}
