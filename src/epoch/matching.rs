//! Pairs our models with theirs. A model is matched by the first rule that finds a pair, and every match states that rule. Names that are
//! merely similar are never matched.

use std::collections::{BTreeSet, HashMap};

use super::entry::{Entry, Match};
use super::ours::Ours;
use super::read::Theirs;
use crate::dataset::Aliases;
use crate::key::Key;
use crate::look_alike::{look, look_or_text};

/// The rules, in the order in which they are tried.
const STEPS: [Match; 4] = [
    Match::Exact,
    Match::Alias,
    Match::Normalised,
    Match::NameOnly,
];

/// Matches all models, rule by rule. A model that is paired or ambiguous takes no part in later steps. An ambiguous model has an entry for
/// each possible match.
pub fn match_models<'c>(
    ours: &'c [Ours<'c>],
    theirs: &'c [Theirs],
    aliases: &Aliases<'_>,
) -> Vec<Entry<'c>> {
    let mut unmatched_ours: BTreeSet<usize> = (0..ours.len()).collect();
    let mut unmatched_theirs: BTreeSet<usize> = (0..theirs.len()).collect();
    let mut entries = Vec::new();
    for by in STEPS {
        let mut places: HashMap<Key, Vec<usize>> = HashMap::new();
        for place in &unmatched_theirs {
            for key in keys_by(by, theirs[*place].keys(), aliases) {
                places.entry(key).or_default().push(*place);
            }
        }
        let mut found: BTreeSet<(usize, usize)> = BTreeSet::new();
        for place in &unmatched_ours {
            let keys = keys_by(by, vec![ours[*place].key.clone()], aliases);
            let theirs = keys.iter().filter_map(|key| places.get(key)).flatten();
            found.extend(theirs.map(|theirs| (*place, *theirs)));
        }
        let (mut our_counts, mut their_counts) = (HashMap::new(), HashMap::new());
        for (ours, theirs) in &found {
            *our_counts.entry(*ours).or_insert(0) += 1;
            *their_counts.entry(*theirs).or_insert(0) += 1;
        }
        for (our_place, their_place) in found {
            let is_pair = (our_counts[&our_place], their_counts[&their_place]) == (1, 1);
            let by = if is_pair { by } else { Match::Ambiguous };
            unmatched_ours.remove(&our_place);
            unmatched_theirs.remove(&their_place);
            let (ours, theirs) = (&ours[our_place], &theirs[their_place]);
            entries.push(Entry::of(by, Some(ours), Some(theirs)));
        }
    }
    let only_ours = unmatched_ours.iter().map(|place| &ours[*place]);
    entries.extend(only_ours.map(|one| Entry::of(Match::OnlyOurs, Some(one), None)));
    let only_theirs = unmatched_theirs.iter().map(|place| &theirs[*place]);
    entries.extend(only_theirs.map(|one| Entry::of(Match::OnlyTheirs, None, Some(one))));
    entries
}

/// The keys by which this rule finds a model: the keys as written, the keys after aliases are applied, the [looks](look) of both, or the
/// looks of the names alone.
pub fn keys_by(rule: Match, written: Vec<Key>, aliases: &Aliases<'_>) -> Vec<Key> {
    let resolved = || written.iter().map(|key| aliases.resolve(key).into_owned());
    let both = || written.iter().cloned().chain(resolved());
    match rule {
        Match::Exact => written,
        Match::Alias => resolved().collect(),
        Match::Normalised => both()
            .filter_map(|key| Some(Key::new(&look(&key.name)?, &look(&key.developer)?)))
            .collect(),
        _ => both()
            .map(|key| Key::new(&look_or_text(&key.name), ""))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::epoch::comparison::tests::read;

    /// The matches of our and their models, each written `name|developer`, as `rule ours theirs`.
    fn matched(ours: &[&str], theirs: &[&str], aliases: &str) -> Vec<String> {
        let row = |model: &&str| {
            let (name, developer) = model.split_once('|').expect("name|developer");
            format!("\"{name}\",\"{developer}\",,\n")
        };
        let [ours, theirs] =
            [ours, theirs].map(|models| models.iter().map(row).collect::<String>());
        read(&ours, &theirs, aliases, |ours, table, aliases| {
            let entries = match_models(ours, &table.models, aliases);
            let lines = entries.iter().map(|one| {
                let ours = one.name.zip(one.developer);
                let theirs = one.their_name.zip(one.their_organization);
                let [ours, theirs] = [ours, theirs].map(|side| {
                    side.map_or("-".to_owned(), |(name, developer)| {
                        format!("{name}|{developer}")
                    })
                });
                format!("{:?} {ours} {theirs}", one.by)
            });
            lines.collect()
        })
    }

    #[test]
    fn the_developer_may_be_one_of_several_organisations() {
        assert_eq!(
            matched(
                &["megatron|nvidia", "xTrimo|Tsinghua University, BioMap"],
                &[
                    "Megatron|Microsoft, NVIDIA",
                    "xtrimo|Tsinghua University, BioMap"
                ],
                ""
            ),
            [
                "Exact megatron|nvidia Megatron|Microsoft, NVIDIA",
                "Exact xTrimo|Tsinghua University, BioMap xtrimo|Tsinghua University, BioMap",
            ]
        );
    }

    #[test]
    fn a_model_matches_by_the_first_rule_that_finds_it() {
        let theirs = ["GPT-4\n|OpenAI", "gpt_4|OpenAI"];
        assert_eq!(
            matched(&["gpt 4|openai", "gpt-4|OpenAI"], &theirs, ""),
            [
                "Exact gpt-4|OpenAI GPT-4\n|OpenAI",
                "Normalised gpt 4|openai gpt_4|OpenAI",
            ]
        );
        assert_eq!(
            matched(&["glm_4_plus|Zhipu"], &["GLM-4-Plus|Zhipu AI"], ""),
            ["NameOnly glm_4_plus|Zhipu GLM-4-Plus|Zhipu AI"]
        );
        let alias = "a,d,b,d,\n";
        assert_eq!(matched(&["a|d"], &["b|x"], alias), ["NameOnly a|d b|x"]);
        assert_eq!(
            matched(&["a|d"], &["b|d"], ""),
            ["OnlyOurs a|d -", "OnlyTheirs - b|d"]
        );
    }

    #[test]
    fn aliases_apply_to_both_sides_and_to_names_that_look_alike() {
        for (alias, rule) in [
            ("glm_4,Zhipu,GLM-4,Zhipu AI,\n", "Alias"),
            ("GLM-4,Zhipu AI,glm_4,Zhipu,\n", "Alias"),
            ("*,Zhipu AI,*,Zhipu,\n", "Normalised"),
        ] {
            let matches = matched(&["glm_4|Zhipu"], &["GLM-4|Zhipu AI"], alias);
            assert_eq!(matches, [format!("{rule} glm_4|Zhipu GLM-4|Zhipu AI")]);
        }
    }

    #[test]
    fn several_matches_at_one_step_are_ambiguous_and_match_nothing_else() {
        assert_eq!(
            matched(&["twin|A", "twin_|A"], &["Twin|A", "twin|A"], ""),
            [
                "Ambiguous twin|A Twin|A",
                "Ambiguous twin|A twin|A",
                "OnlyOurs twin_|A -"
            ]
        );
        assert_eq!(
            matched(&["glm_4|X", "glm-4|Y"], &["GLM 4|Z"], ""),
            ["Ambiguous glm_4|X GLM 4|Z", "Ambiguous glm-4|Y GLM 4|Z"]
        );
        // Where two models match the same one, both are ambiguous.
        assert_eq!(
            matched(&["a|A", "a|B"], &["a|A,B", "A|B"], ""),
            [
                "Ambiguous a|A a|A,B",
                "Ambiguous a|B a|A,B",
                "Ambiguous a|B A|B"
            ]
        );
    }

    #[test]
    fn names_that_differ_in_a_word_or_a_digit_never_match() {
        let names = "\
            GPT-4|OpenAI; GPT-4 Turbo|OpenAI; GPT-4o|OpenAI; GPT-4o mini|OpenAI; GPT-4.5|OpenAI; GPT-3.5|OpenAI; Claude 3 Opus|Anthropic; \
            Claude 3 Sonnet|Anthropic; Claude 3.5 Sonnet|Anthropic; GLM-4 (0116)|Zhipu AI; GLM-4 (0520)|Zhipu AI; GLM-4-Plus|Zhipu AI; \
            PaLM (540B)|Google; U-PaLM (540B)|Google; PaLM 2|Google; Qwen-72B|Alibaba; Qwen1.5-72B|Alibaba; Qwen2-72B|Alibaba; \
            Qwen2.5-72B|Alibaba; NVLM-X 72B|NVIDIA; NVLM-H 72B|NVIDIA; Llama 3-70B|Meta AI; Llama 3.3|Meta AI; LLaMA-65B|Meta AI; \
            Inflection-2|Inflection AI; Inflection-2.5|Inflection AI; o1|OpenAI; o1-mini|OpenAI; o1-preview|OpenAI; PanGu-Σ|Huawei; \
            Pangu Ultra|Huawei; xTrimoPGLM -100B|Tsinghua University; Command R|Cohere; Command R+|Cohere";
        let names: Vec<&str> = names.split("; ").collect();
        let mut spelled: Vec<String> = names
            .iter()
            .map(|name| name.to_lowercase().replace([' ', '-', '.'], "_"))
            .collect();
        spelled.reverse();
        let spelled: Vec<&str> = spelled.iter().map(String::as_str).collect();
        let matches = matched(&spelled, &names, "");
        assert_eq!(matches.len(), names.len());
        let unsure = matches
            .iter()
            .filter(|one| !one.starts_with("Exact") && !one.starts_with("Normalised"));
        assert_eq!(unsure.collect::<Vec<_>>(), Vec::<&String>::new());
    }
}
