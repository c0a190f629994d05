//! Suggests which of our models one of theirs may be. Only these suggestions go by similar names.

use std::collections::BTreeSet;
use std::mem::swap;

use super::entry::{Category, Entry};
use super::ours::Ours;
use super::read::Theirs;
use crate::dataset::{Aliases, Decisions, differ};
use crate::key::folded;
use crate::look_alike::look;
use crate::plan::NewAlias;

/// The alias that would join the model of an entry to one of ours: to the model of the same name, or, for a model that we lack, to the most
/// similar of our `unmatched` models, which is then removed from them so that it is not suggested twice. The alias makes their name another
/// name for our model, so that nothing in our dataset is renamed. If our developer is `Unknown`, the alias goes the other way and takes the
/// first of their organisations as the developer. `None` where an existing alias is in the way, or where the decisions on the two differ.
pub fn suggested_alias(
    entry: &Entry<'_>,
    unmatched: &mut Vec<&Ours<'_>>,
    aliases: &Aliases<'_>,
    decisions: &Decisions<'_>,
) -> Option<NewAlias> {
    let theirs = entry.theirs?;
    let ours = match entry.category() {
        Category::NameOnly => entry.ours?,
        Category::Lacking => nearest(unmatched, theirs)?,
        _ => return None,
    };
    let our_developer = folded(ours.developer);
    let is_unknown = our_developer == "unknown";
    let mut organizations = theirs.organizations.iter();
    let organization = if is_unknown {
        organizations.next()
    } else {
        organizations.max_by_key(|organization| {
            strsim::jaro_winkler(&folded(organization), &our_developer).to_bits()
        })
    }?;
    let mut alias = NewAlias {
        name: theirs.shown_name(),
        developer: organization.clone(),
        is_name: ours.name.to_owned(),
        is_developer: ours.developer.to_owned(),
    };
    if is_unknown {
        swap(&mut alias.name, &mut alias.is_name);
        swap(&mut alias.developer, &mut alias.is_developer);
    }
    let (key, model) = (alias.key(), alias.model());
    if aliases.conflicting_line(&key, &model).is_some()
        || differ(&decisions.on(&key), &decisions.on(&model))
    {
        return None;
    }
    unmatched.retain(|one| one.key != ours.key);
    Some(alias)
}

/// The model whose name differs from theirs by the fewest words. The words that differ must all be in one of the two names and have no
/// digit, and one of the developers must begin with the other, unless ours is `Unknown`.
fn nearest<'c>(unmatched: &[&'c Ours<'c>], theirs: &Theirs) -> Option<&'c Ours<'c>> {
    let their_words = words(&theirs.name);
    if their_words.is_empty() {
        return None;
    }
    let their_developers = theirs.organizations.iter();
    let their_developers: Vec<String> = their_developers.filter_map(|name| look(name)).collect();
    let distance = |ours: &Ours<'_>| {
        let developer = look(ours.developer)?;
        let is_by_one = their_developers.iter().any(|their| {
            developer == "unknown" || their.starts_with(&developer) || developer.starts_with(their)
        });
        if !is_by_one {
            return None;
        }
        let our_words = words(ours.name);
        let is_part = our_words.is_subset(&their_words) || their_words.is_subset(&our_words);
        let differing: Vec<&String> = our_words.symmetric_difference(&their_words).collect();
        let has_digit = |word: &&String| word.contains(|c: char| c.is_ascii_digit());
        let is_near = is_part && !differing.iter().any(has_digit);
        is_near.then_some(differing.len())
    };
    let near = unmatched
        .iter()
        .filter_map(|ours| Some((distance(ours)?, *ours)));
    near.min_by_key(|(distance, _)| *distance)
        .map(|(_, ours)| ours)
}

fn words(name: &str) -> BTreeSet<String> {
    let words = name.split(|c: char| !c.is_alphanumeric());
    words.filter_map(look).collect()
}

#[cfg(test)]
mod tests {
    use crate::epoch::Category;
    use crate::epoch::comparison::tests::compared;

    fn hints(rows: &str, theirs: &str, aliases: &str) -> Vec<String> {
        compared(rows, theirs, aliases, |comparison| {
            let hints = comparison.entries.iter().filter_map(|entry| {
                let alias = entry.alias.as_ref().map(|is| {
                    format!(
                        "{}|{} → {}|{}",
                        is.name, is.developer, is.is_name, is.is_developer
                    )
                });
                let is_lacking = entry.category() == Category::Lacking;
                alias.or(is_lacking.then(|| "add".to_owned()))
            });
            hints.collect()
        })
    }

    #[test]
    fn a_similar_name_is_suggested_as_an_alias_of_ours() {
        let theirs = "\"Claude Opus 4\n\",Anthropic,2e25,\n";
        let alias = "Claude Opus 4|Anthropic → claude_4_opus|Anthropic";
        assert_eq!(hints("claude_4_opus,Anthropic,,\n", theirs, ""), [alias]);
        let theirs = "Gemini Ultra 1 pro,\"X,Google DeepMind\",2e25,\n";
        let alias = "Gemini Ultra 1 pro|Google DeepMind → gemini_ultra_1|Google";
        assert_eq!(hints("gemini_ultra_1,Google,,\n", theirs, ""), [alias]);
        let theirs = "Gemini Ultra pro,Google,2e25,\n";
        for (rows, alias) in [
            (
                "gemini_ultra,Google DeepMind,,\n",
                "Gemini Ultra pro|Google → gemini_ultra|Google DeepMind",
            ),
            (
                "gemini_ultra,Unknown,,\n",
                "gemini_ultra|Unknown → Gemini Ultra pro|Google",
            ),
            (
                "gemini,Google,,\ngemini_ultra,Google,,\n",
                "Gemini Ultra pro|Google → gemini_ultra|Google",
            ),
        ] {
            assert_eq!(hints(rows, theirs, ""), [alias]);
        }
    }

    #[test]
    fn each_of_our_models_is_suggested_for_only_one_of_theirs() {
        let theirs = "Mini Text Pro,M,2e25,\nMini VL Pro,M,3e25,\n";
        let alias = "Mini VL Pro|M → mini_pro|M";
        assert_eq!(hints("mini_pro,M,,\n", theirs, ""), [alias, "add"]);
        let next = "Mini Text Pro|M → mini|M";
        assert_eq!(hints("mini,M,,\nmini_pro,M,,\n", theirs, ""), [alias, next]);
    }

    #[test]
    fn different_digits_or_a_different_developer_mean_a_different_model() {
        for (ours, theirs) in [
            ("gpt_4,OpenAI,,\n", "GPT-4.5,OpenAI,2e25,\n"),
            ("grok_pro,xAI,,\n", "Grok pro max,Else,2e25,\n"),
        ] {
            assert_eq!(hints(ours, theirs, ""), ["add"], "{ours}");
        }
    }

    #[test]
    fn a_match_by_name_only_is_suggested_as_an_alias_unless_it_makes_a_chain() {
        let (rows, theirs) = ("glm_4,Zhipu,2e25,\n", "GLM-4,\"Tsinghua,Zhipu AI\",2e25,\n");
        assert_eq!(hints(rows, theirs, ""), ["GLM-4|Zhipu AI → glm_4|Zhipu"]);
        let chain = "x,y,GLM-4,Zhipu AI,\n";
        assert_eq!(hints(rows, theirs, chain), Vec::<String>::new());
        // Where they name no organisation, the alias would have no developer.
        assert_eq!(hints(rows, "GLM-4,,2e25,\n", ""), Vec::<String>::new());
        // Where our developer is `Unknown`, the alias takes the first of their organisations, even if another resembles that word.
        let theirs = "GLM-4,\"Zhipu AI,Unity\",2e25,\n";
        let suggested = "glm_4|Unknown → GLM-4|Zhipu AI";
        assert_eq!(hints("glm_4,Unknown,2e25,\n", theirs, ""), [suggested]);
    }
}
