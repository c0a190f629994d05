//! The document around the records: `{"metadata": {…}, "models": [ … ]}`, walked value by value so that every record's place is known.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::cursor::Fault;
use super::source::{Reading, Source};
use super::window::Window;
use super::{Estimates, array};

/// Reads the whole document.
pub(super) fn read(source: &dyn Source, reading: Reading) -> Result<Estimates, Fault> {
    let mut window = Window::new(source, reading.chunk);
    window.step(|cursor| {
        // Some editors put a byte order mark in front; it says nothing.
        if cursor.text.starts_with('\u{feff}') {
            cursor.at = '\u{feff}'.len_utf8();
        }
        match cursor.peek() {
            None => Err(cursor.fault("the file is empty")),
            Some(b'{') => cursor.expect(b'{'),
            Some(_) => {
                Err(cursor.fault("expected an object: {\"metadata\": {…}, \"models\": [ … ]}"))
            }
        }
    })?;
    let (mut saved_at, mut models) = (None, None);
    let mut more = !window.step(|cursor| Ok(cursor.take(b'}')))?;
    while more {
        let place = window.offset();
        let key = window.step(|cursor| {
            let key: String = cursor.value()?;
            cursor.expect(b':').map(|()| key)
        })?;
        match key.as_str() {
            "models" if models.is_some() => {
                return Err(Fault::new(
                    place,
                    "`models` stands twice: which one is meant?",
                ));
            }
            "models" => models = Some(array::records(&mut window, reading)?),
            "metadata" => saved_at = window.step(|cursor| Ok(saved_at_of(cursor.value()?)))?,
            _ => {
                window.step(|cursor| cursor.value::<IgnoredAny>())?;
            }
        }
        more = window.step(|cursor| {
            let more = cursor.take(b',');
            if more {
                Ok(true)
            } else {
                cursor.expect(b'}').map(|()| false)
            }
        })?;
    }
    window.step(|cursor| match cursor.peek() {
        Some(_) => Err(cursor.fault("not JSON: something follows the closing brace")),
        None => Ok(()),
    })?;
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
