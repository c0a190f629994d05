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
    /// How much is read at once, in bytes.
    pub chunk: usize,
    /// Into how many pieces the records are divided.
    pub pieces: usize,
    /// How many cores read them.
    pub cores: usize,
}

impl Source for &str {
    fn len(&self) -> u64 {
        str::len(self) as u64
    }

    fn append_at(&self, offset: u64, bytes: &mut Vec<u8>) -> io::Result<usize> {
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|offset| self.as_bytes().get(offset..))
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
    let mut bytes = Vec::new();
    let (mut line, mut line_start, mut counted) = (1, 0, 0);
    let places = offsets.map(|offset| {
        while counted < offset {
            bytes.clear();
            if fill(source, counted, CHUNK, &mut bytes)? == 0 {
                break;
            }
            let read = bytes
                .len()
                .min(usize::try_from(offset - counted).unwrap_or(usize::MAX));
            for newline in memchr_iter(b'\n', &bytes[..read]) {
                line += 1;
                line_start = counted + newline as u64 + 1;
            }
            counted += read as u64;
        }
        Ok((line, (offset - line_start) as usize + 1))
    });
    places.collect()
}
