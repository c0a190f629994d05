//! Compares our numbers with theirs: the entries to list, and their summary (behaviour §11).

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::entry::{Category, Entry, Match};
use super::matching::{keys_by, match_models};
use super::ours::Ours;
use super::read::{PublicTable, Theirs};
use super::suggest::suggested_alias;
use crate::dataset::{Aliases, Decision, Decisions};
use crate::flop::Flop;
use crate::key::Key;

/// Our models compared with theirs. This is also the JSON of behaviour §11, whose keys are the names of the fields.
#[derive(Debug, Serialize)]
pub struct Comparison<'c> {
    pub file: &'c str,
    pub summary: Counts,
    /// The models at or above `--min-flop` on either side, with all possible matches of ambiguous ones; highest first.
    #[serde(rename = "models")]
    pub entries: Vec<Entry<'c>>,
}

/// Counts of the listed entries, except where stated.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct Counts {
    pub exact: usize,
    pub alias: usize,
    pub normalised: usize,
    pub name_only: usize,
    /// Our models that match several of theirs, or that share a match.
    pub ambiguous: usize,
    pub only_ours: usize,
    /// Their models that match none of ours, dismissed ones included.
    pub only_theirs: usize,
    /// The matches, except those by name only, whose numbers lie on opposite sides of 1e25 FLOP.
    pub across: usize,
    /// The same matches whose numbers are 2× or more apart.
    pub apart_2x: usize,
    /// All rows of their file that name a model.
    pub their_rows: usize,
    /// Their rows at or above `--min-flop`.
    #[serde(skip)]
    pub their_listed: usize,
    /// Those of these rows that are matched by name and developer.
    #[serde(skip)]
    pub covered: usize,
    /// `covered` divided by `their_listed`; null where `their_listed` is 0.
    pub coverage: Option<f64>,
}

impl<'c> Comparison<'c> {
    /// Compares all our models with all of theirs, and lists those at or above `min_flop` on either side. `elsewhere` holds models known
    /// from other places than `ours`, with words for the place. If one of them is there several times, the last counts.
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
        let all = match_models(ours, theirs, aliases);
        let dismissals = decisions.dismissals().map(|line| {
            let word = line.decision.map_or("", Decision::name);
            (line.key.clone(), word)
        });
        let dismissals = by_look(dismissals.collect(), aliases);
        let mut elsewhere = by_look(elsewhere, aliases);
        let unmatched = all.iter().filter(|one| one.by == Match::OnlyOurs);
        let mut unmatched = unmatched.filter_map(|one| one.ours).collect();
        let mut entries = listed(all, min_flop);
        entries.sort_by_cached_key(|entry| {
            let name = entry.name.or(entry.their_name).map(str::to_lowercase);
            let flop = entry.flop.or(entry.their_flop);
            (Flop::descending(flop), name, entry.developer)
        });
        for entry in &mut entries {
            entry.dismissed = dismissed(entry, decisions, aliases, &dismissals);
        }
        // From here on the order of the entries matters: a model of theirs is already known if an earlier one looks alike.
        for entry in entries.iter_mut().filter(|one| one.by == Match::OnlyTheirs) {
            let keys = entry.theirs.map(Theirs::keys).unwrap_or_default();
            let keys = keys_by(Match::Normalised, keys, aliases);
            entry.elsewhere = keys.iter().find_map(|key| elsewhere.get(key).copied());
            elsewhere.extend(keys.into_iter().map(|key| (key, "listed above")));
        }
        // Each of our models is suggested for only one of theirs, the first.
        for entry in entries.iter_mut().filter(|one| one.elsewhere.is_none()) {
            entry.alias = suggested_alias(entry, &mut unmatched, aliases, decisions);
        }
        Comparison {
            file,
            summary: Counts::of(&entries, theirs, min_flop),
            entries,
        }
    }

    /// Whether a person should look: there are numbers on opposite sides of 1e25, or models that we lack and nobody dismissed.
    pub fn has_findings(&self) -> bool {
        self.entries
            .iter()
            .any(|entry| matches!(entry.category(), Category::Across | Category::Lacking))
    }
}

impl Counts {
    /// Counts the listed entries, which include all of their rows at or above `min_flop`.
    fn of(entries: &[Entry<'_>], theirs: &[Theirs], min_flop: Flop) -> Counts {
        let count = |counts: &dyn Fn(&Entry<'_>) -> bool| {
            entries.iter().filter(|entry| counts(entry)).count()
        };
        let by = |by| count(&|entry| entry.by == by);
        // An ambiguous model of ours has an entry for each possible match.
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

/// The decision that dismisses a model of theirs: on the row of ours that it matches by name and developer, or on the model itself. If it
/// has neither a row nor a decision, the dismissal of a model that looks alike counts, found in `by_look`.
fn dismissed(
    entry: &Entry<'_>,
    decisions: &Decisions<'_>,
    aliases: &Aliases<'_>,
    by_look: &HashMap<Key, &'static str>,
) -> Option<&'static str> {
    let ours = entry.ours.filter(|_| entry.by.is_sure());
    let ours = ours.map(|ours| ours.key.clone());
    let theirs = entry.theirs.map(Theirs::keys).unwrap_or_default();
    let keys: Vec<Key> = ours.into_iter().chain(theirs).collect();
    let decision = |key| decisions.get(&aliases.resolve(key))?.decision;
    let decided: Vec<Decision> = keys.iter().filter_map(decision).collect();
    let has_row = entry.ours.is_some() && entry.by != Match::NameOnly;
    if decided.is_empty() && !has_row {
        let looks = keys_by(Match::Normalised, keys, aliases);
        return looks.iter().find_map(|key| by_look.get(key).copied());
    }
    let mut decided = decided.into_iter();
    decided.find(|one| one.is_dismissal()).map(Decision::name)
}

/// The entries to list: those with a model at or above `min_flop`, and every possible match of an ambiguous one among them.
fn listed(all: Vec<Entry<'_>>, min_flop: Flop) -> Vec<Entry<'_>> {
    let (mut listed, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|entry| {
        let min_flop = Some(min_flop);
        entry.flop >= min_flop || entry.their_flop >= min_flop
    });
    let (mut ours, mut theirs) = (HashSet::new(), HashSet::new());
    for entry in listed.iter().filter(|entry| entry.by == Match::Ambiguous) {
        ours.insert((entry.name, entry.developer));
        theirs.insert((entry.their_name, entry.their_organization));
    }
    let matches = others.into_iter().filter(|entry| {
        let is_of_ours = ours.contains(&(entry.name, entry.developer));
        let is_of_theirs = theirs.contains(&(entry.their_name, entry.their_organization));
        entry.by == Match::Ambiguous && (is_of_ours || is_of_theirs)
    });
    listed.extend(matches);
    listed
}

/// Maps the look of each of these models to the words given for it.
fn by_look(words: Vec<(Key, &'static str)>, aliases: &Aliases<'_>) -> HashMap<Key, &'static str> {
    let words = words.into_iter().flat_map(|(key, word)| {
        let looks = keys_by(Match::Normalised, vec![key], aliases).into_iter();
        looks.map(move |look| (look, word))
    });
    words.collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::dataset::Dataset;

    /// The result of `look` for these rows of ours and of theirs, under these aliases.
    pub fn read<T>(
        rows: &str,
        theirs: &str,
        aliases: &str,
        look: impl Fn(&[Ours<'_>], &PublicTable, &Aliases<'_>) -> T,
    ) -> T {
        let text = format!("name,developer,training_flop,verified\n{rows}");
        let aliases = format!("name,developer,is_name,is_developer,note\n{aliases}");
        let aliases = Aliases::parse(aliases.as_bytes()).expect("sound");
        let dataset = Dataset::parse(text.as_bytes())
            .expect("sound")
            .with_aliases(&aliases);
        let table = format!("Model,Organization,Training compute (FLOP),Confidence\n{theirs}");
        let table = PublicTable::parse(table.as_bytes()).expect("sound");
        look(&Ours::of_dataset(&dataset), &table, &aliases)
    }

    /// The result of `look` for the comparison of these rows with theirs, under these aliases.
    pub fn compared<T>(
        rows: &str,
        theirs: &str,
        aliases: &str,
        look: impl Fn(&Comparison<'_>) -> T,
    ) -> T {
        let decisions = Decisions::absent();
        read(rows, theirs, aliases, |ours, table, aliases| {
            look(&Comparison::of(
                ours,
                table,
                aliases,
                &decisions,
                Vec::new(),
                Flop::REGULATORY,
                "f",
            ))
        })
    }

    #[test]
    fn models_above_the_minimum_on_either_side_are_listed_and_coverage_is_a_share_of_theirs() {
        let rows = "a,d,2e25,\nb,d,8e24,\nc,d,8e24,\ne,d,,\nn,d,2e25,\n";
        let theirs = "a,d,8e24,\nb,d,2e25,\nc,d,8e24,\ne,d,3e25,\nf,d,1e22,\ng,d,1e25,\nE,x,1e26,\nN,x,9e25,\n";
        compared(rows, theirs, "", |comparison| {
            let entries = comparison.entries.iter();
            let names: Vec<_> = entries
                .filter_map(|one| one.name.or(one.their_name))
                .collect();
            assert_eq!(names, ["E", "e", "a", "n", "g", "b"]);
            let summary = Counts {
                exact: 3,
                name_only: 1,
                only_theirs: 2,
                across: 2,
                apart_2x: 2,
                their_rows: 8,
                their_listed: 5,
                covered: 2,
                coverage: Some(0.4),
                ..Counts::default()
            };
            assert_eq!(comparison.summary, summary);
        });
    }

    #[test]
    fn their_range_follows_from_their_confidence_and_includes_its_ends() {
        for (ours, theirs, within) in [
            ("3e25", "1e25,Confident", Some(true)),
            ("3.1e25", "1e25,confident", Some(false)),
            ("1e26", "1e25,Likely", Some(true)),
            ("3.1e26", "1e25,Speculative", Some(true)),
            ("3e25", "1e25,Unknown", None),
            ("2e25", "2e24,Likely", Some(true)),
        ] {
            let (rows, table) = (format!("a,d,{ours},\n"), format!("a,d,{theirs}\n"));
            compared(&rows, &table, "", |comparison| {
                assert_eq!(comparison.entries[0].within_theirs, within, "{ours}");
            });
        }
    }

    #[test]
    fn ambiguous_models_without_a_number_are_counted_once_wherever_their_possible_matches_are_listed()
     {
        let (rows, theirs) = (
            "a,d,,\nb,d,,\n",
            "a,d,9e25,\nb,d,5e25,\nA,d,3e25,\nB,d,2e25,\n",
        );
        compared(rows, theirs, "", |comparison| {
            assert_eq!(comparison.entries.len(), 4);
            assert_eq!(comparison.summary.ambiguous, 2);
        });
    }

    #[test]
    fn a_possible_match_below_the_minimum_is_listed_if_another_one_of_its_model_is_above_it() {
        for (ours, theirs, ambiguous) in [
            ("glm_4,x,2e25,\nglm-4,y,8e24,\n", "GLM 4,z,9e24,\n", 2),
            ("g,a,2e25,\ng,b,6e24,\n", "g,\"a,b\",9e24,\ng,b,7e24,\n", 2),
            ("a,d,8e24,\n", "A,d,2e25,\na,d,9e24,\n", 1),
        ] {
            compared(ours, theirs, "", |comparison| {
                assert_eq!(comparison.entries.len(), 2);
                assert_eq!(comparison.summary.ambiguous, ambiguous);
            });
        }
    }
}
