//! Where the text of the estimates is read from, any part of it at any time: several cores read it at once.

use std::io;

use memchr::memchr_iter;

use super::CHUNK;
use super::cursor::Fault;

/// A text of known length that any part can be read from.
pub trait Source: Sync {
    /// Its length, in bytes.
    fn len(&self) -> u64;

    /// Appends what stands at `offset` to `bytes`, as much as there is room for, and returns how much that was; nothing at the end.
    ///
    /// # Errors
    /// Those of the file.
    fn append_at(&self, offset: u64, bytes: &mut Vec<u8>) -> io::Result<usize>;

    /// Whether there is nothing to read.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// How a source is read. What is read does not depend on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    /// How much is read at once at least, in bytes.
    pub chunk: usize,
    /// Into how many pieces the records are divided.
    pub pieces: usize,
    /// How many cores read them.
    pub cores: usize,
}

impl Source for &[u8] {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn append_at(&self, offset: u64, bytes: &mut Vec<u8>) -> io::Result<usize> {
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|offset| self.get(offset..))
            .unwrap_or_default();
        let read = rest.len().min(bytes.capacity() - bytes.len());
        bytes.extend_from_slice(&rest[..read]);
        Ok(read)
    }
}

/// Appends what stands at `offset` to `bytes`, `wanted` bytes at least unless the source ends, and returns how much that was.
pub(super) fn fill(
    source: &dyn Source,
    offset: u64,
    wanted: usize,
    bytes: &mut Vec<u8>,
) -> Result<usize, Fault> {
    bytes.reserve_exact(wanted);
    let mut filled = 0;
    while filled < wanted {
        match source.append_at(offset + filled as u64, bytes) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Fault::Unreadable(error)),
        }
    }
    Ok(filled)
}

/// The line and the column (in bytes), both from 1, of each of `offsets`, which rise.
pub(super) fn places(
    source: &dyn Source,
    offsets: impl Iterator<Item = u64>,
) -> Result<Vec<(usize, usize)>, Fault> {
    // The line ends of the first `counted` bytes are counted; `bytes[done..]` is what follows.
    let (mut bytes, mut done, mut counted) = (Vec::new(), 0, 0);
    let (mut line, mut line_start) = (1, 0);
    let places = offsets.map(|offset| {
        while counted < offset {
            if done == bytes.len() {
                bytes.clear();
                done = 0;
                if fill(source, counted, CHUNK, &mut bytes)? == 0 {
                    break;
                }
            }
            let ahead = usize::try_from(offset - counted).unwrap_or(usize::MAX);
            let end = bytes.len().min(done.saturating_add(ahead));
            for newline in memchr_iter(b'\n', &bytes[done..end]) {
                line += 1;
                line_start = counted + newline as u64 + 1;
            }
            counted += (end - done) as u64;
            done = end;
        }
        Ok((line, (offset - line_start) as usize + 1))
    });
    places.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Counts what is read of a text.
    struct Counted<'a>(&'a [u8], AtomicUsize);

    impl Source for Counted<'_> {
        fn len(&self) -> u64 {
            Source::len(&self.0)
        }

        fn append_at(&self, offset: u64, bytes: &mut Vec<u8>) -> io::Result<usize> {
            let read = self.0.append_at(offset, bytes)?;
            self.1.fetch_add(read, Ordering::Relaxed);
            Ok(read)
        }
    }

    #[test]
    fn places_are_found_in_one_pass_over_the_text() {
        let text = "a line of text\n\nand another\n".repeat(CHUNK / 8);
        let source = Counted(text.as_bytes(), AtomicUsize::new(0));
        let offsets: Vec<usize> = (0..=text.len()).step_by(7).collect();
        let found = places(&source, offsets.iter().map(|offset| *offset as u64));
        let found = found.expect("a text can be read");
        for (offset, place) in offsets.iter().zip(found).step_by(997) {
            let expected = crate::text::position(text.as_bytes(), *offset);
            assert_eq!(place, expected, "{offset}");
        }
        assert!(source.1.into_inner() <= text.len());
    }
}
