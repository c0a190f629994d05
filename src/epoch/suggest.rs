//! What to do about a model that they have and we lack. Nearness of names is used here and nowhere else: it only makes suggestions.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::iter::once;

use super::comparison::Entry;
use super::matching::{Match, pairings};
use super::ours::Ours;
use super::read::Theirs;
use crate::dataset::{Aliases, Mark};
use crate::flop::Flop;
use crate::key::{Key, folded};
use crate::look_alike::look;
use crate::plan::Suggestion;

/// What to do about a model of theirs.
#[derive(Debug, Clone, PartialEq)]
pub enum Suggested {
    /// It may be one of ours under another name.
    Alias(Suggestion),
    /// It is to be added, if it belongs here.
    Add,
    /// The estimates have it, with this number.
    Estimated(Option<Flop>),
}

/// How alike two texts have to be, 0 to 1: one letter in six may differ.
const NEAR: f64 = 0.83;

/// A suggestion for each entry: an alias for one that matches by name only; for one that only they have what the estimates say of it,
/// else an alias towards the nearest of our models that nothing matches, else to add it. Each of our models is suggested once.
pub fn suggested(
    entries: &[&Entry<'_>],
    unmatched: &[&Ours<'_>],
    estimates: &[Ours<'_>],
    aliases: &Aliases<'_>,
) -> Vec<Option<Suggested>> {
    let mut suggested = vec![None; entries.len()];
    // The models of theirs that we lack, and their places among the entries.
    let (mut places, mut theirs) = (Vec::new(), Vec::new());
    for (place, entry) in entries.iter().enumerate() {
        match (entry.by, entry.ours, entry.theirs) {
            (Match::NameOnly, Some(ours), Some(theirs)) => {
                suggested[place] = alias(ours, theirs, estimates, aliases).map(Suggested::Alias);
            }
            (Match::OnlyTheirs, _, Some(lacking)) => {
                suggested[place] = Some(Suggested::Add);
                places.push(place);
                theirs.push(lacking);
            }
            _ => {}
        }
    }
    for pairing in pairings(estimates, &theirs, aliases) {
        if let (true, Some(ours), Some(one)) = (pairing.by.is_sure(), pairing.ours, pairing.theirs)
        {
            suggested[places[one]] = Some(Suggested::Estimated(estimates[ours].flop));
        }
    }
    let open = places.into_iter().zip(theirs);
    let open = open.filter(|(place, _)| suggested[*place] == Some(Suggested::Add));
    let (places, theirs): (Vec<usize>, Vec<&Theirs>) = open.unzip();
    for (one, ours) in nearest(&theirs, unmatched) {
        if let Some(line) = alias(unmatched[ours], theirs[one], estimates, aliases) {
            suggested[places[one]] = Some(Suggested::Alias(line));
        }
    }
    suggested
}

/// Pairs of near models, the nearest first, each model once.
fn nearest(theirs: &[&Theirs], ours: &[&Ours<'_>]) -> Vec<(usize, usize)> {
    let ours: Vec<Looks> = ours
        .iter()
        .map(|ours| Looks::of(ours.name, once(ours.developer)))
        .collect();
    let mut near: Vec<(u64, usize, usize)> = Vec::new();
    for (one, theirs) in theirs.iter().enumerate() {
        let theirs = Looks::of(&theirs.name, theirs.single_organizations());
        for (place, ours) in ours.iter().enumerate() {
            if let Some(likeness) = theirs.likeness(ours) {
                // The bits of positive numbers are ordered as the numbers are.
                near.push((likeness.to_bits(), one, place));
            }
        }
    }
    near.sort_by_key(|(likeness, theirs, ours)| (Reverse(*likeness), *theirs, *ours));
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (_, theirs, ours) in near {
        if !pairs.iter().any(|pair| pair.0 == theirs || pair.1 == ours) {
            pairs.push((theirs, ours));
        }
    }
    pairs
}

/// What a model looks like.
struct Looks {
    words: BTreeSet<String>,
    /// The words in a fixed order, since some names have them in another.
    name: String,
    digits: Vec<char>,
    developers: Vec<String>,
}

impl Looks {
    fn of<'n>(name: &str, developers: impl Iterator<Item = &'n str>) -> Looks {
        let words = name.split(|c: char| !c.is_alphanumeric());
        let words: BTreeSet<String> = words.filter_map(look).collect();
        let name: String = words.iter().map(String::as_str).collect();
        let mut digits: Vec<char> = name.chars().filter(char::is_ascii_digit).collect();
        digits.sort_unstable();
        Looks {
            words,
            name,
            digits,
            developers: developers.filter_map(look).collect(),
        }
    }

    /// How alike the names are, where the models are near: the same digits, one name's words all in the other's or nearly the same
    /// text, and developers of whom one is the other's beginning or nearly so.
    fn likeness(&self, ours: &Looks) -> Option<f64> {
        let is_near = |theirs: &String, ours: &String| {
            ours == "unknown"
                || theirs.starts_with(ours.as_str())
                || ours.starts_with(theirs.as_str())
                || strsim::normalized_levenshtein(theirs, ours) >= NEAR
        };
        let mut theirs = self.developers.iter();
        let is_candidate = self.digits == ours.digits
            && !self.words.is_empty()
            && theirs.any(|theirs| ours.developers.iter().any(|ours| is_near(theirs, ours)));
        if !is_candidate {
            return None;
        }
        let likeness = strsim::normalized_levenshtein(&self.name, &ours.name);
        let is_part = self.words.is_subset(&ours.words) || ours.words.is_subset(&self.words);
        (is_part || self.is_written_otherwise(ours) || likeness >= NEAR).then_some(likeness)
    }

    /// Whether the names share a word, and each word that only one of them has stands for one of the other in another script: 盘古 Ultra
    /// for Pangu Ultra.
    fn is_written_otherwise(&self, ours: &Looks) -> bool {
        let theirs: Vec<&String> = self.words.difference(&ours.words).collect();
        let others: Vec<&String> = ours.words.difference(&self.words).collect();
        let are_east_asian = |words: &[&String]| words.iter().all(|word| is_east_asian(word));
        let are_latin = |words: &[&String]| words.iter().all(|word| word.is_ascii());
        let is_pair = are_east_asian(&others) && are_latin(&theirs)
            || are_east_asian(&theirs) && are_latin(&others);
        theirs.len() == others.len() && theirs.len() < self.words.len() && is_pair
    }
}

/// Whether a word is in Chinese, Japanese or Korean letters, of which there is mostly a spelling in Latin ones.
fn is_east_asian(word: &str) -> bool {
    word.chars().all(|letter| {
        matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
    })
}

/// The line that makes their model one of ours: their name stands for ours, so that nothing in our dataset is renamed. The other way
/// round where ours is by `Unknown`, where the estimates have their name and nobody has marked our row, and where the line would make
/// a chain. `None` where neither can be written.
fn alias(
    ours: &Ours<'_>,
    theirs: &Theirs,
    estimates: &[Ours<'_>],
    aliases: &Aliases<'_>,
) -> Option<Suggestion> {
    let their_name = theirs.shown_name();
    let nearness = |organization: &&str| {
        let likeness = strsim::jaro_winkler(&folded(organization), &folded(ours.developer));
        likeness.to_bits()
    };
    let organization = theirs.single_organizations().max_by_key(nearness)?;
    let their_key = Key::new(&their_name, organization);
    let is_marked = ours
        .verified
        .is_some_and(|cell| Mark::of(cell) != Mark::Unverified);
    let is_current = estimates.iter().any(|estimate| estimate.key == their_key);
    let is_unknown = folded(ours.developer) == "unknown";
    let mut ways = [
        (&*their_name, organization, ours.name, ours.developer),
        (ours.name, ours.developer, &*their_name, organization),
    ];
    if is_unknown || (is_current && !is_marked) {
        ways.reverse();
    }
    let is_free = |(name, developer, is_name, is_developer): &(&str, &str, &str, &str)| {
        let (left, right) = (Key::new(name, developer), Key::new(is_name, is_developer));
        aliases.in_the_way(&left, &right).is_none()
    };
    let (name, developer, is_name, is_developer) = ways.into_iter().find(is_free)?;
    Some(Suggestion {
        name: name.to_owned(),
        developer: developer.to_owned(),
        is_name: is_name.to_owned(),
        is_developer: is_developer.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{Dataset, Decisions};
    use crate::epoch::{Comparison, PublicTable};

    fn told(rows: &str, theirs: &str, aliases: &str) -> Vec<String> {
        let text = format!("name,developer,training_flop,verified\n{rows}");
        let aliases = format!("name,developer,is_name,is_developer\n{aliases}");
        let aliases = Aliases::parse(aliases.as_bytes()).expect("sound");
        let dataset = Dataset::parse(text.as_bytes())
            .expect("sound")
            .with_aliases(&aliases);
        let table = format!("Model,Organization,Training compute (FLOP)\n{theirs}");
        let table = PublicTable::parse(table.as_bytes()).expect("sound");
        let ours = Ours::of_dataset(&dataset);
        let decisions = Decisions::absent();
        let comparison = Comparison::of(&ours, &table, &aliases, &decisions, Flop::REGULATORY, "f");
        let entries: Vec<_> = comparison.entries.iter().collect();
        let suggested = suggested(&entries, &comparison.unmatched, &[], &aliases);
        let told = suggested.into_iter().flatten().map(|one| match one {
            Suggested::Add => "add".to_owned(),
            Suggested::Estimated(flop) => format!("estimated {flop:?}"),
            Suggested::Alias(is) => {
                format!(
                    "{}|{} → {}|{}",
                    is.name, is.developer, is.is_name, is.is_developer
                )
            }
        });
        told.collect()
    }

    #[test]
    fn a_near_name_is_suggested_as_an_alias_towards_ours() {
        let theirs = "Claude Opus 4,Anthropic,2e25\n";
        let suggested = "Claude Opus 4|Anthropic → claude_4_opus|Anthropic";
        assert_eq!(told("claude_4_opus,Anthropic,,\n", theirs, ""), [suggested]);
        let theirs = "Gemini Ultra 1 pro,\"X,Google DeepMind\",2e25\n";
        let suggested = "Gemini Ultra 1 pro|Google DeepMind → gemini_ultra_1|Google";
        assert_eq!(told("gemini_ultra_1,Google,,\n", theirs, ""), [suggested]);
    }

    #[test]
    fn a_word_in_another_script_stands_for_one_word_beside_a_word_that_is_the_same() {
        let rows = "盘古 Ultra,Huawei,,\n";
        assert_eq!(
            told(rows, "Pangu Ultra,Huawei,2e25\n", ""),
            ["Pangu Ultra|Huawei → 盘古 Ultra|Huawei"]
        );
        for theirs in [
            "Pangu Ultra MoE,Huawei,2e25\n",
            "Pangu Ultra,Else,2e25\n",
            "Pangu,Huawei,2e25\n",
            "Pangu Ultra 2,Huawei,2e25\n",
        ] {
            assert_eq!(told(rows, theirs, ""), ["add"], "{theirs}");
        }
        assert_eq!(
            told("PanGu-Σ,Huawei,,\n", "Pangu Ultra,Huawei,2e25\n", ""),
            ["add"]
        );
    }

    #[test]
    fn other_digits_or_another_developer_are_another_model() {
        for (ours, theirs) in [
            ("gpt_4,OpenAI,,\n", "GPT-4.5,OpenAI,2e25\n"),
            ("grok_pro,xAI,,\n", "Grok pro1,Else,2e25\n"),
        ] {
            assert_eq!(told(ours, theirs, ""), ["add"], "{ours}");
        }
    }

    #[test]
    fn a_match_by_name_only_is_suggested_as_an_alias_that_makes_no_chain() {
        let (rows, theirs) = ("glm_4,Zhipu,2e25,\n", "GLM-4,\"Tsinghua,Zhipu AI\",2e25\n");
        assert_eq!(told(rows, theirs, ""), ["GLM-4|Zhipu AI → glm_4|Zhipu"]);
        assert_eq!(
            told(rows, theirs, "x,y,GLM-4,Zhipu AI\n"),
            ["glm_4|Zhipu → GLM-4|Zhipu AI"]
        );
        let unknown = "glm_4,Unknown,2e25,\n";
        assert_eq!(
            told(unknown, theirs, "")[0].split(" →").next(),
            Some("glm_4|Unknown")
        );
    }
}
