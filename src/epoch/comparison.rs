//! Our numbers against theirs: the entries that are listed, and their summary (behaviour §11).

use std::collections::{HashMap, HashSet};
use std::ptr;

use serde::Serialize;

use super::matching::{Match, Pairing, look_keys, pairings};
use super::ours::Ours;
use super::read::{PublicTable, TheirConfidence, Theirs};
use crate::dataset::{Aliases, Decision, Decisions};
use crate::flop::Flop;
use crate::key::Key;

/// Our models against theirs. As JSON the keys are the fields' names.
#[derive(Debug, Serialize)]
pub struct Comparison<'c> {
    pub file: &'c str,
    pub summary: Counts,
    /// The models at or above the lowest FLOP on either side, the highest first.
    #[serde(rename = "models")]
    pub entries: Vec<Entry<'c>>,
    /// Our models that match none of theirs, listed or not.
    #[serde(skip)]
    pub unmatched: Vec<&'c Ours<'c>>,
}

/// The counts of what is listed.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct Counts {
    pub exact: usize,
    pub alias: usize,
    pub normalised: usize,
    pub name_only: usize,
    /// Our models that several of theirs match, or that share a match.
    pub ambiguous: usize,
    pub only_ours: usize,
    /// Their models that match none of ours, dismissed ones included.
    pub only_theirs: usize,
    /// The matches by name and developer whose numbers lie on two sides of 1e25 FLOP.
    pub across: usize,
    /// The same matches whose numbers are 2× or more apart.
    pub apart_2x: usize,
    /// All rows of their file that name a model.
    pub their_rows: usize,
    /// Their rows at or above the lowest FLOP.
    #[serde(skip)]
    pub their_listed: usize,
    /// The rows among these that match by name and developer.
    #[serde(skip)]
    pub covered: usize,
    /// The share of their rows at or above the lowest FLOP that match by name and developer; null where there is no such row.
    pub coverage: Option<f64>,
}

/// A model of ours, one of theirs, or the two that match. As JSON the keys are the fields' names.
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
    /// Whether the two numbers lie on two sides of 1e25 FLOP.
    pub across: Option<bool>,
    /// Whether our number lies in the range that they state for theirs; `None` where they state none.
    pub within_theirs: Option<bool>,
    pub confidence: Option<&'c str>,
    pub their_confidence: Option<&'c str>,
    /// What our row's `verified` says; `None` for an estimate.
    pub verified: Option<&'c str>,
    pub release_date: Option<&'c str>,
    pub their_date: Option<&'c str>,
    /// The decision that keeps their model out of our dataset.
    pub dismissed: Option<&'static str>,
    /// Where else a model that we lack is known already, which is why it should not be added.
    #[serde(skip)]
    pub elsewhere: Option<&'static str>,
    #[serde(skip)]
    pub ours: Option<&'c Ours<'c>>,
    #[serde(skip)]
    pub theirs: Option<&'c Theirs>,
}

/// What a comparison says about an entry. For a pair that matches by name and developer it is the first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// The two numbers lie on two sides of 1e25 FLOP.
    Across,
    /// On the same side of 1e25, our number lies outside of the range that they state.
    OutOfRange,
    /// Within their range, or where they state none, the two numbers are 2× or more apart.
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

impl<'c> Comparison<'c> {
    /// Compares all of ours with all of theirs, and lists those at or above `min_flop` on either side. `elsewhere` are models that are
    /// known besides ours, each with where; where a model is named several times, the last counts.
    pub fn of(
        ours: &'c [Ours<'c>],
        table: &'c PublicTable,
        aliases: &Aliases<'_>,
        decisions: &Decisions<'_>,
        elsewhere: Vec<(Key, &'static str)>,
        min_flop: Flop,
        file: &'c str,
    ) -> Comparison<'c> {
        let theirs = &table.models;
        let all = pairings(ours, theirs, aliases);
        let dismissals = decisions.dismissals().map(|line| {
            let word = line.decision.map_or("", Decision::name);
            (line.key.clone(), word)
        });
        let dismissals = by_look(dismissals.collect(), aliases);
        let mut elsewhere = by_look(elsewhere, aliases);
        let unmatched = all.iter().filter(|one| one.by == Match::OnlyOurs);
        let unmatched = unmatched.filter_map(|one| one.ours).collect();
        let listed = listed(all, min_flop).into_iter();
        let mut entries: Vec<Entry<'_>> = listed.map(Entry::of).collect();
        entries.sort_by_cached_key(|entry| {
            let name = entry.name.or(entry.their_name).map(str::to_lowercase);
            let flop = entry.flop.or(entry.their_flop);
            (Flop::descending(flop), name, entry.developer)
        });
        for entry in &mut entries {
            let keys = entry.theirs.map(Theirs::keys).unwrap_or_default();
            let keys = look_keys(keys, aliases);
            let find =
                |word_of: &HashMap<Key, _>| keys.iter().find_map(|key| word_of.get(key).copied());
            entry.dismissed = find(&dismissals);
            if entry.by == Match::OnlyTheirs {
                entry.elsewhere = find(&elsewhere);
                elsewhere.extend(keys.into_iter().map(|key| (key, "listed above")));
            }
        }
        Comparison {
            file,
            summary: Counts::of(&entries, theirs, min_flop),
            entries,
            unmatched,
        }
    }

    /// Whether a person should look: numbers on two sides of 1e25, or models that we lack and nobody dismissed.
    pub fn has_findings(&self) -> bool {
        self.entries
            .iter()
            .any(|entry| matches!(entry.category(), Category::Across | Category::Lacking))
    }
}

impl Counts {
    /// Counts the entries that are listed. These include all of their rows at or above `min_flop`.
    fn of(entries: &[Entry<'_>], theirs: &[Theirs], min_flop: Flop) -> Counts {
        let count = |is_meant: &dyn Fn(&Entry<'_>) -> bool| {
            entries.iter().filter(|entry| is_meant(entry)).count()
        };
        let by = |by| count(&|entry| entry.by == by);
        // A model of ours is listed once for each candidate.
        let ambiguous: HashSet<Option<&Key>> = entries
            .iter()
            .filter(|entry| entry.by == Match::Ambiguous)
            .map(|entry| entry.ours.map(|ours| &ours.key))
            .collect();
        let is_high = |flop: Option<Flop>| flop >= Some(min_flop);
        let their_listed = theirs.iter().filter(|one| is_high(one.flop)).count();
        let covered = count(&|entry| entry.by.is_sure() && is_high(entry.their_flop));
        Counts {
            exact: by(Match::Exact),
            alias: by(Match::Alias),
            normalised: by(Match::Normalised),
            name_only: by(Match::NameOnly),
            ambiguous: ambiguous.len(),
            only_ours: by(Match::OnlyOurs),
            only_theirs: by(Match::OnlyTheirs),
            across: count(&|entry| entry.category() == Category::Across),
            apart_2x: count(&|entry| entry.by.is_sure() && entry.is_apart()),
            their_rows: theirs.len(),
            their_listed,
            covered,
            coverage: (their_listed > 0).then(|| covered as f64 / their_listed as f64),
        }
    }
}

/// The pairings that are listed: those with a model at or above `min_flop`, and every candidate of an ambiguous one.
fn listed(all: Vec<Pairing<'_>>, min_flop: Flop) -> Vec<Pairing<'_>> {
    let (mut listed, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| {
        let our_flop = one.ours.and_then(|ours| ours.flop);
        let their_flop = one.theirs.and_then(|theirs| theirs.flop);
        our_flop >= Some(min_flop) || their_flop >= Some(min_flop)
    });
    let ambiguous = listed.iter().filter(|one| one.by == Match::Ambiguous);
    let (ours, theirs): (HashSet<_>, HashSet<_>) = ambiguous
        .filter_map(|one| Some((&one.ours?.key, ptr::from_ref(one.theirs?))))
        .unzip();
    let candidates = others.into_iter().filter(|one| {
        let is_of_ours = one.ours.is_some_and(|one| ours.contains(&one.key));
        let is_of_theirs = one
            .theirs
            .is_some_and(|one| theirs.contains(&ptr::from_ref(one)));
        one.by == Match::Ambiguous && (is_of_ours || is_of_theirs)
    });
    listed.extend(candidates);
    listed
}

/// The words for these models, by the [`look_keys`] of the models.
fn by_look(said: Vec<(Key, &'static str)>, aliases: &Aliases<'_>) -> HashMap<Key, &'static str> {
    let said = said.into_iter().flat_map(|(key, word)| {
        let looks = look_keys(vec![key], aliases).into_iter();
        looks.map(move |look| (look, word))
    });
    said.collect()
}

impl<'c> Entry<'c> {
    fn of(Pairing { by, ours, theirs }: Pairing<'c>) -> Entry<'c> {
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
            // The ends belong to the range, whatever the last digit of the quotient.
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
            ours,
            theirs,
        }
    }

    /// Whether the two numbers are 2× or more apart.
    fn is_apart(&self) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Dataset;

    fn name<'c>(entry: &Entry<'c>) -> &'c str {
        entry.name.or(entry.their_name).expect("a name")
    }

    fn compared<T>(rows: &str, theirs: &str, look: impl Fn(&Comparison<'_>) -> T) -> T {
        let text = format!("name,developer,training_flop,verified\n{rows}");
        let dataset = Dataset::parse(text.as_bytes()).expect("sound");
        let table = format!("Model,Organization,Training compute (FLOP),Confidence\n{theirs}");
        let table = PublicTable::parse(table.as_bytes()).expect("sound");
        let aliases = Aliases::absent();
        let ours = Ours::of_dataset(&dataset);
        look(&Comparison::of(
            &ours,
            &table,
            &aliases,
            &Decisions::absent(),
            Vec::new(),
            Flop::REGULATORY,
            "f",
        ))
    }

    #[test]
    fn listed_is_what_either_side_has_above_the_line_and_coverage_is_of_all_of_theirs() {
        let rows = "a,d,2e25,\nb,d,8e24,\nc,d,8e24,\ne,d,,\n";
        let theirs =
            "a,d,8e24,\nb,d,2e25,\nc,d,8e24,\ne,d,3e25,\nf,d,1e22,\ng,d,1e25,\nE,x,1e26,\n";
        compared(rows, theirs, |comparison| {
            let names: Vec<_> = comparison.entries.iter().map(name).collect();
            assert_eq!(names, ["E", "e", "a", "g", "b"]);
            let summary = Counts {
                exact: 3,
                only_theirs: 2,
                across: 2,
                apart_2x: 2,
                their_rows: 7,
                their_listed: 4,
                covered: 2,
                coverage: Some(0.5),
                ..Counts::default()
            };
            assert_eq!(comparison.summary, summary);
        });
    }

    #[test]
    fn their_range_follows_from_their_confidence_and_ends_are_in_it() {
        let rows = "a,d,3e25,\nb,d,3.1e25,\nc,d,1e26,\ne,d,3.1e26,\nf,d,3e25,\ng,d,2e25,\n";
        let theirs = "a,d,1e25,Confident\nb,d,1e25,confident\nc,d,1e25,Likely\ne,d,1e25,Speculative\nf,d,1e25,Unknown\n\
            g,d,2e24,Likely\n";
        let mut within = compared(rows, theirs, |comparison| {
            let entries = comparison.entries.iter();
            entries
                .map(|one| (name(one).to_owned(), one.within_theirs))
                .collect::<Vec<_>>()
        });
        within.sort();
        let within: Vec<_> = within.into_iter().map(|(_, within)| within).collect();
        assert_eq!(
            within,
            [
                Some(true),
                Some(false),
                Some(true),
                Some(true),
                None,
                Some(true)
            ]
        );
    }

    #[test]
    fn ambiguous_models_without_a_number_are_counted_once_wherever_their_candidates_stand() {
        compared(
            "a,d,,\nb,d,,\n",
            "a,d,9e25,\nb,d,5e25,\nA,d,3e25,\nB,d,2e25,\n",
            |comparison| {
                assert_eq!(comparison.entries.len(), 4);
                assert_eq!(comparison.summary.ambiguous, 2);
            },
        );
    }

    #[test]
    fn candidates_below_the_line_are_listed_with_those_of_their_own() {
        for (ours, theirs, listed) in [
            ("glm_4,x,2e25,\nglm-4,y,8e24,\n", "GLM 4,z,9e24,\n", 2),
            ("g,a,2e25,\ng,b,6e24,\n", "g,\"a,b\",9e24,\ng,b,7e24,\n", 2),
        ] {
            compared(ours, theirs, |comparison| {
                assert_eq!(comparison.entries.len(), listed);
                assert_eq!(comparison.summary.ambiguous, 2);
            });
        }
    }
}
