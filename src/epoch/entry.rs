//! An entry of a comparison, and the category that it falls into.

use serde::Serialize;

use super::ours::Ours;
use super::read::{TheirConfidence, Theirs};
use crate::flop::Flop;
use crate::plan::NewAlias;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// Name and developer are the same, whatever their case; the developer may be one of several organisations.
    Exact,
    /// Name and developer are the same once the aliases are applied to both models.
    Alias,
    /// Name and developer look alike.
    Normalised,
    /// Only the names are the same or look alike, not the developers. Such matches are a group of their own and count in no rate.
    NameOnly,
    /// Several models match by the same rule. None is chosen.
    Ambiguous,
    OnlyOurs,
    OnlyTheirs,
}

impl Match {
    /// Whether name and developer agree. The rates count these matches.
    pub fn is_sure(self) -> bool {
        matches!(self, Match::Exact | Match::Alias | Match::Normalised)
    }
}

/// A model of ours, one of theirs, or a matching pair. This is also the JSON of behaviour §11, whose keys are the names of the fields.
#[derive(Debug, Serialize)]
pub struct Entry<'c> {
    #[serde(rename = "match")]
    pub by: Match,
    pub name: Option<&'c str>,
    pub developer: Option<&'c str>,
    pub their_name: Option<&'c str>,
    pub their_organization: Option<&'c str>,
    pub flop: Option<Flop>,
    pub their_flop: Option<Flop>,
    /// Our number divided by theirs.
    pub factor: Option<f64>,
    /// Whether the two numbers lie on opposite sides of 1e25 FLOP.
    pub across: Option<bool>,
    /// Whether our number lies in the range that they state for theirs; `None` where they state none.
    pub within_theirs: Option<bool>,
    pub confidence: Option<&'c str>,
    pub their_confidence: Option<&'c str>,
    /// The `verified` cell of our row; `None` for an estimate.
    pub verified: Option<&'c str>,
    pub release_date: Option<&'c str>,
    pub their_date: Option<&'c str>,
    /// The decision that dismisses their model.
    pub dismissed: Option<&'static str>,
    /// Where else a model that we lack is already known; such a model should not be added.
    #[serde(skip)]
    pub elsewhere: Option<&'static str>,
    /// The alias that would join their model to one of ours.
    #[serde(skip)]
    pub alias: Option<NewAlias>,
    #[serde(skip)]
    pub ours: Option<&'c Ours<'c>>,
    #[serde(skip)]
    pub theirs: Option<&'c Theirs>,
}

/// The category that an entry falls into. For a pair that matches by name and developer, it is the first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// The two numbers lie on opposite sides of 1e25 FLOP.
    Across,
    /// Both numbers lie on the same side of 1e25, but ours is outside the range that they state.
    OutOfRange,
    /// Our number is within their range, or they state none, but the two numbers are 2× or more apart.
    Apart,
    Agreement,
    /// They have a model that we lack, and nobody dismissed it.
    Lacking,
    /// A decision keeps their model out of our dataset.
    Dismissed,
    OnlyOurs,
    NameOnly,
    Ambiguous,
}

impl<'c> Entry<'c> {
    pub fn of(by: Match, ours: Option<&'c Ours<'c>>, theirs: Option<&'c Theirs>) -> Entry<'c> {
        let filled = |text: &&str| !text.trim().is_empty();
        let flop = ours.and_then(|ours| ours.flop);
        let their_flop = theirs.and_then(|theirs| theirs.flop);
        let flops = flop.zip(their_flop);
        let range = theirs
            .and_then(|theirs| theirs.confidence.parse().ok())
            .map(TheirConfidence::range);
        Entry {
            by,
            name: ours.map(|ours| ours.name),
            developer: ours.map(|ours| ours.developer),
            their_name: theirs.map(|theirs| &*theirs.name),
            their_organization: theirs.map(|theirs| &*theirs.organization),
            flop,
            their_flop,
            factor: flops.map(|(ours, theirs)| ours.ratio(theirs)),
            across: flops.map(|(ours, theirs)| ours.is_across(theirs)),
            // The range includes its ends, whatever the rounding of the quotient.
            within_theirs: flops
                .zip(range)
                .map(|((ours, theirs), range)| ours.factor(theirs) <= range * (1.0 + 1e-12)),
            confidence: ours.map(|ours| ours.confidence).filter(filled),
            their_confidence: theirs.map(|theirs| &*theirs.confidence).filter(filled),
            verified: ours.and_then(|ours| ours.verified),
            release_date: ours.map(|ours| &*ours.release_date).filter(filled),
            their_date: theirs.and_then(|theirs| theirs.date.as_deref()),
            dismissed: None,
            elsewhere: None,
            alias: None,
            ours,
            theirs,
        }
    }

    /// Whether the two numbers are 2× or more apart.
    pub fn is_apart(&self) -> bool {
        let flops = self.flop.zip(self.their_flop);
        flops.is_some_and(|(ours, theirs)| ours.is_far_from(theirs))
    }

    pub fn category(&self) -> Category {
        match self.by {
            Match::OnlyOurs => Category::OnlyOurs,
            Match::OnlyTheirs if self.dismissed.is_some() => Category::Dismissed,
            Match::OnlyTheirs => Category::Lacking,
            Match::Ambiguous => Category::Ambiguous,
            Match::NameOnly => Category::NameOnly,
            _ if self.across == Some(true) => Category::Across,
            _ if self.within_theirs == Some(false) => Category::OutOfRange,
            _ if self.is_apart() => Category::Apart,
            _ => Category::Agreement,
        }
    }
}
