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

/// Reads the object at the beginning of `json`, hands each key and its value to `each`, and says where the object ends.
pub(super) fn object<'t>(json: &'t str, each: impl FnMut(&str, &'t RawValue)) -> Result<usize> {
    struct Entries<F>(F);
    impl<'de, F: FnMut(&str, &'de RawValue)> Visitor<'de> for Entries<F> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> std::result::Result<(), A::Error> {
            while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                // A key that says nothing is one of those that are not read.
                (self.0)(&string(key).unwrap_or_default(), value);
            }
            Ok(())
        }
    }
    let mut deserializer = serde_json::Deserializer::from_str(json);
    deserializer.deserialize_map(Entries(each))?;
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
