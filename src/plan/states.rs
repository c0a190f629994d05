//! What the latest estimates and the decisions mean for a row: it is an orphan, has drifted, or looks like a dismissed model.

use std::collections::HashMap;

use serde::Serialize;

use crate::changes::Model;
use crate::dataset::{DecisionLine, Decisions, Mark, Row};
use crate::estimates::Latest;
use crate::flop::Flop;
use crate::look_alike::look;

/// Why a row is an orphan, as reports state it; `None` if a person marked it, or if its model has a training FLOP in the estimates.
pub fn orphan_reason(row: &Row<'_>, latest: &Latest<'_>) -> Option<&'static str> {
    let reason = no_number_reason(row, latest);
    reason.filter(|_| !row.is_marked())
}

/// Why the estimates have no training FLOP for a row's model, if they have none.
pub(super) fn no_number_reason(row: &Row<'_>, latest: &Latest<'_>) -> Option<&'static str> {
    match latest.get(row.model()) {
        Some(estimate) => estimate.flop.is_none().then_some("no estimate now"),
        None if latest.rejected.contains_key(row.model()) => Some("its record was rejected"),
        None => Some("not in the estimates"),
    }
}

/// The drift of a verified row: its latest estimate is 2× or more away, on the other side of a threshold, or the row has no number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Drift {
    /// The training FLOP of the row.
    #[serde(rename = "verified_flop")]
    pub verified: Option<Flop>,
    /// The training FLOP of the latest estimate.
    #[serde(rename = "latest_flop")]
    pub latest: Flop,
    /// The larger of the two numbers divided by the smaller; `None` where the row has no number.
    pub factor: Option<f64>,
}

impl Drift {
    /// The drift of a verified row, if it has drifted and no decision says that its value stands.
    pub fn of_row(row: &Row<'_>, latest: &Latest<'_>, decisions: &Decisions<'_>) -> Option<Drift> {
        let drift = Drift::measured(row, latest)?;
        let decision = decisions.get(row.model());
        (!decision.is_some_and(|line| line.covers_drift(drift.latest))).then_some(drift)
    }

    /// The drift of a verified row, regardless of any decision.
    pub fn measured(row: &Row<'_>, latest: &Latest<'_>) -> Option<Drift> {
        let verified = row.flop;
        let latest = latest.get(row.model())?.flop?;
        let has_drifted = verified.is_none_or(|verified| latest.has_drifted_from(verified));
        let factor = verified.map(|verified| verified.factor(latest));
        (row.mark == Mark::Verified && has_drifted).then_some(Drift {
            verified,
            latest,
            factor,
        })
    }
}

/// The models that these lines dismiss, by the look of their names. A name in a line takes precedence over one that an alias leads to.
pub(super) fn dismissed_looks<'p>(
    dismissals: &[&'p DecisionLine<'p>],
    decisions: &'p Decisions<'p>,
) -> HashMap<String, Model<'p>> {
    let names = |line: &&'p DecisionLine<'p>| decisions.table.name_and_developer(&line.record);
    let by_alias = dismissals.iter().map(|line| &line.model);
    let by_alias = by_alias.map(|model| [&*model.name, &model.developer]);
    let mut looks = HashMap::new();
    for [name, developer] in dismissals.iter().map(names).chain(by_alias) {
        if let Some(look) = look(name) {
            looks.entry(look).or_insert(Model::new(name, developer));
        }
    }
    looks
}
