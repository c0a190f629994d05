//! Which of our models one of theirs may be. Nearness of names is used here and nowhere else: it only makes suggestions.

use std::collections::BTreeSet;

use super::comparison::{Comparison, Entry, Finding};
use super::ours::Ours;
use super::read::Theirs;
use crate::dataset::Aliases;
use crate::key::folded;
use crate::look_alike::look;
use crate::plan::NewAlias;

/// How alike two names have to be, 0 to 1: one letter in six may differ.
const NEAR: f64 = 0.83;

/// Suggests aliases that join their models to ours.
pub struct Suggester<'c> {
    /// Our models that nothing of theirs matches.
    unmatched: Vec<(Words, &'c Ours<'c>)>,
    aliases: &'c Aliases<'c>,
}

impl<'c> Suggester<'c> {
    pub fn of(comparison: &Comparison<'c>, aliases: &'c Aliases<'c>) -> Suggester<'c> {
        let with_words = |ours: &&'c Ours<'c>| (Words::of(ours.name, [ours.developer]), *ours);
        Suggester {
            unmatched: comparison.unmatched.iter().map(with_words).collect(),
            aliases,
        }
    }

    /// The alias that would join the model of an entry to one of ours: to the one of the same name, or for a model that we lack to the
    /// nearest of our models that nothing matches.
    pub fn alias(&self, entry: &Entry<'c>) -> Option<NewAlias> {
        let theirs = entry.theirs?;
        let ours = match entry.finding() {
            Finding::NameOnly => entry.ours?,
            Finding::Lacking => self.nearest(theirs)?,
            _ => return None,
        };
        alias(ours, theirs, self.aliases)
    }

    fn nearest(&self, theirs: &Theirs) -> Option<&'c Ours<'c>> {
        let words = Words::of(&theirs.name, theirs.organizations());
        self.unmatched
            .iter()
            .filter_map(|(ours, model)| Some((words.likeness(ours)?, *model)))
            // Of several that are equally near, this is the first.
            .min_by(|(one, _), (other, _)| other.total_cmp(one))
            .map(|(_, model)| model)
    }
}

/// What the nearness of a model is judged by.
struct Words {
    words: BTreeSet<String>,
    /// The words in a fixed order, since some names have them in another.
    name: String,
    digits: Vec<char>,
    developers: Vec<String>,
}

impl Words {
    fn of<'n>(name: &str, developers: impl IntoIterator<Item = &'n str>) -> Words {
        let words: BTreeSet<String> = name
            .split(|c: char| !c.is_alphanumeric())
            .filter_map(look)
            .collect();
        let name: String = words.iter().map(String::as_str).collect();
        let mut digits: Vec<char> = name.chars().filter(char::is_ascii_digit).collect();
        digits.sort_unstable();
        Words {
            words,
            name,
            digits,
            developers: developers.into_iter().filter_map(look).collect(),
        }
    }

    /// How alike the names are, where the models are near: the same digits, one name's words all in the other's or nearly the same
    /// text, and developers of whom one is the other's beginning.
    fn likeness(&self, ours: &Words) -> Option<f64> {
        let is_by_one = self.developers.iter().any(|theirs| {
            ours.developers.iter().any(|ours| {
                ours == "unknown" || theirs.starts_with(&**ours) || ours.starts_with(&**theirs)
            })
        });
        if self.digits != ours.digits || self.words.is_empty() || !is_by_one {
            return None;
        }
        let likeness = strsim::normalized_levenshtein(&self.name, &ours.name);
        let is_part = self.words.is_subset(&ours.words) || ours.words.is_subset(&self.words);
        (is_part || likeness >= NEAR).then_some(likeness)
    }
}

/// The line that makes their model one of ours: their name stands for ours, so that nothing in our dataset is renamed; the other way
/// round where ours is by `Unknown`. `None` where an alias that stands already is in the way.
fn alias(ours: &Ours<'_>, theirs: &Theirs, aliases: &Aliases<'_>) -> Option<NewAlias> {
    let our_developer = folded(ours.developer);
    let organization = theirs.organizations().max_by_key(|organization| {
        strsim::jaro_winkler(&folded(organization), &our_developer).to_bits()
    })?;
    let mut pairs = [
        [theirs.shown_name(), organization.to_owned()],
        [ours.name.to_owned(), ours.developer.to_owned()],
    ];
    if our_developer == "unknown" {
        pairs.reverse();
    }
    let [[name, developer], [is_name, is_developer]] = pairs;
    let alias = NewAlias {
        name,
        developer,
        is_name,
        is_developer,
    };
    let is_free = aliases.in_the_way(&alias.key(), &alias.model()).is_none();
    is_free.then_some(alias)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{Dataset, Decisions};
    use crate::epoch::PublicTable;
    use crate::flop::Flop;

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
        let suggester = Suggester::of(&comparison, &aliases);
        let told = comparison.entries.iter().filter_map(|entry| {
            let alias = suggester.alias(entry).map(|is| {
                format!(
                    "{}|{} → {}|{}",
                    is.name, is.developer, is.is_name, is.is_developer
                )
            });
            let is_lacking = entry.finding() == Finding::Lacking;
            alias.or(is_lacking.then(|| "add".to_owned()))
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
        let chain = "x,y,GLM-4,Zhipu AI\n";
        assert_eq!(told(rows, theirs, chain), Vec::<String>::new());
        let unknown = "glm_4,Unknown,2e25,\n";
        assert_eq!(
            told(unknown, theirs, "")[0].split(" →").next(),
            Some("glm_4|Unknown")
        );
    }
}
