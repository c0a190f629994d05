//! The identity of a model.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState};
use std::sync::LazyLock;

/// What makes two records or rows one model: name and developer, each trimmed, then Unicode-lowercased (behaviour §4).
///
/// Ordered by name, then developer. A key is hashed once, when it is made, and looked up several times: see [`KeyMap`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    hash: u64,
    /// Both parts in one allocation; there is a key for each of a million records.
    text: Box<str>,
    name_len: usize,
    name_hash: u64,
}

/// A map by key that takes the hash that the key brings along.
pub type KeyMap<'k, V> = HashMap<&'k Key, V, BuildHasherDefault<Known>>;

/// A set of keys that takes the hash that the key brings along.
pub type KeySet<K> = HashSet<K, BuildHasherDefault<Known>>;

impl Key {
    /// The key of a model as it is written in a record, a row or on the command line.
    pub fn new(name: &str, developer: &str) -> Key {
        let mut text = String::with_capacity(name.len() + developer.len());
        push_folded(&mut text, name);
        let name_len = text.len();
        push_folded(&mut text, developer);
        /// Names come from scraped pages: nobody outside should know which of them collide.
        static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        let mut hasher = SEED.build_hasher();
        let (name, developer) = text.as_bytes().split_at(name_len);
        hasher.write(name);
        let name_hash = hasher.finish();
        hasher.write(developer);
        let hash = hasher.finish();
        Key {
            hash,
            text: text.into_boxed_str(),
            name_len,
            name_hash,
        }
    }

    /// The name's half.
    pub fn name(&self) -> &str {
        &self.text[..self.name_len]
    }

    /// The developer's half.
    pub fn developer(&self) -> &str {
        &self.text[self.name_len..]
    }
}

/// The name's half of a key, as a key of its own.
#[derive(Debug, Clone, Copy)]
pub struct Name<'k>(pub &'k Key);

/// A map by name that takes the hash that the key brings along.
pub type NameMap<'k, V> = HashMap<Name<'k>, V, BuildHasherDefault<Known>>;

impl PartialEq for Name<'_> {
    fn eq(&self, other: &Name<'_>) -> bool {
        self.0.name() == other.0.name()
    }
}

impl Eq for Name<'_> {}

impl Hash for Name<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.name_hash);
    }
}

/// One half of a key: trimmed and lowercased. The same fold serves every comparison of names that ignores case.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_folded(&mut out, text);
    out
}

fn push_folded(out: &mut String, text: &str) {
    let text = text.trim();
    if text.is_ascii() {
        let start = out.len();
        out.push_str(text);
        out[start..].make_ascii_lowercase();
    } else {
        out.push_str(&text.to_lowercase());
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// The hasher of [`KeyMap`]: the number it is handed is the hash.
#[derive(Debug, Default, Clone, Copy)]
pub struct Known(u64);

impl Hasher for Known {
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn write(&mut self, bytes: &[u8]) {
        // Keys only ever write one number; anything else is still hashed, if poorly.
        self.0 = bytes
            .iter()
            .fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        (self.name(), self.developer()).cmp(&(other.name(), other.developer()))
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_outer_blanks_make_no_difference() {
        assert_eq!(Key::new(" GPT-4 ", "OpenAI"), Key::new("gpt-4", "openai\t"));
        assert_eq!(Key::new("ÉTÉ", "X"), Key::new("été", "x"));
    }

    #[test]
    fn the_border_between_name_and_developer_counts() {
        assert_ne!(Key::new("ab", "c"), Key::new("a", "bc"));
        assert!(Key::new("a", "z") < Key::new("ab", "a"));
    }
}
