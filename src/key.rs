//! The identity of a model.

use std::borrow::Cow;

use crate::text::name_line;

/// The name and the developer that identify a model, each `folded` (behaviour §4). Ordered by name, then developer.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The name, folded.
    pub name: String,
    /// The developer, folded.
    pub developer: String,
}

impl Key {
    /// The key of a model as it is written in a record, in a row or on the command line.
    pub fn new(name: &str, developer: &str) -> Key {
        Key {
            name: folded(name),
            developer: folded(developer),
        }
    }
}

/// A name as it is [written](name_line), then Unicode-lowercased. Every comparison of names that ignores case goes through here.
pub(crate) fn folded(text: &str) -> String {
    name_line(Cow::Borrowed(text)).to_lowercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::{Config, RngSeed};
    use serde_json::json;

    use super::*;
    use crate::dataset::{Dataset, push_record};
    use crate::estimates::Estimates;
    use crate::schema::Column;

    /// Names with characters that CSV quotes, that are written as other characters, or whose lower case has another length.
    fn awkward_name() -> impl Strategy<Value = String> {
        let awkward = "\0\n\r\t \u{a0}\u{85}\u{2028}\u{feff}\",;<>aAİΣß".chars();
        let character = prop_oneof![
            any::<char>(),
            prop::sample::select(awkward.collect::<Vec<_>>())
        ];
        prop::collection::vec(character, 1..8).prop_map(String::from_iter)
    }

    proptest! {
        #![proptest_config(Config { rng_seed: RngSeed::Fixed(25), failure_persistence: None, ..Config::default() })]

        #[test]
        fn a_name_read_back_from_the_dataset_has_the_key_of_its_estimate(name in awkward_name(), developer in awkward_name()) {
            let text = json!({"models": [{"name": name, "developer": developer}]}).to_string();
            // A name without a visible character is rejected.
            if let Ok(estimates) = Estimates::parse(text.as_bytes()) {
                let one = &estimates.usable[0];
                let mut csv = Vec::new();
                let columns = Column::ALL.iter().map(|column| (column.name().into(), one.cell(*column)));
                let (names, cells): (Vec<Cow<'_, str>>, Vec<_>) = columns.unzip();
                for record in [names, cells] {
                    push_record(&mut csv, record.iter().map(|cell| &**cell), "\n");
                }
                let dataset = Dataset::parse(&csv).expect("the program wrote it");
                prop_assert_eq!(&dataset.rows[0].key, &one.key);
            }
        }
    }
}
