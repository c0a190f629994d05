//! Where the text of the estimates is read from, any part of it at any time: several cores read it at once.

use std::io;

use memchr::memchr_iter;

use super::cursor::Fault;

/// A text of known length that any part can be read from.
pub trait Source: Sync {
    /// Its length, in bytes.
    fn len(&self) -> u64;

    /// Reads what fits into `buffer` from `offset` on and returns how much that was; nothing at the end.
    ///
    /// # Errors
    /// Those of the file.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

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
    /// Into how many pieces the records are divided, to be read at once.
    pub pieces: usize,
}

impl Source for &str {
    fn len(&self) -> u64 {
        str::len(self) as u64
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|offset| self.as_bytes().get(offset..))
            .unwrap_or_default();
        let read = rest.len().min(buffer.len());
        buffer[..read].copy_from_slice(&rest[..read]);
        Ok(read)
    }
}

/// Reads until the buffer is full or the source ends, and returns how much that was.
pub(super) fn fill(source: &dyn Source, buffer: &mut [u8], offset: u64) -> Result<usize, Fault> {
    let mut filled = 0;
    while filled < buffer.len() {
        match source.read_at(&mut buffer[filled..], offset + filled as u64) {
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
    let mut buffer = vec![0; 1 << 16];
    let (mut line, mut line_start, mut counted) = (1, 0, 0);
    let places = offsets.map(|offset| {
        while counted < offset {
            let wanted = (offset - counted).min(buffer.len() as u64) as usize;
            let read = fill(source, &mut buffer[..wanted], counted)?;
            for newline in memchr_iter(b'\n', &buffer[..read]) {
                line += 1;
                line_start = counted + newline as u64 + 1;
            }
            counted += read as u64;
            if read < wanted {
                break;
            }
        }
        Ok((line, (offset - line_start) as usize + 1))
    });
    places.collect()
}
