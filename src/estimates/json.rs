//! JSON as serde_json reads it. Values stay as they are written until a rule asks what they say.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Result;
use serde_json::value::RawValue;

/// What JSON counts as blank.
pub(super) const BLANKS: [char; 4] = [' ', '\n', '\r', '\t'];

/// The value at the beginning of `json`.
pub(super) fn value(json: &str) -> Result<&RawValue> {
    Deserialize::deserialize(&mut serde_json::Deserializer::from_str(json))
}

/// Reads the object at the beginning of `json`, hands the value of each key that `wanted` knows to `each`, and says where the object
/// ends.
pub(super) fn object<'t, K>(
    json: &'t str,
    wanted: impl Fn(&str) -> Option<K>,
    each: impl FnMut(K, &'t RawValue),
) -> Result<usize> {
    struct Entries<W, E>(W, E);
    impl<'de, K, W, E> Visitor<'de> for Entries<W, E>
    where
        W: Fn(&str) -> Option<K>,
        E: FnMut(K, &'de RawValue),
    {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> std::result::Result<(), A::Error> {
            while let Some(key) = map.next_key::<&RawValue>()? {
                let inside = &key.get()[1..key.get().len() - 1];
                // A key with half of a surrogate pair is none of those that are read.
                let read = (self.0)(inside).or_else(|| match inside.contains('\\') {
                    true => (self.0)(&string(key)?),
                    false => None,
                });
                match read {
                    Some(key) => (self.1)(key, map.next_value()?),
                    None => drop(map.next_value::<IgnoredAny>()?),
                }
            }
            Ok(())
        }
    }
    let mut deserializer = serde_json::Deserializer::from_str(json);
    deserializer.deserialize_map(Entries(wanted, each))?;
    Ok(deserializer.into_iter::<IgnoredAny>().byte_offset())
}

/// What a string says; `None` if the value is none, or one with half of a surrogate pair, which says nothing.
pub(super) fn string(value: &RawValue) -> Option<Cow<'_, str>> {
    let inside = value.get().strip_prefix('"')?.strip_suffix('"')?;
    match memchr(b'\\', inside.as_bytes()) {
        None => Some(Cow::Borrowed(inside)),
        Some(_) => serde_json::from_str(value.get()).map(Cow::Owned).ok(),
    }
}
