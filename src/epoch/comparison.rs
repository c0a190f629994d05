//! Where our numbers and theirs stand: what is listed, and its summary (behaviour §11).

use std::collections::{HashMap, HashSet};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::matching::{Looks, Match, Pairing, keys, looks, pairings};
use super::ours::Ours;
use super::read::{PublicTable, TheirConfidence, Theirs};
use crate::dataset::{Aliases, Decision, Decisions};
use crate::flop::Flop;

/// What we have against what they have. As JSON the keys are the fields' names.
#[derive(Debug, Serialize)]
pub struct Comparison<'c> {
    pub file: &'c str,
    pub summary: Summary,
    /// The models at or above the lowest FLOP on either side, the highest first.
    #[serde(rename = "models")]
    pub entries: Vec<Entry<'c>>,
    /// Our models that nothing of theirs matches, listed or not.
    #[serde(skip)]
    pub unmatched: Vec<&'c Ours<'c>>,
}

/// The counts of what is listed.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    pub exact: usize,
    pub alias: usize,
    pub normalised: usize,
    pub name_only: usize,
    /// Our models that several of theirs match, or that share a match.
    pub ambiguous: usize,
    pub only_ours: usize,
    /// Dismissed ones among them.
    pub only_theirs: usize,
    /// Of the matches by name and developer, those on two sides of 1e25 FLOP.
    pub across: usize,
    /// Of the same, those that are 2× or more apart.
    pub apart_2x: usize,
    /// All rows of their file that name a model.
    pub their_rows: usize,
    /// Of their rows at or above the lowest FLOP the share that matches by name and developer; null where there is no such row.
    pub coverage: Option<f64>,
    /// How many rows at or above the lowest FLOP they have.
    #[serde(skip)]
    pub their_listed: usize,
    /// How many of those match by name and developer.
    #[serde(skip)]
    pub covered: usize,
    /// Of `only_theirs` those that a decision dismisses here.
    #[serde(skip)]
    pub dismissed: usize,
}

/// A model of ours, one of theirs, or the two that match.
#[derive(Debug, Clone)]
pub struct Entry<'c> {
    pub by: Match,
    pub ours: Option<&'c Ours<'c>>,
    pub theirs: Option<&'c Theirs>,
    /// The decision that keeps their model out of our dataset.
    pub dismissed: Option<Decision>,
}

impl<'c> Comparison<'c> {
    /// Compares all of ours with all of theirs, and lists those at or above `min_flop` on either side.
    pub fn of(
        ours: &'c [Ours<'c>],
        table: &'c PublicTable,
        aliases: &Aliases<'_>,
        decisions: &Decisions<'_>,
        min_flop: Flop,
        file: &'c str,
    ) -> Comparison<'c> {
        let theirs: Vec<&Theirs> = table.models.iter().collect();
        let pairings = pairings(ours, &theirs, aliases);
        let dismissals = dismissals(decisions);
        let is_high = |flop: Option<Flop>| flop.is_some_and(|flop| flop >= min_flop);
        let is_listed = |one: &Pairing| {
            is_high(one.ours.and_then(|place| ours[place].flop))
                || is_high(one.theirs.and_then(|place| theirs[place].flop))
        };
        let (mut listed, mut others): (Vec<&Pairing>, Vec<&Pairing>) =
            pairings.iter().partition(|one| is_listed(one));
        // Where an ambiguous pair is listed, every other ambiguous pair with one of its two models is listed, too, and so on.
        loop {
            let ambiguous = listed.iter().filter(|one| one.by == Match::Ambiguous);
            let (ours, theirs): (HashSet<_>, HashSet<_>) =
                ambiguous.map(|one| (one.ours, one.theirs)).unzip();
            let before = listed.len();
            listed.extend(others.extract_if(.., |one| {
                let is_candidate = ours.contains(&one.ours) || theirs.contains(&one.theirs);
                one.by == Match::Ambiguous && is_candidate
            }));
            if listed.len() == before {
                break;
            }
        }
        let entries = listed.into_iter().map(|one| {
            let theirs = one.theirs.map(|place| theirs[place]);
            Entry {
                by: one.by,
                ours: one.ours.map(|place| &ours[place]),
                theirs,
                dismissed: theirs.and_then(|theirs| {
                    let by_key = keys(theirs)
                        .find_map(|key| decisions.dismissal(&aliases.resolve(&key))?.decision);
                    let mut looks = looks(theirs, aliases).into_iter();
                    by_key.or_else(|| looks.find_map(|look| dismissals.get(&look).copied()))
                }),
            }
        });
        let mut entries: Vec<Entry<'_>> = entries.collect();
        entries.sort_by_cached_key(|entry| {
            let developer = entry.ours.map(|ours| ours.developer);
            let flop = Flop::descending(entry.flop());
            (flop, entry.name().to_lowercase(), developer)
        });
        let sure = pairings.iter().filter(|one| one.by.is_sure());
        let covered = sure.filter(|one| is_high(one.theirs.and_then(|place| theirs[place].flop)));
        let mut summary = Summary {
            their_rows: theirs.len(),
            their_listed: theirs.iter().filter(|theirs| is_high(theirs.flop)).count(),
            covered: covered.count(),
            ..Summary::default()
        };
        summary.count(&entries);
        let unmatched = pairings.iter().filter(|one| one.by == Match::OnlyOurs);
        Comparison {
            file,
            summary,
            entries,
            unmatched: unmatched.filter_map(|one| Some(&ours[one.ours?])).collect(),
        }
    }

    /// Whether a person should look: numbers on two sides of 1e25, or models that we lack and nobody dismissed.
    pub fn has_findings(&self) -> bool {
        self.summary.across > 0 || self.summary.only_theirs > self.summary.dismissed
    }
}

impl Summary {
    fn count(&mut self, entries: &[Entry<'_>]) {
        let mut ambiguous = HashSet::new();
        for entry in entries {
            match entry.by {
                Match::Exact => self.exact += 1,
                Match::Alias => self.alias += 1,
                Match::Normalised => self.normalised += 1,
                Match::NameOnly => self.name_only += 1,
                Match::OnlyOurs => self.only_ours += 1,
                Match::OnlyTheirs => {
                    self.only_theirs += 1;
                    self.dismissed += usize::from(entry.dismissed.is_some());
                }
                Match::Ambiguous => {
                    // A model stands there once for each candidate.
                    let ours = entry.ours.map(std::ptr::from_ref);
                    self.ambiguous += usize::from(ambiguous.insert(ours));
                }
            }
            if entry.by.is_sure() {
                self.across += usize::from(entry.across() == Some(true));
                self.apart_2x += usize::from(entry.is_apart());
            }
        }
        self.coverage =
            (self.their_listed > 0).then(|| self.covered as f64 / self.their_listed as f64);
    }
}

impl<'c> Entry<'c> {
    fn name(&self) -> &'c str {
        let theirs = self.theirs.map(|theirs| &*theirs.name);
        self.ours
            .map_or(theirs.unwrap_or_default(), |ours| ours.name)
    }

    /// Our number, where we have one, else theirs.
    fn flop(&self) -> Option<Flop> {
        let ours = self.ours.and_then(|ours| ours.flop);
        ours.or(self.theirs.and_then(|theirs| theirs.flop))
    }

    pub fn flops(&self) -> Option<(Flop, Flop)> {
        Some((self.ours?.flop?, self.theirs?.flop?))
    }

    /// Whether the two numbers lie on two sides of 1e25 FLOP.
    pub fn across(&self) -> Option<bool> {
        let (ours, theirs) = self.flops()?;
        Some(ours.is_across(theirs))
    }

    pub fn is_apart(&self) -> bool {
        self.flops()
            .is_some_and(|(ours, theirs)| ours.is_far_from(theirs))
    }

    /// Whether our number lies in the range that they state for theirs; `None` where they state none.
    pub fn within_theirs(&self) -> Option<bool> {
        let (ours, theirs) = self.flops()?;
        let confidence: TheirConfidence = self.theirs?.confidence.parse().ok()?;
        Some(ours.factor(theirs) <= confidence.range())
    }
}

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (ours, theirs) = (self.ours, self.theirs);
        let filled = |text: &&str| !text.trim().is_empty();
        let our_confidence = ours.map(|ours| &*ours.confidence).filter(filled);
        let their_confidence = theirs.map(|theirs| &*theirs.confidence).filter(filled);
        let release_date = ours.map(|ours| &*ours.release_date).filter(filled);
        let their_date = theirs.and_then(|theirs| theirs.date);
        let factor = self.flops().map(|(ours, theirs)| ours.ratio(theirs));
        let our_flop = ours.and_then(|ours| ours.flop);
        let their_flop = theirs.and_then(|theirs| theirs.flop);
        let their_organization = theirs.map(|theirs| &theirs.organization);
        let mut columns = serializer.serialize_map(None)?;
        columns.serialize_entry("match", &self.by)?;
        columns.serialize_entry("name", &ours.map(|ours| ours.name))?;
        columns.serialize_entry("developer", &ours.map(|ours| ours.developer))?;
        columns.serialize_entry("their_name", &theirs.map(|theirs| &theirs.name))?;
        columns.serialize_entry("their_organization", &their_organization)?;
        columns.serialize_entry("flop", &our_flop)?;
        columns.serialize_entry("their_flop", &their_flop)?;
        columns.serialize_entry("factor", &factor)?;
        columns.serialize_entry("across", &self.across())?;
        columns.serialize_entry("within_theirs", &self.within_theirs())?;
        columns.serialize_entry("confidence", &our_confidence)?;
        columns.serialize_entry("their_confidence", &their_confidence)?;
        columns.serialize_entry("verified", &ours.and_then(|ours| ours.verified))?;
        columns.serialize_entry("release_date", &release_date)?;
        columns.serialize_entry("their_date", &their_date.map(|day| day.to_string()))?;
        columns.serialize_entry("dismissed", &self.dismissed.map(<&str>::from))?;
        columns.end()
    }
}

/// The decisions that keep models out of the dataset, by what the models look like.
fn dismissals(decisions: &Decisions<'_>) -> HashMap<Looks, Decision> {
    let mut by_look = HashMap::new();
    for line in &decisions.lines {
        let dismissal = decisions.dismissal(&line.model);
        if let Some(decision) = dismissal.and_then(|dismissal| dismissal.decision) {
            let looks = [&line.key, &line.model].into_iter().filter_map(Looks::of);
            by_look.extend(looks.map(|look| (look, decision)));
        }
    }
    by_look
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Dataset;

    fn compared<T>(
        rows: &str,
        theirs: &str,
        decisions: &str,
        look: impl Fn(&Comparison<'_>) -> T,
    ) -> T {
        let text = format!("name,developer,training_flop,verified\n{rows}");
        let dataset = Dataset::parse(text.as_bytes()).expect("sound");
        let table = format!("Model,Organization,Training compute (FLOP),Confidence\n{theirs}");
        let table = PublicTable::parse(table.as_bytes()).expect("sound");
        let aliases = Aliases::absent();
        let decisions = format!("name,developer,decision\n{decisions}");
        let decisions = Decisions::parse(decisions.as_bytes(), &aliases).expect("sound");
        let ours = Ours::of_dataset(&dataset);
        look(&Comparison::of(
            &ours,
            &table,
            &aliases,
            &decisions,
            Flop::REGULATORY,
            "f",
        ))
    }

    #[test]
    fn listed_is_what_either_side_has_above_the_line_and_coverage_is_of_all_of_theirs() {
        let rows = "a,d,2e25,\nb,d,8e24,\nc,d,8e24,\ne,d,,\n";
        let theirs =
            "a,d,8e24,\nb,d,2e25,\nc,d,8e24,\ne,d,3e25,\nf,d,1e22,\ng,d,1e25,\nE,x,1e26,\n";
        compared(rows, theirs, "", |comparison| {
            let names: Vec<_> = comparison.entries.iter().map(Entry::name).collect();
            assert_eq!(names, ["E", "e", "a", "g", "b"]);
            let summary = Summary {
                exact: 3,
                only_theirs: 2,
                across: 2,
                apart_2x: 2,
                their_rows: 7,
                coverage: Some(0.5),
                their_listed: 4,
                covered: 2,
                ..Summary::default()
            };
            assert_eq!(comparison.summary, summary);
        });
    }

    #[test]
    fn their_range_follows_from_their_confidence_and_ends_are_in_it() {
        let rows = "a,d,3e25,\nb,d,3.1e25,\nc,d,1e26,\ne,d,3.1e26,\nf,d,3e25,\n";
        let theirs = "a,d,1e25,Confident\nb,d,1e25,confident\nc,d,1e25,Likely\ne,d,1e25,Speculative\nf,d,1e25,Unknown\n";
        let mut within = compared(rows, theirs, "", |comparison| {
            let entries = comparison.entries.iter();
            entries
                .map(|one| (one.name().to_owned(), one.within_theirs()))
                .collect::<Vec<_>>()
        });
        within.sort();
        let within: Vec<_> = within.into_iter().map(|(_, within)| within).collect();
        assert_eq!(
            within,
            [Some(true), Some(false), Some(true), Some(true), None]
        );
    }

    #[test]
    fn an_ambiguous_model_is_counted_once_and_listed_with_all_its_candidates() {
        compared(
            "a,d,2e25,\nb,d,2e25,\n",
            "A,d,1e24,\na,d,2e25,\nb,d,,\nB,d,,\n",
            "",
            |comparison| {
                assert_eq!(comparison.entries.len(), 4);
                assert_eq!(comparison.summary.ambiguous, 2);
                assert_eq!(comparison.summary.coverage, Some(0.0));
            },
        );
    }

    #[test]
    fn ambiguous_models_without_a_number_are_counted_once_wherever_their_candidates_stand() {
        compared(
            "a,d,,\nb,d,,\n",
            "a,d,9e25,\nb,d,5e25,\nA,d,3e25,\nB,d,2e25,\n",
            "",
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
            ("g,a,2e25,\ng,b,6e24,\n", "g,\"a,b\",9e24,\ng,b,7e24,\n", 3),
        ] {
            compared(ours, theirs, "", |comparison| {
                assert_eq!(comparison.entries.len(), listed);
                assert_eq!(comparison.summary.ambiguous, 2);
            });
        }
    }

    #[test]
    fn a_model_that_was_dismissed_here_is_no_finding() {
        let dismissed = |decisions| {
            compared("", "GPT-9,OpenAI,2e25,\n", decisions, |comparison| {
                (comparison.entries[0].dismissed, comparison.has_findings())
            })
        };
        assert_eq!(
            dismissed("gpt_9,openai,below\n"),
            (Some(Decision::Below), false)
        );
        assert_eq!(dismissed("GPT-9,OpenAI,stands\n"), (None, true));
        assert_eq!(dismissed("GPT-9,Other,below\n"), (None, true));
    }
}
