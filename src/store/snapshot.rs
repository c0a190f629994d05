//! Files as they are read, and whether they still are what was read.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};

/// The largest file that is read, in bytes: 4 GiB, some ten million rows. Beyond it lies a mistake, a sparse file for example.
const LARGEST: u64 = 1 << 32;

/// How much is compared at a time, in bytes.
const BUFFER: usize = 1 << 15;

/// A file as it was when it was read.
#[derive(Debug)]
pub struct Snapshot {
    /// Where it is configured to be, which may be a symlink.
    pub path: PathBuf,
    /// Its bytes; `None` where there is no file.
    pub bytes: Option<Vec<u8>>,
}

impl Snapshot {
    /// Reads the file at `path`, if there is one.
    ///
    /// # Errors
    /// Those of [`find`], when it cannot be read, and when it is too large to be.
    pub fn read(path: &Path) -> Result<Snapshot> {
        let bytes = match find(path)? {
            None => None,
            Some(_) => {
                let cannot = || format!("{}: cannot be read", path.display());
                let mut file = File::open(path).with_context(cannot)?;
                Some(read_whole(&mut file).with_context(cannot)?)
            }
        };
        Ok(Snapshot {
            path: path.to_owned(),
            bytes,
        })
    }
}

/// Looks for a file.
///
/// # Errors
/// When it cannot be looked for, is no regular file, or is a symlink to nothing.
pub fn find(path: &Path) -> Result<Option<Metadata>> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => Ok(Some(found)),
        Ok(found) if found.is_dir() => bail!(
            "{}: this is a directory, not a file; move it away",
            path.display()
        ),
        Ok(_) => bail!("{}: this is no regular file; move it away", path.display()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Ok(target) = fs::read_link(path) {
                bail!(
                    "{}: a symlink to {}, which does not exist; restore that file, or remove the link to begin a new one",
                    path.display(),
                    target.display()
                );
            }
            Ok(None)
        }
        Err(error) => Err(anyhow!(error).context(format!("{}: cannot be read", path.display()))),
    }
}

/// All bytes of a file. One that is larger than memory is an error and ends no process.
pub(super) fn read_whole(file: &mut File) -> Result<Vec<u8>> {
    let length = file.metadata()?.len();
    let mut bytes = Vec::new();
    let room = usize::try_from(length).unwrap_or(usize::MAX);
    if length > LARGEST || bytes.try_reserve_exact(room).is_err() {
        bail!("it has {length} bytes, too many to hold in memory; is it the right file?");
    }
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        bail!("it grows while it is read; is it the right file?");
    }
    Ok(bytes)
}

/// Whether the file at `path` holds exactly these bytes; for `None`, whether there is no file.
pub(super) fn is_same(path: &Path, expected: Option<&[u8]>) -> io::Result<bool> {
    let Some(expected) = expected else {
        return match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
            found => found.map(|_| false),
        };
    };
    match fs::metadata(path) {
        // Whatever came in its place, reading a pipe would wait for ever.
        Ok(found) if !found.is_file() => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
        Ok(_) => holds(&mut File::open(path)?, expected),
    }
}

/// Whether an open file, read from where it stands, holds exactly these bytes.
pub(super) fn holds(file: &mut File, mut expected: &[u8]) -> io::Result<bool> {
    if file.metadata()?.len() != expected.len() as u64 {
        return Ok(false);
    }
    let mut buffer = vec![0; BUFFER.min(expected.len() + 1)];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(expected.is_empty()),
            Ok(read) => match expected.strip_prefix(&buffer[..read]) {
                Some(rest) => expected = rest,
                None => return Ok(false),
            },
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
