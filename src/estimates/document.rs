//! The document around the records: `{"metadata": {…}, "models": [ … ]}`, walked value by value so that every record's place is known.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::cursor::{Cursor, Fault};
use super::{Estimates, array};

/// Reads the whole document.
pub(super) fn read(text: &str) -> Result<Estimates<'_>, Fault> {
    // Some editors put a byte order mark in front; it says nothing.
    let mut cursor = Cursor {
        text,
        at: if text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        },
    };
    match cursor.peek() {
        None => return Err(Fault::new(0, "the file is empty")),
        Some(b'{') => cursor.at += 1,
        Some(_) => {
            return Err(Fault::new(
                cursor.at,
                "expected an object: {\"metadata\": {…}, \"models\": [ … ]}",
            ));
        }
    }
    let (mut saved_at, mut models) = (None, None);
    let mut more = !cursor.take(b'}');
    while more {
        let place = cursor.at;
        let key: String = cursor.value()?;
        cursor.expect(b':')?;
        match key.as_str() {
            "models" if models.is_some() => {
                return Err(Fault::new(
                    place,
                    "`models` stands twice: which one is meant?",
                ));
            }
            "models" => models = Some(array::records(&mut cursor)?),
            "metadata" => saved_at = saved_at_of(cursor.value()?),
            _ => {
                cursor.value::<IgnoredAny>()?;
            }
        }
        more = cursor.take(b',');
        if !more {
            cursor.expect(b'}')?;
        }
    }
    if cursor.peek().is_some() {
        return Err(Fault::new(
            cursor.at,
            "not JSON: something follows the closing brace",
        ));
    }
    let estimates = models.ok_or_else(|| Fault::new(0, "there is no `models` array in it"))?;
    Ok(Estimates {
        saved_at,
        ..estimates
    })
}

/// The metadata is the pipeline's own affair: whatever its form, it never stops a run.
fn saved_at_of(metadata: &RawValue) -> Option<String> {
    #[derive(Deserialize)]
    struct Metadata {
        saved_at: Option<String>,
    }
    serde_json::from_str::<Metadata>(metadata.get())
        .ok()?
        .saved_at
}
